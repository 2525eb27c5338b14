//! Functions that run as their owner and look names up where the caller says.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "security-definer-search-path",
    title: "SECURITY DEFINER functions fix their search_path",
    why: "A SECURITY DEFINER function without its own search_path finds tables and operators through the caller's, so \
          whoever may create objects in a namespace on it makes the function do other things with its owner's rights. \
          (PostgreSQL documentation, CREATE FUNCTION, \"Writing SECURITY DEFINER Functions Safely\".) Functions of \
          extensions are not judged.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, p.proname AS name, pg_get_function_identity_arguments(p.oid) AS arguments,
       CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prosecdef AND n.nspname !~ '^(pg_|information_schema$)'
   AND NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search\\_path=%')
   AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
 ORDER BY 1, 2, 3",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let signature = format!("{}({})", row.object(), row.text("arguments"));
    let kind = row.text("kind");
    let word = kind.to_lowercase();
    outcome
        .add(
            Severity::Warning,
            format!("{word} {signature}"),
            format!("{word} {signature} runs as its owner and uses the caller's search_path"),
        )
        .repair(
            "Fix its search_path (name the namespaces it needs)",
            format!(
                "ALTER {kind} {signature} SET search_path = {}, pg_temp;",
                crate::sql::ident::Ident(row.text("namespace"))
            ),
        );
}
