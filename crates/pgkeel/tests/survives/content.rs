//! S: what stands in the files.

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_core::event::Event;
use pgkeel_testkit::Server;

use super::harness::{Project, outcomes};

#[tokio::test]
async fn s1_s2_transaction_control_inside_a_file_is_refused_before_anything() {
    let database = Server::get(15).database();
    for text in
        ["CREATE TABLE a (x int);\nCOMMIT;\nCREATE TABLE b (x int);", "CREATE TABLE a (x int);\nROLLBACK;"]
    {
        let error = Project::new(&[("1_a.sql", text)]).fails(&database.url()).await;
        assert!(error.to_string().contains("1_a.sql:2:1"), "{error}");
    }
    Project::new(&[("1_a.sql", "BEGIN;\nCREATE TABLE a (x int);\nCOMMIT;")]).migrate(&database.url()).await;
}

#[tokio::test]
async fn s3_a_procedure_that_commits() {
    let database = Server::get(15).database();
    let procedure = "CREATE TABLE a (x int);\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2); END $$;";
    let project = Project::new(&[("1_a.sql", procedure), ("2_b.sql", "CALL p();")]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.sqlstate.as_deref(), Some("2D000"));
    assert!(error.hint.as_deref().unwrap().contains("transaction=off"), "{error}");
    project.write("2_b.sql", "-- pgkeel: transaction=off\nCALL p();\nCREATE TABLE b (x int);");
    project.migrate(&database.url()).await;
    assert_eq!(database.value("SELECT count(*) FROM a"), "2");
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn s4_s5_s6_nothing_of_a_migration_in_steps_reaches_its_notes_or_the_next() {
    for major in [14, 18] {
        let database = Server::get(major).database();
        let role = format!("{}_weak", database.name());
        database.execute(&format!("CREATE ROLE {role}; CREATE TABLE t (x int); ALTER TABLE t OWNER TO {role}; GRANT CREATE ON SCHEMA public TO {role}"));
        let text = format!(
            "SET search_path = '';\nSET ROLE {role};\nCREATE INDEX CONCURRENTLY t_x ON public.t (x);\nCREATE TABLE public.of_role (x int);\nSET TimeZone = 'Asia/Tokyo';\nCREATE INDEX CONCURRENTLY t_y ON public.t ((x + 1));\nCREATE TABLE public.zone AS SELECT current_setting('TimeZone') AS zone, current_user::text AS who;"
        );
        let project = Project::new(&[
            ("1_a.sql", text.as_str()),
            (
                "2_b.sql",
                "CREATE TABLE next AS SELECT current_setting('TimeZone') AS zone, current_user::text AS who, current_setting('search_path') AS path;",
            ),
        ]);
        project.migrate(&database.url()).await;
        assert_eq!(database.value("SELECT zone || ' ' || who FROM zone"), format!("Asia/Tokyo {role}"));
        assert_eq!(
            database
                .value("SELECT zone <> 'Asia/Tokyo' AND who = 'postgres' AND path LIKE '%public%' FROM next"),
            "t"
        );
        assert_eq!(
            database.value("SELECT string_agg(DISTINCT applied_by, ',') FROM pgkeel.migrations"),
            "postgres"
        );
        database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
    }
}

#[tokio::test]
async fn s6_session_replication_role_is_told_and_reset() {
    let database = Server::get(15).database();
    let project = Project::new(&[
        (
            "1_a.sql",
            "CREATE TABLE a (x int);\nSET session_replication_role = replica;\nINSERT INTO a VALUES (1);",
        ),
        ("2_b.sql", "CREATE TABLE seen AS SELECT current_setting('session_replication_role') AS role;"),
    ]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    ran.result.unwrap();
    assert_eq!(database.value("SELECT role FROM seen"), "origin");
    let told = |event: &Event| matches!(event, Event::Notice { line: Some(2), message, .. } if message.contains("session_replication_role"));
    assert!(ran.events.iter().any(told), "{:?}", ran.events);
}

#[tokio::test]
async fn s7_a_migration_that_releases_the_lock_is_rolled_back() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);\nSELECT pg_advisory_unlock_all();")]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.sqlstate.as_deref(), Some("PKL01"));
    assert_eq!(database.value("SELECT to_regclass('a') IS NULL"), "t");
    // Hidden in a function too.
    let hidden = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT pg_adv' || 'isory_unlock_all()'; END $$;\nSELECT f();";
    let project = Project::new(&[("1_a.sql", hidden), ("2_b.sql", "CREATE TABLE b (x int);")]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.sqlstate.as_deref(), Some("PKL01"));
    assert_eq!(outcomes(&database), "");
    // DISCARD ALL cannot run in a transaction; the lock is taken again behind it.
    let project = Project::new(&[
        ("1_b.sql", "CREATE TABLE b (x int);"),
        ("2_c.sql", "DISCARD ALL;\nCREATE TABLE c (x int);"),
    ]);
    project.migrate(&database.url()).await;
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn s7_advisory_locks_that_a_migration_leaves_are_released() {
    let database = Server::get(16).database();
    let project = Project::new(&[
        (
            "1_a.sql",
            "SELECT pg_advisory_lock(42), pg_advisory_lock(42), pg_advisory_lock_shared(-7), pg_advisory_lock(-1, 2);",
        ),
        (
            "2_b.sql",
            "CREATE TABLE seen AS SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();",
        ),
    ]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    ran.result.unwrap();
    assert_eq!(database.value("SELECT n FROM seen"), "1");
    assert!(
        ran.events.iter().any(
            |event| matches!(event, Event::Notice { label, message, .. } if label == "1_a" && message.contains("4 advisory locks"))
        ),
        "{:?}",
        ran.events
    );
}

#[tokio::test]
async fn s9_s10_dumps_with_restrict_and_copy_also_in_steps() {
    let database = Server::get(15).database();
    let project = Project::new(&[(
        "1_a.sql",
        "\\restrict abc\nCREATE TABLE a (x int, y text);\nCOPY a FROM stdin;\n1\tone\n2\ttwo;\n\\.\nCREATE INDEX CONCURRENTLY i ON a (x);\nCOPY a FROM stdin WITH (FORMAT csv);\n3,three\n\\.\nINSERT INTO a VALUES (4, 'four');\n\\unrestrict abc\n",
    )]);
    project.migrate(&database.url()).await;
    assert_eq!(database.value("SELECT string_agg(y, ' ' ORDER BY x) FROM a"), "one two; three four");
    let error = Project::new(&[("1_a.sql", "SELECT 1;\n\\i other.sql\n")]).fails(&database.url()).await;
    assert!(error.to_string().contains("1_a.sql:2:1") && error.to_string().contains("\\i"), "{error}");
}

#[tokio::test]
async fn s10_a_bad_row_names_the_copy_and_leaves_nothing() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);\nCOPY a FROM stdin;\n1\nx\n\\.\n")]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.position.line, 4, "that of the row");
    assert!(error.context.as_deref().unwrap_or_default().contains("line 2"), "{error}");
    assert_eq!(database.value("SELECT to_regclass('a') IS NULL"), "t");
}

#[tokio::test]
async fn what_has_no_place_in_the_text_is_found_all_the_same() {
    let database = Server::get(15).database();
    for (text, line, column) in [
        // A statement without its end, behind others.
        ("CREATE TABLE a (x int);\nCREATE TABLE b (y int", 2, 22),
        ("CREATE TABLE b (y int\n;\nCREATE TABLE a (x int);\n", 2, 1),
        ("DO $$\nBEGIN\n  PERFORM 1;\n  RAISE EXCEPTION 'no';\nEND $$;\n", 4, 3),
        ("SELECT 1;\nDO $$\nBEGIN\n  EXECUTE 'SELEC 1';\nEND $$;\n", 4, 3),
    ] {
        let Error::Statement(error) = Project::new(&[("1_a.sql", text)]).fails(&database.url()).await else {
            panic!("{text}")
        };
        assert_eq!((error.position.line, error.position.column), (line, column), "{text}\n{error}");
    }
}

#[tokio::test]
async fn s11_s12_quotes_of_every_kind_and_backslashes_by_default() {
    let database = Server::get(15).database();
    database.execute(&format!("ALTER DATABASE {} SET standard_conforming_strings = off", database.name()));
    let text = r"CREATE FUNCTION f() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 'a;b' ELSE 'c' END; END;
CREATE TABLE q AS SELECT 'C:\dir\' AS path, E'it\'s' AS e, $tag$a;'b$tag$ AS d, U&'\0041' AS u /* ; /* nested */ ; */;
-- ; a comment
SELECT 1;";
    Project::new(&[("1_a.sql", text)]).migrate(&database.url()).await;
    assert_eq!(
        database.value("SELECT path || '|' || e || '|' || d || '|' || u FROM q"),
        r"C:\dir\|it's|a;'b|A"
    );
}

#[tokio::test]
async fn s13_s14_s15_bytes_of_every_kind() {
    let database = Server::get(15).database();
    let project = Project::new(&[]);
    project.write("1_a.sql", b"\xef\xbb\xbfCREATE TABLE a (x int);;\r\n;\r\nCREATE TABLE b (x int)");
    project.write("2_b.sql", b"-- nothing here\n");
    project.migrate(&database.url()).await;
    assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"), "2");
    for bad in [&b"SELECT '\xff';"[..], b"SELECT 'a\0b';", b"\xff\xfeS\0E\0L\0E\0C\0T\0"] {
        project.write("3_c.sql", bad);
        let error = project.fails(&database.url()).await;
        assert!(error.to_string().contains("3_c.sql:1:"), "{error}");
    }
}

#[tokio::test]
async fn s17_new_enum_values_used_in_the_same_file() {
    for major in [14, 17, 18] {
        let database = Server::get(major).database();
        database.execute("CREATE TYPE mood AS ENUM ('sad')");
        let project = Project::new(&[(
            "1_a.sql",
            "CREATE TYPE own AS ENUM ('x');\nALTER TYPE mood ADD VALUE 'ok';\nALTER TYPE own ADD VALUE 'y';\nCREATE TABLE t (m mood DEFAULT 'ok', o own);\nINSERT INTO t VALUES ('ok', 'y');\nALTER TYPE mood ADD VALUE 'happy';\nINSERT INTO t VALUES ('happy', 'x');",
        )]);
        project.migrate(&database.url()).await;
        assert_eq!(
            database.value("SELECT string_agg(m::text || o::text, ' ' ORDER BY m) FROM t"),
            "oky happyx"
        );
        assert_eq!(outcomes(&database), "1 applied");
    }
}

#[tokio::test]
async fn s19_s20_rights_that_are_missing_are_found_before_the_first_statement() {
    let database = Server::get(15).database();
    let role = format!("{}_poor", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT CREATE ON DATABASE {} TO {role}; CREATE TABLE theirs (x int)",
        database.name()
    ));
    let project = Project::new(&[
        ("1_a.sql", "CREATE SCHEMA mine;\nCREATE TABLE mine.a (x int);"),
        ("2_b.sql", "ALTER TABLE theirs ADD y int;\nCREATE TABLE public.b (x int);"),
    ]);
    let error = project.fails(&database.url_as(&role)).await;
    let Error::Findings { findings, .. } = &error else { panic!("{error:?}") };
    let objects: Vec<_> = findings.iter().filter_map(|finding| finding.object.as_deref()).collect();
    assert_eq!(objects, ["table theirs", "schema public"]);
    assert_eq!(database.value("SELECT to_regnamespace('mine') IS NULL"), "t");
    // What cannot be known before stops at its statement, with advice.
    database.execute(&format!("GRANT ALL ON SCHEMA public TO {role}; ALTER TABLE theirs OWNER TO {role}"));
    let project = Project::new(&[("1_a.sql", "CREATE TABLE b (x int);\nSELECT pg_read_file('PG_VERSION');")]);
    let Error::Statement(error) = project.fails(&database.url_as(&role)).await else { panic!() };
    assert_eq!((error.sqlstate.as_deref(), error.position.line), (Some("42501"), 2));
    assert!(error.hint.is_some());
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[tokio::test]
async fn n_a_connection_error_of_a_statement_is_not_a_lost_connection() {
    let database = Server::get(15).database();
    let raise = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '08006', MESSAGE = 'elsewhere'; END $$;";
    let Error::Statement(error) = Project::new(&[("1_a.sql", raise)]).fails(&database.url()).await else {
        panic!()
    };
    assert_eq!(error.sqlstate.as_deref(), Some("08006"));
}

#[tokio::test]
async fn s22_an_event_trigger_that_refuses_is_shown_as_it_is() {
    let database = Server::get(15).database();
    database.execute("CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not on a Friday'; END $$; CREATE TABLE forbidden (x int)");
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);"), ("2_b.sql", "DROP TABLE a;")]);
    database.execute("CREATE EVENT TRIGGER guard ON sql_drop EXECUTE FUNCTION no()");
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert!(error.message.contains("not on a Friday"));
    assert_eq!(outcomes(&database), "1 applied");
    database.execute("DROP EVENT TRIGGER guard");
}

#[tokio::test]
async fn s24_notices_stand_under_their_statement_and_rows_are_dropped() {
    let database = Server::get(15).database();
    let project = Project::new(&[(
        "1_a.sql",
        "SELECT repeat('x', 1000) FROM generate_series(1, 20000);\nDROP TABLE IF EXISTS nothing;\n\nDO $$ BEGIN RAISE WARNING 'careful'; END $$;",
    )]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    ran.result.unwrap();
    let notices: Vec<_> = ran
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Notice { severity, line, .. } => Some((severity.as_str(), *line)),
            _ => None,
        })
        .collect();
    assert_eq!(notices, [("NOTICE", Some(2)), ("WARNING", Some(4))]);
}

#[tokio::test]
async fn s21_a_database_that_cannot_be_made_like_that_is_shown_at_its_statement() {
    let server = Server::get(15);
    let database = server.database();
    let other = format!("{}_other", database.name());
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", &format!("-- of its own\nCREATE DATABASE {other} ENCODING 'LATIN1' TEMPLATE template1;")),
    ]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!((error.sqlstate.as_deref(), error.position.line), (Some("22023"), 2));
    assert!(
        error.hint.as_deref().unwrap_or_default().contains("template0"),
        "the server's own hint: {error:?}"
    );
    assert_eq!(outcomes(&database), "1 applied", "it was never begun");
    let made = format!("SELECT count(*) FROM pg_database WHERE datname = '{other}'");
    assert_eq!(database.value(&made), "0");
    project.write(
        "2_b.sql",
        format!("CREATE DATABASE {other} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0;"),
    );
    project.migrate(&database.url()).await;
    assert_eq!(database.value(&made), "1");
    database.execute(&format!("DROP DATABASE {other}"));
}

#[tokio::test]
async fn s7_locks_that_a_file_in_steps_leaves_are_told_under_its_own_name() {
    let database = Server::get(16).database();
    let project = Project::new(&[
        (
            "1_a.sql",
            "CREATE TABLE a (x int);\nSELECT pg_advisory_lock(4711);\nVACUUM a;\nSELECT pg_advisory_lock(4712);",
        ),
        (
            "2_b.sql",
            "CREATE TABLE b AS SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND objid IN (4711, 4712);",
        ),
    ]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    ran.result.unwrap();
    let told = ran.events.iter().filter_map(|event| match event {
        Event::Notice { label, message, .. } if message.contains("were left") => {
            Some((label.as_str(), message))
        }
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == "1_a" && told[0].1.starts_with("2 advisory locks"), "{told:?}");
    assert_eq!(database.value("SELECT locks FROM b"), "0");
}

#[tokio::test]
async fn s7_what_the_guard_misses_is_told_at_the_statement_that_did_it() {
    let database = Server::get(16).database();
    database
        .execute("CREATE FUNCTION lets_go() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_unlock_all()'");
    let cases = [
        ("CREATE TABLE z (x int);\nSELECT pg_advisory_unlock_all();", 2),
        ("CREATE TABLE z (x int);\nSELECT lets_go();\nCREATE TABLE y (x int);", 2),
        ("CREATE TABLE z (x int);\nRESET ALL;\nSET TRANSACTION READ ONLY;", 3),
    ];
    for (text, line) in cases {
        let Error::Statement(error) = Project::new(&[("1_a.sql", text)]).fails(&database.url()).await else {
            panic!("{text}")
        };
        assert_eq!(error.position.line, line, "{text}: {error}");
        assert!(error.hint.is_some() && !error.to_string().contains("INSERT INTO"), "{text}: {error}");
        assert_eq!(database.value("SELECT to_regclass('z') IS NULL"), "t", "{text}");
    }
}
