//! Intents that no document is written for.

use expect_test::{Expect, expect};

use super::*;

fn tags(list: &[(&str, &str)]) -> Tags {
    let tag = |(key, pattern): &(&str, &str)| {
        ((*key).to_owned(), TagTest::of([(*pattern).to_owned()]).unwrap())
    };
    list.iter().map(tag).collect()
}

fn check_at(target: Target, rules: Rules, exemptions: Vec<Exemption>, expected: Expect) {
    let faults = Intent { rules, exemptions }.faults(target, false);
    let line = |fault: &IntentFault| format!("{:?}: {}\n", fault.part, fault.problem);
    expected.assert_eq(&faults.iter().map(line).collect::<String>());
}

fn check(rules: Rules, expected: Expect) {
    check_at(scp(), rules, Vec::new(), expected);
}

fn lock(keys: &[&str]) -> ProtectTags {
    ProtectTags { keys: texts(keys), exempt_principals: [role("approver")].into() }
}

#[test]
fn an_intent_without_rules_asks_for_nothing() {
    check(
        Rules::default(),
        expect![[r#"
        Whole: no rule is given; write `launch`, `protect_tags`, `tag_on_create`, `export`, `share`
    "#]],
    );
}

#[test]
fn a_launch_rule_asks_for_tags_or_owners() {
    check(
        Rules { launch: Some(Launch::default()), ..Rules::default() },
        expect![[r#"
        Rule(Launch): it asks for neither `tags` nor `owner_ids`, so that any image would do
    "#]],
    );
}

#[test]
fn owners_are_accepted_only_in_place_of_tags() {
    let launch = Launch {
        owner_ids: texts(&["111122223333"]),
        accept_owner_ids: texts(&["444455556666"]),
        ..Launch::default()
    };
    check(
        Rules { launch: Some(launch), ..Rules::default() },
        expect![[r#"
        Attribute(Launch, "accept_owner_ids"): it lets images pass without the tags, and there are none; write `owner_ids` to require an owner
        Attribute(Launch, "accept_owner_ids"): `444455556666` is none of `owner_ids`, so that its images are refused all the same
    "#]],
    );
}

#[test]
fn a_lock_has_an_approver_unless_none_is_wanted() {
    let lock = ProtectTags { keys: texts(&["status"]), exempt_principals: BTreeSet::new() };
    let rules = Rules { protect_tags: Some(lock), ..Rules::default() };
    assert_eq!(Intent { rules: rules.clone(), ..Intent::default() }.faults(scp(), true), vec![]);
    check(
        rules,
        expect![[r#"
        Attribute(ProtectTags, "exempt_principals"): nobody is exempt, so that nobody could approve an image; name the role that approves, or add `no_approver` to `accepted`
    "#]],
    );
}

#[test]
fn a_dated_exemption_makes_an_approver() {
    let lock = ProtectTags { keys: texts(&["status"]), exempt_principals: BTreeSet::new() };
    let rules = Rules { protect_tags: Some(lock), ..Rules::default() };
    let exemption = Exemption {
        principals: [role("approver")].into(),
        rules: [Rule::ProtectTags].into(),
        expires_at: Some(Expiry::parse("2027-01-01T00:00:00Z").unwrap()),
    };
    check_at(scp(), rules, vec![exemption], expect![[""]]);
}

#[test]
fn a_key_is_not_both_locked_and_demanded_in_any_spelling() {
    let demand = TagOnCreate { tags: tags(&[("Status", "*")]), ..TagOnCreate::default() };
    let rules = Rules {
        protect_tags: Some(lock(&["status"])),
        tag_on_create: Some(demand),
        ..Rules::default()
    };
    check(
        rules,
        expect![[r#"
        Attribute(TagOnCreate, "tags"): the key `Status` is locked by `protect_tags`: with it a new image is refused by the lock, without it by the demand; demand another key
    "#]],
    );
}

#[test]
fn keys_have_one_spelling() {
    let launch = Launch { tags: tags(&[("status", "a"), ("Status", "b")]), ..Launch::default() };
    let rules = Rules {
        launch: Some(launch),
        protect_tags: Some(lock(&["KEY", "key"])),
        ..Rules::default()
    };
    check(
        rules,
        expect![[r#"
        Attribute(Launch, "tags"): `Status` and `status` are one key to policies, which do not mind case; write one
        Attribute(ProtectTags, "keys"): `KEY` and `key` are one key to policies, which do not mind case; write one
    "#]],
    );
}

#[test]
fn rules_that_name_nothing_are_left_out() {
    let rules = Rules {
        protect_tags: Some(lock(&[])),
        tag_on_create: Some(TagOnCreate::default()),
        share: Some(Share::default()),
        ..Rules::default()
    };
    check(
        rules,
        expect![[r#"
        Attribute(ProtectTags, "keys"): it names no tag key
        Attribute(TagOnCreate, "tags"): it names no tag
        Rule(Share): it keeps neither `images` nor `snapshots`; leave the rule out
    "#]],
    );
}

#[test]
fn snapshots_are_demanded_on_aws_only() {
    let demand =
        TagOnCreate { tags: tags(&[("owner", "*")]), snapshots: true, ..TagOnCreate::default() };
    let rules = Rules { tag_on_create: Some(demand), ..Rules::default() };
    check(rules.clone(), expect![[""]]);
    let alicloud = Target::find(&ALICLOUD, "ram_policy", None).unwrap();
    check_at(
        alicloud,
        rules,
        Vec::new(),
        expect![[r#"
        Attribute(TagOnCreate, "snapshots"): snapshots are not guarded on this cloud: they start no machine before they are images; leave it out
    "#]],
    );
}

#[test]
fn an_exemption_names_principals_and_rules_of_the_guardrail() {
    let rules = Rules { export: Some(Export::default()), ..Rules::default() };
    let empty = Exemption { principals: BTreeSet::new(), rules: BTreeSet::new(), expires_at: None };
    let other = Exemption {
        principals: [role("x")].into(),
        rules: [Rule::Launch].into(),
        expires_at: None,
    };
    check_at(
        scp(),
        rules,
        vec![empty, other],
        expect![[r#"
        Exemption(0): it names no principal
        Exemption(0): it names no rule; an exemption says what it opens
        Exemption(1): it is from `launch`, which is no rule of this guardrail
    "#]],
    );
}

#[test]
fn there_is_room_for_so_many_principals_and_dates() {
    let rules = Rules { export: Some(Export::default()), ..Rules::default() };
    let exemption = |number: u16| Exemption {
        principals: (0..3).map(|part| role(&format!("r{number}-{part}"))).collect(),
        rules: [Rule::Export].into(),
        expires_at: Some(Expiry::parse(&format!("{}-01-01T00:00:00Z", 2027 + number)).unwrap()),
    };
    check_at(
        scp(),
        rules,
        (0..200).map(exemption).collect(),
        expect![[r#"
            Whole: the exemptions end at 200 different instants, each of which is a copy of every statement, and no policy has room for more than 60; let them end together
            Whole: exempt principals have to be named 60300 times, once for each rule and end date, and no policy has room for more than 500; give them a path in common and name that: `role/images/*`
        "#]],
    );
}

#[test]
fn an_iam_policy_holds_latin_1_only() {
    let launch = Launch { tags: tags(&[("größe", "中")]), ..Launch::default() };
    let rules = Rules { launch: Some(launch), ..Rules::default() };
    check(rules.clone(), expect![[""]]);
    let iam = Target::find(&AWS, "iam_policy", None).unwrap();
    check_at(
        iam,
        rules,
        Vec::new(),
        expect![[r#"
        Attribute(Launch, "tags"): policies at the level `iam_policy` hold characters up to U+00FF, and `中` is U+4E2D; choose another tag, or another level
    "#]],
    );
}

#[test]
fn places_are_levels_and_partitions_of_the_cloud() {
    let problem = |dialect, level: &str, partition| {
        Target::find(dialect, level, partition).unwrap_err().to_string()
    };
    expect!["the level must be `scp` or `iam_policy`"].assert_eq(&problem(
        &AWS,
        "ram_policy",
        None,
    ));
    expect!["the partition must be `aws` or `aws-cn` or `aws-us-gov` or `aws-eusc`"]
        .assert_eq(&problem(&AWS, "scp", Some("aws-iso")));
    expect!["the cloud has no partitions; leave it out"].assert_eq(&problem(
        &ALICLOUD,
        "ram_policy",
        Some("aws"),
    ));
    let target = Target::find(&AWS, "iam_policy", Some("aws-cn")).unwrap();
    assert_eq!((target.level_name(), target.partition()), ("iam_policy", "aws-cn"));
    assert_eq!(target.longest(), 6_144);
}
