use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::*;
use crate::span::Span;

fn at(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap()
}

fn now() -> OffsetDateTime {
    at("2026-06-01T00:00:00Z")
}

/// A golden image, created on the given day.
fn image(id: &str, day: &str) -> Image {
    Image {
        id: id.into(),
        name: format!("base-{id}").into(),
        description: "".into(),
        family: Some("base".into()),
        owner: ImageOwner { id: "111".into(), alias: None, is_caller: true },
        created_at: Some(at(&format!("{day}T00:00:00Z"))),
        deprecation: Deprecation::None,
        state: ImageState::Available,
        is_public: false,
        architecture: "x86_64".into(),
        platform: "linux".into(),
        tags: tags(&[("status", "approved")]),
        root_device_name: None,
        root_device_size_gib: None,
        root_snapshot_id: None,
        watermarks: [].into(),
        allowed: None,
    }
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

fn tag(key: &str, patterns: &[&str]) -> TagRule {
    let any_of = patterns.iter().map(|text| Pattern::parse(text).unwrap()).collect();
    TagRule { key: key.to_owned(), any_of }
}

fn rule() -> Rule {
    Rule {
        tags: vec![tag("status", &["approved"])],
        owners: BTreeSet::from([Owner::Caller]),
        name: None,
        family: None,
        platform: None,
        architecture: None,
        watermarks: None,
        max_age: None,
        min_age: None,
        include_deprecated: false,
        as_of: None,
    }
}

fn span(text: &str) -> Option<Span> {
    Some(Span::parse(text).unwrap())
}

/// Shows a whole selection.
fn check(images: &[Image], rule: &Rule, expected: Expect) {
    let selection = select(images, rule, now());
    let mut shown = format!("{}\n", selection.funnel);
    for golden in &selection.golden {
        shown += &format!("golden {}\n", golden.id);
    }
    for loser in &selection.losers {
        let reasons: Vec<_> =
            loser.reasons.iter().map(|reason| format!("{}: {reason}", reason.code())).collect();
        shown += &format!("loser {}: {}\n", loser.image.id, reasons.join("; "));
    }
    expected.assert_eq(&shown);
}

#[test]
fn the_newest_comes_first_and_equal_times_are_ordered_by_id() {
    let images = [
        image("m-b", "2026-05-01"),
        image("m-old", "2025-01-01"),
        image("m-a", "2026-05-01"),
        image("m-new", "2026-05-02"),
    ];
    check(
        &images,
        &rule(),
        expect![[r#"
            4 scanned → 4 of a trusted owner → 4 in a usable state → 4 with the tags → 4 with the name → 4 of the age
            golden m-new
            golden m-a
            golden m-b
            golden m-old
        "#]],
    );
}

#[test]
fn the_order_of_the_listing_does_not_matter() {
    let mut images: Vec<_> = (0..30).map(|n| image(&format!("m-{n}"), "2026-05-01")).collect();
    images[7].tags = Tags::default();
    let rule = rule();
    let ids = |images: &[Image]| -> Vec<String> {
        let selection = select(images, &rule, now());
        let losers = selection.losers.iter().map(|loser| loser.image);
        selection.golden.iter().copied().chain(losers).map(|image| image.id.to_string()).collect()
    };
    let straight = ids(&images);
    images.reverse();
    assert_eq!(ids(&images), straight);
}

#[test]
fn every_reason_is_told_with_its_code() {
    let mut stranger = image("m-stranger", "2026-05-01");
    stranger.owner = ImageOwner { id: "222".into(), alias: None, is_caller: false };
    stranger.is_public = true;
    stranger.tags = Tags::default();
    let mut disabled = image("m-disabled", "2026-05-01");
    disabled.state = ImageState::Disabled;
    let mut deleted = image("m-deleted", "2026-05-01");
    deleted.state = ImageState::Deregistered;
    let mut pending = image("m-pending", "2026-05-01");
    pending.state = ImageState::Other("pending".into());
    let mut deprecated = image("m-deprecated", "2026-05-01");
    deprecated.deprecation = Deprecation::At(at("2026-05-31T00:00:00Z"));
    let mut forbidden = image("m-forbidden", "2026-05-01");
    forbidden.allowed = Some(false);
    let mut untagged = image("m-untagged", "2026-05-01");
    untagged.tags = Tags::default();
    let mut draft = image("m-draft", "2026-05-01");
    draft.tags = tags(&[("status", "draft")]);
    let mut timeless = image("m-timeless", "2026-05-01");
    timeless.created_at = None;
    check(
        &[stranger, disabled, deleted, pending, deprecated, forbidden, untagged, draft, timeless],
        &rule(),
        expect![[r#"
            9 scanned → 8 of a trusted owner → 3 in a usable state → 1 with the tags → 1 with the name → 0 of the age
            loser m-deleted: deleted: it is deregistered
            loser m-deprecated: deprecated: it is deprecated since 2026-05-31T00:00:00Z
            loser m-disabled: disabled: it is disabled
            loser m-draft: tag_mismatch: its tag `status` is `draft`, not approved
            loser m-forbidden: not_allowed: the account's Allowed AMIs leave it out
            loser m-pending: not_available: its state is `pending`
            loser m-untagged: tag_missing: it has no tag `status`
            loser m-timeless: unreadable: the cloud tells no readable creation time
            loser m-stranger: owner_not_trusted: its owner 222 is not among `owners`; public: it is open to every account; tags_not_visible: no tag `status` is visible: another account's tags do not travel with its images
        "#]],
    );
}

#[test]
fn names_kinds_and_ages_are_judged() {
    let mut rule = rule();
    rule.name = Some(Pattern::parse("web-*").unwrap());
    rule.family = Some("web".to_owned());
    rule.platform = Some("windows".to_owned());
    rule.architecture = Some("arm64".to_owned());
    rule.max_age = span("90d");
    rule.min_age = span("7d");
    let images = [image("m-old", "2025-01-01"), image("m-new", "2026-05-31")];
    check(
        &images,
        &rule,
        expect![[r#"
        2 scanned → 2 of a trusted owner → 2 in a usable state → 2 with the tags → 0 with the name → 0 of the age
        loser m-new: name: its name does not match `name_pattern`; family: its family is `base`; platform: its platform is `linux`; architecture: its architecture is `x86_64`; too_new: it was created 2026-05-31T00:00:00Z, less than 7d ago
        loser m-old: name: its name does not match `name_pattern`; family: its family is `base`; platform: its platform is `linux`; architecture: its architecture is `x86_64`; too_old: it was created 2025-01-01T00:00:00Z, more than 90d ago
    "#]],
    );
}

#[test]
fn ages_include_their_limits() {
    let mut rule = rule();
    rule.max_age = span("31d");
    rule.min_age = span("31d");
    assert!(judge(&image("m", "2026-05-01"), &rule, now()).is_empty());
}

#[test]
fn as_of_judges_at_that_instant() {
    let mut rule = rule();
    rule.as_of = Some(at("2026-03-01T00:00:00Z"));
    rule.max_age = span("90d");
    let mut deprecated_later = image("m-later", "2026-02-01");
    deprecated_later.deprecation = Deprecation::At(at("2026-04-01T00:00:00Z"));
    check(
        &[deprecated_later, image("m-new", "2026-05-01"), image("m-old", "2025-06-01")],
        &rule,
        expect![[r#"
            3 scanned → 3 of a trusted owner → 3 in a usable state → 3 with the tags → 3 with the name → 1 of the age
            golden m-later
            loser m-new: too_new: it was created 2026-05-01T00:00:00Z, after `as_of`
            loser m-old: too_old: it was created 2025-06-01T00:00:00Z, more than 90d ago
        "#]],
    );
}

#[test]
fn deprecated_images_count_on_request() {
    let mut rule = rule();
    let mut deprecated = image("m", "2026-05-01");
    deprecated.deprecation = Deprecation::Now;
    assert_eq!(judge(&deprecated, &rule, now()), [Reason::Deprecated(None)]);
    rule.include_deprecated = true;
    assert_eq!(judge(&deprecated, &rule, now()), []);
}

#[test]
fn a_deprecation_that_lies_ahead_does_not_count() {
    let mut soon = image("m", "2026-05-01");
    soon.deprecation = Deprecation::At(at("2026-06-01T00:00:01Z"));
    assert_eq!(judge(&soon, &rule(), now()), []);
}

#[test]
fn the_same_key_in_two_tag_rules_must_match_both() {
    let mut rule = rule();
    rule.tags = vec![tag("status", &["approved", "trial"]), tag("status", &["tr*"])];
    let mut trial = image("m", "2026-05-01");
    assert_eq!(judge(&trial, &rule, now()).len(), 1);
    trial.tags = tags(&[("status", "trial")]);
    assert_eq!(judge(&trial, &rule, now()), []);
}

#[test]
fn tag_keys_and_values_are_case_sensitive() {
    let mut shouting = image("m", "2026-05-01");
    shouting.tags = tags(&[("status", "Approved")]);
    let rule = rule();
    assert_eq!(judge(&shouting, &rule, now())[0].code(), "tag_mismatch");
    shouting.tags = tags(&[("Status", "approved")]);
    assert_eq!(judge(&shouting, &rule, now())[0].code(), "tag_missing");
}

#[test]
fn tags_are_found_by_key_and_told_in_its_order() {
    let tags = tags(&[("b", "2"), ("a", "1"), ("c", "3"), ("a", "later")]);
    assert_eq!(tags.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2"), ("c", "3")]);
    assert_eq!((tags.get("b"), tags.get("B"), tags.get("")), (Some("2"), None, None));
}

#[test]
fn owners_are_told_by_relation_group_or_account() {
    let mut amazon = image("m", "2026-05-01");
    amazon.owner = ImageOwner { id: "999".into(), alias: Some("amazon".into()), is_caller: false };
    let mut rule = rule();
    let trusted_by = |rule: &mut Rule, owner| {
        rule.owners = BTreeSet::from([owner]);
        judge(&amazon, rule, now()).is_empty()
    };
    assert!(trusted_by(&mut rule, Owner::Group("amazon")));
    assert!(trusted_by(&mut rule, Owner::Account("999".to_owned())));
    assert!(!trusted_by(&mut rule, Owner::Group("aws-marketplace")));
    assert!(!trusted_by(&mut rule, Owner::Account("99".to_owned())));
    assert!(!trusted_by(&mut rule, Owner::Caller));
}

#[test]
fn a_watermark_counts_directly_or_inherited() {
    let mut marked = image("ami-child", "2026-05-01");
    let mark =
        |source: &str| Watermark { key: "111:hardened".into(), source_image_id: source.into() };
    let mut rule = rule();
    let wanted = |direct_only| {
        Some(WatermarkRule { any_of: BTreeSet::from(["111:hardened".to_owned()]), direct_only })
    };
    rule.watermarks = wanted(true);
    assert_eq!(judge(&marked, &rule, now())[0].code(), "watermark_missing");
    marked.watermarks = [mark("ami-parent")].into();
    assert_eq!(judge(&marked, &rule, now()), [Reason::WatermarkInherited("ami-parent")]);
    marked.watermarks = [mark("ami-parent"), mark("ami-child")].into();
    assert_eq!(judge(&marked, &rule, now()), []);
    marked.watermarks = [mark("ami-parent")].into();
    rule.watermarks = wanted(false);
    assert_eq!(judge(&marked, &rule, now()), []);
}

#[test]
fn ten_losers_are_kept_the_best_first() {
    let mut images: Vec<_> =
        (10..30).map(|n| image(&format!("m-{n}"), &format!("2026-05-{n}"))).collect();
    for image in &mut images {
        image.tags = Tags::default();
        image.state = ImageState::Disabled;
    }
    images[0].state = ImageState::Available;
    let rule = rule();
    let selection = select(&images, &rule, now());
    let ids: Vec<_> = selection.losers.iter().map(|loser| &*loser.image.id).collect();
    assert_eq!(
        ids,
        ["m-10", "m-29", "m-28", "m-27", "m-26", "m-25", "m-24", "m-23", "m-22", "m-21"]
    );
}

#[test]
fn the_rule_is_written_in_the_words_of_the_configuration() {
    let mut rule = rule();
    rule.tags.push(tag("os", &["ubuntu-*", "debian-*"]));
    rule.owners.insert(Owner::Account("222".to_owned()));
    rule.name = Some(Pattern::parse("web-*").unwrap());
    rule.max_age = span("90d");
    rule.as_of = Some(now());
    rule.include_deprecated = true;
    expect![[r#"
        owners: self or 222
        tag: status = approved
        tag: os = debian-* or ubuntu-*
        name_pattern: web-*
        max_age: 90d
        as_of: 2026-06-01T00:00:00Z
        deprecated images count"#]]
    .assert_eq(&rule.to_string());
}

#[test]
fn patterns_match_whole_texts() {
    let table = [
        ("approved", "approved", true),
        ("approved", "approve", false),
        ("approved", "Approved", false),
        ("*", "", true),
        ("*", "anything", true),
        ("?*", "", false),
        ("?*", "x", true),
        ("?", "é", true),
        ("?", "黄金", false),
        ("a*c", "abcbc", true),
        ("a*c", "abcb", false),
        ("a*b?d*", "axxbbcdb", true),
        ("a*b?d*", "axxbdb", false),
        ("*ab*ab", "abxab", true),
        ("*ab*ab", "ab", false),
        ("[a-z]", "b", false),
        ("a.c", "abc", false),
        ("\\*", "\\anything", true),
    ];
    for (pattern, text, expected) in table {
        assert_eq!(Pattern::parse(pattern).unwrap().matches(text), expected, "{pattern} on {text}");
    }
    assert_eq!(Pattern::parse(""), Err(PatternError::Empty));
}

#[test]
fn a_hostile_pattern_takes_no_longer_than_text_times_pattern() {
    let pattern = Pattern::parse(&"a*".repeat(500)).unwrap();
    assert!(!pattern.matches(&("a".repeat(499) + &"b".repeat(5_000))));
}

#[test]
fn only_patterns_without_wildcards_are_literal() {
    let literal = |text: &str| Pattern::parse(text).unwrap().literal().map(str::to_owned);
    assert_eq!(literal("approved"), Some("approved".to_owned()));
    assert_eq!(literal("approved*"), None);
    assert_eq!(literal("approve?"), None);
}

proptest::proptest! {
    /// The textbook definition, too slow for real use.
    #[test]
    fn patterns_agree_with_their_definition(pattern in "[ab*?]{1,7}", text in "[ab]{0,8}") {
        fn defined(pattern: &[u8], text: &[u8]) -> bool {
            match (pattern, text) {
                ([], []) => true,
                ([b'*', rest @ ..], _) => {
                    defined(rest, text) || (!text.is_empty() && defined(pattern, &text[1..]))
                }
                ([b'?', rest @ ..], [_, others @ ..]) => defined(rest, others),
                ([wanted, rest @ ..], [found, others @ ..]) => wanted == found && defined(rest, others),
                _ => false,
            }
        }
        let expected = defined(pattern.as_bytes(), text.as_bytes());
        proptest::prop_assert_eq!(Pattern::parse(&pattern).unwrap().matches(&text), expected);
    }
}

/// Shows the findings about all these images, and about one that the cloud does not show.
fn check_given(images: &[Image], rule: &Rule, expected: Expect) {
    let ids = images.iter().map(|image| image.id.to_string()).chain(["m-gone".to_owned()]);
    let ids: BTreeSet<String> = ids.collect();
    let lines = super::check(&ids, images, rule, now()).into_iter().map(|finding| {
        let codes: Vec<_> = finding.reasons.iter().map(Reason::code).collect();
        let is_seen = if finding.image.is_some() { "seen" } else { "not seen" };
        format!("{} {is_seen}: {} {codes:?}\n", finding.id, finding.verdict.code())
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn a_given_image_is_unknown_only_where_nothing_but_hidden_facts_speaks_against_it() {
    let stranger = ImageOwner { id: "222".into(), alias: None, is_caller: false };
    let mut shared = image("m-shared", "2026-05-01");
    (shared.owner, shared.tags) = (stranger.clone(), Tags::default());
    let mut untrusted = shared.clone();
    (untrusted.id, untrusted.owner.id) = ("m-untrusted".into(), "333".into());
    let mut timeless = image("m-timeless", "2026-05-01");
    timeless.created_at = None;
    let mut draft = timeless.clone();
    (draft.id, draft.tags) = ("m-draft".into(), tags(&[("status", "draft")]));
    let mut deregistered = image("m-deregistered", "2026-05-01");
    deregistered.state = ImageState::Deregistered;
    let mut rule = rule();
    rule.owners.insert(Owner::Account("222".to_owned()));
    check_given(
        &[image("m-golden", "2026-05-01"), shared, untrusted, timeless, draft, deregistered],
        &rule,
        expect![[r#"
            m-deregistered seen: not_golden ["deleted"]
            m-draft seen: not_golden ["tag_mismatch", "unreadable"]
            m-golden seen: golden []
            m-gone not seen: unknown ["deleted"]
            m-shared seen: unknown ["tags_not_visible"]
            m-timeless seen: unknown ["unreadable"]
            m-untrusted seen: not_golden ["owner_not_trusted", "tags_not_visible"]
        "#]],
    );
}
