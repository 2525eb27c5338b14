//! pgkeel.toml as people write it, right and wrong.

use super::*;
use crate::finding::Severity;
use std::time::Duration;

fn parse(text: &str, environment: &str) -> Result<Config, ConfigProblems> {
    Config::parse(text, "pgkeel.toml", environment, |name| match name {
        "SECRET" => Some("s3cret".to_owned()),
        _ => None,
    })
}

fn problems(text: &str) -> String {
    parse(text, "development").err().unwrap_or_else(|| panic!("accepted:\n{text}")).to_string()
}

const WHOLE: &str = r#"
strict = false
[database]
url = "postgres://app:${SECRET}@localhost/app"
wait = "30s"
[migrations]
dir = "db/migrations"
history_namespace = "app_history"
lock_timeout = "500ms"
settings = { timezone = "UTC", search_path = "app, public" }
[[migrations.hooks.before]]
command = ["./backup", "--quick"]
on_failure = "continue"
[seeds]
dir = "db/seeds"
[expect]
required = ["extension pg_trgm >= 1.6"]
ignore = [{ object = "table monitoring.*", reason = "made by the monitoring" }]
[expect.tables.users]
columns = { id = "uuid", email = { type = "text", nullable = false }, note = { required = false } }
[expect.tables.audit]
required = false
[review]
fail_on = "warning"
rules = { "missing-comment" = "off" }
[[review.paths]]
path = "db/migrations/legacy/**"
rules = { "missing-foreign-key-index" = "info" }
[health.checks.connections]
warn = 0.7
fail = 1
required = true
[serve]
token = "${TOKEN:-none}"
[fleet]
over = "namespaces"
query = "SELECT name FROM tenants WHERE path <> '$${x}'"
[environments.production]
database.url = "postgres://prod/app"
migrations.lock_timeout = "5s"
migrations.settings.timezone = "Europe/Madrid"
[environments.staging]
strict = true
"#;

#[test]
fn reads_every_section() {
    let config = parse(WHOLE, "development").expect("valid");
    assert!(!config.is_strict());
    assert_eq!(config.database.url.as_deref(), Some("postgres://app:s3cret@localhost/app"));
    assert_eq!(config.database.wait, Some(Period(Duration::from_secs(30))));
    assert_eq!(config.migrations.dir, "db/migrations");
    assert_eq!(config.migrations.retries, 10, "what is not said keeps its default");
    assert_eq!(config.migrations.hooks.before[0].on_failure, Failed::Continue);
    let users = &config.expect.tables["users"];
    assert!(users.required && !config.expect.tables["audit"].required);
    assert_eq!(users.columns["id"].data_type.as_deref(), Some("uuid"));
    assert_eq!(users.columns["email"].nullable, Some(false));
    assert!(!users.columns["note"].required);
    assert_eq!(config.review.fail_on, Severity::Warning);
    assert_eq!(config.review.rules["missing-comment"].severity(), None);
    let check = &config.health.checks["connections"];
    assert_eq!((check.thresholds["warn"], check.thresholds["fail"], check.required), (0.7, 1.0, Some(true)));
    assert_eq!(config.serve.token.as_deref(), Some("none"));
    assert!(config.fleet.query.as_deref().expect("set").contains("'${x}'"));
    assert_eq!(environments(WHOLE, "pgkeel.toml"), Ok(vec!["production".to_owned(), "staging".to_owned()]));
}

#[test]
fn an_environment_lies_over_the_sections() {
    let config = parse(WHOLE, "production").expect("valid");
    assert_eq!(config.database.url.as_deref(), Some("postgres://prod/app"));
    assert_eq!(config.database.wait, Some(Period(Duration::from_secs(30))));
    assert_eq!(config.migrations.lock_timeout, Period(Duration::from_secs(5)));
    assert_eq!(config.migrations.settings["timezone"], "Europe/Madrid");
    assert_eq!(config.migrations.settings["search_path"], "app, public");
    assert!(parse(WHOLE, "staging").expect("valid").is_strict());
}

#[test]
fn production_is_strict_unless_it_says_otherwise() {
    assert!(parse("", "production").expect("valid").is_strict());
    assert!(!parse("", "development").expect("valid").is_strict());
    assert!(!parse("[environments.production]\nstrict = false", "production").expect("valid").is_strict());
    assert!(Config::absent("production").is_strict());
}

#[test]
fn an_unknown_key_is_shown_where_it_is_with_the_nearest_known_one() {
    assert_eq!(
        problems("[migrations]\ndir = \"m\"\nlock_timout = \"2s\"\n"),
        "pgkeel.toml:3:1: unknown key \"lock_timout\" in [migrations]\n   |\n 3 | lock_timout = \"2s\"\n   | \
         ^^^^^^^^^^^\n   = help: did you mean \"lock_timeout\"?"
    );
    assert!(problems("[migratons]").contains("did you mean \"migrations\"?"));
    assert!(problems("[environments.x.databse]").contains("unknown key \"databse\" in [environments.x]"));
    assert!(problems("[expect.tables.t.columns.c]\ntyp = \"x\"").contains("did you mean \"type\"?"));
    assert!(problems("[zzz]").contains("known here: "));
}

#[test]
fn wrong_values_say_what_they_must_be() {
    for (text, expected) in [
        (
            "[migrations]\nretries = \"three\"",
            "2:11: \"migrations.retries\" must be a whole number, not a string",
        ),
        ("[migrations]\nretries = -1", "must be a whole number, at least 0"),
        ("[migrations]\ndir = 5", "2:7: \"migrations.dir\" must be a string, not an integer"),
        ("[migrations]\nlock_timeout = 2", "between quotes: \"2s\""),
        ("[migrations]\nlock_timeout = \"soon\"", "2:16: \"soon\" is not a length of time"),
        ("[migrations]\nnumbering = \"numbr\"", "did you mean \"number\"?"),
        ("[database]\nwait = 5", "\"database.wait\" must be a string"),
        ("strict = \"yes\"", "1:10: \"strict\" must be true or false, not a string"),
        ("[serve.webhooks]", "\"serve.webhooks\" must be a list, not a table"),
        ("[[serve.webhooks]]\nsecret = \"x\"", "\"url\" is missing in [serve.webhooks]"),
        ("[health.checks.x]\nwarn = \"a lot\"", "\"health.checks.x.warn\" must be a number"),
        ("[migrations]\ndir = \"${NOT_SET}\"", "2:7: the environment variable NOT_SET is not set"),
        ("[database]\nurl = \"${SECRET\"", "is never closed"),
        ("[expect]\nrequired = [\"tabel x\"]", "2:13: \"tabel x\" names no kind of object"),
        ("[expect]\noptional = [\"tabel x\"]", "did you mean \"table\"?"),
        ("[expect]\nrequired = [\"users\"]", "write its kind and its name, like \"table users\""),
        ("[expect]\nignore = [{ object = \"tabel x.*\", reason = \"r\" }]", "names no kind of object"),
        ("[database]\nurl = \"${NOT_SET", "2:"),
        ("[database\nurl = 1", "1:10"),
        ("a = 1\na = 2", "2:1"),
    ] {
        let shown = problems(text);
        assert!(shown.contains(expected), "{text}\n{shown}");
    }
    assert!(parse("[environments.other]\ndatabase.url = \"${NOT_SET}\"", "development").is_ok());
}

#[test]
fn a_variable_is_asked_for_where_it_is_used() {
    let text = "[database]\nurl = \"${NOT_SET}\"\n[serve]\ntoken = \"${NOT_SET}\"\nwebhooks = [{ url = \"${NOT_SET}\" }]";
    let config = parse(text, "development").expect("nobody has used it");
    assert!(config.is_set("migrations").is_ok());
    let unset = |key: &str| config.is_set(key).expect_err("not set").0.len();
    assert_eq!((unset("database.url"), unset("serve.token"), unset("serve")), (1, 1, 2));
    let shown = config.is_set("serve.token").expect_err("not set").to_string();
    assert!(shown.contains("4:9: the environment variable NOT_SET is not set"), "{shown}");
    let names =
        ["materialized view a.b", "extension pg_trgm >= 1.6", "function touch()", "foreign key a.b.c"];
    for name in names {
        parse(&format!("[expect]\nrequired = [\"{name}\"]"), "development").expect(name);
    }
    for pattern in ["schema audit", "* public.x*", "monitoring.*", "table x.*", "materialized view x.*"] {
        let ignore = format!("[expect]\nignore = [{{ object = \"{pattern}\", reason = \"r\" }}]");
        parse(&ignore, "development").expect(pattern);
    }
}

#[test]
fn every_mistake_is_reported_at_once_and_no_password_is_shown() {
    let shown =
        problems("[database]\nurl = 5 # postgres://u:SeKret@h/d\nurls = \"postgres://u:SeKret@h/d\"\n[zzz]");
    assert_eq!(shown.matches("pgkeel.toml:").count(), 3, "{shown}");
    assert!(!shown.contains("SeKret"), "{shown}");
}

#[test]
fn periods_are_written_as_they_are_read() {
    for text in ["0", "1ms", "90s", "2min", "3h", "7d", "1500ms"] {
        assert_eq!(text.parse::<Period>().expect("valid").to_string(), text);
    }
    assert_eq!("60s".parse::<Period>().expect("valid").to_string(), "1min");
    for text in ["", "5", "s", "1.5s", "-1s", "99999999999999999999s", "99999999999999999d", "1 fortnight"] {
        text.parse::<Period>().expect_err(text);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn nothing_makes_the_reader_panic(
        pieces in proptest::collection::vec(
            proptest::prop_oneof![
                "\\[(database|migrations|environments\\.x|expect\\.tables\\.t|health\\.checks\\.c|serve)\\]\n",
                "(url|dir|strict|retries|lock_timeout|columns|webhooks) = ",
                "(\"\\$\\{A?\\}?\"|\"5s\"|5|-1|1\\.5|true|\\[\\]|\\{\\}|\\{ a = 1 \\}|1979-05-27)\n",
                ".{0,5}",
            ],
            0..10,
        ),
    ) {
        let text = pieces.concat();
        if let Err(problems) = parse(&text, "x") {
            let _ = problems.to_string();
        }
        let _ = environments(&text, "pgkeel.toml");
    }
}
