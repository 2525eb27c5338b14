//! Rule `password-literal`: a password in a migration.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "password-literal",
    severity: Error,
    topic: Security,
    title: "A password in a migration",
    why: "It stays in the repository, in the server log and in the history of statements.",
    instead: "Set it outside of migrations; let the role be made NOLOGIN here.",
    aliases: ["flyway:RX002"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::CreateRole { password_literal: true, .. } | What::AlterRole { password_literal: true, .. } = &effect.what {
        out.at(effect.range, "the password is readable for everyone who can read this file or the server's log");
    }
}
