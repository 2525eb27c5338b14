//! The SQL inside `DO` blocks and function bodies.
//!
//! PL/pgSQL is not parsed: its statements are cut at `;`, and those that begin with an SQL command are read as SQL. So are
//! the queries within the others: in parentheses, behind `IN` and `FOR`, and where a value or a condition is one
//! (`RETURN x FROM ...`, `n := x FROM ...`, `IF x FROM ... THEN`); and `table.column%TYPE` uses both.
//! `EXECUTE` of a constant is read too; of anything else it is `What::DynamicSql`.

use super::name::dollar_body;
use super::{Effect, Name, Origin, TextRange, Uses, What, fold, read_at, routine, string_value};
use crate::sql::lexer::{TokenKind, significant};
use crate::sql::parse::{Kind, Node};

/// Reads the body that a statement has, if it has one, and adds what it does and refers to.
pub(super) fn read_body(statement: &Node, effects: &mut Vec<Effect>, uses: &mut Uses) {
    let (origin, body) = match statement.kind() {
        Kind::DO => (Origin::Do, statement.child(Kind::LITERAL)),
        Kind::CREATE_FUNCTION | Kind::CREATE_PROCEDURE => (
            Origin::Function,
            statement.find(Kind::AS_FUNC_OPTION).and_then(|option| option.child(Kind::LITERAL)),
        ),
        _ => return,
    };
    let Some((_, token, range)) = body.and_then(|literal| literal.leaves().next()) else { return };
    let (start, text) = match dollar_body(&token) {
        Some((open, text)) => (range.start + open, text.to_owned()),
        None => (range.start + 1, string_value(&token)),
    };
    match routine::body_language(statement).as_str() {
        "plpgsql" => plpgsql(&text, start, origin, effects, uses),
        "sql" => Inside { effects, uses, origin }.embed(&text, start),
        _ => {}
    }
}

/// Where the statements of one body go.
struct Inside<'a> {
    effects: &'a mut Vec<Effect>,
    uses: &'a mut Uses,
    origin: Origin,
}

impl Inside<'_> {
    /// Reads `text`, which stands `start` bytes into the statement, and adds what it does.
    fn embed(&mut self, text: &str, start: usize) {
        let reading = read_at(text, start);
        for effect in reading.effects {
            if effect.what == What::Unknown {
                continue;
            }
            // A function made inside a DO block does not run there.
            let origin = if effect.origin == Origin::Function { Origin::Function } else { self.origin };
            self.effects.push(Effect { range: effect.range, origin, what: effect.what });
        }
        if self.origin == Origin::Function {
            self.uses.parts.push(reading.uses.clone());
        }
        self.uses.absorb(reading.uses);
    }

    /// `EXECUTE`: a constant is read, anything else is dynamic.
    fn execute(&mut self, text: &str, statement: &[Token], start: usize) {
        let Some(command) = statement.get(1) else { return };
        let after = statement.get(2).map(|token| token.range.of(text).to_lowercase());
        let alone = after.is_none_or(|word| word == "using" || word == "into");
        if !matches!(command.kind, TokenKind::Text | TokenKind::DollarText) || !alone {
            let last = statement.last().unwrap_or(command).range;
            let range = command.range.to(last).shifted(start);
            self.effects.push(Effect { range, origin: self.origin, what: What::DynamicSql });
            return;
        }
        let token = command.range.of(text);
        let open = dollar_body(token).map_or(1, |(open, _)| open);
        let before = self.effects.len();
        self.embed(&string_value(token), start + command.range.start + open);
        // Doubled quotes make the value shorter than its text: never point outside of the literal.
        let limit = start + command.range.end;
        for effect in self.effects.iter_mut().skip(before) {
            effect.range = TextRange::new(effect.range.start.min(limit), effect.range.end.min(limit));
        }
    }
}

fn plpgsql(text: &str, start: usize, origin: Origin, effects: &mut Vec<Effect>, uses: &mut Uses) {
    let tokens = tokens(text);
    let mut at = 0;
    let mut at_start = true;
    while let Some(token) = tokens.get(at) {
        let word = token.range.of(text).to_lowercase();
        if !at_start || !is_command(&word) {
            let begins = at_start;
            at_start = token.kind == TokenKind::Semicolon || opens_statement(&word);
            let next = tokens.get(at + 1).filter(|next| next.range.of(text) == "(");
            if next.is_some() && matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent) {
                uses.body_calls.push((fold(token.range.of(text)), token.range.shifted(start)));
            }
            uses.columns.extend(of_row(&tokens, at, text, start));
            if let Some(typed) = typed_as(&tokens, at, text, start) {
                uses.absorb(typed);
            }
            if let Some((query, next)) = query_at(&tokens, at, text, begins) {
                let mut inside = Inside { effects: &mut *effects, uses: &mut *uses, origin };
                let before = inside.effects.len();
                match query {
                    Query::Whole(range) => inside.embed(range.of(text), start + range.start),
                    Query::Value(range) => {
                        // Its place is counted back by what stands before it now.
                        let begin = (start + range.start).saturating_sub("select ".len());
                        inside.embed(&format!("select {}", range.of(text)), begin);
                    }
                }
                // It is a part of a statement, and changes nothing.
                inside.effects.truncate(before);
                at_start = false;
                at = next;
                continue;
            }
            at += 1;
            continue;
        }
        let end = statement_end(&tokens, at);
        let statement = tokens.get(at..end).unwrap_or_default();
        let range = statement.last().map_or(token.range, |last| token.range.to(last.range));
        let mut inside = Inside { effects: &mut *effects, uses: &mut *uses, origin };
        match word.as_str() {
            "execute" => inside.execute(text, statement, start),
            // PERFORM is SELECT with the result thrown away. One letter longer, so places stay right.
            "perform" => {
                let query = format!("select {}", TextRange::new(token.range.end, range.end).of(text));
                inside.embed(&query, start + range.start);
            }
            word => {
                let before = inside.effects.len();
                inside.embed(range.of(text), start + range.start);
                // SELECT INTO fills variables here.
                let selects = matches!(word, "select" | "with");
                for effect in inside.effects.iter_mut().skip(before) {
                    if selects && matches!(effect.what, What::CreateTableAs { .. }) {
                        effect.what = What::Select;
                    }
                }
            }
        }
        at = end;
    }
}

/// `NEW.column` and `OLD.column`, when they begin at a token.
fn of_row(tokens: &[Token], at: usize, text: &str, start: usize) -> Option<Name> {
    let word = |offset: usize| tokens.get(at + offset).map(|token| token.range.of(text));
    let row = word(0).map(str::to_lowercase).filter(|row| row == "new" || row == "old")?;
    let column = tokens.get(at + 2).filter(|_| word(1) == Some("."))?;
    let named = matches!(column.kind, TokenKind::Word | TokenKind::QuotedIdent);
    let range = tokens.get(at)?.range.to(column.range).shifted(start);
    named.then(|| Name { parts: vec![row, fold(column.range.of(text))], range })
}

/// `table.column%TYPE`, `table%ROWTYPE`, when they begin at a token: what they use.
fn typed_as(tokens: &[Token], at: usize, text: &str, start: usize) -> Option<Uses> {
    let is = |index: usize, what: &str| {
        tokens.get(index).is_some_and(|token| token.range.of(text).eq_ignore_ascii_case(what))
    };
    let behind_dot = at.checked_sub(1).is_some_and(|before| is(before, "."));
    let mut parts = Vec::new();
    let mut end = at;
    while let Some(token) = tokens.get(end).filter(|_| !behind_dot) {
        if !matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent) {
            break;
        }
        parts.push(fold(token.range.of(text)));
        if !is(end + 1, ".") {
            break;
        }
        end += 2;
    }
    let range = tokens.get(at)?.range.to(tokens.get(end)?.range).shifted(start);
    let name = |parts: &[String]| Name { parts: parts.to_vec(), range };
    let mut uses = Uses::default();
    match parts.split_last() {
        Some((_, table)) if is(end + 1, "%") && is(end + 2, "type") && !table.is_empty() => {
            uses.relations.push(name(table));
            uses.columns.push(name(&parts));
        }
        Some(_) if is(end + 1, "%") && is(end + 2, "rowtype") => uses.relations.push(name(&parts)),
        _ => return None,
    }
    Some(uses)
}

/// What is read as SQL within a statement of PL/pgSQL.
enum Query {
    /// It has its `SELECT` or `WITH`.
    Whole(TextRange),
    /// A value or a condition that has a `FROM`: PL/pgSQL puts the `SELECT` before it.
    Value(TextRange),
}

/// The query that a statement of PL/pgSQL has at a token, and the token behind it: `(SELECT ...`, `IN SELECT ... LOOP`,
/// `FOR SELECT ...`, `RETURN x FROM ...`, `n := x FROM ...`, `IF x FROM ... THEN`. `begins` when a statement begins there.
fn query_at(tokens: &[Token], at: usize, text: &str, begins: bool) -> Option<(Query, usize)> {
    let word = |index: usize| tokens.get(index).map(|token| token.range.of(text).to_lowercase());
    let selects = |index: usize| word(index).is_some_and(|word| word == "select" || word == "with");
    let range = |first: usize, end: usize| {
        let last = tokens.get(end.checked_sub(1).filter(|last| *last >= first)?)?;
        Some(tokens.get(first)?.range.to(last.range))
    };
    let no_word = |_: &str| false;
    let first = match word(at)?.as_str() {
        "(" if selects(at + 1) => {
            let end = end_of(tokens, at + 1, text, &no_word);
            return Some((Query::Whole(range(at + 1, end)?), end));
        }
        "in" | "for" if selects(at + 1) => {
            let end = end_of(tokens, at + 1, text, &|word| word == "loop");
            return Some((Query::Whole(range(at + 1, end)?), end));
        }
        "return" if word(at + 1).is_some_and(|word| word != "query" && word != "next") => at + 1,
        "if" | "elsif" | "elseif" | "while" | "when" => at + 1,
        ":" if word(at + 1).is_some_and(|word| word == "=") => at + 2,
        _ if begins => assigned(tokens, at, text)?,
        _ => return None,
    };
    let end = end_of(tokens, first, text, &|word| matches!(word, "then" | "loop"));
    let mut depth = 0_usize;
    let reads = (first..end).any(|index| {
        match tokens.get(index).map(|token| token.kind) {
            Some(TokenKind::Open) => depth += 1,
            Some(TokenKind::Close) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let compares = || word(index - 1).is_some_and(|before| before == "distinct");
        depth == 0 && word(index).is_some_and(|word| word == "from") && !compares()
    });
    Some((Query::Value(range(first, end).filter(|_| reads)?), end))
}

/// The token behind `target =`, when an assignment begins at a token.
fn assigned(tokens: &[Token], at: usize, text: &str) -> Option<usize> {
    let mut names = tokens.iter().enumerate().skip(at).skip_while(|(_, token)| {
        matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent) || token.range.of(text) == "."
    });
    let (index, token) = names.next()?;
    (index > at && token.range.of(text) == "=").then_some(index + 1)
}

/// The index of the token before which what begins at `at` ends: a `;`, the parenthesis around it, or such a word.
fn end_of(tokens: &[Token], at: usize, text: &str, is_end: &dyn Fn(&str) -> bool) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close if depth == 0 => return index,
            TokenKind::Close => depth -= 1,
            TokenKind::Semicolon if depth == 0 => return index,
            TokenKind::Word if depth == 0 && is_end(&token.range.of(text).to_lowercase()) => return index,
            _ => {}
        }
    }
    tokens.len()
}

/// A token of a body with its place.
struct Token {
    kind: TokenKind,
    range: TextRange,
}

/// The tokens of a body, without white space and comments, as far as it can be read.
fn tokens(text: &str) -> Vec<Token> {
    significant(text)
        .map(|token| Token { kind: token.kind, range: TextRange::new(token.range.start, token.range.end) })
        .collect()
}

/// The index of the `;` that ends the statement which begins at `at`, or the number of tokens.
fn statement_end(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Semicolon if depth == 0 => return index,
            _ => {}
        }
    }
    tokens.len()
}

/// A statement of PL/pgSQL may follow these words as it follows a `;`.
fn opens_statement(word: &str) -> bool {
    matches!(word, "begin" | "then" | "else" | "loop" | "query")
}

/// The words with which the statements begin that are read.
fn is_command(word: &str) -> bool {
    const COMMANDS: &[&str] = &[
        "alter", "call", "cluster", "comment", "commit", "copy", "create", "delete", "drop", "execute",
        "grant", "insert", "lock", "merge", "perform", "refresh", "reindex", "revoke", "rollback", "select",
        "set", "truncate", "update", "vacuum", "with",
    ];
    COMMANDS.contains(&word)
}
