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
    let folder = tempfile::tempdir().expect("a folder");
    let read = |(path, text, _): &(&str, &str, bool)| match path.strip_prefix("seeds/") {
        Some(name) => {
            std::fs::write(folder.path().join(name), text).expect("a seed");
            File::seed(path, text)
        }
        None => File::read(path, text),
    };
    let texts: Vec<File> = files.iter().map(read).collect();
    let seeds = Some((folder.path().to_owned(), "seeds".into()));
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
    let request = Replay { files: &texts, reviewed: &marks, start: start.as_ref(), applied, seeds };
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

    async fn rows_of_seeds_that_a_constraint_refuses_are_found(server) {
        let tables = "CREATE TABLE org (id int PRIMARY KEY, name varchar(20) NOT NULL, kind text);
CREATE TABLE member (id int PRIMARY KEY, org int REFERENCES org DEFERRABLE INITIALLY DEFERRED, mail text, room int, during int4range);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN percent AS int;
CREATE TABLE day (id int PRIMARY KEY, mood text, done percent);
INSERT INTO org VALUES (1, 'made by the migration', NULL) ON CONFLICT DO NOTHING;".replace("'made by the migration'", "'first'");
        let constraints = "ALTER TABLE org ADD CONSTRAINT lower_name CHECK (name = lower(name));
CREATE UNIQUE INDEX member_mail ON member (lower(mail));
ALTER TABLE member ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
ALTER TABLE org ALTER COLUMN name TYPE varchar(6);
ALTER TABLE org ALTER COLUMN kind SET NOT NULL;
ALTER TABLE day ALTER COLUMN mood TYPE mood USING mood::mood;
DO $$ BEGIN EXECUTE 'ALTER DOMAIN percent ADD CONSTRAINT to_hundred CHECK (VALUE <= 100)'; END $$;".replace("ALTER TABLE org ALTER COLUMN kind", "UPDATE org SET kind = 'x';\nALTER TABLE org ALTER COLUMN kind");
        let org = "INSERT INTO org (id, name, kind) VALUES
  (2, 'second', 'x'),
  (3, 'Third', 'x'),
  (4, 'fourteenth', 'x'),
  (5, 'fifth', NULL)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind;
UPDATE org SET name = 'SECOND' WHERE id = 2;
";
        let member = "id,org,mail,during\n1,1,a@x,\"[1,3)\"\n2,1,A@x,\n3,1,c@x,\"[2,4)\"\n4,3,d@x,\n5,77,e@x,\n";
        let day = "{\"table\": \"day\", \"rows\": [\n{\"id\": 1, \"mood\": \"good\"},\n{\"id\": 2, \"mood\": \"so so\"},\n{\"id\": 3, \"done\": 101},\n{\"id\": 4, \"done\": 100}]}";
        let files = [
            ("1_a.sql", tables.as_str(), true),
            ("2_b.sql", constraints.as_str(), true),
            ("seeds/1_org.sql", org, true),
            ("seeds/2_member.csv", member, true),
            ("seeds/3_day.json", day, true),
        ];
        let found = |found: &[Finding], file: &str| -> Vec<(usize, String)> {
            let here = found.iter().filter(|f| f.rule == "seed-violates-constraint");
            let place = |f: &Finding| Some((f.span.as_ref().filter(|s| s.file == file)?.line, f.message.clone()));
            here.filter_map(place).collect()
        };
        let is = |found: &[(usize, String)], wanted: &[(usize, &str, &str)]| {
            let fits = |((line, message), (at, what, by)): (&(usize, String), &(usize, &str, &str))| {
                line == at && message.contains(what) && message.contains(by)
            };
            assert!(found.len() == wanted.len() && found.iter().zip(wanted).all(fits), "{found:#?} {wanted:#?}");
        };
        let of_org = [
            (3, "lower_name", "2_b.sql:1"),
            (4, "character varying(6)", "2_b.sql:4"),
            (5, "kind", "2_b.sql:6"),
            (7, "lower_name", "2_b.sql:1"),
        ];
        // The fourth member's organisation is itself refused; the fifth's is nowhere.
        let of_member =
            [(3, "member_mail", "2_b.sql:2"), (4, "no_overlap", "2_b.sql:3"), (6, "member_org_fkey", "1_a.sql:2")];
        let of_day = [(3, "mood", "2_b.sql:7"), (4, "to_hundred", "2_b.sql:8")];
        let target = tables.replace("INSERT INTO org", "SELECT 1; INSERT INTO org");
        for target in [None, Some(target.as_str())] {
            let mut files = files;
            files[0].2 = target.is_none();
            let all = reviewed(server, &files, target).await;
            is(&found(&all, "seeds/1_org.sql"), &of_org);
            let of_new = if target.is_none() { &of_member[..] } else { &of_member[..2] };
            is(&found(&all, "seeds/2_member.csv"), of_new);
            is(&found(&all, "seeds/3_day.json"), &of_day);
        }
        // What a file made that is not reviewed is no finding, and neither is a good twin.
        let mut old = files;
        (old[0].2, old[1].2) = (false, false);
        assert!(reviewed(server, &old, None).await.iter().all(|f| f.rule != "seed-violates-constraint"));
        let good = [
            ("1_a.sql", tables.as_str(), true),
            ("2_b.sql", constraints.as_str(), true),
            ("seeds/1_org.sql", "INSERT INTO org (id, name, kind) VALUES (1, 'one', 'x'), (2, 'second', 'x') ON CONFLICT (id) DO NOTHING;", true),
            ("seeds/2_member.csv", "id,org,mail,during\n1,1,a@x,\"[1,3)\"\n2,2,b@x,\"[3,4)\"\n", true),
        ];
        let all = reviewed(server, &good, None).await;
        assert!(all.iter().all(|f| f.rule != "seed-violates-constraint"), "{all:?}");
    }

    async fn a_deferred_key_and_a_copied_line_of_a_seed_are_found_at_their_rows(server) {
        let files = [
            ("1_a.sql", "CREATE TABLE org (id int PRIMARY KEY);\nCREATE TABLE member (id int PRIMARY KEY, org int);\nCREATE TABLE room (id int PRIMARY KEY);", true),
            ("2_b.sql", "-- later\nALTER TABLE member ADD CONSTRAINT of_org FOREIGN KEY (org) REFERENCES org DEFERRABLE INITIALLY DEFERRED;", true),
            ("seeds/0_copied.sql", "COPY room FROM stdin;\n7\n8\n8\n7\n6\n\\.\nINSERT INTO room VALUES (6);\n", true),
            ("seeds/1_all.sql", "INSERT INTO member VALUES (1, 1),\n(2, 9);\nINSERT INTO org VALUES (1);", true),
            ("seeds/2_no_such.sql", "INSERT INTO nowhere VALUES (1);", true),
        ];
        let all = reviewed(server, &files, None).await;
        let mut found: Vec<&Finding> = all.iter().filter(|f| f.rule == "seed-violates-constraint").collect();
        let copied = found.iter().filter_map(|f| f.span.as_ref().filter(|span| span.file == "seeds/0_copied.sql"));
        assert_eq!(copied.map(|span| span.line).collect::<Vec<_>>(), [4, 5, 8], "{found:?}");
        found.retain(|f| f.span.as_ref().is_some_and(|span| span.file != "seeds/0_copied.sql"));
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert!(only.span.as_ref().is_some_and(|span| span.line == 2 && span.file == "seeds/1_all.sql"), "{only:?}");
        assert!(only.message.contains("of_org") && only.message.contains("2_b.sql:2"), "{only:?}");
    }
}

#[tokio::test]
async fn seeds_leave_the_roles_of_a_scratch_server_alone() {
    let server = Server::get(15);
    let database = server.database();
    let role = "review_exact_seeded";
    database.execute(&format!("DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN"));
    for sql in [
        format!("ALTER ROLE {role} NOLOGIN;"),
        format!("DO $$ BEGIN EXECUTE 'ALTER ROLE {role} NOLOGIN'; END $$;"),
        format!("INSERT INTO chat (id) VALUES (1);\nDROP ROLE {role};"),
    ] {
        reviewed(server, &[("1_a.sql", BASE, true), ("seeds/1_a.sql", &sql, true)], None).await;
        let can_login = format!("SELECT rolcanlogin FROM pg_roles WHERE rolname = '{role}'");
        assert_eq!(database.value(&can_login), "t", "{sql}");
    }
    database.execute(&format!("DROP ROLE {role}"));
}
