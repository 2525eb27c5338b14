//! The rows that an `INSERT ... VALUES` lists.

use super::name::name_of;
use super::{Expression, TextRange, expression, fold, table};
use crate::sql::effect::Name;
use crate::sql::parse::{Kind, parse};

/// An `INSERT` whose rows are written in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Where they go.
    pub table: Name,
    /// The columns, when they are named.
    pub columns: Option<Vec<Name>>,
    /// Whether `ON CONFLICT` says what becomes of rows that are there already.
    pub conflict: bool,
    /// The columns that `ON CONFLICT` names; empty when it names none, or anything but columns.
    pub conflict_columns: Vec<String>,
    /// Place of each row in the statement, and its values; a value is nothing where it says `DEFAULT`.
    pub rows: Vec<(TextRange, Vec<Option<Expression>>)>,
}

/// The rows of a statement; `None` when it lists none.
pub fn listed_rows(statement: &str) -> Option<Listed> {
    let tree = parse(statement, 0);
    let insert = tree.statements().find(|node| node.kind() == Kind::INSERT)?;
    let list = insert.child(Kind::VALUES)?.child(Kind::ROW_LIST)?;
    let value = |node: crate::sql::parse::Node| {
        let default = node.text().eq_ignore_ascii_case("default");
        (!default).then(|| expression::read(&node))
    };
    let rows = list.children_of(Kind::ROW).map(|row| (row.range(), row.children().map(value).collect()));
    let conflict = insert.child(Kind::ON_CONFLICT_CLAUSE);
    let target = conflict.as_ref().and_then(|clause| clause.child(Kind::CONFLICT_ON_INDEX));
    let items = target.and_then(|target| target.child(Kind::CONFLICT_INDEX_ITEM_LIST));
    let items = items.iter().flat_map(|items| items.children_of(Kind::CONFLICT_INDEX_ITEM));
    let conflict_columns: Option<Vec<String>> =
        items.map(|item| item.text().chars().all(|c| c != '(').then(|| fold(item.text().trim()))).collect();
    Some(Listed {
        table: name_of(&insert, &[Kind::RELATION_NAME_REF])?,
        columns: insert.child(Kind::COLUMN_REF_LIST).map(|list| table::column_names(&list)),
        conflict: conflict.is_some(),
        conflict_columns: conflict_columns.unwrap_or_default(),
        rows: rows.collect(),
    })
}
