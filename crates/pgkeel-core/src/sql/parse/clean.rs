//! The tree of a text in which nothing is wrong: most statements of most migrations.
//!
//! The parser's own way to a tree interns tokens for each text anew and then walks the tree twice for what its grammar lets
//! through. Here a thread keeps what it interned, and while the tree is built it is seen whether there is anything for the second
//! look to find; only then the text takes the parser's own way.

use std::cell::RefCell;

use rowan::{GreenNodeBuilder, NodeCache};
use squawk_parser::{LexedStr, StrStep};
use squawk_syntax::ast::{AstNode, Type};
use squawk_syntax::{SyntaxKind as Kind, SyntaxNode};

thread_local! {
    /// Tokens and small nodes of the texts before, and how many bytes those had.
    static INTERNED: RefCell<(NodeCache, usize)> = RefCell::default();
}

/// So many bytes of text are interned before a thread begins anew.
const INTERNED_BYTES: usize = 256 * 1024;

/// The tree; `None` when something is wrong with the text or may be.
pub(super) fn parse(text: &str) -> Option<SyntaxNode> {
    let lexed = LexedStr::new(text);
    if lexed.errors().next().is_some() {
        return None;
    }
    let output = squawk_parser::parse(&lexed.to_input());
    let (mut cache, interned) = INTERNED.take();
    let mut watch = Watch::default();
    let green = {
        let mut builder = GreenNodeBuilder::with_cache(&mut cache);
        lexed.intersperse_trivia(&output, &mut |step| match step {
            StrStep::Token { kind, text } => {
                watch.token(kind, text);
                builder.token(raw(kind), text);
            }
            StrStep::Enter { kind } => {
                watch.enter(kind);
                builder.start_node(raw(kind));
            }
            StrStep::Exit => {
                watch.exit();
                builder.finish_node();
            }
            StrStep::Error { .. } => watch.suspicious = true,
        });
        builder.finish()
    };
    let interned = interned + text.len();
    INTERNED.set(if interned < INTERNED_BYTES { (cache, interned) } else { Default::default() });
    (!watch.suspicious).then(|| SyntaxNode::new_root(green))
}

fn raw(kind: Kind) -> rowan::SyntaxKind {
    rowan::SyntaxKind(kind as u16)
}

/// Looks for what the parser's second look is about (`validation.rs` of `squawk-syntax`): rather too often than too rarely.
#[derive(Default)]
struct Watch {
    /// The open nodes, each with how many nodes it has below it so far.
    open: Vec<(Kind, usize)>,
    /// The last token that means something.
    last: Option<Kind>,
    suspicious: bool,
}

impl Watch {
    fn enter(&mut self, kind: Kind) {
        let (parent, before) = match self.open.last_mut() {
            Some((parent, below)) => {
                *below += 1;
                (Some(*parent), *below - 1)
            }
            None => (None, 0),
        };
        self.suspicious |= match kind {
            Kind::ALTER_AGGREGATE
            | Kind::CREATE_AGGREGATE
            | Kind::DROP_AGGREGATE
            | Kind::BEGIN_FUNC_OPTION_LIST
            | Kind::CUSTOM_OP
            | Kind::ARRAY_EXPR
            | Kind::JOIN_EXPR
            | Kind::NON_STANDARD_PARAM
            | Kind::RULE_STMT_LIST
            | Kind::SELECT_INTO => true,
            Kind::FROM_CLAUSE => parent == Some(Kind::SELECT) && before == 0,
            _ => match parent {
                Some(Kind::SOURCE_FILE) => before > 0,
                Some(Kind::COLUMN) => before == 1 && !Type::can_cast(kind),
                _ => false,
            },
        };
        self.open.push((kind, 0));
    }

    fn exit(&mut self) {
        // A column without a type.
        self.suspicious |= self.open.pop().is_some_and(|(kind, below)| kind == Kind::COLUMN && below < 2);
    }

    fn token(&mut self, kind: Kind, text: &str) {
        if kind.is_trivia() {
            return;
        }
        let parent = self.open.last().map(|(kind, _)| *kind);
        self.suspicious |= match kind {
            Kind::ESC_STRING | Kind::BIT_STRING | Kind::BYTE_STRING | Kind::UNICODE_ESC_STRING => true,
            // Parts of one string.
            Kind::STRING => matches!(self.last, Some(Kind::STRING | Kind::NATIONAL_STRING)),
            Kind::IDENT => text.starts_with(['u', 'U']) && text.as_bytes().get(1) == Some(&b'&'),
            Kind::DEFAULT_KW => matches!(parent, Some(Kind::LITERAL | Kind::SET_EXPR)),
            _ => false,
        };
        self.last = Some(kind);
    }
}

#[cfg(test)]
mod tests {
    use squawk_syntax::SourceFile;

    use super::parse;
    use crate::rules::RULES;
    use crate::sql::script::{Piece, Splitter};

    /// Statements of every kind that the parser objects to only at second sight.
    const REFUSED: &[&str] = &[
        "CREATE TABLE t (a, b int)",
        "CREATE TABLE t (a NOT NULL)",
        "SELECT U&'\\00zz'",
        "SELECT U&\"\\00zz\" FROM t",
        "SELECT E'\\u12'",
        "SELECT B'012'",
        "SELECT X'zz'",
        "SELECT 'a' 'b'",
        "SELECT N'a' 'b'",
        "SELECT DEFAULT",
        "UPDATE t SET a.b = DEFAULT",
        "FROM t SELECT a",
        "FROM t",
        "SELECT a INTO b UNION SELECT 1 INTO c",
        "INSERT INTO t SELECT 1 INTO b",
        "SELECT * FROM a JOIN b",
        "SELECT [1, 2]",
        "SELECT :name",
        "SELECT 1 SELECT 2",
        "DROP AGGREGATE a",
        "SELECT a +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-* b",
    ];

    #[test]
    fn a_tree_is_the_parsers_own_and_nothing_wrong_is_missed() {
        let mut clean = 0;
        let mut texts: Vec<String> = REFUSED.iter().map(|&text| text.to_owned()).collect();
        for rule in RULES {
            for example in [rule.bad, rule.good] {
                let mut splitter = Splitter::default();
                splitter.feed(example);
                splitter.finish();
                while let Ok(Some(piece)) = splitter.next_piece() {
                    if let Piece::Statement(statement) = piece {
                        texts.push(statement.text.clone());
                    }
                }
            }
        }
        for text in &texts {
            let own = SourceFile::parse(text);
            if let Some(tree) = parse(text) {
                clean += 1;
                assert!(own.errors().is_empty(), "{text}: {:?}", own.errors());
                assert_eq!(tree.green(), own.syntax_node().green(), "{text}");
            }
        }
        assert!(clean * 10 > texts.len() * 8, "only {clean} of {} take the short way", texts.len());
        for text in REFUSED {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
