//! The files of the repository, and what holds for each of them.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The longest file that may be; half of it is worth a look.
const LIMIT: usize = 600;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

/// Every file that git would keep, relative to the root, in order, with its text (binary files are left out).
pub(crate) fn files() -> Vec<(String, String)> {
    let root = root();
    let walk = WalkBuilder::new(&root)
        .hidden(false)
        .require_git(false)
        .sort_by_file_path(Path::cmp)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    walk.filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(&root).ok()?.to_str()?.to_owned();
            Some((path, std::fs::read_to_string(entry.path()).ok()?))
        })
        .collect()
}

/// Whether a file is of this kind.
pub(crate) fn is(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|actual| actual == extension)
}

/// The Rust files.
pub(crate) fn rust_files() -> Vec<(String, String)> {
    files().into_iter().filter(|(path, _)| is(path, "rs")).collect()
}

/// Fails with all offences at once.
pub(crate) fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n  {}", offences.join("\n  "));
}

#[test]
fn every_file_says_what_it_is() {
    let offences: Vec<String> = rust_files()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path)
        .collect();
    none("a Rust file opens with a line `//! what it holds`", &offences);
}

#[test]
#[expect(clippy::print_stderr, reason = "the list of long files is for whoever reads the test's output")]
fn no_file_is_too_long() {
    let mut lengths: Vec<(usize, String)> =
        rust_files().into_iter().map(|(path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    for (lines, path) in lengths.iter().rev().filter(|(lines, _)| *lines > LIMIT / 2) {
        eprintln!("{lines:5} {path}");
    }
    let offences: Vec<String> = lengths
        .iter()
        .filter(|(lines, _)| *lines > LIMIT)
        .map(|(lines, path)| format!("{path}: {lines}"))
        .collect();
    none("a file has one subject and at most 600 lines", &offences);
}

#[test]
fn no_file_has_a_name_without_meaning() {
    let empty_words = ["util", "utils", "helper", "helpers", "common", "manager", "misc"];
    let offences: Vec<String> = files()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| {
            let stems = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
            stems.flat_map(|stem| stem.split(['_', '-'])).any(|word| empty_words.contains(&word))
        })
        .collect();
    none("a name says what is inside", &offences);
}

#[test]
fn the_licenses_are_there() {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(root().join(name).exists(), "{name} is missing");
    }
    let offences: Vec<String> = files()
        .into_iter()
        .filter(|(path, text)| {
            path.starts_with("crates/")
                && path.ends_with("/Cargo.toml")
                && !text.contains("license.workspace = true")
        })
        .map(|(path, _)| path)
        .collect();
    none("every crate carries the workspace's license", &offences);
}
