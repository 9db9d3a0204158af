//! Credentials for AWS, against the simulated cloud and, for roles, moto.

use imageguard_simulator::{
    AccessKey, Agent, Effect, Fault, IdentityProvider, IdentityToken, Instance, KeyStatus,
    MetadataTokens, Role, Simulator,
};

use crate::{
    clouds::{Moto, days_ago, golden_ami, world},
    harness::{Workspace, unwrapped},
};

const CI: &str = "arn:aws:iam::111122223333:user/ci";
const DEPLOY: &str = "arn:aws:iam::111122223333:role/deploy";
const DEPLOY_SESSION: &str = "arn:aws:sts::111122223333:assumed-role/deploy/imageguard";
const HOP: &str = "arn:aws:iam::444455556666:role/hop";
const HOP_SESSION: &str = "arn:aws:sts::444455556666:assumed-role/hop/imageguard";
const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/ci.example";
const SECRETS: [&str; 4] = ["ci-secret", "old-secret", "eyJ0aGUgdG9rZW4", "old-token"];

/// A user `ci` with one key that works and one that has expired; a role `hop` of another
/// account that trusts it, and a role `deploy` that trusts both and a foreign token.
fn cloud() -> Simulator {
    let simulator = Simulator::start(world([], [golden_ami("ami-00000000000000a1", 9)]));
    simulator.edit(|world| {
        let aws = &mut world.aws;
        aws.accounts.push(imageguard_simulator::Account::new("444455556666", "other"));
        aws.access_keys.push(AccessKey::new("AKIACI", "ci-secret", CI));
        let old = AccessKey::new("ASIAOLD", "old-secret", CI).token("old-token");
        aws.access_keys.push(old.status(KeyStatus::Expired));
        let issuer = "https://ci.example";
        aws.identity_providers.push(IdentityProvider::new(PROVIDER, issuer, "sts.amazonaws.com"));
        let token = |text: &str| IdentityToken::new(text, issuer, "sts.amazonaws.com");
        aws.identity_tokens.push(token("eyJ0aGUgdG9rZW4"));
        aws.identity_tokens.push(token("eyJvbGQ").expires_at(days_ago(1)));
        aws.roles.push(Role::new(HOP).trusts(CI));
        aws.roles.push(Role::new(DEPLOY).trusts(CI).trusts(HOP).trusts(PROVIDER));
    });
    simulator
}

/// A lookup whose object `aws` has these settings, and which knows where the cloud is.
fn lookup(simulator: &Simulator, settings: &str) -> Workspace {
    Workspace::new(&configuration(settings)).variable("AWS_ENDPOINT_URL", simulator.url())
}

fn configuration(settings: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  golden_tags = {{ status = ["approved"] }}
  aws = {{
    region = "eu-central-1"
    {settings}
  }}
}}
data "imageguard_aws_image" "it" {{
}}
"#
    )
}

/// Plans, and tells in whose name images were looked for.
fn caller(simulator: &Simulator, run: &Workspace) -> String {
    simulator.clear_journal();
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.success, "the plan failed:\n{}", plan.text);
    let journal = simulator.journal();
    let lookup = journal.iter().find(|entry| entry.action == "DescribeImages").unwrap();
    lookup.caller.clone().unwrap()
}

/// Plans, expects exactly one error, and looks for its parts.
fn refused(run: &Workspace, parts: &[&str]) {
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

fn keys_of_ci(run: Workspace) -> Workspace {
    run.variable("AWS_ACCESS_KEY_ID", "AKIACI").variable("AWS_SECRET_ACCESS_KEY", "ci-secret")
}

const CI_KEYS: &str = "access_key = \"AKIACI\"\nsecret_key = \"ci-secret\"";
const OLD_KEYS: &str =
    "access_key = \"ASIAOLD\"\nsecret_key = \"old-secret\"\ntoken = \"old-token\"";

#[test]
fn keys_in_the_block() {
    let cloud = cloud();
    assert_eq!(caller(&cloud, &lookup(&cloud, CI_KEYS)), CI);
    let refusals: [(&str, &[&str]); 3] = [
        ("access_key = \"AKIACI\"", &["Incomplete Keys", "`secret_key`"]),
        (OLD_KEYS, &["Credentials Refused By AWS", "expired", "request id"]),
        (
            "access_key = \"AKIACI\"\nsecret_key = \"wrong\"",
            &["Credentials Refused By AWS", "AuthFailure", "request id"],
        ),
    ];
    for (settings, parts) in refusals {
        refused(&lookup(&cloud, settings), parts);
    }
}

#[test]
fn keys_in_the_environment() {
    let cloud = cloud();
    assert_eq!(caller(&cloud, &keys_of_ci(lookup(&cloud, ""))), CI);
    refused(
        &lookup(&cloud, ""),
        &[
            "No Usable Credentials For AWS",
            "`AWS_ACCESS_KEY_ID` is not set",
            "\"Credentials for AWS\" on the provider's page lists the sources",
        ],
    );
    let half = lookup(&cloud, "").variable("AWS_ACCESS_KEY_ID", "AKIACI");
    refused(&half, &["No Usable Credentials For AWS", "`AWS_SECRET_ACCESS_KEY` is not"]);
    let old = lookup(&cloud, "")
        .variable("AWS_ACCESS_KEY_ID", "ASIAOLD")
        .variable("AWS_SECRET_ACCESS_KEY", "old-secret")
        .variable("AWS_SESSION_TOKEN", "old-token");
    refused(&old, &["Credentials Refused By AWS", "expired"]);
    let wrong = keys_of_ci(lookup(&cloud, "")).variable("AWS_SECRET_ACCESS_KEY", "wrong");
    refused(&wrong, &["Credentials Refused By AWS", "AuthFailure"]);
}

#[test]
fn keys_in_a_profile() {
    let cloud = cloud();
    let with = |text: &str| {
        let run = lookup(&cloud, "profile = \"team\"");
        run.write("home/.aws/credentials", text);
        run
    };
    let keys = |id: &str, secret: &str, token: &str| {
        format!("[team]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n{token}\n")
    };
    assert_eq!(caller(&cloud, &with(&keys("AKIACI", "ci-secret", ""))), CI);
    refused(
        &with("[other]\n"),
        &["No Usable Credentials For AWS", "profile `team`: it is not defined", "credentials`"],
    );
    refused(
        &with("[team]\naws_access_key_id = AKIACI\n"),
        &["No Usable Credentials For AWS", "profile `team`", "aws_secret_access_key"],
    );
    refused(&with("[team\n"), &["No Usable Credentials For AWS", "shared files", "line 1"]);
    let old = keys("ASIAOLD", "old-secret", "aws_session_token = old-token");
    refused(&with(&old), &["Credentials Refused By AWS", "expired"]);
    refused(&with(&keys("AKIACI", "wrong", "")), &["Credentials Refused By AWS", "AuthFailure"]);
}

#[test]
fn a_role_in_a_profile() {
    let cloud = cloud();
    let with = |role: &str, source: &str| {
        let run = lookup(&cloud, "profile = \"team\"");
        let text =
            format!("[profile team]\nrole_arn = {role}\n{source}\nrole_session_name = run\n");
        run.write("home/.aws/config", &text);
        run.write(
            "home/.aws/credentials",
            "[ci]\naws_access_key_id = AKIACI\naws_secret_access_key = ci-secret\n[old]\n\
             aws_access_key_id = ASIAOLD\naws_secret_access_key = old-secret\n\
             aws_session_token = old-token\n",
        );
        run
    };
    let session = "arn:aws:sts::111122223333:assumed-role/deploy/run";
    assert_eq!(caller(&cloud, &with(DEPLOY, "source_profile = ci")), session);
    let environment = keys_of_ci(with(DEPLOY, "credential_source = Environment"));
    assert_eq!(caller(&cloud, &environment), session);
    refused(&with(DEPLOY, "source_profile = gone"), &["No Usable Credentials For AWS", "`gone`"]);
    refused(&with(DEPLOY, ""), &["No Usable Credentials For AWS", "`source_profile`"]);
    refused(
        &with(DEPLOY, "source_profile = old"),
        &["Credentials Refused By AWS", "sts:AssumeRole", "ExpiredToken", DEPLOY],
    );
    refused(
        &with("arn:aws:iam::111122223333:role/gone", "source_profile = ci"),
        &["Role Cannot Be Assumed On AWS", "AccessDenied", &format!("{CI} cannot assume")],
    );
}

#[test]
fn a_chain_of_roles() {
    let cloud = cloud();
    let chain = |roles: &str| lookup(&cloud, &format!("{CI_KEYS}\nassume_role = [{roles}]"));
    let role = |arn: &str| format!("{{ role_arn = \"{arn}\" }}");
    assert_eq!(caller(&cloud, &chain(&role(DEPLOY))), DEPLOY_SESSION);
    assert_eq!(caller(&cloud, &chain(&format!("{}, {}", role(HOP), role(DEPLOY)))), DEPLOY_SESSION);
    let calls: Vec<_> = cloud
        .journal()
        .into_iter()
        .filter(|entry| entry.action == "AssumeRole")
        .map(|entry| entry.caller.unwrap())
        .collect();
    assert_eq!(calls, [CI, HOP_SESSION]);
    refused(&chain(""), &["Empty Value", "assume_role"]);
    refused(&chain(&role("deploy")), &["Invalid Role", "`deploy`", "arn:aws:iam::123456789012"]);
    refused(
        &chain(&role("arn:aws:iam::111122223333:role/gone")),
        &[
            "Role Cannot Be Assumed On AWS",
            &format!("{CI} cannot assume `arn:aws:iam::111122223333:role/gone`"),
            "code AccessDenied, request id",
            "trust policy has to name the caller",
        ],
    );
    let old = format!("{OLD_KEYS}\nassume_role = [{}]", role(DEPLOY));
    refused(&lookup(&cloud, &old), &["Credentials Refused By AWS", "expired", DEPLOY]);
    refused(&lookup(&cloud, &format!("assume_role = [{}]", role(DEPLOY))), &["No Usable Cred"]);
}

#[test]
fn everything_that_a_role_may_ask_for_is_sent() {
    let cloud = cloud();
    cloud.edit(|world| {
        let role = world.aws.roles.iter_mut().find(|role| role.arn == DEPLOY).unwrap();
        role.external_id = Some("bank/1".to_owned());
        let policy = imageguard_simulator::SessionPolicy::default();
        world.aws.managed_policies.insert("arn:aws:iam::aws:policy/Nothing".to_owned(), policy);
    });
    let settings = |extra: &str| {
        format!(
            "{CI_KEYS}\nassume_role = [{{\n role_arn = \"{DEPLOY}\"\n external_id = \"bank/1\"\n {extra}\n}}]"
        )
    };
    let full = settings(
        r#"session_name = "ci-42"
        duration = "15m"
        policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "ec2:*", Resource = "*" }] })
        policy_arns = ["arn:aws:iam::aws:policy/Nothing"]
        tags = { team = "images" }
        transitive_tag_keys = ["team"]
        source_identity = "ann""#,
    );
    let session = "arn:aws:sts::111122223333:assumed-role/deploy/ci-42";
    assert_eq!(caller(&cloud, &lookup(&cloud, &full)), session);
    let key = cloud.edit(|world| world.aws.access_keys.last().unwrap().clone());
    let session = key.session.unwrap();
    assert_eq!(session.source_identity.as_deref(), Some("ann"));
    assert_eq!(session.tags["team"], "images");
    assert!(session.transitive_tag_keys.contains("team"));
    let without = full.replace("external_id = \"bank/1\"", "");
    refused(&lookup(&cloud, &without), &["Role Cannot Be Assumed On AWS", "AccessDenied"]);
    let long = settings("duration = \"2h\"");
    refused(&lookup(&cloud, &long), &["Role Cannot Be Assumed On AWS", "MaxSessionDuration"]);
}

#[test]
fn slips_in_a_role_are_told_at_their_attribute_before_any_call() {
    let cloud = cloud();
    let cases: [(&str, &[&str]); 11] = [
        ("session_name = \"a b\"", &["Invalid Text", "`session_name`", "2 to 64"]),
        ("external_id = \"x\"", &["Invalid Text", "`external_id`", "2 to 1224"]),
        ("source_identity = \"é\"", &["Invalid Text", "`source_identity`"]),
        ("duration = \"10m\"", &["Invalid Duration", "`15m` to `12h`"]),
        ("duration = \"13h\"", &["Invalid Duration", "`15m` to `12h`"]),
        ("policy = \"{\"", &["Invalid Policy", "not JSON"]),
        ("policy = \"[]\"", &["Invalid Policy", "no JSON object"]),
        ("policy = jsonencode({ x = join(\"\", [for i in range(700) : \"aaa\"]) })", &["2048"]),
        ("policy_arns = [\"ReadOnlyAccess\"]", &["Invalid Policy", "`ReadOnlyAccess`"]),
        ("tags = { \"aws:x\" = \"y\" }", &["Invalid Tags", "`aws:`"]),
        ("transitive_tag_keys = [\"team\"]", &["Invalid Tags", "`team`"]),
    ];
    for (setting, parts) in cases {
        let role = format!("assume_role = [{{\n role_arn = \"{DEPLOY}\"\n {setting}\n}}]");
        refused(&lookup(&cloud, &format!("{CI_KEYS}\n{role}")), parts);
    }
    let chained = format!(
        "{CI_KEYS}\nassume_role = [{{ role_arn = \"{HOP}\" }}, {{ role_arn = \"{DEPLOY}\", duration = \"2h\" }}]"
    );
    refused(&lookup(&cloud, &chained), &["Invalid Duration", "`15m` to `1h`, because"]);
    assert!(cloud.journal().is_empty());
}

#[test]
fn a_web_identity_in_the_block() {
    let cloud = cloud();
    let identity = |token: &str, more: &str| {
        let identity = format!("{{\n role_arn = \"{DEPLOY}\"\n {token}\n}}");
        lookup(&cloud, &format!("assume_role_with_web_identity = {identity}\n{more}"))
    };
    let text = "web_identity_token = \"eyJ0aGUgdG9rZW4\"";
    assert_eq!(caller(&cloud, &identity(text, "")), DEPLOY_SESSION);
    let file = identity("web_identity_token_file = \"token\"", "");
    refused(&file, &["No Usable Credentials For AWS", "`token`", "No such file"]);
    file.write("token", "\n");
    refused(&file, &["No Usable Credentials For AWS", "`token` is empty"]);
    file.write("token", "eyJ0aGUgdG9rZW4\n");
    assert_eq!(caller(&cloud, &file), DEPLOY_SESSION);
    // Keys in the environment do not matter.
    assert_eq!(caller(&cloud, &keys_of_ci(file)), DEPLOY_SESSION);
    refused(&identity("", ""), &["Which Token", "`web_identity_token_file`"]);
    refused(&identity(text, CI_KEYS), &["Contradictory Credentials", "`access_key`"]);
    refused(
        &identity("web_identity_token = \"nonsense\"", ""),
        &["Credentials Refused By AWS", "InvalidIdentityToken", DEPLOY],
    );
    refused(
        &identity("web_identity_token = \"eyJvbGQ\"", ""),
        &["Credentials Refused By AWS", "ExpiredTokenException", DEPLOY],
    );
    cloud.edit(|world| world.aws.roles.iter_mut().for_each(|role| role.trusts.clear()));
    refused(
        &identity(text, ""),
        &["Role Cannot Be Assumed On AWS", "the token cannot assume", "AccessDenied", DEPLOY],
    );
}

#[test]
fn a_web_identity_in_the_environment() {
    let cloud = cloud();
    let run = lookup(&cloud, &format!("endpoints = {{ sts = \"{}\" }}", cloud.url()))
        .variable("AWS_ENDPOINT_URL_STS", "https://nowhere.invalid")
        .variable("AWS_ROLE_ARN", DEPLOY)
        .variable("AWS_ROLE_SESSION_NAME", "ci-42")
        .variable("AWS_WEB_IDENTITY_TOKEN_FILE", "token");
    refused(&run, &["No Usable Credentials For AWS", "web identity", "`token`", "No such file"]);
    run.write("token", "eyJ0aGUgdG9rZW4\n");
    assert_eq!(caller(&cloud, &run), "arn:aws:sts::111122223333:assumed-role/deploy/ci-42");
    run.write("token", "eyJvbGQ");
    refused(&run, &["Credentials Refused By AWS", "ExpiredTokenException", "`token`"]);
    run.write("token", "\n");
    refused(&run, &["No Usable Credentials For AWS", "`token` is empty"]);
    run.write("token", "nonsense");
    refused(&run, &["Credentials Refused By AWS", "InvalidIdentityToken", DEPLOY]);
    cloud.edit(|world| world.aws.roles.iter_mut().for_each(|role| role.trusts.clear()));
    run.write("token", "eyJ0aGUgdG9rZW4");
    refused(&run, &["Role Cannot Be Assumed On AWS", "the token in `token` cannot assume", DEPLOY]);
    let half = lookup(&cloud, "").variable("AWS_WEB_IDENTITY_TOKEN_FILE", "token");
    refused(&half, &["No Usable Credentials For AWS", "but `AWS_ROLE_ARN` is not"]);
}

#[test]
fn an_agent_beside_a_container() {
    let cloud = cloud();
    let url = cloud.agent_url(imageguard_simulator::Cloud::Aws);
    let run = lookup(&cloud, "").variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    refused(&run, &["No Usable Credentials For AWS", "container", "HTTP 404"]);
    cloud.edit(|world| world.aws.agent = Some(Agent::new(DEPLOY).authorization("open sesame")));
    refused(&run, &["No Usable Credentials For AWS", "container", "HTTP 401"]);
    let run = run.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN", "open sesame");
    assert_eq!(caller(&cloud, &run), "arn:aws:sts::111122223333:assumed-role/deploy/agent");
    cloud.edit(|world| {
        world.aws.access_keys.retain(|key| key.session.is_none());
        world.aws.session_lifetime = Some(0);
    });
    refused(&run, &["No Usable Credentials For AWS", "container", "they have expired"]);
    let elsewhere =
        lookup(&cloud, "").variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/x");
    refused(&elsewhere, &["No Usable Credentials For AWS", "container"]);
}

#[test]
fn the_role_of_a_machine() {
    let cloud = cloud();
    let run = lookup(&cloud, "")
        .variable("AWS_EC2_METADATA_DISABLED", "false")
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", cloud.url());
    refused(&run, &["No Usable Credentials For AWS", "instance metadata"]);
    let machine = Instance::new("eu-central-1").tokens(MetadataTokens::Required);
    cloud.edit(|world| world.aws.instance = Some(machine.clone()));
    refused(&run, &["No Usable Credentials For AWS", "this machine has no role"]);
    cloud.edit(|world| world.aws.instance = Some(machine.role(DEPLOY)));
    let session = caller(&cloud, &run);
    assert!(session.starts_with("arn:aws:sts::111122223333:assumed-role/deploy/i-"), "{session}");
    cloud.edit(|world| {
        world.aws.access_keys.retain(|key| key.session.is_none());
        world.aws.session_lifetime = Some(0);
    });
    refused(&run, &["Credentials Refused By AWS", "expired"]);
    let off = lookup(&cloud, "");
    refused(&off, &["instance metadata: switched off by `AWS_EC2_METADATA_DISABLED`"]);
}

#[test]
fn services_that_hand_out_nonsense_or_what_is_refused() {
    let cloud = cloud();
    cloud.edit(|world| {
        world.aws.agent = Some(Agent::new(DEPLOY));
        world.aws.instance = Some(Instance::new("eu-central-1").role(DEPLOY));
    });
    let url = cloud.agent_url(imageguard_simulator::Cloud::Aws);
    let container = lookup(&cloud, "").variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    let machine = lookup(&cloud, "")
        .variable("AWS_EC2_METADATA_DISABLED", "false")
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", cloud.url());
    for (run, action, name) in [
        (&container, "GetAgentCredentials", "container"),
        (&machine, "GetMetadataCredentials", "instance metadata"),
    ] {
        for effect in [Effect::Garbage, Effect::EmptyBody, Effect::WrongTypes] {
            cloud.inject(Fault::new(effect).action(action));
            refused(run, &["No Usable Credentials For AWS", name]);
            cloud.clear_faults();
        }
    }
    let message = "The security token included in the request is invalid.".to_owned();
    let unknown = Effect::Error { status: 403, code: "InvalidClientTokenId".to_owned(), message };
    cloud.inject(Fault::new(unknown).action("DescribeImages"));
    for run in [&container, &machine] {
        refused(run, &["Credentials Refused By AWS", "code InvalidClientTokenId, request id"]);
    }
}

#[test]
fn keys_that_no_header_can_carry() {
    let cloud = cloud();
    let run = keys_of_ci(lookup(&cloud, "")).variable("AWS_SESSION_TOKEN", "a\u{7f}b");
    refused(&run, &["AWS", "ec2:DescribeImages"]);
    assert!(cloud.journal().is_empty());
}

#[test]
fn a_program_that_gives_credentials() {
    let cloud = cloud();
    let with = |script: &str| {
        let run = lookup(&cloud, "profile = \"team\"");
        let program = run.write("vault", &format!("{script}\n"));
        let text = format!("[profile team]\ncredential_process = sh {}\n", program.display());
        run.write("home/.aws/config", &text);
        run
    };
    let answer = |id: &str, secret: &str, more: &str| {
        format!(
            "echo '{{\"Version\":1,\"AccessKeyId\":\"{id}\",\"SecretAccessKey\":\"{secret}\"{more}}}'"
        )
    };
    assert_eq!(caller(&cloud, &with(&answer("AKIACI", "ci-secret", ""))), CI);
    refused(
        &with("exit 3"),
        &["No Usable Credentials For AWS", "profile `team`", "exit status: 3"],
    );
    refused(&with("echo nonsense"), &["No Usable Credentials For AWS", "JSON"]);
    let over = ",\"SessionToken\":\"old-token\",\"Expiration\":\"2020-01-01T00:00:00Z\"";
    refused(
        &with(&answer("ASIAOLD", "old-secret", over)),
        &["No Usable Credentials For AWS", "they have expired, at 2020-01-01T00:00:00Z"],
    );
    refused(&with(&answer("AKIACI", "wrong", "")), &["Credentials Refused By AWS", "AuthFailure"]);
}

#[test]
fn a_session_that_is_over_when_it_begins_is_told_and_a_short_one_used() {
    let cloud = cloud();
    let settings = format!("{CI_KEYS}\nassume_role = [{{ role_arn = \"{DEPLOY}\" }}]");
    let run = lookup(&cloud, &settings);
    cloud.edit(|world| world.aws.session_lifetime = Some(0));
    refused(&run, &["No Usable Credentials For AWS", DEPLOY, "they have expired"]);
    cloud.edit(|world| world.aws.session_lifetime = Some(60));
    assert_eq!(caller(&cloud, &run), DEPLOY_SESSION);
}

#[test]
fn a_session_that_the_cloud_ends_early_is_made_anew_once() {
    let cloud = cloud();
    let settings = format!("{CI_KEYS}\nassume_role = [{{ role_arn = \"{DEPLOY}\" }}]");
    let run = lookup(&cloud, &settings);
    let message = "The security token included in the request is expired".to_owned();
    let over = Effect::Error { status: 400, code: "ExpiredToken".to_owned(), message };
    cloud.inject(Fault::new(over.clone()).action("DescribeImages").calls(1..=1));
    assert!(run.terraform(&["plan", "-no-color"]).success);
    let journal = cloud.journal();
    let called: Vec<_> = journal.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(called, ["AssumeRole", "DescribeImages", "AssumeRole", "DescribeImages"]);
    cloud.inject(Fault::new(over).action("DescribeImages"));
    refused(&run, &["Credentials Refused By AWS", "code ExpiredToken, request id"]);
}

#[test]
fn accounts_are_held_against_the_lists_before_anything_else_is_called() {
    let cloud = cloud();
    let settings = |list: &str| format!("{CI_KEYS}\n{list}");
    let allowed = "allowed_account_ids = [\"111122223333\"]";
    assert_eq!(caller(&cloud, &lookup(&cloud, &settings(allowed))), CI);
    cloud.clear_journal();
    refused(
        &lookup(&cloud, &settings("allowed_account_ids = [\"444455556666\"]")),
        &["Account Not Allowed On AWS", CI, "account 111122223333", "lists 444455556666 only"],
    );
    refused(
        &lookup(&cloud, &settings("forbidden_account_ids = [\"111122223333\"]")),
        &["Account Not Allowed On AWS", CI, "`forbidden_account_ids` lists it"],
    );
    let journal = cloud.journal();
    let called: Vec<_> = journal.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(called, ["GetCallerIdentity"; 2]);
    let slips: [(&str, &[&str]); 3] = [
        ("allowed_account_ids = [\"12345\"]", &["Invalid Account", "`12345`", "twelve digits"]),
        ("allowed_account_ids = []", &["Empty Value", "`allowed_account_ids`"]),
        (
            "allowed_account_ids = [\"111122223333\"]\nforbidden_account_ids = [\"444455556666\"]",
            &["Contradictory Accounts"],
        ),
    ];
    for (list, parts) in slips {
        refused(&lookup(&cloud, &settings(list)), parts);
    }
}

#[test]
fn hosts_that_do_not_exist_are_refused_where_no_endpoint_is_named() {
    let settings = format!("{CI_KEYS}\nuse_fips_endpoint = true");
    let run = Workspace::new(&configuration(&settings).replace("eu-central-1", "cn-north-1"));
    refused(&run, &["Unusable Setting For AWS", "no FIPS host of `ec2`", "`aws-cn`"]);
    let cloud = cloud();
    assert_eq!(caller(&cloud, &lookup(&cloud, &settings)), CI);
}

#[test]
fn moto_takes_our_roles_for_roles() {
    let settings = format!(
        "assume_role = [{{ role_arn = \"{HOP}\", external_id = \"bank/1\", tags = {{ team = \"images\" }}, \
         source_identity = \"ann\" }}, {{ role_arn = \"{DEPLOY}\" }}]\n\
         allowed_account_ids = [\"111122223333\"]"
    );
    let run = Workspace::new(&configuration(&settings));
    let image = serde_json::json!([{
        "ami_id": "ami-000000000000000a1", "name": "web", "owner_id": "111122223333",
        "public": true, "architecture": "x86_64", "virtualization_type": "hvm",
        "state": "available", "root_device_type": "ebs", "root_device_name": "/dev/xvda",
        "image_location": "x", "hypervisor": "xen", "description": "web", "platform": null,
        "image_type": "machine", "tags": { "status": "approved" },
    }]);
    let file = run.write("images.json", &image.to_string());
    let moto = Moto::start(&file);
    let run = moto.serve(run);
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    let wrong = Workspace::new(&configuration(
        &settings.replace("[\"111122223333\"]", "[\"999999999999\"]"),
    ));
    refused(
        &moto.serve(wrong),
        &["Account Not Allowed On AWS", "arn:aws:sts::111122223333:assumed-role/deploy/imageguard"],
    );
}
