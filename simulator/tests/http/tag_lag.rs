//! Eventual consistency: reads that do not show a tag write yet.

use imageguard_simulator::{Cloud, Effect, Fault, Lag, Simulator, World, alicloud, aws};

use crate::client::{Call, Reply};

const AMI: &str = "ami-00000001";

/// Two images per cloud; each cloud's image listing lags by two reads and its tag listing by one.
fn start() -> Simulator {
    let mut world = World::default();
    world.alicloud.images.extend(["m-1", "m-2"].map(alicloud::Image::new));
    world.aws.images.extend([AMI, "ami-00000002"].map(aws::Image::new));
    world.alicloud.tag_lag.insert("DescribeImages".to_owned(), Lag::Reads(2));
    world.alicloud.tag_lag.insert("ListTagResources".to_owned(), Lag::Reads(1));
    world.aws.tag_lag.insert("DescribeImages".to_owned(), Lag::Reads(2));
    world.aws.tag_lag.insert("DescribeTags".to_owned(), Lag::Reads(1));
    Simulator::start(world)
}

fn alicloud(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Reply {
    let mut all = vec![("RegionId", "cn-hangzhou")];
    all.extend(parameters);
    Call::alicloud(simulator, action, &all).send_alicloud()
}

fn aws(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Reply {
    Call::aws(simulator, action, parameters).send_aws()
}

fn tag_alicloud(simulator: &Simulator) {
    let what = [("ResourceType", "image"), ("ResourceId.1", "m-1"), ("Tag.1.Key", "status")];
    assert_eq!(alicloud(simulator, "TagResources", &what).status, 200);
}

fn tag_aws(simulator: &Simulator) {
    let what = [("ResourceId.1", AMI), ("Tag.1.Key", "status"), ("Tag.1.Value", "approved")];
    assert_eq!(aws(simulator, "CreateTags", &what).status, 200);
}

/// Tells whether a reply shows the tag.
fn shows(reply: &Reply) -> bool {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text().contains("status")
}

#[test]
fn alicloud_shows_a_write_after_as_many_reads_as_the_world_says() {
    let simulator = start();
    let describe = || shows(&alicloud(&simulator, "DescribeImages", &[("ImageId", "m-1")]));
    let by_tag = || alicloud(&simulator, "DescribeImages", &[("Tag.1.Key", "status")]).json();
    let list = [("ResourceType", "image"), ("ResourceId.1", "m-1")];
    let list = || shows(&alicloud(&simulator, "ListTagResources", &list));
    tag_alicloud(&simulator);
    assert_eq!([describe(), list()], [false, false]);
    assert_eq!(by_tag()["TotalCount"], 0, "filters look at what is shown");
    assert_eq!([describe(), list()], [true, true]);
    assert_eq!(by_tag()["TotalCount"], 1);
}

#[test]
fn aws_shows_a_write_after_as_many_reads_as_the_world_says() {
    let simulator = start();
    let describe = || shows(&aws(&simulator, "DescribeImages", &[("ImageId.1", AMI)]));
    let by_tag = [("Filter.1.Name", "tag-key"), ("Filter.1.Value.1", "status")];
    let by_tag = || aws(&simulator, "DescribeImages", &by_tag).texts("imageId");
    let list = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", AMI)];
    let list = || aws(&simulator, "DescribeTags", &list).texts("key");
    tag_aws(&simulator);
    assert_eq!((describe(), list()), (false, vec![]));
    assert_eq!(by_tag(), [""; 0], "filters look at what is shown");
    assert_eq!((describe(), list()), (true, vec!["status".to_owned()]));
    assert_eq!(by_tag(), [AMI]);
}

#[test]
fn reads_of_other_images_and_refused_ones_do_not_count() {
    let simulator = start();
    tag_alicloud(&simulator);
    tag_aws(&simulator);
    let others: [&[(&str, &str)]; 2] = [
        &[("Filter.1.Name", "image-id"), ("Filter.1.Value.1", "ami-00000002")],
        &[("ImageId.1", AMI), ("DryRun", "true")],
    ];
    for other in others.repeat(2) {
        aws(&simulator, "DescribeImages", other);
    }
    for _ in 0..2 {
        alicloud(&simulator, "DescribeImages", &[("ImageId", "m-2")]);
        alicloud(&simulator, "DescribeImages", &[("PageSize", "0")]);
    }
    simulator.inject(Fault::new(Effect::Html { status: 502 }).cloud(Cloud::Aws).calls(..=1));
    assert_eq!(aws(&simulator, "DescribeImages", &[]).status, 502);
    for expected in [false, false, true] {
        let ami = [("Filter.1.Name", "image-id"), ("Filter.1.Value.1", AMI)];
        assert_eq!(shows(&aws(&simulator, "DescribeImages", &ami)), expected);
        let image = [("ImageId", "m-1")];
        assert_eq!(shows(&alicloud(&simulator, "DescribeImages", &image)), expected);
    }
}

#[test]
fn a_filter_with_a_wildcard_names_no_image_and_counts_for_all() {
    let simulator = start();
    tag_aws(&simulator);
    let all = [("Filter.1.Name", "image-id"), ("Filter.1.Value.1", "ami-*")];
    let describe = || shows(&aws(&simulator, "DescribeImages", &all));
    assert_eq!([describe(), describe(), describe()], [false, false, true]);
}

#[test]
fn writes_are_judged_by_the_truth() {
    let simulator = start();
    tag_alicloud(&simulator);
    let clash = [("ResourceType", "image"), ("ResourceId.1", "m-1"), ("Tag.1.Key", "Status")];
    let refused = alicloud(&simulator, "TagResources", &clash).json();
    assert_eq!(refused["Code"], "TagKey.Duplication");
}

#[test]
fn deleted_tags_stay_visible_as_long() {
    let simulator = start();
    tag_aws(&simulator);
    let describe = || shows(&aws(&simulator, "DescribeImages", &[("ImageId.1", AMI)]));
    assert_eq!([describe(), describe(), describe()], [false, false, true]);
    assert_eq!(aws(&simulator, "DeleteTags", &[("ResourceId.1", AMI)]).status, 200);
    assert_eq!([describe(), describe(), describe()], [true, true, false]);
}

#[test]
fn a_lag_can_be_a_time_of_the_clouds_clock() {
    let simulator = start();
    simulator
        .edit(|world| world.aws.tag_lag.insert("DescribeImages".to_owned(), Lag::Seconds(600)));
    tag_aws(&simulator);
    let describe = |seconds| {
        let call = Call::aws(&simulator, "DescribeImages", &[]);
        Call { time: call.time.plus_seconds(seconds), ..call }.send_aws()
    };
    assert_eq!([shows(&describe(0)), shows(&describe(0)), shows(&describe(0))], [false; 3]);
    simulator.set_clock_offset(700);
    assert!(shows(&describe(700)));
}
