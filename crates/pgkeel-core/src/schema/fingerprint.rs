//! One short text per schema, equal exactly where schemas are.

use sha2::{Digest, Sha256};

use super::Schema;

impl Schema {
    /// `sha256:` and 64 hexadecimal digits over every object, in order. The server's version, the order of columns
    /// and the dependencies (which follow from the definitions) are not part of it.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for (id, object) in &self.objects {
            let mut object = object.clone();
            object.attributes.sort();
            for attributes in object.columns.values_mut() {
                attributes.sort();
            }
            let mut value = serde_json::to_value(&object).unwrap_or_default();
            if let Some(body) = value.get_mut("body").and_then(|body| body.as_object_mut()) {
                body.remove("position");
            }
            hash.update(id.to_string());
            hash.update([0]);
            hash.update(value.to_string());
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
