//! `imageguard_aws_guardrail`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use imageguard_simulator::{
    AccessKey, Account, Simulator, World, alicloud,
    aws::{
        self, ACCOUNT, Organization, Policy, PolicyAttachment, PolicyTypeStatus,
        ServiceControlPolicy,
    },
};
use serde_json::json;

use super::guardrail_scenarios::{Cloud, Seen, Side, scenarios};
use crate::{
    clouds::days_ago,
    harness::{ROOT, Workspace, unwrapped},
    permissions::printed_actions,
    versions::TERRAFORM_1_15,
};

const FOLDER: &str = "resources/imageguard_aws_guardrail";
const STRANGER: &str = "333344445555";
const DELEGATE: &str = "444455556666";
const UNIT: &str = "ou-smlt-team0001";

const AWS: Cloud = Cloud {
    name: "aws",
    vendor: "AWS",
    world,
    sides: [
        Side {
            level: "scp",
            renames: true,
            policies: |world| {
                let policies = world.aws.organization.iter();
                policies.flat_map(|organization| &organization.policies).map(seen).collect()
            },
            rewrite: |world, document| organization(world).policies[0].document = document,
            place: |world, name, document| {
                organization(world).policies.push(ServiceControlPolicy {
                    id: format!("p-{name:0<8}"),
                    name: name.to_owned(),
                    description: String::new(),
                    document: document.to_owned(),
                    tags: BTreeMap::new(),
                });
            },
            clear: |world| {
                organization(world).attachments.clear();
                organization(world).policies.clear();
            },
            attach: |world| {
                let policy = organization(world).policies[0].id.clone();
                organization(world).attach(&policy, UNIT);
                UNIT
            },
            detach: |world| organization(world).attachments.clear(),
            calls: ["CreatePolicy", "UpdatePolicy", "TagResource", "DeletePolicy"],
        },
        Side {
            level: "iam_policy",
            renames: false,
            policies: |world| world.aws.iam.policies.iter().map(seen_in_iam).collect(),
            rewrite: |world, document| {
                world.aws.iam.policies[0].add_version(document, true, days_ago(0));
            },
            place: |world, name, document| {
                world.aws.iam.policies.push(Policy::new(name, document));
            },
            clear: |world| {
                world.aws.iam.attachments.clear();
                world.aws.iam.policies.clear();
            },
            attach: |world| {
                let policy = world.aws.iam.policies[0].arn.clone();
                let attached =
                    PolicyAttachment { policy, ..PolicyAttachment::new("", "user/deploy") };
                world.aws.iam.attachments.push(attached);
                "user/deploy"
            },
            detach: |world| world.aws.iam.attachments.clear(),
            calls: ["CreatePolicy", "CreatePolicyVersion", "TagPolicy", "DeletePolicy"],
        },
    ],
    roles: [
        "arn:aws:iam::111122223333:role/factory",
        "arn:aws:iam::111122223333:role/approver",
        "arn:aws:iam::111122223333:role/migration",
    ],
    export: "ec2:ExportImage",
    switch_off: |world| {
        organization(world).attachments.clear();
        organization(world).service_control_policy_status = PolicyTypeStatus::Disabled;
    },
    stranger: (STRANGER, |world| {
        let root = format!("arn:aws:iam::{STRANGER}:root");
        world.aws.accounts.push(Account::new(STRANGER, "stranger"));
        world.aws.access_keys.push(AccessKey::new("AKIASTRANGER", "stranger-secret", &root));
        ("AKIASTRANGER".to_owned(), "stranger-secret".to_owned())
    }),
    delegate: (DELEGATE, |world| {
        let root = format!("arn:aws:iam::{DELEGATE}:root");
        world.aws.accounts.push(Account::new(DELEGATE, "security"));
        world.aws.access_keys.push(AccessKey::new("AKIADELEGATE", "delegate-secret", &root));
        let organization = organization(world);
        *organization = organization.clone().member(DELEGATE, UNIT);
        organization.delegated_administrators.insert(DELEGATE.to_owned());
        ("AKIADELEGATE".to_owned(), "delegate-secret".to_owned())
    }),
    key: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
};

scenarios! { AWS =>
    a_guardrail_lives_changes_and_goes,
    reasons_and_owners_need_no_call,
    a_new_golden_rule_is_a_new_document,
    drift_is_told_with_a_request_and_put_right,
    a_document_that_reads_differently_is_no_change,
    a_policy_that_is_gone_is_made_again,
    a_name_changes_as_the_vendor_allows,
    it_is_not_deleted_while_it_is_attached,
    versions_do_not_run_out,
    policies_that_are_switched_off_bind_nobody,
    an_end_in_the_past_is_a_warning,
    what_is_known_only_after_apply_is_checked_then,
    what_a_lost_answer_has_made_is_taken_over,
    a_name_of_another_policy_is_taken,
    a_foreign_policy_is_not_imported,
    half_an_update_is_finished_by_the_next_apply,
    calls_that_fail_leave_what_there_is,
    the_account_of_the_policy_is_the_only_one,
    a_policy_that_is_gone_since_the_plan_is_told,
    codes_and_limits_may_be_known_only_after_apply,
    a_policy_that_replaces_itself_stays,
    two_guardrails_of_one_name_are_refused,
    a_delegated_administrator_manages_the_same_policy,
    bad_inputs_are_told_in_the_plan,
}

/// The management account of an organisation with a unit, and a user.
fn world() -> World {
    let mut world = World::default();
    world.aws.organization = Some(Organization::enabled().unit(UNIT, ""));
    world.aws.iam.users.insert(format!("arn:aws:iam::{ACCOUNT}:user/deploy"));
    world
}

fn organization(world: &mut World) -> &mut Organization {
    world.aws.organization.as_mut().unwrap()
}

fn seen(policy: &ServiceControlPolicy) -> Seen {
    Seen {
        id: policy.id.clone(),
        name: policy.name.clone(),
        description: policy.description.clone(),
        tags: pairs(&policy.tags),
        document: policy.document.clone(),
        versions: 1,
    }
}

fn seen_in_iam(policy: &Policy) -> Seen {
    Seen {
        id: policy.arn.clone(),
        name: policy.name().to_owned(),
        description: policy.description.clone(),
        tags: pairs(&policy.tags),
        document: policy.default_version().document.clone(),
        versions: policy.versions.len(),
    }
}

fn pairs(tags: &BTreeMap<String, String>) -> Vec<String> {
    tags.iter().map(|(key, value)| format!("{key}={value}")).collect()
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("examples").join(name)).unwrap()
}

#[test]
fn the_examples_are_applied_and_taken_back() {
    for (name, side) in [("resource.tf", &AWS.sides[0]), ("account-level/main.tf", &AWS.sides[1])] {
        let simulator = Simulator::start(world());
        let run = Workspace::example(&format!("{FOLDER}/{name}")).on(&simulator);
        run.apply();
        let policies = simulator.edit(|world| (side.policies)(world));
        assert_eq!(policies.len(), 1, "{name}");
        assert!(run.terraform(&["destroy", "-auto-approve"]).success);
        assert!(simulator.edit(|world| (side.policies)(world).is_empty()));
    }
}

/// All that is not in the document is recorded by the next apply, without a call.
#[test]
fn a_guardrail_is_imported_by_name_and_by_identity() {
    let resource = example("resources/imageguard_aws_guardrail/resource.tf");
    let command = example("resources/imageguard_aws_guardrail/import.sh");
    let by_identity = example("resources/imageguard_aws_guardrail/import-by-identity.tf");
    let address = "imageguard_aws_guardrail.golden";
    let simulator = Simulator::start(world());
    Workspace::new(&resource).on(&simulator).apply();
    let policies = AWS.sides[0].policies;
    let before = simulator.edit(|world| policies(world));

    let run = Workspace::new(&resource).on(&simulator);
    let words: Vec<_> = command.split_whitespace().skip(1).chain(["-no-color"]).collect();
    let imported = run.terraform(&words);
    assert!(imported.success, "{}", imported.text);
    let planned = run.planned();
    let change = planned.change(address);
    let mut after = change["after"].clone();
    assert_eq!(change["actions"], json!(["update"]));
    for part in ["reason", "owner"] {
        assert!(change["before"]["exemptions"][0][part].is_null());
        after["exemptions"][0][part] = json!(null);
    }
    assert_eq!(after, change["before"], "nothing but reason and owner");
    run.apply();
    assert_eq!(simulator.edit(|world| policies(world)), before);

    let run = Workspace::new(&resource).on(&simulator).on_version(TERRAFORM_1_15);
    run.write("import.tf", &by_identity);
    run.apply();
    assert_eq!(simulator.edit(|world| policies(world)), before);
}

/// A guardrail at the level `iam_policy`, with more attributes.
fn in_iam(more: &str) -> String {
    let text = example("resources/imageguard_aws_guardrail/account-level/main.tf");
    text.replace("path        = \"/security/\"\n", more)
}

#[test]
fn a_path_makes_another_policy_and_the_usual_one_can_be_left_out() {
    let simulator = Simulator::start(world());
    let run = Workspace::new(&in_iam("")).on(&simulator);
    run.apply();
    run.write("main.tf", &in_iam("path = \"/\"\n"));
    assert!(run.planned().text.contains("1 to change"));
    let written = simulator.journal().len();
    run.apply();
    let reads = simulator.journal().split_off(written);
    assert!(reads.iter().all(|entry| entry.action.starts_with("Get")), "{reads:?}");
    // Names are unique whatever the path: with `create_before_destroy` one needs another.
    let moved = in_iam("path = \"/images/\"\n").replace("golden-images\"", "golden-images-2\"");
    run.write("main.tf", &moved);
    let planned = run.planned();
    assert_eq!(
        planned.actions("imageguard_aws_guardrail.golden"),
        &json!(["create", "delete"]),
        "{}",
        planned.text
    );
    assert!(planned.text.contains("Guardrail golden-images Is Replaced"), "{}", planned.text);
    run.apply();
    let policies = simulator.edit(|world| world.aws.iam.policies.clone());
    let arns: Vec<_> = policies.iter().map(|policy| &*policy.arn).collect();
    assert_eq!(arns, ["arn:aws:iam::111122223333:policy/images/golden-images-2"]);

    let again = Workspace::new(&moved).on(&simulator);
    let imported = again.terraform(&[
        "import",
        "imageguard_aws_guardrail.golden",
        &format!("iam_policy:{}", policies[0].arn),
    ]);
    assert!(imported.success, "{}", imported.text);
    let planned = again.planned();
    let change = planned.change("imageguard_aws_guardrail.golden");
    // What is accepted is in no cloud.
    assert_eq!(change["actions"], json!(["update"]), "{}", planned.text);
    assert_eq!(change["before"]["path"], json!("/images/"));
}

#[test]
fn a_description_that_cannot_change_is_told_in_the_plan() {
    let simulator = Simulator::start(world());
    let run = Workspace::new(&in_iam("")).on(&simulator);
    run.apply();
    let text = in_iam("").replace("Machines start from", "Nothing but");
    run.write("main.tf", &text);
    let told = unwrapped(&run.refused());
    assert!(told.contains("Error: Description Cannot Change"), "{told}");
    assert!(told.contains("Change `name`, too"), "{told}");
    run.write("main.tf", &text.replace("golden-images\"", "golden-images-2\""));
    run.apply();
    let policies = simulator.edit(|world| (AWS.sides[1].policies)(world));
    assert_eq!(policies.len(), 1);
    assert_eq!(policies[0].description, "Nothing but approved images");
    // Another level is another policy as well, whatever its description.
    let scp = text.replace("iam_policy", "scp").replace("Nothing", "Little");
    run.write("main.tf", &scp);
    run.apply();
    run.write("main.tf", &text);
    run.apply();
}

#[test]
fn paths_and_tags_are_checked_in_the_plan() {
    let simulator = Simulator::start(world());
    let run = Workspace::new("").on(&simulator);
    let refused = |text: &str| {
        run.write("main.tf", text);
        unwrapped(&run.refused())
    };
    let long = format!("/{}/", "x".repeat(511));
    for path in ["security/", "/security", "//x/", "/x y/", "/a:b/", "/a*/", "", &long] {
        let told = refused(&in_iam(&format!("path = \"{path}\"\n")));
        assert!(
            told.contains("Error: Invalid Path") && told.contains("`/security/images/`"),
            "{told}"
        );
    }
    let told = refused(&in_iam("path = \"/security/\"\n").replace("iam_policy", "scp"));
    assert!(told.contains("Error: No Path At This Level"), "{told}");
    let reserved = in_iam("").replace("team = ", "\"aws:team\" = ");
    let told = refused(&reserved);
    assert!(told.contains("Error: Reserved Tag") && told.contains("`aws:team`"), "{told}");
}

/// The first version is put in force again, and three more are there: five in all.
#[test]
fn another_default_version_is_named_and_the_oldest_that_is_not_in_force_goes() {
    let simulator = Simulator::start(world());
    let run = Workspace::new(&in_iam("")).on(&simulator);
    run.apply();
    let ours = simulator.edit(|world| {
        let policy = &mut world.aws.iam.policies[0];
        let ours = policy.versions[0].document.clone();
        let theirs = ours.replace("ec2:CopyImage", "ec2:CopyNothing");
        for number in 2..=5 {
            assert_eq!(policy.add_version(theirs.clone(), false, days_ago(0)), number);
        }
        policy.set_default(3);
        ours
    });
    let told = unwrapped(&run.planned().text);
    let parts = ["Its default version is v3 instead of v1", "calls `ec2:CopyImage`"];
    assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    simulator.clear_journal();
    run.apply();
    let policy = simulator.edit(|world| world.aws.iam.policies[0].clone());
    let numbers: Vec<_> = policy.versions.iter().map(|version| version.number).collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6]);
    assert!(policy.default_version().number == 6 && policy.default_version().document == ours);
    let journal = simulator.journal();
    let writes = journal.iter().map(|entry| &*entry.action);
    let writes = writes.filter(|it| !it.starts_with("Get") && !it.starts_with("List"));
    let writes: Vec<_> = writes.collect();
    assert_eq!(writes, ["DeletePolicyVersion", "CreatePolicyVersion"]);
}

#[test]
fn what_iam_does_not_show_yet_is_waited_for() {
    let simulator = Simulator::start(world());
    simulator.edit(|world| world.aws.iam.creation_lag = 2);
    let run = Workspace::new(&in_iam("")).on(&simulator);
    run.apply();
    assert_eq!(simulator.edit(|world| world.aws.iam.policies.len()), 1);
}

/// The guardrail is there, and the state knows it.
#[test]
fn whoever_may_not_look_is_told_and_goes_on_once_they_may() {
    let simulator = Simulator::start(world());
    let runner = format!("arn:aws:iam::{ACCOUNT}:user/runner");
    let all = printed_actions("resources/aws_guardrail.md");
    let may = |simulator: &Simulator, actions: &BTreeSet<String>| {
        let mut key = AccessKey::new("AKIARUNNER", "runner-secret", &runner);
        key.permissions = Some(actions.clone());
        simulator.edit(|world| {
            world.aws.access_keys.retain(|key| key.id != "AKIARUNNER");
            world.aws.access_keys.push(key);
        });
    };
    let mut blind = all.clone();
    assert!(blind.remove("organizations:DescribePolicy"));
    may(&simulator, &blind);
    let run = Workspace::example(&format!("{FOLDER}/resource.tf"))
        .on(&simulator)
        .variable("AWS_ACCESS_KEY_ID", "AKIARUNNER")
        .variable("AWS_SECRET_ACCESS_KEY", "runner-secret");
    let told = unwrapped(&run.apply_refused());
    for part in [
        "Access Denied By AWS",
        &format!("Allow {runner} to call organizations:DescribePolicy"),
        "or by a member account that it has delegated this to",
    ] {
        assert!(told.contains(part), "no `{part}` in:\n{told}");
    }
    assert_eq!(run.resources().len(), 1);
    may(&simulator, &all);
    run.apply();
    assert_eq!(simulator.edit(|world| (AWS.sides[0].policies)(world).len()), 1);
}

#[test]
fn a_member_account_manages_the_organisation_only_if_it_may() {
    const MEMBER: &str = "222233334444";
    let mut world = world();
    let root = format!("arn:aws:iam::{MEMBER}:root");
    world.aws.accounts.push(Account::new(MEMBER, "team"));
    world.aws.access_keys.push(AccessKey::new("AKIATEAM", "team-secret", &root));
    world.aws.organization = Some(Organization::enabled().unit(UNIT, "").member(MEMBER, UNIT));
    let simulator = Simulator::start(world);
    let run = Workspace::example(&format!("{FOLDER}/resource.tf"))
        .on(&simulator)
        .variable("AWS_ACCESS_KEY_ID", "AKIATEAM")
        .variable("AWS_SECRET_ACCESS_KEY", "team-secret");
    let told = unwrapped(&run.apply_refused());
    assert!(told.contains("managed by the management account of the organisation"), "{told}");
    simulator.edit(|world| {
        organization(world).delegated_administrators.insert(MEMBER.to_owned());
    });
    run.apply();
    assert_eq!(simulator.edit(|world| (AWS.sides[0].policies)(world).len()), 1);
    simulator.edit(|world| world.aws.organization = None);
    let told = unwrapped(&run.refused());
    assert!(told.contains("Switched Off On AWS"), "{told}");
}

/// Nothing but what is exempt tells in this document which partition it is for.
#[test]
fn each_partition_has_documents_of_its_own() {
    let text = example("resources/imageguard_aws_guardrail/account-level/main.tf");
    let (provider, _) = text.split_once("# For the users").unwrap();
    let configuration = |region: &str, role: &str| {
        format!(
            "{}resource \"imageguard_aws_guardrail\" \"golden\" {{\n  level = \"iam_policy\"\n  \
             name = \"golden\"\n  rules = {{ export = {{ exempt_principals = [\"{role}\"] }} }}\n}}\n",
            provider.replace("eu-central-1", region)
        )
    };
    let partitions =
        [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-eusc", "eusc-de-east-1")];
    for (partition, region) in partitions {
        let mut world = world();
        world.aws.regions = vec![aws::Region::new(region)];
        let root = format!("arn:{partition}:iam::{ACCOUNT}:root");
        world.aws.access_keys = vec![AccessKey::new("AKIAROOT", "root-secret", &root)];
        world.aws.iam.users.clear();
        let simulator = Simulator::start(world);
        let role = format!("arn:{partition}:iam::{ACCOUNT}:role/factory");
        let run = Workspace::new(&configuration(region, &role.replace(partition, "aws")))
            .on(&simulator)
            .variable("AWS_ACCESS_KEY_ID", "AKIAROOT")
            .variable("AWS_SECRET_ACCESS_KEY", "root-secret");
        let told = unwrapped(&run.refused());
        assert!(told.contains(&format!("write `arn:{partition}:iam::")), "{told}");
        run.write("main.tf", &configuration(region, &role));
        run.apply();
        simulator.edit(|world| {
            let policy = &mut world.aws.iam.policies[0];
            assert_eq!(policy.arn, format!("arn:{partition}:iam::{ACCOUNT}:policy/golden"));
            let document = policy.default_version().document.clone();
            policy.add_version(document.replace("role/factory", "role/*"), true, days_ago(0));
        });
        let told = unwrapped(&run.planned().text);
        let witness =
            format!("`arn:{partition}:iam::{ACCOUNT}:role/somebody` calls `ec2:ExportImage`");
        assert!(told.contains(&witness), "{told}");
        run.apply();
        assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    }
    let run = Workspace::new(&configuration("us-iso-east-1", "arn:aws:iam::111122223333:role/x"))
        .on(&Simulator::start(world()));
    let told = unwrapped(&run.refused());
    assert!(told.contains("Error: Unknown Partition") && told.contains("`aws-iso`"), "{told}");
}

#[test]
fn both_clouds_have_their_guardrails_side_by_side() {
    let mut world = world();
    world.alicloud.resource_directory = Some(alicloud::ResourceDirectory::enabled());
    let simulator = Simulator::start(world);
    let run =
        Workspace::example("resources/imageguard_aws_guardrail/both-clouds/main.tf").on(&simulator);
    run.apply();
    let proofs = run.outputs()["proof"].clone();
    for (cloud, rule) in [("alicloud", "launch"), ("aws", "launch"), ("aws", "share")] {
        let proof = proofs[cloud][format!("{rule}.protection")].as_str().unwrap();
        assert!(proof.starts_with("proved"), "{cloud}: {proof}");
    }
    assert_eq!(run.resources().len(), 2);
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert_eq!(simulator.edit(|world| (AWS.sides[0].policies)(world)), []);
}
