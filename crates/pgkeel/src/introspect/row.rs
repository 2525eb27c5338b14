//! A catalog row as the definition of an object: column names are field names, and NULL is a field that is missing.

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Column, Row};

use super::names::{self, Names};

/// Why a row is no object; always a mistake in a query file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RowError(String);

impl de::Error for RowError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Reads the columns of a row after the first `skip` as a map.
pub struct RowDeserializer<'r> {
    /// The row.
    pub row: &'r Row,
    /// Columns that are no fields.
    pub skip: usize,
    /// The first column from which on there are no fields either.
    pub end: usize,
    /// What a value of type `oid` names, and one of type `int2` after it: a relation and a column of it.
    pub names: &'r Names,
    /// The field `definition`, where the row does not have it.
    pub definition: Option<String>,
}

impl<'de> Deserializer<'de> for RowDeserializer<'de> {
    type Error = RowError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        let Self { row, skip, end, names, definition } = self;
        visitor.visit_map(Columns { row, next: skip, end, names, definition })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Columns<'r> {
    row: &'r Row,
    next: usize,
    end: usize,
    names: &'r Names,
    definition: Option<String>,
}

impl<'r> Columns<'r> {
    fn cell(&self, index: usize) -> Cell<'r> {
        Cell { row: self.row, index, names: self.names }
    }

    /// Whether a better value than the row's is known.
    fn is_given(&self, index: usize) -> bool {
        self.definition.is_some()
            && self.row.columns().get(index).is_some_and(|column| column.name() == "definition")
    }
}

impl<'de> MapAccess<'de> for Columns<'de> {
    type Error = RowError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, RowError> {
        while self.next < self.end && (self.cell(self.next).raw()?.is_none() || self.is_given(self.next)) {
            self.next += 1;
        }
        let column = self.row.columns().get(self.next).filter(|_| self.next < self.end);
        let name = column.map(Column::name).or_else(|| self.definition.is_some().then_some("definition"));
        let name: Option<StrDeserializer<RowError>> = name.map(IntoDeserializer::into_deserializer);
        name.map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, RowError> {
        let index = self.next;
        if index < self.end {
            self.next += 1;
            return seed.deserialize(self.cell(index));
        }
        seed.deserialize(self.definition.take().unwrap_or_default().into_deserializer())
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
    names: &'r Names,
}

impl<'r> Cell<'r> {
    fn get<T: FromSql<'r>>(&self) -> Result<Option<T>, RowError> {
        self.row.try_get(self.index).map_err(de::Error::custom)
    }

    /// The column that a number stands for; the relation is in the cell before.
    fn column(&self) -> Result<Option<&'r names::Column>, RowError> {
        let relation = Cell { index: self.index.saturating_sub(1), ..*self };
        let (relation, number) = (relation.get::<u32>()?, self.get::<i16>()?);
        Ok(relation.zip(number).and_then(|(relation, number)| self.names.column(relation, number)))
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
            Type::INT2 => match self.column()? {
                Some(column) => visitor.visit_str(&column.name),
                None => Err(de::Error::custom(format!("\"{}\" is no column's number", column.name()))),
            },
            Type::INT4 => visit!(i32, visit_i32),
            Type::INT8 => visit!(i64, visit_i64),
            Type::OID => match self.get::<u32>()?.and_then(|oid| self.names.relation(oid)) {
                Some((namespace, name)) => {
                    visitor.visit_seq(de::value::SeqDeserializer::new([namespace, name].into_iter()))
                }
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
