//! Alibaba Cloud: authentication, `DescribeImages`, `DescribeRegions`, `GetCallerIdentity`.

use imageguard_simulator::alicloud::{ACCESS_KEY_ID, Disk, Image, Owner, Scalars, Status};
use imageguard_simulator::{AccessKey, Account, KeyStatus, Simulator, World};
use serde_json::{Value, json};

use crate::client::{Call, Reply};

const OTHER: u64 = 1_000_000_000_000_002;

/// A world with one image of every kind of owner, and a second account.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(OTHER.to_string(), "other"));
    cloud.access_keys.push(AccessKey::new(
        "LTAIother",
        "other-secret",
        "acs:ram::1000000000000002:user/bob",
    ));
    cloud.images.extend([
        Image::new("m-own").name("golden web 1").tag("environment", "production").tag("team", ""),
        Image::new("m-old").status(Status::Deprecated).family("web"),
        Image::new("m-shared")
            .owner(Owner::Account(OTHER))
            .shared_with("1000000000000001")
            .tag("hidden", "yes"),
        Image::new("m-foreign").owner(Owner::Account(OTHER)),
        Image::new("m-community").owner(Owner::Account(OTHER)).community(),
        Image::new("ubuntu.vhd").owner(Owner::System),
        Image::new("m-market").owner(Owner::Marketplace),
        Image::new("m-elsewhere").region("cn-shanghai"),
    ]);
    world
}

fn describe(simulator: &Simulator, parameters: &[(&str, &str)]) -> Reply {
    let mut all = vec![("RegionId", "cn-hangzhou")];
    all.extend(parameters);
    Call::alicloud(simulator, "DescribeImages", &all).send_alicloud()
}

fn images(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["Images"]["Image"].as_array().unwrap().clone()
}

/// Asserts which images a query returns, ids sorted.
#[track_caller]
fn check(parameters: &[(&str, &str)], expected: &[&str]) {
    let reply = describe(&Simulator::start(world()), parameters);
    let mut ids: Vec<String> =
        images(&reply).iter().map(|image| image["ImageId"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    assert_eq!(ids, expected);
}

/// Asserts status and code of a refusal.
#[track_caller]
fn check_refusal(parameters: &[(&str, &str)], status: u16, code: &str) {
    let reply = describe(&Simulator::start(world()), parameters);
    assert_eq!(
        (reply.status, reply.json()["Code"].as_str().unwrap()),
        (status, code),
        "{}",
        reply.text()
    );
}

#[track_caller]
fn check_code(reply: &Reply, status: u16, code: &str) {
    assert_eq!(
        (reply.status, reply.json()["Code"].as_str().unwrap()),
        (status, code),
        "{}",
        reply.text()
    );
}

#[test]
fn owner_aliases_divide_the_images() {
    check(&[], &["m-own", "m-shared", "ubuntu.vhd"]);
    check(&[("ImageOwnerAlias", "self")], &["m-own"]);
    check(&[("ImageOwnerAlias", "system")], &["ubuntu.vhd"]);
    check(&[("ImageOwnerAlias", "others")], &["m-shared"]);
    check(&[("ImageOwnerAlias", "marketplace")], &["m-market"]);
    check_refusal(
        &[("ImageOwnerAlias", "amazon")],
        400,
        "InvalidImageOwnerAlias.ValueNotSupported",
    );
}

#[test]
fn community_images_must_be_asked_for() {
    check(&[("ImageOwnerAlias", "others"), ("IsPublic", "true")], &["m-community"]);
    check(&[("ImageOwnerAlias", "others"), ("IsPublic", "False")], &["m-shared"]);
    check_refusal(&[("IsPublic", "True")], 400, "InvalidImageOwnerAlias.PublicImageUnsupported");
}

#[test]
fn owner_ids_select_among_the_images_of_others() {
    let owner = ("ImageOwnerId", "1000000000000002");
    check(&[("ImageOwnerAlias", "others"), owner], &["m-shared"]);
    check(&[("ImageOwnerAlias", "others"), ("ImageOwnerId", "1")], &[]);
    check_refusal(&[owner], 400, "InvalidOperation.ImageOwnerIdUnsupported");
    check_refusal(
        &[("ImageOwnerAlias", "self"), owner],
        400,
        "InvalidOperation.ImageOwnerIdUnsupported",
    );
}

#[test]
fn only_available_images_are_shown_unless_asked() {
    let own = ("ImageOwnerAlias", "self");
    check(&[own, ("Status", "Deprecated")], &["m-old"]);
    check(&[own, ("Status", "Available,Deprecated")], &["m-old", "m-own"]);
    check(&[own, ("Status", "ALL")], &["m-old", "m-own"]);
    check_refusal(&[("Status", "ALL,Available")], 400, "InvalidParameter");
    check_refusal(&[("Usable", "true")], 400, "MissingParameter.Status");
    check(&[own, ("Usable", "true"), ("Status", "Creating,Available")], &["m-own"]);
}

#[test]
fn tags_add_up_and_a_key_alone_asks_for_presence() {
    let production = [("Tag.1.Key", "environment"), ("Tag.1.Value", "production")];
    check(&production, &["m-own"]);
    check(&[production[0], production[1], ("Tag.4.Key", "team"), ("Tag.4.Value", "")], &["m-own"]);
    check(&[production[0], production[1], ("Tag.2.Key", "team"), ("Tag.2.Value", "web")], &[]);
    check(&[("Tag.1.Key", "team")], &["m-own"]);
    check_refusal(&[("Tag.1.Value", "production")], 400, "InvalidTag.Mismatch");
    let names: Vec<String> = (1..=21).map(|index| format!("Tag.{index}.Key")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "k")).collect();
    check_refusal(&many, 400, "InvalidTagCount");
}

#[test]
fn tags_of_a_shared_image_are_the_owners_unless_switched() {
    let simulator = Simulator::start(world());
    let shared = |simulator: &Simulator| {
        images(&describe(simulator, &[("ImageId", "m-shared")]))[0]["Tags"].clone()
    };
    assert_eq!(shared(&simulator), json!({"Tag": []}));
    simulator.edit(|world| world.alicloud.owner_tags_cross_accounts = true);
    assert_eq!(shared(&simulator), json!({"Tag": [{"TagKey": "hidden", "TagValue": "yes"}]}));
}

#[test]
fn names_are_searched_and_other_properties_compared() {
    check(&[("ImageName", "web")], &["m-own"]);
    check(&[("ImageName", "Web")], &[]);
    check(&[("ImageFamily", "web"), ("Status", "ALL")], &["m-old"]);
    check(&[("ImageId", "m-foreign")], &[]);
    check(&[("ImageOwnerAlias", "self"), ("OSType", "windows")], &[]);
    check(
        &[("ImageOwnerAlias", "self"), ("Architecture", "x86_64"), ("Usage", "none")],
        &["m-own"],
    );
    check(&[("ImageOwnerAlias", "self"), ("IsSupportCloudinit", "True")], &["m-own"]);
    check_refusal(&[("IsSupportIoOptimized", "yes")], 400, "InvalidParameter");
    check_refusal(&[("OSType", "Linux")], 404, "InvalidOSType");
    check_refusal(&[("Architecture", "amd64")], 404, "InvalidArchitecture");
}

#[test]
fn creation_times_bound_the_result() {
    let own = ("ImageOwnerAlias", "self");
    let from = ("Filter.1.Key", "CreationStartTime");
    check(&[own, from, ("Filter.1.Value", "2024-01-01T00:00Z")], &["m-own"]);
    check(&[own, from, ("Filter.1.Value", "2024-01-01T00:01Z")], &[]);
    check(
        &[own, ("Filter.2.Key", "CreationEndTime"), ("Filter.2.Value", "2023-12-31T23:59Z")],
        &[],
    );
    check_refusal(&[from, ("Filter.1.Value", "2024-01-01T00:00:00Z")], 404, "InvalidFilterValue");
    check_refusal(
        &[("Filter.1.Key", "Name"), ("Filter.1.Value", "x")],
        404,
        "InvalidFilterKey.NotFound",
    );
}

#[test]
fn pages_hold_ten_images_by_default_and_a_hundred_at_most() {
    let mut world = World::default();
    world.alicloud.images.extend((0..25).map(|number| Image::new(format!("m-{number:02}"))));
    let simulator = Simulator::start(world);
    let mut seen = Vec::new();
    for (page, size) in [("1", 10), ("2", 10), ("3", 5), ("4", 0)] {
        let reply = describe(&simulator, &[("PageNumber", page)]);
        let page = images(&reply);
        assert_eq!((page.len(), reply.json()["TotalCount"].as_u64()), (size, Some(25)));
        seen.extend(page.into_iter().map(|image| image["ImageId"].as_str().unwrap().to_owned()));
    }
    assert!(!seen.is_sorted(), "the order must not be one a client could rely on");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 25);
    assert_eq!(images(&describe(&simulator, &[("PageSize", "100")])).len(), 25);
    for parameter in
        [("PageSize", "101"), ("PageSize", "0"), ("PageNumber", "0"), ("PageNumber", "x")]
    {
        check_code(&describe(&simulator, &[parameter]), 400, "InvalidParameter");
    }
}

#[test]
fn a_query_by_tags_ends_after_a_thousand_images() {
    let mut world = World::default();
    world
        .alicloud
        .images
        .extend((0..1001).map(|number| Image::new(format!("m-{number}")).tag("k", "v")));
    let simulator = Simulator::start(world);
    let total = |parameters: &[(&str, &str)]| {
        describe(&simulator, parameters).json()["TotalCount"].as_u64()
    };
    assert_eq!(total(&[]), Some(1001));
    assert_eq!(total(&[("Tag.1.Key", "k")]), Some(1000));
    assert_eq!(
        images(&describe(&simulator, &[("Tag.1.Key", "k"), ("PageNumber", "101")])).len(),
        0
    );
}

#[test]
fn scalars_are_typed_as_the_world_says() {
    let mut world = World::default();
    let mut image = Image::new("m-1");
    image.version = "3".to_owned();
    let disk = Disk {
        device: "/dev/xvda".into(),
        system: true,
        snapshot_id: "s-1".into(),
        size_gib: 40,
        encrypted: true,
    };
    image.disks.push(disk);
    world.alicloud.images.push(image);
    let simulator = Simulator::start(world);
    let scalars = |simulator: &Simulator| {
        let image = images(&describe(simulator, &[])).remove(0);
        let disk = &image["DiskDeviceMappings"]["DiskDeviceMapping"][0];
        json!([
            image["ImageVersion"],
            image["IsSelfShared"],
            image["ImageOwnerId"],
            disk["Size"],
            disk["Encrypted"]
        ])
    };
    assert_eq!(scalars(&simulator), json!(["3", "false", 1_000_000_000_000_001_u64, "40", "true"]));
    simulator.edit(|world| world.alicloud.scalars = Scalars::Sampled);
    assert_eq!(scalars(&simulator), json!([3, false, 1_000_000_000_000_001_u64, 40, true]));
}

#[test]
fn unknown_parameters_and_those_not_simulated_are_refused() {
    check_refusal(&[("Imageid", "m-1")], 400, "UnsupportedParameter");
    check_refusal(&[("Tag.0.Key", "k")], 400, "UnsupportedParameter");
    check_refusal(&[("InstanceType", "ecs.g7.large")], 400, "NotSimulated");
    check_refusal(&[("ActionType", "ChangeOS")], 400, "NotSimulated");
    check(&[("ActionType", "CreateEcs"), ("ImageOwnerAlias", "self")], &["m-own"]);
}

#[test]
fn a_dry_run_that_would_work_is_an_error() {
    check_refusal(&[("DryRun", "true")], 400, "DryRunOperation");
    check_refusal(&[("DryRun", "true"), ("PageSize", "0")], 400, "InvalidParameter");
}

#[test]
fn regions_are_checked_where_they_matter() {
    let simulator = Simulator::start(world());
    let send = |parameters: &[(&str, &str)]| {
        Call::alicloud(&simulator, "DescribeImages", parameters).send_alicloud()
    };
    check_code(&send(&[]), 404, "MissingParameter.RegionId");
    check_code(&send(&[("RegionId", "us-east-1")]), 404, "InvalidRegionId.NotFound");
    assert_eq!(images(&send(&[("RegionId", "cn-shanghai"), ("ImageOwnerAlias", "self")])).len(), 1);
    let regions = Call::alicloud(&simulator, "DescribeRegions", &[("AcceptLanguage", "en-US")])
        .send_alicloud();
    let region = &regions.json()["Regions"]["Region"][1];
    assert_eq!(region["RegionId"], "cn-shanghai");
    assert_eq!(region["RegionEndpoint"], "ecs.cn-shanghai.aliyuncs.com");
}

#[test]
fn callers_are_told_who_they_are() {
    let simulator = Simulator::start(world());
    let call = Call::alicloud(&simulator, "GetCallerIdentity", &[]);
    let reply = call.key("LTAIother", "other-secret").send_alicloud().json();
    assert_eq!(reply["AccountId"], "1000000000000002");
    assert_eq!(reply["Arn"], "acs:ram::1000000000000002:user/bob");
    assert_eq!(reply["IdentityType"], "RAMUser");
    assert_eq!(reply["PrincipalId"], reply["UserId"]);
    assert_eq!(reply["UserId"].as_str().unwrap().len(), 18);
}

#[test]
fn parameters_may_come_in_a_form_body() {
    let simulator = Simulator::start(world());
    let parameters = [("RegionId", "cn-hangzhou"), ("ImageName", "golden web 1")];
    let call = Call { form: true, ..Call::alicloud(&simulator, "DescribeImages", &parameters) };
    assert_eq!(images(&call.send_alicloud()).len(), 1);
    let call = Call { method: "GET", ..Call::alicloud(&simulator, "DescribeImages", &parameters) };
    assert_eq!(images(&call.send_alicloud()).len(), 1);
}

#[test]
fn a_wrong_signature_is_answered_with_the_servers_string_to_sign() {
    let simulator = Simulator::start(world());
    let reply = Call::alicloud(&simulator, "GetCallerIdentity", &[])
        .key(ACCESS_KEY_ID, "wrong")
        .send_alicloud();
    check_code(&reply, 400, "SignatureDoesNotMatch");
    let message = reply.json()["Message"].as_str().unwrap().to_owned();
    assert!(message.contains("server StringToSign is [ACS3-HMAC-SHA256\n"), "{message}");
    assert!(message.contains("x-acs-action:GetCallerIdentity\n"), "{message}");
    assert!(!message.contains("simulated-alicloud-secret"));
}

#[test]
fn requests_that_are_not_authentic_are_refused() {
    let simulator = Simulator::start(world());
    let call = || Call::alicloud(&simulator, "GetCallerIdentity", &[]);
    check_code(&call().key("LTAInobody", "x").send_alicloud(), 404, "InvalidAccessKeyId.NotFound");
    let unsigned = vec![("x-acs-extra".to_owned(), "1".to_owned())];
    check_code(&Call { unsigned, ..call() }.send_alicloud(), 400, "IncompleteSignature");
    let parameters = [("RegionId", "cn-hangzhou")];
    let form = Call { form: true, ..Call::alicloud(&simulator, "DescribeImages", &parameters) };
    let smuggled = Call { smuggled: "&ImageId=m-own", ..form };
    check_code(&smuggled.send_alicloud(), 400, "SignatureDoesNotMatch");
    for (seconds, authentic) in [(-890, true), (890, true), (-910, false), (910, false)] {
        let reply = Call { time: call().time.plus_seconds(seconds), ..call() }.send_alicloud();
        match authentic {
            true => assert_eq!(reply.status, 200, "{seconds}"),
            false => check_code(&reply, 400, "InvalidTimeStamp.Expired"),
        }
    }
    check_code(&Call { method: "PUT", ..call() }.send_alicloud(), 403, "UnsupportedHTTPMethod");
    let unknown = Call::alicloud(&simulator, "DescribeEverything", &[]).send_alicloud();
    check_code(&unknown, 404, "InvalidAction.NotFound");
    check_code(&Call { version: "2014-05-26", ..call() }.send_alicloud(), 400, "InvalidVersion");
}

#[test]
fn a_nonce_works_once() {
    let simulator = Simulator::start(world());
    let call = Call::alicloud(&simulator, "GetCallerIdentity", &[]);
    assert_eq!(call.clone().send_alicloud().status, 200);
    check_code(&call.send_alicloud(), 400, "SignatureNonceUsed");
}

#[test]
fn temporary_credentials_need_their_token() {
    let simulator = Simulator::start(world());
    let role = "acs:ram::1000000000000001:assumed-role/builder/ci";
    let key = AccessKey::new("STS.1", "secret", role).token("token+/==");
    simulator.edit(|world| world.alicloud.access_keys.push(key));
    let call = || Call::alicloud(&simulator, "GetCallerIdentity", &[]).key("STS.1", "secret");
    let reply = call().token("token+/==").send_alicloud().json();
    assert_eq!((&reply["Arn"], &reply["IdentityType"]), (&json!(role), &json!("AssumedRoleUser")));
    check_code(&call().send_alicloud(), 404, "InvalidAccessKeyId.NotFound");
    let other = call().token("other").send_alicloud();
    check_code(&other, 400, "InvalidSecurityToken.MismatchWithAccessKey");
    let set = |status| {
        simulator.edit(|world| world.alicloud.access_keys.last_mut().unwrap().status = status)
    };
    set(KeyStatus::Expired);
    check_code(&call().token("token+/==").send_alicloud(), 400, "InvalidSecurityToken.Expired");
    set(KeyStatus::Inactive);
    check_code(&call().token("token+/==").send_alicloud(), 400, "InvalidAccessKeyId.Inactive");
}

#[test]
fn missing_permissions_are_refused_in_detail() {
    let simulator = Simulator::start(world());
    let key = AccessKey::new("LTAIcarol", "secret", "acs:ram::1000000000000001:user/carol")
        .permissions([]);
    simulator.edit(|world| world.alicloud.access_keys.push(key));
    let send = |action: &str, parameters: &[(&str, &str)]| {
        Call::alicloud(&simulator, action, parameters).key("LTAIcarol", "secret").send_alicloud()
    };
    let reply = send("DescribeImages", &[("RegionId", "cn-hangzhou")]);
    check_code(&reply, 403, "Forbidden.RAM");
    let detail = &reply.json()["AccessDeniedDetail"];
    assert_eq!(detail["AuthAction"], "ecs:DescribeImages");
    assert_eq!(detail["AuthPrincipalDisplayName"], "carol");
    assert_eq!(detail["NoPermissionType"], "ImplicitDeny");
    assert_eq!(send("GetCallerIdentity", &[]).status, 200);
    let system =
        send("DescribeImages", &[("RegionId", "cn-hangzhou"), ("ImageOwnerAlias", "system")]);
    assert_eq!(images(&system).len(), 1);
    let needed: Vec<_> = simulator.journal().into_iter().map(|entry| entry.permissions).collect();
    assert_eq!(needed, [vec!["ecs:DescribeImages".to_owned()], vec![], vec![]]);
}
