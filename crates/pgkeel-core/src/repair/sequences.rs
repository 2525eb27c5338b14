//! A sequence that is created again begins at its start: where a column of a filled table takes its values from it, it
//! goes on behind them instead, so that it does not give a key twice.

use std::collections::BTreeSet;

use crate::object::{Body, Kind};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, Literal};

/// The steps that bring new sequences up to the values that are there.
pub fn catch_up(live: &Schema, goal: &Schema, filled: &BTreeSet<Id>) -> Vec<Step> {
    let mut steps = Vec::new();
    for (id, object) in &goal.objects {
        let Body::Sequence(sequence) = &object.body else { continue };
        if live.has(id) || sequence.increment < 0 {
            continue;
        }
        let name = Name(sequence.namespace.clone(), sequence.name.clone());
        for (table, column) in users(id, &name, goal) {
            let column_id = Id::new(Kind::Column, [&table.0, &table.1, &column]);
            if !live.has(&column_id) || !filled.contains(&Id::new(Kind::Table, [&table.0, &table.1])) {
                continue;
            }
            let step = Step::new(format!(
                "SELECT pg_catalog.setval({}, used.highest) FROM (SELECT max({}) AS highest FROM {table}) AS used \
                 WHERE used.highest >= {}",
                Literal(&name.to_string()),
                Ident(&column),
                sequence.minimum,
            ));
            steps.push(Step { cause: id.to_string(), ..step });
        }
    }
    steps
}

/// The columns that take their values from a sequence.
fn users(id: &Id, name: &Name, goal: &Schema) -> BTreeSet<(Name, String)> {
    let mut users = BTreeSet::new();
    for (user, object) in &goal.objects {
        match &object.body {
            Body::Sequence(sequence) if user == id => {
                users.extend(sequence.identity.as_ref().map(|of| (of.table.clone(), of.column.clone())));
            }
            Body::SequenceOwner(owner) if owner.sequence == *name => {
                users.insert((owner.table.clone(), owner.column.clone()));
            }
            _ => {}
        }
    }
    users
}
