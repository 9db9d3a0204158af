//! Signals that ask a process to end; whether it does is decided by `serve.rs`.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal as Interrupt, Signal as Terminate, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak as Terminate, CtrlC as Interrupt};

/// What was asked for.
pub(in crate::plugin) enum Wish {
    /// Ctrl-C, which in a terminal reaches the whole process group.
    Interrupt,
    /// SIGTERM; on Windows Ctrl-Break, which comes closest.
    Terminate,
}

/// Receives signals, which end the process no more from then on.
pub(in crate::plugin) struct Signals {
    interrupt: Interrupt,
    terminate: Terminate,
}

impl Signals {
    /// Takes the signals over. Must run inside the runtime.
    #[cfg(unix)]
    pub(in crate::plugin) fn take() -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    /// Takes the signals over. Must run inside the runtime.
    #[cfg(windows)]
    pub(in crate::plugin) fn take() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }

    /// Waits for the next signal.
    pub(in crate::plugin) async fn next(&mut self) -> Wish {
        tokio::select! {
            _ = self.interrupt.recv() => Wish::Interrupt,
            _ = self.terminate.recv() => Wish::Terminate,
        }
    }
}
