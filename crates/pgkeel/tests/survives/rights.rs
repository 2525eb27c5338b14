//! S19: the right that each kind of statement takes is looked for before the run, and named where it is missing.

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_testkit::Server;

use super::harness::Project;

/// Everything here belongs to the superuser.
const THEIRS: &str = "
CREATE TABLE own (id int PRIMARY KEY, x int);
CREATE INDEX own_x ON own (x);
CREATE VIEW v AS SELECT 1 AS id;
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA closed;
CREATE TABLE closed.t (id int);
CREATE TYPE closed.mood AS ENUM ('a');
";

/// A statement of a role that has nothing but CREATE on `public`, and a word of what is told.
const STATEMENTS: &[(&str, &str)] = &[
    ("DROP FUNCTION f(int)", "function f"),
    ("ALTER FUNCTION f(int) RENAME TO g", "function f"),
    ("ALTER FUNCTION f(int) SECURITY DEFINER", "function f"),
    ("COMMENT ON FUNCTION f(int) IS 'x'", "function f"),
    ("COMMENT ON TABLE own IS 'x'", "table own"),
    ("COMMENT ON COLUMN own.x IS 'x'", "table own"),
    ("GRANT SELECT ON own TO PUBLIC", "hand on"),
    ("CREATE OR REPLACE VIEW v AS SELECT 2 AS id", "table v"),
    ("ALTER VIEW v RENAME TO w", "table v"),
    ("ALTER INDEX own_x RENAME TO own_y", "table own_x"),
    ("ALTER TABLE own SET TABLESPACE pg_default", "table own"),
    ("REINDEX TABLE own", "own"),
    ("REINDEX INDEX CONCURRENTLY own_x", "own_x"),
    ("CREATE STATISTICS s ON id, x FROM own", "table own"),
    ("LOCK TABLE own IN EXCLUSIVE MODE", "LOCK"),
    ("CREATE TABLE copied AS SELECT * FROM own", "SELECT"),
    ("CREATE TABLE alike (LIKE own)", "SELECT"),
    ("INSERT INTO firstone SELECT id FROM own", "SELECT"),
    ("CREATE PUBLICATION p FOR ALL TABLES", "superuser"),
    ("COPY firstone FROM '/etc/hostname'", "pg_read_server_files"),
    ("COPY firstone TO PROGRAM 'cat'", "pg_execute_server_program"),
    ("ALTER ROLE postgres SET work_mem = '1MB'", "postgres"),
    ("GRANT postgres TO {role}", "postgres"),
    ("ALTER DATABASE {database} SET work_mem = '1MB'", "database"),
    ("SET ROLE postgres", "no member of postgres"),
    ("DROP OWNED BY postgres", "no member of postgres"),
    ("CREATE SCHEMA theirs AUTHORIZATION postgres", "no member of postgres"),
    ("CREATE FOREIGN DATA WRAPPER w", "superuser"),
    ("CREATE FUNCTION c() RETURNS int LANGUAGE c AS 'x', 'y'", "language c"),
    ("VACUUM own", "only warn"),
    ("VACUUM FULL own", "only warn"),
    ("ANALYZE own", "only warn"),
    ("CREATE TABLE closed.u (x int)", "use namespace closed"),
    ("ALTER TABLE closed.t ADD y int", "use namespace closed"),
    ("ALTER TYPE closed.mood ADD VALUE 'b'", "mood"),
    ("DROP TRIGGER t ON own", "table own"),
];

/// What the role may do, and nothing is told of.
const ALLOWED: &str = "
CREATE TABLE mine (id int PRIMARY KEY);
COMMENT ON TABLE mine IS 'x';
CREATE VIEW seen AS SELECT * FROM mine;
CREATE OR REPLACE VIEW seen AS SELECT * FROM mine;
CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION f(text);
CREATE INDEX mine_x ON mine ((id + 1));
ALTER INDEX mine_x RENAME TO mine_y;
REINDEX TABLE mine;
ANALYZE mine;
LOCK TABLE mine;
CREATE STATISTICS st ON id, (id + 1) FROM mine;
INSERT INTO mine SELECT n FROM generate_series(1, 3) n;
WITH own AS (SELECT 1 AS id) INSERT INTO mine SELECT id + 10 FROM own;
GRANT SELECT ON mine TO PUBLIC;
SELECT count(*) FROM pg_class;
";

#[tokio::test]
async fn s19_the_right_that_each_statement_takes_is_found_before_the_run() {
    for major in [14, 17, 18] {
        let database = Server::get(major).database();
        let role = format!("{}_weak", database.name());
        database.execute(THEIRS);
        database.execute(&format!(
            "CREATE ROLE {role} LOGIN; GRANT CREATE ON DATABASE {} TO {role}; GRANT CREATE ON SCHEMA public TO {role}",
            database.name()
        ));
        let url = database.url_as(&role);
        // With a history: that views are there is nothing new to it.
        let project = Project::new(&[("1_a.sql", "SELECT 1;")]);
        project.migrate(&url).await;
        let mut missed = Vec::new();
        for (statement, word) in STATEMENTS {
            let statement = statement.replace("{role}", &role).replace("{database}", database.name());
            project.write("2_b.sql", format!("CREATE TABLE firstone (a int);\n{statement};"));
            let told = match project.run(&url, RunOptions::default()).await.result {
                Err(Error::Findings { findings, .. }) => findings,
                _ => Vec::new(),
            };
            let named = told.iter().any(|finding| {
                finding.rule == "missing-privilege"
                    && finding.message.contains(word)
                    && finding.span.as_ref().is_some_and(|span| span.line == 2)
                    && finding.help.is_some()
            });
            if !named {
                missed.push(format!("{major}: {statement}: {told:?}"));
                database.execute(
                    "DROP TABLE IF EXISTS firstone; DELETE FROM pgkeel.migrations WHERE version = '2'",
                );
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
        project.write("2_b.sql", ALLOWED);
        project.migrate(&url).await;
        database.execute(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"));
    }
}
