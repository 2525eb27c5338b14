//! Rehearsals on real servers: locks, rewrites, refusals and ways back are what PostgreSQL really did.

use pgkeel::rehearse::{Rehearsal, WayBack, rehearse, strongest};
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

per_major! {
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
