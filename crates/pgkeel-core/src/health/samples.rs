//! What was counted on earlier days: the server knows only what is now, and forgets when it counted from zero.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

/// The key under which a row finds the earlier value of its object.
pub(super) const SAMPLED: &str = "sampled";

/// The key under which a row finds how many days ago that was.
pub(super) const SAMPLED_DAYS: &str = "sampled_days";

/// One day's counts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Sample {
    /// How many days ago it was taken.
    pub days: f64,
    /// The last value of each sequence, by `namespace.name`.
    pub sequences: BTreeMap<String, f64>,
    /// Indexes that no scan had used, by `namespace.name`.
    pub unused: BTreeSet<String>,
}

/// The samples that checks compare with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples(pub Vec<Sample>);

impl Samples {
    /// The row of this check, completed with what the oldest sample says of its object; none when no sample says anything.
    pub(super) fn complete(&self, check: &str, row: &Value) -> Option<Value> {
        let row = row.as_object()?;
        let text = |key: &str| row.get(key).and_then(Value::as_str);
        let object = format!("{}.{}", text("namespace")?, text("name")?);
        let of = |sample: &Sample| match check {
            "sequence-headroom" => sample.sequences.get(&object).copied(),
            "unused-index" => sample.unused.contains(&object).then_some(0.0),
            _ => None,
        };
        let known = self.0.iter().filter_map(|sample| Some((sample.days, of(sample)?)));
        let (days, value) = known.max_by(|a, b| a.0.total_cmp(&b.0))?;
        let own: Map<String, Value> =
            [(SAMPLED.to_owned(), Value::from(value)), (SAMPLED_DAYS.to_owned(), Value::from(days))]
                .into_iter()
                .collect();
        Some(Value::Object(row.clone().into_iter().chain(own).collect()))
    }
}
