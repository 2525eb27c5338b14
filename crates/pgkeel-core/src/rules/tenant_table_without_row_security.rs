//! Rule `tenant-table-without-row-security`: a tenant's table without row security.

use super::naming::squeezed;
use crate::review::context::{FileContext, Out};
use crate::review::history_model::Table;
use crate::sql::effect::What;

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
    let adds = |what: &What| matches!(what, What::CreateTable(_) | What::CreateTableAs { .. });
    if !context.file.up().any(|(_, statement)| statement.reading.effects.iter().any(|effect| adds(&effect.what))) {
        return;
    }
    // tenant_id and "tenantId" are one name in two spellings.
    let has = |table: &Table, column: &str| table.columns.iter().any(|known| squeezed(&known.name) == squeezed(column));
    let mut tenants: Vec<&String> = Vec::new();
    for column in &context.settings.tenant_columns {
        if tenants.iter().all(|known| squeezed(known) != squeezed(column)) {
            tenants.push(column);
        }
    }
    let guarded = |column: &str| {
        context.model.tables.values().filter(|table| table.row_security.0 && has(table, column)).map(|t| t.name.clone()).collect::<Vec<String>>()
    };
    for table in context.model.tables.values().filter(|table| table.origin.file == context.index && !table.row_security.0) {
        for column in tenants.iter().filter(|column| has(table, column)) {
            let others: Vec<String> = guarded(column);
            if let Some(first) = others.first() {
                let message = format!("{} has {column} and no row security, which {first} and {} more have", table.name, others.len() - 1);
                out.in_file(context.index, table.origin.range, message).on(format!("table {}", table.name));
            }
        }
    }
}
