//! AWS: a member account in a unit, with images, a machine, a snapshot, a developer and an approver.

use imageguard_simulator::{
    AccessKey, Account, Role, Simulator, World,
    aws::{
        ACCESS_KEY_ID, ACCESS_KEY_SECRET, ACCOUNT, Image, Machine, Organization, Policy,
        PolicyAttachment, PolicyTypeStatus, Snapshot,
    },
};
use serde_json::json;

use super::{
    AS_A_REQUEST, Attempt, Cloud, GUARD, Incident, Level, REFUSES_LESS, Rule, Verdict,
    Who::{Approver, Developer},
    by_approver, reformat,
};
use crate::client::Call;

/// The account that manages the organisation; the default one is its member, because the cases'
/// documents exempt roles of that.
const MANAGEMENT: &str = "444455556666";

/// The unit the member is in.
const UNIT: &str = "ou-smlt-team0001";

const SECRET: &str = "secret";
const DEVELOPER: &str = "AKIADEVELOPER";
const APPROVER: &str = "AKIAAPPROVER";
const MANAGER: &str = "AKIAMANAGER";

pub(crate) const CLOUD: Cloud = Cloud {
    name: "aws",
    region: "us-east-1",
    world,
    developer: "arn:aws:iam::111122223333:user/developer",
    attempt,
    credentials: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    policies: |world| json!([world.aws.iam, world.aws.organization]),
    rules: [LAUNCH, PROTECT_TAGS, TAG_ON_CREATE, EXPORT, SHARE],
    levels: [SCP, IAM_POLICY],
};

/// A document of somebody else.
const OTHER_DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:DeregisterImage","Resource":"*"}]}"#;

const SCP: Level = Level {
    name: "scp",
    layer: "service control policy",
    place: |world, document| {
        let organization = world.aws.organization.take().unwrap();
        world.aws.organization = Some(organization.guarded("p-guard001", document, UNIT));
    },
    target: UNIT,
    runner: (MANAGER, SECRET),
    document: |world| &mut organization(world).policies[0].document,
    count: |world| {
        let organization = world.aws.organization.as_ref().unwrap();
        (organization.policies.len(), organization.attachments.len())
    },
    incidents: [
        Incident::new(
            |world| organization(world).policies[0].document = OTHER_DOCUMENT.to_owned(),
            &[REFUSES_LESS, "calls `ec2:CreateReplaceRootVolumeTask`", AS_A_REQUEST],
        ),
        Incident::new(|world| reformat(&mut organization(world).policies[0].document), &[]),
        Incident::new(|world| organization(world).attachments.clear(), &["detached"]),
        Incident::new(
            |world| {
                organization(world).attachments.clear();
                organization(world).policies.clear();
            },
            &["deleted"],
        ),
        Incident {
            happen: |world| {
                organization(world).attachments.clear();
                organization(world).service_control_policy_status = PolicyTypeStatus::Disabled;
            },
            told: &["switched off"],
            prepare: Some(|world| {
                organization(world).service_control_policy_status = PolicyTypeStatus::Enabled;
            }),
        },
    ],
};

const IAM_POLICY: Level = Level {
    name: "iam_policy",
    layer: "identity-based policy",
    place: |world, document| {
        world.aws.iam.policies.push(Policy::new(GUARD, document));
        world.aws.iam.attachments.push(PolicyAttachment::new(GUARD, "user/developer"));
    },
    target: "user/developer",
    runner: (ACCESS_KEY_ID, ACCESS_KEY_SECRET),
    document: |world| {
        let mut versions = world.aws.iam.policies[0].versions.iter_mut();
        &mut versions.find(|version| version.is_default).unwrap().document
    },
    count: |world| (world.aws.iam.policies.len(), world.aws.iam.attachments.len()),
    incidents: [
        Incident::new(
            |world| {
                let policy = &mut world.aws.iam.policies[0];
                policy.add_version(OTHER_DOCUMENT.to_owned(), true, policy.created_at);
            },
            &[REFUSES_LESS, "calls `ec2:CreateReplaceRootVolumeTask`", AS_A_REQUEST],
        ),
        Incident::new(
            |world| {
                let versions = world.aws.iam.policies[0].versions.iter_mut();
                versions.for_each(|version| reformat(&mut version.document));
            },
            &[],
        ),
        Incident::new(|world| world.aws.iam.attachments.clear(), &["detached"]),
        Incident::new(
            |world| {
                world.aws.iam.attachments.clear();
                world.aws.iam.policies.clear();
            },
            &["deleted"],
        ),
        Incident::new(
            |world| {
                let policy = &mut world.aws.iam.policies[0];
                let at = policy.created_at;
                let number = policy.add_version(OTHER_DOCUMENT.to_owned(), false, at);
                policy.set_default(number);
            },
            &[
                "Its default version is v2 instead of v1",
                REFUSES_LESS,
                "calls `ec2:ModifyImageAttribute`",
                AS_A_REQUEST,
            ],
        ),
    ],
};

fn organization(world: &mut World) -> &mut Organization {
    world.aws.organization.as_mut().unwrap()
}

const DRY: (&str, &str) = ("DryRun", "true");
const GOLDEN: (&str, &str) = ("ImageId", "ami-000000000000000a1");
const OTHER: (&str, &str) = ("ImageId", "ami-000000000000000b2");
const MACHINE: (&str, &str) = ("InstanceId", "i-000000000000000d4");
const SNAPSHOT: (&str, &str) = ("SnapshotId", "snap-00000000000000e5");
const CANDIDATE: (&str, &str) = ("ResourceId.1", "ami-000000000000000c3");
const ONE: [(&str, &str); 2] = [("MinCount", "1"), ("MaxCount", "1")];

/// A call of EC2 by the developer.
const fn ec2(
    operation: &'static str,
    parameters: &'static [(&'static str, &'static str)],
) -> Attempt {
    Attempt { who: Developer, operation: ("ec2", operation), parameters }
}

const LAUNCH: Rule = Rule {
    name: "launch",
    written: "launch = { tags = { status = [\"approved\"] } }",
    forbidden: &[
        ec2("RunInstances", &[OTHER, ONE[0], ONE[1], DRY]),
        ec2("RequestSpotInstances", &[("LaunchSpecification.ImageId", OTHER.1), DRY]),
        ec2("CreateReplaceRootVolumeTask", &[OTHER, MACHINE, DRY]),
    ],
    allowed: &[
        ec2("RunInstances", &[GOLDEN, ONE[0], ONE[1], DRY]),
        ec2("RequestSpotInstances", &[("LaunchSpecification.ImageId", GOLDEN.1), DRY]),
        ec2("CreateReplaceRootVolumeTask", &[GOLDEN, MACHINE, DRY]),
    ],
};

const STATUS: [(&str, &str); 2] = [("Tag.1.Key", "status"), ("Tag.1.Value", "approved")];
const SPELT: [(&str, &str); 2] = [("Tag.1.Key", "Level"), ("Tag.1.Value", "1")];
const TEAM: [(&str, &str); 2] = [("Tag.1.Key", "team"), ("Tag.1.Value", "web")];

const PROTECT_TAGS: Rule = Rule {
    name: "protect_tags",
    written: r#"protect_tags = {
      keys              = ["status", "level"]
      exempt_principals = ["arn:aws:iam::111122223333:role/image-approver"]
    }"#,
    forbidden: &[
        ec2("CreateTags", &[CANDIDATE, STATUS[0], STATUS[1], DRY]),
        ec2("CreateTags", &[CANDIDATE, SPELT[0], SPELT[1], DRY]),
        ec2("DeleteTags", &[CANDIDATE, STATUS[0], DRY]),
        ec2("DeleteTags", &[CANDIDATE, DRY]),
    ],
    allowed: &[
        ec2("CreateTags", &[CANDIDATE, TEAM[0], TEAM[1], DRY]),
        ec2("DeleteTags", &[CANDIDATE, TEAM[0], DRY]),
        by_approver(ec2("CreateTags", &[CANDIDATE, STATUS[0], STATUS[1], DRY])),
    ],
};

const NAME: (&str, &str) = ("Name", "new");
const SOURCE: [(&str, &str); 2] = [("SourceImageId", GOLDEN.1), ("SourceRegion", "us-east-1")];
const IMAGE: (&str, &str) = ("TagSpecification.1.ResourceType", "image");
const OWNED: [(&str, &str); 2] =
    [("TagSpecification.1.Tag.1.Key", "owner"), ("TagSpecification.1.Tag.1.Value", "team")];
const COSTED: [(&str, &str); 2] = [
    ("TagSpecification.1.Tag.2.Key", "cost-centre"),
    ("TagSpecification.1.Tag.2.Value", "cc-1234"),
];

const TAG_ON_CREATE: Rule = Rule {
    name: "tag_on_create",
    written: r#"tag_on_create = { tags = { owner = ["*"], cost-centre = ["cc-????"] } }"#,
    forbidden: &[
        ec2("CreateImage", &[MACHINE, NAME, DRY]),
        ec2("CreateImage", &[MACHINE, NAME, IMAGE, OWNED[0], OWNED[1], DRY]),
        ec2("CopyImage", &[SOURCE[0], SOURCE[1], NAME, IMAGE, COSTED[0], COSTED[1], DRY]),
    ],
    allowed: &[
        ec2("CreateImage", &[MACHINE, NAME, IMAGE, OWNED[0], OWNED[1], COSTED[0], COSTED[1], DRY]),
        ec2("CreateTags", &[CANDIDATE, STATUS[0], STATUS[1], DRY]),
    ],
};

const FORMAT: (&str, &str) = ("DiskImageFormat", "VMDK");
const TO_BUCKET: (&str, &str) = ("S3ExportLocation.S3Bucket", "bucket");

const EXPORT: Rule = Rule {
    name: "export",
    written: r#"export = { exempt_principals = ["arn:aws:iam::111122223333:role/backup"] }"#,
    forbidden: &[
        ec2("ExportImage", &[GOLDEN, FORMAT, TO_BUCKET, DRY]),
        ec2("CreateStoreImageTask", &[GOLDEN, ("Bucket", "bucket"), DRY]),
    ],
    allowed: &[ec2("CopyImage", &[SOURCE[0], SOURCE[1], NAME, DRY])],
};

const SHARE: Rule = Rule {
    name: "share",
    written: "share = {}",
    forbidden: &[
        ec2("ModifyImageAttribute", &[GOLDEN, ("LaunchPermission.Add.1.UserId", MANAGEMENT), DRY]),
        ec2(
            "ModifySnapshotAttribute",
            &[SNAPSHOT, ("CreateVolumePermission.Add.1.UserId", MANAGEMENT), DRY],
        ),
    ],
    allowed: &[
        ec2("ExportImage", &[GOLDEN, FORMAT, TO_BUCKET, DRY]),
        ec2("CreateTags", &[CANDIDATE, STATUS[0], STATUS[1], DRY]),
    ],
};

/// A member account with three images, a machine and a snapshot.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.aws;
    cloud.accounts.push(Account::new(MANAGEMENT, "management"));
    for (id, principal) in [
        (MANAGER, format!("arn:aws:iam::{MANAGEMENT}:root")),
        (DEVELOPER, format!("arn:aws:iam::{ACCOUNT}:user/developer")),
        (APPROVER, format!("arn:aws:sts::{ACCOUNT}:assumed-role/image-approver/run")),
    ] {
        cloud.access_keys.push(AccessKey::new(id, SECRET, &principal));
    }
    cloud.roles.push(Role::new(format!("arn:aws:iam::{ACCOUNT}:role/image-approver")));
    cloud.images.extend([
        Image::new(GOLDEN.1).tag("status", "approved"),
        Image::new(OTHER.1),
        Image::new(CANDIDATE.1),
    ]);
    cloud.machines.push(Machine::new(MACHINE.1, GOLDEN.1));
    cloud.snapshots.push(Snapshot::new(SNAPSHOT.1));
    let mut organization = Organization::enabled().unit(UNIT, "").member(ACCOUNT, UNIT);
    organization.management_account = MANAGEMENT.to_owned();
    cloud.organization = Some(organization);
    world
}

fn attempt(simulator: &Simulator, attempt: &Attempt) -> Verdict {
    let (_, operation) = attempt.operation;
    let key = match attempt.who {
        Developer => DEVELOPER,
        Approver => APPROVER,
    };
    let call = Call::aws(simulator, operation, attempt.parameters).key(key, SECRET);
    let reply = call.send_aws();
    let code = reply.only("Code").unwrap_or_default();
    let message = reply.only("Message").unwrap_or_default();
    let layer = message.split_once("with an explicit deny in a").map(|(_, layer)| layer);
    match (reply.status, code.as_str(), layer) {
        (200, ..) | (412, "DryRunOperation", _) => Verdict::Admitted,
        (403, _, Some(layer)) => {
            // After `a` or `an`, and before the encoded message.
            let (_, layer) = layer.split_once(' ').unwrap();
            let layer = layer.split('.').next().unwrap_or_default().to_owned();
            Verdict::Refused { layer }
        }
        _ => Verdict::Failed { code },
    }
}
