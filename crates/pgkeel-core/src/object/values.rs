//! Views that are nothing but a list of values under other names than `column1`, `column2`.
//!
//! PostgreSQL writes `CREATE VIEW v (p, q) AS VALUES (1, 'x')` as `SELECT column1 AS p, column2 AS q FROM (VALUES (1, 'x'))
//! "*VALUES*"`, and that, when it is read again, as a query within a query (`get_simple_values_rte` in `ruleutils.c`).

use super::view::ViewColumn;
use crate::sql::ident::Ident;

/// The list of columns and the query that PostgreSQL keeps as it is; `None` for any other view.
pub fn under_names(definition: &str, columns: &[ViewColumn]) -> Option<(String, String)> {
    let (head, rest) = definition.trim_end().split_once("\n   FROM (VALUES ")?;
    let rows = rest.strip_suffix(") \"*VALUES*\"")?;
    let mut number = 0;
    for item in head.strip_prefix(" SELECT ")?.split(",\n    ") {
        number += 1;
        let item = item.strip_prefix("\"*VALUES*\".").unwrap_or(item);
        let after = item.strip_prefix(&format!("column{number}"))?;
        if !(after.is_empty() || after.starts_with(" AS ")) {
            return None;
        }
    }
    let names: Vec<String> = columns.iter().map(|(name, ..)| Ident(name).to_string()).collect();
    (names.len() == number).then(|| (format!(" ({})", names.join(", ")), format!(" VALUES {rows}")))
}

#[cfg(test)]
mod tests {
    use super::under_names;

    #[test]
    fn only_a_whole_list_of_values_is_one() {
        let column = |name: &str| (name.to_owned(), "integer".to_owned(), String::new());
        let columns = [column("p"), column("Q")];
        let list = " SELECT column1 AS p,\n    \"*VALUES*\".column2 AS \"Q\"\n   FROM (VALUES (1,2), (3,4)) \"*VALUES*\"";
        let expected = (" (p, \"Q\")".to_owned(), " VALUES (1,2), (3,4)".to_owned());
        assert_eq!(under_names(list, &columns), Some(expected));
        for other in [
            " SELECT column2 AS p,\n    column1 AS \"Q\"\n   FROM (VALUES (1,2)) \"*VALUES*\"",
            " SELECT column1 AS p,\n    column2 AS \"Q\"\n   FROM (VALUES (1,2)) \"*VALUES*\"\n LIMIT 1",
            " SELECT column1 AS p\n   FROM (VALUES (1,2)) \"*VALUES*\"",
            " SELECT 1 AS p,\n    2 AS \"Q\"",
        ] {
            assert_eq!(under_names(other, &columns), None, "{other}");
        }
    }
}
