//! What cannot be done, and what is left half-way.

use imageguard_simulator::{Effect, Fault};

use super::{Cloud, RULES, apply, assert_told, destroy, plan};
use crate::harness::{errors, unwrapped};

/// A document that nobody writes who knows how.
const FOREIGN: &str = r#"{"Version":"VERSION","Statement":[{"Effect":"Deny","Action":"SERVICE:RunInstances","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn foreign(cloud: &Cloud) -> String {
    let (version, service) = if cloud.name == "aws" { ("2012-10-17", "ec2") } else { ("1", "ecs") };
    FOREIGN.replace("VERSION", version).replace("SERVICE", service)
}

pub(in super::super) fn a_name_of_another_policy_is_taken(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        simulator.edit(|world| (side.place)(world, "golden", &foreign(cloud)));
        let id = side.only(&simulator).id;
        let run = cloud.run(&simulator, side, RULES);
        let import = format!("id = \"{}:{id}\"", side.level);
        assert_told(&run.apply_refused(), &["Name Is Taken", "its document is another", &import]);
        assert_eq!(side.only(&simulator).document, foreign(cloud));
    }
}

pub(in super::super) fn a_foreign_policy_is_not_imported(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        simulator.edit(|world| (side.place)(world, "theirs", &foreign(cloud)));
        let run = cloud.run(&simulator, side, RULES);
        let import = |id: &str| {
            let imported = run.terraform(&["import", "-no-color", &cloud.address(), id]);
            assert!(!imported.success, "{}", imported.text);
            errors(&imported.text)
        };
        let told = import(&format!("{}:theirs", side.level));
        let parts = ["Policy theirs Is No Guardrail", "Statement[1]: Effect Allow", "`lint` finds"];
        assert_told(&told, &parts);
        let told = import(&format!("{}:nobody", side.level));
        assert_told(&told, &["No Such Policy", "`nobody`", side.level]);
        assert_told(&import("golden"), &["Invalid Import Id", "LEVEL:NAME", side.level]);
    }
}

/// The first call of an update is made, the second one denied.
pub(in super::super) fn half_an_update_is_finished_by_the_next_apply(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        run.apply();
        simulator.inject(Fault::new(Effect::Denied).action(side.calls[2]));
        let tagged = RULES.replace("export       = {}", "share = {}");
        cloud.rewrite(&run, side, &format!("tags = {{ team = \"platform\" }}\n{tagged}"));
        assert_told(&run.apply_refused(), &["Access Denied", side.calls[2]]);
        simulator.clear_faults();
        let told = plan(&run);
        assert!(!told.contains("Was Changed"), "{told}");
        assert_told(&told, &["1 to change"]);
        run.apply();
        assert_eq!(side.only(&simulator).tags, ["team=platform"]);
    }
}

/// A denial leaves nothing behind, and no answer leaves nothing in doubt.
pub(in super::super) fn calls_that_fail_leave_what_there_is(cloud: &Cloud) {
    for side in &cloud.sides {
        let simulator = cloud.start();
        let run = cloud.run(&simulator, side, RULES);
        let [create, edit, _, delete] = side.calls;
        let denied = |action: &str| {
            simulator.inject(Fault::new(Effect::Denied).action(action));
            let told = unwrapped(&run.apply_refused());
            simulator.clear_faults();
            assert_told(&told, &["Access Denied", action]);
        };
        denied(create);
        assert_eq!(side.seen(&simulator), []);
        run.apply();
        let before = side.only(&simulator);
        cloud.rewrite(&run, side, &RULES.replace("export       = {}", "share = {}"));
        denied(edit);
        assert_eq!(side.only(&simulator), before);
        for action in [edit, delete] {
            let lost = Fault::new(Effect::Reset).action(action).calls(1..=1).takes_effect();
            simulator.inject(lost);
        }
        run.apply();
        let destroyed = destroy(&run);
        assert!(destroyed.success, "{}", destroyed.text);
        assert_eq!(side.seen(&simulator), []);
    }
}

pub(in super::super) fn the_account_of_the_policy_is_the_only_one(cloud: &Cloud) {
    let [_, side] = &cloud.sides;
    let simulator = cloud.start();
    let run = cloud.run(&simulator, side, RULES);
    run.apply();
    let (account, add) = cloud.stranger;
    let (id, secret) = simulator.edit(add);
    let [id_variable, secret_variable] = cloud.key;
    let run = run.variable(id_variable, id).variable(secret_variable, secret);
    assert_told(&run.refused(), &["Another Account", account]);
    side.only(&simulator);
}

pub(in super::super) fn bad_inputs_are_told_in_the_plan(cloud: &Cloud) {
    let [side, _] = &cloud.sides;
    let simulator = cloud.start();
    let run = cloud.run(&simulator, side, RULES);
    let rows: [(&str, &[&str]); 8] = [
        ("rules = {}", &["Invalid Rule", "no rule is given"]),
        // Whoever approves is locked out, too.
        (
            "rules = { protect_tags = {} }",
            &["`rules.protect_tags.exempt_principals`", "no_approver"],
        ),
        (
            "rules = { launch = { exempt_principals = [\"*:role/x\"] } }",
            &["`rules.launch.exempt_principals`", "starts with a wildcard and fits anybody"],
        ),
        (
            "rules = { export = {} }\nexemptions = [{ principals = [\"FACTORY\"], rules = \
             [\"launch\"], reason = \"r\", owner = \"o\" }]",
            &["Invalid Exemption", "`launch`, which is no rule of this guardrail"],
        ),
        (
            "rules = { protect_tags = { exempt_principals = [\"APPROVER\"] }, tag_on_create = { \
             tags = { Status = [\"x\"] } } }",
            &["`rules.tag_on_create.tags`", "is locked by `protect_tags`"],
        ),
        (
            "rules = { export = {}, launch = {} }\nsize_limit = 300",
            &["Guardrail Is Too Long", "and 300 are allowed", side.level],
        ),
        ("rules = { export = {} }\naccepted = [\"nope\"]", &["Unknown Code", "`no_builder`"]),
        (
            "rules = { export = {} }\ndescription = \"\"",
            &["Invalid Description", "Leave it out for none"],
        ),
    ];
    for (attributes, parts) in rows {
        cloud.rewrite(&run, side, attributes);
        assert_told(&run.refused(), parts);
    }
    run.write("main.tf", &cloud.configuration(side, "", RULES));
    assert_told(&run.refused(), &["Invalid Name"]);
    let elsewhere = cloud.configuration(side, "golden", RULES).replace(side.level, "policy");
    run.write("main.tf", &elsewhere);
    assert_told(&run.refused(), &["Invalid Level", side.level]);
    assert!(!simulator.journal().iter().any(|entry| entry.action == side.calls[0]));
    let vendor = cloud.vendor;
    cloud.rewrite(&run, side, RULES);
    assert!(apply(&run).success, "{vendor}");
}
