//! The one type through which an identifier or a literal reaches SQL text.
//!
//! PostgreSQL documentation, section 4.1 "Lexical Structure".

use std::fmt;

/// A name as the catalog stores it. `Display` quotes it whenever PostgreSQL's own `quote_identifier` could.
#[derive(Debug, Clone, Copy)]
pub struct Ident<'a>(pub &'a str);

impl Ident<'_> {
    /// Appends what `Display` writes.
    pub fn push_to(self, text: &mut String) {
        if is_plain(self.0) {
            text.push_str(self.0);
        } else {
            text.push('"');
            text.push_str(&self.0.replace('"', "\"\""));
            text.push('"');
        }
    }
}

impl fmt::Display for Ident<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(self.0) { f.write_str(self.0) } else { write!(f, "\"{}\"", self.0.replace('"', "\"\"")) }
    }
}

/// A text value. `Display` writes a string literal that is right whatever `standard_conforming_strings` says.
#[derive(Debug, Clone, Copy)]
pub struct Literal<'a>(pub &'a str);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubled = self.0.replace('\'', "''");
        if doubled.contains('\\') {
            write!(f, "E'{}'", doubled.replace('\\', "\\\\"))
        } else {
            write!(f, "'{doubled}'")
        }
    }
}

/// `namespace.name`, each part quoted where it must be.
pub fn qualified(namespace: &str, name: &str) -> String {
    format!("{}.{}", Ident(namespace), Ident(name))
}

fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    let starts_well = bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_');
    let mut digits = false;
    starts_well
        && bytes.all(|b| {
            digits |= b.is_ascii_digit();
            b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'$'
        })
        // No key word has a digit.
        && (digits || !super::keywords::has(name))
}
