//! Several statements sent to the server as one simple query, and the way back from what it answers to the file.

use std::ops::Range;

use super::position::Position;
use super::quick::Pace;
use super::script::Statement;

/// What a statement of a batch is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// pgkeel's own: opening the transaction, the guard, the history row.
    Own(&'static str),
    /// The user's: which one of its migration (from 0), and where it begins in the file.
    User {
        /// Index among the migration's statements, from 0.
        index: usize,
        /// Where its first character stands.
        position: Position,
    },
}

/// One statement of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// What it is there for.
    pub purpose: Purpose,
    /// Its characters (not bytes) in the batch's text.
    characters: Range<usize>,
    pace: Pace,
}

/// The text of one simple query. The server answers each segment with one `CommandComplete`, in order.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    text: String,
    characters: usize,
    segments: Vec<Segment>,
    /// From which segment on nothing is told of how far the server is.
    silent_from: Option<usize>,
}

impl Batch {
    /// Nothing yet of what `label` names. The text begins with that name, so that whoever looks at the session sees it:
    /// see [`doing`].
    pub fn of(label: &str) -> Self {
        let mut batch = Self::default();
        batch.remark(&format!("{OPEN}{} */\n", remarkable(label)));
        batch
    }

    /// Adds a statement of pgkeel's own; `what` names it in an error that should never be seen.
    pub fn push_own(&mut self, what: &'static str, sql: &str) {
        self.push(sql, Purpose::Own(what), Pace::Quick);
    }

    /// Adds a statement of the user's, which is number `index` of its migration.
    pub fn push_user(&mut self, index: usize, statement: &Statement, pace: Pace) {
        let first = !self.segments.iter().any(|segment| matches!(segment.purpose, Purpose::User { .. }));
        if first && self.text.starts_with(OPEN) {
            self.remark(THEIRS);
        }
        self.push(&statement.text, Purpose::User { index, position: statement.position }, pace);
    }

    /// Adds a statement that does nothing but make the server speak: it sends what it has to say of a batch, such as how many
    /// of its statements are done, only at the end, when there is much of it, or with a notice. An empty `tsquery` raises
    /// one (documentation section 8.11.2), takes no right and no lock, and is in no log by default. Not as a cast: for that the
    /// server would count its characters from the beginning of the batch.
    pub fn push_mark(&mut self) {
        self.push_own("say how far it is", "SELECT pg_catalog.tsqueryin('')");
    }

    /// From here on the server may keep its notices to itself.
    pub fn silence(&mut self) {
        self.silent_from.get_or_insert(self.segments.len().saturating_sub(1));
    }

    /// Whether one of the statements so far may take long.
    pub fn may_take_long(&self) -> bool {
        self.segments.iter().any(|segment| segment.pace != Pace::Quick)
    }

    /// The statement of the user's that is running, and has been for a while, when the server has told of `completed` ones;
    /// `None` when that is not known.
    pub fn running(&self, completed: usize) -> Option<&Purpose> {
        let told = completed > 0 && self.silent_from.is_none_or(|from| completed < from);
        let left = || self.segments.iter().skip(completed);
        let mut long = left().filter(|segment| segment.pace != Pace::Quick);
        let first = long.next();
        if !told && long.next().is_some() {
            return None;
        }
        let theirs = |segment: &&Segment| matches!(segment.purpose, Purpose::User { .. });
        first.or_else(|| left().find(theirs)).map(|segment| &segment.purpose)
    }

    fn remark(&mut self, comment: &str) {
        self.text.push_str(comment);
        self.characters += comment.chars().count();
    }

    fn push(&mut self, sql: &str, purpose: Purpose, pace: Pace) {
        let length = sql.chars().count();
        self.segments.push(Segment { purpose, characters: self.characters..self.characters + length, pace });
        self.text.push_str(sql);
        // A line end first: a statement may end in a `--` comment.
        self.text.push_str(END);
        self.characters += length + 3;
    }

    /// What is sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of text so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// True when nothing was added.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The statements, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segment in which the server found character `position` (from 1) of the text, and how many characters of
    /// that segment stand before it. A statement that has no end is found wrong behind it: where the next one begins.
    pub fn locate(&self, position: usize) -> Option<(&Segment, usize)> {
        let at = position.checked_sub(1)?;
        let segment = self.segments.iter().rev().find(|segment| segment.characters.start <= at)?;
        Some((segment, at.min(segment.characters.end) - segment.characters.start))
    }
}

/// What a batch of pgkeel begins with.
const OPEN: &str = "/* pgkeel ";

/// Behind every statement.
const END: &str = "\n;\n";

/// What stands before the first statement of the user's.
const THEIRS: &str = "/* runs */ ";

/// What stands before a statement that is not run but seen in another session.
const SEEN: &str = "/* sees ";

/// A comment that names a statement: what a second session says of the first.
pub fn remark(label: &str, line: usize, statement: &str) -> String {
    let begin = beginning(statement);
    format!("{OPEN}{} line {line} */ {SEEN}{} */\n", remarkable(label), remarkable(&begin))
}

/// What a session is doing, from the text of its query as `pg_stat_activity` shows it: the name of the migration, and the
/// first statement of the user's in it. `None` for what is no batch of pgkeel's.
pub fn doing(query: &str) -> Option<String> {
    let (label, rest) = query.strip_prefix(OPEN)?.split_once(" */")?;
    let seen = rest.trim_start().strip_prefix(SEEN).map(|seen| (seen, " */\n"));
    let runs = || rest.split_once(THEIRS).map(|(_, runs)| (runs, END));
    let Some((statement, end)) = seen.or_else(runs) else { return Some(label.to_owned()) };
    let statement = statement.split(end).next().unwrap_or_default();
    Some(format!("{label}: {}", beginning(statement)))
}

/// The beginning of a statement, on one line: 200 characters at most.
pub fn beginning(statement: &str) -> String {
    // Blanks may be most of it, but not without end.
    let begin: String = statement.chars().take(2000).collect();
    begin.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// A text that may stand in a comment.
fn remarkable(text: &str) -> String {
    text.replace("*/", "* /").replace("/*", "/ *").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::{Batch, Pace, Purpose, doing, remark};
    use crate::sql::script::statements;

    #[test]
    fn a_position_in_the_batch_leads_back_to_the_file() {
        let file = "SELECT 'é';\n\n  SELECT nope -- why\n";
        let mut batch = Batch::default();
        batch.push_own("begin", "BEGIN");
        for (index, statement) in statements(file).unwrap().iter().enumerate() {
            batch.push_user(index, statement, Pace::Long);
        }
        let character =
            batch.text().chars().collect::<Vec<_>>().windows(4).position(|w| w == ['n', 'o', 'p', 'e']);
        let (segment, inside) = batch.locate(character.unwrap() + 1).unwrap();
        let Purpose::User { index, position } = segment.purpose else { panic!("{segment:?}") };
        assert_eq!((index, position.line, position.column, inside), (1, 3, 3, 7));
        assert_eq!(batch.segments().len(), 3);
        assert!(batch.locate(0).is_none());
        // What is missing at the end of a statement is found behind it.
        let end = batch.text().find("nope -- why").unwrap() + "nope -- why\n".len();
        let behind = batch.text().get(..end).unwrap().chars().count() + 1;
        let (last, inside) = batch.locate(behind).unwrap();
        assert_eq!((&last.purpose, inside), (&batch.segments()[2].purpose, "SELECT nope -- why".len()));
    }

    #[test]
    fn what_a_session_is_doing_is_read_from_its_query() {
        let mut batch = Batch::of("0014_a */ b");
        assert_eq!(doing(batch.text()).as_deref(), Some("0014_a * / b"));
        batch.push_own("begin", "BEGIN");
        let statements = statements("CREATE TABLE t\n (a int);\nSELECT nope").unwrap();
        for (index, statement) in statements.iter().enumerate() {
            batch.push_user(index, statement, Pace::Long);
        }
        let doing_now = doing(batch.text()).unwrap();
        assert_eq!(doing_now, "0014_a * / b: CREATE TABLE t (a int)");
        assert_eq!(batch.running(0), None, "nothing was told, and there are two");
        let first = batch
            .segments()
            .iter()
            .position(|segment| matches!(segment.purpose, Purpose::User { .. }))
            .unwrap();
        assert_eq!(batch.running(first), batch.segments().get(first).map(|segment| &segment.purpose));
        let mut hushed = batch.clone();
        hushed.silence();
        for (index, statement) in statements.iter().enumerate() {
            hushed.push_user(index + 2, statement, Pace::Long);
        }
        assert_eq!(hushed.running(3), None, "nothing more is told, and there are two");
        assert!(hushed.running(4).is_some(), "only the last one is left");
        let at = batch.text().chars().collect::<Vec<_>>().windows(4).position(|w| w == ['n', 'o', 'p', 'e']);
        assert_eq!(batch.locate(at.unwrap() + 1).map(|(_, inside)| inside), Some(7));
        let seen = remark("0014_a", 7, "ALTER TABLE t /* x */ ADD b int") + "SELECT 1";
        let seen = doing(&seen).unwrap();
        assert_eq!(seen, "0014_a line 7: ALTER TABLE t / * x * / ADD b int");
        assert_eq!(doing("SELECT 1"), None);
    }
}
