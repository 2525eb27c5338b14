//! Rule `transaction-control`: transaction control that the runner does not expect.

use crate::review::context::{FileContext, Out};
use crate::review::source::Statement;
use crate::sql::effect::{TransactionControl, What};

rule! {
    id: "transaction-control",
    severity: Warning,
    topic: Transactions,
    title: "Transaction control that the runner does not expect",
    why: "A COMMIT in the middle ends the transaction in which the runner records the migration: a failure after it leaves half of the file applied. One BEGIN ... COMMIT around the whole file is fine.",
    instead: "Remove it, or split the file.",
    aliases: ["squawk:transaction-nesting", "pgls:transactionNesting", "atlas:TX201", "bytebase:206"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    if context.file.no_transaction {
        return;
    }
    let statements: Vec<(usize, &Statement)> = context.file.up().collect();
    let control = |statement: &Statement| {
        statement.reading.effects.iter().find_map(|effect| match effect.what {
            What::Transaction(control) if effect.origin == crate::sql::effect::Origin::Statement => Some(control),
            _ => None,
        })
    };
    let last = statements.len().saturating_sub(1);
    let wrapper = statements.first().and_then(|(_, s)| control(s)) == Some(TransactionControl::Begin)
        && statements.last().and_then(|(_, s)| control(s)) == Some(TransactionControl::Commit);
    for (at, (_, statement)) in statements.iter().enumerate() {
        let around = wrapper && (at == 0 || at == last);
        let ends = matches!(
            control(statement),
            Some(TransactionControl::Begin | TransactionControl::Commit | TransactionControl::Rollback | TransactionControl::Prepare)
        );
        // A lone BEGIN at the top is the business of `transaction-left-open`.
        let lone = at == 0 && control(statement) == Some(TransactionControl::Begin) && !wrapper;
        if ends && !around && !lone {
            let word = context.file.text_of(statement);
            out.in_file(context.index, statement.range, format!("`{word}` ends or nests the transaction in which the file runs"));
            // The first says it; those after it follow from it.
            return;
        }
    }
}
