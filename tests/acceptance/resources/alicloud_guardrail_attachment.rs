//! `imageguard_alicloud_guardrail_attachment`.

use std::{fs, path::Path};

use imageguard_simulator::{
    Account, Role, Simulator, World,
    alicloud::{
        ACCOUNT, ControlPolicy, FeatureStatus, Group, Policy, PolicyAttachment, ResourceDirectory,
    },
};

use super::attachment_scenarios::{self, Cloud, Side, Switch, scenarios};
use crate::{
    clouds::days_ago,
    harness::{ROOT, Workspace},
};

const FOLDER: &str = "resources/imageguard_alicloud_guardrail_attachment";
const MEMBER: &str = "1000000000000002";
const DOCUMENT: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:ExportImage","Resource":"*"}]}"#;

const ALICLOUD: Cloud = Cloud {
    name: "alicloud",
    vendor: "Alibaba Cloud",
    region: "cn-hangzhou",
    world,
    organisation: Side {
        guardrail: |number| format!("cp-guard{number:02}"),
        targets: ["fd-dev", "r-Wm4iUl", MEMBER],
        nobody: "fd-nobody",
        attached: |world, target| {
            let attachments = directory_of(world).attachments.iter();
            let here = attachments.filter(|attachment| attachment.target == target);
            here.map(|attachment| attachment.policy.clone()).collect()
        },
        attach: |world, policy, target| directory(world).attach(policy, target, days_ago(1)),
        detach: |world, policy, target| directory(world).detach(policy, target),
        delete: |world, policy| directory(world).delete(policy),
        remove: |world| {
            let directory = directory(world);
            directory.attachments.clear();
            directory.members.clear();
            directory.folders.clear();
        },
        calls: [
            "AttachControlPolicy",
            "DetachControlPolicy",
            "ListControlPolicyAttachmentsForTarget",
        ],
        service: "resourcemanager",
        creation: &[
            "GetResourceDirectory",
            "ListControlPolicyAttachmentsForTarget",
            "GetResourceDirectory",
            "ListControlPolicyAttachmentsForTarget",
            "GetResourceDirectory",
            "AttachControlPolicy",
            "ListControlPolicyAttachmentsForTarget",
        ],
        deletion: &[
            "ListControlPolicyAttachmentsForTarget",
            "DetachControlPolicy",
            "ListControlPolicyAttachmentsForTarget",
        ],
        room: 10,
    },
    account: Side {
        guardrail: |number| format!("guard{number:02}"),
        targets: ["user/deploy", "group/developers", "role/web"],
        nobody: "user/nobody",
        attached: |world, target| {
            let attachments = world.alicloud.ram.attachments.iter();
            let here = attachments.filter(|attachment| attachment.to == target);
            here.map(|attachment| attachment.policy.clone()).collect()
        },
        attach: |world, policy, target| {
            world.alicloud.ram.attach(PolicyAttachment::new(policy, target));
        },
        detach: |world, policy, target| world.alicloud.ram.detach(ACCOUNT, policy, target),
        delete: |world, policy| world.alicloud.ram.delete(ACCOUNT, policy),
        remove: |world| {
            world.alicloud.ram.attachments.clear();
            world.alicloud.ram.users.clear();
        },
        calls: ["AttachPolicyToUser", "DetachPolicyFromUser", "ListPoliciesForUser"],
        service: "ram",
        creation: &[
            "ListPoliciesForUser",
            "GetCallerIdentity",
            "ListPoliciesForUser",
            "GetCallerIdentity",
            "GetCallerIdentity",
            "AttachPolicyToUser",
            "ListPoliciesForUser",
        ],
        deletion: &[
            "ListPoliciesForUser",
            "GetCallerIdentity",
            "DetachPolicyFromUser",
            "ListPoliciesForUser",
        ],
        room: 10,
    },
    switch: |world, switch| {
        let directory = directory(world);
        directory.switch_off();
        match switch {
            Switch::Off => directory.control_policy_status = FeatureStatus::Disabled,
            Switch::TurningOn(polls) => {
                directory.pending_polls = polls;
                directory.switch_on();
            }
        }
    },
    feature: "Control Policies",
    dissolve: |world| world.alicloud.resource_directory = None,
    lag: |world, listings| {
        directory(world).listing_lag = listings;
        world.alicloud.ram.listing_lag = listings;
    },
    slow: |world, milliseconds| directory(world).write_ms = milliseconds,
    stranger: ["1000000000000003", "acs:ram::1000000000000003:root"],
    add_account: |world, id| world.alicloud.accounts.push(Account::new(id, "stranger")),
    add_key: |world, key| world.alicloud.access_keys.push(key),
    callers: [
        "acs:ram::1000000000000001:user/deploy",
        "acs:ram::1000000000000001:assumed-role/web/session",
    ],
    join: |world| {
        world.alicloud.ram.groups[0].members.insert("deploy".to_owned());
    },
    layer: "AccountLevelIdentityBasedPolicy",
    managers: "managed by the management account of the resource directory",
};

scenarios! { ALICLOUD =>
    guardrails_are_attached_and_detached,
    the_state_says_what_is_where,
    a_detachment_by_others_is_told_and_repaired,
    a_guardrail_that_is_deleted_is_told_as_such,
    a_target_that_is_deleted_takes_the_attachment_along,
    a_feature_that_is_switched_off_is_told_with_the_way_back,
    a_new_attachment_needs_the_feature_in_the_apply_only,
    an_organisation_that_is_gone_takes_its_attachments_along,
    what_is_attached_already_is_taken_over_with_a_warning,
    what_cannot_be_imported_says_why,
    an_attachment_outlives_its_name,
    a_change_of_guardrail_or_target_makes_another_attachment,
    a_policy_too_many_in_the_organisation_is_an_error_of_the_plan,
    a_policy_too_many_in_an_account_is_a_warning_before_it_is_an_error,
    a_replacement_on_a_full_target_has_the_place_that_it_gives_up,
    ten_attachments_at_once_get_in_nobodys_way,
    listings_that_lag_are_waited_for,
    a_listing_that_lags_too_long_is_a_warning,
    one_stale_listing_does_not_make_an_attachment_gone,
    whoever_is_killed_at_any_call_goes_on_later,
    lost_answers_and_full_queues_do_no_harm,
    a_target_that_does_not_exist_is_told_in_the_plan,
    a_guardrail_that_does_not_exist_is_told_at_its_id,
    bad_inputs_are_told_without_a_question,
    what_is_known_only_after_apply_is_checked_then,
    two_attachments_of_one_guardrail_are_refused,
    whoever_binds_themselves_is_warned,
    a_denial_names_the_caller_and_who_may,
    credentials_of_another_account_do_not_make_it_gone,
    no_more_calls_than_needed,
}

fn directory_of(world: &World) -> &ResourceDirectory {
    world.alicloud.resource_directory.as_ref().unwrap()
}

fn directory(world: &mut World) -> &mut ResourceDirectory {
    world.alicloud.resource_directory.as_mut().unwrap()
}

/// An organisation and an account, each with eleven guardrails, and those of the examples.
fn world() -> World {
    let mut world = World::default();
    let mut directory = ResourceDirectory::enabled().folder("fd-dev", "").member(MEMBER, "fd-dev");
    directory.root = "r-Wm4iUl".to_owned();
    let numbered = (0..11).map(|number| (ALICLOUD.organisation.guardrail)(number));
    for id in numbered.chain(["cp-jExXAqIYkwHN2rQx".to_owned()]) {
        directory.control_policies.push(ControlPolicy {
            name: id.clone(),
            id,
            description: String::new(),
            document: DOCUMENT.to_owned(),
            tags: [].into(),
            created_at: days_ago(1),
            updated_at: days_ago(1),
        });
    }
    world.alicloud.accounts.push(Account::new(MEMBER, "team"));
    world.alicloud.resource_directory = Some(directory);
    let numbered = (0..11).map(|number| (ALICLOUD.account.guardrail)(number));
    for name in numbered.chain(["golden-images-only".to_owned()]) {
        world.alicloud.ram.policies.push(Policy::new(name, DOCUMENT));
    }
    world.alicloud.ram.users.insert(format!("acs:ram::{ACCOUNT}:user/deploy"));
    world.alicloud.ram.groups.push(Group::new("developers", []));
    world.alicloud.roles.push(Role::new(format!("acs:ram::{ACCOUNT}:role/web")));
    world
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("examples").join(name)).unwrap()
}

#[test]
fn the_example_is_applied_and_taken_back() {
    let simulator = Simulator::start(world());
    let run = Workspace::example("resources/imageguard_alicloud_guardrail_attachment/resource.tf")
        .on(&simulator);
    run.apply();
    let there = |simulator: &Simulator| {
        simulator.edit(|world| (ALICLOUD.organisation.attached)(world, "r-Wm4iUl"))
    };
    assert_eq!(there(&simulator), ["cp-jExXAqIYkwHN2rQx"]);
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert!(there(&simulator).is_empty());
}

#[test]
fn it_needs_exactly_its_policy() {
    let folder = "resources/imageguard_alicloud_guardrail_attachment";
    let names = ["resource.tf", "users-groups-roles/main.tf"];
    let examples = names.map(|name| example(&format!("{folder}/{name}")));
    attachment_scenarios::needs_exactly_its_policy(
        &ALICLOUD,
        examples.each_ref().map(String::as_str),
    );
}

#[test]
fn users_groups_and_roles_have_it_as_the_example_says() {
    let simulator = Simulator::start(world());
    let folder = "resources/imageguard_alicloud_guardrail_attachment/users-groups-roles";
    let run = Workspace::example(&format!("{folder}/main.tf")).on(&simulator);
    run.apply();
    let there = |simulator: &Simulator| {
        simulator.edit(|world| {
            ALICLOUD.account.targets.map(|target| (ALICLOUD.account.attached)(world, target))
        })
    };
    assert_eq!(there(&simulator), [const { ["golden-images-only"] }; 3]);
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert!(there(&simulator).iter().all(Vec::is_empty));
}

/// Terraform makes the guardrail first, and detaches it before it goes.
#[test]
fn a_guardrail_and_its_attachments_come_and_go_together() {
    let simulator = Simulator::start(world());
    simulator.edit(|world| (ALICLOUD.lag)(world, 2));
    let folder = "resources/imageguard_alicloud_guardrail_attachment/with-its-guardrail";
    let run = Workspace::example(&format!("{folder}/main.tf")).on(&simulator);
    let before = simulator.edit(|world| directory_of(world).control_policies.len());
    run.apply();
    simulator.edit(|world| {
        let directory = directory_of(world);
        assert_eq!(directory.control_policies.len(), before + 1);
        let attachments = directory.attachments.iter();
        let mut targets: Vec<_> = attachments.map(|it| it.target.as_str()).collect();
        targets.sort_unstable();
        assert_eq!(targets, ["fd-dev", "r-Wm4iUl"]);
    });
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
    simulator.edit(|world| {
        assert_eq!(directory_of(world).control_policies.len(), before);
        assert!(directory_of(world).attachments.is_empty());
    });
}

#[test]
fn an_attachment_is_imported_by_id_and_by_identity() {
    attachment_scenarios::import(
        || {
            let simulator = Simulator::start(world());
            simulator.edit(|world| {
                (ALICLOUD.organisation.attach)(world, "cp-jExXAqIYkwHN2rQx", "r-Wm4iUl");
            });
            let text = example(&format!("{FOLDER}/resource.tf"));
            let run = Workspace::new(&text).on(&simulator);
            (simulator, run)
        },
        &example("resources/imageguard_alicloud_guardrail_attachment/import.sh"),
        &example("resources/imageguard_alicloud_guardrail_attachment/import-by-identity.tf"),
    );
}

/// The vendor's own policy has everything allowed and counts for nothing.
#[test]
fn the_vendors_own_policies_are_no_guardrails_and_take_no_place() {
    let simulator = Simulator::start(world());
    let side = &ALICLOUD.organisation;
    let text = example(&format!("{FOLDER}/resource.tf"));
    let run = Workspace::new(&text.replace("cp-jExXAqIYkwHN2rQx", "cp-FullAliyunAccess"));
    let told = run.on(&simulator).refused();
    assert!(told.contains("Invalid Guardrail Id") && told.contains("vendor's own"), "{told}");
    for number in 0..9 {
        simulator.edit(|world| (side.attach)(world, &(side.guardrail)(number), "r-Wm4iUl"));
    }
    Workspace::new(&text).on(&simulator).apply();
}
