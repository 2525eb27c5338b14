//! Order of extension versions. PostgreSQL itself has none: they are names; these are compared as people write them.

use std::cmp::Ordering;

/// Part by part: numbers as numbers, anything else as text; `1.10` is newer than `1.9`.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let mut left = a.split(['.', '-']);
    let mut right = b.split(['.', '-']);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => {
                let order = match (x.parse::<u64>(), y.parse::<u64>()) {
                    (Ok(x), Ok(y)) => x.cmp(&y),
                    _ => x.cmp(y),
                };
                if order.is_ne() {
                    return order;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn versions_compare_part_by_part() {
        assert!(compare("1.10", "1.9").is_gt());
        assert!(compare("1.6", "1.6").is_eq());
        assert!(compare("1.6", "1.6.1").is_lt());
        assert!(compare("3.4.0dev", "3.4.0").is_gt());
    }
}
