//! EC2 `RunInstances`, `DescribeInstances`, `TerminateInstances` (2016-11-15), as far as images concern
//! them.
//!
//! Sources: the pages of the operations, botocore's model (1.43.11). What else a machine is made of is
//! accepted and forgotten: subnets, security groups, key pairs, volumes need not exist. Guesses: how many
//! machines one call may launch, and that machines run as soon as they are looked at.

use std::borrow::Cow;

use crate::cloud::aws::filter::{self, Filter, Pattern, Properties, Property};
use crate::cloud::aws::finding::{
    find_machine, mandatory, new_id, no_machine, root_volume_of, usable_image,
};
use crate::cloud::aws::paging::{Page, Place};
use crate::cloud::aws::tag_specification::{self, permissions};
use crate::cloud::aws::touched::{self, each, ec2, named, new, with_tagging};
use crate::cloud::aws::xml::Xml;
use crate::cloud::aws::{EC2, dry_run_passed};
use crate::cloud::{Action, Call, Touched, VendorError};
use crate::world::World;
use crate::world::aws::Machine;

pub(super) const RUN: Action = Action {
    parameters: &[
        "BlockDeviceMapping.N.DeviceName",
        "BlockDeviceMapping.N.Ebs.DeleteOnTermination",
        "BlockDeviceMapping.N.Ebs.Encrypted",
        "BlockDeviceMapping.N.Ebs.Iops",
        "BlockDeviceMapping.N.Ebs.KmsKeyId",
        "BlockDeviceMapping.N.Ebs.SnapshotId",
        "BlockDeviceMapping.N.Ebs.Throughput",
        "BlockDeviceMapping.N.Ebs.VolumeSize",
        "BlockDeviceMapping.N.Ebs.VolumeType",
        "ClientToken",
        "CreditSpecification.CpuCredits",
        "DisableApiStop",
        "DisableApiTermination",
        "DryRun",
        "EbsOptimized",
        "EnclaveOptions.Enabled",
        "HibernationOptions.Configured",
        "IamInstanceProfile.Arn",
        "IamInstanceProfile.Name",
        "ImageId",
        "InstanceInitiatedShutdownBehavior",
        "InstanceType",
        "KeyName",
        "MaintenanceOptions.AutoRecovery",
        "MaxCount",
        "MetadataOptions.HttpEndpoint",
        "MetadataOptions.HttpPutResponseHopLimit",
        "MetadataOptions.HttpTokens",
        "MetadataOptions.InstanceMetadataTags",
        "MinCount",
        "Monitoring.Enabled",
        "NetworkInterface.N.AssociatePublicIpAddress",
        "NetworkInterface.N.DeleteOnTermination",
        "NetworkInterface.N.Description",
        "NetworkInterface.N.DeviceIndex",
        "NetworkInterface.N.NetworkInterfaceId",
        "NetworkInterface.N.SecurityGroupId.N",
        "NetworkInterface.N.SubnetId",
        "Placement.AvailabilityZone",
        "Placement.Tenancy",
        "PrivateIpAddress",
        "SecurityGroup.N",
        "SecurityGroupId.N",
        "SubnetId",
        "TagSpecification.N.ResourceType",
        "TagSpecification.N.Tag.N.Key",
        "TagSpecification.N.Tag.N.Value",
        "UserData",
    ],
    unsimulated: &[
        "InstanceMarketOptions.MarketType",
        "LaunchTemplate.LaunchTemplateId",
        "LaunchTemplate.LaunchTemplateName",
        "LaunchTemplate.Version",
    ],
    touches: launched,
    ..Action::new(&EC2, "RunInstances", |given| permissions("ec2:RunInstances", given), run)
};

pub(super) const DESCRIBE: Action = Action {
    parameters: &[
        "DryRun",
        "Filter.N.Name",
        "Filter.N.Value.N",
        "InstanceId.N",
        "MaxResults",
        "NextToken",
    ],
    ..Action::new(&EC2, "DescribeInstances", |_| vec!["ec2:DescribeInstances"], describe)
};

pub(super) const TERMINATE: Action = Action {
    parameters: &["DryRun", "Force", "InstanceId.N", "SkipOsShutdown"],
    touches: |call, world| each(call, "InstanceId.N", world, touched::machine),
    ..Action::new(&EC2, "TerminateInstances", |_| vec!["ec2:TerminateInstances"], terminate)
};

/// Where machines are when a launch does not say: subnet and security group of the account.
const DEFAULT_SUBNET: &str = "subnet-0a0a0a0a0a0a0a0a0";
const DEFAULT_GROUP: &str = "sg-0a0a0a0a0a0a0a0a0";

/// What a launch can tag.
const TAGGABLE: [&str; 4] = ["instance", "network-interface", "spot-instances-request", "volume"];

/// Most machines one call may launch.
const MOST: usize = 100;

/// Names the new machine, its image and all it is made of.
fn launched(call: &Call, world: &World) -> Vec<Touched> {
    let mut touched = vec![new(call, "instance")];
    touched.extend(each(call, "ImageId", world, touched::image));
    let given = |names: [&str; 2], default| {
        let ids: Vec<&str> = names.into_iter().flat_map(|name| named(call, name)).collect();
        if ids.is_empty() { vec![default] } else { ids }
    };
    for subnet in given(["SubnetId", "NetworkInterface.N.SubnetId"], DEFAULT_SUBNET) {
        touched.push(ec2(call, "subnet", subnet, Vec::new()));
    }
    let groups = ["SecurityGroupId.N", "NetworkInterface.N.SecurityGroupId.N"];
    for group in given(groups, DEFAULT_GROUP) {
        touched.push(ec2(call, "security-group", group, Vec::new()));
    }
    let interfaces = named(call, "NetworkInterface.N.NetworkInterfaceId");
    touched.extend(interfaces.iter().map(|id| ec2(call, "network-interface", id, Vec::new())));
    touched.extend(interfaces.is_empty().then(|| new(call, "network-interface")));
    touched.push(new(call, "volume"));
    touched.extend(each(call, "BlockDeviceMapping.N.Ebs.SnapshotId", world, touched::snapshot));
    for pair in named(call, "KeyName") {
        touched.push(ec2(call, "key-pair", pair, Vec::new()));
    }
    with_tagging(call, touched)
}

fn run(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let image = usable_image(call, mandatory(call, "ImageId")?, world)?.id.clone();
    let tags = tag_specification::read(call, &TAGGABLE)?.remove("instance").unwrap_or_default();
    mandatory(call, "MinCount")?;
    mandatory(call, "MaxCount")?;
    let least = call.number("MinCount", 1..=MOST)?.unwrap_or(1);
    let count = call.number("MaxCount", least..=MOST)?.unwrap_or(1);
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let cloud = &mut world.aws;
    let token = call.parameters.get("ClientToken").unwrap_or(&call.request_id);
    let token = format!("{} {token}", call.account());
    if !cloud.launched.contains_key(&token) {
        let machine = Machine {
            account: call.account().to_owned(),
            region: call.region.clone(),
            image_id: image,
            instance_type: call.parameters.get("InstanceType").unwrap_or("m1.small").to_owned(),
            tags,
            launched_at: call.now,
            ..Machine::default()
        };
        let new = || Machine { id: new_id("i"), ..machine.clone() };
        let machines: Vec<Machine> = std::iter::repeat_with(new).take(count).collect();
        let ids = machines.iter().map(|machine| machine.id.clone()).collect();
        cloud.launched.insert(token.clone(), ids);
        cloud.machines.extend(machines);
    }
    let ids = cloud.launched.get(&token).map(Vec::as_slice).unwrap_or_default();
    let machines = cloud.machines.iter().filter(|machine| ids.contains(&machine.id));
    let mut xml = Xml::default();
    write_reservation(&mut xml, call, machines, &call.request_id);
    Ok(xml.finish())
}

/// A filter of a request.
enum MachineFilter<'a> {
    Property(Filter<Machine>),
    /// `tag:KEY`: the value of one tag.
    Tag {
        key: &'a str,
        values: Vec<Pattern>,
    },
}

const FILTERS: Properties<Machine> = &[
    ("image-id", Property::Of(|machine| vec![Cow::Borrowed(&machine.image_id)])),
    ("instance-id", Property::Of(|machine| vec![Cow::Borrowed(&machine.id)])),
    ("instance-state-name", Property::Of(|machine| vec![Cow::Borrowed(state(machine).1)])),
    ("instance-type", Property::Of(|machine| vec![Cow::Borrowed(&machine.instance_type)])),
    ("owner-id", Property::Of(|machine| vec![Cow::Borrowed(&machine.account)])),
    ("tag-key", Property::Of(|machine| machine.tags.keys().map(Cow::from).collect())),
];

impl<'a> MachineFilter<'a> {
    fn read_all(call: &'a Call) -> Result<Vec<Self>, VendorError> {
        let filters = filter::read(call)?.into_iter();
        filters
            .map(|(name, values)| {
                Ok(match name.strip_prefix("tag:") {
                    Some(key) => Self::Tag { key, values },
                    None => Self::Property(Filter::new(name, values, FILTERS)?),
                })
            })
            .collect()
    }

    fn matches(&self, machine: &Machine) -> bool {
        match self {
            Self::Property(filter) => filter.matches(machine),
            Self::Tag { key, values } => {
                machine.tags.get(*key).is_some_and(|value| filter::any_matches(values, value))
            }
        }
    }
}

fn describe(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let place = Place::read(call)?;
    let max_results = call.number("MaxResults", 5..=1000)?;
    let filters = MachineFilter::read_all(call)?;
    let ids = call.parameters.list("InstanceId");
    if max_results.is_some() && !ids.is_empty() {
        let message = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(VendorError::new(400, "InvalidParameterCombination", message));
    }
    if let Some(id) = ids.iter().find(|id| find_machine(call, id, world).is_none()) {
        return Err(no_machine(id));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let shown: Vec<&Machine> = world
        .aws
        .machines
        .iter()
        .filter(|machine| {
            machine.account == call.account()
                && machine.region == call.region
                && (ids.is_empty() || ids.contains(&machine.id.as_str()))
                && filters.iter().all(|filter| filter.matches(machine))
        })
        .collect();
    let Page { items, next_token } = place.page(call, shown.len(), max_results, world.aws.pages);
    let mut xml = Xml::default();
    // One reservation for each machine: who was launched with whom is forgotten.
    xml.set("reservationSet", shown.get(items).unwrap_or_default(), |xml, machine| {
        write_reservation(xml, call, [*machine], &machine.id);
    });
    xml.option("nextToken", next_token.as_deref());
    Ok(xml.finish())
}

fn terminate(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let ids = call.parameters.list("InstanceId");
    mandatory(call, "InstanceId.1")?;
    if let Some(id) = ids.iter().find(|id| find_machine(call, id, world).is_none()) {
        return Err(no_machine(id));
    }
    if call.boolean("DryRun")? {
        return Err(dry_run_passed());
    }
    let mut machines = world.aws.machines.iter_mut();
    let ended = machines.by_ref().filter(|machine| ids.contains(&machine.id.as_str()));
    let mut xml = Xml::default();
    xml.set("instancesSet", ended, |xml, machine| {
        xml.leaf("instanceId", &machine.id);
        let before = state(machine);
        machine.terminated = true;
        for (name, (code, state)) in
            [("currentState", (32, "shutting-down")), ("previousState", before)]
        {
            xml.within(name, |xml| {
                xml.value("code", code);
                xml.leaf("name", state);
            });
        }
    });
    Ok(xml.finish())
}

fn write_reservation<'m>(
    xml: &mut Xml,
    call: &Call,
    machines: impl IntoIterator<Item = &'m Machine>,
    name: &str,
) {
    let digits: String = name.chars().filter(char::is_ascii_hexdigit).take(17).collect();
    xml.leaf("reservationId", &format!("r-{digits}"));
    xml.leaf("ownerId", call.account());
    xml.set("groupSet", [(); 0], |_, ()| {});
    xml.set("instancesSet", machines, write_machine);
}

fn write_machine(xml: &mut Xml, machine: &Machine) {
    xml.leaf("instanceId", &machine.id);
    xml.leaf("imageId", &machine.image_id);
    xml.within("instanceState", |xml| {
        let (code, name) = state(machine);
        xml.value("code", code);
        xml.leaf("name", name);
    });
    xml.leaf("instanceType", &machine.instance_type);
    xml.leaf("launchTime", &machine.launched_at.with_milliseconds());
    xml.within("placement", |xml| {
        xml.leaf("availabilityZone", &format!("{}a", machine.region));
        xml.leaf("tenancy", "default");
    });
    xml.leaf("rootDeviceType", "ebs");
    xml.set("blockDeviceMapping", [root_volume_of(&machine.id)], |xml, volume| {
        xml.leaf("deviceName", "/dev/xvda");
        xml.within("ebs", |xml| {
            xml.leaf("volumeId", &volume);
            xml.leaf("status", "attached");
        });
    });
    xml.set("tagSet", &machine.tags, |xml, (key, value)| {
        xml.leaf("key", key);
        xml.leaf("value", value);
    });
}

/// Returns the state of a machine, as number and word.
fn state(machine: &Machine) -> (u8, &'static str) {
    if machine.terminated { (48, "terminated") } else { (16, "running") }
}
