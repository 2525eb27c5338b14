//! How the values of a column get back from a type that a migration gave them: what its `USING` did, a way back that is
//! written from schemas alone cannot know.

use super::generate::Generated;
use crate::migration::Part;
use crate::sql::effect::{Expression, Name, Origin, TypeName, What, read};
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
        Some(using) => match zone(column, using) {
            Some(zone) => Back::Using(format!("{column} AT TIME ZONE {}", Literal(zone))),
            None if is_cast(column, using) => Back::Plainly,
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

/// The zone of `column AT TIME ZONE 'zone'`, which is its own inverse between `timestamp` and `timestamptz` (PostgreSQL
/// documentation, section 9.9.4).
fn zone<'e>(column: &Name, using: &'e Expression) -> Option<&'e str> {
    let ([one], [(zone, _)], []) =
        (using.columns.as_slice(), using.strings.as_slice(), using.calls.as_slice())
    else {
        return None;
    };
    let words: Vec<&str> = using.text.trim_matches(['(', ')', ' ']).split_whitespace().collect();
    let [_, at, time, of, last] = words.as_slice() else { return None };
    let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
    let whole =
        is(at, "at") && is(time, "time") && is(of, "zone") && last.starts_with('\'') && last.ends_with('\'');
    (whole && one.last() == column.last()).then_some(zone.as_str())
}

/// `column::type`: what the way back does too.
fn is_cast(column: &Name, using: &Expression) -> bool {
    let text = using.text.trim_matches(['(', ')', ' ']);
    text.split_once("::").is_some_and(|(value, _)| value.trim() == column.to_string())
        && using.columns.len() == 1
        && using.calls.is_empty()
        && !text.contains(['+', '-', '*', '/', '|'])
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
        assert!(matches!(back("timestamptz USING (a + '1 day') AT TIME ZONE 'UTC'"), Back::Cast(_)));
        assert!(matches!(back("timestamptz"), Back::Cast(note) if note.contains("time zone of the session")));
    }

    #[test]
    fn what_made_other_values_is_said() {
        assert!(matches!(back("int USING length(a)"), Back::Cast(note) if note.contains("USING length(a)")));
        assert_eq!(back("int USING a::int"), Back::Plainly);
        assert_eq!(back("bigint"), Back::Plainly);
    }
}
