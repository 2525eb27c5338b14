//! A migration's statements said without long locks. What a statement does to the schema alone is planned anew from the
//! schemas before and after it; what PostgreSQL takes over when it is there already (indexes, keys and checks of
//! partitions) is made beforehand; everything else stays as it is written, to the letter, with a word about it.

use pgkeel_core::plan::{self, Options, Step};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::effect::{
    ConstraintKind, Effect, Expression, Origin, Reading, ReindexTarget, TextRange, What, read,
};
use pgkeel_core::sql::ident::Ident;
use pgkeel_core::sql::words::local_of_set;

use super::Observed;
use super::beforehand::Facts;

/// What is said instead of a statement.
#[derive(Debug)]
pub(super) struct Said {
    /// The statements.
    pub statements: Vec<String>,
    /// Whether they are others than the file's own.
    pub changed: bool,
    /// Why it still takes long, as a sentence.
    pub why: Option<String>,
}

impl Said {
    /// A statement as the file has it.
    pub fn as_written(text: &str) -> Self {
        Self { statements: vec![text.to_owned()], changed: false, why: None }
    }

    fn because(text: &str, why: String) -> Self {
        Self { statements: vec![format!("-- {why}\n{text}")], changed: false, why: Some(why) }
    }

    fn instead(statements: Vec<String>) -> Self {
        Self { statements, changed: true, why: None }
    }
}

/// A statement that takes no long lock, for a session in which each statement is a transaction: settings that would end
/// with the file's transaction last, and locks that would are not taken.
pub(super) fn quick(text: &str, reading: &Reading) -> Vec<String> {
    match reading.effects.as_slice() {
        [Effect { what: What::Lock { .. }, .. }] => vec![],
        [Effect { what: What::Set { local: true, .. }, .. }] => {
            let mut text = text.to_owned();
            if let Some(local) = local_of_set(&text) {
                text.replace_range(local.start..local.end, "");
            }
            vec![text]
        }
        _ => vec![text.to_owned()],
    }
}

/// What to say instead of a statement that was `seen` to take long, which led from the schema `before` to `after`.
pub(super) fn instead(
    text: &str,
    reading: &Reading,
    (before, after): (&Schema, &Schema),
    seen: &Observed,
    facts: &Facts,
) -> Said {
    let effects = &reading.effects;
    if effects.is_empty() || effects.iter().any(|effect| effect.origin != Origin::Statement) {
        return Said::because(text, "this does more than its text tells".to_owned());
    }
    // These are slow only together with what locked their tables before: a transaction of their own is what they need.
    if effects.iter().all(|effect| is_gentle_alone(&effect.what)) {
        return Said::instead(quick(text, reading));
    }
    let partitions = matches!(effects.as_slice(), [Effect { what: What::AttachPartition { .. }, .. }])
        || is_foreign_key(effects) && before.version < 180_000 && facts.partitioned;
    if partitions {
        return match facts.beforehand() {
            Ok((mut statements, last)) => {
                statements.push(text.to_owned());
                statements.extend(last);
                Said::instead(statements)
            }
            Err(why) => Said::because(text, why),
        };
    }
    if let [Effect { what: What::Reindex { target, concurrently: false, .. }, .. }] = effects.as_slice()
        && let Some(concurrently) = reindex_concurrently(text, *target)
    {
        return Said::instead(vec![concurrently]);
    }
    if effects.iter().all(|effect| tells_in_schema(&effect.what)) {
        return planned(text, before, after, effects, seen);
    }
    Said::because(text, why(effects, seen))
}

/// Whether an effect takes long without keeping readers and other writers out.
fn is_gentle_alone(what: &What) -> bool {
    matches!(
        what,
        What::ValidateConstraint { .. }
            | What::Update { .. }
            | What::Delete { .. }
            | What::Insert { .. }
            | What::Select
    )
}

/// Whether the schemas before and after tell all that an effect does.
fn tells_in_schema(what: &What) -> bool {
    matches!(
        what,
        What::AddConstraint { .. }
            | What::DropConstraint { .. }
            | What::ValidateConstraint { .. }
            | What::CreateIndex(_)
            | What::SetNotNull { .. }
            | What::DropNotNull { .. }
            | What::SetDefault { .. }
            | What::DropDefault { .. }
            | What::AddColumn { .. }
            | What::DetachPartition { .. }
    )
}

fn is_foreign_key(effects: &[Effect]) -> bool {
    let key = |effect: &Effect| {
        matches!(&effect.what, What::AddConstraint { constraint, .. }
            if matches!(constraint.kind, ConstraintKind::ForeignKey(_)))
    };
    !effects.is_empty() && effects.iter().all(key)
}

fn planned(text: &str, before: &Schema, after: &Schema, effects: &[Effect], seen: &Observed) -> Said {
    let plain = plan::between(before, after, &Options::default()).steps;
    let online = plan::between(before, after, &Options { online: true, ..Options::default() }).steps;
    let mut changed = plain != online;
    let mut statements = Vec::new();
    for step in online {
        match step_by_step(&step) {
            Some(steps) => {
                changed = true;
                statements.extend(steps);
            }
            None if step.rewrites.is_empty() => statements.push(step.sql),
            None => statements.push(format!("-- {}\n{}", why(effects, seen), step.sql)),
        }
    }
    if changed { Said::instead(statements) } else { Said::because(text, why(effects, seen)) }
}

fn step_by_step(step: &Step) -> Option<Vec<String>> {
    if step.rewrites.is_empty() { None } else { filled_later(&step.sql) }
}

/// Why a statement has no gentler form, and what is the way around it.
fn why(effects: &[Effect], seen: &Observed) -> String {
    const REPACK: &str = "the extension pg_repack does it with short locks";
    let tables = |names: &[String]| names.join(", ");
    let of_kind = |is: fn(&What) -> bool| effects.iter().any(|effect| is(&effect.what));
    if of_kind(|what| matches!(what, What::Vacuum { .. })) {
        format!(
            "VACUUM FULL has no gentle form: VACUUM makes the room usable without giving it back, and {REPACK}"
        )
    } else if of_kind(|what| matches!(what, What::Cluster { .. })) {
        format!("CLUSTER has no gentle form: {REPACK}")
    } else if of_kind(|what| matches!(what, What::Refresh { .. })) {
        "CONCURRENTLY, which needs a unique index on the view, lets its readers go on".to_owned()
    } else if of_kind(|what| matches!(what, What::Reindex { .. })) {
        "system catalogs cannot be indexed anew concurrently".to_owned()
    } else if !seen.rewritten.is_empty() {
        format!(
            "writes {} anew in any form: a new column beside the old one, filled in batches and then put in its place, is the \
             way around",
            tables(&seen.rewritten)
        )
    } else if !seen.read.is_empty() {
        format!("reads every row of {} in any form", tables(&seen.read))
    } else if let Some(built) = seen.built.first() {
        format!(
            "builds {} anew in any form: what is rewritten of {} is its indexes alone",
            built.index, built.table
        )
    } else {
        "has no gentler form".to_owned()
    }
}

/// `REINDEX TABLE t` as `REINDEX TABLE CONCURRENTLY t`.
fn reindex_concurrently(text: &str, target: ReindexTarget) -> Option<String> {
    let word = match target {
        ReindexTarget::Index => "index",
        ReindexTarget::Table => "table",
        ReindexTarget::Namespace => "schema",
        ReindexTarget::Database => "database",
    };
    let lower = text.to_ascii_lowercase();
    let is_word = |at: &usize| {
        let apart = |c: Option<char>| c.is_some_and(|c| c.is_whitespace() || c == ')');
        apart(lower.get(..*at).and_then(|before| before.chars().next_back()))
            && apart(lower.get(at + word.len()..).and_then(|after| after.chars().next()))
    };
    let at = lower.match_indices(word).map(|(at, _)| at).find(is_word)? + word.len();
    Some(format!("{} CONCURRENTLY{}", text.get(..at)?, text.get(at..)?))
}

/// `ADD COLUMN` with a default that differs from row to row: the column first, its default for new rows, old rows in batches.
fn filled_later(sql: &str) -> Option<Vec<String>> {
    let reading = read(sql);
    let [effect] = reading.effects.as_slice() else { return None };
    let What::AddColumn { table, column, .. } = &effect.what else { return None };
    let default: &Expression = column.default.as_ref().filter(|default| !default.constant)?;
    if column.generated.is_some() || !column.constraints.is_empty() {
        return None;
    }
    let before = TextRange::new(0, default.range.start).of(sql);
    // In ASCII, every byte keeps its place.
    let before = before.get(..before.to_ascii_lowercase().rfind("default")?)?.trim_end();
    let (table, name) = (table.to_string(), column.name.to_string());
    let mut statements = vec![
        before.strip_suffix("NOT NULL").unwrap_or(before).trim_end().to_owned(),
        format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {}", default.text),
        format!(
            "-- in batches, each in a transaction of its own, until nothing is left to do\nUPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL"
        ),
    ];
    if column.not_null {
        let constraint = format!("{}_pgkeel_not_null", column.name.last());
        let constraint = Ident(&constraint);
        statements.extend([
            format!("ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({name} IS NOT NULL) NOT VALID"),
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}"),
            format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"),
            format!("ALTER TABLE {table} DROP CONSTRAINT {constraint}"),
        ]);
    }
    Some(statements)
}

#[cfg(test)]
mod tests {
    use pgkeel_core::sql::effect::ReindexTarget;

    use super::{filled_later, reindex_concurrently};

    #[test]
    fn an_index_is_built_anew_concurrently() {
        let said = |text| reindex_concurrently(text, ReindexTarget::Table);
        assert_eq!(said("REINDEX TABLE t").as_deref(), Some("REINDEX TABLE CONCURRENTLY t"));
        let with = "reindex (tablespace a, verbose) table \"table\"";
        assert_eq!(
            said(with).as_deref(),
            Some("reindex (tablespace a, verbose) table CONCURRENTLY \"table\"")
        );
    }

    #[test]
    fn a_volatile_default_is_filled_in_batches() {
        let sql = "ALTER TABLE public.orders ADD COLUMN \"X\" uuid DEFAULT gen_random_uuid() NOT NULL";
        let statements = filled_later(sql).expect("a way");
        assert_eq!(
            statements.first().map(String::as_str),
            Some("ALTER TABLE public.orders ADD COLUMN \"X\" uuid")
        );
        assert_eq!(
            statements.get(1).map(String::as_str),
            Some("ALTER TABLE public.orders ALTER COLUMN \"X\" SET DEFAULT gen_random_uuid()")
        );
        assert_eq!(statements.len(), 7, "{statements:?}");
        let named = "ALTER TABLE \"İ\" ADD COLUMN \"a NOT NULL b\" uuid COLLATE \"C\" NOT NULL DEFAULT gen_random_uuid()";
        assert_eq!(
            filled_later(named).expect("a way").first().map(String::as_str),
            Some("ALTER TABLE \"İ\" ADD COLUMN \"a NOT NULL b\" uuid COLLATE \"C\"")
        );
        assert!(filled_later("ALTER TABLE t ADD COLUMN x int DEFAULT 1").is_none());
        assert!(filled_later("ALTER TABLE t ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY").is_none());
    }
}
