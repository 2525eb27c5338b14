//! What somebody else changed since the last run, said before the run.

use pgkeel_core::event::Event;

use super::Job;
use crate::apply::Failure;
use crate::database::Session;
use crate::snapshot::{Before, Drifted, Reader};

/// So many objects are named.
const NAMED: usize = 8;

impl Job<'_> {
    /// How the schema is read in a session of the run.
    pub(super) fn reader<'s>(&'s self, session: &'s Session) -> Reader<'s> {
        Reader { session, target: self.target, options: &self.connect, embedded: self.embedded }
    }

    /// Says what is not as the last run left it. It stops nothing.
    pub(super) async fn look_for_drift(&self, session: &Session) -> Result<Before, Failure> {
        let before = Before::look(self.reader(session), self.store).await.map_err(Failure::of)?;
        match &before {
            Before::Expected | Before::First(_) => {}
            Before::Drifted(drifted) => (self.observe)(told(drifted)),
            Before::Unknown(error) => {
                let message = format!("whether the schema is as the last run left it is not known: {error}");
                (self.observe)(Event::Preflight { message, help: None });
            }
        }
        Ok(before)
    }
}

fn told(drifted: &Drifted) -> Event {
    let Drifted { objects, since, .. } = drifted;
    let named: Vec<&str> = objects.iter().take(NAMED).map(String::as_str).collect();
    let more = match objects.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "the schema is not as the last run left it at {since}; missing, changed or new: {}{more}",
        named.join(", ")
    );
    let help = "`pgkeel validate` compares it with the migrations, `pgkeel auto-fix` brings back what is missing, and \
                `pgkeel drift` tells who changed what";
    Event::Preflight { message, help: Some(help.to_owned()) }
}
