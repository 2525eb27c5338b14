//! Whether pending statements would change the history itself.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::migration::Part;
use pgkeel_core::preflight::own_tables::touched;

use super::placed;

/// What a script would do to the history in `namespace`. It is no check that could be passed over: the tables refuse it, too.
pub(crate) fn own_tables(parts: &[&Part], namespace: &str) -> Vec<Finding> {
    touched(parts, namespace)
        .into_iter()
        .map(|touch| {
            let message = format!("this would change {}, which the history of pgkeel is kept in", touch.object);
            let finding = Finding::new("own-history", Severity::Error, message).on(touch.object).help(
                "take the statement out of the file; `pgkeel history` puts right what is recorded, with a reason in the \
                 audit",
            );
            placed(finding, &touch.place)
        })
        .collect()
}
