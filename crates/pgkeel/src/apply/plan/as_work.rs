//! A plan as work for the executor.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use pgkeel_core::migration::{Checksum, Directives, Part};
use pgkeel_core::plan::Plan;
use pgkeel_core::sql::position::Position;
use pgkeel_core::sql::script::{Piece, Statement};
use sha2::{Digest, Sha256};

use crate::apply::{Ledger, Script, Work, runs_alone};
use crate::store::Store;

/// Bodies of routines may name objects that come later in the plan.
const SETTINGS: &[(&str, &str)] = &[("check_function_bodies", "off")];

/// What the journal calls a plan: the same for the same steps on the same schema.
pub(super) fn key(plan: &Plan) -> String {
    let mut digest = Sha256::new();
    digest.update(&plan.base);
    for step in &plan.steps {
        digest.update([0]);
        digest.update(&step.sql);
    }
    let mut key = "plan ".to_owned();
    for byte in digest.finalize().iter().take(12) {
        // Writing to a String cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}

/// The steps as statements of a script: the line of each is its number.
pub(super) fn part(plan: &Plan, action: &str) -> Part {
    let statement = |(index, step): (usize, &pgkeel_core::plan::Step)| {
        Piece::Statement(Statement::new(step.sql.clone(), Position { line: index + 1, column: 1 }))
    };
    Part {
        file: action.to_owned(),
        directives: Directives::default(),
        checksum: Checksum { algorithm: String::new(), value: String::new() },
        statements: plan.steps.len(),
        pieces: Some(Arc::new(plan.steps.iter().enumerate().map(statement).collect())),
        bytes: plan.steps.iter().map(|step| step.sql.len()).sum(),
    }
}

/// The plan as work; `part` is what [`part`] makes of it.
pub(super) fn work<'a>(store: &Store, plan: &Plan, action: &str, part: &'a Part) -> Work<'a> {
    let key = key(plan);
    let shown: Vec<String> = plan.steps.iter().map(|step| step.shown().to_owned()).collect();
    let audit = store.audit(action, Some(&key), &serde_json::json!({ "steps": shown }));
    let apart: BTreeSet<usize> = part
        .in_memory()
        .zip(&plan.steps)
        .enumerate()
        .filter(|(_, (statement, step))| !step.transactional && !runs_alone(statement))
        .map(|(index, _)| index)
        .collect();
    let ledger = Ledger {
        guard: store.hold(),
        whole: vec![audit.clone()],
        begin: vec![store.begin_plan(&key, action)],
        read: store.read_plan(&key),
        again: Vec::new(),
        end: vec![store.forget_work(&key), audit],
        failed: Vec::new(),
        forget: vec![store.forget_work(&key)],
        unknown: "make the plan anew: it is made from what is there now".to_owned(),
    };
    Work {
        script: Script { part, label: action.to_owned() },
        folder: Path::new(""),
        key,
        ledger,
        apart,
        undo_half_way: false,
        settings: SETTINGS,
        shown: Some(shown),
    }
}
