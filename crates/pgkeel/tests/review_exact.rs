//! Reviews on a real server: what text does not show, what only the target has, what PostgreSQL really does.

use std::collections::BTreeSet;

use pgkeel::database::Target;
use pgkeel::review::replay::{Replay, replay};
use pgkeel::scratch::Choice;
use pgkeel::source::{Source, Workshop};
use pgkeel_core::finding::Finding;
use pgkeel_core::review::{File, Review, Settings, review_with};
use pgkeel_core::rules::{Check, RULES};
use pgkeel_testkit::{Server, per_major};

/// Reviews the files marked `true` against `target` (SQL that made it), or against the history.
async fn reviewed(server: &Server, files: &[(&str, &str, bool)], target: Option<&str>) -> Vec<Finding> {
    let scratch = server.database();
    let texts: Vec<File> = files.iter().map(|(path, text, _)| File::read(path, text)).collect();
    let marks: Vec<bool> = files.iter().map(|(.., reviewed)| *reviewed).collect();
    let workshop = Workshop::new(Choice { url: Some(scratch.url()), embedded: None, major: None }, vec![]);
    let live = server.database();
    let mut start = None;
    let mut applied = BTreeSet::new();
    if let Some(sql) = target {
        live.execute(sql);
        let source = Source::Database(Box::new(Target::parse(&live.url()).expect("an address")));
        start = Some(source.load(&workshop).await.expect("the target's schema"));
        applied = (0..marks.len()).filter(|at| marks.get(*at) == Some(&false)).collect();
    }
    let request = Replay { files: &texts, reviewed: &marks, start: start.as_ref(), applied };
    let replayed = replay(request, &workshop).await.expect("a replay");
    let settings = Settings { complete: true, ..Settings::default() };
    review_with(&Review { files: &texts, reviewed: &marks, settings: &settings }, &replayed.evidence).findings
}

fn at<'a>(found: &'a [Finding], rule: &str, line: usize) -> Option<&'a Finding> {
    found.iter().find(|f| f.rule == rule && f.span.as_ref().is_some_and(|span| span.line == line))
}

const BASE: &str = "CREATE TABLE chat (id bigint PRIMARY KEY, content varchar(400), n int);";

per_major! {
    async fn a_view_made_by_hand_in_production_counts(server) {
        let files = [("1_a.sql", BASE, false), ("2_b.sql", "-- wider\nALTER TABLE chat ALTER COLUMN content TYPE text;", true)];
        let by_history = reviewed(server, &files, None).await;
        assert!(at(&by_history, "column-has-dependents", 2).is_none(), "{by_history:?}");
        let target = format!("{BASE} CREATE VIEW by_hand AS SELECT content FROM chat; CREATE VIEW above AS SELECT * FROM by_hand;");
        let found = reviewed(server, &files, Some(&target)).await;
        let blocked = at(&found, "column-has-dependents", 2).unwrap_or_else(|| panic!("{found:?}"));
        assert!(blocked.message.contains("by_hand") && blocked.message.contains("above"), "{blocked:?}");
        assert!(blocked.help.as_ref().is_some_and(|help| help.contains("0A000")), "{blocked:?}");
    }

    async fn a_refusal_ends_nothing(server) {
        let files = [
            ("1_a.sql", BASE, true),
            ("2_b.sql", "CREATE TABLE other (id bigint, broken no_such_type);\nALTER TABLE chat ADD COLUMN kept int;", true),
            ("3_c.sql", "ALTER TABLE other ADD COLUMN x int;", true),
            ("4_d.sql", "ALTER TABLE chat ALTER COLUMN n TYPE bigint;\nALTER TABLE chat ADD COLUMN n int;", true),
            ("5_e.sql", "ALTER TABLE chat ALTER COLUMN kept TYPE bigint;", true),
        ];
        let found = reviewed(server, &files, None).await;
        let of = |file: &str| -> Vec<&Finding> {
            let here = |finding: &&Finding| finding.span.as_ref().is_some_and(|span| span.file == file);
            found.iter().filter(here).collect()
        };
        let says = |file: &str, code: &str| {
            let in_words = |finding: &&Finding| {
                finding.message.contains(code) || finding.help.as_ref().is_some_and(|help| help.contains(code))
            };
            of(file).iter().any(in_words)
        };
        assert!(says("2_b.sql", "42704"), "{found:?}");
        assert!(!says("3_c.sql", "42P01"), "it fails for the sake of the second alone: {:?}", of("3_c.sql"));
        assert!(says("4_d.sql", "42701"), "a mistake of its own: {:?}", of("4_d.sql"));
        let rewrites = of("5_e.sql").iter().any(|finding| finding.rule == "alter-column-type-rewrite");
        assert!(rewrites, "what was not refused of the second is there: {found:?}");
    }

    async fn what_a_do_block_made_is_known(server) {
        let hidden = "CREATE TABLE chat (id bigint PRIMARY KEY, content varchar(400), n int);\n\
                      DO $$ BEGIN EXECUTE 'CREATE ' || 'VIEW hidden AS SELECT content FROM chat'; END $$;";
        let files = [("1_a.sql", hidden, false), ("2_b.sql", "ALTER TABLE chat ALTER COLUMN content TYPE text;", true)];
        let found = reviewed(server, &files, None).await;
        assert!(at(&found, "column-has-dependents", 1).is_some_and(|f| f.message.contains("hidden")), "{found:?}");
    }

    async fn a_cascade_lists_what_it_takes_along(server) {
        let more = format!("{BASE} CREATE VIEW v AS SELECT n FROM chat; CREATE VIEW w AS SELECT n FROM v;");
        let files = [("1_a.sql", more.as_str(), false), ("2_b.sql", "\nALTER TABLE chat DROP COLUMN n CASCADE;", true)];
        let found = reviewed(server, &files, None).await;
        let taken = at(&found, "drop-cascade", 2).unwrap_or_else(|| panic!("{found:?}"));
        assert!(taken.message.contains("public.v") && taken.message.contains("public.w"), "{taken:?}");
    }

    async fn rewrites_are_seen_not_guessed(server) {
        let change = "ALTER TABLE chat ALTER COLUMN n TYPE bigint;\nALTER TABLE chat ADD COLUMN at timestamptz DEFAULT own_now();";
        let base = format!("{BASE} CREATE FUNCTION own_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()';");
        let files = [("1_a.sql", base.as_str(), false), ("2_b.sql", change, true)];
        let found = reviewed(server, &files, None).await;
        assert!(at(&found, "alter-column-type-rewrite", 1).is_some(), "{found:?}");
    }

    async fn every_observed_rule_fires_on_its_bad_example_and_not_on_its_good_one(server) {
        for rule in RULES.iter().filter(|rule| matches!(rule.check, Check::Observed) && rule.id != "breaks-query") {
            for (example, expected) in [(rule.bad, true), (rule.good, false)] {
                let mut files: Vec<(&str, &str, bool)> = Vec::new();
                for part in example.split("-- file: ").filter(|part| !part.trim().is_empty()) {
                    let (name, text) = if example.contains("-- file: ") { part.split_once('\n').unwrap_or((part, "")) } else { ("001_a.sql", part) };
                    files.push((name.trim(), text, true));
                }
                let found = reviewed(server, &files, None).await;
                assert_eq!(found.iter().any(|f| f.rule == rule.id), expected, "{}: {example}\n{found:?}", rule.id);
            }
        }
    }
}
