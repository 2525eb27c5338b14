//! What is asked of the server before the first statement of a run.

use std::collections::BTreeMap;

use pgkeel_core::expected_objects::{self, Expected, Kind};
use pgkeel_core::finding::{Finding, Span};
use pgkeel_core::foreign_history::{self, ForeignHistory, Table};
use pgkeel_core::migration::{Migration, Part};
use pgkeel_core::preflight::needs::Place;
use pgkeel_core::preflight::{Offer, Server, check};
use pgkeel_core::sql::ident::Literal;

use crate::answer::{ask, text, truth};
use crate::database::Query;
use crate::error::Error;
use crate::store::Store;

mod features;
mod intent;
mod other_tool;
mod own_tables;
mod pool;
mod replication;
mod rights;
mod space;
mod tables;
mod target;

pub(crate) use features::features;
pub(crate) use intent::Intent;
pub(crate) use other_tool::other_tool;
pub(crate) use own_tables::own_tables;
pub(crate) use pool::pool;
pub(crate) use replication::replication;
pub(crate) use rights::rights;
pub(crate) use space::space;
pub(crate) use tables::tables;
pub(crate) use target::target;

/// The checks before a run, by the names under which they can be passed over.
pub const CHECKS: [&str; 12] = [
    "database-name",
    "standby",
    "read-only",
    "pooler",
    "missing-extension",
    "missing-privilege",
    "busy-table",
    "prepared-transaction",
    "server-version",
    "disk-space",
    "replication-lag",
    "other-tool",
];

/// A finding about a statement of a file.
fn placed(finding: Finding, place: &Place) -> Finding {
    let Place { file, line } = place;
    finding.at(Span { file: file.clone(), line: *line, column: 1, end_line: *line, end_column: 1 })
}

/// Extensions that the server lacks, of those that the pending statements need.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn lacking(
    client: &impl Query,
    pending: &[&Part],
    project: Option<&[&Part]>,
    embedded: bool,
) -> Result<Vec<Finding>, Error> {
    // What needs nothing of a server that has no extensions needs nothing of any: reading which ones there are takes long.
    if check(pending, project, &Server { embedded, ..Server::default() }).is_empty() {
        return Ok(Vec::new());
    }
    let server = server(client, embedded).await?;
    Ok(check(pending, project, &server))
}

/// The up parts of migrations.
pub(crate) fn up_parts<'m>(migrations: impl IntoIterator<Item = &'m Migration>) -> Vec<&'m Part> {
    migrations.into_iter().map(|migration| &migration.up).collect()
}

/// The extensions of a server, in one round trip.
///
/// # Errors
/// It did not answer.
pub async fn server(client: &impl Query, embedded: bool) -> Result<Server, Error> {
    let rows = ask(client, "asking for the extensions", include_str!("preflight/extensions.sql")).await?;
    let mut server = Server { embedded, ..Server::default() };
    let mut extensions = BTreeMap::new();
    for row in &rows {
        server.major = text(row, 0).parse::<u32>().unwrap_or_default() / 10_000;
        server.role = text(row, 1);
        let list =
            |column| text(row, column).split('\n').filter(|v| !v.is_empty()).map(str::to_owned).collect();
        let offer = Offer {
            installed: row.get(3).cloned().flatten(),
            default_version: row.get(4).cloned().flatten(),
            versions: list(5),
            allowed: truth(row, 6),
            requires: list(7),
        };
        if let Some(name) = row.get(2).cloned().flatten() {
            extensions.insert(name, offer);
        }
    }
    server.extensions = extensions;
    Ok(server)
}

/// Before a history is created: a database that has the migrations' tables already is not a new one.
///
/// # Errors
/// [`Error::Refused`] with the command that records what is there.
pub async fn is_new(client: &impl Query, store: &Store, migrations: &[Migration]) -> Result<(), Error> {
    let expected = expected_objects::after(migrations);
    let tables: Vec<&Expected> =
        expected.iter().filter(|object| matches!(object.word, "table" | "view")).collect();
    let missing = missing(client, &tables).await?;
    let there: Vec<&&Expected> = tables.iter().filter(|object| !missing.contains(object)).collect();
    let Some(first) = there.first() else { return Ok(()) };
    let (foreign, elsewhere) = tokio::try_join!(foreign(client, store), other_namespaces(client, store))?;
    let history = match (elsewhere.first(), foreign.first()) {
        (Some(_), _) => format!(
            "namespace `{}` has no history; pgkeel has written one in {}",
            store.namespace(),
            elsewhere.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "),
        ),
        (None, Some(history)) => format!("{} has recorded its migrations in {}", history.tool, history.table),
        (None, None) => format!("namespace `{}` has no history", store.namespace()),
    };
    let elsewhere = elsewhere
        .first()
        .map(|name| format!("if it is this project's, set history_namespace = \"{name}\" in [migrations]; "));
    Err(Error::Refused {
        message: format!(
            "the database has {} of the {} tables and views that the migrations create ({} {} is the first), but \
             {history}; nothing was changed",
            there.len(),
            tables.len(),
            first.word,
            first.name,
        ),
        help: format!(
            "{}if the database is as the migrations make it, record them with `pgkeel history stamp --all`; \
             `pgkeel validate` tells what differs; with another database in mind, check --database",
            elsewhere.unwrap_or_default()
        ),
    })
}

/// Other namespaces of the database that hold a history of pgkeel's, by name.
///
/// # Errors
/// The server did not answer.
pub async fn other_namespaces(client: &impl Query, store: &Store) -> Result<Vec<String>, Error> {
    let sql = format!(
        "SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname <> {} AND (SELECT count(*) FROM \
         pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname IN ('about', 'migrations', \
         'journal', 'audit', 'snapshots')) = 5 AND EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute \
         a ON a.attrelid = c.oid AND a.attname = 'checksum_algorithm' WHERE c.relnamespace = n.oid AND c.relname = \
         'migrations') ORDER BY 1",
        Literal(store.namespace()),
    );
    let rows = ask(client, "looking for other histories", &sql).await?;
    Ok(rows.iter().map(|row| text(row, 0)).collect())
}

/// Which of the objects do not exist.
///
/// # Errors
/// The server did not answer.
pub async fn missing<'a>(client: &impl Query, expected: &[&'a Expected]) -> Result<Vec<&'a Expected>, Error> {
    if expected.is_empty() {
        return Ok(Vec::new());
    }
    let value = |(index, object): (usize, &&Expected)| {
        let kind = match object.kind {
            Kind::Relation => "relation",
            Kind::Type => "type",
            Kind::Routine => "routine",
            Kind::Extension => "extension",
        };
        let namespace = object.namespace.as_deref().map_or("NULL".to_owned(), |ns| Literal(ns).to_string());
        format!("({index}, '{kind}', {namespace}, {})", Literal(&object.name))
    };
    let values: Vec<String> = expected.iter().enumerate().map(value).collect();
    let sql = include_str!("preflight/missing.sql").replace("{values}", &values.join(", "));
    let rows = ask(client, "looking for the migrations' objects", &sql).await?;
    let index = |row| text(row, 0).parse::<usize>().ok();
    Ok(rows.iter().filter_map(index).filter_map(|index| expected.get(index).copied()).collect())
}

/// Histories of other tools in the database.
///
/// # Errors
/// The server did not answer.
pub async fn foreign(client: &impl Query, store: &Store) -> Result<Vec<ForeignHistory>, Error> {
    let names: Vec<String> = foreign_history::table_names().map(|name| Literal(name).to_string()).collect();
    let sql = format!(
        "SELECT n.nspname, c.relname, pg_catalog.array_to_string(ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a \
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), E'\\n') FROM pg_catalog.pg_class c JOIN \
         pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND c.relname IN ({}) \
         ORDER BY 1, 2",
        names.join(", "),
    );
    let rows = ask(client, "looking for other histories", &sql).await?;
    let table = |row| Table {
        namespace: text(row, 0),
        name: text(row, 1),
        columns: text(row, 2).lines().map(str::to_owned).collect(),
    };
    let tables: Vec<Table> = rows.iter().map(table).collect();
    Ok(foreign_history::recognise(&tables, store.namespace()))
}
