//! What somebody else changed since the last run: said before a run would record it as its own.

use pgkeel_core::event::Event;

use super::Job;
use crate::apply::Failure;
use crate::database::Session;
use crate::snapshot::{self, Drifted};

/// So many objects are named.
const NAMED: usize = 8;

impl Job<'_> {
    /// Says what is not as the last run left it. It stops nothing.
    pub(super) async fn look_for_drift(&self, session: &Session) -> Result<bool, Failure> {
        let found = match snapshot::drifted(session.client(), self.store, self.second(session)).await {
            Err(error) if error.is_disconnect() => return Err(Failure::of(error)),
            // A schema that cannot be read now is no reason not to migrate it.
            found => found.ok().flatten(),
        };
        let Some(Drifted { objects, since }) = found else { return Ok(false) };
        let message = if objects.is_empty() {
            format!("the schema had been changed beside the migrations before the run of {since}")
        } else {
            let named: Vec<&str> = objects.iter().take(NAMED).map(String::as_str).collect();
            let more = match objects.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "the schema is not as the last run left it at {since}; missing, changed or new: {}{more}",
                named.join(", ")
            )
        };
        let help = "`pgkeel validate` compares it with the migrations, `pgkeel auto-fix` brings back what is missing, and \
                    `pgkeel drift` tells who changed what";
        (self.observe)(Event::Preflight { message, help: Some(help.to_owned()) });
        Ok(true)
    }
}
