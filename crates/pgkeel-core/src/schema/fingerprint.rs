//! One short text per schema, equal exactly where schemas are, whatever the server's version: what only a version of
//! PostgreSQL says differently is not part of it.

mod unqualified;

use sha2::{Digest, Sha256};

use super::{Object, Schema};
use crate::object::column::NotNull;
use crate::object::{Body, initial_objects};
use unqualified::unqualified;

impl Schema {
    /// `sha256:` and 64 hexadecimal digits over every object, in order. The server's version, the order of columns,
    /// whether an heir declares again what it inherits, and the dependencies (which follow from the definitions) are not
    /// part of it; neither is how a version of PostgreSQL makes the namespace `public`, or how it writes a view's query.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let initial = initial_objects(self.version);
        for (id, object) in &self.objects {
            if initial.contains(object) {
                hash.update(id.to_string());
                hash.update([1]);
                continue;
            }
            let mut object = object.clone();
            // A snapshot has no secrets, and is the same schema.
            if let Some(body) = object.body.without_secrets() {
                object.body = body;
            }
            hash.update(id.to_string());
            hash.update([0]);
            hash.update(comparable(object).to_string());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let mut text = String::from("sha256:");
        for byte in digest {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }
}

/// An object as it is compared across versions.
fn comparable(object: Object) -> serde_json::Value {
    let mut object = in_the_newest_words(object);
    object.attributes.sort();
    for attributes in object.columns.values_mut() {
        attributes.sort();
    }
    let mut value = serde_json::to_value(&object).unwrap_or_default();
    if let Some(body) = value.get_mut("body").and_then(|body| body.as_object_mut()) {
        body.remove("position");
        body.remove("local");
        body.remove("not_null_inherited");
    }
    value
}

fn in_the_newest_words(mut object: Object) -> Object {
    match &mut object.body {
        Body::View(view) => view.definition = unqualified(&view.definition),
        Body::MaterializedView(view) => view.definition = unqualified(&view.definition),
        // Whatever version a server installs by itself is the same wish.
        Body::Extension(extension) if extension.default_version => extension.version.clear(),
        // PostgreSQL 18 gives NOT NULL a name, and partitions that of their parent's; older servers know none.
        Body::Column(column) => {
            let given = format!("_{}_not_null", column.name);
            let says_nothing = |constraint: &mut NotNull| {
                let name = constraint.name.as_ref();
                !constraint.no_inherit
                    && !constraint.not_valid
                    && name.is_none_or(|name| name.ends_with(&given))
            };
            column.not_null_constraint.take_if(says_nothing);
        }
        _ => {}
    }
    object
}
