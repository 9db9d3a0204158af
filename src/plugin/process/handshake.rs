//! The handshake: one line on stdout, and silence afterwards.

use std::{
    fmt,
    io::{self, Write as _},
};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use rustls_pki_types::CertificateDer;

use super::listener::Address;

const CORE_PROTOCOL: u8 = 1;
/// The major version of tfplugin.
pub(super) const APP_PROTOCOL: u8 = 6;

/// The line that tells Terraform where and how to connect.
pub(in crate::plugin) struct HandshakeLine<'a> {
    pub(in crate::plugin) address: &'a Address,
    pub(in crate::plugin) certificate: Option<&'a CertificateDer<'static>>,
    pub(in crate::plugin) asks_for_multiplexing: bool,
}

impl fmt::Display for HandshakeLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let certificate =
            self.certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
        write!(formatter, "{CORE_PROTOCOL}|{APP_PROTOCOL}|{}|grpc|{certificate}", self.address)?;
        // go-plugin before 1.6 would glue an unasked seventh field to the certificate.
        if self.asks_for_multiplexing { write!(formatter, "|false") } else { Ok(()) }
    }
}

/// Prints the line and gives stdout away, so that no stray print can block on a
/// pipe that Terraform has stopped reading.
pub(in crate::plugin) fn announce(line: &HandshakeLine<'_>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    silence_stdout()
}

#[cfg(unix)]
fn silence_stdout() -> io::Result<()> {
    let null = std::fs::File::options().write(true).open("/dev/null")?;
    Ok(rustix::stdio::dup2_stdout(null)?)
}

#[cfg(not(unix))]
fn silence_stdout() -> io::Result<()> {
    Ok(())
}
