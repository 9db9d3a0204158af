//! Who started this process, and on what terms: read off its arguments and environment.

use std::{ffi::OsString, path::PathBuf};

use rustls_pki_types::{CertificateDer, pem::PemObject};
use thiserror::Error;

const MAGIC_COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";
const MAGIC_COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The terms of one launch.
#[derive(Debug)]
pub(in crate::plugin) struct Launch {
    /// Who started the process, and so whom it serves.
    pub(in crate::plugin) host: Host,
    /// Where the socket shall be; the temporary directory unless the host says otherwise.
    #[cfg(unix)]
    pub(in crate::plugin) socket_directory: Option<PathBuf>,
    /// The ports that TCP may use, both inclusive; 0 to 0 is any.
    pub(in crate::plugin) ports: (u16, u16),
    /// How much to log.
    pub(in crate::plugin) log_level: tracing::level_filters::LevelFilter,
}

/// Who a process serves.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plugin) enum Host {
    /// The Terraform that started it; the process ends with it.
    Terraform(Terms),
    /// Whoever gets hold of the reattach line; a person started it, and ends it.
    Debugger {
        /// Where to write the line to, besides stdout.
        env_file: Option<PathBuf>,
    },
}

/// What Terraform asks for.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plugin) struct Terms {
    /// The only certificate that may connect; without one there is no TLS,
    /// which only test harnesses ask for (`TF_DISABLE_PLUGIN_TLS`).
    pub(in crate::plugin) client_certificate: Option<CertificateDer<'static>>,
    /// Whether the handshake line needs its seventh field.
    pub(in crate::plugin) asks_for_multiplexing: bool,
}

/// Why the process must not serve.
#[derive(Debug, Error)]
pub(in crate::plugin) enum LaunchError {
    #[error(
        "This is a Terraform plugin. It is started by Terraform or OpenTofu and is of no use \
         when run by hand: name it in a `required_providers` block and run `terraform init`. \
         To debug it, start it with `-debug`."
    )]
    NotAPluginHost,
    #[error(
        "Unknown argument `{0}`. `-debug` serves until Ctrl-C and prints how Terraform can use \
         the process; `-debug-env-file PATH` does so too, and writes the line that it prints to a \
         file. Terraform itself gives no argument."
    )]
    UnknownArgument(String),
    #[error("`-debug-env-file` needs the path of a file to write, as its next argument.")]
    NoEnvFile,
    #[error("the client certificate in PLUGIN_CLIENT_CERT is not PEM: {0}")]
    ClientCertificate(rustls_pki_types::pem::Error),
}

impl Launch {
    /// Reads the terms; `arguments` come without the program, `variable` looks up an environment
    /// variable.
    pub(in crate::plugin) fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, LaunchError> {
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        let host = match debugger(arguments.into_iter())? {
            Some(debugger) => debugger,
            None if text(MAGIC_COOKIE).as_deref() == Some(MAGIC_COOKIE_VALUE) => {
                Host::Terraform(Terms::read(&variable)?)
            }
            None => return Err(LaunchError::NotAPluginHost),
        };
        let port = |name: &str| text(name).and_then(|port| port.parse().ok()).unwrap_or(0);
        let log_level = text("TF_LOG_PROVIDER").filter(|level| !level.is_empty());
        let log_level = log_level.or_else(|| text("TF_LOG"));
        Ok(Self {
            host,
            #[cfg(unix)]
            socket_directory: variable("PLUGIN_UNIX_SOCKET_DIR")
                .filter(|directory| !directory.is_empty())
                .map(PathBuf::from),
            ports: (port("PLUGIN_MIN_PORT"), port("PLUGIN_MAX_PORT")),
            log_level: super::logging::level(log_level.as_deref()),
        })
    }
}

impl Terms {
    fn read(variable: &impl Fn(&str) -> Option<OsString>) -> Result<Self, LaunchError> {
        // Whatever is there must be a certificate, even if it is no text: without one
        // anybody may connect.
        let client_certificate = variable("PLUGIN_CLIENT_CERT")
            .filter(|pem| !pem.is_empty())
            .map(|pem| CertificateDer::from_pem_slice(pem.as_encoded_bytes()))
            .transpose()
            .map_err(LaunchError::ClientCertificate)?;
        let asks_for_multiplexing = variable("PLUGIN_MULTIPLEX_GRPC").is_some();
        Ok(Self { client_certificate, asks_for_multiplexing })
    }
}

/// Reads the arguments; `None` where there are none. One dash or two, as in programs written in Go.
fn debugger(mut arguments: impl Iterator<Item = OsString>) -> Result<Option<Host>, LaunchError> {
    let mut debugger = None;
    while let Some(argument) = arguments.next() {
        let env_file = match argument.to_str() {
            Some("-debug" | "--debug") => None,
            Some("-debug-env-file" | "--debug-env-file") => {
                Some(arguments.next().ok_or(LaunchError::NoEnvFile)?.into())
            }
            _ => return Err(LaunchError::UnknownArgument(argument.display().to_string())),
        };
        if env_file.is_some() || debugger.is_none() {
            debugger = Some(Host::Debugger { env_file });
        }
    }
    Ok(debugger)
}
