//! Classes of values against every value there is, as far as small alphabets go.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::super::{
    matcher::{Chars, Fold, Matcher, Step},
    text::{self, Allowance},
    values::{self, Domain, Probe},
};
use crate::guardrail::{
    decimal::Decimal,
    instant::Instant,
    name::NamePattern,
    network::Network,
    pattern::{Glob, wildcards},
};

/// Every text of at most so many of the letters.
fn all_texts(letters: &[char], longest: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut last = texts.clone();
    for _ in 0..longest {
        last = last
            .iter()
            .flat_map(|text| letters.iter().map(move |letter| format!("{text}{letter}")))
            .collect();
        texts.extend(last.iter().cloned());
    }
    texts
}

fn random_pattern(rng: &mut Rng, letters: &[char], longest: usize) -> String {
    (0..rng.usize(..=longest)).map(|_| letters[rng.usize(..letters.len())]).collect()
}

/// Tells how patterns answer, by the matching that the evaluator uses.
fn answers<P>(patterns: &[P], text: &str, matches: impl Fn(&P, &str) -> bool) -> Vec<bool> {
    patterns.iter().map(|pattern| matches(pattern, text)).collect()
}

#[test]
fn every_combination_of_matches_has_a_class_and_every_class_a_text_of_its_own() {
    let mut rng = Rng::with_seed(7);
    // `y` stands for all letters that no pattern names.
    let texts = all_texts(&['a', 'b', 'y'], 6);
    for _ in 0..400 {
        let count = rng.usize(1..=4);
        let patterns: Vec<String> =
            (0..count).map(|_| random_pattern(&mut rng, &['a', 'b', '*', '?'], 4)).collect();
        let globs: Vec<Glob> = patterns.iter().map(|pattern| Glob::parse(pattern)).collect();
        let matchers: Vec<Matcher> =
            globs.iter().map(|glob| Matcher::glob(&glob.tokens())).collect();
        let witnesses = text::partition(&matchers, &[], &Allowance::new()).unwrap();
        let of = |text: &str| answers(&globs, text, Glob::matches);
        let found: Vec<Vec<bool>> = witnesses.iter().map(|text| of(text)).collect();
        let distinct: BTreeSet<&Vec<bool>> = found.iter().collect();
        assert_eq!(distinct.len(), found.len(), "two classes of {patterns:?} are one");
        for text in &texts {
            assert!(distinct.contains(&of(text)), "{patterns:?} has no class for {text:?}");
        }
        let texts: Vec<&str> = witnesses.iter().map(String::as_str).collect();
        let signatures = text::signatures(&matchers, &[], &texts);
        let expected: Vec<_> = found.into_iter().map(Some).collect();
        assert_eq!(signatures, expected, "{patterns:?}");
    }
}

#[test]
fn all_readings_of_a_name_are_told_apart() {
    let mut rng = Rng::with_seed(11);
    let texts = all_texts(&['a', ':', 'y'], 7);
    for _ in 0..200 {
        let patterns: Vec<String> = (0..rng.usize(1..=2))
            .map(|_| random_pattern(&mut rng, &['a', ':', '*', '?', ':', '*'], 6))
            .collect();
        let names: Vec<NamePattern> = patterns
            .iter()
            .map(|pattern| NamePattern::of(&wildcards(pattern).collect::<Vec<_>>(), 3))
            .collect();
        let readings = names.iter().flat_map(|name| {
            std::iter::once(name.strict()).chain(name.other_readings()).map(Matcher::name)
        });
        let witnesses =
            text::partition(&readings.collect::<Vec<_>>(), &[], &Allowance::new()).unwrap();
        for dialect in [&crate::guardrail::AWS, &crate::guardrail::ALICLOUD] {
            let of = |text: &str| -> Vec<_> {
                let covers = names.iter().map(|name| name.covers(text, dialect));
                let strictly = names.iter().map(|name| name.matches_strictly(text));
                covers.zip(strictly).map(|(it, strict)| (it.truth, it.because, strict)).collect()
            };
            let found: Vec<_> = witnesses.iter().map(|text| of(text)).collect();
            for text in &texts {
                assert!(found.contains(&of(text)), "{patterns:?} has no class for {text:?}");
            }
        }
    }
}

#[test]
fn a_domain_leaves_out_what_is_not_in_it() {
    let mut rng = Rng::with_seed(13);
    let texts = all_texts(&['a', 'b', ':', '7', 'y'], 5);
    let domains: [Vec<Step>; 3] = [
        vec![
            Step { on: Chars::NoColon, repeats: false },
            Step { on: Chars::NoColon, repeats: true },
        ],
        vec![Step { on: Chars::Digit, repeats: true }, Step { on: Chars::Is('a'), repeats: false }],
        vec![Step { on: Chars::Any, repeats: true }, Step { on: Chars::Digit, repeats: false }],
    ];
    let is_in: [fn(&str) -> bool; 3] = [
        |text| !text.is_empty() && !text.contains(':'),
        |text| text.strip_suffix('a').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit())),
        |text| text.ends_with(|c: char| c.is_ascii_digit()),
    ];
    for round in 0..300 {
        let domain = Matcher { steps: domains[round % 3].clone(), fold: Fold::No };
        let patterns: Vec<String> = (0..rng.usize(1..=3))
            .map(|_| random_pattern(&mut rng, &['a', 'b', '*', '?', ':'], 4))
            .collect();
        let globs: Vec<Glob> = patterns.iter().map(|pattern| Glob::parse(pattern)).collect();
        let matchers: Vec<Matcher> =
            globs.iter().map(|glob| Matcher::glob(&glob.tokens())).collect();
        let witnesses = text::partition(&matchers, &[domain], &Allowance::new()).unwrap();
        let of = |text: &str| answers(&globs, text, Glob::matches);
        let found: BTreeSet<Vec<bool>> = witnesses.iter().map(|text| of(text)).collect();
        for witness in &witnesses {
            assert!(is_in[round % 3](witness), "{witness:?} is outside");
        }
        let inside: BTreeSet<Vec<bool>> =
            texts.iter().filter(|text| is_in[round % 3](text)).map(|text| of(text)).collect();
        assert!(inside.is_subset(&found), "{patterns:?} in domain {}", round % 3);
    }
}

#[test]
fn case_is_told_apart_where_it_counts() {
    let probes = vec![
        Probe::Text(Matcher::literal("kb", Fold::Ascii)),
        Probe::Text(Matcher::literal("kb", Fold::Unicode)),
        Probe::Text(Matcher::literal("Kb", Fold::No)),
    ];
    let classes = values::classes(&probes, &Domain::Texts, &[], &Allowance::new()).unwrap();
    let kinds: BTreeSet<_> = classes
        .iter()
        .map(|text| (text.eq_ignore_ascii_case("kb"), text.to_lowercase() == "kb", text == "Kb"))
        .collect();
    let all =
        [(false, false, false), (false, true, false), (true, true, false), (true, true, true)];
    assert_eq!(kinds, BTreeSet::from(all), "{classes:?}");
    assert!(classes.contains(&String::new()));
}

#[test]
fn hostile_patterns_are_given_up() {
    let hostile: Vec<Matcher> = ["*a??????????", "*b???????????", "*c????????????"]
        .map(|pattern| Matcher::glob(&wildcards(pattern).collect::<Vec<_>>()))
        .into();
    assert_eq!(text::partition(&hostile, &[], &Allowance::new()), Err(text::TooMany));
}

#[test]
fn numbers_fall_into_constants_and_gaps() {
    let mut rng = Rng::with_seed(17);
    for _ in 0..300 {
        let number = |rng: &mut Rng| match rng.usize(..3) {
            0 => rng.i32(-3..4).to_string(),
            1 => format!("{}.{}", rng.i32(-2..3), rng.u32(..100)),
            _ => format!("{}.0{}", rng.i32(-2..3), rng.u32(..10)),
        };
        let constants: Vec<String> = (0..rng.usize(1..=4)).map(|_| number(&mut rng)).collect();
        let probes: Vec<Probe> =
            constants.iter().map(|text| Probe::Number(text.as_str().into())).collect();
        let classes = values::classes(&probes, &Domain::Texts, &[], &Allowance::new()).unwrap();
        let of = |text: &str| -> Option<Vec<_>> {
            let number = Decimal::parse(text)?;
            let others = constants.iter().map(|text| Decimal::parse(text).unwrap());
            Some(others.map(|other| number.order(&other)).collect())
        };
        let found: Vec<_> = classes.iter().map(|text| of(text)).collect();
        for thousandths in -4100..4100 {
            let sign = if thousandths < 0 { "-" } else { "" };
            let (whole, rest) = (i32::abs(thousandths) / 1000, i32::abs(thousandths) % 1000);
            let text = format!("{sign}{whole}.{rest:03}");
            assert!(found.contains(&of(&text)), "{constants:?} has no class for {text}");
        }
        assert!(found.contains(&None), "{constants:?} has no class for what is no number");
    }
}

#[test]
fn instants_fall_into_constants_and_gaps() {
    let mut rng = Rng::with_seed(19);
    for _ in 0..300 {
        let texts: Vec<String> = (0..rng.usize(1..=3))
            .map(|_| format!("2027-01-01T00:00:{:02}Z", rng.usize(..6)))
            .collect();
        let constants: Vec<Instant> =
            texts.iter().map(|text| Instant::parse(text).unwrap()).collect();
        let probes: Vec<Probe> = constants.iter().copied().map(Probe::Date).collect();
        let classes = values::classes(&probes, &Domain::Instants, &[], &Allowance::new()).unwrap();
        let of = |text: &str| -> Vec<_> {
            let instant = Instant::parse(text).unwrap();
            constants.iter().map(|it| instant.nanoseconds.cmp(&it.nanoseconds)).collect()
        };
        let found: BTreeSet<_> = classes.iter().map(|text| of(text)).collect();
        assert_eq!(found.len(), classes.len(), "two classes of {texts:?} are one");
        for second in 0..8 {
            let text = format!("2027-01-01T00:00:{second:02}Z");
            assert!(found.contains(&of(&text)), "{texts:?} has no class for {text}");
        }
    }
}

#[test]
fn addresses_fall_into_ranges_and_what_they_leave_free() {
    let mut rng = Rng::with_seed(23);
    for _ in 0..300 {
        let texts: Vec<String> = (0..rng.usize(1..=4))
            .map(|_| format!("10.0.0.{}/{}", rng.u8(..), rng.u8(22..=32)))
            .collect();
        let networks: Vec<Network> =
            texts.iter().map(|text| Network::parse(text).unwrap()).collect();
        let probes: Vec<Probe> = networks.iter().copied().map(Probe::Address).collect();
        let classes = values::classes(&probes, &Domain::Texts, &[], &Allowance::new()).unwrap();
        let of = |address: std::net::IpAddr| -> Vec<_> {
            networks.iter().map(|network| network.contains(address)).collect()
        };
        let found: BTreeSet<_> =
            classes.iter().filter_map(|text| text.parse().ok()).map(of).collect();
        for last in 0..=255 {
            let address = [10, 0, 0, last].into();
            assert!(found.contains(&of(address)), "{texts:?} has no class for {address}");
        }
    }
}
