//! Fences the generated code of tfplugin6.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::indexing_slicing,
    reason = "generated from proto/"
)]

tonic::include_proto!("tfplugin6");
