//! Secrets that stand in statements: what is shown or kept of a statement has asterisks in their place, as many as there
//! were characters, so that columns stay what they were.

use super::lexer::{TokenKind, tokens};

/// The text with every secret covered: what follows `PASSWORD`, and passwords in connection strings and addresses.
pub fn masked(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if !lower.contains("passw") && !lower.contains("://") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut awaited = false;
    for token in tokens(text, false) {
        at = token.range.end;
        let word = text.get(token.range).unwrap_or_default();
        match token.kind {
            kind if kind.is_passing() => out.push_str(word),
            TokenKind::Text | TokenKind::DollarText if awaited => {
                out.push_str(&covered(word));
                awaited = false;
            }
            TokenKind::DollarText => {
                let tag = word.get(1..).and_then(|rest| rest.find('$')).map_or(0, |end| end + 2);
                let inner = word.get(tag..word.len().saturating_sub(tag)).unwrap_or_default();
                let (open, close) = (word.get(..tag), word.get(word.len().saturating_sub(tag)..));
                out.push_str(open.unwrap_or_default());
                out.push_str(&masked(inner));
                out.push_str(close.unwrap_or_default());
            }
            TokenKind::Text => out.push_str(&without_passwords(word)),
            // `PASSWORD = 'x'` of a foreign server's options, and `password => 'x'` of a call.
            TokenKind::Other if awaited && matches!(word, "=" | ">" | ":") => out.push_str(word),
            kind => {
                let name = word.trim_matches('"').to_ascii_lowercase();
                let names = matches!(kind, TokenKind::Word | TokenKind::QuotedIdent);
                awaited = names && matches!(name.as_str(), "password" | "passwd" | "sslpassword");
                out.push_str(word);
            }
        }
    }
    // A text that was cut off inside a literal ends with what may be a secret.
    let rest = text.get(at..).unwrap_or_default();
    out.push_str(&if awaited { covered(rest) } else { without_passwords(rest) });
    out
}

/// A literal with everything between its quotes covered.
fn covered(literal: &str) -> String {
    let start = literal.find(['\'', '$']).map_or(0, |at| at + 1);
    let end = if literal.len() > start && literal.ends_with(['\'', '$']) {
        literal.len() - 1
    } else {
        literal.len()
    };
    let (head, rest) = literal.split_at(start);
    let (inner, tail) = rest.split_at(end - start);
    let hidden: String = inner.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { '*' }).collect();
    format!("{head}{hidden}{tail}")
}

/// `password=...` of connection strings, and `scheme://user:...@` of addresses, covered.
fn without_passwords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let lower = rest.to_ascii_lowercase();
        let word = lower.find("password").map(|at| at + "password".len());
        let scheme = lower.find("://").map(|at| at + "://".len());
        let Some(at) = word.into_iter().chain(scheme).min() else { break };
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let skipped = if word == Some(at) {
            after.len() - after.trim_start_matches([' ', '=', '\'', '\\']).len()
        } else {
            let authority = after.split(['/', '\'', ' ', '?']).next().unwrap_or_default();
            authority.rfind('@').and_then(|_| authority.find(':')).map_or(authority.len(), |colon| colon + 1)
        };
        let (skipped, after) = after.split_at(skipped);
        out.push_str(skipped);
        let is_value = if word == Some(at) { skipped.contains('=') } else { skipped.ends_with(':') };
        let end = if word == Some(at) {
            after.find(|c: char| c.is_whitespace() || c == '\'' || c == '&').unwrap_or(after.len())
        } else {
            after
                .find(['/', '\'', ' ', '?'])
                .and_then(|end| after.get(..end)?.rfind('@'))
                .or_else(|| after.rfind('@'))
                .unwrap_or(0)
        };
        let (value, after) = after.split_at(if is_value { end } else { 0 });
        out.extend(value.chars().map(|_| '*'));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn passwords_are_covered_wherever_statements_hold_them() {
        for (text, shown) in [
            ("create role r login password 'top''1'; x", "create role r login password '******'; x"),
            (
                "ALTER ROLE r PASSWORD E'a\\'b' VALID UNTIL 'x'",
                "ALTER ROLE r PASSWORD E'****' VALID UNTIL 'x'",
            ),
            ("OPTIONS (user 'bob', password 'pw1')", "OPTIONS (user 'bob', password '***')"),
            ("CONNECTION 'host=h password=pw1 dbname=d'", "CONNECTION 'host=h password=*** dbname=d'"),
            ("dblink('postgres://u:pw1@h/d', 'q')", "dblink('postgres://u:***@h/d', 'q')"),
            (
                "DO $x$ BEGIN ALTER ROLE r PASSWORD 'p'; END $x$",
                "DO $x$ BEGIN ALTER ROLE r PASSWORD '*'; END $x$",
            ),
            ("create role r password 'cut o", "create role r password '*****"),
            ("create table t (password text default 'x')", "create table t (password text default 'x')"),
            ("select 'https://h/p'", "select 'https://h/p'"),
            ("alter role r password null", "alter role r password null"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
