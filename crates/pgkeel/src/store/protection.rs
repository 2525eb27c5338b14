//! The history is written by pgkeel alone: while a script of the user's runs, the tables of the history refuse to be written.
//!
//! A setting tells that a script runs; triggers of the tables look at it, whatever way the script takes (documentation
//! sections 20.16 and 39.1). Without the setting they let everybody pass: who repairs a history by hand knows what he does.

use super::Store;

/// The call that says that statements of the user's follow, until the transaction ends or [`SCRIPT_ENDS`] is called.
pub(crate) const SCRIPT_RUNS: &str = "pg_catalog.set_config('pgkeel.script', 'runs', true)";

/// The call that says that what follows is pgkeel's own.
pub(crate) const SCRIPT_ENDS: &str = "pg_catalog.set_config('pgkeel.script', '', false)";

impl Store {
    /// A call that fails when a table of the history is gone, which no trigger can refuse.
    pub(crate) fn intact(&self) -> String {
        format!("{}.intact()", pgkeel_core::sql::ident::Ident(self.namespace()))
    }
}
