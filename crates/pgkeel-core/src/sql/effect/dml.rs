//! Statements that read and write rows.

use super::name::{name_in, name_of};
use super::{Filter, Push, What, expression, string_value, table};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, push: &mut Push<'_>) -> bool {
    // Data-modifying CTEs write too.
    if let Some(with) = statement.child(Kind::WITH_CLAUSE) {
        for query in with.children().flat_map(|table| table.children().collect::<Vec<_>>()) {
            if matches!(query.kind(), Kind::INSERT | Kind::UPDATE | Kind::DELETE | Kind::MERGE) {
                read(&query, push);
            }
        }
    }
    let what = match statement.kind() {
        Kind::INSERT => insert(statement),
        Kind::UPDATE => name_of(statement, &[Kind::RELATION_NAME])
            .map(|table| What::Update { table, filter: filter(statement) }),
        Kind::DELETE => name_of(statement, &[Kind::RELATION_NAME])
            .map(|table| What::Delete { table, filter: filter(statement) }),
        Kind::MERGE => name_of(statement, &[Kind::TABLE_RELATION_NAME]).map(|table| What::Merge { table }),
        Kind::COPY => Some(copy(statement)),
        Kind::CALL => Some(What::Call { name: name_of(statement, &[Kind::PROCEDURE_NAME_REF]) }),
        Kind::SELECT | Kind::COMPOUND_SELECT | Kind::PAREN_SELECT | Kind::VALUES | Kind::TABLE => {
            Some(What::Select)
        }
        Kind::EXPLAIN => Some(What::Other),
        _ => return false,
    };
    let Some(what) = what else { return false };
    if what == What::Select {
        set_config(statement, push);
    }
    push(statement.range(), what);
    true
}

/// `SELECT set_config('name', 'value', is_local)`: a `SET` in other words, when the statement does nothing else.
fn set_config(statement: &Node, push: &mut Push<'_>) {
    let alone = statement.children().count() == 1;
    let list = statement.child(Kind::SELECT_CLAUSE).and_then(|clause| clause.child(Kind::TARGET_LIST));
    let Some(list) = list.filter(|_| alone) else { return };
    let calls: Option<Vec<(String, String, bool)>> = list.children().map(|target| setting(&target)).collect();
    for (name, value, local) in calls.unwrap_or_default() {
        push(statement.range(), What::Set { name, value, local });
    }
}

/// The setting, its value and `is_local` of a call of `set_config` with constants.
fn setting(target: &Node) -> Option<(String, String, bool)> {
    let call = target.child(Kind::CALL_EXPR)?;
    name_in(&call.children().next()?).filter(|name| name.last() == "set_config")?;
    let leaf = |argument: Node| argument.child(Kind::LITERAL)?.leaves().next();
    let arguments = call.child(Kind::ARG_LIST)?.children().map(leaf).collect::<Option<Vec<_>>>()?;
    let [(name_kind, name, _), (value_kind, value, _), (local, ..)] = arguments.as_slice() else {
        return None;
    };
    let strings = expression::is_string(*name_kind) && expression::is_string(*value_kind);
    strings.then(|| (string_value(name).to_lowercase(), string_value(value), *local == Kind::TRUE_KW))
}

fn insert(statement: &Node) -> Option<What> {
    let rows = statement.child(Kind::VALUES).and_then(|values| values.child(Kind::ROW_LIST));
    Some(What::Insert {
        table: name_of(statement, &[Kind::RELATION_NAME_REF])?,
        columns: statement.child(Kind::COLUMN_REF_LIST).map(|list| table::column_names(&list)),
        rows: rows.map_or(0, |list| list.children_of(Kind::ROW).count()),
        conflict: statement.child(Kind::ON_CONFLICT_CLAUSE).is_some(),
    })
}

fn copy(statement: &Node) -> What {
    let table = statement.child(Kind::COPY_TABLE);
    let from = statement.child(Kind::COPY_FROM);
    let has = |kind: Kind| from.as_ref().is_some_and(|from| from.has(kind));
    What::Copy {
        table: table.and_then(|table| name_of(&table, &[Kind::TABLE_NAME_REF])).filter(|_| from.is_some()),
        from_stdin: has(Kind::STDIN_KW),
        program: has(Kind::PROGRAM_KW)
            || statement.child(Kind::COPY_TO).is_some_and(|to| to.has(Kind::PROGRAM_KW)),
    }
}

fn filter(statement: &Node) -> Filter {
    if statement.child(Kind::WHERE_CURRENT_OF).is_some() {
        return Filter::Some;
    }
    let Some(condition) = statement.child(Kind::WHERE_CLAUSE).and_then(|clause| clause.children().next())
    else {
        return Filter::None;
    };
    if super::truth::truth(&condition) == Some(true) { Filter::Always } else { Filter::Some }
}
