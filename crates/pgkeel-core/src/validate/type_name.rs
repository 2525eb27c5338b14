//! Type names in any spelling that PostgreSQL accepts, brought to the one that `format_type` writes.
//!
//! PostgreSQL documentation, chapter 8 "Data Types", table 8.1 with its aliases.

const ALIASES: &[(&str, &str)] = &[
    ("int8", "bigint"),
    ("serial8", "bigint"),
    ("bigserial", "bigint"),
    ("int", "integer"),
    ("int4", "integer"),
    ("serial", "integer"),
    ("serial4", "integer"),
    ("int2", "smallint"),
    ("smallserial", "smallint"),
    ("serial2", "smallint"),
    ("bool", "boolean"),
    ("varchar", "character varying"),
    ("char varying", "character varying"),
    ("char", "character"),
    ("bpchar", "character"),
    ("varbit", "bit varying"),
    ("decimal", "numeric"),
    ("float8", "double precision"),
    ("float", "double precision"),
    ("float4", "real"),
    ("timestamptz", "timestamp with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timetz", "time with time zone"),
    ("time", "time without time zone"),
];

/// The canonical spelling: lower case but for quoted names, one space between words, aliases resolved, modifiers where
/// `format_type` puts them.
pub(super) fn canonical(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = if text.contains('"') { text } else { text.to_lowercase() };
    let (base, array) = match lower.find('[') {
        Some(at) => (lower.get(..at).unwrap_or_default().trim_end(), "[]"),
        None => (lower.as_str(), ""),
    };
    let (name, modifier, suffix) = match (base.find('('), base.find(')')) {
        (Some(open), Some(close)) if open < close => (
            base.get(..open).unwrap_or_default().trim_end(),
            base.get(open..=close).unwrap_or_default().replace(' ', ""),
            base.get(close + 1..).unwrap_or_default().trim(),
        ),
        _ => (base, String::new(), ""),
    };
    let whole = if suffix.is_empty() { name.to_owned() } else { format!("{name} {suffix}") };
    let found = ALIASES.iter().find(|(alias, _)| *alias == whole).map_or(whole.as_str(), |(_, name)| name);
    let modifier = if found == "character" && modifier.is_empty() { "(1)".to_owned() } else { modifier };
    // "timestamp(3) with time zone": the modifier stands behind the first word.
    let written = match found.split_once(' ') {
        Some((first, rest)) if first == "timestamp" || first == "time" => format!("{first}{modifier} {rest}"),
        _ => format!("{found}{modifier}"),
    };
    format!("{written}{array}")
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn every_spelling_leads_to_format_types() {
        for (written, expected) in [
            ("VARCHAR(20)", "character varying(20)"),
            ("varchar", "character varying"),
            ("int", "integer"),
            ("INT4[]", "integer[]"),
            ("text[3]", "text[]"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("numeric(10, 2)", "numeric(10,2)"),
            ("decimal(10,2)", "numeric(10,2)"),
            ("char", "character(1)"),
            ("double  precision", "double precision"),
            ("public.\"Mood\"", "public.\"Mood\""),
            ("uuid", "uuid"),
        ] {
            assert_eq!(canonical(written), expected, "{written}");
        }
    }
}
