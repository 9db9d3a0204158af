//! Applies that are cut off at any call, and plans that are applied late.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use imageguard_simulator::{Effect, Fault, Simulator, Timestamp, World};

use super::{Cloud, Level, alicloud, aws};
use crate::harness::{Workspace, unwrapped};

const APPLY: &[&str] = &["apply", "-auto-approve", "-no-color"];
const DESTROY: &[&str] = &["destroy", "-auto-approve", "-no-color"];

/// Whether Terraform lives to write down what it knows.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Fails,
    IsKilled,
}

/// A cloud, and what Terraform knows of it.
struct Moment {
    world: World,
    state: Option<String>,
}

impl Moment {
    fn of(simulator: &Simulator, run: &Workspace) -> Self {
        let state = fs::read_to_string(run.path("terraform.tfstate")).unwrap();
        Self { world: simulator.edit(|world| world.clone()), state: Some(state) }
    }

    /// Goes on from here in a cloud and a folder of its own.
    fn resume(&self, cloud: &Cloud, level: &Level, arguments: &str) -> (Simulator, Workspace) {
        let simulator = Simulator::start(self.world.clone());
        let run = cloud.workspace(&simulator, level, arguments);
        self.recall(&run);
        (simulator, run)
    }

    /// Has Terraform know what it knew then.
    fn recall(&self, run: &Workspace) {
        match &self.state {
            Some(state) => drop(run.write("terraform.tfstate", state)),
            // There may be none either way.
            None => drop(fs::remove_file(run.path("terraform.tfstate"))),
        }
    }
}

/// Creates, changes and destroys; each is cut off at each of its calls and then done again. A failure
/// that Terraform knows of makes a difference to what is new only.
fn any_call_can_be_the_last(cloud: &Cloud, level: &Level, fate: Fate) {
    let [launch, _, _, export, _] = &cloud.rules;
    let one = format!("rules = {{ {} }}", launch.written);
    let two = format!("rules = {{\n    {}\n    {}\n  }}", launch.written, export.written);
    let nothing = Moment { world: (cloud.world)(), state: None };
    let cut = |moment: &Moment, arguments: &str, words: &[&str], left: usize| {
        cut_off_at_each_call(cloud, level, moment, arguments, words, fate, |simulator| {
            let count = simulator.edit(|world| (level.count)(world));
            assert_eq!(count, (left, left), "policies and attachments");
            if left > 0 {
                cloud.expect_closed(simulator, launch, level);
            }
        })
    };
    let created = cut(&nothing, &one, APPLY, 1);
    if matches!(fate, Fate::IsKilled) {
        cut(&created, &two, APPLY, 1);
        cut(&created, &one, DESTROY, 0);
    }
}

/// Returns how it is when there are no calls left to cut off.
fn cut_off_at_each_call(
    cloud: &Cloud,
    level: &Level,
    moment: &Moment,
    arguments: &str,
    words: &[&str],
    fate: Fate,
    expect: impl Fn(&Simulator),
) -> Moment {
    let mut last = 1;
    loop {
        let (simulator, run) = moment.resume(cloud, level, arguments);
        if !is_cut_off(&simulator, &run, words, last) {
            expect(&simulator);
            assert!(last > 3, "there are more calls to cut off than that");
            return Moment::of(&simulator, &run);
        }
        if matches!(fate, Fate::IsKilled) {
            moment.recall(&run);
        }
        let again = run.terraform(words);
        assert!(again.success, "after call {last}: {}", again.text);
        expect(&simulator);
        if words == APPLY {
            let plan = run.terraform(&["plan", "-detailed-exitcode", "-no-color"]);
            assert!(plan.success, "after call {last}: {}", plan.text);
        }
        last += 1;
    }
}

/// Call `last` has its effect, nobody learns of it, and there are no calls after it; tells whether it
/// came to that.
fn is_cut_off(simulator: &Simulator, run: &Workspace, words: &[&str], last: u64) -> bool {
    simulator.inject(Fault::new(Effect::Reset).calls(last..=last).takes_effect());
    simulator.inject(Fault::new(Effect::Reset).calls(last + 1..));
    let ended = run.terraform(words);
    simulator.clear_faults();
    let is_cut_off = simulator.journal().iter().any(|entry| entry.fault.is_some());
    assert!(is_cut_off || ended.success, "{}", ended.text);
    is_cut_off
}

/// The permission for one call is missing, wherever that is in an apply: it is named, and with it the
/// next apply finishes.
fn the_permission_that_is_missing_is_named(cloud: &Cloud, level: &Level) {
    let [launch, ..] = &cloud.rules;
    let arguments = format!("rules = {{ {} }}", launch.written);
    for call in 1.. {
        let simulator = Simulator::start((cloud.world)());
        let run = cloud.workspace(&simulator, level, &arguments);
        simulator.inject(Fault::new(Effect::Denied).calls(call..=call));
        let ended = run.terraform(APPLY);
        let journal = simulator.journal();
        let Some(denied) = journal.iter().find(|entry| entry.fault.is_some()) else {
            assert!(ended.success && call > 3, "{}", ended.text);
            return;
        };
        // Some calls need none.
        for permission in denied.permissions.iter().filter(|_| denied.status == Some(403)) {
            assert!(unwrapped(&ended.text).contains(permission), "{permission}: {}", ended.text);
        }
        run.apply();
        assert_eq!(simulator.edit(|world| (level.count)(world)), (1, 1), "after call {call}");
    }
}

#[test]
fn a_permission_that_a_control_policy_lacks_is_named() {
    the_permission_that_is_missing_is_named(&alicloud::CLOUD, &alicloud::CLOUD.levels[0]);
}

#[test]
fn a_permission_that_a_ram_policy_lacks_is_named() {
    the_permission_that_is_missing_is_named(&alicloud::CLOUD, &alicloud::CLOUD.levels[1]);
}

#[test]
fn a_permission_that_a_service_control_policy_lacks_is_named() {
    the_permission_that_is_missing_is_named(&aws::CLOUD, &aws::CLOUD.levels[0]);
}

#[test]
fn a_permission_that_an_iam_policy_lacks_is_named() {
    the_permission_that_is_missing_is_named(&aws::CLOUD, &aws::CLOUD.levels[1]);
}

fn a_plan_can_be_applied_after_the_end_of_an_exemption(cloud: &Cloud, level: &Level) {
    let rule = &cloud.rules[0];
    let simulator = cloud.start(rule);
    let end = now().plus_seconds(5);
    let rules = format!(
        r#"rules = {{ {written} }}
  exemptions = [{{
    principals = ["{developer}"]
    rules      = ["{name}"]
    reason     = "a test"
    owner      = "the team"
    expires_at = "{end}"
  }}]"#,
        written = rule.written,
        developer = cloud.developer,
        name = rule.name,
    );
    let run = cloud.workspace(&simulator, level, &rules);
    let planned = run.planned();
    assert!(!planned.is_empty());
    while now() <= end {
        std::thread::sleep(Duration::from_millis(50));
    }
    run.apply_plan();
    cloud.expect_closed(&simulator, rule, level);
}

#[allow(clippy::disallowed_methods, reason = "exemptions end by the real clock")]
pub(super) fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(now.as_secs()).unwrap())
}

#[test]
fn a_new_control_policy_survives_a_failure_at_any_call() {
    any_call_can_be_the_last(&alicloud::CLOUD, &alicloud::CLOUD.levels[0], Fate::Fails);
}

#[test]
fn a_control_policy_survives_a_kill_at_any_call() {
    any_call_can_be_the_last(&alicloud::CLOUD, &alicloud::CLOUD.levels[0], Fate::IsKilled);
}

#[test]
fn a_new_ram_policy_survives_a_failure_at_any_call() {
    any_call_can_be_the_last(&alicloud::CLOUD, &alicloud::CLOUD.levels[1], Fate::Fails);
}

#[test]
fn a_ram_policy_survives_a_kill_at_any_call() {
    any_call_can_be_the_last(&alicloud::CLOUD, &alicloud::CLOUD.levels[1], Fate::IsKilled);
}

#[test]
fn a_new_service_control_policy_survives_a_failure_at_any_call() {
    any_call_can_be_the_last(&aws::CLOUD, &aws::CLOUD.levels[0], Fate::Fails);
}

#[test]
fn a_service_control_policy_survives_a_kill_at_any_call() {
    any_call_can_be_the_last(&aws::CLOUD, &aws::CLOUD.levels[0], Fate::IsKilled);
}

#[test]
fn a_new_iam_policy_survives_a_failure_at_any_call() {
    any_call_can_be_the_last(&aws::CLOUD, &aws::CLOUD.levels[1], Fate::Fails);
}

#[test]
fn an_iam_policy_survives_a_kill_at_any_call() {
    any_call_can_be_the_last(&aws::CLOUD, &aws::CLOUD.levels[1], Fate::IsKilled);
}

#[test]
fn the_plan_of_a_control_policy_can_be_applied_after_the_end_of_an_exemption() {
    let [level, _] = &alicloud::CLOUD.levels;
    a_plan_can_be_applied_after_the_end_of_an_exemption(&alicloud::CLOUD, level);
}

#[test]
fn the_plan_of_a_ram_policy_can_be_applied_after_the_end_of_an_exemption() {
    let [_, level] = &alicloud::CLOUD.levels;
    a_plan_can_be_applied_after_the_end_of_an_exemption(&alicloud::CLOUD, level);
}

#[test]
fn the_plan_of_a_service_control_policy_can_be_applied_after_the_end_of_an_exemption() {
    let [level, _] = &aws::CLOUD.levels;
    a_plan_can_be_applied_after_the_end_of_an_exemption(&aws::CLOUD, level);
}

#[test]
fn the_plan_of_an_iam_policy_can_be_applied_after_the_end_of_an_exemption() {
    let [_, level] = &aws::CLOUD.levels;
    a_plan_can_be_applied_after_the_end_of_an_exemption(&aws::CLOUD, level);
}
