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
mod file_number;
pub mod fixes;
pub mod foreign;
pub mod history_model;
mod judge;
pub mod layout;
pub mod progress;
pub mod renumber;
pub mod rollback;
pub mod round;
pub mod seeds;
pub mod settings;
pub mod source;
pub mod suppress;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use context::{Found, Out, ProjectContext};
pub use evidence::Evidence;
use judge::Rules;
use rayon::prelude::*;
pub use settings::Settings;
pub use source::File;
pub use suppress::Silenced;

use crate::finding::Finding;

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
    let excerpt = settings.complete && !complete;
    let settings = &Settings { complete, excerpt, ..settings.clone() };
    let rules = Rules::of(settings);
    let is_reviewed = |index: usize| reviewed.get(index).copied().unwrap_or(true);
    let (mut found, model) = judge::judge(request, settings, evidence, &rules, &order);
    let refused_rows = evidence.seeds.as_deref();
    let context = ProjectContext { files, order: &order, reviewed, model: &model, refused_rows, settings };
    let of_project = rules.project.par_iter().map(|(rule, severity, check)| {
        let mut found = Vec::new();
        check(&context, &mut Out::new(rule, *severity, files, 0, None, &mut found));
        found
    });
    found.extend(of_project.collect::<Vec<Vec<Found>>>().into_iter().flatten());
    // Taking a schema of thousands of objects apart is nothing to wait for.
    rayon::spawn(move || drop(model));
    found.retain(|hit| is_reviewed(hit.file));
    evidence::weigh(evidence, files, settings, &mut found);
    settings.adjust(files, &mut found);
    let (mut found, silenced) = suppress::silence(files, found, settings, &is_reviewed);
    settings.accept(files, &mut found);
    let mut ranks: Vec<Option<usize>> = vec![None; files.len()];
    for (rank, index) in order.iter().enumerate() {
        if let Some(place) = ranks.get_mut(*index) {
            *place = Some(rank);
        }
    }
    let place = |hit: &Found| (ranks.get(hit.file).copied(), hit.range, Reverse(hit.finding.severity));
    found.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.finding.rule.cmp(&b.finding.rule)));
    Outcome { findings: found.into_iter().map(|hit| hit.finding).collect(), silenced }
}

/// The indexes of the files that go forward, in the order in which they would be applied: by version, then by path; what is
/// only proposed comes last.
pub fn order(files: &[File]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..files.len())
        .filter(|index| files.get(*index).is_some_and(|f| !f.down && f.seed_rows.is_none()))
        .collect();
    let place = |index: &usize| files.get(*index).map(|file| (file.proposed, &file.number, &file.path));
    order.sort_by(|a, b| place(a).cmp(&place(b)));
    order
}
