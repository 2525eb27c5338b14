//! Statements that change what belongs to a whole server and not to one database: roles, databases, tablespaces and the
//! server's own settings (PostgreSQL documentation, section "System Catalogs Overview": shared catalogs).

use super::effect::fold;
use super::lexer::{TokenKind, significant};

/// What a statement changes of what all databases of a server share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shared {
    /// `ALTER ROLE`, `DROP ROLE`, `COMMENT ON ROLE`, `SECURITY LABEL ON ROLE`: these roles.
    Roles(Vec<String>),
    /// `ALTER ROLE role RENAME TO to`.
    Renamed {
        /// The role.
        role: String,
        /// Its new name.
        to: String,
    },
    /// `GRANT of TO members`, `REVOKE of FROM members`, `ALTER GROUP of ADD USER members`.
    Members {
        /// The roles that are given or taken away.
        of: Vec<String>,
        /// Those that become or cease to be members.
        members: Vec<String>,
    },
    /// `REASSIGN OWNED BY`, `DROP OWNED BY`: also databases and tablespaces of these roles, and their rights to any.
    Owned(Vec<String>),
    /// Databases, tablespaces, settings of the server, and rights to them.
    Server,
}

/// What a statement itself changes of what its server's databases share; `None` when it is nothing, and for `CREATE ROLE`.
/// What `DO` blocks and functions do is not told.
pub fn shared(sql: &str) -> Option<Shared> {
    let words = super::words::leading(sql, 1);
    let first = words.first()?.as_str();
    if !["ALTER", "COMMENT", "CREATE", "DROP", "GRANT", "REASSIGN", "REVOKE", "SECURITY"].contains(&first) {
        return None;
    }
    let tokens = Tokens::of(sql);
    match first {
        "ALTER" if tokens.is(1, &["role", "user", "group"]) => tokens.alter_role(),
        "DROP" if tokens.is(1, &["role", "user", "group"]) => tokens.drop_role(),
        "ALTER" if tokens.is(1, &["system"]) => Some(Shared::Server),
        "ALTER" | "CREATE" | "DROP" if tokens.is(1, &SERVER) => Some(Shared::Server),
        "COMMENT" | "SECURITY" => {
            let on = tokens.position("on", 0)?;
            if tokens.is(on + 1, &["role"]) {
                return Some(Shared::Roles(vec![tokens.name(on + 2)?]));
            }
            tokens.is(on + 1, &SERVER).then_some(Shared::Server)
        }
        "GRANT" | "REVOKE" => tokens.grant(),
        "REASSIGN" | "DROP" if tokens.is(1, &["owned"]) && tokens.is(2, &["by"]) => {
            Some(Shared::Owned(tokens.list(3, &["to", "cascade", "restrict"]).0))
        }
        _ => None,
    }
}

/// Kinds of objects that belong to the server.
const SERVER: [&str; 3] = ["database", "tablespace", "parameter"];

/// A statement's tokens that are neither blank nor comment.
struct Tokens<'a>(Vec<(TokenKind, &'a str)>);

impl<'a> Tokens<'a> {
    fn of(sql: &'a str) -> Self {
        let tokens = significant(sql).filter(|token| token.kind != TokenKind::Semicolon);
        Self(tokens.map(|token| (token.kind, sql.get(token.range).unwrap_or_default())).collect())
    }

    /// Whether one of these key words stands at a place.
    fn is(&self, at: usize, words: &[&str]) -> bool {
        let here = self.0.get(at).filter(|(kind, _)| *kind == TokenKind::Word);
        here.is_some_and(|(_, text)| words.iter().any(|word| text.eq_ignore_ascii_case(word)))
    }

    /// The name at a place, as the catalog has it.
    fn name(&self, at: usize) -> Option<String> {
        let (_, text) = self.0.get(at).filter(|(kind, _)| kind.is_name())?;
        Some(fold(text))
    }

    /// The first place from `from` on at which a key word stands outside of parentheses.
    fn position(&self, word: &str, from: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, (kind, _)) in self.0.iter().enumerate().skip(from) {
            match kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.is(at, &[word]) => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// Names separated by commas, from a place up to one of these key words, and where they end.
    fn list(&self, from: usize, ends: &[&str]) -> (Vec<String>, usize) {
        let (mut names, mut at) = (Vec::new(), from);
        while at < self.0.len() && !self.is(at, ends) {
            // `TO GROUP name` says no more than `TO name`.
            let noise = self.is(at, &["group"]) && self.name(at + 1).is_some();
            if let Some(name) = self.name(at).filter(|_| !noise) {
                names.push(name);
            }
            at += 1;
        }
        (names, at)
    }

    fn alter_role(&self) -> Option<Shared> {
        if self.is(1, &["user"]) && self.is(2, &["mapping"]) && self.is(3, &["for"]) {
            return None;
        }
        let role = self.name(2)?;
        if self.is(3, &["rename"]) {
            return Some(Shared::Renamed { role, to: self.name(5)? });
        }
        if self.is(1, &["group"]) && self.is(3, &["add", "drop"]) {
            return Some(Shared::Members { of: vec![role], members: self.list(5, &[]).0 });
        }
        Some(Shared::Roles(vec![role]))
    }

    fn drop_role(&self) -> Option<Shared> {
        if self.is(1, &["user"])
            && self.is(2, &["mapping"])
            && (self.is(3, &["for"]) || self.is(3, &["if"]) && self.is(5, &["for"]))
        {
            return None;
        }
        let from = if self.is(2, &["if"]) && self.is(3, &["exists"]) { 4 } else { 2 };
        Some(Shared::Roles(self.list(from, &[]).0))
    }

    fn grant(&self) -> Option<Shared> {
        if let Some(on) = self.position("on", 1) {
            return self.is(on + 1, &SERVER).then_some(Shared::Server);
        }
        let has_option =
            self.is(1, &["admin", "inherit", "set"]) && self.is(2, &["option"]) && self.is(3, &["for"]);
        let (of, at) = self.list(if has_option { 4 } else { 1 }, &["to", "from"]);
        let (members, _) = self.list(at + 1, &["with", "granted", "cascade", "restrict"]);
        Some(Shared::Members { of, members })
    }
}

#[cfg(test)]
mod tests {
    use super::{Shared, shared};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_belongs_to_the_server_is_told() {
        let roles = |list: &[&str]| Some(Shared::Roles(names(list)));
        let members = |of: &[&str], to: &[&str]| Some(Shared::Members { of: names(of), members: names(to) });
        for (sql, expected) in [
            ("ALTER ROLE App NOLOGIN", roles(&["app"])),
            ("/* x */ alter\n user \"App\" SET search_path = a", roles(&["App"])),
            ("ALTER ROLE ALL IN DATABASE d RESET ALL;", roles(&["all"])),
            ("ALTER USER mapping PASSWORD 'x'", roles(&["mapping"])),
            ("ALTER USER MAPPING FOR app SERVER s OPTIONS (a 'b')", None),
            ("DROP ROLE IF EXISTS a, \"B\"", roles(&["a", "B"])),
            ("DROP USER MAPPING IF EXISTS FOR a SERVER s", None),
            ("COMMENT ON ROLE a IS 'b'", roles(&["a"])),
            ("COMMENT ON COLUMN t.role IS 'on role a'", None),
            ("COMMENT ON DATABASE d IS 'b'", Some(Shared::Server)),
            ("SECURITY LABEL FOR p ON ROLE a IS 'b'", roles(&["a"])),
            ("ALTER GROUP g ADD USER a, b", members(&["g"], &["a", "b"])),
            (
                "GRANT a, b TO GROUP c, CURRENT_USER WITH ADMIN OPTION",
                members(&["a", "b"], &["c", "current_user"]),
            ),
            ("GRANT \"on\" TO c GRANTED BY d", members(&["on"], &["c"])),
            ("REVOKE ADMIN OPTION FOR a FROM b CASCADE", members(&["a"], &["b"])),
            ("REVOKE GRANT OPTION FOR SELECT ON t FROM b", None),
            ("GRANT SELECT (a, b), UPDATE ON t TO app", None),
            ("GRANT CONNECT ON DATABASE d TO app", Some(Shared::Server)),
            ("GRANT SET ON PARAMETER log_statement TO app", Some(Shared::Server)),
            ("ALTER ROLE a RENAME TO b", Some(Shared::Renamed { role: "a".into(), to: "b".into() })),
            ("REASSIGN OWNED BY a, b TO c", Some(Shared::Owned(names(&["a", "b"])))),
            ("DROP OWNED BY a CASCADE", Some(Shared::Owned(names(&["a"])))),
            ("ALTER SYSTEM SET work_mem = '1MB'", Some(Shared::Server)),
            ("DROP DATABASE IF EXISTS d", Some(Shared::Server)),
            ("ALTER INDEX ALL IN TABLESPACE a SET TABLESPACE b", None),
            ("ALTER TABLE \"role\" ADD a int", None),
            ("CREATE ROLE a", None),
            ("SELECT 1", None),
            ("GRANT", members(&[], &[])),
        ] {
            assert_eq!(shared(sql), expected, "{sql}");
        }
    }
}
