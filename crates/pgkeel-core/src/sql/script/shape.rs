//! What has to be known of a statement while it is read: where it ends, and whether data or another way to read
//! strings follows it.

use crate::sql::lexer::{TokenKind, tokens};

/// The few facts about the statement being read.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Its first words, upper case, until they can matter no more.
    head: Vec<String>,
    tokens: usize,
    open: usize,
    /// Open `BEGIN ATOMIC` and `CASE` inside the body of a `CREATE FUNCTION` or `CREATE PROCEDURE`.
    blocks: usize,
    previous: String,
    from_stdin: bool,
    to_stdout: bool,
}

impl Shape {
    pub(super) fn begun(&self) -> bool {
        self.tokens > 0
    }

    /// True when a semicolon here ends the statement.
    pub(super) fn is_complete(&self) -> bool {
        self.open == 0 && self.blocks == 0
    }

    pub(super) fn copies_in(&self) -> bool {
        self.from_stdin
    }

    /// `COPY ... TO stdout`: the rows would go to whoever sends the script.
    pub(super) fn copies_out(&self) -> bool {
        self.to_stdout
    }

    pub(super) fn take(&mut self, kind: TokenKind, text: &str) {
        self.tokens += 1;
        match kind {
            TokenKind::Open => self.open += 1,
            TokenKind::Close => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        if kind != TokenKind::Word {
            self.previous.clear();
            return;
        }
        let word = text.to_ascii_uppercase();
        if self.head.len() < 4 && self.head.len() + 1 == self.tokens {
            self.head.push(word.clone());
        }
        self.take_word(&word);
        self.previous = word;
    }

    fn take_word(&mut self, word: &str) {
        match word {
            "ATOMIC" if self.previous == "BEGIN" && self.creates_routine() => self.blocks += 1,
            "CASE" if self.blocks > 0 => self.blocks += 1,
            "END" => self.blocks = self.blocks.saturating_sub(1),
            "STDIN" if self.previous == "FROM" && self.open == 0 => {
                self.from_stdin = self.head.first().is_some_and(|first| first == "COPY");
            }
            "STDOUT" if self.previous == "TO" && self.open == 0 => {
                self.to_stdout = self.head.first().is_some_and(|first| first == "COPY");
            }
            _ => {}
        }
    }

    fn creates_routine(&self) -> bool {
        let head: Vec<&str> = self.head.iter().map(String::as_str).collect();
        matches!(
            head.as_slice(),
            ["CREATE", "FUNCTION" | "PROCEDURE", ..] | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE"]
        )
    }
}

/// When the statement sets `standard_conforming_strings` for this session: whether backslashes escape afterwards.
pub(super) fn sets_backslash_escapes(statement: &str, escapes: bool) -> Option<bool> {
    const NAME: &str = "standard_conforming_strings";
    let first = statement.split(|c: char| !c.is_ascii_alphabetic()).next()?;
    let sets = ["SET", "RESET", "SELECT"].iter().any(|word| first.eq_ignore_ascii_case(word));
    if !sets || !statement.to_ascii_lowercase().contains(NAME) {
        return None;
    }
    let mut named = false;
    for token in tokens(statement, escapes).filter(|token| !token.kind.is_passing()) {
        let text = statement.get(token.range).unwrap_or_default().to_ascii_lowercase();
        let value = text.trim_matches(['\'', '"']);
        match token.kind {
            _ if value == NAME => named = true,
            TokenKind::Word | TokenKind::Text | TokenKind::Number | TokenKind::QuotedIdent
                if named && value != "to" =>
            {
                return Some(matches!(value, "off" | "of" | "false" | "f" | "no" | "n" | "0"));
            }
            _ => {}
        }
    }
    named.then_some(false)
}
