//! Real Terraform against simulated clouds: whole runs, seen from outside.
//!
//! `harness` runs Terraform in a folder of its own, `clouds` provides simulated
//! clouds and moto, `python` the virtual environment that moto and the vendors'
//! SDKs live in. Nothing here uses the provider's code.

mod bad_input;
mod clouds;
mod data_sources;
mod harness;
mod install;
mod official_clients;
mod permissions;
mod plugin;
mod python;
mod readme;
