//! Asks who works, who waits for whom, and how far the long ones are: one statement, no lock, no snapshot kept.

use pgkeel_core::health::Activity;
use tokio_postgres::{Error, SimpleQueryMessage};

use crate::answer::column;
use crate::database::Query;

/// Sessions of this database that are not idle, those that wait first.
pub async fn activity(session: &impl Query) -> Result<Vec<Activity>, Error> {
    let answer = session.simple_query(include_str!("activity.sql")).await?;
    let texts = answer.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => column(row, 0),
        _ => None,
    });
    let read = |text| serde_json::from_str::<Activity>(text).ok().map(Activity::without_constants);
    Ok(texts.filter_map(read).collect())
}
