//! Injected faults, clock, latency.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use imageguard_simulator::{Cloud, Effect, Fault, Simulator, World, alicloud, aws};

use crate::client::{Call, Reply};

/// Injects one effect and returns what a call of each cloud gets.
fn struck(effect: Effect) -> (Reply, Reply) {
    let simulator = Simulator::start(World::default());
    simulator.inject(Fault::new(effect));
    (ask_alicloud(&simulator).send_alicloud(), ask_aws(&simulator).send_aws())
}

fn ask_alicloud(simulator: &Simulator) -> Call {
    Call::alicloud(simulator, "DescribeRegions", &[])
}

fn ask_aws(simulator: &Simulator) -> Call {
    Call::aws(simulator, "DescribeRegions", &[])
}

#[test]
fn throttling_has_each_vendors_shape() {
    let (alicloud, aws) = struck(Effect::Throttle { retry_after_ms: Some(250) });
    assert_eq!((alicloud.status, &alicloud.json()["Code"]), (400, &"Throttling.User".into()));
    assert!(alicloud.head.contains("x-acs-retry-after: 250\r\n"), "{}", alicloud.head);
    assert_eq!((aws.status, aws.only("Code").as_deref()), (503, Some("RequestLimitExceeded")));
}

#[test]
fn errors_are_what_the_test_says() {
    let (alicloud, aws) = struck(Effect::Error {
        status: 503,
        code: "ServiceUnavailable".into(),
        message: "later".into(),
    });
    assert_eq!((alicloud.status, &alicloud.json()["Message"]), (503, &"later".into()));
    assert_eq!((aws.status, aws.only("Message").as_deref()), (503, Some("later")));
}

#[test]
fn a_permission_can_be_missing_for_one_call() {
    let simulator = Simulator::start(World::default());
    simulator.inject(Fault::new(Effect::Denied).calls(2..=3));
    assert_eq!(ask_alicloud(&simulator).send_alicloud().status, 200);
    let denied = ask_alicloud(&simulator).send_alicloud();
    assert_eq!((denied.status, &denied.json()["Code"]), (403, &"Forbidden.RAM".into()));
    let detail = &denied.json()["AccessDeniedDetail"];
    assert_eq!(detail["AuthAction"], "ecs:DescribeRegions");
    assert_eq!(detail["PolicyType"], "AccountLevelIdentityBasedPolicy");
    let denied = ask_aws(&simulator).send_aws();
    assert_eq!(
        (denied.status, denied.only("Code").as_deref()),
        (403, Some("UnauthorizedOperation"))
    );
    assert_eq!(ask_aws(&simulator).send_aws().status, 200);
    let faults: Vec<_> = simulator.journal().into_iter().map(|entry| entry.fault).collect();
    let denied = Some("denied".to_owned());
    assert_eq!(faults, [None, denied.clone(), denied, None]);
}

#[test]
fn bodies_can_be_anything() {
    let (html, _) = struck(Effect::Html { status: 502 });
    assert!(html.status == 502 && html.text().starts_with("<html>"), "{html:?}");
    let (garbage, _) = struck(Effect::Garbage);
    assert!(garbage.status == 200 && std::str::from_utf8(&garbage.body).is_err());
    let (empty, _) = struck(Effect::EmptyBody);
    assert!(empty.status == 200 && empty.body.is_empty());
    let (redirect, _) = struck(Effect::Redirect { location: "http://127.0.0.1:1/".into() });
    assert!(redirect.status == 307 && redirect.head.contains("location: http://127.0.0.1:1/\r\n"));
    let headers = [("x-own".to_owned(), "yes".to_owned())].into();
    let (verbatim, _) = struck(Effect::Verbatim { status: 418, headers, body: "tea".into() });
    assert!(
        verbatim.status == 418 && verbatim.text() == "tea" && verbatim.head.contains("x-own: yes")
    );
}

#[test]
fn bodies_can_be_huge_or_deep() {
    let (alicloud, aws) = struck(Effect::HugeBody { bytes: 3 << 20 });
    assert_eq!(alicloud.json()["Padding"].as_str().unwrap().len(), 3 << 20);
    assert_eq!(aws.only("Padding").unwrap().len(), 3 << 20);
    let (alicloud, aws) = struck(Effect::DeepBody { levels: 10_000 });
    assert_eq!((alicloud.body.len(), aws.body.len()), (20_000, 70_000));
}

#[test]
fn scalars_can_have_wrong_types() {
    let (alicloud, aws) = struck(Effect::WrongTypes);
    assert_eq!(alicloud.json()["Regions"]["Region"][0]["RegionId"], 7);
    assert_eq!(aws.texts("regionName"), ["<unexpected/>"; 3]);
}

#[test]
fn truncated_bodies_are_shorter_than_announced() {
    let (alicloud, aws) = struck(Effect::Truncated);
    for reply in [alicloud, aws] {
        let announced = reply.head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let announced: usize = announced.unwrap().parse().unwrap();
        assert_eq!(reply.body.len(), announced / 2);
        assert!(!reply.body.is_empty());
    }
}

#[test]
fn connections_can_be_reset() {
    let simulator = Simulator::start(World::default());
    simulator.inject(Fault::new(Effect::Reset).calls(..=2));
    let error = ask_alicloud(&simulator).try_send_alicloud().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let error = ask_aws(&simulator).try_send_aws().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(ask_aws(&simulator).send_aws().status, 200);
    let answered: Vec<_> =
        simulator.journal().into_iter().map(|entry| (entry.status, entry.fault)).collect();
    let reset = (None, Some("reset".to_owned()));
    assert_eq!(answered, [reset.clone(), reset, (Some(200), None)]);
}

#[test]
fn answers_can_be_late_or_never_come() {
    let simulator = Simulator::start(World::default());
    simulator.inject(Fault::new(Effect::Delay { ms: 80 }).cloud(Cloud::Aws));
    simulator.inject(Fault::new(Effect::Silence).cloud(Cloud::Alicloud));
    let start = Instant::now();
    assert_eq!(ask_aws(&simulator).send_aws().status, 200);
    assert!(start.elapsed() >= Duration::from_millis(80));
    let silent = ask_alicloud(&simulator);
    let waiting = std::thread::spawn(move || silent.try_send_alicloud());
    while simulator.journal().len() < 2 {
        std::thread::yield_now();
    }
    assert_eq!(simulator.journal().last().unwrap().status, None);
    drop(simulator);
    assert!(waiting.join().unwrap().is_err(), "stopping the simulator ends open connections");
}

#[test]
fn cleared_faults_strike_no_more() {
    let simulator = Simulator::start(World::default());
    simulator.inject(Fault::new(Effect::EmptyBody).action("DescribeRegions"));
    assert_eq!(ask_aws(&simulator).send_aws().body.len(), 0);
    simulator.clear_faults();
    assert_eq!(ask_aws(&simulator).send_aws().texts("regionName").len(), 3);
    simulator.clear_journal();
    assert_eq!(simulator.journal(), []);
}

#[test]
fn faults_do_not_hide_a_wrong_signature() {
    let simulator = Simulator::start(World::default());
    simulator.inject(Fault::new(Effect::EmptyBody).calls(..=1));
    let wrong = ask_aws(&simulator).key("AKIANOBODY", "x").send_aws();
    assert_eq!(wrong.only("Code").as_deref(), Some("AuthFailure"));
    assert_eq!(ask_aws(&simulator).send_aws().body.len(), 0, "the refused call does not count");
}

#[test]
fn a_skewed_clock_refuses_punctual_clients() {
    let simulator = Simulator::start(World::default());
    simulator.set_clock_offset(600);
    assert_eq!(ask_alicloud(&simulator).send_alicloud().status, 200);
    assert_eq!(ask_aws(&simulator).send_aws().only("Code").as_deref(), Some("RequestExpired"));
    simulator.set_clock_offset(-1000);
    assert_eq!(ask_alicloud(&simulator).send_alicloud().json()["Code"], "InvalidTimeStamp.Expired");
}

#[test]
fn latency_delays_every_answer() {
    let simulator = Simulator::start(World::default());
    simulator.set_latency(Duration::from_millis(50));
    let start = Instant::now();
    ask_aws(&simulator).send_aws();
    assert!(start.elapsed() >= Duration::from_millis(50));
}

/// Has a tag written while the connection is reset; tells whether it was written all the same.
fn writes_although_reset(cloud: Cloud, fault: Fault) -> bool {
    let mut world = World::default();
    world.alicloud.images.push(alicloud::Image::new("m-1"));
    world.aws.images.push(aws::Image::new("ami-00000001"));
    let simulator = Simulator::start(world);
    simulator.inject(fault.cloud(cloud).calls(..=1));
    let tag = [("Tag.1.Key", "status"), ("Tag.1.Value", "approved")];
    let sent = match cloud {
        Cloud::Alicloud => {
            let image =
                [("RegionId", "cn-hangzhou"), ("ResourceType", "image"), ("ResourceId.1", "m-1")];
            Call::alicloud(&simulator, "TagResources", &[&image[..], &tag].concat())
                .try_send_alicloud()
        }
        Cloud::Aws => {
            let image = [("ResourceId.1", "ami-00000001")];
            Call::aws(&simulator, "CreateTags", &[&image[..], &tag].concat()).try_send_aws()
        }
    };
    assert!(sent.is_err(), "{sent:?}");
    simulator.edit(|world| match cloud {
        Cloud::Alicloud => !world.alicloud.images[0].tags.is_empty(),
        Cloud::Aws => !world.aws.images[0].tags.is_empty(),
    })
}

#[test]
fn a_write_is_lost_or_its_answer_is() {
    for (cloud, action) in [(Cloud::Alicloud, "TagResources"), (Cloud::Aws, "CreateTags")] {
        let reset = Fault::new(Effect::Reset).action(action);
        assert!(!writes_although_reset(cloud, reset.clone()), "{action}");
        assert!(writes_although_reset(cloud, reset.takes_effect()), "{action}");
    }
}
