//! Type names as written, brought to one spelling.

use std::fmt;

use super::TextRange;
use super::name::{fold, name_in};
use crate::sql::parse::{Kind, Node};

/// A type as a statement names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeName {
    /// One spelling per type: `integer`, `bigint`, `varchar`, `char`, `timestamptz`, `double precision`, ...; user
    /// types as written, folded.
    pub name: String,
    /// The namespace, when written.
    pub namespace: Option<String>,
    /// `(10,2)`.
    pub modifiers: Vec<i64>,
    /// `[]`, `ARRAY`.
    pub array: bool,
    /// Where it stands.
    pub range: TextRange,
}

impl TypeName {
    /// `serial`, `bigserial`, `smallserial`.
    pub fn is_serial(&self) -> bool {
        !self.array && matches!(self.name.as_str(), "serial" | "bigserial" | "smallserial")
    }

    /// The type that is stored: `integer` for `serial`.
    #[must_use]
    pub fn stored(&self) -> &str {
        match self.name.as_str() {
            "serial" => "integer",
            "bigserial" => "bigint",
            "smallserial" => "smallint",
            name => name,
        }
    }

    /// Whether both are stored as the same type with the same modifiers: `numeric(10)` is `numeric(10,0)`, `timestamp(6)`
    /// is `timestamp`, `char` is `char(1)`.
    #[must_use]
    pub fn is_stored_as(&self, other: &Self) -> bool {
        let same = self.stored() == other.stored() && self.array == other.array;
        same && self.full_modifiers() == other.full_modifiers()
    }

    /// The modifiers with those that the server adds by itself (the manual's chapter 8).
    fn full_modifiers(&self) -> Vec<i64> {
        match (self.name.as_str(), self.modifiers.as_slice()) {
            ("numeric", [precision]) => vec![*precision, 0],
            ("char" | "bit", []) => vec![1],
            ("time" | "timetz" | "timestamp" | "timestamptz" | "interval", [6]) => vec![],
            (_, modifiers) => modifiers.to_vec(),
        }
    }

    /// The length of a `varchar(n)` or `char(n)`, in characters.
    pub fn length(&self) -> Option<i64> {
        match self.name.as_str() {
            "varchar" if !self.array => self.modifiers.first().copied(),
            "char" if !self.array => Some(self.modifiers.first().copied().unwrap_or(1)),
            _ => None,
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}.")?;
        }
        f.write_str(&self.name)?;
        if !self.modifiers.is_empty() {
            let numbers: Vec<String> = self.modifiers.iter().map(i64::to_string).collect();
            write!(f, "({})", numbers.join(","))?;
        }
        if self.array { f.write_str("[]") } else { Ok(()) }
    }
}

const KINDS: [Kind; 8] = [
    Kind::PATH_TYPE,
    Kind::CHAR_TYPE,
    Kind::TIME_TYPE,
    Kind::BIT_TYPE,
    Kind::DOUBLE_TYPE,
    Kind::INTERVAL_TYPE,
    Kind::ARRAY_TYPE,
    Kind::EXPR_TYPE,
];

/// The type that stands directly in a node.
pub(super) fn type_in(node: &Node) -> Option<TypeName> {
    node.children().find(|child| KINDS.contains(&child.kind())).and_then(|child| read(&child))
}

/// The type that a node is, when it is one.
pub(super) fn read_if_type(node: &Node) -> Option<TypeName> {
    if KINDS.contains(&node.kind()) { read(node) } else { None }
}

/// What `pg_type` calls the type, or the type of an array's elements.
pub(super) fn in_catalog(of: &TypeName) -> String {
    match of.name.as_str() {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "double precision" => "float8",
        "real" => "float4",
        "boolean" => "bool",
        "char" => "bpchar",
        name => name,
    }
    .to_owned()
}

/// The type that a node is.
pub(super) fn read(node: &Node) -> Option<TypeName> {
    if node.kind() == Kind::ARRAY_TYPE {
        let element = type_in(node)?;
        return Some(TypeName { array: true, range: node.range(), ..element });
    }
    let (namespace, name) = match node.kind() {
        Kind::CHAR_TYPE => {
            let words: Vec<String> = node.words().into_iter().map(|(_, text)| text.to_lowercase()).collect();
            let varying = words.iter().any(|word| word == "varchar" || word == "varying");
            (None, if varying { "varchar" } else { "char" }.to_owned())
        }
        Kind::TIME_TYPE => {
            let zone = node.child(Kind::WITH_TIMEZONE).is_some();
            let base = if node.has(Kind::TIMESTAMP_KW) { "timestamp" } else { "time" };
            (None, format!("{base}{}", if zone { "tz" } else { "" }))
        }
        Kind::BIT_TYPE => (None, if node.has(Kind::VARYING_KW) { "varbit" } else { "bit" }.to_owned()),
        Kind::DOUBLE_TYPE => (None, "double precision".to_owned()),
        Kind::INTERVAL_TYPE => (None, "interval".to_owned()),
        _ => {
            let path = node.child(Kind::PATH_REF).or_else(|| node.children().next());
            let name = path.and_then(|path| name_in(&path)).or_else(|| name_in(node));
            let name = name.or_else(|| {
                let word = node.leaves().next()?;
                Some(super::Name::plain(&fold(&word.1), node.range()))
            })?;
            (
                name.namespace().filter(|n| *n != "pg_catalog").map(str::to_owned),
                spelling(name.last()).to_owned(),
            )
        }
    };
    let modifiers = node.leaves().filter(|(kind, ..)| *kind == Kind::INT_NUMBER);
    let modifiers = modifiers.filter_map(|(_, text, _)| text.parse().ok()).collect();
    Some(TypeName { name, namespace, modifiers, array: false, range: node.range() })
}

fn spelling(name: &str) -> &str {
    match name {
        "int" | "int4" => "integer",
        "int8" => "bigint",
        "int2" => "smallint",
        "serial4" => "serial",
        "serial8" => "bigserial",
        "serial2" => "smallserial",
        "float8" | "float" => "double precision",
        "float4" => "real",
        "bool" => "boolean",
        "decimal" | "dec" => "numeric",
        "bpchar" | "character" => "char",
        name => name,
    }
}
