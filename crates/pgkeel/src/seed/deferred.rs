//! Which row of a file a deferred constraint means, which is looked at behind the last one: PostgreSQL tells the values.

use pgkeel_core::seed::{Data, Rows};
use pgkeel_core::sql::value_rows;

/// The row (from 1) and its line whose columns have the values of a detail like `Key (a, b)=(1, x) is not present in table
/// "t".`; none when no row has just these. The words around the two lists are in the server's language.
pub(super) fn row_of(detail: &str, rows: &Rows) -> Option<(usize, usize)> {
    let wanted = value_rows::key(detail)?;
    match &rows.data {
        Data::Objects(objects) => {
            let is_meant = |value: Option<&serde_json::Value>, wanted: &str| match value {
                Some(serde_json::Value::String(text)) => text == wanted,
                Some(value) => wanted.parse::<serde_json::Value>().is_ok_and(|wanted| *value == wanted),
                None => false,
            };
            let place = objects.iter().position(|object| {
                wanted.iter().all(|(name, value)| is_meant(object.values.get(*name), value))
            })?;
            Some((place + 1, objects.get(place)?.line))
        }
        Data::Csv { text, first_line } => {
            let place_of = |name: &str| rows.columns.iter().position(|column| column == name);
            let wanted: Vec<(usize, &str)> = wanted
                .into_iter()
                .map(|(name, value)| Some((place_of(name)?, value)))
                .collect::<Option<_>>()?;
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let (place, record) =
                reader.records().filter_map(Result::ok).enumerate().find(|(_, record)| {
                    wanted.iter().all(|(column, value)| record.get(*column) == Some(*value))
                })?;
            let line = usize::try_from(record.position()?.line()).ok()?;
            Some((place + 1, first_line + line - 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use pgkeel_core::seed::{Format, read};

    use super::row_of;

    #[test]
    fn the_row_has_the_values_of_the_detail() {
        let csv = read(Format::Csv, "t.csv", "id,a,\"b c\"\n1,2,x\n2,3,\"y\ny\"\n3,3,z\n").unwrap();
        let json = read(
            Format::Json,
            "t.json",
            "{\"table\": \"t\", \"rows\": [{\"a\": 2},\n {\"a\": 3, \"b c\": \"z\"}]}",
        );
        let detail = "Schlüssel (a, \"b c\")=(3, z) ist nicht in Tabelle »p (q)« vorhanden.";
        assert_eq!(row_of(detail, &csv), Some((3, 5)));
        assert_eq!(row_of(detail, &json.unwrap()), Some((2, 2)));
        assert_eq!(row_of("Key (a)=(9) is not present in table \"p\".", &csv), None);
        assert_eq!(row_of("nothing of the kind", &csv), None);
    }
}
