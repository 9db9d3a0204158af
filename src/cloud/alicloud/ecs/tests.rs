use expect_test::{Expect, expect};
use serde_json::{Value, json};
use time::macros::datetime;

use super::*;
use crate::{
    cloud::{
        Kind,
        alicloud::tests::{
            client,
            server::{Request, Server},
        },
    },
    image::{Deprecation, ImageState},
};

fn question() -> DescribeImages {
    DescribeImages {
        region: "cn-hangzhou".to_owned(),
        owner: ImagesOf::Caller,
        ids: Vec::new(),
        statuses: Vec::new(),
        tags: Vec::new(),
        limit: None,
    }
}

fn tag(key: &str, value: Option<&str>) -> (String, Option<String>) {
    (key.to_owned(), value.map(str::to_owned))
}

fn check_parameters(question: &DescribeImages, expected: Expect) {
    let parameters = question.parameters(3);
    let lines: Vec<_> = parameters.iter().map(|(key, value)| format!("{key}={value}")).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_question_becomes_parameters() {
    check_parameters(
        &question(),
        expect![[r#"
        ImageOwnerAlias=self
        PageNumber=3
        PageSize=100
        RegionId=cn-hangzhou"#]],
    );
    check_parameters(
        &DescribeImages {
            owner: ImagesOf::Account("1234567890123456".to_owned()),
            statuses: vec!["Available", "Deprecated"],
            tags: vec![tag("status", Some("approved")), tag("team", None), tag("empty", Some(""))],
            ids: vec!["m-1".to_owned(), "m-2".to_owned()],
            ..question()
        },
        expect![[r#"
            ImageId=m-1,m-2
            ImageOwnerAlias=others
            ImageOwnerId=1234567890123456
            PageNumber=3
            PageSize=100
            RegionId=cn-hangzhou
            Status=Available,Deprecated
            Tag.1.Key=status
            Tag.1.Value=approved
            Tag.2.Key=team
            Tag.3.Key=empty"#]],
    );
}

#[test]
fn owners_have_the_vendors_words() {
    let owners = [
        ImagesOf::Caller,
        ImagesOf::System,
        ImagesOf::Marketplace,
        ImagesOf::SharedWithCaller,
        ImagesOf::Account("1".to_owned()),
        ImagesOf::Community,
        ImagesOf::Anybody,
    ];
    let words = owners.map(|owner| {
        let parameters = DescribeImages { owner, ..question() }.parameters(1);
        let names = ["ImageOwnerAlias", "ImageOwnerId", "IsPublic"];
        let set = names.iter().filter_map(|name| Some((name, parameters.get(*name)?)));
        set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    });
    expect![[r#"
        ImageOwnerAlias=self
        ImageOwnerAlias=system
        ImageOwnerAlias=marketplace
        ImageOwnerAlias=others
        ImageOwnerAlias=others ImageOwnerId=1
        ImageOwnerAlias=others IsPublic=true
    "#]]
    .assert_eq(&words.join("\n"));
}

#[test]
fn twenty_tags_are_sent() {
    let tags = (1..=30).map(|number| tag(&format!("key-{number}"), None)).collect();
    let parameters = DescribeImages { tags, ..question() }.parameters(1);
    let keys = parameters.keys().filter(|name| name.starts_with("Tag.")).count();
    assert_eq!((keys, parameters["Tag.20.Key"].as_str()), (20, "key-20"));
}

#[track_caller]
fn check_image(row: Value, expected: Expect) {
    let row: ImageRow = serde_json::from_str(&row.to_string()).unwrap();
    expected.assert_debug_eq(&row.into_image(&mut Words::default()));
}

#[test]
fn an_image_is_translated() {
    let row = json!({
        "ImageId": "m-1", "ImageName": "web-1", "Description": "Web server", "Size": 40,
        "ImageFamily": "web", "ImageOwnerAlias": "self", "ImageOwnerId": 1234567890123456_u64,
        "CreationTime": "2019-11-15T06:07:05Z", "Status": "Available", "IsPublic": false,
        "Architecture": "x86_64", "OSType": "linux", "Platform": "Ubuntu", "ImageVersion": 3,
        "Tags": {"Tag": [
            {"TagKey": "status", "TagValue": "approved"},
            {"TagKey": "acs:rm:rgId", "TagValue": "rg-1"},
        ]},
        "DiskDeviceMappings": {"DiskDeviceMapping": [
            {"Device": "/dev/xvdb", "Type": "data", "Size": "200", "SnapshotId": "s-data"},
            {"Device": "/dev/xvda", "Type": "system", "Size": "40", "SnapshotId": "s-root"},
        ]},
        "Features": {"NvmeSupport": "supported"},
    });
    check_image(
        row,
        expect![[r#"
        Image {
            id: "m-1",
            name: "web-1",
            description: "Web server",
            family: Some(
                "web",
            ),
            owner: ImageOwner {
                id: "1234567890123456",
                alias: None,
                is_caller: true,
            },
            created_at: Some(
                2019-11-15 6:07:05.0 +00:00:00,
            ),
            deprecation: None,
            state: Available,
            is_public: false,
            architecture: "x86_64",
            platform: "linux",
            tags: {
                "acs:rm:rgId": "rg-1",
                "status": "approved",
            },
            root_device_name: Some(
                "/dev/xvda",
            ),
            root_device_size_gib: Some(
                40,
            ),
            root_snapshot_id: Some(
                "s-root",
            ),
            watermarks: [],
            allowed: None,
        }
    "#]],
    );
}

#[test]
fn an_image_of_which_only_the_id_is_known_is_translated() {
    check_image(
        json!({"ImageId": "m-1"}),
        expect![[r#"
        Image {
            id: "m-1",
            name: "",
            description: "",
            family: None,
            owner: ImageOwner {
                id: "",
                alias: None,
                is_caller: false,
            },
            created_at: None,
            deprecation: None,
            state: Other(
                "",
            ),
            is_public: false,
            architecture: "",
            platform: "",
            tags: {},
            root_device_name: None,
            root_device_size_gib: None,
            root_snapshot_id: None,
            watermarks: [],
            allowed: None,
        }
    "#]],
    );
}

fn translated(fields: Value) -> Image {
    let mut row = json!({"ImageId": "m-1"});
    row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    serde_json::from_value::<ImageRow>(row).unwrap().into_image(&mut Words::default())
}

#[test]
fn scalars_are_taken_for_each_other() {
    let image = translated(json!({
        "ImageName": 42, "Description": null, "ImageFamily": 1.5, "IsPublic": "True",
        "ImageOwnerId": "18446744073709551615", "Architecture": true,
        "Tags": {"Tag": [{"TagKey": "a", "TagValue": 1}, {"TagKey": "b"}]},
        "DiskDeviceMappings": {"DiskDeviceMapping": [{"Type": "system", "Size": 20}]},
    }));
    assert_eq!((&*image.name, &*image.description), ("42", ""));
    assert_eq!((image.family.as_deref(), image.is_public), (Some("1.5"), true));
    assert_eq!((&*image.owner.id, &*image.architecture), ("18446744073709551615", "true"));
    assert_eq!(image.root_device_size_gib, Some(20));
    let tags: Vec<_> = image.tags.iter().collect();
    assert_eq!(tags, [("a", "1"), ("b", "")]);
    let largest = translated(json!({"ImageOwnerId": u64::MAX}));
    assert_eq!(&*largest.owner.id, "18446744073709551615");
}

#[test]
fn what_is_null_or_empty_is_absent() {
    let image = translated(json!({
        "Tags": null, "DiskDeviceMappings": {}, "ImageFamily": "", "CreationTime": "",
    }));
    let absent = translated(json!({}));
    assert_eq!(image, absent);
    assert!(
        image.tags.iter().next().is_none()
            && image.root_device_name.is_none()
            && image.family.is_none()
    );
}

#[test]
fn owners_are_known_by_their_alias() {
    let owner = |alias: &str| {
        let owner = translated(json!({"ImageOwnerAlias": alias})).owner;
        (owner.alias, owner.is_caller)
    };
    assert_eq!(owner("self"), (None, true));
    assert_eq!(owner("system"), (Some("system".into()), false));
    assert_eq!(owner("marketplace"), (Some("marketplace".into()), false));
    assert_eq!(owner("others"), (None, false));
}

#[test]
fn a_deprecated_image_still_starts_machines() {
    let state = |status: &str| {
        let image = translated(json!({"Status": status}));
        (image.state, image.deprecation)
    };
    let other = |status: &str| (ImageState::Other(status.into()), Deprecation::None);
    assert_eq!(state("Available"), (ImageState::Available, Deprecation::None));
    assert_eq!(state("Deprecated"), (ImageState::Available, Deprecation::Now));
    for status in ["UnAvailable", "Creating", "Waiting", "CreateFailed", "New"] {
        assert_eq!(state(status), other(status));
    }
}

#[test]
fn times_have_seconds_or_minutes_or_are_none() {
    let time = |text: &str| translated(json!({"CreationTime": text})).created_at;
    assert_eq!(time("2019-11-15T06:07:05Z"), Some(datetime!(2019-11-15 06:07:05 UTC)));
    assert_eq!(time("2019-11-15T06:07Z"), Some(datetime!(2019-11-15 06:07 UTC)));
    assert_eq!(time("2019-11-15T06:07:05+08:00"), Some(datetime!(2019-11-14 22:07:05 UTC)));
    for text in ["", "yesterday", "2019-11-15", "2019-13-15T06:07:05Z", "9999-12-31T23:59:59-23:59"]
    {
        assert_eq!(time(text), None, "{text}");
    }
}

/// A page of a list with so many images.
fn page(request: &Request, total: usize) -> String {
    let number: usize = request.parameter("PageNumber").parse().unwrap();
    let images: Vec<_> = ((number - 1) * 100..total.min(number * 100))
        .map(|number| json!({"ImageId": format!("m-{number}")}))
        .collect();
    json!({"TotalCount": total, "Images": {"Image": images}}).to_string()
}

#[tokio::test]
async fn all_pages_are_read() {
    let server = Server::start(|request, _| (200, page(request, 450))).await;
    let listing = client(&server).describe_images(question()).await.unwrap();
    assert!(listing.is_complete);
    let ids = listing.items.iter().map(|image| image.id.clone());
    assert!(ids.eq((0..450).map(|number| format!("m-{number}").into_boxed_str())));
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_limit_cuts_the_list() {
    let server = Server::start(|request, _| (200, page(request, 450))).await;
    let question = DescribeImages { limit: Some(150), ..question() };
    let listing = client(&server).describe_images(question).await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete), (150, false));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn tags_are_left_out_where_the_vendor_would_cut_the_list() {
    let server = Server::start(|request, _| {
        let total = if request.parameter("Tag.1.Key").is_empty() { 1200 } else { 1000 };
        (200, page(request, total))
    })
    .await;
    let question = DescribeImages { tags: vec![tag("status", Some("approved"))], ..question() };
    let listing = client(&server).describe_images(question).await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete), (1200, true));
    assert_eq!(server.requests().len(), 13);
}

#[tokio::test]
async fn a_list_that_grows_to_where_the_vendor_cuts_it_is_incomplete() {
    let server = Server::start(|request, before| {
        let total = if before == 0 { 999 } else { 1000 };
        (200, page(request, total))
    })
    .await;
    let tagged = DescribeImages { tags: vec![tag("status", Some("approved"))], ..question() };
    let listing = client(&server).describe_images(tagged).await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete), (1000, false));
}

#[tokio::test]
async fn images_after_an_empty_page_are_found() {
    let server = Server::start(|request, _| {
        let empty = json!({"TotalCount": 201, "Images": {"Image": []}}).to_string();
        (200, if request.parameter("PageNumber") == "2" { empty } else { page(request, 201) })
    })
    .await;
    let listing = client(&server).describe_images(question()).await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete), (101, false));
    assert_eq!(&*listing.items[100].id, "m-200");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_page_with_far_too_many_images_is_refused() {
    let images: Vec<_> = (0..201).map(|it| json!({"ImageId": format!("m-{it}")})).collect();
    let body = json!({"TotalCount": 201, "Images": {"Image": images}}).to_string();
    let server = Server::always(200, body).await;
    let error = client(&server).describe_images(question()).await.unwrap_err();
    assert_eq!((error.kind, error.operation), (Kind::Unreadable, "ecs:DescribeImages"));
}

fn question_by_id(ids: &[&str]) -> DescribeImages {
    let ids = ids.iter().map(ToString::to_string).collect();
    DescribeImages { ids, owner: ImagesOf::Anybody, ..question() }
}

/// The ids that a client finds and how many requests that took, from a vendor that shows the
/// images which it thinks are meant.
async fn found(
    question: DescribeImages,
    means: fn(asked: &str) -> Vec<&str>,
) -> (Vec<String>, usize) {
    let server = Server::start(move |request, _| {
        let asked = request.parameter("ImageId");
        let images: Vec<_> = means(asked).iter().map(|id| json!({"ImageId": id})).collect();
        (200, json!({"TotalCount": images.len(), "Images": {"Image": images}}).to_string())
    })
    .await;
    let listing = client(&server).describe_images(question).await.unwrap();
    let ids = listing.items.iter().map(|image| image.id.to_string()).collect();
    (ids, server.requests().len())
}

#[tokio::test]
async fn several_ids_are_asked_for_at_once() {
    let question = question_by_id(&["m-1", "m-2", "m-gone"]);
    let listed =
        found(
            question,
            |asked| {
                if asked.contains("m-1") { vec!["m-1", "m-2"] } else { Vec::new() }
            },
        );
    assert_eq!(listed.await, (vec!["m-1".to_owned(), "m-2".to_owned()], 1));
}

#[tokio::test]
async fn ids_are_asked_for_one_by_one_where_the_vendor_does_not_understand_several() {
    let only_one = |asked: &str| if asked == "m-2" { vec!["m-2"] } else { Vec::new() };
    let listed = found(question_by_id(&["m-1", "m-2"]), only_one).await;
    assert_eq!(listed, (vec!["m-2".to_owned()], 3));
    let leftovers =
        DescribeImages { owner: ImagesOf::Marketplace, ..question_by_id(&["m-1", "m-2"]) };
    assert_eq!(found(leftovers, only_one).await, (Vec::new(), 1));
}

#[tokio::test]
async fn an_image_that_was_not_asked_for_is_dropped() {
    let listed = found(question_by_id(&["m-1"]), |_| vec!["m-1", "m-other"]).await;
    assert_eq!(listed, (vec!["m-1".to_owned()], 1));
}

#[tokio::test]
async fn without_a_region_nothing_is_asked() {
    let server = Server::start(|request, _| (200, page(request, 1))).await;
    for region in ["", "a b", "-a", "cn-hangzhou&Status=ALL"] {
        let question = DescribeImages { region: region.to_owned(), ..question() };
        let error = client(&server).describe_images(question).await.unwrap_err();
        assert_eq!(error.kind, Kind::Region, "{region}");
        let error = client(&server).describe_regions(region).await.unwrap_err();
        assert_eq!(error.kind, Kind::Region, "{region}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn equal_questions_are_sent_once() {
    let server = Server::start(|request, _| (200, page(request, 1))).await;
    let client = client(&server);
    let other = DescribeImages { owner: ImagesOf::System, ..question() };
    let (one, two, three) = tokio::join!(
        client.describe_images(question()),
        client.describe_images(question()),
        client.describe_images(other),
    );
    assert!(Arc::ptr_eq(&one.unwrap(), &two.unwrap()));
    assert!(three.is_ok());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_unreadable() {
    let bodies = [
        "{}",
        r#"{"TotalCount":0}"#,
        r#"{"Images":{"Image":[]}}"#,
        r#"{"TotalCount":1,"Images":[]}"#,
        r#"{"TotalCount":1,"Images":null}"#,
        r#"{"TotalCount":1,"Images":{"Image":[{}]}}"#,
        r#"{"TotalCount":1,"Images":{"Image":[{"ImageId":"m-1","Tags":["a"]}]}}"#,
        r#"{"TotalCount":1,"Images":{"Image":[{"ImageId":"m-1","ImageName":{}}]}}"#,
    ];
    for body in bodies {
        let server = Server::always(200, body).await;
        let error = client(&server).describe_images(question()).await.unwrap_err();
        assert_eq!(error.kind, Kind::Unreadable, "{body}");
    }
}

#[tokio::test]
async fn regions_are_listed() {
    let body = r#"{"RequestId":"R-1","Regions":{"Region":[
        {"RegionId":"cn-hangzhou","RegionEndpoint":"ecs-cn-hangzhou.aliyuncs.com"},
        {"RegionId":"eu-central-1","LocalName":"Frankfurt"}]}}"#;
    let server = Server::always(200, body).await;
    let regions = client(&server).describe_regions("cn-hangzhou").await.unwrap();
    assert_eq!(regions, ["cn-hangzhou", "eu-central-1"]);
    // The operation has no such parameter; the region only picks the endpoint.
    assert_eq!(server.requests()[0].parameter("RegionId"), "");
}

#[tokio::test]
async fn no_list_of_regions_is_not_an_empty_one() {
    let server = Server::always(200, r#"{"Regions":{}}"#).await;
    let error = client(&server).describe_regions("cn-hangzhou").await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreadable);
}

const DONE: &str = r#"{"RequestId":"R-1"}"#;

fn parameters_of(request: &Request) -> String {
    let target = request.head.split(' ').nth(1).unwrap();
    target.trim_start_matches("/?").replace('&', "\n")
}

#[tokio::test]
async fn tags_are_set_and_removed_on_one_image() {
    let server = Server::always(200, DONE).await;
    let tags = [("a b", ""), ("status", "approved")].map(|(key, value)| (key.into(), value.into()));
    client(&server).tag_resources("cn-hangzhou", "m-1", &tags.into()).await.unwrap();
    client(&server).untag_resources("cn-hangzhou", "m-1", ["a b", "status"]).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].action(), "TagResources");
    expect![[r#"
        RegionId=cn-hangzhou
        ResourceId.1=m-1
        ResourceType=image
        Tag.1.Key=a%20b
        Tag.1.Value=
        Tag.2.Key=status
        Tag.2.Value=approved"#]]
    .assert_eq(&parameters_of(&requests[0]));
    assert_eq!(requests[1].action(), "UntagResources");
    expect![[r#"
        RegionId=cn-hangzhou
        ResourceId.1=m-1
        ResourceType=image
        TagKey.1=a%20b
        TagKey.2=status"#]]
    .assert_eq(&parameters_of(&requests[1]));
}

/// Setting the same once more does no harm; by a second removal another's value could be lost.
#[tokio::test]
async fn only_setting_is_repeated_where_nobody_knows_whether_it_was_done() {
    for (status, body, removals) in
        [(503, r#"{"Code":"ServiceUnavailable"}"#, 1), (400, r#"{"Code":"Throttling.User"}"#, 2)]
    {
        let server = Server::always(status, body).await;
        let tags = [("status".to_owned(), "approved".to_owned())].into();
        let set = client(&server).tag_resources("cn-hangzhou", "m-1", &tags).await.unwrap_err();
        assert_eq!((set.attempts, set.leaves_in_doubt()), (2, status == 503));
        let removed = client(&server).untag_resources("cn-hangzhou", "m-1", ["status"]).await;
        assert_eq!(removed.unwrap_err().attempts, removals);
    }
}

#[tokio::test]
async fn what_is_no_acknowledgement_leaves_in_doubt() {
    let server = Server::always(200, r#""ok""#).await;
    let error = client(&server).untag_resources("cn-hangzhou", "m-1", ["a"]).await.unwrap_err();
    assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Unreadable, true));
}

/// Whoever writes: the same image may be seen by several callers.
#[tokio::test]
async fn images_are_listed_anew_after_a_write_of_anybody() {
    let page = r#"{"TotalCount":0,"PageNumber":1,"PageSize":100,"Images":{"Image":[]}}"#;
    let session = r#"{"RequestId":"R-1","Credentials":{"AccessKeyId":"STS.k","AccessKeySecret":"s",
        "SecurityToken":"t","Expiration":"2999-01-01T00:00:00Z"}}"#;
    let server = Server::start(move |request, _| {
        let answer = match request.action() {
            "DescribeImages" => page,
            "AssumeRole" => session,
            _ => DONE,
        };
        (200, answer.to_owned())
    })
    .await;
    let client = client(&server);
    let role = client.assuming("acs:ram::1234567890123456:role/approver");
    let listings =
        || server.requests().iter().filter(|request| request.action() == "DescribeImages").count();
    client.describe_images(question()).await.unwrap();
    client.describe_images(question()).await.unwrap();
    assert_eq!(listings(), 1);
    role.untag_resources("cn-hangzhou", "m-1", ["a"]).await.unwrap();
    client.describe_images(question()).await.unwrap();
    assert_eq!(listings(), 2);
    client.describe_images_anew(question()).await.unwrap();
    assert_eq!(listings(), 3);
}

#[tokio::test]
async fn the_account_is_asked_for_once() {
    let identity = r#"{"AccountId":1234567890123456,"Arn":"acs:ram::1234567890123456:root"}"#;
    let server = Server::always(200, identity).await;
    let client = client(&server);
    assert_eq!(client.account_id().await.unwrap(), "1234567890123456");
    assert_eq!(client.clone().account_id().await.unwrap(), "1234567890123456");
    assert_eq!(server.requests().len(), 1);
}
