//! `NN_table.csv`: a header line with the columns, perhaps behind `# pgkeel: table=public.services key=name`.

use super::{Data, Rows, SeedError, error, name, table};
use crate::sql::position::Position;

pub(super) fn read(file: &str, text: &str) -> Result<Rows, SeedError> {
    let mut from_directive = (None, None);
    let mut rest = text;
    let mut line = 1;
    while rest.starts_with('#') {
        let (comment, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(directive) = comment.trim_start_matches('#').trim().strip_prefix("pgkeel:") {
            from_directive = read_directive(file, line, directive)?;
        }
        rest = after;
        line += 1;
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(rest.as_bytes());
    let header = reader.headers().map_err(|e| error(file, Position { line, column: 1 }, e.to_string()))?;
    let columns: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    if columns.is_empty() || columns.iter().any(String::is_empty) {
        let at = Position { line, column: 1 };
        return Err(error(file, at, "the first line must name the columns, each with a name"));
    }
    let (_, body) = rest.split_once('\n').unwrap_or((rest, ""));
    let file_name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let own_name = || table(&format!("\"{}\"", name(file_name)));
    let table = from_directive.0.or_else(own_name).ok_or_else(|| {
        error(
            file,
            Position::START,
            "no table: name it with `# pgkeel: table=public.users` on the first line",
        )
    })?;
    Ok(Rows {
        file: file.to_owned(),
        table,
        key: from_directive.1,
        columns,
        data: Data::Csv { text: body.to_owned(), first_line: line + 1 },
    })
}

type Directive = (Option<Vec<String>>, Option<Vec<String>>);

fn read_directive(file: &str, line: usize, text: &str) -> Result<Directive, SeedError> {
    let mut found = (None, None);
    for word in outside_quotes(text, char::is_whitespace).into_iter().filter(|word| !word.is_empty()) {
        match word.split_once('=') {
            Some(("table", value)) if table(value).is_some() => found.0 = table(value),
            Some(("key", value)) => {
                let names = outside_quotes(value, |c| c == ',').into_iter().map(str::trim);
                found.1 = Some(names.map(|name| unquoted(name).unwrap_or_else(|| name.to_owned())).collect());
            }
            _ => {
                let message = format!("`{word}` is not understood: write table=NAME and key=COLUMN,COLUMN");
                return Err(error(file, Position { line, column: 1 }, message));
            }
        }
    }
    Ok(found)
}

/// Cut where such characters stand, but not within double quotes.
fn outside_quotes(text: &str, cuts: impl Fn(char) -> bool) -> Vec<&str> {
    let mut quoted = false;
    let is_cut = |c: char| {
        quoted ^= c == '"';
        !quoted && cuts(c)
    };
    text.split(is_cut).collect()
}

/// What stands between double quotes, in which two of them mean one.
fn unquoted(name: &str) -> Option<String> {
    let inside = name.strip_prefix('"')?.strip_suffix('"')?;
    Some(inside.replace("\"\"", "\""))
}
