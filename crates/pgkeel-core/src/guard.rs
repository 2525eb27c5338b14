//! DDL that did not come through pgkeel, as the guard recorded it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod culprit;
mod former;

pub use culprit::{culprit_of, name_culprits};
pub use former::{Place, former_names, is_known_to_be_dropped};

/// What the guard does with DDL that does not come through pgkeel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It happens, and is recorded in the same transaction.
    Record,
    /// It fails, with a message that tells what to do.
    Refuse,
}

impl Mode {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Refuse => "refuse",
        }
    }
}

/// One object that one statement changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Number of the record.
    pub id: i64,
    /// When, in RFC 3339, UTC, server time.
    pub at: String,
    /// The transaction, as `pg_current_xact_id()` numbers them: several records may be one change.
    pub transaction: String,
    /// The role whose rights counted.
    pub role: String,
    /// The role that logged in.
    pub login: String,
    /// `application_name`.
    pub application: Option<String>,
    /// The client's address; none over a Unix socket.
    pub client: Option<String>,
    /// The command, e.g. `ALTER TABLE`.
    pub command: String,
    /// The text that the client sent, secrets replaced.
    pub statement: Option<String>,
    /// The object's kind in PostgreSQL's words, e.g. `table column`.
    pub kind: Option<String>,
    /// The object's name, as `pg_identify_object` writes it; none for GRANT and its like, which name no object.
    pub name: Option<String>,
    /// The parts of its name, as `pg_identify_object_as_address` gives them.
    #[serde(default)]
    pub parts: Option<Vec<String>>,
    /// The catalog that holds it, by its oid.
    #[serde(default, skip_serializing)]
    pub class: Option<u32>,
    /// Its oid there; a column's is that of its table.
    #[serde(default, skip_serializing)]
    pub object: Option<u32>,
    /// What it was before; none when it was not there, or is only known by name.
    pub before: Option<Value>,
    /// What it was afterwards; none when it was dropped.
    pub after: Option<Value>,
}

impl Recorded {
    /// Who, from where, when, by which statement, in one sentence.
    pub fn told(&self) -> String {
        let Self { command, role, login, at, .. } = self;
        let who = if role == login { role.clone() } else { format!("{role} (logged in as {login})") };
        let application = self.application.as_deref().filter(|name| !name.is_empty());
        let with = application.map(|name| format!(" with \"{name}\"")).unwrap_or_default();
        let from =
            self.client.as_deref().map_or_else(|| " locally".to_owned(), |client| format!(" from {client}"));
        let statement =
            self.statement.as_deref().map(|text| format!(": {}", in_a_line(text, 160))).unwrap_or_default();
        format!("{command} by {who}{with}{from} at {at}{statement}")
    }
}

/// A statement in one line of at most so many characters.
pub fn in_a_line(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        line
    } else {
        line.chars().take(limit - 1).collect::<String>() + "…"
    }
}
