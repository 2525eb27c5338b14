//! Keeps deparsed expressions the same when they are parsed again.
//!
//! PostgreSQL writes `status IN ('a', 'b')` on a varchar column as `(status)::text = ANY ((ARRAY['a'::character
//! varying, ...])::text[])`, but reads a cast that stands directly on `ARRAY[...]` as one cast per element
//! (transformTypeCast), and would write that differently. With the array's own type in between the tree is the same.

/// The same SQL, with `(ARRAY[x::e, ...])::t[]` written as `(ARRAY[x::e, ...]::e[])::t[]`.
pub fn keep(sql: &str) -> String {
    let Some(_) = sql.find("(ARRAY[") else { return sql.to_owned() };
    let mut kept = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while !rest.is_empty() {
        let skipped = quoted_length(rest);
        if skipped > 0 {
            let (quoted, after) = rest.split_at_checked(skipped).unwrap_or((rest, ""));
            kept.push_str(quoted);
            rest = after;
            continue;
        }
        if let Some(inside) = rest.strip_prefix("(ARRAY[")
            && let Some((elements, after)) = bracket(inside)
            && after.starts_with(")::")
            && let Some(element) = element_type(elements)
        {
            kept.push_str(&format!("(ARRAY[{}]::{element}[]", keep(elements)));
            rest = after;
            continue;
        }
        let mut characters = rest.chars();
        kept.extend(characters.next());
        rest = characters.as_str();
    }
    kept
}

/// Bytes of the quoted text that begins here; 0 when none does.
fn quoted_length(text: &str) -> usize {
    let end = |from: usize, quote: &str| {
        text.get(from..)
            .and_then(|rest| rest.find(quote))
            .map_or(text.len(), |place| from + place + quote.len())
    };
    if text.starts_with('"') || text.starts_with('\'') {
        // A doubled quote is two quoted texts in a row.
        return if text.starts_with('"') { end(1, "\"") } else { end(1, "'") };
    }
    if let Some(mut rest) = text.strip_prefix("E'") {
        let mut length = 2;
        while let Some(character) = rest.chars().next() {
            let step = match character {
                '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
                other => other.len_utf8(),
            };
            length += step;
            if character == '\'' {
                return length;
            }
            rest = rest.get(step..).unwrap_or_default();
        }
        return text.len();
    }
    if let Some(rest) = text.strip_prefix('$')
        && let Some((tag, _)) = rest.split_once('$')
        && tag.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !tag.starts_with(|c: char| c.is_ascii_digit())
    {
        let delimiter = format!("${tag}$");
        return end(delimiter.len(), &delimiter);
    }
    0
}

/// What stands before the bracket that closes here, and what follows it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut place = 0;
    while let Some(rest) = text.get(place..).filter(|rest| !rest.is_empty()) {
        let skipped = quoted_length(rest);
        if skipped > 0 {
            place += skipped;
            continue;
        }
        let character = rest.chars().next()?;
        match character {
            '[' | '(' => depth += 1,
            ']' if depth == 0 => return Some((text.get(..place)?, text.get(place + 1..)?)),
            ']' | ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        place += character.len_utf8();
    }
    None
}

/// The type that every element is cast to, when that is one.
fn element_type(elements: &str) -> Option<&str> {
    let mut common: Option<&str> = None;
    let (mut depth, mut place, mut cast) = (0_usize, 0, None);
    loop {
        let rest = elements.get(place..)?;
        let at_end = rest.is_empty();
        if at_end || (depth == 0 && rest.starts_with(", ")) {
            let data_type = elements.get(cast?..place)?;
            if common.is_some_and(|common| common != data_type) {
                return None;
            }
            common = Some(data_type);
            if at_end {
                return common;
            }
            place += 2;
            cast = None;
            continue;
        }
        let skipped = quoted_length(rest);
        if skipped > 0 {
            place += skipped;
            continue;
        }
        if depth == 0 && rest.starts_with("::") {
            place += 2;
            cast = Some(place);
            continue;
        }
        let character = rest.chars().next()?;
        match character {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        place += character.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn an_array_of_casts_keeps_its_own_type() {
        let written = "CHECK (((a)::text = ANY ((ARRAY['x'::character varying, 'it''s (]'::character varying])::text[])))";
        let expected = "CHECK (((a)::text = ANY ((ARRAY['x'::character varying, 'it''s (]'::character varying]::character varying[])::text[])))";
        assert_eq!(keep(written), expected);
        assert_eq!(keep(expected), expected, "a second time nothing changes");
    }

    #[test]
    fn other_text_stays() {
        for text in [
            "SELECT '(ARRAY[1::int])::text[]'",
            "AS $$ (ARRAY['a'::varchar])::text[] $$",
            "(ARRAY[a, b])::text[]",
            "(ARRAY['a'::x, 'b'::y])::text[]",
            "ARRAY['a'::x]",
            "(ARRAY[",
        ] {
            assert_eq!(keep(text), text);
        }
    }
}
