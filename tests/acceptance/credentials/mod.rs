//! Every source of credentials of each cloud: works, missing, malformed, expired, refused; and
//! what is never told of them.

mod alicloud;
mod aws;
mod secrets;
