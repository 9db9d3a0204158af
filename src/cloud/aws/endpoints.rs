//! Where the calls of a service go.
//!
//! Settings win, then `AWS_ENDPOINT_URL_EC2` and its like, `AWS_ENDPOINT_URL`, the
//! `services` section of the profile, its `endpoint_url`, and at last AWS's own hosts.
//! FIPS and dual-stack hosts are not known here; who asks for them is told so.

use super::Aws;
use crate::cloud::{Endpoint, Error, Kind, is_region_name};

/// Switches for hosts that are not known here: the variable, and the property of a profile.
const VARIANTS: [(&str, &str); 2] = [
    ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
    ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
];

/// A service, and what is fixed about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// Elastic Compute Cloud.
    Ec2,
    /// Security Token Service.
    Sts,
}

impl Service {
    /// Returns the name in host names, signatures and profiles.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Sts => "sts",
        }
    }

    /// Returns the version of the API.
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::Ec2 => "2016-11-15",
            Self::Sts => "2011-06-15",
        }
    }

    fn variables(self) -> [&'static str; 2] {
        match self {
            Self::Ec2 => ["AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL"],
            Self::Sts => ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"],
        }
    }
}

/// An endpoint, and whether somebody chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// Where to send.
    pub(super) endpoint: Endpoint,
    /// Whether settings, environment or profile name it.
    pub(super) is_custom: bool,
}

impl Aws {
    /// Returns where the calls of a service go in a region.
    ///
    /// # Errors
    ///
    /// The region is no name of a region (`Kind::Region`), an endpoint is malformed or of a
    /// kind that is not supported (`Kind::Setting`), the shared files cannot be read.
    pub(super) async fn destination(
        &self,
        service: Service,
        region: &str,
        operation: &'static str,
    ) -> Result<Destination, Error> {
        if !is_region_name(region) {
            let message = format!("`{region}` is not the name of a region, such as `eu-central-1`");
            return Err(Error::new(Kind::Region, operation, message));
        }
        self.refuse_variant_variables(operation)?;
        let custom = match self.endpoint_setting(service) {
            Some(endpoint) => Some(endpoint.clone()),
            None => {
                self.refuse_variant_properties(operation).await?;
                self.endpoint_configured(service, operation).await?
            }
        };
        let is_custom = custom.is_some();
        let endpoint = custom.map_or_else(|| own_endpoint(service, region), Ok);
        let endpoint = endpoint.map_err(|error| Error::new(Kind::Region, operation, error))?;
        Ok(Destination { endpoint, is_custom })
    }

    /// Refuses variables that would have to lead elsewhere: whoever needs FIPS must not
    /// believe to have it.
    fn refuse_variant_variables(&self, operation: &'static str) -> Result<(), Error> {
        let on = VARIANTS.into_iter().find(|(variable, _)| self.inner.environment.is_on(variable));
        on.map_or(Ok(()), |(variable, _)| Err(unsupported(operation, &format!("`{variable}`"))))
    }

    /// Does the same with the properties of the profile.
    async fn refuse_variant_properties(&self, operation: &'static str) -> Result<(), Error> {
        let profile = self.profile().await?;
        let on = VARIANTS.into_iter().find(|(_, property)| profile.is_on(property));
        on.map_or(Ok(()), |(_, property)| {
            let origin = format!("`{property}` of profile `{}`", profile.name());
            Err(unsupported(operation, &origin))
        })
    }

    fn endpoint_setting(&self, service: Service) -> Option<&Endpoint> {
        let endpoints = &self.inner.settings.endpoints;
        match service {
            Service::Ec2 => endpoints.ec2.as_ref(),
            Service::Sts => endpoints.sts.as_ref(),
        }
    }

    async fn endpoint_configured(
        &self,
        service: Service,
        operation: &'static str,
    ) -> Result<Option<Endpoint>, Error> {
        let environment = &self.inner.environment;
        if environment.is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
            return Ok(None);
        }
        let (origin, text) = if let Some((variable, text)) = environment.first(&service.variables())
        {
            (format!("the variable `{variable}`"), text.to_owned())
        } else {
            let profile = self.profile().await?;
            let Some(text) = profile.endpoint_url(service.id()) else { return Ok(None) };
            (format!("`endpoint_url` of profile `{}`", profile.name()), text)
        };
        Endpoint::parse(&text).map(Some).map_err(|error| {
            // Without the text: it may hold a password.
            let message = format!("{origin} is no endpoint: {error}");
            Error::new(Kind::Setting, operation, message)
        })
    }
}

fn unsupported(operation: &'static str, origin: &str) -> Error {
    Error::new(Kind::Setting, operation, format!("{origin} is not supported yet"))
}

fn own_endpoint(service: Service, region: &str) -> Result<Endpoint, String> {
    let host = format!("{}.{region}.{}", service.id(), dns_suffix(region));
    Endpoint::parse(&host).map_err(|error| format!("`{host}` is no host: {error}"))
}

/// Returns the domain of the partition that a region belongs to.
///
/// Source: AWS's table of partitions, version 1.1, as shipped with `aws-sdk-sts` 1.124.0.
fn dns_suffix(region: &str) -> &'static str {
    const SUFFIXES: [(&str, &str); 6] = [
        ("cn-", "amazonaws.com.cn"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("us-isof-", "csp.hci.ic.gov"),
    ];
    let suffix = SUFFIXES.into_iter().find(|(prefix, _)| region.starts_with(prefix));
    suffix.map_or("amazonaws.com", |(_, suffix)| suffix)
}
