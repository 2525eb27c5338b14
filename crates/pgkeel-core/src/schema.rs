//! What a database looks like, as a value: its objects by name, and which needs which. No OID and no connection in it,
//! so two schemas of different servers can be equal.

mod around;
mod attribute;
mod expected;
mod fingerprint;
mod id;
mod lookup;
mod others;
mod snapshot;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use attribute::{Attributes, Grant, Grantee};
pub use id::{Id, IdError, Name};
pub use lookup::Lookup;
pub use others::{Other, Others};
pub use snapshot::{FORMAT, SnapshotError};

use crate::object::{Body, Kind};
use crate::sql::ident::Ident;

/// One object: its definition, and what every kind of object has besides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// What only this kind has.
    pub body: Body,
    /// Owner, comment, grants and security labels.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The same for columns that are no objects of their own: those of views, composite types and indexes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Attributes>,
}

impl Object {
    /// An object with nothing but its definition.
    pub fn new(body: Body) -> Self {
        Self { body, attributes: Attributes::default(), columns: BTreeMap::new() }
    }
}

/// A whole database's shape.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// Server version it was read from, as `server_version_num`; 0 when it was never in a server.
    pub version: u32,
    /// Every object, in the order in which kinds are created.
    pub objects: BTreeMap<Id, Object>,
    /// What an object needs directly, from the catalog `pg_depend` and from the kinds themselves.
    pub needs: BTreeMap<Id, BTreeSet<Id>>,
    /// What the database holds and this tool cannot describe; each is reported, never passed over.
    pub unsupported: BTreeSet<String>,
    /// What belongs to which table, found when it is first asked for.
    pub lookup: Lookup,
}

impl Schema {
    /// What every new database holds: the namespace `public` and the language PL/pgSQL.
    pub fn of_empty_database(version: u32) -> Self {
        let mut schema = Self { version, ..Self::default() };
        for object in crate::object::initial_objects(version) {
            schema.insert(object);
        }
        schema
    }

    /// Adds or replaces an object, with the dependencies that follow from its definition.
    pub fn insert(&mut self, object: Object) {
        let id = object.body.id();
        self.needs
            .entry(id.clone())
            .or_default()
            .extend(object.body.parents(&Self::default()).into_iter().take(1));
        self.objects.insert(id, object);
        self.lookup = Lookup::default();
    }

    /// The definition of an object.
    pub fn body(&self, id: &Id) -> Option<&Body> {
        self.objects.get(id).map(|object| &object.body)
    }

    /// Whether the object exists.
    pub fn has(&self, id: &Id) -> bool {
        self.objects.contains_key(id)
    }

    /// The columns or constraints of a table: objects whose names start with the table's.
    pub fn parts(&self, kind: Kind, table: &Name) -> impl Iterator<Item = (&Id, &Object)> {
        let start = Id::new(kind, [&table.0, &table.1]);
        let names = start.parts.clone();
        self.objects.range(start..).take_while(move |(id, _)| id.kind == kind && id.parts.starts_with(&names))
    }

    /// Records that `id` needs `needed`.
    pub fn add_need(&mut self, id: Id, needed: Id) {
        if id != needed {
            self.needs.entry(id).or_default().insert(needed);
        }
    }

    /// What `id` needs directly.
    pub fn needs_of(&self, id: &Id) -> impl Iterator<Item = &Id> {
        self.needs.get(id).into_iter().flatten().filter(|needed| self.has(needed))
    }

    /// What `id` needs, directly or through others; with itself when it is part of a cycle.
    pub fn everything_beneath(&self, id: &Id) -> BTreeSet<&Id> {
        let mut beneath = BTreeSet::new();
        let mut stack: Vec<&Id> = self.needs_of(id).collect();
        while let Some(next) = stack.pop() {
            if beneath.insert(next) {
                stack.extend(self.needs_of(next));
            }
        }
        beneath
    }

    /// For each object, what needs it directly.
    pub fn needed_by(&self) -> BTreeMap<&Id, BTreeSet<&Id>> {
        let mut reverse: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
        for (id, needs) in &self.needs {
            if self.has(id) {
                for needed in needs.iter().filter(|needed| self.has(needed)) {
                    reverse.entry(needed).or_default().insert(id);
                }
            }
        }
        reverse
    }

    /// The same schema without these objects and whatever needs them, directly or through others.
    #[must_use]
    pub fn without(&self, gone: &BTreeSet<Id>) -> Self {
        let needed_by = self.needed_by();
        let mut all: BTreeSet<&Id> = BTreeSet::new();
        let mut stack: Vec<&Id> = gone.iter().collect();
        while let Some(next) = stack.pop() {
            if all.insert(next) {
                stack.extend(needed_by.get(next).into_iter().flatten());
            }
        }
        let mut rest = self.clone();
        rest.objects.retain(|id, _| !all.contains(id));
        rest.needs.retain(|id, _| !all.contains(id));
        rest.lookup = Lookup::default();
        rest
    }

    /// The same schema, in which the materialized views hold rows where those of `other` do: for a schema that was made of
    /// files, as `pg_dump` fills none.
    #[must_use]
    pub fn populated_as(mut self, other: &Self) -> Self {
        for (id, object) in self.objects.range_mut(Id::first(Kind::MaterializedView)..) {
            let Body::MaterializedView(view) = &mut object.body else { break };
            if let Some(Body::MaterializedView(other)) = other.body(id) {
                view.populated = other.populated;
            }
        }
        self
    }

    /// The same schema with `***` for passwords and other secrets, and the objects that had some. Two schemas that
    /// differ in nothing but hidden secrets are equal.
    #[must_use]
    pub fn without_secrets(mut self) -> (Self, Vec<Id>) {
        let mut hidden = vec![];
        for (id, object) in &mut self.objects {
            if let Some(body) = object.body.without_secrets()
                && serde_json::to_string(&body).ok() != serde_json::to_string(&object.body).ok()
            {
                object.body = body;
                hidden.push(id.clone());
            }
        }
        (self, hidden)
    }

    /// The same schema without one namespace and everything in it: the one that holds pgkeel's own history. Histories of
    /// other applications in the same database go as well. What a rollback kept aside goes too: the namespaces named after
    /// a history, and columns that have been given a name of pgkeel's; and so do the event triggers that run its
    /// functions, which are pgkeel's guard.
    #[must_use]
    pub fn without_namespace(mut self, namespace: &str) -> Self {
        let histories: BTreeSet<String> = self.histories().chain([namespace]).map(str::to_owned).collect();
        let aside: Vec<String> = histories.iter().map(|name| format!("{name}_kept_")).collect();
        let inside: Vec<String> = histories.iter().map(|name| format!("{}.", Ident(name))).collect();
        let ours =
            |name: &str| histories.contains(name) || aside.iter().any(|aside| is_numbered(name, aside));
        let is_gone = |id: &Id, body: &Body| match (id.kind, body) {
            (Kind::Namespace, _) => id.parts.first().is_some_and(|name| ours(name)),
            (Kind::Column, _) if id.parts.last().is_some_and(|name| is_numbered(name, "pgkeel_kept_")) => {
                true
            }
            (_, Body::EventTrigger(trigger)) => {
                inside.iter().any(|inside| trigger.function.starts_with(inside.as_str()))
            }
            _ => id.namespace().is_some_and(ours),
        };
        let objects = self.objects.iter();
        let gone: BTreeSet<Id> =
            objects.filter(|(id, object)| is_gone(id, &object.body)).map(|(id, _)| id.clone()).collect();
        if gone.is_empty() {
            return self;
        }
        self.objects.retain(|id, _| !gone.contains(id));
        self.needs.retain(|id, _| !gone.contains(id));
        self.lookup = Lookup::default();
        self
    }

    /// Whether there is a history of pgkeel's in another namespace than this one.
    pub fn has_history_beside(&self, namespace: &str) -> bool {
        self.histories().any(|name| name != namespace)
    }

    /// The namespaces that hold a history of pgkeel's, told by the tables in them.
    fn histories(&self) -> impl Iterator<Item = &str> {
        let is_history = |name: &str| {
            let tables = ["about", "migrations", "journal", "audit", "snapshots"];
            tables.iter().all(|table| self.objects.contains_key(&Id::new(Kind::Table, [name, *table])))
                && self
                    .objects
                    .contains_key(&Id::new(Kind::Column, [name, "migrations", "checksum_algorithm"]))
        };
        let namespaces = self.objects.keys().filter(|id| id.kind == Kind::Namespace);
        namespaces.filter_map(|id| id.parts.first()).map(String::as_str).filter(move |name| is_history(name))
    }
}

/// Whether a name is this beginning and a number.
fn is_numbered(name: &str, start: &str) -> bool {
    name.strip_prefix(start).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}
