//! Guardrails without a cloud.

mod cannot_stop;
mod cautions;
mod documents;
mod importing;
mod planning;
mod rules;

use std::collections::BTreeSet;

use super::model::{
    ExemptionModel, ExportModel, GuardrailModel, LaunchModel, ProtectTagsModel, RulesModel,
};
use crate::{
    guardrail::{ALICLOUD, AWS, Target},
    plugin::{Attr, Diagnostic},
    provider::block::TagPatterns,
};

const FACTORY: &str = "acs:ram::1000000000000001:role/factory";
const APPROVER: &str = "acs:ram::1000000000000001:role/approver";
const MIGRATION: &str = "acs:ram::1000000000000002:role/migration";

/// A control policy of Alibaba Cloud.
fn control_policy() -> Target {
    Target::find(&ALICLOUD, "control_policy", None).unwrap()
}

/// A service control policy of AWS.
fn scp() -> Target {
    Target::find(&AWS, "scp", None).unwrap()
}

fn texts(texts: &[&str]) -> Attr<BTreeSet<String>> {
    texts.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>().into()
}

fn tags(tags: &[(&str, &[&str])]) -> Attr<TagPatterns> {
    let owned = |(key, values): &(&str, &[&str])| {
        ((*key).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
    };
    tags.iter().map(owned).collect::<TagPatterns>().into()
}

/// Machines start from approved images, approvers approve, nothing is exported.
fn rules() -> RulesModel {
    RulesModel {
        launch: LaunchModel {
            tags: tags(&[("status", &["approved"])]),
            exempt_principals: texts(&[FACTORY]),
            ..LaunchModel::default()
        }
        .into(),
        protect_tags: ProtectTagsModel {
            keys: texts(&["status"]),
            exempt_principals: texts(&[APPROVER]),
        }
        .into(),
        export: ExportModel::default().into(),
        ..RulesModel::default()
    }
}

fn exemption(expires_at: Option<&str>) -> ExemptionModel {
    ExemptionModel {
        principals: texts(&[MIGRATION]),
        rules: texts(&["launch"]),
        reason: "moving".to_owned().into(),
        owner: "platform".to_owned().into(),
        expires_at: expires_at.map(str::to_owned).into(),
    }
}

/// A guardrail with these rules and exemptions.
fn guardrail(rules: RulesModel, exemptions: Vec<ExemptionModel>) -> GuardrailModel {
    GuardrailModel {
        level: "control_policy".to_owned().into(),
        name: "golden".to_owned().into(),
        rules: rules.into(),
        exemptions: if exemptions.is_empty() { Attr::Null } else { exemptions.into() },
        ..GuardrailModel::default()
    }
}

/// Writes messages, one after the other.
fn told<'d>(problems: impl IntoIterator<Item = &'d Diagnostic>) -> String {
    let line = |it: &Diagnostic| {
        let path = it.path.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{path}: {}: {}\n", it.summary, it.detail)
    };
    problems.into_iter().map(line).collect()
}
