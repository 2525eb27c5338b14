//! How much one name is like another: for what was probably meant.

/// From 0, nothing alike, to 1, the same but for case and underscores.
pub(super) fn likeness(wanted: &str, candidate: &str) -> f64 {
    let parts = |name: &str| -> Vec<String> {
        let mut parts = vec![String::new()];
        let mut lower = false;
        for c in name.chars() {
            if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
                parts.push(String::new());
            }
            lower = c.is_lowercase();
            if c.is_alphanumeric()
                && let Some(last) = parts.last_mut()
            {
                last.extend(c.to_lowercase());
            }
        }
        parts.retain(|part| !part.is_empty());
        parts
    };
    let (wanted, candidate) = (parts(wanted), parts(candidate));
    let (one, other) = (wanted.concat(), candidate.concat());
    if one == other {
        return 1.0;
    }
    let contains = |whole: &[String], some: &[String]| some.iter().all(|part| whole.contains(part));
    let whole_words = contains(&candidate, &wanted) || contains(&wanted, &candidate);
    let within = one.len().min(other.len()) >= 3 && (one.contains(&other) || other.contains(&one));
    let near = strsim::normalized_damerau_levenshtein(&one, &other);
    let floor = if whole_words {
        0.8
    } else if within {
        0.7
    } else {
        0.0
    };
    near.max(floor)
}

/// The candidates that are most alike, in their order; none when none is like enough.
pub(super) fn most_alike<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    let scored: Vec<(f64, &str)> =
        candidates.into_iter().map(|candidate| (likeness(wanted, candidate), candidate)).collect();
    let best = scored.iter().map(|(score, _)| *score).fold(0.0, f64::max);
    if best < 0.6 {
        return Vec::new();
    }
    scored
        .into_iter()
        .filter(|(score, _)| *score >= best - 0.01)
        .map(|(_, candidate)| candidate)
        .take(3)
        .collect()
}
