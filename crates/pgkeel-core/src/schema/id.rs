//! The name of an object: its kind and the parts of its name.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::object::Kind;
use crate::sql::ident::{Ident, qualified};

/// A name in a namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name(pub String, pub String);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&qualified(&self.0, &self.1))
    }
}

/// Names one object of a schema. Orders by kind, in creation order, then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// What it is.
    pub kind: Kind,
    /// Its name, outermost part first: namespace, table, column. A routine's last part is its argument types. Shared, as one
    /// object's name stands wherever another one needs it.
    pub parts: Arc<[String]>,
}

impl Id {
    /// An id from the parts of its name.
    pub fn new<const N: usize>(kind: Kind, parts: [&str; N]) -> Self {
        Self { kind, parts: parts.iter().map(|part| (*part).to_owned()).collect() }
    }

    /// What orders before every object of a kind.
    pub fn first(kind: Kind) -> Self {
        Self { kind, parts: Arc::default() }
    }

    /// The namespace it is in, when it is in one.
    pub fn namespace(&self) -> Option<&str> {
        self.parts.first().filter(|_| self.kind.is_in_a_namespace()).map(String::as_str)
    }

    /// Whether this is the namespace of that name.
    pub fn is_namespace(&self, name: &str) -> bool {
        self.kind == Kind::Namespace && self.parts.first().is_some_and(|part| part == name)
    }
}

impl Id {
    /// As `Display` writes it. A large schema is written with many of them: nothing is formatted piece by piece.
    fn text(&self) -> String {
        let word = self.kind.word();
        let length = self.parts.iter().map(|part| part.len() + 2).sum::<usize>();
        let mut text = String::with_capacity(word.len() + length + 2);
        self.push_to(&mut text);
        text
    }

    /// Appends what `Display` writes.
    pub fn push_to(&self, text: &mut String) {
        text.push_str(self.kind.word());
        text.push(' ');
        let arguments = usize::from(self.kind.has_arguments());
        let names = self.parts.len().saturating_sub(arguments);
        for (index, part) in self.parts.iter().take(names).enumerate() {
            if index > 0 {
                text.push('.');
            }
            Ident(part).push_to(text);
        }
        if let Some(arguments) = self.parts.get(names) {
            text.push('(');
            text.push_str(arguments);
            text.push(')');
        }
    }
}

impl fmt::Display for Id {
    /// `table public.users`, `function public.add(integer, integer)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" does not name a database object; an example of one is \"table public.users\"")]
pub struct IdError(pub String);

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError(text.to_owned());
        let kind = Kind::ALL
            .iter()
            .copied()
            .filter(|kind| text.strip_prefix(kind.word()).is_some_and(|rest| rest.starts_with(' ')))
            .max_by_key(|kind| kind.word().len())
            .ok_or_else(wrong)?;
        let rest =
            text.strip_prefix(kind.word()).and_then(|rest| rest.strip_prefix(' ')).ok_or_else(wrong)?;
        let mut parts = vec![];
        let mut part = String::new();
        let mut characters = rest.chars().peekable();
        let mut quoted = false;
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    part.push('"');
                    characters.next();
                }
                '"' => quoted = !quoted,
                '.' if !quoted => parts.push(std::mem::take(&mut part)),
                '(' if !quoted && kind.has_arguments() => {
                    parts.push(std::mem::take(&mut part));
                    part = characters.by_ref().collect();
                    if part.pop() != Some(')') {
                        return Err(wrong());
                    }
                }
                other => part.push(other),
            }
        }
        if quoted {
            return Err(wrong());
        }
        parts.push(part);
        Ok(Self { kind, parts: parts.into() })
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
