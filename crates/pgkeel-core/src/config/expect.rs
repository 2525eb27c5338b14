//! `[expect]`: a contract in the words of the application, checked by `validate` and at start-up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::object_name::{ObjectName, ObjectPattern};

/// What the database must hold, beside what the migrations make.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExpectConfig {
    /// Objects that must exist, as `kind name`: `"view reports.monthly"`, `"extension pg_trgm >= 1.6"`,
    /// `"index users_email_idx"`, `"function touch()"`. Without a namespace, `public` is meant.
    #[schemars(with = "Vec<ObjectName>")]
    pub required: Vec<String>,
    /// Objects whose absence is a warning only.
    #[schemars(with = "Vec<ObjectName>")]
    pub optional: Vec<String>,
    /// Tables by name, with their columns. Without a namespace, `public` is meant.
    pub tables: BTreeMap<String, TableExpectation>,
    /// A folder with the application's own queries, or a list of them, one or more queries in each `.sql` file; or
    /// "pg_stat_statements" for those that this extension has seen. `validate` prepares them, and `review` says which of
    /// them a pending migration breaks.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub queries: Vec<String>,
    /// Objects that others own, and that are never a finding.
    pub ignore: Vec<Ignore>,
}

/// One value, or a list of them.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

fn one_or_more<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMore::deserialize(from)? {
        OneOrMore::One(value) => vec![value],
        OneOrMore::More(values) => values,
    })
}

/// A table that the application uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TableExpectation {
    /// Whether it must exist; the absence of an optional table is a warning.
    pub required: bool,
    /// Its columns by name; others may exist.
    pub columns: BTreeMap<String, ColumnExpectation>,
}

impl Default for TableExpectation {
    fn default() -> Self {
        Self { required: true, columns: BTreeMap::new() }
    }
}

/// A column that the application uses. What is not said is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "ColumnForm")]
pub struct ColumnExpectation {
    /// Whether it must exist; the absence of an optional column is a warning.
    pub required: bool,
    /// Its type, in any spelling that PostgreSQL accepts: `varchar(20)` is `character varying(20)`.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// Whether it may be null.
    pub nullable: Option<bool>,
    /// Whether it has a default, is an identity, or is generated.
    pub has_default: Option<bool>,
}

/// How a column is written.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum ColumnForm {
    /// Its type alone.
    Type(String),
    Table(ColumnTable),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ColumnTable {
    /// Whether it must exist; the absence of an optional column is a warning.
    required: bool,
    /// Its type, in any spelling that PostgreSQL accepts.
    #[serde(rename = "type")]
    data_type: Option<String>,
    /// Whether it may be null.
    nullable: Option<bool>,
    /// Whether it has a default, is an identity, or is generated.
    has_default: Option<bool>,
}

impl Default for ColumnTable {
    fn default() -> Self {
        Self { required: true, data_type: None, nullable: None, has_default: None }
    }
}

impl From<ColumnForm> for ColumnExpectation {
    fn from(form: ColumnForm) -> Self {
        let table = match form {
            ColumnForm::Type(data_type) => {
                ColumnTable { data_type: Some(data_type), ..ColumnTable::default() }
            }
            ColumnForm::Table(table) => table,
        };
        let ColumnTable { required, data_type, nullable, has_default } = table;
        Self { required, data_type, nullable, has_default }
    }
}

/// Objects that are never a finding, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// `kind name` with `*` and `?`: `"table monitoring.*"`, `"events_p*"`, `"namespace audit"` for all that is in it. Without a
    /// namespace, `public` is meant.
    #[schemars(with = "ObjectPattern")]
    pub object: String,
    /// Who owns them, or why they differ.
    pub reason: String,
}
