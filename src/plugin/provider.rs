//! The contract of a provider.

use super::{
    data_source::AnyDataSource, diagnostics::Diagnostics, function::AnyFunction, model::Model,
    resource::AnyResource, schema::Schema,
};

/// A Terraform provider: its block in configuration and the types it offers.
///
/// Terraform starts a process for each provider block, and several per run. So
/// nothing here may be slow, and nothing may assume that the schema was asked for first.
pub trait Provider: Send + Sync + 'static {
    /// The provider block.
    type Config: Model + Send;

    /// What [`configure`](Self::configure) makes of the block; every type gets it.
    type Client: Send + Sync + 'static;

    /// Describes the provider block.
    fn schema(&self) -> Schema;

    /// Judges the block before anything runs.
    ///
    /// Called by `terraform validate` too, with unknown values wherever the
    /// configuration depends on anything. An unknown value is not an error here.
    fn validate(&self, config: &Self::Config) -> Diagnostics;

    /// Turns the block into a client. Must not touch the network.
    ///
    /// Called at most once per walk; during a plan the block may hold unknown
    /// values, which is an error only for the type that needs them.
    ///
    /// # Errors
    ///
    /// What makes the block unusable for every type.
    fn configure(&self, config: Self::Config) -> Result<Self::Client, Diagnostics>;

    /// Lists the data sources.
    fn data_sources(&self) -> &'static [&'static dyn AnyDataSource<Self::Client>];

    /// Lists the resources.
    fn resources(&self) -> &'static [&'static dyn AnyResource<Self::Client>] {
        &[]
    }

    /// Lists the functions.
    fn functions(&self) -> &'static [&'static dyn AnyFunction] {
        &[]
    }
}
