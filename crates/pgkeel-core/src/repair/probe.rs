//! Questions to the rows, asked before a constraint is added or a unique index is built on a table that holds some:
//! what they would violate is found before anything is done.

use std::collections::BTreeSet;

use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A question to the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The object that is to be added.
    pub id: Id,
    /// A query of one number: how many rows, or groups of rows, violate it, counted up to a thousand.
    pub sql: String,
    /// What they do, as in `3 rows violate it`.
    pub complaint: &'static str,
    /// Whether it can be added all the same, without a check of the rows.
    pub may_be_unchecked: bool,
}

/// The questions about everything that `goal` demands of the rows of the filled tables and `live` does not.
pub fn probes(live: &Schema, goal: &Schema, filled: &BTreeSet<Id>) -> Vec<Probe> {
    let changed = goal.objects.iter().filter(|(id, object)| live.body(id) != Some(&object.body));
    changed.filter_map(|(id, object)| probe(id, &object.body, live, filled)).collect()
}

fn probe(id: &Id, body: &Body, live: &Schema, filled: &BTreeSet<Id>) -> Option<Probe> {
    let is_filled = |table: &Name| filled.contains(&Id::new(Kind::Table, [&table.0, &table.1]));
    // A column that is still to be added has no rows to ask.
    let exist = |table: &Name, columns: &[String]| {
        columns.iter().all(|column| live.has(&Id::new(Kind::Column, [&table.0, &table.1, column])))
    };
    let (complaint, may_be_unchecked, rows) = match body {
        Body::Column(column) if column.not_null && is_filled(&column.table) => {
            let Some(Body::Column(before)) = live.body(id) else { return None };
            let sets = !before.not_null || before.not_null_constraint.as_ref().is_some_and(|c| c.not_valid);
            sets.then(|| {
                (
                    "have no value in it",
                    false,
                    format!("FROM {} WHERE {} IS NULL", column.table, Ident(&column.name)),
                )
            })?
        }
        Body::Constraint(constraint) if is_filled(&constraint.table) => {
            let (table, definition) = (&constraint.table, constraint.definition.as_str());
            match constraint.kind.as_str() {
                "c" if !definition.ends_with(" NOT VALID") => {
                    let inside = definition.strip_prefix("CHECK ")?;
                    let inside = inside.strip_suffix(" NO INHERIT").unwrap_or(inside);
                    ("violate it", true, format!("FROM {table} WHERE NOT {inside}"))
                }
                "p" | "u" => {
                    let columns = columns_of(definition);
                    if !exist(table, &columns) {
                        return None;
                    }
                    let any_null = definition.contains("NULLS NOT DISTINCT");
                    (
                        "have the same values, or none",
                        false,
                        repeated(table, &columns, !any_null, constraint.kind == "p"),
                    )
                }
                _ => return None,
            }
        }
        Body::ForeignKey(key) if is_filled(&key.table) && !key.definition.ends_with(" NOT VALID") => {
            let columns = columns_of(&key.definition);
            if !exist(&key.table, &columns) || key.definition.ends_with("NOT ENFORCED") {
                return None;
            }
            (
                "reference a row that does not exist",
                true,
                dangling(&key.table, &columns, &key.definition, live)?,
            )
        }
        Body::Index(index) if is_filled(&index.table) && index.definition.starts_with("CREATE UNIQUE ") => {
            let columns = columns_of(index.definition.split_once(" USING ")?.1);
            // An index on an expression, or with an operator class, is asked nothing.
            if !exist(&index.table, &columns) {
                return None;
            }
            let condition = index.definition.split_once(" WHERE ").map(|(_, condition)| condition);
            let any_null = index.definition.contains("NULLS NOT DISTINCT");
            let mut sql = repeated(&index.table, &columns, !any_null, false);
            if let Some(condition) = condition {
                sql = sql.replacen(" WHERE true", &format!(" WHERE {condition}"), 1);
            }
            ("have the same values", false, sql)
        }
        _ => return None,
    };
    let sql = format!("SELECT count(*) FROM (SELECT {rows} LIMIT 1000) AS pgkeel_rows");
    Some(Probe { id: id.clone(), sql, complaint, may_be_unchecked })
}

/// Groups of rows with the same values; with `all`, rows without a value count too.
fn repeated(table: &Name, columns: &[String], without_nulls: bool, all: bool) -> String {
    let names: Vec<String> = columns.iter().map(|column| Ident(column).to_string()).collect();
    let list = names.join(", ");
    let mut condition = String::from("true");
    if without_nulls && !all {
        condition.extend(names.iter().map(|name| format!(" AND {name} IS NOT NULL")));
    }
    let mut having = String::from("count(*) > 1");
    if all {
        having.extend(names.iter().map(|name| format!(" OR {name} IS NULL")));
    }
    format!("FROM {table} WHERE {condition} GROUP BY {list} HAVING {having}")
}

/// Rows whose key is nowhere.
fn dangling(table: &Name, columns: &[String], definition: &str, live: &Schema) -> Option<String> {
    let (_, referenced) = definition.split_once(" REFERENCES ")?;
    let (other, _) = referenced.split_at_checked(opening(referenced)?)?;
    let keys = columns_of(referenced);
    let given: Vec<String> =
        columns.iter().map(|column| format!("r.{} IS NOT NULL", Ident(column))).collect();
    let given = given.join(" AND ");
    let tables = live.objects.keys().filter(|id| id.kind == Kind::Table);
    let name = tables.filter_map(|id| match id.parts.as_ref() {
        [namespace, name] => Some(Name(namespace.clone(), name.clone())),
        _ => None,
    });
    let found = name.into_iter().find(|name| name.to_string() == other);
    // A key that is made anew has other values than the rows remember.
    let has_key = |name: &Name| {
        keys.iter()
            .all(|key| live.has(&Id::new(Kind::Column, [name.0.as_str(), name.1.as_str(), key.as_str()])))
    };
    if !found.is_some_and(|name| has_key(&name)) {
        return Some(format!("FROM {table} AS r WHERE {given}"));
    }
    let same: Vec<String> = columns
        .iter()
        .zip(&keys)
        .map(|(column, key)| format!("k.{} = r.{}", Ident(key), Ident(column)))
        .collect();
    Some(format!(
        "FROM {table} AS r WHERE {given} AND NOT EXISTS (SELECT FROM {other} AS k WHERE {})",
        same.join(" AND ")
    ))
}

/// Where the first parenthesis outside of quotes is.
fn opening(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(place, character)| {
        quoted ^= character == '"';
        (character == '(' && !quoted).then_some(place)
    })
}

/// The names in the first parentheses of a definition: `FOREIGN KEY (a, "B c") REFERENCES ...`.
pub fn columns_of(definition: &str) -> Vec<String> {
    let Some(list) = opening(definition).and_then(|place| definition.get(place + 1..)) else { return vec![] };
    let mut names = vec![String::new()];
    let mut quoted = false;
    let mut depth = 0_u32;
    for character in list.chars() {
        match character {
            '"' => quoted = !quoted,
            ')' if !quoted && depth == 0 => break,
            ',' if !quoted && depth == 0 => names.push(String::new()),
            other => {
                match other {
                    '(' if !quoted => depth += 1,
                    ')' if !quoted => depth -= 1,
                    _ => {}
                }
                if let Some(name) = names.last_mut()
                    && (quoted || other != ' ' || !name.is_empty())
                {
                    name.push(other);
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::columns_of;

    #[test]
    fn columns_are_read_through_quotes() {
        assert_eq!(columns_of("PRIMARY KEY (id)"), ["id"]);
        assert_eq!(columns_of("FOREIGN KEY (a, \"B, (c\") REFERENCES t(x, y)"), ["a", "B, (c"]);
        assert_eq!(columns_of("btree (lower(email), id)"), ["lower(email)", "id"]);
    }
}
