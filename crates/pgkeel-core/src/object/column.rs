//! Columns of tables (`pg_attribute`). Defaults and identity sequences are objects of their own, written into the
//! column's statement where they can be; a generated column's expression is part of the column.

use serde::{Deserialize, Serialize};

use super::aside::{self, Aside};
use super::composite::Carried;
use super::inheritance::{lasting_descendants, lasting_heirs, stays_child};
use super::not_null;
use super::statistics;
use super::table::Table;
use super::{Alteration, Body, Define, Kind, Motion, Site, Target, options};
use crate::conversion::Conversion;
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// How a column is computed from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// `STORED` or `VIRTUAL`.
    pub how: String,
    /// The expression.
    pub expression: String,
}

/// A NOT NULL constraint that says more than NOT NULL (PostgreSQL 18).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NotNull {
    /// Its name, when it is not the one the server gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// NO INHERIT.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_inherit: bool,
    /// NOT VALID.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
    /// The comment on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The table.
    pub table: Name,
    /// Name.
    pub name: String,
    /// Place among the table's columns; not a difference.
    pub position: i32,
    /// Type, as `format_type` writes it.
    #[serde(rename = "type")]
    pub data_type: String,
    /// A collation other than the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    /// NOT NULL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
    /// It is NOT NULL only because a table that it inherits from says so (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null_inherited: bool,
    /// The NOT NULL that it only inherits is NOT VALID (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null_unproven: bool,
    /// What there is to say about its NOT NULL constraint: name, NO INHERIT, NOT VALID, comment (PostgreSQL 18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_null_constraint: Option<NotNull>,
    /// The sequence behind an identity column, an object of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Name>,
    /// For a generated column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// Storage other than the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    /// Compression method set for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    /// Statistics target set for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistics: Option<i32>,
    /// `n_distinct=...`, never `pg_attver`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Options of a foreign table's column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_options: Vec<String>,
    /// Whether the table is a foreign table.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
    /// Declared by the table itself, not only inherited.
    pub local: bool,
    /// Of a partition: there such a declaration makes no difference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_partition: bool,
    /// The first parent that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<Name>,
}

impl Column {
    /// Whether an inheriting table says itself that it has the column.
    fn declares(&self) -> bool {
        self.local && !self.in_partition
    }

    /// Whether a parent gets the column and the table only inherits it from then on.
    fn moves_to_parent(&self, site: &Site) -> bool {
        let Some(Body::Column(after)) = site.new.body(&self.id()) else { return false };
        let Some(parent) = &after.inherited_from else { return false };
        let leader = Id::new(Kind::Column, [&parent.0, &parent.1, &self.name]);
        self.declares()
            && self.inherited_from.is_none()
            && !after.declares()
            && after.generated.is_none()
            && !site.old.has(&leader)
            && stays_child(&self.table, parent, site)
    }

    /// The same column of the tables that inherit it all the time.
    pub fn in_heirs(&self, site: &Site) -> impl Iterator<Item = Id> {
        lasting_heirs(&self.table, site)
            .into_iter()
            .map(|heir| Id::new(Kind::Column, [&heir.0, &heir.1, &self.name]))
    }

    /// Whether an heir keeps the column that it has only from here.
    fn is_left_to_heirs(&self, site: &Site) -> bool {
        self.in_heirs(site).any(|id| {
            matches!(site.new.body(&id), Some(Body::Column(column)) if column.local)
                && !site.created.contains(&id)
                && matches!(site.old.body(&id), Some(Body::Column(column)) if !column.local && !column.in_partition)
        })
    }

    /// The type that its table is of all the time: what changes the one changes the other.
    fn typed_by(&self, site: &Site) -> Option<Id> {
        let table = Id::new(Kind::Table, [&self.table.0, &self.table.1]);
        let of_type = |schema: &Schema| match schema.body(&table) {
            Some(Body::Table(table)) if table.of_type.is_some() => {
                schema.needs_of(&table.id()).find(|needed| needed.kind == Kind::Composite).cloned()
            }
            _ => None,
        };
        let is_made_anew = |id: &Id| match (site.old.body(id), site.new.body(id)) {
            (Some(Body::Composite(old)), Some(Body::Composite(new))) => new.is_made_anew(old, site),
            _ => true,
        };
        of_type(site.old).filter(|id| {
            of_type(site.new).as_ref() == Some(id) && !site.created.contains(id) && !is_made_anew(id)
        })
    }

    /// The parent's column that it is all the time. Of several parents one may come or go.
    fn leader(&self, site: &Site) -> Option<Id> {
        let of = |parent: &Name| Id::new(Kind::Column, [&parent.0, &parent.1, &self.name]);
        let lasts = |parent: &&Name| stays_child(&self.table, parent, site);
        let first = self.inherited_from.as_ref().filter(lasts);
        let other = || {
            let sides = [site.new, site.old].map(|schema| schema.body(&self.id()));
            let parents = sides.into_iter().filter_map(|body| match body {
                Some(Body::Column(column)) => column.inherited_from.as_ref(),
                _ => None,
            });
            parents.filter(lasts).find(|parent| site.old.has(&of(parent)) && site.new.has(&of(parent)))
        };
        first.or_else(other).map(of)
    }

    /// The column that it follows, before and after.
    pub fn follows_to<'a>(&self, motion: Motion, site: &'a Site) -> Option<(&'a Self, &'a Self)> {
        let leader = self.follows(motion, site)?;
        match (site.old.body(&leader), site.new.body(&leader)) {
            (Some(Body::Column(before)), Some(Body::Column(after))) => Some((before, after)),
            _ => None,
        }
    }

    /// The default that a new column gets because another one that it follows has it.
    pub fn default_of_leader<'a>(&self, site: &Site<'a>) -> Option<&'a str> {
        let leader = self.follows(Motion::Create, site)?;
        if leader.kind != Kind::Column || site.old.has(&leader) {
            return None;
        }
        match site.new.body(&Id { kind: Kind::Default, ..leader }) {
            Some(Body::Default(default)) => Some(&default.expression),
            _ => None,
        }
    }

    fn default_id(&self) -> Id {
        Id::new(Kind::Default, [&self.table.0, &self.table.1, &self.name])
    }

    fn collate(&self) -> String {
        self.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default()
    }

    /// `id integer COLLATE c DEFAULT 1 NOT NULL`.
    fn definition(&self, site: &Site) -> String {
        format!("{} {}{}{}", Ident(&self.name), self.data_type, self.foreign_clause(), self.constraints(site))
    }

    fn foreign_clause(&self) -> String {
        if self.foreign_options.is_empty() {
            return String::new();
        }
        format!(" OPTIONS ({})", options::foreign_list(&self.foreign_options))
    }

    fn constraints(&self, site: &Site) -> String {
        let mut sql = self.collate();
        if let Some(generated) = self.generated.as_ref().filter(|_| !self.inherits_expression(site)) {
            sql.push_str(&format!(" GENERATED ALWAYS AS ({}) {}", generated.expression, generated.how));
        }
        let default = self.default_id();
        if site.inline.contains(&default)
            && let Some(Body::Default(default)) = site.new.body(&default)
        {
            sql.push_str(&format!(" DEFAULT {}", default.expression));
        }
        if let Some((id, clause)) = self.identity(site.new)
            && site.inline.contains(id)
        {
            sql.push_str(&format!(" {clause}"));
        }
        let table_is_made = site.created.contains(&Id::new(Kind::Table, [&self.table.0, &self.table.1]));
        if self.not_null && !(self.not_null_inherited && table_is_made) {
            sql.push_str(&self.not_null_clause(site));
        }
        sql
    }

    /// A child's generated column takes its expression from the parent, and up to PostgreSQL 15 must not repeat it.
    fn inherits_expression(&self, site: &Site) -> bool {
        let table = site.new.body(&Id::new(Kind::Table, [&self.table.0, &self.table.1]));
        let parent = self.inherited_from.as_ref().and_then(|parent| {
            site.new.body(&Id::new(Kind::Column, [&parent.0, &parent.1, &self.name]))
        });
        matches!((table, parent), (Some(Body::Table(table)), Some(Body::Column(parent)))
            if !table.inherits.is_empty() && parent.generated == self.generated)
    }

    fn not_null_clause(&self, site: &Site) -> String {
        let Some(constraint) = self.not_null_constraint.as_ref().filter(|constraint| !constraint.not_valid) else {
            return match &self.not_null_constraint {
                Some(_) => String::new(),
                // The usual name may still be that of a former partition's.
                None if not_null::is_taken(self, site)
                    || site.old.version >= not_null::NAMED && site.old.has(&self.id()) =>
                {
                    format!(" CONSTRAINT {} NOT NULL", Ident(&not_null::name(self)))
                }
                None => " NOT NULL".to_owned(),
            };
        };
        let name = constraint.name.as_ref().map(|name| format!(" CONSTRAINT {}", Ident(name))).unwrap_or_default();
        let inherit = if constraint.no_inherit { " NO INHERIT" } else { "" };
        format!("{name} NOT NULL{inherit}")
    }

    fn identity<'a>(&self, schema: &'a Schema) -> Option<(&'a Id, String)> {
        let name = self.identity.as_ref()?;
        let (id, object) = schema.objects.get_key_value(&Id::new(Kind::Sequence, [&name.0, &name.1]))?;
        let Body::Sequence(sequence) = &object.body else { return None };
        Some((id, sequence.identity_clause(sequence.identity.as_ref()?, schema)))
    }

    /// The line in CREATE TABLE; `None` when the column comes from a parent or a type with nothing to add.
    pub fn in_create_table(&self, table: &Table, site: &Site) -> Option<String> {
        if table.of_type.is_some() {
            let constraints = self.constraints(site);
            let constraints = constraints.strip_prefix(&self.collate()).unwrap_or(&constraints).trim();
            return (!constraints.is_empty()).then(|| format!("{} WITH OPTIONS {constraints}", Ident(&self.name)));
        }
        self.is_written(site.new).then(|| self.definition(site))
    }

    /// Whether CREATE TABLE or ADD COLUMN has a line for it: not when the column comes only from a parent.
    pub fn is_written(&self, schema: &Schema) -> bool {
        let table = schema.body(&Id::new(Kind::Table, [&self.table.0, &self.table.1]));
        self.local || matches!(table, Some(Body::Table(table)) if table.partition || table.inherits.is_empty())
    }

    /// `ALTER TABLE t ALTER COLUMN c <clause>`, on this table alone.
    fn alter_only(&self, clause: &str) -> Step {
        let what = if self.foreign { "FOREIGN TABLE" } else { "TABLE ONLY" };
        Step::new(format!("ALTER {what} {} ALTER COLUMN {} {clause}", self.table, Ident(&self.name)))
    }

    /// `ALTER TABLE t ALTER COLUMN c <clause>`, on its heirs and partitions too.
    pub fn alter_all(&self, clause: &str) -> Step {
        let what = if self.foreign { "FOREIGN TABLE" } else { "TABLE" };
        Step::new(format!("ALTER {what} {} ALTER COLUMN {} {clause}", self.table, Ident(&self.name)))
    }

    /// Storage, compression, statistics target and options: what ALTER TYPE resets.
    fn settings(&self, old: Option<&Self>, retyped: bool, site: &Site) -> Vec<Step> {
        let mut steps = vec![];
        let before = old.filter(|_| !retyped);
        if before.and_then(|column| column.storage.as_ref()) != self.storage.as_ref() {
            match &self.storage {
                Some(storage) => steps.push(self.alter_only(&format!("SET STORAGE {storage}"))),
                None if site.old.version < 160_000 => steps.push(self.set_storage(self.usual_storage(site.new))),
                None => steps.push(self.alter_only("SET STORAGE DEFAULT")),
            }
        }
        if before.and_then(|column| column.compression.as_ref()) != self.compression.as_ref() {
            let method = self.compression.as_deref().unwrap_or("default");
            steps.push(self.alter_only(&format!("SET COMPRESSION {method}")));
        }
        if old.and_then(|column| column.statistics) != self.statistics {
            steps.push(self.alter_only(&format!("SET STATISTICS {}", self.statistics.unwrap_or(-1))));
        }
        let none = vec![];
        let options = old.map_or(&none, |column| &column.options);
        for clause in options::storage_changes(options, &self.options) {
            steps.push(self.alter_only(&clause));
        }
        if let Some(constraint) = &self.not_null_constraint
            && constraint.not_valid
            && old.is_none()
        {
            steps.push(not_null::add(self));
        }
        steps.extend(not_null::comment(self, old));
        steps
    }

    /// The storage of its type, for servers without SET STORAGE DEFAULT (before 16). Types of fixed length have no other
    /// storage than theirs, so they never come here.
    fn usual_storage(&self, schema: &Schema) -> &'static str {
        let mut data_type = base(&self.data_type);
        while let Some(Body::Domain(domain)) = data_type
            .split_once('.')
            .and_then(|(namespace, name)| schema.body(&Id::new(Kind::Domain, [namespace, name])))
        {
            data_type = base(&domain.base);
        }
        let is_array = self.data_type.ends_with("[]");
        if !is_array && ["numeric", "inet", "cidr"].contains(&data_type.as_str()) { "MAIN" } else { "EXTENDED" }
    }

    /// The step that gives it a storage.
    pub fn set_storage(&self, storage: &str) -> Step {
        self.alter_only(&format!("SET STORAGE {storage}"))
    }

    /// How its values get into a composite type whose attributes are others, or stand in another order.
    fn reshaped(&self, site: &Site) -> Option<Step> {
        let carried = (self.generated.is_none() && !self.foreign).then(|| Carried::of(self, site)).flatten()?;
        let (using, lost, fails) = match carried {
            Carried::ByAttribute { values, lost, fails } => (values, lost, fails),
            Carried::Not => {
                let lost = format!("the values of column {}.{}", self.table, Ident(&self.name));
                (format!("NULL::{}", self.data_type), Some(lost), None)
            }
        };
        let step = self.alter_all(&format!("TYPE {}{} USING {using}", self.data_type, self.collate()));
        Some(Step { loses: lost, fails, ..step })
    }

    /// From another type, of which the old schema knows what it is.
    fn change_type(&self, old_type: &str, site: &Site) -> Vec<Step> {
        let data_type = &self.data_type;
        let conversion = Conversion::between(old_type, site.old, data_type, site.new);
        let is_stored = self.generated.is_none() && !self.foreign;
        let using = if is_stored { conversion.using(&self.name, data_type) } else { String::new() };
        let step = self.alter_all(&format!("TYPE {data_type}{}{using}", self.collate()));
        let what = format!("column {}.{}", self.table, Ident(&self.name));
        vec![if is_stored { conversion.told(step, &what) } else { step }]
    }
}

/// A type's name without length, precision and brackets: `timestamp(3) without time zone[]` is
/// `timestamp without time zone`.
fn base(data_type: &str) -> String {
    let plain = data_type.trim_end_matches("[]");
    match (plain.split_once('('), plain.split_once(')')) {
        (Some((start, _)), Some((_, end))) => format!("{start}{end}"),
        _ => plain.to_owned(),
    }
}

impl Define for Column {
    fn id(&self) -> Id {
        Id::new(Kind::Column, [&self.table.0, &self.table.1, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("COLUMN", format!("{}.{}", self.table, Ident(&self.name))).granted_as("COLUMN")
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let mut steps = vec![];
        if !site.inline.contains(&self.id()) {
            steps.push(Step::new(format!("ALTER TABLE {} ADD COLUMN {}", self.table, self.definition(site))));
        } else if self.default_of_leader(site).is_some() && !site.new.has(&self.default_id()) {
            steps.push(self.alter_only("DROP DEFAULT"));
        }
        steps.extend(not_null::of_heir(self, site));
        steps.extend(self.settings(None, false, site));
        steps
    }

    fn remove(&self, site: &Site) -> Vec<Step> {
        let name = format!("{}.{}", self.table, Ident(&self.name));
        let only = if self.is_left_to_heirs(site) { "ONLY " } else { "" };
        let step = Step::new(format!("ALTER TABLE {only}{} DROP COLUMN {}", self.table, Ident(&self.name)));
        // A foreign table's rows are elsewhere.
        let table = site.old.body(&Id::new(Kind::Table, [&self.table.0, &self.table.1]));
        let is_foreign = matches!(table, Some(Body::Table(table)) if table.foreign.is_some());
        vec![if self.generated.is_some() || is_foreign { step } else { step.loses(format!("the values of column {name}")) }]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        if self == old {
            return Alteration::Same;
        }
        if old.moves_to_parent(site) {
            return Alteration::Replace;
        }
        let expression = |column: &Self| column.generated.clone();
        let (before, after) = (expression(old), expression(self));
        let mut steps = vec![];
        match (&before, &after) {
            (None, Some(_)) => return Alteration::Replace,
            (Some(before), Some(after)) if before != after => {
                if before.how != after.how || site.old.version < 170_000 {
                    return Alteration::Replace;
                }
                steps.push(self.alter_all(&format!("SET EXPRESSION AS ({})", after.expression)));
            }
            (Some(before), None) if before.how == "VIRTUAL" => return Alteration::Replace,
            (Some(_), None) => steps.push(self.alter_all("DROP EXPRESSION")),
            _ => {}
        }
        let retyped = (&old.data_type, &old.collation) != (&self.data_type, &self.collation);
        // A partition's columns change their type with their parent's, never alone.
        if retyped && self.follows(Motion::Alter, site).is_none() {
            if old.data_type == self.data_type {
                steps.push(self.alter_all(&format!("TYPE {}{}", self.data_type, self.collate())));
            } else {
                steps.extend(self.change_type(&old.data_type, site));
            }
        }
        if retyped {
            steps.extend(statistics::targets_on(&self.id(), site));
        }
        steps.extend(not_null::steps(self, old, site));
        steps.extend(self.settings(Some(old), retyped, site));
        if let Some(changes) = options::foreign_changes(&old.foreign_options, &self.foreign_options) {
            steps.push(self.alter_all(&format!("OPTIONS ({changes})")));
        }
        if steps.is_empty() {
            return if retyped { Alteration::Around(steps, blocks_type) } else { Alteration::Same };
        }
        if retyped { Alteration::Around(steps, blocks_type) } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Table, [&self.table.0, &self.table.1])]
    }

    fn folds_into(&self, _site: &Site) -> Option<Id> {
        Some(Id::new(Kind::Table, [&self.table.0, &self.table.1]))
    }

    fn follows(&self, motion: Motion, site: &Site) -> Option<Id> {
        if let Some(of_type) = self.typed_by(site) {
            return Some(of_type);
        }
        let leader = self.leader(site)?;
        // What the child declares itself is there before the parent has it and stays when the parent drops it.
        let alone = match motion {
            Motion::Alter => false,
            Motion::Create => self.declares(),
            Motion::Drop => {
                self.declares()
                    || matches!(site.old.body(&leader), Some(Body::Column(leader)) if leader.is_left_to_heirs(site))
            }
        };
        (!alone).then_some(leader)
    }

    fn pinned_by(&self, schema: &Schema) -> Option<Id> {
        let table = Id::new(Kind::Table, [&self.table.0, &self.table.1]);
        let is_key = matches!(schema.body(&table), Some(Body::Table(table)) if table.key_columns.contains(&self.name));
        is_key.then_some(table)
    }

    /// Heirs that declare the column too have it first: then the parent's is merged with it.
    fn needs(&self, site: &Site) -> Vec<Id> {
        if !site.created.contains(&self.id()) {
            return vec![];
        }
        let mut needs: Vec<Id> = self.in_heirs(site).filter(|id| site.created.contains(id)).collect();
        needs.retain(|id| matches!(site.new.body(id), Some(Body::Column(column)) if column.declares()));
        needs
    }

    fn position(&self) -> i32 {
        self.position
    }

    fn holds_data(&self) -> bool {
        self.generated.is_none()
    }

    /// PostgreSQL cannot take back that a table declares a column: the values move to the one that is inherited.
    fn set_aside(&self, site: &Site) -> Option<Aside> {
        if !self.moves_to_parent(site) {
            return None;
        }
        let (table, name, aside) = (&self.table, Ident(&self.name), aside::short(&self.name));
        let conversion = match site.new.body(&self.id()) {
            Some(Body::Column(after)) => {
                Some((Conversion::between(&self.data_type, site.old, &after.data_type, site.new), &after.data_type))
            }
            _ => None,
        };
        let aside = Ident(&aside);
        let value = conversion.as_ref().and_then(|(conversion, to)| conversion.expression(&aside.to_string(), to));
        let value = value.unwrap_or_else(|| aside.to_string());
        let carry = Step::new(format!("UPDATE {table} SET {name} = {value}"));
        let what = format!("column {table}.{name}");
        let carry = match conversion {
            Some((conversion, _)) => conversion.told(carry, &what),
            None => carry,
        };
        let mut after = vec![
            carry,
            Step::new(format!("ALTER TABLE {table} DROP COLUMN {aside}")),
        ];
        // The tables beneath have both columns, too, and keep what they declare themselves.
        for heir in lasting_descendants(table, site) {
            let id = Id::new(Kind::Column, [&heir.0, &heir.1, &self.name]);
            if matches!(site.old.body(&id), Some(Body::Column(column)) if column.declares()) {
                after.push(Step::new(format!("ALTER TABLE {heir} DROP COLUMN {aside}")));
            }
        }
        let before = vec![Step::new(format!("ALTER TABLE {table} RENAME COLUMN {name} TO {aside}"))];
        Some(Aside { before, after })
    }

    fn carry_over(&self, site: &Site) -> Vec<Step> {
        if self.follows(Motion::Alter, site).is_some() {
            return vec![];
        }
        let mut steps = match self.reshaped(site) {
            Some(step) => vec![step],
            None => self.change_type(&self.data_type, site),
        };
        steps.extend(self.settings(Some(self), true, site).into_iter().filter(|_| {
            self.storage.is_some() || self.compression.is_some()
        }));
        steps
    }
}

/// What PostgreSQL refuses to see a column's type change under (0A000), and the default, whose value has to be cast.
fn blocks_type(body: &Body) -> bool {
    match body {
        Body::View(_)
        | Body::MaterializedView(_)
        | Body::Rule(_)
        | Body::Policy(_)
        | Body::Trigger(_)
        | Body::PublicationTable(_)
        | Body::Default(_)
        | Body::Function(_) => true,
        Body::Column(column) => column.generated.is_some(),
        _ => false,
    }
}
