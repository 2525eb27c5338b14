//! Functions, procedures and window functions (`pg_proc`), not aggregates.

use serde::{Deserialize, Serialize};

use super::aside::{Aside, aside_name, rename};
use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::qualified;

/// One parameter of a routine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// `i`n, `o`ut, in`b`oth, `v`ariadic, `t`able.
    pub mode: String,
    /// Empty when it has none.
    pub name: String,
    /// Type, as `format_type` writes it.
    #[serde(rename = "type")]
    pub data_type: String,
}

impl Parameter {
    fn reference(&self) -> String {
        let mode = match self.mode.as_str() {
            "o" => "OUT",
            "b" => "INOUT",
            "v" => "VARIADIC",
            _ => "IN",
        };
        format!("{mode} {}", self.data_type)
    }

    fn is_output(&self) -> bool {
        matches!(self.mode.as_str(), "o" | "b" | "t")
    }
}

/// A function or procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Input types, comma-separated: with the name, what identifies it.
    pub arguments: String,
    /// Whether it is a procedure.
    #[serde(default)]
    pub procedure: bool,
    /// Whether it is a window function.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub window: bool,
    /// Parameters in order.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// How many of the last inputs have a default.
    #[serde(default)]
    pub defaults: i32,
    /// What it returns, as `pg_get_function_result` writes it; none for a procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The whole statement, as `pg_get_functiondef` writes it.
    pub definition: String,
}

impl Define for Function {
    fn id(&self) -> Id {
        Id::new(Kind::Function, [&self.namespace, &self.name, &self.arguments])
    }

    fn target(&self) -> Target {
        let keyword = if self.procedure { "PROCEDURE" } else { "FUNCTION" };
        // Two procedures may have the same inputs and differ in their outputs.
        let arguments = if self.procedure {
            self.parameters.iter().map(Parameter::reference).collect::<Vec<_>>().join(", ")
        } else {
            self.arguments.clone()
        };
        let reference = format!("{}({arguments})", qualified(&self.namespace, &self.name));
        Target::new(keyword, reference).owned().granted_as(keyword)
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(self.definition.trim_end())]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        // CREATE OR REPLACE FUNCTION, documentation: "you cannot change the name or argument types ... the return
        // type", nor rename inputs, remove defaults or change what OUT parameters make up the row.
        let renamed = old
            .parameters
            .iter()
            .zip(&self.parameters)
            .any(|(old, new)| !old.name.is_empty() && (&old.name, &old.mode) != (&new.name, &new.mode));
        let outputs = |function: &Self| -> Vec<Parameter> {
            function.parameters.iter().filter(|parameter| parameter.is_output()).cloned().collect()
        };
        if renamed
            || (old.procedure, old.window) != (self.procedure, self.window)
            || old.result != self.result
            || old.defaults > self.defaults
            || outputs(old) != outputs(self)
        {
            return Alteration::Replace;
        }
        Alteration::Steps(vec![Step::new(self.definition.trim_end())])
    }

    /// Routines whose names its text contains: a text body is only checked when it runs, which may be at once.
    fn mentions(&self, site: &Site) -> Vec<Id> {
        let mut found = vec![];
        let mut words: Vec<&str> = vec![];
        for word in self.definition.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.' || c == '$')) {
            if word.len() > 1 && !words.contains(&word) {
                words.push(word);
            }
        }
        for word in words {
            let (namespace, name) = word.rsplit_once('.').unwrap_or((&self.namespace, word));
            let start = Id::new(Kind::Function, [namespace, name]);
            let names = start.parts.clone();
            found.extend(
                site.created
                    .range(start..)
                    .take_while(|id| id.kind == Kind::Function && id.parts.starts_with(&names))
                    .filter(|id| **id != self.id())
                    .cloned(),
            );
        }
        found
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("routine {}({})", qualified(&self.namespace, &self.name), self.arguments)]
    }

    /// What is set aside still runs it: a range type its SUBTYPE_DIFF. Not when a type that has to be named in its arguments
    /// may be set aside as well, and not what goes with a base type.
    fn set_aside(&self, site: &Site) -> Option<Aside> {
        let is_plain = |needed: &Id| matches!(needed.kind, Kind::Namespace | Kind::Language | Kind::Extension);
        if self.procedure || !site.old.needs_of(&self.id()).all(is_plain) {
            return None;
        }
        let aside = format!("{}({})", aside_name(&self.namespace, &self.name), self.arguments);
        let before = vec![rename("FUNCTION", &self.target().reference, &self.name)];
        Some(Aside { before, after: vec![Step::new(format!("DROP FUNCTION {aside}"))] })
    }

    /// The functions that make a base type go with it: each needs the other.
    fn parents(&self, schema: &Schema) -> Vec<Id> {
        let id = self.id();
        let mut parents = vec![Id::new(Kind::Namespace, [&self.namespace])];
        let types = schema.needs_of(&id).filter(|needed| needed.kind == Kind::BaseType || needed.kind == Kind::Range);
        parents.extend(types.filter(|needed| schema.needs_of(needed).any(|function| *function == id)).cloned());
        parents
    }
}
