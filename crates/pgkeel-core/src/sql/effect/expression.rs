//! Expressions, reduced to what can be judged without a database.

use super::name::{name_in, string_value};
use super::{Name, TextRange};
use crate::sql::parse::{Kind, Node};

/// An expression of a default, a check, an index, a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// As written.
    pub text: String,
    /// Where it stands.
    pub range: TextRange,
    /// Functions called, in the order of the text (`CURRENT_TIMESTAMP` and its like are not calls).
    pub calls: Vec<Name>,
    /// Columns named, in the order of the text.
    pub columns: Vec<Name>,
    /// String constants with their place.
    pub strings: Vec<(String, TextRange)>,
    /// Where those of `strings` stand with which a column is `=`, `IN`, `= ANY` (not `<>`, `NOT IN`, `LIKE`, `~`), and the
    /// column.
    pub equated: Vec<(TextRange, Name)>,
    /// Nothing but a constant: a literal, a signed number, a cast of one, `true`, `null`.
    pub constant: bool,
    /// As a condition it holds for every row: `true`, `1 = 1`, `true OR id > 3`.
    pub always_true: bool,
    /// What it makes of a column, where it is that and nothing else.
    pub turns_column: Option<Turn>,
}

/// A value of a column, and one thing done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// `a::type`, `CAST(a AS type)`.
    Cast,
    /// `a AT TIME ZONE 'zone'`.
    AtZone(String),
}

impl Expression {
    /// The value of an expression that is one string literal, perhaps cast.
    pub fn as_string(&self) -> Option<&str> {
        match self.strings.as_slice() {
            [(value, _)] if self.constant => Some(value),
            _ => None,
        }
    }

    /// `NULL`, perhaps cast.
    pub fn is_null(&self) -> bool {
        let head = self.text.get(..4).unwrap_or_default();
        self.constant && self.strings.is_empty() && head.eq_ignore_ascii_case("null")
    }

    /// The function whose value differs from row to row, if one is called; `own` knows the user's functions.
    pub fn volatile_call(&self, own: &dyn Fn(&Name) -> bool) -> Option<&Name> {
        const VOLATILE: &[&str] = &[
            "clock_timestamp",
            "currval",
            "gen_random_bytes",
            "gen_random_uuid",
            "lastval",
            "nextval",
            "random",
            "random_normal",
            "setval",
            "timeofday",
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v4",
            "uuid_generate_v7",
            "uuidv4",
            "uuidv7",
        ];
        self.calls.iter().find(|name| VOLATILE.contains(&name.last()) || own(name))
    }
}

/// Reads the expression that a node is.
pub(super) fn read(node: &Node) -> Expression {
    let mut expression = Expression {
        text: node.text(),
        range: node.range(),
        calls: Vec::new(),
        columns: Vec::new(),
        strings: Vec::new(),
        equated: Vec::new(),
        constant: true,
        always_true: super::truth::truth(node) == Some(true),
        turns_column: turn(node),
    };
    for below in node.descendants() {
        match below.kind() {
            Kind::CALL_EXPR => {
                expression.constant = false;
                if let Some(name) = below.children().next().and_then(|function| name_in(&function)) {
                    expression.calls.push(name);
                }
            }
            Kind::LITERAL => {
                for (kind, text, range) in below.leaves() {
                    if is_string(kind) {
                        expression.strings.push((string_value(&text), range));
                        if let Some(column) = equated_with(&below, node) {
                            expression.equated.push((range, column));
                        }
                    }
                }
            }
            Kind::NAME_REF | Kind::FIELD_EXPR if is_column(&below) => {
                expression.constant = false;
                expression.columns.extend(name_in(&below));
            }
            Kind::SELECT | Kind::BIN_EXPR | Kind::ARRAY_EXPR | Kind::CASE_EXPR => expression.constant = false,
            _ => {}
        }
    }
    expression
}

fn turn(node: &Node) -> Option<Turn> {
    let node = bare(node.clone());
    let parts: Vec<Node> = node.children().collect();
    let value = bare(parts.first()?.clone());
    if !matches!(value.kind(), Kind::NAME_REF | Kind::FIELD_EXPR) {
        return None;
    }
    match node.kind() {
        Kind::CAST_EXPR => Some(Turn::Cast),
        Kind::BIN_EXPR if node.child(Kind::AT_TIME_ZONE).is_some() => {
            let zone = parts.last().cloned().map(bare).filter(|zone| zone.kind() == Kind::LITERAL)?;
            let (_, text, _) = zone.leaves().find(|(kind, ..)| is_string(*kind))?;
            Some(Turn::AtZone(string_value(&text)))
        }
        _ => None,
    }
}

/// An expression without the parentheses around it.
fn bare(mut node: Node) -> Node {
    while node.kind() == Kind::PAREN_EXPR
        && let Some(inner) = node.children().next()
    {
        node = inner;
    }
    node
}

/// The column whose value a constant may be, when every operator between it and the whole expression leaves that so.
fn equated_with(literal: &Node, whole: &Node) -> Option<Name> {
    let mut compared = None;
    let mut at = literal.clone();
    while at != *whole {
        let Some(parent) = at.parent() else { break };
        match parent.kind() {
            Kind::BIN_EXPR => {
                let operator = operator(&parent);
                match operator.as_str() {
                    "=" | "in" if compared.is_none() => compared = Some(parent.clone()),
                    "=" | "in" | "or" | "and" => {}
                    _ => return None,
                }
            }
            Kind::PREFIX_EXPR | Kind::BETWEEN_EXPR => return None,
            _ => {}
        }
        at = parent;
    }
    // Of `a || b = 'x'` and `lower(a) = 'x'` nobody knows which value it is.
    let below: Vec<Node> = compared?.descendants().collect();
    let mut columns = below.iter().filter(|node| is_name(node.kind()) && is_column(node)).filter_map(name_in);
    let column = columns.next()?;
    // `= ANY (...)` is a call without a name.
    let calls = |node: &Node| {
        node.kind() == Kind::CALL_EXPR && node.children().next().and_then(|f| name_in(&f)).is_some()
    };
    let plain = columns.next().is_none() && !below.iter().any(calls);
    plain.then_some(column)
}

fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::NAME_REF | Kind::FIELD_EXPR)
}

/// What stands between the sides of a binary expression, lower case: `=`, `not in`.
pub(super) fn operator(expression: &Node) -> String {
    let sides: Vec<Node> = expression.children().collect();
    let (Some(left), Some(right)) = (sides.first(), sides.last()) else { return String::new() };
    let (left, right) = (left.range().end, right.range().start);
    let between = expression.leaves().filter(|(_, _, range)| range.start >= left && range.end <= right);
    between.map(|(_, text, _)| text.to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// The first child of `node` that can be an expression, read.
pub(super) fn first_in(node: &Node) -> Option<Expression> {
    let skipped = [Kind::CONSTRAINT_NAME_CLAUSE, Kind::NO_INHERIT, Kind::NAME, Kind::COLLATE];
    node.children().find(|child| !skipped.contains(&child.kind())).map(|child| read(&child))
}

pub(super) fn is_string(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::STRING
            | Kind::ESC_STRING
            | Kind::DOLLAR_QUOTED_STRING
            | Kind::UNICODE_ESC_STRING
            | Kind::NATIONAL_STRING
    )
}

/// Whether a name (the whole of `a.b`, not its parts) stands where a value stands: not the name of a function, a type,
/// an operator class, a collation.
pub(super) fn is_column(node: &Node) -> bool {
    node.parent().is_none_or(|parent| match parent.kind() {
        Kind::FIELD_EXPR | Kind::PATH_SEGMENT_REF | Kind::PATH_REF => false,
        Kind::CALL_EXPR => parent.children().next().as_ref() != Some(node),
        _ => true,
    })
}
