//! Images that others change or delete while a client is at work.

use imageguard_simulator::alicloud::{Image, Owner};
use imageguard_simulator::{Alteration, Change, Cloud, Simulator, World, aws};
use serde_json::json;

use crate::client::{Call, Reply, exchange};

const AMI: &str = "ami-00000001";
const OTHER: &str = "222233334444";

/// One own image per cloud, and one of another account that nobody shares yet.
fn start() -> Simulator {
    let mut world = World::default();
    world.alicloud.images.push(Image::new("m-1").tag("status", "approved"));
    world.alicloud.images.push(Image::new("m-2").owner(Owner::Account(1_000_000_000_000_002)));
    world.aws.images.push(aws::Image::new(AMI).tag("status", "approved"));
    world.aws.images.push(aws::Image::new("ami-00000002").owner(OTHER));
    Simulator::start(world)
}

fn describe_alicloud(simulator: &Simulator, id: &str) -> Reply {
    let parameters = [("RegionId", "cn-hangzhou"), ("ImageId", id), ("Status", "ALL")];
    Call::alicloud(simulator, "DescribeImages", &parameters).send_alicloud()
}

fn describe_aws(simulator: &Simulator, id: &str) -> Reply {
    Call::aws(simulator, "DescribeImages", &[("ImageId.1", id)]).send_aws()
}

/// Asks the control API for a change.
fn ask(simulator: &Simulator, change: &serde_json::Value) -> Reply {
    let target = "/_simulator/changes";
    exchange(&simulator.endpoint(), "POST", target, &[], change.to_string().as_bytes()).unwrap()
}

fn tag(value: &str, account: Option<&str>) -> Alteration {
    let tags = [("status".to_owned(), value.to_owned())].into();
    Alteration::Tag { tags, account: account.map(str::to_owned) }
}

fn untag() -> Alteration {
    Alteration::Untag { keys: vec!["status".to_owned()], account: None }
}

#[test]
fn an_image_vanishes_between_two_calls() {
    let simulator = start();
    let before = |cloud, id| Change::new(cloud, id, Alteration::Delete).before("DescribeImages", 2);
    simulator.change(before(Cloud::Alicloud, "m-1"));
    simulator.change(before(Cloud::Aws, AMI));
    let total = || describe_alicloud(&simulator, "m-1").json()["TotalCount"].clone();
    assert_eq!([total(), total(), total()], [1, 0, 0]);
    let status = || describe_aws(&simulator, AMI).status;
    assert_eq!([status(), status(), status()], [200, 400, 400]);
}

#[test]
fn an_image_vanishes_before_it_is_tagged() {
    let simulator = start();
    let change = Change::new(Cloud::Alicloud, "m-1", Alteration::Delete);
    simulator.change(change.before("TagResources", 1));
    let tag = |simulator: &Simulator| {
        let parameters = [
            ("RegionId", "cn-hangzhou"),
            ("ResourceType", "image"),
            ("ResourceId.1", "m-1"),
            ("Tag.1.Key", "status"),
        ];
        Call::alicloud(simulator, "TagResources", &parameters).send_alicloud()
    };
    assert_eq!(tag(&simulator).json()["Code"], "InvalidResourceId.NotFound");
    let simulator = start();
    simulator
        .change(Change::new(Cloud::Alicloud, "m-1", Alteration::Delete).before("TagResources", 1));
    simulator.clear_changes();
    assert_eq!(tag(&simulator).status, 200, "a change that is taken back does not happen");
}

#[test]
fn somebody_else_tags_an_image_at_once() {
    let simulator = start();
    let values = |reply: Reply| reply.texts("value");
    simulator.change(Change::new(Cloud::Aws, AMI, tag("revoked", None)));
    assert_eq!(values(describe_aws(&simulator, AMI)), ["revoked"]);
    simulator.change(Change::new(Cloud::Aws, AMI, tag("other", Some(OTHER))));
    assert_eq!(values(describe_aws(&simulator, AMI)), ["revoked"], "others' tags are not seen");
    simulator.change(Change::new(Cloud::Aws, AMI, untag()));
    assert_eq!(values(describe_aws(&simulator, AMI)), [""; 0]);
    let tags = || describe_alicloud(&simulator, "m-1").json()["Images"]["Image"][0]["Tags"].clone();
    simulator.change(Change::new(Cloud::Alicloud, "m-1", tag("revoked", None)));
    assert_eq!(tags(), json!({"Tag": [{"TagKey": "status", "TagValue": "revoked"}]}));
    simulator.change(Change::new(Cloud::Alicloud, "m-1", untag()));
    assert_eq!(tags(), json!({"Tag": []}));
}

#[test]
fn images_are_shared_and_taken_back() {
    let simulator = start();
    let share = |account: &str| Alteration::Share { account: account.to_owned() };
    let unshare = |account: &str| Alteration::Unshare { account: account.to_owned() };
    simulator.change(Change::new(Cloud::Aws, "ami-00000002", share(aws::ACCOUNT)));
    assert_eq!(describe_aws(&simulator, "ami-00000002").status, 200);
    simulator.change(Change::new(Cloud::Aws, "ami-00000002", unshare(aws::ACCOUNT)));
    assert_eq!(describe_aws(&simulator, "ami-00000002").status, 400);
    let total = || describe_alicloud(&simulator, "m-2").json()["TotalCount"].clone();
    simulator.change(Change::new(Cloud::Alicloud, "m-2", share("1000000000000001")));
    assert_eq!(total(), 1);
    simulator.change(Change::new(Cloud::Alicloud, "m-2", unshare("1000000000000001")));
    assert_eq!(total(), 0);
}

#[test]
fn images_come_to_their_end_in_steps() {
    let simulator = start();
    simulator.change(Change::new(Cloud::Alicloud, "m-1", Alteration::Deprecate));
    let image = describe_alicloud(&simulator, "m-1").json()["Images"]["Image"][0].clone();
    assert_eq!(image["Status"], "Deprecated");
    simulator.change(Change::new(Cloud::Aws, AMI, Alteration::Deprecate));
    assert!(describe_aws(&simulator, AMI).only("deprecationTime").is_some());
    simulator.change(Change::new(Cloud::Aws, AMI, Alteration::Disable));
    assert_eq!(describe_aws(&simulator, AMI).texts("imageId"), [""; 0]);
    simulator.change(Change::new(Cloud::Aws, AMI, Alteration::Deregister));
    let reply = describe_aws(&simulator, AMI);
    assert_eq!((reply.status, reply.texts("imageId").len()), (200, 0));
}

#[test]
fn the_control_api_changes_images_and_explains_mistakes() {
    let simulator = start();
    let change = json!({"cloud": "aws", "image": AMI, "alteration": "delete"});
    let mut later = change.clone();
    later["before"] = json!({"action": "DescribeImages", "call": 1});
    assert_eq!(ask(&simulator, &later).status, 200);
    exchange(&simulator.endpoint(), "DELETE", "/_simulator/changes", &[], b"").unwrap();
    assert_eq!(describe_aws(&simulator, AMI).status, 200);
    assert_eq!(ask(&simulator, &change).status, 200);
    assert_eq!(describe_aws(&simulator, AMI).status, 400);
    for (mistake, reason) in [
        (&later, "aws has no image `ami-00000001`"),
        (
            &json!({"cloud": "alicloud", "image": "m-1", "alteration": "disable"}),
            "neither deregistered nor disabled",
        ),
        (
            &json!({
                "cloud": "alicloud", "image": "m-1",
                "alteration": {"untag": {"keys": ["status"], "account": "1"}},
            }),
            "of their owner only",
        ),
        (&json!({"cloud": "aws", "image": AMI, "alteration": "explode"}), "`deprecate`"),
    ] {
        let reply = ask(&simulator, mistake);
        assert!(reply.status == 400 && reply.text().contains(reason), "{}", reply.text());
    }
}
