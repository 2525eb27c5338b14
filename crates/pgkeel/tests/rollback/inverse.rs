//! For every migration of the examples, and of the histories in `PGKEEL_HISTORIES`: up and down leads to the schema before,
//! as pg_dump tells it. Missing down parts are generated first.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pgkeel::discover;
use pgkeel::rollback::generate::{Outcome, write_downs};
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel_core::migration::{Migration, Part};
use pgkeel_core::sql::script::Piece;
use pgkeel_testkit::{Server, TestDatabase, dump};

use super::harness::{self, Back};

/// What became of the migrations of a folder.
#[derive(Default)]
struct Tally {
    migrations: usize,
    exact: usize,
    /// Down parts that were generated.
    generated: usize,
    /// Those that change rows and no schema: the schema needs no way back, the rows have none.
    rows: Vec<String>,
    /// Those that change nothing here: they mend what this history never had.
    idle: Vec<String>,
    /// Whether files were mended before, as pgkeel's message says: it refuses `COMMIT AND CHAIN`.
    chained: bool,
    /// Those that do not lead back, with the reason.
    others: Vec<(String, String)>,
}

/// What takes migrations forth and back.
#[derive(Clone, Copy)]
enum Through {
    /// pgkeel's executor, with its history.
    Executor,
    /// psql: no introspection after each of hundreds of runs.
    Psql,
}

impl Through {
    async fn up(
        self,
        database: &TestDatabase<'_>,
        folder: &Path,
        migration: &Migration,
    ) -> Result<(), String> {
        let first_line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        match self {
            Self::Executor => {
                let done = harness::up(database, folder, Some(migration.version.as_str())).await;
                done.map(|_| ()).map_err(|error| first_line(&error.to_string()))
            }
            Self::Psql => psql(database, &migration.up),
        }
    }

    async fn back(self, database: &TestDatabase<'_>, folder: &Path, down: &Part) -> Result<(), String> {
        match self {
            Self::Executor => {
                let back = Back { prove: false, allowed: &["all"], ..Back::one() };
                let done = back.run(database, folder).await;
                done.map(|_| ()).map_err(|error| error.to_string().replace('\n', " "))
            }
            Self::Psql => psql(database, down),
        }
    }
}

/// In one transaction, or, where that is refused, statement by statement.
fn psql(database: &TestDatabase<'_>, part: &Part) -> Result<(), String> {
    let mut script = String::new();
    for piece in part.pieces.iter().flat_map(|pieces| pieces.iter()) {
        match piece {
            Piece::Statement(statement) => script.push_str(&format!("{}\n;\n", statement.text)),
            Piece::CopyData(data) => script.push_str(&format!("{data}\\.\n")),
            Piece::Comment { .. } => {}
        }
    }
    let whole = database.psql(&format!("BEGIN;\n{script}COMMIT;\n"));
    whole.or_else(|_| database.psql(&script)).map(|_| ()).map_err(|error| error.trim().replace('\n', " "))
}

/// The files, and whether `COMMIT AND CHAIN` was taken out of them, as pgkeel's message about it says.
fn copy(folder: &Path) -> (tempfile::TempDir, bool) {
    let copy = tempfile::tempdir().unwrap();
    let mut chained = false;
    for file in discover::sql_files(folder).unwrap() {
        let text = std::fs::read_to_string(&file).unwrap();
        chained |= text.contains(CHAIN);
        std::fs::write(copy.path().join(file.file_name().unwrap()), text.replace(CHAIN, "")).unwrap();
    }
    (copy, chained)
}

const CHAIN: &str = "COMMIT AND CHAIN;";

/// Takes every migration of a folder forth, back, and forth again. It ends at the first that cannot be applied.
async fn forth_and_back(folder: &Path, major: u32, through: Through) -> Tally {
    let (files, chained) = copy(folder);
    let mut tally = Tally { chained, ..Tally::default() };
    let database = Server::get(major).database();
    let migrations = match discover::migrations(files.path(), Path::new("migrations")) {
        Ok(migrations) => migrations,
        Err(error) => {
            tally.others.push(("all".to_owned(), format!("they are refused before anything runs: {error}")));
            return tally;
        }
    };
    let workshop = Workshop::new(Choice { url: Some(database.url()), ..Choice::default() }, vec![]);
    let downs = write_downs(files.path(), &migrations, &[], &workshop, false).await.unwrap();
    for one in downs.generated {
        match one.outcome {
            Outcome::Written { .. } => tally.generated += 1,
            Outcome::NothingToUndo { rows: true } => tally.rows.push(one.label),
            Outcome::NothingToUndo { rows: false } => tally.idle.push(one.label),
            Outcome::NotProven { why } => {
                tally.others.push((one.label, format!("the generated script: {why}")));
            }
        }
    }
    let migrations = discover::migrations(files.path(), Path::new("migrations")).unwrap();
    let mut before = harness::dump(&database);
    for migration in &migrations {
        if let Err(words) = through.up(&database, files.path(), migration).await {
            let why = format!("it cannot be applied here, nor what follows it: {words}");
            tally.others.push((migration.label(), why));
            break;
        }
        tally.migrations += 1;
        let after = harness::dump(&database);
        match &migration.down {
            Some(down) if down.statements > 0 => {
                match through.back(&database, files.path(), down).await {
                    Ok(()) => {
                        let now = harness::dump(&database);
                        if now == before {
                            tally.exact += 1;
                        } else {
                            tally.others.push((migration.label(), difference(&before, &now)));
                        }
                    }
                    Err(words) => {
                        tally.others.push((migration.label(), format!("its way back fails: {words}")));
                    }
                }
                through.up(&database, files.path(), migration).await.unwrap();
            }
            _ if after == before => tally.exact += 1,
            // Why it has no down part is listed already.
            _ => {}
        }
        before = after;
    }
    tally
}

/// What differs, and whether it is more than the order of columns, which no statement of PostgreSQL's changes.
fn difference(before: &str, now: &str) -> String {
    let order = dump::objects_in_any_column_order;
    if order(before) == order(now) {
        return "a column that it dropped comes back as the last one: PostgreSQL cannot move a column"
            .to_owned();
    }
    let timeless = |dump: &str| order(&without_times(dump));
    if timeless(before) == timeless(now) {
        return "a view holds the time at which it was made, as `'now'::timestamp` does, and is made again at another"
            .to_owned();
    }
    let (before, now) = (order(before), order(now));
    let first = before.iter().find(|(title, text)| now.get(*title) != Some(text)).map(|(title, _)| title);
    let first = first.or_else(|| now.keys().find(|title| !before.contains_key(*title)));
    format!("not the same: {}", first.map_or("the order of objects", String::as_str))
}

/// With `'2026-11-21 17:50:34.875883'` as `'time'`.
fn without_times(dump: &str) -> String {
    let is_time = |text: &str| {
        text.len() >= 19
            && text.chars().all(|c| c.is_ascii_digit() || "-: .+".contains(c))
            && text.matches(':').count() == 2
    };
    let parts: Vec<&str> = dump.split('\'').map(|text| if is_time(text) { "time" } else { text }).collect();
    parts.join("'")
}

#[tokio::test]
async fn every_migration_of_the_examples_leads_back() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for name in ["chat-backend", "conversations", "salon-booking", "semantic-insights"] {
        let tally = forth_and_back(&examples.join(name).join("migrations"), 17, Through::Executor).await;
        assert_eq!(tally.others, [], "{name}");
        assert!(
            tally.exact > 0 && tally.exact == tally.migrations,
            "{name}: {} of {}",
            tally.exact,
            tally.migrations
        );
    }
}

/// Folders of other projects, one per folder in `PGKEEL_HISTORIES`: what does not lead back is listed in
/// tests/rollback/histories.md, which `UPDATE=1` writes.
#[tokio::test]
async fn every_migration_of_other_histories_leads_back_or_is_listed() {
    let Ok(histories) = std::env::var("PGKEEL_HISTORIES") else { return };
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(histories).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let mut text = String::from(INTRODUCTION);
    let mut reasons = String::new();
    for folder in &folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let tally = forth_and_back(folder, 17, Through::Psql).await;
        let Tally { migrations, exact, generated, rows, idle, chained, others } = tally;
        let (only_rows, nothing, not) = (rows.len(), idle.len(), others.len());
        writeln!(text, "| {name} | {migrations} | {exact} | {generated} | {only_rows} | {nothing} | {not} |")
            .unwrap();
        writeln!(reasons, "\n## {name}").unwrap();
        if chained {
            writeln!(reasons, "\n`{CHAIN}` is refused before anything runs, and was taken out of the files, as the message says.")
                .unwrap();
        }
        let listed = [
            ("The schema cannot be what it was", others),
            ("It changes no schema; rows that it changes stay as it left them", each(rows)),
            ("It changes nothing here", each(idle)),
        ];
        for (title, list) in listed.into_iter().filter(|(_, list)| !list.is_empty()) {
            writeln!(reasons, "\n{title}:\n").unwrap();
            for (label, why) in list {
                writeln!(
                    reasons,
                    "- `{label}`{}{}",
                    if why.is_empty() { "" } else { ": " },
                    why.replace('\n', " ")
                )
                .unwrap();
            }
        }
    }
    let listed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/rollback/histories.md");
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&listed, text + &reasons).unwrap();
    } else {
        assert_eq!(std::fs::read_to_string(&listed).unwrap(), text + &reasons);
    }
}

fn each(labels: Vec<String>) -> Vec<(String, String)> {
    labels.into_iter().map(|label| (label, String::new())).collect()
}

const INTRODUCTION: &str = "# Ways back of other projects' migrations

Every migration was applied, taken back and applied again on PostgreSQL 17, and pg_dump asked whether the
schema was what it had been. Missing down parts were generated, each proven before it was written. A migration
that changes rows only, or nothing at all in this history, needs no way back for the schema, and none is written.
Written by the test `inverse` with `PGKEEL_HISTORIES=DIR UPDATE=1`.

| project | applied | lead back exactly | down parts generated | change rows only | change nothing here | do not |
|---|---|---|---|---|---|---|
";
