//! The JSON schema of `pgkeel.toml`: for editors, and for our own check of the keys, so that the two cannot differ.

use super::Config;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// The schema as a JSON document (draft 2020-12).
pub fn json_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut sections = settings.into_generator().into_root_schema_for::<Config>().to_value();
    let dialect = take(&mut sections, "$schema");
    take(&mut sections, "title");
    let mut root = sections.clone();
    if let Some(keys) = root.get_mut("properties").and_then(Value::as_object_mut) {
        keys.insert(
            "environments".to_owned(),
            json!({
                "description": "What differs in an environment, chosen by --env or PGKEEL_ENV: the same sections again.",
                "type": "object",
                "additionalProperties": sections,
            }),
        );
    }
    let mut document = json!({ "$schema": dialect, "title": "pgkeel.toml" });
    if let (Some(document), Value::Object(root)) = (document.as_object_mut(), root) {
        document.extend(root);
    }
    document
}

fn take(schema: &mut Value, key: &str) -> Value {
    schema.as_object_mut().and_then(|object| object.shift_remove(key)).unwrap_or_default()
}
