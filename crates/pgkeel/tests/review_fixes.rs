//! Every mechanical repair is proved on a real server: what the mended files make is what the written ones make, unless
//! changing it was the point, and what PostgreSQL refused goes through.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pgkeel::database::{ConnectOptions, Target, connect};
use pgkeel::introspect;
use pgkeel_core::finding::Finding;
use pgkeel_core::plan::{self, Options};
use pgkeel_core::review::settings::Level;
use pgkeel_core::review::{File, Review, Settings, fixes, review};
use pgkeel_core::rules::{RULES, Rule};
use pgkeel_core::schema::Schema;
use pgkeel_testkit::Server;

/// Rules whose repair changes the schema: that is what they are for.
const CHANGES_THE_SCHEMA: &[&str] = &[
    "definer-search-path",
    // PostgreSQL leaves a CHECK with the bounds on what it detaches CONCURRENTLY.
    "detach-partition-blocking",
    "fk-breaks-precedent",
    "fk-no-on-delete",
    "fk-type-mismatch",
    "fk-without-index",
    "missing-comment",
    "prefer-bigint-key",
    "prefer-jsonb",
    "timestamp-nullable",
];

/// An example's files: cut at `-- file: NAME`; without such a line it is one file.
fn files(example: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in example.lines() {
        if let Some(name) = line.strip_prefix("-- file: ") {
            files.push((name.trim().to_owned(), String::new()));
            continue;
        }
        if files.is_empty() {
            files.push(("001_example.sql".to_owned(), String::new()));
        }
        if let Some((_, text)) = files.last_mut() {
            let _ = writeln!(text, "{line}");
        }
    }
    files
}

/// What an example stands on, for those that change what their text does not make.
fn before(rule: &Rule) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/review")
        .join(rule.id)
        .join("before.sql");
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The mended files of a rule's bad example, with those that repairs add; `None` when nothing can be mended.
fn mended(rule: &Rule) -> Option<Vec<(String, String)>> {
    let texts = files(rule.bad);
    let read: Vec<File> = texts.iter().map(|(path, text)| File::read(path, text)).collect();
    let settings = Settings {
        rules: BTreeMap::from([(rule.id.to_owned(), Level::At(rule.severity))]),
        ..Settings::default()
    };
    let found = review(&Review { files: &read, reviewed: &[], settings: &settings });
    let own: Vec<&Finding> = found.iter().filter(|finding| finding.rule == rule.id).collect();
    let mut result = Vec::new();
    let mut follow = Vec::new();
    let mut any = false;
    for (path, text) in texts {
        let here: Vec<&Finding> =
            own.iter().copied().filter(|f| f.span.as_ref().is_some_and(|span| span.file == path)).collect();
        let mended = fixes::mend(&text, &here);
        any |= mended.findings > 0;
        result.push((path, mended.text));
        follow.extend(
            mended
                .migrations
                .into_iter()
                .enumerate()
                .map(|(at, m)| (format!("9{at:02}_{}.sql", m.name), m.text)),
        );
    }
    result.extend(follow);
    any.then_some(result)
}

/// The schema that the files make, or what PostgreSQL refused.
async fn made(server: &Server, before: &str, files: &[(String, String)]) -> Result<Schema, String> {
    let database = server.database();
    let target = Target::parse(&database.url()).expect("an address");
    let session = connect(&target, &ConnectOptions::default()).await.expect("a session");
    let client = session.client();
    client.batch_execute(before).await.map_err(|error| format!("before: {error:?}"))?;
    for (path, text) in files {
        let file = File::read(path, text);
        for (_, statement) in file.up() {
            let sql = file.text_of(statement);
            if let Err(error) = client.batch_execute(sql).await {
                let said = error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned());
                return Err(format!("{path}: {said}\n{sql}"));
            }
        }
    }
    // An example may leave a transaction open.
    client.batch_execute("COMMIT").await.expect("a commit");
    let (schema, _) = introspect::read(client).await.expect("a schema");
    session.close().await;
    Ok(schema)
}

#[tokio::test]
async fn what_is_mended_makes_the_same_schema() {
    let server = Server::get(18);
    let mut wrong = Vec::new();
    let mut tried = 0;
    for rule in RULES {
        let Some(fixed) = mended(rule) else { continue };
        tried += 1;
        let before = before(rule);
        let written = made(server, &before, &files(rule.bad)).await;
        let repaired = match made(server, &before, &fixed).await {
            Ok(schema) => schema,
            Err(error) => {
                wrong.push(format!("{}: the mended files fail: {error}", rule.id));
                continue;
            }
        };
        // What failed as it was written has nothing to be compared with: that it goes through is the repair.
        let Ok(written) = written else { continue };
        let steps = plan::between(&written, &repaired, &Options::default()).steps;
        if let Some(step) = steps.first().filter(|_| !CHANGES_THE_SCHEMA.contains(&rule.id)) {
            wrong.push(format!("{}: the mended files make another schema: {}", rule.id, step.sql));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 15, "only {tried} rules have a repair");
}
