//! The dashboard's pages: pure functions of a snapshot. The report is made of the same parts.

mod activity;
mod checks;
mod cluster;
mod diagram;
mod drift;
mod environments;
mod findings;
mod frame;
mod map;
mod migrations;
mod overview;
mod performance;
mod report;
mod schema;
mod table;

use pgkeel_core::health::Verdict;

pub use activity::activity;
pub use checks::checks;
pub use drift::drift;
pub use environments::environments;
pub use frame::{ICON, SCRIPT, STYLE, locked, notice};
pub use map::map;
pub use migrations::migrations;
pub use overview::overview;
pub use performance::performance;
pub use report::report;
pub use schema::schema;
pub use table::table;

use crate::Snapshot;

/// What every page is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What was seen last.
    pub snapshot: &'a Snapshot,
    /// What it means now.
    pub verdict: &'a Verdict,
    /// Whether it is older than it should be.
    pub stale: bool,
    /// The environment's name.
    pub environment: &'a str,
    /// Whether this server can migrate when the token is given.
    pub can_migrate: bool,
    /// Whether the page stands alone in a file: no other page to link to, no script.
    pub alone: bool,
}

/// A query string's value.
pub(crate) fn escaped(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Where a table's page is.
pub(crate) fn table_link(alone: bool, namespace: &str, name: &str) -> String {
    let (namespace, name) = (escaped(namespace), escaped(name));
    if alone {
        format!("#{namespace}/{name}")
    } else {
        format!("/schema/table?namespace={namespace}&name={name}")
    }
}

/// A name as people may see it: characters that show nothing, or turn the direction of text, are made visible.
pub(crate) fn shown(name: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    name.chars().map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// The name, cut to what a box has room for.
pub(crate) fn short(name: &str, room: usize) -> String {
    let name = shown(name);
    if name.chars().count() <= room {
        return name;
    }
    name.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

/// `12,345`, so that people can read it.
pub(crate) fn number(value: f64) -> String {
    let digits = format!("{:.0}", value.max(0.0));
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
