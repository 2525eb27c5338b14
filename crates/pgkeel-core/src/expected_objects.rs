//! Which objects migrations leave behind, told from their statements alone: enough to see that a history claims what
//! the database does not have. The exact comparison is `validate`'s.

use std::collections::BTreeMap;

use crate::migration::{Migration, Version};
use crate::sql::effect::{Effect, Name, ObjectKind, Origin, What};

/// What kind of name it is, as far as looking it up needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A table, view, materialized view, index or sequence: `to_regclass`.
    Relation,
    /// A type or domain: `to_regtype`.
    Type,
    /// A function or procedure, by name.
    Routine,
    /// An extension.
    Extension,
}

/// An object, and the migration that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What kind of name.
    pub kind: Kind,
    /// PostgreSQL's word for it: `table`, `index`.
    pub word: &'static str,
    /// Namespace, when the statement or a `SET search_path` before it says so.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The migration that made it last.
    pub version: Version,
}

type Key = (Kind, Option<String>, String);

/// The objects that exist after `migrations`, which are in order. What only a loaded file knows (a `DO` block with a
/// condition, dynamic SQL) is not expected.
pub fn after<'a>(migrations: impl IntoIterator<Item = &'a Migration>) -> Vec<Expected> {
    let mut objects: BTreeMap<Key, Expected> = BTreeMap::new();
    for migration in migrations {
        let mut path: Option<String> = None;
        for statement in migration.up.in_memory() {
            for effect in &statement.reading().effects {
                if effect.origin == Origin::Statement {
                    take(&mut objects, &mut path, effect, &migration.version);
                }
            }
        }
    }
    objects.into_values().collect()
}

fn take(
    objects: &mut BTreeMap<Key, Expected>,
    path: &mut Option<String>,
    effect: &Effect,
    version: &Version,
) {
    let mut add = |kind: Kind, word: &'static str, name: &Name| {
        let namespace = name.namespace().map(str::to_owned).or_else(|| path.clone());
        let name = name.last().to_owned();
        let expected = Expected {
            kind,
            word,
            namespace: namespace.clone(),
            name: name.clone(),
            version: version.clone(),
        };
        objects.insert((kind, namespace, name), expected);
    };
    match &effect.what {
        What::CreateTable(table) => add(Kind::Relation, "table", &table.name),
        What::CreateTableAs { name, .. } => add(Kind::Relation, "table", name),
        What::CreateView(view) => add(Kind::Relation, "view", &view.name),
        What::CreateSequence { name, .. } => add(Kind::Relation, "sequence", name),
        What::CreateIndex(index) => {
            if let Some(name) = &index.name {
                let namespace = index.table.namespace().map(str::to_owned);
                let mut qualified = name.clone();
                if let Some(namespace) = namespace {
                    qualified.parts = vec![namespace, name.last().to_owned()];
                }
                add(Kind::Relation, "index", &qualified);
            }
        }
        What::CreateFunction(function) => add(Kind::Routine, "function", &function.name),
        What::CreateEnum { name, .. } | What::CreateDomain { name, .. } | What::CreateType { name } => {
            add(Kind::Type, "type", name);
        }
        What::CreateExtension { name, .. } => add(Kind::Extension, "extension", name),
        What::Drop { kind, names, cascade, .. } => {
            if *cascade {
                // What went along cannot be told from the text: expect nothing rather than the wrong thing.
                objects.clear();
            }
            for name in names {
                forget(objects, *kind, name, path.as_deref());
            }
        }
        What::Rename { kind, name, .. } | What::SetNamespace { kind, name, .. } => {
            forget(objects, *kind, name, path.as_deref());
        }
        What::DropColumn { .. } | What::DropConstraint { .. } => {
            // Indexes may go with them.
            objects.retain(|_, expected| expected.word != "index");
        }
        What::Set { name, value, .. } if name.eq_ignore_ascii_case("search_path") => {
            let first = value.split(',').next().unwrap_or_default().trim().trim_matches(['\'', '"']);
            // Of several, or of the one of whoever runs it, the text does not tell which is there.
            let known = !value.contains(',') && !first.is_empty() && first != "$user";
            *path = (known && !first.eq_ignore_ascii_case("default")).then(|| first.to_owned());
        }
        What::Reset { name } if name.as_ref().is_none_or(|name| name.eq_ignore_ascii_case("search_path")) => {
            *path = None;
        }
        _ => {}
    }
}

/// After a drop, a rename or a move the old name is not expected; the new one is `validate`'s business.
fn forget(objects: &mut BTreeMap<Key, Expected>, kind: ObjectKind, name: &Name, path: Option<&str>) {
    let kind = match kind {
        ObjectKind::Type | ObjectKind::Domain => Kind::Type,
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
            Kind::Routine
        }
        ObjectKind::Extension => Kind::Extension,
        ObjectKind::Namespace => {
            objects.retain(|_, expected| expected.namespace.as_deref() != Some(name.last()));
            return;
        }
        _ => Kind::Relation,
    };
    let namespace = name.namespace().or(path);
    objects.retain(|_, expected| {
        let same_namespace =
            namespace.is_none() || expected.namespace.is_none() || expected.namespace.as_deref() == namespace;
        !(expected.kind == kind && expected.name == name.last() && same_namespace)
    });
    if kind == Kind::Relation {
        // A table's indexes go or move with it, and their names do not say whose they are.
        objects.retain(|_, expected| expected.word != "index");
    }
}
