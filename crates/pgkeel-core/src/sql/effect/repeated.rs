//! Columns given twice where PostgreSQL allows each only once: `UPDATE ... SET`, `INSERT (...)`, `CREATE TABLE (...)`,
//! `CREATE VIEW (...)`.

use std::collections::BTreeSet;

use super::name::name_in;
use super::{Effect, Origin, What};
use crate::sql::parse::{Kind, Node};

/// The bytes of a name that PostgreSQL keeps.
const KEPT: usize = 63;

/// Adds an effect for every column of this list that was given before.
pub(super) fn look(list: &Node, effects: &mut Vec<Effect>) {
    let columns: Vec<Node> = match list.kind() {
        Kind::SET_COLUMN_LIST => list
            .descendants()
            .filter(|node| matches!(node.kind(), Kind::SET_SINGLE_COLUMN | Kind::SET_MULTIPLE_COLUMNS))
            .flat_map(|assignment| targets(&assignment))
            .collect(),
        Kind::COLUMN_REF_LIST | Kind::COLUMN_LIST if in_write(list) => list.children().collect(),
        Kind::TABLE_ARG_LIST => {
            list.children_of(Kind::COLUMN).filter_map(|column| column.children().next()).collect()
        }
        _ => return,
    };
    let mut seen = BTreeSet::new();
    for column in &columns {
        let Some(name) = name_in(column).filter(|name| name.parts.len() == 1) else { continue };
        let kept: String = name.last().chars().take(KEPT).collect();
        if !seen.insert(kept) {
            let range = column.range();
            let what = What::RepeatedColumn { column: name };
            effects.push(Effect { range, origin: Origin::Statement, what });
        }
    }
}

/// The columns left of an assignment's `=`.
fn targets(assignment: &Node) -> Vec<Node> {
    match assignment.kind() {
        Kind::SET_SINGLE_COLUMN => assignment.children().take(1).collect(),
        _ => assignment
            .child(Kind::COLUMN_REF_LIST)
            .iter()
            .flat_map(|list| list.children().collect::<Vec<_>>())
            .collect(),
    }
}

/// Whether a list of columns says where values go: not the list of a constraint or of an index.
fn in_write(list: &Node) -> bool {
    list.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            Kind::INSERT | Kind::MERGE_INSERT | Kind::CREATE_VIEW | Kind::CREATE_MATERIALIZED_VIEW
        )
    })
}
