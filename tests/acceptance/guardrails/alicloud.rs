//! Alibaba Cloud: a member account in a folder, with images, a machine, a developer and an approver.

use imageguard_simulator::{
    AccessKey, Account, Role, Simulator, World,
    alicloud::{
        ACCESS_KEY_ID, ACCESS_KEY_SECRET, ACCOUNT, Image, Machine, Owner, Policy, PolicyAttachment,
        ResourceDirectory, ResourceShare,
    },
};

use serde_json::json;

use super::{
    AS_A_REQUEST, Attempt, Cloud, GUARD, Incident, Level, REFUSES_LESS, Rule, Verdict,
    Who::{Approver, Developer},
    by_approver, reformat,
};
use crate::client::Call;

/// The account that the cases' documents exempt roles of.
pub(crate) const MEMBER: &str = "1111222233334444";

/// The folder it is in.
pub(crate) const FOLDER: &str = "fd-team";

const SECRET: &str = "secret";
const DEVELOPER: &str = "LTAI5tDeveloper";
const APPROVER: &str = "LTAI5tApprover";
const ADMIN: &str = "LTAI5tMemberRoot";

pub(crate) const CLOUD: Cloud = Cloud {
    name: "alicloud",
    region: "cn-hangzhou",
    world,
    developer: "acs:ram::1111222233334444:user/developer",
    attempt,
    credentials: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    policies: |world| json!([world.alicloud.ram, world.alicloud.resource_directory]),
    rules: [LAUNCH, PROTECT_TAGS, TAG_ON_CREATE, EXPORT, SHARE],
    levels: [CONTROL_POLICY, RAM_POLICY],
};

/// A document of somebody else.
const OTHER_DOCUMENT: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:DeleteImage","Resource":"*"}]}"#;

const CONTROL_POLICY: Level = Level {
    name: "control_policy",
    layer: "ControlPolicy",
    place: place_control_policy,
    target: FOLDER,
    runner: (ACCESS_KEY_ID, ACCESS_KEY_SECRET),
    document: |world| &mut directory(world).policy(GUARD).document,
    count: |world| {
        let directory = world.alicloud.resource_directory.as_ref().unwrap();
        (directory.control_policies.len(), directory.attachments.len())
    },
    incidents: [
        Incident::new(
            |world| directory(world).policy(GUARD).document = OTHER_DOCUMENT.to_owned(),
            &[REFUSES_LESS, "calls `ecs:RunInstances`", AS_A_REQUEST],
        ),
        Incident::new(|world| reformat(&mut directory(world).policy(GUARD).document), &[]),
        Incident::new(
            |world| {
                let id = directory(world).policy(GUARD).id.clone();
                directory(world).detach(&id, FOLDER);
            },
            &["detached"],
        ),
        Incident::new(
            |world| {
                let id = directory(world).policy(GUARD).id.clone();
                directory(world).delete(&id);
            },
            &["deleted"],
        ),
        Incident {
            happen: |world| directory(world).switch_off(),
            told: &["switched off"],
            prepare: Some(|world| directory(world).switch_on()),
        },
    ],
};

const RAM_POLICY: Level = Level {
    name: "ram_policy",
    layer: "AccountLevelIdentityBasedPolicy",
    place: place_ram_policy,
    target: "user/developer",
    runner: (ADMIN, SECRET),
    document: |world| {
        let mut versions = world.alicloud.ram.policy(MEMBER, GUARD).versions.iter_mut();
        &mut versions.find(|version| version.is_default).unwrap().document
    },
    count: |world| (world.alicloud.ram.policies.len(), world.alicloud.ram.attachments.len()),
    incidents: [
        Incident::new(
            |world| {
                let policy = world.alicloud.ram.policy(MEMBER, GUARD);
                policy.add_version(OTHER_DOCUMENT.to_owned(), true, policy.created_at);
            },
            &[REFUSES_LESS, "calls `ecs:RunInstances`", AS_A_REQUEST],
        ),
        Incident::new(
            |world| {
                let policy = world.alicloud.ram.policy(MEMBER, GUARD);
                policy.versions.iter_mut().for_each(|version| reformat(&mut version.document));
            },
            &[],
        ),
        Incident::new(
            |world| world.alicloud.ram.detach(MEMBER, GUARD, "user/developer"),
            &["detached"],
        ),
        Incident::new(|world| world.alicloud.ram.delete(MEMBER, GUARD), &["deleted"]),
        Incident::new(
            |world| {
                let policy = world.alicloud.ram.policy(MEMBER, GUARD);
                let at = policy.created_at;
                let number = policy.add_version(OTHER_DOCUMENT.to_owned(), false, at);
                policy.set_default(number);
            },
            &[
                "Its default version is v2 instead of v1",
                REFUSES_LESS,
                "calls `ecs:ModifyImageSharePermission`",
                AS_A_REQUEST,
            ],
        ),
    ],
};

fn directory(world: &mut World) -> &mut ResourceDirectory {
    world.alicloud.resource_directory.as_mut().unwrap()
}

const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");
const DRY: (&str, &str) = ("DryRun", "true");
const GOLDEN: (&str, &str) = ("ImageId", "m-golden");
const OTHER: (&str, &str) = ("ImageId", "m-other");
const TYPE: (&str, &str) = ("InstanceType", "ecs.g7.large");
const MACHINE: (&str, &str) = ("InstanceId", "i-1");
const SNAPSHOT: (&str, &str) = ("SnapshotId", "s-1");
const KIND: (&str, &str) = ("ResourceType", "image");
const CANDIDATE: (&str, &str) = ("ResourceId.1", "m-candidate");
const STATUS: (&str, &str) = ("Tag.1.Key", "status");
const APPROVED: (&str, &str) = ("Tag.1.Value", "approved");

/// A call of ECS by the developer.
const fn ecs(
    operation: &'static str,
    parameters: &'static [(&'static str, &'static str)],
) -> Attempt {
    Attempt { who: Developer, operation: ("ecs", operation), parameters }
}

/// A call of ResourceSharing by the developer.
const fn sharing(
    operation: &'static str,
    parameters: &'static [(&'static str, &'static str)],
) -> Attempt {
    Attempt { who: Developer, operation: ("resourcesharing", operation), parameters }
}

const LAUNCH: Rule = Rule {
    name: "launch",
    written: "launch = { tags = { status = [\"approved\"] } }",
    forbidden: &[
        ecs("RunInstances", &[REGION, OTHER, TYPE, DRY]),
        ecs("CreateInstance", &[REGION, OTHER, TYPE, DRY]),
        ecs("ReplaceSystemDisk", &[OTHER, MACHINE]),
    ],
    allowed: &[
        ecs("RunInstances", &[REGION, GOLDEN, TYPE, DRY]),
        ecs("CreateInstance", &[REGION, GOLDEN, TYPE, DRY]),
        ecs("ReplaceSystemDisk", &[GOLDEN, MACHINE]),
    ],
};

const PROTECT_TAGS: Rule = Rule {
    name: "protect_tags",
    written: r#"protect_tags = {
      keys              = ["status", "level"]
      exempt_principals = ["acs:ram::1111222233334444:role/image-approver"]
    }"#,
    forbidden: &[
        ecs("TagResources", &[REGION, KIND, CANDIDATE, STATUS, APPROVED]),
        ecs("UntagResources", &[REGION, KIND, CANDIDATE, ("TagKey.1", "status")]),
        ecs("AddTags", &[REGION, KIND, ("ResourceId", "m-candidate"), STATUS, APPROVED]),
        ecs("RemoveTags", &[REGION, KIND, ("ResourceId", "m-candidate"), STATUS]),
        ecs("CreateImage", &[REGION, SNAPSHOT, STATUS, APPROVED, DRY]),
        ecs("CopyImage", &[REGION, OTHER, STATUS, DRY]),
    ],
    allowed: &[
        ecs("CreateImage", &[REGION, SNAPSHOT, ("Tag.1.Key", "team"), DRY]),
        by_approver(ecs("TagResources", &[REGION, KIND, CANDIDATE, STATUS, APPROVED])),
        by_approver(ecs("CreateImage", &[REGION, SNAPSHOT, STATUS, APPROVED, DRY])),
    ],
};

const OWNED: [(&str, &str); 2] = [("Tag.1.Key", "owner"), ("Tag.1.Value", "team")];
const COSTED: [(&str, &str); 2] = [("Tag.2.Key", "cost-centre"), ("Tag.2.Value", "cc-1234")];
const BUCKET: (&str, &str) = ("DiskDeviceMapping.1.OSSBucket", "bucket");

const TAG_ON_CREATE: Rule = Rule {
    name: "tag_on_create",
    written: r#"tag_on_create = { tags = { owner = ["*"], cost-centre = ["cc-????"] } }"#,
    forbidden: &[
        ecs("CreateImage", &[REGION, SNAPSHOT, DRY]),
        ecs("CopyImage", &[REGION, OTHER, OWNED[0], OWNED[1], DRY]),
        ecs("ImportImage", &[REGION, BUCKET, COSTED[0], COSTED[1], DRY]),
    ],
    allowed: &[
        ecs("CreateImage", &[REGION, SNAPSHOT, OWNED[0], OWNED[1], COSTED[0], COSTED[1], DRY]),
        ecs("TagResources", &[REGION, KIND, CANDIDATE, STATUS]),
    ],
};

const TO_BUCKET: (&str, &str) = ("OSSBucket", "bucket");

const EXPORT: Rule = Rule {
    name: "export",
    written: r#"export = { exempt_principals = ["acs:ram::1111222233334444:role/backup"] }"#,
    forbidden: &[ecs("ExportImage", &[REGION, GOLDEN, TO_BUCKET, DRY])],
    allowed: &[ecs("CopyImage", &[REGION, GOLDEN, DRY])],
};

const RESOURCE: [(&str, &str); 2] =
    [("Resources.1.ResourceType", "Image"), ("Resources.1.ResourceId", "m-golden")];
const SWITCH: [(&str, &str); 2] =
    [("Resources.1.ResourceType", "VSwitch"), ("Resources.1.ResourceId", "vsw-1")];
const NAME: (&str, &str) = ("ResourceShareName", "ours");
const SHARED: (&str, &str) = ("ResourceShareId", "rs-1");

const SHARE: Rule = Rule {
    name: "share",
    written: "share = {}",
    forbidden: &[
        ecs("ModifyImageSharePermission", &[REGION, GOLDEN, ("AddAccount.1", ACCOUNT), DRY]),
        sharing("CreateResourceShare", &[NAME, RESOURCE[0], RESOURCE[1]]),
        sharing("AssociateResourceShare", &[SHARED, ("Targets.1", ACCOUNT)]),
    ],
    allowed: &[
        sharing("CreateResourceShare", &[NAME, SWITCH[0], SWITCH[1]]),
        sharing("AssociateResourceShare", &[SHARED, SWITCH[0], SWITCH[1]]),
        ecs("ExportImage", &[REGION, GOLDEN, TO_BUCKET, DRY]),
    ],
};

/// A member account with three images, a machine and a share of nothing.
fn world() -> World {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(MEMBER, "team"));
    for (id, principal) in [
        (DEVELOPER, format!("acs:ram::{MEMBER}:user/developer")),
        (ADMIN, format!("acs:ram::{MEMBER}:root")),
        (APPROVER, format!("acs:ram::{MEMBER}:assumed-role/image-approver/run")),
    ] {
        cloud.access_keys.push(AccessKey::new(id, SECRET, &principal));
    }
    cloud.roles.push(Role::new(format!("acs:ram::{MEMBER}:role/image-approver")));
    let owner = Owner::try_from(MEMBER.to_owned()).unwrap();
    let images = [
        Image::new("m-golden").tag("status", "approved"),
        Image::new("m-other"),
        Image::new("m-candidate"),
    ];
    cloud.images.extend(images.map(|image| image.owner(owner)));
    let account = || MEMBER.to_owned();
    let machine = Machine::new("i-1", "m-golden").stopped();
    cloud.machines.push(Machine { account: account(), ..machine });
    let (id, account) = ("rs-1".to_owned(), account());
    cloud.resource_shares.push(ResourceShare { id, account, ..ResourceShare::default() });
    let directory = ResourceDirectory::enabled().folder(FOLDER, "").member(MEMBER, FOLDER);
    cloud.resource_directory = Some(directory);
    world
}

fn place_control_policy(world: &mut World, document: String) {
    let directory = world.alicloud.resource_directory.take().unwrap();
    world.alicloud.resource_directory = Some(directory.guarded(GUARD, document, FOLDER));
}

fn place_ram_policy(world: &mut World, document: String) {
    let ram = &mut world.alicloud.ram;
    ram.policies.push(Policy { account: MEMBER.to_owned(), ..Policy::new(GUARD, document) });
    let attachment = PolicyAttachment::new(GUARD, "user/developer");
    ram.attach(PolicyAttachment { account: MEMBER.to_owned(), ..attachment });
}

fn attempt(simulator: &Simulator, attempt: &Attempt) -> Verdict {
    let (service, operation) = attempt.operation;
    let version = if service == "ecs" { "2014-05-26" } else { "2020-01-10" };
    let key = match attempt.who {
        Developer => DEVELOPER,
        Approver => APPROVER,
    };
    let call = Call::alicloud(simulator, operation, attempt.parameters).version(version);
    let reply = call.key(key, SECRET).send_alicloud();
    let answer = reply.json();
    let detail = &answer["AccessDeniedDetail"];
    let code = answer["Code"].as_str().unwrap_or_default().to_owned();
    match (reply.status, code.as_str(), detail["NoPermissionType"].as_str()) {
        (200, ..) | (400, "DryRunOperation", _) => Verdict::Admitted,
        (403, _, Some("ExplicitDeny")) => {
            Verdict::Refused { layer: detail["PolicyType"].as_str().unwrap().to_owned() }
        }
        _ => Verdict::Failed { code },
    }
}
