//! When the process ends: told to, or left alone.
//!
//! Terraform calls Shutdown and then waits two seconds before it kills. A
//! Terraform that dies hard says nothing, but its connection closes and we get
//! another parent. A death signal from the kernel would not do: it fires when the
//! *thread* that forked us ends, and Go moves work between threads.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How long Terraform may take to connect after the handshake.
const FIRST_CONNECTION: Duration = Duration::from_secs(90);
/// How long the process outlives its last connection.
const NO_CONNECTION: Duration = Duration::from_secs(2);
/// How often to look whether the parent is still there.
#[cfg(unix)]
const PARENT_CHECK: Duration = Duration::from_secs(1);

/// Counts connections and carries the wish to end.
#[derive(Clone, Debug)]
pub(in crate::plugin) struct Lifetime {
    connections: Arc<watch::Sender<Connections>>,
    shutdown: CancellationToken,
}

#[derive(Debug, Default)]
struct Connections {
    open: usize,
    ever: bool,
}

/// Keeps one connection counted until it is dropped.
#[derive(Debug)]
pub(in crate::plugin) struct OpenConnection {
    connections: Arc<watch::Sender<Connections>>,
}

impl Lifetime {
    /// Starts a lifetime without any connection.
    pub(in crate::plugin) fn new() -> Self {
        Self {
            connections: Arc::new(watch::Sender::new(Connections::default())),
            shutdown: CancellationToken::new(),
        }
    }

    /// Counts a connection that has been authenticated.
    pub(in crate::plugin) fn connected(&self) -> OpenConnection {
        self.connections.send_modify(|connections| {
            connections.open += 1;
            connections.ever = true;
        });
        OpenConnection { connections: Arc::clone(&self.connections) }
    }

    /// Asks the process to end.
    pub(in crate::plugin) fn end(&self) {
        self.shutdown.cancel();
    }

    /// Resolves once the process should end.
    pub(in crate::plugin) async fn ended(&self) {
        self.shutdown.cancelled().await;
    }

    /// Tells whether somebody is connected.
    pub(in crate::plugin) fn has_connections(&self) -> bool {
        self.connections.borrow().open > 0
    }

    /// Resolves once nobody is connected, which may be at once.
    pub(in crate::plugin) async fn unused(&self) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.connections.subscribe().wait_for(|now| now.open == 0).await;
    }

    /// Resolves once nobody has connected for long enough, or nobody is left.
    pub(in crate::plugin) async fn abandoned(&self) {
        let mut connections = self.connections.subscribe();
        if timeout(FIRST_CONNECTION, connections.wait_for(|now| now.ever)).await.is_err() {
            tracing::warn!("nobody connected; giving up");
            return;
        }
        loop {
            // The sender lives in `self`, so neither wait can fail.
            let _ = connections.wait_for(|now| now.open == 0).await;
            tokio::select! {
                _ = connections.wait_for(|now| now.open > 0) => {}
                () = sleep(NO_CONNECTION) => {
                    tracing::warn!("the last connection is closed; Terraform is gone");
                    return;
                }
            }
        }
    }
}

/// Resolves once this process has another parent than now.
#[cfg(unix)]
pub(in crate::plugin) fn orphaned() -> impl Future<Output = ()> {
    use rustix::process::getppid;
    let parent = getppid();
    async move {
        while getppid() == parent {
            sleep(PARENT_CHECK).await;
        }
        tracing::warn!("the process that started this one is gone");
    }
}

#[cfg(not(unix))]
pub(in crate::plugin) fn orphaned() -> impl Future<Output = ()> {
    std::future::pending()
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.connections.send_modify(|connections| connections.open -= 1);
    }
}
