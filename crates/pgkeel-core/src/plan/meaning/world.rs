//! What the catalog knew before the plan, under the names that things have at one point of the plan.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::Checks;
use super::{holds_rows, relation_ids};
use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};
use crate::sql::effect::{self, ConstraintKind, ObjectKind, TypeName, What};
use crate::sql::ident::Ident;

/// The schema before the plan, with what the steps so far have renamed, dropped and proven.
pub struct World<'s> {
    old: &'s Schema,
    new: &'s Schema,
    /// Relations that existed before the plan: the name they have now, the name they had.
    names: BTreeMap<Name, Name>,
    /// Partitions and inheritance children, by old name.
    children: BTreeMap<Name, BTreeSet<Name>>,
    parents: BTreeMap<Name, Name>,
    defaults: BTreeMap<Name, Name>,
    /// Indexes and the tables they are on.
    indexes: BTreeMap<Name, Name>,
    checks: Checks,
    /// Foreign keys that are gone.
    dropped: BTreeSet<Id>,
}

impl<'s> World<'s> {
    /// Before the first step.
    pub fn new(old: &'s Schema, new: &'s Schema) -> Self {
        let mut world = Self {
            old,
            new,
            names: BTreeMap::new(),
            children: BTreeMap::new(),
            parents: BTreeMap::new(),
            defaults: BTreeMap::new(),
            indexes: BTreeMap::new(),
            checks: Checks::of(old),
            dropped: BTreeSet::new(),
        };
        for (id, object) in &old.objects {
            let own = || match id.parts.as_ref() {
                [namespace, name, ..] => Some(Name(namespace.clone(), name.clone())),
                _ => None,
            };
            match &object.body {
                Body::Table(table) => {
                    world.names.extend(own().map(|name| (name.clone(), name)));
                    for (parent, child) in table.inherits.iter().zip(std::iter::repeat(own())) {
                        world.children.entry(parent.clone()).or_default().extend(child);
                    }
                }
                Body::View(_) | Body::MaterializedView(_) | Body::Sequence(_) => {
                    world.names.extend(own().map(|name| (name.clone(), name)));
                }
                Body::Attachment(attachment) => {
                    let (parent, child) = (attachment.parent.clone(), attachment.table.clone());
                    world.children.entry(parent.clone()).or_default().insert(child.clone());
                    if attachment.bound == "DEFAULT" {
                        world.defaults.insert(parent.clone(), child.clone());
                    }
                    world.parents.insert(child, parent);
                }
                Body::Index(index) => {
                    let name = Name(index.table.0.clone(), index.name.clone());
                    world.indexes.insert(name, index.table.clone());
                }
                _ => {}
            }
        }
        world
    }

    /// What a step changes for those after it.
    pub fn follow(&mut self, what: &What) {
        match what {
            What::Rename {
                kind: ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView,
                name,
                to,
                ..
            } => {
                if let Some(relation) = two_parts(name)
                    && let Some(before) = self.names.remove(&relation)
                {
                    self.names.insert(Name(relation.0, to.last().to_owned()), before);
                }
            }
            What::Rename { kind: ObjectKind::Index, name, to, .. } => {
                if let Some(index) = two_parts(name)
                    && let Some(table) = self.indexes.remove(&index)
                {
                    self.indexes.insert(Name(index.0, to.last().to_owned()), table);
                }
            }
            What::SetNamespace { name, to, .. } => {
                if let Some(relation) = two_parts(name)
                    && let Some(before) = self.names.remove(&relation)
                {
                    self.names.insert(Name(to.last().to_owned(), relation.1), before);
                }
            }
            What::Drop {
                kind:
                    ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::ForeignTable,
                names,
                ..
            } => {
                for name in names.iter().filter_map(two_parts) {
                    self.names.remove(&name);
                }
            }
            What::DetachPartition { parent, partition, .. } => {
                if let (Some(parent), Some(child)) = (self.relation(parent), self.relation(partition)) {
                    let (parent, child) = (self.before(&parent).clone(), self.before(&child).clone());
                    self.parents.remove(&child);
                    self.children.entry(parent.clone()).or_default().remove(&child);
                    if self.defaults.get(&parent) == Some(&child) {
                        self.defaults.remove(&parent);
                    }
                }
            }
            What::AttachPartition { parent, partition } => {
                if let (Some(parent), Some(child)) = (self.relation(parent), self.relation(partition)) {
                    let (parent, child) = (self.before(&parent).clone(), self.before(&child).clone());
                    self.parents.insert(child.clone(), parent.clone());
                    self.children.entry(parent).or_default().insert(child);
                }
            }
            What::AddConstraint { table, constraint } => self.add_constraint(table, constraint),
            What::ValidateConstraint { table, constraint } => {
                if let Some(table) = self.relation(table) {
                    for child in self.beneath(&table) {
                        self.checks.validate(&child, constraint.last());
                    }
                    self.checks.validate(&table, constraint.last());
                }
            }
            What::DropConstraint { table, constraint, .. } => {
                if let Some(table) = self.relation(table) {
                    self.checks.remove(&table, constraint.last());
                    let before = self.before(&table);
                    let key = Id::new(Kind::ForeignKey, [&before.0, &before.1, constraint.last()]);
                    self.dropped.insert(key);
                }
            }
            What::SetNotNull { table, column } => {
                if let Some(table) = self.relation(table) {
                    for child in self.beneath(&table) {
                        self.checks.never_null(&child, column.last());
                    }
                    self.checks.never_null(&table, column.last());
                }
            }
            _ => {}
        }
    }

    /// What a new constraint says of rows: a CHECK its condition, NOT NULL that of its column, also beneath the table.
    fn add_constraint(&mut self, table: &effect::Name, constraint: &effect::Constraint) {
        let (Some(table), Some(name)) = (self.relation(table), &constraint.name) else { return };
        let valid = !constraint.not_valid && !constraint.not_enforced;
        match &constraint.kind {
            ConstraintKind::Check(condition) => self.checks.add(&table, name.last(), &condition.text, valid),
            ConstraintKind::NotNull { column: Some(column) } => {
                let condition = format!("{} IS NOT NULL", Ident(column.last()));
                for child in self.beneath(&table) {
                    self.checks.add(&child, name.last(), &condition, valid);
                }
                self.checks.add(&table, name.last(), &condition, valid);
            }
            _ => {}
        }
    }

    /// The relation that a statement names; pgkeel writes every name with its namespace.
    #[expect(
        clippy::unused_self,
        reason = "names are a matter of the world, also where one part of it suffices"
    )]
    pub fn relation(&self, name: &effect::Name) -> Option<Name> {
        two_parts(name)
    }

    /// Whether it was there before the plan.
    pub fn exists(&self, relation: &Name) -> bool {
        self.names.contains_key(relation)
    }

    fn before<'n>(&'n self, relation: &'n Name) -> &'n Name {
        self.names.get(relation).unwrap_or(relation)
    }

    /// The name now of a relation that had `before`.
    fn now(&self, before: &Name) -> Option<Name> {
        if self.names.get(before) == Some(before) {
            return Some(before.clone());
        }
        self.names.iter().find(|(_, was)| *was == before).map(|(now, _)| now.clone())
    }

    /// Whether its rows are in it: not those of a partitioned or foreign table, or a view.
    pub fn has_rows(&self, relation: &Name) -> bool {
        relation_ids(self.before(relation)).any(|id| self.old.body(&id).is_some_and(holds_rows))
    }

    /// Partitions and inheritance children, of every level.
    pub fn beneath(&self, relation: &Name) -> Vec<Name> {
        let mut found: Vec<Name> = vec![];
        let mut stack = vec![self.before(relation).clone()];
        while let Some(next) = stack.pop() {
            for child in self.children.get(&next).into_iter().flatten() {
                if !found.contains(child) {
                    found.push(child.clone());
                    stack.push(child.clone());
                }
            }
        }
        found.iter().filter_map(|name| self.now(name)).collect()
    }

    /// The partitioned table that a partition is of, and that table's default partition.
    pub fn above(&self, relation: &Name) -> Vec<Name> {
        let Some(parent) = self.parents.get(self.before(relation)) else { return vec![] };
        let default = self.defaults.get(parent);
        std::iter::once(parent).chain(default).filter_map(|name| self.now(name)).collect()
    }

    /// The default partition of a partitioned table.
    pub fn default_partition(&self, parent: &Name) -> Option<Name> {
        self.defaults.get(self.before(parent)).and_then(|name| self.now(name))
    }

    /// The table of an index.
    pub fn relation_of_index(&self, index: &effect::Name) -> Option<Name> {
        let index = two_parts(index)?;
        self.indexes.get(&index).and_then(|table| self.now(table))
    }

    /// The columns of an index, as far as they are columns.
    pub fn columns_of_index(&self, table: &Name, index: &str) -> Vec<String> {
        let id = Id::new(Kind::Constraint, [&table.0, &table.1, index]);
        let Some(Body::Constraint(constraint)) = self.new.body(&id) else { return vec![] };
        columns_in(&constraint.definition)
    }

    /// Tables with a foreign key to it or from it.
    pub fn peers(&self, relation: &Name) -> BTreeSet<Name> {
        self.keys(relation, None)
    }

    /// The same, for keys over one column.
    pub fn peers_of_column(&self, relation: &Name, column: &str) -> BTreeSet<Name> {
        self.keys(relation, Some(column))
    }

    fn keys(&self, relation: &Name, column: Option<&str>) -> BTreeSet<Name> {
        let before = self.before(relation);
        let mut peers = BTreeSet::new();
        for (id, object) in self.old.objects.range(Id::first(Kind::ForeignKey)..) {
            let Body::ForeignKey(key) = &object.body else { break };
            let Some(referenced) = self.target(id).filter(|_| !self.dropped.contains(id)) else { continue };
            let concerns = |table: &Name| {
                table == before
                    && column.is_none_or(|column| {
                        self.old.needs_of(id).any(|needed| {
                            needed.kind == Kind::Column && *needed.parts == [&before.0, &before.1, column]
                        })
                    })
            };
            if concerns(&key.table) {
                peers.insert(referenced.clone());
            }
            if concerns(&referenced) {
                peers.insert(key.table.clone());
            }
        }
        peers.remove(before);
        peers.iter().filter_map(|name| self.now(name)).collect()
    }

    /// The table that a foreign key refers to, by its name.
    pub fn referenced(&self, table: &Name, constraint: &str) -> Option<Name> {
        let before = self.before(table);
        let id = Id::new(Kind::ForeignKey, [&before.0, &before.1, constraint]);
        let found = self.target(&id).or_else(|| {
            let id = Id::new(Kind::ForeignKey, [&table.0, &table.1, constraint]);
            target_in(self.new, &id)
        });
        found.and_then(|name| self.now(&name))
    }

    fn target(&self, key: &Id) -> Option<Name> {
        target_in(self.old, key)
    }

    /// Tables with a column of a domain.
    pub fn tables_of_domain(&self, domain: &effect::Name) -> BTreeSet<Name> {
        let Some(domain) = two_parts(domain) else { return BTreeSet::new() };
        let id = Id::new(Kind::Domain, [&domain.0, &domain.1]);
        let mut tables = BTreeSet::new();
        for (user, needs) in self.old.needs.range(Id::first(Kind::Column)..) {
            let [namespace, table, _] = user.parts.as_ref() else { break };
            if user.kind == Kind::Column && needs.contains(&id) {
                tables.extend(self.now(&Name(namespace.clone(), table.clone())));
            }
        }
        tables
    }

    /// Relations that existed whose names stand in a statement.
    pub fn tables_named_in(&self, sql: &str) -> BTreeSet<Name> {
        let reading = effect::read(sql);
        reading.uses.relations.iter().filter_map(two_parts).filter(|name| self.exists(name)).collect()
    }

    /// A column's type before the plan.
    pub fn type_of(&self, relation: &Name, column: &str) -> Option<TypeName> {
        let before = self.before(relation);
        match self.old.body(&Id::new(Kind::Column, [&before.0, &before.1, column]))? {
            Body::Column(column) => type_name(&column.data_type),
            _ => None,
        }
    }

    /// Whether a domain has a constraint, and its base type.
    pub fn domain(&self, of: &TypeName) -> Option<(bool, TypeName)> {
        let namespace = of.namespace.as_deref()?;
        let id = Id::new(Kind::Domain, [namespace, &of.name]);
        let schema = if self.new.has(&id) { self.new } else { self.old };
        let Body::Domain(domain) = schema.body(&id)? else { return None };
        let name = Name(namespace.to_owned(), of.name.clone());
        let constrained = domain.not_null || schema.parts(Kind::DomainConstraint, &name).next().is_some();
        Some((constrained, type_name(&domain.base)?))
    }

    /// Whether a type is a domain that is NOT NULL, or over one, without a default.
    pub fn demands_value(&self, of: &TypeName) -> bool {
        let Some(namespace) = of.namespace.as_deref() else { return false };
        let id = Id::new(Kind::Domain, [namespace, &of.name]);
        let schema = if self.new.has(&id) { self.new } else { self.old };
        let Some(Body::Domain(domain)) = schema.body(&id) else { return false };
        let beneath = || type_name(&domain.base).is_some_and(|base| self.demands_value(&base));
        domain.default.is_none() && (domain.not_null || beneath())
    }

    /// Whether one of the user's own functions is volatile, as functions are that do not say otherwise.
    pub fn is_volatile(&self, function: &effect::Name) -> bool {
        let Some(name) = two_parts(function) else { return false };
        let start = Id::new(Kind::Function, [&name.0, &name.1]);
        let names = start.parts.clone();
        self.new
            .objects
            .range(start..)
            .take_while(|(id, _)| id.kind == Kind::Function && id.parts.starts_with(&names))
            .any(|(_, object)| match &object.body {
                Body::Function(function) => {
                    let head = function.definition.split("\nAS ").next().unwrap_or_default();
                    !head.contains(" IMMUTABLE") && !head.contains(" STABLE")
                }
                _ => false,
            })
    }

    /// Whether a column is NOT NULL, or a valid CHECK says that it is never null.
    pub fn is_never_null(&self, relation: &Name, column: &str) -> bool {
        let before = self.before(relation);
        let body = self.old.body(&Id::new(Kind::Column, [&before.0, &before.1, column]));
        matches!(body, Some(Body::Column(column)) if column.not_null)
            || self.checks.is_never_null(relation, column)
    }

    /// Whether an index expression, a predicate or a CHECK is computed from a column.
    pub fn is_computed_on(&self, relation: &Name, column: &str) -> bool {
        let before = self.before(relation);
        let needed = Id::new(Kind::Column, [&before.0, &before.1, column]);
        let check = self.old.parts(Kind::Constraint, before).any(|(id, object)| {
            matches!(&object.body, Body::Constraint(constraint) if constraint.kind == "c")
                && self.old.needs.get(id).is_some_and(|needs| needs.contains(&needed))
        });
        check
            || self.old.indexes_of(before).any(|id| {
                matches!(self.old.body(id), Some(Body::Index(index)) if is_computed(&index.definition))
                    && self.old.needs.get(id).is_some_and(|needs| needs.contains(&needed))
            })
    }
}

/// Whether an index has an expression or a predicate.
fn is_computed(definition: &str) -> bool {
    effect::read(definition).effects.iter().any(|effect| match &effect.what {
        What::CreateIndex(index) => {
            index.predicate.is_some() || index.elements.iter().any(|element| element.column.is_none())
        }
        _ => false,
    })
}

fn two_parts(name: &effect::Name) -> Option<Name> {
    match name.parts.as_slice() {
        [namespace, name] => Some(Name(namespace.clone(), name.clone())),
        _ => None,
    }
}

fn target_in(schema: &Schema, key: &Id) -> Option<Name> {
    let Body::ForeignKey(body) = schema.body(key)? else { return None };
    let of = |id: &Id| match id.parts.as_ref() {
        [namespace, table, _] => Some(Name(namespace.clone(), table.clone())),
        _ => None,
    };
    let mut needed = schema.needs_of(key).filter(|needed| {
        matches!(needed.kind, Kind::Constraint | Kind::Column) && of(needed).as_ref() != Some(&body.table)
    });
    Some(needed.find_map(of).unwrap_or_else(|| body.table.clone()))
}

/// A type as the parser reads it.
fn type_name(text: &str) -> Option<TypeName> {
    let reading = effect::read(&format!("ALTER TABLE a.b ALTER COLUMN c TYPE {text}"));
    reading.effects.into_iter().find_map(|effect| match effect.what {
        What::AlterColumnType { to, .. } => Some(to),
        _ => None,
    })
}

/// The columns of `PRIMARY KEY (a, b) ...`.
fn columns_in(definition: &str) -> Vec<String> {
    let reading = effect::read(&format!("ALTER TABLE a.b ADD CONSTRAINT c {definition}"));
    reading
        .effects
        .into_iter()
        .find_map(|effect| match effect.what {
            What::AddConstraint { constraint, .. } => match constraint.kind {
                ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                    Some(columns.iter().map(|column| column.last().to_owned()).collect())
                }
                _ => None,
            },
            _ => None,
        })
        .unwrap_or_default()
}
