//! The same migration without long locks: found statement by statement on a copy of the schema before it, and then proven.
//! The migration runs on one copy and the sequence on another, both with the same rows; schemas and rows must come out
//! equal, or no sequence is told.

use std::collections::{BTreeMap, BTreeSet};

use pgkeel_core::plan::{self, Options};
use pgkeel_core::review::File;
use pgkeel_core::review::source::Statement;
use pgkeel_core::schema::Schema;
use pgkeel_core::sql::ident::qualified;

use super::beforehand::Facts;
use super::compare::{Rows, difference, rows};
use super::gentle::{self, Said};
use super::observe::keeps_writers_out;
use super::rows::{Words, fill};
use super::{Error, Observed};
use crate::replay::{self, Replay};
use crate::scratch::{Attempts, refusal};
use crate::source::Workshop;

/// A migration for which a sequence is wanted.
pub(super) struct Job<'a> {
    /// Its place among those that were rehearsed.
    pub place: usize,
    pub file: &'a File,
    /// The schema that it starts from.
    pub before: Schema,
    /// What its statements did that take long, by their place in the file.
    pub slow: BTreeMap<usize, Observed>,
    /// Whether it runs outside of a transaction.
    pub alone: bool,
    /// Roles that it needs.
    pub roles: BTreeSet<String>,
    /// What is known of the roles that it makes.
    pub attempts: Attempts,
}

/// A sequence, or why there is none.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    pub statements: Vec<String>,
    pub note: Option<String>,
}

impl Sequence {
    fn none(note: String) -> Self {
        Self { statements: vec![], note: Some(note) }
    }
}

/// Those of a file's statements that keep others away for as long as a table is large, by their place: they work on what they
/// or, in one transaction, statements before them have locked.
pub(super) fn slow(statements: &[Observed], alone: bool) -> BTreeMap<usize, Observed> {
    let mut held: BTreeSet<&String> = BTreeSet::new();
    let mut slow = BTreeMap::new();
    for statement in statements {
        if alone {
            held.clear();
        }
        held.extend(
            statement.all_locks().filter(|(_, mode)| keeps_writers_out(mode)).map(|(table, _)| table),
        );
        let writes = !statement.written.is_empty();
        if statement.works_on().any(|table| held.contains(table)) || writes && !held.is_empty() {
            slow.insert(statement.place, statement.clone());
        }
    }
    slow
}

/// How many of the file's own words are tried in rows that the migration refuses otherwise.
const WORDS: usize = 6;

/// What a migration left.
struct Left {
    schema: Schema,
    rows: Rows,
    inserts: Vec<String>,
}

impl Job<'_> {
    /// Finds the sequence and proves it.
    ///
    /// # Errors
    /// The scratch server broke.
    pub async fn sequence(&self, workshop: &Workshop) -> Result<Sequence, Error> {
        let said = match self.said(workshop).await? {
            Ok(said) => said,
            Err(why) => return Ok(Sequence::none(format!("no other way was looked for: {why}"))),
        };
        if !said.iter().any(|said| said.changed) {
            let mut notes: Vec<String> = said.into_iter().filter_map(|said| said.why).collect();
            notes.dedup();
            return Ok(Sequence { statements: vec![], note: (!notes.is_empty()).then(|| notes.join("; ")) });
        }
        let statements: Vec<String> = said.into_iter().flat_map(|said| said.statements).collect();
        Ok(match self.proven(&statements, workshop).await? {
            Ok(()) => Sequence { statements, note: None },
            Err(why) => Sequence::none(format!(
                "there may be a way without long locks, but none that is proven: {why}"
            )),
        })
    }

    fn statements(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.file.up().filter(|(place, statement)| !statement.is_control() && !self.attempts.passes(*place))
    }

    /// What to say for each statement; or what was refused.
    async fn said(&self, workshop: &Workshop) -> Result<Result<Vec<Said>, String>, Error> {
        if self.statements().any(|(_, statement)| statement.copies_in()) {
            return Ok(Err("the file brings rows of its own (COPY)".to_owned()));
        }
        let copy = match self.copy(workshop).await? {
            Ok(copy) => copy,
            Err(why) => return Ok(Err(why)),
        };
        let said = self.said_on(&copy).await;
        copy.close().await;
        said
    }

    async fn said_on(&self, copy: &Replay<'_>) -> Result<Result<Vec<Said>, String>, Error> {
        let mut said = Vec::new();
        // The schema as the statement before left it, while it is known.
        let mut known = None;
        for (place, statement) in self.statements() {
            let text = self.file.text_of(statement);
            let Some(seen) = self.slow.get(&place) else {
                let quick = gentle::quick(text, &statement.reading);
                if let Err(refused) = each(copy, &quick).await? {
                    return Ok(Err(refused.message));
                }
                said.push(Said { statements: quick, ..Said::as_written(text) });
                known = None;
                continue;
            };
            let before = match known.take() {
                Some(before) => before,
                None => copy.schema().await.map_err(broken)?,
            };
            if let Err(refused) = each(copy, &[text]).await? {
                return Ok(Err(refused.message));
            }
            let after = copy.schema().await.map_err(broken)?;
            let facts = Facts::ask(copy.database().session().client(), seen).await?;
            said.push(gentle::instead(text, &statement.reading, (&before, &after), seen, &facts));
            known = Some(after);
        }
        Ok(Ok(said))
    }

    /// A scratch database with the schema before the migration; or why there is none.
    async fn copy<'w>(&self, workshop: &'w Workshop) -> Result<Result<Replay<'w>, String>, Error> {
        let copy = Replay::start(workshop).await.map_err(broken)?;
        for role in &self.roles {
            copy.database().make_role(role).await?;
        }
        if let Err(error) = copy.make(&self.before).await {
            copy.close().await;
            return match error {
                replay::Error::Start { .. } => Ok(Err(error.to_string())),
                error => Err(broken(error)),
            };
        }
        let client = copy.database().session().client();
        client.batch_execute("RESET ALL; SET client_min_messages = error").await?;
        Ok(Ok(copy))
    }

    /// Whether the sequence leads where the migration leads; why not.
    async fn proven(&self, sequence: &[String], workshop: &Workshop) -> Result<Result<(), String>, Error> {
        let left = match self.migrated(None, workshop).await? {
            Ok(left) => left,
            Err(why) => return Ok(Err(why)),
        };
        let copy = match self.copy(workshop).await? {
            Ok(copy) => copy,
            Err(why) => return Ok(Err(why)),
        };
        let found = async {
            put(&copy, &left.inserts).await?;
            if let Err(refused) = each(&copy, sequence).await? {
                return Ok(Err(refused.message));
            }
            let rows = rows(copy.database().session().client()).await?;
            Ok::<_, Error>(Ok((copy.schema().await.map_err(broken)?, rows)))
        }
        .await;
        copy.close().await;
        let (schema, rows) = match found? {
            Ok(found) => found,
            Err(why) => return Ok(Err(format!("PostgreSQL refuses it: {why}"))),
        };
        let rest = plan::statements(&schema, &left.schema, &Options::default()).steps;
        if let Some(step) = rest.first() {
            return Ok(Err(format!("after it this is still to be done: {}", step.shown())));
        }
        if difference(&left.rows, &rows, None).is_none() {
            return Ok(Ok(()));
        }
        // What a clock or chance gave is another value each time, also when the migration itself runs again.
        let again = match self.migrated(Some(&left.inserts), workshop).await? {
            Ok(again) => again,
            Err(why) => return Ok(Err(why)),
        };
        Ok(difference(&left.rows, &rows, Some(&again.rows)).map_or(Ok(()), Err))
    }

    /// Runs the migration on rows that it takes, those of `inserts` if they are given.
    async fn migrated(
        &self,
        inserts: Option<&[String]>,
        workshop: &Workshop,
    ) -> Result<Result<Left, String>, Error> {
        let mut words = Words::of_text(&self.file.text, WORDS);
        let mut first = None;
        loop {
            let copy = match self.copy(workshop).await? {
                Ok(copy) => copy,
                Err(why) => return Ok(Err(why)),
            };
            let left = self.migrated_on(&copy, inserts, &words).await;
            copy.close().await;
            let refused = match left? {
                Ok(left) => return Ok(Ok(left)),
                Err(refused) if !refused.is_about_rows() => return Ok(Err(refused.message)),
                Err(refused) => refused,
            };
            let said = first.get_or_insert(refused.message);
            if inserts.is_some() || !words.next(refused.table) {
                return Ok(Err(format!(
                    "the migration takes none of the rows that were made up for it: {said}"
                )));
            }
        }
    }

    async fn migrated_on(
        &self,
        copy: &Replay<'_>,
        inserts: Option<&[String]>,
        words: &Words,
    ) -> Result<Result<Left, Refused>, Error> {
        let client = copy.database().session().client();
        let inserts = match inserts {
            Some(inserts) => {
                put(copy, inserts).await?;
                inserts.to_vec()
            }
            None => {
                let filled = fill(client, words).await?;
                let mut concerned = self.slow.values().flat_map(Observed::works_on);
                if let Some(table) = concerned.find(|table| filled.empty.contains(*table)) {
                    let message = format!("no row could be made up for {table}");
                    return Ok(Err(Refused { code: String::new(), message, table: Some(table.clone()) }));
                }
                filled.inserts
            }
        };
        if !self.alone {
            copy.database().begin().await?;
        }
        let texts: Vec<&str> = self.statements().map(|(_, statement)| self.file.text_of(statement)).collect();
        let mut done = each(copy, &texts).await?;
        if !self.alone
            && done.is_ok()
            && let Err(error) = copy.database().commit().await
        {
            done = Err(Refused::of(error)?);
        }
        Ok(match done {
            Err(refused) => Err(refused),
            Ok(()) => {
                let rows = rows(client).await?;
                Ok(Left { schema: copy.schema().await.map_err(broken)?, rows, inserts })
            }
        })
    }
}

/// What the server refused.
struct Refused {
    code: String,
    message: String,
    /// The table of the row that it refused.
    table: Option<String>,
}

impl Refused {
    fn of(error: tokio_postgres::Error) -> Result<Self, Error> {
        let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
        let table = error.as_db_error().and_then(|error| Some((error.schema()?, error.table()?)));
        let table = table.map(|(namespace, table)| qualified(namespace, table));
        let message = refusal(&error).ok_or(error)?;
        Ok(Self { code, message, table })
    }

    /// Whether other rows might be taken: data exceptions and violated constraints.
    fn is_about_rows(&self) -> bool {
        self.code.is_empty() || self.code.starts_with("22") || self.code.starts_with("23")
    }
}

/// Runs statements one after the other, up to the first that is refused.
async fn each(copy: &Replay<'_>, statements: &[impl AsRef<str>]) -> Result<Result<(), Refused>, Error> {
    for sql in statements {
        let nothing: &[&str] = &[];
        if let Err(error) = copy.database().send(sql.as_ref(), nothing).await {
            return Ok(Err(Refused::of(error)?));
        }
    }
    Ok(Ok(()))
}

/// Puts in rows that went in before.
async fn put(copy: &Replay<'_>, inserts: &[String]) -> Result<(), Error> {
    let client = copy.database().session().client();
    let _ = client.batch_execute("SET session_replication_role = replica").await;
    for insert in inserts {
        client.batch_execute(insert).await?;
    }
    let _ = client.batch_execute("RESET session_replication_role").await;
    Ok(())
}

fn broken(error: replay::Error) -> Error {
    match error {
        replay::Error::Scratch(error) => error.into(),
        replay::Error::Introspect(error) => error.into(),
        replay::Error::Connection(error) => error.into(),
        error => Error::Copy(error.to_string()),
    }
}
