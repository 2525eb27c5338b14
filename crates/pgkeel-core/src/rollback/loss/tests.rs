//! What statements are said to lose.

use super::{class, destroyed, statements, writes_rows};
use crate::migration::Part;
use crate::migration::reader::Reader;
use crate::rollback::Class;

fn part(text: &str) -> Part {
    let mut reader = Reader::new("x.sql", true);
    reader.feed(text).unwrap();
    reader.finish().unwrap().up
}

#[test]
fn each_statement_names_what_it_loses() {
    let all = statements(&part(
        "DROP INDEX i;\nDROP TABLE IF EXISTS a, s.b;\nALTER TABLE t DROP COLUMN x, DROP CONSTRAINT c;\n\
         DELETE FROM t WHERE id = 1;\nDROP SCHEMA s CASCADE;\nDROP SCHEMA s;\nDO $$ BEGIN DELETE FROM q; END $$;\n\
         ALTER TABLE t ALTER COLUMN y TYPE int USING y::int;",
    ));
    let lost: Vec<Vec<String>> =
        all.iter().map(|statement| statement.lost.iter().map(super::Lost::object).collect()).collect();
    assert_eq!(
        lost,
        [
            vec![],
            vec!["table a".to_owned(), "table s.b".to_owned()],
            vec!["column t.x".to_owned()],
            vec!["rows of t".to_owned()],
            vec!["schema s".to_owned()],
            vec![],
            vec!["rows of q".to_owned()],
            vec!["column t.y".to_owned()],
        ]
    );
    assert_eq!((all[1].line, all[6].opaque, all[0].opaque), (2, true, false));
    assert!(all[7].lost[0].words().ends_with("fit into int"), "{}", all[7].lost[0].words());
}

#[test]
fn what_the_migration_destroyed_makes_it_irreversible() {
    let gone = destroyed(&part("ALTER TABLE t DROP COLUMN x;"));
    assert_eq!(gone, ["every value of column t.x: lost when it was applied, and not brought back"]);
    assert_eq!(class(&gone, &[]), Class::Irreversible);
    let none = destroyed(&part("CREATE TABLE t (a int); CREATE INDEX ON t (a);"));
    assert_eq!(class(&none, &statements(&part("DROP TABLE t"))), Class::ReversibleWithLoss);
    assert!(destroyed(&part("ALTER TABLE t ADD x int; UPDATE t SET x = 1;")).is_empty());
    assert_eq!(class(&none, &statements(&part("DROP INDEX i"))), Class::Reversible);
}

#[test]
fn a_migration_that_may_write_rows_is_told_from_one_that_does_not() {
    for (text, rows) in [
        ("ALTER TABLE t DROP COLUMN IF EXISTS x;", false),
        ("", false),
        ("DO $$ BEGIN IF true THEN DROP INDEX IF EXISTS i; END IF; END $$;", false),
        ("UPDATE t SET x = 1;", true),
        ("DO $$ BEGIN DELETE FROM t; END $$;", true),
        ("DO $$ BEGIN EXECUTE format('DELETE FROM %I', 't'); END $$;", true),
        ("SELECT fill_in();", true),
        ("CALL fill_in();", true),
    ] {
        assert_eq!(writes_rows(&part(text)), rows, "{text}");
    }
}
