//! Which server certificates are accepted. rustls alone is stricter than libpq in three places where real servers
//! are: a self-signed certificate that is itself the trusted one, a name only in the common name, version 1.

use super::certificate::Certificate;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, PeerIncompatible, SignatureScheme};
use std::io;
use std::sync::Arc;

/// Checks as `sslmode` asks.
#[derive(Debug)]
pub(super) struct Verifier {
    provider: Arc<CryptoProvider>,
    chain: Option<Chain>,
}

#[derive(Debug)]
struct Chain {
    roots: Vec<CertificateDer<'static>>,
    webpki: Arc<WebPkiServerVerifier>,
    name_too: bool,
}

impl Verifier {
    /// Accepts any certificate, whose key must still have signed the handshake.
    pub(super) fn trusting(provider: Arc<CryptoProvider>) -> Self {
        Self { provider, chain: None }
    }

    /// Accepts certificates of these authorities; with `name_too`, only those for the host.
    pub(super) fn checking(
        roots: Vec<CertificateDer<'static>>,
        crls: &[CertificateRevocationListDer<'static>],
        name_too: bool,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let builder =
            WebPkiServerVerifier::builder_with_provider(Arc::new(super::store(&roots)), provider.clone());
        let webpki = builder
            .with_crls(crls.iter().cloned())
            .allow_unknown_revocation_status()
            .build()
            .map_err(|error| format!("the trusted authorities cannot be used: {error}"))?;
        Ok(Self { provider, chain: Some(Chain { roots, webpki, name_too }) })
    }

    fn signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
        checked: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        if checked.is_ok() || ParsedCertificate::try_from(certificate).is_ok() {
            return checked;
        }
        let algorithms = &self.provider.signature_verification_algorithms.mapping;
        let known = algorithms.iter().find(|(scheme, _)| *scheme == signed.scheme);
        let valid =
            known.zip(Certificate::read(certificate)).is_some_and(|((_, algorithms), certificate)| {
                certificate.signed(message, signed.signature(), algorithms)
            });
        if valid { Ok(HandshakeSignatureValid::assertion()) } else { checked }
    }
}

impl Chain {
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<(), Error> {
        // OpenSSL accepts a certificate that is itself in the list, webpki refuses it when it says CA:TRUE.
        let name_checked = if self.roots.iter().any(|root| root == certificate) {
            if !Certificate::read(certificate).is_some_and(|parsed| parsed.is_valid_at(now)) {
                return Err(CertificateError::Expired.into());
            }
            ParsedCertificate::try_from(certificate)
                .and_then(|parsed| rustls::client::verify_server_name(&parsed, name))
                .map_err(|_| CertificateError::NotValidForName.into())
        } else {
            self.webpki.verify_server_cert(certificate, between, name, ocsp, now).map(|_| ())
        };
        match name_checked {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name_too || common_name_matches(certificate, name) => Ok(()),
            other => other,
        }
    }
}

fn common_name_matches(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    Certificate::read(certificate).is_some_and(|parsed| parsed.common_name_matches(&name.to_str()))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(chain) = &self.chain {
            chain.verify(end_entity, intermediates, server_name, ocsp_response, now)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        self.signature(message, cert, dss, verify_tls12_signature(message, cert, dss, algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let checked =
            verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms);
        // TLS 1.3 forbids these; rustls has refused them above, and version 1 is no reason to let them through.
        let forbidden = [
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
        ];
        if forbidden.contains(&dss.scheme) {
            return checked;
        }
        self.signature(message, cert, dss, checked)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What failed in a handshake, in words that say what to do.
pub(super) fn explain(error: &io::Error, host: Option<&str>) -> String {
    let host = host.unwrap_or("this host");
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(problem)) => match problem {
            CertificateError::UnknownIssuer => {
                "the server's certificate is not signed by a trusted authority; give the right one with sslrootcert"
                    .to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => format!(
                "the server's certificate is not for \"{host}\"; connect by a name that it holds (sslmode=verify-ca \
                 would not compare names)"
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the server's certificate has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet; compare the clocks".to_owned()
            }
            CertificateError::Revoked => "the server's certificate was revoked".to_owned(),
            other => format!(
                "the server's certificate was refused ({other}); a certificate of X.509 version 3 with its name in \
                 subjectAltName is always accepted when its authority is trusted"
            ),
        },
        Some(Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon)) => {
            "the server and pgkeel have no cipher in common".to_owned()
        }
        Some(other) => format!("the TLS handshake failed: {other}"),
        None => format!("the TLS handshake failed: {error}"),
    }
}
