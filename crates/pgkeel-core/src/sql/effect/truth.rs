//! Conditions whose outcome no row decides: `1 = 1`, `NOT false`, `true OR id > 3`.

use super::expression::{is_string, operator};
use super::string_value;
use crate::sql::parse::{Kind, Node};

/// A constant, as far as comparisons need it.
#[derive(PartialEq, PartialOrd)]
enum Constant {
    Null,
    Truth(bool),
    Number(f64),
    Text(String),
}

/// The outcome of a condition, if it is the same for every row; `None` also when it is always unknown.
pub(super) fn truth(node: &Node) -> Option<bool> {
    match node.kind() {
        Kind::PAREN_EXPR => node.children().next().and_then(|inner| truth(&inner)),
        Kind::PREFIX_EXPR if node.has(Kind::NOT_KW) => {
            node.children().next().and_then(|inner| truth(&inner)).map(|outcome| !outcome)
        }
        Kind::BIN_EXPR => binary(node),
        _ => match constant(node)? {
            Constant::Truth(outcome) => Some(outcome),
            _ => None,
        },
    }
}

fn binary(node: &Node) -> Option<bool> {
    let sides: Vec<Node> = node.children().collect();
    let (left, right) = (sides.first()?, sides.last()?);
    match operator(node).as_str() {
        "or" => match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        "and" => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        compared => compare(compared, &constant(left)?, &constant(right)?),
    }
}

fn compare(operator: &str, left: &Constant, right: &Constant) -> Option<bool> {
    match operator {
        "is" => return Some(left == right),
        "is not" => return Some(left != right),
        _ => {}
    }
    if *left == Constant::Null || *right == Constant::Null {
        return None;
    }
    let order = left.partial_cmp(right).filter(|_| {
        matches!(
            (left, right),
            (Constant::Number(_), Constant::Number(_))
                | (Constant::Truth(_), Constant::Truth(_))
                | (Constant::Text(_), Constant::Text(_))
        )
    })?;
    // Which of two texts comes first is the collation's business.
    let text = matches!(left, Constant::Text(_));
    match operator {
        "=" => Some(order.is_eq()),
        "<>" | "!=" => Some(order.is_ne()),
        "<" if !text => Some(order.is_lt()),
        ">" if !text => Some(order.is_gt()),
        "<=" if !text => Some(order.is_le()),
        ">=" if !text => Some(order.is_ge()),
        _ => None,
    }
}

fn constant(node: &Node) -> Option<Constant> {
    match node.kind() {
        Kind::PAREN_EXPR => constant(&node.children().next()?),
        Kind::CAST_EXPR => {
            let to = super::types::type_in(node)?;
            match (constant(&node.children().next()?)?, to.name.as_str()) {
                (Constant::Text(word), "boolean") => match word.trim().to_lowercase().as_str() {
                    "t" | "true" | "yes" | "on" | "1" => Some(Constant::Truth(true)),
                    "f" | "false" | "no" | "off" | "0" => Some(Constant::Truth(false)),
                    _ => None,
                },
                (text @ Constant::Text(_), "text" | "varchar") => Some(text),
                (Constant::Null, _) => Some(Constant::Null),
                _ => None,
            }
        }
        Kind::LITERAL => {
            let (kind, text, _) = node.leaves().next()?;
            match kind {
                Kind::NULL_KW => Some(Constant::Null),
                Kind::TRUE_KW => Some(Constant::Truth(true)),
                Kind::FALSE_KW => Some(Constant::Truth(false)),
                kind if is_string(kind) => Some(Constant::Text(string_value(&text))),
                _ => text.parse().ok().map(Constant::Number),
            }
        }
        _ => None,
    }
}
