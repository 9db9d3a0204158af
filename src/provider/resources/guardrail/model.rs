//! What a guardrail is made of: attributes and identity.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

use super::Guarding;
use crate::{
    model,
    plugin::{Attr, Mismatch, Model, Timeouts, Type, Value},
    provider::block::TagPatterns,
};

/// The attribute that only clouds with paths have.
const PATH: &str = "path";
/// What the path is where none is given.
pub(super) const USUAL_PATH: &str = "/";

model! {
    /// A guardrail, as configured, as planned or as it is.
    #[derive(Clone, Default)]
    pub(in crate::provider::resources) struct GuardrailModel {
        pub(super) level: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) description: Attr<String>,
        /// Null on clouds whose policies have none.
        pub(super) path: Attr<String>,
        pub(super) tags: Attr<BTreeMap<String, Attr<String>>>,
        pub(super) rules: Attr<RulesModel>,
        pub(super) exemptions: Attr<Vec<ExemptionModel>>,
        pub(super) accepted: Attr<BTreeSet<String>>,
        pub(super) size_limit: Attr<i64>,
        pub(super) assume_role_arn: Attr<String>,
        pub(super) timeouts: Attr<Timeouts>,
        pub(super) id: Attr<String>,
        pub(super) arn: Attr<String>,
        pub(super) account_id: Attr<String>,
        /// As planned; after a read, what is in force.
        pub(super) document: Attr<String>,
        ..pub(super) facts: FactsModel,
    }
}

model! {
    /// What is derived from document and rules.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct FactsModel {
        pub(super) size: Attr<i64>,
        pub(super) proof: Attr<BTreeMap<String, String>>,
        pub(super) assumptions: Attr<BTreeSet<String>>,
        pub(super) open_doors: Attr<BTreeMap<String, String>>,
    }
}

model! {
    /// The attribute `rules`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct RulesModel {
        pub(super) launch: Attr<LaunchModel>,
        pub(super) protect_tags: Attr<ProtectTagsModel>,
        pub(super) tag_on_create: Attr<TagOnCreateModel>,
        pub(super) export: Attr<ExportModel>,
        pub(super) share: Attr<ShareModel>,
    }
}

model! {
    /// The attribute `rules.launch`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct LaunchModel {
        pub(super) tags: Attr<TagPatterns>,
        pub(super) owner_ids: Attr<BTreeSet<String>>,
        pub(super) accept_owner_ids: Attr<BTreeSet<String>>,
        pub(super) exempt_principals: Attr<BTreeSet<String>>,
    }
}

model! {
    /// The attribute `rules.protect_tags`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct ProtectTagsModel {
        pub(super) keys: Attr<BTreeSet<String>>,
        pub(super) exempt_principals: Attr<BTreeSet<String>>,
    }
}

model! {
    /// The attribute `rules.tag_on_create`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct TagOnCreateModel {
        pub(super) tags: Attr<TagPatterns>,
        pub(super) snapshots: Attr<bool>,
        pub(super) exempt_principals: Attr<BTreeSet<String>>,
    }
}

model! {
    /// The attribute `rules.export`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct ExportModel {
        pub(super) exempt_principals: Attr<BTreeSet<String>>,
    }
}

model! {
    /// The attribute `rules.share`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct ShareModel {
        pub(super) images: Attr<bool>,
        pub(super) snapshots: Attr<bool>,
        pub(super) exempt_principals: Attr<BTreeSet<String>>,
    }
}

model! {
    /// An item of the attribute `exemptions`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(in crate::provider::resources) struct ExemptionModel {
        pub(super) principals: Attr<BTreeSet<String>>,
        pub(super) rules: Attr<BTreeSet<String>>,
        pub(super) reason: Attr<String>,
        pub(super) owner: Attr<String>,
        pub(super) expires_at: Attr<String>,
    }
}

model! {
    /// Which policy, where.
    pub(in crate::provider::resources) struct GuardrailIdentity {
        pub(super) account_id: Attr<String>,
        pub(super) level: Attr<String>,
        pub(super) id: Attr<String>,
    }
}

impl GuardrailModel {
    /// Returns the identity.
    pub(super) fn identity(&self) -> GuardrailIdentity {
        GuardrailIdentity {
            account_id: self.account_id.clone(),
            level: self.level.clone(),
            id: self.id.clone(),
        }
    }

    /// Returns the tags whose values are known.
    pub(super) fn known_tags(&self) -> BTreeMap<String, String> {
        let tags = self.tags.known().into_iter().flatten();
        tags.filter_map(|(key, value)| Some((key.clone(), value.known()?.clone()))).collect()
    }

    /// Returns the codes that are accepted, as far as they are known.
    pub(super) fn accepted(&self) -> BTreeSet<String> {
        self.accepted.known().cloned().unwrap_or_default()
    }

    /// Writes the summary of a message: the guardrail's name, what is the matter, and which policy
    /// that is. Terraform merges warnings with equal summaries and shows the detail of the first
    /// one only, and guardrails of several accounts, levels or clouds may have one name.
    pub(super) fn summary(&self, what: &str) -> String {
        let (name, id, arn) = (known(&self.name), known(&self.id), known(&self.arn));
        let policy = match id {
            "" => self.place(),
            // Where the id is the name, only the ARN tells the account.
            _ if id == name && !arn.is_empty() => arn.to_owned(),
            _ => id.to_owned(),
        };
        format!("Guardrail {name} {what} ({policy})")
    }

    /// Says where a policy that does not exist yet will be.
    fn place(&self) -> String {
        let level = known(&self.level);
        let role = self.assume_role_arn.known();
        role.map_or_else(|| level.to_owned(), |role| format!("{level}, as {role}"))
    }
}

/// Returns a text; empty while it is not known, or if there is none.
pub(super) fn known(text: &Attr<String>) -> &str {
    text.known().map_or("", String::as_str)
}

/// Makes a text an attribute; an empty one is left out.
pub(super) fn unless_empty(text: &str) -> Attr<String> {
    if text.is_empty() { Attr::Null } else { text.to_owned().into() }
}

/// Calls a policy by its id and its name; some have the name for an id.
pub(super) fn called(id: &str, name: &str) -> String {
    if id == name { format!("`{name}`") } else { format!("{id} (`{name}`)") }
}

/// A guardrail with the attributes that it has on a cloud: not all policies have a path.
pub(in crate::provider::resources) struct Shown<Client> {
    model: GuardrailModel,
    cloud: PhantomData<fn() -> Client>,
}

impl<Client> Shown<Client> {
    /// Returns what is shown.
    pub(super) fn into_model(self) -> GuardrailModel {
        self.model
    }
}

impl<Client> From<GuardrailModel> for Shown<Client> {
    fn from(model: GuardrailModel) -> Self {
        Self { model, cloud: PhantomData }
    }
}

impl<Client> Clone for Shown<Client> {
    fn clone(&self) -> Self {
        self.model.clone().into()
    }
}

impl<Client> Deref for Shown<Client> {
    type Target = GuardrailModel;

    fn deref(&self) -> &GuardrailModel {
        &self.model
    }
}

impl<Client> DerefMut for Shown<Client> {
    fn deref_mut(&mut self) -> &mut GuardrailModel {
        &mut self.model
    }
}

impl<Client: Guarding> Model for Shown<Client> {
    fn ty() -> Type {
        let mut ty = GuardrailModel::ty();
        if let Type::Object(attributes) = &mut ty
            && !Client::HAS_PATH
        {
            attributes.remove(PATH);
        }
        ty
    }

    /// An attribute that is not there reads as null.
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        GuardrailModel::from_value(value).map(Self::from)
    }

    fn into_value(self) -> Value {
        let mut value = self.model.into_value();
        if let Value::Mapping(attributes) = &mut value
            && !Client::HAS_PATH
        {
            attributes.remove(PATH);
        }
        value
    }
}
