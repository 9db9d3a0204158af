//! The policy that each page prints is enough, and nothing in it is too much.

use std::{collections::BTreeSet, fs, path::Path};

use imageguard_simulator::{AccessKey, Role, Simulator, alicloud, aws};
use serde_json::Value;

use crate::{
    clouds::{AWS_REGION, golden_ami, golden_image, world},
    harness::{ROOT, Workspace, unwrapped},
};

/// The actions of the policy on a page.
pub(crate) fn printed_actions(page: &str) -> BTreeSet<String> {
    let file = Path::new(ROOT).join("docs").join(page);
    let text = fs::read_to_string(&file).unwrap();
    let (_, after) = text.split_once("## Permissions").unwrap();
    let (_, after) = after.split_once("```json").unwrap();
    let (policy, _) = after.split_once("```").unwrap();
    let policy: Value = serde_json::from_str(policy).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Plans an example as somebody who may do just this.
fn plan(example: &str, allowed: &BTreeSet<String>) -> bool {
    as_runner(example, allowed, |run| run.terraform(&["plan"]).success)
}

/// Creates, reads and deletes what is in an example, as somebody who may do just this.
fn live(example: &str, allowed: &BTreeSet<String>) -> bool {
    as_runner(example, allowed, |run| {
        let steps = [&["apply", "-auto-approve"][..], &["plan"], &["destroy", "-auto-approve"]];
        steps.iter().all(|step| run.terraform(step).success)
    })
}

/// Does something with an example as somebody who may do just this.
fn as_runner(example: &str, allowed: &BTreeSet<String>, act: impl Fn(&Workspace) -> bool) -> bool {
    let simulator = Simulator::start(world(
        [golden_image("m-golden1", 9), alicloud::Image::new("m-bp1g7004ksh0oeuc0001")],
        [
            golden_ami("ami-00000000000000a1", 9),
            aws::Image::new("ami-0abcdef1234567890").region(AWS_REGION),
        ],
    ));
    simulator.edit(|world| {
        world.alicloud.resource_directory = Some(alicloud::ResourceDirectory::enabled());
        world.aws.organization = Some(aws::Organization::enabled());
        let user = format!("arn:aws:iam::{}:user/runner", aws::ACCOUNT);
        let mut key = AccessKey::new("AKIARUNNER", "runner-secret", &user);
        key.permissions = Some(allowed.clone());
        world.aws.access_keys.push(key);
        let user = format!("acs:ram::{}:user/runner", alicloud::ACCOUNT);
        let mut key = AccessKey::new("LTAI5tRunner", "runner-secret", &user);
        key.permissions = Some(allowed.clone());
        world.alicloud.access_keys.push(key);
    });
    let run = Workspace::example(example)
        .on(&simulator)
        .variable("AWS_ACCESS_KEY_ID", "AKIARUNNER")
        .variable("AWS_SECRET_ACCESS_KEY", "runner-secret")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tRunner")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "runner-secret")
        .variable("TF_VAR_ami", "ami-00000000000000a1")
        .variable("TF_VAR_image_id", "m-golden1");
    act(&run)
}

fn exactly_this_policy_is_needed(stem: &str) {
    let example = format!("data-sources/imageguard_{stem}/data-source.tf");
    exactly_suffices(&printed_actions(&format!("data-sources/{stem}.md")), |allowed| {
        plan(&example, allowed)
    });
}

fn exactly_this_policy_is_needed_for_a_life(stem: &str) {
    let example = format!("resources/imageguard_{stem}/resource.tf");
    exactly_suffices(&printed_actions(&format!("resources/{stem}.md")), |allowed| {
        live(&example, allowed)
    });
}

/// Fails unless these actions suffice, and none of them can be left out.
pub(crate) fn exactly_suffices(
    printed: &BTreeSet<String>,
    works: impl Fn(&BTreeSet<String>) -> bool,
) {
    assert!(!printed.is_empty());
    assert!(works(printed), "{printed:?} does not suffice");
    for action in printed {
        let mut less = printed.clone();
        less.remove(action);
        assert!(!works(&less), "{action} is not needed");
    }
}

/// Creates, changes, imports and deletes a guardrail at a level.
fn guards(stem: &str, level: &str, allowed: &BTreeSet<String>) -> bool {
    let folder = format!("resources/imageguard_{stem}");
    as_runner(&format!("{folder}/resource.tf"), allowed, |run| {
        let text = fs::read_to_string(run.path("main.tf")).unwrap();
        let (before, after) = text.split_once("  level ").unwrap();
        let (_, after) = after.split_once('\n').unwrap();
        let address = format!("imageguard_{stem}.golden");
        let with = |more: &str| format!("{before}  level = \"{level}\"\n{more}{after}");
        let does = |arguments: &[&str]| run.terraform(arguments).success;
        let apply = || does(&["apply", "-auto-approve"]);
        run.write("main.tf", &with("tags = { a = \"1\" }\n"));
        let created = apply();
        let other = with("tags = { b = \"1\" }\n").replace("export = {}", "");
        run.write("main.tf", &other.replace("approved images", "golden images"));
        let import = format!("{level}:golden-images");
        created
            && apply()
            && does(&["state", "rm", &address])
            && does(&["import", &address, &import])
            && does(&["plan"])
            && does(&["destroy", "-auto-approve"])
    })
}

/// Each level needs the permissions of its own service, and no other.
fn exactly_suffices_at_each_level(stem: &str, levels: [(&str, &[&str]); 2]) {
    let printed = printed_actions(&format!("resources/{stem}.md"));
    for (level, services) in levels {
        let is_its = |action: &&String| services.iter().any(|it| action.starts_with(it));
        let its: BTreeSet<String> = printed.iter().filter(is_its).cloned().collect();
        exactly_suffices(&its, |allowed| guards(stem, level, allowed));
    }
}

#[test]
fn alicloud_guardrail_needs_exactly_its_policy() {
    exactly_suffices_at_each_level(
        "alicloud_guardrail",
        [("control_policy", &["resourcemanager:"]), ("ram_policy", &["ram:"])],
    );
}

#[test]
fn aws_guardrail_needs_exactly_its_policy() {
    exactly_suffices_at_each_level(
        "aws_guardrail",
        [("scp", &["organizations:"]), ("iam_policy", &["iam:"])],
    );
}

#[test]
fn alicloud_image_approval_needs_exactly_its_policy() {
    exactly_this_policy_is_needed_for_a_life("alicloud_image_approval");
}

#[test]
fn aws_image_approval_needs_exactly_its_policy() {
    exactly_this_policy_is_needed_for_a_life("aws_image_approval");
}

#[test]
fn alicloud_image_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("alicloud_image");
}

#[test]
fn aws_image_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("aws_image");
}

#[test]
fn alicloud_image_check_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("alicloud_image_check");
}

#[test]
fn alicloud_images_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("alicloud_images");
}

#[test]
fn aws_image_check_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("aws_image_check");
}

#[test]
fn aws_images_needs_exactly_its_policy() {
    exactly_this_policy_is_needed("aws_images");
}

const AWS_RUNNER: &str = "arn:aws:iam::111122223333:user/runner";
const AWS_ROLE: &str = "arn:aws:iam::111122223333:role/images";
const ALICLOUD_RUNNER: &str = "acs:ram::1000000000000001:user/runner";
const ALICLOUD_ROLE: &str = "acs:ram::1000000000000001:role/images";

/// Runs an example as the session of a role that may do what the page prints, assumed by a user
/// who may do just this. Both are trusted; what is missing is a permission.
fn with_a_role(stem: &str, assume_role: &str, allowed: &[&str]) -> Result<(), String> {
    let example = format!("data-sources/imageguard_{stem}/data-source.tf");
    let printed = printed_actions(&format!("data-sources/{stem}.md"));
    let simulator = Simulator::start(world(
        [golden_image("m-golden1", 9)],
        [golden_ami("ami-00000000000000a1", 9)],
    ));
    simulator.edit(|world| {
        let allowed: BTreeSet<_> = allowed.iter().map(|&action| action.to_owned()).collect();
        let role =
            |arn, runner| Role { permissions: Some(printed), ..Role::new(arn).trusts(runner) };
        let key = |id, runner| AccessKey {
            permissions: Some(allowed.clone()),
            ..AccessKey::new(id, "runner-secret", runner)
        };
        if stem.starts_with("aws") {
            world.aws.roles.push(role(AWS_ROLE, AWS_RUNNER));
        } else {
            world.alicloud.roles.push(role(ALICLOUD_ROLE, ALICLOUD_RUNNER));
        }
        world.aws.access_keys.push(key("AKIARUNNER", AWS_RUNNER));
        world.alicloud.access_keys.push(key("LTAI5tRunner", ALICLOUD_RUNNER));
    });
    let run = Workspace::example(&example)
        .on(&simulator)
        .variable("AWS_ACCESS_KEY_ID", "AKIARUNNER")
        .variable("AWS_SECRET_ACCESS_KEY", "runner-secret")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tRunner")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "runner-secret");
    let text = fs::read_to_string(run.path("main.tf")).unwrap();
    let cloud = stem.split('_').next().unwrap();
    let blocks: Vec<_> = text.lines().filter(|line| is_block_of(cloud, line)).collect();
    assert_eq!(blocks.len(), 1, "{text}");
    let with_role = blocks[0].replacen('{', &format!("{{ {assume_role},"), 1);
    run.write("main.tf", &text.replace(blocks[0], &with_role));
    let plan = run.terraform(&["plan", "-no-color"]);
    if plan.success { Ok(()) } else { Err(unwrapped(&plan.text)) }
}

/// Tells whether a line is `cloud = { … }`.
fn is_block_of(cloud: &str, line: &str) -> bool {
    line.trim().strip_prefix(cloud).is_some_and(|rest| rest.trim_start().starts_with("= {"))
}

/// The caller needs this permission and no other, and the page of the provider says so.
fn a_role_needs(stem: &str, assume_role: &str, runner: &str, role: &str) {
    assert_eq!(with_a_role(stem, assume_role, &["sts:AssumeRole"]), Ok(()));
    let told = with_a_role(stem, assume_role, &["sts:GetCallerIdentity"]).unwrap_err();
    for part in ["Role Cannot Be Assumed", runner, role, "request id", "a policy of the caller"] {
        assert!(told.contains(part), "no `{part}` in:\n{told}");
    }
    let index = fs::read_to_string(Path::new(ROOT).join("docs/index.md")).unwrap();
    let (_, section) = index.split_once(&format!("## Credentials for {}", title(stem))).unwrap();
    let section = section.split("\n## ").next().unwrap();
    assert!(section.contains("have to allow `sts:AssumeRole` on"), "{section}");
}

fn title(stem: &str) -> &'static str {
    if stem.starts_with("aws") { "AWS" } else { "Alibaba Cloud" }
}

#[test]
fn a_role_on_alicloud_needs_assume_role_of_its_caller() {
    let assume_role = format!("assume_role = {{ role_arn = \"{ALICLOUD_ROLE}\" }}");
    a_role_needs("alicloud_image", &assume_role, ALICLOUD_RUNNER, ALICLOUD_ROLE);
}

#[test]
fn a_role_on_aws_needs_assume_role_of_its_caller() {
    let assume_role = format!("assume_role = [{{ role_arn = \"{AWS_ROLE}\" }}]");
    a_role_needs("aws_image", &assume_role, AWS_RUNNER, AWS_ROLE);
}
