//! Rule `tenant-table-without-row-security`: a tenant's table without row security.

use super::naming::squeezed;
use crate::review::context::{FileContext, Out};
use crate::review::history_model::Table;

rule! {
    id: "tenant-table-without-row-security",
    severity: Warning,
    topic: Security,
    title: "A tenant's table without row security",
    why: "Other tables with the same tenant column keep their rows apart by row security; this one does not, so one tenant can read another's rows.",
    instead: "ENABLE and FORCE ROW LEVEL SECURITY, and the policy the other tables have.",
    aliases: ["splinter:0013"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    if context.new_tables.is_empty() {
        return;
    }
    // tenant_id and "tenantId" are one name in two spellings.
    let mut tenants: Vec<(&str, String)> = Vec::new();
    for column in &context.settings.tenant_columns {
        let spelled = squeezed(column);
        if tenants.iter().all(|(_, known)| *known != spelled) {
            tenants.push((column, spelled));
        }
    }
    for table in context.new_tables.iter().filter(|table| !table.row_security.0) {
        let columns: Vec<String> = table.columns.iter().map(|column| squeezed(&column.name)).collect();
        for (column, spelled) in tenants.iter().filter(|(_, spelled)| columns.contains(spelled)) {
            let others = guarded(context, spelled);
            if let Some(first) = others.first() {
                let message = format!("{} has {column} and no row security, which {first} and {} more have", table.name, others.len() - 1);
                out.in_file(context.index, table.origin.range, message).on(format!("table {}", table.name));
            }
        }
    }
}

/// The tables with row security that have the column, in any spelling.
fn guarded<'a>(context: &FileContext<'a>, spelled: &str) -> Vec<&'a str> {
    let has = |table: &Table| table.columns.iter().any(|known| squeezed(&known.name) == spelled);
    let secured = context.model.tables.values().filter(|table| table.row_security.0 && has(table));
    secured.map(|table| table.name.as_str()).collect()
}
