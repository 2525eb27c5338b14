//! How many rows the statements of a script say that they wrote (`CommandComplete`): what triggers wrote is not among them.

/// One statement that wrote rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Whether it was an `INSERT`.
    pub is_insert: bool,
    /// How many rows.
    pub rows: u64,
}

/// Reads a command tag, such as `INSERT 0 3` or `UPDATE 2`; none of a statement that adds or changes no rows.
pub(super) fn read(tag: &[u8]) -> Option<Written> {
    let tag = std::str::from_utf8(tag).ok()?.trim_end_matches('\0');
    let mut words = tag.split(' ');
    let command = words.next()?;
    let rows = words.next_back()?.parse().ok()?;
    let writes = matches!(command, "INSERT" | "UPDATE" | "MERGE" | "COPY");
    writes.then_some(Written { is_insert: command == "INSERT", rows })
}

#[cfg(test)]
mod tests {
    use super::{Written, read};

    #[test]
    fn tags_tell_rows() {
        assert_eq!(read(b"INSERT 0 3\0"), Some(Written { is_insert: true, rows: 3 }));
        assert_eq!(read(b"UPDATE 2\0"), Some(Written { is_insert: false, rows: 2 }));
        assert_eq!(read(b"SELECT 2\0"), None);
        assert_eq!(read(b"CREATE TABLE\0"), None);
    }
}
