//! go-plugin: how Terraform starts, reaches, watches and ends a plugin process.
//!
//! Read in the order of a launch: `launch` (what Terraform told us),
//! `mutual_tls`, `listener`, `handshake` (the one line on stdout), `services`
//! (go-plugin's own gRPC services), `lifetime` (when to end). `logging` and
//! `crash` speak through stderr.
//!
//! Not supported: multiplexed broker connections and socket groups, which no
//! Terraform or OpenTofu release asks for; the reattach mode of debuggers.

pub(super) mod crash;
pub(super) mod handshake;
pub(super) mod launch;
pub(super) mod lifetime;
pub(super) mod listener;
pub(super) mod logging;
pub(super) mod mutual_tls;
pub(super) mod services;
mod wire;

#[cfg(test)]
mod tests;
