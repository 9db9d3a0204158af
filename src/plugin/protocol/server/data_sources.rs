//! Data sources: validate and read.

use super::{Server, Shape};
use crate::plugin::{
    context::Context,
    data_source::AnyDataSource,
    diagnostics::{Diagnostic, Diagnostics},
    private::Private,
    protocol::{convert::to_diagnostics, wire},
    provider::Provider,
};

impl<P: Provider> Server<P> {
    fn data_source(
        &self,
        name: &str,
    ) -> Result<(&'static dyn AnyDataSource<P::Client>, Shape), Diagnostics> {
        let mut sources = self.provider.data_sources().iter();
        let source = sources.find(|source| source.type_name() == name).copied();
        let source = source.ok_or_else(|| {
            Diagnostic::error(
                "Unknown Data Source",
                format!("This version of the provider has no data source `{name}`."),
            )
        })?;
        Ok((source, Shape::new(source.schema())))
    }

    pub(super) fn validate_data(
        &self,
        request: &wire::validate_data_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostics> {
        let (source, shape) = self.data_source(&request.type_name)?;
        Ok(source.validate(shape.decode_config(request.config.as_ref())?))
    }

    pub(super) async fn read_data(
        &self,
        request: wire::read_data_source::Request,
    ) -> wire::read_data_source::Response {
        let context = Context::new(self.interrupts.token(), Private::default());
        let reading = async {
            let (source, shape) = self.data_source(&request.type_name)?;
            let client = self.client()?;
            let config = shape.decode_config(request.config.as_ref())?;
            let state = source.read(&client, config, &context).await?;
            shape.encode_bounded(&shape.complete(state)?)
        };
        let outcome = self.interrupts.read(reading).await;
        let mut diagnostics = context.take_warnings();
        let state = outcome.map_err(|problems| diagnostics.append(problems)).ok();
        wire::read_data_source::Response {
            state,
            diagnostics: to_diagnostics(diagnostics),
            deferred: None,
        }
    }
}
