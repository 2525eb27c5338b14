//! Words that must not be in the tree.

use crate::tree::{files, is, none};

/// Lines with one of `words`, as `path:line: text`.
fn lines_with(words: &[String], considered: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files() {
        if !considered(&path) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word.as_str())) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

/// Words in two parts, so that this file does not contain them.
fn joined(words: &[(&str, &str)]) -> Vec<String> {
    words.iter().map(|(start, end)| format!("{start}{end}")).collect()
}

#[test]
fn nothing_is_left_for_later() {
    let words =
        joined(&[("TO", "DO"), ("FIX", "ME"), ("todo", "!("), ("unimplemented", "!("), ("dbg", "!(")]);
    none("what is to be done is an issue, not a comment", &lines_with(&words, |path| !is(path, "lock")));
}

#[test]
fn no_test_is_switched_off() {
    let words = joined(&[("#[ig", "nore"), ("#[cfg_attr(not(feature", "), ignore")]);
    let mut offences = lines_with(&words, |path| is(path, "rs"));
    // An entry point for processes that tests start; ./test knows how many there are.
    offences.retain(|offence| !offence.ends_with("= \"a process that other tests start and kill\"]"));
    none("a skipped test reads as passed", &offences);
}

#[test]
fn no_path_of_one_machine() {
    let words = joined(&[("/tm", "p/"), ("/wo", "rk/"), ("/ro", "ot/"), ("/Us", "ers/")]);
    none("a checkout works wherever it is", &lines_with(&words, |_| true));
}

#[test]
fn no_registry_host() {
    let words = joined(&[
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("deb.debian", ".org"),
        ("ftp.debian", ".org"),
        ("snapshot.debian", ".org"),
        ("apt.postgresql", ".org"),
        ("index.crates", ".io"),
        ("static.crates", ".io"),
        ("pypi", ".org"),
        ("proxy.golang", ".org"),
        ("docker", ".io"),
        ("ghcr", ".io"),
    ]);
    none("packages come from where the machine is set to get them", &lines_with(&words, |_| true));
}

#[test]
fn no_conflict_marker() {
    let words = joined(&[("<<<<", "<<< "), (">>>>", ">>> ")]);
    // The review rule about them shows them.
    let considered = |path: &str| !is(path, "lock") && !path.contains("conflict");
    none("a merge was left half done", &lines_with(&words, considered));
}
