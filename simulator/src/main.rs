//! Runs the simulator until interrupted and prints one line per request.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use imageguard_simulator::{Entry, Simulator, World};

const HELP: &str = "\
Simulated Alibaba Cloud and AWS endpoints, on one loopback port.

Usage: imageguard-simulator [--listen ADDRESS] [--world FILE]

  --listen ADDRESS  loopback address and port; port 0 takes a free one [default: 127.0.0.1:0]
  --world FILE      JSON with accounts, access keys, roles, regions and images [default: one
                    account per cloud, no images]
  --help            print this

Prints `listening on http://ADDRESS`, then one line per request: method, cloud, action, region,
caller, permissions needed, answer. Stop it with Ctrl-C. README.md describes the JSON and the
control API under /_simulator/.
";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("imageguard-simulator: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let Some(arguments) = Arguments::parse(arguments)? else {
        say(HELP.trim_end());
        return Ok(());
    };
    let world = arguments.read_world()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(serve(arguments.listen, world)).map_err(|error| error.to_string())
}

/// Serves the world until interrupted.
async fn serve(listen: SocketAddr, world: World) -> io::Result<()> {
    // Whoever reads the line below may interrupt at once.
    let interrupted = interruption()?;
    let print = |entry: &Entry| say(&entry.to_string());
    let simulator = Simulator::builder().listen(listen).observe(print).start(world)?;
    say(&format!("listening on {}", simulator.url()));
    interrupted.await;
    Ok(())
}

/// What the command line asks for.
struct Arguments {
    listen: SocketAddr,
    world: Option<PathBuf>,
}

impl Arguments {
    /// Reads the command line; `None` asks for help.
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut arguments = Self { listen: ([127, 0, 0, 1], 0).into(), world: None };
        while let Some(word) = words.next() {
            let mut value =
                || words.next().ok_or_else(|| format!("`{word}` needs a value; see --help"));
            match word.as_str() {
                "--help" | "-h" => return Ok(None),
                "--listen" => {
                    let address = value()?;
                    let explain =
                        |_| format!("`{address}` is not an address and port like `127.0.0.1:8080`");
                    arguments.listen = address.parse().map_err(explain)?;
                }
                "--world" => arguments.world = Some(value()?.into()),
                _ => return Err(format!("unknown argument `{word}`; see --help")),
            }
        }
        Ok(Some(arguments))
    }

    fn read_world(&self) -> Result<World, String> {
        let Some(path) = &self.world else { return Ok(World::default()) };
        let json = std::fs::read(path)
            .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        World::from_json(&json).map_err(|reason| format!("`{}`: {reason}", path.display()))
    }
}

/// Writes a line to standard output; a reader that went away is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Returns a future that ends with Ctrl-C, or with the signal that `kill` sends. Both are noticed
/// from now on.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns a future that ends with Ctrl-C, which is noticed from now on.
#[cfg(windows)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut ctrl_c = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        ctrl_c.recv().await;
    })
}
