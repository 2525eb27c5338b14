//! Rehearsals on real servers: locks, rewrites, refusals and ways back are what PostgreSQL really did.
//!
//! Every folder of tests/rehearse: what change.sql does to before.sql, and what is told instead. Comment lines of change.sql
//! say what must be so: `-- safe has: TEXT`, `-- safe lacks: TEXT`, `-- note has: TEXT`, `-- looks up: TABLE` and
//! `-- lock: MODE on TABLE at LINE`. A sequence that is told is rehearsed in its turn, and must take no long lock.

use std::fmt::Write as _;
use std::path::Path;

use pgkeel::rehearse::{Observed, Rehearsal, WayBack, rehearse, strongest};
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel_core::review::File;
use pgkeel_testkit::per_major;

async fn run(url: String, files: &[(&str, &str)], rehearsed: &[bool]) -> Rehearsal {
    let files: Vec<File> = files.iter().map(|(path, text)| File::read(path, text)).collect();
    let workshop = Workshop::new(Choice { url: Some(url), embedded: None, major: None }, vec![]);
    rehearse(&files, rehearsed, None, None, &workshop).await.expect("a rehearsal")
}

const BASE: (&str, &str) = (
    "1_base.sql",
    "CREATE TABLE a (id bigint PRIMARY KEY, n int, s varchar(20)); CREATE TABLE b (id bigint PRIMARY KEY);",
);

async fn case(url: &str, folder: &Path) -> String {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let (before, change) = (read("before.sql"), read("change.sql"));
    let base = ("1_before.sql", before.as_str());
    let seen = run(url.to_owned(), &[base, ("2_change.sql", &change)], &[false, true]).await;
    let [file] = seen.files.as_slice() else { return format!("{seen:?}") };
    let mut wrong = String::new();
    let mut expect = |held: bool, what: &str| {
        if !held {
            let _ = writeln!(wrong, "    not so: {what}");
        }
    };
    expect(file.applied && seen.findings.is_empty(), "it goes through");
    let (safe, note) = (file.safe.join(";\n"), file.safe_note.clone().unwrap_or_default());
    for line in change.lines().filter(|line| line.starts_with("-- ")) {
        if let Some(text) = line.strip_prefix("-- safe has: ") {
            expect(safe.contains(text), line);
        } else if let Some(text) = line.strip_prefix("-- safe lacks: ") {
            expect(!safe.is_empty() && !safe.contains(text), line);
        } else if let Some(text) = line.strip_prefix("-- note has: ") {
            expect(note.contains(text) && safe.is_empty(), line);
        } else if let Some(table) = line.strip_prefix("-- looks up: ") {
            let mut looked = file.statements.iter().flat_map(|statement| &statement.foreign_keys);
            expect(looked.any(|looked| looked.table == table), line);
        } else if let Some((lock, at)) =
            line.strip_prefix("-- lock: ").and_then(|text| text.rsplit_once(" at "))
        {
            let mut here = file.statements.iter().filter(|statement| statement.line.to_string() == at);
            let is = |statement: &Observed| {
                statement.all_locks().any(|(relation, mode)| format!("{mode} on {relation}") == lock)
            };
            expect(here.any(is), line);
        } else {
            // A remark is no condition: a word that is not known would be one that never fails.
            let word = line.split_once(": ").map(|(word, _)| word.trim_start_matches("-- "));
            let is_remark = word.is_none_or(|word| word.contains(['.', ',']) || word.starts_with("pgkeel"));
            expect(is_remark, &format!("{line}: it says nothing that is known"));
        }
    }
    if !safe.is_empty() {
        let text = format!("-- pgkeel: transaction=off\n{safe};");
        let again = run(url.to_owned(), &[base, ("2_safe.sql", &text)], &[false, true]).await;
        expect(again.findings.is_empty(), &format!("{:?} in the sequence", again.findings));
        // What stays as it is says why it takes long, right before it.
        let long = again.files.iter().filter(|file| file.safe_note.is_some()).flat_map(|file| &file.blocking);
        for blocking in long {
            let is_long = again.files.iter().flat_map(|file| &file.statements).any(|statement| {
                let works_on = [&statement.rewritten, &statement.read].into_iter().flatten();
                let built = statement.built.iter().map(|built| &built.table);
                let on_it = works_on.chain(built).any(|relation| *relation == blocking.relation);
                statement.line == blocking.line && on_it
            });
            let above = blocking.line.checked_sub(2).and_then(|above| text.lines().nth(above));
            let says_why =
                above.is_some_and(|above| above.starts_with("-- ") && !above.starts_with("-- pgkeel: "));
            expect(!is_long || says_why, &format!("{blocking:?} in the sequence, and no word why"));
        }
        expect(again.files.iter().all(|file| file.safe.is_empty()), "the sequence has no gentler one");
    }
    if !wrong.is_empty() {
        let _ = writeln!(wrong, "    safe: {safe}\n    note: {note}\n    seen: {:?}", file.statements);
    }
    wrong
}

per_major! {
    async fn sequences_without_long_locks_do_the_same(server) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/rehearse");
        let database = server.database();
        let mut failures = String::new();
        let mut cases = 0;
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let folder = entry.expect("readable folder").path();
            cases += 1;
            let wrong = case(&database.url(), &folder).await;
            if !wrong.is_empty() {
                let _ = writeln!(failures, "{}\n{wrong}", folder.display());
            }
        }
        assert!(cases >= 10, "{cases} cases in {}", folder.display());
        assert!(failures.is_empty(), "PostgreSQL {}:\n{failures}", server.major());
    }

    async fn down_files_are_ways_back(server) {
        let database = server.database();
        let files = [
            BASE,
            ("2_a.up.sql", "ALTER TABLE a ADD COLUMN x int;"),
            ("2_a.down.sql", "ALTER TABLE a DROP COLUMN x;"),
            ("3_b.sql", "ALTER TABLE b ADD COLUMN y int;"),
            ("3_b.down.sql", "ALTER TABLE b ADD COLUMN z int;\nDROP TABLE nosuch;"),
            ("4_c/up.sql", "ALTER TABLE b ADD COLUMN z int;"),
            ("4_c/down.sql", "ALTER TABLE b DROP COLUMN z;"),
        ];
        let seen = run(database.url(), &files, &[false, true, true, true, true, true, true]).await;
        let verdicts: Vec<&WayBack> = seen.files.iter().map(|file| &file.rollback).collect();
        let [WayBack::Proven, WayBack::Wrong(why), WayBack::Proven] = verdicts.as_slice() else { panic!("{verdicts:?}") };
        assert!(why.contains("on line 2 of 3_b.down.sql"), "{why}");
        let place = seen.findings.first().and_then(|finding| finding.span.as_ref()).map(|span| span.file.as_str());
        assert_eq!(place, Some("3_b.down.sql"), "{:?}", seen.findings);
    }

    async fn locks_and_rewrites_are_observed(server) {
        let database = server.database();
        let change = "ALTER TABLE a ALTER COLUMN n TYPE bigint;\nALTER TABLE a ALTER COLUMN s TYPE varchar(40);\n\
                      ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (n) REFERENCES b (id) NOT VALID;";
        let seen = run(database.url(), &[BASE, ("2_change.sql", change)], &[false, true]).await;
        let [file] = seen.files.as_slice() else { panic!("{seen:?}") };
        assert!(file.applied && seen.findings.is_empty(), "{seen:?}");
        let [first, second, third] = file.statements.as_slice() else { panic!("{file:?}") };
        assert!(first.locks.contains(&("public.a".to_owned(), "AccessExclusiveLock".to_owned())), "{first:?}");
        assert!(first.rewritten.contains(&"public.a".to_owned()), "int to bigint rewrites: {first:?}");
        assert!(second.rewritten.is_empty(), "a longer varchar does not: {second:?}");
        assert!(third.locks.contains(&("public.b".to_owned(), "ShareRowExclusiveLock".to_owned())), "{third:?}");
        assert_eq!(strongest(file).get("public.a").map(String::as_str), Some("AccessExclusiveLock"));
    }

    async fn what_postgresql_refuses_is_a_finding_at_its_line(server) {
        let database = server.database();
        let view = ("2_view.sql", "CREATE VIEW v AS SELECT s FROM a;");
        let change = ("3_change.sql", "-- shorter\nALTER TABLE a ALTER COLUMN s TYPE text;");
        let seen = run(database.url(), &[BASE, view, change], &[false, false, true]).await;
        let [finding] = seen.findings.as_slice() else { panic!("{seen:?}") };
        assert_eq!(finding.span.as_ref().map(|span| span.line), Some(2));
        assert!(finding.message.contains("0A000") && finding.message.contains("view"), "{finding:?}");
    }

    async fn ways_back_are_proven_or_not(server) {
        let database = server.database();
        let right = ("2_a.sql", "ALTER TABLE a ADD COLUMN x int;\n-- pgkeel:down\nALTER TABLE a DROP COLUMN x;");
        let wrong = ("3_b.sql", "ALTER TABLE b ADD COLUMN y int, ADD COLUMN z int;\n-- pgkeel:down\nALTER TABLE b DROP COLUMN y;");
        let seen = run(database.url(), &[BASE, right, wrong], &[false, true, true]).await;
        let verdicts: Vec<&WayBack> = seen.files.iter().map(|file| &file.rollback).collect();
        assert!(matches!(verdicts.as_slice(), [WayBack::Proven, WayBack::Wrong(_)]), "{verdicts:?}");
    }
}
