//! Every folder of tests/diff on every major: the plan from one schema to the other, applied by psql, gives what
//! pg_dump says of the other. Both ways, from nothing, and to nothing; each time the next plan is empty.
//!
//! A case is `old.sql` and `new.sql`. Comment lines of new.sql say more: `-- from: 15` and `-- until: 16`, the majors
//! that know the feature; `-- plan has: TEXT` and `-- plan lacks: TEXT`, of the plan from old to new; `-- secret: TEXT`,
//! which a plan has and no step shows; `-- no way back: TEXT`, a note of the plan from new to old, which then need not give
//! all that pg_dump says of old; `-- rename: OLD=NEW`, what has another name in new. `DIFF_CASE` picks the cases whose names contain it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pgkeel::introspect::introspect;
use pgkeel_core::plan::{Options, Plan, Renaming, between};
use pgkeel_core::schema::Schema;
use pgkeel_testkit::dump::objects;
use pgkeel_testkit::{Server, TestDatabase, per_major};

/// Roles that the cases use. They are the server's, so they are made once and stay.
const ROLES: &str = "DO $$ DECLARE r text; BEGIN FOREACH r IN ARRAY '{diff_owner,diff_reader,diff_writer}'::text[] LOOP
    BEGIN EXECUTE format('CREATE ROLE %I', r); EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
END LOOP; END $$;";

/// A case, read from its folder.
struct Case {
    name: String,
    old: String,
    new: String,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let file = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        Self { name, old: file("old.sql"), new: file("new.sql") }
    }

    /// What the comment lines of new.sql say after a word.
    fn says<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a str> {
        let start = format!("-- {word}: ");
        self.new.lines().filter_map(move |line| line.strip_prefix(&start)).map(str::trim)
    }

    fn is_for(&self, major: u32) -> bool {
        let number =
            |text: &str| text.parse::<u32>().unwrap_or_else(|_| panic!("{}: {text} is no major", self.name));
        self.says("from").all(|from| major >= number(from))
            && self.says("until").all(|until| major <= number(until))
    }
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diff");
    let wanted = std::env::var("DIFF_CASE").unwrap_or_default();
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("readable folder").path()).collect();
    folders.retain(|folder| folder.file_name().is_some_and(|name| name.to_string_lossy().contains(&wanted)));
    folders.sort();
    assert!(!folders.is_empty(), "no case in {} has \"{wanted}\" in its name", folder.display());
    folders
}

/// A database that a script was loaded into. Subscriptions would keep it from being dropped.
struct Loaded<'server>(TestDatabase<'server>);

impl<'server> Loaded<'server> {
    fn with(server: &'server Server, script: &str) -> Result<Self, String> {
        let loaded = Self(server.database());
        loaded.0.psql(script)?;
        Ok(loaded)
    }

    async fn schema(&self) -> Schema {
        let client = self.0.client().await;
        introspect(&client).await.unwrap_or_else(|error| panic!("{error}"))
    }
}

impl Drop for Loaded<'_> {
    fn drop(&mut self) {
        let query = "SELECT quote_ident(subname) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid \
                     WHERE d.datname = current_database()";
        for name in self.0.rows(query).into_iter().flatten().flatten() {
            self.0.execute(&format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"));
            self.0.execute(&format!("DROP SUBSCRIPTION {name}"));
        }
    }
}

/// Applies the plan from one schema to another to a database of the first; `Err` says what is not as it should be.
async fn step(server: &'static Server, script: &str, to: &Schema, wanted: &str) -> Result<Plan, String> {
    step_to(server, script, to, Some(wanted), &[]).await
}

/// As [`step`], for a goal that is not reached to the last word when `wanted` is not given.
async fn step_to(
    server: &'static Server,
    script: &str,
    to: &Schema,
    wanted: Option<&str>,
    renames: &[Renaming],
) -> Result<Plan, String> {
    let database = Loaded::with(server, script)?;
    let options =
        Options { role: Some("postgres".to_owned()), renames: renames.to_vec(), ..Options::default() };
    let plan = between(&database.schema().await, to, &options);
    let sql = plan.to_sql();
    database
        .0
        .psql(&format!("BEGIN;\n{sql}COMMIT;\n"))
        .map_err(|error| format!("refused: {error}\n{sql}"))?;
    let got = objects(&database.0.pg_dump());
    let wanted = wanted.map_or_else(|| got.clone(), objects);
    let mut difference = String::new();
    for name in wanted.keys().chain(got.keys().filter(|name| !wanted.contains_key(*name))) {
        let (is, should) = (got.get(name), wanted.get(name));
        if is != should {
            let text = |body: Option<&String>| body.map_or("(nothing)", String::as_str).to_owned();
            let _ = writeln!(difference, "{name}\nis {}\nshould be {}", text(is), text(should));
        }
    }
    if !difference.is_empty() {
        return Err(format!("pg_dump differs:\n{difference}plan:\n{sql}"));
    }
    let options = Options { renames: vec![], ..options };
    let again = between(&database.schema().await, to, &options);
    if again.is_empty() { Ok(plan) } else { Err(format!("the next plan is not empty:\n{}", again.to_sql())) }
}

async fn run(server: &'static Server, case: &Case) -> Result<(), String> {
    let old = Loaded::with(server, &case.old).map_err(|error| format!("old.sql: {error}"))?;
    let new = Loaded::with(server, &case.new).map_err(|error| format!("new.sql: {error}"))?;
    let empty = server.database();
    let (old_schema, new_schema) = (old.schema().await, new.schema().await);
    let text = new_schema.to_json();
    match Schema::from_json(&text) {
        Ok(read) if read.to_json() == text => {}
        Ok(_) => return Err("the snapshot changes when it is read".to_owned()),
        Err(error) => return Err(format!("the snapshot cannot be read: {error}")),
    }
    let empty_schema = introspect(&empty.client().await).await.unwrap_or_else(|error| panic!("{error}"));
    let (old_dump, new_dump) = (old.0.pg_dump(), new.0.pg_dump());
    let renames: Vec<Renaming> =
        case.says("rename").map(str::parse).collect::<Result<_, _>>().map_err(|error| format!("{error}"))?;
    let plan = step_to(server, &case.old, &new_schema, Some(&new_dump), &renames)
        .await
        .map_err(|error| format!("old to new: {error}"))?;
    for secret in case.says("secret") {
        let shows = |text: &str| text.contains(secret);
        if !plan.steps.iter().any(|step| shows(&step.sql))
            || plan.steps.iter().any(|step| shows(step.shown()))
        {
            return Err(format!("\"{secret}\" is not in the plan, or it is shown"));
        }
    }
    let plan = plan.to_sql();
    if let Some(text) = case.says("plan has").find(|text| !plan.contains(text)) {
        return Err(format!("the plan lacks \"{text}\":\n{plan}"));
    }
    if let Some(text) = case.says("plan lacks").find(|text| plan.contains(text)) {
        return Err(format!("the plan has \"{text}\":\n{plan}"));
    }
    let left = case.says("no way back").next();
    let undo: Vec<Renaming> = renames.iter().rev().map(Renaming::back).collect();
    let back = step_to(server, &case.new, &old_schema, left.is_none().then_some(&old_dump), &undo).await;
    let back = back.map_err(|error| format!("new to old: {error}"))?;
    if let Some(text) = left.filter(|text| !back.notes.iter().any(|note| note.contains(text))) {
        return Err(format!("new to old: no note says \"{text}\": {:?}", back.notes));
    }
    step(server, "", &new_schema, &new_dump).await.map_err(|error| format!("nothing to new: {error}"))?;
    let nothing = empty.pg_dump();
    step(server, &case.new, &empty_schema, &nothing)
        .await
        .map_err(|error| format!("new to nothing: {error}"))?;
    Ok(())
}

per_major! {
    async fn plans_lead_where_pg_dump_says(server) {
        server.database().execute(ROLES);
        let mut failures = String::new();
        for folder in cases() {
            let case = Case::read(&folder);
            if case.is_for(server.major())
                && let Err(error) = run(server, &case).await
            {
                let _ = writeln!(failures, "== {}: {error}", case.name);
            }
        }
        assert!(failures.is_empty(), "PostgreSQL {}:\n{failures}", server.major());
    }
}
