//! Who may connect.

use super::*;

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
