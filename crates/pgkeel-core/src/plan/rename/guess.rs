//! Renames that nobody named. An index or a constraint that goes while its equal comes is renamed: nothing but the name can
//! tell the two apart. A table, a column or anything else that holds something is only pointed out.

use std::collections::{BTreeMap, BTreeSet};

use super::{Renaming, heirs, labels};
use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Object, Schema};
use crate::sql::ident::Ident;

/// As long as there are no more possibilities than these, each of them is pointed out.
const MOST_POSSIBLE: usize = 12;

/// More renames than these are not looked at one by one: making such objects anew loses nothing.
const MOST: usize = 100;

/// Indexes, keys, CHECK constraints and foreign keys that are the same but for their name, and the sequences of identity
/// columns.
pub fn certain(old: &Schema, new: &Schema) -> Vec<Renaming> {
    let found = pairs(old, new, |schema, id, object| {
        let table = match &object.body {
            Body::Index(index) => &index.table,
            Body::Constraint(constraint)
                if constraint.inherited_from.is_none() && !heirs::is_shared(schema, id) =>
            {
                &constraint.table
            }
            Body::ForeignKey(key) => &key.table,
            // A column has no more than one, which is gone with it.
            Body::Sequence(sequence) => {
                let identity = sequence.identity.as_ref()?;
                let (table, column) = (&identity.table, &identity.column);
                let column_id = Id::new(Kind::Column, [&table.0, &table.1, column]);
                let stays = old.has(&column_id) && new.has(&column_id);
                return stays.then(|| format!("identity {column_id} {}", sequence.namespace));
            }
            _ => return None,
        };
        let stays = old.has(&table_id(table)) && new.has(&table_id(table));
        stays.then(|| format!("{} {}", id.kind.word(), shape(&object.body, own_name(id))))
    });
    if found.len() > MOST { vec![] } else { found }
}

/// Objects that look as if they only had another name.
pub fn likely(old: &Schema, new: &Schema) -> Vec<Renaming> {
    let columns = |schema: &Schema, id: &Id| {
        let mut columns = columns_of(schema, id);
        columns.sort();
        columns.join(",")
    };
    let alike = alike(old, new, |schema, id, object| {
        let what = match &object.body {
            Body::Table(_) => Some(columns(schema, id)).filter(|columns| !columns.is_empty())?,
            Body::Column(column) => {
                let table = table_id(&column.table);
                (old.has(&table) && new.has(&table))
                    .then(|| format!("{} {}", column.table, column.data_type))?
            }
            Body::Sequence(sequence) if sequence.identity.is_some() => return None,
            Body::View(_)
            | Body::MaterializedView(_)
            | Body::Sequence(_)
            | Body::Enum(_)
            | Body::Domain(_)
            | Body::Composite(_)
            | Body::Function(_) => shape(&object.body, own_name(id)),
            _ => return None,
        };
        Some(format!("{} {} {what}", id.kind.word(), id.namespace().unwrap_or_default()))
    });
    let renaming = |old: &Id, new: &Id| Renaming::named(old.clone(), own_name(new));
    let mut found = vec![];
    for (gone, come) in alike {
        if gone.len() * come.len() <= MOST_POSSIBLE {
            found.extend(gone.iter().flat_map(|old| come.iter().map(move |new| renaming(old, new))));
        } else {
            found.extend(gone.iter().zip(&come).map(|(old, new)| renaming(old, new)));
        }
    }
    let moved = pairs(old, new, |schema, id, _| {
        let is_table = id.kind == Kind::Table;
        is_table.then(|| format!("{} {}", own_name(id), columns(schema, id)))
    });
    found.extend(moved.into_iter().filter(|moved| moved.into.is_some()));
    let named = |id: &Id, renaming: &Renaming| renaming.old == *id || renaming.new == own_name(id);
    let similar: Vec<Renaming> = similar_tables(old, new)
        .filter(|(gone, come)| !found.iter().any(|other| named(gone, other) || named(come, other)))
        .map(|(gone, come)| renaming(gone, come))
        .collect();
    found.extend(similar);
    found.extend(labels::renamed_between(old, new));
    found
}

/// Tables that go, each with the one that comes in its namespace and has most of its columns, at least two of three.
fn similar_tables<'a>(old: &'a Schema, new: &'a Schema) -> impl Iterator<Item = (&'a Id, &'a Id)> {
    let only = |schema: &'a Schema, other: &'a Schema| -> Vec<(&'a Id, BTreeSet<String>)> {
        let tables = schema.objects.keys().filter(|id| id.kind == Kind::Table && !other.has(id));
        tables.map(|id| (id, columns_of(schema, id).into_iter().collect())).collect()
    };
    let (gone, come) = (only(old, new), only(new, old));
    let few = gone.len() * come.len() <= MOST_POSSIBLE * MOST_POSSIBLE;
    gone.into_iter().filter(move |_| few).filter_map(move |(before, columns)| {
        let alike = come.iter().filter(|(after, others)| {
            let common = columns.intersection(others).count();
            before.namespace() == after.namespace()
                && common > 1
                && 3 * common >= 2 * columns.len().max(others.len())
        });
        alike
            .max_by_key(|(_, others)| columns.intersection(others).count())
            .map(|(after, _)| (before, *after))
    })
}

/// `name type` of each column.
fn columns_of(schema: &Schema, id: &Id) -> Vec<String> {
    let name = match id.parts.as_ref() {
        [namespace, name] => Name(namespace.clone(), name.clone()),
        _ => Name(String::new(), String::new()),
    };
    schema
        .parts(Kind::Column, &name)
        .filter_map(|(_, object)| match &object.body {
            Body::Column(column) => Some(format!("{} {}", Ident(&column.name), column.data_type)),
            _ => None,
        })
        .collect()
}

/// What only the old schema has and what only the new one has, where exactly one of each looks like this.
fn pairs(
    old: &Schema,
    new: &Schema,
    look: impl Fn(&Schema, &Id, &Object) -> Option<String>,
) -> Vec<Renaming> {
    let alike = alike(old, new, look);
    let single = alike.iter().filter_map(|(gone, come)| match (gone.as_slice(), come.as_slice()) {
        ([old], [new]) => {
            let into = new.parts.first().filter(|into| Some(*into) != old.parts.first());
            Some(Renaming { into: into.cloned(), ..Renaming::named(old.clone(), own_name(new)) })
        }
        _ => None,
    });
    single.collect()
}

/// What only the old schema has beside what only the new one has, by how it looks.
fn alike(
    old: &Schema,
    new: &Schema,
    look: impl Fn(&Schema, &Id, &Object) -> Option<String>,
) -> Vec<(Vec<Id>, Vec<Id>)> {
    let only = |schema: &'_ Schema, other: &Schema| {
        let mut looks: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        for (id, object) in schema.objects.iter().filter(|(id, _)| !other.has(id)) {
            if let Some(text) = look(schema, id, object) {
                looks.entry(text).or_default().push(id.clone());
            }
        }
        looks
    };
    let (gone, mut come) = (only(old, new), only(new, old));
    gone.into_iter().filter_map(|(text, ids)| Some((ids, come.remove(&text)?))).collect()
}

fn table_id(table: &Name) -> Id {
    Id::new(Kind::Table, [&table.0, &table.1])
}

pub(super) fn own_name(id: &Id) -> &str {
    let place = id.parts.len().saturating_sub(1 + usize::from(id.kind.has_arguments()));
    id.parts.get(place).map_or("", String::as_str)
}

/// The definition without the object's own name.
fn shape(body: &Body, name: &str) -> String {
    let Ok(mut value) = serde_json::to_value(body) else { return String::new() };
    if let Some(map) = value.as_object_mut() {
        map.remove("name");
        if let Some(serde_json::Value::String(definition)) = map.get_mut("definition") {
            *definition = match body {
                Body::Index(_) => definition.replacen(&format!("INDEX {} ON ", Ident(name)), "INDEX ON ", 1),
                Body::Function(_) => definition.replacen(&format!(".{}(", Ident(name)), ".(", 1),
                _ => std::mem::take(definition),
            };
        }
    }
    value.to_string()
}
