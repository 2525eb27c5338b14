//! One short text per schema, equal exactly where schemas are, whatever the server's version: what only a version of
//! PostgreSQL says differently is not part of it.

mod privileges;
mod unqualified;

use std::borrow::Cow;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{Attributes, Id, Object, Schema};
use crate::object::column::NotNull;
use crate::object::{Body, initial_objects};
use unqualified::unqualified;

/// How many objects one thread writes at a time.
const PORTION: usize = 512;

impl Schema {
    /// `sha256:` and 64 hexadecimal digits over every object, in order. The server's version, the order of columns,
    /// whether an heir declares again what it inherits, and the dependencies (which follow from the definitions) are not
    /// part of it; neither is how a version of PostgreSQL makes the namespace `public`, or how it writes a view's query.
    pub fn fingerprint(&self) -> String {
        let initial = initial_objects(self.version);
        let objects: Vec<(&Id, &Object)> = self.objects.iter().collect();
        let mut hash = Sha256::new();
        // Written by all threads, hashed by one; the space is used again and again.
        let mut portions = vec![Vec::new(); 2 * rayon::current_num_threads()];
        for round in objects.chunks(PORTION * portions.len()) {
            portions.par_iter_mut().zip(round.par_chunks(PORTION)).for_each(|(text, objects)| {
                text.clear();
                for (id, object) in objects {
                    write(id, object, self.version, &initial, text);
                }
            });
            portions.iter().take(round.len().div_ceil(PORTION)).for_each(|text| hash.update(text));
        }
        let digest = hash.finalize();
        let mut text = String::from("sha256:");
        for byte in digest {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }
}

/// Appends what is hashed for an object.
fn write(id: &Id, object: &Object, version: u32, initial: &[Object], text: &mut Vec<u8>) {
    text.extend_from_slice(id.to_string().as_bytes());
    let comparable = comparable(object, version);
    if initial.contains(object) || is_as_installed(&comparable) {
        text.push(1);
        return;
    }
    text.push(0);
    // Writing into memory does not fail, and an object has nothing that JSON cannot hold.
    let _ = serde_json::to_writer(&mut *text, comparable.as_ref());
    text.push(0);
}

/// An object as it is compared across versions: without its secrets, which a snapshot does not have.
fn comparable(object: &Object, version: u32) -> Cow<'_, Object> {
    let body = object.body.without_secrets().or_else(|| in_the_newest_words(&object.body));
    let plain = |attributes: &Attributes| {
        let mut grants = attributes.granted.iter().chain(&attributes.revoked);
        attributes.is_sorted() && grants.all(|grant| grant.privilege != privileges::LATER)
    };
    let public = is_public(object);
    if body.is_none() && !public && object.columns.values().chain([&object.attributes]).all(plain) {
        return Cow::Borrowed(object);
    }
    let mut object = Object {
        body: body.unwrap_or_else(|| object.body.clone()),
        attributes: object.attributes.clone(),
        columns: object.columns.clone(),
    };
    if let Body::DefaultPrivileges(defaults) = &mut object.body {
        privileges::without_later(&mut defaults.granted);
        privileges::without_later(&mut defaults.revoked);
    }
    for attributes in object.columns.values_mut().chain([&mut object.attributes]) {
        privileges::without_later(&mut attributes.granted);
        privileges::without_later(&mut attributes.revoked);
        attributes.sort();
    }
    if public {
        privileges::beyond_installed(&mut object.attributes, version);
    }
    Cow::Owned(object)
}

fn is_public(object: &Object) -> bool {
    matches!(&object.body, Body::Namespace(namespace) if namespace.name == "public")
}

/// Whether the namespace `public` is as a server makes it, in the form that [`comparable`] gives it.
fn is_as_installed(object: &Object) -> bool {
    is_public(object) && object.attributes.is_empty() && object.columns.is_empty()
}

/// The definition without what is no difference; `None` when that is all of it.
fn in_the_newest_words(body: &Body) -> Option<Body> {
    let mut body = match body {
        Body::View(_)
        | Body::MaterializedView(_)
        | Body::Extension(_)
        | Body::Column(_)
        | Body::DefaultPrivileges(_)
        | Body::Constraint(_) => body.clone(),
        Body::Attachment(attachment) if !attachment.foreign_keys.is_empty() => body.clone(),
        _ => return None,
    };
    match &mut body {
        Body::View(view) => view.definition = unqualified(&view.definition),
        Body::MaterializedView(view) => view.definition = unqualified(&view.definition),
        // Whatever version a server installs by itself is the same wish.
        Body::Extension(extension) if extension.default_version => extension.version.clear(),
        // PostgreSQL 18 gives NOT NULL a name, keeps it when the column gets another, and takes it from its parent for a partition;
        // older servers know none, not even one that the statement gives.
        Body::Column(column) => {
            (column.position, column.local, column.not_null_inherited) = (0, true, false);
            let constraint = column.not_null_constraint.take().unwrap_or_default();
            let told = NotNull { name: None, ..constraint };
            column.not_null_constraint = Some(told).filter(|told| *told != NotNull::default());
        }
        Body::Constraint(constraint) => constraint.local = true,
        Body::Attachment(attachment) => attachment.foreign_keys.clear(),
        _ => {}
    }
    Some(body)
}
