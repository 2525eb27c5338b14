//! The reference of connection options, written from the table that the parser reads.

use super::{KEYWORDS, Support};
use crate::config::reference::keep_fresh;
use std::fmt::Write as _;

const INTRODUCTION: &str = "<!-- Written by a test of pgkeel-core (url/reference.rs) from the table that the parser reads. -->

# Where the database is

`--database`, `DATABASE_URL`, `DATABASE_URL` in `.env`, `[database] url` in `pgkeel.toml` and the `PG*` variables are
asked in this order. An address is a URL, `key=value` pairs, or the embedded engine:

```text
postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=system
postgres://USER@[::1]:5432/DATABASE
postgres:///DATABASE?host=/var/run/postgresql
postgres://USER@HOST1,HOST2/DATABASE?target_session_attrs=read-write
host=HOST user=USER dbname=DATABASE password='with spaces'
service=NAME
embedded:            thrown away at the end
embedded:FOLDER      kept in FOLDER
```

In a URL, these characters of a password must be percent-encoded: `#` is `%23`, `?` is `%3F`, `@` is `%40`, `:` is
`%3A`, `/` is `%2F`, `%` is `%25`, `[` is `%5B`, `]` is `%5D`, a space is `%20`. Passwords may also come from
`PGPASSWORD` and `~/.pgpass`. pgkeel never shows a password, whatever goes wrong.

Options mean what they mean to libpq (PostgreSQL documentation, chapter 34); those that pgkeel cannot honour are
refused, never ignored.

| option | variable | |
|---|---|---|
";

#[test]
fn the_reference_is_fresh() {
    let mut out = String::from(INTRODUCTION);
    for keyword in KEYWORDS {
        let env = keyword.env.map(|env| format!("`{env}`")).unwrap_or_default();
        let support = match keyword.support {
            Support::Honoured => "honoured".to_owned(),
            Support::NoEffect => "accepted; it has nothing to change here".to_owned(),
            Support::Refused(why) => format!("refused: {why}"),
        };
        let _ = writeln!(out, "| `{}` | {env} | {support} |", keyword.name);
    }
    keep_fresh("connection-options.md", &out);
}
