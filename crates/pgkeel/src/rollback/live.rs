//! Whether there is something to lose: the live database is asked for each object that a script would empty or drop.

use pgkeel_core::rollback::loss::{Loss, Lost, Statement};
use pgkeel_core::sql::effect::Name;
use pgkeel_core::sql::ident::{Ident, Literal};

use crate::answer::{Row, ask, text};
use crate::database::Query;
use crate::error::Error;

/// Rows are counted up to this many; whoever loses more knows enough.
const MANY: u32 = 1_000_000;

/// What is there to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct There {
    /// How many rows or values; `None` when they could not be counted.
    rows: Option<u64>,
    /// Whether there are any, as far as is known.
    any: bool,
}

impl There {
    const NOTHING: Self = Self { rows: Some(0), any: false };
    const UNKNOWN: Self = Self { rows: None, any: true };

    fn rows(rows: u64) -> Self {
        Self { rows: Some(rows), any: rows > 0 }
    }

    fn plus(self, other: Self) -> Self {
        let rows = self.rows.zip(other.rows).map(|(a, b)| a + b);
        Self { rows, any: self.any || other.any }
    }
}

/// What the statements lose, with what is there now.
pub(super) async fn losses(client: &impl Query, statements: &[Statement]) -> Vec<Loss> {
    let mut losses: Vec<Loss> = Vec::new();
    for statement in statements {
        for lost in &statement.lost {
            if losses.iter().any(|known| known.object == lost.object()) {
                continue;
            }
            // What cannot be asked counts as lost: the user is asked instead.
            let there = look(client, lost).await.unwrap_or(There::UNKNOWN);
            losses.push(Loss {
                object: lost.object(),
                what: lost.words(),
                statement: (!statement.sql.is_empty()).then(|| statement.sql.clone()),
                line: (statement.line > 0).then_some(statement.line),
                rows: there.rows,
                now: there.any,
                keepable: matches!(lost, Lost::Table(_) | Lost::Column(..)) && !statement.opaque,
            });
        }
    }
    losses
}

async fn look(client: &impl Query, lost: &Lost) -> Result<There, Error> {
    match lost {
        Lost::Table(table) => rows_of(client, table).await,
        Lost::Rows(table, _) => Ok(There { rows: None, any: rows_of(client, table).await?.any }),
        Lost::Column(table, column) => values_of(client, &table.to_string(), column.last()).await,
        Lost::Values { table, column, to, using } => {
            misfits(client, &table.to_string(), column.last(), to, using.as_deref()).await
        }
        Lost::Namespace(name) => {
            let tables = format!(
                "SELECT c.oid::regclass::text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p') AND NOT \
                 c.relispartition AND c.relnamespace = pg_catalog.to_regnamespace({})",
                Literal(&Ident(name.last()).to_string())
            );
            let mut there = There::NOTHING;
            for row in ask(client, "looking for rows", &tables).await? {
                there = there.plus(count(client, &text(&row, 0), "").await?);
            }
            Ok(there)
        }
        Lost::Type(name) => {
            let of_type = format!("a.atttypid = pg_catalog.to_regtype({})", Literal(&name.to_string()));
            columns(client, &of_type).await
        }
        Lost::Extension(name) => {
            let of_extension = format!(
                "a.atttypid IN (SELECT d.objid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = \
                 d.refobjid WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e' AND d.classid = \
                 'pg_catalog.pg_type'::regclass AND e.extname = {})",
                Literal(name.last())
            );
            columns(client, &of_extension).await
        }
        Lost::Owned => Ok(There::UNKNOWN),
    }
}

async fn rows_of(client: &impl Query, table: &Name) -> Result<There, Error> {
    let known = format!(
        "SELECT c.oid::regclass::text FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass({}) AND c.relkind IN \
         ('r', 'p')",
        Literal(&table.to_string())
    );
    match ask(client, "looking for rows", &known).await?.first() {
        Some(row) => count(client, &text(row, 0), "").await,
        None => Ok(There::NOTHING),
    }
}

/// Values that are there and are not simply the column's default.
async fn values_of(client: &impl Query, table: &str, column: &str) -> Result<There, Error> {
    let Some(known) = attribute(client, table, column).await? else { return Ok(There::NOTHING) };
    let column = Ident(column);
    // A call may give another value each time, or do something.
    let default = known.default.filter(|default| !default.contains('('));
    let other =
        default.map(|default| format!(" AND {column} IS DISTINCT FROM ({default})")).unwrap_or_default();
    match count(client, table, &format!("WHERE {column} IS NOT NULL{other}")).await {
        Ok(there) => Ok(there),
        // Types without an equality, such as json.
        Err(_) => count(client, table, &format!("WHERE {column} IS NOT NULL")).await,
    }
}

/// Values that do not come back unchanged from another type.
async fn misfits(
    client: &impl Query,
    table: &str,
    column: &str,
    to: &str,
    using: Option<&str>,
) -> Result<There, Error> {
    let Some(known) = attribute(client, table, column).await? else { return Ok(There::NOTHING) };
    let column = Ident(column).to_string();
    let value = using.unwrap_or(&column);
    let back = format!("((({value})::{to})::{})::text IS DISTINCT FROM {column}::text", known.type_name);
    count(client, table, &format!("WHERE {column} IS NOT NULL AND {back}")).await
}

struct Attribute {
    type_name: String,
    default: Option<String>,
}

/// A stored column of a table; `None` when there is none: what is computed is not lost.
async fn attribute(client: &impl Query, table: &str, column: &str) -> Result<Option<Attribute>, Error> {
    let sql = format!(
        "SELECT pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM \
         pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE \
         a.attrelid = pg_catalog.to_regclass({}) AND a.attname = {} AND NOT a.attisdropped AND a.attgenerated = ''",
        Literal(table),
        Literal(column)
    );
    let rows = ask(client, "looking at a column", &sql).await?;
    let of = |row: &Row| Attribute { type_name: text(row, 0), default: row.get(1).cloned().flatten() };
    Ok(rows.first().map(of))
}

/// All columns of tables that a condition on `pg_attribute a` holds for.
async fn columns(client: &impl Query, condition: &str) -> Result<There, Error> {
    let sql = format!(
        "SELECT c.oid::regclass::text, a.attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = \
         a.attrelid WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND \
         {condition}"
    );
    let mut there = There::NOTHING;
    for row in ask(client, "looking at columns", &sql).await? {
        there = there.plus(values_of(client, &text(&row, 0), &text(&row, 1)).await?);
    }
    Ok(there)
}

async fn count(client: &impl Query, table: &str, filter: &str) -> Result<There, Error> {
    let sql = format!("SELECT pg_catalog.count(*) FROM (SELECT FROM {table} {filter} LIMIT {MANY}) counted");
    let rows = ask(client, "looking for rows", &sql).await?;
    Ok(rows.first().and_then(|row| text(row, 0).parse().ok()).map_or(There::UNKNOWN, There::rows))
}
