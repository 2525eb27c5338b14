//! The parser's words as people write them: `R_PAREN` is `)`, `CREATE_KW` is CREATE.

/// What the tokens that are no words are called.
const SIGNS: &[(&str, &str)] = &[
    ("AT", "@"),
    ("COLON", ":"),
    ("COLON_COLON", "::"),
    ("COLON_EQ", ":="),
    ("COMMA", ","),
    ("DOT", "."),
    ("EOF", "the end"),
    ("EQ", "="),
    ("FAT_ARROW", "=>"),
    ("IDENT", "a name"),
    ("INT_NUMBER", "a number"),
    ("L_ANGLE", "<"),
    ("L_BRACK", "["),
    ("L_CURLY", "{"),
    ("L_PAREN", "("),
    ("MINUS", "-"),
    ("PERCENT", "%"),
    ("PLUS", "+"),
    ("QUESTION", "?"),
    ("R_ANGLE", ">"),
    ("R_BRACK", "]"),
    ("R_CURLY", "}"),
    ("R_PAREN", ")"),
    ("SEMICOLON", ";"),
    ("SLASH", "/"),
    ("STAR", "*"),
    ("STRING", "a string"),
];

/// A message of the parser without the names of its tokens.
pub(super) fn plain(message: &str) -> String {
    let message = message
        .replace("expected command, ", "a statement has to begin here, ")
        .replace(", got ", ", found ");
    let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
    let mut plain = String::with_capacity(message.len());
    let mut rest = message.as_str();
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
        let (word, after) = from.split_at_checked(end).unwrap_or((from, ""));
        plain.push_str(before);
        match SIGNS.iter().find(|(name, _)| *name == word) {
            Some((_, sign)) if sign.contains(char::is_alphabetic) => plain.push_str(sign),
            Some((_, sign)) => plain.push_str(&format!("`{sign}`")),
            None => plain.push_str(word.strip_suffix("_KW").unwrap_or(word)),
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn tokens_are_named_as_people_write_them() {
        assert_eq!(plain("expected R_PAREN"), "expected `)`");
        assert_eq!(plain("expected command, found CREATE_KW"), "a statement has to begin here, found CREATE");
        assert_eq!(plain("expected name, got EOF"), "expected name, found the end");
        assert_eq!(plain("Expected at least one item"), "Expected at least one item");
        assert_eq!(plain("expected RENAME, OWNER, or SET"), "expected RENAME, OWNER, or SET");
    }
}
