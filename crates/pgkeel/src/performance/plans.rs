//! Generic plans: what the planner does with a statement whose parameters it does not know.

use futures_util::future::join_all;
use pgkeel_core::performance::{PlanShape, Renamed, Snapshot, fingerprint, is_explainable};
use tokio_postgres::SimpleQueryMessage;

use crate::answer::column;
use crate::database::Query;

/// Statements whose plans are kept, the costliest first.
const KEPT: usize = 40;

/// Adds plans. What cannot be planned (another search_path, a table that is gone) is left out.
pub(super) async fn add(client: &impl Query, snapshot: &mut Snapshot) {
    let mut costly: Vec<_> = snapshot.statements.iter().filter(|one| is_explainable(&one.query)).collect();
    costly.sort_by(|a, b| b.total_exec_time.total_cmp(&a.total_exec_time));
    let texts: Vec<String> = costly.iter().take(KEPT).map(|one| one.query.clone()).collect();
    let plans = join_all(texts.iter().map(|text| plan(client, text))).await;
    let none = Renamed::new();
    for (text, plan) in texts.iter().zip(plans) {
        if let Some(plan) = plan {
            snapshot.plans.insert(fingerprint(text, &none), plan);
        }
    }
}

async fn plan(client: &impl Query, statement: &str) -> Option<PlanShape> {
    // Planning may call functions; none of them can write.
    let sql = format!(
        "SET LOCAL transaction_read_only = on; SET LOCAL statement_timeout = '500ms'; SET LOCAL lock_timeout = '50ms';\n\
         EXPLAIN (GENERIC_PLAN, FORMAT JSON) {statement}"
    );
    let messages = client.simple_query(&sql).await.ok()?;
    let text = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => column(row, 0),
        _ => None,
    })?;
    PlanShape::read(&serde_json::from_str(text).ok()?)
}
