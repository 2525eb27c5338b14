//! Comments that mean something: pgkeel's own, in whatever case and with whatever blanks, and those by which other tools
//! divide a file into the way there and the way back.

/// Which part of a file a marker begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `-- pgkeel:up`
    Up,
    /// `-- pgkeel:down`
    Down,
}

/// What stands behind `-- pgkeel:` in a comment that is meant for pgkeel, without surrounding blanks. A slip of the hand
/// (`-- PGKEEL : x`, `/* pgkeel: x */`, `-- pgkeel down`) is meant for it as well: it would be dropped in silence otherwise.
pub fn directive(comment: &str) -> Option<&str> {
    let rest = behind_name(comment)?;
    behind_colon(rest).or_else(|| {
        let bare = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let marker = ["up", "down"].iter().any(|marker| bare.eq_ignore_ascii_case(marker));
        (marker && bare.len() < rest.len()).then_some(bare)
    })
}

fn behind_name(comment: &str) -> Option<&str> {
    let (name, rest) = body(comment).split_at_checked("pgkeel".len())?;
    name.eq_ignore_ascii_case("pgkeel").then_some(rest)
}

fn behind_colon(rest: &str) -> Option<&str> {
    rest.trim_start().strip_prefix(':').map(str::trim)
}

/// The part that a comment begins: the only comments that can end a statement.
pub fn section(comment: &str) -> Option<Section> {
    let text = behind_name(comment).and_then(behind_colon).filter(|_| !is_block(comment))?;
    let (word, rest) = text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len()));
    // A remark may follow; anything else is not what it seems.
    if !rest.trim_start().is_empty() && !rest.trim_start().starts_with("--") {
        return None;
    }
    match word.to_ascii_lowercase().as_str() {
        "up" => Some(Section::Up),
        "down" => Some(Section::Down),
        _ => None,
    }
}

/// The tool (as a sentence names it) whose marker for the way back a comment is.
pub fn foreign_down(comment: &str) -> Option<&'static str> {
    if is_block(comment) {
        return None;
    }
    let body = body(comment).to_lowercase();
    let words: Vec<&str> = body.split_whitespace().collect();
    match words.as_slice() {
        ["+goose", "down", ..] => Some("goose's"),
        ["+migrate", "down", ..] => Some("sql-migrate's"),
        ["+micrate", "down", ..] => Some("micrate's"),
        ["migrate:down", ..] => Some("dbmate's"),
        ["//@undo" | "@undo"] => Some("MyBatis Migrations'"),
        ["!downs"] => Some("Play's"),
        ["down", "migration"] => Some("node-pg-migrate's"),
        ["create", "above", "/", "drop", "below", ..] => Some("tern's"),
        ["rollback" | "down" | "undo"] => Some("another tool's"),
        words => is_a_slip(&words.concat()).then_some("almost pgkeel's"),
    }
}

/// `@down`, `keel:down`, `pgkeel.down` and their like, without blanks: a mark and not a remark, since nobody talks so.
fn is_a_slip(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let Some(before) = text.strip_suffix("down") else { return false };
    let name = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    before.is_empty() || name.len() < before.len() && (name.is_empty() || strsim::jaro(name, "pgkeel") > 0.75)
}

/// Whether it is a `/* ... */`.
pub fn is_block(comment: &str) -> bool {
    comment.starts_with("/*")
}

/// A comment without its dashes or stars and the blanks around it.
fn body(comment: &str) -> &str {
    match comment.strip_prefix("/*") {
        Some(block) => block.strip_suffix("*/").unwrap_or(block).trim_matches(['*', ' ', '\t', '\r', '\n']),
        None => comment.trim_start_matches('-').trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Section, directive, foreign_down, section};

    #[test]
    fn markers_are_known_in_any_case_and_with_any_blanks() {
        for (comment, expected) in [
            ("-- pgkeel:down", Section::Down),
            ("--pgkeel:down", Section::Down),
            ("-- pgkeel: down", Section::Down),
            ("--\tpgkeel :\tDown \t", Section::Down),
            ("-- PGKEEL:DOWN\r", Section::Down),
            ("-- pgkeel:down -- takes it back", Section::Down),
            ("--- pgkeel:up", Section::Up),
            ("-- pgkeel:up ", Section::Up),
        ] {
            assert_eq!(section(comment), Some(expected), "{comment:?}");
        }
    }

    #[test]
    fn a_slip_of_the_hand_is_meant_for_pgkeel_and_talk_is_not() {
        for slip in
            ["-- pgkeel:dwon", "-- pgkeel down", "-- pgkeel-down", "/* pgkeel:down */", "-- pgkeel:downs"]
        {
            assert!(section(slip).is_none() && directive(slip).is_some(), "{slip}");
        }
        for talk in
            ["-- made by pgkeel: see there", "-- pgkeel goes down here", "-- pgkeeldown", "-- pgkeel", "--"]
        {
            assert!(directive(talk).is_none(), "{talk}");
        }
    }

    #[test]
    fn other_tools_markers_are_known() {
        for marker in [
            "-- +goose Down",
            "-- migrate:down transaction:false",
            "--//@UNDO",
            "-- Down Migration",
            "-- rollback",
            "-- @DOWN",
            "-- keel:down",
            "-- pgkeel.down",
            "-- pgkel: down",
            "-- [down]",
            "--- down ---",
        ] {
            assert!(foreign_down(marker).is_some(), "{marker}");
        }
        for marker in ["---- create above / drop below ----", "-- +migrate Down notransaction", "-- !Downs"] {
            assert!(foreign_down(marker).is_some(), "{marker}");
        }
        for talk in [
            "-- +goose Up",
            "--rollback drop table x;",
            "-- going down",
            "-- migrate the data",
            "-- top-down",
            "-- see: down",
        ] {
            assert!(foreign_down(talk).is_none(), "{talk}");
        }
    }
}
