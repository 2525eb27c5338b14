//! Sequences (`pg_sequence`), also those behind identity columns.

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, Literal, qualified};

/// The column whose identity a sequence makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: String,
    /// `ALWAYS` or `BY DEFAULT`.
    pub generated: String,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `smallint`, `integer` or `bigint`.
    #[serde(rename = "type")]
    pub data_type: String,
    /// START WITH.
    pub start: i64,
    /// INCREMENT BY.
    pub increment: i64,
    /// MINVALUE.
    pub minimum: i64,
    /// MAXVALUE.
    pub maximum: i64,
    /// CACHE.
    pub cache: i64,
    /// CYCLE.
    pub cycle: bool,
    /// UNLOGGED (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlogged: bool,
    /// The identity column it is the inner part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

impl Sequence {
    /// `START WITH 1 INCREMENT BY 1 ...`: every option, with nothing left to defaults that depend on the type.
    fn options(&self) -> String {
        let cycle = if self.cycle { " CYCLE" } else { "" };
        let mut options = String::new();
        let (lowest, highest) = match self.data_type.as_str() {
            "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
            "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let (low, high) = if self.increment > 0 { (1, highest) } else { (lowest, -1) };
        options.push_str(&format!("START WITH {} INCREMENT BY {}", self.start, self.increment));
        if self.minimum == low { options.push_str(" NO MINVALUE") } else { options.push_str(&format!(" MINVALUE {}", self.minimum)) }
        if self.maximum == high { options.push_str(" NO MAXVALUE") } else { options.push_str(&format!(" MAXVALUE {}", self.maximum)) }
        options.push_str(&format!(" CACHE {}{cycle}", self.cache));
        options
    }

    /// Brings the current value up to a raised lower bound, when it is below.
    fn raise(&self, old: &Self) -> Option<Step> {
        let (name, minimum) = (qualified(&self.namespace, &self.name), self.minimum);
        (self.minimum > old.minimum).then(|| {
            Step::new(format!(
                "SELECT pg_catalog.setval({}, {minimum}, false) FROM {name} WHERE last_value < {minimum}",
                Literal(&name)
            ))
        })
    }

    /// A new sequence goes on where the values of a column that is there already end, and where the one that it takes the
    /// place of had come to: what was given out once is not given out again, also when its row is gone. A new column has none.
    pub fn goes_on(&self, table: &Name, column: &str, site: &Site) -> Option<Step> {
        let id = Id::new(Kind::Column, [&table.0, &table.1, column]);
        let whole = match site.new.body(&id) {
            Some(Body::Column(column)) => ["smallint", "integer", "bigint"].contains(&column.data_type.as_str()),
            _ => false,
        };
        if !whole || !site.old.has(&id) || site.created.contains(&id) || !site.created.contains(&self.id()) {
            return None;
        }
        let (last, furthest, low, high) = if self.increment > 0 {
            ("max", "GREATEST", self.start, self.maximum)
        } else {
            ("min", "LEAST", self.minimum, self.start)
        };
        let name = qualified(&self.namespace, &self.name);
        let quoted = Ident(column);
        let mut value = format!("{last}({quoted})");
        if had_sequence(table, column, site.old) {
            let counted = Literal(&setting(table, column)).to_string();
            value = format!("{furthest}({value}, NULLIF(pg_catalog.current_setting({counted}, true), '')::bigint)");
        }
        Some(Step::new(format!(
            "SELECT pg_catalog.setval({}, {value}) FROM {table} HAVING {value} BETWEEN {low} AND {high}",
            Literal(&name)
        )))
    }

    /// Keeps how far a sequence has come that goes while its column stays, for the one that takes its place.
    fn hand_over(&self, site: &Site) -> Option<Step> {
        let owner = Id::new(Kind::SequenceOwner, [&self.namespace, &self.name]);
        let (table, column) = match (&self.identity, site.old.body(&owner)) {
            (Some(identity), _) => (&identity.table, identity.column.as_str()),
            (None, Some(Body::SequenceOwner(owner))) => (&owner.table, owner.column.as_str()),
            _ => return None,
        };
        let id = Id::new(Kind::Column, [&table.0, &table.1, column]);
        if site.created.contains(&id) || !site.new.has(&id) || !had_sequence(table, column, site.new) {
            return None;
        }
        let name = qualified(&self.namespace, &self.name);
        Some(Step::new(format!(
            "SELECT pg_catalog.set_config({}, last_value::text, false) FROM {name} WHERE is_called",
            Literal(&setting(table, column))
        )))
    }

    /// `GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME ...)` for the column whose identity this is.
    pub fn identity_clause(&self, identity: &Identity, schema: &Schema) -> String {
        let name = qualified(&self.namespace, &self.name);
        let options = if self.has_the_type_of(identity, schema) { format!(" {}", self.options()) } else { String::new() };
        format!("GENERATED {} AS IDENTITY (SEQUENCE NAME {name}{options})", identity.generated)
    }

    /// Whether it counts in its column's type, as the sequence of a new identity does. One that LIKE made counts in bigint.
    fn has_the_type_of(&self, identity: &Identity, schema: &Schema) -> bool {
        let id = Id::new(Kind::Column, [&identity.table.0, &identity.table.1, &identity.column]);
        !matches!(schema.body(&id), Some(Body::Column(column))
            if column.data_type != self.data_type
                && ["smallint", "integer", "bigint"].contains(&column.data_type.as_str()))
    }
}

/// Whether a sequence counts for a column, as its identity or as one that belongs to it.
fn had_sequence(table: &Name, column: &str, schema: &Schema) -> bool {
    let id = Id::new(Kind::Column, [&table.0, &table.1, column]);
    if matches!(schema.body(&id), Some(Body::Column(column)) if column.identity.is_some()) {
        return true;
    }
    let owners = schema.objects.values().filter_map(|object| match &object.body {
        Body::SequenceOwner(owner) => Some(owner),
        _ => None,
    });
    owners.into_iter().any(|owner| owner.table == *table && owner.column == column)
}

/// The setting of the session in which it is kept how far a column's sequence had come.
fn setting(table: &Name, column: &str) -> String {
    let whole = format!("{table}.{}", Ident(column));
    let hash = whole.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("pgkeel.counted_{hash:016x}")
}

impl Define for Sequence {
    fn id(&self) -> Id {
        Id::new(Kind::Sequence, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        let target = Target::new("SEQUENCE", qualified(&self.namespace, &self.name)).granted_as("SEQUENCE");
        if self.identity.is_some() { target } else { target.owned() }
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let name = qualified(&self.namespace, &self.name);
        if let Some(identity) = &self.identity {
            let mut steps = vec![];
            if !site.inline.contains(&self.id()) {
                let (table, column) = (&identity.table, Ident(&identity.column));
                let clause = self.identity_clause(identity, site.new);
                steps.push(Step::new(format!("ALTER TABLE {table} ALTER COLUMN {column} ADD {clause}")));
            }
            if !self.has_the_type_of(identity, site.new) {
                let (data_type, options) = (&self.data_type, self.options());
                steps.push(Step::new(format!("ALTER SEQUENCE {name} AS {data_type} {options} RESTART")));
            }
            // It is as its table is, unless someone changed that.
            let table = site.new.body(&Id::new(Kind::Table, [&identity.table.0, &identity.table.1]));
            if matches!(table, Some(Body::Table(table)) if table.unlogged != self.unlogged) && site.new.version >= 150_000 {
                let how = if self.unlogged { "UNLOGGED" } else { "LOGGED" };
                steps.push(Step::new(format!("ALTER SEQUENCE {name} SET {how}")));
            }
            steps.extend(self.goes_on(&identity.table, &identity.column, site));
            return steps;
        }
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let data_type = if self.data_type == "bigint" { String::new() } else { format!(" AS {}", self.data_type) };
        vec![Step::new(format!("CREATE {unlogged}SEQUENCE {name}{data_type} {}", self.options()))]
    }

    fn remove(&self, site: &Site) -> Vec<Step> {
        let step = match &self.identity {
            Some(identity) => Step::new(format!(
                "ALTER TABLE {} ALTER COLUMN {} DROP IDENTITY",
                identity.table,
                Ident(&identity.column)
            )),
            None => {
                let name = qualified(&self.namespace, &self.name);
                let step = Step::new(format!("DROP SEQUENCE {name}"));
                let owner = Id::new(Kind::SequenceOwner, [&self.namespace, &self.name]);
                if site.old.has(&owner) { step } else { step.loses(format!("how far sequence {name} has counted")) }
            }
        };
        self.hand_over(site).into_iter().chain([step]).collect()
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let owner = |sequence: &Self| sequence.identity.clone().map(|identity| (identity.table, identity.column));
        if owner(old) != owner(self) {
            return Alteration::Replace;
        }
        let name = qualified(&self.namespace, &self.name);
        let mut steps = vec![];
        if let (Some(before), Some(after)) = (&old.identity, &self.identity)
            && before.generated != after.generated
        {
            let (table, column) = (&after.table, Ident(&after.column));
            steps.push(Step::new(format!("ALTER TABLE {table} ALTER COLUMN {column} SET GENERATED {}", after.generated)));
        }
        if old.unlogged != self.unlogged {
            let how = if self.unlogged { "UNLOGGED" } else { "LOGGED" };
            steps.push(Step::new(format!("ALTER SEQUENCE {name} SET {how}")));
        }
        let comparable = |sequence: &Self| Self { identity: None, unlogged: false, ..sequence.clone() };
        if comparable(old) != comparable(self) {
            let data_type =
                if old.data_type == self.data_type { String::new() } else { format!(" AS {}", self.data_type) };
            let no_cycle = if old.cycle && !self.cycle { " NO CYCLE" } else { "" };
            // The current value has to be within the new bounds.
            let restart = if self.minimum > old.maximum || self.maximum < old.minimum {
                format!(" RESTART WITH {}", self.start)
            } else {
                steps.extend(self.raise(old));
                String::new()
            };
            steps.push(Step::new(format!("ALTER SEQUENCE {name}{data_type} {}{no_cycle}{restart}", self.options())));
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, schema: &Schema) -> Vec<Id> {
        let mut parents = match &self.identity {
            Some(identity) => {
                vec![Id::new(Kind::Column, [&identity.table.0, &identity.table.1, &identity.column])]
            }
            None => vec![Id::new(Kind::Namespace, [&self.namespace])],
        };
        let owner = Id::new(Kind::SequenceOwner, [&self.namespace, &self.name]);
        if let Some(Body::SequenceOwner(owner)) = schema.body(&owner) {
            parents.push(Id::new(Kind::Column, [&owner.table.0, &owner.table.1, &owner.column]));
        }
        parents
    }

    fn folds_into(&self, _site: &Site) -> Option<Id> {
        self.identity.as_ref().map(|identity| Id::new(Kind::Column, [&identity.table.0, &identity.table.1, &identity.column]))
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("relation {}", qualified(&self.namespace, &self.name))]
    }
}
