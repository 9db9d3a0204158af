//! Panics, told so that Terraform shows them as a crash of this plugin.
//!
//! Terraform recognises Go's format only: a line `panic: …` on stderr, and
//! every line after it that is not JSON. It then prints them after the command
//! has failed, even if this process lives on.

use std::{backtrace::Backtrace, io::Write as _, panic};

use super::logging;

/// Replaces the panic hook of the process.
pub(in crate::plugin) fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let message = payload_text(info.payload());
        let place =
            info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let report = format!("panic: {message}\n\nat {place}\n{}\n", Backtrace::force_capture());
        // Nothing is left to do when stderr is closed.
        let _ = std::io::stderr().write_all(logging::masked(&report).as_bytes());
    }));
}

/// Returns the text a panic carries.
pub(in crate::plugin) fn payload_text(payload: &(dyn std::any::Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
