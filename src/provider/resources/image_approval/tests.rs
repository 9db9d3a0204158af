use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};

use super::{
    claims::{Claims, Target},
    model::{ApprovalModel, TagMap},
    planning::status,
    tags::{TagTerms, judge, judge_beside, only_tags, validate},
};
use crate::{
    image::{Pattern, TagRule, Tags},
    plugin::{Attr, Diagnostics},
    provider::place::PlaceModel,
};

const TERMS: TagTerms = TagTerms {
    most: 3,
    longest_key: 8,
    longest_value: 8,
    reserved_for_keys: &["acs:"],
    reserved_for_values: &["acs:"],
    forbidden: &["http://"],
    system: "acs:",
};

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, Attr<String>> {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string().into())).collect()
}

fn plain(pairs: &[(&str, &str)]) -> TagMap {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

fn on_image(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

fn rule(key: &str, patterns: &[&str]) -> TagRule {
    let any_of = patterns.iter().map(|text| Pattern::parse(text).unwrap()).collect();
    TagRule { key: key.to_owned(), any_of }
}

/// Writes each problem as attribute and summary.
fn shown(problems: &Diagnostics) -> String {
    let line = |problem: &crate::plugin::Diagnostic| {
        let path = problem.path.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{path}: {}: {}", problem.summary, problem.detail)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn check(problems: Diagnostics, expected: Expect) {
    expected.assert_eq(&shown(&problems));
}

#[test]
fn limits_and_reserved_words_of_the_vendor_hold_whatever_the_case() {
    let pairs = [("ACS:x", "y"), ("a", "acs:y"), ("b", "see Http://x"), ("far too long", "y")];
    check(
        validate(&tags(&pairs), &TERMS, "Vendor"),
        expect![[r#"
            tags: Too Many Tags: These are 4 tags; an image on Vendor can have 3. Keep those that `golden_tags` asks for.
            tags["ACS:x"]: Invalid Tag Key: The key `ACS:x` begins with `acs:`, which the vendor keeps for itself; choose another.
            tags["a"]: Invalid Tag Value: The value of the tag `a` begins with `acs:`, which the vendor keeps for itself; choose another.
            tags["b"]: Invalid Tag Value: The value of the tag `b` has 12 characters; at most 8 are allowed.
            tags["far too long"]: Invalid Tag Key: The key `far too long` has 12 characters; at most 8 are allowed."#]],
    );
    assert_eq!(validate(&tags(&[("longest8", "äöüäöüäö")]), &TERMS, "Vendor"), Diagnostics::new());
}

#[test]
fn what_is_unknown_is_not_judged() {
    let unknown: BTreeMap<_, _> = [("status".to_owned(), Attr::Unknown)].into();
    assert_eq!(validate(&unknown, &TERMS, "Vendor"), Diagnostics::new());
    assert_eq!(judge(&unknown, &[rule("status", &["approved"])]), Diagnostics::new());
}

#[test]
fn tags_must_satisfy_every_part_of_the_rule() {
    let golden = [rule("status", &["approved", "golden-*"]), rule("team", &["?*"])];
    assert_eq!(judge(&tags(&[("status", "golden-1"), ("team", "a")]), &golden), Diagnostics::new());
    check(
        judge(&tags(&[("status", "Approved")]), &golden),
        expect![[r#"
            tags["status"]: Tags Are Not Golden: An image with these tags would still not be golden: `status` is `Approved`, and `golden_tags` of the provider block asks for status = approved or golden-*. Change the tag, or the rule.
            tags: Tags Are Not Golden: An image with these tags would still not be golden: `team` is not there, and `golden_tags` of the provider block asks for team = ?*. Change the tag, or the rule."#]],
    );
}

#[test]
fn a_rule_without_a_choice_gives_the_tags() {
    let exact = [rule("status", &["approved"]), rule("team", &["a"])];
    assert_eq!(only_tags(&exact).unwrap(), plain(&[("status", "approved"), ("team", "a")]));
    let open = [rule("status", &["approved"]), rule("team", &["a", "b"]), rule("tier", &["*"])];
    let problems = only_tags(&open).unwrap_err();
    assert_eq!(problems.iter().count(), 2, "{problems:?}");
}

#[test]
fn tags_of_others_count_and_clash_but_neither_ours_nor_the_vendors() {
    let keys = BTreeSet::from(["status", "team"]);
    let nothing = TagMap::new();
    let existing = on_image(&[("acs:rm:rgId", "x"), ("owner", "a"), ("status", "old")]);
    let fine = judge_beside(&existing, &keys, &nothing, &TERMS, "m-1");
    assert_eq!(fine, Diagnostics::new());
    let existing = on_image(&[("Team", "x"), ("owner", "a")]);
    let held = plain(&[("Team", "x")]);
    let renamed = judge_beside(&existing, &keys, &held, &TERMS, "m-1");
    check(
        judge_beside(&existing, &keys, &nothing, &TERMS, "m-1"),
        expect![[r#"
            tags["team"]: Clashing Tag Keys: m-1 has a tag `Team` already, which differs from `team` in case only. Remove that one first, or write the key as it is there.
            tags: Too Many Tags: m-1 has 2 tags already; with these it would have 4, and 3 are allowed. Remove some that are not needed."#]],
    );
    check(
        renamed,
        expect![[r#"
            tags: Too Many Tags: m-1 has 2 tags already; with these it would have 4, and 3 are allowed. Remove some that are not needed."#]],
    );
}

fn image(region: &str) -> Target {
    Target { region: region.to_owned(), whose: None, image_id: "m-1".to_owned() }
}

#[test]
fn only_other_values_of_the_same_tag_contradict() {
    let claims = Claims::default();
    let tags = plain(&[("status", "approved")]);
    claims.plan(&image("here"), &tags).unwrap();
    claims.plan(&image("here"), &tags).unwrap();
    claims.plan(&image("there"), &plain(&[("status", "blessed")])).unwrap();
    claims.plan(&image("here"), &plain(&[("team", "a")])).unwrap();
    // Some vendors, and all policies, compare keys without case.
    let problems = claims.plan(&image("here"), &plain(&[("Status", "blessed")])).unwrap_err();
    assert_eq!(problems.iter().count(), 1);
}

#[test]
fn a_tag_is_created_once() {
    let claims = Claims::default();
    let tags = plain(&[("status", "approved"), ("team", "a")]);
    assert_eq!(claims.create(&image("here"), &tags), Vec::<String>::new());
    let more = plain(&[("team", "a"), ("tier", "b")]);
    assert_eq!(claims.create(&image("here"), &more), ["team"]);
    assert!(!claims.is_created(&image("here"), "tier"), "it failed for `team`");
    assert!(claims.is_created(&image("here"), "status"));
    assert!(!claims.is_created(&image("there"), "status"));
    claims.give_back(&image("here"), &tags);
    assert!(!claims.is_created(&image("here"), "status"));
}

/// Tells what a plan says of the status, by the date, what there was, and what a read has marked.
fn planned(date: &str, prior: Option<(&str, &str)>, over: Option<&str>) -> String {
    let attribute = |text: &str| match text {
        "" => Attr::Null,
        "?" => Attr::Unknown,
        text => text.to_owned().into(),
    };
    let prior = prior.map(|(date, status)| ApprovalModel {
        image_id: Attr::Null,
        tags: Attr::Null,
        expires_at: attribute(date),
        status: attribute(status),
        account_id: Attr::Null,
        timeouts: Attr::Null,
        place: PlaceModel::default(),
    });
    match status(&attribute(date), prior.as_ref(), over.map(str::to_owned)) {
        Attr::Known(status) => status,
        Attr::Unknown => "?".to_owned(),
        Attr::Null => "null".to_owned(),
    }
}

/// No clock: what is not marked is left to the write.
#[test]
fn a_plan_ends_an_approval_only_by_what_a_read_has_marked() {
    let active = |date| Some((date, "active"));
    let table = [
        (planned("", None, None), "active"),
        (planned("2020", None, None), "?"),
        (planned("?", active("2020"), Some("2020")), "?"),
        (planned("2020", active("2020"), None), "active"),
        (planned("2020", active("2020"), Some("2020")), "expired"),
        // A mark of another date says nothing.
        (planned("2020", active("2020"), Some("2019")), "active"),
        (planned("2020", Some(("2020", "expired")), None), "expired"),
        (planned("2021", Some(("2020", "expired")), Some("2020")), "?"),
        (planned("", Some(("2020", "expired")), Some("2020")), "active"),
        // Half a creation: nobody knows what there is.
        (planned("2020", Some(("2020", "")), None), "?"),
    ];
    for (index, (planned, expected)) in table.into_iter().enumerate() {
        assert_eq!(planned, expected, "row {index}");
    }
}
