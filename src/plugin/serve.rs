//! Serving: from launch to exit.

use std::{
    future::Future,
    io::{self, Write as _},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use tokio::time::{sleep, timeout};

use super::{
    process::{
        crash,
        handshake::{self, HandshakeLine},
        launch::{Host, Launch, Terms},
        lifetime::{Lifetime, orphaned},
        listener::Listener,
        logging,
        mutual_tls::ServerIdentity,
        reattach::{self, ReattachLine},
        services,
        signals::{Signals, Wish},
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
/// How long a process that was told to terminate may go on to return what it has.
const AFTER_TERMINATE: Duration = Duration::from_secs(30);

/// Serves a provider to the Terraform or OpenTofu that started this process.
///
/// `address` is the provider's full source address, such as
/// `registry.terraform.io/imageguard/imageguard`: a Terraform that has not started
/// the process knows it by that name. Such a Terraform is served with the argument
/// `-debug`, until Ctrl-C.
///
/// Returns when Terraform says so or is gone. Run by hand it explains itself on
/// stderr and fails.
pub fn serve<P: Provider>(address: &str, provider: P) -> ExitCode {
    #[allow(clippy::disallowed_methods, reason = "the launch is told through the environment")]
    let launch = Launch::read(std::env::args_os().skip(1), |name| std::env::var_os(name));
    let launch = match launch {
        Ok(launch) => launch,
        Err(error) => return refuse(&error),
    };
    logging::install(launch.log_level);
    crash::install_hook();
    match run(address, provider, launch) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&*error),
    }
}

fn refuse(error: &dyn std::error::Error) -> ExitCode {
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::FAILURE
}

fn run<P: Provider>(
    address: &str,
    provider: P,
    launch: Launch,
) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(serve_until_the_end(address, provider, launch));
    // Whatever still runs has nobody to answer to.
    runtime.shutdown_background();
    outcome
}

async fn serve_until_the_end<P: Provider>(
    address: &str,
    provider: P,
    launch: Launch,
) -> Result<(), Box<dyn std::error::Error>> {
    let lifetime = Lifetime::new();
    let interrupts = Interrupts::default();
    let listener = Listener::bind(&launch).await?;
    // Before anybody learns of the process: Ctrl-C reaches the whole process group at once.
    let signals = Signals::take()?;
    let tls = match launch.host {
        Host::Terraform(terms) => {
            tokio::spawn(outlive_interrupts(signals, interrupts.clone(), lifetime.clone()));
            greet_terraform(terms, &listener, &lifetime)?
        }
        Host::Debugger { env_file } => {
            tokio::spawn(end_when_told(signals, interrupts.clone(), lifetime.clone()));
            let process = std::process::id();
            let line = ReattachLine { provider: address, address: listener.address(), process };
            reattach::announce(&line, env_file.as_deref())?;
            None
        }
    };
    let connections = listener.accept(tls, lifetime.clone());
    let service = service(provider, interrupts.clone());
    let routes = services::routes(&lifetime).await.add_service(service);
    let server = tonic::transport::Server::builder()
        .add_routes(routes)
        .serve_with_incoming_shutdown(connections, lifetime.ended());
    farewell(server, &lifetime, &interrupts).await
}

/// Prints the handshake line, and makes the end of that Terraform the end of this process.
fn greet_terraform(
    terms: Terms,
    listener: &Listener,
    lifetime: &Lifetime,
) -> Result<Option<Arc<rustls::ServerConfig>>, Box<dyn std::error::Error>> {
    let orphaned = orphaned();
    let identity = terms.client_certificate.map(ServerIdentity::generate).transpose()?;
    handshake::announce(&HandshakeLine {
        address: listener.address(),
        certificate: identity.as_ref().map(|identity| &identity.certificate),
        asks_for_multiplexing: terms.asks_for_multiplexing,
    })?;
    // A Terraform that was killed tells nothing.
    let lifetime = lifetime.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = lifetime.abandoned() => {}
            () = orphaned => {}
        }
        lifetime.end();
    });
    Ok(identity.map(|identity| identity.config))
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
        sleep(FAREWELL).await;
    };
    let outcome = tokio::select! {
        outcome = server => outcome,
        () = overdue => Ok(()),
    };
    interrupts.interrupt();
    let _ = timeout(LAST_WRITES, interrupts.writes_are_done()).await;
    Ok(outcome?)
}

/// Ignores Ctrl-C, which Terraform handles for both of us, and takes SIGTERM
/// as "stop what is in flight": exiting in the middle of an apply loses state.
async fn outlive_interrupts(mut signals: Signals, interrupts: Interrupts, lifetime: Lifetime) {
    loop {
        match signals.next().await {
            Wish::Interrupt => {}
            Wish::Terminate => {
                interrupts.interrupt();
                if lifetime.has_connections() {
                    // Ends earlier when Terraform closes the connection.
                    let _ = timeout(AFTER_TERMINATE, lifetime.ended()).await;
                }
                lifetime.end();
            }
        }
    }
}

/// Takes either signal as "stop what is in flight", and the next one as "now".
async fn end_when_told(mut signals: Signals, interrupts: Interrupts, lifetime: Lifetime) {
    signals.next().await;
    interrupts.interrupt();
    tokio::select! {
        () = lifetime.unused() => {}
        _ = signals.next() => {}
        () = sleep(AFTER_TERMINATE) => {}
    }
    lifetime.end();
}
