//! Migrations on scratch databases: everything that replays them does the same with them, and leaves a server that stays as
//! it was.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use pgkeel::queries::broken_by;
use pgkeel::rehearse::{Rehearsal, WayBack, rehearse};
use pgkeel::replay::Replay;
use pgkeel::review::replay::{self as reviewing, replay as review};
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel::{discover, source};
use pgkeel_core::review::File;
use pgkeel_core::review::evidence::{Event, Evidence};
use pgkeel_testkit::Server;

fn workshop(server: &Server) -> Workshop {
    let url = Some(server.url("postgres"));
    Workshop::new(Choice { url, ..Choice::default() }, vec![])
}

async fn reviewed(server: &Server, files: &[File], is_reviewed: bool) -> Evidence {
    let marks = vec![is_reviewed; files.len()];
    let request =
        reviewing::Replay { files, reviewed: &marks, start: None, applied: BTreeSet::new(), seeds: None };
    review(request, &workshop(server)).await.unwrap_or_else(|error| panic!("{error}")).evidence
}

async fn rehearsed(server: &Server, files: &[File]) -> Rehearsal {
    let marks = vec![true; files.len()];
    rehearse(files, &marks, None, None, &workshop(server)).await.unwrap_or_else(|error| panic!("{error}"))
}

fn read(texts: &[(&str, &str)]) -> Vec<File> {
    texts.iter().map(|(path, text)| File::read(path, text)).collect()
}

/// What goes wrong when everything that replays migrations replays these, one line for each.
async fn replayed(server: &Server, texts: &[(&str, &str)]) -> String {
    let mut wrong = String::new();
    let mut note = |by: &str, what: String| {
        let _ = writeln!(wrong, "{by}: {what}");
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in texts {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let migrations = discover::migrations(folder.path(), Path::new("migrations")).expect("migrations");
    if let Err(error) = source::replay(&migrations.iter().collect::<Vec<_>>(), &workshop(server)).await {
        note("load", error.to_string());
    }
    let own = workshop(server);
    let replay = Replay::start(&own).await.expect("a scratch database");
    if let Err(error) = replay.states(&migrations, folder.path()).await {
        note("replay", error.to_string());
    }
    replay.close().await;
    let files = read(texts);
    for is_new in [true, false] {
        let seen = reviewed(server, &files, is_new).await.seen;
        let refused = seen.iter().filter(|seen| matches!(seen.event, Event::Refused { .. }));
        refused.for_each(|refused| note("review", format!("{refused:?}")));
        let marks = vec![is_new; files.len()];
        match rehearse(&files, &marks, None, None, &workshop(server)).await {
            Ok(seen) => seen.findings.iter().for_each(|finding| note("rehearse", finding.message.clone())),
            Err(error) => note("rehearse", error.to_string()),
        }
    }
    let marks = vec![false; files.len()];
    if let Err(error) = broken_by(&files, &marks, &[], &workshop(server)).await {
        note("queries", error.to_string());
    }
    wrong
}

/// What a server has of roles whose names begin so.
fn roles(server: &Server, prefix: &str) -> String {
    server.database().value(&format!(
        "SELECT coalesce(string_agg(concat_ws(' ', r.rolname, r.rolcanlogin, r.rolcreatedb, r.rolconfig, \
         shobj_description(r.oid, 'pg_authid'), (SELECT array_agg(roleid::regrole) FROM pg_auth_members WHERE member = r.oid), \
         (SELECT array_agg(setconfig) FROM pg_db_role_setting WHERE setrole = r.oid)), '; ' ORDER BY r.rolname), '') \
         FROM pg_roles r WHERE starts_with(r.rolname, '{prefix}')"
    ))
}

#[tokio::test]
async fn roles_of_a_server_that_stays_are_as_they_were() {
    let server = Server::get(17);
    let prefix = server.unique_name("stays");
    let (theirs, own) = (format!("{prefix}_theirs"), format!("{prefix}_own"));
    server.execute(&format!("CREATE ROLE {theirs} LOGIN; CREATE ROLE {theirs}2"));
    server.execute(&format!("CREATE DATABASE {theirs} OWNER {theirs}"));
    let before = roles(server, &prefix);
    let files = [
        (
            "001_a.sql",
            format!(
                "CREATE ROLE {theirs};\nCREATE ROLE {own};\nCREATE TABLE t (a int);\nGRANT SELECT ON t TO {theirs}, {own};"
            ),
        ),
        (
            "002_b.sql",
            format!(
                "ALTER ROLE {theirs} NOLOGIN;\nALTER ROLE {theirs} SET work_mem = '1MB';\nCOMMENT ON ROLE {theirs} IS 'x';\n\
                 GRANT {theirs}2 TO {theirs};\nGRANT {own} TO {theirs};\nALTER USER {theirs} RENAME TO {theirs}3;\nALTER ROLE {own} LOGIN;\n\
                 COMMENT ON ROLE {own} IS 'x';\nALTER ROLE {own} RENAME TO {own}2;\nALTER TABLE t OWNER TO {own}2;\n\
                 ALTER DATABASE {theirs} SET work_mem = '1MB';\nGRANT CONNECT ON DATABASE {theirs} TO {own}2;"
            ),
        ),
        (
            "003_c.sql",
            format!(
                "REVOKE SELECT ON t FROM {theirs};\nREASSIGN OWNED BY {theirs} TO {own}2;\nDROP OWNED BY {theirs};\nDROP ROLE {theirs};\nDROP ROLE IF EXISTS {theirs}2, {own}9;"
            ),
        ),
        (
            "004_d.sql",
            format!(
                "-- pgkeel: transaction=off\nALTER ROLE {theirs}2 CREATEDB;\nDO $$ BEGIN CREATE ROLE {own}4; END $$;\nDROP ROLE {theirs}2;"
            ),
        ),
        (
            "005_e.sql",
            format!(
                "DO $$ BEGIN CREATE ROLE {own}5; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\nALTER TABLE t OWNER TO {own}5;"
            ),
        ),
    ];
    let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let wrong = replayed(server, &texts).await;
    let after = roles(server, &prefix);
    assert_eq!(before, after, "{wrong}");
    assert_eq!(wrong, "");
    // What only a block does is refused.
    for hidden in [
        format!(
            "DO $$ BEGIN BEGIN EXECUTE 'ALTER ROLE {theirs} NOLOGIN'; EXCEPTION WHEN unique_violation THEN NULL; END; END $$;"
        ),
        format!("DO $$ BEGIN DROP ROLE {theirs}2; END $$;"),
        format!("DO $$ BEGIN ALTER ROLE {theirs}2 SET work_mem = '1MB'; END $$;"),
        format!("DO $$ BEGIN GRANT {theirs} TO {theirs}2; END $$;"),
        format!(
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'ALTER ROLE {theirs}2 CREATEDB';\nSELECT f();"
        ),
    ] {
        for head in ["", "-- pgkeel: transaction=off\n"] {
            let text = format!("{head}{hidden}");
            let wrong = replayed(server, &[("001_a.sql", &text)]).await;
            assert_eq!(before, roles(server, &prefix), "{text}: {wrong}");
            for by in ["load: ", "replay: ", "review: ", "rehearse: ", "queries: "] {
                let said = wrong
                    .lines()
                    .any(|line| line.starts_with(by) && line.contains("which the scratch server keeps"));
                assert!(said, "{by} {text}: {wrong}");
            }
        }
    }
    server.execute(&format!("DROP DATABASE {theirs}"));
    server.execute(&format!("DROP ROLE {theirs}; DROP ROLE {theirs}2"));
}

#[tokio::test]
async fn roles_that_are_there_or_missing_keep_no_migration_from_its_replay() {
    let server = Server::get(16);
    let prefix = server.unique_name("many");
    let names: Vec<String> = (0..20).map(|number| format!("{prefix}_{number}")).collect();
    let each =
        |statement: &dyn Fn(&String) -> String| names.iter().map(statement).collect::<Vec<_>>().join("\n");
    let missing =
        format!("CREATE TABLE t (a int);\n{}", each(&|name| format!("GRANT SELECT ON t TO {name};")));
    let made = format!("{}\nCREATE TABLE t (a int);", each(&|name| format!("CREATE ROLE {name};")));
    let becomes = format!("SET ROLE {prefix}_0;\nRESET ROLE;\nCREATE TABLE t (a int);");
    let off = "-- pgkeel: transaction=off\n";
    for there in [false, true] {
        if there {
            server.execute(&made.replace("\nCREATE TABLE t (a int);", ""));
        }
        for text in [
            &missing,
            &made,
            &becomes,
            &format!("{off}{missing}"),
            &format!("{off}{made}"),
            &format!("{off}{becomes}"),
        ] {
            assert_eq!(
                replayed(server, &[("001_a.sql", text), ("002_b.sql", "ALTER TABLE t ADD b int;")]).await,
                "",
                "{text}"
            );
            let left = roles(server, &prefix);
            assert_eq!(left.split("; ").count(), if there { 20 } else { 1 }, "{text}\n{left}");
            assert_eq!(left.is_empty(), !there);
        }
    }
    server.execute(&each(&|name| format!("DROP ROLE {name};")));
}

#[tokio::test]
async fn what_a_body_says_of_transactions_is_not_the_file_s() {
    let server = Server::get(18);
    let files = [
        (
            "001_a.sql",
            "BEGIN;\nCREATE TABLE t (a int);\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$;\nCOMMIT;",
        ),
        ("002_b.sql", "-- pgkeel: transaction=off\nCALL p();\nDO $$ BEGIN PERFORM 1; COMMIT; END $$;"),
        ("003_c.sql", "DROP PROCEDURE p();"),
    ];
    assert_eq!(replayed(server, &files).await, "");
}

#[tokio::test]
async fn what_is_refused_at_the_end_is_refused() {
    let server = Server::get(15);
    let files = read(&[
        (
            "001_a.sql",
            "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);",
        ),
        ("002_b.sql", "INSERT INTO b VALUES (1);\nCREATE TABLE c (a int);"),
    ]);
    let seen = reviewed(server, &files, true).await.seen;
    let refused: Vec<&Event> = seen.iter().filter(|seen| seen.file == 1).map(|seen| &seen.event).collect();
    let [Event::Refused { code, message }] = refused.as_slice() else { panic!("{seen:?}") };
    assert!(code == "23503" && message.contains("at the end of the transaction"), "{message}");
    let seen = rehearsed(server, &files).await;
    let [finding] = seen.findings.as_slice() else { panic!("{:?}", seen.findings) };
    assert!(finding.rule == "rehearsal-refused" && finding.message.contains("at the end"), "{finding:?}");
    assert!(seen.files.get(1).is_some_and(|file| !file.applied));
}

#[tokio::test]
async fn a_file_goes_forward_again_behind_its_way_back_as_it_went_before() {
    let server = Server::get(14);
    let base = (
        "001_a.sql",
        "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);",
    );
    for (up, down) in [
        ("LOCK TABLE a IN SHARE MODE;\nALTER TABLE a ADD n int;", "ALTER TABLE a DROP n;"),
        (
            "CREATE TEMP TABLE x (a int) ON COMMIT DROP;\nINSERT INTO x VALUES (1);\nALTER TABLE a ADD n int;",
            "ALTER TABLE a DROP n;",
        ),
        ("INSERT INTO b VALUES (1);\nINSERT INTO a VALUES (1);", "DELETE FROM b;\nDELETE FROM a;"),
        ("COPY a FROM stdin;\n1\n\\.\nALTER TABLE a ADD n int;", "ALTER TABLE a DROP n;\nDELETE FROM a;"),
        ("SET search_path = nowhere;\nALTER TABLE public.a ADD n int;", "ALTER TABLE a DROP n;"),
    ] {
        let text = format!("{up}\n-- pgkeel:down\n{down}");
        let files = read(&[base, ("002_b.sql", &text), ("003_c.sql", "CREATE TABLE c (a int);")]);
        let seen = rehearsed(server, &files).await;
        assert!(seen.findings.is_empty(), "{up}: {:?}", seen.findings);
        assert_eq!(seen.files.get(1).map(|file| &file.rollback), Some(&WayBack::Proven), "{up}");
    }
}

#[tokio::test]
async fn names_may_change_before_a_statement_that_is_watched_from_beside() {
    let server = Server::get(17);
    let files = read(&[
        ("001_a.sql", "CREATE TABLE a (id int, n int);\nCREATE TABLE b (id int);"),
        (
            "002_b.sql",
            "-- pgkeel: transaction=off\nALTER TABLE a RENAME TO c;\nDROP TABLE b;\nCREATE INDEX CONCURRENTLY c_n ON c (n);",
        ),
        ("003_c.sql", "CREATE TABLE d (a int);"),
    ]);
    let seen = rehearsed(server, &files).await;
    assert!(seen.findings.is_empty(), "{:?}", seen.findings);
    let built = seen.files.get(1).and_then(|file| file.statements.last());
    assert!(
        built.is_some_and(|built| built.all_locks().any(|(_, mode)| mode == "ShareUpdateExclusiveLock")),
        "{built:?}"
    );
}
