//! Credentials for Alibaba Cloud: every source of them, working and not.
//!
//! The user `ci` may assume roles and nothing else, and only the sessions of roles may look
//! for images; so a lookup that works has come by the right way.

use imageguard_simulator::{
    AccessKey, Agent, Cloud, Effect, Entry, Fault, IdentityProvider, IdentityToken, Instance,
    KeyStatus, MetadataTokens, Role, Simulator, alicloud,
};

use crate::{
    clouds::{days_ago, golden_image, world},
    harness::{Workspace, unwrapped},
};

const CI: &str = "acs:ram::1000000000000001:user/ci";
const READER: &str = "acs:ram::1000000000000001:role/reader";
const HOP: &str = "acs:ram::1000000000000001:role/hop";
const CLOSED: &str = "acs:ram::1000000000000001:role/closed";
const PROVIDER: &str = "acs:ram::1000000000000001:oidc-provider/ci";
/// What a diagnostic must never show.
const SECRETS: [&str; 6] = [
    "ci-secret",
    "old-secret",
    "old-token",
    "eyJ0aGUgdG9rZW4",
    "eyJvbGQ",
    alicloud::ACCESS_KEY_SECRET,
];

/// A cloud with a golden image, the user `ci`, the roles `reader` and `hop` that `ci` may
/// assume, and a role `closed` that it may not.
fn cloud() -> Simulator {
    let simulator = Simulator::start(world([golden_image("m-golden", 9)], []));
    simulator.edit(|world| {
        let cloud = &mut world.alicloud;
        let ci = AccessKey::new("LTAICI", "ci-secret", CI);
        cloud.access_keys.push(ci.permissions(["sts:AssumeRole", "sts:GetCallerIdentity"]));
        let old = AccessKey::new("STS.OLD", "old-secret", CI).token("old-token");
        cloud.access_keys.push(old.status(KeyStatus::Expired));
        let issuer = "https://ci.example";
        cloud.identity_providers.push(IdentityProvider::new(PROVIDER, issuer, "sts.aliyuncs.com"));
        let token = |text: &str| IdentityToken::new(text, issuer, "sts.aliyuncs.com");
        cloud.identity_tokens.push(token("eyJ0aGUgdG9rZW4"));
        cloud.identity_tokens.push(token("eyJvbGQ").expires_at(days_ago(1)));
        cloud.roles.push(Role::new(READER).trusts(CI).trusts(HOP).trusts(PROVIDER));
        cloud.roles.push(Role::new(HOP).trusts(CI));
        cloud.roles.push(Role::new(CLOSED));
        cloud.instance = Some(Instance::new("cn-hangzhou").role(READER));
        cloud.agent = Some(Agent::new(READER));
    });
    simulator
}

/// A lookup whose object `alicloud` has these settings, and which knows where the cloud is, but
/// not who asks.
fn lookup(simulator: &Simulator, settings: &str) -> Workspace {
    let configuration = format!(
        r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  golden_tags = {{ status = ["approved"] }}
  alicloud = {{
    region      = "cn-hangzhou"
    max_retries = 1
    {settings}
  }}
}}
data "imageguard_alicloud_image" "it" {{
}}
output "id" {{
  value = data.imageguard_alicloud_image.it.id
}}
"#
    );
    Workspace::new(&configuration)
        .variable("ALIBABA_CLOUD_ENDPOINT_ECS", simulator.url())
        .variable("ALIBABA_CLOUD_ENDPOINT_STS", simulator.url())
        .variable("IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT", simulator.url())
}

/// Lets the metadata service be asked.
fn on_instance(run: Workspace) -> Workspace {
    run.variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "false")
}

fn with_keys(run: Workspace) -> Workspace {
    run.variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAICI")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ci-secret")
}

const KEYS: &str = r#"access_key = "LTAICI", secret_key = "ci-secret""#;

/// Plans, and expects the images to be listed by a session of that role.
fn check(simulator: &Simulator, run: &Workspace, role: &str) {
    simulator.clear_journal();
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.success && plan.text.contains("m-golden"), "{}", plan.text);
    let journal = simulator.journal();
    let callers: Vec<_> =
        journal.iter().filter(|it| it.action == "DescribeImages").map(|it| &it.caller).collect();
    let session = format!("{}/", role.replace(":role/", ":assumed-role/"));
    let is_session = |caller: &&Option<String>| {
        caller.as_ref().is_some_and(|caller| caller.starts_with(&session))
    };
    assert!(!callers.is_empty() && callers.iter().all(is_session), "{role}: {callers:?}");
}

/// Plans, expects exactly one error, and looks for its parts.
fn refuse(run: &Workspace, parts: &[&str]) {
    let raw = run.refused();
    assert_eq!(raw.matches("Error: ").count(), 1, "one error is expected:\n{raw}");
    let text = unwrapped(&raw);
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    for secret in SECRETS {
        assert!(!text.contains(secret), "`{secret}` must not be in:\n{text}");
    }
}

/// Writes the CLI's file with a current profile `p`, and a profile `ci` with keys.
fn profile(run: Workspace, fields: &str) -> Workspace {
    let text = format!(
        r#"{{"current":"p","profiles":[{{"name":"p",{fields}}},{{"name":"ci","mode":"AK",
        "access_key_id":"LTAICI","access_key_secret":"ci-secret"}}]}}"#
    );
    run.write("home/.aliyun/config.json", &text);
    run
}

fn actions(simulator: &Simulator) -> Vec<String> {
    simulator.journal().into_iter().map(|Entry { action, .. }| action).collect()
}

#[test]
fn keys_work_from_the_block_and_from_the_environment() {
    let simulator = cloud();
    let role = format!("assume_role = {{ role_arn = \"{READER}\" }}");
    let block = KEYS.replace(", ", "\n");
    check(&simulator, &lookup(&simulator, &format!("{block}\n{role}")), READER);
    check(&simulator, &with_keys(lookup(&simulator, &role)), READER);
    // The block beats the environment.
    let wrong = lookup(&simulator, &format!("{block}\n{role}"))
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAINOBODY")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "nothing");
    check(&simulator, &wrong, READER);
}

#[test]
fn a_role_is_assumed_on_top_by_attribute_and_by_variable() {
    let simulator = cloud();
    for variable in ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"] {
        let run = with_keys(lookup(&simulator, "")).variable(variable, READER);
        check(&simulator, &run, READER);
    }
    let settings = format!(
        r#"assume_role = {{
      role_arn = "{READER}", session_name = "pipeline", session_expiration = 900
      policy = jsonencode({{ Version = "1", Statement = [{{ Effect = "Allow", Action = "ecs:*", Resource = "*" }}] }})
    }}"#
    );
    check(&simulator, &with_keys(lookup(&simulator, &settings)), READER);
    let journal = simulator.journal();
    let assumed = journal.iter().find(|it| it.action == "AssumeRole").unwrap();
    assert_eq!(assumed.parameters["RoleSessionName"], "pipeline");
    assert_eq!(assumed.parameters["DurationSeconds"], "900");
}

#[test]
fn a_role_that_may_not_be_assumed_names_caller_role_and_remedy() {
    let simulator = cloud();
    let closed = format!("assume_role = {{ role_arn = \"{CLOSED}\" }}");
    refuse(
        &with_keys(lookup(&simulator, &closed)),
        &[
            "Role Cannot Be Assumed On Alibaba Cloud",
            &format!("`{CI}` cannot assume the role `{CLOSED}`"),
            "code NoPermission",
            "request id",
            "trust policy",
        ],
    );
    let gone = format!("assume_role = {{ role_arn = \"{READER}s\" }}");
    refuse(
        &with_keys(lookup(&simulator, &gone)),
        &["Role Cannot Be Assumed", "EntityNotExist.Role", &format!("`{READER}s`")],
    );
    let long = format!("assume_role = {{ role_arn = \"{READER}\", session_expiration = 7200 }}");
    refuse(
        &with_keys(lookup(&simulator, &long)),
        &["Role Cannot Be Assumed", "InvalidParameter.DurationSeconds"],
    );
    simulator.edit(|world| {
        let reader = world.alicloud.roles.iter_mut().find(|role| role.arn == READER).unwrap();
        reader.external_id = Some("ticket-1".to_owned());
    });
    let role =
        |id: &str| format!("assume_role = {{ role_arn = \"{READER}\", external_id = \"{id}\" }}");
    check(&simulator, &with_keys(lookup(&simulator, &role("ticket-1"))), READER);
    refuse(&with_keys(lookup(&simulator, &role("ticket-2"))), &["Role Cannot Be Assumed"]);
}

#[test]
fn keys_that_are_half_set_malformed_expired_or_refused_are_told_once() {
    let simulator = cloud();
    refuse(
        &lookup(&simulator, "access_key = \"LTAICI\""),
        &["Incomplete Keys", "without `secret_key`"],
    );
    let half = lookup(&simulator, "").variable("ALICLOUD_SECRET_KEY", "ci-secret");
    refuse(&half, &["No Usable Credentials", "`ALICLOUD_ACCESS_KEY` is not"]);
    let strange =
        with_keys(lookup(&simulator, "")).variable("ALIBABA_CLOUD_SECURITY_TOKEN", "a\u{7f}b");
    refuse(&strange, &["characters that no key has"]);
    let expired = lookup(&simulator, "")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.OLD")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "old-secret")
        .variable("ALIBABA_CLOUD_SECURITY_TOKEN", "old-token");
    refuse(&expired, &["Credentials Refused", "InvalidSecurityToken.Expired", "request id"]);
    let role = format!("assume_role = {{ role_arn = \"{READER}\" }}");
    let refused = with_keys(lookup(&simulator, &role))
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "not-the-secret");
    refuse(&refused, &["Credentials Refused", "sts:AssumeRole", "SignatureDoesNotMatch"]);
}

#[test]
fn every_mode_of_a_cli_profile_works() {
    let simulator = cloud();
    let keys = r#""access_key_id":"LTAICI","access_key_secret":"ci-secret""#;
    let role = format!(r#""ram_role_arn":"{READER}","ram_session_name":"cli""#);
    let run = profile(lookup(&simulator, ""), &format!(r#""mode":"RamRoleArn",{keys},{role}"#));
    check(&simulator, &run, READER);
    let chain = format!(r#""mode":"ChainableRamRoleArn","source_profile":"ci",{role}"#);
    check(&simulator, &profile(lookup(&simulator, ""), &chain), READER);
    let run = profile(lookup(&simulator, ""), r#""mode":"EcsRamRole""#);
    check(&simulator, &on_instance(run), READER);
    let uri = format!(
        r#""mode":"CredentialsURI","credentials_uri":"{}""#,
        simulator.agent_url(Cloud::Alicloud)
    );
    check(&simulator, &profile(lookup(&simulator, ""), &uri), READER);
    let run = lookup(&simulator, "");
    let file = run.write("token", "eyJ0aGUgdG9rZW4");
    let oidc = format!(
        r#""mode":"OIDC","oidc_provider_arn":"{PROVIDER}","oidc_token_file":"{}",{role}"#,
        file.display()
    );
    check(&simulator, &profile(run, &oidc), READER);
    // The profile that the block names beats keys in the environment.
    let settings = format!("profile = \"ci\"\nassume_role = {{ role_arn = \"{READER}\" }}");
    let run = profile(lookup(&simulator, &settings), r#""mode":"AK""#)
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAINOBODY")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "nothing");
    check(&simulator, &run, READER);
}

#[test]
fn the_session_that_the_cli_stored_works_until_it_ends() {
    let simulator = cloud();
    simulator.edit(|world| {
        let session = AccessKey::new("STS.CLI", "cli-secret", CI).token("cli-token");
        world.alicloud.access_keys.push(session);
    });
    let stored = |until: i64| {
        format!(
            r#""mode":"CloudSSO","access_key_id":"STS.CLI","access_key_secret":"cli-secret",
            "sts_token":"cli-token","sts_expiration":{until}"#
        )
    };
    let role = format!("assume_role = {{ role_arn = \"{READER}\" }}");
    check(&simulator, &profile(lookup(&simulator, &role), &stored(4_102_444_800)), READER);
    refuse(
        &profile(lookup(&simulator, &role), &stored(1_700_000_000)),
        &[
            "No Usable Credentials",
            "expired at 2023-11-14T22:13:20Z",
            "aliyun configure --profile p",
        ],
    );
}

#[test]
fn profiles_that_are_missing_malformed_expired_or_refused_are_told_once() {
    let simulator = cloud();
    let named = lookup(&simulator, "profile = \"gone\"");
    refuse(&named, &["there is no profile `gone`", ".aliyun/config.json", "does not exist"]);
    refuse(
        &profile(lookup(&simulator, "profile = \"gone\""), r#""mode":"AK""#),
        &["there is no profile `gone`", "the profiles `p`, `ci`"],
    );
    refuse(
        &profile(lookup(&simulator, ""), r#""mode":"AK","access_key_id":"LTAICI""#),
        &["the mode `AK`, but no `access_key_secret`"],
    );
    refuse(
        &profile(lookup(&simulator, ""), r#""mode":"External","process_command":"ci-secret""#),
        &["runs a command"],
    );
    refuse(
        &profile(
            lookup(&simulator, ""),
            &format!(
                r#""mode":"ChainableRamRoleArn","source_profile":"p","ram_role_arn":"{READER}""#
            ),
        ),
        &["each other's `source_profile`: `p`, which names `p`"],
    );
    let session = r#""mode":"StsToken","access_key_id":"STS.OLD","access_key_secret":"old-secret",
        "sts_token":"old-token""#;
    refuse(&profile(lookup(&simulator, ""), session), &["InvalidSecurityToken.Expired"]);
    let refused = format!(
        r#""mode":"RamRoleArn","access_key_id":"LTAICI","access_key_secret":"ci-secret","ram_role_arn":"{CLOSED}""#
    );
    refuse(&profile(lookup(&simulator, ""), &refused), &["Role Cannot Be Assumed", CI, CLOSED]);
    // Only the expired session has got as far as that.
    let journal = simulator.journal();
    let mut listed = journal.iter().filter(|it| it.action == "DescribeImages");
    assert!(listed.all(|it| it.code.is_some()));
}

#[test]
fn ini_files_work_and_say_what_is_wrong_with_them() {
    let simulator = cloud();
    let ini = |text: &str| {
        let run = lookup(&simulator, "");
        run.write("home/.alibabacloud/credentials", text);
        run
    };
    let keys = "access_key_id = LTAICI\naccess_key_secret = ci-secret\n";
    let role = format!("role_arn = {READER}\nrole_session_name = ini\n");
    check(&simulator, &ini(&format!("[default]\ntype = ram_role_arn\n{keys}{role}")), READER);
    check(
        &simulator,
        &on_instance(ini("[default]\ntype = ecs_ram_role\nrole_name = reader")),
        READER,
    );
    let run = lookup(
        &simulator,
        &format!("profile = \"ci\"\nassume_role = {{ role_arn = \"{READER}\" }}"),
    );
    let file = run.write("own.ini", &format!("[ci]\ntype = access_key\n{keys}"));
    check(&simulator, &run.variable("ALIBABA_CLOUD_CREDENTIALS_FILE", file), READER);

    refuse(&ini(&format!("[default]\n{keys}")), &["has no `type`"]);
    refuse(&ini("[default]\ntype = access_key\naccess_key_id = k"), &["no `access_key_secret`"]);
    refuse(&ini("[default]\nci-secret"), &["neither JSON nor INI: line 2"]);
    let named = lookup(&simulator, "").variable("ALIBABA_CLOUD_CREDENTIALS_FILE", "/gone.ini");
    refuse(&named, &["No Usable Credentials", "the file `/gone.ini` does not exist"]);
    let old = "[default]\ntype = sts\naccess_key_id = STS.OLD\naccess_key_secret = old-secret\n\
        security_token = old-token\n";
    refuse(&ini(old), &["Credentials Refused", "InvalidSecurityToken.Expired"]);
}

#[test]
fn a_token_works_from_the_block_and_from_the_environment() {
    let simulator = cloud();
    let settings = format!(
        r#"assume_role_with_oidc = {{
      role_arn = "{READER}", oidc_provider_arn = "{PROVIDER}", oidc_token = "eyJ0aGUgdG9rZW4"
    }}"#
    );
    check(&simulator, &lookup(&simulator, &settings), READER);
    let run = lookup(&simulator, "");
    let file = run.write("token", "eyJ0aGUgdG9rZW4\n");
    let run = run
        .variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER)
        .variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file)
        .variable("ALIBABA_CLOUD_ROLE_ARN", READER);
    check(&simulator, &run, READER);
    assert!(!actions(&simulator).contains(&"AssumeRole".to_owned()));
}

#[test]
fn tokens_that_are_missing_malformed_expired_or_refused_are_told_once() {
    let simulator = cloud();
    let oidc = |role: &str, token: &str| {
        let settings = format!(
            r#"assume_role_with_oidc = {{ role_arn = "{role}", oidc_provider_arn = "{PROVIDER}", {token} }}"#
        );
        lookup(&simulator, &settings)
    };
    refuse(
        &oidc(READER, "oidc_token_file = \"/gone\""),
        &["No Usable Credentials", "the file `/gone` with the OIDC token cannot be read"],
    );
    let half = lookup(&simulator, "").variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token");
    refuse(
        &half,
        &[
            "No Usable Credentials",
            "nor `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` is",
            "\"Credentials for Alibaba Cloud\" on the provider's page lists the sources",
        ],
    );
    refuse(
        &oidc(READER, "oidc_token = \"nonsense-token\""),
        &["Credentials Refused", "AuthenticationFail.OIDCToken", "request id"],
    );
    refuse(
        &oidc(READER, "oidc_token = \"eyJvbGQ\""),
        &["Credentials Refused", "AuthenticationFail.OIDCToken.Expired"],
    );
    refuse(
        &oidc(CLOSED, "oidc_token = \"eyJ0aGUgdG9rZW4\""),
        &["Role Cannot Be Assumed", CLOSED, "the holder of the OIDC token", "request id"],
    );
}

#[test]
fn the_role_of_the_instance_works_with_and_without_tokens() {
    let simulator = cloud();
    for tokens in [MetadataTokens::Required, MetadataTokens::Optional, MetadataTokens::Unsupported]
    {
        simulator.edit(|world| world.alicloud.instance.as_mut().unwrap().tokens = tokens);
        check(&simulator, &on_instance(lookup(&simulator, "")), READER);
    }
    let named = on_instance(lookup(&simulator, "ecs_role_name = \"reader\""));
    check(&simulator, &named, READER);
    assert!(!actions(&simulator).contains(&"GetMetadataRole".to_owned()));
    // A proxy would get to see the keys, and nobody is there.
    let proxy = on_instance(lookup(&simulator, ""))
        .variable("HTTP_PROXY", "http://127.0.0.1:9")
        .variable("http_proxy", "http://127.0.0.1:9");
    check(&simulator, &proxy, READER);
}

#[test]
fn an_instance_that_has_no_role_or_fails_is_told_once() {
    let simulator = cloud();
    simulator.edit(|world| world.alicloud.instance = Some(Instance::new("cn-hangzhou")));
    refuse(
        &on_instance(lookup(&simulator, "")),
        &["No Usable Credentials", "looked at the block's", "which names no role"],
    );
    simulator.edit(|world| {
        let instance = Instance::new("cn-hangzhou").role(READER);
        world.alicloud.instance = Some(instance.tokens(MetadataTokens::Unsupported));
    });
    let strict =
        on_instance(lookup(&simulator, "")).variable("ALIBABA_CLOUD_IMDSV1_DISABLED", "true");
    refuse(&strict, &["No Usable Credentials", "the question for a token"]);
    let other = on_instance(lookup(&simulator, "ecs_role_name = \"other\""));
    refuse(&other, &["No Usable Credentials", "the instance has no role `other`"]);
    let off = lookup(&simulator, "ecs_role_name = \"reader\"");
    refuse(&off, &["No Usable Credentials", "`ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on"]);
    simulator.edit(|world| world.alicloud.session_lifetime = Some(0));
    refuse(
        &on_instance(lookup(&simulator, "")),
        &["No Usable Credentials", "the metadata service", "expired at"],
    );
    simulator.edit(|world| world.alicloud.session_lifetime = None);
    simulator.inject(Fault::new(Effect::Garbage).action("GetMetadataCredentials"));
    refuse(
        &on_instance(lookup(&simulator, "")),
        &["No Usable Credentials", "the metadata service", "is not JSON as expected"],
    );
    let nobody = on_instance(lookup(&simulator, "ecs_role_name = \"reader\""))
        .variable("IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT", "http://127.0.0.1:9");
    refuse(&nobody, &["No Usable Credentials", "which does not answer"]);
}

#[test]
fn a_credentials_uri_works_from_the_block_and_from_the_environment() {
    let simulator = cloud();
    let uri = simulator.agent_url(Cloud::Alicloud);
    check(&simulator, &lookup(&simulator, &format!("credentials_uri = \"{uri}?hunter2\"")), READER);
    check(&simulator, &lookup(&simulator, "").variable("ALICLOUD_CREDENTIALS_URI", &uri), READER);
    simulator.edit(|world| world.alicloud.instance = None);
    let last = on_instance(lookup(&simulator, "")).variable("ALIBABA_CLOUD_CREDENTIALS_URI", &uri);
    check(&simulator, &last, READER);
}

#[test]
fn a_credentials_uri_that_gives_nothing_usable_is_told_once() {
    let simulator = cloud();
    let uri = simulator.agent_url(Cloud::Alicloud);
    let run = || lookup(&simulator, "").variable("ALIBABA_CLOUD_CREDENTIALS_URI", &uri);
    let wrong = lookup(&simulator, "").variable("ALIBABA_CLOUD_CREDENTIALS_URI", "ci-secret");
    refuse(&wrong, &["Unusable Setting", "`ALIBABA_CLOUD_CREDENTIALS_URI`: it is not a URL"]);
    let nobody = lookup(&simulator, "credentials_uri = \"http://127.0.0.1:9/keys?ci-secret\"");
    refuse(&nobody, &["No Usable Credentials", "http://127.0.0.1:9/keys gave none"]);
    simulator.edit(|world| world.alicloud.session_lifetime = Some(0));
    refuse(&run(), &["No Usable Credentials", "the credentials URI", "expired at"]);
    simulator.edit(|world| world.alicloud.session_lifetime = None);
    simulator.inject(Fault::new(Effect::Garbage).action("GetAgentCredentials"));
    refuse(&run(), &["No Usable Credentials", "the credentials URI", "is not JSON as expected"]);
    simulator.clear_faults();
    simulator.edit(|world| world.alicloud.agent = None);
    refuse(&run(), &["No Usable Credentials", "the credentials URI", "status 404"]);
}

#[test]
fn keys_from_files_and_services_are_refused_like_any_others() {
    let simulator = cloud();
    let wrong = r#""mode":"AK","access_key_id":"LTAICI","access_key_secret":"not-the-secret""#;
    let parts = ["Credentials Refused", "SignatureDoesNotMatch", "request id"];
    refuse(&profile(lookup(&simulator, ""), wrong), &parts);
    let run = lookup(&simulator, "");
    let keys = "access_key_id = LTAICI\naccess_key_secret = not-the-secret\n";
    run.write("home/.alibabacloud/credentials", &format!("[default]\ntype = access_key\n{keys}"));
    refuse(&run, &parts);
    let unknown = Effect::Error {
        status: 404,
        code: "InvalidSecurityToken.Malformed".to_owned(),
        message: "The token is malformed.".to_owned(),
    };
    simulator.inject(Fault::new(unknown).action("DescribeImages"));
    let parts = ["Credentials Refused", "InvalidSecurityToken.Malformed", "request id"];
    refuse(&on_instance(lookup(&simulator, "")), &parts);
    let uri = simulator.agent_url(Cloud::Alicloud);
    refuse(&lookup(&simulator, "").variable("ALIBABA_CLOUD_CREDENTIALS_URI", uri), &parts);
}

#[test]
fn a_session_that_is_refused_or_ends_soon_is_renewed() {
    let simulator = cloud();
    // Shorter than the time before its end in which a session is renewed.
    simulator.edit(|world| world.alicloud.session_lifetime = Some(100));
    let role = format!("assume_role = {{ role_arn = \"{READER}\" }}");
    check(&simulator, &with_keys(lookup(&simulator, &role)), READER);
    simulator.edit(|world| world.alicloud.session_lifetime = None);
    let expired = Effect::Error {
        status: 400,
        code: "InvalidSecurityToken.Expired".to_owned(),
        message: "The token has expired.".to_owned(),
    };
    simulator.inject(Fault::new(expired).action("DescribeImages").calls(1..=1));
    check(&simulator, &with_keys(lookup(&simulator, &role)), READER);
    let assumed = actions(&simulator).iter().filter(|action| *action == "AssumeRole").count();
    assert_eq!(assumed, 2);
}

#[test]
fn nothing_at_all_is_told_with_all_places() {
    let simulator = cloud();
    refuse(
        &lookup(&simulator, ""),
        &[
            "No Usable Credentials For Alibaba Cloud",
            "`assume_role_with_oidc`",
            "`ALIBABA_CLOUD_ACCESS_KEY_ID`",
            ".aliyun/config.json",
            ".alibabacloud/credentials.ini",
            "`ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on",
            "`ALIBABA_CLOUD_CREDENTIALS_URI`",
        ],
    );
}
