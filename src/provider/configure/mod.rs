//! From the provider block and the environment to clients.
//!
//! Nothing is called and no credential is looked up here: a cloud that the run
//! never uses needs none.

mod alicloud;
mod aws;

use time::OffsetDateTime;

use super::{
    block::{AwsModel, ProviderModel, TagPatterns},
    resources::{Attachments, Claims, Guardrails},
    rule_inputs::read_tags,
    settings::{Block, unknown},
};
use crate::{
    cloud::{Clock, Environment, alicloud::Alicloud, aws::Aws},
    plugin::{Attr, Diagnostics, Path},
};

/// What every type works with: the golden rule of the provider block and both clouds.
pub struct Clouds {
    /// What golden means everywhere; unknown while the block depends on something.
    pub(super) golden_tags: Attr<TagPatterns>,
    pub(super) alicloud: Access<Alicloud>,
    pub(super) aws: Access<Aws>,
    /// What approvals have planned and set in this run.
    pub(super) claims: Claims,
    /// What guardrails have planned and made in this run.
    pub(super) guardrails: Guardrails,
    /// What attachments have planned and made in this run.
    pub(super) attachments: Attachments,
    clock: Clock,
}

/// The way to one cloud.
pub(super) struct Access<Client> {
    /// The client, or what the block leaves unknown that it would need.
    client: Result<Client, Diagnostics>,
    region_is_unknown: bool,
}

impl<Client> Access<Client> {
    /// Returns the client.
    ///
    /// # Errors
    ///
    /// The block depends on something that is not known yet.
    pub(super) fn client(&self) -> Result<&Client, Diagnostics> {
        self.client.as_ref().map_err(Clone::clone)
    }

    /// Tells whether something that the client needs is only known after apply.
    pub(super) fn is_unknown(&self) -> bool {
        self.client.is_err()
    }

    /// Tells whether the block's region is only known after apply.
    pub(super) fn region_is_unknown(&self) -> bool {
        self.region_is_unknown
    }
}

impl Clouds {
    /// Makes the clients.
    ///
    /// # Errors
    ///
    /// What [`validate`] finds.
    pub(super) fn configure(
        model: ProviderModel,
        environment: &Environment,
        clock: Clock,
    ) -> Result<Self, Diagnostics> {
        let mut problems = validate_golden_tags(&model.golden_tags);
        let alicloud = access(model.alicloud, "alicloud", alicloud::read, &mut problems);
        let read_aws = |model: &AwsModel, block: &mut Block| aws::read(model, environment, block);
        let aws = access(model.aws, "aws", read_aws, &mut problems);
        problems.or_value(Self {
            golden_tags: model.golden_tags,
            alicloud: alicloud.map(|settings| Alicloud::new(settings, environment.clone(), clock)),
            aws: aws.map(|settings| Aws::new(settings, environment.clone(), clock)),
            claims: Claims::default(),
            guardrails: Guardrails::default(),
            attachments: Attachments::default(),
            clock,
        })
    }

    /// Tells the time.
    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }
}

/// Takes a snapshot of the environment. What is no text is kept with marks in it, so that it
/// fails where it is used, instead of being passed over for something else.
pub(super) fn environment() -> Environment {
    #[allow(clippy::disallowed_methods, reason = "the only place that reads the environment")]
    let variables = std::env::vars_os();
    let texts = variables.filter_map(|(name, value)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    });
    Environment::new(texts)
}

/// Tells the time.
#[allow(clippy::disallowed_methods, reason = "the only place that reads the clock")]
pub(super) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Finds fault with whatever is known of the block.
pub(super) fn validate(model: &ProviderModel) -> Diagnostics {
    let mut problems = validate_golden_tags(&model.golden_tags);
    if let Some(model) = model.alicloud.known() {
        let mut block = Block::new("alicloud");
        alicloud::read(model, &mut block);
        problems.append(block.faults);
    }
    if let Some(model) = model.aws.known() {
        let mut block = Block::new("aws");
        // What the environment says matters only once the cloud is used.
        aws::read(model, &Environment::default(), &mut block);
        problems.append(block.faults);
    }
    problems
}

fn validate_golden_tags(tags: &Attr<TagPatterns>) -> Diagnostics {
    let mut problems = Diagnostics::new();
    if let Some(tags) = tags.known() {
        read_tags(tags, &Path::root("golden_tags"), &mut problems);
    }
    problems
}

impl<Settings> Access<Settings> {
    fn map<Client>(self, make: impl FnOnce(Settings) -> Client) -> Access<Client> {
        Access { client: self.client.map(make), region_is_unknown: self.region_is_unknown }
    }
}

/// Reads the object of one cloud; one that is left out counts as empty.
fn access<Model: Default, Settings>(
    model: Attr<Model>,
    name: &'static str,
    read: impl FnOnce(&Model, &mut Block) -> Settings,
    problems: &mut Diagnostics,
) -> Access<Settings> {
    let mut block = Block::new(name);
    if model.is_unknown() {
        block.obstacles.push(unknown(Path::root(name)));
    }
    let settings = read(&model.into_known().unwrap_or_default(), &mut block);
    problems.append(block.faults);
    Access {
        client: block.obstacles.or_value(settings),
        region_is_unknown: block.region_is_unknown,
    }
}
