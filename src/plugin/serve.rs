//! Serving: from launch to exit.

use std::{
    future::Future,
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use tokio::time::timeout;

use super::{
    process::{
        crash,
        handshake::{HandshakeLine, announce},
        launch::Launch,
        lifetime::{Lifetime, orphaned},
        listener::Listener,
        logging,
        mutual_tls::ServerIdentity,
        services,
    },
    protocol::server::{Interrupts, service},
    provider::Provider,
};

/// RPCs are few and wait for the network; big pages are parsed beside them.
const WORKER_THREADS: usize = 2;
/// How long open streams may delay the exit; Terraform kills after two seconds.
const FAREWELL: Duration = Duration::from_millis(50);
/// How long writes may delay it; together less than the two seconds.
const LAST_WRITES: Duration = Duration::from_millis(1_500);
/// How long a process that got SIGTERM may go on to return what it has.
const AFTER_TERMINATE: Duration = Duration::from_secs(30);

/// Serves a provider to the Terraform or OpenTofu that started this process.
///
/// Returns when Terraform says so or is gone. Run by hand it explains itself on
/// stderr and fails.
pub fn serve<P: Provider>(provider: P) -> ExitCode {
    #[allow(clippy::disallowed_methods, reason = "the launch is told through the environment")]
    let launch = match Launch::read(|name| std::env::var_os(name)) {
        Ok(launch) => launch,
        Err(error) => return refuse(&error),
    };
    logging::install(launch.log_level);
    crash::install_hook();
    match run(provider, launch) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&*error),
    }
}

fn refuse(error: &dyn std::error::Error) -> ExitCode {
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::FAILURE
}

fn run<P: Provider>(provider: P, launch: Launch) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(serve_until_the_end(provider, launch));
    // Whatever still runs has nobody to answer to.
    runtime.shutdown_background();
    outcome
}

async fn serve_until_the_end<P: Provider>(
    provider: P,
    launch: Launch,
) -> Result<(), Box<dyn std::error::Error>> {
    let lifetime = Lifetime::new();
    let orphaned = orphaned();
    let interrupts = Interrupts::default();
    let identity = launch.client_certificate.clone().map(ServerIdentity::generate).transpose()?;
    let listener = Listener::bind(&launch).await?;
    // Before the handshake: Ctrl-C reaches the whole process group at once.
    watch_signals(interrupts.clone(), lifetime.clone())?;

    announce(&HandshakeLine {
        address: listener.address(),
        certificate: identity.as_ref().map(|identity| &identity.certificate),
        asks_for_multiplexing: launch.asks_for_multiplexing,
    })?;

    // A Terraform that was killed tells nothing.
    tokio::spawn({
        let lifetime = lifetime.clone();
        async move {
            tokio::select! {
                () = lifetime.abandoned() => {}
                () = orphaned => {}
            }
            lifetime.end();
        }
    });
    let connections = listener.accept(identity.map(|identity| identity.config), lifetime.clone());
    let service = service(provider, interrupts.clone());
    let routes = services::routes(&lifetime).await.add_service(service);
    let server = tonic::transport::Server::builder()
        .add_routes(routes)
        .serve_with_incoming_shutdown(connections, lifetime.ended());
    farewell(server, &lifetime, &interrupts).await
}

/// Waits for the server; once it should end, open streams get a moment only, and writes
/// the time to notice and to leave things whole.
async fn farewell(
    server: impl Future<Output = Result<(), tonic::transport::Error>>,
    lifetime: &Lifetime,
    interrupts: &Interrupts,
) -> Result<(), Box<dyn std::error::Error>> {
    let overdue = async {
        lifetime.ended().await;
        tokio::time::sleep(FAREWELL).await;
    };
    let outcome = tokio::select! {
        outcome = server => outcome,
        () = overdue => Ok(()),
    };
    interrupts.interrupt();
    let _ = timeout(LAST_WRITES, interrupts.writes_are_done()).await;
    Ok(outcome?)
}

/// Ignores SIGINT, which Terraform handles for both of us, and takes SIGTERM
/// as "stop what is in flight": exiting in the middle of an apply loses state.
#[cfg(unix)]
fn watch_signals(interrupts: Interrupts, lifetime: Lifetime) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {
                    interrupts.interrupt();
                    if lifetime.has_connections() {
                        // Ends earlier when Terraform closes the connection.
                        let _ = timeout(AFTER_TERMINATE, lifetime.ended()).await;
                    }
                    lifetime.end();
                }
            }
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn watch_signals(_interrupts: Interrupts, _lifetime: Lifetime) -> io::Result<()> {
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    Ok(())
}
