//! What other rows name by number: relations, their columns, operator classes; and the words that names are quoted for.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Row;

/// A column of a table, as far as others need it.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether it is computed from others: then its expression is part of it.
    pub generated: bool,
    /// The type that operator classes are looked up for.
    pub taken_as: u32,
    /// Its collation.
    pub collation: u32,
}

/// An operator class.
#[derive(Debug)]
pub struct Class {
    /// Its name; it is in `pg_catalog`.
    pub name: String,
    /// The type that it takes.
    pub takes: u32,
    /// Whether it is the one for that type.
    pub default: bool,
}

/// What is named by number.
#[derive(Debug, Default)]
pub struct Names {
    relations: BTreeMap<u32, (String, String)>,
    columns: BTreeMap<(u32, i16), Column>,
    classes: BTreeMap<u32, Class>,
    keywords: BTreeSet<String>,
}

impl Names {
    /// Takes a row of oid, namespace and name.
    pub fn add_relation(&mut self, row: &Row) -> Result<(), tokio_postgres::Error> {
        self.relations.insert(row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?));
        Ok(())
    }

    /// Takes a key word.
    pub fn add_keyword(&mut self, row: &Row) -> Result<(), tokio_postgres::Error> {
        self.keywords.insert(row.try_get(0)?);
        Ok(())
    }

    /// Takes a row of oid, name, type and whether it is the default.
    pub fn add_class(&mut self, row: &Row) -> Result<(), tokio_postgres::Error> {
        let class = Class { name: row.try_get(1)?, takes: row.try_get(2)?, default: row.try_get(3)? };
        self.classes.insert(row.try_get(0)?, class);
        Ok(())
    }

    /// Takes a column of a table.
    pub fn add_column(&mut self, table: u32, number: i16, column: Column) {
        self.columns.insert((table, number), column);
    }

    /// The namespace and the name of a relation.
    pub fn relation(&self, oid: u32) -> Option<(&str, &str)> {
        self.relations.get(&oid).map(|(namespace, name)| (namespace.as_str(), name.as_str()))
    }

    /// A column of a table by its number.
    pub fn column(&self, table: u32, number: i16) -> Option<&Column> {
        self.columns.get(&(table, number))
    }

    /// All columns of a table, with their numbers.
    pub fn columns(&self, table: u32) -> impl Iterator<Item = (i16, &Column)> {
        self.columns.range((table, 0)..=(table, i16::MAX)).map(|((_, number), column)| (*number, column))
    }

    /// An operator class.
    pub fn class(&self, oid: u32) -> Option<&Class> {
        self.classes.get(&oid)
    }

    /// Appends a name as this very server quotes it: `quote_identifier` in ruleutils.c.
    pub fn quote(&self, name: &str, to: &mut String) {
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
        let is_plain =
            name.bytes().next().is_some_and(plain) && name.bytes().all(|b| plain(b) || b.is_ascii_digit());
        if is_plain && !self.keywords.contains(name) {
            to.push_str(name);
        } else {
            to.push('"');
            to.push_str(&name.replace('"', "\"\""));
            to.push('"');
        }
    }

    /// Appends `namespace.name` of a relation; `None` when it is not known.
    pub fn quote_relation(&self, oid: u32, to: &mut String) -> Option<()> {
        let (namespace, name) = self.relation(oid)?;
        self.quote(namespace, to);
        to.push('.');
        self.quote(name, to);
        Some(())
    }
}
