//! Whether a migration may have left advisory locks in the session: behind those that ran code they are released. Looking
//! which ones there are costs as much as a small migration, so only a script that speaks of such locks is told of them.

use std::sync::atomic::{AtomicBool, Ordering};

use pgkeel_core::migration::Part;
use pgkeel_core::sql::words;

use crate::store::Store;

/// What is to be suspected of the migration that ran last.
#[derive(Debug)]
pub(crate) struct Suspicion(AtomicBool);

impl Default for Suspicion {
    /// Of a new session nothing is known.
    fn default() -> Self {
        Self(AtomicBool::new(true))
    }
}

impl Suspicion {
    /// The calls that have to succeed before `part` may begin: `guard`, and what tidies up behind the part before it.
    pub(super) fn guard(&self, store: &Store, part: &Part, guard: String) -> String {
        if self.0.swap(runs_code(part), Ordering::Relaxed) {
            format!("{}, {guard}", store.hold_alone())
        } else {
            guard
        }
    }

    /// What was to tidy up did not run.
    pub(super) fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Whether a statement of it may run a function that a user wrote. Event triggers, indexes on expressions and volatile
/// defaults are not looked for: what they leave is found behind the next migration that runs code.
pub(super) fn runs_code(part: &Part) -> bool {
    part.pieces.is_none() || part.in_memory().any(|statement| may_run_code(&statement.text))
}

/// Whether a statement may run a function that a user wrote.
pub(super) fn may_run_code(statement: &str) -> bool {
    !only_defines(statement)
}

fn only_defines(statement: &str) -> bool {
    let words = words::leading(statement, 2);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // It drops whatever there is.
        ["DROP", "OWNED"] => false,
        ["ALTER" | "COMMENT" | "DROP" | "GRANT" | "REVOKE", ..] => true,
        // Not CREATE TABLE ... AS.
        ["CREATE", "TABLE"] => {
            let text = statement.to_ascii_uppercase();
            !["SELECT", "VALUES", "EXECUTE"].iter().any(|query| text.contains(query))
        }
        [
            "CREATE",
            "INDEX" | "UNIQUE" | "VIEW" | "FUNCTION" | "PROCEDURE" | "OR" | "TYPE" | "DOMAIN" | "SEQUENCE"
            | "TRIGGER" | "POLICY",
        ] => true,
        _ => false,
    }
}
