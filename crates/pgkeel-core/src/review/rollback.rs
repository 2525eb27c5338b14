//! A way back, written from what a migration does. What cannot be undone is said, not left out.
//!
//! From text alone: definitions that the migration dropped come from the migrations that made them. Whether it is right is
//! for a scratch database to prove.

use super::history_model::{Model, TableConstraint};
use super::source::File;
use crate::rollback::values::{Back, values_back};
use crate::sql::effect::{ConstraintKind, Name, ObjectKind, What, fold};
use crate::sql::ident::Ident;

/// The statements that undo a file's, last first, and notes on what is lost or stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rollback {
    /// Statements without their semicolons.
    pub statements: Vec<String>,
    /// What the statements lose, or cannot undo.
    pub notes: Vec<String>,
}

/// Writes the way back of a file. `before` is what all migrations before it made; `files` are for the text of what they
/// made.
pub fn rollback(file: &File, before: &Model, files: &[File]) -> Rollback {
    let mut back = Rollback::default();
    for (_, statement) in file.up() {
        for effect in
            statement.reading.effects.iter().filter(|e| e.origin == crate::sql::effect::Origin::Statement)
        {
            undo(&effect.what, before, files, &mut back);
        }
    }
    back.statements.reverse();
    back.notes.dedup();
    back
}

fn undo(what: &What, before: &Model, files: &[File], back: &mut Rollback) {
    let Rollback { statements, notes } = back;
    match what {
        What::CreateTable(table) if before.table(&table.name).is_none() => {
            statements.push(format!("DROP TABLE IF EXISTS {}", table.name));
            notes.push(format!("every row written to {} since is lost", table.name));
        }
        What::CreateTableAs { name, .. } => statements.push(format!("DROP TABLE IF EXISTS {name}")),
        What::CreateIndex(index) => match &index.name {
            Some(name) => {
                let namespace = index.table.namespace().map(|n| format!("{}.", Ident(n))).unwrap_or_default();
                statements.push(format!("DROP INDEX IF EXISTS {namespace}{name}"));
            }
            None => notes.push(format!(
                "the index on {} has no name of its own, so it cannot be dropped by one",
                index.table
            )),
        },
        What::CreateView(view) => match before.views.get(&before.key(&view.name)) {
            Some(old) => statements.push(format!("CREATE OR REPLACE VIEW {} AS\n{}", view.name, old.query)),
            None => statements.push(format!(
                "DROP {}VIEW IF EXISTS {}",
                if view.materialized { "MATERIALIZED " } else { "" },
                view.name
            )),
        },
        What::CreateFunction(function) => {
            let known = before.functions.get(&before.key(&function.name));
            let old = known.and_then(|all| all.iter().find(|old| old.parameters == function.parameters));
            match old.and_then(|old| statement_text(files, old.origin)) {
                Some(text) => statements.push(text),
                None => statements.push(format!(
                    "DROP {} IF EXISTS {}({})",
                    if function.procedure { "PROCEDURE" } else { "FUNCTION" },
                    function.name,
                    function.parameters.join(", ")
                )),
            }
        }
        What::CreateTrigger(trigger) => {
            statements.push(format!("DROP TRIGGER IF EXISTS {} ON {}", trigger.name, trigger.table));
        }
        What::CreatePolicy(policy) => {
            statements.push(format!("DROP POLICY IF EXISTS {} ON {}", policy.name, policy.table));
        }
        What::CreateEnum { name, .. } | What::CreateType { name } => {
            statements.push(format!("DROP TYPE IF EXISTS {name}"));
        }
        What::CreateDomain { name, .. } => statements.push(format!("DROP DOMAIN IF EXISTS {name}")),
        What::CreateSequence { name, .. } => statements.push(format!("DROP SEQUENCE IF EXISTS {name}")),
        What::CreateExtension { name, .. } => {
            notes.push(format!("the extension {name} stays: others may use it"));
        }
        What::AddColumn { table, column, .. } if before.column(table, column.name.last()).is_none() => {
            statements.push(format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {}", column.name));
            notes.push(format!("every value written to {table}.{} since is lost", column.name));
        }
        What::DropColumn { table, column, .. } => {
            notes.push(format!("the values of {table}.{column} cannot be brought back"));
        }
        What::AlterColumnType { table, column, to, using, .. } => {
            let old = before.column(table, column.last()).and_then(|known| known.type_name.as_ref());
            match old {
                Some(old) => {
                    let mut sql = format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {old}");
                    match values_back(table, column, to, using.as_ref()) {
                        Back::Using(expression) => sql.push_str(&format!(" USING {expression}")),
                        Back::Cast(note) => notes.push(note),
                        Back::Plainly => {}
                    }
                    statements.push(sql);
                }
                None => notes.push(format!("the type that {table}.{column} had is not known")),
            }
        }
        What::SetNotNull { table, column }
            if before.column(table, column.last()).is_none_or(|known| !known.not_null) =>
        {
            statements.push(format!("ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL"));
        }
        What::DropNotNull { table, column } => {
            statements.push(format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"));
        }
        What::SetDefault { table, column, .. } | What::DropDefault { table, column } => {
            let old = before.column(table, column.last()).and_then(|known| known.default.as_ref());
            statements.push(match old {
                Some(old) => format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {}", old.text),
                None => format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT"),
            });
        }
        What::AddConstraint { table, constraint } => match &constraint.name {
            Some(name) => statements.push(format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")),
            None => notes.push(format!(
                "a constraint of {table} has no name of its own, so it cannot be dropped by one"
            )),
        },
        What::DropConstraint { table, constraint, .. } => {
            let known = before
                .table(table)
                .and_then(|known| known.constraints.iter().find(|c| c.name == constraint.last()));
            match known.and_then(definition) {
                Some(definition) => {
                    statements.push(format!("ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}"));
                }
                None => notes.push(format!("what {constraint} of {table} demanded is not known")),
            }
        }
        What::Rename { kind, on, name, to } => statements.push(renamed_back(*kind, on.as_ref(), name, to)),
        What::RowSecurity { table, enable: Some(true), .. } => {
            statements.push(format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"));
        }
        What::AddEnumValue { name, value, .. } => {
            notes.push(format!("'{value}' stays in {name}: PostgreSQL cannot remove a value"));
        }
        What::Insert { table, .. }
        | What::Update { table, .. }
        | What::Delete { table, .. }
        | What::Merge { table } => {
            notes.push(format!("rows of {table} that were written are not taken back"));
        }
        What::Drop { kind: ObjectKind::Index, names, .. } => {
            for name in names {
                match before
                    .indexes
                    .get(&before.key(name))
                    .and_then(|index| statement_text(files, index.origin))
                {
                    Some(text) => statements.push(text),
                    None => notes.push(format!("how {name} was defined is not known")),
                }
            }
        }
        What::Drop { kind: ObjectKind::View | ObjectKind::MaterializedView, names, .. } => {
            for name in names {
                match before.views.get(&before.key(name)).and_then(|view| statement_text(files, view.origin))
                {
                    Some(text) => statements.push(text),
                    None => notes.push(format!("how {name} was defined is not known")),
                }
            }
        }
        What::Drop { kind, names, .. } => {
            let names: Vec<String> = names.iter().map(Name::to_string).collect();
            notes.push(format!(
                "the {} {} cannot be brought back with what was in it",
                kind.word(),
                names.join(", ")
            ));
        }
        What::Truncate { .. } => notes.push("the rows that were removed cannot be brought back".to_owned()),
        _ => {}
    }
}

fn renamed_back(kind: ObjectKind, on: Option<&Name>, name: &Name, to: &Name) -> String {
    match (kind, on) {
        (ObjectKind::Column, Some(table)) => {
            format!("ALTER TABLE {table} RENAME COLUMN {to} TO {}", Ident(name.last()))
        }
        (ObjectKind::Constraint, Some(table)) => {
            format!("ALTER TABLE {table} RENAME CONSTRAINT {to} TO {}", Ident(name.last()))
        }
        _ => format!("ALTER {} {to} RENAME TO {}", kind.word().to_uppercase(), Ident(name.last())),
    }
}

/// A constraint's definition as it was written.
fn definition(constraint: &TableConstraint) -> Option<String> {
    let list = |names: &[Name]| {
        names.iter().map(|name| Ident(name.last()).to_string()).collect::<Vec<_>>().join(", ")
    };
    Some(match &constraint.kind {
        ConstraintKind::Check(condition) => format!("CHECK ({})", condition.text),
        ConstraintKind::Unique { columns, .. } => format!("UNIQUE ({})", list(columns)),
        ConstraintKind::PrimaryKey { columns, .. } => format!("PRIMARY KEY ({})", list(columns)),
        ConstraintKind::ForeignKey(key) => {
            let referred =
                if key.referred.is_empty() { String::new() } else { format!(" ({})", list(&key.referred)) };
            let action = match key.on_delete {
                None => "",
                Some(crate::sql::effect::Action::NoAction) => " ON DELETE NO ACTION",
                Some(crate::sql::effect::Action::Restrict) => " ON DELETE RESTRICT",
                Some(crate::sql::effect::Action::Cascade) => " ON DELETE CASCADE",
                Some(crate::sql::effect::Action::SetNull) => " ON DELETE SET NULL",
                Some(crate::sql::effect::Action::SetDefault) => " ON DELETE SET DEFAULT",
            };
            format!("FOREIGN KEY ({}) REFERENCES {}{referred}{action}", list(&key.columns), key.table)
        }
        ConstraintKind::Exclude { .. } | ConstraintKind::NotNull { .. } => return None,
    })
}

/// The text of the statement that made something, when it stands by itself.
fn statement_text(files: &[File], origin: super::history_model::Origin) -> Option<String> {
    let file = files.get(origin.file)?;
    let statement = file.statements.get(origin.statement)?;
    let text = file.text_of(statement);
    let first = text.split_whitespace().next().map(fold);
    (first.as_deref() == Some("create")).then(|| text.to_owned())
}
