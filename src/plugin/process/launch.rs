//! What Terraform tells a plugin through the environment.

use std::{ffi::OsString, path::PathBuf};

use rustls_pki_types::{CertificateDer, pem::PemObject};
use thiserror::Error;

const MAGIC_COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";
const MAGIC_COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The terms of one launch.
#[derive(Debug)]
pub(in crate::plugin) struct Launch {
    /// The only certificate that may connect; without one there is no TLS,
    /// which only test harnesses ask for (`TF_DISABLE_PLUGIN_TLS`).
    pub(in crate::plugin) client_certificate: Option<CertificateDer<'static>>,
    /// Where the socket shall be; the temporary directory unless the host says otherwise.
    pub(in crate::plugin) socket_directory: Option<PathBuf>,
    /// The ports that TCP may use, both inclusive; 0 to 0 is any.
    pub(in crate::plugin) ports: (u16, u16),
    /// Whether the handshake line needs its seventh field.
    pub(in crate::plugin) asks_for_multiplexing: bool,
    /// How much to log.
    pub(in crate::plugin) log_level: tracing::level_filters::LevelFilter,
}

/// Why the process must not serve.
#[derive(Debug, Error)]
pub(in crate::plugin) enum LaunchError {
    #[error(
        "This is a Terraform plugin. It is started by Terraform or OpenTofu and is of no use \
         when run by hand: name it in a `required_providers` block and run `terraform init`."
    )]
    NotAPluginHost,
    #[error("the client certificate in PLUGIN_CLIENT_CERT is not PEM: {0}")]
    ClientCertificate(rustls_pki_types::pem::Error),
}

impl Launch {
    /// Reads the terms; `variable` looks up an environment variable.
    pub(in crate::plugin) fn read(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, LaunchError> {
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        if text(MAGIC_COOKIE).as_deref() != Some(MAGIC_COOKIE_VALUE) {
            return Err(LaunchError::NotAPluginHost);
        }
        // Whatever is there must be a certificate, even if it is no text: without one
        // anybody may connect.
        let client_certificate = variable("PLUGIN_CLIENT_CERT")
            .filter(|pem| !pem.is_empty())
            .map(|pem| CertificateDer::from_pem_slice(pem.as_encoded_bytes()))
            .transpose()
            .map_err(LaunchError::ClientCertificate)?;
        let port = |name: &str| text(name).and_then(|port| port.parse().ok()).unwrap_or(0);
        let log_level = text("TF_LOG_PROVIDER").filter(|level| !level.is_empty());
        let log_level = log_level.or_else(|| text("TF_LOG"));
        Ok(Self {
            client_certificate,
            socket_directory: variable("PLUGIN_UNIX_SOCKET_DIR")
                .filter(|directory| !directory.is_empty())
                .map(PathBuf::from),
            ports: (port("PLUGIN_MIN_PORT"), port("PLUGIN_MAX_PORT")),
            asks_for_multiplexing: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
            log_level: super::logging::level(log_level.as_deref()),
        })
    }
}
