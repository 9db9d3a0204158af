//! Exemptions through time: one that ends soon, one that ends meanwhile, and one that was over from
//! the start.

use std::time::Duration;

use imageguard_simulator::{Simulator, Timestamp};
use serde_json::json;

use super::{Cloud, Level, alicloud, aws, interruptions::now};
use crate::harness::unwrapped;

/// How plans and applies call an exemption to mind.
const ENDS_SOON: &str = "Guardrail guard Has An Exemption That Ends Soon";
const ENDED: &str = "Guardrail guard Has An Exemption That Ended";

const DAY: i64 = 86_400;

/// The rule with an exemption of somebody else for each end, and codes that are accepted.
fn dated(cloud: &Cloud, ends: &[Timestamp], accepted: &[&str]) -> String {
    let [rule, ..] = &cloud.rules;
    let exemption = |(index, end): (usize, &Timestamp)| {
        format!(
            r#"{{
    principals = ["{developer}-{index}"]
    rules      = ["{name}"]
    reason     = "a test"
    owner      = "the team"
    expires_at = "{end}"
  }}"#,
            developer = cloud.developer,
            name = rule.name,
        )
    };
    let exemptions: Vec<_> = ends.iter().enumerate().map(exemption).collect();
    format!(
        "rules      = {{ {} }}\n  accepted   = {}\n  exemptions = [{}]",
        rule.written,
        json!(accepted),
        exemptions.join(", ")
    )
}

fn an_exemption_is_left_out_once_a_read_has_found_it_over(cloud: &Cloud, level: &Level) {
    let simulator = Simulator::start((cloud.world)());
    let begin = now();
    let [past, end, later] = [-DAY, 4, 3 * DAY].map(|seconds| begin.plus_seconds(seconds));
    let all = [past, end, later];
    let run = cloud.workspace(&simulator, level, &dated(cloud, &all, &[]));
    // No second plan yet: by then the one that ends may have ended.
    let applied = run.terraform(&["apply", "-auto-approve", "-no-color"]);
    assert!(applied.success, "{}", applied.text);
    let told = unwrapped(&applied.text);
    for words in [format!("{ENDED} (exemptions[0])"), format!("{ENDS_SOON} (exemptions[2])")] {
        assert!(told.contains(&words), "{words}:\n{told}");
    }
    let named = |simulator: &Simulator| {
        let document = simulator.edit(|world| (level.document)(world).clone());
        all.map(|instant| document.contains(&instant.to_string()))
    };
    assert_eq!(named(&simulator), [true, true, true]);

    while now() <= end {
        std::thread::sleep(Duration::from_millis(50));
    }
    // Whoever reads nothing does not look at the clock.
    let unread = run.terraform(&["plan", "-refresh=false", "-detailed-exitcode", "-no-color"]);
    assert!(unread.success, "{}", unread.text);
    let planned = run.planned();
    let told = unwrapped(&planned.text);
    assert!(told.contains(&format!("{ENDED} (exemptions[1])")), "{told}");
    let [guardrail, _] = cloud.addresses();
    assert_eq!(*planned.actions(&guardrail), json!(["update"]), "{told}");
    assert!(!told.contains("Was Changed"), "{told}");
    run.apply();
    simulator.edit(|world| assert_eq!((level.count)(world), (1, 1)));
    assert_eq!(named(&simulator), [false, false, true]);

    let accepted = ["exemption_ended", "exemption_ends_soon"];
    run.write("main.tf", &cloud.configuration(level, &dated(cloud, &all, &accepted)));
    simulator.clear_journal();
    run.apply();
    assert_eq!(Cloud::writes(&simulator), <[&str; 0]>::default());
    let told = unwrapped(&run.planned().text);
    assert!(!told.contains(ENDS_SOON) && !told.contains(ENDED), "{told}");
}

#[test]
fn a_ram_policy_leaves_an_exemption_out_once_a_read_has_found_it_over() {
    let [_, level] = &alicloud::CLOUD.levels;
    an_exemption_is_left_out_once_a_read_has_found_it_over(&alicloud::CLOUD, level);
}

#[test]
fn a_service_control_policy_leaves_an_exemption_out_once_a_read_has_found_it_over() {
    let [level, _] = &aws::CLOUD.levels;
    an_exemption_is_left_out_once_a_read_has_found_it_over(&aws::CLOUD, level);
}
