//! A catalog row as the definition of an object: column names are field names.

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

/// Reads the columns of a row after the first `skip` as a map.
pub struct RowDeserializer<'r> {
    /// The row.
    pub row: &'r Row,
    /// Columns that are no fields.
    pub skip: usize,
}

impl<'de> Deserializer<'de> for RowDeserializer<'_> {
    type Error = RowError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_map(Columns { row: self.row, next: self.skip })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Columns<'r> {
    row: &'r Row,
    next: usize,
}

impl<'de> MapAccess<'de> for Columns<'_> {
    type Error = RowError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, RowError> {
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
        seed.deserialize(Cell { row: self.row, index })
    }
}

struct Cell<'r> {
    row: &'r Row,
    index: usize,
}

impl<'r> Cell<'r> {
    fn get<T: FromSql<'r>>(&self) -> Result<Option<T>, RowError> {
        self.row.try_get(self.index).map_err(de::Error::custom)
    }

    fn json(&self) -> Result<Option<serde_json::Value>, RowError> {
        self.get()
    }
}

impl<'de> Deserializer<'de> for Cell<'_> {
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
            Type::OID => visit!(u32, visit_u32),
            Type::TEXT | Type::NAME | Type::VARCHAR => visit!(&str, visit_str),
            Type::TEXT_ARRAY => match self.get::<Vec<String>>()? {
                Some(list) => visitor.visit_seq(de::value::SeqDeserializer::new(list.into_iter())),
                None => visitor.visit_none(),
            },
            Type::JSON | Type::JSONB => match self.json()? {
                Some(value) => value.deserialize_any(visitor).map_err(de::Error::custom),
                None => visitor.visit_none(),
            },
            ref other => Err(de::Error::custom(format!("column \"{}\" has type {other}", column.name()))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        let null = match self.row.columns().get(self.index).map(|column| column.type_().clone()) {
            Some(Type::BOOL) => self.get::<bool>()?.is_none(),
            Some(Type::INT2) => self.get::<i16>()?.is_none(),
            Some(Type::INT4) => self.get::<i32>()?.is_none(),
            Some(Type::INT8) => self.get::<i64>()?.is_none(),
            Some(Type::TEXT_ARRAY) => self.get::<Vec<&str>>()?.is_none(),
            Some(Type::JSON | Type::JSONB) => self.json()?.is_none(),
            _ => self.get::<&str>()?.is_none(),
        };
        if null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
