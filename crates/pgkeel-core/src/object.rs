//! Kinds of database objects. One kind is one file here, one catalog query in `pgkeel/src/introspect/` and one line
//! in the table below.
//!
//! To add a kind:
//! 1. `object/<kind>.rs`: a struct with serde (its fields are the columns of the query) and `impl Define`. Only what is
//!    special to the kind is written: owner, comment, grants and labels come from [`Target`], ordering from `pg_depend`.
//! 2. `pgkeel/src/introspect/<kind>.sql`: one row per object, first `classid`, `oid`, `subid` (its address in
//!    `pg_depend`), then the fields. A column of type `oid` is the name of that relation, one of type `int2` after it the name of
//!    that column of it, NULL is a field that is missing. From the first column on whose name starts with `_` there are no
//!    fields, but what else the reader wants to know (`introspect/definition.rs`).
//!    Text is PostgreSQL's own deparsed text under an empty search_path. A line that starts with `/*15+*/` or `/*-16*/` is
//!    for servers from, or up to, that major; a line `--? FROM` says where there is a row when there is any such object at
//!    all, so that most servers are not asked. Members of extensions are left out.
//! 3. The line in `each_kind!`, at the place where it is created: needed kinds above, needing kinds below. The order
//!    settles what `pg_depend` leaves open.
//! 4. If its catalog has an owner or an ACL: a branch in `introspect/attributes/access.sql`.
//! 5. A case folder under `tests/diff/`.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};

use self::aside::Aside;
use crate::plan::Step;
use crate::schema::{Id, Object, Schema};

/// How SQL refers to an object.
#[derive(Debug, Clone)]
pub struct Target {
    /// As in `COMMENT ON <keyword>`, e.g. `MATERIALIZED VIEW`.
    pub keyword: &'static str,
    /// As in `GRANT ... ON <keyword>`; empty when there are no privileges on it.
    pub grants: &'static str,
    /// As in `ALTER <keyword> ... OWNER TO`; empty when it has no owner of its own.
    pub owner: &'static str,
    /// The name as SQL text, e.g. `public.users` or `users_check ON public.users`.
    pub reference: String,
}

impl Target {
    /// The common case: one keyword for comments and ownership, no privileges.
    pub fn new(keyword: &'static str, reference: impl Into<String>) -> Self {
        Self { keyword, grants: "", owner: "", reference: reference.into() }
    }

    /// With an owner, altered under the same keyword.
    #[must_use]
    pub fn owned(mut self) -> Self {
        self.owner = self.keyword;
        self
    }

    /// With privileges, granted under that keyword.
    #[must_use]
    pub fn granted_as(mut self, keyword: &'static str) -> Self {
        self.grants = keyword;
        self
    }
}

/// What stands around an object while its SQL is written.
#[derive(Debug)]
pub struct Site<'a> {
    /// The schema that the plan starts from.
    pub old: &'a Schema,
    /// The schema that the plan ends with.
    pub new: &'a Schema,
    /// Objects whose creation is part of another object's statement.
    pub inline: &'a BTreeSet<Id>,
    /// Objects that the plan creates or recreates; none while the schemas are still being compared.
    pub created: &'a BTreeSet<Id>,
    /// Attachments and inheritances that the plan breaks, or breaks and makes again: meanwhile each side changes by
    /// itself.
    pub apart: &'a BTreeSet<Id>,
}

/// In what way one object may go along with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// It is created.
    Create,
    /// It is altered.
    Alter,
    /// It is dropped.
    Drop,
}

/// How an object becomes its new self.
#[derive(Debug)]
pub enum Alteration {
    /// Nothing differs.
    Same,
    /// By these steps, in place.
    Steps(Vec<Step>),
    /// By these steps, but PostgreSQL refuses them while objects of these kinds depend on it: those are rebuilt around.
    Around(Vec<Step>, fn(&Body) -> bool),
    /// Only by dropping and creating it.
    Replace,
}

/// What a kind of object has to say about itself. Everything else is done for all kinds alike.
pub trait Define: Sized {
    /// Its name.
    fn id(&self) -> Id;

    /// How SQL refers to it.
    fn target(&self) -> Target;

    /// The steps that create it as it is in `site.new`.
    fn create(&self, site: &Site) -> Vec<Step>;

    /// The steps that drop it.
    fn remove(&self, _site: &Site) -> Vec<Step> {
        let target = self.target();
        vec![Step::new(format!("DROP {} {}", target.keyword, target.reference))]
    }

    /// How `old`, of the same name, becomes this.
    fn alter(&self, old: &Self, site: &Site) -> Alteration;

    /// The steps of its change in place to what `site.new` has that only take leave of what it no longer needs. They are
    /// done before that goes, and the others after what is needed then has come.
    fn lets_go(&self, _site: &Site) -> Vec<Step> {
        vec![]
    }

    /// Objects whose removal removes this one; the first is the one it is a part of, which it therefore needs.
    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![]
    }

    /// The object whose creation may create this one too, when both are created.
    fn folds_into(&self, _site: &Site) -> Option<Id> {
        None
    }

    /// The object whose own change makes the same change here, as long as the two stay connected: a partition's column
    /// follows its parent's.
    fn follows(&self, _motion: Motion, _site: &Site) -> Option<Id> {
        None
    }

    /// The object that PostgreSQL only lets it change, or go, together with: a partitioned table by a column of its key.
    fn pinned_by(&self, _schema: &Schema) -> Option<Id> {
        None
    }

    /// The object whose removal frees it from all its parents but the first: a detached partition keeps its indexes.
    fn released_by(&self) -> Option<Id> {
        None
    }

    /// What it needs in the new schema besides what the catalog records.
    fn needs(&self, _site: &Site) -> Vec<Id> {
        vec![]
    }

    /// What it seems to need, to be created in this order unless a real need forbids: names in a routine's text.
    fn mentions(&self, _site: &Site) -> Vec<Id> {
        vec![]
    }

    /// A stand-in of the same name that needs less, to break a cycle, and the steps that make it the object itself.
    fn stub(&self, _site: &Site) -> Option<(Step, Vec<Step>)> {
        None
    }

    /// Names that no two objects may have at once, e.g. `relation public.users`.
    fn occupies(&self) -> Vec<String> {
        vec![]
    }

    /// Its place among its siblings, where there is one.
    fn position(&self) -> i32 {
        0
    }

    /// Whether dropping it destroys rows.
    fn holds_data(&self) -> bool {
        false
    }

    /// How it is moved out of the way of a new object of its name, for kinds that columns can be of: those are carried
    /// over, not dropped.
    fn set_aside(&self, _site: &Site) -> Option<Aside> {
        None
    }

    /// The steps that carry it over to the new form of a type it uses.
    fn carry_over(&self, _site: &Site) -> Vec<Step> {
        vec![]
    }

    /// The same with `***` for what must not be shown; `None` for what never holds a secret.
    fn without_secrets(&self) -> Option<Self> {
        None
    }
}

/// The namespace and the language that PostgreSQL itself puts into a new database.
pub fn initial_objects(version: u32) -> Vec<Object> {
    let mut public = Object::new(namespace::Namespace { name: "public".to_owned() }.into());
    public.attributes.comment = Some("standard public schema".to_owned());
    if version >= 150_000 {
        public.attributes.owner = Some("pg_database_owner".to_owned());
    }
    public.attributes.granted = namespace::grants_on_public(version);
    let extension = extension::Extension {
        name: "plpgsql".to_owned(),
        namespace: "pg_catalog".to_owned(),
        version: "1.0".to_owned(),
        default_version: true,
        relocatable: false,
    };
    let mut plpgsql = Object::new(extension.into());
    plpgsql.attributes.comment = Some("PL/pgSQL procedural language".to_owned());
    vec![public, plpgsql]
}

pub mod aside;
mod exclusion;
pub mod not_null;
pub mod options;
mod values;

macro_rules! kinds {
    ($($variant:ident $module:ident $word:literal;)*) => {
        $(#[doc = concat!("Kind \"", $word, "\".")] pub mod $module;)*

        /// Kinds of objects, in the order in which they are created.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $word] $variant,)* }

        impl Kind {
            /// Every kind, in creation order.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant,)*];

            /// The word that names the kind in ids, and its file.
            pub fn word(self) -> &'static str {
                match self { $(Kind::$variant => $word,)* }
            }

            /// The name of its catalog query: `<module>.sql`.
            pub fn module(self) -> &'static str {
                match self { $(Kind::$variant => stringify!($module),)* }
            }

            /// Reads the definition of an object of this kind, from a catalog row or a snapshot.
            ///
            /// # Errors
            /// When a field is missing or of another type.
            pub fn read<'de, D: Deserializer<'de>>(self, from: D) -> Result<Body, D::Error> {
                match self { $(Kind::$variant => $module::$variant::deserialize(from).map(Body::from),)* }
            }
        }

        /// The definition of an object: what only its kind has. Kinds differ in size, and there are many of the small ones.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Body { $(#[doc = $word] $variant(Box<$module::$variant>),)* }

        $(impl From<$module::$variant> for Body {
            fn from(body: $module::$variant) -> Self { Self::$variant(Box::new(body)) }
        })*

        impl Body {
            /// See [`Define::id`].
            pub fn id(&self) -> Id { match self { $(Body::$variant(body) => body.id(),)* } }
            /// See [`Define::target`].
            pub fn target(&self) -> Target { match self { $(Body::$variant(body) => body.target(),)* } }
            /// See [`Define::create`].
            pub fn create(&self, site: &Site) -> Vec<Step> { match self { $(Body::$variant(body) => body.create(site),)* } }
            /// See [`Define::remove`].
            pub fn remove(&self, site: &Site) -> Vec<Step> { match self { $(Body::$variant(body) => body.remove(site),)* } }
            /// See [`Define::alter`]; objects of two kinds replace each other.
            pub fn alter(&self, old: &Body, site: &Site) -> Alteration {
                match (self, old) {
                    $((Body::$variant(new), Body::$variant(old)) => new.alter(old, site),)*
                    #[allow(unreachable_patterns, reason = "reachable as soon as there are two kinds")]
                    _ => Alteration::Replace,
                }
            }
            /// See [`Define::lets_go`].
            pub fn lets_go(&self, site: &Site) -> Vec<Step> { match self { $(Body::$variant(body) => body.lets_go(site),)* } }
            /// See [`Define::parents`].
            pub fn parents(&self, schema: &Schema) -> Vec<Id> { match self { $(Body::$variant(body) => body.parents(schema),)* } }
            /// See [`Define::folds_into`].
            pub fn folds_into(&self, site: &Site) -> Option<Id> { match self { $(Body::$variant(body) => body.folds_into(site),)* } }
            /// See [`Define::follows`].
            pub fn follows(&self, motion: Motion, site: &Site) -> Option<Id> {
                match self { $(Body::$variant(body) => body.follows(motion, site),)* }
            }
            /// See [`Define::pinned_by`].
            pub fn pinned_by(&self, schema: &Schema) -> Option<Id> { match self { $(Body::$variant(body) => body.pinned_by(schema),)* } }
            /// See [`Define::needs`].
            pub fn needs(&self, site: &Site) -> Vec<Id> { match self { $(Body::$variant(body) => body.needs(site),)* } }
            /// See [`Define::mentions`].
            pub fn mentions(&self, site: &Site) -> Vec<Id> { match self { $(Body::$variant(body) => body.mentions(site),)* } }
            /// See [`Define::stub`].
            pub fn stub(&self, site: &Site) -> Option<(Step, Vec<Step>)> { match self { $(Body::$variant(body) => body.stub(site),)* } }
            /// See [`Define::released_by`].
            pub fn released_by(&self) -> Option<Id> { match self { $(Body::$variant(body) => body.released_by(),)* } }
            /// See [`Define::position`].
            pub fn position(&self) -> i32 { match self { $(Body::$variant(body) => body.position(),)* } }
            /// See [`Define::occupies`].
            pub fn occupies(&self) -> Vec<String> { match self { $(Body::$variant(body) => body.occupies(),)* } }
            /// See [`Define::holds_data`].
            pub fn holds_data(&self) -> bool { match self { $(Body::$variant(body) => body.holds_data(),)* } }
            /// See [`Define::set_aside`].
            pub fn set_aside(&self, site: &Site) -> Option<Aside> { match self { $(Body::$variant(body) => body.set_aside(site),)* } }
            /// See [`Define::without_secrets`].
            pub fn without_secrets(&self) -> Option<Body> {
                match self { $(Body::$variant(body) => body.without_secrets().map(Body::from),)* }
            }
            /// See [`Define::carry_over`].
            pub fn carry_over(&self, site: &Site) -> Vec<Step> { match self { $(Body::$variant(body) => body.carry_over(site),)* } }
        }
    };
}

/// Hands the table of kinds to a macro: one line per kind, its variant, its module and its word, in creation order.
#[macro_export]
macro_rules! each_kind {
    ($then:ident) => {
        $then! {
            Namespace namespace "namespace";
            Extension extension "extension";
            Collation collation "collation";
            BaseType base_type "base type";
            Enum enumeration "enum";
            Domain domain "domain";
            Composite composite "composite";
            Range range "range";
            Function function "function";
            DomainConstraint domain_constraint "domain constraint";
            Language language "language";
            Aggregate aggregate "aggregate";
            Operator operator "operator";
            AccessMethod access_method "access method";
            OperatorFamily operator_family "operator family";
            OperatorClass operator_class "operator class";
            Cast cast "cast";
            Transform transform "transform";
            Conversion conversion "conversion";
            TextSearchParser text_search_parser "text search parser";
            TextSearchTemplate text_search_template "text search template";
            TextSearchDictionary text_search_dictionary "text search dictionary";
            TextSearchConfiguration text_search_configuration "text search configuration";
            ForeignDataWrapper foreign_data_wrapper "foreign data wrapper";
            Server server "server";
            UserMapping user_mapping "user mapping";
            Sequence sequence "sequence";
            Table table "table";
            Column column "column";
            Default column_default "default";
            SequenceOwner sequence_owner "sequence owner";
            Attachment attachment "attachment";
            Inheritance inheritance "inheritance";
            View view "view";
            MaterializedView materialized_view "materialized view";
            Constraint constraint "constraint";
            Index index "index";
            IndexAttachment index_attachment "index attachment";
            ForeignKey foreign_key "foreign key";
            Statistics statistics "statistics";
            Rule rule "rule";
            Trigger trigger "trigger";
            Policy policy "policy";
            Publication publication "publication";
            PublicationTable publication_table "publication table";
            PublicationNamespace publication_namespace "publication namespace";
            Subscription subscription "subscription";
            DefaultPrivileges default_privileges "default privileges";
            SystemPrivileges system_privileges "privileges";
            EventTrigger event_trigger "event trigger";
        }
    };
}

each_kind!(kinds);

impl Kind {
    /// The kind that a text begins with and the rest of it: `materialized view public.v` is a materialized view, `public.v`.
    pub fn split(text: &str) -> Option<(Self, &str)> {
        let rest = |kind: &Kind| text.trim().strip_prefix(kind.word())?.strip_prefix(' ');
        let fits = Self::ALL.iter().filter_map(|kind| Some((*kind, rest(kind)?.trim())));
        // `foreign key` before a kind that its first word alone would be.
        fits.max_by_key(|(kind, _)| kind.word().len())
    }

    /// As [`Kind::split`], with the words that SQL has for several kinds or for one that has another word here: `type mood`,
    /// `schema app`, `foreign table ft`, `procedure p`.
    pub fn named(text: &str) -> Option<(Vec<Self>, &str)> {
        let sql: [(&str, &[Self]); 4] = [
            ("type ", &[Self::Enum, Self::Composite, Self::Range, Self::BaseType, Self::Domain]),
            ("schema ", &[Self::Namespace]),
            ("foreign table ", &[Self::Table]),
            ("procedure ", &[Self::Function]),
        ];
        let by_sql = || {
            let found = sql.iter().find_map(|(word, kinds)| Some((kinds, text.trim().strip_prefix(word)?)));
            found.map(|(kinds, name)| (kinds.to_vec(), name.trim()))
        };
        Self::split(text).map(|(kind, name)| (vec![kind], name)).or_else(by_sql)
    }

    /// Whether its names start with a namespace.
    pub fn is_in_a_namespace(self) -> bool {
        !matches!(
            self,
            Kind::Namespace
                | Kind::Extension
                | Kind::Language
                | Kind::AccessMethod
                | Kind::Cast
                | Kind::Transform
                | Kind::ForeignDataWrapper
                | Kind::Server
                | Kind::UserMapping
                | Kind::Publication
                | Kind::Subscription
                | Kind::EventTrigger
                | Kind::DefaultPrivileges
                | Kind::SystemPrivileges
        )
    }

    /// Whether the last part of the name is a list of argument types.
    pub fn has_arguments(self) -> bool {
        matches!(self, Kind::Function | Kind::Aggregate | Kind::Operator)
    }
}

impl Body {
    /// Whether any part of the definition contains the text.
    pub fn contains(&self, text: &str) -> bool {
        let escaped = serde_json::to_string(text).unwrap_or_default();
        serde_json::to_string(self).is_ok_and(|body| body.contains(escaped.trim_matches('"')))
    }
}
