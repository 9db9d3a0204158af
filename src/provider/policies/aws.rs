//! AWS: service control policies of an organisation, managed policies of IAM.
//!
//! Both are global in a partition, which the region tells. Service control policies are named by ids
//! (`p-…`) and managed policies by ARNs; targets are written as
//! [`tier_of_target`](PolicyStore::tier_of_target) says.

use super::{
    Attached, Draft, Edit, Feature, Outcome, Policy, PolicyStore, Quota, Tier, if_there,
    tag_change::TagChange,
};
use crate::{
    cloud::{
        Claim, Error, Kind,
        aws::{
            self, Aws, CreatePolicy, CreateServiceControlPolicy, Enablement, Grantee, Iam,
            Organizations, PolicyUsage, UpdateServiceControlPolicy, is_account_id,
        },
    },
    guardrail::{AWS, Dialect},
};

/// How many versions a managed policy can have.
const MOST_VERSIONS: usize = 5;
/// How often to look for the version in force: another may be by then, and the former deleted.
const LOOKS: u32 = 3;

impl PolicyStore for Aws {
    const DIALECT: &'static Dialect = &AWS;
    const LEVELS: [&'static str; 2] = ["scp", "iam_policy"];
    const MANAGERS: &'static str = "Service control policies are managed by the management account \
        of the organisation, or by a member account that it has delegated this to.";

    fn partition(region: &str) -> Option<&'static str> {
        Some(aws::partition_of(region))
    }

    /// The root `r-…`, units `ou-…-…` and accounts of twelve digits; `user/NAME`, `group/NAME`,
    /// `role/NAME`, without a path. Source: the patterns of `AttachPolicy` of Organizations, and
    /// "IAM and AWS STS quotas".
    fn tier_of_target(target: &str) -> Option<Tier> {
        if grantee(target).is_some() {
            return Some(Tier::Account);
        }
        let is_root = target.strip_prefix("r-").is_some_and(|id| is_id(id, 4));
        let unit = target.strip_prefix("ou-").and_then(|id| id.split_once('-'));
        let is_unit = unit.is_some_and(|(root, id)| is_id(root, 4) && is_id(id, 8));
        (is_root || is_unit || is_account_id(target)).then_some(Tier::Organisation)
    }

    /// AWS's own policies count. Source: "Quotas for AWS Organizations" (ten since 2026), "IAM and
    /// AWS STS quotas".
    fn quota(tier: Tier) -> Quota {
        Quota { most: 10, counts_vendors: true, can_be_raised: tier == Tier::Account }
    }

    async fn account(&self, region: &str) -> Result<String, Error> {
        self.account_id(region).await
    }

    async fn policy(&self, region: &str, tier: Tier, id: &str) -> Result<Option<Policy>, Error> {
        match tier {
            Tier::Organisation => service_control_policy(&self.organizations(region), id).await,
            Tier::Account => managed_policy(&self.iam(region), id).await,
        }
    }

    async fn policy_named(
        &self,
        region: &str,
        tier: Tier,
        name: &str,
    ) -> Result<Option<Policy>, Error> {
        let id = match tier {
            Tier::Organisation => {
                let policies = self.organizations(region).list_policies().await?;
                let mut own = policies.into_iter().filter(|policy| !policy.is_aws_managed);
                own.find(|policy| policy.name == name).map(|policy| policy.id)
            }
            Tier::Account => {
                let policies = self.iam(region).list_policies().await?;
                // Names that differ in case only cannot be there together.
                let mut own = policies.into_iter();
                own.find(|policy| policy.name.eq_ignore_ascii_case(name)).map(|policy| policy.arn)
            }
        };
        match id {
            Some(id) => self.policy(region, tier, &id).await,
            None => Ok(None),
        }
    }

    async fn create(&self, region: &str, tier: Tier, draft: &Draft) -> Result<Policy, Error> {
        let (operation, made) = match tier {
            Tier::Organisation => {
                let made = create_service_control_policy(&self.organizations(region), draft).await;
                ("organizations:CreatePolicy", made)
            }
            Tier::Account => {
                ("iam:CreatePolicy", create_managed_policy(&self.iam(region), draft).await)
            }
        };
        match made? {
            Claim::Granted(policy) => Ok(policy),
            Claim::Taken => Err(taken(operation, &draft.name)),
        }
    }

    /// Neither name nor path nor description of a managed policy can change: whoever asks for that
    /// has to make another policy.
    async fn edit(&self, region: &str, tier: Tier, id: &str, edit: &Edit) -> Result<(), Error> {
        match tier {
            Tier::Organisation => {
                edit_service_control_policy(&self.organizations(region), id, edit).await
            }
            Tier::Account => edit_managed_policy(&self.iam(region), id, edit).await,
        }
    }

    async fn delete(&self, region: &str, tier: Tier, id: &str) -> Result<(), Error> {
        match tier {
            Tier::Organisation => self.organizations(region).delete_policy(id).await.map(drop),
            Tier::Account => delete_managed_policy(&self.iam(region), id).await,
        }
    }

    async fn targets(&self, region: &str, tier: Tier, id: &str) -> Result<Vec<String>, Error> {
        let targets = match tier {
            Tier::Organisation => {
                let targets = self.organizations(region).list_targets_for_policy(id).await;
                targets.map(|targets| targets.into_iter().map(|target| target.id).collect())
            }
            Tier::Account => targets_of_managed_policy(&self.iam(region), id).await,
        };
        Ok(if_there(targets)?.unwrap_or_default())
    }

    async fn attached(&self, region: &str, target: &str) -> Result<Option<Vec<Attached>>, Error> {
        let attached = match grantee(target) {
            None => {
                let policies = self.organizations(region).list_policies_for_target(target).await;
                policies.map(|policies| policies.into_iter().map(Attached::from).collect())
            }
            Some(grantee) => {
                let policies = self.iam(region).list_attached_policies(&grantee).await;
                policies.map(|policies| policies.into_iter().map(Attached::from).collect())
            }
        };
        if_there(attached)
    }

    /// IAM does not tell whether a policy was attached before, so that it is asked first.
    async fn attach(&self, region: &str, id: &str, target: &str) -> Result<Outcome, Error> {
        let Some(grantee) = grantee(target) else {
            return Ok(self.organizations(region).attach_policy(id, target).await?.into());
        };
        let attached = self.attached(region, target).await?.unwrap_or_default();
        if attached.iter().any(|policy| policy.id == id) {
            return Ok(Outcome::WasSo);
        }
        Ok(self.iam(region).attach_policy(id, &grantee).await?.into())
    }

    async fn detach(&self, region: &str, id: &str, target: &str) -> Result<Outcome, Error> {
        let removed = match grantee(target) {
            None => self.organizations(region).detach_policy(id, target).await?,
            Some(grantee) => self.iam(region).detach_policy(id, &grantee).await?,
        };
        Ok(removed.into())
    }

    async fn groups(&self, region: &str, user: &str) -> Result<Vec<String>, Error> {
        self.iam(region).list_groups_for_user(user).await
    }

    /// A status that is new to us counts as on: AWS will say what it does not do.
    async fn feature(&self, region: &str) -> Result<Feature, Error> {
        let roots = match self.organizations(region).list_roots().await {
            Ok(roots) => roots,
            Err(error) if error.kind == Kind::SwitchedOff => return Ok(Feature::NoOrganisation),
            Err(error) => return Err(error),
        };
        Ok(match roots.first().map(|root| &root.service_control_policies) {
            Some(Enablement::Enabled | Enablement::Other(_)) => Feature::On,
            Some(Enablement::PendingEnable) => Feature::TurningOn,
            Some(Enablement::Disabled | Enablement::PendingDisable) => Feature::Off,
            None => Feature::NoOrganisation,
        })
    }
}

impl From<aws::PolicySummary> for Attached {
    fn from(policy: aws::PolicySummary) -> Self {
        Self { id: policy.id, name: policy.name, is_vendors: policy.is_aws_managed }
    }
}

impl From<aws::NamedPolicy> for Attached {
    /// AWS's own policies belong to the account `aws`.
    fn from(policy: aws::NamedPolicy) -> Self {
        let is_vendors = policy.arn.split(':').nth(4) == Some("aws");
        Self { id: policy.arn, name: policy.name, is_vendors }
    }
}

/// Reads `user/NAME`, `group/NAME` or `role/NAME`.
fn grantee(target: &str) -> Option<Grantee> {
    let (kind, name) = target.split_once('/')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
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

/// Tells whether this can be a part of an id: so many small letters and digits, at most 32.
fn is_id(text: &str, shortest: usize) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (shortest..=32).contains(&text.len()) && text.bytes().all(is_part)
}

/// Says that something else has the name.
fn taken(operation: &'static str, name: &str) -> Error {
    Error::new(Kind::Conflict, operation, format!("there is a policy by the name of `{name}`"))
}

async fn service_control_policy(client: &Organizations, id: &str) -> Result<Option<Policy>, Error> {
    let Some(policy) = client.describe_policy(id).await? else { return Ok(None) };
    let Some(tags) = if_there(client.list_tags_for_resource(id).await)? else { return Ok(None) };
    Ok(Some(Policy {
        id: policy.summary.id,
        arn: policy.summary.arn,
        name: policy.summary.name,
        description: policy.summary.description,
        path: None,
        tags,
        document: policy.document,
        version: None,
    }))
}

async fn managed_policy(client: &Iam, arn: &str) -> Result<Option<Policy>, Error> {
    for _ in 0..LOOKS {
        let Some(policy) = client.get_policy(arn).await? else { return Ok(None) };
        let version = policy.default_version_id;
        let Some(document) = client.get_policy_version(arn, &version).await? else { continue };
        return Ok(Some(Policy {
            id: policy.arn.clone(),
            arn: policy.arn,
            name: policy.name,
            description: policy.description,
            path: Some(policy.path),
            tags: policy.tags,
            document,
            version: Some(version),
        }));
    }
    let message = "the version in force goes whenever it is asked for: others change the policy";
    Err(Error::new(Kind::Conflict, "iam:GetPolicyVersion", message))
}

async fn create_service_control_policy(
    client: &Organizations,
    draft: &Draft,
) -> Result<Claim<Policy>, Error> {
    let Draft { name, description, tags, document, path: _ } = draft.clone();
    let policy = CreateServiceControlPolicy { name, document, description, tags };
    let Claim::Granted(made) = client.create_policy(&policy).await? else {
        return Ok(Claim::Taken);
    };
    let CreateServiceControlPolicy { name, document, description, tags } = policy;
    let (id, arn) = (made.summary.id, made.summary.arn);
    let made = Policy { id, arn, name, description, path: None, tags, document, version: None };
    Ok(Claim::Granted(made))
}

async fn create_managed_policy(client: &Iam, draft: &Draft) -> Result<Claim<Policy>, Error> {
    let Draft { name, description, tags, document, path } = draft.clone();
    let path = path.unwrap_or_else(|| "/".to_owned());
    let policy = CreatePolicy { name, path, document, description, tags };
    let Claim::Granted(made) = client.create_policy(&policy).await? else {
        return Ok(Claim::Taken);
    };
    let CreatePolicy { name, path, document, description, tags } = policy;
    Ok(Claim::Granted(Policy {
        id: made.arn.clone(),
        arn: made.arn,
        name,
        description,
        path: Some(path),
        tags,
        document,
        version: Some(made.default_version_id),
    }))
}

async fn edit_service_control_policy(
    client: &Organizations,
    id: &str,
    edit: &Edit,
) -> Result<(), Error> {
    let Edit { name, description, document, tags } = edit.clone();
    if name.is_some() || description.is_some() || document.is_some() {
        let change = UpdateServiceControlPolicy { name, document, description };
        if client.update_policy(id, &change).await? == Claim::Taken {
            let name = change.name.unwrap_or_default();
            return Err(taken("organizations:UpdatePolicy", &name));
        }
    }
    let Some(wanted) = tags else { return Ok(()) };
    let change = TagChange::between(&client.list_tags_for_resource(id).await?, &wanted, &AWS);
    client.untag_resource(id, &change.gone()).await?;
    client.tag_resource(id, &change.set).await
}

async fn edit_managed_policy(client: &Iam, arn: &str, edit: &Edit) -> Result<(), Error> {
    if let Some(document) = &edit.document {
        make_room(client, arn).await?;
        client.create_policy_version(arn, document).await?;
    }
    let Some(wanted) = &edit.tags else { return Ok(()) };
    let change = TagChange::between(&client.list_policy_tags(arn).await?, wanted, &AWS);
    client.untag_policy(arn, &change.gone()).await?;
    client.tag_policy(arn, &change.set).await
}

/// Deletes the oldest version that is not in force, if there are as many as there can be.
async fn make_room(client: &Iam, arn: &str) -> Result<(), Error> {
    let versions = client.list_policy_versions(arn).await?;
    if versions.len() < MOST_VERSIONS {
        return Ok(());
    }
    let former = versions.iter().filter(|version| !version.is_default);
    // Numbers are never given again; times are whole seconds.
    let number =
        |version: &aws::PolicyVersion| version.id.trim_start_matches('v').parse::<u64>().ok();
    match former.min_by_key(|version| (version.created_at, number(version))) {
        Some(oldest) => client.delete_policy_version(arn, &oldest.id).await.map(drop),
        None => Ok(()),
    }
}

/// Lists what keeps a managed policy from being deleted: whom it is attached to, and for whom it is
/// a boundary.
async fn targets_of_managed_policy(client: &Iam, arn: &str) -> Result<Vec<String>, Error> {
    let attached = client.list_entities_for_policy(arn, PolicyUsage::Permissions).await?;
    let bounded = client.list_entities_for_policy(arn, PolicyUsage::Boundary).await?;
    let bounded = bounded.iter().map(|it| format!("{} (as a permissions boundary)", target_of(it)));
    Ok(attached.iter().map(target_of).chain(bounded).collect())
}

/// Deletes the versions first: AWS takes only a policy that has one.
async fn delete_managed_policy(client: &Iam, arn: &str) -> Result<(), Error> {
    let versions = if_there(client.list_policy_versions(arn).await)?.unwrap_or_default();
    for version in versions.iter().filter(|version| !version.is_default) {
        client.delete_policy_version(arn, &version.id).await?;
    }
    client.delete_policy(arn).await.map(drop)
}
