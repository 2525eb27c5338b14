//! `CREATE TABLE` in all its forms, columns and constraints.

use super::definition::{
    Action, Column, Constraint, ConstraintKind, CreateTable, ForeignKey, Generated, Persistence,
};
use super::name::{name_in, name_of, names_of};
use super::{Name, Push, What, expression, types};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, push: &mut Push<'_>) -> bool {
    let persistence = persistence(statement);
    let if_not_exists = statement.child(Kind::IF_NOT_EXISTS).is_some();
    match statement.kind() {
        Kind::CREATE_TABLE | Kind::CREATE_FOREIGN_TABLE => {
            let Some(name) = name_of(statement, &[Kind::TABLE_NAME]) else { return false };
            let arguments = statement.child(Kind::TABLE_ARG_LIST);
            let arguments = || arguments.iter().flat_map(Node::children);
            let inherits = statement.child(Kind::INHERITS).map(|node| names_of(&node, Kind::TABLE_NAME_REF));
            let table = CreateTable {
                persistence,
                if_not_exists,
                columns: arguments().filter_map(|argument| column(&argument)).collect(),
                constraints: arguments().filter_map(|argument| constraint(&argument, None)).collect(),
                partition_of: statement
                    .child(Kind::PARTITION_OF)
                    .and_then(|node| name_of(&node, &[Kind::TABLE_NAME_REF])),
                partitioned: statement.child(Kind::PARTITION_BY).is_some(),
                like: arguments()
                    .filter(|argument| argument.kind() == Kind::LIKE_CLAUSE)
                    .filter_map(|argument| name_of(&argument, &[Kind::RELATION_NAME_REF]))
                    .collect(),
                inherits: inherits.unwrap_or_default(),
                foreign: statement.kind() == Kind::CREATE_FOREIGN_TABLE,
                name,
            };
            push(statement.range(), What::CreateTable(Box::new(table)));
            true
        }
        Kind::CREATE_TABLE_AS => {
            let Some(name) = name_of(statement, &[Kind::TABLE_NAME]) else { return false };
            push(statement.range(), What::CreateTableAs { name, persistence, if_not_exists });
            true
        }
        Kind::SELECT_INTO => {
            let into = statement.child(Kind::INTO_CLAUSE);
            let Some(name) = into.as_ref().and_then(|into| name_of(into, &[Kind::TABLE_NAME])) else {
                return false;
            };
            let persistence = into.map_or(persistence, |into| self::persistence(&into));
            push(statement.range(), What::CreateTableAs { name, persistence, if_not_exists: false });
            true
        }
        _ => false,
    }
}

fn persistence(node: &Node) -> Persistence {
    if node.child(Kind::TEMP).is_some() {
        Persistence::Temporary
    } else if node.child(Kind::UNLOGGED).is_some() {
        Persistence::Unlogged
    } else {
        Persistence::Permanent
    }
}

/// Reads a column definition: of a table, or of `ADD COLUMN`.
pub(super) fn column(node: &Node) -> Option<Column> {
    if !matches!(node.kind(), Kind::COLUMN | Kind::ADD_COLUMN) {
        return None;
    }
    let name = name_of(node, &[Kind::NAME])?;
    let mut column = Column {
        type_name: types::type_in(node),
        not_null: false,
        default: None,
        generated: None,
        computed: None,
        constraints: Vec::new(),
        range: node.range(),
        name,
    };
    for child in node.children() {
        match child.kind() {
            Kind::DEFAULT_CONSTRAINT => column.default = expression::first_in(&child),
            Kind::GENERATED_CONSTRAINT => {
                let stored = child.leaves().any(|(kind, ..)| kind == Kind::STORED_KW);
                let identity = child.find(Kind::GENERATED_IDENTITY).is_some();
                column.generated = Some(match (identity, stored) {
                    (true, _) => Generated::Identity,
                    (false, true) => Generated::Stored,
                    (false, false) => Generated::Virtual,
                });
                column.not_null |= identity;
                column.computed = expression::first_in(&child).filter(|_| !identity);
            }
            Kind::NOT_NULL_CONSTRAINT => column.not_null = true,
            _ => {
                if let Some(constraint) = constraint(&child, Some(&column.name)) {
                    column.not_null |= matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
                    column.constraints.push(constraint);
                }
            }
        }
    }
    if node.child(Kind::NOT_ENFORCED).is_some() {
        column.constraints.iter_mut().for_each(|constraint| constraint.not_enforced = true);
    }
    Some(column)
}

/// Reads a constraint; `of` is the column with which it is written.
pub(super) fn constraint(node: &Node, of: Option<&Name>) -> Option<Constraint> {
    let own = || of.cloned().into_iter().collect::<Vec<_>>();
    let using_index = || node.child(Kind::USING_INDEX).and_then(|index| name_of(&index, &[Kind::INDEX_REF]));
    let keys = || {
        let listed =
            node.child(Kind::INDEX_PARAMETERS).map(|parameters| columns(&parameters)).unwrap_or_default();
        if listed.is_empty() { own() } else { listed }
    };
    let kind = match node.kind() {
        Kind::PRIMARY_KEY_CONSTRAINT => {
            ConstraintKind::PrimaryKey { columns: keys(), using_index: using_index() }
        }
        Kind::UNIQUE_CONSTRAINT => ConstraintKind::Unique {
            columns: keys(),
            using_index: using_index(),
            nulls_not_distinct: node.find(Kind::NULLS_NOT_DISTINCT).is_some(),
        },
        Kind::CHECK_CONSTRAINT => ConstraintKind::Check(expression::first_in(node)?),
        Kind::FOREIGN_KEY_CONSTRAINT => {
            let lists: Vec<Node> = node.children_of(Kind::COLUMN_REF_LIST).collect();
            let columns = lists.first().map(column_names).unwrap_or_default();
            let referred = lists.get(1).map(column_names).unwrap_or_default();
            ConstraintKind::ForeignKey(foreign_key(node, columns, referred)?)
        }
        Kind::REFERENCES_CONSTRAINT => {
            let referred = node.children_of(Kind::NAME_REF).filter_map(|child| name_in(&child)).collect();
            ConstraintKind::ForeignKey(foreign_key(node, own(), referred)?)
        }
        Kind::EXCLUDE_CONSTRAINT => {
            let method = node
                .child(Kind::CONSTRAINT_INDEX_METHOD)
                .and_then(|m| name_of(&m, &[Kind::ACCESS_METHOD_REF]));
            let parts = node.child(Kind::CONSTRAINT_EXCLUSION_LIST);
            let parts = parts.iter().flat_map(|list| list.children_of(Kind::CONSTRAINT_EXCLUSION));
            ConstraintKind::Exclude {
                method: method.map_or_else(|| "btree".to_owned(), |m| m.last().to_owned()),
                elements: parts.filter_map(|part| super::index::element(&part)).collect(),
            }
        }
        Kind::NOT_NULL_CONSTRAINT if of.is_none() => {
            ConstraintKind::NotNull { column: name_of(node, &[Kind::NAME_REF, Kind::COLUMN_REF]) }
        }
        _ => return None,
    };
    let name = node
        .child(Kind::CONSTRAINT_NAME_CLAUSE)
        .and_then(|clause| name_of(&clause, &[Kind::CONSTRAINT_NAME]));
    Some(Constraint {
        name,
        kind,
        not_valid: node.child(Kind::NOT_VALID).is_some(),
        not_enforced: node.child(Kind::NOT_ENFORCED).is_some(),
        range: node.range(),
    })
}

fn foreign_key(node: &Node, columns: Vec<Name>, referred: Vec<Name>) -> Option<ForeignKey> {
    let table_node = node.child(Kind::TABLE_NAME_REF)?;
    let from = node.token(Kind::REFERENCES_KW)?;
    let closing = node.words().iter().any(|(kind, _)| *kind == Kind::R_PAREN);
    let last = node.children_of(Kind::COLUMN_REF_LIST).last().filter(|list| list.range().start > from.start);
    let last = last.map(|list| list.range());
    let paren = if closing { node.token(Kind::R_PAREN) } else { None };
    let reference = from.to(table_node.range()).to(last.or(paren).unwrap_or(from));
    Some(ForeignKey {
        columns,
        table: name_in(&table_node)?,
        referred,
        on_delete: action(node, Kind::ON_DELETE_ACTION),
        on_update: action(node, Kind::ON_UPDATE_ACTION),
        reference,
    })
}

fn action(node: &Node, kind: Kind) -> Option<Action> {
    let clause = node.child(kind)?;
    let has = |kind: Kind| clause.leaves().any(|(leaf, ..)| leaf == kind);
    Some(if has(Kind::CASCADE_KW) {
        Action::Cascade
    } else if has(Kind::RESTRICT_KW) {
        Action::Restrict
    } else if has(Kind::ACTION_KW) {
        Action::NoAction
    } else if has(Kind::NULL_KW) {
        Action::SetNull
    } else {
        Action::SetDefault
    })
}

fn columns(node: &Node) -> Vec<Name> {
    node.child(Kind::COLUMN_REF_LIST).map(|list| column_names(&list)).unwrap_or_default()
}

pub(super) fn column_names(list: &Node) -> Vec<Name> {
    names_of(list, Kind::COLUMN_REF)
}
