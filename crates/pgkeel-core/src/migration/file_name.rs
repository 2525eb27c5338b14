//! What a migration's file name says: `NNNN_name.sql`, `NNNN_name.up.sql`, `NNNN_name.down.sql`.

use super::Version;

/// Which direction a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `.sql`: up, and down behind its marker.
    Both,
    /// `.up.sql`
    Up,
    /// `.down.sql`
    Down,
}

/// A file name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// The number or timestamp in front.
    pub version: Version,
    /// The rest, without separator, direction and ending; may be empty.
    pub name: String,
    /// Which direction.
    pub direction: Direction,
}

/// Takes a file name apart; `None` when it does not begin with a version or does not end with `.sql`.
pub fn parse(file: &str) -> Option<FileName> {
    let stem = without_ending(file, ".sql")?;
    let (stem, direction) = match (without_ending(stem, ".up"), without_ending(stem, ".down")) {
        (Some(up), _) => (up, Direction::Up),
        (_, Some(down)) => (down, Direction::Down),
        _ => (stem, Direction::Both),
    };
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    let (version, rest) = stem.split_at_checked(digits)?;
    let version = Version::parse(version)?;
    let name = match rest.chars().next() {
        None => "",
        Some('_' | '-' | '.' | ' ') => rest.get(1..)?,
        Some(_) => return None,
    };
    Some(FileName { version, name: name.to_owned(), direction })
}

fn without_ending<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let (stem, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
    end.eq_ignore_ascii_case(ending).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::{Direction, parse};

    #[test]
    fn names_of_every_layout() {
        for (file, version, name, direction) in [
            ("0001_init.sql", "0001", "init", Direction::Both),
            ("20251102120000_add_x.up.sql", "20251102120000", "add_x", Direction::Up),
            ("014_a.down.sql", "014", "a", Direction::Down),
            ("7.sql", "7", "", Direction::Both),
            ("0002-with-dashes.sql", "0002", "with-dashes", Direction::Both),
            ("0003_Loud.Down.SQL", "0003", "Loud", Direction::Down),
        ] {
            let parsed = parse(file).unwrap();
            assert_eq!(
                (parsed.version.as_str(), parsed.name.as_str(), parsed.direction),
                (version, name, direction)
            );
        }
        for file in ["init.sql", "1x.sql", "0001_a.txt", "V1__x.sql", ""] {
            assert_eq!(parse(file), None, "{file}");
        }
    }
}
