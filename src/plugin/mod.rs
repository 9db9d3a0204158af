//! Being a Terraform plugin: the author API and, privately, the two protocols.
//!
//! Whoever writes a provider implements [`Provider`] and, per Terraform type,
//! [`DataSource`], [`Resource`] or [`Function`], describes the attributes with
//! [`schema`], and calls [`serve`].
//! Everything else in this folder is private: `process` speaks go-plugin
//! (launch, TLS, logs, end of life), `protocol` speaks tfplugin6 (messages and
//! values); they meet only in `serve.rs`. Nothing here knows a cloud.

mod context;
mod data_source;
mod diagnostics;
mod faults;
mod function;
#[doc(hidden)]
pub mod model;
mod number;
mod path;
mod private;
mod process;
mod protocol;
mod provider;
mod resource;
pub mod schema;
mod serve;
mod state;
mod timeouts;
mod value;

#[cfg(test)]
mod tests;

pub use self::{
    context::{Context, Progress},
    data_source::{AnyDataSource, DataSource},
    diagnostics::{Diagnostic, Diagnostics, Severity},
    function::{AnyFunction, Argument, Function, FunctionError, Parameter, Signature},
    model::{Attr, Mismatch, MismatchKind, Model, Set},
    number::Number,
    path::{Path, Step},
    process::logging::mask,
    provider::Provider,
    resource::{AnyResource, Change, IdentityAttribute, Resource},
    serve::serve,
    state::{MovedState, OldState},
    timeouts::{Limits, Timeouts, read_span, timeouts},
    value::{Refinement, Type, Value},
};
