//! The narrow waist between the parser and everything that judges SQL: a statement's text becomes a short list of
//! `Effect`s, each with its place. Rules, plans and the executor match on these and never see a syntax tree.

mod alter;
mod body;
mod definition;
mod dml;
mod drop;
mod expression;
mod index;
mod label;
mod listed;
mod lock;
mod made;
mod name;
mod object;
mod object_kind;
mod repeated;
mod rewrite;
mod routine;
mod session;
mod table;
#[cfg(test)]
mod tests;
mod transaction;
mod truth;
mod types;
mod uses;

pub use definition::{
    Action, Column, Constraint, ConstraintKind, CreateIndex, CreateTable, CreateTrigger, CreateView,
    ForeignKey, Function, Generated, IndexElement, Persistence, Policy,
};
pub use expression::{Expression, Turn};
pub use listed::{ConflictTarget, Listed, listed_rows};
pub use lock::{LockMode, locks};
pub use name::{Name, dollar_body, fold, string_value};
pub use object_kind::ObjectKind;
pub use rewrite::{Rewrite, rewrite_of};
pub use transaction::{cannot_run_in_transaction, refuses_transaction};
pub use types::TypeName;
pub use uses::Uses;

use super::parse::{Node, parse};
pub use super::parse::{Problem, TextRange};

/// What was read in one statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What the statement does, in the order of its text. The effects of a `DO` block and of a function's body follow
    /// the effect of the statement that holds them.
    pub effects: Vec<Effect>,
    /// What it refers to.
    pub uses: Uses,
    /// What could not be read. Non-empty means that the effects may be incomplete.
    pub problems: Vec<Problem>,
}

/// One thing that a statement does.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The part of the statement that does it, in bytes of the statement.
    pub range: TextRange,
    /// Whether it happens when the statement runs.
    pub origin: Origin,
    /// What happens.
    pub what: What,
}

/// Where an effect was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In the statement itself.
    Statement,
    /// In the body of a `DO` block: it happens now, perhaps under a condition.
    Do,
    /// In the body of a function that the statement creates: it happens when the function is called.
    Function,
}

/// What a statement, or a part of it, does. Names are as written: unqualified ones depend on the search path.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the statement's own syntax")]
pub enum What {
    CreateTable(Box<CreateTable>),
    CreateTableAs {
        name: Name,
        persistence: Persistence,
        if_not_exists: bool,
    },
    CreateIndex(Box<CreateIndex>),
    CreateView(Box<CreateView>),
    CreateFunction(Box<Function>),
    CreateTrigger(Box<CreateTrigger>),
    CreatePolicy(Box<Policy>),
    AlterPolicy(Box<Policy>),
    CreateExtension {
        name: Name,
        namespace: Option<String>,
        version: Option<String>,
        if_not_exists: bool,
        cascade: bool,
    },
    CreateNamespace {
        name: Option<Name>,
        if_not_exists: bool,
    },
    CreateSequence {
        name: Name,
        if_not_exists: bool,
        as_type: Option<TypeName>,
    },
    CreateEnum {
        name: Name,
        values: Vec<String>,
    },
    CreateDomain {
        name: Name,
        base: TypeName,
        constrained: bool,
    },
    CreateType {
        name: Name,
    },
    CreateRole {
        name: Name,
        options: Vec<String>,
        password_literal: bool,
    },
    CreateRule {
        name: Name,
        table: Name,
    },
    CreateDatabase {
        name: Name,
    },
    /// Any other `CREATE`.
    CreateOther {
        kind: ObjectKind,
        name: Option<Name>,
    },

    AddColumn {
        table: Name,
        column: Box<Column>,
        if_not_exists: bool,
    },
    DropColumn {
        table: Name,
        column: Name,
        if_exists: bool,
        cascade: bool,
    },
    AlterColumnType {
        table: Name,
        column: Name,
        to: TypeName,
        using: Option<Expression>,
        collation: bool,
    },
    SetDefault {
        table: Name,
        column: Name,
        default: Expression,
    },
    DropDefault {
        table: Name,
        column: Name,
    },
    SetNotNull {
        table: Name,
        column: Name,
    },
    DropNotNull {
        table: Name,
        column: Name,
    },
    /// `DROP EXPRESSION`, `DROP IDENTITY`.
    DropGenerated {
        table: Name,
        column: Name,
        identity: bool,
    },
    /// `SET EXPRESSION`, `ADD GENERATED`, `SET GENERATED`, `RESTART`.
    ChangeGenerated {
        table: Name,
        column: Name,
        how: GeneratedChange,
    },
    /// `SET STORAGE`, `SET STATISTICS`, ...
    ColumnOption {
        table: Name,
        column: Name,
    },
    AddConstraint {
        table: Name,
        constraint: Box<Constraint>,
    },
    DropConstraint {
        table: Name,
        constraint: Name,
        if_exists: bool,
        cascade: bool,
    },
    ValidateConstraint {
        table: Name,
        constraint: Name,
    },
    AlterConstraint {
        table: Name,
        constraint: Name,
    },
    Rename {
        kind: ObjectKind,
        on: Option<Name>,
        name: Name,
        to: Name,
    },
    SetNamespace {
        kind: ObjectKind,
        name: Name,
        to: Name,
    },
    OwnerTo {
        kind: ObjectKind,
        name: Option<Name>,
    },
    RowSecurity {
        table: Name,
        enable: Option<bool>,
        force: Option<bool>,
    },
    ToggleTrigger {
        table: Name,
        enable: bool,
    },
    ToggleRule {
        table: Name,
        enable: bool,
    },
    AttachPartition {
        parent: Name,
        partition: Name,
    },
    DetachPartition {
        parent: Name,
        partition: Name,
        concurrently: bool,
    },
    Inherit {
        table: Name,
        parent: Name,
        add: bool,
    },
    ReplicaIdentity {
        table: Name,
        full_or_nothing: bool,
    },
    SetLogged {
        table: Name,
        logged: bool,
    },
    SetAccessMethod {
        table: Name,
    },
    SetTablespace {
        kind: ObjectKind,
        name: Name,
    },
    StorageParameters {
        kind: ObjectKind,
        name: Name,
        text: String,
    },
    AlterTableOther {
        table: Name,
    },
    AddEnumValue {
        name: Name,
        value: String,
        if_not_exists: bool,
        positioned: bool,
    },
    RenameEnumValue {
        name: Name,
        from: String,
        to: String,
    },
    AlterAttribute {
        name: Name,
        drops: bool,
    },
    DomainConstraint {
        name: Name,
        /// Its own name, where it is written.
        constraint: Option<Name>,
        not_valid: bool,
        not_null: bool,
    },
    AlterSequence {
        name: Name,
        restarts: bool,
    },
    AlterRole {
        options: Vec<String>,
        password_literal: bool,
    },
    /// `ALTER FUNCTION`, `PROCEDURE`, `ROUTINE` with options; which of them matter to security is told.
    AlterRoutine {
        kind: ObjectKind,
        name: Name,
        /// `SECURITY DEFINER` or `INVOKER`, when it is said.
        security_definer: Option<bool>,
        sets_search_path: bool,
        options: TextRange,
    },
    AlterSystem,
    AlterDefaultPrivileges,
    /// Any other `ALTER`.
    AlterOther {
        kind: ObjectKind,
        name: Option<Name>,
    },

    Drop {
        kind: ObjectKind,
        names: Vec<Name>,
        on: Option<Name>,
        if_exists: bool,
        cascade: bool,
        concurrently: bool,
        /// The word `INDEX`, after which `CONCURRENTLY` goes; of anything else, the whole statement.
        index_word: TextRange,
    },
    Truncate {
        tables: Vec<Name>,
        cascade: bool,
    },

    Insert {
        table: Name,
        columns: Option<Vec<Name>>,
        rows: usize,
        conflict: bool,
    },
    Update {
        table: Name,
        filter: Filter,
    },
    Delete {
        table: Name,
        filter: Filter,
    },
    Merge {
        table: Name,
    },
    Copy {
        table: Option<Name>,
        from_stdin: bool,
        program: bool,
    },
    Select,
    Call {
        name: Option<Name>,
    },

    Lock {
        tables: Vec<Name>,
        mode: String,
        nowait: bool,
    },
    Refresh {
        view: Name,
        concurrently: bool,
        no_data: bool,
    },
    Vacuum {
        full: bool,
    },
    Cluster {
        table: Option<Name>,
        using_index: bool,
    },
    Reindex {
        target: ReindexTarget,
        name: Option<Name>,
        concurrently: bool,
    },
    Analyze,

    Transaction(TransactionControl),
    Set {
        name: String,
        value: String,
        local: bool,
    },
    Reset {
        name: Option<String>,
    },
    SetRole {
        local: bool,
    },
    SetConstraints,
    Discard {
        all: bool,
    },

    Do {
        language: String,
    },
    /// `EXECUTE` of a text that is not a constant, inside a body.
    DynamicSql,
    Grant {
        privileges: Vec<String>,
        on: Vec<Name>,
        to: Vec<String>,
        with_option: bool,
        default_privileges: bool,
    },
    Revoke,
    /// The same column given twice in `SET`, `INSERT (...)` or `CREATE TABLE (...)`: PostgreSQL refuses it.
    RepeatedColumn {
        column: Name,
    },
    Comment {
        kind: ObjectKind,
        name: Option<Name>,
        on: Option<Name>,
        text: Option<String>,
    },
    CreateSubscription {
        connects: bool,
    },
    AlterSubscription {
        touches_slot: bool,
    },
    /// Read, and of no interest to any rule.
    Other,
    /// Not understood at all.
    Unknown,
}

/// What is changed about a generated or identity column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratedChange {
    /// `SET EXPRESSION`: every row is computed anew.
    Expression,
    /// `ADD GENERATED ... AS IDENTITY`.
    AddIdentity,
    /// `SET GENERATED ALWAYS`: inserts that give a value fail from now on.
    Always,
    /// `SET GENERATED BY DEFAULT`.
    ByDefault,
    /// The options of the identity's sequence.
    Sequence,
}

/// How an `UPDATE` or `DELETE` chooses rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// There is no `WHERE`.
    None,
    /// The `WHERE` is always true: `true`, `1 = 1`.
    Always,
    /// A condition.
    Some,
}

/// What `REINDEX` works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is PostgreSQL's own word")]
pub enum ReindexTarget {
    Index,
    Table,
    Namespace,
    Database,
}

/// Transaction control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is PostgreSQL's own word")]
pub enum TransactionControl {
    Begin,
    Commit,
    Rollback,
    Savepoint,
    ReleaseSavepoint,
    RollbackToSavepoint,
    Prepare,
    CommitPrepared,
    RollbackPrepared,
}

/// A longer statement is data, and its syntax tree would take a hundred times its size in memory: it is not read.
const LONGEST: usize = 4 * 1024 * 1024;

/// Reads one statement (without or with its `;`). Never fails: what cannot be read is a problem and `What::Unknown`.
pub fn read(text: &str) -> Reading {
    read_at(text, 0)
}

/// Reads a statement that stands `base` bytes into another one; all places are counted in that.
fn read_at(text: &str, base: usize) -> Reading {
    let whole = TextRange::new(base, base + text.len());
    if text.len() > LONGEST {
        let effects = vec![Effect { range: whole, origin: Origin::Statement, what: What::Unknown }];
        return Reading { effects, ..Reading::default() };
    }
    let tree = parse(text, base);
    let mut effects = Vec::new();
    for statement in tree.statements() {
        effects_of(&statement, whole, Origin::Statement, &mut effects);
    }
    if effects.is_empty() && !tree.problems.is_empty() {
        effects.push(Effect { range: whole, origin: Origin::Statement, what: What::Unknown });
    }
    let mut uses = Uses::default();
    for node in tree.root().descendants() {
        repeated::look(&node, &mut effects);
        uses::look(&node, &mut uses);
    }
    for statement in tree.statements() {
        body::read_body(&statement, &mut effects, &mut uses);
    }
    // Most statements do one thing, and an effect is large.
    effects.shrink_to_fit();
    Reading { effects, uses, problems: tree.problems }
}

/// The effects of one parsed statement.
fn effects_of(statement: &Node, whole: TextRange, origin: Origin, out: &mut Vec<Effect>) {
    let before = out.len();
    let mut push = |range: TextRange, what: What| out.push(Effect { range, origin, what });
    let known = table::read(statement, &mut push)
        || alter::read(statement, &mut push)
        || index::read(statement, &mut push)
        || drop::read(statement, &mut push)
        || dml::read(statement, &mut push)
        || session::read(statement, &mut push)
        || routine::read(statement, whole, &mut push)
        || object::read(statement, &mut push);
    if !known && out.len() == before {
        out.push(Effect { range: statement.range(), origin, what: What::Other });
    }
}

/// Where readers put what they found.
type Push<'a> = dyn FnMut(TextRange, What) + 'a;
