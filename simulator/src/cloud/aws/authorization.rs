//! May the caller do this? The permissions of the key, then the policies that apply to it.
//!
//! The permissions of a key count as one more policy of the caller, which allows them on everything; a
//! key without a list may do everything. Where a call touches nothing in particular it is judged on `*`.
//! Sources: "AWS global condition context keys", "Troubleshoot access denied error messages". The ARN of
//! the policy that refuses is not in the text, although AWS has begun to put it there. Guesses: a call
//! over HTTP counts as sent over TLS, and a role is service-linked when its name begins like one.

use super::json;
use super::tag_specification::CREATE_TAGS;
use super::touched::CREATE_ACTION;
use crate::cloud::{Call, Touched, VendorError};
use crate::policy::aws::{
    Caller, Context, Document, Kind, Layer, Policies, Request, Resource, Verdict, decide,
};
use crate::world::World;
use crate::world::access::{AccessKey, PrincipalKind};
use crate::world::role::RoleArn;

/// Why a permission is missing.
struct Refusal {
    permission: String,
    /// What may not be touched; `*` where the call touches nothing in particular.
    resource: String,
    is_explicit: bool,
    /// The policies that refuse, in the vendor's words.
    layer: String,
}

/// Refuses a caller who lacks one of the permissions of a call.
pub(in crate::cloud) fn authorise(call: &Call, world: &World) -> Result<(), VendorError> {
    let mut permissions = call.permissions.iter();
    match permissions.find_map(|permission| find_refusal(call, permission, world)) {
        Some(refusal) => Err(json::in_words_of(call.action.service, denied(call, &refusal))),
        None => Ok(()),
    }
}

fn find_refusal(call: &Call, permission: &'static str, world: &World) -> Option<Refusal> {
    let key = call.key();
    let resources = resources(call, permission, world);
    let first = resources.first().map_or("*", |resource| &resource.arn).to_owned();
    let refused = |resource, is_explicit, layer: &str| {
        let (permission, layer) = (permission.to_owned(), layer.to_owned());
        Some(Refusal { permission, resource, is_explicit, layer })
    };
    if let Some(layer) = key.denied.get(permission) {
        return refused(first, true, layer);
    }
    if key.session_forbids(permission) {
        return refused(first, false, words(Layer::Session));
    }
    let caller = caller(key);
    if caller.is_root && !key.permits(permission) {
        return refused(first, false, words(Layer::Identity));
    }
    match decide(&Request { caller, resources }, &policies(key, world)) {
        Verdict::Allow => None,
        Verdict::Deny { is_explicit, layer, resource, .. } => {
            refused(resource, is_explicit, words(layer))
        }
    }
}

fn words(layer: Layer) -> &'static str {
    match layer {
        Layer::ServiceControl => "service control policy",
        Layer::ResourceControl => "resource control policy",
        Layer::Resource => "resource-based policy",
        Layer::Identity => "identity-based policy",
        Layer::Boundary => "permissions boundary",
        Layer::Session => "session policy",
    }
}

/// Says who calls. The world has no levels for accounts that service control policies do not bind.
fn caller(key: &AccessKey) -> Caller {
    let kind = key.principal.kind();
    let is_service_linked = matches!(
        kind, PrincipalKind::AssumedRole { role, .. } if role.starts_with("AWSServiceRoleFor")
    );
    Caller {
        arn: key.principal.arn().to_owned(),
        is_bound: !is_service_linked,
        is_root: *kind == PrincipalKind::Root,
    }
}

/// Collects the policies that apply to a key.
fn policies(key: &AccessKey, world: &World) -> Policies {
    let read = |kind| {
        move |text: &str| Document::parse(text, kind).expect("a world without contradictions")
    };
    let granted = match &key.permissions {
        Some(permissions) => Document::allowing(permissions.iter().cloned()),
        None => Document::allowing(["*".to_owned()]),
    };
    let own = world.aws.iam.identity_policies(&key.principal).into_iter();
    let levels = world.aws.guard_levels(key.principal.account()).into_iter();
    let session = key.session.as_ref().and_then(|session| session.document.as_deref());
    Policies {
        session: session.map(read(Kind::Identity)),
        service_control: levels
            .map(|level| level.into_iter().map(read(Kind::ServiceControl)).collect())
            .collect(),
        identity: own.map(read(Kind::Identity)).chain([granted]).collect(),
        ..Policies::default()
    }
}

/// Lists what a permission is needed on, each with all condition keys.
fn resources(call: &Call, permission: &'static str, world: &World) -> Vec<Resource> {
    let touched = (call.action.touches)(call, world).into_iter();
    // Making something and tagging it are two permissions of one call.
    let is_tagging = call.action.name != "CreateTags" && permission == CREATE_TAGS;
    let mut touched: Vec<Touched> = touched
        .filter(|touched| is_tagging == touched.keys.iter().any(|(key, _)| key == CREATE_ACTION))
        .collect();
    if touched.is_empty() {
        touched.push(Touched { arn: "*".to_owned(), keys: Vec::new() });
    }
    let everywhere = common_keys(call, world);
    let judged = touched.into_iter().map(|Touched { arn, keys }| {
        let mut context = everywhere.clone();
        for (key, values) in keys {
            context.set_all(&key, values);
        }
        Resource { action: permission.to_owned(), arn, account: None, context }
    });
    judged.collect()
}

/// Returns the condition keys that every request has.
fn common_keys(call: &Call, world: &World) -> Context {
    let mut context = Context::default();
    let key = call.key();
    context.set("aws:CurrentTime", call.now.with_seconds());
    context.set("aws:EpochTime", call.now.unix().to_string());
    context.set("aws:SecureTransport", "true");
    context.set("aws:SourceIp", "127.0.0.1");
    context.set("aws:RequestedRegion", &call.region);
    context.set("aws:PrincipalIsAWSService", "false");
    context.set("aws:ViaAWSService", "false");
    context.set("aws:PrincipalAccount", call.account());
    context.set("aws:PrincipalArn", principal_arn(key, world));
    match key.principal.kind() {
        PrincipalKind::Root => context.set("aws:PrincipalType", "Account"),
        PrincipalKind::User { name } => {
            context.set("aws:PrincipalType", "User");
            context.set("aws:username", name);
        }
        PrincipalKind::AssumedRole { .. } => context.set("aws:PrincipalType", "AssumedRole"),
    }
    if let Some(session) = &key.session {
        context.set("aws:MultiFactorAuthPresent", "false");
        for (name, value) in &session.tags {
            context.set(&format!("aws:PrincipalTag/{name}"), value);
        }
        let source = session.source_identity.iter();
        source.for_each(|source| context.set("aws:SourceIdentity", source));
    }
    let organization = world.aws.organization.as_ref();
    if let Some(organization) = organization.filter(|found| found.includes(call.account())) {
        context.set("aws:PrincipalOrgID", &organization.id);
    }
    if call.action.service.name == "ec2" {
        context.set("ec2:Region", &call.region);
    }
    context
}

/// Returns the ARN of a user, or of a session's role, with its path if the world knows the role.
fn principal_arn(key: &AccessKey, world: &World) -> String {
    let principal = &key.principal;
    let PrincipalKind::AssumedRole { role, .. } = principal.kind() else {
        return principal.arn().to_owned();
    };
    let known = world.aws.roles.iter().find(|known| {
        RoleArn::parse(&known.arn)
            .is_some_and(|arn| arn.account == principal.account() && arn.name == role)
    });
    let partition = principal.arn().split(':').nth(1).unwrap_or("aws");
    known.map_or_else(
        || format!("arn:{partition}:iam::{}:role/{role}", principal.account()),
        |role| role.arn.clone(),
    )
}

/// Refuses a caller who lacks a permission.
fn denied(call: &Call, refusal: &Refusal) -> VendorError {
    let Refusal { permission, resource, is_explicit, layer } = refusal;
    let arn = call.key().principal.arn();
    let on = if resource == "*" { String::new() } else { format!(" on resource: {resource}") };
    let reason = if *is_explicit {
        let article = if layer.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("with an explicit deny in {article} {layer}")
    } else {
        format!("because no {layer} allows the {permission} action")
    };
    let message = format!("User: {arn} is not authorized to perform: {permission}{on} {reason}");
    if call.action.service.name != "ec2" {
        return VendorError::new(403, "AccessDenied", message);
    }
    let mut message = format!("You are not authorized to perform this operation. {message}");
    if resource != "*" {
        let encoded = encode(arn, refusal);
        message.push_str(&format!(". Encoded authorization failure message: {encoded}"));
    }
    VendorError::new(403, "UnauthorizedOperation", message)
}

/// Writes a refusal as EC2 does for those who may read more; AWS encrypts it.
fn encode(principal: &str, refusal: &Refusal) -> String {
    let Refusal { permission, resource, is_explicit, .. } = refusal;
    let context = serde_json::json!({"principal": {"arn": principal}, "action": permission, "resource": resource});
    let message =
        serde_json::json!({"allowed": false, "explicitDeny": is_explicit, "context": context});
    hex::encode(message.to_string())
}

/// Reads what [`encode`] has written.
pub(super) fn decode(encoded: &str) -> Option<String> {
    let text = String::from_utf8(hex::decode(encoded).ok()?).ok()?;
    let message: serde_json::Value = serde_json::from_str(&text).ok()?;
    message.get("explicitDeny").map(|_| text)
}
