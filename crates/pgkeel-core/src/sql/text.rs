//! From the bytes of a file to text that PostgreSQL would take: UTF-8, no byte order mark, no NUL.

use super::position::Position;

/// Why bytes are not SQL text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// A UTF-16 byte order mark.
    #[error("the file is UTF-16; PostgreSQL and pgkeel read UTF-8: save it as UTF-8")]
    Utf16,
    /// A byte that is not UTF-8.
    #[error("byte {offset} (0x{byte:02x}) is not UTF-8: save the file as UTF-8")]
    Invalid {
        /// Offset of the byte from the start of the file, from 0.
        offset: usize,
        /// The byte.
        byte: u8,
        /// Where that is.
        at: Position,
    },
    /// A NUL byte, which no PostgreSQL text can hold.
    #[error("byte {offset} is NUL, which SQL text cannot hold")]
    Nul {
        /// Offset of the byte from the start of the file, from 0.
        offset: usize,
        /// Where that is.
        at: Position,
    },
}

impl NotText {
    /// Where in the file, when one place is to blame.
    pub fn position(&self) -> Position {
        match self {
            Self::Utf16 => Position::START,
            Self::Invalid { at, .. } | Self::Nul { at, .. } => *at,
        }
    }
}

/// Decodes a whole file, or its beginning; a UTF-8 byte order mark is dropped.
///
/// # Errors
/// The bytes are not UTF-8, or hold a NUL.
pub fn decode(bytes: &[u8]) -> Result<&str, NotText> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(NotText::Utf16);
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    decode_rest(body, bytes.len() - body.len())
}

/// Decodes bytes that follow `before` others; positions count from the first of these bytes.
///
/// # Errors
/// The bytes are not UTF-8, or hold a NUL.
pub fn decode_rest(bytes: &[u8], before: usize) -> Result<&str, NotText> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let good = e.valid_up_to();
        let at = Position::START.after(&String::from_utf8_lossy(&bytes[..good]));
        NotText::Invalid { offset: good + before, byte: bytes[good], at }
    })?;
    match text.split_once('\0') {
        None => Ok(text),
        Some((head, _)) => Err(NotText::Nul { offset: head.len() + before, at: Position::START.after(head) }),
    }
}
