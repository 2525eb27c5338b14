//! The first key words of a statement: enough to know transaction control from everything else, without a parser.

use super::effect::TextRange;
use super::lexer::{TokenKind, significant};

/// The first `count` words of a statement, upper case; stops at the first token that is not a word.
pub fn leading(statement: &str, count: usize) -> Vec<String> {
    significant(statement)
        .take_while(|token| token.kind == TokenKind::Word)
        .take(count)
        .map(|token| statement.get(token.range).unwrap_or_default().to_ascii_uppercase())
        .collect()
}

/// The word `LOCAL` of a `SET LOCAL` with what stands before it since `SET`, in bytes: without it, the setting outlives the
/// transaction.
pub fn local_of_set(statement: &str) -> Option<TextRange> {
    let mut first = significant(statement);
    let mut word = |wanted: &str| {
        let token = first.next().filter(|token| token.kind == TokenKind::Word)?;
        let is_it = statement.get(token.range.clone())?.eq_ignore_ascii_case(wanted);
        is_it.then_some(token.range)
    };
    let set = word("set")?;
    let local = word("local")?;
    Some(TextRange::new(set.end, local.end))
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
