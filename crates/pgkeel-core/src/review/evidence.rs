//! What a scratch database showed: the schema as the catalog has it at some point, and what PostgreSQL did with each
//! statement. It confirms, refutes and completes what the rules read in the text.

mod drops;
mod refusals;

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Found, span};
use super::seeds::SeedRefusal;
use super::settings::Settings;
use super::source::File;
use crate::finding::{Finding, Severity};
use crate::rules::{Topic, rule};
use crate::sql::effect::What;

/// What was seen. Indexes are those of the reviewed files.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The schema right before a file, as canonical DDL read from the catalog.
    pub catalog: BTreeMap<usize, File>,
    /// Files whose effects are in the catalog already: they are applied on the target.
    pub applied: BTreeSet<usize>,
    /// Files that went through from the first to the last statement.
    pub went_through: BTreeSet<usize>,
    /// Whether it was seen what statements drop.
    pub sees_drops: bool,
    /// What happened, in order.
    pub seen: Vec<Seen>,
    /// Findings made elsewhere, each about a whole statement of one of the files.
    pub findings: Vec<Finding>,
    /// The rows of the seeds that a database of these files refuses; `None` when they were not loaded.
    pub seeds: Option<Vec<SeedRefusal>>,
}

/// What PostgreSQL did with a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Index of the file.
    pub file: usize,
    /// Index of the statement in the file.
    pub statement: usize,
    /// What happened.
    pub event: Event,
}

/// Something that PostgreSQL did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It refused the statement.
    Refused {
        /// SQLSTATE.
        code: String,
        /// Its words, with detail and hint.
        message: String,
    },
    /// It wrote a table anew.
    Rewritten {
        /// The table.
        relation: String,
    },
    /// It dropped something that the statement names.
    Gone {
        /// The kind, in PostgreSQL's words.
        kind: String,
        /// Which one.
        identity: String,
    },
    /// It dropped something that the statement does not name.
    Dropped {
        /// The kind, in PostgreSQL's words.
        kind: String,
        /// Which one.
        identity: String,
        /// Only because the statement says `CASCADE`; otherwise it was a part of what was dropped.
        cascade: bool,
    },
}

/// Rules whose finding says that a table is rewritten, and that a look can refute.
const SAYS_REWRITE: &[&str] = &["alter-column-type-rewrite", "add-column-volatile-default"];

/// Rules whose finding stands for a rewrite that was seen.
const EXPLAINS_REWRITE: &[&str] = &[
    "alter-column-type-rewrite",
    "alter-timestamp-timezone",
    "add-column-volatile-default",
    "add-column-serial",
    "add-column-identity",
    "add-column-stored-generated",
    "add-column-constrained-domain",
    "set-logged-unlogged",
    "set-access-method",
    "set-expression",
    "type-narrowing",
];

/// Rules whose finding says that PostgreSQL will refuse the statement.
const SAYS_REFUSAL: &[&str] = &[
    "unknown-object",
    "already-exists",
    "column-has-dependents",
    "table-has-dependents",
    "trigger-function-missing",
    "replace-view-incompatible",
    "replace-function-incompatible",
    "syntax-error",
];

/// Brings findings and evidence together.
pub(super) fn weigh(evidence: &Evidence, files: &[File], settings: &Settings, found: &mut Vec<Found>) {
    let rewrites = |file: usize, statement: usize| {
        evidence.seen.iter().any(|seen| {
            seen.file == file && seen.statement == statement && matches!(seen.event, Event::Rewritten { .. })
        })
    };
    found.retain(|hit| {
        let Some(statement) = hit.statement.filter(|_| evidence.went_through.contains(&hit.file)) else {
            return true;
        };
        let id = hit.finding.rule.as_str();
        !(SAYS_REFUSAL.contains(&id)
            || drops::is_refuted(evidence, files, hit, statement)
            || SAYS_REWRITE.contains(&id) && !rewrites(hit.file, statement))
    });
    for finding in &evidence.findings {
        adopt(finding, files, settings, found);
    }
    let mut dropped: BTreeMap<(usize, usize), (Vec<String>, Vec<String>)> = BTreeMap::new();
    for seen in &evidence.seen {
        match &seen.event {
            Event::Refused { code, message } => refused(seen, code, message, files, settings, found),
            Event::Rewritten { relation } => rewritten(seen, relation, files, settings, found),
            Event::Gone { .. } => {}
            // The triggers by which PostgreSQL keeps a foreign key are a part of it.
            Event::Dropped { identity, .. } if identity.contains("\"RI_ConstraintTrigger_") => {}
            Event::Dropped { kind, identity, cascade } => {
                let (taken, parts) = dropped.entry((seen.file, seen.statement)).or_default();
                let list = if *cascade { taken } else { parts };
                list.push(format!("{kind} {identity}"));
            }
        }
    }
    for ((file, statement), (taken, parts)) in dropped {
        let place = Seen { file, statement, event: Event::Rewritten { relation: String::new() } };
        let cascades = statement_of(files, &place).is_some_and(says_cascade);
        if !taken.is_empty() && cascades {
            let message = format!("CASCADE takes along {}", taken.join(", "));
            if !reword(found, &place, "drop-cascade", &message) {
                report(&place, "drop-cascade", message, files, settings, found);
            }
        }
        let drops_column = statement_of(files, &place)
            .is_some_and(|s| s.reading.effects.iter().any(|e| matches!(e.what, What::DropColumn { .. })));
        let parts = telling(&parts);
        if !parts.is_empty() && drops_column {
            let message = format!("with the column goes {}", parts.join(", "));
            // Indexes and constraints of this column alone are no surprise; of those of several columns the rule knows.
            let rare = parts
                .iter()
                .any(|part| !part.starts_with("index ") && !part.starts_with("table constraint "));
            if !reword(found, &place, "drop-column-casualties", &message) && rare {
                report(&place, "drop-column-casualties", message, files, settings, found);
            }
        }
    }
}

/// The parts of a dropped column that are worth a word: not its own sequence and default, nor the index of a constraint that
/// is named anyway.
fn telling(parts: &[String]) -> Vec<&str> {
    let constraint = |name: &str| {
        let of = format!("table constraint {name} on ");
        parts.iter().any(|part| part.starts_with(&of))
    };
    let own = ["sequence ", "default value ", "toast table ", "type "];
    let tells = |part: &&String| match part.strip_prefix("index ") {
        Some(index) => !constraint(index.rsplit('.').next().unwrap_or(index)),
        None => !own.iter().any(|kind| part.starts_with(kind)),
    };
    parts.iter().filter(tells).map(String::as_str).collect()
}

/// Takes over a finding that has its place already, so that severities, suppressions and the baseline hold for it too.
fn adopt(finding: &Finding, files: &[File], settings: &Settings, found: &mut Vec<Found>) {
    let Some(place) = &finding.span else { return };
    let Some((at, file)) = files.iter().enumerate().find(|(_, file)| file.path == place.file) else { return };
    let statement = file.statements.iter().position(|statement| span(file, statement.range) == *place);
    let Some(severity) = rule(&finding.rule).map_or(Some(finding.severity), |known| settings.severity(known))
    else {
        return;
    };
    let range = statement
        .and_then(|at| file.statements.get(at))
        .map_or_else(|| file.line_range(place.line), |s| s.range);
    let finding = Finding { severity, ..finding.clone() };
    found.push(Found { file: at, statement, range, finding });
}

/// Whether it was asked for; what goes along without it belongs to what was dropped.
fn says_cascade(statement: &super::source::Statement) -> bool {
    statement.reading.effects.iter().any(|effect| match &effect.what {
        What::Drop { cascade, .. }
        | What::DropColumn { cascade, .. }
        | What::DropConstraint { cascade, .. } => *cascade,
        What::DynamicSql => true,
        _ => false,
    })
}

fn statement_of<'a>(files: &'a [File], seen: &Seen) -> Option<&'a super::source::Statement> {
    files.get(seen.file)?.statements.get(seen.statement)
}

fn at(hit: &Found, seen: &Seen) -> bool {
    hit.file == seen.file && hit.statement == Some(seen.statement)
}

/// Says what was seen in a finding that guessed it; false when there is none.
fn reword(found: &mut [Found], seen: &Seen, id: &str, message: &str) -> bool {
    let guess = found.iter_mut().find(|hit| at(hit, seen) && hit.finding.rule == id);
    guess.map(|hit| message.clone_into(&mut hit.finding.message)).is_some()
}

fn refused(
    seen: &Seen,
    code: &str,
    message: &str,
    files: &[File],
    settings: &Settings,
    found: &mut Vec<Found>,
) {
    let Some(statement) = files.get(seen.file).and_then(|file| file.statements.get(seen.statement)) else {
        return;
    };
    let (id, advice) = refusals::rule_of(code, message, statement, files);
    let foretold = found.iter_mut().find(|hit| {
        let topic = rule(&hit.finding.rule).map(|rule| rule.topic);
        let sure = hit.finding.severity >= Severity::Error
            && matches!(topic, Some(Topic::Correctness | Topic::Transactions));
        at(hit, seen) && (sure || hit.finding.rule == id)
    });
    if let Some(hit) = foretold {
        if hit.finding.rule == id
            && let Some(certain) = rule(id).and_then(|rule| settings.severity(rule))
        {
            // What the text could not be sure of is certain now.
            hit.finding.severity = certain.max(hit.finding.severity);
        }
        let help = hit.finding.help.take().unwrap_or_default();
        hit.finding.help = Some(format!("{help} PostgreSQL says: {message} ({code})."));
        return;
    }
    report(seen, id, format!("PostgreSQL refuses this: {message} ({code})"), files, settings, found);
    if let (Some(advice), Some(hit)) =
        (advice, found.iter_mut().rev().find(|hit| at(hit, seen) && hit.finding.rule == id))
    {
        hit.finding.help = Some(advice);
    }
}

fn rewritten(seen: &Seen, relation: &str, files: &[File], settings: &Settings, found: &mut Vec<Found>) {
    if found.iter().any(|hit| at(hit, seen) && EXPLAINS_REWRITE.contains(&hit.finding.rule.as_str())) {
        return;
    }
    let name = relation.rsplit('.').next().unwrap_or(relation).trim_matches('"');
    let made_here = files.get(seen.file).is_some_and(|file| {
        let mut effects = file.up().flat_map(|(_, statement)| &statement.reading.effects);
        effects.any(|effect| match &effect.what {
            What::CreateTable(table) => table.name.last() == name,
            What::CreateTableAs { name: made, .. } => made.last() == name,
            _ => false,
        })
    });
    if !made_here {
        let message = format!("{relation} is written anew, while nobody can read it");
        report(seen, "table-rewritten", message, files, settings, found);
    }
}

fn report(
    seen: &Seen,
    id: &str,
    message: String,
    files: &[File],
    settings: &Settings,
    found: &mut Vec<Found>,
) {
    let Some((file, known)) = files.get(seen.file).zip(rule(id)) else { return };
    let Some(statement) = file.statements.get(seen.statement) else { return };
    let Some(severity) = settings.severity(known) else { return };
    let mut finding = Finding::new(id, severity, message).at(span(file, statement.range));
    finding.help = Some(known.instead.to_owned());
    found.push(Found { file: seen.file, statement: Some(seen.statement), range: statement.range, finding });
}
