//! Documents that are compiled from intents: proved, at every level, of every rule.

use serde_json::Value;

use super::*;
use crate::guardrail::{
    ALICLOUD, AWS,
    atlas::{Atlas, Rule, Setting, Situation},
    compile::compile,
    document::Effect,
    intent::{
        Exemption, Expiry, Export, Intent, Launch, Principal, ProtectTags, Rules, Share,
        TagOnCreate, TagTest, Tags,
    },
    prove::explain::Judge,
    target::Target,
};

pub(super) const PLACES: [(&Dialect, &str); 4] =
    [(&AWS, "scp"), (&AWS, "iam_policy"), (&ALICLOUD, "control_policy"), (&ALICLOUD, "ram_policy")];

pub(super) fn role(dialect: &'static Dialect, name: &str) -> Principal {
    role_in(dialect, "aws", name)
}

fn role_in(dialect: &'static Dialect, partition: &str, name: &str) -> Principal {
    let aws = format!("arn:{partition}:iam::");
    let start = if dialect.has_ids { &aws } else { "acs:ram:*:" };
    let text = format!("{start}111122223333:role/{name}");
    Principal::parse(Atlas::of(dialect), partition, &text).unwrap()
}

pub(super) fn tags(pairs: &[(&str, &[&str])]) -> Tags {
    let test = |values: &[&str]| TagTest::of(values.iter().map(|it| (*it).to_owned())).unwrap();
    pairs.iter().map(|(key, values)| ((*key).to_owned(), test(values))).collect()
}

/// All five rules, each with an exempt role of its own.
pub(super) fn all_rules(dialect: &'static Dialect) -> Intent {
    all_rules_in(dialect, "aws")
}

/// The same in a partition, which is of AWS only.
pub(super) fn all_rules_in(dialect: &'static Dialect, partition: &str) -> Intent {
    let exempt = |name| [role_in(dialect, partition, name)].into();
    let (own, other) =
        if dialect.has_ids { ("111122223333", "amazon") } else { ("111122223333", "444455556666") };
    let rules = Rules {
        launch: Some(Launch {
            tags: tags(&[("status", &["approved"]), ("tier", &["gold*", "s?lver"])]),
            owner_ids: [own.to_owned(), other.to_owned()].into(),
            accept_owner_ids: [other.to_owned()].into(),
            exempt_principals: exempt("factory"),
        }),
        protect_tags: Some(ProtectTags {
            keys: ["status".to_owned(), "tier".to_owned()].into(),
            exempt_principals: exempt("approver"),
        }),
        tag_on_create: Some(TagOnCreate {
            tags: tags(&[("owner", &["*"]), ("team", &["a", "b"])]),
            snapshots: dialect.has_ids,
            exempt_principals: exempt("factory"),
        }),
        export: Some(Export { exempt_principals: exempt("archive") }),
        share: Some(Share {
            images: true,
            snapshots: true,
            exempt_principals: exempt("publisher"),
        }),
    };
    Intent { rules, exemptions: Vec::new() }
}

/// Ten exemptions that end at three dates.
pub(super) fn ten_exemptions(dialect: &'static Dialect) -> Vec<Exemption> {
    ten_exemptions_in(dialect, "aws")
}

/// The same in a partition, which is of AWS only.
pub(super) fn ten_exemptions_in(dialect: &'static Dialect, partition: &str) -> Vec<Exemption> {
    let dates = ["2027-01-01T00:00:00Z", "2027-06-30T12:00:00Z", "2028-02-29T23:59:59Z"];
    (0..10)
        .map(|number| Exemption {
            principals: [role_in(dialect, partition, &format!("guest-{number}"))].into(),
            rules: [Rule::ALL[number % 5], Rule::ALL[(number + 2) % 5]].into(),
            expires_at: Some(Expiry::parse(dates[number % 3]).unwrap()),
        })
        .collect()
}

/// The intent with one of its rules only.
pub(super) fn only(intent: &Intent, rule: Rule) -> Intent {
    let Rules { launch, protect_tags, tag_on_create, export, share } = intent.rules.clone();
    let rules = Rules {
        launch: launch.filter(|_| rule == Rule::Launch),
        protect_tags: protect_tags.filter(|_| rule == Rule::ProtectTags),
        tag_on_create: tag_on_create.filter(|_| rule == Rule::TagOnCreate),
        export: export.filter(|_| rule == Rule::Export),
        share: share.filter(|_| rule == Rule::Share),
    };
    let mut exemptions = intent.exemptions.clone();
    exemptions.retain(|exemption| exemption.rules.contains(&rule));
    Intent { rules, exemptions }
}

pub(super) fn compiled(intent: &Intent, target: Target) -> Value {
    serde_json::from_str(&compile(intent, target).document).unwrap()
}

/// What was proved, a line for each property.
pub(super) fn told(proofs: &Proofs, dialect: &'static Dialect) -> String {
    let lines = proofs.results.iter().map(|(name, proof)| match proof {
        Proof::Proved => format!("{name} proved\n"),
        Proof::ProvedWithAssumptions(some) => {
            format!("{name} proved with {}\n", some.codes(dialect).join(" "))
        }
        Proof::Refuted { why, .. } => format!("{name} refuted: {why}\n"),
        Proof::Unknown(why) => format!("{name} unknown: {why}\n"),
    });
    lines.collect()
}

fn report(intent: &Intent, dialect: &'static Dialect, level: &str) -> String {
    let target = Target::find(dialect, level, None).unwrap();
    let document = foreign(dialect, level, &compiled(intent, target));
    told(&prove(intent, target, &document), dialect)
}

#[test]
fn rules_about_hard_values_are_proved() {
    for (dialect, level) in PLACES {
        let mut intent = all_rules(dialect);
        let keys = ["Kassel", "straße", "a b", "$x", "k"];
        let values: &[&str] = &["*", "${a}", "quote\"d", "ü?", "*a?????"];
        let launch = intent.rules.launch.as_mut().unwrap();
        launch.tags = keys
            .iter()
            .zip(values)
            .map(|(key, value)| {
                let test = TagTest::of([(*value).to_owned()]).unwrap();
                ((*key).to_owned(), test)
            })
            .collect();
        let lock = intent.rules.protect_tags.as_mut().unwrap();
        lock.keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let report = report(&intent, dialect, level);
        let is_sound = !report.contains("refuted") && !report.contains("unknown");
        assert!(is_sound, "{level}\n{report}");
    }
}

#[test]
fn a_key_that_is_locked_and_demanded_cannot_be_satisfied() {
    for (dialect, level) in PLACES {
        let mut intent = all_rules(dialect);
        intent.rules.tag_on_create.as_mut().unwrap().tags = tags(&[("status", &["*"])]);
        let report = report(&intent, dialect, level);
        let is_refuted =
            report.lines().any(|line| line.starts_with("tag_on_create.satisfiable refuted"));
        assert!(is_refuted, "{level}\n{report}");
    }
}

#[test]
fn open_doors_say_why() {
    let target = Target::find(&AWS, "scp", None).unwrap();
    let mut intent = only(&all_rules(&AWS), Rule::Launch);
    let any = Principal::parse(Atlas::of(&AWS), "aws", "arn:aws:iam::*:role/factory").unwrap();
    intent.rules.launch.as_mut().unwrap().exempt_principals = [any].into();
    let document = foreign(&AWS, "scp", &compiled(&intent, target));
    let open = prove(&intent, target, &document).open_doors;
    assert!(!open.contains_key("aws_run_instances"));
    assert_eq!(open["aws_create_tags"], "the guardrail lacks the rule `protect_tags`");
    assert_eq!(
        open["aws_share_snapshot"],
        "the guardrail lacks the rule `share` with `snapshots = true`"
    );
    assert_eq!(
        open["exempt_role_takeover"],
        "whoever may create roles in any account can take the name of `arn:aws:iam::*:role/factory`"
    );
    assert!(open["aws_attach_volume"].starts_with("volumes do not say"));
}

#[test]
fn what_is_refused_beyond_the_rules_is_refused() {
    for (dialect, level) in PLACES {
        let atlas = Atlas::of(dialect);
        let target = Target::find(dialect, level, None).unwrap();
        let document = foreign(dialect, level, &compiled(&all_rules(dialect), target));
        let level = dialect.levels.iter().find(|it| it.name == level).unwrap();
        let judge = Judge::new(dialect, level, &document, Effect::Deny);
        let setting = Setting::usual(atlas);
        for beyond in atlas.bounds.iter().flat_map(|bounds| bounds.beyond) {
            let situation = Situation { facts: beyond.facts, marks: &[], setting: &setting };
            for door in beyond.doors.iter().map(|code| atlas.door(code).unwrap()) {
                for request in atlas.requests(door, situation) {
                    assert_eq!(judge.applies(&request.to_string()), Some(true), "{request}");
                }
            }
        }
    }
}
