//! `with-server MAJOR COMMAND...`: runs a command with a private PostgreSQL of that major, told by PGHOST, PGPORT
//! and PGUSER; stops the server afterwards and exits as the command did.

use std::process::{Command, ExitCode};

use pgkeel_testkit::Server;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let major = arguments.next().and_then(|major| major.to_str()?.parse().ok());
    let (Some(major), Some(program)) = (major, arguments.next()) else {
        return refuse("usage: with-server MAJOR COMMAND...");
    };
    let server = Server::start_private(major, &[]);
    let ran = Command::new(&program)
        .args(arguments)
        .env("PGHOST", server.socket_folder())
        .env("PGPORT", server.port().to_string())
        .env("PGUSER", "postgres")
        .status();
    match ran {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => refuse(&format!("{}: {error}", program.display())),
    }
}

#[expect(clippy::print_stderr, reason = "a program for people and scripts")]
fn refuse(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(2)
}
