//! What PostgreSQL calls an expression when it has to call it something: the key of an index without a name
//! (`FigureColnameInternal` in `src/backend/parser/parse_target.c`).

use super::name::name_in;
use super::types;
use crate::sql::parse::{Kind, Node};

/// The name; `None` for what has none, as `a || b`.
pub(super) fn of(node: &Node) -> Option<String> {
    named(node).map(|(name, _)| name)
}

/// The name, and whether a cast of it keeps it.
fn named(node: &Node) -> Option<(String, bool)> {
    match node.kind() {
        Kind::NAME_REF => Some((name_in(node)?.last().to_owned(), true)),
        Kind::PAREN_EXPR | Kind::COLLATE | Kind::INDEX_EXPR => named(&node.children().next()?),
        Kind::FIELD_EXPR => named(&node.children().last()?),
        Kind::CALL_EXPR => {
            let called = node.children().next()?;
            let name = match called.kind() {
                Kind::NAME_REF | Kind::FIELD_EXPR => name_in(&called)?.last().to_owned(),
                _ => special(&called)?,
            };
            Some((name, true))
        }
        Kind::CAST_EXPR => {
            let cast = node
                .children()
                .find(|child| child.kind() != Kind::COLON_COLON && types::read_if_type(child).is_none());
            let own = cast.and_then(|cast| named(&cast)).filter(|(_, keeps)| *keeps);
            own.or_else(|| Some((types::in_catalog(&types::type_in(node)?), false)))
        }
        Kind::CASE_EXPR => {
            let otherwise = node.child(Kind::ELSE_CLAUSE).and_then(|other| other.children().next());
            let own = otherwise.and_then(|other| named(&other)).filter(|(_, keeps)| *keeps);
            own.or_else(|| Some(("case".to_owned(), false)))
        }
        Kind::ARRAY_EXPR => Some(("array".to_owned(), true)),
        Kind::TUPLE_EXPR => Some(("row".to_owned(), true)),
        _ if node.child(Kind::AT_TIME_ZONE).is_some() => Some(("timezone".to_owned(), true)),
        _ if node.child(Kind::IS_NORMALIZED).is_some() => Some(("is_normalized".to_owned(), true)),
        _ => None,
    }
}

/// The function behind a call that the standard spells in its own way.
fn special(call: &Node) -> Option<String> {
    let words = call.words();
    let mut words = words.iter().map(|(_, word)| word.to_lowercase());
    let first = words.next()?;
    Some(match (first.as_str(), words.find(|word| word != "(").as_deref()) {
        ("trim", Some("leading")) => "ltrim".to_owned(),
        ("trim", Some("trailing")) => "rtrim".to_owned(),
        ("trim", _) => "btrim".to_owned(),
        ("collation", _) => "pg_collation_for".to_owned(),
        _ => first,
    })
}
