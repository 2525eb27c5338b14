//! What is said of a change of type against what PostgreSQL does: every value of tests/conversions/values.tsv goes from its
//! type into every other type there. Where the change fails, that was said; where the way back does not give the value
//! again, that it is cut was said. And the casts that we know are those of `pg_cast`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pgkeel_core::conversion::Conversion;
use pgkeel_core::schema::Schema;
use pgkeel_testkit::per_major;

const VALUES: &str = include_str!("../../../tests/conversions/values.tsv");
const CASTS: &str = include_str!("../../pgkeel-core/src/conversion/casts.txt");
/// One value on its way: the error, or whether one of the ways back gives it again.
const TRY: &str = r#"CREATE FUNCTION try(from_type text, to_type text, using_clause text, value text, OUT error text, OUT same boolean)
LANGUAGE plpgsql AS $$
DECLARE original text; back text; way text;
BEGIN
    EXECUTE format('CREATE TABLE t (c %s)', from_type);
    EXECUTE format('INSERT INTO t VALUES (%L)', value);
    SELECT c::text INTO original FROM t;
    BEGIN
        EXECUTE format('ALTER TABLE t ALTER c TYPE %s%s', to_type, using_clause);
        same := false;
        FOREACH way IN ARRAY ARRAY['c::%1$s', 'c::text::%1$s', 'rtrim(c::text)::%1$s',
            'c::numeric::%1$s', 'c::integer::%1$s', 'convert_from(c, ''UTF8'')::%1$s'] LOOP
            BEGIN
                EXECUTE format('SELECT (' || way || ')::text FROM t', from_type) INTO back;
                same := same OR rtrim(back) IS NOT DISTINCT FROM rtrim(original);
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
        END LOOP;
    EXCEPTION WHEN OTHERS THEN error := SQLERRM;
    END;
    DROP TABLE t;
END $$"#;

per_major! {
    async fn no_value_is_lost_or_refused_unsaid(server) {
        let database = server.database();
        let client = database.client().await;
        client.batch_execute("SET timezone = 'Europe/Berlin'; SET client_min_messages = error").await.expect("settable");
        client.batch_execute(TRY).await.expect("a function");
        let version: i32 = client.query_one("SELECT current_setting('server_version_num')::int", &[]).await.expect("a version").get(0);
        let schema = Schema { version: u32::try_from(version).expect("positive"), ..Schema::default() };
        let types: Vec<Vec<&str>> = VALUES.lines().map(|line| line.split('\t').collect()).collect();
        let (mut failures, mut tried) = (String::new(), 0);
        // Each major takes its share of the pairs.
        let share = usize::try_from(version / 10_000 - 14).expect("14 or later");
        for (row, from) in types.iter().enumerate() {
            for (_, to) in types.iter().enumerate().filter(|(column, to)| (row + column) % 5 == share && to[0] != from[0]) {
                let conversion = Conversion::between(from[0], &schema, to[0], &schema);
                if conversion.cuts.is_some() && conversion.refuses.is_some() {
                    continue;
                }
                let using = conversion.using("c", to[0]);
                // `12` is the network 12.0.0.0/8: nothing is cut, only spelled out.
                let is_spelled_out = to[0] == "cidr" || to[0] == "inet";
                for value in &from[1..] {
                    tried += 1;
                    let row = client.query_one("SELECT * FROM try($1, $2, $3, $4)", &[&from[0], &to[0], &using, value]).await.expect("tried");
                    let (error, same): (Option<String>, Option<bool>) = (row.get(0), row.get(1));
                    if let Some(error) = error.filter(|_| conversion.refuses.is_none()) {
                        let _ = writeln!(failures, "{} to {}: {value} is refused: {error}", from[0], to[0]);
                    } else if same == Some(false) && conversion.cuts.is_none() && !is_spelled_out {
                        let _ = writeln!(failures, "{} to {}: {value} is not what it was", from[0], to[0]);
                    }
                }
            }
        }
        assert!(tried > 200, "only {tried} values were tried");
        assert!(failures.is_empty(), "{failures}");
    }

    async fn the_casts_are_those_of_the_catalog(server) {
        let database = server.database();
        let client = database.client().await;
        client.batch_execute("SET search_path = ''").await.expect("settable");
        let rows = client.query(
            "SELECT format_type(castsource, NULL), format_type(casttarget, NULL), castcontext::text, \
             (SELECT setting::int / 10000 FROM pg_catalog.pg_settings WHERE name = 'server_version_num') \
             FROM pg_catalog.pg_cast WHERE oid < 16384 AND castsource <> casttarget \
             AND castsource::regtype::text !~ '^pg_(dep|mcv|ndis|node)'",
            &[],
        ).await.expect("the catalog is readable");
        let major: i32 = rows[0].get(3);
        let theirs: BTreeSet<String> = rows.iter()
            .map(|row| format!("{}\t{}\t{}", row.get::<_, String>(0), row.get::<_, String>(1), row.get::<_, String>(2)))
            .collect();
        let number = |line: &str, word: &str| line.split_once(word).map(|(_, number)| number.parse::<i32>().expect("a major"));
        let ours: BTreeSet<String> = CASTS.lines()
            .filter(|line| number(line, "\tfrom ").is_none_or(|first| major >= first))
            .filter(|line| number(line, "\tuntil ").is_none_or(|last| major <= last))
            .map(|line| line.splitn(4, '\t').take(3).collect::<Vec<_>>().join("\t"))
            .collect();
        assert_eq!(ours, theirs);
    }
}
