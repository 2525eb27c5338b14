//! What a script is cut into.

use super::{Piece, ScriptErrorKind, Splitter, split, statements};

fn texts(sql: &str) -> Vec<String> {
    statements(sql).unwrap().into_iter().map(|s| s.text).collect()
}

#[test]
fn a_semicolon_inside_quotes_comments_and_bodies_ends_nothing() {
    for whole in [
        "SELECT ';', \";\", E'\\';', $$;$$, $a$ $$; $a$",
        "SELECT 1 /* ; /* ; */ ; */ + 1",
        "SELECT 1 -- ;\n + 1",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v)",
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a > 0 THEN 1 END; END",
        "create or replace procedure p() begin atomic insert into t values (1); end",
        "SELECT a$b$c, 1 FROM t WHERE x = $1",
        "SELECT U&'d\\0061t;a', B'1', X'ff'",
    ] {
        assert_eq!(texts(&format!("{whole};")), [whole]);
        assert_eq!(texts(&format!(";;{whole}\n;\nSELECT 2")), [whole, "SELECT 2"]);
    }
}

#[test]
fn backslashes_escape_only_while_standard_conforming_strings_is_off() {
    assert_eq!(texts(r"SELECT '\'; SELECT 2").len(), 2);
    let off = statements(r"SET standard_conforming_strings = off; SELECT '\'; '; SELECT 2").unwrap();
    assert_eq!(off.len(), 3);
    assert_eq!(off.iter().map(|s| s.backslash_escapes).collect::<Vec<_>>(), [false, true, true]);
    let back = r"SELECT set_config('standard_conforming_strings', 'off', false); SELECT 'a\''; RESET standard_conforming_strings; SELECT '\'; SELECT 3";
    assert_eq!(texts(back).len(), 5);
}

#[test]
fn copy_data_is_not_sql() {
    let pieces = split("COPY t (a, b) FROM stdin; -- data\r\n1\t;'\r\n\\N\t$$\r\n\\.\r\nSELECT 1;").unwrap();
    let Piece::Statement(copy) = &pieces[0] else { panic!("{pieces:?}") };
    assert!(copy.copies_in);
    assert_eq!(pieces[1], Piece::CopyData("1\t;'\r\n\\N\t$$\r\n".into()));
    let Piece::Statement(select) = &pieces[2] else { panic!("{pieces:?}") };
    assert_eq!((select.text.as_str(), select.position.line), ("SELECT 1", 5));
    assert!(!statements("COPY (SELECT 1 FROM stdin) TO '/x'").unwrap()[0].copies_in);
    for out in ["SELECT 1;\nCOPY t TO stdout;", "SELECT 1;\ncopy (SELECT 1) to STDOUT WITH (FORMAT csv)"] {
        let refused = split(out).unwrap_err();
        assert_eq!((refused.kind, refused.position.line), (ScriptErrorKind::CopyOut, 2));
    }
    let trailing = split("COPY t FROM stdin; SELECT 1;\n\\.\n").unwrap_err();
    assert_eq!(trailing.kind, ScriptErrorKind::CopyTrailing);
}

#[test]
fn psql_meta_commands_are_refused_with_their_line_except_restrict() {
    assert_eq!(texts("\\restrict abc\nSELECT 1;\n\\unrestrict abc\n"), ["SELECT 1"]);
    let error = split("SELECT 1;\n  \\i other.sql\n").unwrap_err();
    assert_eq!((error.position.line, error.position.column), (2, 3));
    assert_eq!(error.kind, ScriptErrorKind::MetaCommand("\\i".into()));
    assert!(split("SELECT 1 \\gexec\n").is_err());
}

#[test]
fn an_unterminated_quote_is_named_where_it_begins() {
    for (sql, line, column) in [
        ("SELECT 1;\nSELECT 'abc;\n", 2, 8),
        ("/* a\n", 1, 1),
        ("SELECT\n $x$ abc $$;", 2, 2),
        ("SELECT \"a", 1, 8),
    ] {
        let error = split(sql).unwrap_err();
        assert_eq!((error.position.line, error.position.column), (line, column), "{sql}");
    }
}

#[test]
fn portions_of_any_size_give_the_same_pieces() {
    let sql = "-- head\nCREATE TABLE \"é;\" (a int); COPY t FROM stdin;\nx;y\n\\.\n\
               SELECT $q$ ; $q$ /* ; */; -- pgkeel:down\nDROP TABLE t\n";
    let join = |pieces: Vec<Piece>| {
        // Data may come in more portions, nothing else may differ.
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (Some(Piece::CopyData(before)), Piece::CopyData(more)) => before.push_str(&more),
                (_, piece) => joined.push(piece),
            }
        }
        joined
    };
    let whole = split(sql).unwrap();
    for size in 1..12 {
        let mut splitter = Splitter::default();
        let mut pieces = Vec::new();
        let characters: Vec<char> = sql.chars().collect();
        for portion in characters.chunks(size) {
            splitter.feed(&portion.iter().collect::<String>());
            while let Some(piece) = splitter.next_piece().unwrap() {
                pieces.push(piece);
            }
        }
        splitter.finish();
        while let Some(piece) = splitter.next_piece().unwrap() {
            pieces.push(piece);
        }
        assert_eq!(join(pieces), whole, "portions of {size}");
    }
}

#[test]
fn a_section_marker_ends_a_statement_without_semicolon() {
    assert_eq!(texts("SELECT 1\n-- pgkeel:down\nSELECT 2"), ["SELECT 1", "SELECT 2"]);
    assert_eq!(texts("SELECT $$\n-- pgkeel:down\n$$"), ["SELECT $$\n-- pgkeel:down\n$$"]);
}
