//! Rows of a simple query, as text.

use tokio_postgres::{SimpleQueryMessage, SimpleQueryRow};

use crate::database::Query;
use crate::error::Error;

/// A row: each column's text, or null.
pub(crate) type Row = Vec<Option<String>>;

/// Asks one question; `doing` is what an error says that pgkeel was doing.
pub(crate) async fn ask(client: &impl Query, doing: &str, sql: &str) -> Result<Vec<Row>, Error> {
    let messages = client.simple_query(sql).await.map_err(Error::server(doing))?;
    Ok(rows(&messages).map(texts).collect())
}

/// The rows among the messages of an answer.
pub(crate) fn rows(messages: &[SimpleQueryMessage]) -> impl Iterator<Item = &SimpleQueryRow> {
    messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    })
}

fn texts(row: &SimpleQueryRow) -> Row {
    (0..row.len()).map(|number| column(row, number).map(str::to_owned)).collect()
}

/// Column `number` of a row: nothing when it is null, and when something that is no PostgreSQL left it out.
pub(crate) fn column(row: &SimpleQueryRow, number: usize) -> Option<&str> {
    row.try_get(number).ok().flatten()
}

/// Column `column` of a row, empty when it is null.
pub(crate) fn text(row: &Row, column: usize) -> String {
    row.get(column).cloned().flatten().unwrap_or_default()
}

/// Whether column `column` of a row is true.
pub(crate) fn truth(row: &Row, column: usize) -> bool {
    row.get(column).cloned().flatten().as_deref() == Some("t")
}
