//! Transaction control, settings, locks and maintenance commands.

use super::name::{name_in, name_of, names_of};
use super::{Push, ReindexTarget, TransactionControl, What};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, push: &mut Push<'_>) -> bool {
    let what = match statement.kind() {
        Kind::BEGIN => What::Transaction(TransactionControl::Begin),
        Kind::COMMIT if statement.has(Kind::PREPARED_KW) => {
            What::Transaction(TransactionControl::CommitPrepared)
        }
        Kind::COMMIT => What::Transaction(TransactionControl::Commit),
        Kind::ROLLBACK if statement.has(Kind::PREPARED_KW) => {
            What::Transaction(TransactionControl::RollbackPrepared)
        }
        Kind::ROLLBACK if statement.has(Kind::TO_KW) => {
            What::Transaction(TransactionControl::RollbackToSavepoint)
        }
        Kind::ROLLBACK => What::Transaction(TransactionControl::Rollback),
        Kind::SAVEPOINT_CREATE => What::Transaction(TransactionControl::Savepoint),
        Kind::RELEASE_SAVEPOINT => What::Transaction(TransactionControl::ReleaseSavepoint),
        Kind::PREPARE_TRANSACTION => What::Transaction(TransactionControl::Prepare),
        Kind::SET => set(statement),
        Kind::RESET => What::Reset {
            name: statement.find(Kind::PATH_REF).and_then(|path| name_in(&path)).map(|n| n.to_string()),
        },
        Kind::SET_ROLE | Kind::SET_SESSION_AUTH => What::SetRole { local: statement.has(Kind::LOCAL_KW) },
        Kind::SET_CONSTRAINTS => What::SetConstraints,
        Kind::DISCARD => What::Discard { all: statement.has(Kind::ALL_KW) },
        Kind::LOCK => lock(statement),
        Kind::REFRESH => {
            let Some(view) = name_of(statement, &[Kind::VIEW_REF]) else { return false };
            What::Refresh {
                view,
                concurrently: statement.has(Kind::CONCURRENTLY_KW),
                no_data: statement.child(Kind::WITH_NO_DATA).is_some(),
            }
        }
        Kind::VACUUM => What::Vacuum { full: full(statement) },
        Kind::CLUSTER => What::Cluster {
            table: name_of(statement, &[Kind::TABLE_NAME_REF]),
            using_index: statement.child(Kind::CLUSTER_USING_INDEX).is_some()
                || statement.child(Kind::CLUSTER_LEGACY).is_some(),
        },
        Kind::REINDEX => reindex(statement),
        Kind::ANALYZE => What::Analyze,
        _ => return false,
    };
    push(statement.range(), what);
    true
}

fn set(statement: &Node) -> What {
    let local = statement.has(Kind::LOCAL_KW);
    let Some(target) = statement.child(Kind::SET_CONFIG) else {
        let zone = statement.child(Kind::SET_TIME_ZONE);
        let name = if zone.is_some() { "timezone" } else { "other" };
        let value = zone.iter().flat_map(Node::leaves).last().map(|(_, text, _)| text).unwrap_or_default();
        return What::Set { name: name.to_owned(), value: unquoted(&value), local };
    };
    let name = name_of(&target, &[Kind::PATH_REF]).map(|name| name.parts.join(".")).unwrap_or_default();
    let after = target.child(Kind::PATH_REF).map_or(0, |path| path.range().end);
    let value: Vec<String> = target
        .leaves()
        .filter(|(kind, _, range)| range.start >= after && !matches!(kind, Kind::EQ | Kind::TO_KW))
        .map(|(_, text, _)| unquoted(&text))
        .collect();
    What::Set { name, value: value.join(""), local }
}

fn unquoted(token: &str) -> String {
    if token.starts_with('\'') { super::string_value(token) } else { super::fold(token) }
}

fn lock(statement: &Node) -> What {
    let list = statement.child(Kind::RELATION_LIST);
    let modes = [
        (Kind::ACCESS_SHARE, "access share"),
        (Kind::ROW_SHARE, "row share"),
        (Kind::ROW_EXCLUSIVE, "row exclusive"),
        (Kind::SHARE_UPDATE_EXCLUSIVE, "share update exclusive"),
        (Kind::SHARE_ROW_EXCLUSIVE, "share row exclusive"),
        (Kind::SHARE, "share"),
        (Kind::EXCLUSIVE, "exclusive"),
    ];
    let mode = modes.iter().find(|(kind, _)| statement.find(*kind).is_some());
    What::Lock {
        tables: list.map(|list| names_of(&list, Kind::RELATION_NAME)).unwrap_or_default(),
        mode: mode.map_or("access exclusive", |(_, mode)| mode).to_owned(),
        nowait: statement.has(Kind::NOWAIT_KW),
    }
}

fn full(statement: &Node) -> bool {
    if statement.has(Kind::FULL_KW) {
        return true;
    }
    let options = statement.child(Kind::VACUUM_OPTION_LIST);
    options.iter().flat_map(Node::children).any(|option| {
        let text = option.text().to_lowercase();
        let mut words = text.split_whitespace();
        words.next() == Some("full") && !matches!(words.next(), Some("false" | "off" | "0" | "no"))
    })
}

fn reindex(statement: &Node) -> What {
    let options = statement.child(Kind::REINDEX_OPTION_LIST);
    let in_options = options.is_some_and(|list| {
        list.children().any(|option| {
            let text = option.text().to_lowercase();
            text.starts_with("concurrently") && !text.contains("false") && !text.contains("off")
        })
    });
    let target = if statement.has(Kind::INDEX_KW) {
        ReindexTarget::Index
    } else if statement.has(Kind::SCHEMA_KW) {
        ReindexTarget::Namespace
    } else if statement.has(Kind::DATABASE_KW) || statement.has(Kind::SYSTEM_KW) {
        ReindexTarget::Database
    } else {
        ReindexTarget::Table
    };
    What::Reindex {
        target,
        name: name_of(
            statement,
            &[Kind::TABLE_NAME_REF, Kind::INDEX_REF, Kind::SCHEMA_REF, Kind::DATABASE_REF],
        ),
        concurrently: statement.has(Kind::CONCURRENTLY_KW) || in_options,
    }
}
