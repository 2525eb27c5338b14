//! Every mechanical repair is proved on a real server: what the mended files make is what the written ones make, unless
//! changing it was the point, and what PostgreSQL refused goes through.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use pgkeel::database::{ConnectOptions, Target, connect};
use pgkeel::introspect;
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::plan::{self, Options};
use pgkeel_core::review::round::{Round, round};
use pgkeel_core::review::settings::Level;
use pgkeel_core::review::source::Statement;
use pgkeel_core::review::{File, Review, Settings, review};
use pgkeel_core::rules::{RULES, Rule};
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::effect::{What, cannot_run_in_transaction};
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
    let own: Vec<Finding> = found.into_iter().filter(|finding| finding.rule == rule.id).collect();
    let round = round(&read, &[], &own);
    (!round.mended.is_empty()).then(|| after(texts, round))
}

/// The files after a round, in their order.
fn after(mut texts: Vec<(String, String)>, round: Round) -> Vec<(String, String)> {
    for changed in round.mended {
        if let Some((_, text)) = texts.iter_mut().find(|(path, _)| *path == changed.path) {
            *text = changed.text;
        }
    }
    texts.extend(round.new);
    texts.sort();
    texts
}

/// The schema that the files make, and their ways back leave when they are run too; or what PostgreSQL refused.
async fn made(
    server: &Server,
    before: &str,
    files: &[(String, String)],
    and_back: bool,
) -> Result<Schema, String> {
    let database = server.database();
    let target = Target::parse(&database.url()).expect("an address");
    let session = connect(&target, &ConnectOptions::default()).await.expect("a session");
    let client = session.client();
    client.batch_execute(before).await.map_err(|error| format!("before: {error:?}"))?;
    let mut runs: Vec<(File, bool)> =
        files.iter().map(|(path, text)| (File::read(path, text), false)).collect();
    runs.retain(|(file, _)| !file.down);
    if and_back {
        let mut back: Vec<File> = files.iter().map(|(path, text)| File::read(path, text)).collect();
        back.sort_by(|a, b| b.version.cmp(&a.version));
        // The first one stays: where everything is taken back, every way back leads to the same.
        if back.iter().any(|file| file.version != back.last().and_then(|first| first.version.clone())) {
            let first = back.last().and_then(|first| first.version.clone());
            back.retain(|file| file.version != first);
        }
        runs.extend(back.into_iter().map(|file| (file, true)));
    }
    for (file, down) in &runs {
        let path = &file.path;
        let of_this_way = || file.statements.iter().filter(|statement| statement.down == *down);
        // Nothing is left of the file before; an example may leave a transaction open.
        client.batch_execute("COMMIT").await.expect("a commit");
        client.batch_execute("RESET ALL").await.expect("a reset");
        let by_itself = |statement: &Statement| {
            let effects = &statement.reading.effects;
            cannot_run_in_transaction(effects)
                || effects.iter().any(|e| matches!(e.what, What::Transaction(_)))
        };
        if !file.no_transaction && !of_this_way().any(by_itself) {
            client.batch_execute("BEGIN").await.expect("a transaction");
        }
        for statement in of_this_way() {
            let sql = file.text_of(statement);
            if let Err(error) = client.batch_execute(sql).await {
                let said = error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned());
                return Err(format!("{path}: {said}\n{sql}"));
            }
        }
    }
    client.batch_execute("COMMIT").await.expect("a commit");
    let (schema, _) = introspect::read(client).await.expect("a schema");
    session.close().await;
    Ok(schema)
}

/// The files after as many rounds of `review --fix` as there is something to mend; `None` when it does not come to an end.
fn mended_to_the_end(mut texts: Vec<(String, String)>, settings: &Settings) -> Option<Vec<(String, String)>> {
    for _ in 0..32 {
        let read: Vec<File> = texts.iter().map(|(path, text)| File::read(path, text)).collect();
        let found = review(&Review { files: &read, reviewed: &[], settings });
        let round = round(&read, &[], &found);
        if round.mended.is_empty() {
            return Some(texts);
        }
        texts = after(texts, round);
    }
    None
}

/// Which rules that are on find more than a remark.
fn rules_found(texts: &[(String, String)], settings: &Settings) -> BTreeSet<String> {
    let read: Vec<File> = texts.iter().map(|(path, text)| File::read(path, text)).collect();
    let found = review(&Review { files: &read, reviewed: &[], settings });
    found
        .into_iter()
        .filter(|finding| finding.severity > Severity::Info)
        .map(|finding| finding.rule)
        .collect()
}

/// The rules that are on by default.
fn by_default() -> Settings {
    Settings { complete: true, ..Settings::default() }
}

/// The rules that are on by default, without those whose repair changes the schema.
fn keeping_the_schema() -> Settings {
    let off = CHANGES_THE_SCHEMA.iter().map(|rule| ((*rule).to_owned(), Level::Off));
    Settings { rules: off.collect(), ..by_default() }
}

/// What came of the repair of a whole project.
enum Verdict {
    Good,
    /// PostgreSQL refuses what was written.
    NotRun(String),
    /// It does not end, says something new about what it wrote, does not run, or makes another schema.
    Wrong(String),
}

/// `adds` says with which words each statement begins that changing the schema is the point of.
async fn judged(server: &Server, before: &str, texts: Vec<(String, String)>, adds: Option<&str>) -> Verdict {
    let settings = if adds.is_some() { by_default() } else { keeping_the_schema() };
    let leads_back = leads_back(&texts);
    let written = match made(server, before, &texts, false).await {
        Ok(written) => written,
        Err(why) => return Verdict::NotRun(why),
    };
    let left = if leads_back { made(server, before, &texts, true).await.map(Some) } else { Ok(None) };
    let left = match left {
        Ok(left) => left,
        Err(why) => return Verdict::NotRun(why),
    };
    let found = rules_found(&texts, &settings);
    let Some(fixed) = mended_to_the_end(texts, &settings) else {
        return Verdict::Wrong("it never ends".to_owned());
    };
    let remaining = rules_found(&fixed, &settings);
    if let Some(new) = remaining.difference(&found).next() {
        return Verdict::Wrong(format!("{new} is new:\n{fixed:#?}"));
    }
    let wanted = |sql: &str| adds.is_some_and(|adds| adds.split(", ").any(|words| sql.starts_with(words)));
    match made(server, before, &fixed, false).await {
        Err(error) => return Verdict::Wrong(format!("the mended files fail: {error}\n{fixed:#?}")),
        Ok(repaired) => {
            let steps = plan::between(&written, &repaired, &Options::default()).steps;
            if let Some(step) = steps.iter().find(|step| !wanted(&step.sql)) {
                return Verdict::Wrong(format!("another schema: {}\n{fixed:#?}", step.sql));
            }
            if adds.is_some() && steps.is_empty() {
                return Verdict::Wrong(format!("nothing was added:\n{fixed:#?}"));
            }
        }
    }
    let Some(left) = left else { return Verdict::Good };
    match made(server, before, &fixed, true).await {
        Err(error) => Verdict::Wrong(format!("the mended way back fails: {error}\n{fixed:#?}")),
        Ok(repaired) => match plan::between(&left, &repaired, &Options::default()).steps.first() {
            Some(step) => Verdict::Wrong(format!("the way back leads elsewhere: {}\n{fixed:#?}", step.sql)),
            None => Verdict::Good,
        },
    }
}

/// Whether every migration has a way back, in its file or in one beside it.
fn leads_back(texts: &[(String, String)]) -> bool {
    let files: Vec<File> = texts.iter().map(|(path, text)| File::read(path, text)).collect();
    let back = |file: &File| {
        let same = files.iter().filter(|other| other.version == file.version);
        same.flat_map(|other| &other.statements).any(|statement| statement.down)
    };
    files.iter().filter(|file| !file.down).all(back)
}

/// `tests/review_fixes/*.sql`: projects that a repair of one statement by itself gets wrong.
#[tokio::test]
async fn projects_are_mended_as_a_whole() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/review_fixes");
    let server = Server::get(18);
    let mut tried = 0;
    let mut failed = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the cases") {
        let path = entry.expect("a case").path();
        let text = std::fs::read_to_string(&path).expect("a case");
        // What is in the database and in no migration.
        let said = |what: &str| text.lines().find_map(|line| line.strip_prefix(what)).map(str::to_owned);
        let by_hand = said("-- by hand: ").unwrap_or_default();
        let adds = said("-- adds: ");
        let head = |line: &&str| line.starts_with("-- by hand: ") || line.starts_with("-- adds: ");
        let rest: String = text.split_inclusive('\n').filter(|line| !head(line)).collect();
        tried += 1;
        match judged(server, &by_hand, files(&rest), adds.as_deref()).await {
            Verdict::Good => {}
            Verdict::NotRun(why) | Verdict::Wrong(why) => failed.push(format!("{}: {why}", path.display())),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(tried > 4, "only {tried} cases");
}

/// `tests/review_variants/*.sql`: what each case's findings ask for, on the schema on which the cases of its file stand.
#[tokio::test]
async fn every_spelling_is_mended() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/review_variants");
    let server = Server::get(18);
    let (mut failed, mut good, mut not_run) = (Vec::new(), 0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("the cases") {
        let text = std::fs::read_to_string(entry.expect("a file").path()).expect("cases");
        let mut parts = vec![String::new()];
        for line in text.lines() {
            if line.starts_with("-- bad: ") || line.starts_with("-- good: ") {
                parts.push(format!("{line}\n"));
            } else if let Some(part) = parts.last_mut() {
                let _ = writeln!(part, "{line}");
            }
        }
        let base = parts.remove(0);
        for case in parts.into_iter().filter(|case| case.starts_with("-- bad: ")) {
            let mut texts = vec![("000_base.sql".to_owned(), base.clone())];
            texts.extend(files(case.split_once('\n').map_or("", |(_, sql)| sql)));
            let mended = mended_to_the_end(texts.clone(), &keeping_the_schema());
            if mended.is_some_and(|mended| mended.get(1..) == texts.get(1..)) {
                continue;
            }
            match judged(server, "", texts, None).await {
                Verdict::Good => good += 1,
                Verdict::NotRun(_) => not_run.push(case),
                Verdict::Wrong(why) => failed.push(format!("{case}\n{why}")),
            }
        }
    }
    assert!(failed.is_empty(), "{} are wrong:\n{}", failed.len(), failed.join("\n"));
    assert!(
        good > 20,
        "only {good} were mended; PostgreSQL refuses as they are written:\n{}",
        not_run.join("\n")
    );
}

/// The bad examples of two or three rules in one file, drawn with a fixed seed.
#[tokio::test]
async fn combinations_are_mended_as_a_whole() {
    let server = Server::get(18);
    let mut random = fastrand::Rng::with_seed(5);
    // Roles are of the whole server, and stay.
    let usable = |rule: &&&Rule| files(rule.bad).len() == 1 && !rule.bad.contains("ROLE");
    let one_file: Vec<&&Rule> = RULES.iter().filter(usable).collect();
    let one_file = those_that_run(server, one_file).await;
    let with_repair: Vec<&&Rule> = one_file.iter().copied().filter(|rule| mended(rule).is_some()).collect();
    let asked = std::env::var("PGKEEL_COMBINATIONS").ok().and_then(|asked| asked.parse().ok());
    let combinations: usize = asked.unwrap_or(COMBINATIONS);
    let (mut failed, mut good) = (Vec::new(), 0);
    for _ in 0..combinations {
        let mut rules = vec![with_repair[random.usize(..with_repair.len())]];
        rules.extend((0..random.usize(1..3)).map(|_| one_file[random.usize(..one_file.len())]));
        random.shuffle(&mut rules);
        let first: String = rules.iter().map(|rule| before(rule)).collect();
        let all: String = rules.iter().map(|rule| closed(rule.bad)).collect();
        let texts = vec![("001_base.sql".to_owned(), first), ("002_change.sql".to_owned(), all)];
        let names: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
        match judged(server, "", texts, None).await {
            Verdict::Good => good += 1,
            Verdict::NotRun(_) => {}
            Verdict::Wrong(why) => failed.push(format!("{}: {why}", names.join(" + "))),
        }
    }
    assert!(failed.is_empty(), "{} of {combinations}:\n{}", failed.len(), failed.join("\n"));
    assert!(good * 4 > combinations, "only {good} of {combinations} run as they are written");
}

/// The rules whose bad example PostgreSQL accepts, in a transaction that is rolled back.
async fn those_that_run<'a>(server: &Server, rules: Vec<&'a &'a Rule>) -> Vec<&'a &'a Rule> {
    let database = server.database();
    let target = Target::parse(&database.url()).expect("an address");
    let session = connect(&target, &ConnectOptions::default()).await.expect("a session");
    let mut run = Vec::new();
    for rule in rules {
        let text = format!("BEGIN;\n{}{}", before(rule), closed(rule.bad));
        if session.client().batch_execute(&text).await.is_ok() {
            run.push(rule);
        }
        session.client().batch_execute("ROLLBACK").await.expect("a rollback");
    }
    session.close().await;
    run
}

/// How many combinations are tried unless `PGKEEL_COMBINATIONS` says otherwise.
const COMBINATIONS: usize = 40;

/// A text whose last statement is closed.
fn closed(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(';') { format!("{text}\n") } else { format!("{text};\n") }
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
        let written = made(server, &before, &files(rule.bad), false).await;
        let repaired = match made(server, &before, &fixed, false).await {
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
