//! Rights that the words of a statement tell of, beside its effects: roles, files of the server, what is read.

use super::{Right, quoted};
use crate::sql::effect::{Name, Origin, Reading, What, fold, string_value};
use crate::sql::ident::Ident;
use crate::sql::lexer::{Token, significant};

/// So many words tell what a statement is.
const MOST: usize = 60;

/// The rights that a statement takes by its words.
pub(super) fn rights(statement: &str, reading: &Reading) -> Vec<Right> {
    let tokens = tokens(statement);
    let upper: Vec<String> = tokens.iter().map(|token| token.to_ascii_uppercase()).collect();
    let words: Vec<&str> = upper.iter().map(String::as_str).collect();
    let role = |at: usize| tokens.get(at).and_then(|token| role(token));
    let behind = |word: &str| words.iter().position(|found| *found == word).map(|at| at + 1);
    let mut rights = Vec::new();
    match words.as_slice() {
        ["SET", "ROLE", ..] => rights.extend(role(2).map(Right::BecomeRole)),
        ["SET", "LOCAL" | "SESSION", "ROLE", ..] => rights.extend(role(3).map(Right::BecomeRole)),
        ["DROP", "OWNED", "BY", ..] => rights.extend(role(3).map(Right::HaveRole)),
        ["CREATE", "SCHEMA", ..] => {
            rights.extend(behind("AUTHORIZATION").and_then(role).map(Right::BecomeRole));
        }
        ["ALTER", "FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE", ..] => {
            rights.extend(qualified(&tokens, 2).map(Right::OwnRoutine));
        }
        ["COMMENT", "ON", "FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE", ..] => {
            rights.extend(qualified(&tokens, 3).map(Right::OwnRoutine));
        }
        ["CREATE", "OR", "REPLACE", "VIEW", ..] => {
            rights.extend(qualified(&tokens, 4).map(Right::OwnRelation));
        }
        ["ALTER", "ROLE" | "USER", "ALL", ..] => rights.push(Right::Superuser("ALTER ROLE ALL")),
        ["ALTER", "ROLE" | "USER", "MAPPING", ..] => {}
        ["ALTER", "ROLE" | "USER", ..] => rights.extend(role(2).map(Right::AlterRole)),
        ["ALTER", "DATABASE", ..] => rights.extend(role(2).map(Right::OwnDatabase)),
        ["GRANT", ..] => {
            let end = behind("TO").map_or(0, |at| at - 1);
            let roles = words.get(1..end).unwrap_or_default();
            if !roles.contains(&"ON") && !roles.contains(&"(") {
                let given = (1..end).filter(|at| words.get(*at) != Some(&",")).filter_map(role);
                rights.extend(given.map(Right::GrantRole));
            }
        }
        ["COPY", ..] => rights.extend(server_file(&words, &tokens)),
        ["CREATE", "PUBLICATION", ..] => {
            let all = words.windows(2).any(|pair| matches!(pair, ["ALL", "TABLES"] | ["TABLES", "IN"]));
            if all {
                rights.push(Right::Superuser("a publication of all tables, or of those of a namespace,"));
            } else {
                rights.extend(reading.uses.relations.iter().map(|table| Right::OwnRelation(quoted(table))));
            }
        }
        ["CREATE", "SUBSCRIPTION", ..] => rights.push(Right::Subscribe),
        ["CREATE", "FOREIGN", "DATA", "WRAPPER", ..] => {
            rights.push(Right::Superuser("a foreign-data wrapper"));
        }
        ["CREATE", "STATISTICS", ..] => {
            rights.extend(reading.uses.relations.iter().map(|table| Right::OwnRelation(quoted(table))));
        }
        ["VACUUM" | "ANALYZE" | "ANALYSE", ..] => {
            rights.extend(reading.uses.relations.iter().map(|table| Right::Tend(quoted(table))));
        }
        _ => rights.extend(read(reading)),
    }
    for effect in &reading.effects {
        if let What::CreateFunction(function) = &effect.what
            && effect.origin == Origin::Statement
            && !function.language.is_empty()
        {
            rights.push(Right::Language(function.language.to_lowercase()));
        }
    }
    rights
}

/// What a query reads: the tables that it names, but for the one that it writes.
fn read(reading: &Reading) -> Vec<Right> {
    if reading.effects.iter().any(|effect| effect.origin != Origin::Statement) {
        return Vec::new();
    }
    let written: Option<&Name> = match reading.effects.first().map(|effect| &effect.what) {
        Some(What::Select) => None,
        Some(What::CreateTableAs { name, .. }) => Some(name),
        Some(What::CreateView(view)) if view.materialized => Some(&view.name),
        Some(What::Insert { table, .. }) => Some(table),
        _ => return Vec::new(),
    };
    let others =
        reading.uses.relations.iter().filter(|table| written.is_none_or(|own| own.parts != table.parts));
    others.map(|table| Right::Table("SELECT", quoted(table))).collect()
}

/// A file or a program of the server.
fn server_file(words: &[&str], tokens: &[String]) -> Option<Right> {
    let mut depth = 0_usize;
    let at = words.iter().position(|word| {
        match *word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(*word, "FROM" | "TO")
    })?;
    let is_text = |at: usize| tokens.get(at).is_some_and(|token| token.contains('\''));
    match (words.get(at), words.get(at + 1)) {
        (_, Some(&"PROGRAM")) => {
            Some(Right::Predefined("pg_execute_server_program", "COPY with a program of the server"))
        }
        (Some(&"FROM"), _) if is_text(at + 1) => {
            Some(Right::Predefined("pg_read_server_files", "COPY from a file of the server"))
        }
        (Some(&"TO"), _) if is_text(at + 1) => {
            Some(Right::Predefined("pg_write_server_files", "COPY into a file of the server"))
        }
        _ => None,
    }
}

/// The name that begins at a token, as SQL names it.
fn qualified(tokens: &[String], at: usize) -> Option<String> {
    let mut name = Ident(&fold(tokens.get(at)?)).to_string();
    let mut rest = tokens.get(at + 1..).unwrap_or_default();
    while let [dot, part, later @ ..] = rest
        && dot == "."
    {
        name = format!("{name}.{}", Ident(&fold(part)));
        rest = later;
    }
    Some(name)
}

/// The role that a token names; none for the one that is there anyway.
fn role(token: &str) -> Option<String> {
    let text = token.starts_with('\'').then(|| string_value(token));
    let name = text.unwrap_or_else(|| fold(token));
    let itself = ["current_user", "session_user", "current_role", "none"];
    (!itself.contains(&name.as_str()) && !name.is_empty()).then_some(name)
}

/// The first words, names, strings and signs of a statement, as they are written.
fn tokens(statement: &str) -> Vec<String> {
    let text = |token: Token| statement.get(token.range).unwrap_or_default().to_owned();
    significant(statement).take(MOST).map(text).collect()
}
