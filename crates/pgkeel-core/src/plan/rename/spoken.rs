//! How people say what has another name: `--rename OLD=NEW`. Kind and namespace may be left out where one object alone fits.

use std::fmt;
use std::str::FromStr;

use super::{Renaming, labels};
use crate::object::{Body, Kind};
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident, qualified};

/// A text that is no renaming.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no renaming: write the object and its new name, as in \"users=people\", \"users.mail=email\", \
     \"public.users=archive.users\", \"function public.f(integer)=g\" or \"enum public.color.red=crimson\""
)]
pub struct RenamingError(String);

/// Words of PostgreSQL's for what has several kinds here, or another name: the object is looked for by its name alone.
const OTHER_WORDS: [&str; 4] = ["type ", "value ", "procedure ", "routine "];

impl FromStr for Renaming {
    type Err = RenamingError;

    fn from_str(text: &str) -> Result<Self, RenamingError> {
        let wrong = || RenamingError(text.to_owned());
        let (old, new) = text.rsplit_once('=').ok_or_else(wrong)?;
        let (old, new) = (old.trim(), new.trim());
        let bare = OTHER_WORDS.iter().find_map(|word| old.strip_prefix(word)).unwrap_or(old);
        let (word, rest) = old.split_once(' ').unwrap_or_default();
        let old = match word {
            "schema" => format!("namespace {rest}").parse(),
            _ => old.parse::<Id>(),
        };
        // With arguments it is a function, else anything.
        let kind = if bare.ends_with(')') { "function" } else { "table" };
        let old = old.or_else(|_| format!("{kind} {bare}").parse()).map_err(|_| wrong())?;
        // The new name may repeat what does not change, as in `public.users=public.people`.
        let named = format!("table {new}").parse::<Id>().map_err(|_| wrong())?.parts;
        let (new, around) = named.split_last().filter(|(name, _)| !name.is_empty()).ok_or_else(wrong)?;
        let place = old.parts.len().saturating_sub(1 + usize::from(old.kind.has_arguments()));
        let is_around = old.parts.get(..place).unwrap_or_default();
        let into = match (around, is_around) {
            ([into], [] | [_]) if is_around.first() != Some(into) => Some(into.clone()),
            _ if around.ends_with(is_around) || is_around.ends_with(around) => None,
            _ => return Err(wrong()),
        };
        Ok(Self { old, new: new.clone(), into })
    }
}

impl fmt::Display for Renaming {
    /// As `--rename` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.into {
            Some(into) => write!(f, "{}={}", self.old, qualified(into, &self.new)),
            None => write!(f, "{}={}", self.old, Ident(&self.new)),
        }
    }
}

impl Renaming {
    /// The object that is meant when its kind or what it is in was left out, `users.mail=email`, and one alone can be.
    ///
    /// # Errors
    /// Why none is meant, with the texts that would say it.
    pub(super) fn meant(&self, schema: &Schema, new: &Schema) -> Result<Self, String> {
        if schema.has(&self.old) || schema.has(&self.type_of_value()) {
            return Ok(self.clone());
        }
        let named: Vec<Self> = (schema.objects.iter())
            .flat_map(|(id, object)| {
                self.fits(id).then(|| id.clone()).into_iter().chain(self.value(id, &object.body))
            })
            .map(|id| self.of(id))
            .collect();
        let possible: Vec<&Self> = (named.iter())
            .filter(|renaming| {
                let is_value = labels::of(&renaming.old).is_some();
                is_value || renaming.is_possible(schema, new) && renaming.step(schema).is_some()
            })
            .collect();
        let mut of_the_kind = possible.iter().filter(|renaming| renaming.old.kind == self.old.kind);
        match (possible.as_slice(), of_the_kind.next(), of_the_kind.next()) {
            ([only], _, _) => Ok((*only).clone()),
            (_, Some(only), None) => Ok((*only).clone()),
            ([], _, _) => Ok(named.into_iter().next().unwrap_or_else(|| self.clone())),
            (several, _, _) => {
                let forms: Vec<String> =
                    several.iter().map(|renaming| format!("--rename \"{renaming}\"")).collect();
                Err(format!("several objects may be meant by {}: say {}", self.said(), forms.join(" or ")))
            }
        }
    }

    /// What was written before the `=`.
    fn said(&self) -> String {
        self.old.to_string().trim_start_matches("table ").to_owned()
    }

    /// The same for an object that was found by its name.
    fn of(&self, id: Id) -> Self {
        let into = self.into.clone().filter(|into| id.namespace() != Some(into));
        Self { old: id, new: self.new.clone(), into }
    }

    /// Whether an object may be the one by its name, with as much of what it is in as was said.
    fn fits(&self, id: &Id) -> bool {
        let arguments = usize::from(id.kind.has_arguments() && !self.old.kind.has_arguments());
        let name = id.parts.get(..id.parts.len().saturating_sub(arguments)).unwrap_or_default();
        let any_kind =
            self.old.kind == Kind::Table || self.old.kind.has_arguments() && id.kind.has_arguments();
        (id.kind == self.old.kind || any_kind) && name.ends_with(&self.old.parts)
    }

    /// The value of an enumerated type that may be meant: it is named with its type.
    fn value(&self, id: &Id, body: &Body) -> Option<Id> {
        let (label, of_type) = self.old.parts.split_last()?;
        let is_named = matches!(self.old.kind, Kind::Table | Kind::Enum)
            && !of_type.is_empty()
            && id.parts.ends_with(of_type);
        match body {
            Body::Enum(kind)
                if is_named && kind.labels.contains(label) && !kind.labels.contains(&self.new) =>
            {
                Some(Id { kind: Kind::Enum, parts: id.parts.iter().chain([label]).cloned().collect() })
            }
            _ => None,
        }
    }

    /// The type, when a value of one is named in full.
    fn type_of_value(&self) -> Id {
        let parts = if labels::of(&self.old).is_some() { 2 } else { self.old.parts.len() };
        Id { kind: self.old.kind, parts: self.old.parts.iter().take(parts).cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::Renaming;

    #[test]
    fn what_was_meant_is_read_from_what_was_said() {
        for (said, old, new, into) in [
            ("users=people", "table users", "people", None),
            ("users=public.people", "table users", "people", Some("public")),
            ("people=o.people", "table people", "people", Some("o")),
            ("public.users=public.people", "table public.users", "people", None),
            ("public.users=o.people", "table public.users", "people", Some("o")),
            ("users.mail=email", "table users.mail", "email", None),
            ("column public.users.mail=public.users.email", "column public.users.mail", "email", None),
            ("type s.c=d", "table s.c", "d", None),
            ("f(integer)=g", "function f(integer)", "g", None),
            ("procedure s.f()=g", "function s.f()", "g", None),
            ("schema a=b", "namespace a", "b", None),
        ] {
            let read: Renaming = said.parse().unwrap_or_else(|error| panic!("{said}: {error}"));
            assert_eq!(
                (read.old.to_string().as_str(), read.new.as_str(), read.into.as_deref()),
                (old, new, into),
                "{said}"
            );
        }
        for said in ["users", "users=", "users.mail=other.thing.email"] {
            assert!(said.parse::<Renaming>().is_err(), "{said}");
        }
    }
}
