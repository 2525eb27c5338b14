//! The rules prove themselves: each fires on its bad example, is silent on its good one, and its fix parses and silences it.

use std::collections::{BTreeMap, BTreeSet};

use super::{RULES, Rule};
use crate::finding::{Finding, Severity};
use crate::review::settings::Level;
use crate::review::{File, Review, Settings, fixes, review};

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
            text.push_str(line);
            text.push('\n');
        }
    }
    files
}

fn settings(rule: &Rule, example: &str) -> Settings {
    let server =
        example.lines().find_map(|line| line.strip_prefix("-- settings: server ")?.trim().parse().ok());
    Settings {
        rules: BTreeMap::from([(rule.id.to_owned(), Level::At(rule.severity))]),
        server_major: server,
        ..Settings::default()
    }
}

fn found(rule: &Rule, settings: &Settings, texts: &[(String, String)]) -> Vec<Finding> {
    let files: Vec<File> = texts.iter().map(|(path, text)| File::read(path, text)).collect();
    let all = review(&Review { files: &files, reviewed: &[], settings });
    all.into_iter().filter(|finding| finding.rule == rule.id).collect()
}

#[test]
fn every_rule_fires_on_bad_and_is_silent_on_good() {
    let mut wrong = Vec::new();
    for rule in RULES {
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
            assert!(file.problem.is_none(), "{}: {path}: {:?}", rule.id, file.problem);
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

#[test]
fn every_fix_parses_and_silences_its_rule() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for rule in RULES {
        let mut texts = files(rule.bad);
        let settings = settings(rule, rule.bad);
        let findings = found(rule, &settings, &texts);
        if findings.iter().all(|finding| finding.fix.as_ref().is_none_or(|fix| fix.edits.is_empty())) {
            continue;
        }
        tried += 1;
        for (path, text) in &mut texts {
            let here: Vec<&Finding> =
                findings.iter().filter(|f| f.span.as_ref().is_some_and(|span| span.file == *path)).collect();
            *text = fixes::apply(text, &here).0;
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

#[test]
fn every_rule_of_squawk_has_a_place() {
    let known: BTreeSet<&str> =
        RULES.iter().flat_map(|rule| rule.aliases).filter_map(|a| a.strip_prefix("squawk:")).collect();
    let missing: Vec<&str> = SQUAWK.split_whitespace().filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
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
const SQUAWK: &str = "require-concurrent-index-creation require-concurrent-index-deletion constraint-missing-not-valid
    adding-field-with-default adding-foreign-key-constraint changing-column-type adding-not-nullable-field
    adding-serial-primary-key-field renaming-column renaming-table disallowed-unique-constraint ban-drop-database
    prefer-bigint-over-int prefer-bigint-over-smallint prefer-identity prefer-repack prefer-robust-stmts
    prefer-text-field prefer-timestamp-tz ban-char-field ban-drop-column ban-drop-table ban-drop-not-null
    transaction-nesting adding-required-field ban-concurrent-index-creation-in-transaction unused-ignore
    ban-create-domain-with-constraint ban-alter-domain-with-add-constraint ban-truncate-cascade
    require-timeout-settings ban-uncommitted-transaction require-enum-value-ordering require-table-schema
    identifier-too-long require-concurrent-partition-detach require-concurrent-reindex require-lock-timeout
    require-statement-timeout ban-drop-view ban-drop-function ban-drop-type ban-drop-schema ban-drop-sequence
    ban-drop-domain ban-drop-constraint ban-drop-generated-expression renaming-object ban-set-schema
    ban-alter-identity ban-drop-extension ban-alter-generated-expression ban-drop-index ban-set-default
    ban-disable-trigger ban-replica-identity ban-drop-policy ban-revoke ban-replace-view-function
    ban-alter-policy-condition ban-alter-policy-roles ban-create-policy ban-alter-function-options
    ban-alter-view-options ban-alter-role-options ban-alter-database-options ban-alter-row-level-security
    ban-new-write-restriction ban-add-enum-value ban-add-composite-attribute ban-add-column ban-detach-inheritance
    ban-alter-sequence-values ban-alter-system-options ban-alter-extension ban-drop-trigger ban-drop-default";

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
