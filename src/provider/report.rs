//! From a failed call to a message: the only translator.
//!
//! Says what was tried, what came back, and what to do next.

use crate::{
    cloud::{CREDENTIALS, Denial, Error, Kind, Layer},
    plugin::{Diagnostic, Diagnostics, Path},
};

/// Where a call was made, and what was found out about its failure.
#[derive(Clone, Debug, Default)]
pub(super) struct Circumstances {
    /// The vendor's name.
    pub(super) cloud: &'static str,
    /// The object of the provider block.
    pub(super) block: &'static str,
    /// The region the call was for.
    pub(super) region: String,
    /// The role that the type works as, if it names one itself.
    pub(super) role: Option<String>,
    /// Who the cloud takes us for; asked after a denial.
    pub(super) caller: Option<String>,
    /// The regions there are; asked when ours seems wrong.
    pub(super) regions: Vec<String>,
}

/// Explains a failed call.
pub(super) fn explain(error: &Error, circumstances: &Circumstances) -> Diagnostics {
    // A host name made from a region that does not exist cannot be resolved.
    if error.kind == Kind::Unreachable && circumstances.lacks_region() {
        let error = Error { kind: Kind::Region, ..error.clone() };
        return explain(&error, circumstances);
    }
    let summary = summary(error, circumstances.cloud);
    let diagnostic = Diagnostic::error(summary, detail(error, circumstances));
    match error.kind {
        Kind::Region => diagnostic.at(Path::root("region")).into(),
        Kind::Role if circumstances.role.is_some() => {
            diagnostic.at(Path::root("assume_role_arn")).into()
        }
        _ => diagnostic.into(),
    }
}

impl Circumstances {
    /// Tells whether the regions are known and ours is none of them.
    fn lacks_region(&self) -> bool {
        !self.regions.is_empty() && !self.regions.contains(&self.region)
    }
}

fn summary(error: &Error, cloud: &str) -> String {
    match error.kind {
        Kind::NotFound => format!("Not Found On {cloud}"),
        Kind::Denied => format!("Access Denied By {cloud}"),
        Kind::Throttled => format!("Too Many Requests For {cloud}"),
        Kind::Conflict => format!("Conflict On {cloud}"),
        Kind::Quota => format!("Quota Reached On {cloud}"),
        Kind::SwitchedOff => format!("Switched Off On {cloud}"),
        Kind::Invalid => format!("Request Refused By {cloud}"),
        Kind::Setting => format!("Unusable Setting For {cloud}"),
        Kind::Credentials if error.operation == CREDENTIALS => {
            format!("No Usable Credentials For {cloud}")
        }
        Kind::Credentials => format!("Credentials Refused By {cloud}"),
        Kind::Role => format!("Role Cannot Be Assumed On {cloud}"),
        Kind::Clock => "Clock Is Off".to_owned(),
        Kind::Region => format!("No Such Region On {cloud}"),
        Kind::Account => format!("Account Not Allowed On {cloud}"),
        Kind::Unreachable => format!("{cloud} Cannot Be Reached"),
        Kind::Broken => format!("Connection To {cloud} Broke Off"),
        Kind::Timeout => format!("{cloud} Did Not Answer In Time"),
        Kind::Unreadable => format!("Unexpected Answer From {cloud}"),
        Kind::Unavailable => format!("{cloud} Is Not Available"),
        Kind::Other => format!("Call To {cloud} Failed"),
    }
}

fn detail(error: &Error, circumstances: &Circumstances) -> String {
    format!("{}\n\n{}", what_happened(error, circumstances), next_step(error, circumstances))
}

fn what_happened(error: &Error, circumstances: &Circumstances) -> String {
    let Circumstances { cloud, region, role, .. } = circumstances;
    if error.operation == CREDENTIALS {
        return capitalised(&format!("{error}."));
    }
    let place = if region.is_empty() { format!("On {cloud}") } else { format!("In {region}") };
    match role {
        None => format!("{place}, {error}."),
        Some(arn) => format!("{place}, working as {arn}, {error}."),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn next_step(error: &Error, circumstances: &Circumstances) -> String {
    let Circumstances { cloud, block, .. } = circumstances;
    match error.kind {
        Kind::Denied => after_denial(error, circumstances.caller.as_deref()),
        Kind::Throttled => "Wait, run fewer operations at a time with `-parallelism`, or raise \
            `max_retries` and `request_timeout` in the provider block."
            .to_owned(),
        Kind::Credentials => format!(
            "Check where the credentials come from: the attribute, variable or file that is named \
             above, or else the first source that is set. \"Credentials for {cloud}\" on the \
             provider's page lists the sources, and which attributes of the provider block's \
             `{block}` and which variables set them. Temporary credentials may have expired."
        ),
        Kind::Role => "Check the role's ARN, the session's arguments, and both sides of the \
            permission: the role's trust policy has to name the caller, and a policy of the \
            caller has to allow it to assume the role."
            .to_owned(),
        Kind::Setting => "Correct the setting, or remove it.".to_owned(),
        Kind::Clock => "Set the clock of this machine, for instance with NTP: signatures are \
            valid for a few minutes only."
            .to_owned(),
        Kind::Region => regions(circumstances),
        Kind::Account => format!(
            "Use credentials or a role of another account, or change the list of accounts in the \
             provider block's `{block}`."
        ),
        Kind::Unreachable => format!(
            "Check the region's name, the network, the proxy variables, and `endpoints` and \
             `ca_bundle` in the provider block's `{block}`."
        ),
        Kind::Broken => format!(
            "Check the network and the proxies on the way, and `endpoints` in the provider block's \
             `{block}`."
        ),
        Kind::Timeout => format!(
            "Check the network and the proxy variables, or raise `request_timeout` in the \
             provider block's `{block}`."
        ),
        Kind::Unreadable => format!(
            "Something else than {cloud} seems to answer: check `endpoints` in the provider \
             block's `{block}`, and proxies on the way."
        ),
        Kind::Unavailable => format!("Try again later; {cloud}'s status page may say more."),
        Kind::Quota => format!(
            "Remove what is no longer needed, or ask {cloud} for a higher quota; some limits cannot \
             be raised."
        ),
        Kind::SwitchedOff => "Switch on what the message names, for the whole organisation from \
            its management account, and run again."
            .to_owned(),
        Kind::NotFound | Kind::Conflict | Kind::Invalid | Kind::Other => {
            "Check the arguments; the request id helps the vendor's support to look further."
                .to_owned()
        }
    }
}

/// Says who has to allow what, or where to ask for an exemption.
fn after_denial(error: &Error, caller: Option<&str>) -> String {
    let (who, operation) = (caller.unwrap_or("the caller"), error.operation);
    match error.denial {
        None => format!(
            "Allow {who} to call {operation}; the page of this type prints the policy.{}",
            after_denial_by_ram(operation)
        ),
        Some(Denial { layer, is_explicit: false }) => format!(
            "Allow {who} to call {operation}: no statement in {} does so. The page of this type \
             prints the policy.",
            policies(layer)
        ),
        Some(Denial { layer, is_explicit: true }) => {
            let way_out = match layer {
                Layer::Organisation | Layer::Resources | Layer::Identity => format!(
                    "If that is a guardrail, add {} to its exemptions, or work as a principal that \
                     it exempts (`assume_role_arn`).",
                    caller.map_or_else(|| "the caller".to_owned(), exemptible)
                ),
                Layer::Boundary | Layer::Session | Layer::Endpoint => {
                    "Change that policy, or work as somebody whom it does not bind.".to_owned()
                }
            };
            format!(
                "A statement in {} forbids {who} to call {operation}, whatever else allows it. \
                 {way_out}",
                policies(layer)
            )
        }
    }
}

/// Tells of what people report: that RAM, changed often within seconds, refuses what it allows.
fn after_denial_by_ram(operation: &str) -> &'static str {
    match operation.starts_with("ram:") {
        true => {
            " If they may already, run again in a minute: after many changes RAM sometimes \
            refuses for a while."
        }
        false => "",
    }
}

fn policies(layer: Layer) -> &'static str {
    match layer {
        Layer::Organisation => "the organisation's policies (service control or control policies)",
        Layer::Resources => "the organisation's resource control policies",
        Layer::Boundary => "the caller's permissions boundary",
        Layer::Session => "the policy of the caller's session",
        Layer::Identity => "the policies of the caller, its groups or its role",
        Layer::Endpoint => "the policy of the network endpoint",
    }
}

/// Returns the principal that an exemption can name: of a session its role, which Alibaba Cloud
/// compares in lower case.
fn exemptible(arn: &str) -> String {
    let Some((account, session)) = arn.split_once(":assumed-role/") else { return arn.to_owned() };
    let name = session.split('/').next().unwrap_or_default();
    match account.strip_prefix("acs:") {
        Some(_) => format!("{account}:role/{}", name.to_lowercase()),
        None => {
            let account = account.replacen(":sts:", ":iam:", 1);
            format!("{account}:role/{name} (with the role's path, if it has one)")
        }
    }
}

fn regions(circumstances: &Circumstances) -> String {
    if circumstances.regions.is_empty() {
        return format!(
            "Check `region` here and in the provider block's `{}`.",
            circumstances.block
        );
    }
    format!("The regions of this account are {}.", circumstances.regions.join(", "))
}
