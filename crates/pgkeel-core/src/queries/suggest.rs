//! What a query that does not fit probably meant: read from the place of the error, not from the words of the server,
//! which speak the server's language.

use super::likeness::most_alike;
use super::{Catalog, Query, Relation};
use crate::object::Kind;
use crate::schema::Id;
use crate::sql::effect::fold;
use crate::sql::lexer::{TokenKind, significant, token_at};

/// What is known about an error besides the server's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suggestion {
    /// The bytes of the prepared text that it is about.
    pub range: std::ops::Range<usize>,
    /// The object that is missed.
    pub object: Option<String>,
    /// What was probably meant.
    pub help: Option<String>,
}

/// Looks at the name at byte `at` of the prepared text. `code` is the server's SQLSTATE.
pub fn suggest(query: &Query, at: usize, code: &str, catalog: &Catalog) -> Suggestion {
    let words = words(&query.prepared);
    let Some(first) = words.iter().position(|word| word.start <= at && at < word.end) else {
        return Suggestion { range: at..next_token(&query.prepared, at), ..Suggestion::default() };
    };
    let mut chain = vec![&words[first]];
    while let Some(next) = words.get(first + chain.len())
        && next.after_dot
    {
        chain.push(next);
    }
    let range = words[first].start..chain.last().map_or(at, |word| word.end);
    let parts: Vec<&str> = chain.iter().map(|word| word.name.as_str()).collect();
    let (object, help) = match code {
        "42703" => column(&parts, &words, catalog),
        "42P01" | "3F000" => relation(&parts, catalog),
        "42883" => (None, function(&parts, catalog)),
        _ => (None, None),
    };
    Suggestion { range, object, help }
}

/// A name in a query.
struct Word {
    name: String,
    start: usize,
    end: usize,
    after_dot: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut dot = false;
    for token in significant(text) {
        let own = text.get(token.range.clone()).unwrap_or_default();
        match token.kind {
            TokenKind::Word | TokenKind::QuotedIdent => {
                words.push(Word {
                    name: fold(own),
                    start: token.range.start,
                    end: token.range.end,
                    after_dot: dot,
                });
                dot = false;
            }
            _ => dot = own == ".",
        }
    }
    words
}

fn next_token(text: &str, at: usize) -> usize {
    match token_at(text, at, false) {
        Ok(Some(token)) => token.range.end,
        _ => text.len(),
    }
}

fn column(parts: &[&str], words: &[Word], catalog: &Catalog) -> (Option<String>, Option<String>) {
    let Some((name, qualifier)) = parts.split_last() else { return (None, None) };
    let candidates: Vec<&Relation> = match qualifier.last() {
        Some(qualifier) => behind(qualifier, words, catalog),
        None => words.iter().flat_map(|word| catalog.named(&word.name)).collect(),
    };
    let mut seen: Vec<&Relation> = Vec::new();
    for relation in candidates {
        if !seen.contains(&relation) {
            seen.push(relation);
        }
    }
    let object = match seen.as_slice() {
        [one] => Some(Id::new(Kind::Column, [&one.namespace, &one.name, name]).to_string()),
        _ => None,
    };
    let mut help = Vec::new();
    for relation in &seen {
        let alike = most_alike(name, relation.columns.iter().map(String::as_str));
        if !alike.is_empty() {
            help.push(format!("did you mean {}? ", alike.join(" or ")));
        }
        help.push(format!("{}.{} has {}", relation.namespace, relation.name, shortened(&relation.columns)));
        help.push("\n".to_owned());
    }
    // The column may be one of another table of the query.
    let elsewhere = words
        .iter()
        .flat_map(|word| catalog.named(&word.name))
        .find(|relation| !seen.contains(relation) && relation.columns.iter().any(|column| column == name));
    if let Some(relation) = elsewhere {
        help.push(format!("{}.{} has a column {name}", relation.namespace, relation.name));
    }
    let help = help.concat().trim().to_owned();
    (object, (!help.is_empty()).then_some(help))
}

/// The relations that a qualifier may stand for: by name, or as the word before the alias.
fn behind<'c>(qualifier: &'c str, words: &[Word], catalog: &'c Catalog) -> Vec<&'c Relation> {
    let mut found: Vec<&Relation> = Vec::new();
    let uses = words.iter().enumerate().filter(|(_, word)| word.name == *qualifier && !word.after_dot);
    for (index, _) in uses {
        let before = index.checked_sub(1).and_then(|index| words.get(index));
        let before = match before {
            Some(word) if word.name == "as" => index.checked_sub(2).and_then(|index| words.get(index)),
            before => before,
        };
        if let Some(before) = before {
            found.extend(catalog.relations.iter().filter(|relation| relation.name == before.name));
        }
    }
    if found.is_empty() {
        found.extend(catalog.named(qualifier));
    }
    found
}

fn relation(parts: &[&str], catalog: &Catalog) -> (Option<String>, Option<String>) {
    let Some((name, qualifier)) = parts.split_last() else { return (None, None) };
    let namespace = qualifier.last().copied();
    let object = Id::new(Kind::Table, [namespace.unwrap_or("public"), name]).to_string();
    let elsewhere = catalog.named(name).next();
    let help = match elsewhere {
        Some(relation) => Some(format!(
            "there is {}.{name}: name its namespace, or put {} into the search_path",
            relation.namespace, relation.namespace
        )),
        None => {
            let mut names: Vec<&str> =
                catalog.relations.iter().map(|relation| relation.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let alike = most_alike(name, names);
            (!alike.is_empty()).then(|| format!("did you mean {}?", alike.join(" or ")))
        }
    };
    (Some(object), help)
}

fn function(parts: &[&str], catalog: &Catalog) -> Option<String> {
    let name = parts.last()?;
    let bare = |function: &str| {
        let head = function.split('(').next().unwrap_or_default();
        head.rsplit('.').next().unwrap_or_default().to_owned()
    };
    let same: Vec<&str> =
        catalog.functions.iter().map(String::as_str).filter(|function| bare(function) == *name).collect();
    if !same.is_empty() {
        return Some(format!("there is {}: cast the arguments, or pass what it takes", same.join(" and ")));
    }
    let names: Vec<String> = catalog.functions.iter().map(|function| bare(function)).collect();
    let alike = most_alike(name, names.iter().map(String::as_str));
    (!alike.is_empty()).then(|| format!("did you mean {}?", alike.join(" or ")))
}

fn shortened(columns: &[String]) -> String {
    let shown: Vec<&str> = columns.iter().take(20).map(String::as_str).collect();
    let more = if columns.len() > shown.len() { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}
