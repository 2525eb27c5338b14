//! Serves an embedded database until the standard input ends: `cargo run --example serve -- [DIR]`. Prints the URL.

use std::io::{Read, Write};
use std::path::PathBuf;

use pgkeel_embedded::EmbeddedServer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from);
    let server = EmbeddedServer::start(dir.as_deref())?;
    let mut out = std::io::stdout();
    for note in server.notes() {
        writeln!(out, "{note}")?;
    }
    writeln!(out, "{}", server.url())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    server.stop()?;
    Ok(())
}
