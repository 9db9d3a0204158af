//! One test of a condition: operator, key and values against the context of a call.
//!
//! ```text
//! key absent:  ForAllValues holds; ForAnyValue does not; …IfExists holds;
//!              a negated operator holds, any other does not
//! key present: a positive operator holds if some value of the policy matches,
//!              a negated one if none does; quantifiers say for which values of the key
//! ```
//! Source: IAM User Guide, "Conditions with multiple context keys or values",
//! "Single-valued vs. multivalued context keys"; RAM, "Policy elements".

use super::super::{
    assumption::{Assumption, Assumptions},
    dialect::Dialect,
    document::{Form, Operand, Test},
    finding::{Finding, Truth},
    operator::{Comparison, Quantifier},
    parse::fixed_form,
    request::{Call, Values},
    template::Template,
    value::{Key, Scalar},
};

impl Test {
    /// Tells whether the call passes the test.
    pub(in crate::guardrail) fn holds(&self, call: &Call, dialect: &Dialect) -> Finding {
        let asked = Asked { test: self, call, dialect };
        let mut entries = call.context.iter().filter(|entry| entry.key.is(&self.key));
        let Some(entry) = entries.next() else {
            let gaps = self.gaps_read.or(self.gaps_absent).and(call.gaps);
            return asked.without_key().assuming(gaps);
        };
        let mut finding = asked.with(&entry.values).assuming(self.gaps_read.and(call.gaps));
        let key_case = dialect.open(Assumption::KeyCase);
        let by_case = !key_case.is_empty() && entry.key.text() != self.key.text();
        if by_case && !finding.is(asked.without_key().truth) {
            finding = finding.assuming(key_case);
        }
        // Which of two spellings of a key is read is anybody's guess.
        for other in entries {
            if !asked.with(&other.values).is(finding.truth) {
                return Finding::unknown(dialect.open(Assumption::TagKeySpelling));
            }
        }
        finding
    }
}

/// A test of a call.
struct Asked<'a> {
    test: &'a Test,
    call: &'a Call,
    dialect: &'a Dialect,
}

impl Asked<'_> {
    fn without_key(&self) -> Finding {
        let operator = self.test.operator;
        match operator.quantifier {
            _ if operator.base.comparison == Comparison::Absence => self.absence_is(true),
            Some(Quantifier::All) => Finding::YES,
            Some(Quantifier::Any) => Finding::NO,
            None if operator.if_exists => Finding::YES,
            None if operator.base.negated => {
                Finding::YES.assuming(self.open(Assumption::AbsentNegation))
            }
            None => Finding::NO,
        }
    }

    fn with(&self, values: &Values) -> Finding {
        let scalars = match values {
            Values::One(scalar) => std::slice::from_ref(&**scalar),
            Values::Many(scalars) => scalars,
        };
        if scalars.is_empty() {
            return self.without_key();
        }
        let finding = match self.test.operator.quantifier {
            _ if self.test.operator.base.comparison == Comparison::Absence => {
                self.absence_is(false)
            }
            Some(Quantifier::All) => Finding::all(scalars.iter().map(|s| self.compare(s))),
            Some(Quantifier::Any) => Finding::any(scalars.iter().map(|s| self.compare(s))),
            None => match (values, scalars) {
                (Values::One(scalar), _) => self.compare(scalar),
                (Values::Many(_), [scalar]) => {
                    self.compare(scalar).assuming(self.open(Assumption::SetOperator))
                }
                (Values::Many(_), _) => Finding::unknown(self.open(Assumption::SetOperator)),
            },
        };
        // AWS calls an empty value null in places; it matters where absence would.
        let has_empty = scalars.iter().any(|scalar| scalar.text.is_empty());
        if has_empty && !finding.is(self.without_key().truth) {
            return finding.assuming(self.open(Assumption::EmptyValue));
        }
        finding
    }

    /// `Null`: holds if the list names what is the case.
    fn absence_is(&self, absent: bool) -> Finding {
        let names = |operand: &Operand| matches!(operand.form, Form::Bool(b) if b == absent);
        Finding::of(self.test.operands.iter().any(names))
    }

    /// Holds one value of the key against all values of the policy.
    fn compare(&self, scalar: &Scalar) -> Finding {
        let operands = &self.test.operands;
        if self.is_misfit(scalar) {
            let holds = self.test.operator.base.negated && !self.dialect.misfits_never_hold;
            return Finding::of(holds).assuming(self.open(Assumption::MalformedValue));
        }
        let matches = || operands.iter().map(|operand| self.matches(operand, scalar));
        let any = Finding::any(matches());
        if !self.test.operator.base.negated {
            return any;
        }
        let finding = any.not();
        // Read as "some value differs" a list would hold unless all of it matched.
        let open = self.open(Assumption::NegatedList);
        if !open.is_empty() && any.is(Truth::Yes) && !Finding::all(matches()).is(Truth::Yes) {
            return finding.assuming(open);
        }
        finding
    }

    /// Tells whether the value is not of the operator's type.
    fn is_misfit(&self, scalar: &Scalar) -> bool {
        match self.test.operator.base.comparison {
            Comparison::Number(_) => scalar.number.is_none(),
            Comparison::Date(_) => scalar.instant.is_none(),
            Comparison::Address => scalar.address.is_none(),
            Comparison::Bool => !["true", "false"].contains(&&*scalar.folded),
            _ => false,
        }
    }

    fn matches(&self, operand: &Operand, scalar: &Scalar) -> Finding {
        let finding = match &operand.form {
            Form::Open(template) => return self.matches_filled(template, scalar),
            form => self.fits(form, scalar),
        };
        let is_bool = matches!(operand.form, Form::Bool(_));
        let capital = is_bool && operand.text.bytes().any(|b| b.is_ascii_uppercase());
        self.rest_on(finding, capital, Assumption::BoolCase)
    }

    /// Puts in the variables first; without a value nothing matches.
    fn matches_filled(&self, template: &Template, scalar: &Scalar) -> Finding {
        let comparison = self.test.operator.base.comparison;
        let fields = self.dialect.name_fields;
        if self.call.is_ambiguous(template) {
            return Finding::unknown(self.open(Assumption::TagKeySpelling));
        }
        let Some(filled) = template.fill(|key| self.call.variable(key)) else {
            return Finding::NO;
        };
        let Some(form) = fixed_form(comparison, &filled.tokens, fields) else {
            return Finding::NO;
        };
        let wild = matches!(comparison, Comparison::Like | Comparison::Name);
        let by_value = wild && filled.wild_value;
        self.rest_on(self.fits(&form, scalar), by_value, Assumption::VariableWildcard)
    }

    /// Holds one value of the key against one value of the policy.
    fn fits(&self, form: &Form, scalar: &Scalar) -> Finding {
        match (form, self.test.operator.base.comparison) {
            (Form::Text(text), _) => Finding::of(**text == *scalar.text),
            (Form::TextWithoutCase(text, folded), _) => {
                let equal = *folded == scalar.folded;
                let in_ascii = text.eq_ignore_ascii_case(&scalar.text);
                self.rest_on(Finding::of(equal), equal != in_ascii, Assumption::CaseFolding)
            }
            (Form::Glob(glob), _) => Finding::of(glob.matches(&scalar.text)),
            (Form::Name(pattern), _) => {
                Finding::of(pattern.is_complete() && pattern.matches_strictly(&scalar.text))
            }
            (Form::Bool(wanted), _) => {
                let word = if *wanted { "true" } else { "false" };
                let finding = Finding::of(*scalar.folded == *word);
                self.rest_on(finding, scalar.text != scalar.folded, Assumption::BoolCase)
            }
            (Form::Number(wanted), Comparison::Number(relation)) => {
                let Some(number) = &scalar.number else { return Finding::NO };
                let finding = Finding::of(relation.holds(number.order(wanted)));
                let plain = number.is_plain() && wanted.is_plain();
                self.rest_on(finding, !plain, Assumption::Decimals)
            }
            (Form::Date(wanted), Comparison::Date(relation)) => {
                let Some(instant) = &scalar.instant else { return Finding::NO };
                let order = instant.nanoseconds.cmp(&wanted.nanoseconds);
                let zones = instant.zone.zip(wanted.zone);
                let differ = zones.is_some_and(|(one, other)| one != other);
                self.rest_on(Finding::of(relation.holds(order)), differ, Assumption::DateZones)
            }
            (Form::Address(network), _) => {
                let Some(address) = scalar.address else { return Finding::NO };
                let finding = Finding::of(network.contains(address));
                let bare = network.is_ipv6() && !network.is_ranged();
                let single = network.is_ranged() && self.test.operands.len() == 1;
                let finding = self.rest_on(finding, bare, Assumption::BareIpv6);
                self.rest_on(finding, single, Assumption::SingleRange)
            }
            // Invariant: parsing pairs these forms with their comparisons, and open
            // forms were filled in before.
            (Form::Number(_) | Form::Date(_) | Form::Open(_), _) => Finding::NO,
        }
    }

    fn rest_on(&self, finding: Finding, if_so: bool, assumption: Assumption) -> Finding {
        if if_so { finding.assuming(self.open(assumption)) } else { finding }
    }

    fn open(&self, assumption: Assumption) -> Assumptions {
        self.dialect.open(assumption)
    }
}

impl Call {
    /// Tells whether a variable's key is there in several spellings that say different
    /// things: which one is read is anybody's guess.
    pub(super) fn is_ambiguous(&self, template: &Template) -> bool {
        template.keys().any(|key| {
            let entries = self.context.iter().filter(|entry| entry.key.is(key));
            let mut texts = entries.map(|entry| entry.values.single());
            let first = texts.next();
            first.is_some_and(|first| texts.any(|other| other != first))
        })
    }

    /// The value of a policy variable: keys with several values have none.
    pub(super) fn variable(&self, key: &Key) -> Option<&str> {
        self.context.iter().find(|entry| entry.key.is(key))?.values.single()
    }
}
