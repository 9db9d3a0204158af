//! AWS: query requests signed with SigV4, XML answers in two dialects (EC2's own, and that of every
//! other query service); JSON requests and answers of Organizations.
//!
//! Sources: the Signature Version 4 pages of the IAM guide, the API references of EC2, IAM,
//! Organizations and STS, botocore's models (1.44.5).

mod actions;
mod authentication;
mod authorization;
mod client;
mod filter;
mod finding;
mod json;
mod paging;
mod role_session;
mod signature;
mod tag_specification;
mod tagging;
mod touched;
mod viewer;
mod xml;

pub(super) use self::authorization::authorise;
pub(super) use self::client::request;

use self::xml::Xml;
use super::{Action, Call, Cloud, Gate, Service, VendorError};
use crate::journal::Entry;
use crate::message::{Reply, Request};
use crate::parameters::Parameters;
use crate::world::access::AccessKey;
use crate::world::aws::OptIn;

const EC2: Service = Service { cloud: Cloud::Aws, name: "ec2", version: "2016-11-15" };
const IAM: Service = Service { cloud: Cloud::Aws, name: "iam", version: "2010-05-08" };
/// Its version 2016-11-28, as requests write it.
const ORGANIZATIONS: Service =
    Service { cloud: Cloud::Aws, name: "organizations", version: "AWSOrganizationsV20161128" };
const STS: Service = Service { cloud: Cloud::Aws, name: "sts", version: "2011-06-15" };

const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";
const PROLOGUE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Where requests to IAM and to Organizations, which have no regions, are signed for, by partition.
const GLOBAL_REGIONS: [(&str, &str, &str); 4] = [
    ("aws", "us-east-1", "us-east-1"),
    ("aws-cn", "cn-north-1", "cn-northwest-1"),
    ("aws-eusc", "eusc-de-east-1", "eusc-de-east-1"),
    ("aws-us-gov", "us-gov-west-1", "us-gov-west-1"),
];

/// Identifies and authenticates a request.
pub(super) fn admit(
    request: &Request,
    gate: &Gate<'_>,
    entry: &mut Entry,
) -> Result<Call, VendorError> {
    let admitted = identify_call(request, gate, entry);
    admitted.map_err(|error| match service_of(request) {
        Some(service) => json::in_words_of(service, error),
        None => error,
    })
}

fn identify_call(
    request: &Request,
    gate: &Gate<'_>,
    entry: &mut Entry,
) -> Result<Call, VendorError> {
    let Wish { name, version, parameters } = Wish::read(request)?;
    entry.action.clone_from(&name);
    entry.parameters = parameters.to_map();
    let caller = match takes_unsigned(&name) && request.header("authorization").is_none() {
        true => Caller { service: &STS, region: String::new(), access_key: None },
        false => identify(request, gate, entry)?,
    };
    let action = find_action(request, caller.service, &name, &version)?;
    let permissions = (action.permissions)(&parameters);
    if let Some(key) = &caller.access_key {
        entry.identify(&key.principal, &permissions);
    }
    action.check_names(&parameters)?;
    Ok(Call {
        action,
        region: caller.region,
        parameters,
        permissions,
        access_key: caller.access_key,
        now: gate.now,
        request_id: entry.request_id.clone(),
    })
}

/// What a request asks for, before it is known who asks.
struct Wish {
    name: String,
    version: String,
    parameters: Parameters,
}

impl Wish {
    fn read(request: &Request) -> Result<Self, VendorError> {
        if let Some(target) = json::target(request) {
            let (version, name) = target.split_once('.').unwrap_or_default();
            let (name, version) = (name.to_owned(), version.to_owned());
            return Ok(Self { name, version, parameters: json::read(request)? });
        }
        let mut parameters = Parameters::of(request)
            .map_err(|reason| VendorError::new(400, "MalformedQueryString", reason))?;
        let name = parameters.take("Action").unwrap_or_default();
        let version = parameters.take("Version").unwrap_or_default();
        Ok(Self { name, version, parameters })
    }
}

/// Who asks whom, and where.
struct Caller {
    service: &'static Service,
    region: String,
    access_key: Option<AccessKey>,
}

/// Tells whether an action's requests need no signature.
fn takes_unsigned(name: &str) -> bool {
    actions::ALL.iter().any(|action| action.unsigned && action.name == name)
}

/// Checks the signature and all that belongs to it.
fn identify(request: &Request, gate: &Gate<'_>, entry: &mut Entry) -> Result<Caller, VendorError> {
    let scope = authentication::scope(request)?;
    entry.region.clone_from(&scope.region);
    let service = find_service(&scope.service)?;
    check_region(&scope.region, service, gate)?;
    let keys = &gate.world.aws.access_keys;
    let key = authentication::authenticate(request, &scope, service, keys, gate.now)?;
    // An unknown action has a caller, too.
    entry.identify(&key.principal, &[]);
    check_global_region(&scope.region, service, partition(key))?;
    Ok(Caller { service, region: scope.region, access_key: Some(key.clone()) })
}

/// Tells which service a request is for, as far as that can be told before it is admitted.
pub(super) fn service_of(request: &Request) -> Option<&'static Service> {
    if json::is_for_organizations(request) {
        return Some(&ORGANIZATIONS);
    }
    let scope = authentication::scope(request).ok()?;
    find_service(&scope.service).ok()
}

fn find_service(name: &str) -> Result<&'static Service, VendorError> {
    let known = [&EC2, &IAM, &ORGANIZATIONS, &STS].into_iter().find(|service| service.name == name);
    known.ok_or_else(|| {
        let message = format!("Credential should be scoped to correct service, not '{name}'.");
        VendorError::new(403, "SignatureDoesNotMatch", message)
    })
}

/// Returns the partition of a key's holder, such as `aws-cn`.
fn partition(key: &AccessKey) -> &str {
    key.principal.arn().split(':').nth(1).unwrap_or_default()
}

/// Tells whether a service has one endpoint for all regions of a partition.
fn is_global(service: &Service) -> bool {
    [IAM, ORGANIZATIONS].contains(service)
}

/// Refuses a request to a service without regions that is signed for another than the one it has to be.
fn check_global_region(name: &str, service: &Service, partition: &str) -> Result<(), VendorError> {
    let known = GLOBAL_REGIONS.into_iter().find(|(known, ..)| *known == partition);
    let wanted = known.map(|(_, iam, organizations)| match *service == IAM {
        true => iam,
        false => organizations,
    });
    if !is_global(service) || wanted == Some(name) {
        return Ok(());
    }
    let message = "Credential should be scoped to a valid region.";
    Err(VendorError::new(403, "SignatureDoesNotMatch", message))
}

/// Refuses regions that do not exist or are not enabled.
///
/// In reality the name of an unknown region has no address. A real endpoint that is signed for
/// another region refuses the signature, which is what a client with one fixed endpoint would see;
/// so does the simulator.
fn check_region(name: &str, service: &Service, gate: &Gate<'_>) -> Result<(), VendorError> {
    if is_global(service) {
        return Ok(());
    }
    match gate.world.aws.regions.iter().find(|region| region.name == name) {
        Some(region) if region.opt_in == OptIn::NotOptedIn => {
            Err(authentication::rejected_key(service))
        }
        Some(_) => Ok(()),
        None => {
            let message = format!("Credential should be scoped to a valid region, not '{name}'.");
            Err(match service.name {
                "ec2" => VendorError::new(401, "AuthFailure", message),
                _ => VendorError::new(403, "SignatureDoesNotMatch", message),
            })
        }
    }
}

fn find_action(
    request: &Request,
    service: &Service,
    name: &str,
    version: &str,
) -> Result<&'static Action, VendorError> {
    if request.path != "/" || !matches!(request.method.as_str(), "GET" | "POST") {
        return Err(VendorError::new(
            404,
            "InvalidAction",
            "Only GET and POST of the path / are served.",
        ));
    }
    let found = actions::ALL.iter().find(|action| action.service == service && action.name == name);
    let action = found.ok_or_else(|| {
        VendorError::new(
            400,
            "InvalidAction",
            format!("The action {name} is not valid for this web service."),
        )
    })?;
    if version != service.version {
        let message = format!(
            "The requested version ({version}) of service {} does not exist.",
            service.name
        );
        return Err(VendorError::new(400, "NoSuchVersion", message));
    }
    Ok(action)
}

/// Lists everything the simulated AWS can do.
pub(super) fn actions() -> impl Iterator<Item = &'static Action> {
    actions::ALL.iter().copied()
}

/// Wraps the content of a success.
pub(super) fn accept(call: &Call, content: String) -> Reply {
    let Action { service, name, .. } = call.action;
    let (version, id) = (service.version, &call.request_id);
    let document = match service.name {
        "organizations" => return json::accept(content, id),
        "ec2" => format!(
            "{PROLOGUE}<{name}Response xmlns=\"http://ec2.amazonaws.com/doc/{version}/\">\
             <requestId>{id}</requestId>{content}</{name}Response>"
        ),
        // An operation without results says so.
        service if content.is_empty() => format!(
            "{PROLOGUE}<{name}Response xmlns=\"https://{service}.amazonaws.com/doc/{version}/\">\
             <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{name}Response>"
        ),
        service => format!(
            "{PROLOGUE}<{name}Response xmlns=\"https://{service}.amazonaws.com/doc/{version}/\">\
             <{name}Result>{content}</{name}Result>\
             <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{name}Response>"
        ),
    };
    reply(200, document, id)
}

/// Writes an error in EC2's dialect or the other one; a service that could not be told is taken for
/// another one.
pub(super) fn refuse(error: &VendorError, service: Option<&Service>, request_id: &str) -> Reply {
    if service == Some(&ORGANIZATIONS) {
        return json::refuse(error, request_id);
    }
    let is_ec2 = service.is_some_and(|service| service.name == "ec2");
    let mut xml = Xml::default();
    xml.within("Error", |xml| {
        if !is_ec2 {
            xml.leaf("Type", if error.status < 500 { "Sender" } else { "Receiver" });
        }
        xml.leaf("Code", &error.code);
        xml.leaf("Message", &error.message);
    });
    let content = xml.finish();
    let document = if is_ec2 {
        format!(
            "{PROLOGUE}<Response><Errors>{content}</Errors>\
             <RequestID>{request_id}</RequestID></Response>"
        )
    } else {
        format!(
            "{PROLOGUE}<ErrorResponse>{content}<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    };
    reply(error.status, document, request_id)
}

fn reply(status: u16, document: String, request_id: &str) -> Reply {
    Reply::new(status, CONTENT_TYPE, document).header("x-amzn-requestid", request_id)
}

/// Refuses a parameter the action does not have.
pub(super) fn unknown_parameter(name: &str) -> VendorError {
    VendorError::new(400, "UnknownParameter", format!("The parameter {name} is not recognized"))
}

/// Refuses a value that is none the parameter can have.
pub(super) fn invalid_parameter(name: &str, value: &str) -> VendorError {
    VendorError::new(
        400,
        "InvalidParameterValue",
        format!("Value ({value}) for parameter {name} is invalid."),
    )
}

/// Says that a request would have worked without `DryRun`.
fn dry_run_passed() -> VendorError {
    VendorError::new(
        412,
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
    )
}
