//! Who works on the database at this moment, who waits for whom, and how far the long ones are.

use serde::{Deserialize, Serialize};

use crate::sql::batch;
use crate::sql::lexer::{TokenKind, tokens};

/// One session that is not idle, waits, or is waited for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Activity {
    /// Its process on the server.
    pub pid: i32,
    /// Its application name.
    pub application: String,
    /// Its role.
    pub role: String,
    /// `active`, `idle in transaction`, ...
    pub state: String,
    /// Seconds since its transaction began.
    pub open_s: f64,
    /// Seconds that it has been waiting for a lock; none when it does not.
    pub waiting_s: Option<f64>,
    /// The lock it waits for, as `AccessExclusiveLock on public.users`.
    pub wants: Option<String>,
    /// The sessions that hold it.
    pub blocked_by: Vec<i32>,
    /// Table locks that it holds and that keep somebody out, as `AccessExclusiveLock on public.users`.
    pub holds: Vec<String>,
    /// Its statement, without its constants.
    pub statement: String,
    /// What the server says it is doing (`pg_stat_progress_*`).
    pub phase: Option<String>,
    /// How far that phase is, from 0 to 100.
    pub percent: Option<f64>,
}

impl Activity {
    /// The session as it may be shown: constants of statements may be secrets.
    #[must_use]
    pub fn without_constants(mut self) -> Self {
        // Of what pgkeel sends, the migration's name and its statement are shown, not what stands around them.
        self.statement = match batch::doing(&self.statement) {
            Some(own) => labelled_without_constants(&own),
            None => without_constants(&self.statement),
        };
        self
    }
}

/// What a runner does, as [`batch::doing`] tells it: `0014_create_users: UPDATE ...`.
pub fn labelled_without_constants(doing: &str) -> String {
    match doing.split_once(": ") {
        Some((label, statement)) => format!("{label}: {}", without_constants(statement)),
        None => doing.to_owned(),
    }
}

/// The statement's beginning, its strings and numbers replaced by `…`, on one line.
pub fn without_constants(statement: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    // A statement that was cut off inside a string ends there.
    for token in tokens(statement, false) {
        at = token.range.end;
        match token.kind {
            kind if kind.is_passing() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            TokenKind::Text | TokenKind::DollarText | TokenKind::Number => out.push('…'),
            _ => out.push_str(statement.get(token.range).unwrap_or_default()),
        }
    }
    let mut line: String = out.trim().chars().take(200).collect();
    if at < statement.len() {
        line.push_str(" …");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{Activity, without_constants};

    #[test]
    fn constants_are_not_shown() {
        let shown = without_constants("ALTER ROLE a\n PASSWORD 'secret' -- x\n VALID 12");
        assert_eq!(shown, "ALTER ROLE a PASSWORD … VALID …");
        assert_eq!(without_constants("SELECT 'cut off"), "SELECT …");
    }

    #[test]
    fn a_migration_is_shown_by_its_name_and_statement() {
        let sent = "/* pgkeel 0002_roles */\nBEGIN\n;\nSELECT guard()\n;\n/* runs */ ALTER ROLE a PASSWORD 'secret'\n;\nCOMMIT";
        let shown = |statement: &str| {
            Activity { statement: statement.to_owned(), ..Activity::default() }.without_constants().statement
        };
        assert_eq!(shown(sent), "0002_roles: ALTER ROLE a PASSWORD …");
        assert_eq!(shown("SELECT 12"), "SELECT …");
    }
}
