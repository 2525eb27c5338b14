//! Statements that end at once: they wait for nobody, and there are no rows for them to read or to write.

use std::collections::BTreeSet;

use super::effect::{Constraint, ConstraintKind, CreateTable, Effect, Name, ObjectKind, Origin, What};
use super::script::Statement;
use super::words;

/// A longer row of an INSERT may take its time.
const SHORT: usize = 4096;

/// How long a statement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// It ends at once.
    Quick,
    /// It inserts a few rows that are written in it: it ends at once, unless a trigger makes it long.
    Short,
    /// It may have to wait, or to read and write many rows.
    Long,
}

/// Statements of one transaction, told apart in their order. What an event trigger does is not thought of.
#[derive(Debug, Clone, Default)]
pub struct Quick {
    /// Tables that the transaction made and has not filled.
    made: BTreeSet<Vec<String>>,
}

impl Quick {
    /// How long the next statement takes. Quick is what makes something that nothing else is needed for, or changes a table
    /// that the transaction made and did not fill.
    pub fn pace(&mut self, statement: &Statement) -> Pace {
        let reading = statement.reading();
        let theirs = reading.effects.iter().filter(|effect| effect.origin != Origin::Function);
        let mut quick = reading.problems.is_empty();
        for effect in theirs {
            quick &= effect.origin == Origin::Statement && self.is_quick(effect);
        }
        if !defines(statement) || reading.effects.iter().any(|effect| gives_rows(&effect.what)) {
            // Perhaps it filled one of them.
            self.made.clear();
        }
        if quick {
            Pace::Quick
        } else if inserts_few(statement) {
            Pace::Short
        } else {
            Pace::Long
        }
    }

    fn is_quick(&mut self, effect: &Effect) -> bool {
        match &effect.what {
            What::CreateTable(table) => {
                let quick = !table.if_not_exists && self.needs_no_other(table);
                if quick {
                    self.made.insert(table.name.parts.clone());
                }
                quick
            }
            What::CreateIndex(index) => !index.concurrently && self.has_made(&index.table),
            What::AddConstraint { table, constraint } => {
                self.has_made(table) && self.refers_to_made(constraint)
            }
            What::AddColumn { table, column, .. } => {
                self.has_made(table) && column.constraints.iter().all(|each| self.refers_to_made(each))
            }
            What::SetDefault { table, .. }
            | What::DropDefault { table, .. }
            | What::SetNotNull { table, .. }
            | What::DropNotNull { table, .. }
            | What::ColumnOption { table, .. }
            | What::RowSecurity { table, .. }
            | What::ReplicaIdentity { table, .. } => self.has_made(table),
            What::CreatePolicy(policy) => self.has_made(&policy.table),
            What::CreateTrigger(trigger) => self.has_made(&trigger.table),
            What::Comment { name, on, .. } => {
                let table = on.clone().or_else(|| name.clone());
                table.is_some_and(|name| {
                    self.has_made(&name) || name.outer().is_some_and(|outer| self.has_made(&outer))
                })
            }
            What::CreateEnum { .. }
            | What::CreateNamespace { .. }
            | What::CreateSequence { .. }
            | What::CreateFunction(_) => true,
            _ => false,
        }
    }

    fn needs_no_other(&self, table: &CreateTable) -> bool {
        let of_columns = table.columns.iter().flat_map(|column| &column.constraints);
        let own = |constraint: &Constraint| {
            !refers_to(constraint)
                .is_some_and(|other| *other != table.name.parts && !self.made.contains(other))
        };
        table.partition_of.is_none()
            && table.inherits.is_empty()
            && table.like.is_empty()
            && !table.foreign
            && of_columns.chain(&table.constraints).all(own)
    }

    fn refers_to_made(&self, constraint: &Constraint) -> bool {
        refers_to(constraint).is_none_or(|other| self.made.contains(other))
    }

    fn has_made(&self, table: &Name) -> bool {
        self.made.contains(&table.parts)
    }
}

fn inserts_few(statement: &Statement) -> bool {
    words::leading(&statement.text, 1).first().is_some_and(|word| word == "INSERT")
        && statement.text.len() < SHORT
        && !statement.text.to_ascii_uppercase().contains("SELECT")
}

fn refers_to(constraint: &Constraint) -> Option<&Vec<String>> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(&key.table.parts),
        _ => None,
    }
}

/// Whether it fills no table: it only says what there is.
fn defines(statement: &Statement) -> bool {
    let words = words::leading(&statement.text, 2);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ALTER" | "COMMENT" | "DROP" | "GRANT" | "REVOKE", ..] => true,
        ["CREATE", second] => *second != "TABLE" || !holds_query(statement),
        _ => false,
    }
}

/// Whether a name may stand for rows afterwards that were elsewhere before: a partition or an heir that is taken in, a table
/// under another name, one that another hid.
fn gives_rows(what: &What) -> bool {
    match what {
        What::AttachPartition { .. } | What::Inherit { .. } | What::SetNamespace { .. } => true,
        What::Rename { kind, .. } => !matches!(kind, ObjectKind::Column | ObjectKind::Constraint),
        What::Drop { kind, .. } => matches!(
            kind,
            ObjectKind::Table
                | ObjectKind::ForeignTable
                | ObjectKind::View
                | ObjectKind::MaterializedView
                | ObjectKind::Namespace
                | ObjectKind::Extension
                | ObjectKind::Owned
        ),
        _ => false,
    }
}

fn holds_query(statement: &Statement) -> bool {
    let creates_as = |effect: &Effect| matches!(effect.what, What::CreateTableAs { .. });
    statement.reading().effects.iter().any(creates_as)
}

#[cfg(test)]
mod tests {
    use super::{Pace, Quick};
    use crate::sql::script::{Statement, statements};

    use Pace::{Long, Quick as Fast, Short};

    fn paces(script: &str) -> Vec<Pace> {
        let statements: Vec<Statement> = statements(script).unwrap();
        let mut quick = Quick::default();
        statements.iter().map(|statement| quick.pace(statement)).collect()
    }

    #[test]
    fn what_is_new_and_empty_is_quick() {
        let script = "CREATE TABLE a (id int PRIMARY KEY, parent int REFERENCES a);\n\
                      CREATE INDEX ON a (id);\n\
                      COMMENT ON COLUMN a.id IS 'x';\n\
                      ALTER TABLE a ADD COLUMN b int DEFAULT 1, ADD CHECK (b > 0);\n\
                      INSERT INTO a VALUES (1);\n\
                      CREATE TYPE mood AS ENUM ('a');\n\
                      CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM a';";
        assert_eq!(paces(script), [Fast, Fast, Fast, Fast, Short, Fast, Fast]);
    }

    #[test]
    fn a_name_that_gets_rows_from_elsewhere_is_not() {
        for taken in [
            "ALTER TABLE a ATTACH PARTITION big DEFAULT",
            "ALTER TABLE big INHERIT a",
            "ALTER TABLE big RENAME TO a",
            "ALTER TABLE app.big SET SCHEMA public",
            "DROP TABLE a",
        ] {
            let script = format!("CREATE TABLE a (id int);\n{taken};\nCREATE INDEX ON a (id)");
            assert_eq!(paces(&script).last(), Some(&Long), "{taken}");
        }
        for harmless in ["DROP POLICY IF EXISTS p ON a", "ALTER TABLE a RENAME COLUMN i TO id"] {
            let script = format!("CREATE TABLE a (id int);\n{harmless};\nCREATE INDEX ON a (id)");
            assert_eq!(paces(&script).last(), Some(&Fast), "{harmless}");
        }
    }

    #[test]
    fn what_was_there_or_may_be_filled_is_not() {
        let script = "CREATE INDEX ON a (id);\n\
                      CREATE TABLE b (id int REFERENCES a);\n\
                      CREATE INDEX ON b (id);\n\
                      CREATE TABLE IF NOT EXISTS c (id int);\n\
                      CREATE TABLE d AS SELECT 1 AS id;\n\
                      CREATE INDEX ON d (id);";
        assert_eq!(paces(script), [Long; 6]);
        let script = "CREATE TABLE a (id int);\n\
                      INSERT INTO a SELECT 1;\n\
                      CREATE INDEX ON a (id);\n\
                      SELECT f();\n\
                      DO $$ BEGIN CREATE TABLE b (id int); END $$;\n\
                      CREATE INDEX ON b (id);\n\
                      VACUUM";
        assert_eq!(paces(script), [Fast, Long, Long, Long, Long, Long, Long]);
        let filled = "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nCREATE INDEX ON a (id)";
        assert_eq!(paces(filled), [Fast, Short, Long], "perhaps the insert was one of many");
    }
}
