//! An application's own queries against a schema: PostgreSQL prepares each one, which runs nothing, and says whether it
//! still fits. What it says is led back to the file, with what was probably meant.

use std::path::Path;

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::queries::{Catalog, Query as Written, Relation, read, suggest};
use pgkeel_core::sql::position::Position;
use pgkeel_core::sql::text::decode;
use tokio_postgres::error::{DbError, ErrorPosition};

use crate::answer::{ask, text};
use crate::database::Query;
use crate::discover::sql_files_below;
use crate::error::{Error, ends_the_connection};

mod broken;
mod statistics;

pub use broken::{RULE as BROKEN, broken_by};
use statistics::Judgement;
pub use statistics::{NAME as STATISTICS, Recorded, recorded};

/// The rule of every finding about a query.
pub const RULE: &str = "query-does-not-fit";

/// What became of queries that were prepared.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many were prepared.
    pub checked: usize,
    /// Those that cannot be checked, with the reason: `queries/a.sql:3: ...`.
    pub unchecked: Vec<String>,
    /// Those that do not fit: their number among the queries, and why.
    pub misfits: Vec<(usize, Finding)>,
}

impl Report {
    /// The findings, in the order of the queries.
    pub fn findings(self) -> Vec<Finding> {
        self.misfits.into_iter().map(|(_, finding)| finding).collect()
    }

    /// What does not fit here and did in `before`, which is about the same queries: what a change broke.
    #[must_use]
    pub fn broken_since(&self, before: &Self) -> Vec<&Finding> {
        let fitted = |number: &usize| before.misfits.iter().all(|(misfit, _)| misfit != number);
        self.misfits.iter().filter(|(number, _)| fitted(number)).map(|(_, finding)| finding).collect()
    }
}

/// The queries of a `.sql` file, or of every one in a folder and the folders in it. `shown` is what messages call the
/// folder. A file that is no script is a finding.
///
/// # Errors
/// The file or folder cannot be read.
pub fn from_files(path: &Path, shown: &Path) -> Result<(Vec<Written>, Vec<Finding>), Error> {
    let (mut queries, mut findings) = (Vec::new(), Vec::new());
    for file in sql_files_below(path)? {
        let name = file.strip_prefix(path).unwrap_or(&file);
        let name = if name.as_os_str().is_empty() { shown.to_owned() } else { shown.join(name) };
        let name = name.display().to_string();
        let bytes = std::fs::read(&file).map_err(|source| io(&file, source))?;
        let source = decode(&bytes).map_err(|why| Error::NotText { file: name.clone(), why })?;
        match read(&name, source) {
            Ok(found) => queries.extend(found),
            Err(error) => {
                let Position { line, column } = error.position;
                let span = pgkeel_core::finding::Span {
                    file: name,
                    line,
                    column,
                    end_line: line,
                    end_column: column + 1,
                };
                findings.push(
                    Finding::new(RULE, Severity::Error, format!("the file is no SQL: {error}")).at(span),
                );
            }
        }
    }
    Ok((queries, findings))
}

fn io(path: &Path, source: std::io::Error) -> Error {
    Error::Io { doing: "read", path: path.display().to_string(), source }
}

/// Prepares every query on the database that `client` is connected to, under its search path. Nothing is executed.
///
/// # Errors
/// The connection broke.
pub async fn check(client: &impl Query, queries: &[Written]) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut catalog = None;
    for (number, query) in queries.iter().enumerate() {
        if let Some(reason) = query.unchecked {
            report.unchecked.push(format!("{}:{}: {reason}", query.file, query.position.line));
            continue;
        }
        report.checked += 1;
        let Some(mut refusal) = prepare(client, query, &[]).await? else { continue };
        if query.file == STATISTICS {
            match statistics::judge(client, query, refusal).await? {
                Judgement::Fits => continue,
                Judgement::Misfit(found) => refusal = found,
                Judgement::Unknown(why) => {
                    report.checked -= 1;
                    report.unchecked.push(format!("{}: {why}", query.label()));
                    continue;
                }
            }
        }
        if catalog.is_none() {
            catalog = Some(names(client).await?);
        }
        let Some(catalog) = &catalog else { continue };
        report.misfits.push((number, misfit(query, &refusal, catalog)));
    }
    Ok(report)
}

/// Why the server refused a query.
struct Refusal {
    code: String,
    message: String,
    hint: Option<String>,
    /// The character of the prepared text, from 1.
    character: Option<usize>,
}

/// Prepares one query, with its parameters of the types `given`; `None` when it fits.
async fn prepare(
    client: &impl Query,
    query: &Written,
    given: &[&'static str],
) -> Result<Option<Refusal>, Error> {
    // Parameters whose type nothing tells: drivers send these as text.
    let mut types = vec!["unknown"; query.parameters];
    for (slot, given) in types.iter_mut().zip(given) {
        *slot = *given;
    }
    loop {
        let declared = if types.iter().any(|given| *given != "unknown") {
            format!(" ({})", types.join(", "))
        } else {
            String::new()
        };
        let head = format!("PREPARE pgkeel_query{declared} AS ");
        let sql = format!("{head}{}\n; DEALLOCATE pgkeel_query", query.prepared);
        let Err(error) = client.simple_query(&sql).await else { return Ok(None) };
        let Some(refusal) = error.as_db_error().filter(|_| !ends_the_connection(&error)) else {
            return Err(Error::server(format!("preparing {}", query.label()))(error));
        };
        let number = undetermined(refusal).and_then(|number| number.checked_sub(1));
        if let Some(slot) = number.and_then(|number| types.get_mut(number)).filter(|slot| **slot == "unknown")
        {
            *slot = "text";
            continue;
        }
        let character = match refusal.position() {
            Some(ErrorPosition::Original(at)) => {
                usize::try_from(*at).unwrap_or_default().checked_sub(head.chars().count())
            }
            _ => None,
        };
        return Ok(Some(Refusal {
            code: refusal.code().code().to_owned(),
            message: refusal.message().to_owned(),
            hint: refusal.hint().map(str::to_owned),
            character,
        }));
    }
}

/// The parameter of "could not determine data type of parameter $1" (42P18), in any language.
fn undetermined(refusal: &DbError) -> Option<usize> {
    if refusal.code().code() != "42P18" {
        return None;
    }
    let digits = refusal.message().split('$').nth(1)?;
    digits.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

fn misfit(query: &Written, refusal: &Refusal, catalog: &Catalog) -> Finding {
    let at = query.byte_of(refusal.character.unwrap_or(1));
    let suggestion = suggest(query, at, &refusal.code, catalog);
    let message = format!("{}: {} ({})", query.label(), refusal.message, refusal.code);
    let mut finding = Finding::new(RULE, Severity::Error, message)
        .at(query.span(suggestion.range.start, suggestion.range.end));
    finding.object = suggestion.object;
    finding.help = suggestion.help.or_else(|| refusal.hint.clone());
    finding
}

/// The names in the database, for what was probably meant.
async fn names(client: &impl Query) -> Result<Catalog, Error> {
    let relations = "SELECT n.nspname, c.relname, pg_catalog.json_agg(a.attname ORDER BY a.attnum) \
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
        GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname";
    let functions = "SELECT pg_catalog.format('%s.%s(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) \
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1";
    let rows = ask(client, "reading the names of tables", relations).await?;
    let relations = rows
        .iter()
        .map(|row| Relation {
            namespace: text(row, 0),
            name: text(row, 1),
            columns: serde_json::from_str(&text(row, 2)).unwrap_or_default(),
        })
        .collect();
    let functions = ask(client, "reading the names of functions", functions).await?;
    Ok(Catalog { relations, functions: functions.iter().map(|row| text(row, 0)).collect() })
}
