//! Brings the model past a statement.

use super::{
    CATALOG, Enum, Index, Model, Origin, Routine, Table, TableColumn, TableConstraint, Trigger, View, key_in,
};
use crate::sql::effect::{
    Column, Constraint, ConstraintKind, CreateTable, Effect, Generated, Name, ObjectKind, Origin as Written,
    Persistence, Reading, TextRange, What,
};

impl Model {
    /// What is applied from here on is another statement's.
    pub fn begin_statement(&mut self) {
        self.applied += 1;
    }

    /// Applies what a statement does. `base` is the statement's place: file, statement, first byte.
    pub fn apply(&mut self, reading: &Reading, base: Origin) {
        self.begin_statement();
        for effect in reading.effects.iter().filter(|effect| effect.origin != Written::Function) {
            self.apply_one(effect, reading, base);
        }
    }

    /// Applies one effect of the statement that was begun.
    pub fn apply_one(&mut self, effect: &Effect, reading: &Reading, base: Origin) {
        let origin = Origin { order: self.applied, range: effect.range.shifted(base.range.start), ..base };
        self.apply_effect(effect, reading, origin);
    }

    /// Forgets what lasts only as long as a file.
    pub fn end_file(&mut self) {
        self.search_path = None;
        self.tables.retain(|_, table| !table.temporary);
    }

    fn apply_effect(&mut self, effect: &Effect, reading: &Reading, origin: Origin) {
        match &effect.what {
            What::CreateTable(table) => self.create_table(table, origin),
            What::CreateTableAs { name, persistence, .. } => {
                let temporary = *persistence == Persistence::Temporary;
                let table = blank(&self.key(name), origin, temporary);
                self.insert_table(table);
            }
            What::CreateIndex(index) => {
                let table = self.key(&index.table);
                let name = index
                    .name
                    .as_ref()
                    .map_or_else(|| default_index_name(index), |name| name.last().to_owned());
                let namespace = table.split_once('.').map_or("public", |(namespace, _)| namespace);
                let key = format!("{namespace}.{name}");
                self.made(&key, origin);
                self.indexes.entry(key).or_insert(Index {
                    name,
                    table,
                    definition: (**index).clone(),
                    origin,
                });
            }
            What::CreateView(view) => {
                let key = self.key(&view.name);
                self.made(&key, origin);
                let made = View {
                    name: key.clone(),
                    materialized: view.materialized,
                    uses: view.uses.clone(),
                    star: view.star,
                    options: view.options.clone(),
                    query: view.query.clone(),
                    columns: view.columns.clone(),
                    after: self.views.get(&key).map(|old| old.after.clone()).unwrap_or_default(),
                    origin,
                };
                self.views.insert(key, made);
            }
            What::CreateFunction(function) => {
                let key = self.key(&function.name);
                // Whoever calls it may have it make anything; a trigger only runs on rows.
                let trigger = function.returns.as_deref().is_some_and(|returns| returns.ends_with("trigger"));
                let inside = reading.effects.iter().filter(|effect| effect.origin == Written::Function);
                if !trigger && inside.into_iter().any(|effect| effect.what == What::DynamicSql) {
                    self.blind_spots += 1;
                }
                self.made(&key, origin);
                let routine = Routine {
                    name: key.clone(),
                    parameters: function.parameters.clone(),
                    parameter_names: function.parameter_names.clone(),
                    returns: function.returns.clone(),
                    not_volatile: function.not_volatile,
                    uses: reading.uses.clone(),
                    origin,
                };
                let overloads = self.functions.entry(key).or_default();
                overloads.retain(|old| old.parameters != routine.parameters);
                overloads.push(routine);
            }
            What::CreateTrigger(trigger) => {
                let key = (self.key(&trigger.table), trigger.name.last().to_owned());
                let function = trigger.function.as_ref().map(|name| self.key(name));
                let columns = trigger.columns.iter().map(|name| name.last().to_owned()).collect();
                self.triggers.insert(key, Trigger { function, columns, origin });
            }
            What::CreatePolicy(policy) => {
                let key = (self.key(&policy.table), policy.name.last().to_owned());
                self.policies.insert(key, ((**policy).clone(), origin));
            }
            What::CreateExtension { name, .. } => {
                self.extensions.entry(name.last().to_owned()).or_insert(origin);
            }
            What::CreateNamespace { name, .. } => {
                self.namespaces.extend(name.as_ref().map(|name| name.last().to_owned()));
            }
            What::CreateEnum { name, values } => {
                let key = self.key(name);
                self.made(&key, origin);
                let values = values.iter().map(|value| (value.clone(), origin)).collect();
                self.enums.insert(key, Enum { values, origin });
            }
            What::AddEnumValue { name, value, .. } => {
                let key = self.key(name);
                if let Some(known) = self.enums.get_mut(&key) {
                    known.values.push((value.clone(), origin));
                }
            }
            What::RenameEnumValue { name, from, to } => {
                let key = self.key(name);
                let known = self.enums.get_mut(&key).into_iter().flat_map(|known| &mut known.values);
                known.filter(|(value, _)| value == from).for_each(|(value, _)| value.clone_from(to));
            }
            What::CreateDomain { name, base, constrained } => {
                let key = self.key(name);
                self.made(&key, origin);
                self.domains.insert(key, (*constrained, base.clone()));
            }
            What::CreateType { name }
            | What::CreateSequence { name, .. }
            | What::CreateOther { name: Some(name), .. } => {
                let key = self.key(name);
                self.made(&key, origin);
                self.others.insert(key);
            }
            What::Drop { kind, names, on, cascade, .. } => {
                self.drop(*kind, names, on.as_ref(), origin);
                if *cascade {
                    for name in names {
                        let key = self.key(name);
                        self.cascade(*kind, &key, origin);
                    }
                }
            }
            What::Rename { kind, on, name, to } => self.rename(*kind, on.as_ref(), name, to),
            What::SetNamespace { kind, name, to } => self.move_to(*kind, name, to),
            What::Set { name, value, .. } if name == "search_path" => {
                let first =
                    value.split(',').map(|part| part.trim().trim_matches('"')).find(|part| *part != "$user");
                self.search_path = first.filter(|first| !first.is_empty()).map(str::to_owned);
            }
            What::Comment { kind, name: Some(name), on, text } => {
                self.comment(*kind, name);
                self.comment_view(*kind, name, on.as_ref(), text.as_deref());
            }
            What::Grant { privileges, on, to, with_option, default_privileges: false } => {
                for name in on {
                    let key = self.key(name);
                    if let Some(view) = self.views.get_mut(&key) {
                        let option = if *with_option { " WITH GRANT OPTION" } else { "" };
                        view.after.push(format!(
                            "GRANT {} ON {name} TO {}{option}",
                            privileges.join(", ").to_uppercase(),
                            to.iter()
                                .map(|role| crate::sql::ident::Ident(role).to_string())
                                .collect::<Vec<_>>()
                                .join(", ")
                        ));
                    }
                }
            }
            What::DynamicSql | What::Unknown => self.blind_spots += 1,
            _ => self.alter_table(&effect.what, origin),
        }
    }

    fn comment_view(&mut self, kind: ObjectKind, name: &Name, on: Option<&Name>, text: Option<&str>) {
        let Some(text) = text else { return };
        let (view, what) = match kind {
            ObjectKind::View => (name.clone(), format!("VIEW {name}")),
            ObjectKind::Column => match on.cloned().or_else(|| name.outer()) {
                Some(view) => {
                    (view.clone(), format!("COLUMN {view}.{}", crate::sql::ident::Ident(name.last())))
                }
                None => return,
            },
            _ => return,
        };
        let key = self.key(&view);
        if let Some(known) = self.views.get_mut(&key) {
            let start = format!("COMMENT ON {what} IS ");
            known.after.retain(|old| !old.starts_with(&start));
            known.after.push(format!("{start}{}", crate::sql::ident::Literal(text)));
        }
    }

    fn made(&mut self, key: &str, origin: Origin) {
        self.ever.entry(key.to_owned()).or_insert(origin);
        self.dropped.remove(key);
    }

    fn insert_table(&mut self, table: Table) {
        let key = table.key();
        self.made(&key, table.origin);
        // IF NOT EXISTS changes nothing when the table is there; without it the statement fails.
        self.tables.entry(key).or_insert(table);
    }

    fn create_table(&mut self, table: &CreateTable, origin: Origin) {
        let mut made = blank(&self.key(&table.name), origin, table.persistence == Persistence::Temporary);
        made.partitioned = table.partitioned;
        made.partition_of = table.partition_of.as_ref().map(|name| self.key(name));
        made.complete = table.like.is_empty() && table.inherits.is_empty() && table.partition_of.is_none();
        let key = made.key();
        match self.tables.get(&key) {
            // Known only by a constraint; or the statement fails here, and what follows it in the file means the new table.
            Some(known) if known.origin.file == CATALOG && !known.complete || !table.if_not_exists => {
                self.tables.remove(&key);
            }
            Some(_) => return,
            None => {}
        }
        for column in &table.columns {
            add_column(&mut made, column, origin);
        }
        for constraint in &table.constraints {
            add_constraint(&mut made, constraint, origin);
        }
        self.insert_table(made);
    }

    fn alter_table(&mut self, what: &What, origin: Origin) {
        let table = match what {
            What::AddColumn { table, .. }
            | What::DropColumn { table, .. }
            | What::AlterColumnType { table, .. }
            | What::SetDefault { table, .. }
            | What::DropDefault { table, .. }
            | What::SetNotNull { table, .. }
            | What::DropNotNull { table, .. }
            | What::AddConstraint { table, .. }
            | What::DropConstraint { table, .. }
            | What::ValidateConstraint { table, .. }
            | What::RowSecurity { table, .. } => table,
            What::AttachPartition { parent, partition } => {
                let (parent, partition) = (self.key(parent), self.key(partition));
                if let Some(table) = self.tables.get_mut(&partition) {
                    table.partition_of = Some(parent);
                }
                return;
            }
            _ => return,
        };
        let key = self.key(table);
        if let What::DropColumn { column, .. } = what {
            let gone = column.last();
            self.indexes.retain(|_, index| {
                let elements = &index.definition.elements;
                index.table != key
                    || !elements.iter().any(|e| e.expression.columns.iter().any(|c| c.last() == gone))
            });
        }
        // A constraint of a table that no migration makes is remembered for as long as it may matter: VALIDATE, SET NOT NULL.
        if matches!(what, What::AddConstraint { .. }) && !self.tables.contains_key(&key) {
            let elsewhere = Origin { file: CATALOG, ..origin };
            self.tables.insert(key.clone(), blank(&key, elsewhere, false));
        }
        let Some(table) = self.tables.get_mut(&key) else { return };
        match what {
            What::AddColumn { column, .. } => {
                if table.column(column.name.last()).is_none() {
                    add_column(table, column, origin);
                }
            }
            What::DropColumn { column, .. } => {
                let gone = column.last();
                table.columns.retain(|column| column.name != gone);
                table.constraints.retain(|constraint| !columns_of(&constraint.kind).contains(&gone));
            }
            What::AddConstraint { constraint, .. } => add_constraint(table, constraint, origin),
            What::DropConstraint { constraint, .. } => {
                table.constraints.retain(|known| known.name != constraint.last());
            }
            What::ValidateConstraint { constraint, .. } => {
                let named = table.constraints.iter_mut().filter(|known| known.name == constraint.last());
                named.for_each(|known| known.valid = true);
            }
            What::RowSecurity { enable, force, .. } => {
                table.row_security =
                    (enable.unwrap_or(table.row_security.0), force.unwrap_or(table.row_security.1));
            }
            _ => alter_column(table, what),
        }
    }

    fn drop(&mut self, kind: ObjectKind, names: &[Name], on: Option<&Name>, origin: Origin) {
        for name in names {
            let key = self.key(name);
            self.dropped.insert(key.clone(), origin);
            match kind {
                ObjectKind::Table | ObjectKind::ForeignTable => {
                    self.tables.remove(&key);
                    self.indexes.retain(|_, index| index.table != key);
                    self.policies.retain(|(table, _), _| *table != key);
                    self.triggers.retain(|(table, _), _| *table != key);
                }
                ObjectKind::View | ObjectKind::MaterializedView => {
                    self.views.remove(&key);
                    self.indexes.retain(|_, index| index.table != key);
                    self.triggers.retain(|(table, _), _| *table != key);
                }
                ObjectKind::Index => {
                    self.indexes.remove(&key);
                }
                ObjectKind::Function
                | ObjectKind::Procedure
                | ObjectKind::Routine
                | ObjectKind::Aggregate => {
                    self.functions.remove(&key);
                }
                ObjectKind::Trigger => {
                    let table = on.map(|on| self.key(on)).unwrap_or_default();
                    self.triggers.remove(&(table, name.last().to_owned()));
                }
                ObjectKind::Policy => {
                    let table = on.map(|on| self.key(on)).unwrap_or_default();
                    self.policies.remove(&(table, name.last().to_owned()));
                }
                ObjectKind::Extension => {
                    self.extensions.remove(name.last());
                }
                ObjectKind::Namespace => {
                    let prefix = format!("{}.", name.last());
                    self.tables.retain(|key, _| !key.starts_with(&prefix));
                    self.views.retain(|key, _| !key.starts_with(&prefix));
                    self.functions.retain(|key, _| !key.starts_with(&prefix));
                    self.namespaces.remove(name.last());
                }
                _ => {
                    self.enums.remove(&key);
                    self.domains.remove(&key);
                    self.others.remove(&key);
                }
            }
        }
    }

    /// What goes along with a dropped object.
    fn cascade(&mut self, kind: ObjectKind, key: &str, origin: Origin) {
        match kind {
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::ForeignTable => {
                let views: Vec<(String, bool)> =
                    self.views_on(key).map(|view| (view.name.clone(), view.materialized)).collect();
                for (view, materialized) in views {
                    let kind = if materialized { ObjectKind::MaterializedView } else { ObjectKind::View };
                    let parts = view.split('.').map(str::to_owned).collect();
                    self.drop(kind, &[Name { parts, range: TextRange::default() }], None, origin);
                    self.cascade(kind, &view, origin);
                }
                for table in self.tables.values_mut() {
                    table.constraints.retain(|constraint| {
                        constraint.foreign_key().is_none_or(|foreign| key_in(&foreign.table, None) != key)
                    });
                }
            }
            ObjectKind::Function | ObjectKind::Routine => {
                self.triggers.retain(|_, trigger| trigger.function.as_deref() != Some(key));
            }
            _ => {}
        }
    }

    fn rename(&mut self, kind: ObjectKind, on: Option<&Name>, name: &Name, to: &Name) {
        let key = on.map_or_else(|| self.key(name), |on| self.key(on));
        let new = to.last().to_owned();
        match kind {
            ObjectKind::Column => {
                let old = name.last();
                if let Some(table) = self.tables.get_mut(&key) {
                    table.columns.iter_mut().filter(|c| c.name == old).for_each(|c| c.name.clone_from(&new));
                    for constraint in &mut table.constraints {
                        rename_in(&mut constraint.kind, old, &new);
                    }
                }
                // Views follow a renamed column.
                for view in self.views.values_mut() {
                    if view.uses.relations.iter().any(|relation| key_in(relation, None) == key) {
                        let named = view.uses.columns.iter_mut().filter(|column| column.last() == old);
                        named.for_each(|column| {
                            column.parts.pop();
                            column.parts.push(new.clone());
                        });
                    }
                }
            }
            ObjectKind::Constraint => {
                let known = self.tables.get_mut(&key).into_iter().flat_map(|table| &mut table.constraints);
                known.filter(|c| c.name == name.last()).for_each(|c| c.name.clone_from(&new));
            }
            _ => {
                let moved =
                    format!("{}.{new}", key.split_once('.').map_or("public", |(namespace, _)| namespace));
                self.rekey(&key, &moved);
            }
        }
    }

    fn move_to(&mut self, _kind: ObjectKind, name: &Name, to: &Name) {
        let key = self.key(name);
        let moved = format!("{}.{}", to.last(), name.last());
        self.rekey(&key, &moved);
    }

    fn rekey(&mut self, old: &str, new: &str) {
        let (namespace, name) = new.split_once('.').unwrap_or(("public", new));
        if let Some(origin) = self.ever.get(old).copied() {
            self.ever.entry(new.to_owned()).or_insert(origin);
        }
        if let Some(mut table) = self.tables.remove(old) {
            name.clone_into(&mut table.name);
            namespace.clone_into(&mut table.namespace);
            self.tables.insert(new.to_owned(), table);
            self.indexes.values_mut().filter(|i| i.table == old).for_each(|i| new.clone_into(&mut i.table));
        }
        if let Some(mut view) = self.views.remove(old) {
            new.clone_into(&mut view.name);
            self.views.insert(new.to_owned(), view);
        }
        if let Some(index) = self.indexes.remove(old) {
            self.indexes.insert(new.to_owned(), index);
        }
        if let Some(routines) = self.functions.remove(old) {
            self.functions.insert(new.to_owned(), routines);
        }
        if let Some(known) = self.enums.remove(old) {
            self.enums.insert(new.to_owned(), known);
        }
        if self.others.remove(old) {
            self.others.insert(new.to_owned());
        }
    }

    fn comment(&mut self, kind: ObjectKind, name: &Name) {
        match kind {
            ObjectKind::Table => {
                let key = self.key(name);
                if let Some(table) = self.tables.get_mut(&key) {
                    table.comment = true;
                }
            }
            ObjectKind::Column => {
                let Some(table) = name.outer() else { return };
                let key = key_in(&table, self.search_path.as_deref());
                let columns = self.tables.get_mut(&key).into_iter().flat_map(|table| &mut table.columns);
                columns.filter(|column| column.name == name.last()).for_each(|column| column.comment = true);
            }
            _ => {}
        }
    }
}

fn blank(key: &str, origin: Origin, temporary: bool) -> Table {
    let (namespace, name) = key.split_once('.').unwrap_or(("public", key));
    Table {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        columns: Vec::new(),
        constraints: Vec::new(),
        origin,
        temporary,
        partitioned: false,
        partition_of: None,
        row_security: (false, false),
        complete: false,
        comment: false,
    }
}

fn add_column(table: &mut Table, column: &Column, origin: Origin) {
    let serial = column.type_name.as_ref().is_some_and(crate::sql::effect::TypeName::is_serial);
    table.columns.push(TableColumn {
        name: column.name.last().to_owned(),
        type_name: column.type_name.clone(),
        not_null: column.not_null || serial,
        default: column.default.clone(),
        generated: serial
            || matches!(column.generated, Some(Generated::Identity | Generated::Stored | Generated::Virtual)),
        origin,
        comment: false,
    });
    for constraint in &column.constraints {
        add_constraint(table, constraint, origin);
    }
}

fn add_constraint(table: &mut Table, constraint: &Constraint, origin: Origin) {
    if let ConstraintKind::PrimaryKey { columns, .. } = &constraint.kind {
        let keys: Vec<&str> = columns.iter().map(Name::last).collect();
        table.columns.iter_mut().filter(|c| keys.contains(&c.name.as_str())).for_each(|c| c.not_null = true);
    }
    let name = constraint.name.as_ref().map(|name| name.last().to_owned());
    let named = name.is_some();
    let name = name.unwrap_or_else(|| default_constraint_name(table, &constraint.kind));
    table.constraints.push(TableConstraint {
        name,
        named,
        kind: constraint.kind.clone(),
        valid: !constraint.not_valid && !constraint.not_enforced,
        origin,
    });
}

/// The name PostgreSQL chooses: `table_column_suffix` (documentation of `CREATE TABLE`; `ChooseConstraintName`).
fn default_constraint_name(table: &Table, kind: &ConstraintKind) -> String {
    let columns = columns_of(kind);
    let (middle, suffix) = match kind {
        ConstraintKind::PrimaryKey { .. } => (Vec::new(), "pkey"),
        ConstraintKind::Unique { .. } => (columns, "key"),
        ConstraintKind::Check(_) => {
            let mut distinct = columns;
            distinct.sort_unstable();
            distinct.dedup();
            (if distinct.len() == 1 { distinct } else { Vec::new() }, "check")
        }
        ConstraintKind::ForeignKey(_) => (columns, "fkey"),
        ConstraintKind::Exclude { .. } => (columns, "excl"),
        ConstraintKind::NotNull { .. } => (columns, "not_null"),
    };
    let mut parts = vec![table.name.as_str()];
    parts.extend(middle);
    parts.push(suffix);
    let base = parts.join("_");
    let taken = |name: &str| table.constraints.iter().any(|constraint| constraint.name == name);
    if !taken(&base) {
        return base;
    }
    (1..=table.constraints.len())
        .map(|number| format!("{base}{number}"))
        .find(|name| !taken(name))
        .unwrap_or(base)
}

fn default_index_name(index: &crate::sql::effect::CreateIndex) -> String {
    let mut parts = vec![index.table.last()];
    parts.extend(index.elements.iter().map(|element| element.column.as_ref().map_or("expr", Name::last)));
    parts.push("idx");
    parts.join("_")
}

/// The columns that a constraint names.
pub fn columns_of(kind: &ConstraintKind) -> Vec<&str> {
    match kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            columns.iter().map(Name::last).collect()
        }
        ConstraintKind::Check(expression) => expression.columns.iter().map(Name::last).collect(),
        ConstraintKind::ForeignKey(key) => key.columns.iter().map(Name::last).collect(),
        ConstraintKind::Exclude { .. } => Vec::new(),
        ConstraintKind::NotNull { column } => column.iter().map(Name::last).collect(),
    }
}

fn rename_in(kind: &mut ConstraintKind, old: &str, new: &str) {
    let names: Vec<&mut Name> = match kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            columns.iter_mut().collect()
        }
        ConstraintKind::Check(expression) => expression.columns.iter_mut().collect(),
        ConstraintKind::ForeignKey(key) => key.columns.iter_mut().collect(),
        ConstraintKind::Exclude { .. } | ConstraintKind::NotNull { .. } => Vec::new(),
    };
    for name in names {
        if name.last() == old {
            *name = Name::plain(new, TextRange::default());
        }
    }
}

fn alter_column(table: &mut Table, what: &What) {
    let column = match what {
        What::AlterColumnType { column, .. }
        | What::SetDefault { column, .. }
        | What::DropDefault { column, .. }
        | What::SetNotNull { column, .. }
        | What::DropNotNull { column, .. } => column.last(),
        _ => return,
    };
    let Some(column) = table.columns.iter_mut().find(|known| known.name == column) else { return };
    match what {
        What::AlterColumnType { to, .. } => column.type_name = Some(to.clone()),
        What::SetDefault { default, .. } => column.default = Some(default.clone()),
        What::DropDefault { .. } => column.default = None,
        What::SetNotNull { .. } => column.not_null = true,
        What::DropNotNull { .. } => column.not_null = false,
        _ => {}
    }
}
