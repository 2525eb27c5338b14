//! The page that says what of a schema is covered, written from the code: the kinds of `object.rs` in their order, the
//! documented fields of each kind's struct, and what its file says about itself.

use std::fmt::Write as _;

use crate::tree::root;

const PAGE: &str = "docs/reference/schema-coverage.md";
const HEAD: &str = "<!-- Written by a test of pgkeel-testkit (tidy/coverage.rs) from crates/pgkeel-core/src/object. -->

# What of a schema pgkeel reads, compares and writes

Everything that `pg_dump --schema-only` writes, on PostgreSQL 14 to 18. A kind is one file of
`crates/pgkeel-core/src/object`, one query of `crates/pgkeel/src/introspect` and one line in the table of kinds; this page
is written from them. Each attribute below is read from the catalog, compared, written by `dump`, and brought about by
`diff` and `sync`; *in place* means by an ALTER or CREATE OR REPLACE where PostgreSQL has one for the attribute, *rebuilt*
that the object is dropped and created with everything that depends on it restored.

## Every kind

Owner, comment, grants with grant option and grantor, grants on columns, security labels by provider, and `DEPENDS ON
EXTENSION` are attributes of every kind that has them in PostgreSQL, handled once for all kinds
(`schema/attribute.rs`, `plan/attributes.rs`).

## Not covered

Whatever of this is met is named on standard error, in the plan's and the snapshot's JSON (`unsupported`), never passed
over:

- row security and security labels of members of an extension; the members themselves are the extension's (privileges that
  were changed on them are covered, below);
- the connection of a subscription, when the role that reads may not see it;
- the options of a user mapping, when the role that reads may not see them.

The order of columns, the order of a table's parents, and whether a table declares for itself a column that it inherits are
written by `dump`; `diff` reports where they differ, since PostgreSQL has no command that changes them.

Passwords of subscriptions, user mappings, foreign servers and foreign data wrappers are read and compared. Snapshots never
hold them, `dump` writes `***` unless `--with-secrets` is given, and a side that does not tell a secret does not differ in it.
The script of `diff` holds a secret where the secret is what differs, since it is made to be run; its JSON does not.

What belongs to a whole server and not to a database (roles, tablespaces, settings of databases) is not a schema's, as for
`pg_dump`. Values that only the server invents (`pg_attver` in `attoptions`) are no differences.
";

/// The lines of documentation right above a line of code, as one text.
fn above(lines: &[&str], at: usize) -> String {
    let mut words: Vec<&str> = vec![];
    for line in lines.iter().take(at).rev() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("///") {
            words.insert(0, text.trim());
        } else if !line.starts_with("#[") && !line.ends_with(")]") {
            break;
        }
    }
    words.join(" ")
}

/// The documented public fields of a struct.
fn fields(text: &str, name: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = lines.iter().position(|line| *line == format!("pub struct {name} {{")) else {
        return vec![];
    };
    let mut fields = vec![];
    for (at, line) in lines.iter().enumerate().skip(start + 1) {
        if *line == "}" {
            break;
        }
        if let Some((field, _)) = line.strip_prefix("    pub ").and_then(|line| line.split_once(':')) {
            fields.push((field.to_owned(), above(&lines, at)));
        }
    }
    fields
}

fn page() -> String {
    let objects = root().join("crates/pgkeel-core/src/object");
    let read = |path: std::path::PathBuf| {
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let table = read(objects.with_extension("rs"));
    let kinds =
        table.split("$then! {\n").nth(1).and_then(|rest| rest.split('}').next()).expect("the table of kinds");
    let mut page = String::from(HEAD);
    for line in kinds.lines() {
        let mut words = line.trim().trim_end_matches(';').splitn(3, ' ');
        let (Some(variant), Some(module), Some(word)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let text = read(objects.join(format!("{module}.rs")));
        let about: Vec<&str> = text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let mut ways = vec![];
        for (sign, way) in [
            ("Alteration::Steps", "in place"),
            ("Alteration::Around", "in place, with what stands in the way rebuilt around it"),
            ("Alteration::Replace", "rebuilt"),
        ] {
            if text.contains(sign) {
                ways.push(way);
            }
        }
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\nRead by `introspect/{module}.sql`. A change is made {}.\n\n| attribute | |\n|---|---|\n",
            word.trim_matches('"'),
            about.join(" "),
            if ways.is_empty() { "by other objects'".to_owned() } else { ways.join("; ") },
        );
        for (field, meaning) in fields(&text, variant) {
            assert!(!meaning.is_empty(), "{module}.rs: the field {field} has no documentation");
            let _ = writeln!(
                page,
                "| {} | {} |",
                field.trim_start_matches("r#").replace('_', " "),
                meaning.replace('|', "\\|")
            );
        }
    }
    page
}

#[test]
fn the_page_of_what_is_covered_is_fresh() {
    let (path, page) = (root().join(PAGE), page());
    let is = std::fs::read_to_string(&path).unwrap_or_default();
    if is != page {
        std::fs::write(&path, page).unwrap_or_else(|error| panic!("{PAGE}: {error}"));
        panic!("{PAGE} was not what the code says; it is written anew, commit it");
    }
}
