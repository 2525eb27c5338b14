//! The binary `pgkeel`: arguments, rendering, progress.

fn main() {}
