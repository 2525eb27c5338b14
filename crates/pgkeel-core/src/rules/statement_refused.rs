//! Rule `statement-refused`: postgreSQL refuses the statement.


rule! {
    id: "statement-refused",
    severity: Error,
    topic: Correctness,
    title: "PostgreSQL refuses the statement",
    why: "It was run on a scratch database with the schema that it will meet, and failed there. It will fail in production for the same reason.",
    instead: "Mend the statement, or what it stands on.",
    aliases: [],
    check: Observed,
}
