//! What pending statements need of the server: rights on what exists, a version that knows them, space for tables that
//! are written anew. Which objects exist and whose they are, only the server tells.

use std::collections::BTreeSet;

use crate::migration::Part;
use crate::sql::effect::{
    ConstraintKind, ForeignKey, Generated, Name, ObjectKind, Origin, Persistence, ReindexTarget, TypeName,
    What,
};
use crate::sql::ident::Ident;

use super::features::Used;
use super::{features, own_names};

mod spoken;

/// Where something is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line on which the statement begins, from 1.
    pub line: usize,
}

/// A right that a statement takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// To be the owner of a table, view, sequence or index, as SQL names it.
    OwnRelation(String),
    /// To be the owner of a type.
    OwnType(String),
    /// To be the owner of a namespace.
    OwnNamespace(String),
    /// A privilege on a table: `INSERT`, `REFERENCES`, ...
    Table(&'static str, String),
    /// Any of these privileges on a table, for what: `MERGE`, `LOCK`.
    AnyOf(&'static str, &'static str, String),
    /// To be the owner of a table or an index, or from PostgreSQL 17 on to have MAINTAIN on the table.
    Maintain(String),
    /// The same for VACUUM and ANALYZE, which the database's owner may do, too: without it they only warn.
    Tend(String),
    /// To give away privileges on a table: as its owner, or with one that may be handed on.
    HandOn(String),
    /// To be the owner of every function of a name, as SQL names it.
    OwnRoutine(String),
    /// To look up anything in a namespace.
    UseNamespace(String),
    /// To be the owner of a database.
    OwnDatabase(String),
    /// To be able to become a role.
    BecomeRole(String),
    /// To have what a role has.
    HaveRole(String),
    /// To alter a role.
    AlterRole(String),
    /// To make others members of a role.
    GrantRole(String),
    /// To make functions in a language.
    Language(String),
    /// To be a member of one of PostgreSQL's own roles: for what.
    Predefined(&'static str, &'static str),
    /// To create subscriptions.
    Subscribe,
    /// To create in a namespace; `None` is the first one of the search path.
    CreateIn(Option<String>),
    /// To create namespaces and publications in the database.
    CreateInDatabase,
    /// The attribute CREATEROLE.
    CreateRole,
    /// The attribute CREATEDB.
    CreateDatabase,
    /// To be a superuser; for what.
    Superuser(&'static str),
}

/// Why a table is written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// A column gets another type, as SQL names both: only if the types are stored differently.
    Type {
        /// Which column.
        column: String,
        /// The new type.
        to: String,
    },
    /// It becomes logged or unlogged.
    Logged(bool),
    /// In any case: a computed column, another access method, CLUSTER.
    Always,
}

/// Syntax of a later version of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its words.
    pub words: &'static str,
    /// The first major version that knows it.
    pub since: u32,
    /// The statement, when an older server's parser tells whether it knows the syntax: the words may be names.
    pub statement: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Everything that pending migrations need.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Tables that get strong locks, as SQL names them.
    pub tables: BTreeSet<String>,
    /// Rights, each where it is first needed. Behind a statement that changes roles, owners or rights, nobody knows.
    pub rights: Vec<(Right, Place)>,
    /// Tables that are written anew.
    pub rewrites: Vec<(String, Rewrite, Place)>,
    /// Syntax of later versions.
    pub features: Vec<Feature>,
    /// Calls of functions that a later version brought, by their names in lower case. Projects make such functions of
    /// their own on older servers, so only the server tells whether one is there.
    pub functions: Vec<(&'static str, u32, Place)>,
    unknown_rights: bool,
    /// The same rights, to tell quickly which are new.
    known: BTreeSet<Right>,
    /// Relations that the migrations themselves make: nothing of them is there to be asked about.
    made: BTreeSet<String>,
}

impl Needs {
    /// What these statements need, in their order.
    pub fn of(pending: &[&Part]) -> Self {
        let mut needs = Self::default();
        let own = own_names(pending);
        for part in pending {
            for statement in part.in_memory() {
                let place = Place { file: part.file.clone(), line: statement.position.line };
                let words = features::words(&statement.text);
                for used in features::used(&words) {
                    let statement = used.grammar.then(|| statement.text.clone());
                    let Used { words, since, .. } = used;
                    needs.features.push(Feature { words, since, statement, place: place.clone() });
                }
                for (name, major) in features::called(&statement.reading().uses.functions, &words)
                    .filter(|(name, _)| !own.contains(*name))
                {
                    needs.functions.push((name, major, place.clone()));
                }
                let reading = statement.reading();
                for right in spoken::rights(&statement.text, &reading) {
                    match &right {
                        Right::OwnRelation(name)
                        | Right::Table(_, name)
                        | Right::Tend(name)
                        | Right::OwnRoutine(name)
                            if needs.made.contains(name) => {}
                        right => needs.right(right.clone(), &place),
                    }
                }
                for effect in &reading.effects {
                    match effect.origin {
                        Origin::Statement => needs.add(&effect.what, &place),
                        // What a block does to rights, nobody knows before.
                        Origin::Do => needs.unknown_rights |= changes_rights(&effect.what),
                        Origin::Function => {}
                    }
                }
            }
        }
        needs
    }

    /// Rows are put into a table, or changed there, by statements of pgkeel's own.
    pub fn writes_rows(&mut self, table: &[String], place: &Place) {
        let table = table.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".");
        for privilege in ["SELECT", "INSERT"] {
            self.right(Right::Table(privilege, table.clone()), place);
        }
    }

    /// A name is looked up where it says.
    fn enters(&mut self, name: &Name, place: &Place) {
        if let Some(namespace) = name.namespace() {
            self.right(Right::UseNamespace(namespace.to_owned()), place);
        }
    }

    fn right(&mut self, right: Right, place: &Place) {
        if !self.unknown_rights && self.known.insert(right.clone()) {
            self.rights.push((right, place.clone()));
        }
    }

    fn maintains(&mut self, table: &Name, place: &Place) {
        self.enters(table, place);
        let table = quoted(table);
        if !self.made.contains(&table) {
            self.right(Right::Maintain(table), place);
        }
    }

    fn owns_routine(&mut self, name: &Name, place: &Place) {
        self.enters(name, place);
        let name = quoted(name);
        if !self.made.contains(&name) {
            self.right(Right::OwnRoutine(name), place);
        }
    }

    fn owns(&mut self, name: &Name, place: &Place) {
        self.enters(name, place);
        let name = quoted(name);
        if !self.made.contains(&name) {
            self.right(Right::OwnRelation(name), place);
        }
    }

    /// A table that nobody may hold meanwhile.
    fn locks(&mut self, table: &Name) {
        let table = quoted(table);
        if !self.made.contains(&table) {
            self.tables.insert(table);
        }
    }

    /// A table that only its owner may change, and that nobody may hold meanwhile.
    fn changes(&mut self, table: &Name, place: &Place) {
        self.locks(table);
        self.owns(table, place);
    }

    fn writes(&mut self, privilege: &'static str, table: &Name, place: &Place) {
        self.enters(table, place);
        let table = quoted(table);
        if !self.made.contains(&table) {
            self.right(Right::Table(privilege, table), place);
        }
    }

    fn creates(&mut self, name: &Name, place: &Place) {
        self.enters(name, place);
        self.right(Right::CreateIn(name.namespace().map(str::to_owned)), place);
    }

    fn refers(&mut self, key: &ForeignKey, place: &Place) {
        self.writes("REFERENCES", &key.table, place);
    }

    fn rewrites(&mut self, table: &Name, why: Rewrite, place: &Place) {
        let table = quoted(table);
        if !self.made.contains(&table) {
            self.rewrites.push((table, why, place.clone()));
        }
    }

    fn add(&mut self, what: &What, place: &Place) {
        match what {
            What::AddColumn { table, column, .. } => {
                self.changes(table, place);
                let serial = |name: &TypeName| {
                    let name = name.to_string().to_ascii_lowercase();
                    matches!(name.as_str(), "serial" | "bigserial" | "smallserial")
                };
                let computed = matches!(column.generated, Some(Generated::Stored | Generated::Identity));
                if computed || column.type_name.as_ref().is_some_and(serial) {
                    self.rewrites(table, Rewrite::Always, place);
                }
                for constraint in &column.constraints {
                    if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                        self.refers(key, place);
                    }
                }
            }
            What::AlterColumnType { table, column, to, .. } => {
                self.changes(table, place);
                let why = Rewrite::Type { column: column.last().to_owned(), to: to.to_string() };
                self.rewrites(table, why, place);
            }
            What::SetLogged { table, logged } => {
                self.changes(table, place);
                self.rewrites(table, Rewrite::Logged(*logged), place);
            }
            What::SetAccessMethod { table } => {
                self.changes(table, place);
                self.rewrites(table, Rewrite::Always, place);
            }
            What::Cluster { table: Some(table), .. } => {
                self.locks(table);
                self.maintains(table, place);
                self.rewrites(table, Rewrite::Always, place);
            }
            What::AddConstraint { table, constraint } => {
                self.changes(table, place);
                if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                    self.locks(&key.table);
                    self.refers(key, place);
                }
            }
            What::DropColumn { table, .. }
            | What::SetDefault { table, .. }
            | What::DropDefault { table, .. }
            | What::SetNotNull { table, .. }
            | What::DropNotNull { table, .. }
            | What::DropGenerated { table, .. }
            | What::ChangeGenerated { table, .. }
            | What::ColumnOption { table, .. }
            | What::DropConstraint { table, .. }
            | What::ValidateConstraint { table, .. }
            | What::AlterConstraint { table, .. }
            | What::RowSecurity { table, .. }
            | What::ToggleTrigger { table, .. }
            | What::Inherit { table, .. }
            | What::ReplicaIdentity { table, .. }
            | What::AlterTableOther { table }
            | What::ToggleRule { table, .. }
            | What::CreateRule { table, .. }
            | What::AttachPartition { parent: table, .. }
            | What::DetachPartition { parent: table, .. } => self.changes(table, place),
            What::CreateIndex(index) => self.changes(&index.table, place),
            What::CreatePolicy(policy) | What::AlterPolicy(policy) => {
                self.changes(&policy.table, place);
            }
            What::CreateTrigger(trigger) => {
                self.locks(&trigger.table);
                self.writes("TRIGGER", &trigger.table, place);
            }
            _ => self.add_other(what, place),
        }
    }

    fn add_other(&mut self, what: &What, place: &Place) {
        match what {
            What::CreateTable(table) => {
                if table.persistence != Persistence::Temporary {
                    self.creates(&table.name, place);
                }
                let of_columns = table.columns.iter().flat_map(|column| &column.constraints);
                for constraint in of_columns.chain(&table.constraints) {
                    if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                        self.refers(key, place);
                    }
                }
                if let Some(parent) = &table.partition_of {
                    self.changes(parent, place);
                }
                for like in &table.like {
                    self.writes("SELECT", like, place);
                }
                if !table.if_not_exists {
                    self.made.insert(quoted(&table.name));
                }
            }
            What::CreateTableAs { persistence: Persistence::Temporary, .. } => {}
            What::CreateTableAs { name, .. }
            | What::CreateSequence { name, .. }
            | What::CreateEnum { name, .. }
            | What::CreateDomain { name, .. }
            | What::CreateType { name } => self.creates(name, place),
            What::CreateView(view) => {
                self.creates(&view.name, place);
                self.made.insert(quoted(&view.name));
            }
            What::CreateFunction(function) => {
                self.creates(&function.name, place);
                self.made.insert(quoted(&function.name));
            }
            What::CreateNamespace { .. } => self.right(Right::CreateInDatabase, place),
            What::CreateRole { .. } => self.right(Right::CreateRole, place),
            What::CreateDatabase { .. } => self.right(Right::CreateDatabase, place),
            What::AlterSystem => self.right(Right::Superuser("ALTER SYSTEM"), place),
            What::CreateOther { kind: ObjectKind::Tablespace, .. } => {
                self.right(Right::Superuser("a tablespace"), place);
            }
            What::CreateOther { kind: ObjectKind::EventTrigger, .. } => {
                self.right(Right::Superuser("an event trigger"), place);
            }
            What::CreateOther { kind: ObjectKind::Publication, .. } => {
                self.right(Right::CreateInDatabase, place);
            }
            What::AddEnumValue { name, .. }
            | What::RenameEnumValue { name, .. }
            | What::AlterAttribute { name, .. }
            | What::DomainConstraint { name, .. } => {
                self.right(Right::OwnType(quoted(name)), place);
            }
            What::AlterSequence { name, .. } => self.owns(name, place),
            What::Refresh { view, .. } => self.maintains(view, place),
            What::AlterRoutine { name, .. } => self.owns_routine(name, place),
            What::Comment {
                kind:
                    ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate,
                name: Some(name),
                ..
            } => {
                self.owns_routine(name, place);
            }
            What::Comment { kind, name, on, .. } => {
                if let Some(name) = on.as_ref().or(name.as_ref()) {
                    let kind = if on.is_some() { ObjectKind::Table } else { *kind };
                    self.belongs(kind, name, place);
                }
            }
            What::Rename { on: Some(table), .. } => self.changes(table, place),
            What::Rename { kind, name, .. }
            | What::SetTablespace { kind, name }
            | What::StorageParameters { kind, name, .. }
            | What::AlterOther { kind, name: Some(name) } => self.belongs(*kind, name, place),
            What::SetNamespace { kind, name, to } => {
                self.belongs(*kind, name, place);
                self.right(Right::CreateIn(Some(to.last().to_owned())), place);
            }
            What::Reindex { target, name: Some(name), .. } => match target {
                ReindexTarget::Index | ReindexTarget::Table => self.maintains(name, place),
                ReindexTarget::Namespace => {
                    self.right(Right::OwnNamespace(name.last().to_owned()), place);
                }
                ReindexTarget::Database => self.right(Right::OwnDatabase(name.last().to_owned()), place),
            },
            What::Lock { tables, mode, .. } => {
                let enough = match mode.as_str() {
                    "access share" => "SELECT, INSERT, UPDATE, DELETE, TRUNCATE",
                    "row exclusive" => "INSERT, UPDATE, DELETE, TRUNCATE",
                    _ => "UPDATE, DELETE, TRUNCATE",
                };
                for table in tables {
                    self.any_of("LOCK", enough, table, place);
                }
            }
            What::Merge { table } => self.any_of("MERGE", "INSERT, UPDATE, DELETE", table, place),
            What::Drop { kind, names, on, .. } => {
                // A trigger, a policy or a rule belongs to its table.
                if let Some(table) = on {
                    self.changes(table, place);
                    return;
                }
                for name in names {
                    self.drops(*kind, name, place);
                    self.made.remove(&quoted(name));
                }
            }
            What::Truncate { tables, .. } => {
                for table in tables {
                    self.locks(table);
                    self.writes("TRUNCATE", table, place);
                }
            }
            What::Insert { table, .. } => self.writes("INSERT", table, place),
            What::Update { table, .. } => self.writes("UPDATE", table, place),
            What::Delete { table, .. } => self.writes("DELETE", table, place),
            What::Copy { table: Some(table), from_stdin: true, .. } => {
                self.writes("INSERT", table, place);
            }
            What::OwnerTo { kind, name } => {
                if let Some(name) = name {
                    self.belongs(*kind, name, place);
                }
                self.unknown_rights = true;
            }
            What::Grant { privileges, on, default_privileges: false, .. } => {
                const OF_TABLES: [&str; 7] =
                    ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
                if privileges.iter().any(|one| OF_TABLES.contains(&one.to_ascii_uppercase().as_str())) {
                    for table in on {
                        self.hands_on(table, place);
                    }
                }
                self.unknown_rights = true;
            }
            what if changes_rights(what) => self.unknown_rights = true,
            _ => {}
        }
    }

    fn any_of(&mut self, what: &'static str, enough: &'static str, table: &Name, place: &Place) {
        self.enters(table, place);
        let table = quoted(table);
        if !self.made.contains(&table) {
            self.right(Right::AnyOf(what, enough, table), place);
        }
    }

    fn hands_on(&mut self, table: &Name, place: &Place) {
        self.enters(table, place);
        let table = quoted(table);
        if !self.made.contains(&table) {
            self.right(Right::HandOn(table), place);
        }
    }

    /// Something that only its owner may change.
    fn belongs(&mut self, kind: ObjectKind, name: &Name, place: &Place) {
        match kind {
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::ForeignTable
            | ObjectKind::Index
            | ObjectKind::Sequence => self.owns(name, place),
            // A column of a table.
            ObjectKind::Column => {
                if let Some(table) = name.outer() {
                    self.owns(&table, place);
                }
            }
            ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
                self.owns_routine(name, place);
            }
            ObjectKind::Type | ObjectKind::Domain => {
                self.enters(name, place);
                self.right(Right::OwnType(quoted(name)), place);
            }
            ObjectKind::Namespace => self.right(Right::OwnNamespace(name.last().to_owned()), place),
            ObjectKind::Database => self.right(Right::OwnDatabase(name.last().to_owned()), place),
            _ => {}
        }
    }

    fn drops(&mut self, kind: ObjectKind, name: &Name, place: &Place) {
        match kind {
            ObjectKind::Table => self.changes(name, place),
            kind => self.belongs(kind, name, place),
        }
    }
}

/// Behind these, whose rights count and what they are, only the server knows.
fn changes_rights(what: &What) -> bool {
    match what {
        What::OwnerTo { .. } | What::Grant { .. } | What::SetRole { .. } | What::DynamicSql => true,
        What::Set { name, .. } => {
            name.eq_ignore_ascii_case("role") || name.eq_ignore_ascii_case("search_path")
        }
        _ => false,
    }
}

fn quoted(name: &Name) -> String {
    name.parts.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".")
}
