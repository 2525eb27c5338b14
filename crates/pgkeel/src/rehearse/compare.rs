//! What the tables of a database hold, told in sums, so that two databases can be compared.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, SimpleQueryMessage};

use crate::answer::column;

/// The tables and materialized views of a database with their columns, as SQL writes them.
const TABLES: &str = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), \
    pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) ORDER BY a.attname) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    WHERE (c.relkind = 'r' OR c.relkind = 'm' AND c.relispopulated) AND n.nspname !~ '^pg_' \
    AND n.nspname <> 'information_schema' GROUP BY 1";

/// The rows of a database: by table.
pub(super) type Rows = BTreeMap<String, Held>;

/// What a table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// How many rows, and a sum over all of them.
    whole: String,
    /// By column: a sum over its values, and how many there are.
    columns: BTreeMap<String, (String, String)>,
}

/// Sums up every table.
pub(super) async fn rows(client: &Client) -> Result<Rows, tokio_postgres::Error> {
    let mut rows = Rows::new();
    client.batch_execute("RESET ROLE; RESET ALL; SET timezone = 'UTC'").await?;
    for table in client.query(TABLES, &[]).await? {
        let (name, columns): (String, Vec<String>) = (table.try_get(0)?, table.try_get(1)?);
        let all = format!("ROW({})::text", columns.join(", "));
        let sum = |what: &str| {
            format!(
                "pg_catalog.md5(pg_catalog.string_agg({what}, ',' ORDER BY {what} COLLATE pg_catalog.\"C\"))"
            )
        };
        let mut wanted = vec!["pg_catalog.count(*)".to_owned(), sum(&all)];
        for column in &columns {
            wanted.extend([sum(&format!("{column}::text")), format!("pg_catalog.count({column})")]);
        }
        // A table of more columns than one answer may have is compared by its rows alone.
        let narrow = wanted.len() <= 1600;
        wanted.truncate(if narrow { wanted.len() } else { 2 });
        let answer = client.simple_query(&format!("SELECT {} FROM ONLY {name}", wanted.join(", "))).await?;
        let Some(row) = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        }) else {
            continue;
        };
        let at = |number: usize| column(row, number).unwrap_or_default().to_owned();
        let held = Held {
            whole: format!("{} {}", at(0), at(1)),
            columns: columns
                .iter()
                .enumerate()
                .filter(|_| narrow)
                .map(|(place, name)| (name.clone(), (at(2 + 2 * place), at(3 + 2 * place))))
                .collect(),
        };
        rows.insert(name, held);
    }
    Ok(rows)
}

/// The first difference between two databases, in words; `again` is what the first way gave when it was gone once more:
/// a column that it gives other values each time, as of a clock, is compared by which rows have one.
pub(super) fn difference(one: &Rows, other: &Rows, again: Option<&Rows>) -> Option<String> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for name in names {
        let (Some(here), Some(there)) = (one.get(name), other.get(name)) else {
            return Some(format!("only one of them leaves {name}"));
        };
        if here.whole == there.whole {
            continue;
        }
        let differing = here.columns.iter().filter(|(column, held)| there.columns.get(*column) != Some(held));
        let varies = |column: &String| {
            again.and_then(|again| again.get(name)).and_then(|again| again.columns.get(column))
                != here.columns.get(column)
        };
        let mut excused = 0;
        for (column, (_, count)) in differing {
            let same_count = there.columns.get(column).is_some_and(|(_, other)| other == count);
            if !(again.is_some() && same_count && varies(column)) {
                return Some(format!("{name}.{column} holds other values"));
            }
            excused += 1;
        }
        if excused == 0 {
            return Some(format!("{name} holds other rows"));
        }
    }
    None
}
