//! The first key words of a statement: enough to know transaction control from everything else, without a parser.

use super::effect::TextRange;
use super::lexer::{TokenKind, token_at};

/// The first `count` words of a statement, upper case; stops at the first token that is not a word.
pub fn leading(statement: &str, count: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while words.len() < count {
        let Ok(Some(token)) = token_at(statement, at, false) else { break };
        at = token.range.end;
        match token.kind {
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => {}
            TokenKind::Word => {
                words.push(statement.get(token.range).unwrap_or_default().to_ascii_uppercase());
            }
            _ => break,
        }
    }
    words
}

/// The word `LOCAL` of a `SET LOCAL` with what stands before it since `SET`, in bytes: without it, the setting outlives the
/// transaction.
pub fn local_of_set(statement: &str) -> Option<TextRange> {
    let mut at = 0;
    let mut set_end = None;
    while let Ok(Some(token)) = token_at(statement, at, false) {
        at = token.range.end;
        match (token.kind, set_end) {
            (TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment, _) => {}
            (TokenKind::Word, before) => {
                let word = statement.get(token.range.clone())?;
                match before {
                    None if word.eq_ignore_ascii_case("set") => set_end = Some(token.range.end),
                    Some(start) if word.eq_ignore_ascii_case("local") => {
                        return Some(TextRange::new(start, token.range.end));
                    }
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    None
}

/// Statements that begin or end a transaction. Savepoints do neither.
///
/// PostgreSQL documentation, BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, ABORT, PREPARE TRANSACTION.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionControl {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`, `PREPARE TRANSACTION`, and the two-phase forms of the others.
    Other,
}

/// What the statement does to the transaction it runs in, if anything.
pub fn transaction_control(statement: &str) -> Option<TransactionControl> {
    let words = leading(statement, 3);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["BEGIN", ..] | ["START", "TRANSACTION", ..] => Some(TransactionControl::Begin),
        ["COMMIT" | "ROLLBACK", "PREPARED", ..] | ["PREPARE", "TRANSACTION", ..] => {
            Some(TransactionControl::Other)
        }
        ["COMMIT" | "END", ..] => Some(TransactionControl::Commit),
        ["ROLLBACK", "TO", ..] | ["ROLLBACK", "WORK" | "TRANSACTION", "TO"] => None,
        ["ROLLBACK" | "ABORT", ..] => Some(TransactionControl::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{TransactionControl as T, local_of_set, transaction_control};

    #[test]
    fn local_is_found_however_it_stands() {
        for (sql, without) in [
            ("SET LOCAL a = 1", Some("SET a = 1")),
            ("set  local\n a = 1", Some("set\n a = 1")),
            ("/* LOCAL */ SET -- so\n\tLocal a = 'local '", Some("/* LOCAL */ SET a = 'local '")),
            ("SET a = 'x local y'", None),
            ("SET SESSION a = 1", None),
            ("SELECT local", None),
        ] {
            let found = local_of_set(sql).map(|range| {
                let mut text = sql.to_owned();
                text.replace_range(range.start..range.end, "");
                text
            });
            assert_eq!(found.as_deref(), without, "{sql}");
        }
    }

    #[test]
    fn transaction_control_is_told_from_savepoints() {
        for (sql, expected) in [
            ("BEGIN", Some(T::Begin)),
            ("/* x */ start transaction isolation level serializable", Some(T::Begin)),
            ("end", Some(T::Commit)),
            ("COMMIT AND CHAIN", Some(T::Commit)),
            ("COMMIT PREPARED 'x'", Some(T::Other)),
            ("ROLLBACK TO SAVEPOINT a", None),
            ("ROLLBACK WORK TO a", None),
            ("rollback", Some(T::Other)),
            ("SAVEPOINT a", None),
            ("PREPARE x AS SELECT 1", None),
            ("SELECT 'COMMIT'", None),
        ] {
            assert_eq!(transaction_control(sql), expected, "{sql}");
        }
    }
}
