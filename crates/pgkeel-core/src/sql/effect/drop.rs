//! `DROP` of every kind, and `TRUNCATE`.

use super::name::{name_in, name_of, names_of};
use super::{ObjectKind, Push, What};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, push: &mut Push<'_>) -> bool {
    if statement.kind() == Kind::TRUNCATE {
        let list = statement.child(Kind::TABLE_LIST);
        let tables = list.map(|list| names_of(&list, Kind::TABLE_RELATION_NAME)).unwrap_or_default();
        push(statement.range(), What::Truncate { tables, cascade: statement.has(Kind::CASCADE_KW) });
        return true;
    }
    let Some((kind, reference)) = dropped(statement.kind()) else { return false };
    // Functions and their like are listed with their parameters.
    let lists =
        [Kind::FUNCTION_SIG_LIST, Kind::PROCEDURE_SIG_LIST, Kind::ROUTINE_SIG_LIST, Kind::ROLE_REF_LIST];
    let holder = statement.children().find(|child| lists.contains(&child.kind()));
    let holder = holder.as_ref().unwrap_or(statement);
    let names = holder.children_of(reference).filter_map(|node| routine_name(&node)).collect();
    let on = statement
        .children()
        .find(|child| matches!(child.kind(), Kind::ON_RELATION | Kind::ON_TABLE))
        .and_then(|on| name_of(&on, &[Kind::RELATION_NAME_REF, Kind::TABLE_NAME_REF]));
    let what = What::Drop {
        kind,
        names,
        on,
        if_exists: statement.child(Kind::IF_EXISTS).is_some(),
        cascade: statement.has(Kind::CASCADE_KW),
        concurrently: statement.has(Kind::CONCURRENTLY_KW),
        index_word: statement.token(Kind::INDEX_KW).unwrap_or(statement.range()),
    };
    push(statement.range(), what);
    true
}

/// The name of a function, without its parameters; of anything else, its name.
fn routine_name(node: &Node) -> Option<super::Name> {
    let kinds = [Kind::FUNCTION_NAME_REF, Kind::PROCEDURE_NAME_REF, Kind::ROUTINE_NAME_REF, Kind::PATH_REF];
    name_of(node, &kinds).or_else(|| name_in(node))
}

fn dropped(kind: Kind) -> Option<(ObjectKind, Kind)> {
    Some(match kind {
        Kind::DROP_TABLE => (ObjectKind::Table, Kind::TABLE_NAME_REF),
        Kind::DROP_FOREIGN_TABLE => (ObjectKind::ForeignTable, Kind::TABLE_NAME_REF),
        Kind::DROP_VIEW => (ObjectKind::View, Kind::VIEW_REF),
        Kind::DROP_MATERIALIZED_VIEW => (ObjectKind::MaterializedView, Kind::VIEW_REF),
        Kind::DROP_INDEX => (ObjectKind::Index, Kind::INDEX_REF),
        Kind::DROP_SEQUENCE => (ObjectKind::Sequence, Kind::SEQUENCE_REF),
        Kind::DROP_TYPE => (ObjectKind::Type, Kind::TYPE_NAME_REF),
        Kind::DROP_DOMAIN => (ObjectKind::Domain, Kind::DOMAIN_REF),
        Kind::DROP_SCHEMA => (ObjectKind::Namespace, Kind::SCHEMA_REF),
        Kind::DROP_DATABASE => (ObjectKind::Database, Kind::DATABASE_REF),
        Kind::DROP_EXTENSION => (ObjectKind::Extension, Kind::EXTENSION_REF),
        Kind::DROP_TRIGGER => (ObjectKind::Trigger, Kind::TRIGGER_REF),
        Kind::DROP_POLICY => (ObjectKind::Policy, Kind::POLICY_REF),
        Kind::DROP_RULE => (ObjectKind::Rule, Kind::RULE_REF),
        Kind::DROP_FUNCTION => (ObjectKind::Function, Kind::FUNCTION_SIG),
        Kind::DROP_PROCEDURE => (ObjectKind::Procedure, Kind::PROCEDURE_SIG),
        Kind::DROP_ROUTINE => (ObjectKind::Routine, Kind::ROUTINE_SIG),
        Kind::DROP_AGGREGATE => (ObjectKind::Aggregate, Kind::AGGREGATE),
        Kind::DROP_ROLE | Kind::DROP_USER | Kind::DROP_GROUP => (ObjectKind::Role, Kind::ROLE_REF),
        Kind::DROP_OWNED => (ObjectKind::Owned, Kind::ROLE_REF),
        Kind::DROP_TABLESPACE => (ObjectKind::Tablespace, Kind::TABLESPACE_REF),
        Kind::DROP_COLLATION => (ObjectKind::Collation, Kind::COLLATION_REF),
        Kind::DROP_STATISTICS => (ObjectKind::Statistics, Kind::STATISTICS_REF),
        Kind::DROP_PUBLICATION => (ObjectKind::Publication, Kind::PUBLICATION_REF),
        Kind::DROP_SUBSCRIPTION => (ObjectKind::Subscription, Kind::SUBSCRIPTION_REF),
        Kind::DROP_EVENT_TRIGGER => (ObjectKind::EventTrigger, Kind::EVENT_TRIGGER_REF),
        Kind::DROP_CAST
        | Kind::DROP_CONVERSION
        | Kind::DROP_LANGUAGE
        | Kind::DROP_SERVER
        | Kind::DROP_FOREIGN_DATA_WRAPPER
        | Kind::DROP_ACCESS_METHOD
        | Kind::DROP_OPERATOR
        | Kind::DROP_OPERATOR_CLASS
        | Kind::DROP_OPERATOR_FAMILY
        | Kind::DROP_TRANSFORM
        | Kind::DROP_USER_MAPPING
        | Kind::DROP_TEXT_SEARCH_CONFIG
        | Kind::DROP_TEXT_SEARCH_DICT
        | Kind::DROP_TEXT_SEARCH_PARSER
        | Kind::DROP_TEXT_SEARCH_TEMPLATE
        | Kind::DROP_PROPERTY_GRAPH => (ObjectKind::Other, Kind::PATH_REF),
        _ => return None,
    })
}
