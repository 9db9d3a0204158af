//! The n + 1 windows of dated exemptions.

use super::*;

fn expiry(text: &str) -> Expiry {
    Expiry::parse(text).unwrap()
}

fn exemption(principal: &str, rules: &[Rule], end: Option<&str>) -> Exemption {
    Exemption {
        principals: [role(principal)].into(),
        rules: rules.iter().copied().collect(),
        expires_at: end.map(expiry),
    }
}

/// An export rule with a permanent principal, beside exemptions.
fn intent(exemptions: Vec<Exemption>) -> Intent {
    let export = Export { exempt_principals: [role("permanent")].into() };
    Intent { rules: Rules { export: Some(export), ..Rules::default() }, exemptions }
}

/// Writes `always: a b; 2027-01-01T00:00:00Z: a`.
fn shown(intent: &Intent) -> String {
    let window = |window: Window<'_>| {
        let from = window.from.map_or("always".to_owned(), |from| from.to_string());
        let name = |principal: &&Principal| {
            principal.as_str().rsplit('/').next().unwrap_or_default().to_owned()
        };
        let names: Vec<String> = window.exempt.iter().map(name).collect();
        format!("{from}: {}", names.join(" "))
    };
    intent.windows(Rule::Export).into_iter().map(window).collect::<Vec<_>>().join("; ")
}

const FIRST: &str = "2027-01-01T00:00:00Z";
const SECOND: &str = "2027-02-01T00:00:00Z";

#[test]
fn without_dates_there_is_one_window() {
    assert_eq!(shown(&intent(vec![])), "always: permanent");
    let also = exemption("also", &[Rule::Export], None);
    assert_eq!(shown(&intent(vec![also])), "always: also permanent");
}

#[test]
fn every_end_date_starts_a_window_for_those_that_are_left() {
    let exemptions = vec![
        exemption("later", &[Rule::Export], Some(SECOND)),
        exemption("soon", &[Rule::Export], Some(FIRST)),
        exemption("other", &[Rule::Launch], Some(FIRST)),
    ];
    assert_eq!(
        shown(&intent(exemptions)),
        "always: later permanent soon; 2027-01-01T00:00:00Z: later permanent; \
         2027-02-01T00:00:00Z: permanent"
    );
}

#[test]
fn exemptions_that_end_together_share_a_window() {
    let exemptions = vec![
        exemption("a", &[Rule::Export], Some(FIRST)),
        exemption("b", &[Rule::Export], Some("2027-01-01T08:00:00+08:00")),
    ];
    assert_eq!(
        shown(&intent(exemptions)),
        "always: a b permanent; 2027-01-01T00:00:00Z: permanent"
    );
}

#[test]
fn the_longest_exemption_of_a_principal_counts() {
    let exemptions = vec![
        exemption("a", &[Rule::Export], Some(SECOND)),
        exemption("a", &[Rule::Export], Some(FIRST)),
        exemption("permanent", &[Rule::Export], Some(FIRST)),
    ];
    assert_eq!(shown(&intent(exemptions)), "always: a permanent; 2027-02-01T00:00:00Z: permanent");
}

#[test]
fn a_principal_is_exempt_while_the_time_is_before_the_end() {
    let intent = intent(vec![exemption("a", &[Rule::Export], Some(FIRST))]);
    let exempts =
        |name: &str, now| intent.exempts(&AWS_ATLAS, Rule::Export, role(name).as_str(), now);
    assert!(exempts("a", datetime!(2026-12-31 23:59:59.999 UTC)));
    assert!(!exempts("a", datetime!(2027-01-01 00:00 UTC)));
    assert!(exempts("permanent", datetime!(2027-01-01 00:00 UTC)));
    assert!(!exempts("somebody", datetime!(2026-01-01 00:00 UTC)));
}

#[test]
fn the_normal_form_says_the_same_in_the_rules_and_in_few_exemptions() {
    let mut intent = intent(vec![
        exemption("forever", &[Rule::Export], None),
        exemption("a", &[Rule::Export], Some(FIRST)),
        exemption("b", &[Rule::Export, Rule::Share], Some(FIRST)),
        exemption("c", &[Rule::Export], Some(FIRST)),
    ]);
    intent.rules.share = Some(Share { images: true, ..Share::default() });
    let normal = intent.normalised();
    for rule in Rule::ALL {
        assert_eq!(normal.windows(rule), intent.windows(rule));
    }
    assert_eq!(normal.exemptions.len(), 2);
    assert_eq!(normal.exemptions[0].principals, [role("a"), role("c")].into());
    assert_eq!(normal.rules.export.as_ref().map(|it| it.exempt_principals.len()), Some(2));
    assert_eq!(normal.normalised(), normal);
}
