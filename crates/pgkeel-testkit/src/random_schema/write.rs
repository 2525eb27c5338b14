//! Writes a random schema as SQL, leaving out what refers to something that is gone.

mod relation;

use std::fmt::Write as _;

use super::model::{Domain, Model, Named, Routine, RoutineShape};
use super::names::{literal, quoted};
use super::types::Type;

/// The attributes of functions, each a valid combination.
const ATTRIBUTES: [&str; 6] = [
    "IMMUTABLE",
    "STABLE PARALLEL SAFE",
    "VOLATILE STRICT",
    "IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF",
    "STABLE SECURITY DEFINER SET search_path TO 'pg_catalog'",
    "COST 50",
];

/// The whole script.
pub(super) fn script(model: &Model) -> String {
    let mut out = String::from("SET client_encoding = 'UTF8';\nSET client_min_messages = 'warning';\n");
    for namespace in model.namespaces.iter().filter(|namespace| *namespace != "public") {
        line(&mut out, &format!("CREATE SCHEMA {}", quoted(namespace)));
    }
    for it in &model.enums {
        let labels = it.labels.iter().map(|label| literal(label)).collect::<Vec<_>>().join(", ");
        line(&mut out, &format!("CREATE TYPE {} AS ENUM ({labels})", it.named.sql()));
        remark(&mut out, "TYPE", &it.named.sql(), it.named.comment.as_deref());
    }
    for it in &model.domains {
        domain(&mut out, it);
    }
    for it in &model.composites {
        let fields = it
            .fields
            .iter()
            .map(|(name, of)| format!("{} {}", quoted(name), of.sql(model).unwrap_or_default()));
        let fields = fields.collect::<Vec<_>>().join(", ");
        line(&mut out, &format!("CREATE TYPE {} AS ({fields})", it.named.sql()));
        remark(&mut out, "TYPE", &it.named.sql(), it.named.comment.as_deref());
    }
    for it in &model.sequences {
        let name = it.named.sql();
        let cycle = if it.cycle { " CYCLE" } else { "" };
        line(
            &mut out,
            &format!("CREATE SEQUENCE {name} INCREMENT BY {} CACHE {}{cycle}", it.increment, it.cache),
        );
        finish(&mut out, "SEQUENCE", &it.named, "GRANT USAGE ON");
    }
    let late = |it: &&Routine| matches!(it.shape, RoutineShape::RowsOf(_) | RoutineShape::Aggregate(_));
    for it in model.routines.iter().filter(|it| !late(it)) {
        routine(&mut out, model, it);
    }
    for table in &model.tables {
        relation::table(&mut out, model, table);
    }
    for table in &model.tables {
        relation::belongings(&mut out, model, table);
    }
    for view in &model.views {
        relation::view(&mut out, model, view);
    }
    for it in model.routines.iter().filter(late) {
        routine(&mut out, model, it);
    }
    out
}

fn domain(out: &mut String, it: &Domain) {
    let Some(base) = it.base.built_in() else { return };
    let mut text = format!("CREATE DOMAIN {} AS {}", it.named.sql(), base.name);
    if let Some(default) = it.default.and_then(|default| base.defaults.get(default % base.defaults.len())) {
        let _ = write!(text, " DEFAULT {default}");
    }
    if it.not_null {
        text.push_str(" NOT NULL");
    }
    if it.check {
        let name = quoted(&format!("check_{}", it.named.number));
        let _ = write!(text, " CONSTRAINT {name} CHECK ({})", base.check.replace("{}", "VALUE"));
    }
    line(out, &text);
    remark(out, "DOMAIN", &it.named.sql(), it.named.comment.as_deref());
}

fn routine(out: &mut String, model: &Model, it: &Routine) {
    let name = it.named.sql();
    let constant = it.constant;
    let attributes = ATTRIBUTES.get(it.attributes % ATTRIBUTES.len()).copied().unwrap_or_default();
    let numbers = "integer, integer";
    let (kind, arguments, text) = match it.shape {
        RoutineShape::Sql => {
            let head =
                format!("CREATE FUNCTION {name}(a integer, b integer DEFAULT {constant}) RETURNS integer");
            (
                "FUNCTION",
                numbers,
                format!("{head} LANGUAGE sql {attributes} AS $$ SELECT a + b * {constant} $$"),
            )
        }
        RoutineShape::Atomic => {
            let head = format!("CREATE FUNCTION {name}(a integer, b integer) RETURNS integer");
            let body = format!("BEGIN ATOMIC SELECT a * {constant}; SELECT a - b; END");
            ("FUNCTION", numbers, format!("{head} LANGUAGE sql {attributes} {body}"))
        }
        RoutineShape::Plpgsql => {
            let head = format!("CREATE FUNCTION {name}(VARIADIC list text[], OUT one text, OUT two integer)");
            let body = format!(
                "$body$\nBEGIN\n  -- it's {constant}\n  one := list[1];\n  two := {constant};\nEND\n$body$"
            );
            ("FUNCTION", "text[]", format!("{head} LANGUAGE plpgsql {attributes} AS {body}"))
        }
        RoutineShape::Procedure => {
            let body = format!("$$ BEGIN RAISE NOTICE 'number %', a + {constant}; END $$");
            ("PROCEDURE", "integer", format!("CREATE PROCEDURE {name}(a integer) LANGUAGE plpgsql AS {body}"))
        }
        RoutineShape::Trigger => {
            let body = format!("$$ BEGIN PERFORM {constant}; RETURN COALESCE(NEW, OLD); END $$");
            ("FUNCTION", "", format!("CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {body}"))
        }
        RoutineShape::RowsOf(table) => {
            let Some(table) = model.table(table) else { return };
            let table = table.named.sql();
            let head = format!(
                "CREATE FUNCTION {name}() RETURNS SETOF {table} LANGUAGE sql STABLE ROWS {}",
                constant + 1
            );
            ("FUNCTION", "", format!("{head} AS $$ SELECT * FROM {table} $$"))
        }
        RoutineShape::Aggregate(function) => {
            let function = model.routines.iter().find(|it| it.named.number == function);
            let Some(function) = function.filter(|it| it.shape == RoutineShape::Sql) else { return };
            let function = function.named.sql();
            let body = format!("SFUNC = {function}, STYPE = integer, INITCOND = '{constant}'");
            ("AGGREGATE", "integer", format!("CREATE AGGREGATE {name}(integer) ({body})"))
        }
    };
    line(out, &text);
    let signature = format!("{name}({arguments})");
    remark(out, kind, &signature, it.named.comment.as_deref());
    if it.named.granted {
        line(out, &format!("REVOKE ALL ON ROUTINE {signature} FROM PUBLIC"));
    }
}

/// A statement on a line of its own.
fn line(out: &mut String, statement: &str) {
    out.push_str(statement);
    out.push_str(";\n");
}

fn remark(out: &mut String, kind: &str, object: &str, comment: Option<&str>) {
    if let Some(comment) = comment {
        line(out, &format!("COMMENT ON {kind} {object} IS {}", literal(comment)));
    }
}

/// A comment and a privilege for everybody.
fn finish(out: &mut String, kind: &str, named: &Named, grant: &str) {
    remark(out, kind, &named.sql(), named.comment.as_deref());
    if named.granted {
        let what = if kind == "SEQUENCE" { "SEQUENCE " } else { "" };
        line(out, &format!("{grant} {what}{} TO PUBLIC", named.sql()));
    }
}

impl Named {
    /// The qualified name.
    fn sql(&self) -> String {
        format!("{}.{}", quoted(&self.namespace), quoted(&self.name))
    }
}

impl Type {
    /// The type's name, unless the schema does not have it any more.
    fn sql(self, model: &Model) -> Option<String> {
        let named = match self {
            Self::BuiltIn(_) => return self.built_in().map(|it| it.name.to_owned()),
            Self::Enum(number) => model.enums.iter().map(|it| &it.named).find(|it| it.number == number),
            Self::Domain(number) => model.domains.iter().map(|it| &it.named).find(|it| it.number == number),
            Self::Composite(number) => {
                model.composites.iter().map(|it| &it.named).find(|it| it.number == number)
            }
        };
        named.map(Named::sql)
    }
}
