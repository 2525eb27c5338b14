//! Rule `refresh-matview-concurrently-lock`: a concurrent refresh keeps other refreshes and writers out.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "refresh-matview-concurrently-lock",
    default: off,
    severity: Info,
    topic: Locking,
    title: "A concurrent refresh keeps other refreshes and writers out",
    why: "REFRESH ... CONCURRENTLY lets readers go on, but holds EXCLUSIVE for as long as its query runs, and inside a migration it holds the transaction open.",
    instead: "Refresh outside of migrations, on a schedule.",
    aliases: ["pgls:concurrentRefreshMatviewLock", "pgls:warnRefreshMatviewConcurrent"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Refresh { view, concurrently: true, .. } = &effect.what else { return };
    out.at(effect.range, format!("{view} is locked against other refreshes while its query runs")).on(format!("materialized view {view}"));
}
