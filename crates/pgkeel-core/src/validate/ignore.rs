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

    /// Whether a pattern names the object. A pattern for a table also holds for its columns, indexes and triggers, one for a
    /// namespace for all that is in it, and one for all that is in a namespace for the namespace. Without a namespace `public`
    /// is meant. Nothing in a namespace that others own is anybody else's.
    pub fn holds(&self, id: &Id) -> bool {
        let in_anothers = || {
            let namespace = id.namespace().filter(|name| *name != "public");
            namespace.is_some_and(|name| self.names(&Id::new(Kind::Namespace, [name])))
        };
        self.names(id) || in_anothers()
    }

    fn names(&self, id: &Id) -> bool {
        self.0.iter().any(|pattern| {
            if let Some(name) = ["namespace ", "schema "].iter().find_map(|word| pattern.strip_prefix(word)) {
                let namespace = if id.kind == Kind::Namespace { id.parts.first() } else { None };
                let namespace = namespace.map(String::as_str).or(id.namespace());
                return namespace.is_some_and(|own| matches(name.trim(), own));
            }
            let (kinds, name) = match Kind::named(pattern) {
                Some((kinds, name)) => (Some(kinds), name),
                None => (None, pattern.trim_start_matches("* ").trim()),
            };
            let in_public = id.namespace().is_some() && name != "*" && !name.contains('.');
            let name = if in_public { format!("public.{name}") } else { name.to_owned() };
            // A bare name is one in `public`.
            let bare = kinds.is_none() && !pattern.starts_with("* ") && !name.contains('.');
            let kind_fits = kinds.as_ref().is_none_or(|kinds| kinds.contains(&id.kind))
                && !(bare && id.kind == Kind::Namespace);
            let own_name = id.parts.join(".");
            let on_table = id.namespace().is_some()
                && kinds.as_ref().is_none_or(|kinds| kinds.contains(&Kind::Table))
                && matches(&name, &id.parts.iter().take(2).cloned().collect::<Vec<_>>().join("."));
            let all_in_it = id.kind == Kind::Namespace
                && kinds.is_none()
                && name.strip_suffix(".*").is_some_and(|namespace| matches(namespace, &own_name));
            (kind_fits && matches(&name, &own_name)) || on_table || all_in_it
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
        assert!(!holds("namespace monitoring"));
    }

    #[test]
    fn a_namespace_stands_for_what_is_in_it_and_public_for_none() {
        let holds =
            |pattern: &str, text: &str| Ignored(vec![pattern.to_owned()]).holds(&text.parse().unwrap());
        for text in
            ["namespace monitoring", "table monitoring.a", "column monitoring.a.b", "function monitoring.f()"]
        {
            assert!(holds("monitoring.*", text) && holds("namespace monitoring", text), "{text}");
            assert!(holds("schema monitor*", text) && !holds("schema public", text), "{text}");
        }
        assert!(holds("* monitor*", "namespace monitoring") && holds("* monitor*", "column monitoring.a.b"));
        assert!(!holds("audit*", "function audit_log.f()") && holds("audit*", "table public.audit_log"));
        assert!(
            !holds("table audit*", "function audit_log.f()") && !holds("table pg_*", "extension pg_trgm")
        );
        assert!(!holds("* p*", "table public.users") && holds("* p*", "table public.posts"));
        assert!(
            holds("events_20*", "table public.events_2026")
                && holds("table events_20*", "column public.events_2026.a")
        );
        assert!(
            !holds("events_20*", "table other.events_2026") && holds("extension pg_*", "extension pg_trgm")
        );
    }
}
