//! A catalog row as the definition of an object: column names are field names, and NULL is a field that is missing.

use std::collections::BTreeMap;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

/// Why a row is no object; always a mistake in a query file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RowError(String);

impl de::Error for RowError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Names of tables, views and sequences by oid: every row about a table would carry its name otherwise.
#[derive(Debug)]
pub struct Relations(BTreeMap<u32, (String, String)>);

impl Relations {
    /// From rows of oid, namespace and name.
    pub fn of(rows: &[Row]) -> Result<Self, tokio_postgres::Error> {
        let named = |row: &Row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?)));
        rows.iter().map(named).collect::<Result<_, _>>().map(Self)
    }
}

/// Reads the columns of a row after the first `skip` as a map.
pub struct RowDeserializer<'r> {
    /// The row.
    pub row: &'r Row,
    /// Columns that are no fields.
    pub skip: usize,
    /// What a value of type `oid` names.
    pub relations: &'r Relations,
}

impl<'de> Deserializer<'de> for RowDeserializer<'de> {
    type Error = RowError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_map(Columns { row: self.row, next: self.skip, relations: self.relations })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Columns<'r> {
    row: &'r Row,
    next: usize,
    relations: &'r Relations,
}

impl<'r> Columns<'r> {
    fn cell(&self, index: usize) -> Cell<'r> {
        Cell { row: self.row, index, relations: self.relations }
    }
}

impl<'de> MapAccess<'de> for Columns<'de> {
    type Error = RowError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, RowError> {
        while self.next < self.row.len() && self.cell(self.next).raw()?.is_none() {
            self.next += 1;
        }
        match self.row.columns().get(self.next) {
            Some(column) => {
                let name: StrDeserializer<RowError> = column.name().into_deserializer();
                seed.deserialize(name).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, RowError> {
        let index = self.next;
        self.next += 1;
        seed.deserialize(self.cell(index))
    }
}

/// A value of any type, not interpreted.
struct Raw<'r>(&'r [u8]);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

struct Cell<'r> {
    row: &'r Row,
    index: usize,
    relations: &'r Relations,
}

impl<'r> Cell<'r> {
    fn get<T: FromSql<'r>>(&self) -> Result<Option<T>, RowError> {
        self.row.try_get(self.index).map_err(de::Error::custom)
    }

    /// The value as the server sent it.
    fn raw(&self) -> Result<Option<&'r [u8]>, RowError> {
        Ok(self.get::<Raw>()?.map(|Raw(bytes)| bytes))
    }
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = RowError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        let Some(column) = self.row.columns().get(self.index) else { return visitor.visit_none() };
        macro_rules! visit {
            ($type:ty, $visit:ident) => {
                match self.get::<$type>()? {
                    Some(value) => visitor.$visit(value),
                    None => visitor.visit_none(),
                }
            };
        }
        match *column.type_() {
            Type::BOOL => visit!(bool, visit_bool),
            Type::INT2 => visit!(i16, visit_i16),
            Type::INT4 => visit!(i32, visit_i32),
            Type::INT8 => visit!(i64, visit_i64),
            Type::OID => match self.get::<u32>()?.and_then(|oid| self.relations.0.get(&oid)) {
                Some((namespace, name)) => visitor.visit_seq(de::value::SeqDeserializer::new(
                    [namespace.as_str(), name.as_str()].into_iter(),
                )),
                None => Err(de::Error::custom(format!("column \"{}\" names no relation", column.name()))),
            },
            Type::TEXT | Type::NAME | Type::VARCHAR => visit!(&'de str, visit_borrowed_str),
            Type::TEXT_ARRAY => match self.get::<Vec<String>>()? {
                Some(list) => visitor.visit_seq(de::value::SeqDeserializer::new(list.into_iter())),
                None => visitor.visit_none(),
            },
            Type::JSON => match self.raw()? {
                Some(text) => serde_json::Deserializer::from_slice(text)
                    .deserialize_any(visitor)
                    .map_err(de::Error::custom),
                None => visitor.visit_none(),
            },
            ref other => Err(de::Error::custom(format!("column \"{}\" has type {other}", column.name()))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        let null = self.raw()?.is_none();
        if null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
