//! Tables: plain, partitioned and foreign (`pg_class` with relkind `r`, `p`, `f`). Columns, constraints and the rest
//! of what a table has are objects of their own.

use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::{Alteration, Body, Define, Kind, Site, Target, foreign_key, options};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, qualified};

/// Where a foreign table's rows are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Foreign {
    /// The server.
    pub server: String,
    /// Its options.
    #[serde(default)]
    pub options: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// UNLOGGED.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlogged: bool,
    /// `RANGE (day)`, as `pg_get_partkeydef` writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Columns that the partition key is made of: they cannot change while it is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_columns: Vec<String>,
    /// Whether it is, or is made to be, a partition.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partition: bool,
    /// Tables it inherits from, in order; not for partitions. What changes of that is an object of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<Name>,
    /// `OF type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_type: Option<String>,
    /// Storage options, those of the TOAST table with the prefix `toast.`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Access method other than `heap`; of a partitioned table the one that its partitions get, `heap` too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_method: Option<String>,
    /// Tablespace other than the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// `d`efault, `f`ull, `n`othing, or `i` for an index, which then says so itself.
    pub replica_identity: String,
    /// Row-level security is enabled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub row_security: bool,
    /// ... also for the owner.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force_row_security: bool,
    /// For a foreign table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<Foreign>,
}

impl Table {
    fn sql_name(&self) -> String {
        qualified(&self.namespace, &self.name)
    }

    fn keyword(&self) -> &'static str {
        if self.foreign.is_some() { "FOREIGN TABLE" } else { "TABLE" }
    }

    /// Whether, with its columns changed one by one, it can be of the type in its new form: a new column stands last.
    pub fn fits_its_type(&self, id: &Id, site: &Site) -> bool {
        let (Some(Body::Composite(old)), Some(Body::Composite(new))) = (site.old.body(id), site.new.body(id)) else {
            return true;
        };
        self.of_type.is_none() || new.keeps_the_order_of(old)
    }

    /// What CREATE TABLE does not say.
    fn settings(&self, old: Option<&Self>) -> Vec<Step> {
        let (keyword, name) = (self.keyword(), self.sql_name());
        let mut steps = vec![];
        let before = |get: fn(&Self) -> bool| old.is_some_and(get);
        if before(|table| table.row_security) != self.row_security {
            let verb = if self.row_security { "ENABLE" } else { "DISABLE" };
            steps.push(Step::new(format!("ALTER {keyword} {name} {verb} ROW LEVEL SECURITY")));
        }
        if before(|table| table.force_row_security) != self.force_row_security {
            let verb = if self.force_row_security { "FORCE" } else { "NO FORCE" };
            steps.push(Step::new(format!("ALTER {keyword} {name} {verb} ROW LEVEL SECURITY")));
        }
        let identity = old.map_or("d", |table| table.replica_identity.as_str());
        if identity != self.replica_identity {
            let what = match self.replica_identity.as_str() {
                "f" => "FULL",
                "n" => "NOTHING",
                "i" => return steps,
                _ => "DEFAULT",
            };
            steps.push(Step::new(format!("ALTER TABLE {name} REPLICA IDENTITY {what}")));
        }
        steps
    }
}

impl Define for Table {
    fn id(&self) -> Id {
        Id::new(Kind::Table, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new(self.keyword(), self.sql_name()).owned().granted_as("TABLE")
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let name = Name(self.namespace.clone(), self.name.clone());
        let mut lines: Vec<(i32, String)> = vec![];
        for (id, object) in site.new.parts(Kind::Column, &name) {
            let Body::Column(column) = &object.body else { continue };
            if site.inline.contains(id)
                && let Some(line) = column.in_create_table(self, site)
            {
                lines.push((column.position, line));
            }
        }
        lines.sort_by_key(|(position, _)| *position);
        let mut lines: Vec<String> = lines.into_iter().map(|(_, line)| format!("    {line}")).collect();
        for (id, object) in site.new.parts(Kind::Constraint, &name) {
            let Body::Constraint(constraint) = &object.body else { continue };
            if site.inline.contains(id) && constraint.is_written(site.new) {
                lines.push(format!("    {}", constraint.clause()));
            }
        }
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let mut sql = format!("CREATE {unlogged}{} {}", self.keyword(), self.sql_name());
        if let Some(of_type) = &self.of_type {
            sql.push_str(&format!(" OF {of_type}"));
        }
        if !lines.is_empty() || self.of_type.is_none() {
            let body = if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join(",\n")) };
            sql.push_str(&format!(" ({body})"));
        }
        if !self.inherits.is_empty() {
            let parents: Vec<String> = self.inherits.iter().map(Name::to_string).collect();
            sql.push_str(&format!(" INHERITS ({})", parents.join(", ")));
        }
        if let Some(foreign) = &self.foreign {
            sql.push_str(&format!(" SERVER {}", Ident(&foreign.server)));
            if !foreign.options.is_empty() {
                sql.push_str(&format!(" OPTIONS ({})", options::foreign_list(&foreign.options)));
            }
        }
        if let Some(key) = &self.partition_key {
            sql.push_str(&format!(" PARTITION BY {key}"));
        }
        if let Some(method) = &self.access_method {
            sql.push_str(&format!(" USING {}", Ident(method)));
        }
        if !self.options.is_empty() {
            sql.push_str(&format!(" WITH ({})", options::storage_list(&self.options)));
        }
        if let Some(tablespace) = &self.tablespace {
            sql.push_str(&format!(" TABLESPACE {}", Ident(tablespace)));
        }
        let mut steps = vec![Step::new(sql)];
        steps.extend(self.settings(None));
        steps
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        let step = Step::new(format!("DROP {} {}", self.keyword(), self.sql_name()));
        // The rows of a partitioned table are its partitions', and those of a foreign table are elsewhere.
        vec![if self.holds_data() { step.loses(format!("every row of table {}", self.sql_name())) } else { step }]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        let server = |table: &Self| table.foreign.as_ref().map(|foreign| foreign.server.clone());
        if (&old.partition_key, server(old)) != (&self.partition_key, server(self)) {
            return Alteration::Replace;
        }
        let (keyword, name) = (self.keyword(), self.sql_name());
        let mut steps = vec![];
        let mut clause = |text: String| steps.push(Step::new(format!("ALTER {keyword} {name} {text}")));
        if old.unlogged != self.unlogged {
            clause(format!("SET {}", if self.unlogged { "UNLOGGED" } else { "LOGGED" }));
        }
        if old.of_type != self.of_type {
            clause(self.of_type.as_ref().map_or_else(|| "NOT OF".to_owned(), |of_type| format!("OF {of_type}")));
        }
        if old.access_method != self.access_method {
            // A partitioned table may have none, which is not the same as `heap`.
            let usual = if self.partition_key.is_some() { "DEFAULT" } else { "heap" };
            let method = self.access_method.as_ref().map(|method| Ident(method).to_string());
            clause(format!("SET ACCESS METHOD {}", method.as_deref().unwrap_or(usual)));
        }
        if old.tablespace != self.tablespace {
            clause(format!("SET TABLESPACE {}", Ident(self.tablespace.as_deref().unwrap_or("pg_default"))));
        }
        options::storage_changes(&old.options, &self.options).into_iter().for_each(&mut clause);
        if let (Some(before), Some(after)) = (&old.foreign, &self.foreign)
            && let Some(changes) = options::foreign_changes(&before.options, &after.options)
        {
            clause(format!("OPTIONS ({changes})"));
        }
        steps.extend(self.settings(Some(old)));
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    /// A logged table never references an unlogged one, so that tables change in the order of their foreign keys.
    fn needs(&self, site: &Site) -> Vec<Id> {
        if !matches!(site.old.body(&self.id()), Some(Body::Table(old)) if old.unlogged != self.unlogged) {
            return vec![];
        }
        let name = Name(self.namespace.clone(), self.name.clone());
        let others = foreign_key::references(site.new).into_iter().filter_map(|(from, to)| {
            if self.unlogged { (to == name).then_some(from) } else { (from == name).then_some(to) }
        });
        others.filter(|other| *other != name).map(|other| Id::new(Kind::Table, [&other.0, &other.1])).collect()
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("relation {}", self.sql_name()), format!("type {}", self.sql_name())]
    }

    fn holds_data(&self) -> bool {
        self.foreign.is_none() && self.partition_key.is_none()
    }

    /// Where a composite type takes its name, the columns of its row type become columns of that.
    fn set_aside(&self, site: &Site) -> Option<Aside> {
        let successor = Id::new(Kind::Composite, [&self.namespace, &self.name]);
        if self.foreign.is_some() || !site.new.has(&successor) {
            return None;
        }
        let mut aside = Aside::renaming("TABLE", &self.namespace, &self.name);
        if self.holds_data() {
            let lost = format!("every row of table {}", self.sql_name());
            aside.after = aside.after.into_iter().map(|step| step.loses(lost.clone())).collect();
        }
        Some(aside)
    }

    fn without_secrets(&self) -> Option<Self> {
        let foreign = self.foreign.as_ref()?;
        let options = options::without_secrets(&foreign.options);
        Some(Self { foreign: Some(Foreign { server: foreign.server.clone(), options }), ..self.clone() })
    }
}
