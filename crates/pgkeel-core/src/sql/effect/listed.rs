//! The rows that an `INSERT ... VALUES` lists.

use super::name::{name_in, name_of};
use super::{Expression, TextRange, expression, table};
use crate::sql::effect::Name;
use crate::sql::parse::{Kind, Node, parse};

/// An `INSERT` whose rows are written in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Where they go.
    pub table: Name,
    /// The columns, when they are named.
    pub columns: Option<Vec<Name>>,
    /// By what `ON CONFLICT` knows rows that are there already; `None` without it.
    pub conflict: Option<ConflictTarget>,
    /// Place of each row in the statement, and its values; a value is nothing where it says `DEFAULT`.
    pub rows: Vec<(TextRange, Vec<Option<Expression>>)>,
}

/// By what `ON CONFLICT` knows a row that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictTarget {
    /// By any unique index: no target is written, or one that is no list of columns.
    Any,
    /// By these columns.
    Columns(Vec<String>),
    /// By the columns of a constraint.
    Constraint(String),
}

/// The rows of a statement; `None` when it lists none.
pub fn listed_rows(statement: &str) -> Option<Listed> {
    let tree = parse(statement, 0);
    let insert = tree.statements().find(|node| node.kind() == Kind::INSERT)?;
    let list = insert.child(Kind::VALUES)?.child(Kind::ROW_LIST)?;
    let value = |node: Node| {
        let default = node.text().eq_ignore_ascii_case("default");
        (!default).then(|| expression::read(&node))
    };
    let rows = list.children_of(Kind::ROW).map(|row| (row.range(), row.children().map(value).collect()));
    Some(Listed {
        table: name_of(&insert, &[Kind::RELATION_NAME_REF])?,
        columns: insert.child(Kind::COLUMN_REF_LIST).map(|list| table::column_names(&list)),
        conflict: insert.child(Kind::ON_CONFLICT_CLAUSE).map(|clause| conflict_target(&clause)),
        rows: rows.collect(),
    })
}

fn conflict_target(clause: &Node) -> ConflictTarget {
    if let Some(name) = clause.find(Kind::CONSTRAINT_NAME_REF).and_then(|node| name_in(&node)) {
        return ConflictTarget::Constraint(name.last().to_owned());
    }
    let column = |item: Node| {
        let key = item.children().next().filter(|key| key.kind() == Kind::NAME_REF)?;
        name_in(&key).map(|name| name.last().to_owned())
    };
    let columns = clause.find(Kind::CONFLICT_INDEX_ITEM_LIST).and_then(|list| {
        list.children_of(Kind::CONFLICT_INDEX_ITEM).map(column).collect::<Option<Vec<String>>>()
    });
    columns.map_or(ConflictTarget::Any, ConflictTarget::Columns)
}
