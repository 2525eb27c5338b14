//! A down script from a replay: what the migration renamed is known by its place in the catalog, and gets its name back.

use pgkeel_core::plan;
use pgkeel_core::rollback::generate::{Generated, generate, generate_behind};
use pgkeel_core::schema::{Id, Schema};

use crate::introspect::Placed;
use crate::replay::{Error, Replay};

/// Writes the way back to the schema `before`, whose objects had these `places`, from what is on the replay now. What is
/// there is the same afterwards.
///
/// # Errors
/// The replay cannot be read.
pub(super) async fn generated(
    replay: &Replay<'_>,
    before: &Schema,
    places: &Placed,
) -> Result<Generated, Error> {
    let (after, later) = replay.placed().await?;
    let turned: Vec<(Id, Id)> = places.moved(&later).into_iter().map(|(old, new)| (new, old)).collect();
    let renames = plan::proven_renames(&after, before, &turned);
    let (forth, back) = plan::rename_statements(&after, before, &renames);
    if forth.is_empty() || replay.carry_out(&forth).await.is_err() {
        return Ok(generate(before, &after));
    }
    // How definitions read under the former names, the server tells.
    let renamed = replay.schema().await;
    replay.carry_out(&back).await?;
    Ok(generate_behind(before, forth, &renamed?))
}
