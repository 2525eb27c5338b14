//! A schema as JSON: what `dump --format json` writes and every command reads back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Id, Object, Schema};

/// Name and version of the format.
pub const FORMAT: &str = "pgkeel/schema/1";

/// About what an object takes in indented JSON, with what it needs: space for it is not asked for bit by bit.
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
        let mut text = Vec::with_capacity(self.objects.len() * BYTES);
        // Writing into memory does not fail, and JSON is UTF-8.
        let _ = serde_json::to_writer_pretty(&mut text, &self.document(Some(fingerprint)));
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
