//! Every rule on many spellings of what it is about: `tests/review_variants/*.sql`.
//!
//! A file begins with the schema on which its cases stand (`-- base`); each case says what it is about (`-- bad: RULE`,
//! `-- good: RULE`) and is one file, or several behind `-- file: NAME`.

use super::rule;
use super::tests::{files, read_file, settings};
use crate::review::{File, Review, Settings, review};

/// The files of cases.
const FILES: &[(&str, &str)] = &[
    ("bodies", include_str!("../../../../tests/review_variants/bodies.sql")),
    ("clinic", include_str!("../../../../tests/review_variants/clinic.sql")),
    ("dependents", include_str!("../../../../tests/review_variants/dependents.sql")),
    ("orders", include_str!("../../../../tests/review_variants/orders.sql")),
    ("partitions", include_str!("../../../../tests/review_variants/partitions.sql")),
    ("renames", include_str!("../../../../tests/review_variants/renames.sql")),
    ("seeds", include_str!("../../../../tests/review_variants/seeds.sql")),
    ("strong_migrations", include_str!("../../../../tests/review_variants/strong_migrations.sql")),
    ("types", include_str!("../../../../tests/review_variants/types.sql")),
];

/// A case: whether the rule must fire, the rule, the SQL.
type Case<'a> = (bool, &'a str, String);

/// The schema of a file of cases, and its cases.
fn read(text: &str) -> (String, Vec<Case<'_>>) {
    let mut base = String::new();
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in text.lines() {
        if let Some(rule) = line.strip_prefix("-- bad: ") {
            cases.push((true, rule.trim(), String::new()));
        } else if let Some(rule) = line.strip_prefix("-- good: ") {
            cases.push((false, rule.trim(), String::new()));
        } else {
            let into = cases.last_mut().map_or(&mut base, |(_, _, sql)| sql);
            into.push_str(line);
            into.push('\n');
        }
    }
    (base, cases)
}

#[test]
fn rules_fire_on_every_spelling_and_on_nothing_else() {
    let mut wrong = Vec::new();
    let mut run = 0;
    for (name, text) in FILES {
        let (base, cases) = read(text);
        let mut all = vec![File::read("000_base.sql", &base)];
        for (bad, id, sql) in cases {
            let rule = rule(id).unwrap_or_else(|| panic!("{name}: no rule {id}"));
            all.truncate(1);
            all.extend(files(&sql).iter().map(|(path, text)| read_file(path, text)));
            let settings = Settings { complete: true, ..settings(rule, &sql) };
            let fires = review(&Review { files: &all, reviewed: &[false], settings: &settings })
                .iter()
                .any(|f| f.rule == id);
            run += 1;
            if fires != bad {
                wrong.push(format!("{id}: {} {sql}", if bad { "misses" } else { "false alarm:" }));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {run} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(run > 300, "only {run} cases");
}
