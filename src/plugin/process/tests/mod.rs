//! Launch, handshake, listener, TLS and end of life, without a process.

mod end_of_life;
mod launch;
mod listener;
mod mutual_tls;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs,
    io::ErrorKind,
    os::unix::{ffi::OsStringExt as _, fs::PermissionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use expect_test::expect;
use futures_util::{StreamExt as _, future, stream};
use p521::ecdsa::{SigningKey, signature::Signer as _};
use rustls::{
    CertificateError, ClientConfig, Error, RootCertStore, SignatureAlgorithm, SignatureScheme,
    client::ResolvesClientCert,
    crypto::ring,
    sign::{self, CertifiedKey},
};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, duplex},
    net::UnixStream,
    time::{Instant, timeout},
};
use tokio_rustls::{TlsAcceptor, TlsConnector, client::TlsStream};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tracing::level_filters::LevelFilter;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use super::{
    crash::payload_text,
    handshake::HandshakeLine,
    launch::{Host, Launch, LaunchError, Terms},
    lifetime::Lifetime,
    listener::{Address, Listener},
    mutual_tls::{ServerIdentity, verify_p521},
    reattach::{ReattachLine, announce},
    services::routes,
    wire::{
        ConnInfo, Empty, grpc_broker_client::GrpcBrokerClient,
        grpc_controller_client::GrpcControllerClient, grpc_stdio_client::GrpcStdioClient,
    },
};
use crate::plugin::tests::connected;

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

// Certificates like those of Terraform: self-signed, P-521, marked as a CA. Each
// private key is a fixed number, so that no key needs to be kept.

const CLIENT: Identity = Identity { pem: include_str!("../fixtures/client.pem"), key: 1 };
const STRANGER: Identity = Identity { pem: include_str!("../fixtures/stranger.pem"), key: 2 };

struct Identity {
    pem: &'static str,
    /// Each byte of the private key but the first, which is zero.
    key: u8,
}

impl Identity {
    fn certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()
    }

    fn owner(&self) -> Owner {
        let mut scalar = [self.key; 66];
        scalar[0] = 0;
        let key = SigningKey::from_slice(&scalar).unwrap();
        Owner { certificate: self.certificate(), key, tampers: false }
    }
}

/// A client as Go is one: ring cannot sign with P-521.
#[derive(Clone)]
struct Owner {
    certificate: CertificateDer<'static>,
    key: SigningKey,
    tampers: bool,
}

impl fmt::Debug for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Owner").finish_non_exhaustive()
    }
}

impl ResolvesClientCert for Owner {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let key = Arc::new(self.clone());
        Some(Arc::new(CertifiedKey::new(vec![self.certificate.clone()], key)))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl sign::SigningKey for Owner {
    /// Go sends no certificate either where P-521 is not offered.
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        let offers = offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512);
        offers.then(|| Box::new(self.clone()) as Box<dyn sign::Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for Owner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: p521::ecdsa::Signature = self.key.sign(message);
        let mut der = signature.to_der().as_bytes().to_vec();
        if self.tampers {
            *der.last_mut().unwrap() ^= 1;
        }
        Ok(der)
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

/// Shakes hands in memory; returns what the server made of it.
async fn handshake(client: Option<Owner>, protocol: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let identity = ServerIdentity::generate(CLIENT.certificate()).unwrap();
    let (ours, theirs) = duplex(1 << 16);
    let acceptor = TlsAcceptor::from(Arc::clone(&identity.config));
    let connected = connect(&identity, client, protocol, theirs);
    let (accepted, connected) = soon(future::join(acceptor.accept(ours), connected)).await;
    match accepted {
        Ok(stream) => {
            let connected = connected.expect("both sides agree");
            let selected = connected.get_ref().1.alpn_protocol();
            assert_eq!(selected, stream.get_ref().1.alpn_protocol());
            Ok(selected.map(<[u8]>::to_vec))
        }
        Err(error) => Err(error.downcast::<Error>().expect("the refusal is one of TLS")),
    }
}

/// Connects as Go does: our certificate is the only root, the name is `localhost`.
async fn connect<T: AsyncRead + AsyncWrite + Unpin>(
    server: &ServerIdentity,
    client: Option<Owner>,
    protocol: &[u8],
    stream: T,
) -> std::io::Result<TlsStream<T>> {
    let mut roots = RootCertStore::empty();
    roots.add(server.certificate.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match client {
        Some(owner) => config.with_client_cert_resolver(Arc::new(owner)),
        None => config.with_no_client_auth(),
    };
    config.alpn_protocols = vec![protocol.to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

fn read(variables: &[(&str, &str)]) -> Result<Launch, LaunchError> {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    Launch::read([], |name| variables.get(name).map(OsString::from))
}

/// Starts without a variable of Terraform's.
fn started_with(arguments: &[&str]) -> Result<Host, LaunchError> {
    let arguments = arguments.iter().map(OsString::from);
    Launch::read(arguments, |_| None).map(|launch| launch.host)
}

fn handshake_line(
    address: &Address,
    certificate: Option<&CertificateDer<'static>>,
    asks_for_multiplexing: bool,
) -> String {
    HandshakeLine { address, certificate, asks_for_multiplexing }.to_string()
}

async fn bind_in(directory: &Path) -> Listener {
    let directory = directory.to_str().unwrap();
    let launch = read(&[COOKIE, ("PLUGIN_UNIX_SOCKET_DIR", directory)]).unwrap();
    Listener::bind(&launch).await.unwrap()
}

fn socket_of(listener: &Listener) -> PathBuf {
    match listener.address() {
        Address::Unix(path) => path.clone(),
        Address::Tcp(address) => panic!("{address} is no unix socket"),
    }
}

/// Waits for what should take a moment; a test that fails must not hang.
async fn soon<T>(awaited: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(100), awaited).await.expect("this takes a moment only")
}

async fn first_read(mut stream: impl AsyncRead + Unpin) -> std::io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;
    let mut buffer = vec![0; 64];
    let length = stream.read(&mut buffer).await?;
    buffer.truncate(length);
    Ok(buffer)
}
