//! Rows from CSV, JSON and TOML: staged in a temporary table, then inserted or updated by key in one statement.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::SinkExt;
use pgkeel_core::seed::{Data, Object, Rows};
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::sql::position::Position;
use serde_json::Value;
use tokio_postgres::error::DbError;

use super::{Seeded, deferred, key};
use crate::answer::{Row, column, text};
use crate::apply::{Executor, Failure, Script, advice};
use crate::error::Error;
use crate::statement_error::{Names, StatementError};

/// Rows that name the same columns: a column that a row does not name keeps its default.
struct Group<'a> {
    columns: Vec<&'a str>,
    objects: Vec<&'a Object>,
}

impl Executor<'_> {
    /// Loads one file.
    pub(super) async fn seed_rows(&self, script: &Script<'_>, rows: &Rows) -> Result<Seeded, Failure> {
        let loaded = match self.begin_seed(script).await {
            Ok(()) => self.load(script, rows).await,
            Err(failure) => Err(failure),
        };
        self.end_seed(script, loaded).await
    }

    async fn load(&self, script: &Script<'_>, rows: &Rows) -> Result<Seeded, Failure> {
        let columns = key::query(rows);
        let answer =
            self.question(script, Position::START, "asking for the table's columns", &columns).await?;
        let described = key::describe(rows, &answer).map_err(Failure::Statement)?;
        let upsert = Upsert { executor: self, script, rows, described: &described };
        let mut seeded = Seeded { file: rows.file.clone(), ..Seeded::default() };
        match &rows.data {
            Data::Csv { text, first_line } => upsert.csv(text, *first_line, &mut seeded).await?,
            Data::Objects(objects) => {
                upsert.each_key_once(objects)?;
                for group in groups(objects) {
                    upsert.objects(&group, &mut seeded).await?;
                }
            }
        }
        upsert.settle().await?;
        Ok(seeded)
    }
}

fn groups(objects: &[Object]) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<Vec<&str>, Vec<&Object>> = BTreeMap::new();
    for object in objects {
        groups.entry(object.values.keys().map(String::as_str).collect()).or_default().push(object);
    }
    groups.into_iter().map(|(columns, objects)| Group { columns, objects }).collect()
}

struct Upsert<'a> {
    executor: &'a Executor<'a>,
    script: &'a Script<'a>,
    rows: &'a Rows,
    described: &'a key::Described,
}

impl Upsert<'_> {
    async fn csv(&self, data: &str, first_line: usize, seeded: &mut Seeded) -> Result<(), Failure> {
        let columns: Vec<&str> = self.rows.columns.iter().map(String::as_str).collect();
        self.stage(&columns).await?;
        let copy = format!("COPY pg_temp.pgkeel_seed ({}) FROM stdin WITH (FORMAT csv)", list(&columns));
        if let Err(error) = self.copy(&copy, data).await {
            let Some(db) = error.as_db_error() else { return Err(broken(error)) };
            // CONTEXT: COPY pgkeel_seed, line 3, column price: "x"; before it may stand lines of the value's own.
            let context = db.where_().unwrap_or_default();
            let line = context.split_once("COPY pgkeel_seed, line ").and_then(|(_, rest)| {
                rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok()
            });
            let line = line.map_or(first_line, |line| first_line + line - 1);
            return Err(self.refused(line, None, db));
        }
        let total = self.count_staged().await?;
        let line_of = |row: usize| record_line(data, row, first_line);
        // Where there is nothing to update, nothing is refused when it comes twice.
        if self.is_all_key(&columns)
            && let Some(failure) = self.twice(&line_of).await?
        {
            return Err(failure);
        }
        self.savepoint().await?;
        match self.merge(&columns, None).await {
            Ok(counts) => counts.add(total, seeded),
            Err(error) => {
                let Some(db) = error.as_db_error().cloned() else { return Err(broken(error)) };
                if is_of_no_row(&db) {
                    return Err(self.refused(first_line, None, &db));
                }
                self.roll_back().await?;
                if let Some(failure) = self.key_is_to_blame(&db, &line_of).await? {
                    return Err(failure);
                }
                let row = self.first_refused(&columns, total).await?;
                let line = row.map_or(first_line, line_of);
                return Err(self.refused(line, row, &db));
            }
        }
        Ok(())
    }

    async fn objects(&self, group: &Group<'_>, seeded: &mut Seeded) -> Result<(), Failure> {
        self.stage(&group.columns).await?;
        self.savepoint().await?;
        let total = group.objects.len();
        let attempt = async {
            self.fill(group, &group.objects).await?;
            self.merge(&group.columns, None).await
        };
        match attempt.await {
            Ok(counts) => counts.add(total, seeded),
            Err(error) => {
                let Some(db) = error.as_db_error().cloned() else { return Err(broken(error)) };
                if is_of_no_row(&db) {
                    return Err(self.refused(1, None, &db));
                }
                self.roll_back().await?;
                if db.code().code() == TWICE {
                    self.fill(group, &group.objects).await.map_err(broken)?;
                }
                let line = |row: usize| group.objects.get(row - 1).map_or(1, |object| object.line);
                if let Some(failure) = self.key_is_to_blame(&db, &line).await? {
                    return Err(failure);
                }
                let (index, db) = self.first_refused_object(group).await?.unwrap_or((0, db));
                let line = group.objects.get(index).map_or(1, |object| object.line);
                let row = group.objects.get(index).and_then(|object| self.number(object));
                return Err(self.refused(line, row, &db));
            }
        }
        Ok(())
    }

    /// Deferred constraints are looked at now, when it is still known whose rows these are.
    async fn settle(&self) -> Result<(), Failure> {
        let settling = self.executor.session.client().batch_execute("SET CONSTRAINTS ALL IMMEDIATE");
        let Err(error) = self.executor.attended(self.script, &|| None, settling).await else { return Ok(()) };
        let Some(db) = error.as_db_error() else { return Err(broken(error)) };
        let found = db.detail().and_then(|detail| deferred::row_of(detail, self.rows));
        Err(self.refused(found.map_or(1, |(_, line)| line), found.map(|(row, _)| row), db))
    }

    /// Which row of the file an object is, from 1.
    fn number(&self, object: &Object) -> Option<usize> {
        let Data::Objects(objects) = &self.rows.data else { return None };
        objects.iter().position(|other| std::ptr::eq(other, object)).map(|index| index + 1)
    }

    async fn stage(&self, columns: &[&str]) -> Result<(), Failure> {
        let sql = format!(
            "DROP TABLE IF EXISTS pg_temp.pgkeel_seed; CREATE TEMPORARY TABLE pgkeel_seed ON COMMIT DROP AS SELECT {} FROM \
             {} WITH NO DATA; ALTER TABLE pg_temp.pgkeel_seed ADD COLUMN pgkeel_row bigint GENERATED ALWAYS AS IDENTITY",
            list(columns),
            key::table(self.rows),
        );
        self.ask("staging rows", &sql).await?;
        // "table does not exist, skipping" is of no interest.
        self.executor.session.tap().take_notices();
        Ok(())
    }

    async fn copy(&self, sql: &str, data: &str) -> Result<(), tokio_postgres::Error> {
        let sink = self.executor.session.client().copy_in::<_, Bytes>(sql).await?;
        let mut sink = Box::pin(sink);
        for portion in data.as_bytes().chunks(256 * 1024) {
            sink.send(Bytes::copy_from_slice(portion)).await?;
        }
        sink.as_mut().finish().await.map(|_| ())
    }

    async fn fill(&self, group: &Group<'_>, objects: &[&Object]) -> Result<(), tokio_postgres::Error> {
        let values: Vec<&serde_json::Map<_, _>> = objects.iter().map(|object| &object.values).collect();
        let json = serde_json::to_string(&values).unwrap_or_default();
        let columns = list(&group.columns);
        let sql = format!(
            "INSERT INTO pg_temp.pgkeel_seed ({columns}) SELECT {columns} FROM \
             pg_catalog.jsonb_populate_recordset(NULL::pg_temp.pgkeel_seed, {}::jsonb)",
            Literal(&json),
        );
        self.executor.session.client().batch_execute(&sql).await
    }

    async fn count_staged(&self) -> Result<usize, Failure> {
        let rows = self.ask("counting rows", "SELECT count(*) FROM pg_temp.pgkeel_seed").await?;
        Ok(rows.first().and_then(|row| text(row, 0).parse().ok()).unwrap_or_default())
    }

    /// Inserts or updates the staged rows, or just one of them.
    async fn merge(&self, columns: &[&str], only: Option<usize>) -> Result<Counts, tokio_postgres::Error> {
        let key: Vec<&str> = self.described.key.iter().map(String::as_str).collect();
        let others: Vec<&str> = columns.iter().filter(|column| !key.contains(column)).copied().collect();
        let columns = list(columns);
        let overriding = if self.described.has_identity { "OVERRIDING SYSTEM VALUE " } else { "" };
        let row = only.map_or(String::new(), |row| format!("WHERE pgkeel_row = {row} "));
        let action = if others.is_empty() {
            "NOTHING".to_owned()
        } else {
            let sets: Vec<String> =
                others.iter().map(|column| format!("{0} = excluded.{0}", Ident(column))).collect();
            let side = |name: &str| {
                others.iter().map(|column| format!("{name}.{}", Ident(column))).collect::<Vec<_>>().join(", ")
            };
            // As text: not every type has an equality.
            format!(
                "UPDATE SET {} WHERE ROW({})::text IS DISTINCT FROM ROW({})::text",
                sets.join(", "),
                side("pgkeel_target"),
                side("excluded")
            )
        };
        // What was there before is what the rest of the statement sees. (No system column would tell for a partitioned table.)
        let returned: Vec<String> =
            key.iter().map(|column| format!("pgkeel_target.{}", Ident(column))).collect();
        let same: Vec<String> =
            key.iter().map(|column| format!("there.{0} = done.{0}", Ident(column))).collect();
        let table = key::table(self.rows);
        let sql = format!(
            "WITH done AS (INSERT INTO {table} AS pgkeel_target ({columns}) {overriding}SELECT {columns} FROM \
             pg_temp.pgkeel_seed {row}ORDER BY pgkeel_row ON CONFLICT ({}) DO {action} RETURNING {}), told AS (SELECT NOT \
             EXISTS (SELECT FROM {table} AS there WHERE {}) AS created FROM done) SELECT count(*) FILTER (WHERE created), \
             count(*) FILTER (WHERE NOT created) FROM told",
            list(&key),
            returned.join(", "),
            same.join(" AND "),
        );
        let merging = self.executor.session.client().simple_query(&sql);
        let messages = self.executor.attended(self.script, &|| None, merging).await?;
        let number = |at: usize| column(crate::answer::rows(&messages).next()?, at)?.parse::<u64>().ok();
        Ok(Counts { created: number(0).unwrap_or(0), updated: number(1).unwrap_or(0) })
    }

    /// The first staged row (from 1) that is refused when it is merged by itself.
    async fn first_refused(&self, columns: &[&str], total: usize) -> Result<Option<usize>, Failure> {
        for row in 1..=total {
            if let Err(error) = self.merge(columns, Some(row)).await {
                if error.as_db_error().is_none() {
                    return Err(broken(error));
                }
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The same for objects, which may already be refused while they are staged.
    async fn first_refused_object(&self, group: &Group<'_>) -> Result<Option<(usize, DbError)>, Failure> {
        for (index, object) in group.objects.iter().enumerate() {
            self.stage(&group.columns).await?;
            let attempt = async {
                self.fill(group, &[object]).await?;
                self.merge(&group.columns, None).await
            };
            if let Err(error) = attempt.await {
                let Some(db) = error.as_db_error() else { return Err(broken(error)) };
                return Ok(Some((index, db.clone())));
            }
        }
        Ok(None)
    }

    /// Whether these columns are the key and nothing more.
    fn is_all_key(&self, columns: &[&str]) -> bool {
        columns.iter().all(|column| self.described.key.iter().any(|key| key == column))
    }

    /// Objects are staged by the columns that they name: that two have the same key is seen here, as far as their text tells.
    fn each_key_once(&self, objects: &[Object]) -> Result<(), Failure> {
        let mut seen: BTreeMap<Vec<String>, (usize, usize)> = BTreeMap::new();
        for (index, object) in objects.iter().enumerate() {
            let value = |column: &String| match object.values.get(column)? {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            let Some(key) = self.described.key.iter().map(value).collect::<Option<Vec<_>>>() else {
                continue;
            };
            let shown = format!("({})", key.join(","));
            if let Some(former) = seen.insert(key, (index + 1, object.line)) {
                return Err(self.same_key(former, (index + 1, object.line), &shown));
            }
        }
        Ok(())
    }

    /// Whether it is the key: two of the staged rows have the same, or the table does not know it. `line` tells where a
    /// row (from 1) begins.
    async fn key_is_to_blame(
        &self,
        db: &DbError,
        line: &(dyn Fn(usize) -> usize + Sync),
    ) -> Result<Option<Failure>, Failure> {
        let names: Vec<&str> = self.described.key.iter().map(String::as_str).collect();
        let key = list(&names);
        match db.code().code() {
            NO_SUCH_KEY => {
                let message = format!(
                    "the key ({key}) is not one of table {}: no primary key, unique constraint or unique index has just \
                     these columns",
                    key::table(self.rows)
                );
                let hint =
                    "name the columns of one as the key, or leave the key out and the table's own is taken";
                let error = self.error(1, db.code().code(), message, Some(hint.to_owned()));
                let names = Names::of(db);
                Ok(Some(Failure::Statement(Box::new(StatementError { names, ..error }))))
            }
            TWICE => self.twice(line).await,
            _ => Ok(None),
        }
    }

    /// The first of the staged rows that has the key of one before it.
    async fn twice(&self, line: &(dyn Fn(usize) -> usize + Sync)) -> Result<Option<Failure>, Failure> {
        let names: Vec<&str> = self.described.key.iter().map(String::as_str).collect();
        let key = list(&names);
        let sql = format!(
            "SELECT former, later, shown FROM (SELECT pgkeel_at AS later, pg_catalog.lag(pgkeel_at) OVER (PARTITION BY {key} \
             ORDER BY pgkeel_at) AS former, ROW({key})::text AS shown FROM (SELECT *, pgkeel_row + 1 - (SELECT \
             pg_catalog.min(pgkeel_row) FROM pg_temp.pgkeel_seed) AS pgkeel_at FROM pg_temp.pgkeel_seed) AS s WHERE \
             ROW({key}) IS NOT NULL) AS k WHERE former IS NOT NULL ORDER BY later LIMIT 1"
        );
        let found = self.ask("looking for the key that comes twice", &sql).await?;
        let Some(row) = found.first() else { return Ok(None) };
        let number = |at: usize| text(row, at).parse::<usize>().ok().filter(|row| *row > 0);
        let (Some(former), Some(later)) = (number(0), number(1)) else { return Ok(None) };
        Ok(Some(self.same_key((former, line(former)), (later, line(later)), &text(row, 2))))
    }

    /// Two rows (from 1, each with its line) have the same key.
    fn same_key(&self, former: (usize, usize), later: (usize, usize), shown: &str) -> Failure {
        let names: Vec<&str> = self.described.key.iter().map(String::as_str).collect();
        let message = format!(
            "row {} (line {}) has the same key as row {} (line {}): ({}) = {shown}",
            later.0,
            later.1,
            former.0,
            former.1,
            list(&names),
        );
        let names = Names { row: Some(later.0), message: message.clone(), ..Names::default() };
        let hint = "leave one of the two out: which of them counts is not said".to_owned();
        let error = self.error(later.1, TWICE, message, Some(hint));
        Failure::Statement(Box::new(StatementError { names, ..error }))
    }

    /// An error of the server, at a line of the file.
    fn error(&self, line: usize, code: &str, message: String, hint: Option<String>) -> StatementError {
        StatementError {
            file: self.rows.file.clone(),
            position: Position { line, column: 1 },
            exact: false,
            line: None,
            sqlstate: Some(code.to_owned()),
            message,
            detail: None,
            hint,
            context: None,
            statement: None,
            names: Names::default(),
            outcome: String::new(),
        }
    }

    async fn ask(&self, doing: &str, sql: &str) -> Result<Vec<Row>, Failure> {
        self.executor.question(self.script, Position::START, doing, sql).await
    }

    async fn savepoint(&self) -> Result<(), Failure> {
        self.ask("seeding", "SAVEPOINT pgkeel_seed").await.map(|_| ())
    }

    async fn roll_back(&self) -> Result<(), Failure> {
        self.ask("rolling back", "ROLLBACK TO SAVEPOINT pgkeel_seed").await.map(|_| ())
    }

    fn refused(&self, line: usize, number: Option<usize>, db: &DbError) -> Failure {
        let constraint =
            db.constraint().map(|name| format!(" (constraint {})", Ident(name))).unwrap_or_default();
        let row = number.map(|row| format!("row {row}: ")).unwrap_or_default();
        let message = format!("{row}{}{constraint}", db.message());
        let hint =
            db.hint().map_or_else(|| advice(db.code().code(), self.script), |hint| Some(hint.to_owned()));
        Failure::Statement(Box::new(StatementError {
            detail: db.detail().map(str::to_owned),
            context: db.where_().and_then(without_staging),
            names: Names { row: number, ..Names::of(db) },
            ..self.error(line, db.code().code(), message, hint)
        }))
    }
}

/// cardinality_violation: `ON CONFLICT DO UPDATE` came to a row for the second time.
const TWICE: &str = "21000";

/// invalid_column_reference: `ON CONFLICT` names columns that no unique index has.
const NO_SUCH_KEY: &str = "42P10";

/// A lock that was not to be had, a deadlock, a wish to stop: no row is to blame, and none is looked for.
fn is_of_no_row(db: &DbError) -> bool {
    matches!(db.code().code(), "55P03" | "40P01" | "40001" | "57014")
}

struct Counts {
    created: u64,
    updated: u64,
}

impl Counts {
    fn add(&self, total: usize, seeded: &mut Seeded) {
        seeded.created += self.created;
        seeded.updated += self.updated;
        seeded.unchanged += (total as u64).saturating_sub(self.created + self.updated);
    }
}

/// A context without the table in which rows are staged, and its count of lines, which are not those of the file.
fn without_staging(context: &str) -> Option<String> {
    let told = |line: &str| match line.strip_prefix("COPY pgkeel_seed, line ") {
        Some(rest) => rest.split_once(", column ").map(|(_, column)| format!("column {column}")),
        None => Some(line.to_owned()),
    };
    let lines: Vec<String> = context.lines().filter_map(told).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn list(columns: &[&str]) -> String {
    columns.iter().map(|column| Ident(column).to_string()).collect::<Vec<_>>().join(", ")
}

fn broken(source: tokio_postgres::Error) -> Failure {
    Failure::Disconnected(Error::Server { doing: "seeding".to_owned(), source })
}

/// Line of the file on which record `row` (from 1) begins: a quoted value may span lines.
fn record_line(data: &str, row: usize, first_line: usize) -> usize {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(data.as_bytes());
    let record = reader.records().nth(row - 1).and_then(Result::ok);
    let line = record.and_then(|record| record.position().map(csv::Position::line)).unwrap_or(1);
    first_line + usize::try_from(line).unwrap_or(1) - 1
}
