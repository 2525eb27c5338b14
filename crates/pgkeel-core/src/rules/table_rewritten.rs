//! Rule `table-rewritten`: a table is seen to be written anew.


rule! {
    id: "table-rewritten",
    severity: Error,
    topic: Locking,
    title: "A table is seen to be written anew",
    why: "On a scratch database the statement gave the table a new file: all its rows and indexes are written again under ACCESS EXCLUSIVE, and need their size in disk space once more.",
    instead: "Do it in steps: a new column, filled in batches, then swapped; or look for a change that PostgreSQL makes in the catalog alone.",
    aliases: ["eugene:E10", "atlas:PG301"],
    check: Observed,
}
