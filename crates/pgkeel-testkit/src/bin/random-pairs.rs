//! `random-pairs FOLDER COUNT [FIRST-SEED [TABLES [CHANGES]]]`: writes pairs of random schemas as the corpora have
//! them, `FOLDER/<seed>/{a,b}.sql`, for `tests/corpora/run --pairs`.

use std::path::PathBuf;
use std::process::ExitCode;

use pgkeel_testkit::RandomSchema;

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&error),
    }
}

fn write() -> Result<(), String> {
    let mut arguments = std::env::args_os().skip(1);
    let folder =
        PathBuf::from(arguments.next().ok_or("usage: random-pairs FOLDER COUNT [SEED [TABLES [CHANGES]]]")?);
    let mut number = |default: u64| match arguments.next() {
        None => Ok(default),
        Some(text) => text.to_str().and_then(|text| text.parse().ok()).ok_or("not a number".to_owned()),
    };
    let (count, first) = (number(100)?, number(0)?);
    let size = |number: u64| usize::try_from(number).map_err(|error| error.to_string());
    let (tables, changes) = (size(number(6)?)?, size(number(8)?)?);
    for seed in first..first + count {
        let folder = folder.join(seed.to_string());
        let old = RandomSchema::new(seed, tables);
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join("a.sql"), old.sql()))
            .and_then(|()| std::fs::write(folder.join("b.sql"), old.changed(seed, changes).sql()))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a program for people and scripts")]
fn refuse(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(2)
}
