//! Who is exempt, and until when.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use time::{
    OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339, macros::format_description,
};

use super::{Intent, Principal};
use crate::guardrail::atlas::{Atlas, Rule};

/// Principals that some rules do not bind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// Who; never empty.
    pub principals: BTreeSet<Principal>,
    /// What it opens; never empty.
    pub rules: BTreeSet<Rule>,
    /// Exempt while the time is before it; `None` is forever.
    pub expires_at: Option<Expiry>,
}

/// The instant an exemption ends: a whole second in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expiry(OffsetDateTime);

/// What a rule's statements say from an instant on.
///
/// A Deny with an end date cannot be written, one with a start can: the first window has
/// no date and exempts everybody who ever is; each end date starts another window, which
/// exempts those who still are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window<'i> {
    /// The statement counts from here on; `None` is always.
    pub from: Option<Expiry>,
    /// Whom it does not bind.
    pub exempt: BTreeSet<&'i Principal>,
}

impl Expiry {
    /// Reads RFC 3339: `2027-01-01T00:00:00Z`, `2027-01-01T08:00:00+08:00`.
    ///
    /// # Errors
    ///
    /// A sentence that says how to write it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shown: String = text.chars().take(40).collect();
        let write = "write `2027-01-01T00:00:00Z`";
        let read = OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| format!("`{shown}` is no instant with a time zone; {write}"))?;
        let instant = read
            .checked_to_offset(UtcOffset::UTC)
            .filter(|instant| (1970..=9999).contains(&instant.year()))
            .ok_or_else(|| format!("`{shown}` is before 1970 or after 9999; {write}"))?;
        if instant.nanosecond() != 0 {
            return Err(format!("`{shown}` is no whole second; {write}"));
        }
        Ok(Self(instant))
    }

    /// The instant, in UTC.
    pub fn instant(self) -> OffsetDateTime {
        self.0
    }

    /// The instant in letters and digits only: `20270101T000000Z`.
    pub fn compact(self) -> String {
        let format = format_description!("[year][month][day]T[hour][minute][second]Z");
        self.0.format(format).unwrap_or_default()
    }
}

/// Prints `2027-01-01T00:00:00Z`.
impl fmt::Display for Expiry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.format(&Rfc3339).map_err(|_| fmt::Error)?;
        formatter.write_str(&text)
    }
}

impl Intent {
    /// The windows of a rule, in the order of time; at least one.
    pub fn windows(&self, rule: Rule) -> Vec<Window<'_>> {
        let permanent = self.permanently_exempt(rule);
        let dated = self.exempt_until(rule);
        let exempt_after = |from: Option<Expiry>| {
            let still = dated.iter().filter(|(_, end)| from.is_none_or(|from| **end > from));
            permanent.iter().copied().chain(still.map(|(principal, _)| *principal)).collect()
        };
        let instants: BTreeSet<Expiry> = dated.values().copied().collect();
        let starts = std::iter::once(None).chain(instants.into_iter().map(Some));
        starts.map(|from| Window { from, exempt: exempt_after(from) }).collect()
    }

    /// Tells whether a rule does not bind a caller at an instant.
    pub fn exempts(&self, atlas: &Atlas, rule: Rule, caller: &str, now: OffsetDateTime) -> bool {
        let is_permanent = self.permanently_exempt(rule).iter().any(|it| it.fits(atlas, caller));
        let dated = self.exempt_until(rule);
        let is_still = |(principal, end): (&&Principal, &Expiry)| {
            now < end.instant() && principal.fits(atlas, caller)
        };
        is_permanent || dated.iter().any(is_still)
    }

    /// Says the same with permanent exemptions in the rules, and dated ones as few as can
    /// be: what can be read from a document.
    pub fn normalised(&self) -> Self {
        let mut rules = self.rules.clone();
        let mut ends: BTreeMap<(Expiry, &Principal), BTreeSet<Rule>> = BTreeMap::new();
        for rule in self.rules.present() {
            if let Some(principals) = rules.exempt_principals_mut(rule) {
                *principals = self.permanently_exempt(rule).into_iter().cloned().collect();
            }
            for (principal, end) in self.exempt_until(rule) {
                ends.entry((end, principal)).or_default().insert(rule);
            }
        }
        let mut grouped: BTreeMap<(Expiry, BTreeSet<Rule>), BTreeSet<Principal>> = BTreeMap::new();
        for ((end, principal), rules) in ends {
            grouped.entry((end, rules)).or_default().insert(principal.clone());
        }
        let exemption =
            |((end, rules), principals)| Exemption { principals, rules, expires_at: Some(end) };
        Self { rules, exemptions: grouped.into_iter().map(exemption).collect() }
    }

    /// Who is exempt from the rule forever.
    pub(super) fn permanently_exempt(&self, rule: Rule) -> BTreeSet<&Principal> {
        let of_rule = self.rules.exempt_principals(rule).into_iter().flatten();
        let permanent = self.exemptions_from(rule).filter(|it| it.expires_at.is_none());
        of_rule.chain(permanent.flat_map(|it| &it.principals)).collect()
    }

    /// Who else is exempt from the rule, and the last instant at which that ends.
    fn exempt_until(&self, rule: Rule) -> BTreeMap<&Principal, Expiry> {
        let permanent = self.permanently_exempt(rule);
        let mut ends = BTreeMap::new();
        for exemption in self.exemptions_from(rule) {
            let Some(end) = exemption.expires_at else { continue };
            for principal in exemption.principals.iter().filter(|it| !permanent.contains(it)) {
                let latest = ends.entry(principal).or_insert(end);
                *latest = end.max(*latest);
            }
        }
        ends
    }

    fn exemptions_from(&self, rule: Rule) -> impl Iterator<Item = &Exemption> {
        self.exemptions.iter().filter(move |exemption| exemption.rules.contains(&rule))
    }
}
