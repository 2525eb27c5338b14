//! TLS: every case is also tried by psql, and libpq's verdict is the expectation.

use super::authority::{Authority, TlsServer, self_signed};
use super::{open, target, value};
use pgkeel::database::{ConnectOptions, Session, connect};
use pgkeel_testkit::install::client;
use std::path::Path;

const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// `none`, or the version of TLS, as libpq sees it; the error when it cannot connect.
fn libpq(address: &str) -> Result<String, String> {
    let query = "SELECT coalesce(version, 'none') FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let output = client("psql")
        .args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query, "-d", address])
        .env("HOME", "/nonexistent")
        .output()
        .expect("psql runs");
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

async fn ours(address: &str) -> Result<String, String> {
    let session = open(address).await.map_err(|error| error.to_string())?;
    let version = session.tls_version().unwrap_or("none");
    assert_eq!(
        value(&session, "SELECT coalesce(version, 'none') FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            .await,
        version
    );
    session.close().await;
    Ok(version.to_owned())
}

/// Compares with libpq and returns how many of the cases connected.
async fn compare(cases: impl IntoIterator<Item = String>) -> usize {
    let mut connected = 0;
    for address in cases {
        let (ours, theirs) = (ours(&address).await, libpq(&address));
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{address}"),
            (Err(_), Err(_)) => {}
            _ => panic!("{address}\n  pgkeel: {ours:?}\n  libpq: {theirs:?}"),
        }
        connected += usize::from(ours.is_ok());
    }
    connected
}

#[tokio::test]
async fn private_server_with_tls_means_what_libpq_means() {
    let authority = Authority::new("the right one");
    let tls = TlsServer::start(15, &authority.issue("ignored", &["localhost"]), &authority.pem);
    let port = tls.server.port();
    let right = tls.file("right.pem", &authority.pem).display().to_string();
    let wrong = tls.file("wrong.pem", &Authority::new("the wrong one").pem).display().to_string();
    let absent = tls.folder().join("absent.pem").display().to_string();

    let mut cases = Vec::new();
    for mode in MODES {
        for host in ["localhost", "127.0.0.1"] {
            for root in [&right, &wrong, &absent] {
                for user in ["plain", "tls"] {
                    cases.push(format!(
                        "host={host} port={port} user={user} dbname=postgres sslmode={mode} sslrootcert={root}"
                    ));
                }
            }
        }
        let socket = tls.server.socket_folder().display().to_string();
        cases.push(format!("host={socket} port={port} user=postgres dbname=postgres sslmode={mode}"));
    }
    let connected = compare(cases).await;
    // Both outcomes must be well represented, or the comparison proves nothing.
    assert_eq!(connected, 39, "of 78 cases");

    let verified = format!(
        "host=localhost port={port} user=tls dbname=postgres sslmode=verify-full sslrootcert={right}"
    );
    names_and_versions(&tls, &authority, &verified, port).await;
    channel_binding(port).await;
    client_certificates(&tls, &authority, &right, port).await;
    cancelling(&verified).await;
    messages(port, &right, &wrong).await;
}

/// Certificates that rustls alone would refuse and libpq accepts, and the other way round.
async fn names_and_versions(tls: &TlsServer, authority: &Authority, verified: &str, port: u16) {
    let by_mode = |root: &Path| {
        MODES.map(|mode| {
            format!(
                "host=localhost port={port} user=tls dbname=postgres sslmode={mode} sslrootcert={}",
                root.display()
            )
        })
    };
    for (certificate, expected) in [
        (authority.issue("localhost", &[]), 6 - 1),
        (authority.issue("*.localhost", &[]), 6 - 2),
        (authority.issue("localhost", &["elsewhere"]), 6 - 2),
        (authority.issue("elsewhere", &["*.org", "localhost"]), 6 - 1),
    ] {
        tls.present(&certificate);
        let right = tls.folder().join("right.pem");
        assert_eq!(compare(by_mode(&right)).await, expected);
    }
    let own = self_signed("localhost");
    tls.present(&own);
    assert_eq!(compare(by_mode(&tls.file("own.pem", &own.0))).await, 6 - 1);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tls");
    let read = |name: &str| std::fs::read_to_string(data.join(name)).expect("test data");
    tls.present(&(read("version-1.crt"), read("version-1.key")));
    let without_roots =
        MODES.map(|mode| format!("host=localhost port={port} user=tls dbname=postgres sslmode={mode}"));
    let unverified = without_roots.into_iter().filter(|address| !address.contains("verify"));
    assert_eq!(compare(unverified).await, 4 - 1, "version 1 works where certificates are not verified");
    let root = data.join("root.crt").display().to_string();
    let error = ours(&verified.replace("sslrootcert=", &format!("sslrootcert={root} application_name=")))
        .await
        .expect_err("webpki reads version 3 only");
    assert!(error.contains("version 3"), "{error}");
    tls.present(&authority.issue("ignored", &["localhost"]));
}

async fn channel_binding(port: u16) {
    let address =
        |more: &str| format!("host=localhost port={port} user=scram password=secret dbname=postgres {more}");
    let cases = ["disable", "prefer", "require"].into_iter().flat_map(|binding| {
        ["disable", "require"].map(|mode| address(&format!("channel_binding={binding} sslmode={mode}")))
    });
    assert_eq!(compare(cases).await, 5);
    let session = open(&address("channel_binding=require sslmode=require")).await.expect("connects");
    assert_eq!(session.tls_version(), Some("TLSv1.3"));
    let old =
        open(&address("ssl_max_protocol_version=TLSv1.2 channel_binding=require")).await.expect("connects");
    assert_eq!(old.tls_version(), Some("TLSv1.2"));
}

async fn client_certificates(tls: &TlsServer, authority: &Authority, right: &str, port: u16) {
    let (certificate, key) = authority.issue("cert", &[]);
    let certificate = tls.file("client.crt", &certificate).display().to_string();
    let key = tls.file("client.key", &key);
    let base = format!(
        "host=localhost port={port} user=cert dbname=postgres sslmode=verify-full sslrootcert={right}"
    );
    let address = format!("{base} sslcert={certificate} sslkey={}", key.display());
    let cases = [
        address.clone(),
        format!("{address} sslcertmode=disable"),
        base.clone(),
        format!("{base} sslcertmode=require"),
    ];
    assert_eq!(compare(cases).await, 1);
    give_to_everybody(&key);
    let error = ours(&address).await.expect_err("refused");
    assert!(error.contains("not private") && libpq(&address).is_err(), "{error}");
}

fn give_to_everybody(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("set");
}

async fn cancelling(verified: &str) {
    let session: Session = connect(&target(verified, Path::new("/nonexistent")), &ConnectOptions::default())
        .await
        .expect("connects");
    let canceller = session.canceller();
    let (answer, asked) = tokio::join!(session.client().batch_execute("SELECT pg_sleep(60)"), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        canceller.cancel().await
    });
    asked.expect("the server took the request");
    assert_eq!(answer.expect_err("cancelled").code(), Some(&tokio_postgres::error::SqlState::QUERY_CANCELED));
    session.client().batch_execute("DROP TABLE IF EXISTS absent").await.expect("valid");
    assert_eq!(session.tap().take_notices().0.len(), 1, "the tap sees through TLS");
}

async fn messages(port: u16, right: &str, wrong: &str) {
    let base = format!("port={port} user=tls dbname=postgres");
    for (address, expected) in [
        (
            format!("{base} host=localhost sslmode=verify-full sslrootcert={wrong}"),
            "not signed by a trusted authority",
        ),
        (format!("{base} host=127.0.0.1 sslmode=verify-full sslrootcert={right}"), "not for \"127.0.0.1\""),
        (format!("{base} host=localhost sslmode=verify-ca"), "does not exist; set sslrootcert"),
        (format!("{base} host=localhost sslmode=verify-full sslrootcert=system"), "trusted authority"),
        (format!("{base} host=localhost sslmode=disable"), "no encryption"),
    ] {
        let error = ours(&address).await.expect_err("refused");
        assert!(error.contains(expected), "{address}: {error}");
    }
}

#[tokio::test]
async fn a_server_without_tls() {
    let url = pgkeel_testkit::Server::get(15).url("postgres");
    assert_eq!(compare(MODES.map(|mode| format!("{url}?sslmode={mode}"))).await, 3);
    let error = ours(&format!("{url}?sslmode=require")).await.expect_err("refused");
    assert!(error.contains("does not offer TLS"), "{error}");
}

#[tokio::test]
async fn private_server_that_starts_with_tls_at_once() {
    let authority = Authority::new("the right one");
    let tls = TlsServer::start(17, &authority.issue("ignored", &["localhost"]), &authority.pem);
    let right = tls.file("right.pem", &authority.pem).display().to_string();
    let base = format!(
        "host=localhost port={} user=tls dbname=postgres sslrootcert={right} sslnegotiation=direct",
        tls.server.port()
    );
    assert_eq!(compare(MODES.map(|mode| format!("{base} sslmode={mode}"))).await, 3);
    cancelling(&format!("{base} sslmode=verify-full")).await;
    let old = pgkeel_testkit::Server::get(15).url("postgres");
    compare([format!("{old}?sslnegotiation=direct&sslmode=require")]).await;
}
