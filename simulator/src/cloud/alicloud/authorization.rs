//! May the caller do this? The permissions of the key, then the policies that apply to it.
//!
//! The permissions of a key count as one more RAM policy, which allows them on everything; a key
//! without a list may do everything. Where a call touches nothing in particular it is judged on `*`.
//! Guesses, because nothing is written: a call over HTTP counts as sent over TLS, the region of RAM's
//! own resources is `*`, and control policies are those of the caller's account.

use crate::cloud::error::AccessDenied;
use crate::cloud::{Call, Touched, VendorError};
use crate::policy::alicloud::{
    Caller, Context, Document, Kind, Layer, Policies, Request, Resource, Verdict, decide,
};
use crate::world::World;
use crate::world::access::{AccessKey, PrincipalKind};

const NO_ECS_PERMISSION: &str =
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.";

/// Why a permission is missing, in the vendor's words.
pub(super) struct Reason {
    pub policy_type: String,
    pub is_explicit: bool,
    /// ARN of what may not be touched.
    pub resource: String,
}

impl Reason {
    /// Makes the reason that no policy of this type allows the call.
    pub(super) fn nothing_allows(policy_type: &str) -> Self {
        let (policy_type, resource) = (policy_type.to_owned(), "*".to_owned());
        Self { policy_type, is_explicit: false, resource }
    }
}

/// Refuses a caller who lacks one of the permissions of a call.
pub(in crate::cloud) fn authorise(call: &Call, world: &World) -> Result<(), VendorError> {
    for permission in &call.permissions {
        if let Some(reason) = find_refusal(call, permission, world) {
            return Err(denied(call, permission, &reason));
        }
    }
    Ok(())
}

fn find_refusal(call: &Call, permission: &str, world: &World) -> Option<Reason> {
    let key = call.key();
    if let Some(layer) = key.denied.get(permission) {
        let (policy_type, resource) = (layer.clone(), "*".to_owned());
        return Some(Reason { policy_type, is_explicit: true, resource });
    }
    if key.session_forbids(permission) {
        return Some(Reason::nothing_allows("SessionPolicy"));
    }
    let caller = caller(key, world);
    if caller == Caller::Root && !key.permits(permission) {
        return Some(Reason::nothing_allows("AccountLevelIdentityBasedPolicy"));
    }
    let request =
        Request { action: permission.to_owned(), caller, resources: resources(call, world) };
    match decide(&request, &policies(key, world), &world.alicloud.open_questions) {
        Verdict::Allow => None,
        Verdict::Deny { is_explicit, layer, resource } => {
            let policy_type = match layer {
                Layer::Control => "ControlPolicy",
                Layer::Session => "SessionPolicy",
                Layer::Identity => "AccountLevelIdentityBasedPolicy",
            };
            Some(Reason { policy_type: policy_type.to_owned(), is_explicit, resource })
        }
    }
}

fn caller(key: &AccessKey, world: &World) -> Caller {
    let directory = world.alicloud.resource_directory.as_ref();
    let management = directory.map(|directory| directory.management_account.as_str());
    match key.principal.kind() {
        PrincipalKind::Root => Caller::Root,
        // Alibaba Cloud's own names; nobody else may give a role such a one.
        PrincipalKind::AssumedRole { role, .. } if role.starts_with("AliyunServiceRoleFor") => {
            Caller::ServiceLinkedRole
        }
        _ if management == Some(key.principal.account()) => Caller::Management,
        PrincipalKind::User { .. } | PrincipalKind::AssumedRole { .. } => Caller::Ordinary,
    }
}

/// Collects the policies that apply to a key.
fn policies(key: &AccessKey, world: &World) -> Policies {
    let granted = match &key.permissions {
        Some(permissions) => Document::allowing(permissions.iter().cloned()),
        None => Document::allowing(["*".to_owned()]),
    };
    let mut identity = world.alicloud.ram.documents_for(&key.principal);
    identity.push(granted);
    let directory = world.alicloud.resource_directory.as_ref();
    let control = directory.map(|directory| directory.levels(key.principal.account()));
    let session = key.session.as_ref().and_then(|session| session.document.as_ref());
    let session = session.and_then(|document| Document::parse(document, Kind::Ram).ok());
    Policies { control: control.unwrap_or_default(), session, identity }
}

/// Lists what a call touches, each with all condition keys.
fn resources(call: &Call, world: &World) -> Vec<Resource> {
    let mut touched = (call.action.touches)(call, world);
    if touched.is_empty() {
        touched.push(Touched { arn: "*".to_owned(), keys: Vec::new() });
    }
    let everywhere = common_keys(call);
    let judged = touched.into_iter().map(|Touched { arn, keys }| {
        let mut context = everywhere.clone();
        for (key, values) in keys {
            context.set_all(&key, values);
        }
        Resource { arn, context }
    });
    judged.collect()
}

/// Returns the condition keys that every request has.
fn common_keys(call: &Call) -> Context {
    let mut context = Context::default();
    context.set("acs:CurrentTime", call.now.with_seconds());
    context.set("acs:SecureTransport", "true");
    context.set("acs:SourceIp", "127.0.0.1");
    let account = call.account();
    match call.key().principal.kind() {
        PrincipalKind::Root => {}
        PrincipalKind::User { name } => {
            context.set("acs:PrincipalARN", format!("acs:ram::{account}:user/{name}"));
        }
        // The official samples show names of roles in lower case, whatever they really are.
        PrincipalKind::AssumedRole { role, .. } => {
            let role = role.to_lowercase();
            context.set("acs:PrincipalARN", format!("acs:ram::{account}:role/{role}"));
        }
    }
    if let Some(group) = call.parameters.get("ResourceGroupId") {
        context.set("acs:ResourceGroupId", group);
    }
    context
}

/// Refuses a caller who lacks a permission.
pub(super) fn denied(call: &Call, permission: &str, reason: &Reason) -> VendorError {
    let (code, message) = match call.action.service.name {
        "ecs" => ("Forbidden.RAM", NO_ECS_PERMISSION),
        _ => (
            "NoPermission",
            "You are not authorized to do this action. You should be authorized by RAM.",
        ),
    };
    let (principal_type, display_name) = match call.key().principal.kind() {
        PrincipalKind::Root => ("Account", call.account().to_owned()),
        PrincipalKind::User { name } => ("SubUser", name.clone()),
        PrincipalKind::AssumedRole { role, session } => {
            ("AssumedRoleUser", format!("{role}:{session}"))
        }
    };
    let detail = AccessDenied {
        auth_action: permission.to_owned(),
        auth_principal_type: principal_type,
        auth_principal_owner_id: call.account().to_owned(),
        auth_principal_display_name: display_name,
        policy_type: reason.policy_type.clone(),
        no_permission_type: if reason.is_explicit { "ExplicitDeny" } else { "ImplicitDeny" },
        encoded_diagnostic_message: hex::encode(format!(
            "{permission} on {} for {}",
            reason.resource,
            call.key().principal.arn()
        )),
    };
    VendorError { access_denied: Some(Box::new(detail)), ..VendorError::new(403, code, message) }
}
