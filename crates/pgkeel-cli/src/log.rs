//! The log of what runs for long: lines on standard error, one per event, readable by people and by `grep`.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts it; `-v` tells more, `--quiet` only what is wrong.
pub fn start(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    };
    let ours = ["pgkeel", "pgkeel_server", "pgkeel_core"].map(|name| (name, level));
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_target(false);
    let log = tracing_subscriber::registry().with(lines).with(Targets::new().with_targets(ours));
    // A second one in the same process is refused; the first goes on.
    let _ = log.try_init();
}
