//! One request and what becomes of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::change::{Change, Changes};
use crate::cloud::metadata::{Question, Tokens};
use crate::cloud::{Action, Answer, Call, Cloud, Gate, Nonces, Service};
use crate::fault::{Delivery, Effect, Fault, Faults, Outcome, Target};
use crate::journal::{Entry, Journal};
use crate::message::{Reply, Request};
use crate::timestamp::Timestamp;
use crate::world::World;

/// Everything that changes while the simulator runs.
pub(crate) struct State {
    pub world: World,
    pub faults: Faults,
    pub changes: Changes,
    pub journal: Journal,
    pub latency: Duration,
    /// How far the simulator's clock is ahead of the system's.
    pub clock_offset_seconds: i64,
    nonces: Nonces,
    metadata_tokens: Tokens,
    started: Instant,
}

impl State {
    #[allow(clippy::disallowed_methods, reason = "the journal measures from here")]
    pub(crate) fn new(world: World) -> Self {
        Self {
            world,
            faults: Faults::default(),
            changes: Changes::default(),
            journal: Journal::default(),
            latency: Duration::ZERO,
            clock_offset_seconds: 0,
            nonces: Nonces::default(),
            metadata_tokens: Tokens::default(),
            started: Instant::now(),
        }
    }

    /// Answers a request and journals it; a request that is for no cloud has no entry.
    pub(crate) fn exchange(&mut self, request: &Request) -> (Outcome, Option<Entry>) {
        if let Some(question) = Question::of(request) {
            let mut entry = self.new_entry(question.service.cloud, request);
            let outcome = self.ask(&question, request, &mut entry);
            return self.note(outcome, entry);
        }
        let Some(cloud) = Cloud::of(request) else {
            let hint = "neither an Alibaba Cloud request (x-acs-action) nor an AWS one \
                        (AWS4-HMAC-SHA256, Action)\n";
            return (Reply::new(400, "text/plain", hint).into(), None);
        };
        let mut entry = self.new_entry(cloud, request);
        let now = self.now();
        let gate = Gate { world: &self.world, nonces: &mut self.nonces, now };
        let outcome = match cloud.admit(request, gate, &mut entry) {
            Ok(call) => self.perform(&call, &mut entry),
            Err(error) => {
                let reply = cloud.refuse(&error, cloud.service_of(request), &entry.request_id);
                Answer { reply, code: Some(error.code) }.into()
            }
        };
        self.note(outcome, entry)
    }

    /// Answers a question to a metadata service or an agent.
    fn ask(&mut self, question: &Question, request: &Request, entry: &mut Entry) -> Outcome {
        let now = self.now();
        entry.action = question.action().to_owned();
        entry.parameters.insert("Path".to_owned(), request.path.clone());
        let admitted = question.admit(request, &self.world, &self.metadata_tokens, now);
        if let Err(error) = admitted {
            let service = question.service;
            let reply = service.cloud.refuse(&error, Some(service), &entry.request_id);
            return Answer { reply, code: Some(error.code) }.into();
        }
        let Self { faults, world, metadata_tokens, .. } = self;
        let fault = faults.strike(question.service.cloud, &entry.action);
        settle(fault, question.service, entry, &mut || {
            question.answer(request, world, metadata_tokens, now)
        })
    }

    /// Answers an authentic request to a cloud.
    fn perform(&mut self, call: &Call, entry: &mut Entry) -> Outcome {
        let Self { faults, changes, world, .. } = self;
        let Action { service, name, .. } = call.action;
        changes.meet(service.cloud, name, world, call.now);
        let fault = faults.strike(service.cloud, name);
        let is_denied = fault.as_ref().is_some_and(|fault| fault.effect == Effect::Denied);
        let denied = is_denied.then(|| call.denied());
        let call = denied.as_ref().unwrap_or(call);
        let mut outcome = settle(fault, service, entry, &mut || Answer::to(call, world));
        outcome.delay += world.alicloud.duration_of(&call.request_id);
        outcome.delay += world.aws.duration_of(&call.request_id);
        outcome
    }

    /// Changes an image, now or before a call to come.
    ///
    /// Errors: a sentence about what cannot be changed.
    pub(crate) fn change(&mut self, change: Change) -> Result<(), String> {
        let now = self.now();
        self.changes.request(change, &mut self.world, now)
    }

    /// Tells the time on the clouds' clock.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::of_system().plus_seconds(self.clock_offset_seconds)
    }

    /// Journals what a request got.
    fn note(&mut self, outcome: Outcome, mut entry: Entry) -> (Outcome, Option<Entry>) {
        entry.code.clone_from(&outcome.code);
        entry.status = match &outcome.delivery {
            Delivery::Reply(reply) => Some(reply.status),
            Delivery::Bytes(_) | Delivery::Silence | Delivery::Reset => None,
        };
        self.journal.add(entry.clone());
        (outcome, Some(entry))
    }

    fn new_entry(&self, cloud: Cloud, request: &Request) -> Entry {
        Entry {
            at_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            method: request.method.clone(),
            cloud,
            action: String::new(),
            region: String::new(),
            parameters: BTreeMap::new(),
            caller: None,
            permissions: Vec::new(),
            request_id: new_request_id(cloud),
            status: None,
            code: None,
            fault: None,
        }
    }
}

/// Answers an admitted request for `entry.action`, honestly or as a fault has it.
fn settle(
    fault: Option<Fault>,
    service: &'static Service,
    entry: &mut Entry,
    honest: &mut dyn FnMut() -> Answer,
) -> Outcome {
    let Some(fault) = fault else { return honest().into() };
    entry.fault = Some(fault.effect.name().to_owned());
    let target = Target { service, request_id: &entry.request_id };
    fault.outcome(&target, honest)
}

/// Makes a random UUID: upper case on Alibaba Cloud, lower case on AWS.
fn new_request_id(cloud: Cloud) -> String {
    let id = uuid::Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid();
    match cloud {
        Cloud::Alicloud => format!("{:X}", id.hyphenated()),
        Cloud::Aws => format!("{:x}", id.hyphenated()),
    }
}
