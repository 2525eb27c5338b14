//! `diff`: the plan between two sources.

use pgkeel_core::plan::{self, Options, Plan};

use crate::source::{Error, Source};

/// The plan that turns `from` into `to`.
///
/// # Errors
/// When either side cannot be read.
pub async fn diff(from: &Source, to: &Source) -> Result<Plan, Error> {
    let (from, to) = tokio::try_join!(from.load(), to.load())?;
    Ok(plan::between(&from.schema, &to.schema, &Options { role: from.role }))
}
