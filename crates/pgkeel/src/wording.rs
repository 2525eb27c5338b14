//! Schemas read from servers of different major versions, brought into one wording: a difference is then one of meaning.

use pgkeel_core::repair::sound;
use pgkeel_core::schema::{Id, Object, Schema};

use crate::prove::rewritten;
use crate::source::Workshop;

/// `expected`, which a scratch server wrote, in the words of the live schema where both mean the same. What only differs
/// in text is told by making the live schema on that scratch server and reading it back; where it cannot hold that, a
/// difference in text stays one.
pub async fn in_words_of_live(expected: Schema, live: &Schema, workshop: &Workshop) -> Schema {
    let (there, here) = (expected.version / 10_000, live.version / 10_000);
    let expected = expected.in_words_of(live);
    let differs = |(id, object): (&Id, &Object)| live.body(id).is_some_and(|found| *found != object.body);
    if there == here || !expected.objects.iter().any(differs) {
        return expected;
    }
    match rewritten(&sound(live), &expected, workshop).await {
        Ok(Some(became)) => expected.in_words_that_became(live, &became),
        Ok(None) | Err(_) => expected,
    }
}
