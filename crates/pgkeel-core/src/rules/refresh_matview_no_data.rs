//! Rule `refresh-matview-no-data`: a materialized view is emptied.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "refresh-matview-no-data",
    severity: Warning,
    topic: Clients,
    title: "A materialized view is emptied",
    why: "REFRESH ... WITH NO DATA throws its rows away: every query of it fails until it is refreshed again (55000).",
    instead: "REFRESH MATERIALIZED VIEW CONCURRENTLY, or keep the rows until the new ones are there.",
    aliases: ["pgfence:refresh-materialized-view-no-data"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Refresh { view, no_data: true, .. } = &effect.what else { return };
    if context.is_shared_view(view) {
        out.at(effect.range, format!("queries of {view} fail until it is refreshed again")).on(format!("materialized view {view}"));
    }
}
