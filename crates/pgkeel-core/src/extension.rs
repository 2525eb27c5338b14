//! Which extension a name comes from: operator classes, types, functions, operators, access methods, languages.
//!
//! `symbols.tsv` was read from `pg_depend` (deptype `e`) of PostgreSQL's own extensions, each installed by itself, without
//! the names that `pg_catalog` has too and those that any application might use for a function of its own; the
//! best-known extensions from elsewhere were added by hand.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::sql::effect::{Name, Reading, TextRange, What};

mod contrib;
mod plain_keys;
mod spoken;

pub use contrib::{brings_known_relations, is_contrib};
pub use plain_keys::{PlainKey, plain_keys};
pub use spoken::spoken;

/// What a name of an extension is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// An operator class, such as `gin_trgm_ops`.
    OperatorClass,
    /// A type, such as `citext`.
    Type,
    /// A function, such as `uuid_generate_v4`.
    Function,
    /// An operator, such as `<->>`.
    Operator,
    /// An index access method, such as `hnsw`.
    AccessMethod,
    /// The namespace that the extension makes, such as `cron`.
    Namespace,
    /// A procedural language, such as `plpython3u`.
    Language,
    /// A view, such as `pg_stat_statements`.
    View,
    /// A foreign-data wrapper, such as `postgres_fdw`.
    Wrapper,
    /// A dictionary or template of text search, such as `unaccent`.
    TextSearch,
}

impl Symbol {
    /// The word for messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::OperatorClass => "operator class",
            Self::Type => "type",
            Self::Function => "function",
            Self::Operator => "operator",
            Self::AccessMethod => "access method",
            Self::Namespace => "schema",
            Self::Language => "language",
            Self::View => "view",
            Self::Wrapper => "foreign-data wrapper",
            Self::TextSearch => "text search dictionary",
        }
    }
}

/// An extension that a statement needs, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The extension.
    pub extension: &'static str,
    /// The name that comes from it.
    pub symbol: String,
    /// What that name is.
    pub kind: Symbol,
    /// Where the name stands, in bytes of the statement.
    pub range: TextRange,
}

static SYMBOLS: LazyLock<BTreeMap<(Symbol, &'static str), &'static str>> = LazyLock::new(|| {
    let mut symbols = BTreeMap::new();
    for line in include_str!("extension/symbols.tsv").lines() {
        let mut fields = line.split('\t');
        let (Some(extension), Some(kind), Some(names)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let kind = match kind {
            "operator class" => Symbol::OperatorClass,
            "type" => Symbol::Type,
            "function" => Symbol::Function,
            "operator" => Symbol::Operator,
            "access method" => Symbol::AccessMethod,
            "schema" => Symbol::Namespace,
            "language" => Symbol::Language,
            "view" => Symbol::View,
            "foreign-data wrapper" => Symbol::Wrapper,
            "text search dictionary" => Symbol::TextSearch,
            _ => continue,
        };
        symbols.extend(names.split(' ').map(|name| ((kind, name), extension)));
    }
    symbols
});

/// The extension that a name comes from, if it is one of the known.
pub fn providing(kind: Symbol, name: &str) -> Option<&'static str> {
    SYMBOLS.get(&(kind, name)).copied()
}

/// The extensions that a statement needs, one entry per extension and name, in the order of the text.
pub fn needs(reading: &Reading) -> Vec<Need> {
    let uses = &reading.uses;
    let mut needs: Vec<Need> = Vec::new();
    let mut add = |kind: Symbol, name: &str, range: TextRange| {
        if let Some(extension) = providing(kind, name) {
            needs.push(Need { extension, symbol: name.to_owned(), kind, range });
        }
    };
    let names = |add: &mut dyn FnMut(Symbol, &str, TextRange), kind: Symbol, names: &[Name]| {
        for name in names {
            add(kind, name.last(), name.range);
        }
    };
    names(&mut add, Symbol::OperatorClass, &uses.operator_classes);
    names(&mut add, Symbol::Function, &uses.functions);
    names(&mut add, Symbol::AccessMethod, &uses.methods);
    for used in &uses.types {
        add(Symbol::Type, &used.name, used.range);
    }
    for (function, range) in &uses.body_calls {
        add(Symbol::Function, function, *range);
    }
    // DROP ... IF EXISTS needs nothing.
    if !reading.effects.iter().all(|effect| matches!(effect.what, What::Drop { .. })) {
        names(&mut add, Symbol::View, &uses.relations);
    }
    for (operator, range) in &uses.operators {
        add(Symbol::Operator, operator, *range);
    }
    for name in uses.functions.iter().chain(&uses.relations) {
        if let Some(namespace) = name.namespace() {
            add(Symbol::Namespace, namespace, name.range);
        }
    }
    for effect in &reading.effects {
        match &effect.what {
            What::CreateFunction(function) => add(Symbol::Language, &function.language, function.name.range),
            What::Do { language } => add(Symbol::Language, language, effect.range),
            _ => {}
        }
    }
    needs.sort_by_key(|need| need.range);
    let mut seen = std::collections::BTreeSet::new();
    needs.retain(|need| seen.insert((need.extension, need.symbol.clone())));
    needs
}

#[cfg(test)]
mod tests {
    use super::needs;
    use crate::sql::effect::read;

    #[test]
    fn names_lead_to_their_extension() {
        let found = |sql: &str| -> Vec<String> {
            needs(&read(sql)).into_iter().map(|need| format!("{}:{}", need.extension, need.symbol)).collect()
        };
        assert_eq!(found("create index i on t using gin (a gin_trgm_ops)"), ["pg_trgm:gin_trgm_ops"]);
        assert_eq!(
            found("create table t (a citext default uuid_generate_v4())"),
            ["citext:citext", "uuid-ossp:uuid_generate_v4"]
        );
        assert_eq!(
            found("create index i on t using hnsw (v vector_l2_ops)"),
            ["vector:hnsw", "vector:vector_l2_ops"]
        );
        assert_eq!(
            found("create function f() returns int language plpython3u as 'return 1'"),
            ["plpython3u:plpython3u"]
        );
        assert_eq!(found("do language plperl $$ 1 $$"), ["plperl:plperl"]);
        assert_eq!(found("select cron.schedule('x', 'y')"), ["pg_cron:cron"]);
        assert_eq!(found("select * from s where n % 'anna'"), ["pg_trgm:%"]);
        assert_eq!(
            found("create view v as select query from pg_stat_statements"),
            ["pg_stat_statements:pg_stat_statements"]
        );
        let body = "create function f() returns trigger language plpgsql as $$ declare n varchar(10); begin if new.id is null \
                    then new.id := uuid_generate_v1mc(); end if; return new; end $$";
        assert_eq!(found(body), ["uuid-ossp:uuid_generate_v1mc"]);
        for nothing in [
            "create table t (id uuid default gen_random_uuid(), n text)",
            "select 7 % 2, '7' % 2, a % b from t",
            "drop view if exists pg_stat_statements",
            "with pg_stat_statements as (select 1) select * from pg_stat_statements",
        ] {
            assert!(found(nothing).is_empty(), "{nothing}");
        }
    }
}
