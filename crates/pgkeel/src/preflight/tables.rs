//! Who holds the tables that pending migrations change, right now.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::Needs;
use pgkeel_core::sql::ident::Literal;

use crate::answer::{Row, ask, text};
use crate::apply::statement_line;
use crate::database::Query;
use crate::error::Error;

/// What stands in the way: prepared transactions, for which the migrations would wait in vain, and long transactions and
/// vacuums, for which they would wait.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn tables(client: &impl Query, needs: &Needs) -> Result<Vec<Finding>, Error> {
    if needs.tables.is_empty() {
        return Ok(Vec::new());
    }
    let tables: Vec<String> = needs.tables.iter().map(|name| format!("({})", Literal(name))).collect();
    let sql = include_str!("tables.sql").replace("{tables}", &tables.join(", "));
    let rows = ask(client, "looking at the tables that the migrations change", &sql).await?;
    Ok(rows.iter().map(finding).collect())
}

fn finding(row: &Row) -> Finding {
    let (kind, name, who) = (text(row, 0), text(row, 1), text(row, 2));
    let more = text(row, 3) + &statement_line(&text(row, 4));
    let finding = match kind.as_str() {
        "prepared" => Finding::new(
            "prepared-transaction",
            Severity::Error,
            format!("the prepared transaction {} holds table {name} since {more}", Literal(&who)),
        )
        .help(format!("end it: COMMIT PREPARED {0}, or ROLLBACK PREPARED {0}", Literal(&who))),
        "wraparound" => Finding::new(
            "busy-table",
            Severity::Warning,
            format!(
                "a vacuum against transaction id wraparound works on table {name}, and nothing can hurry it: {more}"
            ),
        ),
        _ => Finding::new(
            "busy-table",
            Severity::Warning,
            format!("table {name} is held by a long transaction of process {more}"),
        ),
    };
    finding.on(format!("table {name}"))
}
