//! The catalog query of each kind, fitted to the server's version.

use pgkeel_core::object::Kind;

/// The query file of a kind: one line per kind.
pub fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Namespace => include_str!("namespace.sql"),
        Kind::Extension => include_str!("extension.sql"),
        Kind::Enum => include_str!("enumeration.sql"),
        Kind::Domain => include_str!("domain.sql"),
        Kind::Composite => include_str!("composite.sql"),
        Kind::Function => include_str!("function.sql"),
        Kind::Sequence => include_str!("sequence.sql"),
        Kind::Table => include_str!("table.sql"),
        Kind::Column => include_str!("column.sql"),
        Kind::Default => include_str!("column_default.sql"),
        Kind::SequenceOwner => include_str!("sequence_owner.sql"),
        Kind::DomainConstraint => include_str!("domain_constraint.sql"),
        Kind::View => include_str!("view.sql"),
        Kind::MaterializedView => include_str!("materialized_view.sql"),
        Kind::Constraint => include_str!("constraint.sql"),
        Kind::Index => include_str!("index.sql"),
        Kind::Attachment => include_str!("attachment.sql"),
        Kind::Inheritance => include_str!("inheritance.sql"),
        Kind::IndexAttachment => include_str!("index_attachment.sql"),
        Kind::ForeignKey => include_str!("foreign_key.sql"),
        Kind::Rule => include_str!("rule.sql"),
        Kind::Trigger => include_str!("trigger.sql"),
        Kind::Policy => include_str!("policy.sql"),
        Kind::Language => include_str!("language.sql"),
        Kind::AccessMethod => include_str!("access_method.sql"),
        Kind::Collation => include_str!("collation.sql"),
        Kind::Conversion => include_str!("conversion.sql"),
        Kind::Cast => include_str!("cast.sql"),
        Kind::Transform => include_str!("transform.sql"),
        Kind::Range => include_str!("range.sql"),
        Kind::BaseType => include_str!("base_type.sql"),
        Kind::Aggregate => include_str!("aggregate.sql"),
        Kind::Operator => include_str!("operator.sql"),
        Kind::OperatorFamily => include_str!("operator_family.sql"),
        Kind::OperatorClass => include_str!("operator_class.sql"),
        Kind::TextSearchParser => include_str!("text_search_parser.sql"),
        Kind::TextSearchTemplate => include_str!("text_search_template.sql"),
        Kind::TextSearchDictionary => include_str!("text_search_dictionary.sql"),
        Kind::TextSearchConfiguration => include_str!("text_search_configuration.sql"),
        Kind::Statistics => include_str!("statistics.sql"),
        Kind::ForeignDataWrapper => include_str!("foreign_data_wrapper.sql"),
        Kind::Server => include_str!("server.sql"),
        Kind::UserMapping => include_str!("user_mapping.sql"),
        Kind::SystemPrivileges => include_str!("system_privileges.sql"),
        Kind::EventTrigger => include_str!("event_trigger.sql"),
        Kind::Publication => include_str!("publication.sql"),
        Kind::PublicationTable => include_str!("publication_table.sql"),
        Kind::PublicationNamespace => include_str!("publication_namespace.sql"),
        Kind::Subscription => include_str!("subscription.sql"),
        Kind::DefaultPrivileges => include_str!("default_privileges.sql"),
    }
}

/// Names of subscriptions that cannot be described.
pub const HIDDEN_SUBSCRIPTIONS: &str = include_str!("subscription_hidden.sql");
/// Comments by address.
pub const COMMENTS: &str = include_str!("attributes/comment.sql");
/// Security labels by address.
pub const LABELS: &str = include_str!("attributes/label.sql");
/// Owners and grants by address.
pub const ACCESS: &str = include_str!("attributes/access.sql");
/// Addresses that stand for others.
pub const SAME: &str = include_str!("attributes/same.sql");
/// What needs what.
pub const DEPENDENCIES: &str = include_str!("attributes/depend.sql");

/// Keeps a line that starts with `/*15+*/` for servers from 15 on, one with `/*-16*/` for servers up to 16.
pub fn for_server(sql: &str, major: u32) -> String {
    let mut kept = String::with_capacity(sql.len());
    for line in sql.lines() {
        let mut rest = line;
        let mut wanted = true;
        while let Some((mark, tail)) = rest.strip_prefix("/*").and_then(|rest| rest.split_once("*/")) {
            let from = mark.strip_suffix('+').and_then(|from| from.parse::<u32>().ok());
            let until = mark.strip_prefix('-').and_then(|until| until.parse::<u32>().ok());
            wanted &= from.is_none_or(|from| major >= from) && until.is_none_or(|until| major <= until);
            rest = tail;
        }
        if wanted {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
