//! The control API under `/_simulator/`, for programs that are not written in Rust.
//!
//! Nothing here is signed: whoever reaches the loopback address may change the world.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Server;
use crate::change::Change;
use crate::fault::Fault;
use crate::message::{Reply, Request};
use crate::world::World;

const PREFIX: &str = "/_simulator/";

/// Tells whether a request is for the control API.
pub(super) fn concerns(request: &Request) -> bool {
    request.path.starts_with(PREFIX)
}

/// Answers 200 with JSON, 400 with the reason, or 404 with a list of what there is.
pub(super) fn answer(request: &Request, server: &Server) -> Reply {
    match act(request, server) {
        Ok(json) => Reply::new(200, "application/json", json),
        Err(Refusal::Unknown) => {
            let known = "GET PUT world; POST DELETE changes; POST DELETE faults; GET DELETE journal; \
                         PUT clock; PUT latency; DELETE sessions";
            Reply::new(404, "text/plain", format!("no such control; there are: {known}\n"))
        }
        Err(Refusal::Invalid(reason)) => Reply::new(400, "text/plain", format!("{reason}\n")),
    }
}

enum Refusal {
    Unknown,
    Invalid(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    offset_seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    ms: u64,
}

fn act(request: &Request, server: &Server) -> Result<String, Refusal> {
    let resource = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let mut state = server.state();
    match (request.method.as_str(), resource) {
        ("GET", "world") => return Ok(to_json(&state.world)),
        ("PUT", "world") => {
            state.world = World::from_json(&request.body).map_err(Refusal::Invalid)?
        }
        ("POST", "changes") => {
            let change = from_json::<Change>(request)?;
            state.change(change).map_err(Refusal::Invalid)?;
        }
        ("DELETE", "changes") => state.changes.clear(),
        ("POST", "faults") => state.faults.inject(from_json::<Fault>(request)?),
        ("DELETE", "faults") => state.faults.clear(),
        ("GET", "journal") => return Ok(to_json(&state.journal.entries())),
        ("DELETE", "journal") => state.journal.clear(),
        ("PUT", "clock") => {
            state.clock_offset_seconds = from_json::<Clock>(request)?.offset_seconds
        }
        ("PUT", "latency") => {
            state.latency = Duration::from_millis(from_json::<Latency>(request)?.ms)
        }
        ("DELETE", "sessions") => state.world.expire_sessions(),
        _ => return Err(Refusal::Unknown),
    }
    Ok(json!({}).to_string())
}

fn from_json<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body).map_err(|error| Refusal::Invalid(error.to_string()))
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("worlds and journals have text keys only")
}
