//! What a statement really dropped, against what a rule says that it drops: `DROP ... IF EXISTS` may find nothing, and a
//! `CASCADE` may take nothing along.

use super::{Event, Evidence};
use crate::review::context::Found;
use crate::review::source::File;
use crate::sql::effect::cannot_run_in_transaction;

/// Rules whose finding says that something goes.
const SAYS_DROP: &[&str] = &[
    "drop-column",
    "drop-column-casualties",
    "drop-constraint",
    "drop-extension",
    "drop-function",
    "drop-index-blocking",
    "drop-schema",
    "drop-table",
    "drop-trigger",
    "drop-type",
    "drop-view",
    "policy-dropped",
];

/// Whether a finding about a statement that went through says that something was dropped which was not there.
pub(super) fn is_refuted(evidence: &Evidence, files: &[File], hit: &Found, statement: usize) -> bool {
    let read = files.get(hit.file).and_then(|file| file.statements.get(statement));
    // Which statement it was is not noted outside of a transaction.
    let noted = read.is_some_and(|statement| !cannot_run_in_transaction(&statement.reading.effects));
    if !evidence.sees_drops || !noted {
        return false;
    }
    let mut events = evidence.seen.iter().filter(|seen| seen.file == hit.file && seen.statement == statement);
    let id = hit.finding.rule.as_str();
    if id == "drop-cascade" {
        return !events.any(|seen| matches!(seen.event, Event::Dropped { cascade: true, .. }));
    }
    let object = hit.finding.object.as_deref();
    SAYS_DROP.contains(&id)
        && !events.any(|seen| match &seen.event {
            Event::Gone { identity, .. } => object.is_none_or(|object| is_same(identity, object)),
            _ => false,
        })
}

/// Whether a finding's object (`column t.c`, `function f(int)`) can be the one of PostgreSQL's identity (`public.t.c`,
/// `public.f(integer)`, `tr on public.t`): by the last part of its name.
fn is_same(identity: &str, object: &str) -> bool {
    last_part(identity).eq_ignore_ascii_case(last_part(object))
}

fn last_part(of: &str) -> &str {
    let name = of.split('(').next().unwrap_or(of);
    let name = name.split(" on ").next().unwrap_or(name).trim_end();
    let name = name.rsplit([' ', '.']).next().unwrap_or(name);
    name.trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn names_are_compared_by_their_last_part() {
        assert!(is_same("public.t.c", "column t.c"));
        assert!(is_same("public.f(integer, text)", "function f"));
        assert!(is_same("tr on public.t", "trigger tr on t"));
        assert!(is_same("public.\"Order\"", "table \"Order\""));
        assert!(!is_same("public.t.c", "column t.d"));
    }
}
