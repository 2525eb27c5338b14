//! The walk over the files: each statement is judged against what all before it made.

use std::ops::Range;

use rayon::prelude::*;

use super::context::{Context, FileContext, Found, Out};
use super::history_model::{Model, Origin};
use super::progress::{Before, Passed, Progress};
use super::{Evidence, Review, Settings};
use crate::finding::Severity;
use crate::rules::{Check, RULES, Rule};
use crate::sql::effect::{Effect, Origin as Written, What};

/// Fewer statements than this are judged by one thread: starting others takes longer.
const WORTH_A_THREAD: usize = 200;

/// How many times as long a statement takes that changes what others may use: rules look at what was made before and at what
/// comes later.
const ON_SHARED: usize = 3;

type Wanted<F> = Vec<(&'static Rule, Severity, F)>;

/// The rules that are on, by what they look at.
pub(super) struct Rules {
    statement: Wanted<fn(&Context<'_>, &mut Out<'_>)>,
    effect: Wanted<fn(&Context<'_>, &Effect, &mut Out<'_>)>,
    file: Wanted<fn(&FileContext<'_>, &mut Out<'_>)>,
    /// Those over the whole project.
    pub(super) project: Wanted<fn(&super::context::ProjectContext<'_>, &mut Out<'_>)>,
}

impl Rules {
    /// Those that the settings ask for, in the order of the table.
    pub(super) fn of(settings: &Settings) -> Self {
        let mut rules =
            Self { statement: Vec::new(), effect: Vec::new(), file: Vec::new(), project: Vec::new() };
        for rule in RULES {
            let Some(severity) = settings.severity(rule) else { continue };
            match rule.check {
                Check::Statement(check) => rules.statement.push((*rule, severity, check)),
                Check::Effect(check) => rules.effect.push((*rule, severity, check)),
                Check::File(check) => rules.file.push((*rule, severity, check)),
                Check::Project(check) => rules.project.push((*rule, severity, check)),
                Check::Observed => {}
            }
        }
        rules
    }
}

/// Judges all files that are reviewed; beside the findings, what all statements made.
///
/// Judging takes many times as long as following what a statement makes. So every thread follows from the beginning to the end of
/// its part, and judges only that part.
pub(super) fn judge(
    request: &Review<'_>,
    settings: &Settings,
    evidence: &Evidence,
    rules: &Rules,
    order: &[usize],
) -> (Vec<Found>, Model) {
    let walk = Walk { request, settings, evidence, rules, order };
    let mut found = Vec::new();
    let mut model = Model::default();
    let judged: Vec<(Vec<Found>, Model)> =
        walk.parts().into_par_iter().map(|part| walk.judge(part)).collect();
    for (part, made) in judged {
        if found.is_empty() {
            found = part;
        } else {
            found.extend(part);
        }
        let before = std::mem::replace(&mut model, made);
        rayon::spawn(move || drop(before));
    }
    (found, model)
}

struct Walk<'a> {
    request: &'a Review<'a>,
    settings: &'a Settings,
    evidence: &'a Evidence,
    rules: &'a Rules,
    order: &'a [usize],
}

impl Walk<'_> {
    /// Positions in the order, cut so that each part has about as many statements to judge.
    fn parts(&self) -> Vec<Range<usize>> {
        let weight = |index: &usize| {
            let Some(file) = self.request.files.get(*index).filter(|_| self.is_reviewed(*index)) else {
                return 0;
            };
            let makes = |effect: &Effect| matches!(effect.what, What::CreateTable(_));
            let new = file.up().any(|(_, statement)| statement.reading.effects.first().is_some_and(makes));
            file.statements.len() * if new { 1 } else { ON_SHARED }
        };
        let total: usize = self.order.iter().map(weight).sum();
        let wanted = rayon::current_num_threads().min(total / WORTH_A_THREAD).max(1);
        let mut parts = Vec::with_capacity(wanted);
        let (mut start, mut seen) = (0, 0);
        for (at, index) in self.order.iter().enumerate() {
            seen += weight(index);
            if parts.len() + 1 < wanted && seen * wanted >= total * (parts.len() + 1) {
                parts.push(start..at + 1);
                start = at + 1;
            }
        }
        parts.push(start..self.order.len());
        parts
    }

    fn is_reviewed(&self, index: usize) -> bool {
        self.request.reviewed.get(index).copied().unwrap_or(true)
    }

    /// Judges a part; what came before it is only followed.
    fn judge(&self, part: Range<usize>) -> (Vec<Found>, Model) {
        let mut found = Vec::new();
        let mut model = Model::default();
        for (at, index) in self.order.iter().copied().enumerate().take(part.end) {
            if let Some(dump) = self.evidence.catalog.get(&index) {
                model = Model::of_catalog(dump, &model);
            }
            if part.contains(&at) && self.is_reviewed(index) {
                self.judge_file(at, &mut model, &mut found);
            } else {
                self.follow_file(index, &mut model);
            }
        }
        (found, model)
    }

    /// Brings the model past a file without a word about it.
    fn follow_file(&self, index: usize, model: &mut Model) {
        let Some(file) = self.request.files.get(index) else { return };
        for (at, statement) in file.up() {
            model.apply(
                &statement.reading,
                Origin { file: index, statement: at, range: statement.range, order: 0 },
            );
        }
        model.end_file();
    }

    /// Judges the file at a place of the order.
    fn judge_file(&self, place: usize, model: &mut Model, found: &mut Vec<Found>) {
        let Self { request: Review { files, .. }, settings, order, .. } = *self;
        let (Some(&index), Some(behind)) = (order.get(place), order.get(place + 1..)) else { return };
        let Some(file) = files.get(index) else { return };
        let mut progress = Progress::of(file, settings);
        for (at, statement) in file.up() {
            let context =
                Context { files, file, index, statement, at, behind, model, progress: &progress, settings };
            for (rule, severity, check) in &self.rules.statement {
                check(&context, &mut Out::new(rule, *severity, files, index, Some(at), found));
            }
            let before = Before::of(&context);
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
                    behind,
                    model,
                    progress: &progress,
                    settings,
                };
                for (rule, severity, check) in &self.rules.effect {
                    check(&context, effect, &mut Out::new(rule, *severity, files, index, Some(at), found));
                }
                // The block itself does nothing that its statements do not.
                if matches!(effect.what, What::Do { .. }) {
                    continue;
                }
                // What follows stands on what the same statement adds first. The rest is judged by what was before.
                let adds = match effect.what {
                    What::CreateTable(_) => true,
                    What::AddColumn { .. } => effect.origin != Written::Do,
                    _ => false,
                };
                if adds && later.is_empty() {
                    model.apply_one(effect, &statement.reading, origin);
                } else {
                    later.push(effect);
                }
            }
            for effect in later {
                model.apply_one(effect, &statement.reading, origin);
            }
            progress.pass(Passed { index, at, statement, model }, before);
        }
        model.end_file();
        let new_tables = model.tables_of(index);
        let context = FileContext {
            files,
            order,
            file,
            index,
            model,
            new_tables: &new_tables,
            progress: &progress,
            settings,
        };
        for (rule, severity, check) in &self.rules.file {
            check(&context, &mut Out::new(rule, *severity, files, index, None, found));
        }
    }
}
