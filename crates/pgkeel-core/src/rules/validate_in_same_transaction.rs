//! Rule `validate-in-same-transaction`: a constraint is added NOT VALID and validated in one transaction.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "validate-in-same-transaction",
    severity: Error,
    topic: Locking,
    title: "A constraint is added NOT VALID and validated in one transaction",
    why: "The strong lock of ADD CONSTRAINT is kept through the scan of VALIDATE, so nothing is won.",
    instead: "VALIDATE CONSTRAINT in a migration of its own.",
    aliases: ["squawk:constraint-missing-not-valid", "pgls:requireSeparateConstraintValidation", "pgfence:not-valid-validate-same-tx", "strong_migrations:validate_constraint", "pgls:banNotValidValidateSameTransaction", "strong_migrations:validate_check_constraint", "strong_migrations:validate_foreign_key"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::ValidateConstraint { table, constraint } = &effect.what else { return };
    let here = (context.model.key(table), constraint.last().to_owned());
    let added = context.progress.not_valid.contains(&here) || context.text().to_lowercase().contains("not valid");
    if added && context.progress.in_transaction && context.is_shared(table) {
        out.at(effect.range, format!("{table} is read under the lock with which {constraint} was added")).on(format!("table {table}"));
    }
}
