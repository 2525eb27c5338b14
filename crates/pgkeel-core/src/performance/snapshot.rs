//! What `pg_stat_statements` counted up to one moment, and the plans that its costliest statements had then.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The counters at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// When, in seconds since the epoch, on the server's clock.
    pub at: f64,
    /// When the counters were last set to zero (`pg_stat_statements_info`), in seconds since the epoch.
    pub reset_at: Option<f64>,
    /// How often entries were thrown out because there was no room (`pg_stat_statements_info.dealloc`).
    pub evicted: f64,
    /// `pg_stat_statements.max`.
    pub room: f64,
    /// The costliest statements.
    pub statements: Vec<Counters>,
    /// Generic plans by [`super::fingerprint`].
    pub plans: BTreeMap<String, PlanShape>,
    /// What could not be read, in words.
    pub notes: Vec<String>,
}

/// The counters of one statement. Names are those of the view, in the spelling of PostgreSQL 17.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Who ran it.
    pub role: String,
    /// Whether a client sent it, or a function did.
    pub toplevel: bool,
    /// Its text, constants replaced by `$n`; empty when the role may not see it.
    pub query: String,
    /// Executions.
    pub calls: f64,
    /// Milliseconds of execution.
    pub total_exec_time: f64,
    /// Their mean.
    pub mean_exec_time: f64,
    /// Their population standard deviation.
    pub stddev_exec_time: f64,
    /// Rows that came back or were changed.
    pub rows: f64,
    /// Blocks found in shared buffers.
    pub shared_blks_hit: f64,
    /// Blocks read from elsewhere.
    pub shared_blks_read: f64,
    /// Temporary blocks written: a sort or hash that did not fit into `work_mem`.
    pub temp_blks_written: f64,
}

/// A plan without its numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanShape {
    /// The planner's cost of the whole.
    pub cost: f64,
    /// One node a line, indented by depth: `Index Scan on public.users using users_pkey`.
    pub shape: String,
}

impl PlanShape {
    /// Reads one plan of `EXPLAIN (FORMAT JSON)`.
    pub fn read(explained: &serde_json::Value) -> Option<Self> {
        let top = explained.get(0)?.get("Plan")?;
        let mut shape = String::new();
        write_node(top, 0, &mut shape);
        Some(Self { cost: top.get("Total Cost")?.as_f64()?, shape })
    }
}

fn write_node(node: &serde_json::Value, depth: usize, out: &mut String) {
    let text = |key: &str| node.get(key).and_then(serde_json::Value::as_str);
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&"  ".repeat(depth));
    out.push_str(text("Node Type").unwrap_or("?"));
    if let Some(relation) = text("Relation Name") {
        out.push_str(" on ");
        out.push_str(relation);
    }
    if let Some(index) = text("Index Name") {
        out.push_str(" using ");
        out.push_str(index);
    }
    let children = node.get("Plans").and_then(serde_json::Value::as_array);
    for child in children.into_iter().flatten() {
        write_node(child, depth + 1, out);
    }
}
