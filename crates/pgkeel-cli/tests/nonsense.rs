//! Nothing that comes from outside makes the binary panic or hang: servers that speak nonsense, variables, addresses and files
//! that cannot be meant. Each ends with an error that says where and what, and the exit code of the contract.
//!
//! `PGKEEL_GARBLES` sets how many random messages of a server are spoiled (40 unless said), `PGKEEL_SEED` which.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use pgkeel_testkit::binary::{self, words};
use pgkeel_testkit::{Proxy, Server};

fn project() -> tempfile::TempDir {
    binary::project(&[
        (
            "0001_a.sql",
            "CREATE TABLE a (x int);\nDO $$ BEGIN RAISE NOTICE 'hello'; END $$;\nINSERT INTO a VALUES (1);",
        ),
        ("0002_b.sql", "CREATE INDEX CONCURRENTLY a_x ON a (x);"),
    ])
}

fn command(project: &Path, arguments: &[&str]) -> Command {
    binary::command(env!("CARGO_BIN_EXE_pgkeel"), project, arguments)
}

/// Runs to its end, which comes; the limit is for a defect only.
fn ends(mut command: Command) -> Output {
    let mut child = command.spawn().unwrap();
    let limit = Instant::now() + Duration::from_secs(100);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() >= limit {
            child.kill().unwrap();
            panic!("it hangs: {command:?}: {}", words(&child.wait_with_output().unwrap()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

/// An error in words, with one of these exit codes.
#[track_caller]
fn fails(what: &str, output: &Output, codes: &[i32]) -> String {
    let said = words(output);
    assert!(!said.contains("panicked"), "{what}: {said}");
    assert!(
        output.status.code().is_some_and(|code| codes.contains(&code)),
        "{what}: {:?} {said}",
        output.status
    );
    assert!(said.contains("error: "), "{what}: {said}");
    said
}

/// A message of the protocol.
fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![tag];
    message.extend(u32::try_from(body.len() + 4).unwrap().to_be_bytes());
    message.extend(body);
    message
}

/// What a server says to let somebody in.
fn welcome() -> Vec<u8> {
    let mut bytes = message(b'R', &0_u32.to_be_bytes());
    bytes.extend(message(b'S', b"server_version\x0015.0\0"));
    bytes.extend(message(b'K', &[0, 0, 0, 7, 1, 2, 3, 4]));
    bytes.extend(message(b'Z', b"I"));
    bytes
}

/// One row of one column, as an answer.
fn row(value: Option<&[u8]>, columns: u16, described: u16) -> Vec<u8> {
    let mut description = described.to_be_bytes().to_vec();
    for _ in 0..described {
        description.extend(b"x\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0");
    }
    let mut data = columns.to_be_bytes().to_vec();
    match value {
        Some(value) => {
            data.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
            data.extend(value);
        }
        None => data.extend((-1_i32).to_be_bytes()),
    }
    [message(b'T', &description), message(b'D', &data), message(b'C', b"SELECT 1\0"), message(b'Z', b"I")]
        .concat()
}

/// A server that answers the start-up with the first bytes and the first message after it with the second ones, then closes.
/// Returns its port; it lives as long as the test.
fn server(start: Vec<u8>, answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, start, answer) = (client.unwrap(), start.clone(), answer.clone());
            std::thread::spawn(move || {
                let mut buffer = vec![0; 65536];
                for said in [start, answer] {
                    // A client that has gone away is no concern of a server.
                    if client.read(&mut buffer).is_err()
                        || client.write_all(&said).is_err()
                        || said.is_empty()
                    {
                        return;
                    }
                }
            });
        }
    });
    port
}

#[test]
fn a_server_that_speaks_nonsense_is_an_error() {
    let project = project();
    let error = |fields: &[u8]| message(b'E', fields);
    let starts: Vec<(&str, Vec<u8>)> = vec![
        ("closes at once", vec![]),
        ("speaks HTTP", b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        ("speaks noise", (0..200_u8).collect()),
        ("an error that is cut short", vec![b'E', 0, 0, 0, 200, b'S', b'F']),
        ("an error without fields", error(b"\0")),
        ("an error that is no UTF-8", error(b"SFATAL\0C\xff\xfe\0M\xff\0\0")),
        ("an error with a position that is no number", error(b"SERROR\0C42601\0Mno\0Pxyz\0\0")),
        ("a method of authentication that does not exist", message(b'R', &99_u32.to_be_bytes())),
        ("authentication cut short", message(b'R', &[0])),
        ("MD5 without its salt", message(b'R', &[0, 0, 0, 5])),
        ("SASL without a mechanism", message(b'R', &[0, 0, 0, 10, 0])),
        ("SASL with an unknown mechanism", message(b'R', b"\0\0\0\x0aWEIRD\0\0")),
        ("a length of nothing", vec![b'R', 0, 0, 0, 0]),
        ("a negative length", vec![b'R', 0xff, 0xff, 0xff, 0xff, 0]),
        ("a message of no kind", message(b'~', b"x")),
        ("a parameter without a value", message(b'S', b"server_version")),
        ("ready without a state", [message(b'R', &0_u32.to_be_bytes()), message(b'Z', b"")].concat()),
    ];
    for (what, start) in starts {
        let port = server(start, vec![]);
        let url = format!("postgres://me:secret@127.0.0.1:{port}/db?sslmode=disable&connect_timeout=3");
        let said = fails(what, &ends(command(project.path(), &["status", "--database", &url])), &[3]);
        assert!(said.contains(&port.to_string()), "{what}: it says where: {said}");
        assert!(!said.contains("secret"), "{what}: {said}");
    }
}

#[test]
fn a_server_whose_answers_have_another_shape_is_an_error() {
    let project = project();
    let complete = message(b'C', b"SELECT 0\0");
    let ready = message(b'Z', b"I");
    let answers: Vec<(&str, Vec<u8>)> = vec![
        ("closes at the first question", vec![]),
        ("no rows", [complete.clone(), ready.clone()].concat()),
        ("only ready", ready.clone()),
        ("a null", row(None, 1, 1)),
        ("a word where a document should be", row(Some(b"hello"), 1, 1)),
        ("a document of another kind", row(Some(b"{\"version\": []}"), 1, 1)),
        ("a value that is no UTF-8", row(Some(b"\xff\xfe"), 1, 1)),
        ("more columns than described", row(Some(b"x"), 3, 1)),
        ("no columns", row(Some(b"x"), 0, 0)),
        (
            "a row that nobody described",
            [message(b'D', b"\0\x01\0\0\0\x01x"), complete, ready.clone()].concat(),
        ),
        ("a description cut short", message(b'T', b"\0\x05x")),
        ("a length that lies", message(b'D', b"\0\x01\x7f\xff\xff\xff")),
        ("COPY that nobody asked for", message(b'G', b"\0\0\0")),
        ("an error in the middle", [message(b'E', b"SERROR\0CXX000\0Mbroken\0\0"), ready].concat()),
    ];
    for (what, answer) in answers {
        let port = server(welcome(), answer);
        let url = format!("postgres://me:secret@127.0.0.1:{port}/db?sslmode=disable&connect_timeout=3");
        for arguments in [&["status"][..], &["migrate"]] {
            let arguments = [arguments, &["--database", &url]].concat();
            let said = fails(what, &ends(command(project.path(), &arguments)), &[3, 4]);
            assert!(!said.contains("secret"), "{what}: {said}");
        }
    }
}

#[test]
fn a_spoiled_message_of_a_real_server_is_survived() {
    let times: usize = std::env::var("PGKEEL_GARBLES").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let seed: u64 = std::env::var("PGKEEL_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(7);
    let mut random = fastrand::Rng::with_seed(seed);
    let server = Server::get(16);
    let project = project();
    for _ in 0..times {
        let database = server.database();
        let proxy = Proxy::start(&database);
        let (number, seed) = (random.usize(..120), random.u64(..));
        proxy.garble(number, seed);
        let what = format!("message {number}, seed {seed}");
        let url = proxy.url(database.name());
        let output = ends(command(project.path(), &["migrate", "--wait", "20", "--database", &url]));
        let said = words(&output);
        assert!(!said.contains("panicked"), "{what}: {said}");
        assert!(matches!(output.status.code(), Some(0 | 2 | 3 | 4)), "{what}: {:?} {said}", output.status);
        // Whatever it made of that, the next run finishes by itself.
        let output = ends(command(project.path(), &["migrate", "--database", &database.url()]));
        assert_eq!(output.status.code(), Some(0), "{what}: {said}\nthen: {}", words(&output));
        let state = "SELECT (SELECT string_agg(version || ' ' || outcome, ', ' ORDER BY version) FROM pgkeel.migrations) || ' ' \
                     || (SELECT count(*) FROM a) || ' ' || (SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass AND \
                     indisvalid)";
        assert_eq!(database.value(state), "0001 applied, 0002 applied 1 1", "{what}: {said}");
    }
}

#[test]
fn variables_and_addresses_that_cannot_be_meant_are_errors() {
    let project = project();
    let port = Server::get(15).port().to_string();
    let no_text = OsStr::from_bytes(b"\xff\xfe");
    let here = [
        ("PGHOST", OsStr::new("127.0.0.1")),
        ("PGPORT", OsStr::new(&port)),
        ("PGUSER", OsStr::new("postgres")),
    ];
    let variables: &[(&str, &OsStr, i32, &str)] = &[
        ("PGPORT", OsStr::new("abc"), 2, "PGPORT"),
        ("PGPORT", OsStr::new("70000"), 2, "PGPORT"),
        ("PGSSLMODE", OsStr::new("weird"), 2, "PGSSLMODE"),
        ("PGCONNECT_TIMEOUT", OsStr::new("soon"), 2, "PGCONNECT_TIMEOUT"),
        ("PGTARGETSESSIONATTRS", OsStr::new("any-old"), 2, "PGTARGETSESSIONATTRS"),
        ("PGSERVICE", OsStr::new("nowhere"), 2, "nowhere"),
        ("PGHOST", no_text, 2, "PGHOST"),
        ("PGPASSWORD", no_text, 2, "PGPASSWORD"),
        ("DATABASE_URL", no_text, 2, "DATABASE_URL"),
        ("DATABASE_URL", OsStr::new("nonsense"), 2, "DATABASE_URL"),
        ("PGKEEL_ENV", no_text, 2, "PGKEEL_ENV"),
        ("PGKEEL_ENV", OsStr::new("prodution"), 2, "production"),
        ("PGUSER", OsStr::new("no such role"), 3, "no such role"),
        ("PGDATABASE", OsStr::new("no such database"), 3, "no such database"),
        ("PGOPTIONS", OsStr::new("-c nonsense=1"), 3, "nonsense"),
        ("PGSSLROOTCERT", OsStr::new("/nowhere/root.crt"), 2, "/nowhere/root.crt"),
    ];
    for (name, value, code, named) in variables {
        let mut command = command(project.path(), &["status"]);
        command.envs(here).env(name, value);
        if *name == "PGSSLROOTCERT" {
            command.env("PGSSLMODE", "verify-full");
        }
        let said = fails(&format!("{name}={value:?}"), &ends(command), &[*code]);
        assert!(said.contains(named), "{name}={value:?}: {said}");
    }
    // What libpq lets pass.
    for (name, value) in [("PGPASSFILE", "/nowhere"), ("PGDATABASE", ""), ("HOME", "/nowhere")] {
        let mut command = command(project.path(), &["status"]);
        command.envs(here).env("PGDATABASE", "postgres").env(name, value);
        let output = ends(command);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", words(&output));
    }
    for url in [
        "",
        "garbage",
        "http://127.0.0.1",
        "postgres://[::1",
        "postgres://me@127.0.0.1:99999/db",
        "postgres://me@127.0.0.1/%ZZ",
        "postgres://me@127.0.0.1/db?sslmode=bogus",
        "postgres://me@127.0.0.1/db?nonsense=1",
        "postgres://me:p@ss:w/rd@127.0.0.1:5432/db?",
        "host=127.0.0.1 port=abc",
        "host='127.0.0.1",
        "service=nowhere",
        "postgres://127.0.0.1,:0/x",
    ] {
        let output = ends(command(project.path(), &["status", "--database", url]));
        fails(url, &output, &[2, 3]);
    }
}

#[test]
fn files_that_cannot_be_meant_are_errors() {
    /// What is wrong with a file, how it is made so, the exit code, and what the error names.
    type Spoilt = (&'static str, fn(&Path), i32, &'static str);
    let database = Server::get(15).database();
    let spoil: &[Spoilt] = &[
        ("no UTF-8", |file| std::fs::write(file, b"SELECT 1;\n\xff\xfe").unwrap(), 2, "0003_x.sql"),
        ("UTF-16", |file| std::fs::write(file, b"\xff\xfeS\0E\0L\0").unwrap(), 2, "UTF-16"),
        ("a NUL", |file| std::fs::write(file, b"SELECT 1;\nSELECT '\0';").unwrap(), 2, "0003_x.sql"),
        ("a quote without end", |file| std::fs::write(file, "SELECT 'a;\n\n").unwrap(), 2, "0003_x.sql:1"),
        ("psql's own", |file| std::fs::write(file, "SELECT 1;\n\\i other.sql\n").unwrap(), 2, "0003_x.sql:2"),
        ("a folder", |file| std::fs::create_dir(file).unwrap(), 3, "it is a folder"),
        ("a link to nowhere", |file| std::os::unix::fs::symlink("/nowhere", file).unwrap(), 3, "0003_x.sql"),
        (
            "a pipe",
            |file| assert!(Command::new("mkfifo").arg(file).status().unwrap().success()),
            3,
            "no ordinary file",
        ),
    ];
    for (what, spoil, code, named) in spoil {
        let project = project();
        spoil(&project.path().join("migrations/0003_x.sql"));
        let output = ends(command(project.path(), &["migrate", "--database", &database.url()]));
        let said = fails(what, &output, &[*code]);
        assert!(said.contains(named), "{what}: {said}");
    }
    assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t", "nothing was begun");
    let taken: &[(&str, &str, &[u8])] = &[
        ("empty", "0003_x.sql", b""),
        ("only a comment", "0004_x.sql", b"-- nothing yet\n"),
        ("a byte order mark", "0005_x.sql", b"\xef\xbb\xbfCREATE TABLE bom (x int);\r\n"),
        ("what an editor left", ".#0006_x.sql", b"\xff"),
    ];
    let project = project();
    for (_, name, bytes) in taken {
        std::fs::write(project.path().join("migrations").join(name), bytes).unwrap();
    }
    let output = ends(command(project.path(), &["migrate", "--database", &database.url()]));
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations"), "5");
    for (what, bytes) in
        [("no TOML", &b"[migrations\n"[..]), ("no UTF-8", b"\xff\xfe"), ("a NUL", b"a = \"\0\"")]
    {
        std::fs::write(project.path().join("pgkeel.toml"), bytes).unwrap();
        let output = ends(command(project.path(), &["status", "--database", &database.url()]));
        fails(what, &output, &[2]);
    }
}
