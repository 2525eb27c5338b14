//! The secret that details and changes ask for. Compared in constant time, never printed.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Characters below which a token can be guessed by whoever may try long enough.
pub const SHORT: usize = 16;

/// A bearer token, kept as its hash.
#[derive(Clone)]
pub struct Token {
    hash: [u8; 32],
    length: usize,
}

impl Token {
    /// The token with this text; none when it is empty.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self { hash: hash(text), length: text.chars().count() })
    }

    /// Whether this is the token; takes as long for a wrong one of any length.
    pub fn is(&self, presented: &str) -> bool {
        self.hash.ct_eq(&hash(presented)).into()
    }
}

impl Token {
    /// Whether it has fewer characters than [`SHORT`].
    pub fn is_short(&self) -> bool {
        self.length < SHORT
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
