//! The vendors' official clients, unchanged, against the simulated cloud.
//!
//! Were the simulator and imageguard wrong in the same way, no other test would notice; these
//! clients would.

#![allow(clippy::indexing_slicing, reason = "a JSON value answers null where there is nothing")]

mod aws_guardrails;
mod aws_machines;
mod guardrails;
mod tags;

use std::io::Write;
use std::process::{Command, Stdio};

use imageguard_simulator::{
    AccessKey, Account, Agent, Cloud, Effect, Fault, IdentityProvider, IdentityToken, Instance,
    MetadataTokens, Role, Simulator, Timestamp, World, alicloud, aws,
};
use serde_json::{Value, json};

use crate::python;

const ALICLOUD: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/official_clients/alicloud.py");
pub(crate) const AWS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/official_clients/aws.py");

/// Has a script make calls; returns a result for each.
fn run(
    script: &str,
    simulator: &Simulator,
    key: (&str, &str, Option<&str>),
    calls: Value,
) -> Vec<Value> {
    run_at(script, &simulator.endpoint(), key, calls)
}

/// Has a script make calls to the cloud that listens there.
pub(crate) fn run_at(
    script: &str,
    endpoint: &str,
    key: (&str, &str, Option<&str>),
    calls: Value,
) -> Vec<Value> {
    let (access_key_id, access_key_secret, security_token) = key;
    let task = json!({
        "endpoint": endpoint,
        "access_key_id": access_key_id,
        "access_key_secret": access_key_secret,
        "security_token": security_token,
        "calls": calls,
    });
    // Without an environment there are no proxies, profiles or credentials to pick up.
    let mut child = Command::new(python::interpreter())
        .arg(script)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter exists");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(task.to_string().as_bytes()).expect("the script reads its task");
    drop(input);
    let output = child.wait_with_output().expect("the script runs");
    assert!(output.status.success(), "{script} failed; see its message above");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

fn run_alicloud(simulator: &Simulator, calls: Value) -> Vec<Value> {
    run(ALICLOUD, simulator, (alicloud::ACCESS_KEY_ID, alicloud::ACCESS_KEY_SECRET, None), calls)
}

fn run_aws(simulator: &Simulator, calls: Value) -> Vec<Value> {
    run(AWS, simulator, (aws::ACCESS_KEY_ID, aws::ACCESS_KEY_SECRET, None), calls)
}

fn describe_alicloud(parameters: Value) -> Value {
    let mut parameters = parameters;
    parameters["RegionId"] = json!("cn-hangzhou");
    json!({"client": "ecs", "operation": "describe_images", "parameters": parameters})
}

fn describe_aws(parameters: Value) -> Value {
    json!({"client": "ec2", "operation": "describe_images", "parameters": parameters})
}

/// Collects one field of all elements of a list, sorted: neither cloud promises an order.
fn fields(list: &Value, name: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    let mut fields: Vec<String> = list
        .iter()
        .map(|element| {
            element[name].as_str().unwrap_or_else(|| panic!("no {name}: {element}")).to_owned()
        })
        .collect();
    fields.sort();
    fields
}

/// Collects the ids in an answer to the SDK.
fn alicloud_ids(result: &Value) -> Vec<String> {
    fields(&result["body"]["Images"]["Image"], "ImageId")
}

/// Collects the ids in an answer to boto3.
fn aws_ids(result: &Value) -> Vec<String> {
    fields(&result["body"]["Images"], "ImageId")
}

#[test]
fn the_alibaba_cloud_sdk_pages_through_tagged_images() {
    let mut world = World::default();
    let tagged = |id| alicloud::Image::new(id).tag("os name", "Ubuntu 24.04 ~*+/=&黄金");
    world.alicloud.images.extend(["m-1", "m-2", "m-3"].map(tagged));
    world.alicloud.images.push(alicloud::Image::new("m-untagged"));
    let simulator = Simulator::start(world);
    let page = |number: u32| {
        let tag = json!([{"Key": "os name", "Value": "Ubuntu 24.04 ~*+/=&黄金"}]);
        describe_alicloud(json!({"Tag": tag, "PageSize": 2, "PageNumber": number}))
    };
    let results = run_alicloud(&simulator, json!([page(1), page(2), page(3)]));
    let mut ids: Vec<String> = results.iter().flat_map(alicloud_ids).collect();
    ids.sort();
    assert_eq!(ids, ["m-1", "m-2", "m-3"]);
    let sizes: Vec<usize> = results.iter().map(|result| alicloud_ids(result).len()).collect();
    assert_eq!(sizes, [2, 1, 0]);
    assert_eq!(results[0]["body"]["TotalCount"], 3);
    let tag = &results[0]["body"]["Images"]["Image"][0]["Tags"]["Tag"][0];
    assert_eq!(*tag, json!({"TagKey": "os name", "TagValue": "Ubuntu 24.04 ~*+/=&黄金"}));
}

#[test]
fn the_alibaba_cloud_sdk_tells_owners_and_statuses_apart() {
    // An owner id that a JSON reader which thinks in doubles would change.
    const OWNER: u64 = 9_007_199_254_740_993;
    let mut world = World::default();
    world.alicloud.images.extend([
        alicloud::Image::new("m-own"),
        alicloud::Image::new("m-old").status(alicloud::Status::Deprecated),
        alicloud::Image::new("m-shared")
            .owner(alicloud::Owner::Account(OWNER))
            .shared_with(alicloud::ACCOUNT),
        alicloud::Image::new("m-published").owner(alicloud::Owner::Account(OWNER)).community(),
        alicloud::Image::new("ubuntu.vhd").owner(alicloud::Owner::System),
    ]);
    let simulator = Simulator::start(world);
    let results = run_alicloud(
        &simulator,
        json!([
            describe_alicloud(json!({})),
            describe_alicloud(json!({"ImageOwnerAlias": "self"})),
            describe_alicloud(json!({"ImageOwnerAlias": "self", "Status": "Available,Deprecated"})),
            describe_alicloud(json!({"ImageOwnerAlias": "others", "ImageOwnerId": OWNER})),
            describe_alicloud(json!({"ImageOwnerAlias": "others", "IsPublic": true})),
        ]),
    );
    let ids: Vec<Vec<String>> = results.iter().map(alicloud_ids).collect();
    assert_eq!(ids[0], ["m-own", "m-shared", "ubuntu.vhd"]);
    assert_eq!(ids[1], ["m-own"]);
    assert_eq!(ids[2], ["m-old", "m-own"]);
    assert_eq!(ids[3], ["m-shared"]);
    assert_eq!(ids[4], ["m-published"]);
    assert_eq!(results[3]["body"]["Images"]["Image"][0]["ImageOwnerId"], OWNER);
}

#[test]
fn the_alibaba_cloud_sdk_learns_regions_and_identity() {
    let simulator = Simulator::start(World::default());
    let role = "acs:ram::1000000000000001:assumed-role/builder/ci";
    let key = AccessKey::new("STS.simulated", "secret", role).token("token+/==");
    simulator.edit(|world| world.alicloud.access_keys.push(key));
    let calls = json!([
        {"client": "ecs", "operation": "describe_regions"},
        {"client": "sts", "operation": "get_caller_identity"},
    ]);
    let results = run(ALICLOUD, &simulator, ("STS.simulated", "secret", Some("token+/==")), calls);
    let regions = fields(&results[0]["body"]["Regions"]["Region"], "RegionId");
    assert_eq!(regions, ["cn-hangzhou", "cn-shanghai", "eu-central-1"]);
    assert_eq!(results[1]["body"]["Arn"], role);
    assert_eq!(results[1]["body"]["AccountId"], alicloud::ACCOUNT);
    assert_eq!(results[1]["body"]["IdentityType"], "AssumedRoleUser");
}

#[test]
fn the_alibaba_cloud_sdk_understands_errors() {
    let simulator = Simulator::start(World::default());
    let key = AccessKey::new("LTAIcarol", "secret", "acs:ram::1000000000000001:user/carol")
        .permissions([]);
    simulator.edit(|world| world.alicloud.access_keys.push(key));
    let throttle = Effect::Throttle { retry_after_ms: Some(1500) };
    simulator.inject(Fault::new(throttle).cloud(Cloud::Alicloud).action("DescribeRegions"));
    let nowhere = json!({"RegionId": "mars-1"});
    let region = json!({"client": "ecs", "operation": "describe_images", "parameters": nowhere});
    let regions = json!({"client": "ecs", "operation": "describe_regions"});
    let results = run_alicloud(&simulator, json!([region, regions]));
    let error = &results[0]["error"];
    assert_eq!(error["kind"], "ClientException");
    assert_eq!(
        (&error["code"], &error["status"]),
        (&json!("InvalidRegionId.NotFound"), &json!(404))
    );
    assert_eq!(error["request_id"], simulator.journal()[0].request_id);
    let error = &results[1]["error"];
    assert_eq!(
        (&error["kind"], &error["code"]),
        (&json!("ThrottlingException"), &json!("Throttling.User"))
    );
    assert_eq!(error["retry_after"], 1500);

    let calls = json!([describe_alicloud(json!({}))]);
    let denied = run(ALICLOUD, &simulator, ("LTAIcarol", "secret", None), calls.clone());
    assert_eq!(denied[0]["error"]["code"], "Forbidden.RAM");
    assert_eq!(denied[0]["error"]["access_denied"]["AuthAction"], "ecs:DescribeImages");
    let wrong = run(ALICLOUD, &simulator, (alicloud::ACCESS_KEY_ID, "wrong", None), calls);
    assert_eq!(wrong[0]["error"]["code"], "SignatureDoesNotMatch");
}

const ALICLOUD_ROLE: &str = "acs:ram::1000000000000002:role/lookup";
const AWS_ROLE: &str = "arn:aws:iam::222233334444:role/lookup";

const ISSUER: &str = "https://ci.example.com";
/// With characters that must be encoded.
const FOREIGN_TOKEN: &str = "a.foreign+token/==";

/// Two accounts; a role in the second that a user of the first and a foreign issuer can assume, that
/// a machine has and an agent hands out; and an image only the second owns.
fn alicloud_with_roles() -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    let user = "acs:ram::1000000000000001:user/ci";
    let provider = "acs:ram::1000000000000002:oidc-provider/ci";
    let audience = "sts.aliyuncs.com";
    cloud.accounts.push(Account::new("1000000000000002", "images"));
    cloud.access_keys.push(AccessKey::new("LTAIci", "secret", user));
    cloud.roles.push(Role::new(ALICLOUD_ROLE).trusts(user).trusts(provider));
    cloud.identity_providers.push(IdentityProvider::new(provider, ISSUER, audience));
    cloud.identity_tokens.push(IdentityToken::new(FOREIGN_TOKEN, ISSUER, audience));
    cloud.instance = Some(Instance::new("cn-hangzhou").role(ALICLOUD_ROLE));
    cloud.agent = Some(Agent::new(ALICLOUD_ROLE));
    let owner = alicloud::Owner::Account(1_000_000_000_000_002);
    cloud.images.push(alicloud::Image::new("m-second").owner(owner));
    Simulator::start(world)
}

/// The same on AWS, where the machine wants tokens and the agent a secret.
fn aws_with_roles() -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.aws;
    let user = "arn:aws:iam::111122223333:user/ci";
    let provider = "arn:aws:iam::222233334444:oidc-provider/ci.example.com";
    let audience = "sts.amazonaws.com";
    cloud.accounts.push(Account::new("222233334444", "images"));
    cloud.access_keys.push(AccessKey::new("AKIACI", "secret", user));
    cloud.roles.push(Role::new(AWS_ROLE).trusts(user).trusts(provider));
    cloud.identity_providers.push(IdentityProvider::new(provider, ISSUER, audience));
    cloud.identity_tokens.push(IdentityToken::new(FOREIGN_TOKEN, ISSUER, audience));
    let instance = Instance::new("us-east-1").role(AWS_ROLE);
    cloud.instance = Some(instance.tokens(MetadataTokens::Required));
    cloud.agent = Some(Agent::new(AWS_ROLE).authorization("agent-secret"));
    cloud.images.push(aws::Image::new("ami-00000002").owner("222233334444"));
    Simulator::start(world)
}

/// Takes the key out of an answer that has credentials.
fn credentials<'a>(
    result: &'a Value,
    secret: &str,
    token: &str,
) -> (&'a str, &'a str, Option<&'a str>) {
    let credentials = &result["body"]["Credentials"];
    let text = |name: &str| credentials[name].as_str();
    let parts = text("AccessKeyId").zip(text(secret));
    let (id, secret) = parts.unwrap_or_else(|| panic!("no credentials: {result}"));
    (id, secret, text(token))
}

#[test]
fn the_alibaba_cloud_sdk_assumes_roles() {
    let simulator = alicloud_with_roles();
    let role =
        json!({"RoleArn": ALICLOUD_ROLE, "RoleSessionName": "run-1", "DurationSeconds": 900});
    let mut foreign = role.clone();
    foreign["OIDCProviderArn"] = json!("acs:ram::1000000000000002:oidc-provider/ci");
    foreign["OIDCToken"] = json!(FOREIGN_TOKEN);
    let calls = json!([
        {"client": "sts", "operation": "assume_role", "parameters": role},
        {"client": "sts", "operation": "assume_role_with_oidc", "parameters": foreign},
    ]);
    let started = run(ALICLOUD, &simulator, ("LTAIci", "secret", None), calls);
    let questions = json!([
        {"client": "sts", "operation": "get_caller_identity"},
        describe_alicloud(json!({"ImageOwnerAlias": "self"})),
    ]);
    for session in &started {
        let key = credentials(session, "AccessKeySecret", "SecurityToken");
        let answers = run(ALICLOUD, &simulator, key, questions.clone());
        let arn = "acs:ram::1000000000000002:assumed-role/lookup/run-1";
        assert_eq!(answers[0]["body"]["Arn"], arn);
        assert_eq!(alicloud_ids(&answers[1]), ["m-second"]);
    }
    simulator.expire_sessions();
    let key = credentials(&started[0], "AccessKeySecret", "SecurityToken");
    let answers = run(ALICLOUD, &simulator, key, questions);
    assert_eq!(answers[0]["error"]["code"], "InvalidSecurityToken.Expired");
    let refused = run_alicloud(
        &simulator,
        json!([{"client": "sts", "operation": "assume_role", "parameters": role}]),
    );
    assert_eq!(refused[0]["error"]["code"], "NoPermission");
}

#[test]
fn the_alibaba_cloud_sdk_finds_credentials_by_itself() {
    let simulator = alicloud_with_roles();
    let uri = simulator.agent_url(Cloud::Alicloud);
    let results = run_alicloud(
        &simulator,
        json!([
            {"client": "sts", "operation": "get_caller_identity", "provider": "metadata"},
            {"client": "sts", "operation": "get_caller_identity", "provider": "uri", "uri": uri},
        ]),
    );
    let session = |name| json!(format!("acs:ram::1000000000000002:assumed-role/lookup/{name}"));
    assert_eq!(results[0]["body"]["Arn"], session("vm-ram-i-0123456789abcdef0"));
    assert_eq!(results[1]["body"]["Arn"], session("agent"));
}

#[test]
fn boto3_pages_through_images_and_survives_empty_pages() {
    let mut world = World::default();
    world.aws.pages = aws::Pages::EmptyBetween;
    world.aws.images.extend((1..=5).map(|number| aws::Image::new(format!("ami-{number:08}"))));
    let simulator = Simulator::start(world);
    let mut call = describe_aws(json!({"MaxResults": 2}));
    call["paginate"] = json!(true);
    let results = run_aws(&simulator, json!([call]));
    let pages = results[0]["pages"].as_array().expect("there are pages");
    let sizes: Vec<usize> =
        pages.iter().map(|page| fields(&page["Images"], "ImageId").len()).collect();
    assert_eq!(sizes, [0, 2, 0, 2, 0, 1, 0]);
    let mut ids: Vec<String> =
        pages.iter().flat_map(|page| fields(&page["Images"], "ImageId")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[test]
fn boto3_tells_owners_tags_and_deprecation_apart() {
    let past = Timestamp::from_unix(1_700_000_000);
    let amazon =
        |id: &str| aws::Image::new(id).owner("137112412989").owner_alias("amazon").public();
    let mut world = World::default();
    world.aws.images.extend([
        aws::Image::new("ami-00000001").tag("approved-ami", "").name("golden <1> & \"more\" 黄金"),
        aws::Image::new("ami-00000002").tag("approved-ami", "yes").deprecated_at(past),
        amazon("ami-00000003"),
        amazon("ami-00000004").deprecated_at(past),
    ]);
    let simulator = Simulator::start(world);
    let tag = |value: &str| json!({"Filters": [{"Name": "tag:approved-ami", "Values": [value]}]});
    let results = run_aws(
        &simulator,
        json!([
            describe_aws(json!({"Owners": ["self"]})),
            describe_aws(json!({"Owners": ["amazon"]})),
            describe_aws(json!({"Owners": ["amazon"], "IncludeDeprecated": true})),
            describe_aws(tag("")),
            describe_aws(tag("*")),
        ]),
    );
    let ids: Vec<Vec<String>> = results.iter().map(aws_ids).collect();
    assert_eq!(ids[0], ["ami-00000001", "ami-00000002"]);
    assert_eq!(ids[1], ["ami-00000003"]);
    assert_eq!(ids[2], ["ami-00000003", "ami-00000004"]);
    assert_eq!(ids[3], ["ami-00000001"]);
    assert_eq!(ids[4], ["ami-00000001", "ami-00000002"]);
    let image = &results[3]["body"]["Images"][0];
    assert_eq!(image["Name"], "golden <1> & \"more\" 黄金");
    assert_eq!(image["Tags"], json!([{"Key": "approved-ami", "Value": ""}]));
    assert_eq!((&image["OwnerId"], &image["Public"]), (&json!(aws::ACCOUNT), &json!(false)));
}

#[test]
fn boto3_learns_regions_and_identity() {
    let simulator = Simulator::start(World::default());
    let role = "arn:aws:sts::222233334444:assumed-role/builder/ci";
    let key = AccessKey::new("ASIASIMULATED", "secret", role).token("token+/==");
    simulator.edit(|world| {
        world.aws.accounts.push(Account::new("222233334444", "builders"));
        world.aws.access_keys.push(key);
    });
    let calls = json!([
        {"client": "ec2", "operation": "describe_regions"},
        {"client": "sts", "operation": "get_caller_identity"},
    ]);
    let results = run(AWS, &simulator, ("ASIASIMULATED", "secret", Some("token+/==")), calls);
    let regions = fields(&results[0]["body"]["Regions"], "RegionName");
    assert_eq!(regions, ["eu-central-1", "us-east-1", "us-west-2"]);
    assert_eq!(
        (&results[1]["body"]["Arn"], &results[1]["body"]["Account"]),
        (&json!(role), &json!("222233334444"))
    );
}

#[test]
fn boto3_understands_errors_and_retries_throttling() {
    let simulator = Simulator::start(World::default());
    let throttle = Effect::Throttle { retry_after_ms: None };
    simulator.inject(Fault::new(throttle).cloud(Cloud::Aws).action("DescribeRegions").calls(..=1));
    let calls = json!([
        describe_aws(json!({"ImageIds": ["ami-00000001"]})),
        {"client": "ec2", "operation": "describe_regions", "attempts": 3},
    ]);
    let results = run_aws(&simulator, calls.clone());
    let error = &results[0]["error"];
    assert_eq!((&error["code"], &error["status"]), (&json!("InvalidAMIID.NotFound"), &json!(400)));
    assert_eq!(error["request_id"], simulator.journal()[0].request_id);
    assert_eq!(results[1]["body"]["ResponseMetadata"]["RetryAttempts"], 1);
    let codes: Vec<Option<String>> =
        simulator.journal().into_iter().map(|entry| entry.code).collect();
    let expected = [Some("InvalidAMIID.NotFound"), Some("RequestLimitExceeded"), None];
    assert_eq!(codes, expected.map(|code| code.map(str::to_owned)));

    let calls = json!([calls[1], {"client": "sts", "operation": "get_caller_identity"}]);
    let wrong = run(AWS, &simulator, (aws::ACCESS_KEY_ID, "wrong", None), calls);
    assert_eq!(wrong[0]["error"]["code"], "AuthFailure");
    assert_eq!(wrong[1]["error"]["code"], "SignatureDoesNotMatch");
}

#[test]
fn boto3_assumes_roles() {
    let simulator = aws_with_roles();
    let role = json!({"RoleArn": AWS_ROLE, "RoleSessionName": "run-1", "DurationSeconds": 900});
    let (mut tagged, mut foreign) = (role.clone(), role.clone());
    tagged["Tags"] = json!([{"Key": "team", "Value": "blue"}]);
    tagged["TransitiveTagKeys"] = json!(["team"]);
    tagged["SourceIdentity"] = json!("alice");
    let policy =
        json!({"Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]});
    tagged["Policy"] = json!(policy.to_string());
    foreign["WebIdentityToken"] = json!(FOREIGN_TOKEN);
    let calls = json!([
        {"client": "sts", "operation": "assume_role", "parameters": tagged},
        {"client": "sts", "operation": "assume_role_with_web_identity", "parameters": foreign},
    ]);
    let started = run(AWS, &simulator, ("AKIACI", "secret", None), calls);
    assert_eq!(started[0]["body"]["SourceIdentity"], "alice");
    assert_eq!(started[1]["body"]["SubjectFromWebIdentityToken"], "simulated-subject");
    let questions = json!([
        {"client": "sts", "operation": "get_caller_identity"},
        describe_aws(json!({"Owners": ["self"]})),
    ]);
    for session in &started {
        let key = credentials(session, "SecretAccessKey", "SessionToken");
        let answers = run(AWS, &simulator, key, questions.clone());
        let arn = "arn:aws:sts::222233334444:assumed-role/lookup/run-1";
        assert_eq!(answers[0]["body"]["Arn"], arn);
        assert_eq!(aws_ids(&answers[1]), ["ami-00000002"]);
    }
    simulator.expire_sessions();
    let key = credentials(&started[0], "SecretAccessKey", "SessionToken");
    let answers = run(AWS, &simulator, key, questions);
    assert_eq!(answers[0]["error"]["code"], "ExpiredToken");
    let refused = run_aws(
        &simulator,
        json!([{"client": "sts", "operation": "assume_role", "parameters": role}]),
    );
    assert_eq!(refused[0]["error"]["code"], "AccessDenied");
}

#[test]
fn boto3_finds_credentials_by_itself() {
    let simulator = aws_with_roles();
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("the folder is writable");
        path
    };
    let token = file("token", FOREIGN_TOKEN);
    let profiles = file(
        "config",
        &format!(
            "[profile ci]\naws_access_key_id = AKIACI\naws_secret_access_key = secret\n\
             [profile images]\nsource_profile = ci\nrole_session_name = run-1\n\
             role_arn = {AWS_ROLE}\n"
        ),
    );
    let ask = |environment: Value| {
        json!({
            "client": "sts", "operation": "get_caller_identity", "environment": environment,
        })
    };
    let results = run_aws(
        &simulator,
        json!([
            ask(json!({"AWS_EC2_METADATA_SERVICE_ENDPOINT": simulator.url()})),
            ask(json!({
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": simulator.agent_url(Cloud::Aws),
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "agent-secret",
            })),
            ask(json!({
                "AWS_ENDPOINT_URL": simulator.url(), "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1", "AWS_ROLE_ARN": AWS_ROLE,
                "AWS_ROLE_SESSION_NAME": "run-2", "AWS_WEB_IDENTITY_TOKEN_FILE": token,
            })),
            ask(json!({
                "AWS_ENDPOINT_URL": simulator.url(), "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_CONFIG_FILE": profiles, "AWS_PROFILE": "images",
            })),
        ]),
    );
    let arns: Vec<&Value> = results.iter().map(|result| &result["body"]["Arn"]).collect();
    let session =
        |name: &str| json!(format!("arn:aws:sts::222233334444:assumed-role/lookup/{name}"));
    let expected = ["i-0123456789abcdef0", "agent", "run-2", "run-1"].map(session);
    assert_eq!(arns, expected.iter().collect::<Vec<_>>(), "{results:?}");
}
