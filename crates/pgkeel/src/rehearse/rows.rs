//! Rows made up for the tables of a scratch database, so that two ways through a migration can be compared by what they do
//! with rows. Values of one type are the same in every table, so foreign keys find what they refer to.

use std::collections::{BTreeMap, BTreeSet};

use pgkeel_core::sql::effect::string_value;
use pgkeel_core::sql::ident::Literal;
use tokio_postgres::Client;
use tokio_postgres::error::{DbError, SqlState};

/// Rows for each table.
const ROWS: usize = 3;

/// How many values of a constraint's own words are tried.
const TRIES: usize = 12;

/// Columns that take a value, with the type beneath their domains (documentation, "pg_attribute", "pg_type").
const COLUMNS: &str = "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.quote_ident(a.attname), \
    b.typname::text, b.typcategory::text, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE t.typtypmod END, \
    ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    CROSS JOIN LATERAL (WITH RECURSIVE beneath AS (SELECT t.oid, t.typbasetype UNION ALL \
        SELECT u.oid, u.typbasetype FROM beneath JOIN pg_catalog.pg_type u ON u.oid = beneath.typbasetype) \
        SELECT u.* FROM beneath JOIN pg_catalog.pg_type u ON u.oid = beneath.oid WHERE beneath.typbasetype = 0) b \
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass \
        AND d.objid = c.oid AND d.deptype = 'e') \
    ORDER BY c.oid, a.attnum";

/// A CHECK by its name, or the bounds of a partition: its words, and the columns that it speaks of.
const CHECK: &str = "SELECT pg_catalog.pg_get_constraintdef(k.oid), ARRAY(SELECT pg_catalog.quote_ident(a.attname) \
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = $2::text::pg_catalog.regclass AND a.attnum > 0 \
    AND (k.contypid = 0 AND a.attnum = ANY (k.conkey) OR a.atttypid = k.contypid)) \
    FROM pg_catalog.pg_constraint k WHERE k.conname = $1 AND k.contype = 'c' \
    AND (k.conrelid = $2::text::pg_catalog.regclass OR k.contypid <> 0) \
    UNION ALL SELECT pg_catalog.pg_get_partition_constraintdef($2::text::pg_catalog.regclass), \
    ARRAY(SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_inherits i \
    JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = i.inhparent \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::pg_catalog.int2[]) \
    WHERE i.inhrelid = $2::text::pg_catalog.regclass AND $1 = '')";

/// Rows that were put in.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// The statements that put them in, to be said again elsewhere.
    pub inserts: Vec<String>,
    /// Tables that took none.
    pub empty: BTreeSet<String>,
}

/// Words of a migration for the rows of the tables that it refused otherwise, by table; one for all others.
#[derive(Debug, Default)]
pub(super) struct Words {
    all: Vec<String>,
    /// Which word is a table's, from 1.
    chosen: BTreeMap<String, usize>,
    others: usize,
}

impl Words {
    /// The constants of a text.
    pub fn of_text(text: &str, most: usize) -> Self {
        let words = constants(text).into_iter().filter(|word| !word.is_empty() && word.len() < 64);
        Self { all: words.take(most).collect(), ..Self::default() }
    }

    fn of(&self, table: &str) -> Option<&str> {
        let number = self.chosen.get(table).copied().unwrap_or(self.others);
        self.all.get(number.checked_sub(1)?).map(String::as_str)
    }

    /// Takes the next word for a table, or for all; whether there is one.
    pub fn next(&mut self, table: Option<String>) -> bool {
        let number = match table {
            Some(table) => self.chosen.entry(table).or_insert(self.others),
            None => &mut self.others,
        };
        *number += 1;
        *number <= self.all.len()
    }
}

struct Column {
    name: String,
    type_name: String,
    category: String,
    modifier: i32,
    labels: Vec<String>,
}

/// Puts rows into every table. A table for which there is a word gets one row, in which that word stands wherever it fits.
pub(super) async fn fill(client: &Client, words: &Words) -> Result<Filled, tokio_postgres::Error> {
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in client.query(COLUMNS, &[]).await? {
        tables.entry(row.try_get(0)?).or_default().push(Column {
            name: row.try_get(1)?,
            type_name: row.try_get(2)?,
            category: row.try_get(3)?,
            modifier: row.try_get(4)?,
            labels: row.try_get(5)?,
        });
    }
    // Triggers would do things of their own, and keys need an order; who may not switch them off does without.
    let _ = client.batch_execute("SET session_replication_role = replica").await;
    let mut filled = Filled::default();
    let mut left: Vec<&String> = tables.keys().collect();
    loop {
        let before = left.len();
        let mut later = Vec::new();
        for table in left {
            let columns = tables.get(table).map(Vec::as_slice).unwrap_or_default();
            if !one(client, table, columns, words.of(table), &mut filled.inserts).await? {
                later.push(table);
            }
        }
        // A table that refers to another one may take rows once that one has some.
        if later.is_empty() || later.len() == before {
            filled.empty = later.into_iter().cloned().collect();
            break;
        }
        left = later;
    }
    let _ = client.batch_execute("RESET session_replication_role").await;
    Ok(filled)
}

/// Fills a table; whether it took a row.
async fn one(
    client: &Client,
    table: &str,
    columns: &[Column],
    word: Option<&str>,
    inserts: &mut Vec<String>,
) -> Result<bool, tokio_postgres::Error> {
    let mut chosen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut any = false;
    for number in 1..=if word.is_some() { 1 } else { ROWS } {
        let mut tries = 0;
        while tries < TRIES {
            let sql = insert(table, columns, number, word, &chosen, tries);
            let Err(error) = client.batch_execute(&sql).await else {
                inserts.push(sql);
                any = true;
                break;
            };
            let Some(refusal) = error.as_db_error() else { return Err(error) };
            if *refusal.code() != SqlState::CHECK_VIOLATION
                || !learn(client, table, refusal, &mut chosen).await?
            {
                break;
            }
            tries += 1;
        }
    }
    Ok(any)
}

/// Takes the values that a CHECK speaks of as those of its columns; whether there are any.
async fn learn(
    client: &Client,
    table: &str,
    refusal: &DbError,
    chosen: &mut BTreeMap<String, Vec<String>>,
) -> Result<bool, tokio_postgres::Error> {
    let name = refusal.constraint().unwrap_or_default();
    let mut learnt = false;
    for row in client.query(CHECK, &[&name, &table]).await? {
        let (definition, columns): (Option<String>, Vec<String>) = (row.try_get(0)?, row.try_get(1)?);
        let words = constants(&definition.unwrap_or_default());
        for column in columns.into_iter().filter(|_| !words.is_empty()) {
            chosen.insert(column, words.clone());
            learnt = true;
        }
    }
    Ok(learnt)
}

/// The constants of an expression: strings as they are, numbers with what is just beside them.
pub(super) fn constants(sql: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = sql;
    while let Some(at) = rest.find(|c: char| c == '\'' || c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let in_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let end = if from.starts_with('\'') {
            closing(from)
        } else {
            from.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(from.len())
        };
        let (token, after) = from.split_at(end);
        if token.starts_with('\'') {
            if token.len() > 1 && token.ends_with('\'') {
                found.push(string_value(token));
            }
        } else if !in_word {
            found.push(token.to_owned());
            if let Ok(number) = token.parse::<i64>() {
                found.extend([number.saturating_add(1).to_string(), number.saturating_sub(1).to_string()]);
            }
        }
        rest = after;
    }
    let mut seen = BTreeSet::new();
    found.retain(|word| seen.insert(word.clone()));
    found
}

/// Where the string that the text begins with ends; doubled quotes are its own.
fn closing(text: &str) -> usize {
    let mut quotes = text.char_indices().skip(1).filter(|(_, c)| *c == '\'').map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        if quotes.peek() != Some(&(at + 1)) {
            return at + 1;
        }
        quotes.next();
    }
    text.len()
}

fn insert(
    table: &str,
    columns: &[Column],
    number: usize,
    word: Option<&str>,
    chosen: &BTreeMap<String, Vec<String>>,
    tries: usize,
) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            let own = chosen.get(&column.name).filter(|words| !words.is_empty());
            let own = own
                .and_then(|words| words.get((tries.saturating_sub(1) + number - 1) % words.len()))
                .cloned();
            let word = word.filter(|word| fits(column, word)).map(str::to_owned);
            let value = own.or(word).or_else(|| value(column, number));
            value.map_or_else(|| "NULL".to_owned(), |value| Literal(&value).to_string())
        })
        .collect();
    if names.is_empty() {
        return format!("INSERT INTO {table} DEFAULT VALUES");
    }
    format!(
        "INSERT INTO {table} ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
        names.join(", "),
        values.join(", ")
    )
}

/// Whether a word may stand in a column.
fn fits(column: &Column, word: &str) -> bool {
    match column.category.as_str() {
        "S" => width(column).is_none_or(|width| word.chars().count() <= width),
        "N" => word.parse::<i32>().is_ok(),
        "D" => word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('-'),
        _ => false,
    }
}

/// How many characters a column takes.
fn width(column: &Column) -> Option<usize> {
    match column.type_name.as_str() {
        "char" => Some(1),
        "varchar" | "bpchar" => usize::try_from(column.modifier - 4).ok(),
        _ => None,
    }
}

/// How many digits before its point a number takes.
fn digits(column: &Column) -> Option<i32> {
    (column.type_name == "numeric" && column.modifier >= 4)
        .then(|| ((column.modifier - 4) >> 16 & 0xffff) - ((column.modifier - 4) & 0x7ff))
}

/// The value of a column in the row of a number; none for what nothing is made up for.
fn value(column: &Column, number: usize) -> Option<String> {
    let (small, large) = (number.to_string(), (100 + number).to_string());
    let value = match column.category.as_str() {
        "N" => match digits(column) {
            Some(..=0) => format!("0.{small}"),
            Some(..=2) => small,
            _ => large,
        },
        "S" | "Z" if width(column).is_some_and(|width| width < 3) => small,
        "S" | "Z" => large,
        "B" => if number % 2 == 1 { "t" } else { "f" }.to_owned(),
        "D" => format!("2024-03-1{number} 1{number}:30:00"),
        "T" => format!("{number} hours"),
        "E" => column.labels.get((number - 1) % column.labels.len().max(1))?.clone(),
        "A" => "{}".to_owned(),
        "I" => format!("10.0.0.{number}"),
        "R" if column.type_name.ends_with("multirange") => "{}".to_owned(),
        "R" => "empty".to_owned(),
        "V" if column.type_name == "bit" => "1".repeat(usize::try_from(column.modifier).ok()?.max(1)),
        "V" => "1".to_owned(),
        "G" => match column.type_name.as_str() {
            "point" => format!("({number},{number})"),
            "box" | "polygon" | "path" | "lseg" => format!("(({number},{number}),(0,0))"),
            "circle" => format!("<({number},{number}),1>"),
            "line" => format!("{{1,-1,{number}}}"),
            _ => return None,
        },
        _ => match column.type_name.as_str() {
            "uuid" => format!("00000000-0000-4000-8000-00000000000{number}"),
            "json" | "jsonb" => format!("{{\"a\": {number}}}"),
            "bytea" => format!("\\x0{number}"),
            "xml" => format!("<a>{number}</a>"),
            "macaddr" => format!("08:00:2b:01:02:0{number}"),
            "macaddr8" => format!("08:00:2b:01:02:03:04:0{number}"),
            "pg_lsn" => format!("0/{number}"),
            "tsvector" | "tsquery" | "ltree" => format!("w{number}"),
            "hstore" => format!("a=>{number}"),
            "vector" => {
                format!("[{}]", vec![small; usize::try_from(column.modifier).unwrap_or(1).max(1)].join(","))
            }
            "geometry" | "geography" => format!("POINT({number} {number})"),
            _ => return None,
        },
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::constants;

    #[test]
    fn the_constants_of_a_check_are_found() {
        let check = "CHECK ((kind = ANY (ARRAY['it''s'::text, 'b'::text])) AND (n1 > 17))";
        assert_eq!(constants(check), ["it's", "b", "17", "18", "16"]);
        assert!(constants("'open").is_empty());
    }
}
