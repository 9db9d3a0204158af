//! The handle tests hold: starts the server on a thread of its own, changes its state, stops it.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::change::{Change, Occasion};
use crate::cloud::metadata::agent_path;
use crate::cloud::{Cloud, Wish};
use crate::fault::{Fault, Outcome};
use crate::journal::Entry;
use crate::server::{self, Observer, Server, State};
use crate::world::World;

/// A running simulator, which stops when dropped.
///
/// All methods are synchronous and may be called from any thread.
pub struct Simulator {
    address: SocketAddr,
    server: Arc<Server>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts on a free loopback port.
    ///
    /// Panics: when the world contradicts itself, or there is no free port.
    #[must_use]
    pub fn start(world: World) -> Self {
        Self::builder()
            .start(world)
            .unwrap_or_else(|error| panic!("the simulator did not start: {error}"))
    }

    /// Starts with other than the default settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder { listen: (Ipv4Addr::LOCALHOST, 0).into(), observer: Box::new(|_| {}) }
    }

    /// Returns the base URL, `http://127.0.0.1:PORT`: of all services, and of the metadata services of
    /// both clouds.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns where a cloud's [`Agent`](crate::Agent) answers, for
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI` or `ALIBABA_CLOUD_CREDENTIALS_URI`.
    #[must_use]
    pub fn agent_url(&self, cloud: Cloud) -> String {
        self.url() + agent_path(cloud)
    }

    /// Returns host and port, `127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.address.to_string()
    }

    /// Changes or reads the world, between two requests.
    ///
    /// Panics: when the world contradicts itself afterwards.
    pub fn edit<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let mut state = self.server.state();
        let result = change(&mut state.world);
        assert_sound(&state.world);
        result
    }

    /// Has somebody else change an image, now or before a call to come.
    ///
    /// Panics: when there is no such image, or its cloud does not have such a change.
    pub fn change(&self, change: Change) {
        let result = self.server.state().change(change);
        result.unwrap_or_else(|reason| panic!("nothing was changed: {reason}"));
    }

    /// Changes the world just before a call to come: the `call`-th authentic one of an action,
    /// counted from 1 from now on.
    ///
    /// As with [`edit`](Self::edit), the world must not contradict itself afterwards; here the call
    /// then gets no answer.
    ///
    /// ```
    /// # use imageguard_simulator::{Cloud, Simulator, World, alicloud::ResourceDirectory};
    /// # let document = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:*","Resource":"*"}]}"#;
    /// # let mut world = World::default();
    /// # let directory = ResourceDirectory::enabled().folder("fd-1", "");
    /// # world.alicloud.resource_directory = Some(directory.guarded("cp-1", document, "fd-1"));
    /// # let simulator = Simulator::start(world);
    /// simulator.edit_before(Cloud::Alicloud, "GetControlPolicy", 2, |world| {
    ///     let directory = world.alicloud.resource_directory.as_mut().expect("there is one");
    ///     directory.detach("cp-1", "fd-1");
    /// });
    /// ```
    pub fn edit_before(
        &self,
        cloud: Cloud,
        action: impl Into<String>,
        call: u64,
        change: impl FnOnce(&mut World) + Send + 'static,
    ) {
        let occasion = Occasion { action: action.into(), call };
        let edit = move |world: &mut World, _| {
            change(world);
            assert_sound(world);
        };
        self.server.state().changes.edit_before(cloud, occasion, Box::new(edit));
    }

    /// Forgets the changes that are still to come.
    pub fn clear_changes(&self) {
        self.server.state().changes.clear();
    }

    /// Adds a fault; those injected earlier go first.
    pub fn inject(&self, fault: Fault) {
        self.server.state().faults.inject(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.server.state().faults.clear();
    }

    /// Returns the requests so far, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        self.server.state().journal.entries()
    }

    /// Forgets the requests so far.
    pub fn clear_journal(&self) {
        self.server.state().journal.clear();
    }

    /// Exchanges a request in the name of a key's holder; `None` if there is no such key or action.
    pub(crate) fn exchange(
        &self,
        cloud: Cloud,
        access_key_id: &str,
        wish: &Wish<'_>,
    ) -> Option<(Outcome, Entry)> {
        let mut state = self.server.state();
        let request = cloud.request(wish, access_key_id, &state.world, state.now())?;
        let (outcome, entry) = state.exchange(&request);
        entry.map(|entry| (outcome, entry))
    }

    /// Delays every answer.
    pub fn set_latency(&self, latency: Duration) {
        self.server.state().latency = latency;
    }

    /// Ends all role sessions now, although their holders were told that they last longer.
    pub fn expire_sessions(&self) {
        self.server.state().world.expire_sessions();
    }

    /// Sets the clouds' clock this many seconds ahead of the system's, or behind when negative.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.server.state().clock_offset_seconds = seconds;
    }
}

/// Panics when an edited world contradicts itself.
fn assert_sound(world: &World) {
    let contradictions = world.contradictions();
    assert!(contradictions.is_empty(), "the edited world contradicts itself: {contradictions:?}");
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Either fails only if the thread is gone already, which is what is wanted.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Settings of a simulator that is not running yet.
pub struct Builder {
    listen: SocketAddr,
    observer: Observer,
}

impl Builder {
    /// Listens on this address instead of a free port; it must be a loopback address.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Calls `observer` after every request to a cloud.
    #[must_use]
    pub fn observe(mut self, observer: impl Fn(&Entry) + Send + Sync + 'static) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Starts.
    ///
    /// Errors: the address is not on loopback or is taken, or the world contradicts itself.
    pub fn start(self, world: World) -> io::Result<Simulator> {
        let Self { listen, observer } = self;
        if !listen.ip().is_loopback() {
            let reason = format!(
                "{listen} is not a loopback address, and the simulator must not be reachable from \
                 outside"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
        let contradictions = world.contradictions();
        if !contradictions.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, contradictions.join("; ")));
        }
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let server = Arc::new(Server::new(State::new(world), observer));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = Arc::clone(&server);
        let thread = std::thread::Builder::new().name("imageguard-simulator".to_owned()).spawn(
            move || {
                runtime.block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener)
                        .expect("the listener does not block");
                    server::serve(listener, served, stopped).await;
                });
            },
        )?;
        Ok(Simulator { address, server, stop: Some(stop), thread: Some(thread) })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Builder").field("listen", &self.listen).finish_non_exhaustive()
    }
}
