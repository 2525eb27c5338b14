//! Changes of a column's type under which every value stays as it is and no row is written (PostgreSQL documentation,
//! ALTER TABLE, notes: binary coercible types, and longer lengths of the same type).

/// Whether `new` holds every value of `old` without a rewrite. Types as `format_type` writes them.
pub fn widens(old: &str, new: &str) -> bool {
    let (from, to) = (split(old), split(new));
    match (from.base.as_str(), to.base.as_str()) {
        ("character varying" | "text", "text") => true,
        ("character varying", "character varying")
        | ("bit varying", "bit varying")
        | ("timestamp without time zone", "timestamp without time zone")
        | ("timestamp with time zone", "timestamp with time zone")
        | ("time without time zone", "time without time zone")
        | ("time with time zone", "time with time zone") => holds(from.first(), to.first()),
        ("text", "character varying") => to.numbers.is_empty(),
        ("numeric", "numeric") => match (from.numbers.as_slice(), to.numbers.as_slice()) {
            (_, []) => true,
            ([precision, scale], [wider, same]) => wider >= precision && scale == same,
            _ => false,
        },
        ("cidr", "inet") => true,
        _ => false,
    }
}

/// A length that is not given is the longest.
fn holds(old: Option<u32>, new: Option<u32>) -> bool {
    match (old, new) {
        (_, None) => true,
        (Some(old), Some(new)) => new >= old,
        (None, Some(_)) => false,
    }
}

struct Type {
    base: String,
    numbers: Vec<u32>,
}

impl Type {
    fn first(&self) -> Option<u32> {
        self.numbers.first().copied()
    }
}

/// `timestamp(3) without time zone` is `timestamp without time zone` and 3.
fn split(text: &str) -> Type {
    let Some((start, rest)) = text.split_once('(') else {
        return Type { base: text.to_owned(), numbers: vec![] };
    };
    let (inside, end) = rest.split_once(')').unwrap_or((rest, ""));
    let numbers = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    Type { base: format!("{start}{end}"), numbers }
}

#[cfg(test)]
mod tests {
    use super::widens;

    #[test]
    fn wider_is_what_holds_every_value() {
        for (old, new) in [
            ("character varying(20)", "character varying(50)"),
            ("character varying(20)", "text"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("timestamp(3) without time zone", "timestamp without time zone"),
        ] {
            assert!(widens(old, new), "{old} to {new}");
        }
        for (old, new) in [
            ("character varying(50)", "character varying(20)"),
            ("text", "character varying(20)"),
            ("integer", "bigint"),
            ("numeric(10,2)", "numeric(12,4)"),
            ("text[]", "text"),
        ] {
            assert!(!widens(old, new), "{old} to {new}");
        }
    }
}
