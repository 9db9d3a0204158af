//! A cloud, a region and perhaps a role: where a type works, and what can be said when it fails there.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    configure::Access,
    report::{Circumstances, explain},
};
use crate::{
    cloud::{
        Error, Kind,
        alicloud::{self, Alicloud},
        aws::{self, Aws},
        is_region_name,
    },
    model,
    plugin::{
        Attr, Diagnostic, Diagnostics, Path,
        schema::{Attribute, STRING, optional},
    },
};

/// How long finding out more about a failure may take.
const INQUIRY: Duration = Duration::from_secs(5);

/// What all types need of a cloud's client.
pub(super) trait Cloud: Clone + Send + Sync + 'static {
    /// The vendor's name.
    const NAME: &'static str;
    /// The object of the provider block.
    const BLOCK: &'static str;
    /// The variable that names a region, for messages.
    const REGION_VARIABLE: &'static str;
    /// A region to write in messages.
    const EXAMPLE_REGION: &'static str;
    /// An ARN of a role to write in messages.
    const EXAMPLE_ROLE: &'static str;
    /// Describes the attribute `region` of types.
    const REGION: &'static str;
    /// Describes the attribute `assume_role_arn` of types.
    const ROLE: &'static str;

    /// Tells whether a text has the form of a role's ARN.
    fn is_role_arn(text: &str) -> bool;

    /// Returns a client that acts as a role, in place of any that this one assumes, with the same
    /// credentials.
    fn assuming(&self, role_arn: &str) -> Self;

    /// Returns the region that the block, the environment or a profile names.
    fn region(&self) -> impl Future<Output = Result<Option<String>, Error>> + Send;

    /// Lists the regions, asking one that exists in the same partition.
    fn regions(&self, like: &str) -> impl Future<Output = Result<Vec<String>, Error>> + Send;

    /// Returns the ARN of the caller, asking in a region.
    fn caller(&self, region: &str) -> impl Future<Output = Result<String, Error>> + Send;
}

model! {
    /// The attributes that say where a type works.
    #[derive(Clone, Default)]
    pub(super) struct PlaceModel {
        pub(super) region: Attr<String>,
        pub(super) assume_role_arn: Attr<String>,
    }
}

/// Describes the attributes that say where a type works.
pub(super) fn attributes<Client: Cloud>() -> Vec<Attribute> {
    vec![
        optional("region", STRING, Client::REGION),
        optional("assume_role_arn", STRING, Client::ROLE),
    ]
}

/// Finds fault with what is known: a region becomes a part of a host name.
pub(super) fn validate<Client: Cloud>(model: &PlaceModel) -> Diagnostics {
    let mut problems = Diagnostics::new();
    if let Some(region) = model.region.known().filter(|region| !is_region_name(region)) {
        let detail = format!(
            "`{}` is not the name of a region. Write one such as `eu-central-1` or \
             `cn-hangzhou`: small letters, digits and hyphens.",
            region.escape_debug()
        );
        problems.push(Diagnostic::error("Invalid Region", detail).at(Path::root("region")));
    }
    if let Some(arn) = model.assume_role_arn.known().filter(|arn| !Client::is_role_arn(arn)) {
        let detail = format!(
            "`{}` is not the ARN of a role on {}. Write one such as `{}`.",
            arn.escape_debug(),
            Client::NAME,
            Client::EXAMPLE_ROLE
        );
        problems.push(Diagnostic::error("Invalid Role", detail).at(Path::root("assume_role_arn")));
    }
    problems
}

/// A cloud, a region and perhaps a role.
pub(super) struct Place<Client> {
    /// Acts as the type's own role, if there is one.
    pub(super) client: Client,
    /// Empty for what has no region.
    pub(super) region: String,
    /// The type's own role.
    pub(super) role: Option<String>,
}

impl<Client: Cloud> Place<Client> {
    /// Finds the place: the type's own region and role, else those of the provider block.
    ///
    /// # Errors
    ///
    /// Something in the provider block is only known after apply, or nothing
    /// names a region.
    pub(super) async fn find(
        access: &Access<Client>,
        model: &PlaceModel,
    ) -> Result<Self, Diagnostics> {
        let client = access.client()?.clone();
        let region = match model.region.known() {
            Some(region) => Some(region.clone()),
            None if access.region_is_unknown() => return Err(unknown_region::<Client>().into()),
            None => client
                .region()
                .await
                .map_err(|error| explain(&error, &Circumstances::of::<Client>(String::new())))?,
        };
        let region = region.ok_or_else(no_region::<Client>)?;
        let role = model.assume_role_arn.known().cloned();
        let client = role.as_deref().map(|arn| client.assuming(arn)).unwrap_or(client);
        Ok(Self { client, region, role })
    }

    /// Finds the place of what has no region, and of which the cloud has but one.
    ///
    /// # Errors
    ///
    /// Something in the provider block is only known after apply.
    pub(super) fn without_region(
        access: &Access<Client>,
        role: Option<String>,
    ) -> Result<Self, Diagnostics> {
        let client = access.client()?.clone();
        let client = role.as_deref().map(|arn| client.assuming(arn)).unwrap_or(client);
        Ok(Self { client, region: String::new(), role })
    }

    /// Explains a failed call; asks the cloud for what would help.
    pub(super) async fn explain(&self, error: &Error) -> Diagnostics {
        let mut circumstances = Circumstances {
            role: self.role.clone(),
            ..Circumstances::of::<Client>(self.region.clone())
        };
        match error.kind {
            Kind::Denied => {
                circumstances.caller = inquire(self.client.caller(&self.region)).await;
            }
            Kind::Region | Kind::Unreachable if !self.region.is_empty() => {
                let regions = inquire(self.client.regions(&self.region)).await;
                circumstances.regions = regions.unwrap_or_default();
            }
            _ => {}
        }
        explain(error, &circumstances)
    }
}

/// Writes `eu-central-1 (AWS)`, or `eu-central-1 (AWS, as arn:aws:iam::…)`; without a region
/// `AWS`, or `AWS (as arn:aws:iam::…)`.
impl<Client: Cloud> std::fmt::Display for Place<Client> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (region, cloud) = (&self.region, Client::NAME);
        match &self.role {
            None if region.is_empty() => write!(formatter, "{cloud}"),
            Some(arn) if region.is_empty() => write!(formatter, "{cloud} (as {arn})"),
            None => write!(formatter, "{region} ({cloud})"),
            Some(arn) => write!(formatter, "{region} ({cloud}, as {arn})"),
        }
    }
}

impl Circumstances {
    fn of<Client: Cloud>(region: String) -> Self {
        Self { cloud: Client::NAME, block: Client::BLOCK, region, ..Self::default() }
    }
}

/// Waits for an answer that is nice to have.
async fn inquire<T>(question: impl Future<Output = Result<T, Error>>) -> Option<T> {
    timeout(INQUIRY, question).await.ok()?.ok()
}

fn no_region<Client: Cloud>() -> Diagnostic {
    let detail = format!(
        "Nothing names a region of {}. Set `region` here or in the provider block's `{}`, for \
         instance `region = \"{}\"`, or the variable {}.",
        Client::NAME,
        Client::BLOCK,
        Client::EXAMPLE_REGION,
        Client::REGION_VARIABLE
    );
    Diagnostic::error("No Region", detail).at(Path::root("region"))
}

fn unknown_region<Client: Cloud>() -> Diagnostic {
    let detail = format!(
        "`{}.region` in the provider block is only known after apply. Terraform reads this data \
         source now and would never read it again. Give the region a value that is known when \
         planning, or set `region` here.",
        Client::BLOCK
    );
    Diagnostic::error("Unknown Region", detail)
}

impl Cloud for Alicloud {
    const NAME: &'static str = "Alibaba Cloud";
    const BLOCK: &'static str = "alicloud";
    const REGION_VARIABLE: &'static str = "ALICLOUD_REGION";
    const EXAMPLE_REGION: &'static str = "cn-hangzhou";
    const REGION: &'static str =
        "The region to look in. Default: the region of the provider block's `alicloud`.";
    const EXAMPLE_ROLE: &'static str = "acs:ram::1234567890123456:role/reader";
    const ROLE: &'static str = "The ARN of a RAM role to work as, such as `acs:ram::1234567890123456:role/reader`. It is \
         assumed in place of the provider block's `assume_role`, with the same credentials, which \
         must be allowed to call `sts:AssumeRole` on it. Default: whoever the provider block's \
         `alicloud` says.";

    fn is_role_arn(text: &str) -> bool {
        alicloud::is_role_arn(text)
    }

    fn assuming(&self, role_arn: &str) -> Self {
        Self::assuming(self, role_arn)
    }

    async fn region(&self) -> Result<Option<String>, Error> {
        Self::region(self)
    }

    async fn regions(&self, _like: &str) -> Result<Vec<String>, Error> {
        self.describe_regions("cn-hangzhou").await
    }

    async fn caller(&self, _region: &str) -> Result<String, Error> {
        Ok(self.get_caller_identity().await?.arn)
    }
}

impl Cloud for Aws {
    const NAME: &'static str = "AWS";
    const BLOCK: &'static str = "aws";
    const REGION_VARIABLE: &'static str = "AWS_REGION";
    const EXAMPLE_REGION: &'static str = "eu-central-1";
    const REGION: &'static str =
        "The region to look in. Default: the region of the provider block's `aws`.";
    const EXAMPLE_ROLE: &'static str = "arn:aws:iam::123456789012:role/reader";
    const ROLE: &'static str = "The ARN of an IAM role to work as, such as `arn:aws:iam::123456789012:role/reader`. It is \
         assumed in place of the provider block's `assume_role`, with the same credentials, which \
         must be allowed to call `sts:AssumeRole` on it. Default: whoever the provider block's \
         `aws` says.";

    fn is_role_arn(text: &str) -> bool {
        aws::is_role_arn(text)
    }

    fn assuming(&self, role_arn: &str) -> Self {
        Self::assuming(self, role_arn)
    }

    async fn region(&self) -> Result<Option<String>, Error> {
        Self::region(self).await
    }

    async fn regions(&self, like: &str) -> Result<Vec<String>, Error> {
        self.describe_regions(home_of_partition(like)).await
    }

    async fn caller(&self, region: &str) -> Result<String, Error> {
        Ok(self.get_caller_identity(region).await?.arn)
    }
}

/// A region that is always enabled, in the partition that a region's name points to.
fn home_of_partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "cn-north-1",
        _ if region.starts_with("us-gov-") => "us-gov-west-1",
        _ => "us-east-1",
    }
}
