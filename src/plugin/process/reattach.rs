//! Debugging: the line that lets Terraform use a process it has not started.
//!
//! The form is go-plugin's. `Test` tells Terraform to leave the process alone when it is done;
//! Terraform 1.11 panics without it.

use std::{
    fmt,
    io::{self, Write as _},
    path::Path,
};

use serde_json::json;

use super::{handshake::APP_PROTOCOL, listener::Address};

/// An assignment for a shell: `TF_REATTACH_PROVIDERS='{…}'`.
pub(in crate::plugin) struct ReattachLine<'a> {
    /// The provider's full source address.
    pub(in crate::plugin) provider: &'a str,
    /// Where it listens.
    pub(in crate::plugin) address: &'a Address,
    /// The id of the process that listens.
    pub(in crate::plugin) process: u32,
}

impl fmt::Display for ReattachLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let providers = json!({
            self.provider: {
                "Protocol": "grpc",
                "ProtocolVersion": APP_PROTOCOL,
                "Pid": self.process,
                "Test": true,
                "Addr": { "Network": self.address.network(), "String": self.address.place() },
            }
        });
        let quoted = providers.to_string().replace('\'', r"'\''");
        write!(formatter, "TF_REATTACH_PROVIDERS='{quoted}'")
    }
}

/// Prints the line, with what to do with it, and writes it to a file if asked to.
///
/// The file is there only once it is complete, so that a script can wait for it.
///
/// # Errors
///
/// The file cannot be written, or stdout is closed.
pub(in crate::plugin) fn announce(
    line: &ReattachLine<'_>,
    env_file: Option<&Path>,
) -> io::Result<()> {
    if let Some(file) = env_file {
        write_whole(file, &format!("{line}\n")).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot write `{}`: {error}", file.display()))
        })?;
    }
    let mut stdout = io::stdout().lock();
    writeln!(
        stdout,
        "Serving without TLS, for debugging. Set this variable where Terraform runs:\n\n\
         {line}\n\n\
         All provider blocks share this process: with an `alias`, the one that is configured last\n\
         counts for every type. Ctrl-C ends the process."
    )?;
    if matches!(line.address, Address::Tcp(_)) {
        writeln!(stdout, "Until then every user of this machine can connect.")?;
    }
    stdout.flush()
}

fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut partial = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    partial.write_all(text.as_bytes())?;
    partial.persist(file)?;
    Ok(())
}
