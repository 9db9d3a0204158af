//! AWS: `CreateTags`, `DeleteTags`, `DescribeTags`.

use imageguard_simulator::aws::{Image, Pages, State};
use imageguard_simulator::{AccessKey, Account, Simulator, World};
use serde_json::{Value, json};

use crate::client::{Call, Reply};

const OTHER: &str = "222233334444";
const OWN: &str = "ami-00000001";
const SHARED: &str = "ami-00000003";

/// Own images, and those of another account, shared and not.
fn start() -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.aws;
    cloud.accounts.push(Account::new(OTHER, "other"));
    cloud.access_keys.push(AccessKey::new(
        "AKIAOTHER",
        "other-secret",
        "arn:aws:iam::222233334444:user/bob",
    ));
    cloud.images.extend([
        Image::new(OWN).tag("team", "web").tag("aws:cloudformation:stack-name", "images"),
        Image::new("ami-00000002"),
        Image::new(SHARED).owner(OTHER).shared_with("111122223333").tag("status", "approved"),
        Image::new("ami-00000004").owner(OTHER),
        Image::new("ami-00000005").owner(OTHER).public(),
        Image::new("ami-00000006").region("us-west-2"),
        Image::new("ami-00000007").state(State::Deregistered),
        Image::new("ami-00000008").state(State::Disabled),
    ]);
    Simulator::start(world)
}

fn send(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Reply {
    Call::aws(simulator, action, parameters).send_aws()
}

/// Sends a call that should work.
#[track_caller]
fn succeed(simulator: &Simulator, action: &str, id: &str, parameters: &[(&str, &str)]) {
    let mut all = vec![("ResourceId.1", id)];
    all.extend(parameters);
    let reply = send(simulator, action, &all);
    assert_eq!(reply.only("return").as_deref(), Some("true"), "{}", reply.text());
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

/// Asserts code and, in part, message of a refusal, and that it changed nothing.
#[track_caller]
fn check_refusal(action: &str, parameters: &[(&str, &str)], code: &str, message: &str) {
    let simulator = start();
    let images = |world: &mut World| world.aws.images.to_vec();
    let before = simulator.edit(images);
    let reply = send(&simulator, action, parameters);
    check_code(&reply, 400, code);
    assert!(reply.text().contains(message), "{}", reply.text());
    assert!(simulator.edit(images) == before, "a refused call must change nothing");
}

/// Returns the owner's tags and those of others, as the world has them.
fn tags(simulator: &Simulator, id: &str) -> Value {
    simulator.edit(|world| {
        let image = world.aws.images.iter().find(|image| image.id == id).unwrap();
        json!([image.tags, image.foreign_tags])
    })
}

/// Returns the rows of a listing as `id key=value`, sorted.
fn rows(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.texts("resourceType").iter().all(|name| name == "image"));
    let (ids, keys, values) = (reply.texts("resourceId"), reply.texts("key"), reply.texts("value"));
    assert!(ids.len() == keys.len() && keys.len() == values.len(), "{}", reply.text());
    let rows =
        ids.iter().zip(keys).zip(values).map(|((id, key), value)| format!("{id} {key}={value}"));
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

#[test]
fn tags_are_added_and_overwritten() {
    let simulator = start();
    let set = [
        ("Tag.1.Key", "status"),
        ("Tag.1.Value", "approved"),
        ("Tag.2.Key", "Team"),
        ("Tag.2.Value", ""),
        ("ResourceId.2", "ami-00000008"),
    ];
    succeed(&simulator, "CreateTags", OWN, &set);
    let stack = ("aws:cloudformation:stack-name", "images");
    let expected = json!([{stack.0: stack.1, "status": "approved", "team": "web", "Team": ""}, {}]);
    assert_eq!(tags(&simulator, OWN), expected, "keys differ by case");
    assert_eq!(tags(&simulator, "ami-00000008"), json!([{"status": "approved", "Team": ""}, {}]));
    succeed(&simulator, "CreateTags", OWN, &[("Tag.1.Key", "team"), ("Tag.1.Value", "blue")]);
    assert_eq!(tags(&simulator, OWN)[0]["team"], "blue");
}

#[test]
fn tags_are_deleted_by_key_by_value_or_all() {
    let simulator = start();
    let delete = |parameters: &[(&str, &str)]| {
        succeed(&simulator, "DeleteTags", OWN, parameters);
        tags(&simulator, OWN)[0].clone()
    };
    let stack = ("aws:cloudformation:stack-name", "images");
    let present = json!({stack.0: stack.1, "team": "web"});
    assert_eq!(delete(&[("Tag.1.Key", "team"), ("Tag.1.Value", "blue")]), present);
    assert_eq!(delete(&[("Tag.1.Key", "team"), ("Tag.1.Value", "")]), present);
    assert_eq!(delete(&[("Tag.1.Key", "Team")]), present);
    assert_eq!(delete(&[("Tag.1.Key", "team"), ("Tag.1.Value", "web")]), json!({stack.0: stack.1}));
    succeed(&simulator, "CreateTags", OWN, &[("Tag.1.Key", "team"), ("Tag.1.Value", "web")]);
    assert_eq!(delete(&[("Tag.1.Key", "team")]), json!({stack.0: stack.1}));
    succeed(&simulator, "CreateTags", OWN, &[("Tag.1.Key", "team"), ("Tag.1.Value", "web")]);
    assert_eq!(delete(&[]), json!({stack.0: stack.1}), "AWS's own tags stay");
}

#[test]
fn tags_on_the_images_of_others_belong_to_who_set_them() {
    let simulator = start();
    let mine = [("Tag.1.Key", "status"), ("Tag.1.Value", "mine")];
    for id in [SHARED, "ami-00000005"] {
        succeed(&simulator, "CreateTags", id, &mine);
    }
    let foreign = json!({"111122223333": {"status": "mine"}});
    assert_eq!(tags(&simulator, SHARED), json!([{"status": "approved"}, foreign]));
    let seen_by = |call: Call| call.send_aws().texts("value");
    let describe = || Call::aws(&simulator, "DescribeImages", &[("ImageId.1", SHARED)]);
    assert_eq!(seen_by(describe()), ["mine"]);
    assert_eq!(seen_by(describe().key("AKIAOTHER", "other-secret")), ["approved"]);
    succeed(&simulator, "DeleteTags", SHARED, &[]);
    assert_eq!(tags(&simulator, SHARED)[0], json!({"status": "approved"}));
    assert_eq!(seen_by(describe()), [""; 0]);
}

#[test]
fn images_one_does_not_see_do_not_exist() {
    for action in ["CreateTags", "DeleteTags"] {
        let refuse = |id: &str, code: &str| {
            let call = [
                ("ResourceId.1", OWN),
                ("ResourceId.2", id),
                ("Tag.1.Key", "k"),
                ("Tag.1.Value", ""),
            ];
            check_refusal(action, &call, code, id);
        };
        for unseen in ["ami-00000004", "ami-00000006", "ami-00000007", "ami-0123456789abcdef0"] {
            refuse(unseen, "InvalidAMIID.NotFound");
        }
        refuse("ami-golden", "InvalidAMIID.Malformed");
        refuse("m-00000001", "InvalidID");
        let instance = [("ResourceId.1", "i-00000001"), ("Tag.1.Key", "k"), ("Tag.1.Value", "")];
        check_refusal(action, &instance, "NotSimulated", "anything but images");
    }
}

#[test]
fn keys_and_values_have_rules() {
    let (key, value) = ("k".repeat(127), "v".repeat(256));
    let simulator = start();
    succeed(&simulator, "CreateTags", OWN, &[("Tag.1.Key", &key), ("Tag.1.Value", &value)]);
    let refuse = |key: &str, value: &str, message: &str| {
        let call = [("ResourceId.1", OWN), ("Tag.1.Key", key), ("Tag.1.Value", value)];
        check_refusal("CreateTags", &call, "InvalidParameterValue", message);
    };
    refuse("", "", "cannot be null or empty");
    refuse("aws:team", "", "Value ( aws:team ) for parameter key is invalid.");
    refuse(&(key + "k"), "", "maximum length of 127");
    refuse("k", &(value + "v"), "maximum length of 256");
    let one = ("ResourceId.1", OWN);
    let twice =
        [one, ("Tag.1.Key", "k"), ("Tag.1.Value", "1"), ("Tag.2.Key", "k"), ("Tag.2.Value", "2")];
    check_refusal(
        "CreateTags",
        &twice,
        "InvalidParameterValue",
        "Duplicate tag key 'k' specified.",
    );
    let no_value = [one, ("Tag.1.Key", "k")];
    check_refusal("CreateTags", &no_value, "InvalidParameterValue", "Use empty string instead");
    let reserved = [one, ("Tag.1.Key", "aws:cloudformation:stack-name")];
    check_refusal("DeleteTags", &reserved, "InvalidParameterValue", "reserved");
    check_refusal("CreateTags", &[one], "MissingParameter", "tagSet");
    check_refusal("CreateTags", &no_value[1..], "InvalidParameterValue", "");
    check_refusal("DeleteTags", &no_value[1..], "MissingParameter", "resourceIdSet");
}

#[test]
fn an_image_has_fifty_tags_of_an_account_at_most() {
    let simulator = start();
    let names: Vec<(String, String)> = (1..=49)
        .flat_map(|index| {
            [
                (format!("Tag.{index}.Key"), format!("key-{index}")),
                (format!("Tag.{index}.Value"), String::new()),
            ]
        })
        .collect();
    let many: Vec<(&str, &str)> =
        names.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    succeed(&simulator, "CreateTags", OWN, &many);
    let new = [("ResourceId.1", OWN), ("Tag.1.Key", "one more"), ("Tag.1.Value", "")];
    check_code(&send(&simulator, "CreateTags", &new), 400, "TagLimitExceeded");
    succeed(&simulator, "CreateTags", OWN, &[("Tag.1.Key", "team"), ("Tag.1.Value", "new")]);
    succeed(&simulator, "CreateTags", "ami-00000002", &many);
    assert_eq!(tags(&simulator, OWN)[0]["team"], "new");
}

#[test]
fn a_call_names_a_thousand_images_at_most() {
    let names: Vec<String> = (1..=1001).map(|index| format!("ResourceId.{index}")).collect();
    let ids = |count: usize| names.iter().take(count).map(|name| (name.as_str(), OWN));
    let simulator = start();
    let thousand: Vec<(&str, &str)> = ids(1000).collect();
    assert_eq!(send(&simulator, "DeleteTags", &thousand).status, 200);
    let more: Vec<(&str, &str)> = ids(1001).collect();
    check_refusal("DeleteTags", &more, "ResourceCountExceeded", "1000");
}

#[test]
fn a_dry_run_changes_nothing() {
    let simulator = start();
    let before = tags(&simulator, OWN);
    let call = [("ResourceId.1", OWN), ("Tag.1.Key", "k"), ("Tag.1.Value", ""), ("DryRun", "true")];
    for action in ["CreateTags", "DeleteTags"] {
        check_code(&send(&simulator, action, &call), 412, "DryRunOperation");
    }
    check_code(&send(&simulator, "DescribeTags", &[("DryRun", "true")]), 412, "DryRunOperation");
    assert_eq!(tags(&simulator, OWN), before);
    let unknown = [("ResourceId.1", "ami-00000004"), call[1], call[2], call[3]];
    check_code(&send(&simulator, "CreateTags", &unknown), 400, "InvalidAMIID.NotFound");
}

#[test]
fn listings_are_filtered() {
    let simulator = start();
    succeed(&simulator, "CreateTags", SHARED, &[("Tag.1.Key", "team"), ("Tag.1.Value", "blue")]);
    let list = |filters: &[(&str, &str)]| {
        let mut call = Vec::new();
        for (index, (name, value)) in filters.iter().enumerate() {
            call.push((format!("Filter.{}.Name", index + 1), (*name).to_owned()));
            call.push((format!("Filter.{}.Value.1", index + 1), (*value).to_owned()));
        }
        let call: Vec<(&str, &str)> =
            call.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        rows(&send(&simulator, "DescribeTags", &call))
    };
    let [own, shared] = ["ami-00000001 team=web", "ami-00000003 team=blue"];
    let stack = "ami-00000001 aws:cloudformation:stack-name=images";
    assert_eq!(list(&[]), [stack, own, shared], "the owner's tags are not shared");
    assert_eq!(list(&[("resource-id", SHARED)]), [shared]);
    assert_eq!(list(&[("key", "te*")]), [own, shared]);
    assert_eq!(list(&[("value", "b?ue")]), [shared]);
    assert_eq!(list(&[("tag:team", "web")]), [own]);
    assert_eq!(list(&[("tag:team", "images")]), [""; 0], "key and value are of one tag");
    assert_eq!(list(&[("key", "team"), ("resource-type", "image"), ("resource-id", OWN)]), [own]);
    assert_eq!(list(&[("resource-type", "instance")]), [""; 0]);
    let unknown = [("Filter.1.Name", "name"), ("Filter.1.Value.1", "x")];
    check_refusal("DescribeTags", &unknown, "InvalidParameterValue", "name");
}

#[test]
fn listings_come_in_pages() {
    let mut world = World::default();
    world
        .aws
        .images
        .extend((0..12).map(|number| Image::new(format!("ami-{number:08}")).tag("k", "v")));
    let simulator = Simulator::start(world);
    let sizes = || {
        let (mut sizes, mut seen, mut token) = (Vec::new(), Vec::new(), None::<String>);
        loop {
            let mut call = vec![("MaxResults", "5")];
            call.extend(token.as_deref().map(|token| ("NextToken", token)));
            let reply = send(&simulator, "DescribeTags", &call);
            sizes.push(rows(&reply).len());
            seen.extend(rows(&reply));
            token = reply.only("nextToken");
            if token.is_none() {
                seen.sort();
                seen.dedup();
                assert_eq!(seen.len(), 12, "every tag exactly once");
                return sizes;
            }
        }
    };
    assert_eq!(sizes(), [5, 5, 2]);
    simulator.edit(|world| world.aws.pages = Pages::EmptyBetween);
    assert_eq!(sizes(), [0, 5, 0, 5, 0, 2, 0]);
    for out_of_bounds in ["4", "1001"] {
        let call = [("MaxResults", out_of_bounds)];
        check_refusal("DescribeTags", &call, "InvalidParameterValue", out_of_bounds);
    }
}

#[test]
fn each_call_needs_its_own_permission() {
    let simulator = start();
    let all = ["CreateTags", "DeleteTags", "DescribeTags"];
    for action in all {
        let permission = format!("ec2:{action}");
        let parameters: &[(&str, &str)] = match action {
            "DescribeTags" => &[],
            _ => &[("ResourceId.1", OWN), ("Tag.1.Key", "k"), ("Tag.1.Value", "")],
        };
        let ask = |allowed: &[&str]| {
            let mut key =
                AccessKey::new("AKIACAROL", "secret", "arn:aws:iam::111122223333:user/carol");
            key.permissions = Some(allowed.iter().map(|&name| name.to_owned()).collect());
            simulator.edit(|world| {
                world.aws.access_keys.retain(|key| key.id != "AKIACAROL");
                world.aws.access_keys.push(key);
            });
            Call::aws(&simulator, action, parameters).key("AKIACAROL", "secret").send_aws()
        };
        assert_eq!(ask(&[&permission]).status, 200, "{action}");
        let others: Vec<String> = all
            .iter()
            .filter(|other| **other != action)
            .map(|other| format!("ec2:{other}"))
            .chain(["ec2:DescribeImages".to_owned()])
            .collect();
        let refused = ask(&others.iter().map(String::as_str).collect::<Vec<_>>());
        check_code(&refused, 403, "UnauthorizedOperation");
        let message = refused.only("Message").unwrap();
        assert!(message.contains(&format!("perform: {permission} ")), "{message}");
        let names_image =
            message.contains("on resource: arn:aws:ec2:us-east-1::image/ami-00000001");
        assert_eq!(names_image, action != "DescribeTags", "{message}");
    }
}

#[test]
fn a_refusal_names_the_layer_that_denies() {
    let simulator = start();
    let key = AccessKey::new("AKIACAROL", "secret", "arn:aws:iam::111122223333:user/carol")
        .permissions(["ec2:CreateTags"])
        .denied("ec2:CreateTags", "service control policy");
    simulator.edit(|world| world.aws.access_keys.push(key));
    let parameters = [("ResourceId.1", OWN), ("Tag.1.Key", "status"), ("Tag.1.Value", "")];
    let call = Call::aws(&simulator, "CreateTags", &parameters);
    let reply = call.key("AKIACAROL", "secret").send_aws();
    check_code(&reply, 403, "UnauthorizedOperation");
    let expected = "You are not authorized to perform this operation. \
                    User: arn:aws:iam::111122223333:user/carol is not authorized to perform: \
                    ec2:CreateTags on resource: arn:aws:ec2:us-east-1::image/ami-00000001 \
                    with an explicit deny in a service control policy";
    let message = reply.only("Message").unwrap();
    let (explained, encoded) =
        message.split_once(". Encoded authorization failure message: ").unwrap();
    assert_eq!(explained, expected);
    let decoding = [("EncodedMessage", encoded)];
    let reply = Call::aws(&simulator, "DecodeAuthorizationMessage", &decoding).send_aws();
    let decoded = reply.only("DecodedMessage").unwrap().replace("&quot;", "\"");
    let decoded: Value = serde_json::from_str(&decoded).unwrap();
    assert_eq!(decoded["context"]["resource"], "arn:aws:ec2:us-east-1::image/ami-00000001");
    assert_eq!(decoded["explicitDeny"], true);
}
