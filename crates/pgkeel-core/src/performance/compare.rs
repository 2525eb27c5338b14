//! Two windows against each other: what regressed, what got better, and what nobody can say.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{PlanShape, Renamed, Usage, Window, fingerprint};

/// Calls that a window needs before its statement is judged.
const CALLS: f64 = 30.0;

/// The same for statements below a millisecond, which vary more.
const CALLS_SHORT: f64 = 100.0;

/// The ratio of two means, or of blocks per call, that counts as an effect.
const RATIO: f64 = 1.5;

/// Milliseconds per call that must be added for a ratio to matter.
const ADDED_MS: f64 = 1.0;

/// Load added, as a share of one core, that matters whatever a call costs.
const ADDED_LOAD: f64 = 0.02;

/// Welch's t that is no accident, whatever the number of statements.
const NO_ACCIDENT: f64 = 5.0;

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Slower, and it does more work: more blocks per call, or temporary files.
    Regressed,
    /// Among the costliest before, and not called any more: statements that fail are not counted.
    Vanished,
    /// Slower without more work: a cold cache, a busy neighbour, waiting for locks.
    Suspect,
    /// More work in the same time: it may hurt when caches are cold.
    Watch,
    /// Other rows per call: it is used otherwise than before.
    WorkloadChanged,
    /// Faster, with less work.
    Improved,
    /// Not called before.
    New,
    /// As before.
    Same,
    /// Called too seldom to say anything.
    TooFew,
}

impl Verdict {
    /// The word in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::Vanished => "vanished",
            Self::Suspect => "suspect",
            Self::Watch => "watch",
            Self::WorkloadChanged => "workload-changed",
            Self::Improved => "improved",
            Self::New => "new",
            Self::Same => "same",
            Self::TooFew => "too-few",
        }
    }
}

/// One statement before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// What became of it.
    pub verdict: Verdict,
    /// Who runs it.
    pub role: String,
    /// Its text.
    pub query: String,
    /// Executions before and after.
    pub calls: (f64, f64),
    /// Milliseconds per call before and after.
    pub mean_ms: (f64, f64),
    /// Blocks per call before and after.
    pub blocks_per_call: (f64, f64),
    /// Rows per call before and after.
    pub rows_per_call: (f64, f64),
    /// Load added, as a share of one core; none when a window's length is not known.
    pub added_load: Option<f64>,
    /// Welch's t of the two means.
    pub t: f64,
    /// The plan before, when it differs from the one after or the statement regressed.
    pub plan_before: Option<PlanShape>,
    /// The plan after.
    pub plan_after: Option<PlanShape>,
}

/// All statements, the worst first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Length of the window before, in seconds.
    pub before_s: Option<f64>,
    /// Length of the window after, in seconds.
    pub after_s: Option<f64>,
    /// Why the result is worth less than it seems.
    pub notes: Vec<String>,
    /// Statements that were judged.
    pub judged: usize,
    /// Statements that were called too seldom in one of the windows.
    pub too_few: usize,
    /// Those of which there is something to say, the worst first.
    pub changes: Vec<Change>,
}

/// Plans by fingerprint.
type Plans = BTreeMap<String, PlanShape>;

/// Compares. Texts and plans of `before` are brought up to date by `renamed`.
pub fn compare(before: &Window, after: &Window, plans: (&Plans, &Plans), renamed: &Renamed) -> Comparison {
    let mut result = Comparison {
        before_s: before.seconds,
        after_s: after.seconds,
        notes: before.notes.iter().map(|note| format!("before: {note}")).collect(),
        ..Comparison::default()
    };
    result.notes.extend(after.notes.iter().map(|note| format!("after: {note}")));
    let earlier: Plans =
        plans.0.iter().map(|(text, plan)| (fingerprint(text, renamed), plan.clone())).collect();
    let total_before: f64 = before.usage.values().map(|usage| usage.total_ms).sum();
    let keys: std::collections::BTreeSet<_> = before.usage.keys().chain(after.usage.keys()).collect();
    let none = Usage::default();
    // Only while the application goes on calling others can one be said to have vanished.
    let often = |usage: &Usage| usage.calls >= CALLS;
    let alive =
        before.usage.iter().any(|(key, usage)| often(usage) && after.usage.get(key).is_some_and(often));
    for key in keys {
        let (b, a) = (before.usage.get(key).unwrap_or(&none), after.usage.get(key).unwrap_or(&none));
        let load = |usage: &Usage, seconds: Option<f64>| {
            seconds.filter(|s| *s > 0.0).map(|seconds| usage.total_ms / 1000.0 / seconds)
        };
        let added_load = load(a, after.seconds).zip(load(b, before.seconds)).map(|(a, b)| a - b);
        let share = if total_before > 0.0 { b.total_ms / total_before } else { 0.0 };
        let (verdict, t) = judge(b, a, added_load, share, alive);
        match verdict {
            Verdict::TooFew => result.too_few += 1,
            _ => result.judged += 1,
        }
        let (old, new) = (earlier.get(&key.2), plans.1.get(&key.2));
        let other_plan = old.zip(new).is_some_and(|(b, a)| b.shape != a.shape);
        let said = !matches!(verdict, Verdict::Same | Verdict::TooFew) || other_plan;
        if said {
            result.changes.push(Change {
                verdict,
                role: key.0.clone(),
                query: if a.query.is_empty() { b.query.clone() } else { a.query.clone() },
                calls: (b.calls, a.calls),
                mean_ms: (b.mean(), a.mean()),
                blocks_per_call: (b.blocks_per_call(), a.blocks_per_call()),
                rows_per_call: (b.rows_per_call(), a.rows_per_call()),
                added_load,
                t,
                plan_before: old.filter(|_| other_plan).cloned(),
                plan_after: new.filter(|_| other_plan).cloned(),
            });
        }
    }
    result.changes.sort_by(|x, y| {
        let cost = |change: &Change| change.calls.1 * (change.mean_ms.1 - change.mean_ms.0);
        x.verdict
            .cmp(&y.verdict)
            .then_with(|| cost(y).total_cmp(&cost(x)))
            .then_with(|| x.query.cmp(&y.query))
    });
    honest(&mut result);
    result
}

fn judge(b: &Usage, a: &Usage, added_load: Option<f64>, share: f64, alive: bool) -> (Verdict, f64) {
    if a.calls <= 0.0 {
        let costly = share >= 0.05 && b.calls >= CALLS;
        return (if costly && alive { Verdict::Vanished } else { Verdict::TooFew }, 0.0);
    }
    if b.calls <= 0.0 {
        return (if a.calls >= CALLS { Verdict::New } else { Verdict::TooFew }, 0.0);
    }
    let short = b.mean().max(a.mean()) < 1.0;
    if b.calls.min(a.calls) < if short { CALLS_SHORT } else { CALLS } {
        return (Verdict::TooFew, 0.0);
    }
    let error = (b.variance() / b.calls + a.variance() / a.calls).sqrt();
    let t = if error > 0.0 { (a.mean() - b.mean()) / error } else { 0.0 };
    // Means without any variance differ for certain when they differ at all.
    let certain = |t: f64| t.abs() >= NO_ACCIDENT || error == 0.0;
    let ratio = |x: f64, y: f64| {
        if x > 0.0 {
            y / x
        } else if y > 0.0 {
            f64::INFINITY
        } else {
            1.0
        }
    };
    let time = ratio(b.mean(), a.mean());
    // Three blocks instead of one are no other plan.
    let blocks = ratio(b.blocks_per_call().max(1.0), a.blocks_per_call().max(1.0));
    let more_blocks = blocks >= RATIO && a.blocks_per_call() - b.blocks_per_call() >= 4.0;
    let fewer_blocks = blocks <= 1.0 / RATIO && b.blocks_per_call() - a.blocks_per_call() >= 4.0;
    let spills = b.temporary == 0.0 && a.temporary > 0.0;
    let rows = ratio(b.rows_per_call().max(0.01), a.rows_per_call().max(0.01));
    let other_rows = !(1.0 / RATIO..=RATIO).contains(&rows);
    let slower = time >= RATIO
        && (a.mean() - b.mean() >= ADDED_MS || added_load.is_some_and(|load| load >= ADDED_LOAD))
        && certain(t);
    let faster = time <= 1.0 / RATIO && certain(t);
    let verdict = match (slower, more_blocks || spills) {
        (true, _) | (_, true) if other_rows => Verdict::WorkloadChanged,
        (true, true) => Verdict::Regressed,
        (true, false) => Verdict::Suspect,
        (false, true) => Verdict::Watch,
        (false, false) if faster && fewer_blocks => Verdict::Improved,
        (false, false) => Verdict::Same,
    };
    (verdict, t)
}

/// Says how thin the ice is.
fn honest(result: &mut Comparison) {
    if result.judged == 0 {
        result.notes.push(format!(
            "nothing can be said yet: no statement was called at least {CALLS} times before and after \
             ({CALLS_SHORT} times when it takes less than a millisecond)"
        ));
    }
    if result.after_s.is_some_and(|seconds| seconds < 600.0) {
        result.notes.push(
            "less than ten minutes have passed: caches may still be cold and statistics not yet collected"
                .to_owned(),
        );
    }
}
