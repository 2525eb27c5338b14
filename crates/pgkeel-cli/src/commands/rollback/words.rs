//! What a rollback says: before, after, and as JSON.

use pgkeel::rollback::{Plan, Planned, Proof, RolledBack, Source};
use pgkeel_core::rollback::Class;
use serde_json::{Value, json};

use crate::context::{Context, Opened};
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN, count};

/// What the user should know before it happens.
pub(super) fn tell(context: &Context, planned: &Planned) {
    for note in &planned.notes {
        context.screen.note(&format!("{}: {note}", planned.label));
    }
    match &planned.proof {
        Proof::Proven { except, .. } if except.is_empty() => {}
        other => context.screen.note(&format!("{}: {}", planned.label, proof_words(other))),
    }
}

fn proof_words(proof: &Proof) -> String {
    match proof {
        Proof::Proven { on, except } if except.is_empty() => {
            format!("proven on {on}: the schema is what it was before")
        }
        Proof::Proven { on, except } => {
            format!("proven on {on}: the schema is what it was before, except that {}", except.join("; "))
        }
        Proof::Different { on, rest } => {
            let more = rest.len().saturating_sub(3);
            let shown: Vec<String> =
                rest.iter().take(3).map(|sql| format!("\n        {}", first_line(sql))).collect();
            let more = if more > 0 { format!("\n        and {more} more") } else { String::new() };
            format!(
                "tried on {on}: the schema is not what it was before; to get there:{}{more}",
                shown.concat()
            )
        }
        Proof::Runs { on, why } => format!("runs on {on}; what it leads to is not proven: {why}"),
        Proof::Fails { on, message } => format!("fails on {on}: {message}"),
        Proof::Untried { why } => format!("not proven: {why}"),
    }
}

fn first_line(sql: &str) -> &str {
    sql.lines().next().unwrap_or_default()
}

/// What would be done.
pub(super) fn outlook(plan: &Plan, allowed: &[String], preserve: bool) -> String {
    let mut lines = vec![format!("{} would be rolled back:", count(plan.migrations.len(), "migration"))];
    for planned in &plan.migrations {
        let style = match planned.class {
            Class::Reversible => GOOD,
            Class::ReversibleWithLoss => WARN,
            Class::Irreversible => BAD,
        };
        let source = match planned.source {
            Source::Recorded => "the recorded down script",
            Source::File => "the file's down part",
            Source::Generated => "a generated down script",
        };
        lines.push(format!(
            "  {BOLD}{}{BOLD:#} {style}{}{style:#} {DIM}{source}, {} statements{DIM:#}",
            planned.label,
            planned.class.as_str(),
            planned.statements.len()
        ));
        lines
            .extend(planned.statements.iter().map(|sql| format!("      {};", sql.replace('\n', "\n      "))));
        for loss in &planned.losses {
            let there = match (loss.now, loss.rows) {
                (false, _) => "nothing is there now".to_owned(),
                (true, Some(rows)) => format!("{rows} now"),
                (true, None) => "not counted".to_owned(),
            };
            let line = loss.line.map(|line| format!(" line {line}:")).unwrap_or_default();
            lines.push(format!("    {WARN}loses{WARN:#}{line} {} ({there})", loss.what));
        }
        lines.extend(planned.notes.iter().map(|note| format!("    {DIM}note: {note}{DIM:#}")));
        lines.push(format!("    {}", proof_words(&planned.proof)));
    }
    let forbidden = plan.forbidden(allowed, preserve);
    if let Some(first) = forbidden.first() {
        lines.push(format!(
            "{BAD}It would be refused{BAD:#}: data would be lost. --preserve-data sets tables and columns \
             aside; --allow-loss \"{}\" (once per object) or --allow-loss all allows it.",
            first.object
        ));
    }
    lines.join("\n")
}

/// What was done.
pub(super) fn summary(plan: &Plan, done: &[RolledBack], opened: &Opened) -> String {
    let elapsed: u64 = done.iter().map(|done| done.elapsed_ms).sum();
    format!(
        "{GOOD}✓{GOOD:#} {BOLD}{} rolled back{BOLD:#} in {elapsed} ms, {} left applied  {DIM}{}{DIM:#}",
        count(done.len(), "migration"),
        plan.remaining,
        opened.shown
    )
}

/// The same as JSON.
pub(super) fn document(plan: &Plan, done: &[RolledBack], dry_run: bool, opened: &Opened) -> Value {
    json!({
        "format": "pgkeel/rollback/1",
        "database": opened.shown,
        "dry_run": dry_run,
        "plan": plan.migrations,
        "rolled_back": done,
        "still_applied": plan.remaining,
    })
}
