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
            Some(same) if same == option => {}
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
