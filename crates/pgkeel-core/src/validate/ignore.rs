//! Objects that others own: named by kind and pattern, each with a reason, in `[expect] ignore`.

use crate::config::Ignore;
use crate::object::Kind;
use crate::schema::Id;

/// Patterns of objects that are never a finding.
#[derive(Debug, Clone, Default)]
pub struct Ignored(Vec<String>);

impl Ignored {
    /// From the configuration.
    pub fn new(ignores: &[Ignore]) -> Self {
        Self(ignores.iter().map(|ignore| ignore.object.clone()).collect())
    }

    /// Whether a pattern names the object. A pattern for a table also holds for its columns, indexes and triggers.
    pub fn holds(&self, id: &Id) -> bool {
        self.0.iter().any(|pattern| {
            let (kind, name) = match Kind::split(pattern) {
                Some((kind, name)) => (Some(kind), name),
                None => (None, pattern.trim_start_matches("* ").trim()),
            };
            let kind_fits = kind.is_none_or(|kind| kind == id.kind);
            let own_name = id.parts.join(".");
            let table_name = id.parts.iter().take(2).cloned().collect::<Vec<_>>().join(".");
            (kind_fits && matches(name, &own_name))
                || (matches!(kind, None | Some(Kind::Table)) && matches(name, &table_name))
        })
    }
}

/// `*` is any run of characters, `?` is one.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star was, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            p = at + 1;
            t = taken + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::{Ignored, matches};

    #[test]
    fn patterns_fit_as_people_expect() {
        assert!(matches("public.events_p*", "public.events_p2025"));
        assert!(matches("*", "") && matches("a*b*c", "axxbyyc") && matches("a?c", "abc"));
        assert!(!matches("a?c", "ac") && !matches("public.a", "public.ab"));
    }

    #[test]
    fn a_tables_pattern_holds_for_what_is_on_it() {
        let patterns = ["table monitoring.*", "view public.v", "materialized view public.m*", "* public.e_*"];
        let ignored = Ignored(patterns.map(str::to_owned).to_vec());
        let holds = |text: &str| ignored.holds(&text.parse().unwrap());
        assert!(holds("table monitoring.a") && holds("column monitoring.a.b") && holds("view public.v"));
        assert!(
            holds("materialized view public.mine")
                && holds("sequence public.e_id")
                && !holds("view public.mine")
        );
        assert!(!holds("table public.v") && !holds("view public.w"));
    }
}
