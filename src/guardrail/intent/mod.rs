//! What must not happen, in words both clouds share: rules, and who is exempt from them.
//!
//! An [`Intent`] is what `compile` writes a document for, what `recognise` finds in one
//! and what a proof is about. Nothing here knows policies or Terraform; `read.rs` reads
//! the JSON that the function `guardrail_document` takes. Start with the types below;
//! `exemption.rs` says when which principal is exempt, `check.rs` what an intent must not
//! say.

mod check;
mod exemption;
mod principal;
mod read;
mod tags;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::atlas::Rule;

pub use self::{
    check::{IntentFault, Part},
    exemption::{Exemption, Expiry, Window},
    principal::{Principal, check_owner_id},
    read::IntentText,
    tags::{TagTest, check_tag_key},
};

/// What must not happen, and to whom that does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// What must not happen.
    pub rules: Rules,
    /// Who may do it all the same, beside those that a rule itself exempts.
    pub exemptions: Vec<Exemption>,
}

/// The rules of a guardrail; absent ones ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Machines start from golden images only.
    pub launch: Option<Launch>,
    /// Only exempt principals change the tags that make an image golden.
    pub protect_tags: Option<ProtectTags>,
    /// Images are tagged when they are made.
    pub tag_on_create: Option<TagOnCreate>,
    /// Images do not leave the cloud.
    pub export: Option<Export>,
    /// Images are not handed to other accounts.
    pub share: Option<Share>,
}

/// Keys of tags with the values that count; all of the keys must pass.
pub type Tags = BTreeMap<String, TagTest>;

/// Machines start only from images that have all the tags and one of the owners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The tags an image must have; without any, none are asked for.
    pub tags: Tags,
    /// Who may own it; without any, everybody.
    pub owner_ids: BTreeSet<String>,
    /// Whose images pass without the tags, where the cloud tells the owner.
    pub accept_owner_ids: BTreeSet<String>,
    /// Permanently exempt.
    pub exempt_principals: BTreeSet<Principal>,
}

/// The tags with these keys are set and removed by exempt principals only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtectTags {
    /// The keys; never empty.
    pub keys: BTreeSet<String>,
    /// Permanently exempt: the approvers.
    pub exempt_principals: BTreeSet<Principal>,
}

/// Whoever makes an image tags it in the same call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagOnCreate {
    /// The tags; never empty.
    pub tags: Tags,
    /// Whether every snapshot must be tagged so as well. AWS only.
    pub snapshots: bool,
    /// Permanently exempt.
    pub exempt_principals: BTreeSet<Principal>,
}

/// Nobody writes an image out of the cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// Permanently exempt.
    pub exempt_principals: BTreeSet<Principal>,
}

/// Nobody hands images or snapshots to other accounts; at least one of the two is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Whether images are kept.
    pub images: bool,
    /// Whether snapshots are kept.
    pub snapshots: bool,
    /// Permanently exempt.
    pub exempt_principals: BTreeSet<Principal>,
}

impl Rules {
    /// The rules that ask for something, in the order of [`Rule::ALL`].
    pub fn present(&self) -> impl Iterator<Item = Rule> {
        Rule::ALL.into_iter().filter(|rule| self.exempt_principals(*rule).is_some())
    }

    /// Who is permanently exempt from a rule; `None` if the rule is absent.
    pub fn exempt_principals(&self, rule: Rule) -> Option<&BTreeSet<Principal>> {
        match rule {
            Rule::Launch => self.launch.as_ref().map(|it| &it.exempt_principals),
            Rule::ProtectTags => self.protect_tags.as_ref().map(|it| &it.exempt_principals),
            Rule::TagOnCreate => self.tag_on_create.as_ref().map(|it| &it.exempt_principals),
            Rule::Export => self.export.as_ref().map(|it| &it.exempt_principals),
            Rule::Share => self.share.as_ref().map(|it| &it.exempt_principals),
        }
    }

    /// The same, to change it.
    pub fn exempt_principals_mut(&mut self, rule: Rule) -> Option<&mut BTreeSet<Principal>> {
        match rule {
            Rule::Launch => self.launch.as_mut().map(|it| &mut it.exempt_principals),
            Rule::ProtectTags => self.protect_tags.as_mut().map(|it| &mut it.exempt_principals),
            Rule::TagOnCreate => self.tag_on_create.as_mut().map(|it| &mut it.exempt_principals),
            Rule::Export => self.export.as_mut().map(|it| &mut it.exempt_principals),
            Rule::Share => self.share.as_mut().map(|it| &mut it.exempt_principals),
        }
    }
}
