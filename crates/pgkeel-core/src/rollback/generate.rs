//! A down script written from the schemas before and after a migration: the plan that leads back.

use crate::object::{Body, Kind};
use crate::plan::{self, Options, Plan, Step};
use crate::schema::{Id, Schema};

/// A down script, and what is to be known about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Generated {
    /// Its statements, in order, each without a semicolon.
    pub statements: Vec<String>,
    /// What each statement loses, where it loses something: its number from 0, and the words.
    pub losses: Vec<(usize, String)>,
    /// What it cannot bring back, such as an order of columns.
    pub notes: Vec<String>,
}

impl Generated {
    /// The script as it is recorded, and as it stands in a file. Each loss is named above its statement.
    pub fn script(&self) -> String {
        let mut script = String::new();
        for note in &self.notes {
            script.push_str(&format!("-- note: {}\n", one_line(note)));
        }
        if self.statements.iter().any(|sql| creates_routine(sql)) {
            script.push_str("SET LOCAL check_function_bodies = off;\n");
        }
        for (index, statement) in self.statements.iter().enumerate() {
            for (_, words) in self.losses.iter().filter(|(at, _)| *at == index) {
                script.push_str(&format!("-- loses {}\n", one_line(words)));
            }
            script.push_str(statement);
            script.push_str(";\n");
        }
        script
    }
}

/// Writes the way from `after` back to `before`. Columns of one number in one table are known to be one column.
pub fn generate(before: &Schema, after: &Schema) -> Generated {
    let renames = plan::proven_renames(after, before, &plan::same_columns(after, before));
    written(before, after, plan::with_meaning(after, before, &Options { renames, ..Options::default() }))
}

/// Writes the way from `after` back to `renamed`, which is the schema before under its names after, and from there by these
/// renames. They come last, so that everything else speaks of what is there.
pub fn generate_renaming(renamed: &Schema, after: &Schema, at_last: Vec<Step>) -> Generated {
    let mut plan = plan::with_meaning(after, renamed, &Options::default());
    plan.steps.extend(at_last);
    written(renamed, after, plan)
}

fn written(before: &Schema, after: &Schema, plan: Plan) -> Generated {
    let mut generated = Generated { notes: plan.notes, ..Generated::default() };
    for step in plan.steps {
        if let Some(words) = &step.loses {
            generated.losses.push((generated.statements.len(), words.clone()));
        }
        let sql = if goes_for_good(&step, before) { if_exists(&step.sql) } else { step.sql };
        generated.statements.push(sql);
    }
    for id in after.objects.keys().filter(|id| id.kind == Kind::Enum && before.has(id)) {
        if let (Some(Body::Enum(old)), Some(Body::Enum(new))) = (before.body(id), after.body(id))
            && old != new
        {
            generated
                .notes
                .push(format!("{id} is made anew without its new values; rows that hold one refuse that"));
        }
    }
    generated
}

/// Whether a step drops an object that is not there before the migration, so that a missing one is no reason to stop: what
/// the step is for is already so. A drop that makes room for another form of the same object must find it.
fn goes_for_good(step: &Step, before: &Schema) -> bool {
    step.cause.parse::<Id>().is_ok_and(|id| !before.has(&id))
}

/// `DROP TABLE x` as `DROP TABLE IF EXISTS x`; statements of other kinds stay as they are.
fn if_exists(sql: &str) -> String {
    const KINDS: &[&str] = &[
        "TABLE",
        "FOREIGN TABLE",
        "VIEW",
        "MATERIALIZED VIEW",
        "INDEX CONCURRENTLY",
        "INDEX",
        "SEQUENCE",
        "TYPE",
        "DOMAIN",
        "FUNCTION",
        "PROCEDURE",
        "AGGREGATE",
        "TRIGGER",
        "POLICY",
        "RULE",
        "SCHEMA",
        "EXTENSION",
        "COLLATION",
        "CAST",
        "STATISTICS",
        "PUBLICATION",
        "SUBSCRIPTION",
        "EVENT TRIGGER",
        "OPERATOR CLASS",
        "OPERATOR FAMILY",
        "OPERATOR",
        "CONVERSION",
        "SERVER",
        "FOREIGN DATA WRAPPER",
        "USER MAPPING",
        "TEXT SEARCH CONFIGURATION",
        "TEXT SEARCH DICTIONARY",
        "TEXT SEARCH PARSER",
        "TEXT SEARCH TEMPLATE",
        "TRANSFORM",
        "LANGUAGE",
        "ACCESS METHOD",
    ];
    if let Some(rest) = sql.strip_prefix("DROP ") {
        let kind =
            KINDS.iter().find(|kind| rest.strip_prefix(**kind).is_some_and(|rest| rest.starts_with(' ')));
        if let Some((kind, name)) = kind.and_then(|kind| Some((kind, rest.strip_prefix(*kind)?))) {
            return format!("DROP {kind} IF EXISTS{name}");
        }
    }
    for part in [" DROP COLUMN ", " DROP CONSTRAINT "] {
        if sql.starts_with("ALTER ")
            && let Some((table, rest)) = sql.split_once(part)
            && !table.contains(['\'', '\n'])
        {
            return format!("{table}{part}IF EXISTS {rest}");
        }
    }
    sql.to_owned()
}

fn creates_routine(sql: &str) -> bool {
    ["CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", "CREATE PROCEDURE", "CREATE OR REPLACE PROCEDURE"]
        .iter()
        .any(|start| sql.starts_with(start))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::if_exists;

    #[test]
    fn only_drops_put_up_with_what_is_gone() {
        for (sql, wanted) in [
            ("DROP TABLE public.t", "DROP TABLE IF EXISTS public.t"),
            ("DROP INDEX CONCURRENTLY public.i", "DROP INDEX CONCURRENTLY IF EXISTS public.i"),
            ("DROP TRIGGER x ON public.t", "DROP TRIGGER IF EXISTS x ON public.t"),
            (
                "DROP OPERATOR CLASS public.o USING btree",
                "DROP OPERATOR CLASS IF EXISTS public.o USING btree",
            ),
            ("ALTER TABLE public.t DROP COLUMN a", "ALTER TABLE public.t DROP COLUMN IF EXISTS a"),
            ("ALTER TABLE public.t DROP CONSTRAINT c", "ALTER TABLE public.t DROP CONSTRAINT IF EXISTS c"),
            ("ALTER TABLE public.t ADD COLUMN a int", "ALTER TABLE public.t ADD COLUMN a int"),
            (
                "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT",
                "ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT",
            ),
        ] {
            assert_eq!(if_exists(sql), wanted);
        }
    }
}
