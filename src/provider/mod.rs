//! The product: glue between Terraform, the clouds and the pure layers.
//!
//! Start at [`ImageGuard`]. `block` is the provider block, `configure` turns it
//! and the environment into [`Clouds`] (attribute by attribute in `settings`). `data_sources`,
//! `resources` and `functions` have one file per Terraform type or function. `rule_inputs` reads
//! the attributes that image types share, `place` is a cloud and a region, `catalogue` lists
//! images there, `lookup` runs a selection, `report` turns failed calls into messages. Nothing
//! here decides what is golden: that is `image`.

mod block;
mod catalogue;
mod configure;
mod data_sources;
mod functions;
mod lookup;
mod place;
mod policies;
mod report;
mod resources;
mod rule_inputs;
mod settings;
mod wording;

#[cfg(test)]
mod tests;

use self::block::ProviderModel;
pub use self::configure::Clouds;
use crate::{
    cloud::{Clock, Environment},
    plugin::{AnyDataSource, AnyFunction, AnyResource, Diagnostics, Provider, schema::Schema},
};

/// The provider `imageguard`.
pub struct ImageGuard {
    environment: Environment,
    clock: Clock,
}

impl ImageGuard {
    /// Creates the provider with this process's environment and clock.
    pub fn of_this_process() -> Self {
        Self { environment: configure::environment(), clock: configure::now }
    }
}

impl Provider for ImageGuard {
    type Config = ProviderModel;
    type Client = Clouds;

    fn schema(&self) -> Schema {
        block::schema()
    }

    fn validate(&self, config: &ProviderModel) -> Diagnostics {
        configure::validate(config)
    }

    fn configure(&self, config: ProviderModel) -> Result<Clouds, Diagnostics> {
        Clouds::configure(config, &self.environment, self.clock)
    }

    fn data_sources(&self) -> &'static [&'static dyn AnyDataSource<Clouds>] {
        data_sources::ALL
    }

    fn resources(&self) -> &'static [&'static dyn AnyResource<Clouds>] {
        resources::ALL
    }

    fn functions(&self) -> &'static [&'static dyn AnyFunction] {
        functions::ALL
    }
}
