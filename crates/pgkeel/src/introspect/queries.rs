//! The catalog query of each kind, fitted to the server's version.

use pgkeel_core::object::Kind;

macro_rules! queries {
    ($($variant:ident $module:ident $word:literal;)*) => {
        /// The query file of a kind: it has the module's name.
        pub fn of_kind(kind: Kind) -> &'static str {
            match kind { $(Kind::$variant => include_str!(concat!(stringify!($module), ".sql")),)* }
        }
    };
}

pgkeel_core::each_kind!(queries);

/// Names of relations by oid: a column of type `oid` stands for such a name in every other query.
pub const RELATIONS: &str = include_str!("attributes/relation.sql");
/// Words that names are quoted for.
pub const KEYWORDS: &str = include_str!("attributes/keyword.sql");
/// Operator classes that PostgreSQL brings.
pub const CLASSES: &str = include_str!("attributes/class.sql");
/// Definitions of the indexes `$1` and the constraints `$2`.
pub const DEFINITIONS: &str = include_str!("attributes/definition.sql");
/// Names of subscriptions that cannot be described.
pub const HIDDEN_SUBSCRIPTIONS: &str = include_str!("subscription_hidden.sql");
/// Comments by address.
pub const COMMENTS: &str = include_str!("attributes/comment.sql");
/// Security labels by address.
pub const LABELS: &str = include_str!("attributes/label.sql");
/// Owners and grants by address.
pub const ACCESS: &str = include_str!("attributes/access.sql");
/// Addresses that stand for others.
pub const SAME: &str = include_str!("attributes/same.sql");
/// What pgkeel does not describe, in words.
pub const UNCOVERED: &str = include_str!("attributes/uncovered.sql");
/// What needs what.
pub const DEPENDENCIES: &str = include_str!("attributes/depend.sql");

/// When there is anything to be found by a query: its line `--? FROM`, where `FROM` is what a subquery selects from.
pub fn presence(sql: &'static str) -> Option<&'static str> {
    sql.lines().take_while(|line| line.starts_with("--")).find_map(|line| line.strip_prefix("--? "))
}

/// Keeps a line that starts with `/*15+*/` for servers from 15 on, one with `/*-16*/` for servers up to 16.
pub fn for_server(sql: &str, major: u32) -> String {
    let mut kept = String::with_capacity(sql.len());
    for line in sql.lines() {
        let mut rest = line;
        let mut wanted = true;
        while let Some((mark, tail)) = rest.strip_prefix("/*").and_then(|rest| rest.split_once("*/")) {
            let from = mark.strip_suffix('+').and_then(|from| from.parse::<u32>().ok());
            let until = mark.strip_prefix('-').and_then(|until| until.parse::<u32>().ok());
            wanted &= from.is_none_or(|from| major >= from) && until.is_none_or(|until| major <= until);
            rest = tail;
        }
        if wanted {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
