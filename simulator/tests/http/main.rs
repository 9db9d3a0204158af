//! The simulator over HTTP, asked by a client that signs with code of its own.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should fail there"
)]

mod alicloud;
mod aws;
mod client;
mod command;
mod control;
mod faults;
mod readme;
mod speed;
