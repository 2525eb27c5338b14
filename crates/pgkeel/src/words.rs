//! One definition in the words of two versions: `SELECT s.id FROM sales s` of PostgreSQL 15 is `SELECT id FROM sales s` in
//! 18. Whether two such texts mean the same, only a server can tell: both schemas are made on the scratch server and
//! read back, which puts them in the words of one version.

use pgkeel_core::object::{Kind, initial_objects};
use pgkeel_core::plan::{self, Options};
use pgkeel_core::schema::{Attributes, Grant, Grantee, Id, Object, Schema};

use crate::replay::Error;
use crate::scratch::Database;
use crate::source::{Loaded, Workshop, roles};

/// `loaded` with everything that means what it means in `live` said as `live` says it, when they were read from different
/// major versions; otherwise as it is. What only one of the versions can hold stays as it is, and so does everything when
/// no scratch server can tell: a note says so.
pub async fn in_words_of(live: &Schema, mut loaded: Loaded, workshop: &Workshop) -> Loaded {
    let (old, new) = (major(live), major(&loaded.schema));
    if old == new || old == 0 || new == 0 {
        return loaded;
    }
    take_initial(live, &mut loaded.schema);
    let different = different(live, &loaded.schema);
    if different.is_empty() {
        return loaded;
    }
    match retold(&loaded.schema, live, workshop).await {
        Ok((ours, theirs)) => {
            for id in different {
                let said = (ours.objects.get(&id), theirs.objects.get(&id));
                let found = (loaded.schema.objects.get_mut(&id), live.objects.get(&id));
                if let ((Some(ours), Some(theirs)), (Some(own), Some(other))) = (said, found) {
                    take_same(own, other, ours, theirs);
                }
            }
        }
        Err(error) => loaded.notes.push(format!(
            "PostgreSQL {old} and {new} write some definitions differently, and what is only said differently could not be \
             told: {error}"
        )),
    }
    loaded
}

/// Takes from `other` what is the same as in `own` in the words of one version: owners may differ where definitions do not.
fn take_same(own: &mut Object, other: &Object, ours: &Object, theirs: &Object) {
    if ours.body == theirs.body {
        own.body = other.body.clone();
    }
    if ours.attributes == theirs.attributes {
        own.attributes = other.attributes.clone();
    }
    if ours.columns == theirs.columns {
        own.columns.clone_from(&other.columns);
    }
}

/// Both schemas in the words of one version: the scratch server's.
async fn retold(ours: &Schema, theirs: &Schema, workshop: &Workshop) -> Result<(Schema, Schema), Error> {
    Ok((tell(ours, workshop).await?, tell(theirs, workshop).await?))
}

fn major(schema: &Schema) -> u32 {
    schema.version / 10_000
}

/// What every new database has is the same wish, however a version makes it.
fn take_initial(live: &Schema, schema: &mut Schema) {
    let (theirs, ours) = (initial_objects(live.version), initial_objects(schema.version));
    for (id, object) in &live.objects {
        if theirs.contains(object) && schema.objects.get(id).is_some_and(|own| ours.contains(own)) {
            schema.objects.insert(id.clone(), object.clone());
        }
    }
    let public = Id::new(Kind::Namespace, ["public"]);
    let before_and_since =
        live.version.min(schema.version) < 150_000 && live.version.max(schema.version) >= 150_000;
    if let (true, Some(other), Some(own)) =
        (before_and_since, live.objects.get(&public), schema.objects.get(&public))
    {
        let mut own = own.clone();
        take_version_grant(&mut own.attributes, &other.attributes, schema.version < live.version);
        if own.attributes.owner.as_deref() == Some(OWNER) && live.version < 150_000 {
            own.attributes.owner = None;
        }
        schema.objects.insert(public, own);
    }
}

/// The role that owns `public` since PostgreSQL 15.
const OWNER: &str = "pg_database_owner";

/// That every role may create in `public` is what versions before 15 decide: where only the earlier version has it, it is no
/// difference.
fn take_version_grant(own: &mut Attributes, other: &Attributes, own_is_earlier: bool) {
    let by_version = |grant: &Grant| grant.grantee == Grantee::Public && grant.privilege == "CREATE";
    let (mine, theirs) = (own.granted.iter().any(by_version), other.granted.iter().any(by_version));
    if mine && !theirs && own_is_earlier {
        own.granted.retain(|grant| !by_version(grant));
    } else if theirs && !mine && !own_is_earlier {
        own.granted.extend(other.granted.iter().filter(|grant| by_version(grant)).cloned());
    }
}

/// What both have and say differently.
fn different(live: &Schema, schema: &Schema) -> Vec<Id> {
    let both = schema.objects.iter().filter_map(|(id, object)| Some((id, object, live.objects.get(id)?)));
    both.filter(|(_, own, other)| own != other).map(|(id, ..)| id.clone()).collect()
}

/// The schema as the scratch server says it, without what it cannot hold.
async fn tell(schema: &Schema, workshop: &Workshop) -> Result<Schema, Error> {
    let database = workshop.server().await?.database().await?;
    let told = make(&database, schema, workshop).await;
    database.close().await;
    told
}

async fn make(database: &Database, schema: &Schema, workshop: &Workshop) -> Result<Schema, Error> {
    let client = database.session().client();
    for role in roles(schema) {
        database.make_role(&role).await?;
    }
    client.batch_execute("SET check_function_bodies = off; SET client_min_messages = error").await?;
    let empty = workshop.read_scratch(database).await?;
    let schema = known_to(empty.version, schema.clone());
    for step in plan::statements(&empty, &schema, &Options::default()).steps {
        match client.batch_execute(&step.sql).await {
            Err(error) if error.as_db_error().is_none() => return Err(error.into()),
            // What only the other version can hold is compared as it is written.
            _ => {}
        }
    }
    Ok(workshop.read_scratch(database).await?)
}

/// Without the privilege that versions before 17 do not know: `GRANT ALL` gives it in 17 and the rest before.
fn known_to(version: u32, mut schema: Schema) -> Schema {
    if version < 170_000 {
        for object in schema.objects.values_mut() {
            let Attributes { granted, revoked, .. } = &mut object.attributes;
            granted.retain(|grant| grant.privilege != "MAINTAIN");
            revoked.retain(|grant| grant.privilege != "MAINTAIN");
        }
    }
    schema
}
