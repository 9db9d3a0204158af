//! Alibaba Cloud: RPC-style requests signed with `ACS3-HMAC-SHA256`, JSON answers.
//!
//! Sources: "Request body and signature mechanism V3" and the pages of the operations, and the
//! official Python SDK. Not here: the older V1 signature, XML answers.

mod actions;
mod authentication;
mod authorization;
mod client;
pub(crate) mod nonces;
mod role_session;
mod signature;
mod tagging;
mod touched;
mod viewer;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

pub(super) use actions::all as actions;
pub(super) use authorization::authorise;
pub(super) use client::request;

use super::error::AccessDenied;
use super::{Action, Call, Cloud, Gate, Service, VendorError};
use crate::journal::Entry;
use crate::message::{Reply, Request};
use crate::parameters::Parameters;
use crate::timestamp::Timestamp;
use crate::world::World;
use crate::world::alicloud::Region;

const ECS: Service = Service { cloud: Cloud::Alicloud, name: "ecs", version: "2014-05-26" };
const RAM: Service = Service { cloud: Cloud::Alicloud, name: "ram", version: "2015-05-01" };
const RESOURCE_DIRECTORY: Service =
    Service { cloud: Cloud::Alicloud, name: "resourcedirectorymaster", version: "2022-04-19" };
const RESOURCE_MANAGER: Service =
    Service { cloud: Cloud::Alicloud, name: "resourcemanager", version: "2020-03-31" };
const RESOURCE_SHARING: Service =
    Service { cloud: Cloud::Alicloud, name: "resourcesharing", version: "2020-01-10" };
const STS: Service = Service { cloud: Cloud::Alicloud, name: "sts", version: "2015-04-01" };

/// The versions of all services, which tell an unsigned request from one to AWS.
pub(super) const VERSIONS: [&str; 5] =
    [ECS.version, RAM.version, RESOURCE_MANAGER.version, RESOURCE_SHARING.version, STS.version];

const CONTENT_TYPE: &str = "application/json;charset=utf-8";

/// Identifies and authenticates a request.
///
/// The order of checks is a proposal; the vendor publishes none and it is known to differ between
/// operations.
pub(super) fn admit(
    request: &Request,
    gate: Gate<'_>,
    entry: &mut Entry,
) -> Result<Call, VendorError> {
    let mut parameters =
        Parameters::of(request).map_err(|reason| VendorError::new(400, "InvalidParameter", reason));
    let naming = Naming::of(request, parameters.as_mut().ok());
    entry.action.clone_from(&naming.action);
    if let Ok(parameters) = &parameters {
        entry.region = parameters.get("RegionId").unwrap_or_default().to_owned();
        entry.parameters = parameters.to_map();
    }
    let action = find_action(request, &naming)?;
    let access_key = if action.unsigned && request.header("authorization").is_none() {
        naming.check_unsigned(gate.now)?;
        None
    } else {
        let keys = &gate.world.alicloud.access_keys;
        Some(authentication::authenticate(request, keys, gate.nonces, gate.now)?.clone())
    };
    let parameters = parameters?;
    let permissions = (action.permissions)(&parameters);
    if let Some(key) = &access_key {
        entry.identify(&key.principal, &permissions);
    }
    action.check_names(&parameters)?;
    if action.parameters.contains(&"RegionId")
        && (*action.service == ECS || !entry.region.is_empty())
    {
        check_region(&entry.region, &gate.world.alicloud.regions)?;
    }
    Ok(Call {
        action,
        region: entry.region.clone(),
        parameters,
        permissions,
        access_key,
        now: gate.now,
        request_id: entry.request_id.clone(),
    })
}

/// Refuses a region that is absent or unknown; every action of ECS that knows `RegionId` needs it.
fn check_region(id: &str, regions: &[Region]) -> Result<(), VendorError> {
    if id.is_empty() {
        let message = "The input parameter \"RegionId\" that is mandatory for processing this \
                       request is not supplied.";
        return Err(VendorError::new(404, "MissingParameter.RegionId", message));
    }
    if !regions.iter().any(|region| region.id == id) {
        let message = "The specified RegionId does not exist.";
        return Err(VendorError::new(404, "InvalidRegionId.NotFound", message));
    }
    Ok(())
}

/// What a request says about itself: in headers, or in parameters when it is not signed.
struct Naming {
    action: String,
    version: String,
    date: Option<String>,
    /// `Format` of an unsigned request; `None` for one with headers, which is answered in JSON.
    format: Option<String>,
}

impl Naming {
    /// Reads the headers; of a request without signature it takes the parameters that belong to the
    /// protocol, even if it has headers as well, as the SDK sends both.
    fn of(request: &Request, parameters: Option<&mut Parameters>) -> Self {
        let is_signed = request.header("authorization").is_some();
        match parameters.filter(|parameters| !is_signed && parameters.get("Action").is_some()) {
            Some(parameters) => {
                parameters.take("SignatureNonce");
                Self {
                    action: parameters.take("Action").unwrap_or_default(),
                    version: parameters.take("Version").unwrap_or_default(),
                    date: parameters.take("Timestamp"),
                    format: Some(parameters.take("Format").unwrap_or_default()),
                }
            }
            None => Self {
                action: request.header("x-acs-action").unwrap_or_default(),
                version: request.header("x-acs-version").unwrap_or_default(),
                date: request.header("x-acs-date"),
                format: None,
            },
        }
    }

    /// Checks what can be wrong about a request that carries no signature.
    fn check_unsigned(&self, now: Timestamp) -> Result<(), VendorError> {
        if self.format.as_ref().is_some_and(|format| !format.eq_ignore_ascii_case("json")) {
            return Err(VendorError::not_simulated(
                "XML answers; unsigned requests need Format=JSON",
            ));
        }
        match &self.date {
            Some(date) => authentication::check_date(date, now),
            None => Err(VendorError::new(
                400,
                "MissingTimestamp",
                "Timestamp is mandatory for this action.",
            )),
        }
    }
}

fn find_action(request: &Request, naming: &Naming) -> Result<&'static Action, VendorError> {
    if !matches!(request.method.as_str(), "GET" | "POST") {
        let message = "This http method is not supported.";
        return Err(VendorError::new(403, "UnsupportedHTTPMethod", message));
    }
    let Naming { action: name, version, .. } = naming;
    let mut namesakes =
        actions::all().filter(|action| action.name == *name && request.path == "/").peekable();
    if namesakes.peek().is_none() {
        let message = "Specified api is not found, please check your url and method.";
        return Err(VendorError::new(404, "InvalidAction.NotFound", message));
    }
    namesakes.find(|action| action.service.version == *version).ok_or_else(|| {
        VendorError::new(400, "InvalidVersion", "Specified parameter Version is not valid.")
    })
}

/// Wraps the content of a success.
pub(super) fn accept(content: String) -> Reply {
    Reply::new(200, CONTENT_TYPE, content)
}

/// Writes the content of a success: the fields of `view` and the request id.
fn to_json(call: &Call, view: impl Serialize) -> String {
    #[derive(Serialize)]
    struct Envelope<'a, T> {
        #[serde(rename = "RequestId")]
        request_id: &'a str,
        #[serde(flatten)]
        view: T,
    }
    serde_json::to_string(&Envelope { request_id: &call.request_id, view })
        .expect("views have text keys only")
}

/// Returns the tags a call of ECS sets.
fn requested_tags(call: &Call) -> BTreeMap<String, String> {
    let tag = |index: u32| {
        let key = call.parameters.get(&format!("Tag.{index}.Key"))?;
        let value = call.parameters.get(&format!("Tag.{index}.Value")).unwrap_or_default();
        Some((key.to_owned(), value.to_owned()))
    };
    call.parameters.indices("Tag").into_iter().filter_map(tag).collect()
}

/// Makes something, unless a call with the same client token made it before, and returns its ids.
fn once(
    call: &Call,
    world: &mut World,
    make: impl FnOnce(&mut World) -> Vec<String>,
) -> Vec<String> {
    if let Some(made) = made_before(call, world) {
        return made.to_vec();
    }
    let made = make(world);
    if let Some(name) = client_token(call) {
        world.alicloud.made.insert(name, made.clone());
    }
    made
}

/// Returns what a call with the same client token made.
fn made_before<'w>(call: &Call, world: &'w World) -> Option<&'w [String]> {
    world.alicloud.made.get(&client_token(call)?).map(Vec::as_slice)
}

/// Returns the client token of a call with the account and action it is good for.
fn client_token(call: &Call) -> Option<String> {
    let token = call.parameters.get("ClientToken")?;
    Some(format!("{} {} {token}", call.account(), call.action.name))
}

/// Refuses an absent parameter of ECS.
fn missing_parameter(name: &str) -> VendorError {
    let message = format!(
        "The input parameter \"{name}\" that is mandatory for processing this request is not supplied."
    );
    VendorError::new(400, "MissingParameter", message)
}

/// Adds the fields of one JSON object to another.
fn joined(mut view: Value, more: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut view, more) {
        fields.extend(more);
    }
    view
}

/// Writes an error.
pub(super) fn refuse(error: &VendorError, request_id: &str) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Body<'a> {
        request_id: &'a str,
        host_id: &'a str,
        code: &'a str,
        message: &'a str,
        recommend: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        access_denied_detail: Option<&'a AccessDenied>,
    }
    let body = Body {
        request_id,
        host_id: "simulator.invalid",
        code: &error.code,
        message: &error.message,
        recommend: format!("https://simulator.invalid/diagnosis?code={}", error.code),
        access_denied_detail: error.access_denied.as_deref(),
    };
    let reply = Reply::new(
        error.status,
        CONTENT_TYPE,
        serde_json::to_vec(&body).expect("the keys are text"),
    );
    match error.retry_after_ms {
        Some(milliseconds) => reply.header("x-acs-retry-after", milliseconds.to_string()),
        None => reply,
    }
}

/// Refuses a parameter the action does not have. The vendor ignores it; a test should not.
pub(super) fn unknown_parameter(name: &str) -> VendorError {
    VendorError::new(400, "UnsupportedParameter", format!("The parameter {name} is not supported."))
}

/// Refuses a value that is none the parameter can have.
pub(super) fn invalid_parameter(name: &str, value: &str) -> VendorError {
    VendorError::new(
        400,
        "InvalidParameter",
        format!("The specified parameter {name} is not valid: {value}"),
    )
}

/// Says that a request would have worked without `DryRun`.
fn dry_run_passed() -> VendorError {
    VendorError::new(
        400,
        "DryRunOperation",
        "Request validation has been passed with DryRun flag set.",
    )
}
