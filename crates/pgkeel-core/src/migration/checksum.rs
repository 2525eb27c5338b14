//! A migration's checksum: over what PostgreSQL would read, so that line ends, a byte order mark, comments and spaces
//! between tokens are no modification. The algorithm's name is stored beside each value; a new one never invalidates
//! an old value.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::sql::lexer::tokens;
use crate::sql::script::Statement;

/// The algorithm that [`Hasher`] implements.
pub const ALGORITHM: &str = "sha256-tokens-1";

/// A value and the algorithm that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// Name of the algorithm.
    pub algorithm: String,
    /// Lower-case hexadecimal.
    pub value: String,
}

/// Takes a script piece by piece.
#[derive(Debug, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// The tokens of a statement, each ended by a byte that no token holds.
    pub fn statement(&mut self, statement: &Statement) {
        let text = &statement.text;
        for token in tokens(text, statement.backslash_escapes).filter(|token| !token.kind.is_passing()) {
            self.text(text.get(token.range).unwrap_or_default());
            self.0.update([0]);
        }
        self.0.update([0xff]);
    }

    /// Data of a COPY.
    pub fn data(&mut self, data: &str) {
        self.text(data);
    }

    /// The value over everything taken so far.
    pub fn finish(self) -> Checksum {
        let value = self.0.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            hex
        });
        Checksum { algorithm: ALGORITHM.to_owned(), value }
    }

    /// A literal may span lines: its line ends are the file's, not the user's.
    fn text(&mut self, text: &str) {
        for (index, part) in text.split("\r\n").enumerate() {
            if index > 0 {
                self.0.update("\n");
            }
            self.0.update(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hasher;
    use crate::sql::script::statements;

    fn of(sql: &str) -> String {
        let mut hasher = Hasher::default();
        statements(sql).unwrap().iter().for_each(|statement| hasher.statement(statement));
        hasher.finish().value
    }

    #[test]
    fn what_postgresql_would_not_see_does_not_count() {
        let value = of("CREATE TABLE t (a int, b text DEFAULT 'x\ny');\nSELECT 1;\n");
        assert_eq!(
            value,
            of("CREATE TABLE t (a int,\r\n b text DEFAULT 'x\r\ny') ; -- why\r\nSELECT /* one */ 1")
        );
        assert_ne!(value, of("CREATE TABLE t (a int, b text DEFAULT 'x y');\nSELECT 1;\n"));
        assert_ne!(of("SELECT 1; SELECT 2"), of("SELECT 1 SELECT 2"));
        assert_ne!(of("SELECT 'a b'"), of("SELECT 'a' b"));
    }
}
