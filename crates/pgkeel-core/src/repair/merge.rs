//! One object that exists and differs: as near to what is expected as adding can bring it, and what then still differs.

use super::goal::is_definition_only;
use super::widening::widens;
use crate::object::column::Column;
use crate::object::table::Table;
use crate::object::{Alteration, Body, Kind, Site};
use crate::plan::{self, Options, Step};
use crate::schema::{Attributes, Grant, Id, Object, Schema};

/// The repaired object, and why it is not wholly what is expected.
pub struct Merge {
    /// The object after the repair.
    pub object: Object,
    /// What is left, one reason each.
    pub left: Vec<String>,
}

/// Merges what was found with what is wanted.
pub fn merge(id: &Id, found: &Object, wanted: &Object, live: &Schema, expected: &Schema) -> Merge {
    let mut left = Vec::new();
    let body = match (&found.body, &wanted.body) {
        (Body::Table(found), Body::Table(wanted)) => table(found, wanted, &mut left).into(),
        (Body::Column(found), Body::Column(wanted)) => column(found, wanted, &mut left).into(),
        (before, after) => definition(before, after, live, expected, &mut left),
    };
    let mut object = Object {
        body,
        attributes: attributes(&found.attributes, &wanted.attributes, &mut left),
        columns: found.columns.clone(),
    };
    let none = Attributes::default();
    for (name, wanted) in &wanted.columns {
        let merged = attributes(found.columns.get(name).unwrap_or(&none), wanted, &mut left);
        object.columns.insert(name.clone(), merged);
    }
    if object.body != found.body
        && let Some(reason) = would_rebuild(id, &object, live, expected)
    {
        left.push(reason);
        object.body = found.body.clone();
    }
    Merge { object, left }
}

/// Row-level security is put back, and what CREATE TABLE says beside the columns stays.
fn table(found: &Table, wanted: &Table, left: &mut Vec<String>) -> Table {
    let merged = Table {
        row_security: found.row_security || wanted.row_security,
        force_row_security: found.force_row_security || wanted.force_row_security,
        options: wanted.options.clone(),
        replica_identity: wanted.replica_identity.clone(),
        ..found.clone()
    };
    if merged != *wanted {
        left.push(
            "changing what kind of table it is, or switching row-level security off, is no repair".into(),
        );
    }
    merged
}

/// NOT NULL is put back, a type is widened where no row changes, and settings are levelled.
fn column(found: &Column, wanted: &Column, left: &mut Vec<String>) -> Column {
    let mut merged = Column { position: found.position, table: found.table.clone(), ..wanted.clone() };
    if (&found.data_type, &found.collation) != (&wanted.data_type, &wanted.collation)
        && !(found.collation == wanted.collation && widens(&found.data_type, &wanted.data_type))
    {
        left.push(format!(
            "changing its type from {} to {} rewrites or loses values",
            found.data_type, wanted.data_type
        ));
        merged.data_type.clone_from(&found.data_type);
        merged.collation.clone_from(&found.collation);
    }
    if found.not_null && !wanted.not_null {
        left.push("it is NOT NULL, which no migration says: dropping that is no repair".into());
        merged.not_null = true;
        merged.not_null_constraint.clone_from(&found.not_null_constraint);
    }
    if found.generated != wanted.generated {
        left.push("changing how it is generated rewrites its values".into());
        merged.generated.clone_from(&found.generated);
    }
    if found.identity.is_some() && found.identity != wanted.identity {
        left.push("its identity is another, and is not dropped".into());
        merged.identity.clone_from(&found.identity);
    }
    merged
}

/// Everything else is a definition: taken where PostgreSQL can change it in place without taking anything away, or
/// where it can be made anew because it is nothing but a definition.
fn definition(before: &Body, after: &Body, live: &Schema, expected: &Schema, left: &mut Vec<String>) -> Body {
    let none = std::collections::BTreeSet::new();
    let site = Site { old: live, new: expected, inline: &none, created: &none, apart: &none };
    if let (Body::Index(found), Body::Index(wanted)) = (before, after)
        && found.invalid
        && found.definition == wanted.definition
    {
        return after.clone();
    }
    if is_extension_update(before, after) {
        left.push("its version is another: updating an extension runs the extension's own scripts".into());
        return before.clone();
    }
    let (here, there) = (live.version / 10_000, expected.version / 10_000);
    match after.alter(before, &site) {
        change if here != there && is_definition_only(before) && is_written_anew(&change) => {
            left.push(format!(
                "PostgreSQL {here} and {there} write definitions differently; it may be the same"
            ));
            before.clone()
        }
        Alteration::Same => after.clone(),
        Alteration::Steps(steps) | Alteration::Around(steps, _) if steps.iter().all(adds) => after.clone(),
        Alteration::Replace if is_definition_only(before) && before.id().kind != Kind::MaterializedView => {
            after.clone()
        }
        Alteration::Replace => {
            left.push("its definition is another, and it cannot be changed without dropping it".into());
            before.clone()
        }
        Alteration::Steps(_) | Alteration::Around(..) => {
            left.push("levelling it takes something away".into());
            before.clone()
        }
    }
}

/// Whether the whole text of a definition is set, in the words of the server that wrote it.
fn is_written_anew(change: &Alteration) -> bool {
    match change {
        Alteration::Same => false,
        Alteration::Replace => true,
        Alteration::Steps(steps) | Alteration::Around(steps, _) => steps
            .iter()
            .any(|step| step.sql.starts_with("CREATE OR REPLACE ") || step.sql.contains(" SET DEFAULT ")),
    }
}

fn is_extension_update(before: &Body, after: &Body) -> bool {
    matches!((before, after), (Body::Extension(found), Body::Extension(wanted)) if found.version != wanted.version)
}

/// Whether a step takes nothing away.
fn adds(step: &Step) -> bool {
    const TAKES: [&str; 5] = [" DROP ", "REVOKE ", " NO FORCE ", " DETACH ", " NO INHERIT "];
    let takes = TAKES.iter().any(|words| step.sql.contains(words));
    // What a routine's own text says is not done by making it.
    let is_routine = step.sql.starts_with("CREATE OR REPLACE ");
    step.loses.is_none() && (is_routine || !takes)
}

/// What the change of one object would have to drop and make anew around it, when that is more than definitions.
fn would_rebuild(id: &Id, object: &Object, live: &Schema, expected: &Schema) -> Option<String> {
    let before = live.objects.get(id)?;
    let none = std::collections::BTreeSet::new();
    let site = Site { old: live, new: expected, inline: &none, created: &none, apart: &none };
    if !matches!(object.body.alter(&before.body, &site), Alteration::Replace | Alteration::Around(..)) {
        return None;
    }
    if matches!(&before.body, Body::Index(index) if index.invalid) {
        return None;
    }
    let mut alone = live.clone();
    alone.objects.insert(id.clone(), object.clone());
    alone.needs.insert(id.clone(), expected.needs.get(id).cloned().unwrap_or_default());
    let plan = plan::between(live, &alone, &Options::default());
    let heavy = plan.steps.iter().find(|step| {
        let cause: Option<Id> = step.cause.parse().ok();
        let light = cause.and_then(|id| live.body(&id).map(is_definition_only)).unwrap_or(true);
        // Nothing else is made nullable by a repair: these are the heirs of a column, which are repaired with it.
        let heirs = step.sql.ends_with(" DROP NOT NULL");
        let drops = !heirs && (step.sql.starts_with("DROP ") || step.sql.contains(" DROP "));
        step.loses.is_some() || (drops && !light)
    })?;
    Some(format!("changing it would drop and make anew {}", heavy.cause))
}

/// Comments, grants and labels that are missing are put back; those that nobody asked for stay.
fn attributes(found: &Attributes, wanted: &Attributes, left: &mut Vec<String>) -> Attributes {
    let mut merged = found.clone();
    merged.comment = wanted.comment.clone().or_else(|| found.comment.clone());
    add(&mut merged.granted, &wanted.granted);
    merged.revoked.retain(|grant| wanted.revoked.contains(grant));
    merged.labels.extend(wanted.labels.clone());
    merged.extensions.extend(wanted.extensions.clone());
    let owner = match (&found.owner, &wanted.owner) {
        (Some(found), Some(wanted)) if found != wanted => Some((found, wanted)),
        _ => None,
    };
    if let Some((found, wanted)) = owner {
        left.push(format!("it belongs to {found} instead of {wanted}: an owner is not changed unasked"));
    }
    if merged.comment != wanted.comment {
        left.push("it has a comment that no migration gives it".into());
    }
    if merged.granted.len() != wanted.granted.len() || merged.revoked.len() != wanted.revoked.len() {
        left.push("it has privileges that no migration grants: nothing is revoked".into());
    }
    merged
}

fn add(grants: &mut Vec<Grant>, wanted: &[Grant]) {
    for grant in wanted {
        if !grants.contains(grant) {
            grants.push(grant.clone());
        }
    }
}
