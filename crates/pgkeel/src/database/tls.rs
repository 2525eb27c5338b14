//! TLS as libpq's `sslmode` means it (PostgreSQL documentation, section 34.19), by rustls.

mod binding;
mod certificate;
mod verify;

pub(super) use binding::channel_binding;

use super::error::{Cause, Error};
use super::target::{Files, readable_by_others};
use pgkeel_core::url::{CertMode, Ssl, SslMode, SslRoots, TlsVersion};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Everything about TLS that does not depend on the host.
#[derive(Clone)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    full: bool,
}

impl Tls {
    /// Reads the files and builds the configuration; `None` for `sslmode=disable`.
    pub(super) fn new(ssl: &Ssl, files: &Files) -> Result<Option<Self>, Error> {
        if ssl.mode == SslMode::Disable {
            return Ok(None);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = roots(ssl, files)?;
        let full = ssl.mode == SslMode::VerifyFull;
        let verifier = match roots {
            Some(roots) => verify::Verifier::checking(roots, &crls(ssl, files)?, full, provider.clone())
                .map_err(|problem| Error::Tls { problem })?,
            None => verify::Verifier::trusting(provider.clone()),
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions(ssl))
            .map_err(|error| Error::Tls { problem: error.to_string() })?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match own_certificate(ssl, files)? {
            Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(|error| Error::Tls {
                problem: format!("the client certificate cannot be used: {error}"),
            })?,
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        config.enable_sni = ssl.sni;
        Ok(Some(Self { config: Arc::new(config), full }))
    }

    /// The handshake, on a socket on which the server expects it.
    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
        host: Option<&str>,
    ) -> Result<TlsStream<TcpStream>, Cause> {
        let name = match host.map(|host| ServerName::try_from(host.to_owned())) {
            Some(Ok(name)) => name,
            _ if self.full => {
                return Err(Cause::Tls(
                    "sslmode=verify-full needs a host name that a certificate can hold".to_owned(),
                ));
            }
            // Not looked at: without verify-full the name is not compared, and an address is never sent as SNI.
            _ => ServerName::IpAddress(IpAddr::V4(Ipv4Addr::UNSPECIFIED).into()),
        };
        let connector = TlsConnector::from(self.config.clone());
        connector.connect(name, stream).await.map_err(|error| Cause::Tls(verify::explain(&error, host)))
    }
}

fn versions(ssl: &Ssl) -> Vec<&'static SupportedProtocolVersion> {
    [(TlsVersion::V12, &rustls::version::TLS12), (TlsVersion::V13, &rustls::version::TLS13)]
        .into_iter()
        .filter(|(version, _)| (ssl.min..=ssl.max).contains(version))
        .map(|(_, supported)| supported)
        .collect()
}

/// As in libpq: a missing file of authorities is an error only for `verify-ca` and `verify-full`; when it is there,
/// every mode checks against it.
fn roots(ssl: &Ssl, files: &Files) -> Result<Option<Vec<CertificateDer<'static>>>, Error> {
    let path = match &ssl.roots {
        SslRoots::System => return system_roots().map(Some),
        SslRoots::File(path) => Some(PathBuf::from(path)),
        SslRoots::Default => files.root_cert.clone(),
    };
    match path {
        Some(path) if path.exists() => {
            certificates(&path, "the file of trusted authorities (sslrootcert)").map(Some)
        }
        _ if ssl.mode < SslMode::VerifyCa => Ok(None),
        path => Err(Error::Tls {
            problem: format!(
                "sslmode={} needs trusted authorities, and {}; set sslrootcert to a PEM file, or to \"system\" for \
                 those of the operating system",
                if ssl.mode == SslMode::VerifyFull { "verify-full" } else { "verify-ca" },
                path.map_or_else(
                    || "there is no home folder to look in".to_owned(),
                    |path| format!("the file {} does not exist", path.display())
                )
            ),
        }),
    }
}

fn system_roots() -> Result<Vec<CertificateDer<'static>>, Error> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why = found.errors.first().map(|error| format!(": {error}")).unwrap_or_default();
        return Err(Error::Tls { problem: format!("the operating system has no trusted authorities{why}") });
    }
    Ok(found.certs)
}

fn certificates(path: &Path, what: &'static str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Vec<CertificateDer<'static>> = read_pem(path, what)?;
    if found.is_empty() {
        return Err(Error::Tls {
            problem: format!("{what}, {}, holds no certificate in PEM", path.display()),
        });
    }
    Ok(found)
}

fn crls(ssl: &Ssl, files: &Files) -> Result<Vec<CertificateRevocationListDer<'static>>, Error> {
    let what = "the revocation list (sslcrl)";
    match (&ssl.crl, &files.crl) {
        (Some(named), _) => read_pem(Path::new(named), what),
        (None, Some(usual)) if usual.exists() => read_pem(usual, what),
        _ => Ok(Vec::new()),
    }
}

fn read_pem<T: PemObject>(path: &Path, what: &'static str) -> Result<Vec<T>, Error> {
    let text = std::fs::read(path).map_err(|source| Error::File { what, path: path.to_owned(), source })?;
    T::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Tls { problem: format!("{what}, {}, is not PEM: {error}", path.display()) })
}

type OwnCertificate = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The client's certificate and key, when there is one to send. As in libpq, a missing file means none.
fn own_certificate(ssl: &Ssl, files: &Files) -> Result<Option<OwnCertificate>, Error> {
    if ssl.cert_mode == CertMode::Disable {
        return Ok(None);
    }
    let path =
        |named: &Option<String>, usual: &Option<PathBuf>| named.as_ref().map(PathBuf::from).or(usual.clone());
    let cert = path(&ssl.cert, &files.cert).filter(|path| path.exists());
    let Some(cert) = cert else {
        if ssl.cert_mode == CertMode::Require {
            return Err(Error::Tls {
                problem: "sslcertmode=require, and the client certificate (sslcert) does not exist"
                    .to_owned(),
            });
        }
        return Ok(None);
    };
    let chain = certificates(&cert, "the client certificate (sslcert)")?;
    let what = "the client's key (sslkey)";
    let Some(key) = path(&ssl.key, &files.key).filter(|path| path.exists()) else {
        return Err(Error::Tls {
            problem: format!("the certificate {} is there, and {what} is not", cert.display()),
        });
    };
    if let Some(problem) = readable_by_others(&key, 0o037) {
        return Err(Error::Tls { problem: format!("{what}, {}, is not private: {problem}", key.display()) });
    }
    let text = std::fs::read(&key).map_err(|source| Error::File { what, path: key.clone(), source })?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| Error::Tls {
        problem: format!("{what}, {}, is not an unencrypted key in PEM", key.display()),
    })?;
    Ok(Some((chain, key)))
}

fn store(roots: &[CertificateDer<'static>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.iter().cloned());
    store
}
