//! What each step of a plan means for whoever uses the database meanwhile: the locks it takes on relations that exist
//! before the plan, what it reads and what it writes anew. Read from the step's own SQL with the eyes that read
//! hand-written migrations, and completed with what only the catalog knows: partitions, keys, domains, index tables.

mod checks;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use super::{Lock, Step};
use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};
use crate::sql::effect::{
    self, Column, Constraint, ConstraintKind, Generated, LockMode, ObjectKind, Origin, Rewrite, What,
};
use crate::sql::ident::Ident;
use world::World;

/// Tells each step its locks, scans and rewrites.
pub fn learn(steps: &mut [Step], old: &Schema, new: &Schema) {
    let mut world = World::new(old, new);
    for step in steps {
        let mut meaning = Meaning::of(&world, step.sql.contains(" ONLY "));
        let reading = effect::read(&step.sql);
        let effects: Vec<&What> = reading
            .effects
            .iter()
            .filter(|effect| effect.origin == Origin::Statement)
            .map(|effect| &effect.what)
            .collect();
        for what in &effects {
            meaning.add(what, &step.sql);
        }
        let Meaning { locks, rewrites, scans, fails, .. } = meaning;
        step.fails =
            fails.into_iter().chain(step.fails.take()).reduce(|one, other| format!("{one}, or {other}"));
        step.locks =
            locks.into_iter().map(|(name, mode)| Lock { relation: name.to_string(), mode }).collect();
        step.locks
            .sort_by(|one, other| other.mode.cmp(&one.mode).then_with(|| one.relation.cmp(&other.relation)));
        step.scans = scans.difference(&rewrites).map(Name::to_string).collect();
        step.rewrites = rewrites.iter().map(Name::to_string).collect();
        for what in effects {
            world.follow(what);
        }
    }
}

/// What one step does.
struct Meaning<'w, 's> {
    world: &'w World<'s>,
    /// The statement says ONLY: it does not go on to partitions and children.
    only: bool,
    locks: BTreeMap<Name, LockMode>,
    rewrites: BTreeSet<Name>,
    scans: BTreeSet<Name>,
    fails: Option<String>,
}

impl<'w, 's> Meaning<'w, 's> {
    fn of(world: &'w World<'s>, only: bool) -> Self {
        let (locks, rewrites, scans) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        Self { world, only, locks, rewrites, scans, fails: None }
    }

    /// A lock on a relation that exists before the plan; nobody waits for one that the plan makes.
    fn lock(&mut self, relation: &Name, mode: LockMode) {
        if self.world.exists(relation) {
            let held = self.locks.entry(relation.clone()).or_insert(mode);
            *held = (*held).max(mode);
        }
    }

    fn scan(&mut self, relation: &Name) {
        for table in self.reach(relation) {
            self.scans.insert(table);
        }
    }

    fn rewrite(&mut self, relation: &Name) {
        for table in self.reach(relation) {
            self.rewrites.insert(table);
        }
    }

    /// The relations with rows among a table and, unless the statement says ONLY, what is beneath it.
    fn reach(&self, relation: &Name) -> Vec<Name> {
        let mut reached = vec![relation.clone()];
        if !self.only {
            reached.extend(self.world.beneath(relation));
        }
        reached.retain(|name| self.world.exists(name) && self.world.has_rows(name));
        reached
    }

    fn add(&mut self, what: &What, sql: &str) {
        for (name, mode) in effect::locks(what) {
            let Some(relation) = self.world.relation(&name) else { continue };
            self.lock(&relation, mode);
            if goes_down(what) && !self.only {
                for child in self.world.beneath(&relation) {
                    self.lock(&child, mode);
                }
            }
        }
        self.other_locks(what, sql);
        self.work(what, sql);
    }

    /// Locks that the statement does not name, or whose strength is in its details.
    fn other_locks(&mut self, what: &What, sql: &str) {
        use LockMode::{
            AccessExclusive, AccessShare, Exclusive, Share, ShareRowExclusive, ShareUpdateExclusive,
        };
        let world = self.world;
        match what {
            What::ColumnOption { table, .. } => {
                let weak =
                    sql.contains(" SET STATISTICS ") || sql.contains(" SET (") || sql.contains(" RESET (");
                let mode = if weak { ShareUpdateExclusive } else { AccessExclusive };
                self.lock_named(table, mode);
            }
            What::AlterTableOther { table } => {
                let weak = sql.contains(" CLUSTER");
                self.lock_named(table, if weak { ShareUpdateExclusive } else { AccessExclusive });
            }
            What::Comment { kind, name: Some(name), on, .. } => match (kind, on) {
                (ObjectKind::Column, _) => {
                    if let Some(table) = name.outer() {
                        self.lock_named(&table, ShareUpdateExclusive);
                    }
                }
                (ObjectKind::Constraint, Some(table)) => self.lock_named(table, AccessShare),
                (_, Some(table)) => self.lock_named(table, ShareUpdateExclusive),
                (
                    ObjectKind::Table
                    | ObjectKind::View
                    | ObjectKind::MaterializedView
                    | ObjectKind::ForeignTable
                    | ObjectKind::Sequence,
                    None,
                ) => self.lock_named(name, ShareUpdateExclusive),
                _ => {}
            },
            What::Refresh { view, concurrently, .. } => {
                self.lock_named(view, if *concurrently { Exclusive } else { AccessExclusive });
            }
            What::CreateView(view) => self.lock_named(&view.name, AccessExclusive),
            What::Drop {
                kind:
                    ObjectKind::View
                    | ObjectKind::MaterializedView
                    | ObjectKind::ForeignTable
                    | ObjectKind::Sequence,
                names,
                ..
            } => names.iter().for_each(|name| self.lock_named(name, AccessExclusive)),
            What::OwnerTo { name: Some(name), .. }
            | What::SetNamespace { name, .. }
            | What::Rename {
                kind: ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence,
                name,
                ..
            } => {
                self.lock_named(name, AccessExclusive);
            }
            What::AlterSequence { name, .. } => self.lock_named(name, ShareRowExclusive),
            What::Drop { kind: ObjectKind::Index, names, concurrently, .. } => {
                for name in names {
                    if let Some(table) = world.relation_of_index(name) {
                        let mode = if *concurrently { ShareUpdateExclusive } else { AccessExclusive };
                        self.lock(&table, mode);
                        for child in world.beneath(&table) {
                            self.lock(&child, mode);
                        }
                    }
                }
            }
            What::Drop { kind: ObjectKind::Table, names, .. } => {
                for relation in names.iter().filter_map(|name| world.relation(name)) {
                    for peer in world.peers(&relation).into_iter().chain(world.above(&relation)) {
                        self.lock(&peer, AccessExclusive);
                    }
                }
            }
            What::DropConstraint { table, constraint, .. } => {
                if let Some(relation) = world.relation(table)
                    && let Some(referenced) = world.referenced(&relation, constraint.last())
                {
                    self.lock(&referenced, AccessExclusive);
                }
            }
            What::AlterColumnType { table, column, .. } => {
                if let Some(relation) = world.relation(table) {
                    for peer in world.peers_of_column(&relation, column.last()) {
                        self.lock(&peer, AccessExclusive);
                    }
                }
            }
            What::AttachPartition { parent, .. } | What::DetachPartition { parent, .. } => {
                let default = world.relation(parent).and_then(|parent| world.default_partition(&parent));
                if let Some(default) = default {
                    self.lock(&default, AccessExclusive);
                }
            }
            What::DomainConstraint { name, .. } => {
                for table in world.tables_of_domain(name) {
                    self.lock(&table, Share);
                }
            }
            What::CreateOther { kind: ObjectKind::Statistics, .. } => {
                for table in world.tables_named_in(sql) {
                    self.lock(&table, ShareUpdateExclusive);
                }
            }
            What::CreateOther { kind: ObjectKind::Publication, .. }
            | What::AlterOther { kind: ObjectKind::Publication, .. } => {
                for table in world.tables_named_in(sql) {
                    self.lock(&table, ShareUpdateExclusive);
                }
            }
            _ => {}
        }
    }

    fn lock_named(&mut self, name: &effect::Name, mode: LockMode) {
        if let Some(relation) = self.world.relation(name) {
            self.lock(&relation, mode);
        }
    }

    /// What is read and what is written anew.
    fn work(&mut self, what: &What, sql: &str) {
        let world = self.world;
        match what {
            What::AddColumn { table, column, .. } => {
                let Some(relation) = world.relation(table) else { return };
                if self.leaves_null(column) && !self.reach(&relation).is_empty() {
                    let name = Ident(column.name.last());
                    self.fails = Some(format!(
                        "{relation} has rows, which get no {name}; give it a DEFAULT, or add it without NOT NULL, fill it, \
                         and set NOT NULL then"
                    ));
                }
                if self.fills_rows(column) {
                    self.rewrite(&relation);
                } else if column.constraints.iter().any(|part| matches!(part.kind, ConstraintKind::Check(_)))
                {
                    self.scan(&relation);
                }
                if column.constraints.iter().any(|part| matches!(part.kind, ConstraintKind::Check(_))) {
                    let name = Ident(column.name.last());
                    self.refuses(&relation, || {
                        format!("a row of {relation} does not fulfil the CHECK of {name}")
                    });
                }
            }
            What::SetNotNull { table, column } => {
                if let Some(relation) = world.relation(table)
                    && !world.is_never_null(&relation, column.last())
                {
                    self.fails = Some(format!("a row of {relation} has no {}", Ident(column.last())));
                    self.scan(&relation);
                }
            }
            What::AlterColumnType { table, column, .. } => {
                let Some(relation) = world.relation(table) else { return };
                let from = world.type_of(&relation, column.last());
                let domain = |of: &effect::TypeName| world.domain(of);
                match effect::rewrite_of(what, from.as_ref(), false, &domain) {
                    Rewrite::Yes | Rewrite::UnlessUtc | Rewrite::Unknown => {
                        self.rewrite(&relation);
                        for peer in world.peers_of_column(&relation, column.last()) {
                            self.scan(&peer);
                        }
                    }
                    Rewrite::Indexes => self.scan(&relation),
                    Rewrite::No => {
                        if world.is_computed_on(&relation, column.last()) {
                            self.scan(&relation);
                        }
                    }
                }
            }
            What::ChangeGenerated { table, .. } if sql.contains(" SET EXPRESSION ") => {
                if let Some(relation) = world.relation(table) {
                    self.rewrite(&relation);
                }
            }
            What::SetLogged { table, .. } | What::SetAccessMethod { table } => {
                if let Some(relation) = world.relation(table) {
                    self.rewrite(&relation);
                }
            }
            What::SetTablespace { kind: ObjectKind::Table | ObjectKind::MaterializedView, name } => {
                if let Some(relation) = world.relation(name) {
                    self.rewrite(&relation);
                }
            }
            What::AddConstraint { table, constraint } => {
                if let Some(relation) = world.relation(table) {
                    self.constraint(&relation, constraint);
                }
            }
            What::ValidateConstraint { table, constraint } => {
                let Some(relation) = world.relation(table) else { return };
                self.scan(&relation);
                let name = Ident(constraint.last());
                self.refuses(&relation, || format!("a row of {relation} does not fulfil {name}"));
                if let Some(referenced) = world.referenced(&relation, constraint.last()) {
                    self.scan(&referenced);
                }
            }
            What::CreateIndex(index) => {
                if let Some(relation) = world.relation(&index.table) {
                    self.only = index.only;
                    self.scan(&relation);
                    if index.unique {
                        self.refuses(&relation, || {
                            format!("two rows of {relation} are the same to the unique index")
                        });
                    }
                }
            }
            What::AttachPartition { parent, partition } => {
                self.only = false;
                // PostgreSQL spares it where a CHECK implies the bounds, which only PostgreSQL can tell.
                let mut outside = vec![];
                if let Some(relation) = world.relation(partition) {
                    self.scan(&relation);
                    if !self.reach(&relation).is_empty() {
                        outside.push(format!("a row of {relation} is outside of the partition's bound"));
                    }
                }
                let default = world.relation(parent).and_then(|parent| world.default_partition(&parent));
                if let Some(default) = default {
                    self.scan(&default);
                    if !self.reach(&default).is_empty() {
                        outside.push(format!("a row of {default} is within it"));
                    }
                }
                self.fails = (!outside.is_empty()).then(|| outside.join(", or "));
            }
            What::DomainConstraint { name, not_valid: false, .. } => {
                for table in world.tables_of_domain(name) {
                    self.scan(&table);
                    self.fails = Some(format!("a value of domain {name} does not fulfil the constraint"));
                }
            }
            What::Refresh { view, .. } => {
                if let Some(relation) = world.relation(view) {
                    self.rewrite(&relation);
                }
            }
            _ => {}
        }
    }

    /// That rows which are there can make the step fail.
    fn refuses(&mut self, relation: &Name, words: impl FnOnce() -> String) {
        if !self.reach(relation).is_empty() {
            self.fails = Some(words());
        }
    }

    /// Whether a new column must have a value and the rows that are there get none.
    fn leaves_null(&self, column: &Column) -> bool {
        let demanded =
            column.not_null || column.type_name.as_ref().is_some_and(|of| self.world.demands_value(of));
        demanded && column.default.is_none() && column.generated.is_none()
    }

    /// Whether a new column's value is computed for every row that is there.
    fn fills_rows(&self, column: &Column) -> bool {
        let stored = matches!(column.generated, Some(Generated::Identity | Generated::Stored));
        let constrained =
            column.type_name.as_ref().and_then(|of| self.world.domain(of)).is_some_and(|(has, _)| has);
        let volatile = column
            .default
            .as_ref()
            .is_some_and(|default| default.volatile_call(&|name| self.world.is_volatile(name)).is_some());
        stored || constrained || volatile
    }

    /// The rows that a new constraint refuses.
    fn refused_by(&mut self, table: &Name, constraint: &Constraint) {
        let list = |columns: &[effect::Name]| {
            columns.iter().map(|column| Ident(column.last()).to_string()).collect::<Vec<_>>().join(", ")
        };
        let words = match &constraint.kind {
            ConstraintKind::ForeignKey(key) => format!("a row of {table} refers to no row of {}", key.table),
            ConstraintKind::PrimaryKey { columns, using_index: None } => {
                format!(
                    "two rows of {table} have the same {columns}, or one has none",
                    columns = list(columns)
                )
            }
            ConstraintKind::Unique { columns, using_index: None, .. } => {
                format!("two rows of {table} have the same {}", list(columns))
            }
            ConstraintKind::Exclude { .. } => format!("two rows of {table} exclude each other"),
            ConstraintKind::Check(_) => format!("a row of {table} does not fulfil it"),
            ConstraintKind::NotNull { column: Some(column) }
                if !self.world.is_never_null(table, column.last()) =>
            {
                format!("a row of {table} has no {}", Ident(column.last()))
            }
            ConstraintKind::PrimaryKey { columns, using_index: Some(index) } => {
                let of_index = self.world.columns_of_index(table, index.last());
                let named = columns.iter().map(|column| column.last().to_owned()).chain(of_index);
                let nullable: BTreeSet<String> =
                    named.filter(|column| !self.world.is_never_null(table, column)).collect();
                match nullable.first() {
                    Some(column) => format!("a row of {table} has no {}", Ident(column)),
                    None => return,
                }
            }
            _ => return,
        };
        self.refuses(table, || words);
    }

    fn constraint(&mut self, table: &Name, constraint: &Constraint) {
        if constraint.not_valid || constraint.not_enforced {
            return;
        }
        self.refused_by(table, constraint);
        match &constraint.kind {
            ConstraintKind::ForeignKey(key) => {
                self.scan(table);
                // The rows of a new table are none, and PostgreSQL looks nowhere for none.
                if self.world.exists(table)
                    && let Some(referenced) = self.world.relation(&key.table)
                {
                    self.scan(&referenced);
                }
            }
            ConstraintKind::PrimaryKey { columns, using_index: Some(index) } => {
                // Nobody knows better than the index which columns they are.
                let world = self.world;
                let nullable = |column: &str| !world.is_never_null(table, column);
                let named: Vec<String> = if columns.is_empty() {
                    world.columns_of_index(table, index.last())
                } else {
                    columns.iter().map(|column| column.last().to_owned()).collect()
                };
                if named.iter().any(|column| nullable(column)) {
                    self.scan(table);
                }
            }
            ConstraintKind::Unique { using_index: Some(_), .. } => {}
            ConstraintKind::NotNull { column: Some(column) }
                if self.world.is_never_null(table, column.last()) => {}
            ConstraintKind::Check(_)
            | ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::Exclude { .. }
            | ConstraintKind::NotNull { .. } => self.scan(table),
        }
    }
}

/// Whether a statement on a table goes on to its partitions and children.
fn goes_down(what: &What) -> bool {
    matches!(
        what,
        What::AddColumn { .. }
            | What::DropColumn { .. }
            | What::AlterColumnType { .. }
            | What::SetDefault { .. }
            | What::DropDefault { .. }
            | What::SetNotNull { .. }
            | What::DropNotNull { .. }
            | What::DropGenerated { .. }
            | What::ChangeGenerated { .. }
            | What::AddConstraint { .. }
            | What::DropConstraint { .. }
            | What::ValidateConstraint { .. }
            | What::AlterConstraint { .. }
            | What::CreateIndex(_)
            | What::CreateTrigger(_)
            | What::ToggleTrigger { .. }
            | What::Rename { kind: ObjectKind::Column | ObjectKind::Constraint, .. }
            | What::Truncate { .. }
    )
}

/// The table's id, whatever kind of relation it is.
fn relation_ids(name: &Name) -> impl Iterator<Item = Id> + '_ {
    [Kind::Table, Kind::View, Kind::MaterializedView, Kind::Sequence]
        .into_iter()
        .map(|kind| Id::new(kind, [&name.0, &name.1]))
}

/// Whether a relation's rows are in it.
fn holds_rows(body: &Body) -> bool {
    match body {
        Body::Table(table) => table.foreign.is_none() && table.partition_key.is_none(),
        Body::MaterializedView(_) => true,
        _ => false,
    }
}
