//! Alibaba Cloud: `TagResources`, `UntagResources`, `ListTagResources`.

use imageguard_simulator::alicloud::{Image, Owner};
use imageguard_simulator::{AccessKey, Account, Simulator, World};
use serde_json::{Value, json};

use crate::client::{Call, Reply};

const OTHER: u64 = 1_000_000_000_000_002;

/// Own images, and those of another account, shared and not.
fn start() -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(OTHER.to_string(), "other"));
    cloud.images.extend([
        Image::new("m-1").tag("team", "web").tag("acs:ecs:createdBy", "pipeline"),
        Image::new("m-2"),
        Image::new("m-shared").owner(Owner::Account(OTHER)).shared_with("1000000000000001"),
        Image::new("m-foreign").owner(Owner::Account(OTHER)),
        Image::new("m-community").owner(Owner::Account(OTHER)).community(),
        Image::new("ubuntu.vhd").owner(Owner::System),
        Image::new("m-elsewhere").region("cn-shanghai"),
    ]);
    Simulator::start(world)
}

fn send(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Reply {
    let mut all = vec![("RegionId", "cn-hangzhou"), ("ResourceType", "image")];
    all.extend(parameters);
    Call::alicloud(simulator, action, &all).send_alicloud()
}

/// Sends a call for `m-1` that should work.
#[track_caller]
fn succeed(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) {
    let mut all = vec![("ResourceId.1", "m-1")];
    all.extend(parameters);
    let reply = send(simulator, action, &all);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let answer = reply.json();
    let fields: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["RequestId"]);
}

/// Asserts status and code of a refusal, and that it changed nothing.
#[track_caller]
fn check_refusal(action: &str, parameters: &[(&str, &str)], status: u16, code: &str) {
    let simulator = start();
    let images = |world: &mut World| world.alicloud.images.to_vec();
    let before = simulator.edit(images);
    check_code(&send(&simulator, action, parameters), status, code);
    assert!(simulator.edit(images) == before, "a refused call must change nothing");
}

#[track_caller]
fn check_code(reply: &Reply, status: u16, code: &str) {
    let found = reply.json()["Code"].as_str().unwrap_or_default().to_owned();
    assert_eq!((reply.status, found.as_str()), (status, code), "{}", reply.text());
}

/// Returns the tags of an image as the world has them.
fn tags(simulator: &Simulator, id: &str) -> Value {
    simulator.edit(|world| {
        let image = world.alicloud.images.iter().find(|image| image.id == id).unwrap();
        json!(image.tags)
    })
}

/// Returns the rows of a listing as `id key=value`, sorted.
fn rows(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let answer = reply.json();
    let rows = answer["TagResources"]["TagResource"].as_array().unwrap().iter().map(|row| {
        assert_eq!(row["ResourceType"], "image");
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        format!("{} {}={}", text("ResourceId"), text("TagKey"), text("TagValue"))
    });
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

/// Names `count` tags, with keys that are not there yet.
fn many(count: usize) -> Vec<(String, String)> {
    (1..=count).map(|index| (format!("Tag.{index}.Key"), format!("key-{index}"))).collect()
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn tags_are_added_changed_and_removed() {
    let simulator = start();
    let own = ("acs:ecs:createdBy", "pipeline");
    let set = [("Tag.1.Key", "status"), ("Tag.1.Value", "approved"), ("Tag.2.Key", "team")];
    succeed(&simulator, "TagResources", &set);
    let expected = json!({own.0: own.1, "status": "approved", "team": ""});
    assert_eq!(tags(&simulator, "m-1"), expected);
    succeed(&simulator, "UntagResources", &[("TagKey.1", "team"), ("TagKey.2", "absent")]);
    assert_eq!(tags(&simulator, "m-1"), json!({own.0: own.1, "status": "approved"}));
    succeed(&simulator, "UntagResources", &[("All", "true")]);
    assert_eq!(tags(&simulator, "m-1"), json!({own.0: own.1}), "system tags stay");
}

#[test]
fn several_images_are_tagged_at_once_or_not_at_all() {
    let tag = [("Tag.1.Key", "status"), ("Tag.1.Value", "approved")];
    let simulator = start();
    succeed(&simulator, "TagResources", &[tag[0], tag[1], ("ResourceId.2", "m-2")]);
    assert_eq!(tags(&simulator, "m-2"), json!({"status": "approved"}));
    let one_is_unknown = [tag[0], tag[1], ("ResourceId.1", "m-1"), ("ResourceId.2", "m-unknown")];
    check_refusal("TagResources", &one_is_unknown, 404, "InvalidResourceId.NotFound");
}

#[test]
fn images_of_others_cannot_be_tagged() {
    for action in ["TagResources", "UntagResources"] {
        let what = match action {
            "TagResources" => ("Tag.1.Key", "status"),
            _ => ("TagKey.1", "status"),
        };
        for seen in ["m-shared", "m-community", "ubuntu.vhd"] {
            let call = [("ResourceId.1", seen), what];
            check_refusal(action, &call, 403, "InvalidResourceId.NotSupported");
        }
        for unseen in ["m-foreign", "m-elsewhere", "m-unknown"] {
            let call = [("ResourceId.1", unseen), what];
            check_refusal(action, &call, 404, "InvalidResourceId.NotFound");
        }
    }
}

#[test]
fn keys_and_values_have_rules() {
    let longest = "k".repeat(128);
    let simulator = start();
    for (key, value) in
        [(longest.as_str(), longest.as_str()), ("黄金", "aliyun"), ("a http:/b", " ")]
    {
        succeed(&simulator, "TagResources", &[("Tag.1.Key", key), ("Tag.1.Value", value)]);
    }
    let too_long = "k".repeat(129);
    let malformed = "InvalidTagKey.Malformed";
    for key in ["", "acs:x", "aliyun", "a http://b", "https://", &too_long] {
        let call = [("ResourceId.1", "m-1"), ("Tag.1.Key", key)];
        check_refusal("TagResources", &call, 400, malformed);
    }
    for value in ["acs:x", "http://b", "a https://", &too_long] {
        let call = [("ResourceId.1", "m-1"), ("Tag.1.Key", "k"), ("Tag.1.Value", value)];
        check_refusal("TagResources", &call, 400, "InvalidTagValue.Malformed");
    }
}

#[test]
fn keys_clash_whatever_their_case() {
    let one = ("ResourceId.1", "m-1");
    let clash = [one, ("Tag.1.Key", "Team"), ("Tag.1.Value", "web")];
    check_refusal("TagResources", &clash, 403, "TagKey.Duplication");
    let both = [one, ("Tag.1.Key", "status"), ("Tag.2.Key", "Status")];
    check_refusal("TagResources", &both, 403, "TagKey.Duplication");
    let twice = [one, ("Tag.1.Key", "status"), ("Tag.2.Key", "status")];
    check_refusal("TagResources", &twice, 400, "Duplicate.TagKey");
    let simulator = start();
    succeed(&simulator, "UntagResources", &[("TagKey.1", "TEAM")]);
    assert_eq!(tags(&simulator, "m-1")["team"], "web", "a key in another case is another key");
}

#[test]
fn an_image_has_twenty_tags_at_most() {
    let simulator = start();
    let nineteen = many(19);
    succeed(&simulator, "TagResources", &borrowed(&nineteen));
    let new = [("ResourceId.1", "m-1"), ("Tag.1.Key", "one more")];
    check_code(&send(&simulator, "TagResources", &new), 403, "QuotaExceed.Tags");
    succeed(&simulator, "TagResources", &[("Tag.1.Key", "team"), ("Tag.1.Value", "new")]);
    assert_eq!(tags(&simulator, "m-1")["team"], "new");
}

#[test]
fn calls_have_limits() {
    let tags = many(21);
    let mut call = borrowed(&tags);
    call.push(("ResourceId.1", "m-1"));
    check_refusal("TagResources", &call, 400, "NumberExceed.Tags");
    let keys: Vec<String> = (1..=21).map(|index| format!("TagKey.{index}")).collect();
    let mut call: Vec<(&str, &str)> = keys.iter().map(|name| (name.as_str(), "k")).collect();
    call.push(("ResourceId.1", "m-1"));
    check_refusal("UntagResources", &call, 400, "NumberExceed.Tags");
    let ids: Vec<String> = (1..=51).map(|index| format!("ResourceId.{index}")).collect();
    let mut call: Vec<(&str, &str)> = ids.iter().map(|name| (name.as_str(), "m-1")).collect();
    call.push(("Tag.1.Key", "k"));
    check_refusal("TagResources", &call, 400, "NumberExceed.ResourceIds");
}

#[test]
fn what_is_missing_is_not_found() {
    let one = ("ResourceId.1", "m-1");
    check_refusal("TagResources", &[("Tag.1.Key", "k")], 404, "MissingParameter.ResourceIds");
    check_refusal("TagResources", &[one], 404, "MissingParameter.Tags");
    check_refusal("TagResources", &[one, ("Tag.1.Value", "v")], 400, "InvalidTag.Mismatch");
    check_refusal("UntagResources", &[one], 404, "MissingParameter.Tags");
    check_refusal("UntagResources", &[one, ("All", "false")], 404, "MissingParameter.Tags");
    let both = [one, ("All", "true"), ("TagKey.1", "team")];
    check_refusal("UntagResources", &both, 403, "Param.Conflict");
    let system = [one, ("TagKey.1", "acs:ecs:createdBy")];
    check_refusal("UntagResources", &system, 403, "NoPermission.Tag");
    let simulator = start();
    let of_type = |name: &str| {
        let all = [("RegionId", "cn-hangzhou"), ("ResourceType", name), one, ("Tag.1.Key", "k")];
        Call::alicloud(&simulator, "TagResources", &all).send_alicloud()
    };
    check_code(&of_type(""), 404, "MissingParameter.ResourceType");
    check_code(&of_type("Image"), 404, "InvalidResourceType.NotFound");
    check_code(&of_type("instance"), 400, "NotSimulated");
}

#[test]
fn listings_select_by_image_and_by_tag() {
    let simulator = start();
    succeed(&simulator, "TagResources", &[("ResourceId.2", "m-2"), ("Tag.1.Key", "status")]);
    let list =
        |parameters: &[(&str, &str)]| rows(&send(&simulator, "ListTagResources", parameters));
    let first = ["m-1 acs:ecs:createdBy=pipeline", "m-1 status=", "m-1 team=web"];
    assert_eq!(list(&[("ResourceId.1", "m-1")]), first);
    assert_eq!(list(&[("Tag.1.Key", "team"), ("Tag.1.Value", "web")]), first);
    assert_eq!(list(&[("Tag.1.Key", "status")]).len(), 4);
    assert_eq!(list(&[("Tag.1.Key", "status"), ("Tag.2.Key", "team")]), first);
    assert_eq!(list(&[("ResourceId.1", "m-2"), ("Tag.1.Key", "team")]), [""; 0]);
    assert_eq!(list(&[("ResourceId.1", "m-shared")]), [""; 0]);
    check_refusal("ListTagResources", &[], 403, "BothEmpty.TagsAndResources");
    check_refusal("ListTagResources", &[("Tag.1.Value", "v")], 400, "InvalidParameter.TagValue");
    let unknown = [("ResourceId.1", "m-foreign")];
    check_refusal("ListTagResources", &unknown, 404, "InvalidResourceId.NotFound");
    let fuzzy = [("TagFilter.1.TagKey", "st*")];
    check_refusal("ListTagResources", &fuzzy, 400, "NotSimulated");
}

#[test]
fn listings_come_in_pages() {
    let simulator = start();
    simulator.edit(|world| world.alicloud.tag_rows_per_page = 2);
    succeed(&simulator, "TagResources", &borrowed(&many(4)));
    let (mut sizes, mut seen, mut token) = (Vec::new(), Vec::new(), String::new());
    loop {
        let call = [("ResourceId.1", "m-1"), ("NextToken", token.as_str())];
        let reply = send(&simulator, "ListTagResources", &call);
        let page = rows(&reply);
        sizes.push(page.len());
        seen.extend(page);
        token = reply.json()["NextToken"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
        let other = [("ResourceId.1", "m-2"), ("NextToken", token.as_str())];
        check_code(&send(&simulator, "ListTagResources", &other), 403, "Invalid.NextToken");
    }
    seen.sort();
    seen.dedup();
    assert_eq!((sizes, seen.len()), (vec![2, 2, 2], 6));
}

#[test]
fn each_call_needs_its_own_permission() {
    let simulator = start();
    let calls = [
        ("TagResources", ("Tag.1.Key", "k")),
        ("UntagResources", ("TagKey.1", "k")),
        ("ListTagResources", ("Tag.1.Key", "k")),
    ];
    for (action, what) in calls {
        let permission = format!("ecs:{action}");
        let parameters =
            [("RegionId", "cn-hangzhou"), ("ResourceType", "image"), ("ResourceId.1", "m-1"), what];
        let ask = |allowed: &[&str]| {
            let user = "acs:ram::1000000000000001:user/carol";
            let mut key = AccessKey::new("LTAIcarol", "secret", user);
            key.permissions = Some(allowed.iter().map(|&name| name.to_owned()).collect());
            simulator.edit(|world| {
                world.alicloud.access_keys.retain(|key| key.id != "LTAIcarol");
                world.alicloud.access_keys.push(key);
            });
            Call::alicloud(&simulator, action, &parameters)
                .key("LTAIcarol", "secret")
                .send_alicloud()
        };
        assert_eq!(ask(&[&permission]).status, 200, "{action}");
        let others: Vec<String> = calls
            .iter()
            .filter(|(other, _)| *other != action)
            .map(|(other, _)| format!("ecs:{other}"))
            .chain(["ecs:DescribeImages".to_owned(), "ecs:AddTags".to_owned()])
            .collect();
        let refused = ask(&others.iter().map(String::as_str).collect::<Vec<_>>());
        check_code(&refused, 403, "Forbidden.RAM");
        assert_eq!(refused.json()["AccessDeniedDetail"]["AuthAction"], permission.as_str());
    }
}

#[test]
fn a_refusal_names_the_layer_that_denies() {
    let simulator = start();
    let key = AccessKey::new("LTAIcarol", "secret", "acs:ram::1000000000000001:user/carol")
        .permissions(["ecs:TagResources"])
        .denied("ecs:TagResources", "ControlPolicy");
    simulator.edit(|world| world.alicloud.access_keys.push(key));
    let parameters = [
        ("RegionId", "cn-hangzhou"),
        ("ResourceType", "image"),
        ("ResourceId.1", "m-1"),
        ("Tag.1.Key", "status"),
    ];
    let call = Call::alicloud(&simulator, "TagResources", &parameters);
    let reply = call.key("LTAIcarol", "secret").send_alicloud();
    check_code(&reply, 403, "Forbidden.RAM");
    let detail = &reply.json()["AccessDeniedDetail"];
    assert_eq!(detail["PolicyType"], "ControlPolicy");
    assert_eq!(detail["NoPermissionType"], "ExplicitDeny");
    assert_eq!(detail["AuthPrincipalDisplayName"], "carol");
}

#[test]
fn the_older_operations_change_the_tags_of_one_image() {
    let simulator = start();
    let image = ("ResourceId", "m-1");
    let tag = [("Tag.1.Key", "status"), ("Tag.1.Value", "approved")];
    let status = || simulator.edit(|world| world.alicloud.images[0].tags.get("status").cloned());
    assert_eq!(send(&simulator, "AddTags", &[image, tag[0], tag[1]]).status, 200);
    assert_eq!(status().as_deref(), Some("approved"));
    let other = ("Tag.1.Value", "revoked");
    assert_eq!(send(&simulator, "RemoveTags", &[image, tag[0], other]).status, 200);
    assert_eq!(status().as_deref(), Some("approved"), "it has another value");
    assert_eq!(send(&simulator, "RemoveTags", &[image, tag[0]]).status, 200);
    assert_eq!(status(), None);
    let code = |action: &str, parameters: &[(&str, &str)]| {
        send(&simulator, action, parameters).json()["Code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code("AddTags", &[tag[0]]), "MissingParameter.ResourceIds");
    assert_eq!(code("AddTags", &[image]), "MissingParameter.Tags");
    assert_eq!(code("AddTags", &[image, ("Tag.1.Key", "Team")]), "TagKey.Duplication");
    let foreign = ("ResourceId", "m-shared");
    assert_eq!(code("RemoveTags", &[foreign, tag[0]]), "InvalidResourceId.NotSupported");
    assert_eq!(simulator.journal()[0].permissions, ["ecs:AddTags"]);
}
