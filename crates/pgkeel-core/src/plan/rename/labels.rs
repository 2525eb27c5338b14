//! Renamed values of enumerated types: `ALTER TYPE t RENAME VALUE 'a' TO 'b'`. A value is named as a part of its type.

use super::Renaming;
use super::names::Names;
use crate::object::{Body, Kind};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Literal, qualified};

/// The value that is meant, when one is.
pub fn of(id: &Id) -> Option<&str> {
    match id.parts.as_ref() {
        [_, _, label] if id.kind == Kind::Enum => Some(label),
        _ => None,
    }
}

/// The type of a value.
fn type_of(id: &Id) -> Id {
    Id { kind: Kind::Enum, parts: id.parts.iter().take(2).cloned().collect() }
}

/// The statement that renames it.
pub fn step(id: &Id, label: &str, new: &str) -> Step {
    let name = match id.parts.as_ref() {
        [namespace, name, ..] => qualified(namespace, name),
        _ => String::new(),
    };
    let sql = format!("ALTER TYPE {name} RENAME VALUE {} TO {}", Literal(label), Literal(new));
    Step { cause: type_of(id).to_string(), ..Step::new(sql) }
}

/// The schema in which the value has its new name; `None` when the type has no such value, or has the new one already.
/// What mentions it is written anew by the server, so that only a difference beyond the name counts.
pub fn renamed(schema: &Schema, renaming: &Renaming, new: &Schema) -> Option<Schema> {
    let label = of(&renaming.old)?;
    let id = type_of(&renaming.old);
    let mut after = schema.clone();
    let Some(Body::Enum(kind)) = after.objects.get_mut(&id).map(|object| &mut object.body) else {
        return None;
    };
    if kind.labels.contains(&renaming.new) {
        return None;
    }
    kind.labels.iter_mut().find(|own| *own == label)?.clone_from(&renaming.new);
    let names = Names::of_label(&label.replace('\'', "''"), &renaming.new.replace('\'', "''"));
    for (user, object) in &mut after.objects {
        if schema.needs.get(user).is_some_and(|needs| needs.contains(&id))
            && let Some(wanted) = new.body(user)
            && names.lead(&object.body, wanted)
        {
            object.body = wanted.clone();
        }
    }
    Some(after)
}

/// The values of one type that only have another name. A type never loses a value, so that where as many went as came
/// between two that stayed, each is the one that stands in its place.
pub fn between(before: &[String], after: &[String]) -> Vec<(String, String)> {
    let (mut found, mut rest) = (vec![], after);
    let mut gone: Vec<&String> = vec![];
    let mut settle = |gone: &mut Vec<&String>, come: &[String]| {
        if gone.len() == come.len() {
            found.extend(gone.iter().zip(come).map(|(old, new)| ((*old).clone(), new.clone())));
        }
        gone.clear();
    };
    for label in before {
        let Some(place) = rest.iter().position(|other| other == label) else {
            gone.push(label);
            continue;
        };
        let (come, behind) = rest.split_at(place);
        settle(&mut gone, come);
        rest = behind.split_first().map_or(&[], |(_, behind)| behind);
    }
    settle(&mut gone, rest);
    found
}

/// The values of the types that both schemas have, where nothing but their place is needed to know them.
pub fn renamed_between(old: &Schema, new: &Schema) -> Vec<Renaming> {
    let mut found = vec![];
    for (id, object) in old.objects.range(Id::first(Kind::Enum)..) {
        let Body::Enum(before) = &object.body else { break };
        let Some(Body::Enum(after)) = new.body(id) else { continue };
        for (label, new) in between(&before.labels, &after.labels) {
            let parts = id.parts.iter().cloned().chain([label]).collect();
            found.push(Renaming::named(Id { kind: Kind::Enum, parts }, new));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn a_value_is_renamed_where_another_stands_in_its_place() {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (before, after, wanted) in [
            ("a b c", "a x c", "b=x"),
            ("a b c", "x b y", "a=x c=y"),
            ("a b c", "a x y", "b=x c=y"),
            ("a b c", "a b c d", ""),
            // One was added and one renamed, and nothing tells which.
            ("a b c", "a x y c", ""),
            ("a b c", "a x c d", "b=x"),
        ] {
            let found: Vec<String> = between(&list(before), &list(after))
                .iter()
                .map(|(old, new)| format!("{old}={new}"))
                .collect();
            assert_eq!(found.join(" "), wanted, "{before} -> {after}");
        }
    }
}
