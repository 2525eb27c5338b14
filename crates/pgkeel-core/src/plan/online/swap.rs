//! Indexes and keys that replace one of the same name: the new one is built beside the old one, which serves readers until
//! both change places at once.

use std::collections::BTreeMap;

use super::{Way, alone, beside, key, like};
use crate::object::{Body, Kind};
use crate::plan::Step;
use crate::schema::{Id, Name};
use crate::sql::ident::{Ident, qualified};

/// For the places of steps: what stands there instead.
pub fn find(steps: &[Step], ids: &[Option<Id>], way: &Way<'_>) -> BTreeMap<usize, Vec<Step>> {
    let mut swaps = BTreeMap::new();
    for (place, (step, id)) in steps.iter().zip(ids).enumerate() {
        let Some(id) = id.as_ref().filter(|id| matches!(id.kind, Kind::Index | Kind::Constraint)) else {
            continue;
        };
        let (Some(_), Some(after)) = (way.old.body(id), way.new.body(id)) else { continue };
        let table = match after {
            Body::Index(index) => &index.table,
            Body::Constraint(constraint) => &constraint.table,
            _ => continue,
        };
        let stays = [Kind::Table, Kind::MaterializedView]
            .into_iter()
            .any(|kind| way.stays(&Id::new(kind, [&table.0, &table.1])));
        if !stays || way.is_partitioned(table) || !makes(&step.sql) {
            continue;
        }
        let dropped = steps
            .iter()
            .zip(ids)
            .take(place)
            .position(|(earlier, other)| other.as_ref() == Some(id) && drops(&earlier.sql));
        let Some(dropped) = dropped.filter(|dropped| is_free(steps, ids, *dropped, place, id, way)) else {
            continue;
        };
        let Some(drop) = steps.get(dropped) else { continue };
        let swap = match after {
            Body::Index(index) => index_swap(step, &Name(table.0.clone(), index.name.clone())),
            Body::Constraint(constraint) => {
                let name = beside(&constraint.name, "_pgkeel_new");
                key::parts(step, constraint, &name)
                    .map(|(build, take)| vec![build, like(drop, drop.sql.clone()), take])
            }
            _ => None,
        };
        if let Some(swap) = swap {
            swaps.insert(dropped, vec![]);
            swaps.insert(place, swap);
        }
    }
    swaps
}

fn makes(sql: &str) -> bool {
    let index = sql.starts_with("CREATE INDEX ") || sql.starts_with("CREATE UNIQUE INDEX ");
    index || sql.contains(" ADD CONSTRAINT ")
}

fn drops(sql: &str) -> bool {
    sql.starts_with("DROP INDEX ") && !sql.ends_with(" CASCADE") || sql.contains(" DROP CONSTRAINT ")
}

/// Whether the old one may stay until the new one is there: nothing between them is about what either needs or what needs
/// either.
fn is_free(steps: &[Step], ids: &[Option<Id>], dropped: usize, made: usize, id: &Id, way: &Way<'_>) -> bool {
    let needed = |other: &Id| {
        [way.old, way.new].into_iter().any(|schema| {
            schema.needs_of(id).any(|needed| needed == other)
                || schema.needs_of(other).any(|needed| needed == id)
        })
    };
    let between = ids.iter().take(made).skip(dropped + 1);
    !between.zip(steps.iter().skip(dropped + 1)).any(|(other, _)| other.as_ref().is_some_and(&needed))
}

/// Built beside, renamed into place, and only then is the old one dropped.
fn index_swap(step: &Step, name: &Name) -> Option<Vec<Step>> {
    let (fresh, gone) = (beside(&name.1, "_pgkeel_new"), beside(&name.1, "_pgkeel_old"));
    let (own, rest) = ["CREATE UNIQUE INDEX ", "CREATE INDEX "]
        .iter()
        .find_map(|words| Some((*words, step.sql.strip_prefix(words)?)))?;
    let rest = rest.strip_prefix(&Ident(&name.1).to_string())?;
    Some(vec![
        alone(step, format!("{own}CONCURRENTLY {}{rest}", Ident(&fresh))),
        like(step, format!("ALTER INDEX {name} RENAME TO {}", Ident(&gone))),
        like(step, format!("ALTER INDEX {} RENAME TO {}", qualified(&name.0, &fresh), Ident(&name.1))),
        alone(step, format!("DROP INDEX CONCURRENTLY {}", qualified(&name.0, &gone))),
    ])
}
