//! The `Condition` of a statement: operator → key → values.

use super::{Reading, Unread};
use crate::guardrail::{
    decimal::Decimal,
    dialect::{Version, When},
    document::{Form, Operand, Test},
    fault::Fault,
    instant::Instant,
    json::{Json, Value},
    name::NamePattern,
    network::Network,
    operator::{Comparison, Operator},
    pattern::{Glob, Token},
    template::Template,
    value::Key,
};

impl Reading<'_> {
    /// Reads all tests of a statement; those of a foreign one that cannot be read are
    /// left out and noted.
    pub(super) fn tests(
        &self,
        statement: &Json<'_>,
        version: &Version,
        unread: &mut Unread<'_, '_>,
    ) -> Result<Vec<Test>, Fault> {
        let mut tests = Vec::new();
        let Some(condition) = statement.member("Condition") else { return Ok(tests) };
        let operators = unread.or_fail(condition.object("`Condition`"))?.unwrap_or_default();
        for (name, keys) in operators {
            let operator = Operator::parse(name, self.dialect);
            let operator = operator.map_err(|problem| keys.fault(problem));
            let Some(operator) = unread.or_fail(operator)? else { continue };
            let keys = unread.or_fail(nonempty(keys, name))?.unwrap_or_default();
            for (key, values) in keys {
                let test = self.test(operator, key, values, version);
                tests.extend(unread.or_fail(test)?);
            }
        }
        Ok(tests)
    }

    fn test(
        &self,
        operator: Operator,
        key: &str,
        values: &Json<'_>,
        version: &Version,
    ) -> Result<Test, Fault> {
        let key = Key::new(key);
        if key.folded().is_empty() {
            return Err(values.fault("a condition key is empty"));
        }
        let items = values.one_or_many();
        if items.is_empty() {
            return Err(values.fault(format!("the key `{}` has no values", key.text())));
        }
        let operand = |item: &Json<'_>| self.operand(operator, item, version);
        let operands = items.iter().map(operand).collect::<Result<_, _>>()?;
        let gaps_read = self.dialect.gaps_of_key(key.folded(), &[When::Read, When::Stated]);
        let gaps_absent = self.dialect.gaps_of_key(key.folded(), &[When::Absent]);
        Ok(Test { operator, key, operands, gaps_read, gaps_absent })
    }

    fn operand(
        &self,
        operator: Operator,
        json: &Json<'_>,
        version: &Version,
    ) -> Result<Operand, Fault> {
        let text = self.scalar(json)?;
        let form = self.form(operator.base.comparison, text, version);
        let form = form.map_err(|problem| json.fault(problem))?;
        Ok(Operand { text: text.into(), form })
    }

    /// The text of a value; AWS takes numbers and booleans without quotes.
    fn scalar<'j>(&self, json: &'j Json<'_>) -> Result<&'j str, Fault> {
        match &json.value {
            Value::Text(text) => Ok(text),
            Value::Number(_) | Value::Bool if self.dialect.has_bare_scalars => Ok(json.raw),
            _ => {
                Err(json.fault(format!("a condition value must be a string, not {}", json.kind())))
            }
        }
    }

    /// Reads a value as the comparison wants it.
    fn form(&self, comparison: Comparison, text: &str, version: &Version) -> Result<Form, String> {
        let not = |what: &str| format!("`{text}` is no {what}");
        match comparison {
            Comparison::Number(_) => {
                Decimal::parse(text).map(Form::Number).ok_or_else(|| not("number"))
            }
            Comparison::Date(_) => Instant::parse(text).map(Form::Date).ok_or_else(|| not("date")),
            Comparison::Address => {
                let network = Network::parse(text).map(Form::Address);
                network.ok_or_else(|| not("address or range of addresses"))
            }
            Comparison::Absence => bool_form(text).ok_or_else(|| not("boolean")),
            Comparison::Binary => Ok(Form::Text(text.into())),
            Comparison::Text
            | Comparison::TextWithoutCase
            | Comparison::Like
            | Comparison::Name
            | Comparison::Bool => {
                let wild = matches!(comparison, Comparison::Like | Comparison::Name);
                let template = if version.has_variables {
                    Template::parse(text, wild)?
                } else {
                    Template::literal(text, wild)
                };
                match template.fixed() {
                    Some(tokens) => fixed_form(comparison, &tokens, self.dialect.name_fields)
                        .ok_or_else(|| not("boolean")),
                    None => Ok(Form::Open(template)),
                }
            }
        }
    }
}

/// Reads a text without variables, or with their values put in.
pub(in crate::guardrail) fn fixed_form(
    comparison: Comparison,
    tokens: &[Token],
    name_fields: usize,
) -> Option<Form> {
    let literal = || -> Box<str> {
        let text = tokens.iter().filter_map(|token| match token {
            Token::Char(c) => Some(*c),
            // Invariant: wildcards are read only for the comparisons below.
            Token::One | Token::Run => None,
        });
        text.collect::<String>().into()
    };
    match comparison {
        Comparison::Like => Some(Form::Glob(Glob::of(tokens.iter().cloned()))),
        Comparison::Name => Some(Form::Name(NamePattern::of(tokens, name_fields))),
        Comparison::TextWithoutCase => {
            let text = literal();
            let folded = text.to_lowercase().into();
            Some(Form::TextWithoutCase(text, folded))
        }
        Comparison::Bool => bool_form(&literal()),
        _ => Some(Form::Text(literal())),
    }
}

fn bool_form(text: &str) -> Option<Form> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("false") { Some(Form::Bool(is("true"))) } else { None }
}

fn nonempty<'j>(keys: &'j Json<'j>, operator: &str) -> Result<&'j [(String, Json<'j>)], Fault> {
    let members = keys.object(&format!("what stands under `{operator}`"))?;
    if members.is_empty() {
        return Err(keys.fault(format!("`{operator}` tests no key")));
    }
    Ok(members)
}
