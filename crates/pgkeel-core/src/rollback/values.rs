//! How the values of a column get back from a type that a migration gave them: what its `USING` did, a way back that is
//! written from schemas alone cannot know.

use super::generate::Generated;
use crate::migration::Part;
use crate::sql::effect::{Expression, Name, Origin, Turn, TypeName, What, read};
use crate::sql::ident::Literal;

/// How the values of a column get back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// By this expression, which undoes that of the migration.
    Using(String),
    /// By a cast, of which this has to be known.
    Cast(String),
    /// By a cast that undoes the migration's own.
    Plainly,
}

/// How the values of a column get back that a migration turned into `to`.
pub fn values_back(table: &Name, column: &Name, to: &TypeName, using: Option<&Expression>) -> Back {
    match using {
        Some(using) => match own_turn(column, using) {
            // It is its own inverse between `timestamp` and `timestamptz` (PostgreSQL documentation, section 9.9.4), but for
            // the hour that summer time leaves out, which no clock of that zone shows.
            Some(Turn::AtZone(zone)) => Back::Using(format!("{column} AT TIME ZONE {}", Literal(zone))),
            Some(Turn::Cast) => Back::Plainly,
            None => Back::Cast(format!(
                "the values of {table}.{column} were made by USING {}: the way back casts them, which need not give what they were",
                using.text
            )),
        },
        None if matches!(to.name.as_str(), "timestamptz" | "timestamp") => Back::Cast(format!(
            "the values of {table}.{column} are read in the time zone of the session, on the way there and on the way back"
        )),
        None => Back::Plainly,
    }
}

/// What an expression does to this column, and to nothing else.
fn own_turn<'e>(column: &Name, using: &'e Expression) -> Option<&'e Turn> {
    let turn = using.turns_column.as_ref()?;
    using.columns.first().is_some_and(|of| of.last() == column.last()).then_some(turn)
}

/// Brings the values back in a script that was written from schemas, as far as the migration's text tells how.
pub fn bring_back(generated: &mut Generated, up: &Part) {
    for statement in up.in_memory() {
        for effect in &statement.reading().effects {
            if let What::AlterColumnType { table, column, to, using, .. } = &effect.what
                && effect.origin == Origin::Statement
            {
                one(generated, table, column, &values_back(table, column, to, using.as_ref()));
            }
        }
    }
}

fn one(generated: &mut Generated, table: &Name, column: &Name, back: &Back) {
    for sql in &mut generated.statements {
        let reading = read(sql);
        let undoes = reading.effects.iter().any(|effect| {
            matches!(&effect.what, What::AlterColumnType { table: other, column: same, using: None, .. }
                if other.last() == table.last() && same.last() == column.last())
        });
        if !undoes || reading.effects.len() != 1 {
            continue;
        }
        match back {
            Back::Using(expression) => sql.push_str(&format!(" USING {expression}")),
            Back::Cast(note) => generated.notes.push(note.clone()),
            Back::Plainly => {}
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::{Back, values_back};
    use crate::sql::effect::{What, read};

    fn back(action: &str) -> Back {
        let reading = read(&format!("ALTER TABLE t ALTER a TYPE {action}"));
        let Some(What::AlterColumnType { table, column, to, using, .. }) =
            reading.effects.first().map(|effect| &effect.what)
        else {
            panic!("{reading:?}")
        };
        values_back(table, column, to, using.as_ref())
    }

    #[test]
    fn a_zone_leads_back_as_it_led_there() {
        let zone = back("timestamptz USING a AT TIME ZONE 'Europe/Rome'");
        assert_eq!(zone, Back::Using("a AT TIME ZONE 'Europe/Rome'".to_owned()));
        let zone = back("timestamptz USING ((a) AT TIME ZONE ('UTC'))");
        assert_eq!(zone, Back::Using("a AT TIME ZONE 'UTC'".to_owned()));
        for using in
            ["(a + '1 day') AT TIME ZONE 'UTC'", "a::date AT TIME ZONE 'UTC'", "b AT TIME ZONE 'UTC'"]
        {
            assert!(matches!(back(&format!("timestamptz USING {using}")), Back::Cast(_)), "{using}");
        }
        assert!(matches!(back("timestamptz"), Back::Cast(note) if note.contains("time zone of the session")));
    }

    #[test]
    fn what_made_other_values_is_said() {
        assert!(matches!(back("int USING length(a)"), Back::Cast(note) if note.contains("USING length(a)")));
        for using in ["a::int = 1", "a::int % 10", "b::int", "coalesce(a::int, 0)"] {
            assert!(matches!(back(&format!("int USING {using}")), Back::Cast(_)), "{using}");
        }
        assert_eq!(back("int USING a::int"), Back::Plainly);
        assert_eq!(back("int USING (CAST(t.a AS int))"), Back::Plainly);
        assert_eq!(back("bigint"), Back::Plainly);
    }
}
