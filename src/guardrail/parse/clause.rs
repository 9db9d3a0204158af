//! Who, what and on what: the elements of a statement that have a `Not…` form.

use super::{Reading, texts};
use crate::guardrail::{
    dialect::{Principals, Version},
    document::{ActionPattern, Clause, PrincipalEntry, ResourceForm, ResourcePattern},
    fault::Fault,
    json::{Json, Value},
    name::NamePattern,
    pattern::Glob,
    template::Template,
};

impl Reading<'_> {
    pub(super) fn actions(&self, statement: &Json<'_>) -> Result<Clause<ActionPattern>, Fault> {
        let clause = self.clause(statement, ["Action", "NotAction"], |json, name| {
            texts(json, name)?.into_iter().map(|(item, text)| action(item, text)).collect()
        })?;
        clause.ok_or_else(|| statement.fault("`Action` or `NotAction` is missing"))
    }

    pub(super) fn resources(
        &self,
        statement: &Json<'_>,
        version: &Version,
    ) -> Result<Option<Clause<ResourcePattern>>, Fault> {
        let clause = self.clause(statement, ["Resource", "NotResource"], |json, name| {
            let texts = texts(json, name)?.into_iter();
            texts.map(|(item, text)| self.resource(item, text, version)).collect()
        })?;
        // Trust policies, and others that hang on the resource itself, name none.
        if clause.is_none() && self.kind.principals != Principals::Required {
            return Err(statement.fault("`Resource` or `NotResource` is missing"));
        }
        Ok(clause)
    }

    fn resource(
        &self,
        json: &Json<'_>,
        text: &str,
        version: &Version,
    ) -> Result<ResourcePattern, Fault> {
        let prefix = self.dialect.name_prefix;
        let has_form = text.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(':'));
        if text != "*" && !has_form {
            return Err(
                json.fault(format!("the resource `{text}` is neither `*` nor `{prefix}:…`"))
            );
        }
        let fields = self.dialect.name_fields;
        let template = if version.has_variables {
            Template::parse(text, true).map_err(|problem| json.fault(problem))?
        } else {
            Template::literal(text, true)
        };
        if template.has_variable_before_field(fields) {
            return Err(json.fault(format!(
                "the resource `{text}` has a variable before its last field, where there are none"
            )));
        }
        let form = match template.fixed() {
            Some(tokens) => ResourceForm::Fixed(NamePattern::of(&tokens, fields)),
            None => ResourceForm::Open(template),
        };
        Ok(ResourcePattern { text: text.into(), form })
    }

    /// Reads `Principal` as far as the kind of policy has it.
    pub(super) fn principals(
        &self,
        statement: &Json<'_>,
    ) -> Result<Option<Clause<PrincipalEntry>>, Fault> {
        let names = ["Principal", "NotPrincipal"];
        let clause =
            self.clause(statement, names, |json, name| self.principal_entries(json, name))?;
        let kind = self.kind.name;
        let written = names.iter().find_map(|name| statement.member(name)).unwrap_or(statement);
        match (self.kind.principals, &clause) {
            (Principals::Never, Some(_)) => {
                Err(written.fault(format!("a policy of the kind `{kind}` names no principal")))
            }
            (Principals::Everyone, Some(clause))
                if !clause.negated && clause.patterns == [PrincipalEntry::Everyone] =>
            {
                Ok(None)
            }
            (Principals::Everyone, _) => Err(written
                .fault(format!("`Principal` must be `\"*\"` in a policy of the kind `{kind}`"))),
            (Principals::Required, None) => {
                Err(written.fault("`Principal` or `NotPrincipal` is missing"))
            }
            (Principals::Never, None) | (Principals::Required, Some(_)) => Ok(clause),
        }
    }

    fn principal_entries(&self, json: &Json<'_>, name: &str) -> Result<Vec<PrincipalEntry>, Fault> {
        let members = match &json.value {
            Value::Text(text) if text == "*" => return Ok(vec![PrincipalEntry::Everyone]),
            Value::Object(members) if !members.is_empty() => members,
            _ => return Err(json.fault(format!("`{name}` must be `\"*\"` or an object"))),
        };
        let mut entries = Vec::new();
        for (kind, value) in members {
            for (item, text) in texts(value, kind)? {
                entries.push(self.principal(item, kind, text)?);
            }
        }
        Ok(entries)
    }

    fn principal(&self, json: &Json<'_>, kind: &str, text: &str) -> Result<PrincipalEntry, Fault> {
        if kind != self.dialect.account_principals {
            let known = self.dialect.other_principals.iter().find(|known| **known == kind);
            let kind =
                known.ok_or_else(|| json.fault(format!("`{kind}` is no kind of principal")))?;
            return Ok(PrincipalEntry::Other { kind, text: text.into() });
        }
        if text == "*" {
            return Ok(PrincipalEntry::Everyone);
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(PrincipalEntry::Account { text: text.into(), id: text.into() });
        }
        let fields: Vec<&str> = text.splitn(self.dialect.name_fields, ':').collect();
        match fields.as_slice() {
            [prefix, .., id, "root"] if *prefix == self.dialect.name_prefix => {
                Ok(PrincipalEntry::Account { text: text.into(), id: (*id).into() })
            }
            [prefix, ..] if *prefix == self.dialect.name_prefix && !text.contains(['*', '?']) => {
                Ok(PrincipalEntry::Named(text.into()))
            }
            _ => Err(json.fault(format!(
                "the principal `{text}` is neither `*` nor an account nor a full name"
            ))),
        }
    }
}

/// Reads `service:Name` with wildcards in the name, or `*`.
fn action(json: &Json<'_>, text: &str) -> Result<ActionPattern, Fault> {
    let is_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    let has_form = text == "*"
        || text.split_once(':').is_some_and(|(service, name)| {
            let plain = service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            (service == "*" || (plain && is_word(service))) && is_word(name)
        });
    if !has_form {
        return Err(json.fault(format!("the action `{text}` is neither `*` nor `service:Name`")));
    }
    Ok(ActionPattern {
        text: text.into(),
        folded: Glob::parse(&text.to_ascii_lowercase()),
        exact: Glob::parse(text),
    })
}
