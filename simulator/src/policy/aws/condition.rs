//! Conditions: one operator, one key, the values it is compared with.

use std::collections::BTreeMap;

use super::operator::{Operand, Operator, Quantifier};

/// What is known about a request: values by condition key, whose case does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// Adds a key with its one value.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.set_all(key, [value.into()]);
    }

    /// Adds a key with several values; with none, the request does not have the key.
    ///
    /// Of tags whose keys differ in case only, the vendor shows one, without saying which; here it is
    /// the last.
    pub fn set_all(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().collect();
        if !values.is_empty() {
            self.values.insert(key.to_lowercase(), values);
        }
    }

    /// Adds what another context has, which wins.
    pub fn extend(&mut self, other: &Self) {
        self.values.extend(other.values.clone());
    }

    /// Returns the value of a key, given in lower case, that has exactly one.
    pub(super) fn single(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some([value]) => Some(value),
            _ => None,
        }
    }

    fn get(&self, key: &str) -> Option<&[String]> {
        self.values.get(key).map(Vec::as_slice)
    }
}

/// `"StringEquals": {"ec2:ResourceTag/status": ["approved"]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub operator: Operator,
    /// In lower case.
    pub key: String,
    pub operands: Vec<Operand>,
}

impl Condition {
    /// Tells whether the condition holds.
    ///
    /// Several operands of a positive operator: one must match. Of a negated one: none may.
    pub(super) fn holds(&self, context: &Context) -> bool {
        let operator = self.operator;
        let found = context.get(&self.key);
        if operator.is_null() {
            let is_absent = found.is_none();
            return self.operands.iter().any(|operand| operand.says(is_absent));
        }
        let Some(found) = found else { return operator.holds_of_nothing() };
        let admits = |value: &String| {
            let is_matched = self.operands.iter().any(|operand| operand.matches(value, context));
            is_matched != operator.is_negated
        };
        match (operator.quantifier, found) {
            (Some(Quantifier::All), values) => values.iter().all(admits),
            (Some(Quantifier::Any), values) => values.iter().any(admits),
            (None, [value]) => admits(value),
            // The vendor asks for a quantifier and does not say what happens without one.
            (None, _) => false,
        }
    }
}
