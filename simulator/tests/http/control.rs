//! The control API.

use imageguard_simulator::{AccessKey, Simulator, World};
use serde_json::json;

use crate::client::{Call, Reply, exchange};

fn control(simulator: &Simulator, method: &str, resource: &str, body: &str) -> Reply {
    let target = format!("/_simulator/{resource}");
    exchange(&simulator.endpoint(), method, &target, &[], body.as_bytes()).unwrap()
}

#[test]
fn a_world_can_be_read_and_replaced() {
    let simulator = Simulator::start(World::default());
    let world = json!({"aws": {"images": [{"id": "ami-00000001", "name": "golden"}]}});
    assert_eq!(control(&simulator, "PUT", "world", &world.to_string()).status, 200);
    assert_eq!(Call::aws(&simulator, "DescribeImages", &[]).send_aws().texts("name"), ["golden"]);
    let read = control(&simulator, "GET", "world", "").json();
    assert_eq!(read["aws"]["images"][0]["id"], "ami-00000001");
    assert_eq!(control(&simulator, "PUT", "world", &read.to_string()).status, 200);
}

#[test]
fn faults_clock_and_latency_can_be_set() {
    let simulator = Simulator::start(World::default());
    let send = || Call::aws(&simulator, "DescribeRegions", &[]).send_aws();
    let fault = r#"{"cloud": "aws", "effect": {"html": {"status": 502}}}"#;
    assert_eq!(control(&simulator, "POST", "faults", fault).status, 200);
    assert_eq!(send().status, 502);
    assert_eq!(control(&simulator, "DELETE", "faults", "").status, 200);
    assert_eq!(control(&simulator, "PUT", "latency", r#"{"ms": 1}"#).status, 200);
    assert_eq!(control(&simulator, "PUT", "clock", r#"{"offset_seconds": 3600}"#).status, 200);
    assert_eq!(send().only("Code").as_deref(), Some("RequestExpired"));
}

#[test]
fn the_journal_can_be_read_and_cleared() {
    let simulator = Simulator::start(World::default());
    Call::aws(&simulator, "DescribeImages", &[("Owner.1", "self")]).send_aws();
    let journal = control(&simulator, "GET", "journal", "").json();
    assert_eq!(journal.as_array().unwrap().len(), 1, "control requests are not journalled");
    let entry = &journal[0];
    assert_eq!(entry["cloud"], "aws");
    assert_eq!(entry["action"], "DescribeImages");
    assert_eq!(entry["region"], "us-east-1");
    assert_eq!(entry["parameters"], json!({"Owner.1": "self"}));
    assert_eq!(entry["caller"], "arn:aws:iam::111122223333:root");
    assert_eq!(entry["permissions"], json!(["ec2:DescribeImages"]));
    assert_eq!(entry["status"], 200);
    control(&simulator, "DELETE", "journal", "");
    assert_eq!(control(&simulator, "GET", "journal", "").json(), json!([]));
}

#[test]
fn sessions_can_be_ended() {
    let simulator = Simulator::start(World::default());
    let role = "arn:aws:sts::111122223333:assumed-role/builder/ci";
    let key = AccessKey::new("ASIA1", "secret", role).token("token");
    simulator.edit(|world| world.aws.access_keys.push(key));
    let send =
        || Call::aws(&simulator, "GetCallerIdentity", &[]).key("ASIA1", "secret").token("token");
    assert_eq!(send().send_aws().status, 200);
    assert_eq!(control(&simulator, "DELETE", "sessions", "").status, 200);
    assert_eq!(send().send_aws().only("Code").as_deref(), Some("ExpiredToken"));
}

#[test]
fn mistakes_are_explained() {
    let simulator = Simulator::start(World::default());
    let reply = control(&simulator, "PUT", "world", r#"{"aws": {"image": []}}"#);
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("unknown field `image`"), "{}", reply.text());
    let reply = control(&simulator, "POST", "faults", r#"{"effect": "explode"}"#);
    assert!(reply.status == 400 && reply.text().contains("`garbage`"), "{}", reply.text());
    assert_eq!(control(&simulator, "GET", "wrold", "").status, 404);
    let stray = exchange(&simulator.endpoint(), "GET", "/", &[], b"").unwrap();
    assert!(stray.status == 400 && stray.text().contains("x-acs-action"), "{}", stray.text());
}
