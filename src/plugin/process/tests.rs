//! Launch, handshake, listener, TLS and end of life, without a process.

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

// Launch.

#[test]
fn without_the_cookie_nothing_is_served() {
    for cookie in [None, Some(""), Some("d602bf8f"), Some(&*COOKIE.1.to_uppercase())] {
        let variables: Vec<_> = cookie.into_iter().map(|value| (COOKIE.0, value)).collect();
        let outcome = read(&variables);
        assert!(matches!(outcome, Err(LaunchError::NotAPluginHost)), "{cookie:?}: {outcome:?}");
    }
}

#[test]
fn a_launch_by_hand_is_explained() {
    let error = read(&[]).unwrap_err().to_string();
    assert!(error.starts_with("This is a Terraform plugin."), "{error}");
    assert!(error.contains("required_providers"), "{error}");
}

#[test]
fn a_bare_launch_has_no_tls_and_any_port() {
    let launch = read(&[COOKIE]).unwrap();
    let terms = Terms { client_certificate: None, asks_for_multiplexing: false };
    assert_eq!(launch.host, Host::Terraform(terms));
    assert_eq!(launch.socket_directory, None);
    assert_eq!(launch.ports, (0, 0));
    assert_eq!(launch.log_level, LevelFilter::WARN);
}

#[test]
fn a_launch_is_read_from_the_environment() {
    let launch = read(&[
        COOKIE,
        ("PLUGIN_CLIENT_CERT", CLIENT.pem),
        ("PLUGIN_MIN_PORT", "10000"),
        ("PLUGIN_MAX_PORT", "25000"),
        ("PLUGIN_UNIX_SOCKET_DIR", "/run/sockets"),
        ("PLUGIN_MULTIPLEX_GRPC", ""),
    ])
    .unwrap();
    let client_certificate = Some(CLIENT.certificate());
    let terms = Terms { client_certificate, asks_for_multiplexing: true };
    assert_eq!(launch.host, Host::Terraform(terms));
    assert_eq!(launch.socket_directory, Some(PathBuf::from("/run/sockets")));
    assert_eq!(launch.ports, (10000, 25000));
}

#[test]
fn empty_variables_count_as_absent() {
    let launch = read(&[
        COOKIE,
        ("PLUGIN_CLIENT_CERT", ""),
        ("PLUGIN_UNIX_SOCKET_DIR", ""),
        ("TF_LOG_PROVIDER", ""),
        ("TF_LOG", "trace"),
    ])
    .unwrap();
    let terms = Terms { client_certificate: None, asks_for_multiplexing: false };
    assert_eq!(launch.host, Host::Terraform(terms));
    assert_eq!(launch.socket_directory, None);
    assert_eq!(launch.log_level, LevelFilter::TRACE);
}

/// Serving without TLS instead would let anybody in.
#[test]
fn a_certificate_that_cannot_be_read_ends_the_launch() {
    let cut = &CLIENT.pem[..CLIENT.pem.len() / 2];
    for pem in
        [" ", "certificate", cut, "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----"]
    {
        let error = read(&[COOKIE, ("PLUGIN_CLIENT_CERT", pem)]).unwrap_err();
        assert!(matches!(error, LaunchError::ClientCertificate(_)), "{error}");
        assert!(error.to_string().contains("PLUGIN_CLIENT_CERT"), "{error}");
    }
    let no_text = OsString::from_vec(vec![0xff, 0xfe]);
    let outcome = Launch::read([], |name| match name {
        "PLUGIN_CLIENT_CERT" => Some(no_text.clone()),
        name if name == COOKIE.0 => Some(COOKIE.1.into()),
        _ => None,
    });
    assert!(matches!(outcome, Err(LaunchError::ClientCertificate(_))), "{outcome:?}");
}

#[test]
fn the_log_level_of_providers_wins() {
    let level = |variables: &[(&'static str, &str)]| {
        read(&[&[COOKIE], variables].concat()).unwrap().log_level
    };
    assert_eq!(level(&[("TF_LOG", "debug")]), LevelFilter::DEBUG);
    assert_eq!(level(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
    assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "ERROR")]), LevelFilter::ERROR);
    assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "off")]), LevelFilter::OFF);
    assert_eq!(level(&[("TF_LOG_PROVIDER", "info")]), LevelFilter::INFO);
}

#[test]
fn debugging_needs_no_cookie() {
    let debugger = |env_file: Option<&str>| Host::Debugger { env_file: env_file.map(Into::into) };
    assert_eq!(started_with(&["-debug"]).unwrap(), debugger(None));
    assert_eq!(started_with(&["--debug"]).unwrap(), debugger(None));
    for arguments in [
        &["-debug-env-file", "a b"][..],
        &["-debug", "--debug-env-file", "a b"],
        &["-debug-env-file", "a b", "-debug"],
    ] {
        assert_eq!(started_with(arguments).unwrap(), debugger(Some("a b")), "{arguments:?}");
    }
}

/// Who debugs wants no TLS, even from a shell that Terraform has started.
#[test]
fn debugging_ignores_the_terms_of_terraform() {
    let variable = |name: &str| match name {
        "PLUGIN_CLIENT_CERT" => Some(OsString::from(CLIENT.pem)),
        name => (name == COOKIE.0).then(|| COOKIE.1.into()),
    };
    let launch = Launch::read(["-debug".into()], variable).unwrap();
    assert_eq!(launch.host, Host::Debugger { env_file: None });
}

#[test]
fn an_argument_that_is_not_known_is_named_with_those_that_are() {
    for arguments in [&["-x"][..], &["-debug", "-x"], &["-x", "-debug"]] {
        let error = started_with(arguments).unwrap_err().to_string();
        assert!(error.starts_with("Unknown argument `-x`."), "{error}");
        assert!(error.contains("`-debug`") && error.contains("`-debug-env-file PATH`"), "{error}");
    }
    let error = started_with(&["-debug-env-file"]).unwrap_err();
    assert!(matches!(error, LaunchError::NoEnvFile), "{error}");
}

// Debugging.

#[test]
fn the_reattach_line_is_json_in_quotes_for_the_shell() {
    let line = |address: Address| {
        ReattachLine { provider: "example.com/a/b", address: &address, process: 123 }.to_string()
    };
    expect![[r#"TF_REATTACH_PROVIDERS='{"example.com/a/b":{"Addr":{"Network":"unix","String":"/it'\''s/plugin.sock"},"Pid":123,"Protocol":"grpc","ProtocolVersion":6,"Test":true}}'"#]]
        .assert_eq(&line(Address::Unix("/it's/plugin.sock".into())));
    expect![[r#"TF_REATTACH_PROVIDERS='{"example.com/a/b":{"Addr":{"Network":"tcp","String":"127.0.0.1:10001"},"Pid":123,"Protocol":"grpc","ProtocolVersion":6,"Test":true}}'"#]]
        .assert_eq(&line(Address::Tcp(([127, 0, 0, 1], 10001).into())));
}

#[test]
fn a_reattach_line_that_cannot_be_written_ends_the_launch() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("absent").join("env");
    let address = Address::Unix("/s".into());
    let line = ReattachLine { provider: "example.com/a/b", address: &address, process: 123 };
    let error = announce(&line, Some(&file)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error.to_string().starts_with(&format!("cannot write `{}`", file.display())),
        "{error}"
    );
}

// Handshake.

#[test]
fn the_handshake_line_has_six_fields() {
    let address = Address::Unix("/tmp/tf-plugin-x/plugin.sock".into());
    let certificate = CertificateDer::from(vec![0xfb, 0xff, 0x01]);
    let line = handshake_line(&address, Some(&certificate), false);
    assert_eq!(line, "1|6|unix|/tmp/tf-plugin-x/plugin.sock|grpc|+/8B");

    let address = Address::Tcp(([127, 0, 0, 1], 10001).into());
    assert_eq!(handshake_line(&address, None, false), "1|6|tcp|127.0.0.1:10001|grpc|");
}

#[test]
fn the_seventh_field_comes_only_when_asked_for() {
    let address = Address::Unix("/s".into());
    let certificate = CertificateDer::from(vec![0, 0, 0]);
    assert_eq!(handshake_line(&address, Some(&certificate), true), "1|6|unix|/s|grpc|AAAA|false");
    assert_eq!(handshake_line(&address, None, true), "1|6|unix|/s|grpc||false");
}

#[test]
fn the_certificate_has_no_padding() {
    let address = Address::Unix("/s".into());
    for (der, text) in [(vec![1], "AQ"), (vec![1, 2], "AQI"), (vec![1, 2, 3], "AQID")] {
        let line = handshake_line(&address, Some(&CertificateDer::from(der)), false);
        assert_eq!(line, format!("1|6|unix|/s|grpc|{text}"));
    }
}

// Listener.

#[tokio::test]
async fn the_socket_is_in_a_folder_that_only_we_may_enter() {
    let parent = TempDir::new().unwrap();
    let listener = bind_in(parent.path()).await;
    let socket = socket_of(&listener);
    let folder = socket.parent().unwrap();
    assert_eq!(folder.parent(), Some(parent.path()));
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o7777, 0o700);
    assert!(socket.is_absolute());
}

#[tokio::test]
async fn dropping_the_listener_removes_the_socket() {
    let parent = TempDir::new().unwrap();
    let listener = bind_in(parent.path()).await;
    assert!(socket_of(&listener).exists());
    drop(listener);
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

/// At once, because the process does not wait for the task that accepts.
#[tokio::test]
async fn dropping_the_connections_removes_the_socket() {
    let parent = TempDir::new().unwrap();
    let connections = bind_in(parent.path()).await.accept(None, Lifetime::new());
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    drop(connections);
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_too_long_for_a_socket_is_left_for_a_short_one() {
    let parent = TempDir::new().unwrap();
    let deep = parent.path().join("d".repeat(60)).join("e".repeat(60));
    fs::create_dir_all(&deep).unwrap();
    let listener = bind_in(&deep).await;
    let socket = socket_of(&listener);
    assert!(socket.starts_with("/tmp"), "{}", socket.display());
    assert!(socket.as_os_str().len() <= 103, "{}", socket.display());
    assert_eq!(fs::read_dir(&deep).unwrap().count(), 0);
    UnixStream::connect(&socket).await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_left_for_another() {
    let parent = TempDir::new().unwrap();
    let listener = bind_in(&parent.path().join("absent")).await;
    UnixStream::connect(&socket_of(&listener)).await.unwrap();
}

#[tokio::test]
async fn tcp_takes_the_first_free_port_of_the_range() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let first = taken.local_addr().unwrap().port();
    let last = first.saturating_add(50);
    let listener = Listener::bind_tcp((first, last)).await.unwrap();
    let Address::Tcp(address) = listener.address() else { panic!("no TCP address") };
    assert!(address.ip().is_loopback());
    assert!((first + 1..=last).contains(&address.port()), "{address} from {first}");

    let error = Listener::bind_tcp((first, first)).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn tcp_takes_any_port_where_no_range_is_given() {
    let listener = Listener::bind_tcp((0, 0)).await.unwrap();
    let Address::Tcp(address) = listener.address() else { panic!("no TCP address") };
    assert_ne!(address.port(), 0);
}

/// What a host does that probes first.
#[tokio::test]
async fn a_connection_that_closes_at_once_harms_nothing() {
    let parent = TempDir::new().unwrap();
    let identity = ServerIdentity::generate(CLIENT.certificate()).unwrap();
    let listener = bind_in(parent.path()).await;
    let socket = socket_of(&listener);
    let mut connections = listener.accept(Some(Arc::clone(&identity.config)), Lifetime::new());
    drop(UnixStream::connect(&socket).await.unwrap());
    let stream = UnixStream::connect(&socket).await.unwrap();
    let connected = connect(&identity, Some(CLIENT.owner()), b"h2", stream);
    let (accepted, connected) = soon(future::join(connections.next(), connected)).await;
    assert!(accepted.unwrap().is_ok());
    connected.unwrap();
}

#[tokio::test]
async fn neither_a_stalled_nor_a_strange_connection_holds_up_the_right_one() {
    let parent = TempDir::new().unwrap();
    let identity = ServerIdentity::generate(CLIENT.certificate()).unwrap();
    let listener = bind_in(parent.path()).await;
    let socket = socket_of(&listener);
    let lifetime = Lifetime::new();
    let mut connections = listener.accept(Some(Arc::clone(&identity.config)), lifetime.clone());

    let stalled = UnixStream::connect(&socket).await.unwrap();
    let mut noisy = UnixStream::connect(&socket).await.unwrap();
    noisy.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    for stranger in [None, Some(STRANGER.owner())] {
        let stream = UnixStream::connect(&socket).await.unwrap();
        // In TLS 1.3 a client learns of the refusal from its first read.
        let refused = soon(connect(&identity, stranger, b"h2", stream)).await;
        assert!(refused.is_err() || soon(first_read(refused.unwrap())).await.is_err());
    }

    let stream = UnixStream::connect(&socket).await.unwrap();
    let connected = connect(&identity, Some(CLIENT.owner()), b"h2", stream);
    let (accepted, connected) = soon(future::join(connections.next(), connected)).await;
    let mut right = accepted.unwrap().unwrap();
    right.write_all(b"welcome").await.unwrap();
    right.flush().await.unwrap();
    assert_eq!(soon(first_read(connected.unwrap())).await.unwrap(), b"welcome");
    drop(stalled);
}

// Mutual TLS.

#[tokio::test]
async fn the_right_certificate_connects_over_h2() {
    let protocol = handshake(Some(CLIENT.owner()), b"h2").await.unwrap();
    assert_eq!(protocol.as_deref(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn no_certificate_is_refused() {
    assert_eq!(handshake(None, b"h2").await, Err(Error::NoCertificatesPresented));
}

#[tokio::test]
async fn another_p521_certificate_is_refused() {
    let refusal = Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
    assert_eq!(handshake(Some(STRANGER.owner()), b"h2").await, Err(refusal));
}

#[tokio::test]
async fn the_right_certificate_without_its_key_is_refused() {
    let thief = Owner { certificate: CLIENT.certificate(), ..STRANGER.owner() };
    let refusal = Error::InvalidCertificate(CertificateError::BadSignature);
    assert_eq!(handshake(Some(thief), b"h2").await, Err(refusal));
}

#[tokio::test]
async fn a_tampered_signature_is_refused() {
    let tampering = Owner { tampers: true, ..CLIENT.owner() };
    let refusal = Error::InvalidCertificate(CertificateError::BadSignature);
    assert_eq!(handshake(Some(tampering), b"h2").await, Err(refusal));
}

#[tokio::test]
async fn a_client_that_does_not_speak_h2_is_refused() {
    let outcome = handshake(Some(CLIENT.owner()), b"http/1.1").await;
    assert_eq!(outcome, Err(Error::NoApplicationProtocol));
}

#[test]
fn signatures_made_elsewhere_are_verified() {
    // `openssl dgst -sha512 -sign` with the key of fixtures/client.pem.
    let message = b"a message that was signed";
    let signature = hex::decode(
        "308187024142fff11054212bf375d7520a043ba02df74d752cab401320abbb9331e379033b739f037e277879\
         7758cb5543fae22f9ee51da027b0127242652c641ef712056532024201f20f99a55bd59236b26e1495f63718\
         6b86641a9099793f99722dbab33f7602dd22f3e7c3b70a6ed1de6693f51555b6da86f7d6bc24d6d52298abb3\
         4cb39e93505d",
    )
    .unwrap();
    let verify = |message: &[u8], signer: &Identity, signature: &[u8]| {
        verify_p521(message, &signer.certificate(), signature).map(drop)
    };
    let bad = Err(Error::InvalidCertificate(CertificateError::BadSignature));
    assert_eq!(verify(message, &CLIENT, &signature), Ok(()));
    assert_eq!(verify(b"another message", &CLIENT, &signature), bad);
    assert_eq!(verify(message, &STRANGER, &signature), bad);
    assert_eq!(verify(message, &CLIENT, b""), bad);
    for place in [5, 60, signature.len() - 1] {
        let mut tampered = signature.clone();
        tampered[place] ^= 1;
        assert_eq!(verify(message, &CLIENT, &tampered), bad, "byte {place}");
    }
}

#[test]
fn a_key_on_another_curve_verifies_nothing() {
    let p256 = ServerIdentity::generate(CLIENT.certificate()).unwrap().certificate;
    let outcome = verify_p521(b"message", &p256, b"signature").map(drop);
    assert_eq!(outcome, Err(Error::InvalidCertificate(CertificateError::BadEncoding)));
    let outcome = verify_p521(b"message", &CertificateDer::from(vec![0x30]), b"").map(drop);
    assert_eq!(outcome, Err(Error::InvalidCertificate(CertificateError::BadEncoding)));
}

#[test]
fn our_certificate_is_one_that_go_accepts() {
    let identity = ServerIdentity::generate(CLIENT.certificate()).unwrap();
    let (rest, certificate) = X509Certificate::from_der(&identity.certificate).unwrap();
    assert!(rest.is_empty());
    let names = certificate.subject_alternative_name().unwrap().unwrap();
    assert_eq!(names.value.general_names, [GeneralName::DNSName("localhost")]);
    assert!(!certificate.is_ca());
    let usage = certificate.extended_key_usage().unwrap().unwrap();
    assert!(usage.value.server_auth);
    // However far the host's clock is behind.
    let year_2000 = 946_684_800;
    assert!(certificate.validity().not_before.timestamp() < year_2000);
    // The handshake line is ignored below 50 characters of certificate.
    assert!(identity.certificate.len() > 50);
}

#[test]
fn each_launch_has_a_certificate_of_its_own() {
    let generate = || ServerIdentity::generate(CLIENT.certificate()).unwrap().certificate;
    assert_ne!(generate(), generate());
}

// Lifetime. Time stands still here and jumps to whatever is waited for.

#[tokio::test(start_paused = true)]
async fn a_plugin_that_nobody_connects_to_is_abandoned() {
    let start = Instant::now();
    soon(Lifetime::new().abandoned()).await;
    assert_eq!(start.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_is_abandoned_soon_after_its_last_connection_closes() {
    let lifetime = Lifetime::new();
    let (first, second) = (lifetime.connected(), lifetime.connected());
    drop(first);
    assert!(timeout(Duration::from_secs(86400), lifetime.abandoned()).await.is_err());
    drop(second);
    let start = Instant::now();
    soon(lifetime.abandoned()).await;
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn another_connection_in_time_keeps_the_process_alive() {
    let lifetime = Lifetime::new();
    drop(lifetime.connected());
    let abandoned = lifetime.abandoned();
    tokio::pin!(abandoned);
    assert!(timeout(Duration::from_millis(1900), &mut abandoned).await.is_err());
    let open = lifetime.connected();
    assert!(timeout(Duration::from_secs(86400), &mut abandoned).await.is_err());
    drop(open);
    let start = Instant::now();
    soon(abandoned).await;
    assert_eq!(start.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_process_is_unused_as_soon_as_nobody_is_connected() {
    let lifetime = Lifetime::new();
    soon(lifetime.unused()).await;
    let open = lifetime.connected();
    assert!(timeout(Duration::from_secs(86400), lifetime.unused()).await.is_err());
    let start = Instant::now();
    drop(open);
    soon(lifetime.unused()).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_process_ends_at_once_when_told_to_and_not_before() {
    let lifetime = Lifetime::new();
    assert!(timeout(Duration::from_secs(86400), lifetime.ended()).await.is_err());
    let start = Instant::now();
    let told = lifetime.clone();
    soon(future::join(lifetime.ended(), async move { told.end() })).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    // And it stays so for whoever asks later.
    soon(lifetime.ended()).await;
}

// Services.

#[tokio::test(start_paused = true)]
async fn shutdown_ends_the_server_whatever_streams_are_open() {
    let lifetime = Lifetime::new();
    let (channel, server) = connected(routes(&lifetime).await, &lifetime).await;
    let mut stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    let mut broker = GrpcBrokerClient::new(channel.clone())
        .start_stream(stream::pending::<ConnInfo>())
        .await
        .unwrap();

    // Both are silent for as long as nobody asks for the end.
    let day = Duration::from_secs(86400);
    assert!(timeout(day, stdio.get_mut().message()).await.is_err());
    assert!(timeout(day, broker.get_mut().message()).await.is_err());

    let start = Instant::now();
    GrpcControllerClient::new(channel.clone()).shutdown(Empty {}).await.unwrap();
    assert_eq!(soon(stdio.get_mut().message()).await.unwrap(), None);
    assert_eq!(soon(broker.get_mut().message()).await.unwrap(), None);
    drop(channel);
    timeout(Duration::from_millis(200), server).await.unwrap().unwrap().unwrap();
    assert!(start.elapsed() < Duration::from_millis(200));
}

#[tokio::test]
async fn what_the_broker_is_told_is_not_echoed() {
    let lifetime = Lifetime::new();
    let (channel, _server) = connected(routes(&lifetime).await, &lifetime).await;
    let told = stream::iter([ConnInfo { service_id: 1, ..Default::default() }]);
    let told = told.chain(stream::pending());
    let mut broker = GrpcBrokerClient::new(channel.clone()).start_stream(told).await.unwrap();
    // Another call has gone there and back by the time the answer is looked for.
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    assert_eq!(soon(broker.get_mut().message()).await.unwrap(), None);
}

#[tokio::test]
async fn the_plugin_says_that_it_is_well() {
    let lifetime = Lifetime::new();
    let (channel, _server) = connected(routes(&lifetime).await, &lifetime).await;
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer = HealthClient::new(channel).check(request).await.unwrap();
    assert_eq!(answer.get_ref().status(), ServingStatus::Serving);
}

// Crashes.

#[test]
fn a_panic_has_a_text_whatever_it_carries() {
    assert_eq!(payload_text(&"a literal"), "a literal");
    assert_eq!(payload_text(&"a text".to_owned()), "a text");
    assert_eq!(payload_text(&42), "no message");
}

// Certificates like those of Terraform: self-signed, P-521, marked as a CA. Each
// private key is a fixed number, so that no key needs to be kept.

const CLIENT: Identity = Identity { pem: include_str!("fixtures/client.pem"), key: 1 };
const STRANGER: Identity = Identity { pem: include_str!("fixtures/stranger.pem"), key: 2 };

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

// Shorthand.

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
