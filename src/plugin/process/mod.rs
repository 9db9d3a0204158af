//! go-plugin: how Terraform starts, reaches, watches and ends a plugin process.
//!
//! Read in the order of a launch: `launch` (who started us, and on what terms),
//! `listener`, `signals`, `mutual_tls`, `handshake` (the one line on stdout) or
//! `reattach` (its twin for debugging), `services` (go-plugin's own gRPC
//! services), `lifetime` (when to end). `logging` and `crash` speak through stderr.
//!
//! Not supported: multiplexed broker connections and socket groups, which no
//! Terraform or OpenTofu release asks for.

pub(super) mod crash;
pub(super) mod handshake;
pub(super) mod launch;
pub(super) mod lifetime;
pub(super) mod listener;
pub(super) mod logging;
pub(super) mod mutual_tls;
pub(super) mod reattach;
pub(super) mod services;
pub(super) mod signals;
mod wire;

#[cfg(test)]
mod tests;
