use std::{net::SocketAddr, time::Duration};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::*;

const PATIENCE: Duration = Duration::from_secs(5);

/// Answers every connection with the same bytes; returns the address and the certificate.
async fn tls_server(
    version: &'static rustls::SupportedProtocolVersion,
) -> (SocketAddr, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
            let _ = stream.shutdown().await;
        }
    });
    (address, certificate)
}

fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn a_trusted_endpoint_is_reached_with_both_versions_of_tls() {
    for version in [&TLS12, &TLS13] {
        let (address, certificate) = tls_server(version).await;
        let http = Http::new(HttpSettings { roots: Some(vec![certificate]) });
        let url = format!("https://localhost:{}/", address.port());
        let answer = http.send(get(&url), PATIENCE).await.unwrap();
        assert_eq!(answer.body().as_ref(), b"hi");
    }
}

#[tokio::test]
async fn an_endpoint_with_another_certificate_is_not_trusted() {
    let (_, other) = tls_server(&TLS13).await;
    let (address, _) = tls_server(&TLS13).await;
    let http = Http::new(HttpSettings { roots: Some(vec![other]) });
    let url = format!("https://localhost:{}/", address.port());
    let error = http.send(get(&url), PATIENCE).await.unwrap_err();
    let TransportError::Unreachable(why) = error else { panic!("{error:?}") };
    assert!(why.contains("certificate"), "{why}");
}

#[tokio::test]
async fn an_endpoint_under_another_name_is_not_trusted() {
    let (address, certificate) = tls_server(&TLS13).await;
    let http = Http::new(HttpSettings { roots: Some(vec![certificate]) });
    let url = format!("https://127.0.0.1:{}/", address.port());
    let error = http.send(get(&url), PATIENCE).await.unwrap_err();
    assert!(matches!(error, TransportError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn no_root_certificate_at_all_is_told_with_the_way_out() {
    let http = Http::new(HttpSettings { roots: Some(Vec::new()) });
    let error = http.send(get("https://localhost:1/"), PATIENCE).await.unwrap_err();
    assert!(error.to_string().contains("`ca_bundle`"), "{error}");
}
