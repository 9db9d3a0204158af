//! A provider without a cloud: proves the plugin layer through Terraform.
//!
//! Its things are files in the folder that the provider block names.

mod echo;
mod functions;
mod thing;

use std::process::ExitCode;

use imageguard::plugin::{
    AnyDataSource, AnyFunction, AnyResource, Attr, Diagnostics, Provider,
    schema::{self, Schema, optional},
};

fn main() -> ExitCode {
    imageguard::plugin::serve("registry.terraform.io/imageguard/toy", Toy)
}

struct Toy;

imageguard::model! {
    struct ToyConfig {
        token: Attr<String>,
        folder: Attr<String>,
    }
}

impl Provider for Toy {
    type Config = ToyConfig;
    type Client = ToyConfig;

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: "Echoes, and keeps things in files.",
            attributes: vec![
                optional("token", schema::STRING, "A secret that is never used.").sensitive(),
                optional("folder", schema::STRING, "Where things are kept."),
            ],
        }
    }

    fn validate(&self, _config: &ToyConfig) -> Diagnostics {
        Diagnostics::new()
    }

    fn configure(&self, config: ToyConfig) -> Result<ToyConfig, Diagnostics> {
        Ok(config)
    }

    fn data_sources(&self) -> &'static [&'static dyn AnyDataSource<ToyConfig>] {
        &[&echo::Echo]
    }

    fn resources(&self) -> &'static [&'static dyn AnyResource<ToyConfig>] {
        &[&thing::Thing]
    }

    fn functions(&self) -> &'static [&'static dyn AnyFunction] {
        &[&functions::Join, &functions::Halve, &functions::Tell, &functions::Wrap]
    }
}
