//! What would be lost is named, counted on the live database, and only lost when somebody said so.

use pgkeel::Error;
use pgkeel_core::rollback::Class;
use pgkeel_testkit::Server;

use super::harness::{Back, folder, recorded, up};

#[tokio::test]
async fn data_is_only_lost_when_its_object_is_named() {
    let database = Server::get(17).database();
    let files = folder(&[
        (
            "1_a.sql",
            "CREATE TABLE people (id int PRIMARY KEY, name varchar(80));\n-- pgkeel:down\nDROP TABLE people;",
        ),
        (
            "2_b.sql",
            "ALTER TABLE people ADD COLUMN state text NOT NULL DEFAULT 'new', ADD COLUMN note text;\n-- pgkeel:down\n\
             ALTER TABLE people DROP COLUMN note, DROP COLUMN state;",
        ),
        (
            "3_c.sql",
            "ALTER TABLE people ALTER COLUMN name TYPE text;\n-- pgkeel:down\n\
             ALTER TABLE people ALTER COLUMN name TYPE varchar(5) USING left(name, 5);",
        ),
        ("4_d.sql", "CREATE INDEX people_name ON people (name);\n-- pgkeel:down\nDROP INDEX people_name;"),
    ]);
    up(&database, files.path(), None).await.unwrap();
    database.execute("INSERT INTO people (id, name) VALUES (1, 'Ada'), (2, 'Grace')");
    let plan = Back::to("0").plan(&database, files.path()).await.unwrap();
    let classes: Vec<Class> = plan.migrations.iter().map(|planned| planned.class).collect();
    assert_eq!(
        classes,
        [Class::Reversible, Class::ReversibleWithLoss, Class::ReversibleWithLoss, Class::ReversibleWithLoss]
    );
    // Short names fit, the state is the default everywhere, and there is no note: only the rows are at stake.
    let at_stake = |plan: &pgkeel::rollback::Plan| -> Vec<(String, Option<u64>)> {
        plan.forbidden(&[], false).iter().map(|loss| (loss.object.clone(), loss.rows)).collect()
    };
    assert_eq!(at_stake(&plan), [("table people".to_owned(), Some(2))]);
    database.execute("UPDATE people SET name = 'Augusta', state = 'seen' WHERE id = 1");
    let plan = Back::to("0").plan(&database, files.path()).await.unwrap();
    let expected: Vec<(String, Option<u64>)> =
        [("column people.name", 1), ("column people.state", 1), ("table people", 2)]
            .map(|(object, rows)| (object.to_owned(), Some(rows)))
            .into();
    assert_eq!(at_stake(&plan), expected);
    let error = Back::to("0").run(&database, files.path()).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("every row of table people (2)\n      DROP TABLE people"), "{error}");
    assert_eq!(recorded(&database), "1 applied,2 applied,3 applied,4 applied");
    let named = Back { allowed: &["column people.name", "people.state"], ..Back::to("1") };
    assert_eq!(named.run(&database, files.path()).await.unwrap().len(), 3);
    assert_eq!(database.value("SELECT name FROM people WHERE id = 1"), "Augus");
    assert_eq!(
        database
            .value("SELECT detail->'lost'->>0 FROM pgkeel.audit WHERE action = 'rollback' AND target = '2'"),
        "every value of column people.state"
    );
    let all = Back { allowed: &["all"], ..Back::one() };
    all.run(&database, files.path()).await.unwrap();
    assert_eq!(database.value("SELECT to_regclass('people') IS NULL"), "t");
}

#[tokio::test]
async fn what_the_migration_destroyed_and_what_a_block_hides_is_said() {
    let database = Server::get(18).database();
    let files = folder(&[
        ("1_a.sql", "CREATE TABLE a (x int); CREATE TABLE b (y int);"),
        (
            "2_b.sql",
            "DROP TABLE a;\nCREATE TABLE c (z int);\n-- pgkeel:down\nCREATE TABLE a (x int);\n\
             DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'c'; END $$;",
        ),
    ]);
    up(&database, files.path(), None).await.unwrap();
    database.execute("INSERT INTO c VALUES (1), (2)");
    let plan = Back::one().plan(&database, files.path()).await.unwrap();
    let planned = &plan.migrations[0];
    assert_eq!(planned.class, Class::Irreversible);
    assert!(planned.notes.iter().any(|note| note.starts_with("every row of table a: lost")), "{planned:?}");
    let hidden: Vec<_> =
        plan.forbidden(&[], false).iter().map(|loss| (loss.object.as_str(), loss.rows, loss.line)).collect();
    assert_eq!(hidden, [("table public.c", Some(2), Some(2))]);
}
