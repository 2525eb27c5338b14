//! The repairs, proven: what a scratch database refuses is left for a person, with the refusal as the reason, and the
//! rest is planned anew until it stands.

use pgkeel_core::repair::{Facts, Repairs, repairs, sound};
use pgkeel_core::schema::{Id, Schema};
use pgkeel_core::validate::Ignored;

use crate::prove::{self, Proven};
use crate::source::Workshop;

/// Plans and proves.
///
/// # Errors
/// There is no scratch database, it cannot hold the live schema, or it refuses a step that nothing can be left out for.
pub async fn prove(
    live: &Schema,
    expected: &Schema,
    ignored: &Ignored,
    mut facts: Facts,
    workshop: &Workshop,
) -> Result<(Option<Proven>, Repairs), Box<prove::Error>> {
    loop {
        let repairs = repairs(live, expected, ignored, &facts);
        if repairs.plan.is_empty() {
            return Ok((None, repairs));
        }
        let error =
            match prove::prove(repairs.plan.clone(), &sound(live), &sound(&repairs.goal), workshop).await {
                Ok(proven) => return Ok((Some(proven), repairs)),
                Err(error) => error,
            };
        let (prove::Error::Counterexample(found) | prove::Error::OtherVersion { found, .. }) = &error else {
            return Err(Box::new(error));
        };
        let reason = format!("a scratch database says of `{}`: {}", found.statement, found.what);
        let Some(id) = culprit(&found.cause, live, &repairs.goal) else { return Err(Box::new(error)) };
        if facts.refused.insert(id, reason).is_some() {
            return Err(Box::new(error));
        }
    }
}

/// The object that the repair changes and a statement is for.
fn culprit(cause: &str, live: &Schema, goal: &Schema) -> Option<Id> {
    let id: Id = cause.parse().ok()?;
    (live.objects.get(&id) != goal.objects.get(&id)).then_some(id)
}
