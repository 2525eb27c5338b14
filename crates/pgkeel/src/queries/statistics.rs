//! The queries that `pg_stat_statements` has seen: what really runs, whoever wrote it.

use std::collections::BTreeSet;

use pgkeel_core::queries::{Query as Written, is_about_the_catalog, temporary_tables};
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::sql::lexer::tokens;
use pgkeel_core::sql::position::Position;

use tokio_postgres::error::SqlState;

use super::{Refusal, prepare};
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;

/// What messages call the place of these queries, and what a user asks for them with.
pub const NAME: &str = "pg_stat_statements";

/// What was read.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The application's queries, those that run most often first. Constants are parameters in them.
    pub queries: Vec<Written>,
    /// What the user should know: what could not be seen.
    pub notes: Vec<String>,
}

/// Reads them. Questions to PostgreSQL's catalogs and to the history in the namespace `own` are no queries of the application:
/// pgkeel and other tools ask them.
///
/// # Errors
/// The extension is not installed or not loaded.
pub async fn recorded(client: &impl Query, own: &str) -> Result<Recorded, Error> {
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
         ORDER BY s.calls DESC, s.queryid LIMIT 5000",
        Ident(&namespace)
    );
    let rows = ask(client, "reading pg_stat_statements", &sql).await.map_err(not_loaded)?;
    let mut recorded = Recorded::default();
    let (mut hidden, mut temporary) = (0_usize, BTreeSet::new());
    for row in &rows {
        let query = text(row, 1);
        if query == HIDDEN {
            hidden += 1;
            continue;
        }
        temporary.extend(temporary_tables(&query));
        let name = format!("{} ({} calls by {})", text(row, 0), text(row, 2), text(row, 3));
        let query = typed_constants(query.trim().trim_end_matches(';'));
        let written = Written::new(Some(name), NAME, &query, Position::START);
        if written.is_query() && !is_about_the_catalog(&query, own) {
            recorded.queries.push(written);
        }
    }
    recorded.queries.retain(|query| !mentions(&query.text, &temporary));
    if hidden > 0 {
        recorded.notes.push(format!(
            "{hidden} queries of other roles in pg_stat_statements are hidden from this role and were not checked: \
             GRANT pg_read_all_stats to it"
        ));
    }
    if !temporary.is_empty() {
        let list: Vec<&str> = temporary.iter().map(String::as_str).collect();
        recorded.notes.push(format!(
            "queries of temporary tables were not checked, which only the sessions had that made them: {}",
            list.join(", ")
        ));
    }
    Ok(recorded)
}

/// What stands for the text of a query that the role may not read.
const HIDDEN: &str = "<insufficient privilege>";

/// The extension is installed, and the server does not load its library.
fn not_loaded(error: Error) -> Error {
    match error {
        Error::Server { source, .. } if source.code() == Some(&SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE) => {
            Error::Refused {
                message: "pg_stat_statements is installed in this database, and the server has not loaded it".to_owned(),
                help: "put it into shared_preload_libraries and restart the server; it sees what runs from then on".to_owned(),
            }
        }
        error => error,
    }
}

/// Whether any of these names is in a query.
fn mentions(query: &str, names: &BTreeSet<String>) -> bool {
    let mut words = query.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|word| names.contains(word) || names.contains(&word.to_lowercase()))
}

/// What a refusal of a recorded query says.
pub(super) enum Judgement {
    /// With its constants it fits.
    Fits,
    /// It does not, for this reason.
    Misfit(Refusal),
    /// Without its constants that cannot be told, and why.
    Unknown(String),
}

/// Types that constants often have.
const LIKELY: [&str; 6] = ["integer", "text", "numeric", "boolean", "timestamptz", "date"];

/// Judges a query that was refused as the extension wrote it down, with parameters for its constants. That a name is gone needs
/// no types; whatever else is refused may be so for want of them.
pub(super) async fn judge(
    client: &impl Query,
    query: &Written,
    refusal: Refusal,
) -> Result<Judgement, Error> {
    if tells_a_name(&refusal) {
        return Ok(Judgement::Misfit(refusal));
    }
    if query.parameters == 0 {
        let tells = tells_a_type(&refusal);
        return Ok(if tells { Judgement::Misfit(refusal) } else { Judgement::Unknown(refusal.message) });
    }
    for kind in LIKELY {
        match prepare(client, query, &vec![kind; query.parameters]).await? {
            None => return Ok(Judgement::Fits),
            Some(other) if tells_a_name(&other) => return Ok(Judgement::Misfit(other)),
            Some(_) => {}
        }
    }
    if refusal.code == "42883"
        && let Some(function) = function_at(query, &refusal)
    {
        let known =
            format!("SELECT 1 FROM pg_catalog.pg_proc WHERE proname = {} LIMIT 1", Literal(&function));
        if ask(client, "looking for a function", &known).await?.is_empty() {
            return Ok(Judgement::Misfit(refusal));
        }
    }
    let why = "its constants are parameters here, and their types are not known";
    Ok(Judgement::Unknown(format!("{} ({why})", refusal.message)))
}

/// Whether a table, a column, a namespace or a type is gone.
fn tells_a_name(refusal: &Refusal) -> bool {
    ["42P01", "42703", "3F000", "42704"].contains(&refusal.code.as_str())
}

/// Whether types do not fit, or a function of them is gone.
fn tells_a_type(refusal: &Refusal) -> bool {
    ["42883", "42804", "42846"].contains(&refusal.code.as_str())
}

/// The name of the function at which the refusal points; nothing for an operator.
fn function_at(query: &Written, refusal: &Refusal) -> Option<String> {
    let start = query.byte_of(refusal.character?);
    let rest = query.prepared.get(start..)?;
    let (name, _) = rest.split_once('(')?;
    let name = name.trim().rsplit('.').next()?;
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_word.then(|| name.to_lowercase())
}

/// Types whose constants may be written with the type in front: `interval '1 day'`.
const TYPES: [&str; 10] =
    ["interval", "date", "time", "timestamp", "timestamptz", "timetz", "jsonb", "json", "uuid", "numeric"];

/// `interval $1`, which the extension makes of `interval '1 day'`, as `$1::interval`, which can be prepared.
fn typed_constants(query: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut at = 0;
    for token in tokens(query, false) {
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
