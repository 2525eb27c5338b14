//! The repair that rules about CONCURRENTLY share: the statement gets its words, and a file outside of a transaction for itself.

use crate::finding::{Edit, Elsewhere};
use crate::review::context::{Context, Hit};
use crate::review::layout::{OUTSIDE_TRANSACTION, outside_transaction};
use crate::review::source::{File, Statement};
use crate::sql::effect::{ObjectKind, TextRange, TransactionControl, What};
use crate::sql::ident::Ident;
use crate::sql::words::local_of_set;

/// Settings without which a statement would mean something else.
const MEANINGFUL: &[&str] = &["search_path", "default_tablespace", "timezone"];

/// A statement that is to run outside of a transaction.
pub(super) struct OwnMigration<'a> {
    /// What becomes of it: an edit in bytes of the statement.
    pub edit: (TextRange, String),
    /// Whether an effect of the way back undoes it: with nothing else, or (`Some(false)`) with others.
    pub is_way_back: &'a dyn Fn(&What) -> Option<bool>,
}

/// The edits that take a statement out of its file, and what it becomes.
struct Moved {
    edits: Vec<(TextRange, String)>,
    elsewhere: Vec<Elsewhere>,
    text: String,
    down: Option<String>,
}

/// Whether nothing else in the file has to stay in a transaction.
pub(super) fn is_alone(context: &Context<'_>) -> bool {
    let mut others = context.file.up().filter(|(at, _)| *at != context.at);
    others.all(|(_, statement)| is_plain(statement))
}

/// Whether this is the first of a file in which all statements build or drop indexes: it stays when the others have gone, so that
/// the file is not left empty.
fn goes_later(context: &Context<'_>) -> bool {
    let goes = |statement: &Statement| match statement.reading.effects.first().map(|effect| &effect.what) {
        Some(What::CreateIndex(_)) => true,
        Some(What::Drop { kind, .. }) => *kind == ObjectKind::Index,
        _ => is_plain(statement),
    };
    let mut all = context.file.up().filter(|(_, statement)| !is_plain(statement));
    all.next().is_some_and(|(at, _)| at == context.at)
        && context.file.up().all(|(_, statement)| goes(statement))
}

impl OwnMigration<'_> {
    /// The repair: where the statement stands when nothing else is there, or in a migration of this name, when nothing later
    /// stands in its way. `words` say what is done; otherwise its text is there to be copied.
    pub fn repair(&self, hit: Hit<'_>, context: &Context<'_>, words: &str, name: &str, may_move: bool) {
        if is_alone(context) {
            hit.fix_file(&format!("{words}, outside of a transaction"), self.in_place(context));
        } else if let Some(moved) = self.moved(context).filter(|_| may_move) {
            if !goes_later(context) {
                hit.fix_file(&format!("{words} in a migration of its own"), moved.edits)
                    .elsewhere(moved.elsewhere)
                    .then(name, moved.text, moved.down);
            }
        } else if let Some(text) = self.edited(context.text()) {
            hit.sql(&format!("{words} in a migration of its own"), format!("{text};"));
        }
    }

    /// The statement after the edit.
    fn edited(&self, text: &str) -> Option<String> {
        let (range, words) = &self.edit;
        Some(format!("{}{words}{}", text.get(..range.start)?, text.get(range.end..)?))
    }

    /// The edits, in bytes of the file, that mend it where it stands: the file's own transaction goes.
    fn in_place(&self, context: &Context<'_>) -> Vec<(TextRange, String)> {
        let file = context.file;
        let mut edits = vec![(self.edit.0.shifted(context.statement.range.start), self.edit.1.clone())];
        for (_, statement) in file.up() {
            let start = statement.range.start;
            if is_begin_or_commit(statement) {
                edits.push((file.whole(statement), String::new()));
            } else if let Some(local) = local_word(statement, file.text_of(statement)) {
                edits.push((local.shifted(start), String::new()));
            } else if matches!(statement.only(), Some(What::Set { .. })) {
                // It stays as it is: a repair that makes it local would take it away.
                edits.push((statement.range, file.text_of(statement).to_owned()));
            }
        }
        edits.extend(outside_transaction(file));
        edits
    }

    /// The statement by itself; `None` when the way back would not be one any more.
    fn moved(&self, context: &Context<'_>) -> Option<Moved> {
        let file = context.file;
        let mut edits = vec![(file.whole(context.statement), String::new())];
        let mut elsewhere = Vec::new();
        let mut back = String::new();
        let beside = context
            .files
            .iter()
            .filter(|other| other.down && other.version == file.version && other.set == file.set);
        for (down, other) in std::iter::once((false, file)).chain(beside.map(|other| (true, other))) {
            let (taken, text) = self.way_back(other)?;
            back.push_str(&text);
            if !down {
                edits.extend(taken.into_iter().map(|range| (range, String::new())));
            } else if !taken.is_empty() {
                let edit =
                    |range: TextRange| Edit { start: range.start, end: range.end, text: String::new() };
                let edits = taken.into_iter().map(edit).collect();
                elsewhere.push(Elsewhere { file: other.path.clone(), edits });
            }
        }
        let mut text = OUTSIDE_TRANSACTION.to_owned();
        let settings = settings(context);
        for (_, setting) in &settings {
            text.push_str(&format!("{setting};\n"));
        }
        text.push_str(&format!("{};\n", self.edited(context.text())?));
        for (name, _) in &settings {
            text.push_str(&format!("RESET {};\n", Ident(name)));
        }
        Some(Moved { edits, elsewhere, text, down: (!back.is_empty()).then_some(back) })
    }

    /// What a file's way back has to give away, and its text; `None` when it does more than undo this.
    fn way_back(&self, file: &File) -> Option<(Vec<TextRange>, String)> {
        let (mut taken, mut text) = (Vec::new(), String::new());
        for statement in file.statements.iter().filter(|statement| statement.down) {
            let effects = &statement.reading.effects;
            match effects.iter().find_map(|effect| (self.is_way_back)(&effect.what)) {
                Some(true) if effects.len() == 1 => {
                    taken.push(file.whole(statement));
                    text.push_str(&format!("{};\n", file.text_of(statement)));
                }
                Some(_) => return None,
                None => {}
            }
        }
        Some((taken, text))
    }
}

fn is_begin_or_commit(statement: &Statement) -> bool {
    use TransactionControl::{Begin, Commit};
    matches!(statement.only(), Some(What::Transaction(Begin | Commit)))
}

/// Whether a statement does as well outside of a transaction.
fn is_plain(statement: &Statement) -> bool {
    let setting = match statement.only() {
        Some(What::Set { name, local, .. }) => !local || name.ends_with("_timeout"),
        other => matches!(other, Some(What::Reset { .. })),
    };
    setting || is_begin_or_commit(statement)
}

/// The word `LOCAL` of a setting with the blank before it: outside of a transaction it sets nothing.
fn local_word(statement: &Statement, text: &str) -> Option<TextRange> {
    let Some(What::Set { local: true, .. }) = statement.only() else { return None };
    local_of_set(text)
}

/// The settings in force before the statement that it needs, as statements for the session.
fn settings(context: &Context<'_>) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> = Vec::new();
    for (_, statement) in context.file.up().filter(|(at, _)| *at < context.at) {
        match statement.only() {
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
