//! What a statement refers to: relations, columns, functions, types, operator classes, each with its place.

use super::expression::{is_column, is_string};
use super::name::{fold, name_in, name_of, string_value};
use super::{Name, TypeName, types};
use crate::sql::parse::{Kind, Node, TextRange};

/// Names that a statement refers to, in the order of the text, with repetitions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Uses {
    /// Tables, views, and whatever stands in a `FROM`.
    pub relations: Vec<Name>,
    /// Columns and aliases, perhaps qualified.
    pub columns: Vec<Name>,
    /// Functions called.
    pub functions: Vec<Name>,
    /// Types named.
    pub types: Vec<TypeName>,
    /// Operator classes of index keys.
    pub operator_classes: Vec<Name>,
    /// Operators that are not PostgreSQL's everyday ones, as written.
    pub operators: Vec<(String, TextRange)>,
    /// String constants.
    pub strings: Vec<(String, TextRange)>,
    /// The access methods of indexes and exclusion constraints.
    pub methods: Vec<Name>,
    /// Names before a parenthesis in PL/pgSQL that is not SQL, such as `x := f()`.
    pub body_calls: Vec<(String, TextRange)>,
    /// Of the body of a function, what each of its statements and queries refers to by itself.
    pub parts: Vec<Uses>,
    /// For each `*` of a `SELECT` list: what it is qualified with.
    pub stars: Vec<Option<String>>,
    /// Aliases of relations in a `FROM`: the alias and the relation.
    pub aliases: Vec<(String, Name)>,
}

impl Uses {
    /// Adds everything that `other` refers to.
    pub fn absorb(&mut self, other: Self) {
        self.relations.extend(other.relations);
        self.columns.extend(other.columns);
        self.functions.extend(other.functions);
        self.types.extend(other.types);
        self.operator_classes.extend(other.operator_classes);
        self.operators.extend(other.operators);
        self.strings.extend(other.strings);
        self.methods.extend(other.methods);
        self.body_calls.extend(other.body_calls);
        self.parts.extend(other.parts);
        self.stars.extend(other.stars);
        self.aliases.extend(other.aliases);
    }
}

/// What the tree at and below `node` refers to.
pub(super) fn uses_of(node: &Node) -> Uses {
    let mut uses = Uses::default();
    for below in node.descendants() {
        look(&below, &mut uses);
    }
    uses
}

/// Adds what this node alone refers to.
pub(super) fn look(below: &Node, uses: &mut Uses) {
    match below.kind() {
        Kind::RELATION_NAME_REF | Kind::TABLE_NAME_REF => uses.relations.extend(name_in(below)),
        Kind::RELATION_FROM_ITEM => {
            let relation = name_of(below, &[Kind::NAME_REF, Kind::FIELD_EXPR]);
            let alias = below.child(Kind::ALIAS).and_then(|alias| name_of(&alias, &[Kind::NAME]));
            if let (Some(alias), Some(relation)) = (alias, &relation) {
                uses.aliases.push((alias.last().to_owned(), relation.clone()));
            }
            uses.relations.extend(relation.filter(|relation| !is_with_table(below, relation)));
        }
        Kind::CALL_EXPR => {
            uses.functions.extend(below.children().next().and_then(|function| name_in(&function)));
        }
        Kind::PATH_TYPE | Kind::CHAR_TYPE | Kind::TIME_TYPE | Kind::EXPR_TYPE => {
            uses.types.extend(types::read(below));
        }
        Kind::OP_CLASS_REF => uses.operator_classes.extend(name_in(below)),
        Kind::ACCESS_METHOD_REF => uses.methods.extend(name_in(below)),
        Kind::CUSTOM_OP => uses.operators.push((below.text(), below.range())),
        Kind::BIN_EXPR => {
            // Of numbers it is the remainder.
            if let Some(range) = below.token(Kind::PERCENT)
                && below.children_of(Kind::LITERAL).any(|side| is_word(&side))
            {
                uses.operators.push(("%".to_owned(), range));
            }
        }
        Kind::LITERAL => {
            for (kind, text, range) in below.leaves() {
                if is_string(kind) && kind != Kind::DOLLAR_QUOTED_STRING {
                    uses.strings.push((string_value(&text), range));
                }
            }
        }
        Kind::TARGET => {
            let text = below.text();
            if text == "*" {
                uses.stars.push(None);
            } else if let Some(qualifier) = text.strip_suffix(".*") {
                uses.stars.push(Some(fold(qualifier.rsplit('.').next().unwrap_or(qualifier))));
            }
        }
        Kind::NAME_REF | Kind::FIELD_EXPR if is_value(below) => uses.columns.extend(name_in(below)),
        _ => {}
    }
}

/// Whether a constant is a text that is no number.
fn is_word(literal: &Node) -> bool {
    literal
        .leaves()
        .any(|(kind, text, _)| is_string(kind) && string_value(&text).trim().parse::<f64>().is_err())
}

/// Whether a name in a `FROM` is that of a `WITH` query which can be seen from there.
fn is_with_table(item: &Node, relation: &Name) -> bool {
    if relation.parts.len() > 1 {
        return false;
    }
    let mut below = item.clone();
    while let Some(node) = below.parent() {
        // Inside of a WITH, a query sees those before it, and all of them when it is recursive.
        let before = (node.kind() == Kind::WITH_CLAUSE && !node.has(Kind::RECURSIVE_KW)).then_some(&below);
        let clause = if node.kind() == Kind::WITH_CLAUSE {
            Some(node.clone())
        } else {
            node.child(Kind::WITH_CLAUSE).filter(|clause| *clause != below)
        };
        let tables = clause.iter().flat_map(|clause| clause.children_of(Kind::WITH_TABLE));
        let mut seen = tables.take_while(|table| before != Some(table));
        if seen.any(|table| name_of(&table, &[Kind::NAME]).is_some_and(|name| name.last() == relation.last()))
        {
            return true;
        }
        below = node;
    }
    false
}

/// Whether a name stands for a value, not for a relation, a role or an access method.
fn is_value(node: &Node) -> bool {
    let holders = [
        Kind::RELATION_FROM_ITEM,
        Kind::ROLE_REF,
        Kind::ACCESS_METHOD_REF,
        Kind::LANGUAGE_REF,
        Kind::SCHEMA_REF,
        Kind::SET_CONFIG,
        Kind::SET_CONFIG_PARAM,
        Kind::EXPR_TYPE,
    ];
    is_column(node) && node.parent().is_none_or(|parent| !holders.contains(&parent.kind()))
}
