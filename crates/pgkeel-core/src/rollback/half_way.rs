//! Whether what a statement did can be undone for certain, from its text alone: it made something new, and dropping that
//! again leaves everything else as it was and loses nothing. Anything else is left as it is.

use crate::sql::effect::{self, Name, Origin, What};
use crate::sql::ident::Ident;

/// What the statements so far made.
#[derive(Debug, Default)]
pub struct Made {
    names: Vec<Vec<String>>,
}

impl Made {
    /// The statements that undo `statement`, in the order in which they run; `None` when nobody can be certain. Statements
    /// are handed over in the order in which they ran.
    pub fn undo(&mut self, statement: &str) -> Option<Vec<String>> {
        let reading = effect::read(statement);
        if !reading.problems.is_empty() {
            return None;
        }
        let mut undo = Vec::new();
        for effect in reading.effects.iter().filter(|effect| effect.origin != Origin::Function) {
            let mut own = self.of(&effect.what)?;
            own.append(&mut undo);
            undo = own;
        }
        Some(undo)
    }

    fn knows(&self, name: &Name) -> bool {
        self.names.contains(&name.parts)
    }

    fn made(&mut self, name: &Name, undo: String) -> Vec<String> {
        self.names.push(name.parts.clone());
        vec![undo]
    }

    /// Nothing to do when it hangs on something that goes as a whole.
    fn on(&self, table: &Name, undo: impl FnOnce() -> Vec<String>) -> Vec<String> {
        if self.knows(table) { Vec::new() } else { undo() }
    }

    fn of(&mut self, what: &What) -> Option<Vec<String>> {
        match what {
            What::CreateTable(table) if !table.if_not_exists => {
                let name = &table.name;
                let mut undo = vec![holds_nothing(name, "true")];
                undo.extend(self.made(name, format!("DROP TABLE {name}")));
                Some(undo)
            }
            What::CreateIndex(index) => self.index(index),
            What::AddColumn { table, column, if_not_exists: false } if !self.knows(table) => {
                // What fills itself may have been read or changed by somebody since.
                let plain = column.default.is_none()
                    && column.generated.is_none()
                    && !column.type_name.as_ref().is_some_and(effect::TypeName::is_serial);
                let filled = format!("{} IS NOT NULL", column.name);
                plain.then(|| {
                    vec![
                        holds_nothing(table, &filled),
                        format!("ALTER TABLE {table} DROP COLUMN {}", column.name),
                    ]
                })
            }
            What::AddColumn { table, .. } if self.knows(table) => Some(Vec::new()),
            What::AddConstraint { table, constraint } => match &constraint.name {
                Some(name) => {
                    Some(self.on(table, || vec![format!("ALTER TABLE {table} DROP CONSTRAINT {name}")]))
                }
                None => self.knows(table).then(Vec::new),
            },
            What::CreateView(view) if !view.or_replace && !view.if_not_exists => {
                let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
                Some(self.made(&view.name, format!("DROP {kind} {}", view.name)))
            }
            What::CreateFunction(function) if !function.or_replace => {
                let kind = if function.procedure { "PROCEDURE" } else { "FUNCTION" };
                let parameters = function.parameters.join(", ");
                Some(self.made(&function.name, format!("DROP {kind} {}({parameters})", function.name)))
            }
            What::CreateTrigger(trigger) if !trigger.or_replace => {
                let (name, table) = (&trigger.name, &trigger.table);
                Some(self.on(table, || vec![format!("DROP TRIGGER {name} ON {table}")]))
            }
            What::CreatePolicy(policy) => {
                let (name, table) = (&policy.name, &policy.table);
                Some(self.on(table, || vec![format!("DROP POLICY {name} ON {table}")]))
            }
            What::CreateEnum { name, .. } | What::CreateType { name } => {
                Some(self.made(name, format!("DROP TYPE {name}")))
            }
            What::CreateDomain { name, .. } => Some(self.made(name, format!("DROP DOMAIN {name}"))),
            What::CreateSequence { name, if_not_exists: false, .. } => {
                Some(self.made(name, format!("DROP SEQUENCE {name}")))
            }
            What::CreateNamespace { name: Some(name), if_not_exists: false } => {
                Some(self.made(name, format!("DROP SCHEMA {name}")))
            }
            What::Comment { name, on, .. } => {
                [name, on].into_iter().flatten().any(|name| self.is_part_of_made(name)).then(Vec::new)
            }
            What::Grant { on, default_privileges: false, .. } => {
                (!on.is_empty() && on.iter().all(|name| self.knows(name))).then(Vec::new)
            }
            What::RowSecurity { table, .. }
            | What::SetDefault { table, .. }
            | What::SetNotNull { table, .. }
            | What::ValidateConstraint { table, .. }
            | What::ReplicaIdentity { table, .. } => self.knows(table).then(Vec::new),
            What::Vacuum { .. } | What::Analyze | What::Reindex { .. } | What::SetConstraints => {
                Some(Vec::new())
            }
            // Names mean other objects, and rights other ones, behind these.
            What::Set { name, .. } => (!decides_names(name)).then(Vec::new),
            _ => None,
        }
    }

    fn index(&self, index: &effect::CreateIndex) -> Option<Vec<String>> {
        if self.knows(&index.table) {
            return Some(Vec::new());
        }
        if index.if_not_exists {
            return None;
        }
        let name = index.name.as_ref()?;
        let namespace = index.table.namespace().map(|n| format!("{}.", Ident(n))).unwrap_or_default();
        let how = if index.concurrently { "CONCURRENTLY " } else { "" };
        Some(vec![format!("DROP INDEX {how}{namespace}{}", Ident(name.last()))])
    }

    /// A made object, or a column of a made table.
    fn is_part_of_made(&self, name: &Name) -> bool {
        self.knows(name) || name.outer().is_some_and(|outer| self.knows(&outer))
    }
}

fn decides_names(setting: &str) -> bool {
    let setting = setting.to_ascii_lowercase();
    ["search_path", "role", "session_authorization"].contains(&setting.as_str())
}

/// A statement that fails when a row for which `condition` holds is in the table; until the transaction ends nobody can
/// write one.
fn holds_nothing(table: &Name, condition: &str) -> String {
    format!(
        "DO $pgkeel$ BEGIN LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; IF EXISTS (SELECT FROM {table} WHERE {condition}) \
         THEN RAISE EXCEPTION 'there are rows in it'; END IF; END $pgkeel$"
    )
}

#[cfg(test)]
mod tests {
    use super::Made;

    fn undo(statements: &[&str]) -> Option<Vec<String>> {
        let mut made = Made::default();
        let mut all = Vec::new();
        for statement in statements {
            let mut own = made.undo(statement)?;
            own.append(&mut all);
            all = own;
        }
        Some(all)
    }

    #[test]
    fn what_was_made_is_dropped_and_what_hangs_on_it_goes_along() {
        let steps = undo(&[
            "CREATE TABLE t (a int)",
            "CREATE INDEX t_a ON t (a)",
            "COMMENT ON COLUMN t.a IS 'x'",
            "CREATE INDEX CONCURRENTLY u_b ON s.u (b)",
            "ALTER TABLE u ADD COLUMN c int",
            "VACUUM t",
        ])
        .unwrap();
        assert_eq!(steps.len(), 5, "{steps:?}");
        assert!(steps[0].contains("c IS NOT NULL"), "{steps:?}");
        assert_eq!(steps[1..3], ["ALTER TABLE u DROP COLUMN c", "DROP INDEX CONCURRENTLY s.u_b"]);
        assert_eq!(steps[4], "DROP TABLE t");
    }

    #[test]
    fn what_is_not_certain_stays() {
        for statement in [
            "INSERT INTO t VALUES (1)",
            "CREATE TABLE IF NOT EXISTS t (a int)",
            "CREATE OR REPLACE VIEW v AS SELECT 1",
            "ALTER TABLE t ADD COLUMN a int DEFAULT 1",
            "ALTER TABLE t DROP COLUMN a",
            "COMMENT ON TABLE t IS 'x'",
            "DO $$ BEGIN NULL; END $$",
            "SET search_path = s",
            "CREATE INDEX ON t (a)",
            "DROP INDEX i",
            "SELECT f()",
        ] {
            assert_eq!(undo(&[statement]), None, "{statement}");
        }
    }
}
