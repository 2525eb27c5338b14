//! Certificates made for a test, and a server that uses them.

use pgkeel_testkit::Server;
use pgkeel_testkit::account::give_to_server;
use pgkeel_testkit::server::PrivateServer;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// An authority of our own.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate in PEM.
    pub pem: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = named(name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("signed").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate and its key in PEM.
    pub fn issue(&self, common_name: &str, hosts: &[&str]) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let certificate = named(common_name, hosts).signed_by(&key, &self.issuer).expect("signed");
        (certificate.pem(), key.serialize_pem())
    }
}

/// A certificate that signed itself and calls itself an authority, as `openssl req -x509` makes them.
pub fn self_signed(host: &str) -> (String, String) {
    let mut params = named(host, &[host]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    (params.self_signed(&key).expect("signed").pem(), key.serialize_pem())
}

fn named(common_name: &str, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("names");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

/// A server with TLS whose certificate can be changed.
pub struct TlsServer {
    pub server: PrivateServer,
    folder: tempfile::TempDir,
}

impl TlsServer {
    /// Starts one with `certificate` (and its key); client certificates are checked against `clients`.
    pub fn start(major: u32, certificate: &(String, String), clients: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("set");
        write_for_server(&folder.path().join("server.crt"), &certificate.0);
        write_for_server(&folder.path().join("server.key"), &certificate.1);
        write_for_server(&folder.path().join("clients.crt"), clients);
        write_for_server(&folder.path().join("hba"), HBA);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let server = Server::start_private(
            major,
            &[
                ("ssl", "on"),
                ("ssl_cert_file", &path("server.crt")),
                ("ssl_key_file", &path("server.key")),
                ("ssl_ca_file", &path("clients.crt")),
                ("hba_file", &path("hba")),
            ],
        );
        server.execute(
            "CREATE ROLE plain LOGIN; CREATE ROLE tls LOGIN; CREATE ROLE scram LOGIN PASSWORD 'secret';
             CREATE ROLE cert LOGIN",
        );
        Self { server, folder }
    }

    /// Changes the certificate; new connections see it.
    pub fn present(&self, certificate: &(String, String)) {
        write_for_server(&self.folder.path().join("server.crt"), &certificate.0);
        write_for_server(&self.folder.path().join("server.key"), &certificate.1);
        super::reload(&self.server);
    }

    /// A file beside the server's own, private to this user.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("set");
        path
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// `plain` may not use TLS, `tls` must, `cert` needs a certificate.
const HBA: &str = "local all postgres trust
hostnossl all plain all trust
hostssl all tls all trust
hostssl all cert all cert
host all scram all scram-sha-256
host all postgres all trust
";

fn write_for_server(path: &Path, text: &str) {
    // The file may belong to the server's user already; its content is replaced as one step.
    let new = path.with_extension("new");
    std::fs::write(&new, text).expect("written");
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o600)).expect("set");
    give_to_server(&new).expect("given");
    std::fs::rename(&new, path).expect("renamed");
}
