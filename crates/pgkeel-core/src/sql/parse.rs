//! The only place that knows the parser: one statement's text becomes a tree of `Node`s.
//!
//! The parser is lossless and tolerant: there is always a tree, and what it could not read is in `Tree::problems`.

mod clean;
mod message;
mod unread;

use squawk_syntax::{SourceFile, SyntaxElement, SyntaxNode, SyntaxToken};

pub(crate) use squawk_syntax::SyntaxKind as Kind;

/// A half-open range of bytes in the text that was parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextRange {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl TextRange {
    /// The bytes `start..end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same range, further back by `by` bytes: from a part of a text to the whole.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// The bytes of this range in `text`; empty when they are not a part of it.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// What the parser could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The parser's words.
    pub message: String,
    /// Where, in bytes of the statement.
    pub range: TextRange,
}

/// The tree of one statement.
#[derive(Debug)]
pub(crate) struct Tree {
    root: Node,
    /// In the order of the text.
    pub problems: Vec<Problem>,
}

impl Tree {
    /// The statements found; one, unless the text holds several.
    pub fn statements(&self) -> impl Iterator<Item = Node> {
        self.root.children().filter(|node| !matches!(node.kind(), Kind::ERROR | Kind::EMPTY_STMT))
    }

    /// The whole text as a node.
    pub fn root(&self) -> Node {
        self.root.clone()
    }
}

/// The kinds of tokens that mean nothing, as the tree writes them.
const TRIVIA: [u16; 2] = [Kind::WHITESPACE as u16, Kind::COMMENT as u16];

/// Deeper nesting than this is refused before the recursive parser sees it.
const DEEPEST: usize = 400;

/// Parses the text of one statement, which stands `base` bytes into what all places are counted in. A text nested too deep
/// for a recursive parser gives an empty tree and a problem.
pub(crate) fn parse(text: &str, base: usize) -> Tree {
    if nests_deeper_than(text, DEEPEST) {
        let tree = SourceFile::parse("");
        let problem = Problem {
            message: format!("parentheses nest more than {DEEPEST} deep"),
            range: TextRange::new(base, base + text.len()),
        };
        return Tree { root: Node { node: tree.syntax_node(), base }, problems: vec![problem] };
    }
    if let Some(node) = clean::parse(text) {
        return Tree { root: Node { node, base }, problems: Vec::new() };
    }
    let mut tree = SourceFile::parse(text);
    let mut errors = tree.errors();
    if !errors.is_empty()
        && let Some(mended) = unread::without(text)
    {
        tree = SourceFile::parse(&mended);
        errors = tree.errors();
    }
    let problems = errors
        .into_iter()
        .map(|error| Problem {
            message: message::plain(error.message()),
            range: TextRange::new(error.range().start().into(), error.range().end().into()).shifted(base),
        })
        .collect();
    Tree { root: Node { node: tree.syntax_node(), base }, problems }
}

fn nests_deeper_than(text: &str, limit: usize) -> bool {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest > limit
}

/// A node of the tree, with the few questions that effects ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    node: SyntaxNode,
    /// Where the parsed text begins in what places are counted in.
    base: usize,
}

impl Node {
    fn with(&self, node: SyntaxNode) -> Self {
        Self { node, base: self.base }
    }

    pub fn kind(&self) -> Kind {
        self.node.kind()
    }

    /// Where the node stands, without the white space around it.
    pub fn range(&self) -> TextRange {
        let whole = self.node.text_range();
        let (start, end) = (usize::from(whole.start()), usize::from(whole.end()));
        let before = self.blank(false).min(end - start);
        let after = self.blank(true).min(end - start - before);
        TextRange::new(start + before, end - after).shifted(self.base)
    }

    /// How many bytes of white space and comments stand at the node's beginning, or at its end. It looks into the tree itself:
    /// tokens and nodes that know their place are made one by one, and this is asked of most nodes.
    fn blank(&self, at_end: bool) -> usize {
        let mut blank = 0;
        let mut node = self.node.green();
        loop {
            let mut inner = None;
            let mut children = node.children();
            while let Some(child) = if at_end { children.next_back() } else { children.next() } {
                let is_blank = TRIVIA.contains(&child.kind().0);
                if let Some(below) = child.as_node().filter(|_| usize::from(child.text_len()) > 0) {
                    inner = Some((*below).to_owned());
                    break;
                }
                if !is_blank && child.as_token().is_some() {
                    return blank;
                }
                blank += usize::from(child.text_len());
            }
            match inner {
                Some(below) => node = std::borrow::Cow::Owned(below),
                None => return blank,
            }
        }
    }

    pub fn text(&self) -> String {
        self.node.text().to_string().trim().to_owned()
    }

    pub fn parent(&self) -> Option<Self> {
        self.node.parent().map(|node| self.with(node))
    }

    pub fn children(&self) -> impl Iterator<Item = Self> + use<> {
        let base = self.base;
        self.node.children().map(move |node| Self { node, base })
    }

    pub fn child(&self, kind: Kind) -> Option<Self> {
        self.node.children().find(|node| node.kind() == kind).map(|node| self.with(node))
    }

    pub fn children_of(&self, kind: Kind) -> impl Iterator<Item = Self> + use<> {
        self.children().filter(move |node| node.kind() == kind)
    }

    /// This node and everything below it, in the order of the text.
    pub fn descendants(&self) -> impl Iterator<Item = Self> + use<> {
        let base = self.base;
        self.node.descendants().map(move |node| Self { node, base })
    }

    /// The first node of a kind at or below this one.
    pub fn find(&self, kind: Kind) -> Option<Self> {
        self.node.descendants().find(|node| node.kind() == kind).map(|node| self.with(node))
    }

    /// Whether a token of this kind stands directly in this node.
    pub fn has(&self, kind: Kind) -> bool {
        self.token(kind).is_some()
    }

    /// The place of the first token of this kind directly in this node.
    pub fn token(&self, kind: Kind) -> Option<TextRange> {
        self.node
            .children_with_tokens()
            .filter_map(SyntaxElement::into_token)
            .find(|token| token.kind() == kind)
            .map(|token| {
                let range = token.text_range();
                TextRange::new(range.start().into(), range.end().into()).shifted(self.base)
            })
    }

    /// The tokens directly in this node, without white space and comments.
    pub fn words(&self) -> Vec<(Kind, String)> {
        let tokens = self.node.children_with_tokens().filter_map(SyntaxElement::into_token);
        tokens.filter(|t| !t.kind().is_trivia()).map(|t| (t.kind(), t.text().to_owned())).collect()
    }

    /// All tokens at and below this node as they are, without white space and comments.
    pub fn tokens(&self) -> impl Iterator<Item = SyntaxToken> + use<> {
        let tokens = self.node.descendants_with_tokens().filter_map(SyntaxElement::into_token);
        tokens.filter(|t| !t.kind().is_trivia())
    }

    /// All tokens at and below this node, without white space and comments: kind, text and place.
    pub fn leaves(&self) -> impl Iterator<Item = (Kind, String, TextRange)> + use<> {
        let base = self.base;
        self.tokens().map(move |t| {
            let range = TextRange::new(t.text_range().start().into(), t.text_range().end().into());
            (t.kind(), t.text().to_owned(), range.shifted(base))
        })
    }
}
