//! Patterns, numbers, dates and addresses.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::super::{
    automaton::{Automaton, Step},
    decimal::Decimal,
    finding::Truth,
    instant::Instant,
    name::NamePattern,
    network::Network,
    pattern::{Glob, wildcards},
};
use super::*;

/// Matching by the book: exponential, and obviously right.
pub(super) fn by_the_book(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            by_the_book(rest, text) || (!text.is_empty() && by_the_book(pattern, &text[1..]))
        }
        (['?', rest @ ..], [_, others @ ..]) => by_the_book(rest, others),
        ([c, rest @ ..], [d, others @ ..]) if c == d => by_the_book(rest, others),
        _ => false,
    }
}

proptest! {
    #[test]
    fn globs_match_by_the_book(pattern in "[ab?*é]{0,8}", text in "[abé]{0,8}") {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let expected = by_the_book(&chars(&pattern), &chars(&text));
        prop_assert_eq!(Glob::parse(&pattern).matches(&text), expected);
    }

    #[test]
    fn automata_match_by_the_book(
        pattern in "(\\*?[ab?:é]){0,8}\\*?", text in "[ab:é]{0,8}", length in 0..140usize,
    ) {
        // So that places of one word lead to those of the next.
        let (pattern, text) = ("a".repeat(length) + &pattern, "a".repeat(length) + &text);
        let step = |token| Step { token, crosses: true };
        let steps: Vec<_> = wildcards(&pattern).map(step).collect();
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let expected = by_the_book(&chars(&pattern), &chars(&text));
        let automaton = Automaton::of(steps.iter());
        prop_assert_eq!(automaton.matches(&text), expected);
        let mut starts = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
        let first = starts.find(|end| by_the_book(&chars(&pattern), &chars(&text[..*end])));
        prop_assert_eq!(automaton.first_end(&text), first);
    }

    #[test]
    fn long_rows_of_characters_are_found_like_short_ones(
        row in "[ab?é]{1,6}", text in "[abé]{0,200}", length in 60..70usize,
    ) {
        // The same twice: once long enough for the automaton.
        let pattern = format!("*{row}{}*", "?".repeat(length));
        let chars: Vec<_> = text.chars().collect();
        let row: Vec<_> = row.chars().chain("?".repeat(length).chars()).collect();
        let fits = |start: &[char]| {
            start.iter().zip(&row).all(|(c, wanted)| *wanted == '?' || c == wanted)
        };
        let expected = chars.windows(row.len()).any(fits);
        prop_assert_eq!(Glob::parse(&pattern).matches(&text), expected);
    }

    #[test]
    fn a_name_without_stars_over_colons_reads_the_same_everywhere(
        pattern in "arn:(a|\\*):(e|\\*):(r|\\*):(1|\\*):[ab/*]{0,4}",
        text in "arn:a:e:[rs]:[1]{0,1}:[ab/]{0,4}",
    ) {
        let pattern = NamePattern::of(&wildcards(&pattern).collect::<Vec<_>>(), 6);
        let finding = pattern.covers(&text, &AWS);
        prop_assert_eq!(finding.is(Truth::Yes), pattern.matches_strictly(&text));
        prop_assert!(finding.because.is_empty());
    }

    #[test]
    fn decimals_order_like_the_integers_they_stand_for(a in -9999i64..9999, b in -9999i64..9999) {
        // Written with two digits after the point.
        let written = |n: i64| {
            let sign = if n < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", n.abs() / 100, n.abs() % 100)
        };
        let read = |n| Decimal::parse(&written(n)).unwrap();
        prop_assert_eq!(read(a).order(&read(b)), a.cmp(&b));
    }
}

#[test]
fn hostile_patterns_cost_little() {
    let text = "a".repeat(10_000);
    assert!(Glob::parse(&"*".repeat(10_000)).matches(&text));
    assert!(!Glob::parse(&format!("{}b", "*a".repeat(5_000))).matches(&text));
    assert!(!Glob::parse(&format!("{}b", "*?".repeat(5_000))).matches(&text));
    // Rows with holes, which are nowhere, but nearly everywhere.
    let row = "a?".repeat(4_000);
    assert!(!Glob::parse(&format!("*{row}b*")).matches(&text));
    assert!(Glob::parse(&format!("*{row}*")).matches(&text));
    let pattern: Vec<_> = wildcards(&format!("arn:*a*a*:{}b", "*a".repeat(500))).collect();
    let name = format!("arn:a:a:a:a:{}", "a".repeat(2_000));
    assert!(NamePattern::of(&pattern, 6).covers(&name, &AWS).is(Truth::No));
    // Follows every way through the pattern, for every name it is asked about.
    let pattern: Vec<_> = wildcards(&format!("arn:aws{}image/*", "*".repeat(100_000))).collect();
    let pattern = NamePattern::of(&pattern, 6);
    for _ in 0..1_000 {
        assert!(pattern.covers("arn:aws:ec2:eu-west-1::image/ami-1", &AWS).is(Truth::No));
    }
}

#[test]
fn stars_in_resources_cross_colons_only_at_the_end_of_a_field() {
    let covers = |pattern: &str, name: &str| {
        let pattern = NamePattern::of(&wildcards(pattern).collect::<Vec<_>>(), 6);
        let finding = pattern.covers(name, &AWS);
        (finding.is(Truth::Yes), finding.because.is_empty())
    };
    let name = "arn:aws:kms:eu-west-1:111:key/a:b";
    assert_eq!(covers("*", name), (true, true));
    assert_eq!(covers("arn:aws:kms:*:*:key/*", name), (true, true));
    assert_eq!(covers("arn:aws:kms:*:key/*", name), (true, false));
    assert_eq!(covers("arn:aws:kms:eu-*-1:key/*", name), (false, true));
    assert_eq!(covers("arn:aws:kms:eu-*1:key/a:b", "arn:aws:kms:eu-1:1:key/a:b"), (false, false));
    assert_eq!(covers("arn:aws:kms", name), (true, true));
    assert_eq!(covers("arn:*:eu-west-1", name), (true, false));
    assert_eq!(covers("arn:aws:s3", name), (false, true));
    // Stars in a row are one.
    assert_eq!(covers("arn:aws:kms:**:key/**", name), (true, false));
    assert_eq!(covers("arn:aws:kms:eu-**1:key/a:b", "arn:aws:kms:eu-1:1:key/a:b"), (false, false));
}

#[test]
fn decimals_are_exact() {
    let order = |a: &str, b: &str| Decimal::parse(a).unwrap().order(&Decimal::parse(b).unwrap());
    assert_eq!(order("9007199254740993", "9007199254740992"), Ordering::Greater);
    assert_eq!(order("0.1", "0.10"), Ordering::Equal);
    assert_eq!(order("-0", "0.0"), Ordering::Equal);
    assert_eq!(order("007", "7"), Ordering::Equal);
    assert_eq!(order("-2", "-10"), Ordering::Greater);
    assert_eq!(order("0.25", "0.3"), Ordering::Less);
    for text in ["", "-", "+1", "1e3", ".5", "1.", " 1", "1,0", "0x1", "١"] {
        assert_eq!(Decimal::parse(text), None, "{text}");
    }
}

#[test]
fn instants_are_the_same_in_all_their_forms() {
    let at = |text: &str| Instant::parse(text).unwrap().nanoseconds;
    for text in [
        "2020-01-01T00:00:00Z",
        "2020-01-01T00:00Z",
        "2020-01-01T01:00:00+01:00",
        "2019-12-31T23:30:00.000-00:30",
        "2020-01-01",
        "2020-01",
        "2020",
        "1577836800",
    ] {
        assert_eq!(at(text), 1_577_836_800_000_000_000, "{text}");
    }
    assert_eq!(at("2020-01-01T00:00:00.000000001Z"), 1_577_836_800_000_000_001);
    for text in [
        "",
        "2020-13",
        "2020-02-30",
        "2020-1-1",
        "2020-01-01T00:00:00",
        "2020-01T00:00Z",
        "2020-01-01T24:00:00Z",
        "2020-01-01T00Z",
        "2020-01-01T00:00.5Z",
        "2020-01-01T00:00:00.Z",
        "2020-01-01 00:00:00Z",
        "20200101T000000Z",
        "-1577836800",
        "99999999999999999999",
    ] {
        assert_eq!(Instant::parse(text), None, "{text}");
    }
}

#[test]
fn addresses_are_in_ranges_of_their_own_family() {
    let contains = |range: &str, address: &str| {
        Network::parse(range).unwrap().contains(address.parse().unwrap())
    };
    assert!(contains("10.0.0.0/8", "10.255.0.1"));
    assert!(contains("10.9.9.9/8", "10.0.0.1"));
    assert!(!contains("10.0.0.0/8", "11.0.0.0"));
    assert!(contains("0.0.0.0/0", "203.0.113.1"));
    assert!(contains("203.0.113.7", "203.0.113.7"));
    assert!(!contains("203.0.113.7", "203.0.113.6"));
    assert!(contains("::/0", "2001:db8::1"));
    assert!(!contains("::/0", "203.0.113.1"));
    assert!(!contains("::ffff:0:0/96", "203.0.113.1"));
    assert!(!contains("0.0.0.0/0", "2001:db8::1"));
    for text in ["", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/+8", "10.0.0/8", "a"] {
        assert_eq!(Network::parse(text), None, "{text}");
    }
}
