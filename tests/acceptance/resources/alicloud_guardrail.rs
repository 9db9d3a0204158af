//! `imageguard_alicloud_guardrail`.

use std::{collections::BTreeMap, fs, path::Path};

use imageguard_simulator::{
    AccessKey, Account, Simulator, World,
    alicloud::{ACCOUNT, ControlPolicy, Policy, PolicyAttachment, ResourceDirectory},
};
use serde_json::json;

use super::guardrail_scenarios::{Cloud, Seen, Side, scenarios};
use crate::{
    clouds::days_ago,
    harness::{ROOT, Workspace},
    versions::TERRAFORM_1_15,
};

const STRANGER: &str = "1000000000000009";
const DELEGATE: &str = "1000000000000008";

const ALICLOUD: Cloud = Cloud {
    name: "alicloud",
    vendor: "Alibaba Cloud",
    world,
    sides: [
        Side {
            level: "control_policy",
            renames: true,
            policies: |world| {
                let policies = world.alicloud.resource_directory.iter();
                policies.flat_map(|directory| &directory.control_policies).map(seen).collect()
            },
            rewrite: |world, document| directory(world).control_policies[0].document = document,
            place: |world, name, document| {
                directory(world).control_policies.push(ControlPolicy {
                    id: format!("cp-{name}"),
                    name: name.to_owned(),
                    description: String::new(),
                    document: document.to_owned(),
                    tags: BTreeMap::new(),
                    created_at: days_ago(1),
                    updated_at: days_ago(1),
                });
            },
            clear: |world| {
                directory(world).attachments.clear();
                directory(world).control_policies.clear();
            },
            attach: |world| {
                let policy = directory(world).control_policies[0].id.clone();
                directory(world).attach(&policy, "fd-dev", days_ago(1));
                "fd-dev"
            },
            detach: |world| directory(world).attachments.clear(),
            calls: [
                "CreateControlPolicy",
                "UpdateControlPolicy",
                "TagResources",
                "DeleteControlPolicy",
            ],
        },
        Side {
            level: "ram_policy",
            renames: false,
            policies: |world| world.alicloud.ram.policies.iter().map(seen_in_ram).collect(),
            rewrite: |world, document| {
                world.alicloud.ram.policies[0].add_version(document, true, days_ago(0));
            },
            place: |world, name, document| {
                world.alicloud.ram.policies.push(Policy::new(name, document));
            },
            clear: |world| {
                world.alicloud.ram.attachments.clear();
                world.alicloud.ram.policies.clear();
            },
            attach: |world| {
                let policy = world.alicloud.ram.policies[0].name.clone();
                world.alicloud.ram.attach(PolicyAttachment::new(policy, "user/deploy"));
                "user/deploy"
            },
            detach: |world| world.alicloud.ram.attachments.clear(),
            calls: ["CreatePolicy", "CreatePolicyVersion", "TagResources", "DeletePolicy"],
        },
    ],
    roles: [
        "acs:ram::1000000000000001:role/factory",
        "acs:ram::1000000000000001:role/approver",
        "acs:ram::1000000000000001:role/migration",
    ],
    export: "ecs:ExportImage",
    switch_off: |world| directory(world).switch_off(),
    stranger: (STRANGER, |world| {
        let root = format!("acs:ram::{STRANGER}:root");
        world.alicloud.accounts.push(Account::new(STRANGER, "stranger"));
        world.alicloud.access_keys.push(AccessKey::new("LTAIstranger", "stranger-secret", &root));
        ("LTAIstranger".to_owned(), "stranger-secret".to_owned())
    }),
    delegate: (DELEGATE, |world| {
        let root = format!("acs:ram::{DELEGATE}:root");
        world.alicloud.accounts.push(Account::new(DELEGATE, "security"));
        world.alicloud.access_keys.push(AccessKey::new("LTAIdelegate", "delegate-secret", &root));
        let directory = directory(world);
        *directory = directory.clone().member(DELEGATE, "fd-dev");
        directory.delegated_administrators.insert(DELEGATE.to_owned());
        ("LTAIdelegate".to_owned(), "delegate-secret".to_owned())
    }),
    key: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
};

scenarios! { ALICLOUD =>
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

/// The management account of a directory with a folder, and a user.
fn world() -> World {
    let mut world = World::default();
    world.alicloud.resource_directory = Some(ResourceDirectory::enabled().folder("fd-dev", ""));
    world.alicloud.ram.users.insert(format!("acs:ram::{ACCOUNT}:user/deploy"));
    world
}

fn directory(world: &mut World) -> &mut ResourceDirectory {
    world.alicloud.resource_directory.as_mut().unwrap()
}

fn seen(policy: &ControlPolicy) -> Seen {
    Seen {
        id: policy.id.clone(),
        name: policy.name.clone(),
        description: policy.description.clone(),
        tags: pairs(&policy.tags),
        document: policy.document.clone(),
        versions: 1,
    }
}

fn seen_in_ram(policy: &Policy) -> Seen {
    Seen {
        id: policy.name.clone(),
        name: policy.name.clone(),
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
    let [organisation, account] = &ALICLOUD.sides;
    for (name, side) in [
        ("resources/imageguard_alicloud_guardrail/resource.tf", organisation),
        ("resources/imageguard_alicloud_guardrail/account-level/main.tf", account),
    ] {
        let simulator = Simulator::start(world());
        let run = Workspace::example(name).on(&simulator);
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
    let resource = example("resources/imageguard_alicloud_guardrail/resource.tf");
    let command = example("resources/imageguard_alicloud_guardrail/import.sh");
    let by_identity = example("resources/imageguard_alicloud_guardrail/import-by-identity.tf");
    let address = "imageguard_alicloud_guardrail.golden";
    let simulator = Simulator::start(world());
    Workspace::new(&resource).on(&simulator).apply();
    let policies = ALICLOUD.sides[0].policies;
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
