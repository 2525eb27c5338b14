//! Which row of an `INSERT ... VALUES` of many the server refused. It names the statement only; its detail has the values of
//! the row, which are compared with what is written as constants.

use std::collections::BTreeMap;

use super::effect::{ConflictTarget, Expression, Name, listed_rows};

/// A row of `VALUES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueRow {
    /// Which one, from 1.
    pub number: usize,
    /// Byte of the statement at which it begins.
    pub start: usize,
}

/// The row of which the server's detail speaks: `Failing row contains (7, null).`, `Key (id)=(7) already exists.`. None when
/// none or several different ones may be meant. `exists` says that the key is there already: of equal rows it is the last.
pub fn refused(statement: &str, detail: &str, exists: bool) -> Option<ValueRow> {
    let insert = Insert::read(statement).filter(|insert| insert.rows.len() > 1)?;
    let fits: Vec<&Row> = match key(detail) {
        Some(key) => {
            let wanted: Vec<(usize, &str)> = key
                .into_iter()
                .map(|(name, value)| Some((insert.columns.iter().position(|column| column == name)?, value)))
                .collect::<Option<_>>()?;
            let has = |row: &&Row| {
                wanted
                    .iter()
                    .all(|(at, value)| row.values.get(*at).and_then(Option::as_deref) == Some(*value))
            };
            insert.rows.iter().filter(has).collect()
        }
        None => {
            let listed = detail.split_once('(')?.1.rsplit_once(')')?.0;
            let failing: Vec<&str> = listed.split(", ").collect();
            // The server cuts long values off.
            let is_in = |value: &String| value.len() > 60 || failing.contains(&value.as_str());
            let has = |row: &&Row| {
                row.values.iter().flatten().count() > 0 && row.values.iter().flatten().all(is_in)
            };
            insert.rows.iter().filter(has).collect()
        }
    };
    let (first, last) = (fits.first()?, fits.last()?);
    if exists {
        return Some(last.place);
    }
    fits.iter().all(|row| row.values == first.values).then_some(first.place)
}

/// Two rows with the same values in the columns of `ON CONFLICT`: the earlier and the later one.
pub fn same_key(statement: &str) -> Option<(ValueRow, ValueRow)> {
    let insert = Insert::read(statement)?;
    let at: Vec<usize> = insert
        .conflict
        .iter()
        .map(|name| insert.columns.iter().position(|column| column == name))
        .collect::<Option<_>>()?;
    let mut seen: BTreeMap<Vec<&str>, ValueRow> = BTreeMap::new();
    for row in insert.rows.iter().filter(|_| !at.is_empty()) {
        let key: Option<Vec<&str>> = at.iter().map(|at| row.values.get(*at)?.as_deref()).collect();
        if let Some(former) = key.and_then(|key| seen.insert(key, row.place)) {
            return Some((former, row.place));
        }
    }
    None
}

/// Names and values of a detail like `Key (a, b)=(1, x) is not present in table "t".`, whatever the server's language is.
pub fn key(detail: &str) -> Option<Vec<(&str, &str)>> {
    let (names, rest) = detail.split_once('(')?.1.split_once(")=(")?;
    let (values, _) = rest.split_once(") ")?;
    let names: Vec<&str> = names.split(", ").map(|name| name.trim_matches('"')).collect();
    let values: Vec<&str> = values.split(", ").collect();
    (names.len() == values.len()).then(|| names.into_iter().zip(values).collect())
}

struct Row {
    place: ValueRow,
    /// What stands there as a constant, as the server shows it; none for anything else.
    values: Vec<Option<String>>,
}

/// An `INSERT` with its rows.
struct Insert {
    columns: Vec<String>,
    rows: Vec<Row>,
    conflict: Vec<String>,
}

impl Insert {
    fn read(statement: &str) -> Option<Self> {
        let listed = listed_rows(statement)?;
        let name = |name: &Name| name.last().to_owned();
        let rows = listed.rows.iter().enumerate().map(|(index, (range, values))| Row {
            place: ValueRow { number: index + 1, start: range.start },
            values: values.iter().map(|value| value.as_ref().and_then(constant)).collect(),
        });
        Some(Self {
            columns: listed.columns.iter().flatten().map(name).collect(),
            conflict: match listed.conflict {
                Some(ConflictTarget::Columns(columns)) => columns,
                _ => Vec::new(),
            },
            rows: rows.collect(),
        })
    }
}

/// A constant as the server shows it in a detail.
fn constant(value: &Expression) -> Option<String> {
    if let Some(text) = value.as_string() {
        return Some(text.to_owned());
    }
    if value.is_null() {
        return Some("null".to_owned());
    }
    let text = value.text.to_ascii_lowercase();
    (value.constant && value.strings.is_empty()).then(|| match text.as_str() {
        "true" => "t".to_owned(),
        "false" => "f".to_owned(),
        _ => text,
    })
}

#[cfg(test)]
mod tests {
    use super::{refused, same_key};

    const INSERT: &str = "INSERT INTO s.t (id, \"Name\", n)\nVALUES (1, 'a', 2),\n  (2, NULL, -3), -- two\n  (3, 'it''s', \
                          upper('x')),\n  (2, E'd', 1) ON CONFLICT (id) DO UPDATE SET n = excluded.n RETURNING (id)";

    fn number(detail: &str, exists: bool) -> Option<usize> {
        refused(INSERT, detail, exists).map(|row| row.number)
    }

    #[test]
    fn the_row_has_the_values_that_the_detail_shows() {
        assert_eq!(number("Failing row contains (2, null, -3, 2020-01-01).", false), Some(2));
        assert_eq!(number("La ligne en échec contient (3, it's, X)", false), Some(3));
        assert_eq!(number("Key (id)=(3) is not present in table \"p\".", false), Some(3));
        assert_eq!(number("Key (id, \"Name\")=(1, a) already exists.", true), Some(1));
        assert_eq!(number("Key (id)=(2) already exists.", true), Some(4));
        for nothing in [
            "Failing row contains (9, z).",
            "Key (other)=(1) already exists.",
            "No words.",
            "Key (id)=(2) is not",
        ] {
            assert_eq!(number(nothing, false), None, "{nothing}");
        }
    }

    #[test]
    fn two_rows_with_one_key_are_seen() {
        let (former, later) = same_key(INSERT).unwrap();
        assert_eq!((former.number, later.number), (2, 4));
        assert!(INSERT.get(later.start..).unwrap().starts_with("(2, E'd'"));
        assert!(same_key("INSERT INTO t (id) VALUES (1), (2) ON CONFLICT (id) DO NOTHING").is_none());
        assert!(same_key("INSERT INTO t (id) SELECT 1 ON CONFLICT (id) DO NOTHING").is_none());
    }
}
