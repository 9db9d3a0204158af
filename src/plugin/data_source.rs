//! The contract of a data source, and its type-erased twin.

use std::{future::Future, pin::Pin};

use super::{
    context::Context,
    diagnostics::{Diagnostic, Diagnostics},
    model::{Mismatch, MismatchKind, Model},
    path::Path,
    schema::Schema,
    value::Value,
};

/// A data source: reads something and changes nothing.
pub trait DataSource: Send + Sync + 'static {
    /// What the provider's `configure` made of the provider block.
    type Client: Send + Sync + 'static;

    /// The attributes, inputs and outputs alike.
    type Model: Model + Send;

    /// Returns the name in configuration, prefix included: `imageguard_aws_image`.
    fn type_name(&self) -> &'static str;

    /// Describes the attributes. [`Model`](Self::Model) has exactly these.
    fn schema(&self) -> Schema;

    /// Lists what the credentials must be allowed to do, in the vendor's words.
    ///
    /// For the documentation and its tests; Terraform does not get to see it.
    fn permissions(&self) -> &'static [&'static str] {
        &[]
    }

    /// Adds to the documentation what the schema has no place for, in Markdown.
    fn notes(&self) -> &'static str {
        ""
    }

    /// Judges the configuration without a client.
    ///
    /// Called by `terraform validate` and before each read, on an unconfigured
    /// provider too. Unknown values are not errors: they may turn out well.
    fn validate(&self, config: &Self::Model) -> Diagnostics;

    /// Reads: returns the configuration with all outputs filled in.
    ///
    /// The configuration is wholly known and has passed [`validate`](Self::validate).
    /// The future is dropped when Terraform is interrupted.
    ///
    /// # Errors
    ///
    /// Why nothing could be read; Terraform stops before anything that depends on it.
    fn read(
        &self,
        client: &Self::Client,
        config: Self::Model,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Model, Diagnostics>> + Send;
}

/// The future of an erased operation.
pub(super) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A [`DataSource`] without its model type, so that a slice can hold them all.
///
/// Every data source is one already; do not implement it by hand.
pub trait AnyDataSource<Client>: Send + Sync {
    /// Returns the name in configuration.
    fn type_name(&self) -> &'static str;

    /// Describes the attributes.
    fn schema(&self) -> Schema;

    /// Lists what the credentials must be allowed to do.
    fn permissions(&self) -> &'static [&'static str];

    /// Adds to the documentation.
    fn notes(&self) -> &'static str;

    /// Tells the type of the model, to be held against the schema.
    fn model_type(&self) -> super::value::Type;

    /// Judges a configuration of the schema's type.
    fn validate(&self, config: Value) -> Diagnostics;

    /// Reads with a configuration of the schema's type.
    fn read<'a>(
        &'a self,
        client: &'a Client,
        config: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>>;
}

impl<T: DataSource> AnyDataSource<T::Client> for T {
    fn type_name(&self) -> &'static str {
        DataSource::type_name(self)
    }

    fn schema(&self) -> Schema {
        DataSource::schema(self)
    }

    fn permissions(&self) -> &'static [&'static str] {
        DataSource::permissions(self)
    }

    fn notes(&self) -> &'static str {
        DataSource::notes(self)
    }

    fn model_type(&self) -> super::value::Type {
        T::Model::ty()
    }

    fn validate(&self, config: Value) -> Diagnostics {
        match T::Model::from_value(config) {
            Ok(config) => DataSource::validate(self, &config),
            Err(mismatch) => misfit(mismatch).into(),
        }
    }

    fn read<'a>(
        &'a self,
        client: &'a T::Client,
        config: Value,
        context: &'a Context,
    ) -> Pending<'a, Result<Value, Diagnostics>> {
        Box::pin(async move {
            let config = T::Model::from_value(config).map_err(misfit)?;
            let problems = DataSource::validate(self, &config);
            let config = problems.or_value(config)?;
            Ok(DataSource::read(self, client, config, context).await?.into_value())
        })
    }
}

/// Explains a value that the model has no place for.
///
/// Terraform has checked types before, so what is left for a practitioner to
/// cause is a null inside a collection and a number out of range.
pub(super) fn misfit(mismatch: Mismatch) -> Diagnostic {
    let (summary, detail) = match mismatch.kind {
        MismatchKind::Null => {
            ("Null Element", "An element here is null. Leave the element out, or give it a value.")
        }
        MismatchKind::Type => (
            "Value Out Of Range",
            "The value does not fit here: a whole number between -9223372036854775808 and \
             9223372036854775807 is needed.",
        ),
        MismatchKind::Unknown => {
            ("Unknown Value", "The value is only known after apply, but it is needed now.")
        }
    };
    let mut steps = mismatch.steps;
    steps.reverse();
    let diagnostic = Diagnostic::error(summary, detail);
    match Path::from_steps(steps) {
        Some(path) => diagnostic.at(path),
        None => diagnostic,
    }
}
