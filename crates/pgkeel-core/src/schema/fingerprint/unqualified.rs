//! A view's query as PostgreSQL 16 and later write it. Up to 15, `pg_get_viewdef` put the table's name before each column
//! also where the query reads only one table (`ruleutils.c`: the range table of a view held two entries more); from 16 on
//! it does not. In queries inside the query both do.

use crate::sql::lexer::{Token, TokenKind, tokens};

/// The definition without the names that only older servers write; as it is when it reads more than one table.
pub fn unqualified(definition: &str) -> String {
    let tokens: Vec<Token> = tokens(definition, false).collect();
    let Some(alias) = only_relation(definition, &tokens) else { return definition.to_owned() };
    let text = |token: &Token| definition.get(token.range.clone()).unwrap_or_default();
    let mut result = String::with_capacity(definition.len());
    // For each open parenthesis, whether a query stands in it or around it.
    let mut inside: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            TokenKind::Open => {
                let next = tokens.iter().skip(at + 1).find(|token| token.kind != TokenKind::Space);
                let query = next.is_some_and(|next| matches!(text(next), "SELECT" | "WITH" | "VALUES"));
                inside.push(query || inside.last() == Some(&true));
            }
            TokenKind::Close => {
                inside.pop();
            }
            _ => {}
        }
        let behind_a_dot = at > 0 && tokens.get(at - 1).is_some_and(|before| text(before) == ".");
        let before_a_dot = tokens.get(at + 1).is_some_and(|next| text(next) == ".");
        if inside.last() != Some(&true) && !behind_a_dot && before_a_dot && text(token) == alias {
            at += 2;
            continue;
        }
        result.push_str(text(token));
        at += 1;
    }
    result
}

/// The name by which the query calls the one table that it reads.
fn only_relation<'t>(definition: &'t str, tokens: &[Token]) -> Option<&'t str> {
    let text = |token: &Token| definition.get(token.range.clone()).unwrap_or_default();
    let mut depth = 0_usize;
    let mut clause: Option<Vec<&'t str>> = None;
    let mut over = false;
    for token in tokens {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Semicolon => over = true,
            _ => {}
        }
        if depth > 0 || token.kind == TokenKind::Space {
            continue;
        }
        let word = definition.get(token.range.clone()).unwrap_or_default();
        match (text(token), &mut clause) {
            ("UNION" | "INTERSECT" | "EXCEPT", _) => return None,
            ("FROM", None) => clause = Some(Vec::new()),
            (
                "WHERE" | "GROUP" | "HAVING" | "WINDOW" | "ORDER" | "LIMIT" | "OFFSET" | "FETCH" | "FOR",
                Some(_),
            ) => over = true,
            ("JOIN" | "," | "LATERAL", Some(_)) if !over => return None,
            (_, Some(words)) if !over => words.push(word),
            _ => {}
        }
    }
    let mut words = clause?;
    // A query in parentheses, a function, a list of columns: their parentheses are not among the words, and those of a
    // function end what comes before them.
    if words.first() == Some(&"ONLY") {
        words.remove(0);
    }
    match words.as_slice() {
        [name] | [_, ".", name] | [_, ".", _, name] => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::unqualified;

    #[test]
    fn only_the_top_of_a_query_over_one_table_loses_its_names() {
        for (older, newer) in [
            (
                " SELECT s.id,\n    count(*) FILTER (WHERE s.done) AS n\n   FROM public.sessions s\n  WHERE (NOT s.done);",
                " SELECT id,\n    count(*) FILTER (WHERE done) AS n\n   FROM public.sessions s\n  WHERE (NOT done);",
            ),
            (" SELECT t.a\n   FROM public.t;", " SELECT a\n   FROM public.t;"),
            (
                " WITH x AS (\n SELECT o.at\n FROM o\n )\n SELECT x.at\n   FROM x;",
                " WITH x AS (\n SELECT o.at\n FROM o\n )\n SELECT at\n   FROM x;",
            ),
            (
                " SELECT t.a\n   FROM t\n  WHERE (EXISTS ( SELECT 1 FROM u WHERE (u.a = t.a)));",
                " SELECT a\n   FROM t\n  WHERE (EXISTS ( SELECT 1 FROM u WHERE (u.a = t.a)));",
            ),
        ] {
            assert_eq!(unqualified(older), newer);
            assert_eq!(unqualified(newer), newer);
        }
        for same in [
            " SELECT a.x, b.y FROM (a JOIN b ON (a.id = b.id));",
            " SELECT a.x, b.y FROM a, b;",
            " SELECT a.x FROM a UNION SELECT b.x FROM b;",
            " SELECT 1;",
        ] {
            assert_eq!(unqualified(same), same);
        }
    }
}
