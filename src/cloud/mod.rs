//! Vendor APIs: knows no Terraform and reads neither the environment nor the clock.
//!
//! `http` is the only socket, `error` what every call fails with, `secret` and
//! `environment` what credentials are made from. Each cloud is a folder with a
//! client, its credentials and one file per vendor service; the methods carry
//! the vendor's operation names.

pub mod alicloud;
pub mod aws;
mod endpoint;
mod environment;
mod error;
mod http;
mod outcome;
mod region;
mod secret;
mod sharing;
mod token_file;
mod words;

pub use self::{
    endpoint::{Endpoint, EndpointError},
    environment::Environment,
    error::{CREDENTIALS, Denial, Error, Kind, Layer},
    http::{Http, HttpSettings},
    outcome::{Attached, Claim, Removed},
    region::is_region_name,
    secret::Secret,
};

/// Tells the time. An argument, so that tests can stop it.
pub type Clock = fn() -> time::OffsetDateTime;

/// A list that may have been cut.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    /// What was read, in the vendor's order.
    pub items: Vec<T>,
    /// Whether there is nothing more to read.
    pub is_complete: bool,
}
