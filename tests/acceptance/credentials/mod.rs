//! Every source of credentials of each cloud: works, missing, malformed, expired, refused.

mod alicloud;
mod aws;
