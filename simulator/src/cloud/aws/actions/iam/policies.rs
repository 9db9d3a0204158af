//! `CreatePolicy`, `GetPolicy`, `ListPolicies`, `DeletePolicy`.

use super::{
    aws_policies, conflict, count_attachments, find, find_any, id_of, over_limit, own_arn, page,
    read_arn, read_boolean, read_document, read_name, read_path, read_word, tags, taken,
    touched_policy,
};
use crate::cloud::aws::IAM;
use crate::cloud::aws::role_session::invalid;
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Action, Call, VendorError};
use crate::parameters::Parameters;
use crate::world::World;
use crate::world::aws::{Aws, Policy};

/// Most customer managed policies of an account.
const MAX_POLICIES: usize = 1500;

/// Most characters of a description.
const LONGEST_DESCRIPTION: usize = 1000;

pub(in super::super) const CREATE: Action = Action {
    parameters: &[
        "Description",
        "Path",
        "PolicyDocument",
        "PolicyName",
        "Tags.member.N.Key",
        "Tags.member.N.Value",
    ],
    touches: touched_policy,
    ..Action::new(&IAM, "CreatePolicy", needed_to_create, create)
};

pub(in super::super) const GET: Action = Action {
    parameters: &["PolicyArn"],
    touches: touched_policy,
    ..Action::new(&IAM, "GetPolicy", |_| vec!["iam:GetPolicy"], get)
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["Marker", "MaxItems", "OnlyAttached", "PathPrefix", "PolicyUsageFilter", "Scope"],
    ..Action::new(&IAM, "ListPolicies", |_| vec!["iam:ListPolicies"], list)
};

pub(in super::super) const DELETE: Action = Action {
    parameters: &["PolicyArn"],
    touches: touched_policy,
    ..Action::new(&IAM, "DeletePolicy", |_| vec!["iam:DeletePolicy"], delete)
};

fn needed_to_create(parameters: &Parameters) -> Vec<&'static str> {
    let has_tags = !parameters.indices("Tags.member").is_empty();
    ["iam:CreatePolicy"].into_iter().chain(has_tags.then_some("iam:TagPolicy")).collect()
}

/// What an answer says about a policy besides what all answers do.
enum Detail {
    /// Its tags.
    Created,
    /// Its tags and its description.
    Read,
    /// Nothing.
    Listed,
}

fn write(xml: &mut Xml, call: &Call, cloud: &Aws, policy: &Policy, detail: &Detail) {
    xml.leaf("PolicyName", policy.name());
    xml.leaf("PolicyId", &id_of("ANPA", &policy.arn));
    xml.leaf("Arn", &policy.arn);
    xml.leaf("Path", policy.path());
    xml.leaf("DefaultVersionId", &format!("v{}", policy.default_version().number));
    xml.value("AttachmentCount", count_attachments(call, &policy.arn, cloud));
    xml.value("PermissionsBoundaryUsageCount", 0);
    xml.value("IsAttachable", true);
    if matches!(detail, Detail::Read) && !policy.description.is_empty() {
        xml.leaf("Description", &policy.description);
    }
    xml.leaf("CreateDate", &policy.created_at.with_seconds());
    xml.leaf("UpdateDate", &policy.updated_at.with_seconds());
    if !matches!(detail, Detail::Listed) {
        tags::write(xml, policy.tags.iter());
    }
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = read_name(call, "PolicyName", 128)?;
    let path = read_path(call, "Path")?;
    let description = call.parameters.get("Description").unwrap_or_default();
    if description.chars().count() > LONGEST_DESCRIPTION {
        return Err(invalid(format!(
            "1 validation error detected: Value at 'description' failed to satisfy constraint: \
             Member must have length less than or equal to {LONGEST_DESCRIPTION}"
        )));
    }
    let tags = tags::read(call)?;
    let document = read_document(call)?;
    let cloud = &mut world.aws;
    let own = cloud.iam.policies.iter().filter(|policy| policy.account() == call.account());
    // Names are the same in either case, whatever the path.
    if own.clone().any(|policy| policy.name().eq_ignore_ascii_case(name)) {
        return Err(taken(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    if own.count() >= MAX_POLICIES {
        let message = format!("Cannot exceed quota for PoliciesPerAccount: {MAX_POLICIES}");
        return Err(over_limit(message));
    }
    let arn = own_arn(call, &format!("policy{path}{name}"));
    let mut policy = Policy::with_arn(arn.clone(), document.to_owned(), call.now);
    policy.description = description.to_owned();
    policy.tags = tags.into_iter().collect();
    let mut xml = Xml::default();
    xml.within("Policy", |xml| write(xml, call, cloud, &policy, &Detail::Created));
    let iam = &mut cloud.iam;
    iam.policies.push(policy);
    iam.unseen_policies.note(arn, true, iam.creation_lag);
    Ok(xml.finish())
}

fn get(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let cloud = &mut world.aws;
    let policy = find_any(call, read_arn(call)?, cloud)?;
    let mut xml = Xml::default();
    xml.within("Policy", |xml| write(xml, call, cloud, &policy, &Detail::Read));
    Ok(xml.finish())
}

fn list(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let scope = read_word(call, "Scope", &["All", "AWS", "Local"])?.unwrap_or("All");
    let only_attached = read_boolean(call, "OnlyAttached")?;
    let prefix = read_path(call, "PathPrefix")?;
    let usage =
        read_word(call, "PolicyUsageFilter", &["PermissionsPolicy", "PermissionsBoundary"])?;
    let cloud = &world.aws;
    let own = cloud.iam.policies.iter().filter(|policy| policy.account() == call.account());
    let own = own.filter(|_| scope != "AWS").cloned();
    let all = own.chain(aws_policies(call).filter(|_| scope != "Local"));
    let is_meant = |policy: &Policy| {
        policy.path().starts_with(prefix)
            && (!only_attached || count_attachments(call, &policy.arn, cloud) > 0)
            // Nobody has a permissions boundary here.
            && usage != Some("PermissionsBoundary")
    };
    let all: Vec<Policy> = all.filter(is_meant).collect();
    let mut xml = Xml::default();
    let shown = page(call, cloud, &all, &mut xml)?;
    super::members(&mut xml, "Policies", shown, |xml, policy| {
        write(xml, call, cloud, policy, &Detail::Listed);
    });
    Ok(xml.finish())
}

/// Deletes a policy that nobody has and that has no version but the default one.
fn delete(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let arn = read_arn(call)?;
    let cloud = &mut world.aws;
    let versions = find(call, arn, cloud)?.versions.len();
    if count_attachments(call, arn, cloud) > 0 {
        return Err(conflict("Cannot delete a policy attached to entities."));
    }
    if versions > 1 {
        return Err(conflict(
            "This policy has more than one version. Before you delete a policy, you must delete \
             the policy's versions. The default version is deleted with the policy.",
        ));
    }
    cloud.iam.policies.retain(|policy| policy.arn != arn);
    Ok(String::new())
}
