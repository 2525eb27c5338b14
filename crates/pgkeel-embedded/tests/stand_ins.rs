//! The stand-ins against the real extensions on a PostgreSQL server: the same questions, the same answers.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use pgkeel_embedded::{EmbeddedServer, INSTALLED_STAND_INS, stand_in_note};
use pgkeel_testkit::Server;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Its pgcrypto has 1.3's functions, and its OpenSSL still knows the ciphers that newer ones hide.
const ORACLE: u32 = 17;

/// Bytes that look random, from the run's seed: the same on every server, unlike `random()`.
const NOISE: &str = "CREATE FUNCTION noise(i int, tag text, size int) RETURNS bytea LANGUAGE sql AS $$
  SELECT substr(decode(coalesce(string_agg(md5(current_setting('test.seed') || tag || i || part), ''), ''), 'hex'), 1, size)
  FROM generate_series(0, size / 16) AS part $$";

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/stand_ins").join(name)
}

/// Of this run; `PGKEEL_SEED` repeats a run that failed.
fn seed() -> String {
    std::env::var("PGKEEL_SEED").unwrap_or_else(|_| {
        SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos().to_string()
    })
}

async fn prepare(client: &Client, seed: &str) {
    client
        .batch_execute(&format!(
            "CREATE EXTENSION \"uuid-ossp\"; CREATE EXTENSION pgcrypto; {NOISE}; SET test.seed = '{seed}'"
        ))
        .await
        .expect("prepares");
    client
        .batch_execute("CREATE TABLE keys (name text, open bytea, secret bytea, password text)")
        .await
        .expect("creates");
    for (name, password) in [("rsa", None), ("elgamal", None), ("rsa-locked", Some("geheim"))] {
        let key =
            |kind: &str| std::fs::read_to_string(data(&format!("keys/{name}.{kind}"))).expect("test data");
        client
            .execute(
                "INSERT INTO keys VALUES ($1, dearmor($2), dearmor($3), $4)",
                &[&name, &key("pub"), &key("sec"), &password],
            )
            .await
            .expect("keeps the key");
    }
}

/// Every row of an answer, or what the error says.
async fn answer(client: &Client, statement: &str) -> Vec<String> {
    match client.simple_query(statement).await {
        Ok(messages) => messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => {
                    Some((0..row.len()).map(|i| row.get(i).unwrap_or("NULL")).collect::<Vec<_>>().join(" | "))
                }
                _ => None,
            })
            .collect(),
        Err(error) => {
            let error = error.as_db_error().expect("from the server");
            vec![format!("{}: {}", error.code().code(), error.message())]
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_ins_answer_as_the_real_extensions_do() {
    let (embedded, database) = (EmbeddedServer::start(None).expect("starts"), Server::get(ORACLE).database());
    let (ours, real) = (client(embedded.url()).await, client(&database.url()).await);
    let seed = seed();
    prepare(&ours, &seed).await;
    prepare(&real, &seed).await;
    let mut asked = 0;
    for file in ["uuid-ossp", "digest", "crypt", "cipher", "armor", "pgp", "pgp-pub"] {
        let text = std::fs::read_to_string(data(&format!("{file}.sql"))).expect("test data");
        for statement in text.split(";\n").filter(|statement| !statement.trim().is_empty()) {
            let (ours, real) = (answer(&ours, statement).await, answer(&real, statement).await);
            assert!(!real.is_empty(), "no answer can be compared: {statement}");
            assert_eq!(ours, real, "PGKEEL_SEED={seed} {file}: {statement}");
            asked += real.len();
        }
    }
    assert!(asked > 2000, "{asked} answers compared");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_side_encrypts_the_other_decrypts() {
    let (embedded, database) = (EmbeddedServer::start(None).expect("starts"), Server::get(ORACLE).database());
    let (ours, real) = (client(embedded.url()).await, client(&database.url()).await);
    let seed = seed();
    prepare(&ours, &seed).await;
    prepare(&real, &seed).await;
    let options = std::fs::read_to_string(data("pgp-options.txt")).expect("test data");
    let texts = [String::new(), format!("short ä€ {seed}"), "line\nline\n".repeat(900)];
    for option in options.lines() {
        let back = if option.contains("crlf") { option } else { "" };
        for text in &texts {
            for (one, other) in [(&ours, &real), (&real, &ours)] {
                let make = "SELECT pgp_sym_encrypt($1, $2, $3), pgp_sym_encrypt_bytea(convert_to($1, 'UTF8'), $2, $3)";
                let row = one.query_one(make, &[text, &seed, &option]).await.expect("encrypts");
                let (as_text, as_bytes): (Vec<u8>, Vec<u8>) = (row.get(0), row.get(1));
                let take =
                    "SELECT pgp_sym_decrypt($1, $3, $4), convert_from(pgp_sym_decrypt_bytea($2, $3), 'UTF8')";
                let row =
                    other.query_one(take, &[&as_text, &as_bytes, &seed, &back]).await.expect("decrypts");
                let found: (String, String) = (row.get(0), row.get(1));
                assert_eq!(found, (text.clone(), text.clone()), "PGKEEL_SEED={seed} {option:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_encrypted_for_a_key_the_other_side_decrypts_with_it() {
    let (embedded, database) = (EmbeddedServer::start(None).expect("starts"), Server::get(ORACLE).database());
    let (ours, real) = (client(embedded.url()).await, client(&database.url()).await);
    let seed = seed();
    prepare(&ours, &seed).await;
    prepare(&real, &seed).await;
    for name in ["rsa", "elgamal", "rsa-locked"] {
        for option in ["", "cipher-algo=aes256", "disable-mdc=1"] {
            for (one, other) in [(&ours, &real), (&real, &ours)] {
                let make = "SELECT pgp_pub_encrypt($1, open, $2), pgp_pub_encrypt_bytea(convert_to($1, 'UTF8'), open) \
                    FROM keys WHERE name = $3";
                let text = format!("for {name} ä€ {seed}");
                let row = one.query_one(make, &[&text, &option, &name]).await.expect("encrypts");
                let (as_text, as_bytes): (Vec<u8>, Vec<u8>) = (row.get(0), row.get(1));
                let take = "SELECT pgp_pub_decrypt($1, secret, coalesce(password, '')), \
                    convert_from(pgp_pub_decrypt_bytea($2, secret, coalesce(password, ''), ''), 'UTF8') \
                    FROM keys WHERE name = $3";
                let row = other.query_one(take, &[&as_text, &as_bytes, &name]).await.expect("decrypts");
                let found: (String, String) = (row.get(0), row.get(1));
                assert_eq!(found, (text.clone(), text), "PGKEEL_SEED={seed} {name} {option:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_functions_have_the_real_ones_signatures() {
    let (embedded, database) = (EmbeddedServer::start(None).expect("starts"), Server::get(ORACLE).database());
    let (ours, real) = (client(embedded.url()).await, client(&database.url()).await);
    prepare(&ours, "0").await;
    prepare(&real, "0").await;
    let signatures = "SELECT e.extname, e.extversion, p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), \
        p.provolatile, p.proisstrict, p.proparallel, p.prosecdef, p.proretset, p.prokind, obj_description(e.oid, 'pg_extension') \
        FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid \
        AND d.deptype = 'e' AND d.classid = 'pg_proc'::regclass JOIN pg_proc p ON p.oid = d.objid \
        WHERE e.extname IN ('uuid-ossp', 'pgcrypto') AND p.proname NOT LIKE '\\_pgkeel%' ORDER BY 1, 3, 4";
    let expected = answer(&real, signatures).await;
    assert!(expected.len() > 40, "{expected:?}");
    assert_eq!(answer(&ours, signatures).await, expected);
    assert_eq!(answer(&ours, INSTALLED_STAND_INS).await, ["pgcrypto", "uuid-ossp"]);
    assert!(answer(&real, INSTALLED_STAND_INS).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn time_based_uuids_tell_the_time_and_do_not_repeat() {
    let embedded = EmbeddedServer::start(None).expect("starts");
    let client = client(embedded.url()).await;
    prepare(&client, "0").await;
    // 100 ns since 1582-10-15, from the three fields of a UUID that hold the time.
    let wrong = "WITH made AS (SELECT uuid_generate_v1() AS u, uuid_generate_v1mc() AS mc, clock_timestamp() AS at \
        FROM generate_series(1, 2000)), read AS (SELECT *, ('x' || substr(u::text, 16, 3) || substr(u::text, 10, 4) \
        || substr(u::text, 1, 8))::bit(60)::bigint AS ticks FROM made) \
        SELECT 'wrong: ' || u || ' at ' || at FROM read WHERE substr(u::text, 15, 1) <> '1' \
        OR abs(extract(epoch FROM at) - (ticks - 122192928000000000) / 1e7) > 1 \
        OR get_byte(uuid_send(mc), 10) & 1 <> 1 OR get_byte(uuid_send(u), 8) & 192 <> 128 \
        UNION ALL SELECT 'repeats' FROM read HAVING count(DISTINCT u) < 2000 OR count(DISTINCT ticks) < 2000 \
        OR count(DISTINCT right(u::text, 12)) > 1 OR count(DISTINCT right(mc::text, 12)) < 2000";
    assert_eq!(answer(&client, wrong).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_says_so_and_what_to_do() {
    let embedded = EmbeddedServer::start(None).expect("starts");
    let client = client(embedded.url()).await;
    prepare(&client, "0").await;
    for (call, named) in [
        ("digest('a', 'sha3-256')", "The hash sha3-256 is"),
        ("crypt('pw', gen_salt('bf', 13))", "crypt() with Blowfish at cost 13"),
        ("encrypt('a', 'k', 'cast5')", "The cipher cast5 is"),
        ("pgp_sym_encrypt('a', 'b', 'cipher-algo=bf')", "OpenPGP with the cipher bf is"),
    ] {
        let error = client.simple_query(&format!("SELECT {call}")).await.expect_err(call);
        let error = error.as_db_error().expect("from the server");
        assert_eq!(error.code().code(), "0A000", "{call}: {error:?}");
        assert!(error.message().starts_with(named), "{call}: {error:?}");
        assert!(error.message().ends_with("not in pgkeel's stand-in for pgcrypto"), "{call}: {error:?}");
        assert!(
            error.hint().unwrap_or_default().contains("PostgreSQL server that has pgcrypto"),
            "{call}: {error:?}"
        );
    }
    assert!(stand_in_note("pgcrypto").expect("a note").contains("cast5"));
    assert_eq!(stand_in_note("pg_trgm"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn they_work_from_any_namespace_and_search_path() {
    let embedded = EmbeddedServer::start(None).expect("starts");
    let client = client(embedded.url()).await;
    client
        .batch_execute(
            "CREATE SCHEMA \"Ext\"; CREATE EXTENSION \"uuid-ossp\" SCHEMA \"Ext\"; CREATE EXTENSION pgcrypto SCHEMA \"Ext\"; \
             SET search_path = pg_catalog",
        )
        .await
        .expect("creates");
    let calls = "SELECT \"Ext\".uuid_generate_v5(\"Ext\".uuid_ns_dns(), 'a')::text = '4f3f2898-69e3-5a0d-820a-c4e87987dbce' \
        AND \"Ext\".crypt('pw', \"Ext\".crypt('pw', \"Ext\".gen_salt('bf', 4))) LIKE '$2a$04$%' \
        AND \"Ext\".pgp_sym_decrypt(\"Ext\".pgp_sym_encrypt('text', 'pw'), 'pw') = 'text' \
        AND \"Ext\".decrypt(\"Ext\".encrypt('text', 'k', '3des'), 'k', '3des') = 'text' \
        AND \"Ext\".uuid_generate_v1() IS NOT NULL";
    assert_eq!(answer(&client, calls).await, ["t"]);
    // Dropped and created again, nothing is left behind.
    client
        .batch_execute("DROP EXTENSION pgcrypto; CREATE EXTENSION pgcrypto SCHEMA \"Ext\"")
        .await
        .expect("again");
}
