//! Being a Terraform plugin: the author API and, privately, the two protocols.
//!
//! Whoever writes a provider implements [`Provider`] and, per Terraform type,
//! [`DataSource`], describes the attributes with [`schema`], and calls [`serve`].
//! Everything else in this folder is private: `process` speaks go-plugin
//! (launch, TLS, logs, end of life), `protocol` speaks tfplugin6 (messages and
//! values); they meet only in `serve.rs`. Nothing here knows a cloud.

mod data_source;
mod diagnostics;
#[doc(hidden)]
pub mod model;
mod number;
mod path;
mod process;
mod protocol;
mod provider;
pub mod schema;
mod serve;
mod value;

#[cfg(test)]
mod tests;

pub use self::{
    data_source::{AnyDataSource, Context, DataSource},
    diagnostics::{Diagnostic, Diagnostics, Severity},
    model::{Attr, Mismatch, MismatchKind, Model},
    number::Number,
    path::{Path, Step},
    process::logging::mask,
    provider::Provider,
    serve::serve,
    value::{Refinement, Type, Value},
};
