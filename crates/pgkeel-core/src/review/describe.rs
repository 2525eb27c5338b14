//! What a statement does, in words for people.

use crate::sql::effect::{ConstraintKind, Effect, Name, What};

/// One line about an effect; `None` for what needs no mention.
pub fn describe(effect: &Effect) -> Option<String> {
    Some(match &effect.what {
        What::CreateTable(table) => {
            let keys = table.columns.iter().flat_map(|c| &c.constraints).chain(&table.constraints);
            let to: Vec<String> = keys
                .filter_map(|constraint| match &constraint.kind {
                    ConstraintKind::ForeignKey(key) => Some(key.table.to_string()),
                    _ => None,
                })
                .collect();
            let refers =
                if to.is_empty() { String::new() } else { format!(", which refers to {}", to.join(" and ")) };
            format!("makes the table {} with {} columns{refers}", table.name, table.columns.len())
        }
        What::CreateTableAs { name, .. } => format!("makes the table {name} from a query"),
        What::CreateIndex(index) => {
            let columns: Vec<&str> =
                index.elements.iter().map(|element| element.expression.text.as_str()).collect();
            let name =
                index.name.as_ref().map_or_else(|| "an index".to_owned(), |name| format!("the index {name}"));
            format!("builds {name} on {} ({})", index.table, columns.join(", "))
        }
        What::CreateView(view) => format!("makes the view {}", view.name),
        What::CreateFunction(function) => format!("makes the function {}", function.name),
        What::CreateTrigger(trigger) => format!("makes the trigger {} on {}", trigger.name, trigger.table),
        What::CreatePolicy(policy) => format!("makes the policy {} on {}", policy.name, policy.table),
        What::CreateExtension { name, .. } => format!("installs the extension {name}"),
        What::CreateEnum { name, .. } | What::CreateType { name } | What::CreateDomain { name, .. } => {
            format!("makes the type {name}")
        }
        What::CreateSequence { name, .. } => format!("makes the sequence {name}"),
        What::CreateNamespace { name: Some(name), .. } => format!("makes the schema {name}"),
        What::AddColumn { table, column, .. } => {
            let type_name = column.type_name.as_ref().map(ToString::to_string).unwrap_or_default();
            let null = if column.not_null { "NOT NULL" } else { "may be NULL" };
            format!("adds {table}.{} ({type_name}, {null})", column.name)
        }
        What::DropColumn { table, column, .. } => format!("drops {table}.{column}"),
        What::AlterColumnType { table, column, to, .. } => format!("changes {table}.{column} to {to}"),
        What::SetDefault { table, column, default } => {
            format!("sets the default of {table}.{column} to {}", default.text)
        }
        What::DropDefault { table, column } => format!("drops the default of {table}.{column}"),
        What::SetNotNull { table, column } => format!("makes {table}.{column} NOT NULL"),
        What::DropNotNull { table, column } => format!("lets {table}.{column} be NULL"),
        What::AddConstraint { table, constraint } => {
            let name = constraint.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            let valid = if constraint.not_valid { ", not yet validated" } else { "" };
            format!("adds the {}{name} to {table}{valid}", kind(&constraint.kind))
        }
        What::DropConstraint { table, constraint, .. } => {
            format!("drops the constraint {constraint} of {table}")
        }
        What::ValidateConstraint { table, constraint } => format!("validates {constraint} of {table}"),
        What::Rename { kind, name, to, .. } => format!("renames the {} {name} to {to}", kind.word()),
        What::RowSecurity { table, .. } => format!("changes row security of {table}"),
        What::AddEnumValue { name, value, .. } => format!("adds '{value}' to {name}"),
        What::Drop { kind, names, .. } => {
            format!(
                "drops the {} {}",
                kind.word(),
                names.iter().map(Name::to_string).collect::<Vec<_>>().join(", ")
            )
        }
        What::Truncate { tables, .. } => {
            format!("empties {}", tables.iter().map(Name::to_string).collect::<Vec<_>>().join(", "))
        }
        What::Insert { table, .. } => format!("inserts rows into {table}"),
        What::Update { table, .. } => format!("changes rows of {table}"),
        What::Delete { table, .. } => format!("deletes rows of {table}"),
        What::Grant { .. } => "grants rights".to_owned(),
        What::Revoke => "revokes rights".to_owned(),
        What::Comment { kind, name: Some(name), .. } => format!("explains the {} {name}", kind.word()),
        What::DynamicSql => "runs SQL that is put together when it runs".to_owned(),
        _ => return None,
    })
}

fn kind(kind: &ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey { .. } => "primary key",
        ConstraintKind::Unique { .. } => "unique constraint",
        ConstraintKind::Check(_) => "CHECK",
        ConstraintKind::ForeignKey(_) => "foreign key",
        ConstraintKind::Exclude { .. } => "exclusion constraint",
        ConstraintKind::NotNull { .. } => "NOT NULL constraint",
    }
}
