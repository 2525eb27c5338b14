//! What an expert would say about migrations before they run. Text in, findings out: no database is asked.
//!
//! Files are taken in their order; each statement is judged against what the statements before it made
//! ([`history_model`]) and against what its own transaction did so far ([`progress`]).

pub mod baseline;
pub(crate) mod completeness;
pub mod context;
pub mod describe;
pub mod document;
pub mod evidence;
pub mod fixes;
pub mod foreign;
pub mod history_model;
pub mod progress;
pub mod renumber;
pub mod rollback;
pub mod settings;
pub mod source;
pub mod suppress;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use context::{Context, FileContext, Found, Out, ProjectContext};
pub use evidence::Evidence;
use history_model::{Model, Origin};
use progress::Progress;
pub use settings::Settings;
pub use source::File;
pub use suppress::Silenced;

use crate::finding::{Finding, Severity};
use crate::rules::{Check, RULES, Rule};
use crate::sql::effect::{Effect, Origin as Written, What};

/// The files of one project, in any order, and what is asked about them.
#[derive(Debug)]
pub struct Review<'a> {
    /// All files, also those that are only context.
    pub files: &'a [File],
    /// Whether each file (by index) is reviewed; one that is not only makes what others use. A missing entry is a yes.
    pub reviewed: &'a [bool],
    /// How.
    pub settings: &'a Settings,
}

/// Reviews. Findings come in the order of the files and their lines; of one place, the worst first.
pub fn review(request: &Review<'_>) -> Vec<Finding> {
    review_with(request, &Evidence::default()).findings
}

/// What a review comes to.
#[derive(Debug)]
pub struct Outcome {
    /// In the order of the files and their lines.
    pub findings: Vec<Finding>,
    /// What comments in the files silence.
    pub silenced: Vec<Silenced>,
}

/// Reviews with what a scratch database showed.
pub fn review_with(request: &Review<'_>, evidence: &Evidence) -> Outcome {
    let Review { files, reviewed, settings } = *request;
    let mut order = order(files);
    order.sort_by_key(|index| !evidence.applied.contains(index));
    let complete = settings.complete && completeness::is_history(files, &order);
    let settings = &Settings { complete, ..settings.clone() };
    let enabled: Vec<(&Rule, Severity)> =
        RULES.iter().filter_map(|rule| settings.severity(rule).map(|severity| (*rule, severity))).collect();
    let is_reviewed = |index: usize| reviewed.get(index).copied().unwrap_or(true);
    let mut found = Vec::new();
    let mut model = Model::default();
    for &index in &order {
        let Some(file) = files.get(index) else { continue };
        if let Some(dump) = evidence.catalog.get(&index) {
            model = Model::of_catalog(dump, &model);
        }
        let mut progress = Progress::of(file, settings);
        for (at, statement) in file.statements.iter().enumerate() {
            if statement.down {
                continue;
            }
            let context =
                Context { files, file, index, statement, at, model: &model, progress: &progress, settings };
            if is_reviewed(index) {
                judge_statement(&context, &enabled, &mut found);
            }
            let after = progress.clone().after(&context);
            let origin = Origin { file: index, statement: at, range: statement.range, order: 0 };
            model.begin_statement();
            let mut later: Vec<&Effect> = Vec::new();
            for effect in statement.reading.effects.iter().filter(|effect| effect.origin != Written::Function)
            {
                let context = Context {
                    files,
                    file,
                    index,
                    statement,
                    at,
                    model: &model,
                    progress: &progress,
                    settings,
                };
                if is_reviewed(index) {
                    judge_effect(&context, effect, &enabled, &mut found);
                }
                // What follows stands on what the same statement adds first. The rest is judged by what was before.
                let adds = match effect.what {
                    What::CreateTable(_) => true,
                    What::AddColumn { .. } => effect.origin != Written::Do,
                    _ => false,
                };
                // The block itself does nothing that its statements do not.
                if matches!(effect.what, What::Do { .. }) {
                    continue;
                }
                if adds && later.is_empty() {
                    model.apply_one(effect, &statement.reading, origin);
                } else {
                    later.push(effect);
                }
            }
            for effect in later {
                model.apply_one(effect, &statement.reading, origin);
            }
            progress = after;
        }
        model.end_file();
        if is_reviewed(index) {
            let context = FileContext {
                files,
                order: &order,
                file,
                index,
                model: &model,
                progress: &progress,
                settings,
            };
            for (rule, severity) in &enabled {
                if let Check::File(check) = rule.check {
                    check(&context, &mut Out::new(rule, *severity, files, index, None, &mut found));
                }
            }
        }
    }
    let context = ProjectContext { files, order: &order, reviewed, model: &model, settings };
    for (rule, severity) in &enabled {
        if let Check::Project(check) = rule.check {
            check(&context, &mut Out::new(rule, *severity, files, 0, None, &mut found));
        }
    }
    found.retain(|hit| is_reviewed(hit.file));
    evidence::weigh(evidence, files, settings, &mut found);
    settings.adjust(files, &mut found);
    let (mut found, silenced) = suppress::silence(files, found, settings, &is_reviewed);
    let mut ranks: Vec<Option<usize>> = vec![None; files.len()];
    for (rank, index) in order.iter().enumerate() {
        if let Some(place) = ranks.get_mut(*index) {
            *place = Some(rank);
        }
    }
    found.sort_by_cached_key(|hit| {
        (ranks.get(hit.file).copied(), hit.range, Reverse(hit.finding.severity), hit.finding.rule.clone())
    });
    Outcome { findings: found.into_iter().map(|hit| hit.finding).collect(), silenced }
}

fn judge_statement(context: &Context<'_>, enabled: &[(&Rule, Severity)], found: &mut Vec<Found>) {
    for (rule, severity) in enabled {
        if let Check::Statement(check) = rule.check {
            check(
                context,
                &mut Out::new(rule, *severity, context.files, context.index, Some(context.at), found),
            );
        }
    }
}

fn judge_effect(
    context: &Context<'_>,
    effect: &Effect,
    enabled: &[(&Rule, Severity)],
    found: &mut Vec<Found>,
) {
    for (rule, severity) in enabled {
        if let Check::Effect(check) = rule.check {
            let mut out = Out::new(rule, *severity, context.files, context.index, Some(context.at), found);
            check(context, effect, &mut out);
        }
    }
}

/// The indexes of the files that go forward, in the order in which they would be applied: by version, then by path; what is
/// only proposed comes last.
pub fn order(files: &[File]) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..files.len()).filter(|index| files.get(*index).is_some_and(|f| !f.down)).collect();
    order.sort_by_cached_key(|index| {
        files.get(*index).map(|file| (file.proposed, file.version.clone(), file.path.clone()))
    });
    order
}
