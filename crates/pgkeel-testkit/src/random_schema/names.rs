//! Names, awkward ones among them, and quoting.

use fastrand::Rng;

const WORDS: [&str; 24] = [
    "account", "booking", "city", "device", "event", "feature", "group", "host", "invoice", "job", "key",
    "label", "message", "node", "order", "part", "queue", "room", "select", "table", "user", "value", "when",
    "zone",
];

/// A name that ends in `number` and so is unique when the numbers are.
pub(super) fn name(random: &mut Rng, number: usize) -> String {
    let word = WORDS.get(random.usize(..WORDS.len())).copied().unwrap_or("thing");
    match random.usize(..24) {
        0 => format!("Mixed {word} {number}"),
        1 => format!("größe_{word}_{number}"),
        2 => format!("quo\"ted_{number}"),
        3 => format!("{word}-{number}"),
        // The longest that PostgreSQL keeps: 63 bytes.
        4 => format!("{}_{number:04}", "long_name_".repeat(6).chars().take(58).collect::<String>()),
        5 => format!("UPPER_{number}"),
        6 => format!("it's_{number}"),
        _ => format!("{word}_{number}"),
    }
}

/// As an identifier in SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// As a string literal in SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
