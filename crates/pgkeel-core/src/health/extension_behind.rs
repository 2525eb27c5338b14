//! Extensions whose objects are older than the files on the server.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::Ident;

pub(super) const CHECK: Check = Check {
    id: "extension-behind",
    title: "Extensions are at the version that the server offers",
    why: "After an upgrade of the server's packages, an extension's functions in the database are still the old ones \
          until ALTER EXTENSION ... UPDATE. An extension whose files are gone from the server fails when it is next \
          used, and a dump of the database cannot be restored there. Versions that the server no longer knows (left by \
          pg_upgrade) are named as such.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT e.extname AS name, e.extversion AS installed, a.default_version AS offered,
       EXISTS (SELECT FROM pg_available_extension_versions v WHERE v.name = e.extname AND v.version = e.extversion) AS known
  FROM pg_extension e LEFT JOIN pg_available_extensions a ON a.name = e.extname
 WHERE a.default_version IS DISTINCT FROM e.extversion
 ORDER BY 1",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let (name, installed) = (Ident(row.text("name")).to_string(), row.text("installed"));
    let object = format!("extension {name}");
    let Some(offered) = row.maybe_text("offered") else {
        let message =
            format!("extension {name} {installed} is in the database, but its files are not on the server");
        outcome.add(Severity::Error, object, message).advise("install the extension's package on the server");
        return;
    };
    let gone =
        if row.flag("known") { "" } else { "; the server no longer knows the version in the database" };
    outcome
        .add(
            Severity::Warning,
            object,
            format!("extension {name} is at {installed}, the server offers {offered}{gone}"),
        )
        .repair("Update it", format!("ALTER EXTENSION {name} UPDATE;"));
}
