//! tfplugin6: messages and values.
//!
//! `server` has a method per RPC: decode, call the author API, encode.
//! `convert` translates schemas and diagnostics, `msgpack` and `state_json` values,
//! `type_json` types; `planning` and `missing` are the rules. The generated code is
//! fenced in `wire`.

pub(super) mod convert;
mod missing;
mod msgpack;
mod planning;
pub(super) mod server;
pub(super) mod state_json;
mod type_json;
pub(super) mod wire;

#[cfg(test)]
mod tests;
