//! Real Terraform against simulated clouds: whole runs, seen from outside.
//!
//! `harness` runs Terraform in a folder of its own, `versions` runs a test on every
//! version of it, `clouds` provides simulated clouds and moto, `python` the virtual
//! environment that moto and the vendors' SDKs live in. Nothing here uses the
//! provider's code.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets the unexpected fails, and this is how"
)]

mod bad_input;
/// The client that the simulator's own tests ask with; it shares no code with simulator or provider.
#[path = "../../simulator/tests/http/client.rs"]
#[allow(dead_code, reason = "those tests need more of it")]
mod client;
mod clouds;
mod credentials;
mod data_sources;
mod demo;
mod functions;
mod guardrails;
mod guides;
mod harness;
mod install;
mod official_clients;
mod permissions;
mod plugin;
mod python;
mod readme;
mod resources;
mod secrets;
mod versions;

/// The packages from PyPI that the tests need.
const REQUIREMENTS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/requirements.txt");
