//! The official clients tag images.

use imageguard_simulator::{Account, Simulator, World, alicloud, aws};
use serde_json::{Value, json};

use super::{describe_aws, fields, run_alicloud, run_aws};

const OTHER: &str = "222233334444";

/// With characters that must be encoded.
const KEY: &str = "os name ~*+/=&黄金";

fn ecs(operation: &str, parameters: Value) -> Value {
    let mut parameters = parameters;
    parameters["RegionId"] = json!("cn-hangzhou");
    parameters["ResourceType"] = json!("image");
    json!({"client": "ecs", "operation": operation, "parameters": parameters})
}

fn ec2(operation: &str, parameters: Value) -> Value {
    json!({"client": "ec2", "operation": operation, "parameters": parameters})
}

#[test]
fn the_alibaba_cloud_sdk_tags_images() {
    let mut world = World::default();
    world.alicloud.images.extend(["m-1", "m-2"].map(alicloud::Image::new));
    let simulator = Simulator::start(world);
    let both = json!(["m-1", "m-2"]);
    let tags = json!([{"Key": KEY, "Value": "Ubuntu"}, {"Key": "team", "Value": ""}]);
    let results = run_alicloud(
        &simulator,
        json!([
            ecs("tag_resources", json!({"ResourceId": both, "Tag": tags})),
            ecs("list_tag_resources", json!({"ResourceId": ["m-1"]})),
            ecs("untag_resources", json!({"ResourceId": ["m-1"], "TagKey": [KEY]})),
            ecs("untag_resources", json!({"ResourceId": ["m-2"], "All": true})),
            ecs("list_tag_resources", json!({"ResourceId": both})),
        ]),
    );
    let rows = |result: &Value| result["body"]["TagResources"]["TagResource"].clone();
    assert_eq!(fields(&rows(&results[1]), "TagKey"), [KEY, "team"]);
    assert_eq!(fields(&rows(&results[1]), "TagValue"), ["", "Ubuntu"]);
    let left = json!({
        "ResourceId": "m-1", "ResourceType": "image", "TagKey": "team", "TagValue": "",
    });
    assert_eq!(rows(&results[4]), json!([left]));
    assert_eq!(results[4]["body"]["NextToken"], "", "this was the last page");
}

#[test]
fn the_alibaba_cloud_sdk_understands_what_cannot_be_tagged() {
    let mut world = World::default();
    world.alicloud.images.push(alicloud::Image::new("m-1").tag("status", "approved"));
    world.alicloud.images.push(alicloud::Image::new("system.vhd").owner(alicloud::Owner::System));
    let tag = |id: &str, key: &str| {
        ecs("tag_resources", json!({"ResourceId": [id], "Tag": [{"Key": key, "Value": "x"}]}))
    };
    let results = run_alicloud(
        &Simulator::start(world),
        json!([
            tag("m-1", "Status"),
            tag("m-1", "acs:status"),
            tag("m-2", "status"),
            tag("system.vhd", "status")
        ]),
    );
    let errors: Vec<(&Value, &Value)> = results
        .iter()
        .map(|result| (&result["error"]["code"], &result["error"]["status"]))
        .collect();
    let expected = [
        (json!("TagKey.Duplication"), json!(403)),
        (json!("InvalidTagKey.Malformed"), json!(400)),
        (json!("InvalidResourceId.NotFound"), json!(404)),
        (json!("InvalidResourceId.NotSupported"), json!(403)),
    ];
    assert_eq!(errors, expected.each_ref().map(|(code, status)| (code, status)));
}

#[test]
fn boto3_tags_images() {
    let mut world = World::default();
    world.aws.accounts.push(Account::new(OTHER, "images"));
    let shared = aws::Image::new("ami-00000001").owner(OTHER).shared_with(aws::ACCOUNT);
    world.aws.images.push(shared.tag("status", "theirs"));
    world.aws.images.push(aws::Image::new("ami-00000002"));
    let ids = ["ami-00000001", "ami-00000002"];
    let tags = json!([{"Key": KEY, "Value": "<a> & \"b\""}, {"Key": "status", "Value": ""}]);
    let delete = |tag: Value| ec2("delete_tags", json!({"Resources": ids, "Tags": [tag]}));
    let mut list = ec2("describe_tags", json!({"MaxResults": 5}));
    list["paginate"] = json!(true);
    let results = run_aws(
        &Simulator::start(world),
        json!([
            ec2("create_tags", json!({"Resources": ids, "Tags": tags})),
            list,
            describe_aws(json!({"ImageIds": ["ami-00000001"]})),
            delete(json!({"Key": "status", "Value": "other"})),
            delete(json!({"Key": KEY})),
            list,
            ec2("delete_tags", json!({"Resources": ids})),
            list,
        ]),
    );
    let keys = |result: &Value| fields(&result["pages"][0]["Tags"], "Key");
    assert_eq!(keys(&results[1]), [KEY, KEY, "status", "status"]);
    assert_eq!(results[2]["body"]["Images"][0]["Tags"], tags, "the owner's tags are not shared");
    assert_eq!(keys(&results[5]), ["status", "status"]);
    assert_eq!(results[7]["pages"][0]["Tags"], json!([]));
}

#[test]
fn boto3_understands_what_cannot_be_tagged() {
    let mut world = World::default();
    world.aws.accounts.push(Account::new(OTHER, "images"));
    world.aws.images.push(aws::Image::new("ami-00000001"));
    world.aws.images.push(aws::Image::new("ami-00000002").owner(OTHER));
    let tag = |id: &str, key: &str, dry_run: bool| {
        let tags = json!([{"Key": key, "Value": "x"}]);
        ec2("create_tags", json!({"Resources": [id], "Tags": tags, "DryRun": dry_run}))
    };
    let results = run_aws(
        &Simulator::start(world),
        json!([
            tag("ami-00000001", "aws:status", false),
            tag("ami-00000002", "status", false),
            tag("ami-golden", "status", false),
            tag("ami-00000001", "status", true),
        ]),
    );
    let codes: Vec<&Value> = results.iter().map(|result| &result["error"]["code"]).collect();
    let expected = [
        "InvalidParameterValue",
        "InvalidAMIID.NotFound",
        "InvalidAMIID.Malformed",
        "DryRunOperation",
    ];
    assert_eq!(codes, expected);
    assert_eq!(results[3]["error"]["status"], 412);
}
