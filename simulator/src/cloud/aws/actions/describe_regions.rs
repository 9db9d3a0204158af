//! EC2 `DescribeRegions` (2016-11-15). Source: the operation's page and botocore's model.

use std::borrow::Cow;

use crate::cloud::aws::filter::{Filter, Properties, Property};
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::aws::{OptIn, Region};

pub(super) const ACTION: Action = Action {
    service: &EC2,
    name: "DescribeRegions",
    parameters: &["AllRegions", "DryRun", "Filter.N.Name", "Filter.N.Value.N", "RegionName.N"],
    unsimulated: &[],
    unsigned: false,
    permissions: |_| vec!["ec2:DescribeRegions"],
    touches: |_, _| Vec::new(),
    answer,
};

const FILTERS: Properties<Region> = &[
    ("endpoint", Property::Of(|region| vec![Cow::Owned(endpoint(region))])),
    ("opt-in-status", Property::Of(|region| vec![Cow::Borrowed(opt_in_status(region))])),
    ("region-name", Property::Of(|region| vec![Cow::Borrowed(&region.name)])),
];

fn answer(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let filters = Filter::read_all(call, FILTERS)?;
    let names = call.parameters.list("RegionName");
    let all = call.boolean("AllRegions")?;
    let regions = &world.aws.regions;
    if let Some(unknown) =
        names.iter().find(|&&name| !regions.iter().any(|region| region.name == name))
    {
        return Err(VendorError::new(
            400,
            "InvalidParameterValue",
            format!("Invalid region: {unknown}"),
        ));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let shown = regions.iter().filter(|region| {
        (all || region.opt_in != OptIn::NotOptedIn)
            && (names.is_empty() || names.contains(&region.name.as_str()))
            && filters.iter().all(|filter| filter.matches(region))
    });
    let mut xml = Xml::default();
    xml.set("regionInfo", shown, |xml, region| {
        xml.leaf("regionName", &region.name);
        xml.leaf("regionEndpoint", &endpoint(region));
        xml.leaf("optInStatus", opt_in_status(region));
    });
    Ok(xml.finish())
}

fn endpoint(region: &Region) -> String {
    let suffix = if region.name.starts_with("cn-") { ".cn" } else { "" };
    format!("ec2.{}.amazonaws.com{suffix}", region.name)
}

fn opt_in_status(region: &Region) -> &'static str {
    match region.opt_in {
        OptIn::OptInNotRequired => "opt-in-not-required",
        OptIn::OptedIn => "opted-in",
        OptIn::NotOptedIn => "not-opted-in",
    }
}
