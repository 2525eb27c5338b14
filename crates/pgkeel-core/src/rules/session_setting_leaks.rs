//! Rule `session-setting-leaks`: a setting that outlives its migration.

use crate::review::context::{FileContext, Out};
use crate::sql::effect::TextRange;

rule! {
    id: "session-setting-leaks",
    severity: Warning,
    topic: Transactions,
    title: "A setting that outlives its migration",
    why: "SET without LOCAL, or set_config with false, stays for the session: the next migration on the same connection runs with another search_path, role or time zone than it was written for.",
    instead: "SET LOCAL, or set_config(..., true), inside the transaction.",
    aliases: ["pgspot:PS018"],
    check: File(check),
}

fn check(context: &FileContext<'_>, out: &mut Out<'_>) {
    for (name, at) in &context.progress.session {
        let Some(statement) = context.file.statements.get(*at) else { continue };
        let matters = ["search_path", "role", "timezone", "session_replication_role", "row_security", "default_tablespace"];
        let text = context.file.text_of(statement);
        let word = text.get(..3).unwrap_or_default();
        if !matters.contains(&name.as_str()) {
            continue;
        }
        let hit = out.in_file(context.index, statement.range, format!("{name} stays changed for whatever runs next on this connection"));
        let session = text.to_lowercase().find(" session ").filter(|at| *at < 5).map(|at| at + " session".len());
        if !context.file.no_transaction && word.eq_ignore_ascii_case("set") {
            let end = statement.range.start + session.unwrap_or(3);
            hit.fix("set it for this transaction only", vec![(TextRange::new(statement.range.start + 3, end), " LOCAL".to_owned())]);
        }
    }
}
