//! Rule `mixed-transaction-modes`: a file outside of a transaction with several statements.

use crate::review::context::{FileContext, Out};
use crate::review::source::Statement;
use crate::sql::effect::{TransactionControl, What};

rule! {
    id: "mixed-transaction-modes",
    severity: Warning,
    topic: Transactions,
    title: "A file outside of a transaction with several statements",
    why: "When one of them fails, those before it stay: the file is half applied, and running it again meets what is already there.",
    instead: "One such statement per file; or IF NOT EXISTS and IF EXISTS everywhere, so that a second run goes through.",
    aliases: ["squawk:prefer-robust-stmts", "bytebase:230", "pgls:preferRobustStmts", "pgfence:prefer-robust-stmts", "pgsafe:require-if-exists"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    if !context.file.no_transaction {
        return;
    }
    let mut open = false;
    let changing: Vec<&Statement> = context
        .file
        .up()
        .map(|(_, statement)| statement)
        .filter(|statement| {
            for effect in &statement.reading.effects {
                match effect.what {
                    What::Transaction(TransactionControl::Begin) => open = true,
                    What::Transaction(_) => open = false,
                    _ => {}
                }
            }
            let first = statement.reading.effects.first().map(|effect| &effect.what);
            let quiet = first.is_none_or(|what| {
                matches!(what, What::Set { .. } | What::Reset { .. } | What::Select | What::Transaction(_) | What::Analyze | What::Other)
            });
            !quiet && !open
        })
        .collect();
    if changing.len() < 2 {
        return;
    }
    // Behind the last one nothing can fail.
    for statement in changing.iter().take(changing.len() - 1) {
        if statement.reading.effects.first().is_some_and(|effect| fails_twice(&effect.what)) {
            let message = "if a later statement fails, this one stays, and fails when the file is run again";
            out.in_file(context.index, statement.range, message);
        }
    }
}

fn fails_twice(what: &What) -> bool {
    match what {
        What::CreateTable(table) => !table.if_not_exists,
        What::CreateIndex(index) => !index.if_not_exists,
        What::AddColumn { if_not_exists, .. }
        | What::CreateSequence { if_not_exists, .. }
        | What::AddEnumValue { if_not_exists, .. }
        | What::CreateExtension { if_not_exists, .. } => !if_not_exists,
        What::DropColumn { if_exists, .. }
        | What::DropConstraint { if_exists, .. }
        | What::Drop { if_exists, .. } => !if_exists,
        What::CreateTrigger(trigger) => !trigger.or_replace,
        What::CreateView(view) => !view.or_replace && !view.if_not_exists,
        What::CreateEnum { .. }
        | What::CreateType { .. }
        | What::CreateDomain { .. }
        | What::AddConstraint { .. }
        | What::Rename { .. } => true,
        _ => false,
    }
}
