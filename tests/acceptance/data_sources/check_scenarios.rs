//! What both checks do, told once: each cloud runs all of it.

use imageguard_simulator::{Simulator, World};
use serde_json::{Value, json};

use crate::harness::{Output, Workspace, unwrapped};

/// A cloud, and images in it.
pub(super) struct Cloud {
    /// `aws`
    pub(super) name: &'static str,
    /// The place in messages: `eu-central-1 (AWS)`.
    pub(super) place: &'static str,
    /// The provider block's object.
    pub(super) block: &'static str,
    /// The examples' variable: `ami`.
    pub(super) variable: &'static str,
    /// The example of the page.
    pub(super) example: &'static str,
    /// The example of a module, and of an id that is known only after apply.
    pub(super) module: &'static str,
    /// The example of a check block.
    pub(super) check_block: &'static str,
    /// What there is: the next two, and whatever else.
    pub(super) world: fn() -> World,
    /// An image that is golden by `status = approved`.
    pub(super) golden: &'static str,
    /// An image whose `status` is `draft`.
    pub(super) draft: &'static str,
    /// An id that nobody has.
    pub(super) gone: &'static str,
    /// Makes the id of one of many images.
    pub(super) nth: fn(usize) -> String,
    /// Adds a golden image.
    pub(super) add: fn(&mut World, String),
    /// How many ids one request may have.
    pub(super) batch: usize,
}

impl Cloud {
    fn type_name(&self) -> String {
        format!("imageguard_{}_image_check", self.name)
    }

    fn simulator(&self) -> Simulator {
        Simulator::start((self.world)())
    }

    /// A check with the given arguments.
    pub(super) fn check(&self, arguments: &str) -> Workspace {
        let (block, type_name) = (self.block, self.type_name());
        Workspace::new(&format!(
            r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  golden_tags = {{ status = ["approved"] }}
  {block}
}}
data "{type_name}" "it" {{
  {arguments}
}}
output "it" {{
  value = data.{type_name}.it
}}
"#
        ))
    }

    fn example(&self, id: &str, simulator: &Simulator) -> Workspace {
        let variable = format!("TF_VAR_{}", self.variable);
        Workspace::example(self.example).on(simulator).variable(&variable, id)
    }

    fn module(&self, id: &str, simulator: &Simulator) -> Workspace {
        let variable = format!("TF_VAR_{}", self.variable);
        Workspace::example_with_modules(self.module).on(simulator).variable(&variable, id)
    }
}

/// Makes every scenario a test on one cloud, so that none is forgotten on the other.
macro_rules! all_on {
    ($cloud:ident: $($scenario:ident)*) => {
        $(#[test]
        fn $scenario() {
            $crate::data_sources::check_scenarios::$scenario(&$cloud);
        })*
    };
    ($cloud:ident) => {
        $crate::data_sources::check_scenarios::all_on!($cloud:
            a_golden_image_passes
            an_image_that_is_not_golden_stops_the_plan
            an_id_known_only_after_apply_is_checked_before_the_machine
            a_check_block_warns_and_stops_nothing
            what_happens_depends_on_the_switches
            an_empty_set_passes_without_a_call
            a_thousand_ids_take_few_requests
            an_error_lists_ten_images_and_counts_the_others
            equal_checks_share_their_answers
            a_check_that_fails_blocks_a_destroy_unless_nothing_is_refreshed
        );
    };
}
pub(super) use all_on;

/// Writes ids as a set.
pub(super) fn ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    format!("image_ids = {}", json!(ids.into_iter().collect::<Vec<_>>()))
}

fn succeeded(output: Output) -> String {
    assert!(output.success, "{}", output.text);
    unwrapped(&output.text.replace(['│', '╷', '╵'], " "))
}

pub(super) fn a_golden_image_passes(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let run = cloud.example(cloud.golden, &simulator);
    run.apply();
    assert_eq!(run.resources(), ["terraform_data.machine"]);
    succeeded(run.terraform(&["destroy", "-auto-approve", "-no-color"]));
}

pub(super) fn an_image_that_is_not_golden_stops_the_plan(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let text = unwrapped(&cloud.example(cloud.draft, &simulator).refused());
    for part in [
        &format!("Error: Image {} Is Not Golden", cloud.draft),
        &format!("image_ids = [var.{}]", cloud.variable),
        &format!("Not golden in {}, 1 of 1 checked: {} (", cloud.place, cloud.draft),
        "its tag `status` is `draft`, not approved",
        "The rule: owners: self tag: status = approved",
        "Use an image that is golden",
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

pub(super) fn an_id_known_only_after_apply_is_checked_before_the_machine(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let run = cloud.module(cloud.draft, &simulator);
    let plan = succeeded(run.terraform(&["plan", "-no-color"]));
    assert!(plan.contains("(config refers to values not yet known)"), "{plan}");
    let text = unwrapped(&run.apply_refused());
    assert!(text.contains(&format!("Error: Image {} Is Not Golden", cloud.draft)), "{text}");
    assert_eq!(run.resources(), ["terraform_data.build"], "the machine must not be created");

    let run = cloud.module(cloud.golden, &simulator);
    succeeded(run.terraform(&["apply", "-auto-approve", "-no-color"]));
    assert_eq!(run.resources(), ["terraform_data.build", "module.web.terraform_data.this"]);
    assert_eq!(run.outputs()["machine"], json!({ cloud.variable: cloud.golden }));
}

pub(super) fn a_check_block_warns_and_stops_nothing(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let run = Workspace::example(cloud.check_block).on(&simulator);
    let running = json!([cloud.golden, cloud.draft, cloud.gone]).to_string();
    let run = run.variable("TF_VAR_running", running);
    let text = succeeded(run.terraform(&["apply", "-auto-approve", "-no-color"]));
    for part in [
        "Warning: Check block assertion failed",
        "Not golden any more:",
        &format!("{}: tag_mismatch", cloud.draft),
        &format!("{}: deleted", cloud.gone),
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    assert!(!text.contains(&format!("{}:", cloud.golden)), "{text}");
}

pub(super) fn what_happens_depends_on_the_switches(cloud: &Cloud) {
    /// What the draft and the missing image each lead to.
    const TABLE: [(&str, &str, [&str; 2]); 12] = [
        ("", "", ["Error", "Error"]),
        ("", "error", ["Error", "Error"]),
        ("", "warning", ["Error", "Warning"]),
        ("", "none", ["Error", ""]),
        ("error", "", ["Error", "Error"]),
        ("error", "warning", ["Error", "Warning"]),
        ("warning", "", ["Warning", "Warning"]),
        ("warning", "error", ["Warning", "Error"]),
        ("warning", "none", ["Warning", ""]),
        ("none", "", ["", ""]),
        ("none", "error", ["", "Error"]),
        ("none", "warning", ["", "Warning"]),
    ];
    let simulator = cloud.simulator();
    let (golden, draft, gone) = (cloud.golden, cloud.draft, cloud.gone);
    for (on_violation, on_unknown, expected) in TABLE {
        let switches = [("on_violation", on_violation), ("on_unknown", on_unknown)];
        let switches = switches.iter().filter(|(_, value)| !value.is_empty());
        let switches: Vec<_> =
            switches.map(|(name, value)| format!("{name} = \"{value}\"")).collect();
        let arguments = format!("{}\n  {}", ids([golden, draft, gone]), switches.join("\n  "));
        let run = cloud.check(&arguments).on(&simulator);
        let applied = run.terraform(&["apply", "-auto-approve", "-no-color"]);
        let text = unwrapped(&applied.text);
        let told = |about: &str| {
            let severities = ["Error", "Warning"].into_iter();
            let mut told = severities.filter(|it| text.contains(&format!("{it}: {about}")));
            told.next().unwrap_or_default().to_owned()
        };
        let about = [format!("Image {draft} Is Not Golden"), format!("Image {gone} Cannot Be")];
        assert_eq!(about.map(|about| told(&about)), expected, "{switches:?}:\n{text}");
        assert_eq!(applied.success, !expected.contains(&"Error"), "{switches:?}:\n{text}");
        if applied.success {
            let it = &run.outputs()["it"];
            assert_eq!(it["all_golden"], false);
            let all = json!({ golden: golden, draft: draft, gone: gone });
            assert_eq!(it["checked"], all, "what was let through can be used");
        }
    }
}

pub(super) fn results_are_told_by_id(cloud: &Cloud, expected: &Value) {
    let simulator = cloud.simulator();
    let given = expected.as_object().unwrap().keys().map(String::as_str);
    let run = cloud.check(&format!("{}\n  on_violation = \"none\"", ids(given))).on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    let codes = |result: &Value| (result["verdict"].clone(), result["reasons"].clone());
    let results = it["results"].as_object().unwrap();
    let told: serde_json::Map<_, _> =
        results.iter().map(|(id, result)| (id.clone(), json!(codes(result)))).collect();
    assert_eq!(Value::Object(told), *expected);
    assert_eq!(it["results"][cloud.golden]["name"], format!("web-{}", cloud.golden));
    assert_eq!(it["results"][cloud.gone]["name"], json!(null));
}

pub(super) fn an_empty_set_passes_without_a_call(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let run = cloud.check("image_ids = []").on(&simulator);
    run.apply();
    let it = &run.outputs()["it"];
    let (all_golden, results, checked) = (&it["all_golden"], &it["results"], &it["checked"]);
    assert_eq!((all_golden, results, checked), (&json!(true), &json!({}), &json!({})));
    assert!(simulator.journal().is_empty());
}

pub(super) fn a_thousand_ids_take_few_requests(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let many: Vec<String> = (0..1_000).map(cloud.nth).collect();
    simulator.edit(|world| many.iter().for_each(|id| (cloud.add)(world, id.clone())));
    let run = cloud.check(&ids(many.iter().map(String::as_str))).on(&simulator);
    succeeded(run.terraform(&["apply", "-auto-approve", "-no-color"]));
    let it = &run.outputs()["it"];
    assert_eq!(
        (&it["all_golden"], it["checked"].as_object().unwrap().len()),
        (&json!(true), 1_000)
    );
    // Planned and applied in one run, by processes of their own.
    let calls = simulator.journal().len();
    assert_eq!(calls % (1_000 / cloud.batch), 0, "{calls}");
    assert!(calls <= 2 * (1_000 / cloud.batch), "{calls}");
}

pub(super) fn an_error_lists_ten_images_and_counts_the_others(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let gone: Vec<String> = (0..25).map(cloud.nth).collect();
    let text =
        unwrapped(&cloud.check(&ids(gone.iter().map(String::as_str))).on(&simulator).refused());
    for part in [
        &format!("Error: Images {} And 24 More Cannot Be Judged", gone[0]),
        "25 of 25 checked",
        &format!("{}: it is deleted, or hidden from the caller and 15 more", gone[9]),
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    let after_heading = text.split_once("25 of 25 checked").unwrap().1;
    assert!(!after_heading.contains(&gone[10]), "{text}");
}

pub(super) fn equal_checks_share_their_answers(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let arguments = format!("count = 50\n  {}", ids([cloud.golden]));
    succeeded(cloud.check(&arguments).on(&simulator).terraform(&["plan", "-no-color"]));
    assert_eq!(simulator.journal().len(), 1, "{:#?}", simulator.journal());
}

pub(super) fn a_check_that_fails_blocks_a_destroy_unless_nothing_is_refreshed(cloud: &Cloud) {
    let simulator = cloud.simulator();
    let run = cloud.example(cloud.golden, &simulator);
    run.apply();
    assert_eq!(run.resources(), ["terraform_data.machine"]);
    simulator.edit(|world| {
        world.aws.images.clear();
        world.alicloud.images.clear();
    });
    let destroy = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(!destroy.success && destroy.text.contains("Cannot Be Judged"), "{}", destroy.text);
    succeeded(run.terraform(&["destroy", "-refresh=false", "-auto-approve", "-no-color"]));
    assert_eq!(run.resources(), Vec::<String>::new());
}
