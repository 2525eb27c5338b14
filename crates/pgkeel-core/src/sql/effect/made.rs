//! What a statement makes under a name.

use super::{Name, ObjectKind, What};

impl What {
    /// The name of what is made, of whatever kind.
    pub fn made_name(&self) -> Option<&Name> {
        match self {
            Self::CreateTable(made) => Some(&made.name),
            Self::CreateView(made) => Some(&made.name),
            Self::CreateFunction(made) => Some(&made.name),
            Self::CreateTrigger(made) => Some(&made.name),
            Self::CreateTableAs { name, .. }
            | Self::CreateRule { name, .. }
            | Self::CreateEnum { name, .. }
            | Self::CreateType { name }
            | Self::CreateDomain { name, .. }
            | Self::CreateSequence { name, .. }
            | Self::CreateExtension { name, .. }
            | Self::CreateOther { name: Some(name), .. }
            | Self::CreateNamespace { name: Some(name), .. }
            | Self::Rename { kind: ObjectKind::Table | ObjectKind::Type, to: name, .. } => Some(name),
            _ => None,
        }
    }
}
