//! Definitions of indexes, keys and foreign keys, written from the catalog's arrays as `pg_get_indexdef` and
//! `pg_get_constraintdef` (ruleutils.c) write them: asking the server for each of them takes most of its time. Whatever is
//! not plain enough for that, PostgreSQL writes itself; `tests/introspection.rs` compares all with what it would have said.

use pgkeel_core::object::{Body, Kind};
use pgkeel_core::sql::ident::Literal;
use std::collections::BTreeMap;
use tokio_postgres::{Error, Row};

use super::names::Names;

/// The columns of the rows of all these kinds, from `table` on: name, definition, options.
const TABLE: usize = 3;
const NAME: usize = 4;
const DEFINITION: usize = 5;
const OPTIONS: usize = 6;

/// Where a definition comes from.
#[derive(Debug)]
pub enum Definition {
    /// It is known.
    Text(String),
    /// Another row, which may be still to come, says it.
    Waits,
    /// Only PostgreSQL can tell.
    Asked,
}

/// Definitions by PostgreSQL that others are like: by oid, the table and the text.
pub type Likes = BTreeMap<u32, (u32, String)>;

/// Whether objects of a kind have definitions of this sort.
pub fn has(kind: Kind) -> bool {
    matches!(kind, Kind::Index | Kind::Constraint | Kind::ForeignKey)
}

/// Puts a definition by PostgreSQL into its place.
pub fn put(body: &mut Body, text: &str, names: &Names) {
    let options = |list: &[String]| without_options(text, list.iter().map(String::as_str), names);
    match body {
        Body::Index(index) => index.definition = options(&index.options),
        Body::Constraint(constraint) => constraint.definition = options(&constraint.options),
        Body::ForeignKey(key) => text.clone_into(&mut key.definition),
        _ => {}
    }
}

/// The definition of the object of a row; the columns from `aside` on are what it is written from. With `all` no other row
/// will come.
pub fn of(
    kind: Kind,
    row: &Row,
    aside: usize,
    names: &Names,
    likes: &mut Likes,
    all: bool,
) -> Result<Definition, Error> {
    if let Some(text) = row.try_get::<_, Option<&str>>(DEFINITION)? {
        if kind == Kind::ForeignKey {
            return Ok(Definition::Text(text.to_owned()));
        }
        let options = row.try_get::<_, Option<Vec<&str>>>(OPTIONS)?.unwrap_or_default();
        let text = without_options(text, options.into_iter(), names);
        likes.insert(row.try_get(1)?, (row.try_get(TABLE)?, text.clone()));
        return Ok(Definition::Text(text));
    }
    let written = match kind {
        Kind::ForeignKey => foreign_key(row, aside, names)?,
        kind => match row.try_get::<_, Option<u32>>(aside)? {
            Some(like) => match likes.get(&like) {
                Some((table, text)) if kind == Kind::Index => index_like(row, aside, names, *table, text)?,
                Some((table, text)) => check_like(row, aside, names, *table, text)?,
                None if all => None,
                None => return Ok(Definition::Waits),
            },
            None if kind == Kind::Index => index(row, aside, names)?,
            None => key(row, aside, names)?,
        },
    };
    Ok(written.map_or(Definition::Asked, Definition::Text))
}

/// A definition without storage options, which are a field of their own: `flatten_reloptions`.
fn without_options<'o>(text: &str, options: impl Iterator<Item = &'o str>, names: &Names) -> String {
    let mut list = String::from(" WITH (");
    for (place, option) in options.enumerate() {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        if place > 0 {
            list.push_str(", ");
        }
        names.quote(name, &mut list);
        list.push('=');
        let mut quoted = String::new();
        names.quote(value, &mut quoted);
        list.push_str(&if quoted == value { quoted } else { Literal(value).to_string() });
    }
    list.push(')');
    text.replace(&list, "")
}

/// Appends columns of a table as a list.
fn list(columns: &[i16], table: u32, names: &Names, to: &mut String) -> Option<()> {
    for (place, number) in columns.iter().enumerate() {
        if place > 0 {
            to.push_str(", ");
        }
        names.quote(&names.column(table, *number)?.name, to);
    }
    Some(())
}

/// `CREATE UNIQUE INDEX name ON namespace.table USING method (`.
fn head(row: &Row, aside: usize, names: &Names) -> Result<Option<String>, Error> {
    let (unique, only, method): (bool, bool, &str) =
        (row.try_get(aside + 6)?, row.try_get(aside + 7)?, row.try_get(aside + 8)?);
    let mut text = String::from(if unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
    names.quote(row.try_get(NAME)?, &mut text);
    text.push_str(if only { " ON ONLY " } else { " ON " });
    let known = names.quote_relation(row.try_get(TABLE)?, &mut text);
    text.push_str(" USING ");
    text.push_str(method);
    text.push_str(" (");
    Ok(known.map(|()| text))
}

/// An index on columns, by classes that PostgreSQL brings: `pg_get_indexdef_worker`.
fn index(row: &Row, aside: usize, names: &Names) -> Result<Option<String>, Error> {
    let table: u32 = row.try_get(TABLE)?;
    let (keys, counted): (Vec<i16>, i16) = (row.try_get(aside + 1)?, row.try_get(aside + 2)?);
    let (classes, collations): (Vec<u32>, Vec<u32>) = (row.try_get(aside + 3)?, row.try_get(aside + 4)?);
    let settings: Vec<i16> = row.try_get(aside + 5)?;
    let is_ordered = row.try_get::<_, &str>(aside + 8)? == "btree";
    let Some(mut text) = head(row, aside, names)? else { return Ok(None) };
    let (keys, included) =
        keys.split_at_checked(usize::try_from(counted).unwrap_or_default()).unwrap_or((&keys, &[]));
    for (place, number) in keys.iter().enumerate() {
        let (Some(column), Some(class), Some(collation), Some(setting)) = (
            names.column(table, *number),
            classes.get(place).and_then(|class| names.class(*class)),
            collations.get(place),
            settings.get(place),
        ) else {
            return Ok(None);
        };
        if class.takes != column.taken_as || *collation != 0 && *collation != column.collation {
            return Ok(None);
        }
        if place > 0 {
            text.push_str(", ");
        }
        names.quote(&column.name, &mut text);
        if !class.default {
            text.push(' ');
            names.quote(&class.name, &mut text);
        }
        text.push_str(match (is_ordered, *setting) {
            (false, _) | (_, 0) => "",
            (_, 1) => " DESC NULLS LAST",
            (_, 2) => " NULLS FIRST",
            _ => " DESC",
        });
    }
    if !included.is_empty() {
        text.push_str(") INCLUDE (");
    }
    let known = list(included, table, names, &mut text);
    text.push(')');
    Ok(known.map(|()| text))
}

/// An index with the expressions of another one, when the columns have the same names and types, too.
fn index_like(
    row: &Row,
    aside: usize,
    names: &Names,
    other: u32,
    like: &str,
) -> Result<Option<String>, Error> {
    let table: u32 = row.try_get(TABLE)?;
    let Some(head) = head(row, aside, names)? else { return Ok(None) };
    // What a quoted name holds is before the first of these words that stands there unquoted, too.
    let method = format!(" USING {} (", row.try_get::<_, &str>(aside + 8)?);
    let tail = (like.matches(&method).count() == 1).then(|| like.split_once(&method)).flatten();
    let same = names.columns(table).eq(names.columns(other));
    Ok(tail.filter(|_| same).map(|(_, tail)| head + tail))
}

/// A CHECK with the expression of another one, when the columns have the same names, too.
fn check_like(
    row: &Row,
    aside: usize,
    names: &Names,
    other: u32,
    like: &str,
) -> Result<Option<String>, Error> {
    let table: u32 = row.try_get(TABLE)?;
    let keys = row.try_get::<_, Option<Vec<i16>>>(aside + 1)?.unwrap_or_default();
    let same = |number: &i16| {
        let (mine, its) = (names.column(table, *number), names.column(other, *number));
        mine.is_some() && mine.map(|column| &column.name) == its.map(|column| &column.name)
    };
    Ok(keys.iter().all(same).then(|| like.to_owned()))
}

/// `PRIMARY KEY (id) INCLUDE (name)`: `pg_get_constraintdef_worker`.
fn key(row: &Row, aside: usize, names: &Names) -> Result<Option<String>, Error> {
    let table: u32 = row.try_get(TABLE)?;
    let Some(keys) = row.try_get::<_, Option<Vec<i16>>>(aside + 1)? else { return Ok(None) };
    let indexed = row.try_get::<_, Option<Vec<i16>>>(aside + 2)?.unwrap_or_default();
    let mut text = match row.try_get::<_, &str>(aside + 3)? {
        "p" => String::from("PRIMARY KEY ("),
        "u" => String::from("UNIQUE ("),
        _ => return Ok(None),
    };
    let mut known = list(&keys, table, names, &mut text);
    if let Some(included) = indexed.get(keys.len()..).filter(|included| !included.is_empty()) {
        text.push_str(") INCLUDE (");
        known = known.and(list(included, table, names, &mut text));
    }
    text.push(')');
    Ok(known.map(|()| text))
}

/// `FOREIGN KEY (parent) REFERENCES public.parents(id) ON DELETE CASCADE`.
fn foreign_key(row: &Row, aside: usize, names: &Names) -> Result<Option<String>, Error> {
    let (table, referenced): (u32, u32) = (row.try_get(TABLE)?, row.try_get(aside + 1)?);
    let (own, its): (Vec<i16>, Vec<i16>) = (row.try_get(aside)?, row.try_get(aside + 2)?);
    let mut text = String::from("FOREIGN KEY (");
    let mut known = list(&own, table, names, &mut text);
    text.push_str(") REFERENCES ");
    known = known.and(names.quote_relation(referenced, &mut text));
    text.push('(');
    known = known.and(list(&its, referenced, names, &mut text));
    text.push(')');
    for (words, place) in [(" ON UPDATE ", aside + 3), (" ON DELETE ", aside + 4)] {
        let action = match row.try_get::<_, &str>(place)? {
            "a" => continue,
            "r" => "RESTRICT",
            "c" => "CASCADE",
            "n" => "SET NULL",
            "d" => "SET DEFAULT",
            _ => return Ok(None),
        };
        text.push_str(words);
        text.push_str(action);
    }
    Ok(known.map(|()| text))
}
