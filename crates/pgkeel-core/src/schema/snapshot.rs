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
        self.to_json_marked(&self.fingerprint())
    }

    /// The same with a fingerprint that is known already.
    pub fn to_json_marked(&self, fingerprint: &str) -> String {
        let frame = Written { objects: vec![], needs: BTreeMap::new(), ..self.document(Some(fingerprint)) };
        let frame = serde_json::to_string_pretty(&frame).unwrap_or_default();
        // Nothing before these fields could hold their names.
        let (Some((head, rest)), objects) =
            (frame.split_once("\"objects\": []"), self.objects.values().collect::<Vec<_>>())
        else {
            return frame;
        };
        let Some((between, tail)) = rest.split_once("\"needs\": {}") else { return frame };
        let needs: Vec<_> = self.needs.iter().filter(|(_, needs)| !needs.is_empty()).collect();
        let (objects, needs) = rayon::join(
            || portions(&objects, |object, to| indented(&shown(object), to)),
            || {
                portions(&needs, |(id, needs), to| {
                    indented(id, to);
                    to.extend_from_slice(b": ");
                    indented(needs, to);
                })
            },
        );
        let size: usize = [&objects, &needs].into_iter().flatten().map(Vec::len).sum();
        let mut text = Vec::with_capacity(frame.len() + size + 100);
        text.extend_from_slice(head.as_bytes());
        enclosed("\"objects\": [", &objects, "]", &mut text);
        text.extend_from_slice(between.as_bytes());
        enclosed("\"needs\": {", &needs, "}", &mut text);
        text.extend_from_slice(tail.as_bytes());
        // JSON is UTF-8.
        String::from_utf8(text).unwrap_or_default()
    }

    /// The same on one line, and without its fingerprint.
    pub fn to_line(&self) -> String {
        serde_json::to_string(&self.document(None)).unwrap_or_default()
    }

    fn document<'a>(&'a self, fingerprint: Option<&'a str>) -> Written<'a> {
        Written {
            format: FORMAT,
            fingerprint,
            server_version: self.version,
            objects: self.objects.values().map(shown).collect(),
            needs: self.needs.iter().filter(|(_, needs)| !needs.is_empty()).collect(),
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

/// The members of a list, written by several threads, each with what separates it from the one before.
fn portions<T: Sync>(members: &[T], write: impl Fn(&T, &mut Vec<u8>) + Sync) -> Vec<Vec<u8>> {
    let portion = |members: &[T]| {
        let mut text = Vec::with_capacity(members.len() * BYTES);
        for member in members {
            text.extend_from_slice(b",\n    ");
            write(member, &mut text);
        }
        text
    };
    members.par_chunks(PORTION).map(portion).collect()
}

/// A member of a list that is a field of the document, indented as it stands there.
fn indented<T: Serialize>(member: &T, to: &mut Vec<u8>) {
    let mut formatter = PrettyFormatter::new();
    let mut outside = Vec::new();
    // Writing into memory does not fail.
    let _ = formatter.begin_object(&mut outside).and_then(|()| formatter.begin_array(&mut outside));
    let _ = member.serialize(&mut Serializer::with_formatter(to, formatter));
}

/// A list from its members; without any it stays on one line.
fn enclosed(open: &str, portions: &[Vec<u8>], close: &str, text: &mut Vec<u8>) {
    text.extend_from_slice(open.as_bytes());
    let mut portions = portions.iter();
    if let Some(first) = portions.next() {
        // Nothing stands before the first member.
        text.extend_from_slice(first.get(1..).unwrap_or_default());
        portions.for_each(|portion| text.extend_from_slice(portion));
        text.extend_from_slice(b"\n  ");
    }
    text.extend_from_slice(close.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{Id, Object, PORTION, Schema};
    use crate::object::Kind;

    fn schema(columns: usize) -> Schema {
        let object = |index: usize| -> Object {
            let body = serde_json::json!({
                "kind": "column", "table": ["public", "a \"table\""], "name": format!("c{index:05}"), "position": index, "type": "text",
                "local": true, "options": if index % 2 == 0 { vec![] } else { vec!["n_distinct=1"] },
            });
            serde_json::from_value(serde_json::json!({ "body": body, "attributes": { "comment": "ä\n" } }))
                .expect("a column")
        };
        let mut schema = Schema { version: 180_000, ..Schema::default() };
        (0..columns).for_each(|index| schema.insert(object(index)));
        let first = Id::new(Kind::Column, ["public", "a \"table\"", "c00000"]);
        let ids: Vec<Id> = schema.objects.keys().cloned().collect();
        ids.into_iter().for_each(|id| schema.add_need(id, first.clone()));
        schema
    }

    #[test]
    fn what_several_threads_write_is_what_one_would() {
        for columns in [0, 1, 2, PORTION, PORTION + 1, 3 * PORTION - 1] {
            for unsupported in [None, Some("\"objects\": []".to_owned())] {
                let schema = Schema { unsupported: unsupported.into_iter().collect(), ..schema(columns) };
                let whole = serde_json::to_string_pretty(&schema.document(Some("sha256:0"))).expect("JSON");
                assert_eq!(schema.to_json_marked("sha256:0"), whole, "{columns} columns");
            }
        }
    }
}
