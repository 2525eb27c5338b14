//! Drift: objects that are not as they were when the last migration ended, each with its SQL then and now.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::diff::{Change, diff};
use crate::finding::{Finding, Severity};
use crate::plan::{Options, between, statements};
use crate::schema::{Id, Schema};
use crate::validate::Ignored;

/// How a finding's help begins when it is known who changed the object.
pub const CHANGED_BY: &str = "changed outside pgkeel: ";

/// What differs from the schema that was recorded last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// The migration after which it was recorded.
    pub version: Option<String>,
    /// When it was recorded, RFC 3339.
    pub recorded_at: String,
    /// What differs, in order of creation.
    pub objects: Vec<Drifted>,
}

/// How an object drifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It is gone.
    Missing,
    /// Nobody recorded it.
    Unexpected,
    /// It is another.
    Changed,
}

impl How {
    /// The word in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::Changed => "changed",
        }
    }
}

/// One object that drifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drifted {
    /// As `table public.users`.
    pub object: String,
    /// How.
    pub how: How,
    /// The SQL that made what was recorded: of the object, or of the table that it is written into.
    pub expected: String,
    /// The SQL that makes what is there.
    pub found: String,
    /// The SQL that levels it, when that loses nothing.
    pub repair: Option<String>,
    /// Who changed it, as far as somebody noted it down.
    pub culprit: Option<String>,
}

impl Drift {
    /// What drifted as findings. What is gone breaks whoever uses it; the rest is for people to judge.
    pub fn findings(&self) -> Vec<Finding> {
        let since =
            self.version.as_deref().map_or_else(String::new, |version| format!(" after migration {version}"));
        let when = &self.recorded_at;
        let finding = |drifted: &Drifted| {
            let object = &drifted.object;
            let (severity, message) = match drifted.how {
                How::Missing => {
                    (Severity::Critical, format!("{object} is missing; it was there{since} ({when})"))
                }
                How::Unexpected => {
                    (Severity::Warning, format!("{object} exists, and was not there{since} ({when})"))
                }
                How::Changed => (Severity::Warning, format!("{object} is not as it was{since} ({when})")),
            };
            let mut finding = Finding::new("drift", severity, message).on(object.clone());
            if let Some(repair) = &drifted.repair {
                finding.repair("Level it", repair.trim_end());
            }
            let todo =
                "put the change into a migration, or undo it; `pgkeel validate` compares with the migrations";
            finding.help(match &drifted.culprit {
                Some(culprit) => format!("{CHANGED_BY}{culprit}\n{todo}"),
                None => todo.to_owned(),
            })
        };
        self.objects.iter().map(finding).collect()
    }

    /// Compares what was recorded with what is there.
    pub fn between(recorded: &Schema, live: &Schema, ignored: &Ignored) -> Vec<Drifted> {
        let changes = diff(recorded, live);
        if changes.is_empty() {
            return Vec::new();
        }
        // The SQL of what changed is planned for its surroundings only: a schema may have thousands of other tables.
        let ids: BTreeSet<Id> = changes.keys().cloned().collect();
        let near = &recorded.around(&ids) | &live.around(&ids);
        let (recorded, live) = (&recorded.only(&near), &live.only(&near));
        let (then, now) = (texts(recorded), texts(live));
        let back = repairs(recorded, live);
        let whole = |id: &Id| {
            // What stands or falls with another object is not one more difference.
            let schema = if live.has(id) { live } else { recorded };
            let parents =
                schema.objects.get(id).map(|object| object.body.parents(schema)).unwrap_or_default();
            parents.first().is_none_or(|parent| recorded.has(parent) == live.has(parent))
        };
        let drifted = changes.into_iter().filter(|(id, _)| !ignored.holds(id) && whole(id));
        drifted
            .map(|(id, change)| {
                let how = match change {
                    Change::Create => How::Unexpected,
                    Change::Drop => How::Missing,
                    Change::Alter(..) | Change::Replace => How::Changed,
                };
                let object = id.to_string();
                let (expected, found) = sides((&then, recorded), (&now, live), &id);
                Drifted { how, expected, found, repair: back.get(&object).cloned(), culprit: None, object }
            })
            .collect()
    }
}

/// The SQL that makes each object, by its name.
fn texts(schema: &Schema) -> BTreeMap<String, String> {
    let plan = statements(&Schema::of_empty_database(schema.version), schema, &Options::default());
    gathered(plan.steps.iter().map(|step| (step.cause.clone(), step.shown().to_owned())))
}

/// What leads from `live` back to `recorded`, object by object, as far as it loses nothing.
fn repairs(recorded: &Schema, live: &Schema) -> BTreeMap<String, String> {
    let plan = between(live, recorded, &Options::default());
    let harmless = plan.steps.iter().filter(|step| step.loses.is_none() && !is_drop(&step.sql));
    gathered(harmless.map(|step| (step.cause.clone(), step.shown().to_owned())))
}

fn is_drop(sql: &str) -> bool {
    sql.starts_with("DROP ") || sql.contains(" DROP ")
}

fn gathered(steps: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (cause, sql) in steps {
        let text = texts.entry(cause).or_default();
        text.push_str(&sql);
        text.push_str(";\n");
    }
    texts
}

/// The object's own SQL then and now, or that of the object into which it is written: a column's is its table's.
fn sides(
    (then, recorded): (&BTreeMap<String, String>, &Schema),
    (now, live): (&BTreeMap<String, String>, &Schema),
    id: &Id,
) -> (String, String) {
    let both = |name: &str| {
        let found = then.contains_key(name) || now.contains_key(name);
        let of = |texts: &BTreeMap<String, String>| texts.get(name).cloned().unwrap_or_default();
        found.then(|| (of(then), of(now)))
    };
    let knows = if live.has(id) { live } else { recorded };
    let parents = || knows.objects.get(id).map(|object| object.body.parents(knows)).unwrap_or_default();
    both(&id.to_string())
        .or_else(|| parents().iter().find_map(|parent| both(&parent.to_string())))
        .unwrap_or_default()
}
