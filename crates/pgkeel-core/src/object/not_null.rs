//! NOT NULL of columns. Since PostgreSQL 18 it is a constraint with a name; a table hands it to its heirs and partitions
//! and takes it from them again, and one that is inherited can be neither dropped nor renamed.

use super::attachment::Attachment;
use super::column::{Column, NotNull};
use super::inheritance::lasting_descendants;
use super::{Body, Define, Kind, Motion, Site};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::given_name::joined;
use crate::sql::ident::{Ident, Literal};

/// The first version in which NOT NULL has a name.
pub const NAMED: u32 = 180_000;

/// `ALTER TABLE t ADD CONSTRAINT n NOT NULL c`, for one that says more than NOT NULL.
pub fn add(column: &Column) -> Step {
    let constraint = column.not_null_constraint.as_ref();
    let inherit = if constraint.is_some_and(|constraint| constraint.no_inherit) { " NO INHERIT" } else { "" };
    let valid = if constraint.is_some_and(|constraint| constraint.not_valid) { " NOT VALID" } else { "" };
    let (name, column_name) = (name(column), Ident(&column.name));
    let table = &column.table;
    Step::new(format!(
        "ALTER TABLE {table} ADD CONSTRAINT {} NOT NULL {column_name}{inherit}{valid}",
        Ident(&name)
    ))
}

/// The steps from the NOT NULL of `old` to that of `column`.
pub fn steps(column: &Column, old: &Column, site: &Site) -> Vec<Step> {
    let leader = column.follows_to(Motion::Alter, site);
    match (old.not_null, column.not_null) {
        (true, false) => drop(column, site),
        // The parent's change is this one's too, see `gain`.
        (false, true) if leader.is_some_and(|(before, after)| !hands_down(before) && hands_down(after)) => {
            vec![]
        }
        (false, true) => gain(column, site),
        (true, true) => change(column, old, leader, site),
        (false, false) => vec![],
    }
}

/// Whether heirs and partitions have it from this one.
fn hands_down(column: &Column) -> bool {
    column.not_null && !column.not_null_constraint.as_ref().is_some_and(|constraint| constraint.no_inherit)
}

/// Whether PostgreSQL has not looked whether every row has a value.
fn is_unproven(column: &Column) -> bool {
    column.not_null_unproven
        || column.not_null_constraint.as_ref().is_some_and(|constraint| constraint.not_valid)
}

/// What PostgreSQL has no command for, of a NOT NULL that a table has both times from a parent that stays one: another name than
/// the parent's, that the table no longer declares it, and that it is no longer proven.
pub fn left(old: &Column, column: &Column, site: &Site) -> Option<String> {
    let (before, after) = column.follows_to(Motion::Alter, site)?;
    let stays = site.old.version >= NAMED
        && [old, column].iter().all(|column| column.not_null && !column.in_partition)
        && [before, after].iter().all(|column| hands_down(column));
    if !stays {
        return None;
    }
    let table = &column.table;
    let what = format!("the NOT NULL of column {}", Ident(&column.name));
    if !old.not_null_inherited && column.not_null_inherited {
        return Some(format!("{what} stays declared by {table}, too; in the target it is only inherited"));
    }
    if !is_unproven(old) && is_unproven(column) {
        return Some(format!("{what} of {table} stays validated; in the target it is NOT VALID"));
    }
    let names = |column: &Column, schema: &Schema| name_in(column, schema);
    let of_parent = names(after, site.new);
    let is_parents = names(old, site.old) == names(before, site.old);
    let (is, wanted) = (if is_parents { of_parent } else { names(old, site.old) }, names(column, site.new));
    (is != wanted).then(|| {
        format!("{what} of {table} keeps the name {}; in the target it is {}", Ident(&is), Ident(&wanted))
    })
}

/// A new table that inherits a NOT NULL that is NOT VALID has it validated: there is no row that could have no value.
pub fn proven_when_made(column: &Column, site: &Site) -> Option<String> {
    let table = &column.table;
    let is_made = site.created.contains(&Id::new(Kind::Table, [&table.0, &table.1]));
    (is_made && column.not_null_unproven).then(|| {
        let name = Ident(&column.name);
        format!("the NOT NULL of column {name} of {table} is validated, as the table is new; in the target it is NOT VALID")
    })
}

/// `COMMENT ON CONSTRAINT n ON t`, where the comment is another, or the constraint is made anew.
pub fn comment(column: &Column, old: Option<&Column>) -> Option<Step> {
    let text = |column: &Column| {
        column.not_null_constraint.as_ref().and_then(|constraint| constraint.comment.clone())
    };
    let no_inherit = |column: &Column| column.not_null && !hands_down(column);
    let kept = old.filter(|old| old.not_null && no_inherit(old) == no_inherit(column));
    let after = text(column);
    if !column.not_null || kept.and_then(text) == after {
        return None;
    }
    let literal = after.map_or_else(|| "NULL".to_owned(), |text| Literal(&text).to_string());
    let (name, table) = (name(column), &column.table);
    Some(Step::new(format!("COMMENT ON CONSTRAINT {} ON {table} IS {literal}", Ident(&name))))
}

/// What a new table says of a column that it has no line for, because it only inherits it.
pub fn of_heir(column: &Column, site: &Site) -> Option<Step> {
    let parent = column.inherited_from.as_ref().and_then(|parent| find(parent, &column.name, site.new));
    let from_parent = parent.is_some_and(|parent| parent.not_null);
    let own = column.not_null && !column.not_null_inherited && (site.new.version >= NAMED || !from_parent);
    (own && parent.is_some() && !column.is_written(site.new) && site.inline.contains(&column.id()))
        .then(|| set(column))
}

/// Taking it away takes it from all heirs and partitions, so that those which keep it get it again.
fn drop(column: &Column, site: &Site) -> Vec<Step> {
    let kept = descendants(column, site)
        .filter(|(before, after)| before.not_null && after.not_null && !after.not_null_inherited);
    let mut steps = vec![column.alter_all("DROP NOT NULL")];
    if site.old.version >= NAMED {
        // Where a table says it for itself as well, it stays.
        steps.splice(..0, kept.map(|(before, _)| set_beneath(before)));
    } else {
        steps.extend(kept.map(|(_, after)| set_beneath(after)));
    }
    steps
}

/// Giving it gives it to all heirs and partitions under the same name, so that those which have another come first.
fn gain(column: &Column, site: &Site) -> Vec<Step> {
    let mut steps = vec![];
    if site.old.version >= NAMED {
        let declare = |column: &Column| column.not_null && !column.not_null_inherited;
        // One of its own would stay, under its own name.
        let given_up = descendants(column, site).filter(|(before, after)| {
            declare(before) && after.not_null_inherited && can_be_dropped(before, site.old)
        });
        steps.extend(
            given_up.map(|(before, _)| Step {
                cause: before.id().to_string(),
                ..before.alter_all("DROP NOT NULL")
            }),
        );
        for (before, after) in descendants(column, site).filter(|(_, after)| declare(after)) {
            if before.not_null {
                steps.extend(rename(before, after));
            } else if name(after) != name(column) {
                steps.push(set_beneath(after));
            }
        }
    }
    // A name that is taken is not the one that the server would give.
    let say = !steps.is_empty() || is_taken(column, site);
    steps.push(if say { add(column) } else { set(column) });
    steps
}

/// Whether nothing else wants it: a primary key or an identity does.
fn can_be_dropped(column: &Column, schema: &Schema) -> bool {
    let keys = schema
        .parts(Kind::Constraint, &column.table)
        .filter(|(_, object)| matches!(&object.body, Body::Constraint(constraint) if constraint.kind == "p"));
    let id = column.id();
    column.identity.is_none()
        && !keys.into_iter().any(|(key, _)| schema.needs_of(key).any(|needed| *needed == id))
}

fn change(column: &Column, old: &Column, leader: Option<(&Column, &Column)>, site: &Site) -> Vec<Step> {
    let (before, after) = (old.not_null_constraint.as_ref(), column.not_null_constraint.as_ref());
    if column.not_null_inherited {
        let validated_above = leader.is_none_or(|(_, after)| !is_unproven(after));
        let validates = is_unproven(old) && !column.not_null_unproven && !validated_above;
        let name = name_in(column, site.new);
        let sql = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", column.table, Ident(&name));
        return validates.then(|| Step::new(sql)).into_iter().collect();
    }
    if old.not_null_inherited {
        // Whose parent is gone has what it inherited for its own, under the parent's name.
        return match leader {
            // It said so for itself before its parent's went, see `drop`.
            Some((before, after)) if hands_down(after) || !hands_down(before) => {
                // It has the parent's name for good.
                let mut declared = column.clone();
                if hands_down(before) && hands_down(after) && site.old.version >= NAMED {
                    call(&mut declared, name_in(after, site.new));
                }
                vec![set(&declared)]
            }
            _ => renaming(column, &name_in(old, site.old), &name(column)).into_iter().collect(),
        };
    }
    let mut steps = vec![];
    let is = |constraint: Option<&NotNull>, what: fn(&NotNull) -> bool| constraint.is_some_and(what);
    let loosened = is(after, |it| it.not_valid) && !is(before, |it| it.not_valid);
    if loosened || is(before, |it| it.no_inherit) != is(after, |it| it.no_inherit) {
        return vec![column.alter_all("DROP NOT NULL"), add(column)];
    }
    // An inherited one goes along with the parent's, or has its name for good.
    if leader.is_none_or(|(_, after)| !after.not_null) {
        // It is renamed beneath as well, where all have one name.
        let all_alike = descendants(column, site)
            .all(|(before, _)| !before.not_null || name_in(before, site.old) == name(old));
        if !all_alike && name(old) != name(column) && can_be_dropped(old, site.old) {
            return vec![column.alter_all("DROP NOT NULL"), add(column)];
        }
        steps.extend(rename(old, column));
    }
    if is(before, |it| it.not_valid) && !is(after, |it| it.not_valid) {
        steps.push(column.alter_all("SET NOT NULL"));
    }
    steps
}

fn rename(before: &Column, after: &Column) -> Option<Step> {
    renaming(after, &name(before), &name(after))
}

fn renaming(column: &Column, old: &str, new: &str) -> Option<Step> {
    let table = &column.table;
    (old != new)
        .then(|| Step::new(format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {}", Ident(old), Ident(new))))
}

/// The name that it has in a schema. The name of one that is only inherited: the parent's, or the parent's parent's.
pub fn name_in(column: &Column, schema: &Schema) -> String {
    let mut column = column;
    let mut seen = 0;
    while column.not_null_inherited
        && seen < schema.objects.len()
        && let Some(above) =
            column.inherited_from.as_ref().and_then(|parent| find(parent, &column.name, schema))
    {
        column = above;
        seen += 1;
    }
    name(column)
}

fn set(column: &Column) -> Step {
    if column.not_null_constraint.is_some() { add(column) } else { column.alter_all("SET NOT NULL") }
}

/// The same for a table beneath the one whose change makes it necessary.
fn set_beneath(column: &Column) -> Step {
    Step { cause: column.id().to_string(), ..set(column) }
}

/// Whether PostgreSQL would choose another name than this one's, which it gives when no name is said: it gives a name that
/// any constraint of the namespace has already to no other one, and a table may be made after one that is called the same.
pub fn is_taken(column: &Column, site: &Site) -> bool {
    let name = Name(column.table.0.clone(), name(column));
    let elsewhere = |schema: &Schema| schema.holders_of_constraint(&name).any(|table| *table != column.table);
    site.old.version >= NAMED
        && (is_named_beneath(column, site) || elsewhere(site.new) || elsewhere(site.old))
}

/// Whether a partition or an heir, made before, may already have its NOT NULL under the name that this one should get:
/// PostgreSQL, which gives a name only once in a namespace, would choose another one.
fn is_named_beneath(column: &Column, site: &Site) -> bool {
    site.old.version >= NAMED
        && site.new.heirs_of(&column.table).any(|heir| {
            find(heir, &column.name, site.new)
                .is_some_and(|below| below.not_null && name(below) == name(column))
        })
}

/// Its name, or the one that the server gives.
pub fn name(column: &Column) -> String {
    let own = column.not_null_constraint.as_ref().and_then(|constraint| constraint.name.clone());
    own.unwrap_or_else(|| given(&column.table.1, &column.name))
}

/// Gives it this name.
pub fn call(column: &mut Column, wanted: String) {
    let is_given = wanted == given(&column.table.1, &column.name);
    let mut constraint = column.not_null_constraint.take().unwrap_or_default();
    constraint.name = (!is_given).then_some(wanted);
    column.not_null_constraint = Some(constraint).filter(|constraint| *constraint != NotNull::default());
}

/// The name that the server gives.
fn given(table: &str, column: &str) -> String {
    joined(table, Some(column), "not_null")
}

/// The same column of the tables beneath, before and after.
fn descendants<'a>(column: &'a Column, site: &'a Site) -> impl Iterator<Item = (&'a Column, &'a Column)> {
    lasting_descendants(&column.table, site).into_iter().filter_map(|table| {
        Some((find(&table, &column.name, site.old)?, find(&table, &column.name, site.new)?))
    })
}

fn find<'a>(table: &Name, name: &str, schema: &'a Schema) -> Option<&'a Column> {
    match schema.body(&Id::new(Kind::Column, [&table.0, &table.1, name])) {
        Some(Body::Column(column)) => Some(column),
        _ => None,
    }
}

/// Whether a partition has to be detached for a while, because a NOT NULL that it inherits gets another name and the
/// parent's does not.
pub fn renamed_beneath(attachment: &Attachment, site: &Site) -> bool {
    if site.old.version < NAMED {
        return false;
    }
    let columns =
        site.new.parts(Kind::Column, &attachment.table).filter_map(|(_, object)| match &object.body {
            Body::Column(column) if column.not_null => Some(column),
            _ => None,
        });
    columns.into_iter().any(|column| {
        let found = |table: &Name, schema| find(table, &column.name, schema).filter(|column| column.not_null);
        let before = found(&attachment.table, site.old);
        let (parent_before, parent) =
            (found(&attachment.parent, site.old), found(&attachment.parent, site.new));
        match (before, parent_before, parent) {
            (Some(before), Some(parent_before), Some(parent)) => {
                name(before) != name(column)
                    && (name(before), name(column)) != (name(parent_before), name(parent))
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::given;

    /// As PostgreSQL 18 names them.
    #[test]
    fn a_given_name_is_cut_as_the_server_cuts_it() {
        let (long_table, long_column) = ("t".repeat(60), "c".repeat(60));
        assert_eq!(given("users", "mail"), "users_mail_not_null");
        assert_eq!(
            given("codeintel_scip_document_lookup_schema_versions", "tenant_id"),
            "codeintel_scip_document_lookup_schema_versio_tenant_id_not_null"
        );
        assert_eq!(
            given(&long_table, &long_column),
            format!("{}_{}_not_null", "t".repeat(27), "c".repeat(26))
        );
        assert_eq!(given("t", &long_column), format!("t_{}_not_null", "c".repeat(52)));
    }
}
