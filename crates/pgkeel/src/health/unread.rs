//! A history that cannot be read although the database answers: said in a finding, with what to do.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::health::{Reason, Report};
use pgkeel_core::sql::ident::Ident;
use tokio_postgres::error::SqlState;

use crate::error::Error;
use crate::store::Store;

/// Notes in the report why the history was not read; gives the error back when it is about something else.
pub(super) fn note(report: &mut Report, error: Error, store: &Store) -> Result<(), Error> {
    let object = format!("schema {}", Ident(store.namespace()));
    let (reason, finding) = match &error {
        Error::NewerHistory { .. } => (
            Reason::SchemaAhead,
            Finding::new("history-unreadable", Severity::Warning, error.to_string()).on(object),
        ),
        _ if lacks_privilege(&error) => (
            Reason::NotEvaluated,
            Finding::new("history-unreadable", Severity::Error, error.to_string())
                .on(object)
                .help(grants(report, store)),
        ),
        _ => return Err(error),
    };
    report.unread = Some(reason);
    report.schema.get_or_insert_with(Vec::new).push(finding);
    Ok(())
}

/// Notes that the recorded schema was not read: drift is not judged then, everything else is.
pub(super) fn note_drift(report: &mut Report, error: Error, store: &Store) -> Result<(), Error> {
    if !lacks_privilege(&error) {
        return Err(error);
    }
    let message = format!("drift was not looked for: {error}");
    let finding = Finding::new("drift-not-judged", Severity::Info, message)
        .on(format!("schema {}", Ident(store.namespace())))
        .help(grants(report, store));
    report.schema.get_or_insert_with(Vec::new).push(finding);
    Ok(())
}

fn lacks_privilege(error: &Error) -> bool {
    error.sqlstate() == Some(SqlState::INSUFFICIENT_PRIVILEGE.code())
}

fn grants(report: &Report, store: &Store) -> String {
    let role = report.server.as_ref().map_or("", |server| server.role.as_str());
    let (namespace, role) = (Ident(store.namespace()), Ident(role));
    format!(
        "as the history's owner: GRANT USAGE ON SCHEMA {namespace} TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA {namespace} TO {role};"
    )
}
