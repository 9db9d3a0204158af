//! Alibaba Cloud: role sessions, from `AssumeRole` and `AssumeRoleWithOIDC`.

use imageguard_simulator::alicloud::{Image, Owner};
use imageguard_simulator::{
    AccessKey, Account, IdentityProvider, IdentityToken, Role, Simulator, World,
};
use serde_json::Value;

use crate::client::{Call, Reply, now, post_form};

const OTHER: &str = "1000000000000002";
const ROLE: &str = "acs:ram::1000000000000002:role/lookup";
const PROVIDER: &str = "acs:ram::1000000000000002:oidc-provider/ci";
const ISSUER: &str = "https://ci.example.com";

/// Two accounts with an image each, and a role in the second one that trusts a user of the first.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(OTHER, "other"));
    let user = |name: &str| format!("acs:ram::1000000000000001:user/{name}");
    cloud.access_keys.extend([
        AccessKey::new("LTAIalice", "alice-secret", &user("alice")),
        AccessKey::new("LTAIbob", "bob-secret", &user("bob")),
        AccessKey::new("LTAIcarol", "carol-secret", &user("carol")).permissions([]),
    ]);
    let role = Role::new(ROLE).trusts(user("alice")).trusts(user("carol")).trusts(PROVIDER);
    cloud.roles.push(role.max_session_seconds(7200));
    cloud.identity_providers.push(IdentityProvider::new(PROVIDER, ISSUER, "sts.aliyuncs.com"));
    cloud.identity_tokens.push(IdentityToken::new("good-token", ISSUER, "sts.aliyuncs.com"));
    let other = Owner::try_from(OTHER.to_owned()).unwrap();
    cloud.images.extend([Image::new("m-own"), Image::new("m-other").owner(other)]);
    world
}

fn assume(simulator: &Simulator, key: (&str, &str), parameters: &[(&str, &str)]) -> Reply {
    let mut all = vec![("RoleArn", ROLE), ("RoleSessionName", "run-1")];
    all.retain(|(name, _)| parameters.iter().all(|(given, _)| given != name));
    all.extend(parameters);
    Call::alicloud(simulator, "AssumeRole", &all).key(key.0, key.1).send_alicloud()
}

fn assume_as_alice(simulator: &Simulator, parameters: &[(&str, &str)]) -> Reply {
    assume(simulator, ("LTAIalice", "alice-secret"), parameters)
}

/// A call signed with the credentials in an answer.
fn call_with(
    simulator: &Simulator,
    reply: &Reply,
    action: &str,
    parameters: &[(&str, &str)],
) -> Call {
    let credentials = &reply.json()["Credentials"];
    let text = |name: &str| credentials[name].as_str().unwrap_or_default().to_owned();
    Call::alicloud(simulator, action, parameters)
        .key(&text("AccessKeyId"), &text("AccessKeySecret"))
        .token(&text("SecurityToken"))
}

fn own_images(simulator: &Simulator, reply: &Reply) -> Reply {
    let parameters = [("RegionId", "cn-hangzhou"), ("ImageOwnerAlias", "self")];
    call_with(simulator, reply, "DescribeImages", &parameters).send_alicloud()
}

#[track_caller]
fn check_code(reply: &Reply, status: u16, code: &str) {
    let found = reply.json()["Code"].as_str().unwrap_or_default().to_owned();
    assert_eq!((reply.status, found.as_str()), (status, code), "{}", reply.text());
}

#[test]
fn a_session_acts_in_the_account_of_its_role() {
    let simulator = Simulator::start(world());
    let reply = assume_as_alice(&simulator, &[]);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    assert!(body["Credentials"]["AccessKeyId"].as_str().unwrap().starts_with("STS."));
    assert_eq!(body["AssumedRoleUser"]["Arn"], format!("{ROLE}/run-1"));
    let images = own_images(&simulator, &reply).json();
    assert_eq!(images["TotalCount"], 1);
    assert_eq!(images["Images"]["Image"][0]["ImageId"], "m-other");
    let identity = call_with(&simulator, &reply, "GetCallerIdentity", &[]).send_alicloud().json();
    assert_eq!(identity["Arn"], "acs:ram::1000000000000002:assumed-role/lookup/run-1");
    assert_eq!(identity["AccountId"], OTHER);
    assert_eq!(identity["IdentityType"], "AssumedRoleUser");
    assert_eq!(identity["PrincipalId"], body["AssumedRoleUser"]["AssumedRoleId"]);
}

#[test]
fn malformed_arguments_are_told_apart() {
    let simulator = Simulator::start(world());
    let long_policy = format!("{{\"Statement\": [], \"x\": \"{}\"}}", "x".repeat(2048));
    for (name, value, code) in [
        ("RoleArn", "lookup", "InvalidParameter.RoleArn"),
        ("RoleArn", "acs:ram::1000000000000002:user/lookup", "InvalidParameter.RoleArn"),
        ("RoleArn", "", "MissingRoleArn"),
        ("RoleSessionName", "x", "InvalidParameter.RoleSessionName"),
        ("RoleSessionName", "run 1", "InvalidParameter.RoleSessionName"),
        ("DurationSeconds", "899", "InvalidParameter.DurationSeconds"),
        ("DurationSeconds", "7201", "InvalidParameter.DurationSeconds"),
        ("DurationSeconds", "1h", "InvalidParameter.DurationSeconds"),
        ("ExternalId", "x", "InvalidParameter.ExternalId"),
        ("Policy", "{", "InvalidParameter.PolicyGrammar"),
        ("Policy", &long_policy, "InvalidParameter.PolicySize"),
        ("Nonsense", "1", "UnsupportedParameter"),
    ] {
        check_code(&assume_as_alice(&simulator, &[(name, value)]), 400, code);
    }
    let nobody = "acs:ram::1000000000000002:role/nobody";
    let reply = assume_as_alice(&simulator, &[("RoleArn", nobody)]);
    check_code(&reply, 404, "EntityNotExist.Role");
}

#[test]
fn permission_trust_and_external_id_are_all_needed() {
    let simulator = Simulator::start(world());
    let reply = assume(&simulator, ("LTAIcarol", "carol-secret"), &[]);
    check_code(&reply, 403, "NoPermission");
    assert_eq!(reply.json()["AccessDeniedDetail"]["AuthAction"], "sts:AssumeRole");
    let reply = assume(&simulator, ("LTAIbob", "bob-secret"), &[]);
    check_code(&reply, 403, "NoPermission");
    assert_eq!(reply.json()["AccessDeniedDetail"]["PolicyType"], "AssumeRolePolicy");
    let root =
        Call::alicloud(&simulator, "AssumeRole", &[("RoleArn", ROLE), ("RoleSessionName", "run")]);
    check_code(&root.send_alicloud(), 403, "NoPermission");
    simulator.edit(|world| world.alicloud.roles[0].external_id = Some("ticket-1".to_owned()));
    check_code(&assume_as_alice(&simulator, &[]), 403, "NoPermission");
    check_code(&assume_as_alice(&simulator, &[("ExternalId", "ticket-2")]), 403, "NoPermission");
    assert_eq!(assume_as_alice(&simulator, &[("ExternalId", "ticket-1")]).status, 200);
}

#[test]
fn a_policy_takes_permissions_from_a_session() {
    let simulator = Simulator::start(world());
    let policy = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*Regions","Resource":"*"}]}"#;
    let reply = assume_as_alice(&simulator, &[("Policy", policy)]);
    check_code(&own_images(&simulator, &reply), 403, "Forbidden.RAM");
    let regions = call_with(&simulator, &reply, "DescribeRegions", &[]).send_alicloud();
    assert_eq!(regions.status, 200);

    let policy = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"acs:ecs:cn-shanghai:*:*"}]}"#;
    let session = assume_as_alice(&simulator, &[("Policy", policy)]);
    let list = |region| {
        let given = [("RegionId", region), ("ImageOwnerAlias", "self")];
        call_with(&simulator, &session, "DescribeImages", &given).send_alicloud()
    };
    assert_eq!(list("cn-shanghai").status, 200);
    let refused = list("cn-hangzhou");
    check_code(&refused, 403, "Forbidden.RAM");
    assert_eq!(refused.json()["AccessDeniedDetail"]["PolicyType"], "SessionPolicy");
}

#[test]
fn a_session_can_assume_a_role_that_trusts_its_own() {
    let simulator = Simulator::start(world());
    let next = "acs:ram::1000000000000001:role/next";
    simulator.edit(|world| world.alicloud.roles.push(Role::new(next).trusts(ROLE)));
    let first = assume_as_alice(&simulator, &[]);
    let parameters = [("RoleArn", next), ("RoleSessionName", "run-2")];
    let second = call_with(&simulator, &first, "AssumeRole", &parameters).send_alicloud();
    let identity = call_with(&simulator, &second, "GetCallerIdentity", &[]).send_alicloud().json();
    assert_eq!(identity["Arn"], "acs:ram::1000000000000001:assumed-role/next/run-2");
}

#[test]
fn sessions_end() {
    let simulator = Simulator::start(world());
    let reply = assume_as_alice(&simulator, &[("DurationSeconds", "900")]);
    let end: imageguard_simulator::Timestamp =
        reply.json()["Credentials"]["Expiration"].as_str().unwrap().parse().unwrap();
    assert!((890..=910).contains(&(end.unix() - now().unix())));
    assert_eq!(own_images(&simulator, &reply).status, 200);
    simulator.expire_sessions();
    check_code(&own_images(&simulator, &reply), 400, "InvalidSecurityToken.Expired");
    simulator.edit(|world| world.alicloud.session_lifetime = Some(0));
    let reply = assume_as_alice(&simulator, &[]);
    check_code(&own_images(&simulator, &reply), 400, "InvalidSecurityToken.Expired");
}

#[test]
fn a_session_needs_its_own_token() {
    let simulator = Simulator::start(world());
    let (first, second) = (assume_as_alice(&simulator, &[]), assume_as_alice(&simulator, &[]));
    let call = || call_with(&simulator, &first, "GetCallerIdentity", &[]);
    let token: Value = second.json()["Credentials"]["SecurityToken"].take();
    let swapped = call().token(token.as_str().unwrap()).send_alicloud();
    check_code(&swapped, 400, "InvalidSecurityToken.MismatchWithAccessKey");
    let bare = Call { token: None, ..call() }.send_alicloud();
    check_code(&bare, 404, "InvalidAccessKeyId.NotFound");
}

/// Sends what the credentials packages send: an unsigned form that names its action.
fn assume_with_oidc(simulator: &Simulator, parameters: &[(&str, &str)]) -> Reply {
    let timestamp = now().to_string();
    let mut all = vec![
        ("Action", "AssumeRoleWithOIDC"),
        ("Version", "2015-04-01"),
        ("Format", "JSON"),
        ("Timestamp", &timestamp),
        ("RoleArn", ROLE),
        ("RoleSessionName", "run-1"),
        ("OIDCProviderArn", PROVIDER),
        ("OIDCToken", "good-token"),
    ];
    all.retain(|(name, _)| parameters.iter().all(|(given, _)| given != name));
    all.extend(parameters);
    post_form(simulator, &all)
}

#[test]
fn a_foreign_token_starts_a_session() {
    let simulator = Simulator::start(world());
    let reply = assume_with_oidc(&simulator, &[]);
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.json()["OIDCTokenInfo"]["Issuer"], ISSUER);
    let images = own_images(&simulator, &reply).json();
    assert_eq!(images["Images"]["Image"][0]["ImageId"], "m-other");
    let entry = &simulator.journal()[0];
    assert_eq!(entry.caller, None);
    assert_eq!(entry.to_string(), "POST alicloud AssumeRoleWithOIDC -: unsigned -> 200");
}

#[test]
fn foreign_tokens_are_checked() {
    let simulator = Simulator::start(world());
    let token = |token: &str, issuer: &str, audience: &str| {
        IdentityToken::new(token, issuer, audience).expires_at(now().plus_seconds(-1))
    };
    simulator.edit(|world| {
        world.alicloud.identity_tokens.extend([
            token("foreign", "https://elsewhere.example.com", "sts.aliyuncs.com"),
            token("misdirected", ISSUER, "somebody"),
            token("expired", ISSUER, "sts.aliyuncs.com"),
        ]);
        world.alicloud.roles.push(Role::new("acs:ram::1000000000000002:role/closed"));
    });
    for (name, value, status, code) in [
        ("OIDCToken", "invented", 400, "AuthenticationFail.OIDCToken.Invalid"),
        ("OIDCToken", "foreign", 400, "AuthenticationFail.OIDCToken.IssuerNotMatch"),
        ("OIDCToken", "misdirected", 400, "AuthenticationFail.OIDCToken.AudienceNotMatch"),
        ("OIDCToken", "expired", 400, "AuthenticationFail.OIDCToken.Expired"),
        ("OIDCToken", "abc", 400, "InvalidParameter.OIDCToken"),
        ("OIDCProviderArn", "acs:ram::1:oidc-provider/x", 403, "AuthenticationFail.NoPermission"),
        (
            "RoleArn",
            "acs:ram::1000000000000002:role/closed",
            403,
            "AuthenticationFail.NoPermission",
        ),
        ("RoleArn", "acs:ram::1000000000000002:role/nobody", 404, "EntityNotExist.Role"),
        ("RoleSessionName", "", 400, "MissingRoleSessionName"),
        ("Timestamp", "2024-05-06T07:08:09Z", 400, "InvalidTimeStamp.Expired"),
        ("Format", "XML", 400, "NotSimulated"),
        ("Version", "2014-05-26", 400, "InvalidVersion"),
    ] {
        check_code(&assume_with_oidc(&simulator, &[(name, value)]), status, code);
    }
}

#[test]
fn other_actions_are_not_open_to_unsigned_requests() {
    let simulator = Simulator::start(world());
    let form = [("Action", "GetCallerIdentity"), ("Version", "2015-04-01"), ("Format", "JSON")];
    check_code(&post_form(&simulator, &form), 400, "IncompleteSignature");
}
