//! Large catalogs.

use imageguard_simulator::{Simulator, World, alicloud, aws};

use crate::client::Call;

const IMAGES: usize = 50_000;

#[test]
fn fifty_thousand_images_can_be_paged_through() {
    let mut world = World::default();
    world
        .alicloud
        .images
        .extend((0..IMAGES).map(|number| alicloud::Image::new(format!("m-{number:05}"))));
    world.aws.images.extend((0..IMAGES).map(|number| aws::Image::new(format!("ami-{number:08}"))));
    let simulator = Simulator::start(world);
    let last = [("RegionId", "cn-hangzhou"), ("PageSize", "100"), ("PageNumber", "500")];
    let reply = Call::alicloud(&simulator, "DescribeImages", &last).send_alicloud().json();
    assert_eq!(reply["Images"]["Image"].as_array().unwrap().len(), 100);
    assert_eq!(reply["TotalCount"], IMAGES);
    let (mut count, mut token) = (0, String::new());
    loop {
        let mut parameters = vec![("MaxResults", "1000")];
        parameters.extend((!token.is_empty()).then_some(("NextToken", token.as_str())));
        let reply = Call::aws(&simulator, "DescribeImages", &parameters).send_aws();
        count += reply.texts("imageId").len();
        match reply.only("nextToken") {
            Some(next) => token = next,
            None => break,
        }
    }
    assert_eq!(count, IMAGES);
}
