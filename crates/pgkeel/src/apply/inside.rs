//! Where inside a statement an error arose, when the server names no character of it: a line of a `DO` block's body, or of the
//! data of a COPY. Both stand in the error's CONTEXT, which ends with the statement itself (documentation section 54.8).

use pgkeel_core::sql::effect::dollar_body;
use pgkeel_core::sql::lexer::{Token, TokenKind, tokens};
use pgkeel_core::sql::position::Position;
use pgkeel_core::sql::words::leading;

/// The first character of the line of a `DO` block, in characters behind the statement's beginning.
pub(super) fn line_of_block(statement: &str, context: &str) -> Option<usize> {
    // Another statement may call what runs a block; its own strings have nothing to do with it.
    if leading(statement, 1).first().is_none_or(|word| word != "DO") {
        return None;
    }
    let number = number_behind(context, "inline_code_block line ")?;
    let start = body_start(statement)?;
    let body = statement.get(start..)?;
    // Line 1 is where the opening quote stands, also when the body begins behind it.
    let line = body.split_inclusive('\n').take(number.checked_sub(1)?).map(str::len).sum::<usize>();
    let rest = body.get(line..)?;
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Some(statement.get(..start + line + blank)?.chars().count())
}

/// The line of the file on which a refused row of a COPY stands: its data begin on the line behind the statement's last.
pub(super) fn line_of_data(statement: &str, begins: Position, context: &str) -> Option<Position> {
    let copy = context.lines().find(|line| line.starts_with("COPY "))?;
    let number = number_behind(copy, ", line ")?;
    Some(Position { line: begins.line + statement.matches('\n').count() + number, column: 1 })
}

fn number_behind(text: &str, words: &str) -> Option<usize> {
    // The outermost one is the statement's own: a block may run another by EXECUTE.
    let (_, rest) = text.rsplit_once(words)?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The byte behind the first opening quote of a `DO` statement.
fn body_start(statement: &str) -> Option<usize> {
    let is_text = |token: &Token| matches!(token.kind, TokenKind::Text | TokenKind::DollarText);
    let token = tokens(statement, false).find(is_text)?;
    let text = statement.get(token.range.clone())?;
    let open =
        dollar_body(text).map_or_else(|| text.find('\'').map(|quote| quote + 1), |(open, _)| Some(open))?;
    Some(token.range.start + open)
}

#[cfg(test)]
mod tests {
    use pgkeel_core::sql::position::Position;

    use super::{line_of_block, line_of_data};

    #[test]
    fn a_line_of_a_block_leads_to_its_first_word() {
        let block = "DO LANGUAGE plpgsql $do$\nBEGIN\n    RAISE EXCEPTION 'é';\nEND\n$do$";
        let at = line_of_block(block, "PL/pgSQL function inline_code_block line 3 at RAISE").unwrap();
        assert!(block.chars().skip(at).collect::<String>().starts_with("RAISE"));
        let nested = "SQL statement \"x\"\nPL/pgSQL function f() line 9 at SQL statement\nPL/pgSQL function inline_code_block line 2 at PERFORM";
        let at = line_of_block(block, nested).unwrap();
        assert!(block.chars().skip(at).collect::<String>().starts_with("BEGIN"));
        let one = "DO $$ BEGIN RAISE EXCEPTION 'x'; END $$";
        assert_eq!(line_of_block(one, "PL/pgSQL function inline_code_block line 1 at RAISE"), Some(6));
        assert_eq!(line_of_block(one, "PL/pgSQL function inline_code_block line 7 at RAISE"), Some(39));
        let within = "SELECT run('first\nsecond')";
        assert_eq!(line_of_block(within, "PL/pgSQL function inline_code_block line 2 at RAISE"), None);
        assert_eq!(line_of_block("SELECT 1", "PL/pgSQL function f() line 1 at RAISE"), None);
    }

    #[test]
    fn a_line_of_data_stands_behind_the_copy() {
        let begins = Position { line: 10, column: 1 };
        let context = "COPY t, line 2, column a: \"x\"";
        let found = line_of_data("COPY t (a)\nFROM stdin", begins, context);
        assert_eq!(found, Some(Position { line: 13, column: 1 }));
        assert_eq!(line_of_data("COPY t FROM stdin", begins, "SQL function \"f\""), None);
    }
}
