//! A type as a conversion sees it: without its domains, its modifiers read.

use crate::object::{Body, Kind, options};
use crate::schema::{Id, Name, Schema};

/// A domain that a value has to fulfil: its name, and what it demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// The domain.
    pub domain: Name,
    /// NOT NULL and its constraints, in order.
    pub conditions: Vec<String>,
}

/// A type beneath its domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// One of PostgreSQL's own.
    Plain {
        /// As `format_type` writes it without modifiers, `interval` without its fields.
        name: String,
        /// What stands in brackets.
        modifiers: Vec<i64>,
        /// The finest field that an interval keeps, from 1 for years to 6 for seconds.
        finest: u8,
    },
    /// An array.
    Array(Box<Shape>),
    /// An enum, with its values.
    Enum(Vec<String>),
    /// A composite type, with the names and forms of its attributes.
    Composite(Vec<(String, Shape)>),
    /// A range of users, over a type.
    Range(Box<Shape>),
    /// Another type of users or of an extension.
    Own {
        /// With its namespace.
        name: String,
        /// What stands in brackets.
        modifiers: Vec<i64>,
        /// The bare name.
        last: String,
    },
}

impl Shape {
    /// Whether PostgreSQL takes it for a string (`pg_type.typcategory` S).
    pub fn is_string(&self) -> bool {
        match self {
            Self::Plain { name, .. } => {
                ["text", "character varying", "character", "name"].contains(&name.as_str())
            }
            Self::Own { last, .. } => last == "citext",
            _ => false,
        }
    }

    /// What it is to a type that reads it from its text, as attributes and bounds are: a text, unless the two are written
    /// alike.
    pub fn as_read(&self, to: &Self) -> Self {
        const GROUPS: [&[&str]; 4] = [
            &["smallint", "integer", "bigint"],
            &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
            &["date", "timestamp without time zone", "timestamp with time zone"],
            &["time without time zone", "time with time zone"],
        ];
        let alike = match (self, to) {
            (Self::Plain { name: from, .. }, Self::Plain { name: to, .. }) => {
                let whole = GROUPS.iter().take(1).flat_map(|group| group.iter()).any(|name| name == to);
                from == to
                    || GROUPS
                        .iter()
                        .take(if whole { 1 } else { GROUPS.len() })
                        .any(|group| group.contains(&from.as_str()) && group.contains(&to.as_str()))
            }
            (Self::Plain { .. }, _) => false,
            _ => true,
        };
        if alike || to.is_string() { self.clone() } else { plain("text", vec![]) }
    }

    /// What a range or a multirange is over.
    pub fn subtype(&self) -> Option<Self> {
        let over = match self {
            Self::Range(subtype) => return Some((**subtype).clone()),
            Self::Plain { name, .. } => match name.as_str() {
                "int4range" | "int4multirange" => "integer",
                "int8range" | "int8multirange" => "bigint",
                "numrange" | "nummultirange" => "numeric",
                "tsrange" | "tsmultirange" => "timestamp without time zone",
                "tstzrange" | "tstzmultirange" => "timestamp with time zone",
                "daterange" | "datemultirange" => "date",
                _ => return None,
            },
            _ => return None,
        };
        Some(plain(over, vec![]))
    }
}

/// A type, and what its domains demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What is stored.
    pub shape: Shape,
    /// The domains that have conditions, the outermost first.
    pub demands: Vec<Demand>,
}

impl Form {
    /// The form of a type that `format_type` wrote.
    pub fn of(data_type: &str, schema: &Schema) -> Self {
        Self::within(data_type, schema, 0)
    }

    fn within(data_type: &str, schema: &Schema, depth: usize) -> Self {
        if let Some(element) = data_type.strip_suffix("[]") {
            let element = Self::within(element, schema, depth);
            return Self { shape: Shape::Array(Box::new(element.shape)), demands: element.demands };
        }
        let (name, modifiers) = without_modifiers(data_type);
        let Some(own) = split(&name).filter(|_| depth < 64) else {
            return Self { shape: plain(&name, modifiers), demands: vec![] };
        };
        let named = |kind: Kind| schema.body(&Id::new(kind, [&own.0, &own.1]));
        if let Some(Body::Domain(domain)) = named(Kind::Domain) {
            let mut form = Self::within(&domain.base, schema, depth + 1);
            let not_null = domain.not_null.then(|| "NOT NULL".to_owned());
            let checks =
                schema.parts(Kind::DomainConstraint, &own).filter_map(|(_, object)| match &object.body {
                    Body::DomainConstraint(constraint) => Some(constraint.definition.clone()),
                    _ => None,
                });
            let conditions: Vec<String> = not_null.into_iter().chain(checks).collect();
            if !conditions.is_empty() {
                form.demands.insert(0, Demand { domain: own, conditions });
            }
            return form;
        }
        let shape = |data_type: &str| Self::within(data_type, schema, depth + 1).shape;
        let shape = if let Some(Body::Enum(enumeration)) = named(Kind::Enum) {
            Shape::Enum(enumeration.labels.clone())
        } else if let Some(Body::Composite(composite)) = named(Kind::Composite) {
            Shape::Composite(
                composite.fields.iter().map(|field| (field.name.clone(), shape(&field.data_type))).collect(),
            )
        } else if let Some(Body::Range(range)) = named(Kind::Range) {
            Shape::Range(Box::new(shape(options::value(&range.options, "SUBTYPE").unwrap_or_default())))
        } else {
            Shape::Own { name, modifiers, last: own.1 }
        };
        Self { shape, demands: vec![] }
    }
}

/// A type of PostgreSQL's own.
fn plain(name: &str, modifiers: Vec<i64>) -> Shape {
    if let Some(fields) = name.strip_prefix("interval") {
        const FIELDS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];
        let last = fields.trim().rsplit(' ').next().unwrap_or_default();
        let finest = FIELDS.iter().position(|field| *field == last).map_or(6, |place| place + 1);
        let finest = u8::try_from(finest).unwrap_or(6);
        return Shape::Plain { name: "interval".to_owned(), modifiers, finest };
    }
    let name = match name {
        "bpchar" => "character",
        "\"bit\"" => "bit",
        name => name,
    };
    Shape::Plain { name: name.to_owned(), modifiers, finest: 6 }
}

/// `timestamp(3) without time zone` is `timestamp without time zone` and 3. A quoted name keeps its brackets.
fn without_modifiers(data_type: &str) -> (String, Vec<i64>) {
    let after_quotes = data_type.rfind('"').map_or(0, |quote| quote + 1);
    let (quoted, rest) = data_type.split_at_checked(after_quotes).unwrap_or(("", data_type));
    let Some((start, tail)) = rest.split_once('(') else { return (data_type.to_owned(), vec![]) };
    let (inside, end) = tail.split_once(')').unwrap_or((tail, ""));
    let modifiers = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    (format!("{quoted}{start}{end}"), modifiers)
}

/// `namespace.name` as `format_type` quotes it; `None` for one of PostgreSQL's own types.
fn split(name: &str) -> Option<Name> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                parts.last_mut()?.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            other => parts.last_mut()?.push(other),
        }
    }
    match <[String; 2]>::try_from(parts) {
        Ok([namespace, name]) => Some(Name(namespace, name)),
        Err(_) => None,
    }
}
