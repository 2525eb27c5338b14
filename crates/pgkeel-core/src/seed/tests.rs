//! What is read from seed files.

use super::{Data, Format, name, read, table};

#[test]
fn each_format_names_its_table_key_columns_and_lines() {
    let csv = read(Format::Csv, "seeds/10_services.csv", "name,price\nCut,25\n").unwrap();
    assert_eq!(
        (csv.table, csv.key, csv.columns),
        (vec!["services".into()], None, vec!["name".into(), "price".into()])
    );
    assert_eq!(csv.data, Data::Csv { text: "Cut,25\n".into(), first_line: 2 });
    let csv = read(Format::Csv, "x.csv", "# pgkeel: table=public.\"Services\" key=a,b\na,b\n1,2").unwrap();
    assert_eq!(
        (csv.table, csv.key),
        (vec!["public".into(), "Services".into()], Some(vec!["a".into(), "b".into()]))
    );
    let csv =
        read(Format::Csv, "x.csv", "# pgkeel: key=\"a,b\",\"c \"\"d\" table=\"We ird\".t\na\n").unwrap();
    assert_eq!(csv.table, vec!["We ird".to_owned(), "t".into()]);
    assert_eq!(csv.key, Some(vec!["a,b".into(), "c \"d".into()]));

    let json = read(
        Format::Json,
        "x.json",
        "{\"table\": \"p\",\n\"key\": [\"k\"], \"rows\": [{\"k\": 1},\n {\"k\": 2, \"v\": {}}]}",
    )
    .unwrap();
    let Data::Objects(objects) = &json.data else { panic!("{json:?}") };
    assert_eq!((objects[0].line, objects[1].line, json.columns.len()), (2, 3, 2));

    let toml =
        read(Format::Toml, "x.toml", "table = \"p\"\n\n[[rows]]\nk = 1\nd = 2025-01-02\n\n[[rows]]\nk = 2\n")
            .unwrap();
    let Data::Objects(objects) = &toml.data else { panic!("{toml:?}") };
    assert_eq!((objects[1].line, objects[0].values["d"].as_str()), (7, Some("2025-01-02")));
}

#[test]
fn a_key_is_a_name_or_a_list_of_names() {
    let key = |format, text: &str| read(format, "x", text).unwrap().key;
    assert_eq!(
        key(Format::Json, "{\"table\": \"p\", \"key\": \"k\", \"rows\": []}"),
        Some(vec!["k".to_owned()])
    );
    assert_eq!(key(Format::Toml, "table = \"p\"\nkey = \"k\"\nrows = []\n"), Some(vec!["k".to_owned()]));
    assert_eq!(
        key(Format::Toml, "table = \"p\"\nkey = [\"a\", \"b\"]\nrows = []\n").map(|key| key.len()),
        Some(2)
    );
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    for (format, file, text, place) in [
        (Format::Json, "x.json", "{\"table\": \"p\",\n \"rows\": [1, ]}", "x.json:2:"),
        (Format::Json, "x.json", "{\"table\": \"p\", \"row\": []}", "x.json:1:"),
        (Format::Toml, "x.toml", "table = \"p\"\nrows = 1\n", "x.toml:2:"),
        (Format::Csv, "x.csv", "# pgkeel: tabel=x\na\n1\n", "x.csv:1:1"),
        (Format::Csv, "x.csv", "a,,b\n1,2,3\n", "x.csv:1:1"),
        (
            Format::Json,
            "x.json",
            "{\"table\": \"p\",\n \"rows\": [\n {\"a\": 1},\n 7]}",
            "x.json:4:2: invalid type: integer `7`, expected a row, like {\"column\": value}",
        ),
        (Format::Json, "x.json", "{\"table\": \"p\", \"rows\": [{\"a\": 1,\n\"a\": 2}]}", "x.json:2:"),
        (
            Format::Json,
            "x.json",
            "{\"table\": \"p\", \"key\": 1, \"rows\": []}",
            "x.json:1:23: invalid type: integer `1`, \
          expected the key's columns, like \"id\"",
        ),
    ] {
        let error = read(format, file, text).unwrap_err().to_string();
        assert!(error.starts_with(place), "{error}");
    }
}

#[test]
fn names_of_seeds_and_tables() {
    assert_eq!([name("10_services.csv"), name("users.sql"), name("10.sql")], ["services", "users", "10"]);
    assert_eq!(table("Public.\"A.b\""), Some(vec!["public".into(), "A.b".into()]));
    assert_eq!([table(""), table("a.b.c"), table("\"a"), table("a..b")], [None, None, None, None]);
}

#[test]
fn a_seed_is_told_by_its_ending() {
    assert_eq!(
        [Format::of("1_a.CSV"), Format::of("a.Sql"), Format::of("a.yaml"), Format::of("csv")],
        [Some(Format::Csv), Some(Format::Sql), None, None]
    );
    assert!(super::is_beside("README.md") && super::is_beside("a.sql~") && !super::is_beside("a.yaml"));
}

#[test]
fn a_seed_is_named_with_or_without_number_and_ending() {
    for wish in ["30_p.csv", "30_p", "p.csv", "p"] {
        assert!(super::is_named("30_p.csv", wish), "{wish}");
    }
    for wish in ["30", "p.sql", "", ".csv", "30_", "pp"] {
        assert!(!super::is_named("30_p.csv", wish), "{wish}");
    }
}
