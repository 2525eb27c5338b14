//! Which catalog queries are asked of a server: all but those whose answer is known to be nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use pgkeel_core::object::Kind;

use super::queries;

/// One catalog query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Names of tables, views and sequences by oid.
    Relations,
    /// Words that names are quoted for.
    Keywords,
    /// Operator classes that PostgreSQL brings.
    Classes,
    /// The objects of a kind.
    Kind(Kind),
    /// Names of subscriptions that cannot be described.
    HiddenSubscriptions,
    /// Comments by address.
    Comments,
    /// Security labels by address.
    Labels,
    /// Owners and grants by address.
    Access,
    /// Addresses that stand for others.
    Same,
    /// What needs what.
    Dependencies,
    /// What is there and cannot be described.
    Uncovered,
}

/// Which of two sessions asks. No table has to be opened by both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// What is asked only when there is any, and what PostgreSQL has to open tables for, to write their expressions.
    First,
    /// What is always asked, so that it can be asked at once, and read from the catalogs as it is.
    Second,
    /// Some of that is left to whichever session is done earlier: how long each takes depends on schema and server.
    Either,
}

impl Question {
    /// What is asked about besides the kinds of objects.
    const ATTRIBUTES: [Self; 6] =
        [Self::Comments, Self::Labels, Self::Access, Self::Same, Self::Dependencies, Self::Uncovered];

    /// What others name by number.
    pub const NAMES: [Self; 4] = [Self::Relations, Self::Keywords, Self::Classes, Self::Kind(Kind::Column)];

    /// What is left to either session, what takes long first.
    const LEFT: [Self; 4] =
        [Self::Access, Self::Dependencies, Self::Kind(Kind::Default), Self::Kind(Kind::Table)];

    fn all() -> impl Iterator<Item = Self> {
        let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Column).map(|kind| Self::Kind(*kind));
        Self::NAMES.into_iter().chain(kinds).chain(Self::ATTRIBUTES)
    }

    fn text(self) -> &'static str {
        match self {
            Self::Relations => queries::RELATIONS,
            Self::Keywords => queries::KEYWORDS,
            Self::Classes => queries::CLASSES,
            Self::Kind(kind) => queries::of_kind(kind),
            Self::HiddenSubscriptions => queries::HIDDEN_SUBSCRIPTIONS,
            Self::Comments => queries::COMMENTS,
            Self::Labels => queries::LABELS,
            Self::Access => queries::ACCESS,
            Self::Same => queries::SAME,
            Self::Dependencies => queries::DEPENDENCIES,
            Self::Uncovered => queries::UNCOVERED,
        }
    }

    fn share(self) -> Share {
        match self {
            Self::Kind(
                Kind::Constraint
                | Kind::Index
                | Kind::ForeignKey
                | Kind::View
                | Kind::MaterializedView
                | Kind::Trigger
                | Kind::SystemPrivileges
                | Kind::SequenceOwner,
            )
            | Self::Comments
            | Self::Labels => Share::First,
            _ if queries::presence(self.text()).is_some() => Share::First,
            _ if Self::LEFT.contains(&self) => Share::Either,
            _ => Share::Second,
        }
    }
}

/// The queries for one server.
#[derive(Debug)]
pub struct Questions(Vec<(Question, String)>);

impl Questions {
    /// Asks whether the session may read how subscriptions connect; and, for each query that says when there is anything to be
    /// found, in order, whether there is.
    pub fn presence() -> String {
        let tests = Question::all().filter_map(|question| queries::presence(question.text()));
        let tests: Vec<_> = tests.map(|from| format!("EXISTS (SELECT FROM {from})")).collect();
        let sees = "has_column_privilege('pg_subscription', 'subconninfo', 'SELECT')";
        format!("SELECT {sees}, ARRAY[{}]", tests.join(", "))
    }

    /// The queries for a server of this major version; `present` is its answer to [`Questions::presence`].
    pub fn new(major: u32, sees_subscriptions: bool, present: &[bool]) -> Self {
        let mut present = present.iter();
        let asked = Question::all().filter(|question| {
            queries::presence(question.text()).is_none() || present.next().copied().unwrap_or(true)
        });
        let fitted = asked.map(|question| match question {
            Question::Kind(Kind::Subscription) if !sees_subscriptions => Question::HiddenSubscriptions,
            question => question,
        });
        Self(fitted.map(|question| (question, queries::for_server(question.text(), major))).collect())
    }

    /// Those of the second share for a server of this major version: what is there makes no difference to them.
    pub fn always(major: u32) -> Vec<(Question, String)> {
        let asked = Question::all().filter(|question| question.share() == Share::Second);
        asked.map(|question| (question, queries::for_server(question.text(), major))).collect()
    }

    /// Those that are left to either session, of a server of this major version.
    pub fn left(major: u32) -> Left {
        let asked = Question::LEFT.into_iter().filter(|question| question.share() == Share::Either);
        Left {
            questions: asked
                .map(|question| (question, queries::for_server(question.text(), major)))
                .collect(),
            taken: AtomicUsize::new(0),
        }
    }

    /// All, or only those of the first share.
    pub fn into_asked(self, all: bool) -> Vec<(Question, String)> {
        self.0.into_iter().filter(|(question, _)| all || question.share() == Share::First).collect()
    }
}

/// Questions that one of several sessions asks.
#[derive(Debug, Default)]
pub struct Left {
    questions: Vec<(Question, String)>,
    taken: AtomicUsize,
}

impl Left {
    /// The next question, for whoever asks it then.
    pub fn take(&self) -> Option<&(Question, String)> {
        self.questions.get(self.taken.fetch_add(1, Ordering::Relaxed))
    }
}
