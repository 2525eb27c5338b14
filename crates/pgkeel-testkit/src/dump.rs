//! pg_dump's text without what changes from run to run, and as a set of objects.

use std::collections::BTreeMap;

/// The text without the random keys of `\restrict`, the versions, and repeated empty lines. Two databases with the
/// same schema on the same server give the same text.
pub fn normalise(dump: &str) -> String {
    let mut text = String::with_capacity(dump.len());
    let mut previous_is_empty = true;
    for line in dump.lines() {
        let volatile = ["\\restrict ", "\\unrestrict ", "-- Dumped from ", "-- Dumped by "];
        if volatile.iter().any(|start| line.starts_with(start)) {
            continue;
        }
        if line.is_empty() && previous_is_empty {
            continue;
        }
        previous_is_empty = line.is_empty();
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The dump by object: the title line (`Name: t; Type: TABLE; Schema: public`) without its owner, and the SQL below.
/// What two databases share is equal here whatever the order that pg_dump chose.
pub fn objects(dump: &str) -> BTreeMap<String, String> {
    let mut objects: BTreeMap<String, String> = BTreeMap::new();
    let mut title = String::new();
    for line in dump.lines() {
        if let Some(rest) = line.strip_prefix("-- Name: ") {
            rest.split("; Owner:").next().unwrap_or(rest).clone_into(&mut title);
        } else if line != "--" && !title.is_empty() {
            let body = objects.entry(title.clone()).or_default();
            body.push_str(line);
            body.push('\n');
        }
    }
    for body in objects.values_mut() {
        body.truncate(body.trim_end().len());
    }
    objects
}

/// The objects with the lines of each in order of the alphabet, so that only the order of a table's columns is lost:
/// PostgreSQL has no statement that changes it, so a plan without loss of data cannot either.
pub fn objects_in_any_column_order(dump: &str) -> BTreeMap<String, String> {
    let mut objects = objects(dump);
    for body in objects.values_mut().filter(|body| body.contains("TABLE ")) {
        let mut lines: Vec<&str> = body.lines().map(|line| line.trim_end_matches(',')).collect();
        lines.sort_unstable();
        *body = lines.join("\n");
    }
    objects
}
