//! A number with its noun: `1 policy`, `2 policies`.

/// The count and the noun, which is given in the singular.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {}", plural(count, noun))
}

/// The noun alone, as it stands behind `count`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        return noun.to_owned();
    }
    let vowel_before_y = ["ay", "ey", "oy", "uy"].iter().any(|end| noun.ends_with(end));
    match noun.strip_suffix('y') {
        Some(stem) if !vowel_before_y => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end)) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_everything_else_is_not() {
        assert_eq!(counted(1, "policy"), "1 policy");
        assert_eq!(counted(0, "policy"), "0 policies");
        assert_eq!(counted(2, "index"), "2 indexes");
        assert_eq!(counted(2, "day"), "2 days");
        assert_eq!(counted(7, "migration"), "7 migrations");
    }
}
