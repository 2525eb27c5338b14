//! What libpq reads, pgkeel reads the same way; what it cannot read, it says without showing a secret.

use super::*;

fn parsed(text: &str) -> Vec<(&'static str, String)> {
    let options = Options::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    options.iter().map(|(name, value)| (name, value.to_owned())).collect()
}

fn error(text: &str) -> String {
    Address::parse(text).err().unwrap_or_else(|| panic!("{text} was accepted")).to_string()
}

fn resolve(text: &str) -> Result<Connection, UrlError> {
    Options::parse(text)?.resolve(&Defaults { os_user: Some("os".to_owned()) })
}

/// The cases of libpq's own test, src/interfaces/libpq/t/001_uri.pl, with what it expects.
#[test]
fn reads_urls_as_libpq_does() {
    for (url, expected) in [
        (
            "postgresql://uri-user:secret@host:12345/db",
            "dbname=db host=host password=secret port=12345 user=uri-user",
        ),
        ("postgresql://uri-user@host:12345/", "host=host port=12345 user=uri-user"),
        ("postgresql://uri-user@", "user=uri-user"),
        ("postgresql://host:12345", "host=host port=12345"),
        ("postgresql://host/db", "dbname=db host=host"),
        ("postgresql://host", "host=host"),
        ("postgresql://", ""),
        ("postgresql://?host=here", "host=here"),
        ("postgresql:///?user=u", "user=u"),
        ("postgresql://host?sslmode=require", "host=host sslmode=require"),
        (
            "postgresql://uri%2Duser:secret@host:12345/db",
            "dbname=db host=host password=secret port=12345 user=uri-user",
        ),
        ("postgres://[::1]:5433,h2/db", "dbname=db host=::1,h2 port=5433,"),
        ("postgres://[200z:db8::1234]/", "host=200z:db8::1234"),
        ("postgres://%2Fvar%2Flib%2Fpostgresql/dbname", "dbname=dbname host=/var/lib/postgresql"),
        ("postgres:///db?host=/run/pg&port=5415", "dbname=db host=/run/pg port=5415"),
        ("postgres://u:@h", "host=h user=u"),
        ("postgres://:12345/", "port=12345"),
        ("postgres://u:a:b#c?d[e@h/db", "dbname=db host=h password=a:b#c?d[e user=u"),
        ("postgres://u:p%40ss%3Aw%2Frd%23%3F%25%5B%20%C3%B1@h", "host=h password=p@ss:w/rd#?%[ ñ user=u"),
        ("postgres://h/db?ssl=true", "dbname=db host=h sslmode=require"),
        ("postgres://h/db?options=-c%20search_path%3Da,b", "dbname=db host=h options=-c search_path=a,b"),
    ] {
        let shown: Vec<String> = parsed(url).iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(shown.join(" "), expected, "{url}");
    }
}

#[test]
fn reads_key_value_strings_as_libpq_does() {
    assert_eq!(
        parsed(r"host = /run/pg  port=5415 password='a \' b\\c' user=o\'neil dbname=''"),
        [
            ("dbname", String::new()),
            ("host", "/run/pg".to_owned()),
            ("password", r"a ' b\c".to_owned()),
            ("port", "5415".to_owned()),
            ("user", "o'neil".to_owned()),
        ]
    );
    assert!(error("host=x password='never ends").contains("never ends"));
    assert!(error("host=x stray word").contains("single quotes"));
}

#[test]
fn embedded_addresses() {
    assert_eq!(Address::parse("embedded:"), Ok(Address::Embedded(None)));
    assert_eq!(Address::parse(" embedded:.pgkeel/db "), Ok(Address::Embedded(Some(".pgkeel/db".to_owned()))));
}

#[test]
fn a_password_that_should_have_been_encoded_is_explained_and_not_shown() {
    for url in [
        "postgres://user:SeKr/et@host/db",
        "postgres://user:12/SeKret@host/db",
        "postgres://user:SeKr@et@host/db",
        "postgres://user:SeKr@et:x@host/db",
        "postgres://user:SeKr%et@host/db",
        "postgres://user:SeK@[ret@host/db",
        "postgres://user:S/eK?ret@host/db",
        "postgres://user:1?SeKret@host/db?sslmode=require&x",
        "postgres://user:?SeKret=/@host/db",
    ] {
        let message = error(url);
        assert!(message.contains("percent-encode"), "{url}: {message}");
        assert!(!message.contains("eK"), "{url}: {message}");
    }
}

#[test]
fn unknown_options_name_the_nearest_known_one_or_their_tool() {
    assert!(error("postgres://h/d?ssl_mode=require").contains("did you mean \"sslmode\"?"));
    assert!(error("host=h pasword=SeKret").contains("did you mean \"password\"?"));
    assert!(error("postgres://h/d?schema=app").contains("Prisma"));
    assert!(error("postgres://h/d?pgbouncer=true").contains("Prisma"));
    assert!(error("postgres://h/d?replication=database").contains("not supported"));
    assert!(error("mysql://h/d").contains("PostgreSQL only"));
    assert!(error("jdbc:postgresql://h/d?user=u&password=SeKret").contains("leave out \"jdbc:\""));
    assert!(error("postgresql+psycopg2://h/d").contains("driver"));
    assert!(error("").contains("empty"));
    assert!(error("mydb").contains("neither"));
}

#[test]
fn resolves_host_lists() {
    let connection = resolve("postgres://u@a,[::1]:6000,b/d?hostaddr=10.0.0.1,,").expect("valid");
    let hosts: Vec<_> =
        connection.hosts.iter().map(|h| (h.name.as_deref(), h.place.clone(), h.port)).collect();
    assert_eq!(
        hosts,
        [
            (Some("a"), Place::Address("10.0.0.1".parse().expect("valid")), 5432),
            (Some("::1"), Place::Name("::1".to_owned()), 6000),
            (Some("b"), Place::Name("b".to_owned()), 5432),
        ]
    );
    assert_eq!(resolve("postgres://").expect("valid").hosts[0].place, Place::Default);
    assert_eq!(resolve("host=@pg").expect("valid").hosts[0].place, Place::Abstract("pg".to_owned()));
    assert!(resolve("host=a,b port=1,2,3").is_err());
    assert!(resolve("host=a,b hostaddr=1.2.3.4").is_err());
    assert!(resolve("host=a port=0").is_err());
    assert!(resolve("host=a port=65536").is_err());
}

#[test]
fn defaults_are_libpqs() {
    let connection = resolve("host=a").expect("valid");
    assert_eq!((connection.user.as_str(), connection.dbname.as_str()), ("os", "os"));
    assert_eq!(connection.ssl.mode, SslMode::Prefer);
    assert_eq!(resolve("host=a user=me").expect("valid").dbname, "me");
    assert_eq!(resolve("host=a sslrootcert=system").expect("valid").ssl.mode, SslMode::VerifyFull);
    assert_eq!(resolve("host=a connect_timeout=0").expect("valid").connect_timeout, None);
}

#[test]
fn contradictions_and_wrong_values_are_refused() {
    for (text, expected) in [
        ("host=a sslrootcert=system sslmode=require", "verify-full"),
        ("host=a sslnegotiation=direct sslmode=prefer", "sslmode=require"),
        ("host=a sslmode=no-verify", "libpq's require"),
        ("host=a sslmode=yes", "verify-ca"),
        ("host=a connect_timeout=soon", "a whole number"),
        ("host=a gssencmode=require", "GSSAPI"),
        ("host=a ssl_min_protocol_version=TLSv1", "TLSv1.2"),
        ("host=a hostaddr=example.org", "an IPv4 or IPv6 address"),
    ] {
        let message = resolve(text).err().unwrap_or_else(|| panic!("{text} was accepted")).to_string();
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn masked_addresses_show_no_secret_and_lose_nothing_else() {
    for (text, expected) in [
        ("postgres://u:SeKret@h:1/d", "postgres://u:***@h:1/d"),
        ("postgres://h/d?password=SeKret&user=u", "postgres://u:***@h/d"),
        ("host=h password=SeKret", "postgres://h?password=***"),
        ("host=/run/pg port=5415 dbname=d", "postgres:///d?host=/run/pg&port=5415"),
        ("postgres://u:SeKret@[::1]:5/d?sslmode=require", "postgres://u:***@[::1]:5/d?sslmode=require"),
        ("postgres://a,b:7/d", "postgres://a,b:7/d"),
        ("postgres://h/d?options=-c%20app.token%3DSeKret", "postgres://h/d?options=-c%20app.token%3D***"),
    ] {
        let options = Options::parse(text).expect("valid");
        let masked = options.masked();
        assert_eq!(masked, expected, "{text}");
        assert!(!format!("{options:?}").contains("SeKret"));
        assert_eq!(Options::parse(&options.to_url()), Ok(options), "{text}");
    }
}

#[test]
fn redacts_foreign_text() {
    for (text, expected) in [
        ("cannot use 'postgres://u:Se@K/ret@h/d' here", "cannot use 'postgres://u:***@h/d' here"),
        ("host=h password='a \\' b' x", "host=h password=*** x"),
        ("PGPASSWORD=abc psql", "PGPASSWORD=*** psql"),
        ("?a=b&password=abc&c=d", "?a=b&password=***&c=d"),
        ("password authentication failed", "password authentication failed"),
        ("https://example.org/a:b", "https://example.org/a:b"),
    ] {
        assert_eq!(redact(text), expected);
    }
}

#[test]
fn reads_service_files() {
    let text = "# services\n[other]\nhost=x\n[mine]\nhost=h\nport=7\n\npassword=a=b\n[last]\nbad line\n";
    let options = service(text, "mine").expect("valid").expect("there");
    assert_eq!(options.masked(), "postgres://h:7?password=***");
    assert_eq!(options.get("password"), Some("a=b"));
    assert_eq!(service(text, "absent"), Ok(None));
    assert!(service(text, "last").expect_err("refused").to_string().contains("line 10"));
    assert!(service("[a]\nhots=x", "a").expect_err("refused").to_string().contains("\"host\""));
}

#[test]
fn reads_password_files() {
    let file = Passfile::parse(
        "# comment\nh:5432:d:u:first\n*:*:*:u:a\\:b\\\\c:d\nshort:line\n/run/pg:*:*:*:socket\n",
    );
    let find = |host, port, dbname, user| file.find(host, port, dbname, user).map(|secret| secret.0.as_str());
    assert_eq!(find("h", 5432, "d", "u"), Some("first"));
    assert_eq!(find("h", 1, "d", "u"), Some("a:b\\c:d"));
    assert_eq!(find("/run/pg", 1, "d", "x"), Some("socket"));
    assert_eq!(find("h", 5432, "d", "x"), None);
}

#[test]
fn environment_variables_fill_gaps_only() {
    let environment = Options::from_environment(|name| match name {
        "PGHOST" => Some("env".to_owned()),
        "PGPASSWORD" => Some("secret".to_owned()),
        "PGUSER" => Some(String::new()),
        _ => None,
    })
    .expect("valid");
    let options = Options::parse("host=url").expect("valid").or(&environment);
    assert_eq!(options.get("host"), Some("url"));
    assert_eq!(options.get("password"), Some("secret"));
    assert_eq!(options.get("user"), None);
}
