//! A mistake in `pgkeel.toml`: where it is, the line itself, and what was probably meant.

use crate::finding::Span;
use crate::sql::position::beneath;
use crate::url::redact;
use std::fmt;
use std::ops::Range;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to write instead.
    pub help: Option<String>,
    /// The line, without secrets.
    line: String,
}

impl ConfigProblem {
    pub(super) fn new(
        text: &str,
        file: &str,
        bytes: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        let (line, column) = position(text, bytes.start);
        let (end_line, end_column) = position(text, bytes.end.max(bytes.start));
        let shown = text.lines().nth(line - 1).unwrap_or_default();
        Self {
            message: message.into(),
            span: Span { file: file.to_owned(), line, column, end_line, end_column },
            help,
            line: redact(shown),
        }
    }
}

/// Line and column, from 1, of a byte; columns count characters.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.char_indices().take_while(|(index, _)| *index < byte);
    before.fold((1, 1), |(line, column), (_, c)| if c == '\n' { (line + 1, 1) } else { (line, column + 1) })
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { file, line, column, end_line, end_column } = &self.span;
        let margin = line.to_string();
        let blank = " ".repeat(margin.len());
        let length = self.line.chars().count();
        // Hiding a secret may have made the line shorter.
        let from = (*column).min(length + 1);
        let to = if end_line == line { (*end_column).min(length + 1) } else { length + 1 };
        writeln!(f, "{file}:{line}:{column}: {}", self.message)?;
        writeln!(f, " {blank} |")?;
        writeln!(f, " {margin} | {}", self.line)?;
        let part =
            |from: usize, to: usize| -> String { self.line.chars().skip(from).take(to - from).collect() };
        let carets = beneath(&part(from - 1, to.max(from) - 1)).len().max(1);
        write!(f, " {blank} | {}{}", beneath(&part(0, from - 1)), "^".repeat(carets))?;
        if let Some(help) = &self.help {
            write!(f, "\n {blank} = help: {help}")?;
        }
        Ok(())
    }
}

/// Every mistake of one file, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblems(pub Vec<ConfigProblem>);

impl fmt::Display for ConfigProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index > 0 { "\n\n" } else { "" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigProblems {}
