//! Simulated Alibaba Cloud and AWS endpoints on one loopback port.
//!
//! The simulator behaves like the calls imageguard makes: it verifies signatures (ACS3-HMAC-SHA256
//! and SigV4), refuses parameters it does not know, pages for real, hides what a caller must not
//! see, and answers errors in the vendors' words and shapes. It is written from the vendors'
//! documentation and shares no code with the provider, so that no misunderstanding cancels itself
//! out.
//!
//! ```
//! use imageguard_simulator::{Simulator, World, aws};
//!
//! let mut world = World::default();
//! world.aws.images.push(aws::Image::new("ami-00000001").tag("approved", "true"));
//! let simulator = Simulator::start(world);
//! assert!(simulator.url().starts_with("http://127.0.0.1:"));
//! ```
//!
//! Reading order: `world` (the state), `cloud` (how each cloud answers from it), [`policy`] (what
//! policies decide), `change` (how the state changes meanwhile), `fault` (how answers go wrong),
//! `server` (HTTP), [`Simulator`] (the handle), [`Caller`] (calls without a client).

/// Makes the examples in the README part of the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod caller;
mod change;
mod cloud;
mod fault;
mod journal;
mod message;
mod parameters;
pub mod policy;
mod server;
mod simulator;
mod timestamp;
mod world;

pub use caller::{Answered, Caller};
pub use change::{Alteration, Change, Occasion};
pub use cloud::Cloud;
pub use fault::{Calls, Effect, Fault};
pub use journal::Entry;
pub use simulator::{Builder, Simulator};
pub use timestamp::Timestamp;
pub use world::access::{AccessKey, Account, KeyStatus, Principal};
pub use world::catalog::Catalog;
pub use world::instance::{Agent, Instance, MetadataTokens};
pub use world::role::{IdentityProvider, IdentityToken, Role};
pub use world::session::{Session, SessionPolicy};
pub use world::tag_lag::Lag;
pub use world::{World, alicloud, aws};
