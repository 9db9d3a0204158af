//! Mutual TLS with one-off certificates, as go-plugin's AutoMTLS wants it.
//!
//! Terraform sends its own certificate ahead, in the environment. We accept
//! exactly that one, byte for byte, and make its owner prove the key. It is an
//! ECDSA P-521 certificate marked as a CA: rustls's stock verifier refuses it
//! (`CaUsedAsEndEntity`), and ring knows no P-521, hence the `p521` crate.
//! aws-lc knows P-521, but its first random bytes cost 40 to 90 ms a launch.

use std::sync::Arc;

use p521::ecdsa::signature::Verifier as _;
use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Our side of the connection.
pub(in crate::plugin) struct ServerIdentity {
    /// What the listener needs.
    pub(in crate::plugin) config: Arc<ServerConfig>,
    /// What the handshake line carries: Terraform trusts nothing else.
    pub(in crate::plugin) certificate: CertificateDer<'static>,
}

impl ServerIdentity {
    /// Makes a new key and certificate; only the owner of `client` may connect.
    pub(in crate::plugin) fn generate(
        client: CertificateDer<'static>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        // Go clients look at the subject alternative name only, and ask for this one.
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = CertificateDer::from(params.self_signed(&key)?);
        let private_key = PrivateKeyDer::Pkcs8(key.serialize_der().into());

        let provider = Arc::new(ring::default_provider());
        let verifier = PinnedClient::new(client, &provider);
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate.clone()], private_key)?;
        // grpc-go refuses a server that selects no protocol.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { config: Arc::new(config), certificate })
    }
}

/// Accepts one client certificate and nothing else.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PinnedClient {
    fn new(certificate: CertificateDer<'static>, provider: &CryptoProvider) -> Self {
        Self { certificate, algorithms: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    /// Compares bytes. Validity and extensions do not matter: the certificate
    /// came from our parent process and lives as long as this one.
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if end_entity.as_ref() == self.certificate.as_ref() {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(rustls::PeerIncompatible::Tls12NotOffered))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if signature.scheme == SignatureScheme::ECDSA_NISTP521_SHA512 {
            verify_p521(message, certificate, signature.signature())
        } else {
            verify_tls13_signature(message, certificate, signature, &self.algorithms)
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.algorithms.supported_schemes();
        schemes.push(SignatureScheme::ECDSA_NISTP521_SHA512);
        schemes
    }
}

/// Tells whether the owner of the certificate's key has signed the message.
pub(super) fn verify_p521(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signature: &[u8],
) -> Result<HandshakeSignatureValid, Error> {
    let bad_encoding = |_| Error::InvalidCertificate(CertificateError::BadEncoding);
    let bad_signature = |_| Error::InvalidCertificate(CertificateError::BadSignature);
    let (_, certificate) = X509Certificate::from_der(certificate)
        .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let point = &certificate.public_key().subject_public_key.data;
    let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(bad_encoding)?;
    let signature = p521::ecdsa::Signature::from_der(signature).map_err(bad_signature)?;
    key.verify(message, &signature).map_err(bad_signature)?;
    Ok(HandshakeSignatureValid::assertion())
}
