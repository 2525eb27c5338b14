//! Brings the model past a statement.

use super::parts::{add_column, add_constraint, alter_column, blank, columns_of};
use super::{CATALOG, Enum, Index, Model, Origin, Routine, Table, Trigger, View, key_in};
use crate::sql::effect::{
    CreateTable, Effect, Name, ObjectKind, Origin as Written, Persistence, Reading, What,
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
        if std::mem::take(&mut self.temporary) {
            self.tables.retain(|_, table| !table.temporary);
        }
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
                    .map_or_else(|| self.chosen_name(index), |name| name.last().to_owned());
                let namespace = table.split_once('.').map_or("public", |(namespace, _)| namespace);
                let key = format!("{namespace}.{name}");
                self.made(&key, origin);
                self.indexed.entry(table.clone()).or_default().insert(key.clone());
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
                    sets_search_path: function.sets_search_path,
                    uses: reading.uses.clone(),
                    parsed_body: function.parsed_body,
                    origin,
                };
                let overloads = self.functions.entry(key).or_default();
                overloads.retain(|old| old.parameters != routine.parameters);
                overloads.push(routine);
            }
            What::AlterRoutine { name, sets_search_path: true, .. } => {
                let key = self.key(name);
                let overloads = self.functions.get_mut(&key).into_iter().flatten();
                overloads.for_each(|routine| routine.sets_search_path = true);
            }
            What::CreateTrigger(trigger) => {
                let key = (self.key(&trigger.table), trigger.name.last().to_owned());
                let function = trigger.function.as_ref().map(|name| self.key(name));
                let columns = trigger.columns.iter().map(|name| name.last().to_owned()).collect();
                let before_insert = trigger.before_insert;
                self.triggers.insert(key, Trigger { function, columns, before_insert, origin });
            }
            What::CreateRule { name, table } => {
                self.rules.insert((self.key(table), name.last().to_owned()), (reading.uses.clone(), origin));
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
        self.temporary |= table.temporary;
        for constraint in table.constraints.iter().filter(|constraint| constraint.has_index()) {
            self.constraint_tables.entry(constraint.name.clone()).or_default().insert(key.clone());
        }
        self.table_styles.saw(&table.name);
        self.calls(&table.name, &key);
        table.columns.iter().for_each(|column| self.column_styles.saw(&column.name));
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
                // PostgreSQL refuses a circle.
                let circle = self.above(&parent).contains(partition.as_str());
                if let Some(table) = self.tables.get_mut(&partition).filter(|_| !circle) {
                    table.partition_of = Some(parent);
                    table.complete = false;
                }
                return;
            }
            What::DetachPartition { parent, partition, .. } => {
                let (parent, partition) = (self.key(parent), self.key(partition));
                let table = self.tables.get_mut(&partition);
                if let Some(table) = table.filter(|table| table.partition_of.as_ref() == Some(&parent)) {
                    table.partition_of = None;
                }
                return;
            }
            // What its parent gets later, it gets too.
            What::Inherit { table, add: true, .. } => {
                let heir = self.key(table);
                self.tables.get_mut(&heir).into_iter().for_each(|table| table.complete = false);
                return;
            }
            _ => return,
        };
        let key = self.key(table);
        if let What::DropColumn { column, .. } = what {
            let gone = column.last();
            let goes = |index: &Index| index.table == key && index.definition.uses_column(gone);
            for index in self.indexed.get(&key).into_iter().flatten() {
                if self.indexes.get(index).is_some_and(goes) {
                    self.indexes.remove(index);
                }
            }
        }
        // A constraint of a table that no migration makes is remembered for as long as it may matter: VALIDATE, SET NOT NULL.
        if matches!(what, What::AddConstraint { .. }) && !self.tables.contains_key(&key) {
            let elsewhere = Origin { file: CATALOG, ..origin };
            let unknown = blank(&key, elsewhere, false);
            self.calls(&unknown.name, &key);
            self.tables.insert(key.clone(), unknown);
        }
        let Some(table) = self.tables.get_mut(&key) else { return };
        let before = table.constraints.len();
        match what {
            What::AddColumn { column, .. } => {
                if table.column(column.name.last()).is_none() {
                    self.column_styles.saw(column.name.last());
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
        for constraint in table.constraints.iter().skip(before).filter(|constraint| constraint.has_index()) {
            self.constraint_tables.entry(constraint.name.clone()).or_default().insert(key.clone());
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
