//! AWS: role sessions, from `AssumeRole` and `AssumeRoleWithWebIdentity`.

use imageguard_simulator::aws::Image;
use imageguard_simulator::{
    AccessKey, Account, IdentityProvider, IdentityToken, Role, SessionPolicy, Simulator, World,
};

use crate::client::{Call, Reply, now, post_form};

const OTHER: &str = "222233334444";
const ROLE: &str = "arn:aws:iam::222233334444:role/team/lookup";
const PROVIDER: &str = "arn:aws:iam::222233334444:oidc-provider/ci.example.com";
const ISSUER: &str = "https://ci.example.com";

/// Two accounts with an image each, and a role in the second one that trusts a user of the first.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.aws;
    cloud.accounts.push(Account::new(OTHER, "other"));
    let user = |name: &str| format!("arn:aws:iam::111122223333:user/{name}");
    cloud.access_keys.extend([
        AccessKey::new("AKIAALICE", "alice-secret", &user("alice")),
        AccessKey::new("AKIABOB", "bob-secret", &user("bob")),
        AccessKey::new("AKIACAROL", "carol-secret", &user("carol")).permissions(["sts:AssumeRole"]),
    ]);
    let role = Role::new(ROLE).trusts(user("alice")).trusts(user("carol")).trusts(PROVIDER);
    cloud.roles.push(role.max_session_seconds(7200));
    cloud.identity_providers.push(IdentityProvider::new(PROVIDER, ISSUER, "sts.amazonaws.com"));
    cloud.identity_tokens.push(IdentityToken::new("good-token", ISSUER, "sts.amazonaws.com"));
    cloud.images.extend([Image::new("ami-00000001"), Image::new("ami-00000002").owner(OTHER)]);
    world
}

fn with_defaults<'a>(parameters: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("RoleArn", ROLE), ("RoleSessionName", "run-1")];
    all.retain(|(name, _)| parameters.iter().all(|(given, _)| given != name));
    all.extend(parameters);
    all
}

fn assume(simulator: &Simulator, key: (&str, &str), parameters: &[(&str, &str)]) -> Reply {
    let call = Call::aws(simulator, "AssumeRole", &with_defaults(parameters));
    call.key(key.0, key.1).send_aws()
}

fn assume_as_alice(simulator: &Simulator, parameters: &[(&str, &str)]) -> Reply {
    assume(simulator, ("AKIAALICE", "alice-secret"), parameters)
}

/// A call signed with the credentials in an answer.
fn call_with(
    simulator: &Simulator,
    reply: &Reply,
    action: &str,
    parameters: &[(&str, &str)],
) -> Call {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let text = |name: &str| reply.only(name).unwrap();
    Call::aws(simulator, action, parameters)
        .key(&text("AccessKeyId"), &text("SecretAccessKey"))
        .token(&text("SessionToken"))
}

fn own_images(simulator: &Simulator, reply: &Reply) -> Reply {
    call_with(simulator, reply, "DescribeImages", &[("Owner.1", "self")]).send_aws()
}

fn arn(simulator: &Simulator, reply: &Reply) -> Option<String> {
    call_with(simulator, reply, "GetCallerIdentity", &[]).send_aws().only("Arn")
}

#[track_caller]
fn check_code(reply: &Reply, status: u16, code: &str) {
    let found = reply.only("Code").unwrap_or_default();
    assert_eq!((reply.status, found.as_str()), (status, code), "{}", reply.text());
}

#[test]
fn a_session_acts_in_the_account_of_its_role() {
    let simulator = Simulator::start(world());
    let reply = assume_as_alice(&simulator, &[]);
    assert!(reply.only("AccessKeyId").unwrap().starts_with("ASIA"), "{}", reply.text());
    let session = "arn:aws:sts::222233334444:assumed-role/lookup/run-1";
    assert_eq!(reply.only("Arn").as_deref(), Some(session));
    assert_eq!(arn(&simulator, &reply).as_deref(), Some(session));
    assert_eq!(own_images(&simulator, &reply).texts("imageId"), ["ami-00000002"]);
    let identity = call_with(&simulator, &reply, "GetCallerIdentity", &[]).send_aws();
    assert_eq!(identity.only("UserId"), reply.only("AssumedRoleId"));
}

#[test]
fn malformed_arguments_are_refused() {
    let simulator = Simulator::start(world());
    for (name, value, code) in [
        ("RoleArn", "lookup", "ValidationError"),
        ("RoleSessionName", "x", "ValidationError"),
        ("RoleSessionName", "run 1", "ValidationError"),
        ("DurationSeconds", "899", "ValidationError"),
        ("DurationSeconds", "7201", "ValidationError"),
        ("Policy", "{", "MalformedPolicyDocument"),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/None", "ValidationError"),
        ("SourceIdentity", "x", "ValidationError"),
        ("ExternalId", "two words", "ValidationError"),
        ("TransitiveTagKeys.member.1", "team", "InvalidParameterValue"),
        ("SerialNumber", "mfa", "NotSimulated"),
        ("Nonsense", "1", "UnknownParameter"),
    ] {
        check_code(&assume_as_alice(&simulator, &[(name, value)]), 400, code);
    }
    let nameless = Call::aws(&simulator, "AssumeRole", &[("RoleArn", ROLE)]);
    check_code(&nameless.key("AKIAALICE", "alice-secret").send_aws(), 400, "ValidationError");
}

#[test]
fn a_refusal_does_not_tell_whether_the_role_exists() {
    let simulator = Simulator::start(world());
    let refused = |key, parameters: &[(&str, &str)]| {
        let reply = assume(&simulator, key, parameters);
        check_code(&reply, 403, "AccessDenied");
        reply.only("Message").unwrap()
    };
    let nobody = "arn:aws:iam::222233334444:role/nobody";
    let alice = ("AKIAALICE", "alice-secret");
    assert_eq!(
        refused(alice, &[("RoleArn", nobody)]),
        format!(
            "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: \
             sts:AssumeRole on resource: {nobody}"
        )
    );
    assert!(refused(("AKIABOB", "bob-secret"), &[]).ends_with(ROLE));
    simulator.edit(|world| world.aws.roles[0].external_id = Some("ticket-1".to_owned()));
    assert!(refused(alice, &[]).ends_with(ROLE));
    assert!(refused(alice, &[("ExternalId", "ticket-2")]).ends_with(ROLE));
    assert_eq!(assume(&simulator, alice, &[("ExternalId", "ticket-1")]).status, 200);
    let root = Call::aws(&simulator, "AssumeRole", &with_defaults(&[])).send_aws();
    check_code(&root, 403, "AccessDenied");
}

#[test]
fn tags_and_source_identities_need_permissions_of_their_own() {
    let simulator = Simulator::start(world());
    let assume =
        |parameters: &[(&str, &str)]| assume(&simulator, ("AKIACAROL", "carol-secret"), parameters);
    let tag = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "blue")];
    assert_eq!(assume(&[]).status, 200);
    check_code(&assume(&tag), 403, "AccessDenied");
    assert!(assume(&tag).text().contains("sts:TagSession"));
    assert!(assume(&[("SourceIdentity", "carol")]).text().contains("sts:SetSourceIdentity"));
}

#[test]
fn policies_take_permissions_from_a_session() {
    let simulator = Simulator::start(world());
    let managed = "arn:aws:iam::aws:policy/Lookup";
    let policy = SessionPolicy { allow: ["ec2:*Images".to_owned()].into(), ..Default::default() };
    simulator.edit(|world| world.aws.managed_policies.insert(managed.to_owned(), policy));
    let inline = r#"{"Statement": {"Effect": "Allow", "Action": "ec2:*Regions", "Resource": "*"}}"#;
    let elsewhere = r#"{"Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*",
        "Condition": {"StringNotEquals": {"ec2:Region": "us-east-1"}}}}"#;
    let reply = assume_as_alice(&simulator, &[("Policy", elsewhere)]);
    check_code(&own_images(&simulator, &reply), 403, "UnauthorizedOperation");
    let reply = assume_as_alice(&simulator, &[("Policy", inline)]);
    assert!(reply.only("PackedPolicySize").is_some());
    let refused = own_images(&simulator, &reply);
    check_code(&refused, 403, "UnauthorizedOperation");
    assert!(refused.text().contains("because no session policy allows"), "{}", refused.text());
    let arn = ("PolicyArns.member.1.arn", managed);
    let reply = assume_as_alice(&simulator, &[("Policy", inline), arn]);
    assert_eq!(own_images(&simulator, &reply).status, 200);
}

#[test]
fn a_chain_of_sessions_hands_on_identity_and_transitive_tags() {
    let simulator = Simulator::start(world());
    let next = "arn:aws:iam::111122223333:role/next";
    let role = Role::new(next).trusts(ROLE).max_session_seconds(43_200);
    simulator.edit(|world| world.aws.roles.push(role));
    let first = assume_as_alice(
        &simulator,
        &[
            ("SourceIdentity", "alice"),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "blue"),
            ("Tags.member.2.Key", "stage"),
            ("Tags.member.2.Value", "test"),
            ("TransitiveTagKeys.member.1", "team"),
        ],
    );
    assert_eq!(first.only("SourceIdentity").as_deref(), Some("alice"));
    let chain = |parameters: &[(&str, &str)]| {
        let mut all = vec![("RoleArn", next), ("RoleSessionName", "run-2")];
        all.extend(parameters);
        call_with(&simulator, &first, "AssumeRole", &all).send_aws()
    };
    let second = chain(&[]);
    assert_eq!(second.only("SourceIdentity").as_deref(), Some("alice"));
    let tags = simulator.edit(|world| {
        let session = world.aws.access_keys.last().unwrap().session.clone().unwrap();
        session.tags
    });
    assert_eq!(tags, [("team".to_owned(), "blue".to_owned())].into());
    check_code(&chain(&[("DurationSeconds", "3601")]), 400, "ValidationError");
    check_code(&chain(&[("SourceIdentity", "mallory")]), 403, "AccessDenied");
    let overridden = chain(&[("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "red")]);
    check_code(&overridden, 400, "InvalidParameterValue");
}

#[test]
fn sessions_end() {
    let simulator = Simulator::start(world());
    let reply = assume_as_alice(&simulator, &[("DurationSeconds", "900")]);
    let end: imageguard_simulator::Timestamp = reply.only("Expiration").unwrap().parse().unwrap();
    assert!((890..=910).contains(&(end.unix() - now().unix())));
    simulator.expire_sessions();
    let identity = || call_with(&simulator, &reply, "GetCallerIdentity", &[]).send_aws();
    check_code(&identity(), 403, "ExpiredToken");
    check_code(&own_images(&simulator, &reply), 400, "RequestExpired");
    simulator.edit(|world| world.aws.session_lifetime = Some(0));
    let reply = assume_as_alice(&simulator, &[]);
    check_code(
        &call_with(&simulator, &reply, "GetCallerIdentity", &[]).send_aws(),
        403,
        "ExpiredToken",
    );
}

#[test]
fn a_session_needs_its_own_token() {
    let simulator = Simulator::start(world());
    let (first, second) = (assume_as_alice(&simulator, &[]), assume_as_alice(&simulator, &[]));
    let call = || call_with(&simulator, &first, "GetCallerIdentity", &[]);
    let swapped = call().token(&second.only("SessionToken").unwrap()).send_aws();
    check_code(&swapped, 403, "InvalidClientTokenId");
    check_code(&Call { token: None, ..call() }.send_aws(), 403, "InvalidClientTokenId");
}

fn assume_with_web_identity(simulator: &Simulator, parameters: &[(&str, &str)]) -> Reply {
    let mut all = vec![
        ("Action", "AssumeRoleWithWebIdentity"),
        ("Version", "2011-06-15"),
        ("WebIdentityToken", "good-token"),
    ];
    all.retain(|(name, _)| parameters.iter().all(|(given, _)| given != name));
    all.extend(with_defaults(parameters));
    post_form(simulator, &all)
}

#[test]
fn a_foreign_token_starts_a_session() {
    let simulator = Simulator::start(world());
    let reply = assume_with_web_identity(&simulator, &[]);
    assert_eq!(own_images(&simulator, &reply).texts("imageId"), ["ami-00000002"]);
    assert_eq!(reply.only("Audience").as_deref(), Some("sts.amazonaws.com"));
    assert_eq!(reply.only("SubjectFromWebIdentityToken").as_deref(), Some("simulated-subject"));
}

#[test]
fn foreign_tokens_are_checked() {
    let simulator = Simulator::start(world());
    let token =
        |token: &str, issuer: &str, audience: &str| IdentityToken::new(token, issuer, audience);
    simulator.edit(|world| {
        world.aws.identity_tokens.extend([
            token("foreign", "https://elsewhere.example.com", "sts.amazonaws.com"),
            token("misdirected", ISSUER, "somebody"),
            token("expired", ISSUER, "sts.amazonaws.com").expires_at(now().plus_seconds(-1)),
        ]);
        world.aws.roles.push(Role::new("arn:aws:iam::222233334444:role/closed"));
    });
    for (name, value, status, code) in [
        ("WebIdentityToken", "invented", 400, "InvalidIdentityToken"),
        ("WebIdentityToken", "foreign", 400, "InvalidIdentityToken"),
        ("WebIdentityToken", "misdirected", 400, "InvalidIdentityToken"),
        ("WebIdentityToken", "expired", 400, "ExpiredTokenException"),
        ("WebIdentityToken", "abc", 400, "ValidationError"),
        ("RoleArn", "arn:aws:iam::222233334444:role/closed", 403, "AccessDenied"),
        ("RoleArn", "arn:aws:iam::222233334444:role/nobody", 403, "AccessDenied"),
        ("RoleArn", "arn:aws:iam::111122223333:role/lookup", 400, "InvalidIdentityToken"),
        ("ProviderId", "www.example.com", 400, "NotSimulated"),
        ("Version", "2016-11-15", 400, "NoSuchVersion"),
    ] {
        check_code(&assume_with_web_identity(&simulator, &[(name, value)]), status, code);
    }
}
