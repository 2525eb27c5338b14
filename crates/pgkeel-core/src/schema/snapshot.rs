//! A schema as JSON: what `dump --format json` writes and every command reads back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::ser::{Formatter as _, PrettyFormatter, Serializer};

use super::{Id, Object, Schema};

/// Name and version of the format.
pub const FORMAT: &str = "pgkeel/schema/1";

/// How many objects one thread writes at a time.
const PORTION: usize = 512;

/// About what one of them takes: space for it is not asked for bit by bit.
const BYTES: usize = 400;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    server_version: u32,
    objects: Vec<Object>,
    #[serde(default)]
    needs: BTreeMap<Id, BTreeSet<Id>>,
    #[serde(default)]
    unsupported: BTreeSet<String>,
}

/// What tells whether it is one.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
}

/// The same, to be written.
#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'a str>,
    server_version: u32,
    objects: Vec<Cow<'a, Object>>,
    needs: BTreeMap<&'a Id, &'a BTreeSet<Id>>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    unsupported: &'a BTreeSet<String>,
}

/// A text that is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is not JSON of the right shape.
    #[error("not a schema snapshot: {0}")]
    Shape(#[from] serde_json::Error),
    /// It is a document of another format or of a later version.
    #[error(
        "the document is \"{0}\", and a snapshot is \"{FORMAT}\"; write one with `pgkeel dump --format json`"
    )]
    Format(String),
}

impl Schema {
    /// The snapshot as indented JSON, the same text for equal schemas. Passwords and other secrets are `***` in it.
    pub fn to_json(&self) -> String {
        // JSON is UTF-8.
        String::from_utf8(self.to_json_portions().concat()).unwrap_or_default()
    }

    /// The same in portions, which several threads write: one after the other they are the text.
    pub fn to_json_portions(&self) -> Vec<Vec<u8>> {
        let members: Vec<&Object> = self.objects.values().collect();
        let needing: Vec<_> = self.needs.iter().filter(|(_, needs)| !needs.is_empty()).collect();
        let lists = || {
            let formatter = member_of_a_list();
            let object = |object: &&Object, to: &mut Vec<u8>| indented(&shown(object), &formatter, to);
            let need = |(id, needs): &(&Id, &BTreeSet<Id>), to: &mut Vec<u8>| {
                indented(id, &formatter, to);
                to.extend_from_slice(b": ");
                indented(needs, &formatter, to);
            };
            rayon::join(|| portions(&members, object), || portions(&needing, need))
        };
        let (fingerprint, (objects, needs)) = rayon::join(|| self.fingerprint(), lists);
        let empty = self.frame(Some(&fingerprint));
        let frame = serde_json::to_string_pretty(&empty).unwrap_or_default();
        let mut text = Vec::with_capacity(objects.len() + needs.len() + 3);
        // Nothing before these two could hold what they look like.
        let rest = enclosed(&frame, "\"objects\": [", objects, &mut text);
        let rest = enclosed(rest, "\"needs\": {", needs, &mut text);
        text.push(rest.as_bytes().to_vec());
        text
    }

    /// The same on one line, and without its fingerprint.
    pub fn to_line(&self) -> String {
        serde_json::to_string(&self.document(None)).unwrap_or_default()
    }

    fn document<'a>(&'a self, fingerprint: Option<&'a str>) -> Written<'a> {
        Written {
            objects: self.objects.values().map(shown).collect(),
            needs: self.needs.iter().filter(|(_, needs)| !needs.is_empty()).collect(),
            ..self.frame(fingerprint)
        }
    }

    /// The document without its two long lists.
    fn frame<'a>(&'a self, fingerprint: Option<&'a str>) -> Written<'a> {
        Written {
            format: FORMAT,
            fingerprint,
            server_version: self.version,
            objects: vec![],
            needs: BTreeMap::new(),
            unsupported: &self.unsupported,
        }
    }

    /// Reads a snapshot back.
    ///
    /// # Errors
    /// When the text is not JSON, of another format, or an object does not have the shape of its kind.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        let head: Head = serde_json::from_str(text)?;
        match head.format.as_deref() {
            Some(FORMAT) => {}
            other => return Err(SnapshotError::Format(other.unwrap_or("of no known format").to_owned())),
        }
        let document: Document = serde_json::from_str(text)?;
        let mut schema =
            Self { version: document.server_version, unsupported: document.unsupported, ..Self::default() };
        for object in document.objects {
            schema.insert(object);
        }
        for (id, needs) in document.needs {
            schema.needs.entry(id).or_default().extend(needs);
        }
        Ok(schema)
    }
}

fn shown(object: &Object) -> Cow<'_, Object> {
    match object.body.without_secrets() {
        Some(body) => Cow::Owned(Object { body, ..object.clone() }),
        None => Cow::Borrowed(object),
    }
}

/// The members of a list, written by several threads, with what separates them.
fn portions<T: Sync>(members: &[T], write: impl Fn(&T, &mut Vec<u8>) + Sync) -> Vec<Vec<u8>> {
    let portion = |(place, members): (usize, &[T])| {
        let mut text = Vec::with_capacity(members.len() * BYTES);
        for (next, member) in members.iter().enumerate() {
            let separator: &[u8] = if place + next == 0 { b"\n    " } else { b",\n    " };
            text.extend_from_slice(separator);
            write(member, &mut text);
        }
        text
    };
    members.par_chunks(PORTION).enumerate().map(portion).collect()
}

/// Indents as it is done within a list that is a field of the document.
fn member_of_a_list() -> PrettyFormatter<'static> {
    let mut formatter = PrettyFormatter::new();
    let mut outside = Vec::new();
    // Writing into memory does not fail.
    let _ = formatter.begin_object(&mut outside).and_then(|()| formatter.begin_array(&mut outside));
    formatter
}

/// Appends a value, indented by a copy of this.
fn indented<T: Serialize>(value: &T, formatter: &PrettyFormatter<'static>, to: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let _ = value.serialize(&mut Serializer::with_formatter(to, formatter.clone()));
}

/// Appends a frame up to where an empty list stands in it, and the list with its members; gives back the rest of the frame.
fn enclosed<'f>(frame: &'f str, list: &str, portions: Vec<Vec<u8>>, text: &mut Vec<Vec<u8>>) -> &'f str {
    let place = frame.find(list).map_or(frame.len(), |place| place + list.len());
    let (head, rest) = frame.split_at_checked(place).unwrap_or((frame, ""));
    text.push(head.as_bytes().to_vec());
    if !portions.is_empty() {
        text.extend(portions);
        text.push(b"\n  ".to_vec());
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::{Id, Object, PORTION, Schema};
    use crate::object::Kind;

    fn schema(columns: usize) -> Schema {
        let object = |index: usize| -> Object {
            let body = serde_json::json!({
                "kind": "column", "table": ["public", "a \"table\""], "name": format!("c{index:05}"), "position": index, "type": "text",
                "local": true, "options": if index.is_multiple_of(2) { vec![] } else { vec!["n_distinct=1"] },
            });
            serde_json::from_value(serde_json::json!({ "body": body, "attributes": { "comment": "ä\n" } }))
                .expect("a column")
        };
        let mut schema = Schema { version: 180_000, ..Schema::default() };
        (0..columns).for_each(|index| schema.insert(object(index)));
        let first = Id::new(Kind::Column, ["public", "a \"table\"", "c00000"]);
        let ids: Vec<Id> = schema.objects.keys().cloned().collect();
        for id in ids {
            schema.add_need(id, first.clone());
        }
        schema
    }

    #[test]
    fn what_several_threads_write_is_what_one_would() {
        for columns in [0, 1, 2, PORTION, PORTION + 1, 3 * PORTION - 1] {
            for unsupported in [None, Some("\"objects\": []".to_owned())] {
                let schema = Schema { unsupported: unsupported.into_iter().collect(), ..schema(columns) };
                let fingerprint = schema.fingerprint();
                let whole = serde_json::to_string_pretty(&schema.document(Some(&fingerprint))).expect("JSON");
                assert_eq!(schema.to_json(), whole, "{columns} columns");
            }
        }
    }
}
