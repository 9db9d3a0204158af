//! Alibaba Cloud: control policies of a resource directory, custom policies of RAM.
//!
//! Neither has a region. Control policies are named by ids (`cp-…`) and RAM policies by their names,
//! which never change; targets are written as [`tier_of_target`](PolicyStore::tier_of_target) says.

use super::{
    Attached, Draft, Edit, Feature, Outcome, Policy, PolicyStore, Quota, Tier, if_there,
    tag_change::TagChange,
};
use crate::{
    cloud::{
        Error, Kind, Listing,
        alicloud::{
            Alicloud, AttachedControlPolicy, AttachedPolicy, CreateControlPolicy, CreatePolicy,
            Enablement, Grantee, PolicyType, UpdateControlPolicy,
        },
    },
    guardrail::{ALICLOUD, Dialect},
};

/// The listings that may come incomplete, as errors name them.
const LIST_POLICIES: &str = "resourcemanager:ListControlPolicies";
const LIST_TARGETS: &str = "resourcemanager:ListTargetAttachmentsForControlPolicy";
/// The version of a policy that has just been made.
const FIRST_VERSION: &str = "v1";

impl PolicyStore for Alicloud {
    const DIALECT: &'static Dialect = &ALICLOUD;
    const LEVELS: [&'static str; 2] = ["control_policy", "ram_policy"];
    const MANAGERS: &'static str = "Control policies are managed by the management account of the \
        resource directory, or by a member account that it has delegated this to.";

    fn partition(_region: &str) -> Option<&'static str> {
        None
    }

    /// The root `r-…`, folders `fd-…` and accounts of digits; `user/NAME`, `group/NAME`, `role/NAME`.
    fn tier_of_target(target: &str) -> Option<Tier> {
        if grantee(target).is_some() {
            return Some(Tier::Account);
        }
        let is_folder =
            ["r-", "fd-"].iter().any(|kind| target.strip_prefix(kind).is_some_and(is_id));
        let is_account =
            (5..=20).contains(&target.len()) && target.bytes().all(|byte| byte.is_ascii_digit());
        (is_folder || is_account).then_some(Tier::Organisation)
    }

    /// Source: "Limits" of Resource Management and of RAM; the vendor's own do not count for either.
    fn quota(tier: Tier) -> Quota {
        Quota { most: 10, counts_vendors: false, can_be_raised: tier == Tier::Account }
    }

    async fn account(&self, _region: &str) -> Result<String, Error> {
        self.account_id().await
    }

    async fn policy(&self, _region: &str, tier: Tier, id: &str) -> Result<Option<Policy>, Error> {
        let policy = match tier {
            Tier::Organisation => control_policy(self, id).await,
            Tier::Account => ram_policy(self, id).await,
        };
        if_there(policy)
    }

    async fn policy_named(
        &self,
        region: &str,
        tier: Tier,
        name: &str,
    ) -> Result<Option<Policy>, Error> {
        if tier == Tier::Account {
            return self.policy(region, tier, name).await;
        }
        let policies = complete(self.list_control_policies().await?, LIST_POLICIES)?;
        match policies.iter().find(|policy| policy.name == name) {
            Some(policy) => self.policy(region, tier, &policy.id).await,
            None => Ok(None),
        }
    }

    async fn create(&self, _region: &str, tier: Tier, draft: &Draft) -> Result<Policy, Error> {
        match tier {
            Tier::Organisation => create_control_policy(self, draft.clone()).await,
            Tier::Account => create_ram_policy(self, draft.clone()).await,
        }
    }

    /// Nobody can rename a policy of RAM: whoever asks for another name has to make another policy.
    async fn edit(&self, _region: &str, tier: Tier, id: &str, edit: &Edit) -> Result<(), Error> {
        match tier {
            Tier::Organisation => edit_control_policy(self, id, edit).await,
            Tier::Account => edit_ram_policy(self, id, edit).await,
        }
    }

    async fn delete(&self, _region: &str, tier: Tier, id: &str) -> Result<(), Error> {
        match tier {
            Tier::Organisation => self.delete_control_policy(id).await?,
            Tier::Account => self.delete_policy(id).await?,
        };
        Ok(())
    }

    async fn targets(&self, _region: &str, tier: Tier, id: &str) -> Result<Vec<String>, Error> {
        let targets = match tier {
            Tier::Organisation => folders_and_members(self, id).await,
            Tier::Account => {
                let grantees = self.list_entities_for_policy(id).await;
                grantees.map(|grantees| grantees.iter().map(target_of).collect())
            }
        };
        Ok(if_there(targets)?.unwrap_or_default())
    }

    async fn attached(&self, _region: &str, target: &str) -> Result<Option<Vec<Attached>>, Error> {
        let attached = match grantee(target) {
            None => {
                let policies = self.list_control_policy_attachments_for_target(target).await;
                policies.map(|policies| policies.into_iter().map(Attached::from).collect())
            }
            Some(grantee) => {
                let policies = self.list_policies_for(&grantee).await;
                policies.map(|policies| policies.into_iter().map(Attached::from).collect())
            }
        };
        if_there(attached)
    }

    async fn attach(&self, _region: &str, id: &str, target: &str) -> Result<Outcome, Error> {
        let attached = match grantee(target) {
            None => self.attach_control_policy(id, target).await?,
            Some(grantee) => self.attach_policy_to(&grantee, id).await?,
        };
        Ok(attached.into())
    }

    async fn detach(&self, _region: &str, id: &str, target: &str) -> Result<Outcome, Error> {
        let removed = match grantee(target) {
            None => self.detach_control_policy(id, target).await?,
            Some(grantee) => self.detach_policy_from(&grantee, id).await?,
        };
        Ok(removed.into())
    }

    async fn groups(&self, _region: &str, user: &str) -> Result<Vec<String>, Error> {
        self.list_groups_for_user(user).await
    }

    /// A status that is new to us counts as on: the cloud will say what it does not do.
    async fn feature(&self, _region: &str) -> Result<Feature, Error> {
        let Some(directory) = self.get_resource_directory().await? else {
            return Ok(Feature::NoOrganisation);
        };
        Ok(match directory.control_policies {
            Enablement::Enabled | Enablement::Other(_) => Feature::On,
            Enablement::PendingEnable => Feature::TurningOn,
            Enablement::Disabled | Enablement::PendingDisable => Feature::Off,
        })
    }
}

impl From<AttachedControlPolicy> for Attached {
    fn from(policy: AttachedControlPolicy) -> Self {
        let is_vendors = policy.policy_type == PolicyType::System;
        Self { id: policy.id, name: policy.name, is_vendors }
    }
}

impl From<AttachedPolicy> for Attached {
    fn from(policy: AttachedPolicy) -> Self {
        let is_vendors = policy.policy_type == PolicyType::System;
        Self { id: policy.name.clone(), name: policy.name, is_vendors }
    }
}

/// Reads `user/NAME`, `group/NAME` or `role/NAME`.
fn grantee(target: &str) -> Option<Grantee> {
    let (kind, name) = target.split_once('/')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !(1..=128).contains(&name.len()) || !name.chars().all(is_name) {
        return None;
    }
    match kind {
        "user" => Some(Grantee::User(name.to_owned())),
        "group" => Some(Grantee::Group(name.to_owned())),
        "role" => Some(Grantee::Role(name.to_owned())),
        _ => None,
    }
}

/// Writes what [`grantee`] reads.
fn target_of(grantee: &Grantee) -> String {
    let kind = match grantee {
        Grantee::User(_) => "user",
        Grantee::Group(_) => "group",
        Grantee::Role(_) => "role",
    };
    format!("{kind}/{}", grantee.name())
}

/// Tells whether this can be what follows the kind in an id.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Names a control policy as policies about control policies do. It stands for the policy in every
/// account, because more than one can manage it.
fn arn_of_control_policy(id: &str) -> String {
    format!("acs:resourcemanager:*:*:policy/controlpolicy/{id}")
}

/// Names a policy as policies about policies do.
async fn arn_of_ram_policy(client: &Alicloud, name: &str) -> Result<String, Error> {
    Ok(format!("acs:ram:*:{}:policy/{name}", client.account_id().await?))
}

async fn create_control_policy(client: &Alicloud, draft: Draft) -> Result<Policy, Error> {
    let Draft { name, description, tags, document, path: _ } = draft;
    let policy = CreateControlPolicy { name, document, description, tags };
    let id = client.create_control_policy(&policy).await?;
    let CreateControlPolicy { name, document, description, tags } = policy;
    let arn = arn_of_control_policy(&id);
    Ok(Policy { id, arn, name, description, path: None, tags, document, version: None })
}

/// Asks for the account first: once the policy is there, nothing more can fail.
async fn create_ram_policy(client: &Alicloud, draft: Draft) -> Result<Policy, Error> {
    let Draft { name, description, tags, document, path: _ } = draft;
    let arn = arn_of_ram_policy(client, &name).await?;
    let policy = CreatePolicy { name, document, description, tags };
    client.create_policy(&policy).await?;
    let CreatePolicy { name, document, description, tags } = policy;
    let version = Some(FIRST_VERSION.to_owned());
    Ok(Policy { id: name.clone(), arn, name, description, path: None, tags, document, version })
}

async fn control_policy(client: &Alicloud, id: &str) -> Result<Policy, Error> {
    let policy = client.get_control_policy(id).await?;
    let tags = client.list_control_policy_tags(id).await?;
    Ok(Policy {
        arn: arn_of_control_policy(id),
        id: policy.id,
        name: policy.name,
        description: policy.description,
        path: None,
        tags,
        document: policy.document,
        version: None,
    })
}

async fn ram_policy(client: &Alicloud, name: &str) -> Result<Policy, Error> {
    let policy = client.get_policy(name).await?;
    let tags = client.list_policy_tags(name).await?;
    Ok(Policy {
        id: policy.name.clone(),
        arn: arn_of_ram_policy(client, &policy.name).await?,
        name: policy.name,
        description: policy.description,
        path: None,
        tags,
        document: policy.document,
        version: Some(policy.default_version),
    })
}

async fn edit_control_policy(client: &Alicloud, id: &str, edit: &Edit) -> Result<(), Error> {
    let Edit { name, description, document, tags } = edit.clone();
    if name.is_some() || description.is_some() || document.is_some() {
        let change = UpdateControlPolicy { name, document, description };
        client.update_control_policy(id, &change).await?;
    }
    let Some(wanted) = tags else { return Ok(()) };
    let change =
        TagChange::between(&client.list_control_policy_tags(id).await?, &wanted, &ALICLOUD);
    if !change.gone().is_empty() {
        client.untag_control_policy(id, &change.gone()).await?;
    }
    if !change.set.is_empty() {
        client.tag_control_policy(id, &change.set).await?;
    }
    Ok(())
}

async fn edit_ram_policy(client: &Alicloud, name: &str, edit: &Edit) -> Result<(), Error> {
    if let Some(document) = &edit.document {
        client.create_policy_version(name, document).await?;
    }
    if let Some(description) = &edit.description {
        client.update_policy_description(name, description).await?;
    }
    let Some(wanted) = &edit.tags else { return Ok(()) };
    let change = TagChange::between(&client.list_policy_tags(name).await?, wanted, &ALICLOUD);
    if !change.gone().is_empty() {
        client.untag_policy(name, &change.gone()).await?;
    }
    if !change.set.is_empty() {
        client.tag_policy(name, &change.set).await?;
    }
    Ok(())
}

async fn folders_and_members(client: &Alicloud, id: &str) -> Result<Vec<String>, Error> {
    let listing = client.list_target_attachments_for_control_policy(id).await?;
    let attachments = complete(listing, LIST_TARGETS)?;
    Ok(attachments.into_iter().map(|attachment| attachment.target_id).collect())
}

/// Returns what was listed: what is not in half a listing may be there all the same.
///
/// # Errors
///
/// [`Kind::Conflict`] where it is half a listing.
fn complete<T>(listing: Listing<T>, operation: &'static str) -> Result<Vec<T>, Error> {
    if listing.is_complete {
        return Ok(listing.items);
    }
    let message = "others changed what is listed, twice while it was read";
    Err(Error::new(Kind::Conflict, operation, message))
}
