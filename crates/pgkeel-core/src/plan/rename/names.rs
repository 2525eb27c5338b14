//! Whether one definition is another with the names that renames gave: what follows a rename is written anew by the server,
//! and only a difference beyond names counts.

use serde_json::Value;

use crate::object::Body;
use crate::schema::Id;
use crate::sql::lexer::{TokenKind, tokens};

/// The names that were given so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    objects: Vec<(Named, Named)>,
    /// Values of enumerated types.
    labels: Vec<(String, String)>,
}

/// An object's own name, with its namespace where it stands directly in one.
#[derive(Debug)]
struct Named {
    namespace: Option<String>,
    name: String,
}

/// A token of a definition, a name without its quotes, and whether it is cast to an object's name (`'t'::regclass`).
struct Word<'t> {
    kind: TokenKind,
    text: String,
    inside: Option<&'t str>,
}

impl Names {
    /// One more rename.
    pub(super) fn add(&mut self, old: &Id, new: &Id) {
        if let (Some(old), Some(new)) = (Named::of(old), Named::of(new)) {
            self.objects.push((old, new));
        }
    }

    /// A value of an enumerated type that has another name.
    pub(super) fn of_label(old: &str, new: &str) -> Self {
        Self { labels: vec![(old.to_owned(), new.to_owned())], ..Self::default() }
    }

    /// Whether the first definition becomes the second by them.
    pub(super) fn lead(&self, old: &Body, new: &Body) -> bool {
        match (serde_json::to_value(old), serde_json::to_value(new)) {
            (Ok(old), Ok(new)) => self.value(&old, &new),
            _ => false,
        }
    }

    fn value(&self, old: &Value, new: &Value) -> bool {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                old.len() == new.len()
                    && old.iter().all(|(key, old)| new.get(key).is_some_and(|new| self.value(old, new)))
            }
            (Value::Array(old), Value::Array(new)) => {
                old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.value(old, new))
            }
            (Value::String(old), Value::String(new)) => self.text(old, new),
            _ => old == new,
        }
    }

    fn text(&self, old: &str, new: &str) -> bool {
        if old == new || self.is_given(old, new) {
            return true;
        }
        let (Some(old), Some(new)) = (words(old), words(new)) else { return false };
        let (mut old, mut new) = (old.as_slice(), new.as_slice());
        while let ([was, ..], [is, ..]) = (old, new) {
            let taken = if self.is_moved(old, new) {
                3
            } else if self.word(was, is) {
                1
            } else {
                return false;
            };
            old = old.get(taken..).unwrap_or_default();
            new = new.get(taken..).unwrap_or_default();
        }
        old.is_empty() && new.is_empty()
    }

    fn word(&self, old: &Word<'_>, new: &Word<'_>) -> bool {
        match (old.inside, new.inside) {
            (Some(old), Some(new)) => self.text(old, new),
            _ if old.kind == TokenKind::Text && new.kind == TokenKind::Text => {
                self.constant(&old.text, &new.text)
            }
            _ => {
                old.kind.is_name() && new.kind.is_name() && self.is_given(&old.text, &new.text)
                    || (old.kind.is_name() == new.kind.is_name() && old.text == new.text)
            }
        }
    }

    /// A constant of the type, or of an array or a row with it.
    fn constant(&self, old: &str, new: &str) -> bool {
        let around: &[char] = &['\'', '"', '{', '}', '(', ')', ','];
        let apart = |text: &str| -> Vec<(String, Option<char>)> {
            let parts = text.split_inclusive(around);
            parts.map(|part| (part.trim_end_matches(around).to_owned(), part.chars().last())).collect()
        };
        let (old, new) = (apart(old), apart(new));
        let given = |old: &str, new: &str| self.labels.iter().any(|(was, is)| was == old && is == new);
        old.len() == new.len()
            && old.iter().zip(&new).all(|((old, old_end), (new, new_end))| {
                (old == new || given(old, new)) && (old_end == new_end)
            })
    }

    fn is_given(&self, old: &str, new: &str) -> bool {
        self.objects.iter().any(|(was, is)| was.name == old && is.name == new)
    }

    /// `namespace.name` of an object that has another of both.
    fn is_moved(&self, old: &[Word<'_>], new: &[Word<'_>]) -> bool {
        self.objects.iter().any(|(was, is)| was.begins(old) && is.begins(new))
    }
}

impl Named {
    fn of(id: &Id) -> Option<Self> {
        let place = id.parts.len().checked_sub(1 + usize::from(id.kind.has_arguments()))?;
        let namespace = (place == 1).then(|| id.parts.first().cloned()).flatten();
        Some(Self { namespace, name: id.parts.get(place)?.clone() })
    }

    fn begins(&self, words: &[Word<'_>]) -> bool {
        let [namespace, dot, name, ..] = words else { return false };
        self.namespace.as_ref() == Some(&namespace.text) && dot.text == "." && self.name == name.text
    }
}

/// The words of a definition; `None` when it cannot be read to its end.
fn words(text: &str) -> Option<Vec<Word<'_>>> {
    let mut words = Vec::new();
    let mut end = 0;
    for token in tokens(text, false) {
        end = token.range.end;
        if token.kind.is_passing() {
            continue;
        }
        let is_object = token.kind == TokenKind::Text && text.get(end..)?.starts_with("::reg");
        let written = text.get(token.range)?;
        let inside = if is_object { written.get(1..written.len() - 1) } else { None };
        let bare = match token.kind {
            TokenKind::QuotedIdent => written.trim_matches('"').replace("\"\"", "\""),
            _ => written.to_owned(),
        };
        words.push(Word { kind: token.kind, text: bare, inside });
    }
    (end == text.len()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::object::Kind;
    use crate::schema::Id;

    #[test]
    fn a_value_is_one_in_arrays_too() {
        let names = Names::of_label("a", "xy");
        for (old, new) in
            [("'a'::public.e", "'xy'::public.e"), ("'{a,b}'::public.e[]", "'{xy,b}'::public.e[]")]
        {
            assert!(names.text(old, new), "{old} to {new}");
        }
        for (old, new) in [("'{ba}'", "'{bxy}'"), ("'{ab}'", "'{xyc}'"), ("a", "xy"), ("'b'", "'a'")] {
            assert!(!names.text(old, new), "{old} to {new}");
        }
    }

    #[test]
    fn only_names_and_only_those_that_were_given_may_differ() {
        let mut names = Names::default();
        names.add(&Id::new(Kind::Table, ["public", "t"]), &Id::new(Kind::Table, ["o", "T s"]));
        names.add(&Id::new(Kind::Column, ["public", "t", "a"]), &Id::new(Kind::Column, ["o", "T s", "b"]));
        for (old, new) in [
            ("t", "T s"),
            ("CHECK ((a > 0))", "CHECK ((b > 0))"),
            ("SELECT t.a\n   FROM public.t", "SELECT \"T s\".b FROM o.\"T s\""),
            ("SELECT a.x FROM a", "SELECT a.x FROM a"),
            ("nextval('public.t'::regclass)", "nextval('o.\"T s\"'::regclass)"),
        ] {
            assert!(names.text(old, new), "{old} to {new}");
        }
        for (old, new) in [
            ("CHECK ((kind <> 'a'::text))", "CHECK ((kind <> 'b'::text))"),
            ("AS $$SELECT a$$", "AS $$SELECT b$$"),
            ("CHECK ((b > 0))", "CHECK ((a > 0))"),
            ("FROM public.u", "FROM o.u"),
            ("'t'::text", "'T s'::text"),
            ("a + 1", "b"),
            ("it's", "xy"),
        ] {
            assert!(!names.text(old, new), "{old} to {new}");
        }
    }
}
