//! Rule `tenant-table-without-row-security`: a tenant's table without row security.

use super::naming::squeezed;
use crate::review::context::{FileContext, Out};
use crate::review::history_model::{Table, TableConstraint};
use crate::sql::effect::{Action, What};

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
        let own = |table: &Table| table.columns.iter().any(|column| tenants.iter().any(|(_, spelled)| squeezed(&column.name) == *spelled));
        if !own(table) && !enabled_later(context, table) {
            let way = way_to(context, table, &|table| table.row_security.0 && own(table), &mut vec![table.key()]);
            if let Some(way) = way {
                let message = format!(
                    "the rows of {} are those of {}, which has row security, and has none itself: a tenant reads all of them",
                    table.name,
                    way.join(", by ")
                );
                out.in_file(context.index, table.origin.range, message).on(format!("table {}", table.name));
            }
        }
    }
}

/// The tables over which each row of a table belongs to a row of one that is `guarded`, nearest last: foreign keys that are never
/// NULL and whose rows go with the other's, or that are the whole of what the table is known by.
fn way_to(context: &FileContext<'_>, table: &Table, guarded: &dyn Fn(&Table) -> bool, seen: &mut Vec<String>) -> Option<Vec<String>> {
    for key in table.constraints.iter().filter_map(TableConstraint::foreign_key) {
        let given = key.columns.iter().all(|column| table.column(column.last()).is_some_and(|column| column.not_null));
        let primary = table.primary_key();
        let known_by = key.columns.iter().all(|column| primary.contains(&column.last()));
        let other = context.model.key(&key.table);
        let belongs = given && (key.on_delete == Some(Action::Cascade) || known_by);
        let Some(parent) = context.model.tables.get(&other).filter(|_| belongs && !seen.contains(&other)) else { continue };
        if guarded(parent) {
            return Some(vec![parent.name.clone()]);
        }
        seen.push(other);
        // What guards itself without a tenant's column says so by its own policies.
        if parent.row_security.0 && way_to(context, parent, guarded, seen).is_some() {
            return Some(vec![parent.name.clone()]);
        }
        if let Some(mut way) = way_to(context, parent, guarded, seen) {
            way.push(parent.name.clone());
            return Some(way);
        }
    }
    None
}

/// Whether a file that comes later enables it.
fn enabled_later(context: &FileContext<'_>, table: &Table) -> bool {
    let behind = context.order.iter().skip_while(|index| **index != context.index).skip(1);
    let files = behind.filter_map(|index| context.files.get(*index));
    let mut effects = files.flat_map(crate::review::File::up).flat_map(|(_, statement)| &statement.reading.effects);
    effects.any(|effect| match &effect.what {
        What::RowSecurity { table: of, enable: Some(true), .. } => context.model.key(of) == table.key(),
        _ => false,
    })
}

/// The tables with row security that have the column, in any spelling.
fn guarded<'a>(context: &FileContext<'a>, spelled: &str) -> Vec<&'a str> {
    let has = |table: &Table| table.columns.iter().any(|known| squeezed(&known.name) == spelled);
    let secured = context.model.tables.values().filter(|table| table.row_security.0 && has(table));
    secured.map(|table| table.name.as_str()).collect()
}
