//! What approvals do, told once: each cloud runs all of it.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant, SystemTime},
};

use imageguard_simulator::{
    AccessKey, Alteration, Change, Effect, Fault, Lag, Simulator, Timestamp, World,
};
use serde_json::{Value, json};

use crate::harness::{Output, Workspace, errors, unwrapped};

mod fights;

pub(super) use self::fights::*;

/// A cloud, and an image in it that nobody has approved.
pub(super) struct Cloud {
    /// The simulator's word.
    pub(super) cloud: imageguard_simulator::Cloud,
    /// `aws`
    pub(super) name: &'static str,
    /// The region of the provider block.
    pub(super) region: &'static str,
    /// The image.
    pub(super) image: &'static str,
    /// An id that nobody has.
    pub(super) gone: &'static str,
    /// The place in messages: `eu-central-1 (AWS)`.
    pub(super) place: &'static str,
    /// What sets tags, as calls and as errors name it.
    pub(super) set: (&'static str, &'static str),
    /// What removes tags.
    pub(super) remove: &'static str,
    /// There is just the image.
    pub(super) world: fn() -> World,
    /// The tags of the image, as its owner sees them.
    pub(super) tags: fn(&mut World) -> &mut BTreeMap<String, String>,
    /// Deletes the image.
    pub(super) delete: fn(&mut World),
    /// Makes answers of a listing lag behind.
    pub(super) lag: fn(&mut World, Lag),
    /// Adds a key, and whoever runs uses it.
    pub(super) add_key: fn(&mut World, AccessKey),
    /// Who runs, as a session and as what a guard can exempt.
    pub(super) runner: (&'static str, &'static str),
    /// How refusals call the policies of the organisation.
    pub(super) layer: &'static str,
    /// How many tags an image can have.
    pub(super) most: usize,
    /// A key that the vendor keeps for itself.
    pub(super) reserved: &'static str,
}

/// Makes one test of each scenario for a cloud.
macro_rules! scenarios {
    ($cloud:expr => $($scenario:ident),+ $(,)?) => {
        $(
            #[test]
            fn $scenario() {
                super::approval_scenarios::$scenario(&$cloud);
            }
        )+
    };
}
pub(super) use scenarios;

impl Cloud {
    fn address(&self) -> String {
        format!("imageguard_{}_image_approval.it", self.name)
    }

    /// The provider block and an approval with these arguments.
    fn configuration(&self, arguments: &str) -> String {
        let approval = self.approval("it", arguments);
        self.with_rule("golden_tags = { status = [\"approved\"] }", &approval)
    }

    fn with_rule(&self, rule: &str, rest: &str) -> String {
        let Self { name, region, .. } = self;
        format!(
            r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  {rule}
  {name} = {{ region = "{region}" }}
}}
{rest}"#
        )
    }

    fn approval(&self, name: &str, arguments: &str) -> String {
        format!(
            "resource \"imageguard_{}_image_approval\" \"{name}\" {{\n  image_id = \"{}\"\n  {arguments}\n}}\n",
            self.name, self.image
        )
    }

    /// A simulated cloud, and a folder with an approval.
    fn with(&self, arguments: &str) -> (Simulator, Workspace) {
        let simulator = Simulator::start((self.world)());
        let run = Workspace::new(&self.configuration(arguments)).on(&simulator);
        (simulator, run)
    }

    fn rewrite(&self, run: &Workspace, arguments: &str) {
        run.write("main.tf", &self.configuration(arguments));
    }

    fn tags_of(&self, simulator: &Simulator) -> Value {
        simulator.edit(|world| json!((self.tags)(world)))
    }

    fn set_tag(&self, simulator: &Simulator, key: &str, value: &str) {
        simulator.edit(|world| (self.tags)(world).insert(key.to_owned(), value.to_owned()));
    }

    fn count(&self, simulator: &Simulator, action: &str) -> usize {
        simulator.journal().iter().filter(|entry| entry.action == action).count()
    }

    /// A run as somebody else than the account itself.
    fn as_runner(&self, run: Workspace, simulator: &Simulator, key: AccessKey) -> Workspace {
        let id = key.id.clone();
        let (token, secret) = (key.token.clone().unwrap_or_default(), key.secret.clone());
        simulator.edit(|world| (self.add_key)(world, key));
        let prefix = if self.name == "aws" { "AWS" } else { "ALIBABA_CLOUD" };
        let names = match self.name {
            "aws" => ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            _ => ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        };
        let run = run.variable(names[0], id).variable(names[1], secret);
        let token_name =
            if prefix == "AWS" { "AWS_SESSION_TOKEN" } else { "ALIBABA_CLOUD_SECURITY_TOKEN" };
        if token.is_empty() { run } else { run.variable(token_name, token) }
    }
}

fn apply(run: &Workspace) -> Output {
    let applied = run.terraform(&["apply", "-auto-approve", "-no-color"]);
    assert!(applied.success, "{}", applied.text);
    applied
}

fn plan(run: &Workspace) -> Output {
    let plan = run.terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
    plan
}

fn destroy(run: &Workspace) {
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
}

/// The attributes of the approval in the state.
fn stored(run: &Workspace) -> Value {
    let state = fs::read_to_string(run.path("terraform.tfstate")).unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    state["resources"][0]["instances"][0]["attributes"].clone()
}

fn assert_told(text: &str, parts: &[&str]) {
    let text = unwrapped(&text.replace(['│', '╷', '╵'], " "));
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

fn now() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "approvals end by the real clock")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

/// The argument for an end so many seconds from now.
fn ends_in(seconds: i64) -> (String, i64) {
    let end = now() + seconds;
    (format!("expires_at = \"{}\"", Timestamp::from_unix(end)), end)
}

fn wait_until(end: i64) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while now() <= end {
        assert!(Instant::now() < deadline, "the clock stands still");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(super) fn an_approval_lives_and_goes(cloud: &Cloud) {
    let (simulator, run) = cloud.with("tags = { status = \"approved\", role = \"web\" }");
    cloud.set_tag(&simulator, "owner", "team-a");
    run.apply();
    assert_eq!(
        cloud.tags_of(&simulator),
        json!({ "owner": "team-a", "role": "web", "status": "approved" })
    );
    let state = stored(&run);
    assert_eq!(state["status"], "active");
    assert_eq!(state["region"], cloud.region);
    assert_eq!(state["tags"], json!({ "role": "web", "status": "approved" }));

    // A value changes, a key comes, a key goes; all in place.
    cloud.rewrite(&run, "tags = { status = \"approved\", tier = \"prod\" }");
    let planned = plan(&run);
    assert!(planned.text.contains("0 to add, 1 to change, 0 to destroy"), "{}", planned.text);
    run.apply();
    assert_eq!(
        cloud.tags_of(&simulator),
        json!({ "owner": "team-a", "status": "approved", "tier": "prod" })
    );
    destroy(&run);
    assert_eq!(cloud.tags_of(&simulator), json!({ "owner": "team-a" }));
}

pub(super) fn tags_that_are_left_out_are_the_golden_ones(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    // Drift is seen where nothing is configured, too.
    simulator.edit(|world| (cloud.tags)(world).clear());
    let planned = plan(&run);
    assert!(planned.text.contains("1 to change"), "{}", planned.text);
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    let choice = "golden_tags = { status = [\"approved\", \"blessed\"] }";
    run.write("main.tf", &cloud.with_rule(choice, &cloud.approval("it", "")));
    assert_told(&run.refused(), &["No Exact Tags", "status = approved or blessed", "Set `tags`"]);
}

pub(super) fn drift_is_told_and_put_right(cloud: &Cloud) {
    let (simulator, run) = cloud.with("tags = { status = \"approved\", role = \"web\" }");
    run.apply();
    simulator.edit(|world| (cloud.tags)(world).remove("role"));
    cloud.set_tag(&simulator, "status", "rejected");
    let planned = plan(&run);
    assert_told(
        &planned.text,
        &[
            &format!("Approval Of {} Was Changed", cloud.image),
            "the tag `role` is gone; the approval set `web`",
            "the tag `status` is `rejected` now; the approval set `approved`",
            "do not satisfy `golden_tags` any more",
            "0 to add, 1 to change, 0 to destroy",
        ],
    );
    apply(&run);
    assert_eq!(cloud.tags_of(&simulator), json!({ "role": "web", "status": "approved" }));
    assert!(!plan(&run).text.contains("Was Changed"));
}

pub(super) fn what_somebody_else_has_written_stays(cloud: &Cloud) {
    let (simulator, run) = cloud.with("tags = { status = \"approved\", role = \"web\" }");
    run.apply();
    cloud.set_tag(&simulator, "role", "db");
    // Taken out of the configuration, and then all of it.
    cloud.rewrite(&run, "tags = { status = \"approved\" }");
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "role": "db", "status": "approved" }));
    cloud.set_tag(&simulator, "status", "rejected");
    destroy(&run);
    assert_eq!(cloud.tags_of(&simulator), json!({ "role": "db", "status": "rejected" }));
}

pub(super) fn an_approval_goes_with_its_image(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    run.apply();
    simulator.edit(cloud.delete);
    let planned = run.terraform(&["plan", "-no-color"]);
    assert_told(&planned.text, &[&format!("Approved Image {} Is Gone", cloud.image)]);
    assert_told(&planned.text, &["1 to add, 0 to change, 0 to destroy"]);
    assert_told(&run.apply_refused(), &["No Such Image", cloud.image, "image_id"]);

    // Gone or not, it can be destroyed: a destruction plans the configuration, too.
    for arguments in [&["-no-color"][..], &["-no-color", "-refresh=false"]] {
        let (simulator, run) = cloud.with("");
        run.apply();
        simulator.edit(cloud.delete);
        let destroyed = run.terraform(&[&["destroy", "-auto-approve"][..], arguments].concat());
        assert!(destroyed.success, "{}", destroyed.text);
        assert!(run.resources().is_empty());
    }
}

pub(super) fn an_approval_ends_by_its_date(cloud: &Cloud) {
    let (end, instant) = ends_in(12);
    let (simulator, run) = cloud.with(&end);
    apply(&run);
    assert_eq!(stored(&run)["status"], "active");
    wait_until(instant);
    let planned = plan(&run);
    assert_told(
        &planned.text,
        &[
            &format!("Approval Of {} Has Expired", cloud.image),
            "still counts as golden",
            "\"active\" -> \"expired\"",
            "1 to change",
        ],
    );
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({}));
    assert_eq!(stored(&run)["status"], "expired");
    // It holds nothing any more.
    cloud.set_tag(&simulator, "status", "approved");
    assert!(plan(&run).text.contains("No changes"));
    // Without a date it is approved again.
    cloud.rewrite(&run, "");
    simulator.edit(|world| (cloud.tags)(world).clear());
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    assert_eq!(stored(&run)["status"], "active");
    destroy(&run);
    assert_eq!(cloud.tags_of(&simulator), json!({}));
}

pub(super) fn a_date_in_the_past_is_a_warning(cloud: &Cloud) {
    let (simulator, run) = cloud.with("expires_at = \"2020-01-01T00:00:00Z\"");
    let applied = apply(&run);
    assert_told(&applied.text, &["Has Expired", "is over: 2020-01-01T00:00:00Z"]);
    assert_eq!(cloud.tags_of(&simulator), json!({}));
    assert_eq!(cloud.count(&simulator, cloud.set.0), 0);
    assert!(plan(&run).text.contains("No changes"));
    cloud.rewrite(&run, "expires_at = \"2999-01-01T00:00:00Z\"");
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
}

pub(super) fn a_saved_plan_is_applied_after_the_date(cloud: &Cloud) {
    let (end, instant) = ends_in(6);
    let (simulator, run) = cloud.with(&end);
    let saved = run.terraform(&["plan", "-no-color", "-out=saved"]);
    assert!(saved.success, "{}", saved.text);
    wait_until(instant);
    let applied = run.terraform(&["apply", "-no-color", "saved"]);
    assert!(applied.success, "{}", applied.text);
    assert_eq!(cloud.tags_of(&simulator), json!({}));
    assert!(plan(&run).text.contains("No changes"));

    // Likewise a change of an approval that was active when it was planned.
    let (end, instant) = ends_in(12);
    cloud.rewrite(&run, &end);
    apply(&run);
    cloud.rewrite(&run, &format!("{end}\n  tags = {{ status = \"approved\", role = \"web\" }}"));
    let saved = run.terraform(&["plan", "-no-color", "-out=saved"]);
    assert!(saved.success, "{}", saved.text);
    wait_until(instant);
    let applied = run.terraform(&["apply", "-no-color", "saved"]);
    assert!(applied.success, "{}", applied.text);
    assert!(plan(&run).text.contains("\"active\" -> \"expired\""));
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({}));
}

pub(super) fn it_waits_until_the_tags_are_shown(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    simulator.edit(|world| (cloud.lag)(world, Lag::Reads(3)));
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    // One that never shows them is waited for as long as it may be, and not forgotten.
    let (simulator, run) = cloud.with("timeouts = { create = \"2s\" }");
    simulator.edit(|world| (cloud.lag)(world, Lag::Seconds(3600)));
    let told = run.apply_refused();
    assert_told(&told, &["Timed Out", "timeouts = { create"]);
    assert_told(&told, &["Tags Are Not Shown", "`status` is not there", "still shows older ones"]);
    simulator.edit(|world| (cloud.lag)(world, Lag::Reads(0)));
    run.apply();
    destroy(&run);
    assert_eq!(cloud.tags_of(&simulator), json!({}));
}

pub(super) fn lost_answers_and_full_queues_do_no_harm(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    let throttle = || Effect::Throttle { retry_after_ms: None };
    simulator.inject(Fault::new(throttle()).action(cloud.set.0).calls(1..=1));
    simulator.inject(Fault::new(Effect::Reset).action(cloud.set.0).calls(2..=2).takes_effect());
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    simulator.inject(Fault::new(throttle()).action(cloud.remove).calls(1..=1));
    simulator.inject(Fault::new(Effect::Reset).action(cloud.remove).calls(2..=2).takes_effect());
    destroy(&run);
    assert_eq!(cloud.tags_of(&simulator), json!({}));
}

/// However often it is asked, no answer comes; but the tags are set.
pub(super) fn the_image_tells_what_no_answer_does(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    let text = fs::read_to_string(run.path("main.tf")).unwrap();
    let block = format!("region = \"{}\"", cloud.region);
    run.write("main.tf", &text.replace(&block, &format!("{block}, max_retries = 0")));
    simulator.inject(Fault::new(Effect::Reset).action(cloud.set.0).takes_effect());
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
    // And where they are not set, that is the error.
    let (simulator, run) = cloud.with("");
    run.write("main.tf", &text.replace(&block, &format!("{block}, max_retries = 0")));
    simulator.inject(Fault::new(Effect::Reset).action(cloud.set.0).calls(1..=1));
    assert_told(&run.apply_refused(), &["Broke Off", cloud.set.1]);
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "approved" }));
}

pub(super) fn an_image_may_vanish_at_any_moment(cloud: &Cloud) {
    let vanishes =
        |before: &str| Change::new(cloud.cloud, cloud.image, Alteration::Delete).before(before, 1);
    let (simulator, run) = cloud.with("");
    simulator.change(vanishes(cloud.set.0));
    assert_told(&run.apply_refused(), &["No Such Image", cloud.set.1, "image_id", "Check id"]);
    assert!(run.resources().is_empty());

    let (simulator, run) = cloud.with("");
    run.apply();
    simulator.change(vanishes(cloud.remove));
    destroy(&run);
}

pub(super) fn what_is_known_only_after_apply_is_checked_then(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    let later = |rule: &str, value: &str, approval: &str| {
        let later =
            format!("resource \"terraform_data\" \"later\" {{\n  input = \"{value}\"\n}}\n");
        run.write("main.tf", &cloud.with_rule(rule, &format!("{later}{approval}")));
    };
    let rule = "golden_tags = { status = [\"approved\"] }";
    let quoted = format!("\"{}\"", cloud.image);
    let approval = cloud.approval("it", "").replace(&quoted, "terraform_data.later.output");
    later(rule, "image 1", &approval);
    assert_told(&run.apply_refused(), &["Invalid Image Id", "`image 1`"]);
    later(rule, cloud.image, &approval);
    run.apply();
    destroy(&run);

    let rule = "golden_tags = { status = [terraform_data.later.output] }";
    later(rule, "blessed", &cloud.approval("it", "tags = { status = \"approved\" }"));
    assert_told(&run.apply_refused(), &["Tags Are Not Golden", "status = blessed"]);
    later(rule, "blessed", &cloud.approval("it", ""));
    run.apply();
    assert_eq!(cloud.tags_of(&simulator), json!({ "status": "blessed" }));
}

pub(super) fn bad_inputs_are_told_in_the_plan(cloud: &Cloud) {
    let golden = "status = \"approved\"";
    let many: Vec<_> = (0..cloud.most).map(|it| format!("k{it} = \"v\"")).collect();
    let table = [
        (
            format!("tags = {{ {golden}, Status = \"x\" }}"),
            ["Clashing Tag Keys", "`Status` and `status`"],
        ),
        (
            format!("tags = {{ {golden}, \"{}x\" = \"y\" }}", cloud.reserved),
            ["Invalid Tag Key", "keeps for itself"],
        ),
        (format!("tags = {{ {golden}, {} }}", many.join(", ")), ["Too Many Tags", "an image on"]),
        (
            format!("tags = {{ {golden}, long = \"{}\" }}", "x".repeat(257)),
            ["Invalid Tag Value", "257 characters"],
        ),
        (
            format!("tags = {{ {golden}, \"{}\" = \"\" }}", "k".repeat(129)),
            ["Invalid Tag Key", "129 characters"],
        ),
        (format!("tags = {{ {golden}, \"\" = \"x\" }}"), ["Invalid Tag Key", "is empty"]),
        (format!("tags = {{ {golden}, role = null }}"), ["No Tag Value", "`role` has no value"]),
        ("tags = {}".to_owned(), ["Empty Tags", "leave `tags` out"]),
        ("tags = { role = \"web\" }".to_owned(), ["Tags Are Not Golden", "`status` is not there"]),
        (
            "tags = { status = \"draft\" }".to_owned(),
            ["Tags Are Not Golden", "`status` is `draft`"],
        ),
        ("expires_at = \"tomorrow\"".to_owned(), ["Invalid Date", "`tomorrow` is no instant"]),
        (
            "expires_at = \"2030-01-01T00:00:00\"".to_owned(),
            ["Invalid Date", "date, time and zone"],
        ),
        ("region = \"Europe\"".to_owned(), ["Invalid Region", "`Europe`"]),
        ("assume_role_arn = \"me\"".to_owned(), ["Invalid Role", "`me`"]),
    ];
    let (simulator, run) = cloud.with("");
    for (arguments, parts) in table {
        cloud.rewrite(&run, &arguments);
        assert_told(&run.refused(), &parts);
    }
    let text = cloud.configuration("").replace(cloud.image, "image 1");
    run.write("main.tf", &text);
    assert_told(&run.refused(), &["Invalid Image Id", "`image 1` is not the id"]);
    run.write(
        "main.tf",
        &cloud.with_rule("", &cloud.approval("it", "tags = { status = \"approved\" }")),
    );
    assert_told(&run.refused(), &["No Golden Rule", "Set `golden_tags` in the provider block"]);
    assert!(simulator.journal().is_empty(), "nothing was asked for any of this");

    run.write("main.tf", &cloud.configuration("").replace(cloud.image, cloud.gone));
    assert_told(&run.refused(), &["No Such Image", cloud.gone, cloud.place, "on main.tf line"]);
    assert_eq!(cloud.tags_of(&simulator), json!({}));
}

pub(super) fn the_image_itself_may_be_in_the_way(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    cloud.set_tag(&simulator, "STATUS", "x");
    assert_told(&run.refused(), &["Clashing Tag Keys", "has a tag `STATUS` already"]);
    simulator.edit(|world| {
        (cloud.tags)(world).clear();
        (0..cloud.most).for_each(|it| {
            (cloud.tags)(world).insert(format!("k{it}"), "v".to_owned());
        });
    });
    let total = (cloud.most + 1).to_string();
    assert_told(&run.refused(), &["Too Many Tags", &format!("it would have {total}")]);
    simulator.edit(|world| (cloud.tags)(world).clear());
    cloud.set_tag(&simulator, "status", "rejected");
    let planned = plan(&run);
    let warning = format!("Image {} Has The Tag status Already", cloud.image);
    assert_told(&planned.text, &[&warning, "replaces with `approved`"]);
}

pub(super) fn a_denial_names_the_caller_the_layer_and_the_exemption(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    let (session, exemptible) = cloud.runner;
    let key = AccessKey::new("KEYOFRUNNER", "runner-secret", session)
        .token("runner-token")
        .denied(cloud.set.1, cloud.layer);
    let run = cloud.as_runner(run, &simulator, key);
    assert_told(
        &run.apply_refused(),
        &[
            "Access Denied By",
            cloud.set.1,
            "A statement in the organisation's policies",
            &format!("forbids {session} to call"),
            &format!("add {exemptible}"),
            "to its exemptions",
            "(`assume_role_arn`)",
            "request id",
        ],
    );
    assert!(run.resources().is_empty(), "nothing was done");
}

pub(super) fn no_secret_and_no_more_calls_than_needed(cloud: &Cloud) {
    let (simulator, run) = cloud.with("");
    apply(&run);
    let journal = simulator.journal();
    let actions: Vec<_> = journal.iter().map(|entry| entry.action.as_str()).collect();
    // In the plan and again in the apply it is looked at, and once more to see the tags.
    let looks = ["DescribeImages", "DescribeImages"];
    let writes = ["GetCallerIdentity", cloud.set.0, "DescribeImages"];
    assert_eq!(actions, [&looks[..], &writes[..]].concat());
    simulator.clear_journal();
    assert!(plan(&run).text.contains("No changes"));
    assert_eq!(simulator.journal().len(), 1, "a plan without a change reads once");
}

/// Imports in both ways; `import` is the example's command, `by_identity` its block.
pub(super) fn import(cloud: &Cloud, resource: &str, command: &str, by_identity: &str) {
    let simulator = Simulator::start((cloud.world)());
    let run = Workspace::new(resource).on(&simulator);
    cloud.set_tag(&simulator, "status", "approved");
    cloud.set_tag(&simulator, "role", "web");
    let words: Vec<_> = command.split_whitespace().skip(1).chain(["-no-color"]).collect();
    let imported = run.terraform(&words);
    assert!(imported.success, "{}", imported.text);
    assert_eq!(stored(&run)["tags"], json!({ "status": "approved" }), "the keys of the rule");
    run.apply();
    destroy(&run);
    assert_eq!(cloud.tags_of(&simulator), json!({}));

    cloud.set_tag(&simulator, "status", "approved");
    let run = Workspace::new(resource).on(&simulator).on_version(crate::versions::TERRAFORM_1_15);
    run.write("import.tf", by_identity);
    let applied = apply(&run);
    assert!(applied.text.contains("1 imported"), "{}", applied.text);
    assert!(plan(&run).text.contains("No changes"));
}

pub(super) fn what_cannot_be_imported_says_why(cloud: &Cloud) {
    let (_simulator, run) = cloud.with("");
    let import = |id: &str| {
        let imported = run.terraform(&["import", "-no-color", &cloud.address(), id]);
        assert!(!imported.success, "{}", imported.text);
        errors(&imported.text)
    };
    assert_told(&import(cloud.image), &["Invalid Import Id", "REGION/IMAGE_ID"]);
    let id = |image| format!("{}/{image}", cloud.region);
    assert_told(&import(&id(cloud.image)), &["Nothing To Import", "`status`"]);
    assert_told(&import(&id(cloud.gone)), &["No Such Image", cloud.gone]);
}
