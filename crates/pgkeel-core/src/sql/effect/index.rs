//! `CREATE INDEX`.

use super::definition::{CreateIndex, IndexElement};
use super::name::{name_in, name_of};
use super::{Push, What, expression};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, push: &mut Push<'_>) -> bool {
    if statement.kind() != Kind::CREATE_INDEX {
        return false;
    }
    let relation = statement.child(Kind::TABLE_RELATION_NAME);
    let Some(table) = relation.as_ref().and_then(name_in) else { return false };
    let keys = statement.child(Kind::PARTITION_ITEM_LIST);
    let include =
        statement.child(Kind::INDEX_INCLUDE_CLAUSE).and_then(|node| node.child(Kind::PARTITION_ITEM_LIST));
    let method =
        statement.child(Kind::USING_METHOD).and_then(|node| name_of(&node, &[Kind::ACCESS_METHOD_REF]));
    let index = CreateIndex {
        name: name_of(statement, &[Kind::INDEX]),
        table,
        unique: statement.has(Kind::UNIQUE_KW),
        concurrently: statement.has(Kind::CONCURRENTLY_KW),
        if_not_exists: statement.child(Kind::IF_NOT_EXISTS).is_some(),
        only: relation.is_some_and(|node| node.has(Kind::ONLY_KW)),
        method: method.map_or_else(|| "btree".to_owned(), |name| name.last().to_owned()),
        elements: keys
            .iter()
            .flat_map(|list| list.children_of(Kind::PARTITION_ITEM))
            .filter_map(|e| element(&e))
            .collect(),
        include: include.iter().flat_map(Node::children).filter_map(|item| name_in(&item)).collect(),
        predicate: statement.child(Kind::WHERE_CLAUSE).and_then(|node| expression::first_in(&node)),
        nulls_not_distinct: statement.child(Kind::NULLS_NOT_DISTINCT).is_some(),
        index_word: statement.token(Kind::INDEX_KW).unwrap_or(statement.range()),
    };
    push(statement.range(), What::CreateIndex(Box::new(index)));
    true
}

pub(super) fn element(item: &Node) -> Option<IndexElement> {
    let mut key = item.children().next()?;
    // `a COLLATE "C"` wraps the expression.
    let mut collation = item.child(Kind::COLLATE);
    if key.kind() == Kind::COLLATE {
        collation = Some(key.clone());
        key = key.children().next()?;
    }
    Some(IndexElement {
        column: if key.kind() == Kind::NAME_REF { name_in(&key) } else { None },
        expression: expression::read(&key),
        label: super::label::of(&key),
        operator_class: name_of(item, &[Kind::OP_CLASS_REF]),
        collation: collation.and_then(|node| name_of(&node, &[Kind::COLLATION_REF])),
        descending: item.leaves().any(|(kind, ..)| kind == Kind::DESC_KW),
    })
}
