//! PostgreSQL's lexical structure, as far as cutting text into statements needs it.
//!
//! PostgreSQL documentation, section 4.1, and `src/backend/parser/scan.l`: nested block comments, dollar quotes,
//! `E''` strings, `standard_conforming_strings`, identifiers with `$` and letters beyond ASCII.

use std::ops::Range;

/// What a token is. Key words are [`TokenKind::Word`]s: which of them matter is the caller's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Spaces, tabs, line ends.
    Space,
    /// `-- ...` up to, not including, the line end.
    LineComment,
    /// `/* ... */`, nested.
    BlockComment,
    /// An unquoted identifier or key word.
    Word,
    /// `"..."`, also `U&"..."`.
    QuotedIdent,
    /// `'...'` in any of its forms: plain, `E`, `B`, `X`, `N`, `U&`.
    Text,
    /// `$tag$ ... $tag$`.
    DollarText,
    /// A number.
    Number,
    /// `;`
    Semicolon,
    /// `(` or `[`.
    Open,
    /// `)` or `]`.
    Close,
    /// A backslash outside quotes: psql's, never SQL's. The token runs to the end of the line.
    Meta,
    /// Any other character: operators, commas, dots, parameters.
    Other,
}

impl TokenKind {
    /// White space and comments.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Space | Self::LineComment | Self::BlockComment)
    }

    /// An identifier, quoted or not; also a key word, which is written as one.
    pub fn is_name(self) -> bool {
        matches!(self, Self::Word | Self::QuotedIdent)
    }
}

/// A token: its kind and its bytes in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is, in bytes.
    pub range: Range<usize>,
}

/// Why a token could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unterminated {
    /// A string constant without its closing quote.
    Text,
    /// A quoted identifier without its closing quote.
    QuotedIdent,
    /// A dollar-quoted string without its closing tag.
    DollarText,
    /// A block comment without its `*/`.
    BlockComment,
}

impl Unterminated {
    /// How it is ended.
    pub fn help(self) -> &'static str {
        match self {
            Self::Text => "end it with a single quote; within it, a quote is written twice",
            Self::QuotedIdent => "end it with a double quote",
            Self::DollarText => {
                "end it with the tag with which it begins, such as `$$` or `$body$`, written the same way"
            }
            Self::BlockComment => "end it with `*/`: comments nest, so each `/*` in it needs its own",
        }
    }

    /// The thing, as an error message names it.
    pub fn what(self) -> &'static str {
        match self {
            Self::Text => "string constant",
            Self::QuotedIdent => "quoted identifier",
            Self::DollarText => "dollar-quoted string",
            Self::BlockComment => "comment",
        }
    }
}

/// The `--` comments of a text, with the byte at which each begins. What cannot be read ends them.
pub fn line_comments(text: &str, backslash_escapes: bool) -> Vec<(usize, &str)> {
    tokens(text, backslash_escapes)
        .filter(|token| token.kind == TokenKind::LineComment)
        .map(|token| (token.range.start, text.get(token.range).unwrap_or_default()))
        .collect()
}

/// The tokens of a text, up to one that begins and does not end.
///
/// `backslash_escapes` is true while `standard_conforming_strings` is off.
pub fn tokens(text: &str, backslash_escapes: bool) -> impl Iterator<Item = Token> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let token = token_at(text, at, backslash_escapes).ok()??;
        at = token.range.end;
        Some(token)
    })
}

/// The same without blanks and comments, under the default of `standard_conforming_strings`.
pub fn significant(text: &str) -> impl Iterator<Item = Token> + '_ {
    tokens(text, false).filter(|token| !token.kind.is_passing())
}

/// Reads the token that starts at byte `at` of `text`; `None` at the end of the text.
///
/// `backslash_escapes` is true while `standard_conforming_strings` is off.
///
/// # Errors
/// The token began and the text ended before it did.
pub fn token_at(text: &str, at: usize, backslash_escapes: bool) -> Result<Option<Token>, Unterminated> {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.get(at) else { return Ok(None) };
    let second = bytes.get(at + 1).copied();
    let (kind, end) = match first {
        b if is_space(b) => (TokenKind::Space, run(bytes, at, is_space)),
        b'-' if second == Some(b'-') => (TokenKind::LineComment, line_end(bytes, at)),
        b'/' if second == Some(b'*') => (TokenKind::BlockComment, block_comment(bytes, at)?),
        b'\'' => (TokenKind::Text, quoted(bytes, at, backslash_escapes, Unterminated::Text)?),
        b'"' => (TokenKind::QuotedIdent, quoted(bytes, at, false, Unterminated::QuotedIdent)?),
        b'$' => match dollar_tag(bytes, at) {
            Some(tag) => (TokenKind::DollarText, dollar_text(bytes, at, tag)?),
            None => (TokenKind::Other, at + 1),
        },
        b'e' | b'E' if second == Some(b'\'') => {
            (TokenKind::Text, quoted(bytes, at + 1, true, Unterminated::Text)?)
        }
        b'b' | b'B' | b'x' | b'X' | b'n' | b'N' if second == Some(b'\'') => {
            let escapes = backslash_escapes && first.eq_ignore_ascii_case(&b'n');
            (TokenKind::Text, quoted(bytes, at + 1, escapes, Unterminated::Text)?)
        }
        b'u' | b'U' if second == Some(b'&') && bytes.get(at + 2) == Some(&b'\'') => {
            (TokenKind::Text, quoted(bytes, at + 2, false, Unterminated::Text)?)
        }
        b'u' | b'U' if second == Some(b'&') && bytes.get(at + 2) == Some(&b'"') => {
            (TokenKind::QuotedIdent, quoted(bytes, at + 2, false, Unterminated::QuotedIdent)?)
        }
        b if is_word_start(b) => (TokenKind::Word, run(bytes, at, is_word_part)),
        b if b.is_ascii_digit() => (TokenKind::Number, run(bytes, at, is_number_part)),
        b';' => (TokenKind::Semicolon, at + 1),
        b'(' | b'[' => (TokenKind::Open, at + 1),
        b')' | b']' => (TokenKind::Close, at + 1),
        b'\\' => (TokenKind::Meta, line_end(bytes, at)),
        _ => (TokenKind::Other, at + 1),
    };
    Ok(Some(Token { kind, range: at..end }))
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_word_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn is_word_part(b: u8) -> bool {
    is_word_start(b) || b.is_ascii_digit() || b == b'$'
}

/// Letters belong to it so that `1e10` and `0xFF` are one token; whatever else they make is PostgreSQL's error.
fn is_number_part(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'.' || b == b'_'
}

fn run(bytes: &[u8], at: usize, belongs: fn(u8) -> bool) -> usize {
    bytes.iter().skip(at).position(|&b| !belongs(b)).map_or(bytes.len(), |n| at + n)
}

/// PostgreSQL ends a `--` comment at a line feed and at a lone carriage return.
fn line_end(bytes: &[u8], at: usize) -> usize {
    run(bytes, at, |b| b != b'\n' && b != b'\r')
}

fn block_comment(bytes: &[u8], at: usize) -> Result<usize, Unterminated> {
    let mut depth = 0_usize;
    let mut here = at;
    while here + 1 < bytes.len() {
        match (bytes[here], bytes[here + 1]) {
            (b'/', b'*') => {
                depth += 1;
                here += 2;
            }
            (b'*', b'/') => {
                depth -= 1;
                here += 2;
                if depth == 0 {
                    return Ok(here);
                }
            }
            _ => here += 1,
        }
    }
    Err(Unterminated::BlockComment)
}

/// `at` is the opening quote. A doubled quote stays inside, and with `escapes` so does a backslashed one.
fn quoted(bytes: &[u8], at: usize, escapes: bool, what: Unterminated) -> Result<usize, Unterminated> {
    let quote = bytes[at];
    let mut here = at + 1;
    while here < bytes.len() {
        if escapes && bytes[here] == b'\\' {
            here += 2;
        } else if bytes[here] == quote {
            if bytes.get(here + 1) == Some(&quote) {
                here += 2;
            } else {
                return Ok(here + 1);
            }
        } else {
            here += 1;
        }
    }
    Err(what)
}

/// The length of `$tag$` at `at`, if that is one: `$1` is a parameter, `$` alone is nothing.
fn dollar_tag(bytes: &[u8], at: usize) -> Option<usize> {
    let end = run(bytes, at + 1, |b| is_word_start(b) || b.is_ascii_digit());
    let starts_well = end == at + 1 || is_word_start(bytes[at + 1]);
    (starts_well && bytes.get(end) == Some(&b'$')).then_some(end + 1 - at)
}

fn dollar_text(bytes: &[u8], at: usize, tag: usize) -> Result<usize, Unterminated> {
    let delimiter = &bytes[at..at + tag];
    let mut here = at + tag;
    while let Some(found) = bytes[here..].iter().position(|&b| b == b'$').map(|n| here + n) {
        if bytes[found..].starts_with(delimiter) {
            return Ok(found + tag);
        }
        here = found + 1;
    }
    Err(Unterminated::DollarText)
}
