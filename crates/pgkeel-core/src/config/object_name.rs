//! How `[expect]` names objects: their kind and their name.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::nearest::nearest;
use crate::object::Kind;

/// The `format` by which the schema knows the name of an object.
pub(super) const NAME: &str = "object";

/// The `format` of a pattern of such names, in which the kind may be `*` or left out.
pub(super) const PATTERN: &str = "object-pattern";

/// `table users`, `extension pg_trgm >= 1.6`.
pub(super) struct ObjectName;

/// `table monitoring.*`, `* public.events_p*`, `schema audit`.
pub(super) struct ObjectPattern;

/// What is wrong with the name of an object, and what to write instead.
pub(super) fn problem(text: &str, format: &str) -> Option<(String, String)> {
    let text = text.trim();
    let names = |text: &str| Kind::named(text).is_some_and(|(_, name)| !name.is_empty());
    let first = text.split_whitespace().next().unwrap_or_default();
    let any = format == PATTERN && (first == "*" || first == "schema" || first == text);
    if text.contains("${") || names(text) || (any && !text.is_empty()) {
        return None;
    }
    let words =
        || Kind::ALL.iter().map(|kind| kind.word()).chain(["type", "schema", "foreign table", "procedure"]);
    let message = if first == text {
        format!("\"{text}\" does not say what it is: write its kind and its name, like \"table {text}\"")
    } else {
        format!("\"{text}\" names no kind of object")
    };
    let near = if first == text { None } else { nearest(first, words()) };
    let help = match near {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("kinds are: {}", words().collect::<Vec<_>>().join(", ")),
    };
    Some((message, help))
}

impl JsonSchema for ObjectName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ObjectName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": NAME })
    }
}

impl JsonSchema for ObjectPattern {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ObjectPattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": PATTERN })
    }
}
