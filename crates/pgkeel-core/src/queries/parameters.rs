//! Parameters in the spellings of drivers and query tools, made PostgreSQL's own: `$1`.
//!
//! `$1` stays. `:name`, `?`, `%s`, `%(name)s` are numbered one by one, as drivers send them; `@name`, `$name` and
//! `sqlc.arg(name)` have one number for each name, as sqlc gives them.

use crate::sql::keywords;
use crate::sql::lexer::{Token, TokenKind, tokens};

/// A query with numbered parameters.
pub(super) struct Numbered {
    /// Its text.
    pub text: String,
    /// The highest number.
    pub count: usize,
    /// Stretches: (byte in `text`, byte in the original).
    pub marks: Vec<(usize, usize)>,
    /// Why its text is not complete.
    pub unchecked: Option<&'static str>,
}

const TEMPLATE: &str = "its text is only complete at run time";

/// Numbers the parameters of one statement.
pub(super) fn numbered(text: &str) -> Numbered {
    let tokens: Vec<Token> = tokens(text, false).collect();
    let mut writer = Writer {
        source: text,
        tokens: &tokens,
        done: Numbered { text: String::new(), count: 0, marks: vec![(0, 0)], unchecked: None },
        names: Vec::new(),
    };
    // Numbers that are written come first: the others are counted on from them.
    writer.done.count = writer.highest();
    let mut index = 0;
    while index < tokens.len() {
        index = writer.take(index);
    }
    writer.done
}

struct Writer<'a> {
    source: &'a str,
    tokens: &'a [Token],
    done: Numbered,
    names: Vec<(String, usize)>,
}

impl<'a> Writer<'a> {
    fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).and_then(|token| self.source.get(token.range.clone())).unwrap_or_default()
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn is(&self, index: usize, word: &str) -> bool {
        self.word(index).eq_ignore_ascii_case(word)
    }

    /// `$3`: the lexer gives a dollar and a number.
    fn highest(&self) -> usize {
        (0..self.tokens.len())
            .filter(|&index| self.word(index) == "$" && self.kind(index + 1) == Some(TokenKind::Number))
            .filter_map(|index| self.word(index + 1).parse().ok())
            .max()
            .unwrap_or_default()
    }

    /// Writes what begins at a token; returns the index of the next one.
    fn take(&mut self, index: usize) -> usize {
        let next_is_name = matches!(self.kind(index + 1), Some(TokenKind::Word));
        match self.word(index) {
            "{" => {
                self.done.unchecked = Some(TEMPLATE);
                self.copy(index, index + 1)
            }
            ":" if next_is_name && self.may_begin(index) && !self.ends_with(index, ':') => self.colon(index),
            "@" if next_is_name && self.may_begin(index) && !self.touches_operator(index) => {
                self.named(index, index + 2, index + 1)
            }
            "$" if next_is_name && self.may_begin(index) => self.named(index, index + 2, index + 1),
            "?" if self.is_question(index) => self.fresh(index, index + 1),
            "%" if self.is(index + 1, "s") && !self.follows_operand(index) => self.fresh(index, index + 2),
            "%" if self.word(index + 1) == "("
                && self.kind(index + 2) == Some(TokenKind::Word)
                && self.word(index + 3) == ")"
                && self.is(index + 4, "s") =>
            {
                self.fresh(index, index + 5)
            }
            "sqlc"
                if self.word(index + 1) == "."
                    && self.word(index + 3) == "("
                    && self.word(index + 5) == ")" =>
            {
                self.sqlc(index)
            }
            _ => self.copy(index, index + 1),
        }
    }

    /// `:name`, pgtyped's `:name!`, HugSQL's `:v:name` and `:v*:names`.
    fn colon(&mut self, index: usize) -> usize {
        let mut end = index + 2;
        let typed = end + usize::from(self.word(end) == "*");
        if self.word(typed) == ":"
            && self.kind(typed + 1) == Some(TokenKind::Word)
            && self.word(typed + 1) != ":"
        {
            if !["v", "value"].contains(&self.word(index + 1)) {
                self.done.unchecked = Some(TEMPLATE);
            }
            end = typed + 2;
        }
        if self.word(end) == "!" && self.word(end + 1) != "=" {
            end += 1;
        }
        self.fresh(index, end)
    }

    /// `sqlc.arg(name)`, `sqlc.narg('name')`, `sqlc.slice(names)`, `sqlc.embed(table)`.
    fn sqlc(&mut self, index: usize) -> usize {
        match self.word(index + 2) {
            "arg" | "narg" | "slice" => self.named(index, index + 6, index + 4),
            "embed" => {
                let table = format!("{}.*", self.word(index + 4));
                self.write(index, index + 6, &table)
            }
            _ => self.copy(index, index + 1),
        }
    }

    /// A parameter that shares its number with others of its name.
    fn named(&mut self, index: usize, end: usize, name: usize) -> usize {
        let name = self.word(name).trim_matches(['\'', '"']).to_owned();
        let known = self.names.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
        let number = known.unwrap_or_else(|| {
            self.done.count += 1;
            self.names.push((name, self.done.count));
            self.done.count
        });
        self.write(index, end, &format!("${number}"))
    }

    /// A parameter of its own.
    fn fresh(&mut self, index: usize, end: usize) -> usize {
        self.done.count += 1;
        let text = format!("${}", self.done.count);
        self.write(index, end, &text)
    }

    fn copy(&mut self, index: usize, end: usize) -> usize {
        let text = self.word(index).to_owned();
        self.done.text.push_str(&text);
        end
    }

    /// Replaces tokens; the text after them is a new stretch.
    fn write(&mut self, index: usize, end: usize, text: &str) -> usize {
        let start_of =
            |index: usize| self.tokens.get(index).map_or(self.source.len(), |token| token.range.start);
        let (from, next) = (start_of(index), start_of(end));
        self.done.marks.push((self.done.text.len(), from));
        self.done.text.push_str(text);
        self.done.marks.push((self.done.text.len(), next));
        end
    }

    fn before(&self, index: usize) -> Option<char> {
        let start = self.tokens.get(index)?.range.start;
        self.source.get(..start)?.chars().next_back()
    }

    fn after(&self, index: usize) -> Option<char> {
        let end = self.tokens.get(index)?.range.end;
        self.source.get(end..)?.chars().next()
    }

    /// Not inside a word, an array's slice or a cast.
    fn may_begin(&self, index: usize) -> bool {
        !self
            .before(index)
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '"' | '\'' | ':' | '$'))
    }

    fn ends_with(&self, index: usize, character: char) -> bool {
        self.after(index) == Some(character)
    }

    fn touches_operator(&self, index: usize) -> bool {
        self.before(index).is_some_and(is_operator)
    }

    /// Whether the last thing before this is a value: then an operator may follow, and no parameter.
    fn follows_operand(&self, index: usize) -> bool {
        let significant = |kind: TokenKind| !kind.is_passing();
        let previous = (0..index).rev().find(|&index| self.kind(index).is_some_and(significant));
        let Some(previous) = previous else { return false };
        match self.kind(previous) {
            Some(TokenKind::Word) => {
                !keywords::has(&self.word(previous).to_lowercase())
                    && !["offset", "set", "ilike", "returning", "values", "interval", "by", "escape"]
                        .contains(&self.word(previous).to_lowercase().as_str())
            }
            Some(TokenKind::Other | TokenKind::Open) => false,
            _ => true,
        }
    }

    /// Whether a question mark is a parameter and not an operator of jsonb or geometry.
    fn is_question(&self, index: usize) -> bool {
        if self.after(index).is_some_and(is_operator) {
            return false;
        }
        let mut run = String::new();
        let mut first = index;
        while first > 0
            && self.kind(first - 1) == Some(TokenKind::Other)
            && self.before(first).is_some_and(is_operator)
        {
            first -= 1;
            run.insert_str(0, self.word(first));
        }
        if run.is_empty() {
            return !self.follows_operand(index);
        }
        ["=", "<", ">", "<=", ">=", "<>", "!=", "||", "+", "-", "*", "/", "%", "~"].contains(&run.as_str())
    }
}

fn is_operator(c: char) -> bool {
    "+-*/<>=~!@#%^&|`?".contains(c)
}
