//! Who may use what: the layers of ARCHITECTURE.md.

use crate::tree::{files, none, rust_files};

/// Files below `folder` that contain one of `words` outside comments, as `path:line: text`.
fn uses(folder: &str, words: &[&str], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in rust_files() {
        if !path.starts_with(folder) || allowed(&path) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

fn dependencies(manifest: &str) -> Vec<String> {
    let (_, text) = files()
        .into_iter()
        .find(|(path, _)| path == manifest)
        .unwrap_or_else(|| panic!("{manifest} is missing"));
    let mut inside = false;
    let mut names = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.trim() == "[dependencies]";
        } else if inside && let Some(name) = line.split(['.', '=', ' ']).next() {
            names.push(name.to_owned());
        }
    }
    names
}

#[test]
fn the_core_depends_on_no_runtime_and_no_driver() {
    let forbidden =
        ["tokio", "tokio-postgres", "postgres", "clap", "fastrand", "rand", "chrono", "time", "pgkeel"];
    let offences: Vec<String> = dependencies("crates/pgkeel-core/Cargo.toml")
        .into_iter()
        .filter(|name| forbidden.contains(&name.as_str()))
        .collect();
    none("pgkeel-core is values in, values out", &offences);
}

#[test]
fn the_core_does_no_io() {
    let words = [
        "std::fs",
        "std::env",
        "std::process",
        "std::thread",
        "std::io",
        "SystemTime",
        "Instant::",
        "TcpStream",
        "UdpSocket",
        "UnixStream",
        "ToSocketAddrs",
    ];
    let offences = uses("crates/pgkeel-core/src/", &words, is_test);
    none("pgkeel-core knows no file, environment, network or clock", &offences);
}

#[test]
fn the_library_does_not_talk_to_a_terminal() {
    let names = dependencies("crates/pgkeel/Cargo.toml");
    let forbidden = ["clap", "anyhow", "indicatif", "pgkeel-cli", "pgkeel-embedded"];
    let offences: Vec<String> = names.into_iter().filter(|name| forbidden.contains(&name.as_str())).collect();
    none("pgkeel is embedded by applications", &offences);
    let offences = uses("crates/pgkeel/src/", &["process::exit", "stdin()"], is_test);
    none("pgkeel neither ends the process nor asks", &offences);
}

#[test]
fn the_command_line_speaks_no_sql_protocol() {
    let offences = uses("crates/pgkeel-cli/src/", &["tokio_postgres"], is_test);
    none("pgkeel-cli renders what the library returns", &offences);
}

#[test]
fn one_file_knows_the_parser() {
    let offences = uses("crates/", &["squawk_syntax", "squawk_parser", "squawk_lexer"], |path| {
        path.starts_with("crates/pgkeel-core/src/sql/parse")
            || path == "crates/pgkeel-testkit/tests/tidy/layers.rs"
    });
    none("only sql/parse imports the parser", &offences);
}

#[test]
fn one_module_writes_history() {
    let verbs = ["INSERT INTO", "UPDATE", "DELETE FROM", "TRUNCATE"];
    let tables = [".migrations", ".journal", ".audit"];
    let mut offences =
        uses("crates/", &verbs, |path| is_test(path) || path.starts_with("crates/pgkeel/src/store"));
    offences.retain(|offence| tables.iter().any(|table| offence.contains(table)));
    none("only store writes history", &offences);
}

#[test]
fn few_modules_send_statements_that_may_write() {
    // Who sends what a user wrote (apply, seed); who keeps and corrects the history, in store's words (store, record,
    // migrate, rollback, auto_fix); who opens and asks (database, answer, drift); who opens and ends a read-only snapshot (introspect);
    // who tries things on a database that is thrown away (scratch, prove, rehearse, replay, review/replay, queries, words); who switches its own
    // event triggers (guard).
    let senders = [
        "apply",
        "seed",
        "store",
        "record",
        "migrate",
        "database",
        "drift",
        "answer",
        "auto_fix",
        "guard",
        "introspect",
        "scratch",
        "prove",
        "queries",
        "rehearse",
        "replay",
        "rollback",
        "words",
    ];
    let offences = uses("crates/pgkeel/src/", &["batch_execute(", "simple_query_raw("], |path| {
        let module = path.strip_prefix("crates/pgkeel/src/").unwrap_or(path);
        let module = module.split(['/', '.']).next().unwrap_or(module);
        is_test(path) || senders.contains(&module) || path.starts_with("crates/pgkeel/src/review/replay")
    });
    none("a plan is executed by apply and nothing else", &offences);
}

/// Unit tests and integration tests read files and environments as they need; so do the tests named `reference.rs`
/// that keep the generated documents fresh.
fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("tests.rs") || path.ends_with("/reference.rs")
}
