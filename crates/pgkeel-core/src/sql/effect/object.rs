//! Every other statement that makes or changes an object: views, types, extensions, roles, rights, comments.

use super::definition::{CreateView, Policy};
use super::name::{name_in, name_of};
use super::{Name, ObjectKind, Push, What, expression, string_value, types, uses};
use crate::sql::parse::{Kind, Node};

pub(super) fn read(statement: &Node, push: &mut Push<'_>) -> bool {
    let range = statement.range();
    let what = match statement.kind() {
        Kind::CREATE_VIEW | Kind::CREATE_MATERIALIZED_VIEW => view(statement),
        Kind::CREATE_POLICY | Kind::ALTER_POLICY => policy(statement),
        Kind::CREATE_EXTENSION => name_of(statement, &[Kind::EXTENSION]).map(|name| What::CreateExtension {
            name,
            namespace: name_of(statement, &[Kind::SCHEMA_REF]).map(|name| name.last().to_owned()),
            version: statement.child(Kind::LITERAL).map(|literal| string_value(&literal.text())),
            if_not_exists: statement.child(Kind::IF_NOT_EXISTS).is_some(),
            cascade: statement.has(Kind::CASCADE_KW),
        }),
        Kind::CREATE_SCHEMA => {
            push(
                range,
                What::CreateNamespace {
                    name: statement.find(Kind::SCHEMA).and_then(|node| name_in(&node)),
                    if_not_exists: statement.child(Kind::IF_NOT_EXISTS).is_some(),
                },
            );
            for element in statement.children() {
                let _ = super::table::read(&element, push)
                    || super::index::read(&element, push)
                    || read(&element, push);
            }
            return true;
        }
        Kind::CREATE_SEQUENCE => name_of(statement, &[Kind::SEQUENCE]).map(|name| What::CreateSequence {
            name,
            if_not_exists: statement.child(Kind::IF_NOT_EXISTS).is_some(),
            as_type: statement.children_of(Kind::SEQUENCE_OPTION).find_map(|option| types::type_in(&option)),
        }),
        Kind::CREATE_TYPE => {
            name_of(statement, &[Kind::TYPE_NAME]).map(|name| match statement.child(Kind::ENUM_TYPE) {
                Some(values) => What::CreateEnum { name, values: strings(&values) },
                None => What::CreateType { name },
            })
        }
        Kind::CREATE_DOMAIN => domain(statement),
        Kind::ALTER_TYPE => alter_type(statement),
        Kind::ALTER_DOMAIN => alter_domain(statement),
        Kind::CREATE_ROLE | Kind::CREATE_USER | Kind::CREATE_GROUP => {
            let (options, password_literal) = role_options(statement);
            name_of(statement, &[Kind::ROLE]).map(|name| What::CreateRole { name, options, password_literal })
        }
        // ALTER GROUP ... DROP USER is REVOKE group FROM user in an older spelling.
        Kind::ALTER_GROUP if statement.leaves().any(|(kind, ..)| kind == Kind::DROP_KW) => Some(What::Revoke),
        Kind::ALTER_ROLE | Kind::ALTER_USER | Kind::ALTER_GROUP => {
            let (options, password_literal) = role_options(statement);
            Some(What::AlterRole { options, password_literal })
        }
        Kind::GRANT => Some(grant(statement)),
        Kind::REVOKE => Some(What::Revoke),
        Kind::ALTER_DEFAULT_PRIVILEGES => Some(match statement.child(Kind::GRANT_DEFAULT_PRIVILEGES) {
            Some(inner) => match grant(&inner) {
                What::Grant { privileges, on, to, with_option, .. } => {
                    What::Grant { privileges, on, to, with_option, default_privileges: true }
                }
                other => other,
            },
            None => What::AlterDefaultPrivileges,
        }),
        Kind::COMMENT_ON => Some(comment(statement)),
        Kind::CREATE_RULE => {
            let table =
                statement.child(Kind::RULE_ON).and_then(|on| name_of(&on, &[Kind::RELATION_NAME_REF]));
            name_of(statement, &[Kind::RULE]).zip(table).map(|(name, table)| What::CreateRule { name, table })
        }
        Kind::CREATE_DATABASE => {
            name_of(statement, &[Kind::DATABASE]).map(|name| What::CreateDatabase { name })
        }
        Kind::ALTER_SYSTEM => Some(What::AlterSystem),
        Kind::ALTER_SEQUENCE => alter_sequence(statement),
        Kind::CREATE_SUBSCRIPTION => {
            let text = statement.text().to_lowercase().replace(char::is_whitespace, "");
            let idle = ["connect=false", "create_slot=false", "connect=off", "create_slot=off"];
            Some(What::CreateSubscription { connects: !idle.iter().any(|option| text.contains(option)) })
        }
        Kind::ALTER_SUBSCRIPTION => {
            let text = statement.text().to_lowercase().replace(char::is_whitespace, "");
            let refreshes = statement.find(Kind::REFRESH_PUBLICATION).is_some()
                || (statement.find(Kind::SET_PUBLICATION).is_some() && !text.contains("refresh=false"));
            Some(What::AlterSubscription { touches_slot: refreshes || text.contains("failover") })
        }
        kind => other(kind, statement),
    };
    let Some(what) = what else { return false };
    push(range, what);
    true
}

fn strings(node: &Node) -> Vec<String> {
    node.leaves()
        .filter(|(kind, ..)| expression::is_string(*kind))
        .map(|(_, text, _)| string_value(&text))
        .collect()
}

/// The names of a view's columns; `None` when PostgreSQL would have to say one of them.
fn view_columns(statement: &Node, list: Option<&Node>) -> Option<Vec<String>> {
    if let Some(written) = statement.child(Kind::COLUMN_LIST) {
        return written.children().map(|column| Some(name_in(&column)?.last().to_owned())).collect();
    }
    let named = |target: Node| {
        if let Some(alias) = target.child(Kind::AS_NAME) {
            return alias.leaves().last().map(|(_, text, _)| super::fold(&text));
        }
        let value = target.children().next()?;
        let plain = matches!(value.kind(), Kind::NAME_REF | Kind::FIELD_EXPR) && !value.text().ends_with('*');
        plain.then(|| name_in(&value)).flatten().map(|name| name.last().to_owned())
    };
    list?.children_of(Kind::TARGET).map(named).collect()
}

fn view(statement: &Node) -> Option<What> {
    let query = statement.children().filter(|child| {
        let kinds = [Kind::SELECT, Kind::COMPOUND_SELECT, Kind::PAREN_SELECT, Kind::VALUES, Kind::TABLE];
        kinds.contains(&child.kind())
    });
    let query = query.last();
    let uses = query.as_ref().map(uses::uses_of).unwrap_or_default();
    let list = query.as_ref().and_then(|query| query.find(Kind::TARGET_LIST));
    let star = list.iter().flat_map(Node::children).any(|target| target.text().ends_with('*'));
    Some(What::CreateView(Box::new(CreateView {
        name: name_of(statement, &[Kind::VIEW])?,
        materialized: statement.kind() == Kind::CREATE_MATERIALIZED_VIEW,
        or_replace: statement.child(Kind::OR_REPLACE).is_some(),
        if_not_exists: statement.child(Kind::IF_NOT_EXISTS).is_some(),
        options: statement.child(Kind::WITH_PARAMS).map(|node| node.text()).unwrap_or_default(),
        uses,
        star,
        query: query.as_ref().map(Node::text).unwrap_or_default(),
        columns: view_columns(statement, list.as_ref()),
    })))
}

fn policy(statement: &Node) -> Option<What> {
    let on = statement.child(Kind::ON_TABLE)?;
    if let Some(to) = statement.child(Kind::POLICY_RENAME_TO) {
        return Some(What::Rename {
            kind: ObjectKind::Policy,
            on: name_of(&on, &[Kind::TABLE_NAME_REF]),
            name: name_of(statement, &[Kind::POLICY_REF])?,
            to: name_of(&to, &[Kind::POLICY])?,
        });
    }
    let body = statement.child(Kind::ALTER_POLICY_TO).unwrap_or_else(|| statement.clone());
    let clause = |kind: Kind| body.child(kind).and_then(|node| expression::first_in(&node));
    let commands = [
        (Kind::SELECT_KW, "select"),
        (Kind::INSERT_KW, "insert"),
        (Kind::UPDATE_KW, "update"),
        (Kind::DELETE_KW, "delete"),
    ];
    let command =
        commands.iter().find(|(kind, _)| statement.has(*kind)).map_or("all", |(_, command)| command);
    let policy = Policy {
        name: name_of(statement, &[Kind::POLICY, Kind::POLICY_REF])?,
        table: name_of(&on, &[Kind::TABLE_NAME_REF])?,
        using: clause(Kind::USING_EXPR_CLAUSE),
        check: clause(Kind::WITH_CHECK_EXPR_CLAUSE),
        command: command.to_owned(),
        restrictive: statement
            .child(Kind::AS_POLICY_TYPE)
            .is_some_and(|node| node.text().to_lowercase().contains("restrictive")),
    };
    let policy = Box::new(policy);
    Some(if statement.kind() == Kind::CREATE_POLICY {
        What::CreatePolicy(policy)
    } else {
        What::AlterPolicy(policy)
    })
}

fn domain(statement: &Node) -> Option<What> {
    let constrained = [Kind::CHECK_CONSTRAINT, Kind::NOT_NULL_CONSTRAINT];
    Some(What::CreateDomain {
        name: name_of(statement, &[Kind::DOMAIN])?,
        base: types::type_in(statement)?,
        constrained: statement.descendants().any(|node| constrained.contains(&node.kind())),
    })
}

fn alter_type(statement: &Node) -> Option<What> {
    let name = name_of(statement, &[Kind::TYPE_NAME_REF])?;
    let action = statement.children().find(|child| child.kind() != Kind::TYPE_NAME_REF)?;
    let kind = ObjectKind::Type;
    Some(match action.kind() {
        Kind::ADD_VALUE => What::AddEnumValue {
            name,
            value: strings(&action).into_iter().next()?,
            if_not_exists: action.child(Kind::IF_NOT_EXISTS).is_some(),
            positioned: action.child(Kind::BEFORE_VALUE).is_some()
                || action.child(Kind::AFTER_VALUE).is_some(),
        },
        Kind::RENAME_VALUE => {
            let mut values = strings(&action).into_iter();
            What::RenameEnumValue { name, from: values.next()?, to: values.next()? }
        }
        Kind::TYPE_RENAME_TO => {
            What::Rename { kind, on: None, name, to: name_of(&action, &[Kind::TYPE_NAME])? }
        }
        Kind::SET_SCHEMA => What::SetNamespace { kind, name, to: name_of(&action, &[Kind::SCHEMA_REF])? },
        Kind::OWNER_TO => What::OwnerTo { kind, name: Some(name) },
        Kind::ADD_ATTRIBUTE => What::AlterAttribute { name, drops: false },
        Kind::DROP_ATTRIBUTE | Kind::ALTER_ATTRIBUTE | Kind::RENAME_ATTRIBUTE => {
            What::AlterAttribute { name, drops: true }
        }
        _ => What::AlterOther { kind, name: Some(name) },
    })
}

fn alter_domain(statement: &Node) -> Option<What> {
    let name = name_of(statement, &[Kind::DOMAIN_REF])?;
    let kind = ObjectKind::Domain;
    let action = statement.children().find(|child| child.kind() != Kind::DOMAIN_REF)?;
    Some(match action.kind() {
        Kind::ADD_CONSTRAINT => What::DomainConstraint {
            name,
            constraint: action
                .find(Kind::CONSTRAINT_NAME_CLAUSE)
                .and_then(|clause| name_of(&clause, &[Kind::CONSTRAINT_NAME])),
            not_valid: action.find(Kind::NOT_VALID).is_some(),
            not_null: action.find(Kind::NOT_NULL_CONSTRAINT).is_some(),
        },
        Kind::SET_NOT_NULL => {
            What::DomainConstraint { name, constraint: None, not_valid: false, not_null: true }
        }
        Kind::DOMAIN_RENAME_TO => {
            What::Rename { kind, on: None, name, to: name_of(&action, &[Kind::DOMAIN])? }
        }
        Kind::SET_SCHEMA => What::SetNamespace { kind, name, to: name_of(&action, &[Kind::SCHEMA_REF])? },
        Kind::OWNER_TO => What::OwnerTo { kind, name: Some(name) },
        _ => What::AlterOther { kind, name: Some(name) },
    })
}

fn alter_sequence(statement: &Node) -> Option<What> {
    let name = name_of(statement, &[Kind::SEQUENCE_REF])?;
    let kind = ObjectKind::Sequence;
    let action =
        statement.children().find(|child| !matches!(child.kind(), Kind::SEQUENCE_REF | Kind::IF_EXISTS))?;
    Some(match action.kind() {
        Kind::SEQUENCE_RENAME_TO => {
            What::Rename { kind, on: None, name, to: name_of(&action, &[Kind::SEQUENCE])? }
        }
        Kind::SET_SCHEMA => What::SetNamespace { kind, name, to: name_of(&action, &[Kind::SCHEMA_REF])? },
        Kind::OWNER_TO => What::OwnerTo { kind, name: Some(name) },
        _ => What::AlterSequence {
            name,
            restarts: statement.leaves().any(|(leaf, ..)| leaf == Kind::RESTART_KW),
        },
    })
}

fn role_options(statement: &Node) -> (Vec<String>, bool) {
    let list = statement.child(Kind::ROLE_OPTION_LIST);
    let options: Vec<Node> = list.iter().flat_map(|list| list.children_of(Kind::ROLE_OPTION)).collect();
    let password = options.iter().any(|option| option.has(Kind::PASSWORD_KW) && !strings(option).is_empty());
    let words =
        options.iter().filter_map(|option| option.leaves().next()).map(|(_, text, _)| text.to_lowercase());
    (words.collect(), password)
}

fn grant(statement: &Node) -> What {
    let listed = statement.find(Kind::REVOKE_COMMAND_LIST);
    let privileges: Vec<String> = match listed {
        Some(list) => list
            .children_of(Kind::REVOKE_COMMAND)
            .filter_map(|command| command.leaves().next())
            .map(|(_, text, _)| text.to_lowercase())
            .collect(),
        None => vec!["all".to_owned()],
    };
    let roles = statement.child(Kind::ROLE_REF_LIST);
    let to = roles
        .iter()
        .flat_map(Node::children)
        .filter_map(|role| name_in(&role))
        .map(|name| name.last().to_owned());
    let objects = statement.children().find(|child| {
        let kinds =
            [Kind::PRIVILEGE_DEFAULT, Kind::PRIVILEGE_TABLE, Kind::PRIVILEGE_NAME, Kind::PRIVILEGE_ROUTINE];
        kinds.contains(&child.kind())
    });
    let on = objects.iter().flat_map(Node::children).filter_map(|object| name_in(&object)).collect();
    let with_option = statement.leaves().any(|(kind, ..)| kind == Kind::OPTION_KW);
    What::Grant { privileges, on, to: to.collect(), with_option, default_privileges: false }
}

fn comment(statement: &Node) -> What {
    let object = statement.children().find(|child| child.kind() != Kind::LITERAL);
    let kind = object.as_ref().map_or(ObjectKind::Other, |object| commented(object.kind()));
    let mut names = object.iter().flat_map(Node::children).filter_map(|child| {
        name_in(&child).or_else(|| child.children().next().and_then(|inner| name_in(&inner)))
    });
    let text = statement.child(Kind::LITERAL).map(|literal| string_value(&literal.text()));
    let name: Option<Name> = names.next();
    What::Comment { kind, name, on: names.next(), text }
}

fn commented(kind: Kind) -> ObjectKind {
    match kind {
        Kind::OBJECT_TABLE => ObjectKind::Table,
        Kind::OBJECT_VIEW => ObjectKind::View,
        Kind::OBJECT_MATERIALIZED_VIEW => ObjectKind::MaterializedView,
        Kind::OBJECT_COLUMN => ObjectKind::Column,
        Kind::OBJECT_INDEX => ObjectKind::Index,
        Kind::OBJECT_CONSTRAINT => ObjectKind::Constraint,
        Kind::OBJECT_FUNCTION => ObjectKind::Function,
        Kind::OBJECT_EXTENSION => ObjectKind::Extension,
        Kind::OBJECT_TRIGGER => ObjectKind::Trigger,
        Kind::OBJECT_POLICY => ObjectKind::Policy,
        Kind::OBJECT_SCHEMA => ObjectKind::Namespace,
        Kind::OBJECT_TYPE => ObjectKind::Type,
        Kind::OBJECT_SEQUENCE => ObjectKind::Sequence,
        _ => ObjectKind::Other,
    }
}

/// The `CREATE`s and `ALTER`s that no rule looks into, but whose kind and name matter.
fn other(kind: Kind, statement: &Node) -> Option<What> {
    let object = match kind {
        Kind::CREATE_AGGREGATE | Kind::ALTER_AGGREGATE => ObjectKind::Aggregate,
        Kind::CREATE_COLLATION | Kind::ALTER_COLLATION => ObjectKind::Collation,
        Kind::CREATE_STATISTICS | Kind::ALTER_STATISTICS => ObjectKind::Statistics,
        Kind::CREATE_PUBLICATION | Kind::ALTER_PUBLICATION => ObjectKind::Publication,
        Kind::CREATE_EVENT_TRIGGER | Kind::ALTER_EVENT_TRIGGER => ObjectKind::EventTrigger,
        Kind::CREATE_TABLESPACE | Kind::ALTER_TABLESPACE => ObjectKind::Tablespace,
        Kind::ALTER_FUNCTION => ObjectKind::Function,
        Kind::ALTER_PROCEDURE => ObjectKind::Procedure,
        Kind::ALTER_ROUTINE => ObjectKind::Routine,
        Kind::ALTER_SCHEMA => ObjectKind::Namespace,
        Kind::ALTER_DATABASE => ObjectKind::Database,
        Kind::ALTER_TRIGGER => ObjectKind::Trigger,
        Kind::ALTER_EXTENSION => ObjectKind::Extension,
        Kind::CREATE_CAST
        | Kind::CREATE_OPERATOR
        | Kind::CREATE_OPERATOR_CLASS
        | Kind::CREATE_OPERATOR_FAMILY
        | Kind::CREATE_SERVER
        | Kind::CREATE_LANGUAGE
        | Kind::CREATE_FOREIGN_DATA_WRAPPER
        | Kind::CREATE_TEXT_SEARCH_CONFIGURATION
        | Kind::CREATE_TEXT_SEARCH_DICTIONARY => ObjectKind::Other,
        _ => return None,
    };
    let mut named = statement.children().filter_map(|child| {
        name_in(&child).or_else(|| child.children().next().and_then(|inner| name_in(&inner)))
    });
    let name = named.next();
    if statement.has(Kind::CREATE_KW) {
        return Some(What::CreateOther { kind: object, name });
    }
    let rename = statement.children().find(|child| format!("{:?}", child.kind()).ends_with("_RENAME_TO"));
    if let (Some(to), Some(name)) =
        (rename.and_then(|node| node.children().find_map(|n| name_in(&n))), name.clone())
    {
        return Some(What::Rename { kind: object, on: None, name, to });
    }
    if let (Some(set), Some(name)) = (statement.child(Kind::SET_SCHEMA), name.clone()) {
        return Some(What::SetNamespace { kind: object, name, to: name_of(&set, &[Kind::SCHEMA_REF])? });
    }
    if statement.child(Kind::OWNER_TO).is_some() {
        return Some(What::OwnerTo { kind: object, name });
    }
    if let (Some(options), Some(name)) = (statement.child(Kind::FUNC_OPTION_LIST), name.clone()) {
        let (security_definer, sets_search_path) = super::routine::security(&options);
        return Some(What::AlterRoutine {
            kind: object,
            name,
            security_definer,
            sets_search_path,
            options: options.range(),
        });
    }
    if kind == Kind::ALTER_DATABASE && statement.child(Kind::SET_TABLESPACE).is_some() {
        return name.map(|name| What::SetTablespace { kind: object, name });
    }
    Some(What::AlterOther { kind: object, name })
}
