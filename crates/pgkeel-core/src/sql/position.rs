//! Lines and columns of a text. Both start at 1; columns count characters, as editors and PostgreSQL do.

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthStr as _;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1. `\n`, `\r\n` and a lone `\r` end a line.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The beginning of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place that is reached from here by reading `text`.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        let mut here = self;
        let mut previous = '\0';
        for c in text.chars() {
            match c {
                '\n' if previous == '\r' => {}
                '\n' | '\r' => here = Self { line: here.line + 1, column: 1 },
                _ => here.column += 1,
            }
            previous = c;
        }
        here
    }
}

/// The text of line `line` (from 1), without its line end; empty when there is no such line.
pub fn line_of(text: &str, line: usize) -> &str {
    let mut rest = text;
    for _ in 1..line {
        let Some(end) = rest.find(['\n', '\r']) else { return "" };
        let step = if rest.as_bytes()[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = rest.get(end + step..).unwrap_or("");
    }
    rest.split(['\n', '\r']).next().unwrap_or("")
}

/// What stands below `before` on the next line, so that a sign behind it comes to stand below what follows `before`: blanks,
/// as many as a terminal needs for `before`. Tabs stay tabs.
pub fn beneath(before: &str) -> String {
    before.split('\t').map(|part| " ".repeat(part.width())).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::beneath;

    #[test]
    fn wide_characters_take_two_cells() {
        for (before, blanks) in
            [("ab", "  "), ("\tä ", "\t  "), ("'🦀', 日本", &" ".repeat(10)), ("e\u{301}", " ")]
        {
            assert_eq!(beneath(before), blanks, "{before}");
        }
    }
}
