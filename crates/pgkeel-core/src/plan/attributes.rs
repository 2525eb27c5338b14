//! Steps for what every kind of object has: owner, comment, grants, security labels.

use crate::object::{Body, Kind, Target};
use crate::plan::Step;
use crate::schema::{Attributes, Grant, Grantee, Id, Object, Schema};
use crate::sql::ident::{Ident, Literal};

/// Where the attributes of an object start from.
pub enum From<'a> {
    /// It exists with these.
    Existing(&'a Object),
    /// It has just been created, in a database with these default privileges, by a role of that name if known.
    Created(&'a Schema, Option<&'a str>),
}

/// The steps that give `object` its attributes.
pub fn steps(id: &Id, object: &Object, from: &From) -> Vec<Step> {
    let target = object.body.target();
    let fresh = Attributes::default();
    let old = match from {
        From::Existing(old) => &old.attributes,
        From::Created(..) => &fresh,
    };
    let new = &object.attributes;
    let mut steps = vec![];
    owner(&target, old, new, from, &mut steps);
    comment(&target.keyword, &target.reference, old, new, &mut steps);
    labels(&target.keyword, &target.reference, old, new, &mut steps);
    extensions(&target, old, new, &mut steps);
    let mut access = Access::default();
    if !target.grants.is_empty() {
        let inherited = match from {
            From::Existing(_) => vec![],
            From::Created(schema, _) => granted_to_new(id, &target, schema, new.owner.as_deref()),
        };
        let (merged, own) = as_the_new_owner(old, new);
        access.revokes.extend(own.iter().filter_map(|(list, sample)| {
            write(&target, list, sample, new.owner.as_deref(), Verb::RevokeOption)
        }));
        access.add(&target, &merged, new, &inherited);
    }
    let nothing = Attributes::default();
    let before = |column: &String| match from {
        From::Existing(old) => old.columns.get(column).unwrap_or(&nothing),
        From::Created(..) => &nothing,
    };
    let mut names: Vec<&String> = object.columns.keys().collect();
    if let From::Existing(old) = from {
        names.extend(old.columns.keys().filter(|name| !object.columns.contains_key(*name)));
    }
    let whole = std::mem::take(&mut access.taken);
    for name in names {
        let (old, new) = (before(name), object.columns.get(name).unwrap_or(&nothing));
        let reference = format!("{}.{}", target.reference, Ident(name));
        comment(&"COLUMN", &reference, old, new, &mut steps);
        labels(&"COLUMN", &reference, old, new, &mut steps);
        let column = Target { keyword: "COLUMN", grants: "COLUMN", owner: "", reference };
        // What is taken from the whole is taken from every column with it.
        let mut left = old.clone();
        left.granted.retain(|grant| {
            !whole
                .iter()
                .any(|taken| (&taken.grantee, &taken.privilege) == (&grant.grantee, &grant.privilege))
        });
        access.add(&column, &left, new, &[]);
    }
    steps.append(&mut access.revokes);
    steps.append(&mut access.grants);
    steps
}

/// What is granted once the owner is another: what it was granted becomes part of what an owner has, and what it or the
/// owner before granted is granted by the owner. With that the right to grant it on, which an owner has without being granted it.
fn as_the_new_owner(old: &Attributes, new: &Attributes) -> (Attributes, Vec<(Vec<String>, Grant)>) {
    let mut merged = old.clone();
    let is_new = |owner: &&String| old.owner.as_ref().is_some_and(|old| old != *owner);
    let Some(owner) = new.owner.as_ref().filter(is_new) else { return (merged, vec![]) };
    let is_owners = |grant: &Grant| grant.grantee == Grantee::Role(owner.clone());
    let own: Vec<Grant> =
        old.granted.iter().filter(|grant| grant.grantable && is_owners(grant)).cloned().collect();
    merged.granted.retain(|grant| !is_owners(grant));
    for grant in &mut merged.granted {
        grant.grantor.take_if(|grantor| grantor == owner);
    }
    (merged, grouped(&own))
}

/// The object as it is once what it belongs to has its new owner: a sequence of a column has the table's.
pub fn with_the_owner_of_its_whole(
    id: &Id,
    before: &Object,
    after: &Object,
    old: &Schema,
    new: &Schema,
) -> Object {
    let belongs = |schema: &Schema| {
        let owner = Id { kind: Kind::SequenceOwner, parts: id.parts.clone() };
        let identity =
            matches!(schema.body(id), Some(Body::Sequence(sequence)) if sequence.identity.is_some());
        id.kind == Kind::Sequence && (identity || schema.has(&owner))
    };
    let mut object = before.clone();
    if belongs(old) && belongs(new) {
        object.attributes.owner.clone_from(&after.attributes.owner);
    }
    object
}

fn owner(target: &Target, old: &Attributes, new: &Attributes, from: &From, steps: &mut Vec<Step>) {
    let before = match from {
        From::Existing(_) => old.owner.as_deref(),
        From::Created(_, role) => Some(role.unwrap_or_default()),
    };
    if let (Some(before), Some(after)) = (before, new.owner.as_deref())
        && before != after
        && !target.owner.is_empty()
    {
        let (keyword, reference) = (target.owner, &target.reference);
        steps.push(Step::new(format!("ALTER {keyword} {reference} OWNER TO {}", Ident(after))));
    }
}

fn comment(keyword: &&str, reference: &str, old: &Attributes, new: &Attributes, steps: &mut Vec<Step>) {
    if old.comment == new.comment {
        return;
    }
    let text = new.comment.as_ref().map_or_else(|| "NULL".to_owned(), |text| Literal(text).to_string());
    steps.push(Step::new(format!("COMMENT ON {keyword} {reference} IS {text}")));
}

fn labels(keyword: &&str, reference: &str, old: &Attributes, new: &Attributes, steps: &mut Vec<Step>) {
    for (provider, label) in &new.labels {
        if old.labels.get(provider) != Some(label) {
            let (provider, label) = (Ident(provider), Literal(label));
            steps.push(Step::new(format!(
                "SECURITY LABEL FOR {provider} ON {keyword} {reference} IS {label}"
            )));
        }
    }
    for provider in old.labels.keys().filter(|provider| !new.labels.contains_key(*provider)) {
        steps.push(Step::new(format!(
            "SECURITY LABEL FOR {} ON {keyword} {reference} IS NULL",
            Ident(provider)
        )));
    }
}

fn extensions(target: &Target, old: &Attributes, new: &Attributes, steps: &mut Vec<Step>) {
    let mut step = |no: &str, extension: &str| {
        let (keyword, reference, extension) = (target.keyword, &target.reference, Ident(extension));
        steps.push(Step::new(format!("ALTER {keyword} {reference} {no}DEPENDS ON EXTENSION {extension}")));
    };
    old.extensions.difference(&new.extensions).for_each(|extension| step("NO ", extension));
    new.extensions.difference(&old.extensions).for_each(|extension| step("", extension));
}

/// What default privileges gave a new object, for whatever role created it. What they gave its owner has become part of
/// what an owner has.
fn granted_to_new(id: &Id, target: &Target, schema: &Schema, owner: Option<&str>) -> Vec<Grant> {
    let objects = match target.grants {
        "TABLE" => "TABLES",
        "SEQUENCE" => "SEQUENCES",
        "FUNCTION" | "PROCEDURE" => "FUNCTIONS",
        "TYPE" => "TYPES",
        "SCHEMA" => "SCHEMAS",
        _ => return vec![],
    };
    let mut grants = vec![];
    for object in schema.objects.range(Id::first(Kind::DefaultPrivileges)..).map(|(_, object)| object) {
        let crate::object::Body::DefaultPrivileges(defaults) = &object.body else { break };
        if defaults.objects == objects
            && (defaults.namespace.is_empty() || Some(defaults.namespace.as_str()) == id.namespace())
        {
            let to_others = |grant: &&Grant| !matches!(&grant.grantee, Grantee::Role(role) if Some(role.as_str()) == owner);
            grants.extend(defaults.granted.iter().chain(&defaults.revoked).filter(to_others).cloned());
        }
    }
    grants
}

/// What is taken and given: first the former, of columns before their tables, which a grantor may have less of later.
#[derive(Default)]
struct Access {
    revokes: Vec<Step>,
    grants: Vec<Step>,
    taken: Vec<Grant>,
}

impl Access {
    fn add(&mut self, target: &Target, old: &Attributes, new: &Attributes, inherited: &[Grant]) {
        let missing = |from: &[Grant], to: &[Grant]| -> Vec<Grant> {
            from.iter().filter(|grant| !to.contains(grant)).cloned().collect()
        };
        let mut revoke = missing(&old.granted, &new.granted);
        revoke.extend(missing(&new.revoked, &old.revoked));
        revoke.extend(inherited.iter().filter(|grant| !revoke.contains(grant)).cloned().collect::<Vec<_>>());
        let mut grant = missing(&old.revoked, &new.revoked);
        // What default privileges may have taken away is given back in words.
        if !inherited.is_empty() && matches!(target.grants, "FUNCTION" | "PROCEDURE" | "TYPE") {
            let privilege = if target.grants == "TYPE" { "USAGE" } else { "EXECUTE" };
            let usual = Grant {
                grantee: Grantee::Public,
                privilege: privilege.to_owned(),
                grantable: false,
                grantor: None,
            };
            if !new.revoked.contains(&usual) {
                grant.push(usual);
            }
        }
        let again = out_of_place(old, new);
        let moves = |grant: &&Grant| again.contains(&holder(grant));
        revoke
            .extend(old.granted.iter().filter(|grant| moves(grant) && new.granted.contains(grant)).cloned());
        grant
            .extend(new.granted.iter().filter(|grant| !old.granted.contains(grant) || moves(grant)).cloned());
        // What somebody granted on goes before the right to do so, and comes after it.
        revoke.sort_by_key(|grant| grant.grantor.is_none());
        grant.sort_by_key(|grant| grant.grantor.is_some());
        let owner = new.owner.as_deref();
        let write = |grants: &[Grant], verb: Verb| -> Vec<Step> {
            let groups = grouped(grants);
            groups.iter().filter_map(|(list, sample)| write(target, list, sample, owner, verb)).collect()
        };
        self.revokes.splice(..0, write(&revoke, Verb::Revoke));
        self.grants.extend(write(&grant, Verb::Grant));
        self.taken = revoke;
    }
}

/// Who holds a privilege by whose grant: one entry of the catalog's list.
fn holder(grant: &Grant) -> (&Grantee, Option<&str>) {
    (&grant.grantee, grant.grantor.as_deref())
}

/// Entries that would stand behind those which come after them in the new list. The order means nothing, but pg_dump
/// shows it, so that they are taken away and given again where the list changes anyhow. Not where somebody granted on
/// what was granted to him.
fn out_of_place<'a>(old: &'a Attributes, new: &'a Attributes) -> Vec<(&'a Grantee, Option<&'a str>)> {
    let plain = |grant: &Grant| !grant.grantable && grant.grantor.is_none();
    if !old.granted.iter().chain(&new.granted).all(plain) || *old == *new {
        return vec![];
    }
    let mut wanted: Vec<(&Grantee, Option<&str>)> = vec![];
    for grant in &new.granted {
        if !wanted.contains(&holder(grant)) {
            wanted.push(holder(grant));
        }
    }
    let mut stay: Vec<(&Grantee, Option<&str>)> = vec![];
    for grant in old.granted.iter().filter(|grant| new.granted.contains(grant)) {
        if !stay.contains(&holder(grant)) {
            stay.push(holder(grant));
        }
    }
    let in_place = wanted.iter().zip(&stay).take_while(|(wanted, stays)| wanted == stays).count();
    stay.split_off(in_place.min(stay.len()))
}

/// Neighbours that differ only in the privilege become one statement.
fn grouped(grants: &[Grant]) -> Vec<(Vec<String>, Grant)> {
    let mut groups: Vec<(Vec<String>, Grant)> = vec![];
    for grant in grants {
        match groups.iter_mut().find(|(_, sample)| {
            (&sample.grantee, sample.grantable, &sample.grantor)
                == (&grant.grantee, grant.grantable, &grant.grantor)
        }) {
            Some((list, _)) => list.push(grant.privilege.clone()),
            None => groups.push((vec![grant.privilege.clone()], grant.clone())),
        }
    }
    groups
}

/// What is done with privileges.
#[derive(Clone, Copy, PartialEq)]
enum Verb {
    Grant,
    Revoke,
    /// Takes only the right to grant them on.
    RevokeOption,
}

fn write(target: &Target, list: &[String], sample: &Grant, owner: Option<&str>, verb: Verb) -> Option<Step> {
    let grantee = match &sample.grantee {
        Grantee::Owner => Ident(owner?).to_string(),
        Grantee::Public => "PUBLIC".to_owned(),
        Grantee::Role(name) => Ident(name).to_string(),
    };
    let (privileges, object) = if target.grants == "COLUMN" {
        let (table, column) = split_column(&target.reference);
        let list: Vec<String> = list.iter().map(|privilege| format!("{privilege} ({column})")).collect();
        (list.join(", "), format!("TABLE {table}"))
    } else {
        (list.join(", "), format!("{} {}", target.grants, target.reference))
    };
    let option = if verb == Verb::Grant && sample.grantable { " WITH GRANT OPTION" } else { "" };
    let (verb, preposition) = match verb {
        Verb::Grant => ("GRANT", "TO"),
        Verb::Revoke => ("REVOKE", "FROM"),
        Verb::RevokeOption => ("REVOKE GRANT OPTION FOR", "FROM"),
    };
    let sql = format!("{verb} {privileges} ON {object} {preposition} {grantee}{option}");
    // Only the grantor can give or take what it granted.
    Some(Step::new(match &sample.grantor {
        Some(grantor) => {
            format!("SET SESSION AUTHORIZATION {};\n{sql};\nRESET SESSION AUTHORIZATION", Ident(grantor))
        }
        None => sql,
    }))
}

/// `ns.table` and `column` of `ns.table.column`, whatever the quoting.
fn split_column(reference: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut last = 0;
    for (place, character) in reference.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '.' if !quoted => last = place,
            _ => {}
        }
    }
    let (table, column) = reference.split_at_checked(last).unwrap_or((reference, ""));
    (table, column.strip_prefix('.').unwrap_or(column))
}
