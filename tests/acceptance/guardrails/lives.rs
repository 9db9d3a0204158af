//! Guardrails from creation to destruction: of every rule, at every level.
//!
//! One incident happens in each life; the five of a level are spread over the five rules.

use imageguard_simulator::Simulator;
use serde_json::json;

use super::{Cloud, Incident, Level, Rule, alicloud, aws};
use crate::harness::{Workspace, unwrapped};

fn life(cloud: &Cloud, level: &Level, rule: &Rule, incident: &Incident) {
    let simulator = cloud.start(rule);
    let before = simulator.edit(|world| (cloud.policies)(world));
    let rules = format!("rules = {{\n    {}\n  }}", rule.written);
    let run = cloud.workspace(&simulator, level, &rules);
    run.apply();
    cloud.expect_closed(&simulator, rule, level);

    simulator.edit(incident.happen);
    repair(&run, incident, || simulator.edit(incident.prepare.unwrap_or(|_| {})));
    cloud.expect_closed(&simulator, rule, level);

    let [guardrail, _] = cloud.addresses();
    let (stored, _) = run.stored(&guardrail).unwrap();
    let other = cloud.workspace(&simulator, level, &rules);
    other.write("import.tf", &imports(cloud, level, stored["id"].as_str().unwrap()));
    simulator.clear_journal();
    let imported = other.apply();
    assert!(
        imported.text.contains("2 imported, 0 added, 0 changed, 0 destroyed"),
        "{}",
        imported.text
    );
    assert_eq!(Cloud::writes(&simulator), <[&str; 0]>::default());

    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
    cloud.expect_open(&simulator, rule);
    let after = simulator.edit(|world| (cloud.policies)(world));
    assert_eq!(after, before, "the cloud is as it was");
}

/// What is not in the cloud is recorded, and nothing else happens.
fn an_import_records_reasons_without_a_call(cloud: &Cloud, level: &Level) {
    let simulator = Simulator::start((cloud.world)());
    let written: Vec<&str> = cloud.rules.iter().map(|rule| rule.written).collect();
    let arguments = format!(
        r#"rules = {{
    {written}
  }}
  exemptions = [{{
    principals = ["{developer}"]
    rules      = ["launch", "share"]
    reason     = "the old image is needed once more"
    owner      = "the team"
    expires_at = "2099-12-31T00:00:00Z"
  }}]"#,
        written = written.join("\n    "),
        developer = cloud.developer,
    );
    let run = cloud.workspace(&simulator, level, &arguments);
    run.apply();
    let [guardrail, attachment] = cloud.addresses();
    let (stored, _) = run.stored(&guardrail).unwrap();
    let other = cloud.workspace(&simulator, level, &arguments);
    other.write("import.tf", &imports(cloud, level, stored["id"].as_str().unwrap()));
    simulator.clear_journal();
    let planned = other.planned();
    assert_eq!(*planned.actions(&attachment), json!(["no-op"]), "{}", planned.text);
    let change = planned.change(&guardrail);
    let differing = change["before"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, before)| change["after"][name.as_str()] != **before);
    let differing: Vec<&str> = differing.map(|(name, _)| name.as_str()).collect();
    assert_eq!(differing, ["exemptions"], "{}", planned.text);
    let mut recorded = change["before"]["exemptions"].clone();
    for exemption in recorded.as_array_mut().unwrap() {
        exemption["reason"] = json!("the old image is needed once more");
        exemption["owner"] = json!("the team");
    }
    assert_eq!(recorded, change["after"]["exemptions"], "{}", planned.text);
    other.apply();
    assert_eq!(Cloud::writes(&simulator), <[&str; 0]>::default());
}

#[test]
fn an_import_of_a_control_policy_records_reasons_without_a_call() {
    an_import_records_reasons_without_a_call(&alicloud::CLOUD, &alicloud::CLOUD.levels[0]);
}

#[test]
fn an_import_of_a_ram_policy_records_reasons_without_a_call() {
    an_import_records_reasons_without_a_call(&alicloud::CLOUD, &alicloud::CLOUD.levels[1]);
}

#[test]
fn an_import_of_a_service_control_policy_records_reasons_without_a_call() {
    an_import_records_reasons_without_a_call(&aws::CLOUD, &aws::CLOUD.levels[0]);
}

#[test]
fn an_import_of_an_iam_policy_records_reasons_without_a_call() {
    an_import_records_reasons_without_a_call(&aws::CLOUD, &aws::CLOUD.levels[1]);
}

/// A plan tells what has happened, and an apply puts it right.
fn repair(run: &Workspace, incident: &Incident, prepare: impl FnOnce()) {
    let planned = run.planned();
    assert_eq!(planned.is_empty(), incident.told.is_empty(), "{}", planned.text);
    for words in incident.told {
        assert!(unwrapped(&planned.text).contains(words), "{words}:\n{}", planned.text);
    }
    prepare();
    run.apply();
}

/// Import blocks of guardrail and attachment.
fn imports(cloud: &Cloud, level: &Level, id: &str) -> String {
    let [guardrail, attachment] = cloud.addresses();
    let Level { name, target, .. } = level;
    format!(
        "import {{\n  to = {guardrail}\n  id = \"{name}:guard\"\n}}\n\
         import {{\n  to = {attachment}\n  id = \"{target}:{id}\"\n}}\n"
    )
}

/// Makes one test of each rule at a level.
macro_rules! lives {
    ($cloud:expr, $level:literal => $($name:ident: $rule:literal),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                let cloud = &$cloud;
                let level = &cloud.levels[$level];
                life(cloud, level, &cloud.rules[$rule], &level.incidents[$rule]);
            }
        )+
    };
}

lives!(alicloud::CLOUD, 0 =>
    launch_by_control_policy: 0,
    protect_tags_by_control_policy: 1,
    tag_on_create_by_control_policy: 2,
    export_by_control_policy: 3,
    share_by_control_policy: 4,
);

lives!(alicloud::CLOUD, 1 =>
    launch_by_ram_policy: 0,
    protect_tags_by_ram_policy: 1,
    tag_on_create_by_ram_policy: 2,
    export_by_ram_policy: 3,
    share_by_ram_policy: 4,
);

lives!(aws::CLOUD, 0 =>
    launch_by_service_control_policy: 0,
    protect_tags_by_service_control_policy: 1,
    tag_on_create_by_service_control_policy: 2,
    export_by_service_control_policy: 3,
    share_by_service_control_policy: 4,
);

lives!(aws::CLOUD, 1 =>
    launch_by_iam_policy: 0,
    protect_tags_by_iam_policy: 1,
    tag_on_create_by_iam_policy: 2,
    export_by_iam_policy: 3,
    share_by_iam_policy: 4,
);
