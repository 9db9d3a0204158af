//! Where calls are sent.

use super::{quote::quoted, rpc::Operation};
use crate::cloud::{Endpoint, EndpointError, Environment, Error, Kind, is_region_name};

/// The region whose token service to ask instead of the one for all, and whether to ask it
/// from inside a private network; as in the vendor's SDKs.
const STS_REGION: &str = "ALIBABA_CLOUD_STS_REGION";
const STS_PRIVATE: &str = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";

/// Where calls are sent instead of the vendor's own hosts.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// Elastic Compute Service.
    pub ecs: Option<Endpoint>,
    /// Resource Access Management.
    pub ram: Option<Endpoint>,
    /// Resource Management: the resource directory and its control policies.
    pub resourcemanager: Option<Endpoint>,
    /// Resource Directory Master, the newer twin of the former.
    pub resourcedirectory: Option<Endpoint>,
    /// Security Token Service.
    pub sts: Option<Endpoint>,
}

/// A product of the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Ecs,
    Ram,
    /// The resource directory and its control policies.
    ResourceManager,
    /// The newer twin of the former, which alone knows tags of control policies.
    ResourceDirectory,
    Sts,
}

impl Service {
    /// Returns the product's code, as in host names.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::Ram => "ram",
            Self::ResourceManager => "resourcemanager",
            Self::ResourceDirectory => "resourcedirectory",
            Self::Sts => "sts",
        }
    }

    /// Returns the version of the API that we speak.
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::Ecs => "2014-05-26",
            Self::Ram => "2015-05-01",
            Self::ResourceManager => "2020-03-31",
            Self::ResourceDirectory => "2022-04-19",
            Self::Sts => "2015-04-01",
        }
    }

    /// Tells whether one host serves all regions.
    fn is_global(self) -> bool {
        matches!(self, Self::Ram | Self::ResourceManager | Self::ResourceDirectory)
    }

    /// Tells whether it refuses two changes at the same time; both work on the same directory.
    pub(super) fn takes_one_write_at_a_time(self) -> bool {
        matches!(self, Self::ResourceManager | Self::ResourceDirectory)
    }
}

impl Endpoints {
    /// Returns where to send a call: the setting, else the environment's
    /// `ALIBABA_CLOUD_ENDPOINT_ECS` or `ECS_ENDPOINT`, else the vendor's own host. The token
    /// service has one host for all regions and one in each; policies have one for all, but the
    /// tags of control policies of the vendor's international site are elsewhere, at
    /// `resourcedirectory-intl.aliyuncs.com`, and nothing tells which site an account is of.
    ///
    /// # Errors
    ///
    /// [`Kind::Setting`] where a variable holds no endpoint, [`Kind::Region`] where the
    /// call is about a region which is not named, or whose name is none, wherever it goes.
    pub(super) fn resolve(
        &self,
        operation: Operation,
        region: Option<&str>,
        environment: &Environment,
    ) -> Result<Endpoint, Error> {
        let host = own_host(operation, region, environment)?;
        if let Some(endpoint) = self.custom(operation.service) {
            return Ok(endpoint.clone());
        }
        let product = operation.service.code().to_ascii_uppercase();
        let variables =
            [format!("ALIBABA_CLOUD_ENDPOINT_{product}"), format!("{product}_ENDPOINT")];
        let set = variables.iter().find_map(|name| Some((name, environment.get(name)?)));
        if let Some((name, text)) = set {
            return Endpoint::parse(text)
                .map_err(|error| no_endpoint(operation, name, text, &error));
        }
        Endpoint::parse(&host).map_err(|_| no_region(operation, region))
    }

    fn custom(&self, service: Service) -> Option<&Endpoint> {
        match service {
            Service::Ecs => self.ecs.as_ref(),
            Service::Ram => self.ram.as_ref(),
            Service::ResourceManager => self.resourcemanager.as_ref(),
            Service::ResourceDirectory => self.resourcedirectory.as_ref(),
            Service::Sts => self.sts.as_ref(),
        }
    }
}

/// Returns the vendor's host.
fn own_host(
    operation: Operation,
    region: Option<&str>,
    environment: &Environment,
) -> Result<String, Error> {
    let is_sts = operation.service == Service::Sts;
    let region = region.or_else(|| environment.get(STS_REGION).filter(|_| is_sts));
    let code = operation.service.code();
    match region {
        _ if operation.service.is_global() => Ok(format!("{code}.aliyuncs.com")),
        None if is_sts => Ok(format!("{code}.aliyuncs.com")),
        Some(region) if is_region_name(region) => {
            let side = if is_sts && environment.is_on(STS_PRIVATE) { "-vpc" } else { "" };
            Ok(format!("{code}{side}.{region}.aliyuncs.com"))
        }
        _ => Err(no_region(operation, region)),
    }
}

fn no_region(operation: Operation, region: Option<&str>) -> Error {
    let message = match region {
        None | Some("") => "no region is named".to_owned(),
        Some(region) => format!(
            "{} is not the name of a region, such as `cn-hangzhou`: lower-case letters, digits \
             and hyphens",
            quoted(region)
        ),
    };
    Error::new(Kind::Region, operation.name, message)
}

/// Names the variable. Tells what it holds, unless that could be a URL with a password.
fn no_endpoint(operation: Operation, name: &str, text: &str, error: &EndpointError) -> Error {
    let shown = if text.contains('@') { String::new() } else { format!(", {},", quoted(text)) };
    let message = format!("the variable `{name}`{shown} is no endpoint: {error}");
    Error::new(Kind::Setting, operation.name, message)
}
