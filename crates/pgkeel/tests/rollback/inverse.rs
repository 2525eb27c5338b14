//! For every migration of the examples, and of the histories in `PGKEEL_HISTORIES`: up and down leads to the schema before,
//! as pg_dump tells it. Missing down parts are generated first.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pgkeel::discover;
use pgkeel::rollback::generate::{Outcome, write_downs};
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel_testkit::{Server, dump};

use super::harness::{self, Back};

/// What became of the migrations of a folder.
#[derive(Default)]
struct Tally {
    migrations: usize,
    exact: usize,
    /// Down parts that were generated.
    generated: usize,
    /// Those that do not lead back, with the reason.
    others: Vec<(String, String)>,
}

fn copy(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in discover::sql_files(folder).unwrap() {
        std::fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    copy
}

/// Takes every migration of a folder forth, back, and forth again. It ends at the first that cannot be applied.
async fn forth_and_back(folder: &Path, major: u32) -> Tally {
    let mut tally = Tally::default();
    let files = copy(folder);
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
            Outcome::NothingToUndo => {
                tally.others.push((
                    one.label,
                    "it changes rows and no schema: there is nothing to generate".to_owned(),
                ));
            }
            Outcome::NotProven { why } => {
                tally.others.push((one.label, format!("the generated script: {why}")));
            }
        }
    }
    let migrations = discover::migrations(files.path(), Path::new("migrations")).unwrap();
    let mut before = harness::dump(&database);
    for migration in &migrations {
        let to = migration.version.as_str();
        if let Err(error) = harness::up(&database, files.path(), Some(to)).await {
            let words = error.to_string().lines().next().unwrap_or_default().to_owned();
            tally.others.push((
                migration.label(),
                format!("it cannot be applied here, nor what follows it: {words}"),
            ));
            break;
        }
        tally.migrations += 1;
        let after = harness::dump(&database);
        if migration.down.as_ref().is_some_and(|down| down.statements > 0) {
            let back = Back { prove: false, allowed: &["all"], ..Back::one() };
            match back.run(&database, files.path()).await {
                Ok(_) => {
                    let now = harness::dump(&database);
                    if now == before {
                        tally.exact += 1;
                    } else {
                        tally.others.push((migration.label(), difference(&before, &now)));
                    }
                }
                Err(error) => {
                    let words = error.to_string().lines().next().unwrap_or_default().to_owned();
                    tally.others.push((migration.label(), format!("its way back fails: {words}")));
                }
            }
            harness::up(&database, files.path(), Some(to)).await.unwrap();
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
    let (before, now) = (order(before), order(now));
    let first = before.iter().find(|(title, text)| now.get(*title) != Some(text)).map(|(title, _)| title);
    let first = first.or_else(|| now.keys().find(|title| !before.contains_key(*title)));
    format!("not the same: {}", first.map_or("the order of objects", String::as_str))
}

#[tokio::test]
async fn every_migration_of_the_examples_leads_back() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for name in ["chat-backend", "conversations", "salon-booking", "semantic-insights"] {
        let tally = forth_and_back(&examples.join(name).join("migrations"), 17).await;
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
    let mut text = String::from(
        "# Ways back of other projects' migrations\n\nEvery migration was applied, taken back and applied again on PostgreSQL 17, \
         and pg_dump asked whether the\nschema was what it had been. Missing down parts were generated. Written by the test \
         `inverse` with\n`PGKEEL_HISTORIES=DIR UPDATE=1`.\n\n| project | applied | lead back exactly | down parts generated | \
         do not |\n|---|---|---|---|---|\n",
    );
    let mut reasons = String::new();
    for folder in &folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let tally = forth_and_back(folder, 17).await;
        let Tally { migrations, exact, generated, others } = tally;
        writeln!(text, "| {name} | {migrations} | {exact} | {generated} | {} |", others.len()).unwrap();
        writeln!(reasons, "\n## {name}\n").unwrap();
        for (label, why) in &others {
            writeln!(reasons, "- `{label}`: {}", why.replace('\n', " ")).unwrap();
        }
    }
    let listed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/rollback/histories.md");
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&listed, text + &reasons).unwrap();
    } else {
        assert_eq!(std::fs::read_to_string(&listed).unwrap(), text + &reasons);
    }
}
