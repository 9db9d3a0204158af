//! AWS: authentication, `DescribeImages`, `DescribeRegions`, `GetCallerIdentity`.

use imageguard_simulator::aws::{
    ACCESS_KEY_ID, ACCOUNT, AllowedImages, AllowedImagesState, Image, OptIn, Pages, Region, State,
    Watermark,
};
use imageguard_simulator::{AccessKey, Account, KeyStatus, Simulator, Timestamp, World};

use crate::client::{Call, Reply};

const OTHER: &str = "222233334444";
const AMAZON: &str = "137112412989";

/// A world with one image of every kind of owner, and a second account.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.aws;
    cloud.accounts.push(Account::new(OTHER, "other"));
    cloud.access_keys.push(AccessKey::new(
        "AKIAOTHER",
        "other-secret",
        "arn:aws:iam::222233334444:user/bob",
    ));
    let past = Timestamp::from_unix(1_700_000_000);
    cloud.images.extend([
        Image::new("ami-00000001").name("golden*web").tag("approved", "").tag("team", "web"),
        Image::new("ami-00000002").name("golden-api").tag("team", "api").deprecated_at(past),
        Image::new("ami-00000003")
            .owner(OTHER)
            .shared_with(ACCOUNT)
            .tag("team", "secret")
            .foreign_tag(ACCOUNT, "mine", "1"),
        Image::new("ami-00000004").owner(OTHER),
        Image::new("ami-00000005").owner(AMAZON).owner_alias("amazon").public(),
        Image::new("ami-00000006").owner(AMAZON).owner_alias("amazon").public().deprecated_at(past),
        Image::new("ami-00000007").state(State::Disabled),
        Image::new("ami-00000008").state(State::Deregistered),
        Image::new("ami-00000009").region("us-west-2"),
    ]);
    world
}

fn describe(simulator: &Simulator, parameters: &[(&str, &str)]) -> Reply {
    Call::aws(simulator, "DescribeImages", parameters).send_aws()
}

fn ids(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut ids = reply.texts("imageId");
    ids.sort();
    ids
}

/// Asserts which images a query returns, by the last digits of their ids.
#[track_caller]
fn check(parameters: &[(&str, &str)], expected: &[u32]) {
    let ids = ids(&describe(&Simulator::start(world()), parameters));
    let expected: Vec<String> = expected.iter().map(|number| format!("ami-{number:08}")).collect();
    assert_eq!(ids, expected);
}

/// Asserts what a query with one filter on own images returns.
#[track_caller]
fn check_filter(name: &str, value: &str, expected: &[u32]) {
    check(&[("Owner.1", "self"), ("Filter.1.Name", name), ("Filter.1.Value.1", value)], expected);
}

#[track_caller]
fn check_code(reply: &Reply, status: u16, code: &str) {
    assert_eq!(
        (reply.status, reply.only("Code").as_deref()),
        (status, Some(code)),
        "{}",
        reply.text()
    );
}

#[track_caller]
fn check_refusal(parameters: &[(&str, &str)], code: &str) {
    let reply = describe(&Simulator::start(world()), parameters);
    check_code(&reply, 400, code);
    assert!(reply.text().contains("<Response><Errors><Error><Code>"), "{}", reply.text());
    assert_eq!(reply.texts("RequestID").len(), 1);
}

#[test]
fn one_sees_own_shared_and_public_images() {
    check(&[], &[1, 2, 3, 5]);
    check(&[("Owner.1", "self")], &[1, 2]);
    check(&[("Owner.1", "amazon")], &[5]);
    check(&[("Owner.1", AMAZON), ("Owner.2", OTHER)], &[3, 5]);
    check(&[("Owner.1", "aws-marketplace")], &[]);
    check_refusal(&[("Owner.1", "everyone")], "InvalidUserID.Malformed");
}

#[test]
fn launch_permissions_are_explicit() {
    check(&[("ExecutableBy.1", "self")], &[3]);
    check(&[("ExecutableBy.1", "all")], &[5]);
    check(&[("ExecutableBy.1", ACCOUNT)], &[3]);
}

#[test]
fn deprecated_images_are_hidden_from_all_but_the_owner() {
    check(&[("Owner.1", "amazon"), ("IncludeDeprecated", "true")], &[5, 6]);
    check(&[("Filter.1.Name", "image-id"), ("Filter.1.Value.1", "ami-00000006")], &[]);
    check(&[("ImageId.1", "ami-00000006")], &[6]);
}

#[test]
fn disabled_and_deregistered_images_are_empty_results() {
    check(&[("ImageId.1", "ami-00000007")], &[]);
    check(&[("ImageId.1", "ami-00000007"), ("IncludeDisabled", "true")], &[7]);
    check(&[("ImageId.1", "ami-00000008")], &[]);
}

#[test]
fn ids_must_be_ids_of_images_one_sees() {
    check(&[("ImageId.1", "ami-00000001"), ("ImageId.2", "ami-00000002")], &[1, 2]);
    check(&[("ImageId.1", "ami-00000001"), ("Owner.1", "amazon")], &[]);
    check_refusal(&[("ImageId.1", "ami-golden")], "InvalidAMIID.Malformed");
    check_refusal(&[("ImageId.1", "m-00000001")], "InvalidAMIID.Malformed");
    for hidden in ["ami-00000004", "ami-00000009", "ami-0123456789abcdef0"] {
        check_refusal(
            &[("ImageId.1", "ami-00000001"), ("ImageId.2", hidden)],
            "InvalidAMIID.NotFound",
        );
    }
}

#[test]
fn filters_look_at_properties() {
    check_filter("name", "golden*", &[1, 2]);
    check_filter("name", r"golden\*web", &[1]);
    check_filter("name", "Golden*", &[]);
    check_filter("creation-date", "2024-01-01T*", &[1, 2]);
    check_filter("state", "available", &[1, 2]);
    check_filter("is-public", "false", &[1, 2]);
    check_filter("platform", "windows", &[]);
    check_filter("owner-alias", "amazon", &[]);
    let two =
        [("Filter.1.Name", "owner-id"), ("Filter.1.Value.1", OTHER), ("Filter.1.Value.2", AMAZON)];
    check(&two, &[3, 5]);
}

#[test]
fn filters_look_at_tags() {
    check_filter("tag:approved", "", &[1]);
    check_filter("tag:team", "web", &[1]);
    check_filter("tag:Team", "web", &[]);
    check_filter("tag-key", "te*", &[1, 2]);
}

#[test]
fn tags_are_visible_to_the_account_that_set_them() {
    check(&[("Filter.1.Name", "tag:team"), ("Filter.1.Value.1", "*")], &[1, 2]);
    check(&[("Filter.1.Name", "tag:mine"), ("Filter.1.Value.1", "1")], &[3]);
    let simulator = Simulator::start(world());
    let call = Call::aws(&simulator, "DescribeImages", &[("ImageId.1", "ami-00000003")]);
    assert_eq!(call.clone().send_aws().texts("key"), ["mine"]);
    assert_eq!(call.key("AKIAOTHER", "other-secret").send_aws().texts("key"), ["team"]);
}

#[test]
fn unknown_filters_and_parameters_are_refused() {
    check_refusal(&[("Filter.1.Name", "Name"), ("Filter.1.Value.1", "x")], "InvalidParameterValue");
    check_refusal(&[("Filter.1.Name", "name")], "InvalidParameterValue");
    check_refusal(&[("Filter.1.Value.1", "name")], "MissingParameter");
    check_refusal(&[("Owners.1", "self")], "UnknownParameter");
    let names: Vec<String> = (1..=201).map(|index| format!("Filter.1.Value.{index}")).collect();
    let mut many = vec![("Filter.1.Name", "name")];
    many.extend(names.iter().map(|name| (name.as_str(), "x")));
    check_refusal(&many, "FilterLimitExceeded");
    let unsimulated = "instance-type-specification.supported-instance-type";
    check_refusal(
        &[("Filter.1.Name", unsimulated), ("Filter.1.Value.1", "t3.micro")],
        "NotSimulated",
    );
}

#[test]
fn watermarks_travel_with_the_image() {
    let mut world = world();
    let time = Timestamp::from_unix(1_714_979_289);
    world.aws.images.push(Image::new("ami-0000000a").owner(OTHER).shared_with(ACCOUNT).watermark(
        Watermark {
            key: "222233334444:approved".into(),
            source_image_id: "ami-0000000b".into(),
            source_image_region: "us-west-2".into(),
            source_image_created_at: time,
            created_at: time,
        },
    ));
    let simulator = Simulator::start(world);
    let by = |name: &str, value: &str| {
        ids(&describe(&simulator, &[("Filter.1.Name", name), ("Filter.1.Value.1", value)]))
    };
    assert_eq!(by("image-watermark.watermark-key", "*:approved"), ["ami-0000000a"]);
    assert_eq!(by("image-watermark.source-image-region", "us-east-1"), [""; 0]);
    let reply = describe(&simulator, &[("ImageId.1", "ami-0000000a")]);
    assert_eq!(reply.only("watermarkKey").as_deref(), Some("222233334444:approved"));
    assert_eq!(reply.only("watermarkCreationTime").as_deref(), Some("2024-05-06T07:08:09.000Z"));
}

#[test]
fn allowed_images_are_marked_or_hidden() {
    let mut world = World::default();
    world.aws.images.extend([
        Image::new("ami-00000001").not_allowed(),
        Image::new("ami-00000002").owner(AMAZON).public().not_allowed(),
        Image::new("ami-00000003").owner(AMAZON).public(),
    ]);
    let simulator = Simulator::start(world);
    let marks = || {
        let mut marks = describe(&simulator, &[]).texts("imageAllowed");
        marks.sort();
        marks
    };
    let set = |state| {
        let setting = AllowedImages { account: ACCOUNT.into(), region: "us-east-1".into(), state };
        simulator.edit(|world| world.aws.allowed_images = vec![setting]);
    };
    assert_eq!(marks(), [""; 0]);
    set(AllowedImagesState::AuditMode);
    assert_eq!(marks(), ["false", "true", "true"]);
    let refused =
        describe(&simulator, &[("Filter.1.Name", "image-allowed"), ("Filter.1.Value.1", "false")]);
    assert_eq!(ids(&refused), ["ami-00000002"]);
    set(AllowedImagesState::Enabled);
    assert_eq!(marks(), ["true", "true"]);
    check_code(
        &describe(&simulator, &[("ImageId.1", "ami-00000002")]),
        400,
        "InvalidAMIID.NotFound",
    );
}

/// Pages through 25 images and returns the size of each page.
fn page_sizes(pages: Pages, max_results: &str) -> Vec<usize> {
    let mut world = World::default();
    world.aws.pages = pages;
    world.aws.images.extend((0..25).map(|number| Image::new(format!("ami-{number:08}"))));
    let simulator = Simulator::start(world);
    let (mut sizes, mut seen, mut token) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        let mut parameters = vec![("MaxResults", max_results)];
        parameters.extend(token.as_deref().map(|token| ("NextToken", token)));
        let reply = describe(&simulator, &parameters);
        sizes.push(ids(&reply).len());
        seen.extend(reply.texts("imageId"));
        token = reply.only("nextToken");
        if token.is_none() {
            assert!(!seen.is_sorted(), "the order must not be one a client could rely on");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 25, "every image exactly once");
            return sizes;
        }
    }
}

#[test]
fn pages_can_be_full_short_or_separated_by_empty_ones() {
    assert_eq!(page_sizes(Pages::Full, "10"), [10, 10, 5]);
    assert_eq!(page_sizes(Pages::Full, "25"), [25]);
    assert_eq!(page_sizes(Pages::Short, "11"), [6, 6, 6, 6, 1]);
    assert_eq!(page_sizes(Pages::EmptyBetween, "20"), [0, 20, 0, 5, 0]);
}

#[test]
fn paging_has_limits() {
    check_refusal(&[("MaxResults", "0")], "InvalidParameterValue");
    check_refusal(&[("MaxResults", "1001")], "InvalidParameterValue");
    check_refusal(
        &[("MaxResults", "5"), ("ImageId.1", "ami-00000001")],
        "InvalidParameterCombination",
    );
    check_refusal(&[("NextToken", "made-up")], "InvalidNextToken");
    let simulator = Simulator::start(world());
    let token = describe(&simulator, &[("MaxResults", "1")]).only("nextToken").unwrap();
    let other_query =
        describe(&simulator, &[("MaxResults", "1"), ("NextToken", &token), ("Owner.1", "self")]);
    check_code(&other_query, 400, "InvalidNextToken");
}

#[test]
fn a_dry_run_that_would_work_is_an_error() {
    let simulator = Simulator::start(world());
    check_code(&describe(&simulator, &[("DryRun", "true")]), 412, "DryRunOperation");
}

#[test]
fn regions_are_listed_when_enabled() {
    let mut world = World::default();
    world.aws.regions.push(Region { name: "af-south-1".into(), opt_in: OptIn::NotOptedIn });
    let simulator = Simulator::start(world);
    let names = |parameters: &[(&str, &str)]| {
        Call::aws(&simulator, "DescribeRegions", parameters).send_aws().texts("regionName")
    };
    assert_eq!(names(&[]), ["us-east-1", "us-west-2", "eu-central-1"]);
    assert_eq!(names(&[("AllRegions", "true")]).len(), 4);
    let filter =
        [("AllRegions", "true"), ("Filter.1.Name", "opt-in-status"), ("Filter.1.Value.1", "not-*")];
    assert_eq!(names(&filter), ["af-south-1"]);
    let call = Call::aws(&simulator, "DescribeImages", &[]);
    check_code(&call.clone().region("af-south-1").send_aws(), 401, "AuthFailure");
    check_code(&call.region("mars-1").send_aws(), 401, "AuthFailure");
    let sts = Call::aws(&simulator, "GetCallerIdentity", &[]).region("af-south-1").send_aws();
    check_code(&sts, 403, "InvalidClientTokenId");
}

#[test]
fn callers_are_told_who_they_are() {
    let simulator = Simulator::start(world());
    let reply =
        Call::aws(&simulator, "GetCallerIdentity", &[]).key("AKIAOTHER", "other-secret").send_aws();
    assert_eq!(reply.only("Arn").as_deref(), Some("arn:aws:iam::222233334444:user/bob"));
    assert_eq!(reply.only("Account").as_deref(), Some(OTHER));
    assert!(reply.only("UserId").unwrap().starts_with("AIDA"));
    assert!(reply.text().contains("<GetCallerIdentityResult>"), "{}", reply.text());
}

#[test]
fn requests_that_are_not_authentic_are_refused_in_each_services_words() {
    let simulator = Simulator::start(world());
    let ec2 = || Call::aws(&simulator, "DescribeRegions", &[]);
    let sts = || Call::aws(&simulator, "GetCallerIdentity", &[]);
    check_code(&ec2().key("AKIANOBODY", "x").send_aws(), 401, "AuthFailure");
    check_code(&sts().key("AKIANOBODY", "x").send_aws(), 403, "InvalidClientTokenId");
    check_code(&ec2().key(ACCESS_KEY_ID, "wrong").send_aws(), 401, "AuthFailure");
    check_code(&sts().key(ACCESS_KEY_ID, "wrong").send_aws(), 403, "SignatureDoesNotMatch");
    let late = |call: Call| Call { time: call.time.plus_seconds(-310), ..call }.send_aws();
    check_code(&late(ec2()), 400, "RequestExpired");
    check_code(&late(sts()), 403, "SignatureDoesNotMatch");
    let unsigned = vec![("x-amz-extra".to_owned(), "1".to_owned())];
    check_code(&Call { unsigned, ..ec2() }.send_aws(), 400, "IncompleteSignature");
    check_code(&Call { service: "s3", ..ec2() }.send_aws(), 403, "SignatureDoesNotMatch");
    check_code(&Call { version: "2015-01-01", ..ec2() }.send_aws(), 400, "NoSuchVersion");
    check_code(&Call::aws(&simulator, "DescribeEverything", &[]).send_aws(), 400, "InvalidAction");
    let other_day = Call { day: Some("20240506"), ..ec2() }.send_aws();
    check_code(&other_day, 403, "SignatureDoesNotMatch");
    check_code(&Call { smuggled: "&DryRun=true", ..ec2() }.send_aws(), 401, "AuthFailure");
    let form = [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    let anonymous = crate::client::exchange(
        &simulator.endpoint(),
        "POST",
        "/",
        &form,
        b"Action=DescribeRegions",
    )
    .unwrap();
    check_code(&anonymous, 403, "MissingAuthenticationToken");
}

#[test]
fn temporary_credentials_need_their_token() {
    let simulator = Simulator::start(world());
    let role = "arn:aws:sts::111122223333:assumed-role/builder/ci";
    let key = AccessKey::new("ASIA1", "secret", role).token("token+/==");
    simulator.edit(|world| world.aws.access_keys.push(key));
    let sts = || Call::aws(&simulator, "GetCallerIdentity", &[]).key("ASIA1", "secret");
    let ec2 = || Call::aws(&simulator, "DescribeRegions", &[]).key("ASIA1", "secret");
    assert_eq!(sts().token("token+/==").send_aws().only("Arn").as_deref(), Some(role));
    check_code(&sts().send_aws(), 403, "InvalidClientTokenId");
    check_code(&ec2().token("other").send_aws(), 401, "AuthFailure");
    simulator.edit(|world| world.aws.access_keys.last_mut().unwrap().status = KeyStatus::Expired);
    check_code(&sts().token("token+/==").send_aws(), 403, "ExpiredToken");
    check_code(&ec2().token("token+/==").send_aws(), 400, "RequestExpired");
}

#[test]
fn missing_permissions_are_refused() {
    let simulator = Simulator::start(world());
    let key = AccessKey::new("AKIACAROL", "secret", "arn:aws:iam::111122223333:user/carol");
    let key = key.permissions(["ec2:DescribeRegions"]);
    simulator.edit(|world| world.aws.access_keys.push(key));
    let send =
        |action: &str| Call::aws(&simulator, action, &[]).key("AKIACAROL", "secret").send_aws();
    check_code(&send("DescribeImages"), 403, "UnauthorizedOperation");
    assert_eq!(send("DescribeRegions").status, 200);
    assert_eq!(send("GetCallerIdentity").status, 200);
}
