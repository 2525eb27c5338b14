//! Which statement of a script is to blame when a statement of pgkeel's own fails behind it: the one that let go of the lock,
//! that made the transaction read-only, that dropped the history.

use pgkeel_core::sql::position::Position;
use pgkeel_core::sql::script::Statement;

use super::Script;
use super::suspicion::may_run_code;

/// `read_only_sql_transaction`, documentation appendix A.
pub(super) const READ_ONLY: &str = "25006";

/// The number and the place of the statement that is to blame for an error of that code; none when nothing tells, or the
/// script is not in memory.
pub(super) fn culprit(script: &Script<'_>, code: &str) -> Option<(usize, Position)> {
    let words: &[&str] = match code {
        "PKL01" => &["advisory_unlock", "discard all"],
        READ_ONLY => &["read only", "read_only"],
        "PKL05" => &["drop", "execute", "schema", "rename"],
        // The schema of the history is gone, or a table in it.
        "3F000" | "42P01" | "42883" => &["drop", "execute", "rename"],
        _ => return None,
    };
    let says = |statement: &Statement| {
        let text = statement.text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    let all = || script.part.in_memory().enumerate();
    // The last that says so; else the only one that may run what is written elsewhere.
    let named = all().filter(|(_, statement)| says(statement)).last();
    let found = named.or_else(|| {
        let mut running = all().filter(|(_, statement)| may_run_code(&statement.text));
        running.next().filter(|_| running.next().is_none())
    });
    found.map(|(index, statement)| (index, statement.position))
}
