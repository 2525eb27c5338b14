//! Column types, with the expressions that suit each.

use fastrand::Rng;

/// A built-in type by its place in [`BUILT_IN`], or one that the schema makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    BuiltIn(usize),
    /// The enum with this number.
    Enum(usize),
    /// The domain with this number.
    Domain(usize),
    /// The composite type with this number.
    Composite(usize),
}

/// What suits a built-in type.
pub(super) struct BuiltIn {
    pub(super) name: &'static str,
    /// Defaults, `None` among them meaning none.
    pub(super) defaults: &'static [&'static str],
    /// A condition on the column `{}`.
    pub(super) check: &'static str,
    /// Access methods and operands for an index on the column `{}`.
    pub(super) indexes: &'static [&'static str],
    /// Whether a primary key, foreign key or unique constraint may use it without surprises.
    pub(super) key: bool,
}

const fn built_in(
    name: &'static str,
    key: bool,
    check: &'static str,
    defaults: &'static [&'static str],
    indexes: &'static [&'static str],
) -> BuiltIn {
    BuiltIn { name, defaults, check, indexes, key }
}

const ORDERED: &[&str] =
    &["btree ({})", "btree ({} DESC NULLS LAST)", "btree ({} NULLS FIRST)", "hash ({})", "brin ({})"];
const TEXTUAL: &[&str] = &[
    "btree ({})",
    "btree (lower({}))",
    "btree ({} text_pattern_ops)",
    "btree ({} COLLATE \"C\")",
    "btree (length({}) DESC)",
];

/// The first three are the integers, which keys are made of.
pub(super) const BUILT_IN: [BuiltIn; 20] = [
    built_in("integer", true, "{} > 0", &["0", "42", "(-1)", "(10 * 10)"], ORDERED),
    built_in("bigint", true, "{} >= 1", &["0", "9000000000"], ORDERED),
    built_in("smallint", true, "{} <> 7", &["1", "'3'::smallint"], ORDERED),
    built_in("text", true, "{} <> ''", &["''", "'it''s'", "'a'::text || 'b'", "CURRENT_USER"], TEXTUAL),
    built_in(
        "character varying(40)",
        true,
        "length({}) > 2",
        &["'x'", "'two words'"],
        &["btree ({})", "btree (lower({}::text))"],
    ),
    built_in("character varying(80)", true, "length({}) > 1", &["'y'"], &["btree ({})"]),
    built_in("character(5)", false, "{} ~ '^[a-z]'", &["'abc'"], &["btree ({})"]),
    built_in("numeric(10,2)", false, "{} BETWEEN 0 AND 1000", &["0.00", "1.5"], ORDERED),
    built_in("numeric", false, "{} < 1000000", &["3.14159"], &["btree ({})"]),
    built_in("double precision", false, "{} > '-1e10'::double precision", &["0", "1e3"], &["btree ({})"]),
    built_in("boolean", false, "{} IS NOT NULL", &["true", "false"], &["btree ({})"]),
    built_in(
        "date",
        false,
        "{} > '2000-01-01'::date",
        &["CURRENT_DATE", "'2024-02-29'"],
        &["btree ({})", "brin ({})"],
    ),
    built_in(
        "timestamp with time zone",
        false,
        "{} > '2000-01-01 00:00:00+00'::timestamptz",
        &["now()", "CURRENT_TIMESTAMP", "now() + '1 day'::interval"],
        &["btree ({})", "btree ({} DESC)", "brin ({}) WITH (pages_per_range = 32)"],
    ),
    built_in(
        "timestamp(3) without time zone",
        false,
        "{} IS NOT NULL",
        &["LOCALTIMESTAMP(3)"],
        &["btree ({})"],
    ),
    built_in("uuid", true, "{} IS NOT NULL", &["gen_random_uuid()"], &["btree ({})", "hash ({})"]),
    built_in(
        "jsonb",
        false,
        "jsonb_typeof({}) = 'object'",
        &["'{}'", "'{\"a\": [1, 2]}'::jsonb"],
        &["gin ({})", "gin ({} jsonb_path_ops)", "btree (({} ->> 'key'))"],
    ),
    built_in(
        "integer[]",
        false,
        "cardinality({}) < 10",
        &["'{}'", "ARRAY[1, 2]"],
        &["gin ({})", "btree ({})"],
    ),
    built_in("text[]", false, "array_position({}, NULL) IS NULL", &["'{}'::text[]"], &["gin ({})"]),
    built_in("bytea", false, "octet_length({}) < 4096", &["'\\x00'"], &["btree ({})"]),
    built_in("interval", false, "{} > '0'::interval", &["'1 day'", "'01:30:00'::interval"], &["btree ({})"]),
];

/// Any built-in type.
pub(super) fn any(random: &mut Rng) -> Type {
    Type::BuiltIn(random.usize(..BUILT_IN.len()))
}

/// A type for a key's column.
pub(super) fn for_key(random: &mut Rng) -> Type {
    let keys: Vec<usize> =
        (0..BUILT_IN.len()).filter(|number| BUILT_IN.get(*number).is_some_and(|it| it.key)).collect();
    Type::BuiltIn(random.choice(keys).unwrap_or(0))
}

impl Type {
    pub(super) fn built_in(self) -> Option<&'static BuiltIn> {
        match self {
            Self::BuiltIn(number) => BUILT_IN.get(number),
            _ => None,
        }
    }

    /// One of the three integer types.
    pub(super) fn is_integer(self) -> bool {
        matches!(self, Self::BuiltIn(0..=2))
    }
}
