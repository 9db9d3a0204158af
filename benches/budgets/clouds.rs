//! What Terraform is run against, and with which configurations.

use imageguard_simulator::{World, alicloud, aws};

/// A cloud, as far as the benchmarks tell them apart.
pub(crate) struct CloudCase {
    pub(crate) name: &'static str,
    /// As in the names of types and in the provider block.
    pub(crate) prefix: &'static str,
    pub(crate) region: &'static str,
    /// How many images a page holds, and how many pages are asked for at once.
    pub(crate) page_size: usize,
    pub(crate) concurrency: usize,
}

pub(crate) const ALICLOUD: CloudCase = CloudCase {
    name: "Alibaba Cloud",
    prefix: "alicloud",
    region: alicloud::REGION,
    page_size: 100,
    concurrency: 8,
};

pub(crate) const AWS: CloudCase =
    CloudCase { name: "AWS", prefix: "aws", region: aws::REGION, page_size: 1000, concurrency: 1 };

/// A configuration that needs no provider.
pub(crate) const EMPTY: &str = "output \"it\" {\n  value = 1\n}\n";

/// A configuration with the toy provider.
pub(crate) fn toy(arguments: &str) -> String {
    format!(
        r#"{EMPTY}
terraform {{
  required_providers {{
    toy = {{ source = "imageguard/toy" }}
  }}
}}
data "toy_echo" "it" {{
  {arguments}
}}
"#
    )
}

impl CloudCase {
    /// A configuration with one data source block.
    pub(crate) fn lookup(&self, arguments: &str) -> String {
        let Self { prefix, region, .. } = self;
        format!(
            r#"{EMPTY}
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  {prefix} = {{ region = "{region}" }}
}}
data "imageguard_{prefix}_image" "it" {{
  {arguments}
}}
"#
        )
    }
}

/// A world with so many images on each cloud, all of them approved.
pub(crate) fn world(images: usize) -> World {
    let mut world = World::default();
    world.alicloud.images.extend((0..images).map(|number| {
        alicloud::Image::new(format!("m-bp1{number:017}"))
            .name(format!("web-server-{number}"))
            .tag("status", "approved")
            .tag("team", "platform")
    }));
    world.aws.images.extend((0..images).map(|number| {
        aws::Image::new(format!("ami-{number:017}"))
            .name(format!("web-server-{number}"))
            .tag("status", "approved")
            .tag("team", "platform")
    }));
    world
}
