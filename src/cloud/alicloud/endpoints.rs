//! Where calls are sent.

use super::rpc::Operation;
use crate::cloud::{Endpoint, Environment, Error, Kind};

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
    Sts,
}

impl Service {
    /// Returns the product's code, as in host names.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::Sts => "sts",
        }
    }

    /// Returns the version of the API that we speak.
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::Ecs => "2014-05-26",
            Self::Sts => "2015-04-01",
        }
    }

    fn is_regional(self) -> bool {
        self == Self::Ecs
    }
}

impl Endpoints {
    /// Returns where to send a call: the setting, else the environment's
    /// `ALIBABA_CLOUD_ENDPOINT_ECS` or `ECS_ENDPOINT`, else the vendor's own host.
    ///
    /// # Errors
    ///
    /// [`Kind::Invalid`] where a variable holds no endpoint, [`Kind::Region`] where the
    /// host would be that of a region which is not named, or whose name is none.
    pub(super) fn resolve(
        &self,
        operation: Operation,
        region: Option<&str>,
        environment: &Environment,
    ) -> Result<Endpoint, Error> {
        let service = operation.service;
        if let Some(endpoint) = self.custom(service) {
            return Ok(endpoint.clone());
        }
        let product = service.code().to_ascii_uppercase();
        let variables =
            [format!("ALIBABA_CLOUD_ENDPOINT_{product}"), format!("{product}_ENDPOINT")];
        let set = variables.iter().find_map(|name| Some((name, environment.get(name)?)));
        if let Some((name, text)) = set {
            return Endpoint::parse(text).map_err(|error| {
                let message = format!("the variable `{name}` is no endpoint: {error}");
                Error::new(Kind::Invalid, operation.name, message)
            });
        }
        let host = own_host(operation, region)?;
        Endpoint::parse(&host).map_err(|_| no_region(operation, region))
    }

    fn custom(&self, service: Service) -> Option<&Endpoint> {
        match service {
            Service::Ecs => self.ecs.as_ref(),
            Service::Sts => self.sts.as_ref(),
        }
    }
}

/// Returns the vendor's host. The region becomes a part of it only if it cannot turn it
/// into somebody else's host.
fn own_host(operation: Operation, region: Option<&str>) -> Result<String, Error> {
    let code = operation.service.code();
    if !operation.service.is_regional() {
        return Ok(format!("{code}.aliyuncs.com"));
    }
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match region {
        Some(region) if !region.is_empty() && region.bytes().all(is_plain) => {
            Ok(format!("{code}.{region}.aliyuncs.com"))
        }
        _ => Err(no_region(operation, region)),
    }
}

fn no_region(operation: Operation, region: Option<&str>) -> Error {
    let message = match region {
        None => "no region is named".to_owned(),
        Some(region) => format!(
            "`{}` is not the name of a region: lower-case letters, digits and hyphens",
            region.escape_debug()
        ),
    };
    Error::new(Kind::Region, operation.name, message)
}
