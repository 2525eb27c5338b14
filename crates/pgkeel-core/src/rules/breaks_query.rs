//! Rule `breaks-query`: a query of the application no longer fits.


rule! {
    id: "breaks-query",
    severity: Error,
    topic: Clients,
    title: "A query of the application no longer fits",
    why: "The application prepares this query; after the migration PostgreSQL refuses it. Clients that run while the migration is applied fail with it.",
    instead: "Expand first: add the new form beside the old one, move the application over, and take the old form away in a later migration.",
    aliases: [],
    check: Observed,
}
