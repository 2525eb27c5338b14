//! The number in a file's name, in the ways in which tools write it.

use crate::migration::Version;

/// The parts of the number, none without one: `0014_x.sql` and `V14__x.sql` have one, `V1.2__x.sql` and `V1_2__x.sql` two;
/// dashes between digits are left out (`2024-01-01-000000_x/up.sql`). Files of several names in a folder of their own have
/// the folder's.
pub(super) fn parts_of(path: &str) -> Vec<Version> {
    let mut names = path.rsplit(['/', '\\']);
    let own = names.next().unwrap_or(path);
    let of_folder = matches!(own, "up.sql" | "down.sql" | "migration.sql");
    let Some(name) = (if of_folder { names.next() } else { Some(own) }) else { return Vec::new() };
    let flyway = is_flyway(name);
    let numbered = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit());
    let mut rest = name.strip_prefix(['V', 'v', 'U', 'u']).filter(numbered).unwrap_or(name);
    let mut parts = Vec::new();
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(end);
        // `001.2fa.sql` is the first migration, about the second factor.
        let ends = parts.is_empty() || digits.ends_with('-') || !behind.starts_with(char::is_alphabetic);
        let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
        let Some(part) = Version::parse(&digits).filter(|_| ends) else { return parts };
        parts.push(part);
        let next = behind.strip_prefix('.').or_else(|| behind.strip_prefix('_').filter(|_| flyway));
        let Some(next) = next.filter(numbered) else { return parts };
        rest = next;
    }
}

/// Whether a file is named as Flyway wants it: `V1__name.sql`, and `U1__name.sql` for the way back.
pub(super) fn is_flyway(name: &str) -> bool {
    let numbered = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit());
    let rest = name.strip_prefix(['V', 'v', 'U', 'u']).filter(numbered);
    let number = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
    rest.is_some_and(|rest| rest.split_once("__").is_some_and(|(before, _)| before.chars().all(number)))
}

#[cfg(test)]
mod tests {
    use super::parts_of;

    #[test]
    fn numbers_are_read_as_their_tools_write_them() {
        for (path, expected) in [
            ("m/0014_x.sql", "0014"),
            ("m/V14__x.sql", "14"),
            ("m/v001_x.sql", "001"),
            ("m/V1.2__x.sql", "1 2"),
            ("m/V1_2__x.sql", "1 2"),
            ("m/V2024.01.02__3_x.sql", "2024 01 02"),
            ("m/1.10_x.sql", "1 10"),
            ("m/1.10-x.sql", "1 10"),
            ("m/1_1_x.sql", "1"),
            ("m/v1_1_x.sql", "1"),
            ("m/001.2fa.sql", "001"),
            ("m/1.sql", "1"),
            ("m/2024-01-01-000000_x/up.sql", "20240101000000"),
            ("m/R__x.sql", ""),
            ("m/Vx__1.sql", ""),
        ] {
            let parts: Vec<String> = parts_of(path).iter().map(ToString::to_string).collect();
            assert_eq!(parts.join(" "), expected, "{path}");
        }
    }
}
