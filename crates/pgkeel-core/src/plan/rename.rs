//! Renames that the user asks for: an object that would be dropped under one name and created under another keeps
//! what is in it. The old schema is rewritten as if the rename had happened, and the plan goes on from there.

mod guess;
mod heirs;
mod indexes;
mod labels;
mod names;
mod owned;
mod proven;
mod spoken;
mod turns;

use std::collections::BTreeMap;

use super::{Step, meaning};
use crate::object::{Body, Kind, not_null};
use crate::schema::{Id, Object, Schema};
use crate::sql::ident::{Ident, qualified};

use guess::own_name;
pub use guess::{certain, likely};
use indexes::Moved;
use names::Names;
pub use proven::{proven, same_columns};
pub use spoken::RenamingError;
pub use turns::in_turn;

/// An object and its new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    /// The object; a bare name means a table. A value of an enumerated type is named as a part of it.
    pub old: Id,
    /// The last part of its new name.
    pub new: String,
    /// The namespace that it was moved to; `None` when it stays in its own.
    pub into: Option<String>,
}

/// Whether every rename that was asked for can be made.
///
/// # Errors
/// The first that cannot, and why.
pub fn check(old: &Schema, new: &Schema, renames: &[Renaming]) -> Result<(), String> {
    let problems = apply(old, new, renames).problems;
    problems.into_iter().next().map_or(Ok(()), Err)
}

impl Renaming {
    /// An object that has another name in the place where it was.
    pub fn named(old: Id, new: impl Into<String>) -> Self {
        Self { old, new: new.into(), into: None }
    }

    /// The step that renames; `None` for a kind that cannot be renamed.
    fn step(&self, schema: &Schema) -> Option<Step> {
        if let Some(label) = labels::of(&self.old) {
            return Some(labels::step(&self.old, label, &self.new));
        }
        if let Some(into) = &self.into {
            let target = schema.body(&self.old)?.target();
            let sql = format!("ALTER {} {} SET SCHEMA {}", target.keyword, target.reference, Ident(into));
            return Some(Step { cause: self.old.to_string(), ..Step::new(sql) });
        }
        let new = Ident(&self.new);
        let part = |place: usize| self.old.parts.get(place).map_or("", String::as_str);
        let table = qualified(part(0), part(1));
        let sql = match self.old.kind {
            Kind::Column => format!("ALTER TABLE {table} RENAME COLUMN {} TO {new}", Ident(part(2))),
            Kind::Constraint | Kind::ForeignKey => {
                format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {new}", Ident(part(2)))
            }
            Kind::Default | Kind::Attachment | Kind::IndexAttachment | Kind::SequenceOwner | Kind::Cast => {
                return None;
            }
            _ => {
                let target = schema.body(&self.old)?.target();
                format!("ALTER {} {} RENAME TO {new}", target.keyword, target.reference)
            }
        };
        Some(Step { cause: self.old.to_string(), ..Step::new(sql) })
    }

    fn is_possible(&self, schema: &Schema, new: &Schema) -> bool {
        let target = self.new_id();
        schema.has(&self.old) && !schema.has(&target) && new.has(&target)
    }

    /// Whether it is a part of something that the target does not have under its present name: what it is in gets another
    /// name, too, in a later renaming.
    fn is_on_the_way(&self, schema: &Schema, new: &Schema) -> bool {
        let [namespace, name, _] = self.old.parts.as_ref() else { return false };
        let whole = [Kind::Table, Kind::View, Kind::MaterializedView]
            .map(|kind| Id::new(kind, [namespace.as_str(), name.as_str()]));
        schema.has(&self.old)
            && !schema.has(&self.new_id())
            && whole.iter().any(|whole| schema.has(whole))
            && !whole.iter().any(|whole| new.has(whole))
    }

    /// The renamings that PostgreSQL knows: a new name and another namespace are two statements.
    fn one_by_one(&self) -> Vec<Self> {
        match &self.into {
            Some(_) if own_name(&self.old) != self.new => {
                let named = Self::named(self.old.clone(), self.new.clone());
                let moved = Self { old: named.new_id(), ..self.clone() };
                vec![named, moved]
            }
            _ => vec![self.clone()],
        }
    }

    /// The renaming that takes it back.
    #[must_use]
    pub fn back(&self) -> Self {
        let place = self.name_part();
        let part = |place: usize| self.old.parts.get(place).cloned().unwrap_or_default();
        Self { old: self.new_id(), new: part(place), into: self.into.as_ref().map(|_| part(0)) }
    }

    /// Which part of the id is the object's own name.
    fn name_part(&self) -> usize {
        self.old.parts.len().saturating_sub(1 + usize::from(self.old.kind.has_arguments()))
    }

    /// The name that the object has afterwards.
    pub fn new_id(&self) -> Id {
        let place = self.name_part();
        let parts = self.old.parts.iter().enumerate();
        let parts = parts.map(|(index, part)| match &self.into {
            Some(into) if index == 0 => into,
            _ if index == place => &self.new,
            _ => part,
        });
        Id { kind: self.old.kind, parts: parts.cloned().collect() }
    }
}

/// The old schema after the renames, as far as it can be told without a server.
pub fn as_renamed(old: &Schema, new: &Schema, renames: &[Renaming]) -> Schema {
    apply(old, new, renames).schema
}

/// The statements that make these renames in `old`, and those that take them back, each in order.
pub fn statements(old: &Schema, new: &Schema, renames: &[Renaming]) -> (Vec<Step>, Vec<Step>) {
    let (mut schema, mut forth, mut back) = (old.clone(), vec![], vec![]);
    for renaming in renames {
        let done = apply(&schema, new, std::slice::from_ref(renaming));
        if done.undo.len() == done.steps.len() {
            forth.extend(done.steps);
            back.splice(..0, done.undo);
        }
        schema = done.schema;
    }
    meaning::learn(&mut forth, old, new);
    (forth, back)
}

/// What renames come to.
#[derive(Debug)]
pub struct Renamed {
    /// The old schema after them.
    pub schema: Schema,
    /// The steps that make them.
    pub steps: Vec<Step>,
    /// The steps that take them back.
    pub undo: Vec<Step>,
    /// Those that were made, with the whole name of what was meant.
    pub made: Vec<Renaming>,
    /// What could not be renamed and why.
    pub problems: Vec<String>,
}

/// Makes these renames in the old schema, one after the other.
pub fn apply(old: &Schema, new: &Schema, renames: &[Renaming]) -> Renamed {
    let mut result = Renamed::of(old.clone());
    let mut names = Names::default();
    for renaming in renames {
        let renaming = match renaming.meant(&result.schema, new) {
            Ok(renaming) => renaming,
            Err(problem) => {
                result.problems.push(problem);
                continue;
            }
        };
        let target = renaming.new_id();
        if labels::of(&renaming.old).is_some() {
            match labels::renamed(&result.schema, &renaming, new) {
                Some(after) => {
                    result.steps.extend(renaming.step(&result.schema));
                    result.schema = after;
                    result.undo.splice(..0, renaming.back().step(&result.schema));
                    result.made.push(renaming);
                }
                None => result
                    .problems
                    .push(format!("{} was not renamed: it has to be a value of its type", renaming.old)),
            }
            continue;
        }
        if !renaming.is_possible(&result.schema, new) && !renaming.is_on_the_way(&result.schema, new) {
            result.problems.push(format!(
                "{} was not renamed: it has to exist, and {target} only in the target",
                renaming.old
            ));
            continue;
        }
        if let Err(problem) = result.make(renaming, new, &mut names) {
            result.problems.push(problem);
        }
    }
    result
}

impl Renamed {
    /// Nothing has another name yet.
    fn of(schema: Schema) -> Self {
        Self { schema, steps: vec![], undo: vec![], made: vec![], problems: vec![] }
    }

    /// Makes one, and adds it to those made so far.
    ///
    /// # Errors
    /// When PostgreSQL has no statement for it.
    fn make(&mut self, renaming: Renaming, new: &Schema, names: &mut Names) -> Result<(), String> {
        let (mut after, mut steps, mut undo) = (self.schema.clone(), vec![], vec![]);
        names.add(&renaming.old, &renaming.new_id());
        for single in renaming.one_by_one() {
            let target = single.new_id();
            let along = owned::sequences(&after, &single.old, &target);
            steps.extend(single.step(&after));
            after = renamed(&after, &single.old, &target, new, names);
            for (heir, target) in heirs::parts(&after, &single.old, &target) {
                after = renamed(&after, &heir, &target, new, names);
            }
            for (sequence, target) in along {
                names.add(&sequence, &target);
                after = renamed(&after, &sequence, &target, new, names);
            }
            undo.splice(..0, single.back().step(&after));
        }
        if steps.is_empty() {
            return Err(format!("{} was not renamed: PostgreSQL cannot", renaming.old));
        }
        self.schema = after;
        self.steps.extend(steps);
        self.undo.splice(..0, undo);
        self.made.push(renaming);
        Ok(())
    }
}

/// The schema with one object, and everything that is named by it, under another name. Definitions that mention it are
/// PostgreSQL's text and cannot be rewritten here; where the target has the same object with what only a new name
/// explains, its text is taken.
fn renamed(schema: &Schema, from: &Id, to: &Id, new: &Schema, names: &Names) -> Schema {
    let names_of_parts = matches!(
        from.kind,
        Kind::Table | Kind::View | Kind::MaterializedView | Kind::Domain | Kind::Namespace
    );
    let index = Moved::of(from, to, schema);
    let rename = |id: &Id| -> Id {
        if id == from {
            return to.clone();
        }
        if let Some(attachment) = index.as_ref().and_then(|index| index.follow_id(id, schema)) {
            return attachment;
        }
        let inside = names_of_parts
            && id.kind.is_in_a_namespace()
            && id.parts.len() > from.parts.len()
            && id.parts.starts_with(&from.parts);
        let same_name = names_of_parts && from.kind != Kind::Namespace && id.parts == from.parts;
        let column = from.kind == Kind::Column && id.kind == Kind::Default && id.parts == from.parts;
        let parts = if inside || same_name {
            to.parts
                .iter()
                .chain(id.parts.iter().skip(to.parts.len()))
                .take(id.parts.len())
                .cloned()
                .collect()
        } else if column {
            to.parts.clone()
        } else {
            id.parts.clone()
        };
        Id { kind: id.kind, parts }
    };
    let (old_name, new_name) = (from.parts.clone(), to.parts.clone());
    let mut result =
        Schema { version: schema.version, unsupported: schema.unsupported.clone(), ..Schema::default() };
    for (id, object) in &schema.objects {
        let new_id = rename(id);
        let mut object = object.clone();
        if let Some(index) = &index {
            index.follow(&mut object.body);
        }
        let mut needs = schema.needs.get(id).into_iter().flatten();
        let touched = new_id != *id || needs.any(|needed| rename(needed) != *needed);
        if touched && let Some(body) = rewritten(&object.body, &old_name, &new_name, from.kind) {
            object.body = body;
            keep_not_null_name(&mut object.body, &schema.objects, id, schema.version);
        }
        if id == from
            && let Body::Index(body) = &mut object.body
            && let Some((before, after)) = from.parts.last().zip(to.parts.last())
        {
            let name = |name: &str| format!("INDEX {} ON ", Ident(name));
            body.definition = body.definition.replacen(&name(before), &name(after), 1);
        }
        if touched
            // What stands in the namespace of its table has moved with it.
            && let Some(wanted) = new.body(&object.body.id())
            && names.lead(&object.body, wanted)
        {
            object.body = wanted.clone();
        }
        result.insert(object);
    }
    for (id, needs) in &schema.needs {
        result.needs.entry(rename(id)).or_default().extend(needs.iter().map(rename));
    }
    result
}

/// The NOT NULL of a column keeps its name when the column or its table gets another (PostgreSQL 18).
fn keep_not_null_name(body: &mut Body, before: &BTreeMap<Id, Object>, id: &Id, version: u32) {
    let Some(Body::Column(old)) = before.get(id).map(|object| &object.body) else { return };
    if let Body::Column(column) = body
        && version >= not_null::NAMED
        && old.not_null
        && !old.not_null_inherited
    {
        not_null::call(column, not_null::name(old));
    }
}

/// A body whose own name fields carry the new name.
fn rewritten(body: &Body, from: &[String], to: &[String], kind: Kind) -> Option<Body> {
    let mut value = serde_json::to_value(body).ok()?;
    replace_names(&mut value, from, to, kind);
    serde_json::from_value(value).ok()
}

fn replace_names(value: &mut serde_json::Value, from: &[String], to: &[String], kind: Kind) {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            if kind == Kind::Namespace
                && map.get("namespace").and_then(Value::as_str) == from.first().map(String::as_str)
                && let Some(name) = to.first()
            {
                map.insert("namespace".to_owned(), Value::String(name.clone()));
            }
            if let [namespace, name, ..] = from
                && [("namespace", namespace), ("name", name)]
                    .iter()
                    .all(|(key, part)| map.get(*key).and_then(Value::as_str) == Some(part.as_str()))
                && let Some(into) = to.first()
            {
                map.insert("namespace".to_owned(), Value::String(into.clone()));
            }
            for key in keys_to_rename(map, from, to, kind) {
                if let Some(name) = called(to, kind) {
                    map.insert(key.to_owned(), Value::String(name.clone()));
                }
            }
            for (_, inner) in map.iter_mut() {
                replace_names(inner, from, to, kind);
            }
        }
        Value::Array(list) => {
            if from.len() == 2 && is_name(&Value::Array(list.clone()), from) {
                *list = to.iter().cloned().map(Value::String).collect();
            }
            if kind == Kind::Namespace
                && let ([Value::String(first), Value::String(_)], [old], [new]) =
                    (list.as_mut_slice(), from, to)
                && first == old
            {
                first.clone_from(new);
            }
            for inner in list {
                replace_names(inner, from, to, kind);
            }
        }
        _ => {}
    }
}

/// The fields of a definition that hold the old name.
fn keys_to_rename(
    map: &serde_json::Map<String, serde_json::Value>,
    from: &[String],
    to: &[String],
    kind: Kind,
) -> Vec<&'static str> {
    let text = |key: &str| map.get(key).and_then(serde_json::Value::as_str);
    let holds = |key: &str, part: usize| from.get(part).is_some_and(|name| text(key) == Some(name));
    let in_table = map.get("table").is_some_and(|table| is_name(table, from));
    let renamed = match kind {
        Kind::Column if in_table => {
            return ["name", "column"].into_iter().filter(|key| holds(key, 2)).collect();
        }
        Kind::Constraint | Kind::ForeignKey | Kind::Policy | Kind::Trigger | Kind::Rule => {
            in_table && holds("name", 2)
        }
        Kind::Index => holds("name", 1),
        _ if from.len() == 1 => holds("name", 0),
        _ => {
            // It may have been moved just now.
            let here = |parts: &[String]| parts.first().is_some_and(|name| text("namespace") == Some(name));
            (here(from) || here(to)) && holds("name", 1)
        }
    };
    if renamed { vec!["name"] } else { vec![] }
}

/// Whether a value is `["namespace", "name"]` of that object.
fn is_name(value: &serde_json::Value, name: &[String]) -> bool {
    value.as_array().is_some_and(|parts| {
        parts.len() == 2 && parts.iter().zip(name).all(|(part, name)| part.as_str() == Some(name))
    })
}

/// The object's own name among the parts of its whole name.
fn called(parts: &[String], kind: Kind) -> Option<&String> {
    parts.iter().rev().nth(usize::from(kind.has_arguments()))
}
