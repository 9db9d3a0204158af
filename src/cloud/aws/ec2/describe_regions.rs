//! `DescribeRegions`: lists regions.

use serde::Deserialize;

use super::super::{
    Aws,
    call::Effect,
    endpoints::Service,
    query::{Action, Form},
};
use crate::cloud::Error;

static ACTION: Action<Vec<String>> = Action {
    service: Service::Ec2,
    name: "DescribeRegions",
    label: "ec2:DescribeRegions",
    effect: Effect::Reads,
    root: "DescribeRegionsResponse",
    holds_keys: false,
    read,
};

impl Aws {
    /// Lists the names of the regions that are enabled for the account, sorted; asks in
    /// the given one.
    ///
    /// # Errors
    ///
    /// Credentials, transport, or what EC2 says.
    pub async fn describe_regions(&self, region: &str) -> Result<Vec<String>, Error> {
        self.call(&ACTION, region, Form::new()).await
    }
}

fn read(text: &str) -> Result<Vec<String>, quick_xml::DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "regionInfo")]
        regions: Elements,
    }

    #[derive(Deserialize)]
    struct Elements {
        #[serde(default)]
        item: Vec<Element>,
    }

    #[derive(Deserialize)]
    struct Element {
        #[serde(rename = "regionName")]
        name: String,
    }

    let reply: Reply = quick_xml::de::from_str(text)?;
    let mut names: Vec<_> = reply.regions.item.into_iter().map(|region| region.name).collect();
    names.sort_unstable();
    Ok(names)
}
