//! The rules prove themselves: each fires on its bad example, is silent on its good one, and its fix parses and silences it.

use std::collections::{BTreeMap, BTreeSet};

use super::{RULES, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::review::round::round;
use crate::review::settings::Level;
use crate::review::{File, Review, Settings, review};

/// An example's files: cut at `-- file: NAME`; without such a line it is one file.
pub(super) fn files(example: &str) -> Vec<(String, String)> {
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
            text.push_str(line);
            text.push('\n');
        }
    }
    files
}

pub(super) fn settings(rule: &Rule, example: &str) -> Settings {
    let server =
        example.lines().find_map(|line| line.strip_prefix("-- settings: server ")?.trim().parse().ok());
    let said = |what: &str| {
        let line = example.lines().find_map(|line| line.strip_prefix("-- settings: ")?.strip_prefix(what));
        line.map(|line| line.trim().to_owned())
    };
    let naming = said("naming").and_then(|line| {
        let (kind, pattern) = line.split_once(' ')?;
        let whole = regex::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
        Some((kind.to_owned(), whole))
    });
    Settings {
        rules: BTreeMap::from([(rule.id.to_owned(), Level::At(rule.severity))]),
        server_major: server,
        complete: example.lines().any(|line| line == "-- settings: complete"),
        required_columns: said("required").into_iter().collect(),
        forbidden_types: said("forbidden").into_iter().map(|name| (name, "text".to_owned())).collect(),
        naming: naming.into_iter().collect(),
        ..Settings::default()
    }
}

/// A file of an example: a seed when it stands among them.
pub(super) fn read_file(path: &str, text: &str) -> File {
    if path.starts_with("seeds/") { File::seed(path, text) } else { File::read(path, text) }
}

fn found(rule: &Rule, settings: &Settings, texts: &[(String, String)]) -> Vec<Finding> {
    let mut files: Vec<File> = texts.iter().map(|(path, text)| read_file(path, text)).collect();
    for file in &mut files {
        file.settled = file.text.starts_with("-- on the base\n");
    }
    let all = review(&Review { files: &files, reviewed: &[], settings });
    all.into_iter().filter(|finding| finding.rule == rule.id).collect()
}

#[test]
fn every_rule_fires_on_bad_and_is_silent_on_good() {
    let mut wrong = Vec::new();
    for rule in RULES.iter().filter(|rule| !matches!(rule.check, super::Check::Observed)) {
        let bad = files(rule.bad);
        if found(rule, &settings(rule, rule.bad), &bad).is_empty() {
            wrong.push(format!("{}: silent on its bad example", rule.id));
        }
        let good = found(rule, &settings(rule, rule.good), &files(rule.good));
        if let Some(finding) = good.first() {
            wrong.push(format!("{}: fires on its good example: {}", rule.id, finding.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn examples_can_be_read() {
    for rule in RULES
        .iter()
        .filter(|rule| !["syntax-error", "unreadable-script", "conflict-markers"].contains(&rule.id))
    {
        for (path, text) in files(rule.bad).iter().chain(&files(rule.good)) {
            let file = File::read(path, text);
            assert!(file.unreadable.is_empty(), "{}: {path}: {:?}", rule.id, file.unreadable);
            for statement in &file.statements {
                assert!(
                    statement.reading.problems.is_empty(),
                    "{}: {text}: {:?}",
                    rule.id,
                    statement.reading.problems
                );
            }
        }
    }
}

/// The files after a round of repairs, with those that it adds.
pub(super) fn after(mut texts: Vec<(String, String)>, findings: &[Finding]) -> Vec<(String, String)> {
    let files: Vec<File> = texts.iter().map(|(path, text)| File::read(path, text)).collect();
    let round = round(&files, &[], findings);
    for changed in round.mended {
        texts
            .iter_mut()
            .filter(|(path, _)| *path == changed.path)
            .for_each(|(_, text)| text.clone_from(&changed.text));
    }
    texts.extend(round.new);
    texts
}

#[test]
fn every_fix_parses_and_silences_its_rule() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for rule in RULES {
        let mut texts = files(rule.bad);
        let settings = settings(rule, rule.bad);
        let findings = found(rule, &settings, &texts);
        if findings.iter().all(|finding| !finding.fix.as_ref().is_some_and(Fix::is_mechanical)) {
            continue;
        }
        tried += 1;
        texts = after(texts, &findings);
        for (path, text) in &texts {
            let file = File::read(path, text);
            let problems = file.statements.iter().flat_map(|statement| &statement.reading.problems);
            wrong.extend(
                problems.map(|problem| format!("{}: after the fix: {}\n{text}", rule.id, problem.message)),
            );
        }
        let left = found(rule, &settings, &texts);
        wrong.extend(
            left.iter()
                .map(|finding| format!("{}: after the fix still: {}\n{texts:?}", rule.id, finding.message)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 15, "only {tried} rules have a fix");
}

#[test]
fn ids_are_kebab_case_sorted_and_lead_back() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let sorted: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), sorted.len());
    assert!(
        ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
    );
    assert_eq!(super::find("E5").first().map(|rule| rule.id), Some("alter-column-type-rewrite"));
    assert!(super::find("squawk:ban-drop-column").iter().any(|rule| rule.id == "drop-column"));
}

/// What other linters object to: `id`, or `id = why it does not concern pgkeel`, one per line, one file per linter.
const PEERS: &[(&str, &str)] = &[
    ("squawk", include_str!("../../../../tests/peers/squawk.txt")),
    ("eugene", include_str!("../../../../tests/peers/eugene.txt")),
    ("pgsafe", include_str!("../../../../tests/peers/pgsafe.txt")),
    ("strong_migrations", include_str!("../../../../tests/peers/strong_migrations.txt")),
    ("atlas", include_str!("../../../../tests/peers/atlas.txt")),
    ("pgls", include_str!("../../../../tests/peers/pgls.txt")),
];

#[test]
fn every_rule_of_other_linters_has_a_place() {
    let mut missing = Vec::new();
    let mut page = String::from(
        "# From other linters\n\nTheir rules, and pgkeel's that say the same. Their names work in `[review.rules]`, in `explain` \
         and in suppressions.\n",
    );
    for (tool, list) in PEERS {
        page.push_str(&format!("\n## {tool}\n\n| theirs | pgkeel's |\n|---|---|\n"));
        for line in list.lines() {
            let (id, why) = line.split_once(" = ").unwrap_or((line, ""));
            let alias = format!("{tool}:{id}");
            let rules: Vec<String> = RULES
                .iter()
                .filter(|rule| rule.aliases.contains(&alias.as_str()))
                .map(|rule| format!("[{}](rules/{}.md)", rule.id, rule.id))
                .collect();
            if rules.is_empty() && why.is_empty() {
                missing.push(alias);
            }
            let ours = if rules.is_empty() { format!("none: {why}") } else { rules.join(", ") };
            page.push_str(&format!("| `{id}` | {ours} |\n"));
        }
    }
    assert!(missing.is_empty(), "no rule for {missing:?}");
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/from-other-linters.md");
    if std::fs::read_to_string(&path).ok().as_ref() != Some(&page) {
        std::fs::write(&path, &page).expect("the page");
        panic!("written anew, commit it: docs/reference/from-other-linters.md");
    }
}

/// `tests/newer_syntax.sql`, which crates/pgkeel runs on every server: each statement is said to need exactly its version.
#[test]
fn what_needs_a_newer_server_is_told_exactly() {
    let text = include_str!("../../../../tests/newer_syntax.sql");
    let mut wrong = Vec::new();
    let mut blocks = text.split("\n-- ").map(|block| block.split_once('\n').expect("a block"));
    let (_, base) = blocks.next().expect("what the others stand on");
    for (version, sql) in blocks {
        let needs: u32 = version.trim().parse().expect("a version");
        for oldest in 14..=18 {
            let rule = super::rule("needs-newer-server").expect("the rule");
            let files = [File::read("1_base.sql", base), File::read("2_x.sql", sql)];
            let settings = Settings { server_major: Some(oldest), ..settings(rule, "") };
            let all = review(&Review { files: &files, reviewed: &[false], settings: &settings });
            let own: Vec<&str> =
                all.iter().filter(|f| f.rule == rule.id).map(|f| f.message.as_str()).collect();
            if own.is_empty() != (oldest >= needs) {
                wrong.push(format!("{needs}, on {oldest}: {own:?} of {sql}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn severities_follow_the_project() {
    let file = File::read("a/1_x.sql", "DROP TABLE orders;");
    let run = |settings: &Settings| {
        let files = std::slice::from_ref(&file);
        review(&Review { files, reviewed: &[], settings })
            .into_iter()
            .map(|f| (f.rule, f.severity))
            .collect::<Vec<_>>()
    };
    let mut settings = Settings::default();
    assert_eq!(run(&settings), [("drop-table".to_owned(), Severity::Error)]);
    settings.rules.insert("squawk:ban-drop-table".to_owned(), Level::At(Severity::Info));
    assert_eq!(run(&settings), [("drop-table".to_owned(), Severity::Info)]);
    settings.for_paths("a/*", BTreeMap::from([("drop-table".to_owned(), Level::Off)])).unwrap();
    assert!(run(&settings).is_empty());
}

/// The rules of Squawk 2.70, each accepted by its `--exclude`.
/// Writes docs/reference/rules and fails when that changed something, so that the pages are never stale.
#[test]
fn pages_are_fresh() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rules");
    std::fs::create_dir_all(&folder).expect("the folder of rule pages");
    let mut expected: BTreeMap<String, String> =
        RULES.iter().map(|rule| (format!("{}.md", rule.id), rule.page())).collect();
    expected.insert("README.md".to_owned(), super::index());
    let mut stale = Vec::new();
    for (name, page) in &expected {
        if std::fs::read_to_string(folder.join(name)).ok().as_ref() != Some(page) {
            std::fs::write(folder.join(name), page).expect("a rule page");
            stale.push(name.clone());
        }
    }
    for entry in std::fs::read_dir(&folder).expect("the folder of rule pages").filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !expected.contains_key(&name) {
            std::fs::remove_file(entry.path()).expect("a page without a rule");
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "written anew, commit them: {}", stale.join(", "));
}
