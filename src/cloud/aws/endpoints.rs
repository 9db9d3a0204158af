//! Where the calls of a service go.
//!
//! Settings win, then `AWS_ENDPOINT_URL_EC2` and its like, `AWS_ENDPOINT_URL`, the
//! `services` section of the profile, its `endpoint_url`, and at last AWS's own hosts.
//! FIPS and dual stack choose among the last (`hosts.rs`); other than in AWS's tools an
//! endpoint that somebody wrote down wins over them instead of contradicting them.

use super::{
    Aws,
    hosts::{Variant, host},
};
use crate::cloud::{Endpoint, Error, Kind, is_region_name};

/// Where a switch is, in the environment and in a profile.
type Switch = (&'static str, &'static str);

const FIPS: Switch = ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
const DUAL_STACK: Switch = ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
/// What may be wrong with a host of ours.
const REGION: &str = "if other hosts can be reached, check the name of the region";
const REGION_OR_VARIANT: &str = "check the name of the region, and whether AWS has FIPS or \
                                 dual-stack hosts there: not all regions do";

/// A service, and what is fixed about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Elastic Compute Cloud.
    Ec2,
    /// Identity and Access Management.
    Iam,
    /// Organizations.
    Organizations,
    /// Security Token Service.
    Sts,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ec2, Self::Iam, Self::Organizations, Self::Sts];

    /// Returns the name in host names, signatures and profiles.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Iam => "iam",
            Self::Organizations => "organizations",
            Self::Sts => "sts",
        }
    }

    /// Returns the version of the API.
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::Ec2 => "2016-11-15",
            Self::Iam => "2010-05-08",
            Self::Organizations => "2016-11-28",
            Self::Sts => "2011-06-15",
        }
    }

    fn variables(self) -> [&'static str; 2] {
        let own = match self {
            Self::Ec2 => "AWS_ENDPOINT_URL_EC2",
            Self::Iam => "AWS_ENDPOINT_URL_IAM",
            Self::Organizations => "AWS_ENDPOINT_URL_ORGANIZATIONS",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
        };
        [own, "AWS_ENDPOINT_URL"]
    }
}

/// An endpoint, and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// Where to send.
    pub(super) endpoint: Endpoint,
    /// The region that signatures name, also at endpoints that somebody chose.
    pub(super) signing_region: String,
    /// What may be wrong if it cannot be reached; nothing to add if somebody chose it.
    pub(super) doubt: Option<&'static str>,
}

impl Aws {
    /// Returns where the calls of a service go in a region.
    ///
    /// # Errors
    ///
    /// The region is no name of a region (`Kind::Region`), an endpoint or a switch is
    /// malformed or there is no host of the kind (`Kind::Setting`), the shared files cannot
    /// be read.
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
        if let Some(endpoint) = self.endpoint_chosen(service, operation).await? {
            let plain = host(service, region, Variant::default());
            let signing_region = plain.map_or_else(|_| region.to_owned(), |it| it.signing_region);
            return Ok(Destination { endpoint, signing_region, doubt: None });
        }
        let variant = self.variant(operation).await?;
        let host = host(service, region, variant)
            .map_err(|reason| Error::new(Kind::Setting, operation, reason))?;
        let endpoint = Endpoint::parse(&host.name).map_err(|error| {
            let message = format!("`{}` is no host: {error}", host.name);
            Error::new(Kind::Region, operation, message)
        })?;
        let is_plain = variant == Variant::default();
        let doubt = Some(if is_plain { REGION } else { REGION_OR_VARIANT });
        Ok(Destination { endpoint, signing_region: host.signing_region, doubt })
    }

    /// Returns which of AWS's hosts to use: settings beat the environment beats the profile.
    ///
    /// # Errors
    ///
    /// A switch is neither on nor off, or the shared files cannot be read: whoever needs
    /// FIPS must not be left without it by a slip of the pen.
    pub(super) async fn variant(&self, operation: &'static str) -> Result<Variant, Error> {
        let settings = &self.inner.settings;
        Ok(Variant {
            fips: self.is_on(settings.use_fips_endpoint, FIPS, operation).await?,
            dual_stack: self.is_on(settings.use_dualstack_endpoint, DUAL_STACK, operation).await?,
        })
    }

    async fn is_on(
        &self,
        setting: Option<bool>,
        (variable, property): Switch,
        operation: &'static str,
    ) -> Result<bool, Error> {
        if let Some(setting) = setting {
            return Ok(setting);
        }
        let (origin, text) = if let Some(text) = self.inner.environment.get(variable) {
            (format!("the variable `{variable}`"), text)
        } else {
            let profile = self.profile().await?;
            let Some(text) = profile.property(property) else { return Ok(false) };
            (format!("`{property}` of profile `{}`", profile.name()), text)
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => {
                let message = format!("{origin} is `{text}`; it can be `true` or `false`");
                Err(Error::new(Kind::Setting, operation, message))
            }
        }
    }

    /// Returns the endpoint that somebody wrote down.
    async fn endpoint_chosen(
        &self,
        service: Service,
        operation: &'static str,
    ) -> Result<Option<Endpoint>, Error> {
        if let Some(endpoint) = self.inner.settings.endpoints.of(service) {
            return Ok(Some(endpoint.clone()));
        }
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
