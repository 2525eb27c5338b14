//! The repairs, proven: what a scratch database refuses is left for a person, with the refusal as the reason, and the
//! rest is planned anew until it stands.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use pgkeel_core::finding::Severity;
use pgkeel_core::repair::{Facts, Left, Repairs, command, repairs, sound};
use pgkeel_core::schema::{Id, Schema};
use pgkeel_core::validate::{Ignored, part_of_another};

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
    let base = live.fingerprint();
    let (mut live, mut expected) = (Cow::Borrowed(live), Cow::Borrowed(expected));
    let mut held_back: Vec<Left> = Vec::new();
    // What the scratch server cannot hold is known by its version, or else has to be found out.
    let mut ways = [Way::Known, Way::Tried].into_iter();
    loop {
        let mut repairs = repairs(&live, &expected, ignored, &facts);
        repairs.left.extend(held_back.iter().cloned());
        // Also where a part of the schema is held back the executor meets the whole.
        repairs.plan.base.clone_from(&base);
        if repairs.plan.is_empty() {
            return Ok((None, repairs));
        }
        let error =
            match prove::prove(repairs.plan.clone(), &sound(&live), &sound(&repairs.goal), workshop).await {
                Ok(proven) => return Ok((Some(proven), repairs)),
                Err(error) => error,
            };
        if let prove::Error::Start { on, .. } = &error {
            let mut found = BTreeMap::new();
            while found.is_empty() {
                let Some(way) = ways.next() else { return Err(Box::new(error)) };
                found = beyond(way, &live, &expected, &repairs.goal, workshop).await?;
            }
            held_back.extend(unproven(&found, &live, &expected, ignored, on));
            let gone = found.into_keys().collect();
            (live, expected) = (Cow::Owned(live.without(&gone)), Cow::Owned(expected.without(&gone)));
            continue;
        }
        let (prove::Error::Counterexample(found) | prove::Error::OtherVersion { found, .. }) = &error else {
            return Err(Box::new(error));
        };
        let reason = format!("a scratch database says of `{}`: {}", found.statement, found.what);
        let Some(id) = culprit(&found.cause, &live, &repairs.goal) else { return Err(Box::new(error)) };
        if facts.refused.insert(id, reason).is_some() {
            return Err(Box::new(error));
        }
    }
}

/// How it is told what a scratch server cannot hold.
#[derive(Clone, Copy)]
enum Way {
    /// By its version.
    Known,
    /// By trying.
    Tried,
}

async fn beyond(
    way: Way,
    live: &Schema,
    expected: &Schema,
    goal: &Schema,
    workshop: &Workshop,
) -> Result<BTreeMap<Id, String>, Box<prove::Error>> {
    match way {
        Way::Known => {
            let version = prove::version_of_scratch(workshop).await?;
            let mut beyond = live.beyond(version, live);
            beyond.extend(expected.beyond(version, live));
            Ok(beyond)
        }
        Way::Tried => {
            let mut beyond = prove::beyond(&sound(live), workshop).await?;
            beyond.extend(prove::beyond(&sound(goal), workshop).await?);
            Ok(beyond)
        }
    }
}

/// What differs among the objects that the scratch server cannot hold, and among those that need them: no repair of them
/// can be proven there.
fn unproven(
    beyond: &BTreeMap<Id, String>,
    live: &Schema,
    expected: &Schema,
    ignored: &Ignored,
    on: &str,
) -> Vec<Left> {
    let gone: BTreeSet<Id> = beyond.keys().cloned().collect();
    let (live_rest, expected_rest) = (live.without(&gone), expected.without(&gone));
    let version = live.version / 10_000;
    let mut left = Vec::new();
    for id in pgkeel_core::diff::diff(expected, live).into_keys() {
        let held = !(live_rest.has(&id) || expected_rest.has(&id));
        if !held || ignored.holds(&id) || part_of_another(&id, expected, live) {
            continue;
        }
        let why = beyond.get(&id).map_or("it needs what that server cannot hold", String::as_str);
        left.push(Left {
            object: id.to_string(),
            reason: format!(
                "its repair cannot be proven on {on}: {why}; name a server of PostgreSQL {version} with --scratch-url"
            ),
            command: command(&id.to_string(), live, expected),
            severity: Severity::Error,
        });
    }
    left
}

/// The object that the repair changes and a statement is for.
fn culprit(cause: &str, live: &Schema, goal: &Schema) -> Option<Id> {
    let id: Id = cause.parse().ok()?;
    (live.objects.get(&id) != goal.objects.get(&id)).then_some(id)
}
