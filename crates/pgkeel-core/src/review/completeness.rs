//! Whether files that look like a whole history are one: only then is "no migration makes this table" worth saying.

use std::collections::BTreeSet;

use super::source::{File, Statement};
use crate::sql::effect::{Name, Origin, What};

/// One file in so many may use what no file makes before the whole is taken for a part of something larger.
const ONE_IN: usize = 5;

/// Whether the files make what they use: the first one stands alone, and few others use what none makes.
pub(super) fn is_history(files: &[File], order: &[usize]) -> bool {
    let mut made: BTreeSet<&str> = BTreeSet::new();
    let mut dangling = 0;
    for (at, file) in order.iter().filter_map(|index| files.get(*index)).enumerate() {
        // A template, or another dialect: nobody knows what it makes.
        let broken = |statement: &Statement| !statement.reading.problems.is_empty();
        if !file.unreadable.is_empty() || file.statements.iter().any(broken) {
            return false;
        }
        let mut unknown = false;
        for effect in file.up().flat_map(|(_, statement)| &statement.reading.effects) {
            // Whatever text does not show may have made anything.
            if matches!(effect.what, What::DynamicSql | What::Unknown) {
                return true;
            }
            // What the body of a function writes is not needed before somebody calls it.
            let written = Some(effect).filter(|effect| effect.origin != Origin::Function);
            unknown |= written.and_then(|effect| altered(&effect.what)).is_some_and(|name| {
                !made.contains(name.last())
                    && !name.last().starts_with("pg_")
                    && name.namespace().is_none_or(|n| n == "public")
            });
            made.extend(makes(&effect.what).map(Name::last));
        }
        if unknown && at == 0 {
            return false;
        }
        dangling += usize::from(unknown);
    }
    dangling < 3 || dangling * ONE_IN <= order.len()
}

/// The relation that an effect makes.
pub(crate) fn makes(what: &What) -> Option<&Name> {
    match what {
        What::CreateTable(table) => Some(&table.name),
        What::CreateTableAs { name, .. } | What::Rename { to: name, .. } => Some(name),
        What::CreateView(view) => Some(&view.name),
        _ => None,
    }
}

/// The table that an effect needs to be there.
pub(crate) fn altered(what: &What) -> Option<&Name> {
    match what {
        What::AddColumn { table, .. }
        | What::DropColumn { table, .. }
        | What::AlterColumnType { table, .. }
        | What::SetNotNull { table, .. }
        | What::SetDefault { table, .. }
        | What::AddConstraint { table, .. }
        | What::RowSecurity { table, .. }
        | What::Insert { table, .. }
        | What::Update { table, .. }
        | What::Delete { table, .. } => Some(table),
        What::CreateIndex(index) => Some(&index.table),
        What::CreateTrigger(trigger) => Some(&trigger.table),
        What::CreatePolicy(policy) => Some(&policy.table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_history;
    use crate::review::File;

    #[test]
    fn a_body_needs_nothing_before_it_is_called() {
        let body = "AS $$ BEGIN INSERT INTO elsewhere VALUES (1); END $$";
        let first =
            format!("CREATE TABLE t (id int);\nCREATE FUNCTION f() RETURNS void LANGUAGE plpgsql {body};");
        assert!(is_history(&[File::read("001_a.sql", &first)], &[0]));
        assert!(!is_history(&[File::read("001_a.sql", "INSERT INTO elsewhere VALUES (1);")], &[0]));
    }
}
