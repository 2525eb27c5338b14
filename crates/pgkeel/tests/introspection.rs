//! Reading a schema: what it costs, and what is there and cannot be described.

use std::time::Duration;

use pgkeel::database::{ConnectOptions, ReadOnly, Target};
use pgkeel::introspect;
use pgkeel_core::object::{Body, Kind};
use pgkeel_core::plan::{Options, statements};
use pgkeel_core::schema::{Id, Schema};
use pgkeel_testkit::{Proxy, per_major};

per_major! {
    async fn round_trips_do_not_grow_with_the_schema(server) {
        let database = server.database();
        let mut trips = vec![];
        for tables in [1, 200] {
            let make = format!(
                "DO $$ BEGIN FOR i IN 1..{tables} LOOP EXECUTE format('CREATE TABLE IF NOT EXISTS t%s (id int PRIMARY KEY, \
                 a text UNIQUE, b int REFERENCES t1)', i); END LOOP; END $$"
            );
            database.execute(&make);
            let proxy = Proxy::start(&database);
            // Longer than the client takes to write all its requests, on a busy machine too.
            proxy.set_latency(Duration::from_millis(40));
            let target = Target::parse(&proxy.url(database.name())).unwrap_or_else(|error| panic!("{error}"));
            let session = ReadOnly::open(&target, &ConnectOptions::default()).await.unwrap_or_else(|error| panic!("{error}"));
            let (schema, _) = introspect::of(&session).await.unwrap_or_else(|error| panic!("{error}"));
            session.close().await;
            trips.push(proxy.traffic().round_trips);
            assert!(schema.objects.len() > tables, "{} objects", schema.objects.len());
        }
        assert_eq!(trips.first(), trips.last(), "PostgreSQL {}", server.major());
    }
}

per_major! {
    async fn a_large_schema_is_read_over_two_sessions_as_over_one(server) {
        let database = server.database();
        // What the catalogs hold of a thousand tables, without their files.
        database.execute(
            "DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('CREATE TABLE t%1$s (id int GENERATED ALWAYS AS IDENTITY, a text \
             DEFAULT ''x'' CHECK (a <> ''%1$s''), b text GENERATED ALWAYS AS (lower(a)) STORED)', i); \
             EXECUTE format('CREATE VIEW v%1$s AS SELECT a, b FROM t%1$s', i); \
             EXECUTE format('CREATE TYPE y%1$s AS (a v%1$s)', i); END LOOP; END $$; \
             CREATE INDEX t1_lower ON t1 (lower(b)); COMMENT ON INDEX t1_lower IS 'by letters'; GRANT SELECT (a) ON t2 TO public",
        );
        let proxy = Proxy::start(&database);
        let target = Target::parse(&proxy.url(database.name())).unwrap_or_else(|error| panic!("{error}"));
        let session = ReadOnly::open(&target, &ConnectOptions::default()).await.unwrap_or_else(|error| panic!("{error}"));
        let (over_two, _) = introspect::of(&session).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(proxy.traffic().connections, 2, "PostgreSQL {}", server.major());
        let over_one = introspect::introspect(&database.client().await).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(over_two.needs, over_one.needs);
        let differs = |(id, object): (&Id, &pgkeel_core::schema::Object)| (over_one.objects.get(id) != Some(object)).then(|| id.to_string());
        let differing: Vec<String> = over_two.objects.iter().filter_map(differs).take(5).collect();
        assert!(over_two == over_one, "PostgreSQL {}: {differing:?} {:?} {:?}", server.major(), over_two.unsupported, over_one.unsupported);
        // One connection does where no second one is given.
        let reader = format!("{}_reader", database.name());
        database.execute(&format!("CREATE ROLE {reader} LOGIN CONNECTION LIMIT 1"));
        let url = database.url().replacen("postgres@", &format!("{reader}@"), 1);
        let target = Target::parse(&url).unwrap_or_else(|error| panic!("{error}"));
        let session = ReadOnly::open(&target, &ConnectOptions::default()).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(session.reported("is_superuser"), Some("off"), "{url}");
        let alone = introspect::of(&session).await;
        session.close().await;
        database.execute(&format!("DROP ROLE {reader}"));
        assert!(alone.unwrap_or_else(|error| panic!("{error}")).0 == over_one, "PostgreSQL {}", server.major());
    }
}

per_major! {
    async fn the_name_that_the_server_gave_a_not_null_is_none_of_the_schemas(server) {
        let database = server.database();
        // Cut in the middle of a character, and at the end of one; the table's name, the column's, both.
        database.execute(
            "DO $$ DECLARE letter text; BEGIN FOREACH letter IN ARRAY ARRAY['x', 'ä', '€', '𝒳'] LOOP \
             FOR i IN 5..14 LOOP EXECUTE format('CREATE TABLE %I (%s)', i || repeat(letter, i), (SELECT string_agg(format('%I int NOT \
             NULL', j || repeat('‰', j)), ', ') FROM generate_series(3, 20) j)); END LOOP; END LOOP; END $$",
        );
        let schema = introspect::introspect(&database.client().await).await.unwrap_or_else(|error| panic!("{error}"));
        let columns = schema.objects.values().filter_map(|object| match &object.body {
            Body::Column(column) => Some(column),
            _ => None,
        });
        let named: Vec<_> = columns.filter(|column| column.not_null_constraint.is_some()).collect();
        assert!(named.is_empty(), "PostgreSQL {}: {named:?}", server.major());
    }
}

per_major! {
    async fn what_cannot_be_described_is_named(server) {
        let database = server.database();
        database.execute("CREATE TABLE kept (a int); CREATE EXTENSION citext; ALTER EXTENSION citext ADD TABLE kept; \
             ALTER TABLE kept ENABLE ROW LEVEL SECURITY; CREATE POLICY all_see ON kept USING (true)");
        let schema = introspect::introspect(&database.client().await).await.unwrap_or_else(|error| panic!("{error}"));
        let named: Vec<&String> = schema.unsupported.iter().collect();
        assert!(
            matches!(named.as_slice(), [one] if one.contains("row security of table") && one.ends_with("a member of extension citext")),
            "{named:?}"
        );
        let plan = statements(&schema, &schema, &Options::default());
        assert_eq!(plan.unsupported, schema.unsupported);
        let read = Schema::from_json(&schema.to_json()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.unsupported, schema.unsupported);
    }
}

per_major! {
    async fn snapshots_hold_no_secret_and_lack_none(server) {
        let database = server.database();
        database.execute(
            "CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER there FOREIGN DATA WRAPPER nowhere OPTIONS (host 'h', api_key 'sesame'); \
             CREATE USER MAPPING FOR CURRENT_USER SERVER there OPTIONS (user 'bob', password 'sesame'); \
             CREATE SUBSCRIPTION news CONNECTION 'host=h password=sesame user=bob' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)",
        );
        let schema = introspect::introspect(&database.client().await).await.unwrap_or_else(|error| panic!("{error}"));
        let text = schema.to_json();
        let read = Schema::from_json(&text).unwrap_or_else(|error| panic!("{error}"));
        for (from, to) in [(&schema, &read), (&read, &schema)] {
            let plan = statements(from, to, &Options::default());
            assert!(plan.is_empty(), "{}", plan.to_sql());
        }
        assert_eq!(schema.fingerprint(), read.fingerprint());
        let empty = Schema::of_empty_database(schema.version);
        let plan = statements(&empty, &schema, &Options::default());
        assert!(plan.to_sql().contains("sesame"), "the plan can be run");
        for shown in [text, plan.to_json().to_string(), plan.to_explained_sql()] {
            assert!(!shown.contains("sesame"), "{shown}");
        }
        database.execute("DROP SUBSCRIPTION news");
    }
}

/// What the server says of each index and constraint of its own, without the storage options that are a field by themselves.
const DEFINITIONS: &str = "SET search_path = ''; \
    SELECT 'index', n.nspname::text, i.relname::text, ' ', regexp_replace(pg_get_indexdef(i.oid), CASE WHEN i.reloptions IS NULL \
        THEN '^$' ELSE ' WITH \\([^)]*\\)' END, '') FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON \
        n.oid = i.relnamespace WHERE i.oid >= 16384 AND NOT n.nspname ^@ 'pg_' AND NOT EXISTS (SELECT FROM pg_constraint k WHERE \
        k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')) \
    UNION ALL SELECT CASE k.contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END, n.nspname, c.relname, k.conname, \
        regexp_replace(pg_get_constraintdef(k.oid), CASE WHEN k.contype = 'x' THEN ' WITH \\(fillfactor[^)]*\\)' ELSE '^$' END, '') \
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.oid >= 16384 AND (k.contype <> 'f' OR k.conparentid = 0)";

per_major! {
    async fn definitions_are_what_the_server_would_have_said(server) {
        let database = server.database();
        for (since, sql) in [
            (14, include_str!("definitions/14.sql")),
            (15, include_str!("definitions/15.sql")),
            (18, include_str!("definitions/18.sql")),
            // A default class for a type that takes another one's, otherwise.
            (14, "CREATE OPERATOR CLASS public.by_color DEFAULT FOR TYPE \"My Schema\".\"Color\" USING btree AS OPERATOR 1 < (anyenum, anyenum), \
                OPERATOR 3 = (anyenum, anyenum), FUNCTION 1 enum_cmp(anyenum, anyenum)"),
        ] {
            if server.major() < since {
                continue;
            }
            database.execute(sql);
            let client = database.client().await;
            let schema = introspect::introspect(&client).await.unwrap_or_else(|error| panic!("{error}"));
            let mut compared = 0;
            for row in database.rows(DEFINITIONS) {
                let row: Vec<String> = row.into_iter().flatten().collect();
                let [kind, namespace, name, part, definition] = row.as_slice() else { panic!("{row:?}") };
                let kind = Kind::split(&format!("{kind} x")).map_or_else(|| panic!("{row:?}"), |(kind, _)| kind);
                let id = match kind {
                    Kind::Index => Id::new(kind, [namespace, name]),
                    kind => Id::new(kind, [namespace, name, part]),
                };
                let written = match schema.body(&id) {
                    Some(Body::Index(index)) => &index.definition,
                    Some(Body::Constraint(constraint)) => &constraint.definition,
                    Some(Body::ForeignKey(key)) => &key.definition,
                    other => panic!("PostgreSQL {}: {id}: {other:?}", server.major()),
                };
                assert_eq!(written, definition, "PostgreSQL {}: {id}", server.major());
                compared += 1;
            }
            assert!(compared > 140, "{compared}");
        }
    }
}
