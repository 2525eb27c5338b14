//! The repair that rules about CONCURRENTLY share: the statement gets its words, and a file outside of a transaction for itself.

use crate::review::context::Context;
use crate::review::source::Statement;
use crate::sql::effect::{Effect, Origin, TextRange, TransactionControl, What};
use crate::sql::ident::Ident;

/// How a file says that it runs outside of a transaction.
const DIRECTIVE: &str = "-- pgkeel: transaction=off\n";

/// Settings without which a statement would mean something else.
const MEANINGFUL: &[&str] = &["search_path", "default_tablespace", "timezone"];

/// A statement that cannot run in a transaction once its words are put in.
pub(super) struct OwnMigration<'a> {
    /// What is put in.
    pub words: String,
    /// Where, in bytes of the statement.
    pub at: usize,
    /// Whether an effect of the way back undoes it: with nothing else, or (`Some(false)`) with others.
    pub is_way_back: &'a dyn Fn(&What) -> Option<bool>,
}

/// Whether nothing else in the file has to stay in a transaction.
pub(super) fn is_alone(context: &Context<'_>) -> bool {
    let mut others = context.file.up().filter(|(at, _)| *at != context.at);
    others.all(|(_, statement)| is_plain(statement))
}

impl OwnMigration<'_> {
    /// The edits, in bytes of the file, that mend it where it stands: the file's own transaction goes.
    pub fn in_place(&self, context: &Context<'_>) -> Vec<(TextRange, String)> {
        let file = context.file;
        let at = context.statement.range.start + self.at;
        let mut edits = vec![(TextRange::new(at, at), self.words.clone())];
        for (_, statement) in file.up() {
            let start = statement.range.start;
            if is_control(statement) {
                edits.push((file.whole(statement), String::new()));
            } else if let Some(local) = local_word(statement, file.text_of(statement)) {
                edits.push((local.shifted(start), String::new()));
            }
        }
        if let Some(first) = file.statements.first().filter(|_| !file.no_transaction) {
            edits.push((TextRange::new(first.range.start, first.range.start), DIRECTIVE.to_owned()));
        }
        edits
    }

    /// The edits, in bytes of the file, that take it out, and the text of its own migration; `None` when the way back would
    /// not be one any more.
    pub fn moved(&self, context: &Context<'_>) -> Option<(Vec<(TextRange, String)>, String)> {
        let file = context.file;
        let own = |statement: &Statement| {
            let effects = &statement.reading.effects;
            let found = effects.iter().find_map(|effect| (self.is_way_back)(&effect.what));
            found.map(|nothing_else| nothing_else && effects.len() == 1)
        };
        let elsewhere = context
            .files
            .iter()
            .filter(|other| other.down && other.version == file.version && other.set == file.set);
        if elsewhere.flat_map(|other| &other.statements).any(|statement| own(statement).is_some()) {
            return None;
        }
        let mut edits = vec![(file.whole(context.statement), String::new())];
        let mut back = String::new();
        for statement in file.statements.iter().filter(|statement| statement.down) {
            match own(statement) {
                Some(true) => {
                    edits.push((file.whole(statement), String::new()));
                    back = format!("\n-- pgkeel:down\n{};\n", file.text_of(statement));
                }
                Some(false) => return None,
                None => {}
            }
        }
        let (before, after) = context.text().split_at_checked(self.at)?;
        let mut text = DIRECTIVE.to_owned();
        let settings = settings(context);
        for (_, setting) in &settings {
            text.push_str(&format!("{setting};\n"));
        }
        text.push_str(&format!("{before}{}{after};\n", self.words));
        for (name, _) in &settings {
            text.push_str(&format!("RESET {};\n", Ident(name)));
        }
        Some((edits, text + &back))
    }
}

/// What the statement itself does, when it is one thing.
fn only(statement: &Statement) -> Option<&What> {
    match statement.reading.effects.as_slice() {
        [Effect { what, origin: Origin::Statement, .. }] => Some(what),
        _ => None,
    }
}

fn is_control(statement: &Statement) -> bool {
    use TransactionControl::{Begin, Commit};
    matches!(only(statement), Some(What::Transaction(Begin | Commit)))
}

/// Whether a statement does as well outside of a transaction.
fn is_plain(statement: &Statement) -> bool {
    let setting = match only(statement) {
        Some(What::Set { name, local, .. }) => !local || name.ends_with("_timeout"),
        other => matches!(other, Some(What::Reset { .. })),
    };
    setting || is_control(statement)
}

/// The word `LOCAL` of a setting with the blank before it: outside of a transaction it sets nothing.
fn local_word(statement: &Statement, text: &str) -> Option<TextRange> {
    let Some(What::Set { local: true, .. }) = only(statement) else { return None };
    let lower = text.to_ascii_lowercase();
    let start = lower.find(" local ")?;
    Some(TextRange::new(start, start + " local".len()))
}

/// The settings in force before the statement that it needs, as statements for the session.
fn settings(context: &Context<'_>) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> = Vec::new();
    for (_, statement) in context.file.up().filter(|(at, _)| *at < context.at) {
        match only(statement) {
            Some(What::Set { name, .. }) if MEANINGFUL.contains(&name.as_str()) => {
                let mut text = context.file.text_of(statement).to_owned();
                if let Some(local) = local_word(statement, &text) {
                    text.replace_range(local.start..local.end, "");
                }
                settings.retain(|(known, _)| known != name);
                settings.push((name.clone(), text));
            }
            Some(What::Reset { name: Some(name) }) => settings.retain(|(known, _)| known != name),
            Some(What::Reset { name: None }) => settings.clear(),
            _ => {}
        }
    }
    settings
}
