//! Words that cannot stand as a plain identifier everywhere: every key word whose category is not "unreserved" in
//! any PostgreSQL from 14 to 18 (`pg_get_keywords()`, documentation appendix C).

/// Sorted, lower case.
pub const NOT_PLAIN: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// Where the words with each first letter begin; most names that are asked about share it with few of them.
const BEGINNINGS: [usize; 27] = beginnings();

const fn beginnings() -> [usize; 27] {
    let mut beginnings = [NOT_PLAIN.len(); 27];
    let mut letter = 26;
    let mut at = NOT_PLAIN.len();
    while letter > 0 {
        letter -= 1;
        while at > 0 && (NOT_PLAIN[at - 1].as_bytes()[0] - b'a') as usize >= letter {
            at -= 1;
        }
        beginnings[letter] = at;
    }
    beginnings
}

/// Whether a name is one of these words.
pub fn has(name: &str) -> bool {
    let letter = name.bytes().next().map(|first| usize::from(first.wrapping_sub(b'a')));
    let Some((from, to)) =
        letter.and_then(|letter| BEGINNINGS.get(letter).copied().zip(BEGINNINGS.get(letter + 1).copied()))
    else {
        return false;
    };
    NOT_PLAIN.get(from..to).is_some_and(|words| words.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{NOT_PLAIN, has};

    #[test]
    fn every_word_is_found_and_nothing_else() {
        assert!(NOT_PLAIN.is_sorted());
        for word in NOT_PLAIN {
            assert!(has(word), "{word}");
            assert!(!has(&format!("{word}s")), "{word}s");
        }
        for other in ["", "_all", "Table", "users", "zebra", "qualität", "ähre"] {
            assert!(!has(other), "{other}");
        }
    }
}
