//! Lists of `name=value` options as the catalog stores them (`reloptions`, `attoptions`, foreign options).

use crate::sql::ident::{Ident, Literal};

fn split(option: &str) -> (&str, &str) {
    option.split_once('=').unwrap_or((option, ""))
}

/// `fillfactor='70', toast.autovacuum_enabled='false'`: what stands in `WITH (...)` and `SET (...)`.
pub fn storage_list(options: &[String]) -> String {
    let list: Vec<String> = options
        .iter()
        .map(|option| {
            let (name, value) = split(option);
            let name = match name.split_once('.') {
                Some((prefix, name)) => format!("{}.{}", Ident(prefix), Ident(name)),
                None => Ident(name).to_string(),
            };
            format!("{name}={}", Literal(value))
        })
        .collect();
    list.join(", ")
}

/// `user 'bob', host 'h'`: what stands in `OPTIONS (...)`.
pub fn foreign_list(options: &[String]) -> String {
    let list: Vec<String> = options
        .iter()
        .map(|option| {
            let (name, value) = split(option);
            format!("{} {}", Ident(name), Literal(value))
        })
        .collect();
    list.join(", ")
}

/// The clauses `SET (...)` and `RESET (...)` that turn one list of storage options into another.
pub fn storage_changes(old: &[String], new: &[String]) -> Vec<String> {
    let mut clauses = vec![];
    let gone: Vec<String> = old
        .iter()
        .map(|option| split(option).0)
        .filter(|name| !new.iter().any(|option| split(option).0 == *name))
        .map(str::to_owned)
        .collect();
    if !gone.is_empty() {
        clauses.push(format!("RESET ({})", gone.join(", ")));
    }
    let set: Vec<String> = new.iter().filter(|option| !old.contains(option)).cloned().collect();
    if !set.is_empty() {
        clauses.push(format!("SET ({})", storage_list(&set)));
    }
    clauses
}

/// What stands in `OPTIONS (...)` of an ALTER that turns one list of foreign options into another; `None` when equal.
pub fn foreign_changes(old: &[String], new: &[String]) -> Option<String> {
    let mut changes = vec![];
    for option in old {
        let (name, _) = split(option);
        if !new.iter().any(|option| split(option).0 == name) {
            changes.push(format!("DROP {}", Ident(name)));
        }
    }
    for option in new {
        let (name, value) = split(option);
        match old.iter().find(|old| split(old).0 == name) {
            Some(same) if agree(same, option) => {}
            Some(_) => changes.push(format!("SET {} {}", Ident(name), Literal(value))),
            None => changes.push(format!("ADD {} {}", Ident(name), Literal(value))),
        }
    }
    if changes.is_empty() { None } else { Some(changes.join(", ")) }
}

/// Whether two lists hold the same options, in whatever order.
pub fn same(old: &[String], new: &[String]) -> bool {
    old.len() == new.len() && old.iter().all(|option| new.contains(option))
}

/// ` OPTIONS (...)`, or nothing.
pub fn foreign_clause(options: &[String]) -> String {
    if options.is_empty() { String::new() } else { format!(" OPTIONS ({})", foreign_list(options)) }
}

/// What stands in the place of a secret.
pub const HIDDEN: &str = "***";

/// Whether the value of a foreign option must not be shown: its name says so.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["password", "passwd", "secret", "token", "credential", "key"].iter().any(|word| name.contains(word))
}

/// Values of foreign options that must not be shown.
pub fn secrets(options: &[String]) -> impl Iterator<Item = &str> {
    options.iter().map(|option| split(option)).filter(|(name, _)| is_secret(name)).map(|(_, value)| value)
}

/// The same options with `***` for the values that must not be shown.
pub fn without_secrets(options: &[String]) -> Vec<String> {
    let hidden = |option: &String| match split(option) {
        (name, _) if is_secret(name) => format!("{name}={HIDDEN}"),
        _ => option.clone(),
    };
    options.iter().map(hidden).collect()
}

/// Whether two values of an option are to be taken as equal: a secret that one side does not tell is no difference.
fn agree(old: &str, new: &str) -> bool {
    let (name, value) = split(new);
    old == new || is_secret(name) && (value == HIDDEN || split(old).1 == HIDDEN)
}

fn split_element(element: &str) -> (&str, &str) {
    element.split_once(" = ").unwrap_or((element, ""))
}

/// The value of an element `NAME = value` of a definition; empty for one that is a name alone.
pub fn value<'a>(elements: &'a [String], name: &str) -> Option<&'a str> {
    elements
        .iter()
        .map(|element| split_element(element))
        .find(|(other, _)| *other == name)
        .map(|(_, value)| value)
}

/// `(SFUNC = int4pl, STYPE = integer)`, one element per line: what stands in CREATE AGGREGATE, OPERATOR, TYPE.
pub fn definition(elements: &[String]) -> String {
    format!("(\n    {}\n)", elements.join(",\n    "))
}

/// Names of elements that are only in `old`, without a value, then what is new or other in `new`.
pub fn definition_changes<'a>(old: &'a [String], new: &'a [String]) -> Vec<(&'a str, Option<&'a str>)> {
    let gone = old.iter().map(|element| split_element(element).0).filter(|name| value(new, name).is_none());
    let set = new.iter().filter(|element| !old.contains(element)).map(|element| split_element(element));
    gone.map(|name| (name, None)).chain(set.map(|(name, value)| (name, Some(value)))).collect()
}
