//! `ALTER TABLE` and its like: one effect per action, so that a rule never has to look inside a list.

use super::name::{name_in, name_of};
use super::{GeneratedChange, Name, ObjectKind, Push, What, expression, table, types};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, push: &mut Push<'_>) -> bool {
    let (kind, reference) = match statement.kind() {
        Kind::ALTER_TABLE => (ObjectKind::Table, Kind::TABLE_RELATION_NAME),
        Kind::ALTER_FOREIGN_TABLE => (ObjectKind::ForeignTable, Kind::TABLE_RELATION_NAME),
        Kind::ALTER_MATERIALIZED_VIEW => (ObjectKind::MaterializedView, Kind::VIEW_REF),
        Kind::ALTER_VIEW => (ObjectKind::View, Kind::VIEW_REF),
        Kind::ALTER_INDEX => (ObjectKind::Index, Kind::INDEX_REF),
        _ => return false,
    };
    let target = name_of(statement, &[reference, Kind::TABLE_NAME_REF, Kind::RELATION_NAME]);
    let Some(target) = target else { return false };
    let mut found = false;
    for action in statement.children() {
        if let Some(what) = action_of(kind, &target, &action) {
            found = true;
            push(action.range(), what);
        }
    }
    found
}

fn action_of(kind: ObjectKind, target: &Name, action: &Node) -> Option<What> {
    let table = target.clone();
    Some(match action.kind() {
        Kind::ADD_COLUMN => What::AddColumn {
            table,
            column: Box::new(table::column(action)?),
            if_not_exists: action.child(Kind::IF_NOT_EXISTS).is_some(),
        },
        Kind::DROP_COLUMN => What::DropColumn {
            table,
            column: name_of(action, &[Kind::NAME_REF])?,
            if_exists: action.child(Kind::IF_EXISTS).is_some(),
            cascade: action.has(Kind::CASCADE_KW),
        },
        Kind::ALTER_COLUMN | Kind::ALTER_VIEW_COLUMN => alter_column(table, action)?,
        Kind::ADD_CONSTRAINT => {
            let mut constraint = action.children().find_map(|child| table::constraint(&child, None))?;
            constraint.not_valid |= action.child(Kind::NOT_VALID).is_some();
            constraint.not_enforced |= action.child(Kind::NOT_ENFORCED).is_some();
            constraint.range = constraint.range.to(action.range());
            What::AddConstraint { table, constraint: Box::new(constraint) }
        }
        Kind::DROP_CONSTRAINT => What::DropConstraint {
            table,
            constraint: name_of(action, &[Kind::CONSTRAINT_NAME_REF])?,
            if_exists: action.child(Kind::IF_EXISTS).is_some(),
            cascade: action.has(Kind::CASCADE_KW),
        },
        Kind::VALIDATE_CONSTRAINT => {
            What::ValidateConstraint { table, constraint: name_of(action, &[Kind::CONSTRAINT_NAME_REF])? }
        }
        Kind::ALTER_CONSTRAINT => {
            What::AlterConstraint { table, constraint: name_of(action, &[Kind::CONSTRAINT_NAME_REF])? }
        }
        Kind::RENAME_CONSTRAINT => What::Rename {
            kind: ObjectKind::Constraint,
            on: Some(table),
            name: name_of(action, &[Kind::CONSTRAINT_NAME_REF])?,
            to: name_of(action, &[Kind::CONSTRAINT_NAME])?,
        },
        Kind::RENAME_COLUMN => What::Rename {
            kind: ObjectKind::Column,
            on: Some(table),
            name: name_of(action, &[Kind::NAME_REF])?,
            to: name_of(action, &[Kind::NAME])?,
        },
        Kind::TABLE_RENAME_TO | Kind::VIEW_RENAME_TO | Kind::INDEX_RENAME_TO => {
            let to = action.children().find_map(|child| name_in(&child))?;
            What::Rename { kind, on: None, name: table, to }
        }
        Kind::SET_SCHEMA => {
            What::SetNamespace { kind, name: table, to: name_of(action, &[Kind::SCHEMA_REF])? }
        }
        Kind::OWNER_TO => What::OwnerTo { kind, name: Some(table) },
        Kind::ENABLE_RLS => What::RowSecurity { table, enable: Some(true), force: None },
        Kind::DISABLE_RLS => What::RowSecurity { table, enable: Some(false), force: None },
        Kind::FORCE_RLS => What::RowSecurity { table, enable: None, force: Some(true) },
        Kind::NO_FORCE_RLS => What::RowSecurity { table, enable: None, force: Some(false) },
        Kind::ENABLE_TRIGGER | Kind::ENABLE_ALWAYS_TRIGGER | Kind::ENABLE_REPLICA_TRIGGER => {
            What::ToggleTrigger { table, enable: true }
        }
        Kind::DISABLE_TRIGGER => What::ToggleTrigger { table, enable: false },
        Kind::ATTACH_PARTITION => {
            What::AttachPartition { parent: table, partition: name_of(action, &[Kind::TABLE_NAME_REF])? }
        }
        Kind::DETACH_PARTITION => What::DetachPartition {
            parent: table,
            partition: name_of(action, &[Kind::TABLE_NAME_REF])?,
            concurrently: action.has(Kind::CONCURRENTLY_KW) || action.has(Kind::FINALIZE_KW),
        },
        Kind::INHERIT_TABLE | Kind::NO_INHERIT_TABLE => What::Inherit {
            table,
            parent: name_of(action, &[Kind::TABLE_NAME_REF])?,
            add: action.kind() == Kind::INHERIT_TABLE,
        },
        Kind::REPLICA_IDENTITY => What::ReplicaIdentity {
            table,
            full_or_nothing: action.has(Kind::FULL_KW) || action.has(Kind::NOTHING_KW),
        },
        Kind::SET_LOGGED => What::SetLogged { table, logged: true },
        Kind::SET_UNLOGGED => What::SetLogged { table, logged: false },
        Kind::SET_ACCESS_METHOD => What::SetAccessMethod { table },
        Kind::SET_TABLESPACE => What::SetTablespace { kind, name: table },
        Kind::SET_OPTIONS | Kind::RESET_OPTIONS => {
            What::StorageParameters { kind, name: table, text: action.text().to_lowercase() }
        }
        Kind::ENABLE_RULE | Kind::ENABLE_ALWAYS_RULE | Kind::ENABLE_REPLICA_RULE => {
            What::ToggleRule { table, enable: true }
        }
        Kind::DISABLE_RULE => What::ToggleRule { table, enable: false },
        Kind::CLUSTER_ON | Kind::SET_WITHOUT_CLUSTER => What::AlterTableOther { table },
        _ => return None,
    })
}

fn alter_column(table: Name, action: &Node) -> Option<What> {
    let column = name_of(action, &[Kind::NAME_REF])?;
    let option = action.children().find(|child| child.kind() != Kind::NAME_REF)?;
    Some(match option.kind() {
        Kind::SET_TYPE => {
            let to = types::type_in(&option)?;
            let using = option.token(Kind::USING_KW).and_then(|word| {
                option
                    .children()
                    .find(|child| child.range().start > word.start)
                    .map(|node| expression::read(&node))
            });
            What::AlterColumnType {
                table,
                column,
                to,
                using,
                collation: option.child(Kind::COLLATE).is_some(),
            }
        }
        Kind::SET_DEFAULT => What::SetDefault { table, column, default: expression::first_in(&option)? },
        Kind::DROP_DEFAULT => What::DropDefault { table, column },
        Kind::SET_NOT_NULL => What::SetNotNull { table, column },
        Kind::DROP_NOT_NULL => What::DropNotNull { table, column },
        Kind::DROP_EXPRESSION | Kind::DROP_IDENTITY => {
            What::DropGenerated { table, column, identity: option.kind() == Kind::DROP_IDENTITY }
        }
        Kind::ADD_GENERATED => What::ChangeGenerated { table, column, how: GeneratedChange::AddIdentity },
        Kind::SET_EXPRESSION => What::ChangeGenerated { table, column, how: GeneratedChange::Expression },
        Kind::SET_GENERATED | Kind::SET_GENERATED_OPTIONS => {
            let words = option.text().to_lowercase();
            let how = if words.contains("always") {
                GeneratedChange::Always
            } else if words.contains("by default") {
                GeneratedChange::ByDefault
            } else {
                GeneratedChange::Sequence
            };
            What::ChangeGenerated { table, column, how }
        }
        Kind::SET_SEQUENCE_OPTION | Kind::RESTART => {
            What::ChangeGenerated { table, column, how: GeneratedChange::Sequence }
        }
        _ => What::ColumnOption { table, column },
    })
}
