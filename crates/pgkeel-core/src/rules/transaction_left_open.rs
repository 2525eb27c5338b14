//! Rule `transaction-left-open`: BEGIN without COMMIT.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::{TextRange, TransactionControl, What};

rule! {
    id: "transaction-left-open",
    severity: Warning,
    topic: Transactions,
    title: "BEGIN without COMMIT",
    why: "The transaction stays open, or is rolled back when the connection ends: nothing was applied.",
    instead: "End the file with COMMIT, or leave BEGIN out.",
    aliases: ["squawk:ban-uncommitted-transaction", "pgfence:unclosed-transaction"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    if !context.progress.begun {
        return;
    }
    let begin = context.file.up().filter(|(_, statement)| {
        let mut effects = statement.reading.effects.iter();
        effects.any(|effect| effect.what == What::Transaction(TransactionControl::Begin))
    });
    if let Some((_, statement)) = begin.last() {
        let end = TextRange::new(context.file.text.len(), context.file.text.len());
        let closing = if context.file.text.trim_end().ends_with(';') { "COMMIT;\n" } else { ";\nCOMMIT;\n" };
        out.in_file(context.index, statement.range, "the transaction begun here is never committed")
            .fix("commit at the end", vec![(end, closing.to_owned())]);
    }
}
