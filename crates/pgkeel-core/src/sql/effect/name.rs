//! Names as a statement writes them: folded and unquoted as PostgreSQL does, with their place.

use std::fmt;

use crate::sql::ident::Ident;
use crate::sql::parse::{Kind, Node, TextRange};

/// A possibly qualified name, as the catalog would store its parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// From the outermost to the innermost: `["public", "users"]`. Never empty.
    pub parts: Vec<String>,
    /// Where it stands, in bytes of the statement.
    pub range: TextRange,
}

impl Name {
    /// The innermost part: the object's own name.
    pub fn last(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// The part before the last: the namespace (or the table of a column).
    pub fn namespace(&self) -> Option<&str> {
        self.parts.len().checked_sub(2).and_then(|at| self.parts.get(at)).map(String::as_str)
    }

    /// Everything but the innermost part, as a name: the table of `a.b.column`.
    pub fn outer(&self) -> Option<Self> {
        let (_, outer) = self.parts.split_last()?;
        if outer.is_empty() { None } else { Some(Self { parts: outer.to_vec(), range: self.range }) }
    }

    /// A name of one part.
    pub fn plain(name: &str, range: TextRange) -> Self {
        Self { parts: vec![name.to_owned()], range }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{}", Ident(part))?;
        }
        Ok(())
    }
}

/// An identifier as the catalog stores it: unquoted, or folded to lower case.
pub fn fold(token: &str) -> String {
    match token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => token.to_lowercase(),
    }
}

/// The name that a node is or directly holds: a path, a reference, an expression of fields.
pub(super) fn name_in(node: &Node) -> Option<Name> {
    let mut parts = Vec::with_capacity(1);
    for token in node.tokens() {
        let (kind, text) = (token.kind(), token.text());
        match kind {
            Kind::DOT => {}
            Kind::ONLY_KW | Kind::STAR | Kind::L_PAREN | Kind::R_PAREN
                if !parts.is_empty() || kind != Kind::STAR => {}
            _ if text.starts_with(|c: char| c == '"' || c == '_' || c.is_alphabetic()) => {
                parts.push(fold(text));
            }
            _ => return None,
        }
    }
    if parts.is_empty() { None } else { Some(Name { parts, range: node.range() }) }
}

/// The name in the first child of one of these kinds.
pub(super) fn name_of(node: &Node, kinds: &[Kind]) -> Option<Name> {
    node.children().find(|child| kinds.contains(&child.kind())).and_then(|child| name_in(&child))
}

/// The names in all children of this kind.
pub(super) fn names_of(node: &Node, kind: Kind) -> Vec<Name> {
    node.children_of(kind).filter_map(|child| name_in(&child)).collect()
}

/// The value of a string literal's token: quotes, doubled quotes, `E''`, `$tag$` removed.
pub fn string_value(token: &str) -> String {
    if let Some(body) = dollar_body(token) {
        return body.1.to_owned();
    }
    let (escaped, rest) = match token.strip_prefix(['e', 'E']) {
        Some(rest) => (true, rest),
        None => (false, token.strip_prefix(['n', 'N']).unwrap_or(token)),
    };
    let Some(inner) = rest.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) else {
        return token.to_owned();
    };
    let plain = inner.replace("''", "'");
    if !escaped {
        return plain;
    }
    let mut value = String::with_capacity(plain.len());
    let mut chars = plain.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some(other) => value.push(other),
                None => {}
            },
            (c, false) => value.push(c),
        }
    }
    value
}

/// For a `$tag$body$tag$` token: the byte at which the body starts in the token, and the body.
pub fn dollar_body(token: &str) -> Option<(usize, &str)> {
    let rest = token.strip_prefix('$')?;
    let tag_end = rest.find('$')?;
    let open = tag_end + 2;
    let body = token.get(open..token.len().checked_sub(open)?)?;
    Some((open, body))
}
