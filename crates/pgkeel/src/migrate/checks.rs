//! The checks before migrations are applied.

use pgkeel_core::migration::Migration;
use pgkeel_core::preflight::needs::Needs;

use super::Job;
use crate::apply::{Executor, Failure};
use crate::preflight::{Intent, up_parts};

impl Job<'_> {
    /// Everything that can be known before the first statement.
    pub(super) async fn preflight(
        &self,
        executor: &Executor<'_>,
        todo: &[&Migration],
    ) -> Result<(), Failure> {
        let (parts, project) = (up_parts(todo.iter().copied()), up_parts(self.migrations));
        let intent = Intent {
            what: "the migrations",
            parts: &parts,
            project: Some(&project),
            needs: Needs::of(&parts),
            embedded: self.embedded,
        };
        executor.look_ahead(&intent).await
    }
}
