//! `diff`: the plan between two sources.

use pgkeel_core::plan::{self, Options, Plan};

use crate::source::{Error, Loaded, Source, Workshop};

/// Two schemas and the plan between them.
#[derive(Debug)]
pub struct Difference {
    /// The plan.
    pub plan: Plan,
    /// What it starts from.
    pub from: Loaded,
    /// What it leads to.
    pub to: Loaded,
}

/// The plan that turns `from` into `to`.
///
/// # Errors
/// When either side cannot be read.
pub async fn diff(from: &Source, to: &Source, workshop: &Workshop) -> Result<Difference, Error> {
    let (from, to) = tokio::try_join!(from.load(workshop), to.load(workshop))?;
    let plan = plan::between(&from.schema, &to.schema, &Options { role: from.role.clone() });
    Ok(Difference { plan, from, to })
}
