//! What is read in statements, and which of them PostgreSQL refuses in a transaction block.

use super::{ConstraintKind, Effect, Filter, Origin, What, cannot_run_in_transaction, read};

fn effects(sql: &str) -> Vec<Effect> {
    let reading = read(sql);
    assert!(reading.problems.is_empty(), "{sql}: {:?}", reading.problems);
    reading.effects
}

fn only(sql: &str) -> What {
    let mut effects = effects(sql);
    assert_eq!(effects.len(), 1, "{sql}: {effects:?}");
    effects.remove(0).what
}

#[test]
fn refused_in_a_transaction_as_measured() {
    let refused = [
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "create unique index concurrently if not exists i on t (a)",
        "DROP INDEX CONCURRENTLY IF EXISTS i",
        "REINDEX INDEX CONCURRENTLY i",
        "REINDEX (CONCURRENTLY, VERBOSE) TABLE t",
        "REINDEX DATABASE d",
        "REINDEX SCHEMA s",
        "REINDEX SYSTEM d",
        "VACUUM",
        "VACUUM (FULL) t",
        "VACUUM ANALYZE t",
        "CLUSTER",
        "ALTER TABLE p DETACH PARTITION c CONCURRENTLY",
        "CREATE DATABASE d",
        "DROP DATABASE IF EXISTS d",
        "CREATE TABLESPACE s LOCATION '/x'",
        "DROP TABLESPACE s",
        "ALTER DATABASE d SET TABLESPACE s",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p",
        "DROP SUBSCRIPTION s",
        "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
        "DISCARD ALL",
        "COMMIT PREPARED 'x'",
        "ROLLBACK PREPARED 'x'",
    ];
    for sql in refused {
        assert!(cannot_run_in_transaction(&read(sql).effects), "{sql}");
    }
    let allowed = [
        "CREATE INDEX i ON t (a)",
        "ALTER TYPE e ADD VALUE 'x'",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ANALYZE t",
        "CHECKPOINT",
        "CLUSTER t USING i",
        "REINDEX TABLE t",
        "REINDEX (CONCURRENTLY FALSE) TABLE t",
        "ALTER DATABASE d SET work_mem = '1MB'",
        "DISCARD PLANS",
        "DISCARD TEMP",
        "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (connect = false)",
        "ALTER TABLE p DETACH PARTITION c",
        "COMMIT",
        "DROP INDEX i",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN VACUUM; END $$",
    ];
    for sql in allowed {
        assert!(!cannot_run_in_transaction(&read(sql).effects), "{sql}");
    }
}

#[test]
fn names_are_folded_and_unquoted() {
    let What::AddColumn { table, column, if_not_exists } = only(
        r#"ALTER TABLE IF EXISTS Public."SavedInsights" ADD COLUMN IF NOT EXISTS "customerId" VARCHAR(50) NULL"#,
    ) else {
        panic!("not an added column");
    };
    assert_eq!(table.to_string(), r#"public."SavedInsights""#);
    assert_eq!(column.name.last(), "customerId");
    let type_name = column.type_name.expect("a type");
    assert_eq!((type_name.name.as_str(), type_name.length()), ("varchar", Some(50)));
    assert!(if_not_exists && !column.not_null);
}

#[test]
fn constraints_of_columns_and_tables() {
    let What::CreateTable(table) = only(
        "create table t (id serial primary key, s varchar(10) not null default 'x' check (s in ('form','schema')),
         c uuid references \"Customer\"(id) on delete set null, constraint k unique (id, s),
         foreign key (c, s) references a.b (x, y))",
    ) else {
        panic!("not a table");
    };
    assert_eq!(table.columns.len(), 3);
    assert_eq!(table.constraints.len(), 2);
    let check = table.columns.get(1).and_then(|column| column.constraints.first()).expect("a check");
    let ConstraintKind::Check(expression) = &check.kind else { panic!("{check:?}") };
    let strings: Vec<&str> = expression.strings.iter().map(|(value, _)| value.as_str()).collect();
    assert_eq!(strings, ["form", "schema"]);
    assert_eq!(expression.columns.first().map(|column| column.last().to_owned()).as_deref(), Some("s"));
    let key = table.constraints.get(1).expect("a foreign key");
    let ConstraintKind::ForeignKey(key) = &key.kind else { panic!("{key:?}") };
    assert_eq!(key.columns.len(), 2);
    assert_eq!(key.table.to_string(), "a.b");
    assert_eq!(key.referred.len(), 2);
    assert!(key.on_delete.is_none());
}

#[test]
fn operator_classes_types_and_functions_are_uses() {
    let uses = read("create index i on t using gin (lower(name) gin_trgm_ops)").uses;
    assert_eq!(
        uses.operator_classes.first().map(|name| name.last().to_owned()).as_deref(),
        Some("gin_trgm_ops")
    );
    assert_eq!(uses.functions.first().map(|name| name.last().to_owned()).as_deref(), Some("lower"));
    let uses = read("create table t (a citext, b vector(3), c uuid default uuid_generate_v4())").uses;
    let types: Vec<String> = uses.types.iter().map(|name| name.name.clone()).collect();
    assert_eq!(types, ["citext", "vector", "uuid"]);
    assert_eq!(
        uses.functions.first().map(|name| name.last().to_owned()).as_deref(),
        Some("uuid_generate_v4")
    );
}

#[test]
fn filters_that_filter_nothing() {
    let filter = |sql: &str| match only(sql) {
        What::Update { filter, .. } | What::Delete { filter, .. } => filter,
        other => panic!("{other:?}"),
    };
    assert_eq!(filter("delete from t"), Filter::None);
    assert_eq!(filter("update t set a = 1 where true"), Filter::Always);
    assert_eq!(filter("update t set a = 1 where (1 = 1)"), Filter::Always);
    assert_eq!(filter("delete from t where a = a"), Filter::Some);
}

#[test]
fn bodies_are_read_at_their_place() {
    let sql = "do $$ begin if not exists (select 1) then alter table t add column x int; end if;
        execute 'drop table z'; execute format('drop table %I', 'y'); end $$";
    let found = effects(sql);
    let told: Vec<(Origin, &str)> =
        found.iter().map(|effect| (effect.origin, effect.range.of(sql))).collect();
    assert_eq!(told.get(1), Some(&(Origin::Do, "add column x int")));
    assert_eq!(told.get(2), Some(&(Origin::Do, "drop table z")));
    assert!(matches!(found.get(3).map(|effect| &effect.what), Some(What::DynamicSql)));
    let sql = "create function f() returns int language plpgsql as $b$
        declare n int; begin select count(*) into n from t; update t set a = n; return n; end $b$";
    let found = effects(sql);
    assert!(found.iter().skip(1).all(|effect| effect.origin == Origin::Function));
    assert!(matches!(found.get(2).map(|effect| &effect.what), Some(What::Update { .. })));
}

#[test]
fn names_in_bodies_are_at_their_place() {
    let sql = "do $$ begin begin alter table t alter column c set not null; end; end $$";
    for effect in effects(sql) {
        if let What::SetNotNull { table, column } = &effect.what {
            assert_eq!((table.range.of(sql), column.range.of(sql)), ("t", "c"));
            return;
        }
    }
    panic!("no SET NOT NULL");
}

#[test]
fn nothing_panics() {
    for sql in [
        "",
        ";",
        "(",
        "'",
        "$$",
        "create",
        "alter table",
        "do $$ execute",
        "é",
        "create table \"",
        "/*",
        "\0",
    ] {
        let _ = read(sql);
    }
    let deep = format!("select {}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(!read(&deep).problems.is_empty());
}
