//! Projects on disk, as people lay them out.

use super::*;
use std::fs;

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it has a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn load(&self, choice: &Choice, variables: &[(&str, &str)]) -> Result<Project, LoadError> {
        Project::load_from(self.path(), choice, environment(variables))
    }
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let mut environment = Environment::of(variables.iter().copied());
    environment.os_user = Some("me".to_owned());
    environment
}

fn database(project: &Project) -> (String, String) {
    let target = project.target().expect("valid").expect("somebody says");
    (target.masked(), target.origin().to_string())
}

#[test]
fn the_nearest_pgkeel_toml_upwards_is_the_project() {
    let folder = Folder::with(&[("pgkeel.toml", "[migrations]\ndir = \"db\""), ("src/deep/x", "")]);
    let deep = folder.path().join("src/deep");
    let project = Project::load_from(&deep, &Choice::default(), environment(&[])).expect("valid");
    assert_eq!((project.root.as_path(), project.found), (folder.path(), Found::Config));
    assert_eq!(project.migrations_dir, folder.path().join("db"));
    assert_eq!((project.environment.as_str(), project.config.is_strict()), ("development", false));
}

#[test]
fn a_plain_folder_works_without_one() {
    let plain = Folder::with(&[("0001_a.sql", "SELECT 1")]);
    let project = plain.load(&Choice::default(), &[]).expect("valid");
    assert_eq!((project.found, project.migrations_dir.as_path()), (Found::PlainFolder, plain.path()));
    let nested = Folder::with(&[("app/migrations/0001_a.sql", "SELECT 1")]);
    let choice = Choice { project: Some("app".into()), ..Choice::default() };
    let project = nested.load(&choice, &[]).expect("valid").required().expect("a project");
    assert_eq!(project.migrations_dir, nested.path().join("app/migrations"));
    let nothing = Folder::with(&[]).load(&Choice::default(), &[]).expect("valid");
    assert!(nothing.required().expect_err("no project").help().expect("help").contains("pgkeel init"));
    let choice = Choice { project: Some("absent".into()), ..Choice::default() };
    assert!(matches!(plain.load(&choice, &[]), Err(LoadError::NoFolder { .. })));
}

#[test]
fn the_database_is_named_by_the_first_who_says() {
    let file = "[database]\nurl = \"postgres://u:SeKret@config/d\"";
    let folder =
        Folder::with(&[("pgkeel.toml", file), (".env", "DATABASE_URL='postgres://u:SeK$ret@dotenv/d'\n")]);
    let given = Choice { database: Some("postgres://u@flag/d".to_owned()), ..Choice::default() };
    let variables = [("DATABASE_URL", "postgres://u@variable/d"), ("PGHOST", "libpq")];
    let shown = database(&folder.load(&given, &variables).expect("valid"));
    assert_eq!(shown, ("postgres://u@flag/d".to_owned(), "as given".to_owned()));
    let shown = database(&folder.load(&Choice::default(), &variables).expect("valid"));
    assert!(shown.0.contains("@variable/") && shown.1.contains("DATABASE_URL"), "{shown:?}");
    let shown = database(&folder.load(&Choice::default(), &[]).expect("valid"));
    assert!(shown.0.contains("u:***@dotenv/") && shown.1.contains(".env"), "{shown:?}");
    fs::remove_file(folder.path().join(".env")).expect("removed");
    let shown = database(&folder.load(&Choice::default(), &[("PGHOST", "libpq")]).expect("valid"));
    assert!(shown.0.contains("u:***@config/") && shown.1.ends_with(CONFIG_FILE), "{shown:?}");
    fs::write(folder.path().join(CONFIG_FILE), "").expect("written");
    let shown = database(&folder.load(&Choice::default(), &[("PGHOST", "libpq")]).expect("valid"));
    assert!(shown.0.contains("libpq") && shown.1.contains("PGHOST"), "{shown:?}");
    let project = folder.load(&Choice::default(), &[]).expect("valid");
    assert_eq!(project.target().expect("valid"), None);
    let embedded = project.embedded_target().expect("valid");
    assert_eq!(embedded.embedded(), Some(Some(folder.path().join(".pgkeel/database").as_path())));
}

#[test]
fn an_embedded_folder_in_a_file_is_relative_to_the_project() {
    let folder = Folder::with(&[("pgkeel.toml", "[database]\nurl = \"embedded:data\""), ("sub/x", "")]);
    let sub = folder.path().join("sub");
    let project = Project::load_from(&sub, &Choice::default(), environment(&[])).expect("valid");
    let target = project.target().expect("valid").expect("named");
    assert_eq!(target.embedded(), Some(Some(folder.path().join("data").as_path())));
}

#[test]
fn the_environment_comes_from_the_flag_the_variable_or_dotenv() {
    let folder = Folder::with(&[
        (
            "pgkeel.toml",
            "[environments.qa]\nstrict = true\n[environments.production]\nmigrations.dir = \"p\"",
        ),
        (".env", "PGKEEL_ENV=qa\n"),
    ]);
    assert_eq!(folder.load(&Choice::default(), &[]).expect("valid").environment, "qa");
    let project = folder.load(&Choice::default(), &[("PGKEEL_ENV", "production")]).expect("valid");
    assert!(project.config.is_strict() && project.migrations_dir.ends_with("p"));
    let choice = Choice { environment: Some("prodution".to_owned()), ..Choice::default() };
    let error = folder.load(&choice, &[]).expect_err("unknown");
    assert!(error.to_string().contains("did you mean \"production\"?"), "{error}");
}

#[test]
fn mistakes_name_their_line_and_show_no_secret() {
    let folder = Folder::with(&[(".env", "A=1\nDATABASE_URL=postgres://u:SeKret@h/d x y\n")]);
    let error = folder.load(&Choice::default(), &[]).expect_err("not .env");
    assert!(matches!(error, LoadError::DotEnv { line: 2, .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("SeKret"));
    let folder = Folder::with(&[("pgkeel.toml", "[database]\nurll = \"postgres://u:SeKret@h/d\"")]);
    let error = folder.load(&Choice::default(), &[]).expect_err("unknown key").to_string();
    assert!(error.contains("pgkeel.toml:2:1: unknown key \"urll\"") && !error.contains("SeKret"), "{error}");
}
