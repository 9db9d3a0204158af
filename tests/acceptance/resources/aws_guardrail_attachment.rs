//! `imageguard_aws_guardrail_attachment`.

use std::{fs, path::Path};

use imageguard_simulator::{
    AccessKey, Account, Role, Simulator, World,
    aws::{
        ACCOUNT, Group, Organization, Policy, PolicyAttachment, PolicyTypeStatus,
        ServiceControlPolicy,
    },
};

use serde_json::{Value, json};

use super::attachment_scenarios::{self, Cloud, Side, Switch, scenarios};
use crate::{
    clouds::Moto,
    harness::{ROOT, Workspace},
    official_clients::{self, run_at},
};

const MEMBER: &str = "222233334444";
const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:ExportImage","Resource":"*"}]}"#;
const OF_EXAMPLES: [&str; 2] =
    ["p-9f8e7d6c5b", "arn:aws:iam::111122223333:policy/golden-images-only"];

const AWS: Cloud = Cloud {
    name: "aws",
    vendor: "AWS",
    region: "eu-central-1",
    world,
    organisation: Side {
        guardrail: |number| format!("p-guard00{number:02}"),
        targets: ["ou-a1b2-team0001", "r-a1b2", MEMBER],
        nobody: "ou-a1b2-nobody01",
        attached: |world, target| {
            let attachments = organization_of(world).attachments.iter();
            let here = attachments.filter(|attachment| attachment.target == target);
            here.map(|attachment| attachment.policy.clone()).collect()
        },
        attach: |world, policy, target| organization(world).attach(policy, target),
        detach: |world, policy, target| organization(world).detach(policy, target),
        delete: |world, policy| {
            let organization = organization(world);
            organization.attachments.retain(|attachment| attachment.policy != policy);
            organization.policies.retain(|known| known.id != policy);
        },
        remove: |world| {
            let organization = organization(world);
            organization.attachments.clear();
            organization.members.clear();
            organization.units.clear();
        },
        calls: ["AttachPolicy", "DetachPolicy", "ListPoliciesForTarget"],
        service: "organizations",
        // An answer about the root serves for a moment.
        creation: &[
            "ListRoots",
            "ListPoliciesForTarget",
            "ListRoots",
            "ListPoliciesForTarget",
            "AttachPolicy",
            "ListPoliciesForTarget",
        ],
        deletion: &["ListPoliciesForTarget", "DetachPolicy", "ListPoliciesForTarget"],
        // `FullAWSAccess` takes one of ten places.
        room: 9,
    },
    account: Side {
        guardrail: |number| format!("arn:aws:iam::111122223333:policy/team/guard{number:02}"),
        targets: ["user/deploy", "group/developers", "role/web"],
        nobody: "user/nobody",
        attached: |world, target| {
            let attachments = world.aws.iam.attachments.iter();
            let here = attachments.filter(|attachment| attachment.to == target);
            here.map(|attachment| attachment.policy.clone()).collect()
        },
        attach: |world, policy, target| {
            world.aws.iam.attachments.push(PolicyAttachment {
                policy: policy.to_owned(),
                ..PolicyAttachment::new("", target)
            });
        },
        detach: |world, policy, target| {
            let is_other = |other: &PolicyAttachment| other.policy != policy || other.to != target;
            world.aws.iam.attachments.retain(is_other);
        },
        delete: |world, policy| {
            world.aws.iam.attachments.retain(|attachment| attachment.policy != policy);
            world.aws.iam.policies.retain(|known| known.arn != policy);
        },
        remove: |world| {
            world.aws.iam.attachments.clear();
            world.aws.iam.users.clear();
        },
        calls: ["AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies"],
        service: "iam",
        creation: &[
            "ListAttachedUserPolicies",
            "GetCallerIdentity",
            "ListAttachedUserPolicies",
            "GetCallerIdentity",
            "GetCallerIdentity",
            // IAM does not tell whether it was attached before.
            "ListAttachedUserPolicies",
            "AttachUserPolicy",
            "ListAttachedUserPolicies",
        ],
        deletion: &[
            "ListAttachedUserPolicies",
            "GetCallerIdentity",
            "DetachUserPolicy",
            "ListAttachedUserPolicies",
        ],
        room: 10,
    },
    switch: |world, switch| {
        let organization = organization(world);
        organization.attachments.clear();
        match switch {
            Switch::Off => organization.service_control_policy_status = PolicyTypeStatus::Disabled,
            Switch::TurningOn(polls) => {
                organization.pending_polls = polls;
                organization.begin_change(PolicyTypeStatus::PendingEnable);
            }
        }
    },
    feature: "Service Control Policies",
    dissolve: |world| world.aws.organization = None,
    lag: |world, listings| {
        organization(world).listing_lag = listings;
        world.aws.iam.listing_lag = listings;
    },
    slow: |world, milliseconds| organization(world).write_ms = milliseconds,
    stranger: ["333344445555", "arn:aws:iam::333344445555:root"],
    add_account: |world, id| world.aws.accounts.push(Account::new(id, "stranger")),
    add_key: |world, key| world.aws.access_keys.push(key),
    callers: [
        "arn:aws:iam::111122223333:user/deploy",
        "arn:aws:sts::111122223333:assumed-role/web/session",
    ],
    join: |world| {
        world.aws.iam.groups[0].members.insert("deploy".to_owned());
    },
    layer: "service control policy",
    managers: "managed by the management account of the organisation",
};

scenarios! { AWS =>
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

fn organization_of(world: &World) -> &Organization {
    world.aws.organization.as_ref().unwrap()
}

fn organization(world: &mut World) -> &mut Organization {
    world.aws.organization.as_mut().unwrap()
}

/// An organisation and an account, each with eleven guardrails, and those of the examples.
fn world() -> World {
    let mut world = World::default();
    let unit = AWS.organisation.targets[0];
    let mut organization = Organization::enabled().unit(unit, "").member(MEMBER, unit);
    organization.root = "r-a1b2".to_owned();
    let [policy, arn] = OF_EXAMPLES;
    let numbered = (0..11).map(|number| (AWS.organisation.guardrail)(number));
    for id in numbered.chain([policy.to_owned()]) {
        organization.policies.push(ServiceControlPolicy {
            name: id.clone(),
            id,
            description: String::new(),
            document: DOCUMENT.to_owned(),
            tags: [].into(),
        });
    }
    world.aws.accounts.push(Account::new(MEMBER, "team"));
    world.aws.organization = Some(organization);
    let numbered = (0..11).map(|number| (AWS.account.guardrail)(number));
    for arn in numbered.chain([arn.to_owned()]) {
        world.aws.iam.policies.push(Policy { arn, ..Policy::new("", DOCUMENT) });
    }
    world.aws.iam.users.insert(format!("arn:aws:iam::{ACCOUNT}:user/deploy"));
    world.aws.iam.groups.push(Group::new("developers", []));
    world.aws.roles.push(Role::new(format!("arn:aws:iam::{ACCOUNT}:role/web")));
    world
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("examples").join(name)).unwrap()
}

#[test]
fn the_example_is_applied_and_taken_back() {
    let simulator = Simulator::start(world());
    let run = Workspace::example("resources/imageguard_aws_guardrail_attachment/resource.tf")
        .on(&simulator);
    run.apply();
    let there = |simulator: &Simulator| {
        simulator.edit(|world| (AWS.organisation.attached)(world, "r-a1b2"))
    };
    assert_eq!(there(&simulator), [OF_EXAMPLES[0]]);
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert!(there(&simulator).is_empty());
}

#[test]
fn it_needs_exactly_its_policy() {
    let folder = "resources/imageguard_aws_guardrail_attachment";
    let names = ["resource.tf", "users-groups-roles/main.tf"];
    let examples = names.map(|name| example(&format!("{folder}/{name}")));
    attachment_scenarios::needs_exactly_its_policy(&AWS, examples.each_ref().map(String::as_str));
}

#[test]
fn users_groups_and_roles_have_it_as_the_example_says() {
    let simulator = Simulator::start(world());
    let folder = "resources/imageguard_aws_guardrail_attachment/users-groups-roles";
    let run = Workspace::example(&format!("{folder}/main.tf")).on(&simulator);
    run.apply();
    let there = |simulator: &Simulator| {
        simulator
            .edit(|world| AWS.account.targets.map(|target| (AWS.account.attached)(world, target)))
    };
    assert_eq!(there(&simulator), [[OF_EXAMPLES[1]]; 3]);
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert!(there(&simulator).iter().all(Vec::is_empty));
}

/// Terraform makes the guardrail first, and detaches it before it goes.
#[test]
fn a_guardrail_and_its_attachments_come_and_go_together() {
    let simulator = Simulator::start(world());
    simulator.edit(|world| (AWS.lag)(world, 2));
    let folder = "resources/imageguard_aws_guardrail_attachment/with-its-guardrail";
    let run = Workspace::example(&format!("{folder}/main.tf")).on(&simulator);
    let before = simulator.edit(|world| organization_of(world).policies.len());
    run.apply();
    simulator.edit(|world| {
        let organization = organization_of(world);
        assert_eq!(organization.policies.len(), before + 1);
        let attachments = organization.attachments.iter();
        let mut targets: Vec<_> = attachments.map(|it| it.target.as_str()).collect();
        targets.sort_unstable();
        assert_eq!(targets, ["ou-a1b2-team0001", "r-a1b2"]);
    });
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
    simulator.edit(|world| {
        assert_eq!(organization_of(world).policies.len(), before);
        assert!(organization_of(world).attachments.is_empty());
    });
}

#[test]
fn an_attachment_is_imported_by_id_and_by_identity() {
    attachment_scenarios::import(
        || {
            let simulator = Simulator::start(world());
            simulator.edit(|world| {
                (AWS.organisation.attach)(world, OF_EXAMPLES[0], "r-a1b2");
            });
            let text = example("resources/imageguard_aws_guardrail_attachment/resource.tf");
            let run = Workspace::new(&text).on(&simulator);
            (simulator, run)
        },
        &example("resources/imageguard_aws_guardrail_attachment/import.sh"),
        &example("resources/imageguard_aws_guardrail_attachment/import-by-identity.tf"),
    );
}

#[test]
fn awss_own_policies_are_no_guardrails() {
    let simulator = Simulator::start(world());
    let [policy, arn] = OF_EXAMPLES;
    let folder = "resources/imageguard_aws_guardrail_attachment";
    for (file, guardrail, own) in [
        ("resource.tf", policy, "p-FullAWSAccess"),
        ("users-groups-roles/main.tf", arn, "arn:aws:iam::aws:policy/AdministratorAccess"),
    ] {
        let text = example(&format!("{folder}/{file}"));
        let run = Workspace::new(&text.replace(guardrail, own)).on(&simulator);
        let told = run.refused();
        assert!(told.contains("Invalid Guardrail Id") && told.contains("AWS's own"), "{told}");
    }
    assert!(simulator.journal().is_empty());
}

/// Attaches, restores, imports and detaches in a cloud that boto3 has made ready: an organisation
/// with a unit and a policy, and a user and a policy of IAM.
fn live(endpoint: &str, serve: impl Fn(Workspace) -> Workspace) {
    let call = |client: &str, operation: &str, parameters: Value| json!({"client": client, "operation": operation, "parameters": parameters});
    let ask =
        |calls: Value| run_at(official_clients::AWS, endpoint, ("testing", "testing", None), calls);
    let result = |path: Value| json!({ "$result": path });
    let scp = "SERVICE_CONTROL_POLICY";
    let root = result(json!([1, "Roots", 0, "Id"]));
    let made = ask(json!([
        call("organizations", "create_organization", json!({"FeatureSet": "ALL"})),
        call("organizations", "list_roots", json!({})),
        call("organizations", "enable_policy_type", json!({"RootId": root, "PolicyType": scp})),
        call("organizations", "list_roots", json!({})),
        call("organizations", "list_roots", json!({})),
        call(
            "organizations",
            "create_organizational_unit",
            json!({"ParentId": root, "Name": "team"})
        ),
        call(
            "organizations",
            "create_policy",
            json!({"Name": "guard", "Description": "", "Type": scp, "Content": DOCUMENT})
        ),
        call("iam", "create_user", json!({"UserName": "deploy"})),
        call("iam", "create_policy", json!({"PolicyName": "guard", "PolicyDocument": DOCUMENT})),
    ]));
    let text = |place: usize, pointer: &str| {
        made[place]["body"].pointer(pointer).unwrap().as_str().unwrap().to_owned()
    };
    let unit = text(5, "/OrganizationalUnit/Id");
    let (control, managed) = (text(6, "/Policy/PolicySummary/Id"), text(8, "/Policy/Arn"));
    let attachments = AWS.attachment("unit", &control, &unit, "")
        + &AWS.attachment("user", &managed, "user/deploy", "");
    let run = serve(Workspace::new(&AWS.with_block(&attachments)));
    run.apply();
    let listings = json!([
        call("organizations", "list_policies_for_target", json!({"TargetId": unit, "Filter": scp})),
        call("iam", "list_attached_user_policies", json!({"UserName": "deploy"})),
    ]);
    let there = || ask(listings.clone()).iter().map(|it| it.to_string()).collect::<String>();
    assert!(there().contains(&control) && there().contains(&managed));

    let detached = ask(json!([
        call("organizations", "detach_policy", json!({"PolicyId": control, "TargetId": unit})),
        call("iam", "detach_user_policy", json!({"UserName": "deploy", "PolicyArn": managed})),
    ]));
    assert!(detached.iter().all(|it| it["error"].is_null()), "{detached:?}");
    let planned = run.terraform(&["plan", "-no-color"]).text;
    for guardrail in [&control, &managed] {
        assert!(planned.contains(&format!("{guardrail} Is Not On")), "{planned}");
    }
    run.apply();
    assert!(there().contains(&control) && there().contains(&managed));

    for (name, id) in
        [("unit", format!("{unit}:{control}")), ("user", format!("user/deploy:{managed}"))]
    {
        let address = format!("imageguard_aws_guardrail_attachment.{name}");
        assert!(run.terraform(&["state", "rm", &address]).success);
        let imported = run.terraform(&["import", "-no-color", &address, &id]);
        assert!(imported.success, "{}", imported.text);
    }
    run.apply();
    assert!(run.terraform(&["destroy", "-auto-approve"]).success);
    assert!(!there().contains(&control) && !there().contains(&managed));
}

#[test]
fn moto_and_the_simulated_cloud_are_guarded_alike() {
    let account = "123456789012";
    let mut world = World::default();
    let root = format!("arn:aws:iam::{account}:root");
    world.aws.accounts = vec![Account::new(account, "moto")];
    world.aws.access_keys = vec![AccessKey::new("testing", "testing", &root)];
    let simulator = Simulator::start(world);
    live(&simulator.endpoint(), |run| {
        let run = run.on(&simulator);
        run.variable("AWS_ACCESS_KEY_ID", "testing").variable("AWS_SECRET_ACCESS_KEY", "testing")
    });
    let images = tempfile::NamedTempFile::new().unwrap();
    fs::write(&images, "[]").unwrap();
    let moto = Moto::start(images.path());
    live(moto.endpoint(), |run| moto.serve(run));
}
