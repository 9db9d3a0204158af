//! The clouds' policy languages: what policies decide about a request.
//!
//! Everything here is pure: documents and a request in, a verdict out. Which policies apply to a
//! caller, and what a call touches, is the business of `cloud`.

pub mod alicloud;
pub mod aws;
mod values;
