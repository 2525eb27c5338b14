//! The queries that `pg_stat_statements` has seen: what really runs, whoever wrote it.

use pgkeel_core::queries::Query as Written;
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::sql::lexer::token_at;
use pgkeel_core::sql::position::Position;

use super::Refusal;
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;

/// What messages call the place of these queries, and what a user asks for them with.
pub const NAME: &str = "pg_stat_statements";

/// Reads them, those that run most often first. Constants are parameters in them.
///
/// # Errors
/// The extension is not installed or not loaded, or the role may not read it.
pub async fn recorded(client: &impl Query) -> Result<Vec<Written>, Error> {
    let where_is = format!(
        "SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace \
         WHERE e.extname = {}",
        Literal(NAME)
    );
    let found = ask(client, "looking for pg_stat_statements", &where_is).await?;
    let Some(namespace) = found.first().map(|row| text(row, 0)) else {
        return Err(Error::Refused {
            message: "pg_stat_statements is not installed in this database".to_owned(),
            help: "put it into shared_preload_libraries, restart the server, and run `CREATE EXTENSION pg_stat_statements`"
                .to_owned(),
        });
    };
    let sql = format!(
        "SELECT s.queryid, s.query, s.calls, r.rolname FROM {}.pg_stat_statements s \
         LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.userid \
         WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) \
         AND s.query <> '<insufficient privilege>' ORDER BY s.calls DESC, s.queryid LIMIT 5000",
        Ident(&namespace)
    );
    let rows = ask(client, "reading pg_stat_statements", &sql).await?;
    let queries = rows.iter().map(|row| {
        let name = format!("{} ({} calls by {})", text(row, 0), text(row, 2), text(row, 3));
        let query = typed_constants(text(row, 1).trim().trim_end_matches(';'));
        Written::new(Some(name), NAME, &query, Position::START)
    });
    Ok(queries.collect())
}

/// Whether an error tells that a name or a type is gone. Others come from the constants that the extension made
/// parameters of where no parameter may stand.
pub(super) fn tells(refusal: &Refusal) -> bool {
    ["42P01", "42703", "42883", "3F000", "42704", "42804", "42846"].contains(&refusal.code.as_str())
}

/// Types whose constants may be written with the type in front: `interval '1 day'`.
const TYPES: [&str; 10] =
    ["interval", "date", "time", "timestamp", "timestamptz", "timetz", "jsonb", "json", "uuid", "numeric"];

/// `interval $1`, which the extension makes of `interval '1 day'`, as `$1::interval`, which can be prepared.
fn typed_constants(query: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Ok(Some(token)) = token_at(query, at, false) {
        at = token.range.end;
        words.push(query.get(token.range).unwrap_or_default());
    }
    let mut out = String::with_capacity(query.len());
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let kind = TYPES.iter().find(|kind| word.eq_ignore_ascii_case(kind));
        match (kind, words.get(index + 1..index + 4)) {
            (Some(kind), Some([" ", "$", number])) => {
                out.push_str(&format!("${number}::{kind}"));
                index += 4;
            }
            _ => {
                out.push_str(word);
                index += 1;
            }
        }
    }
    // A text that ends in the middle of a token is the server's to judge.
    out.push_str(query.get(at..).unwrap_or_default());
    out
}
