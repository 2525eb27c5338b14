//! docs/reference/checks is written from the checks themselves: `UPDATE=1` writes it, otherwise a difference fails.

use std::collections::BTreeMap;
use std::path::Path;

use pgkeel_core::health::{CHECKS, index_page, page};

#[test]
fn the_pages_of_the_checks_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/checks");
    let mut pages: BTreeMap<String, String> =
        CHECKS.iter().map(|check| (format!("{}.md", check.id), page(check))).collect();
    pages.insert("README.md".to_owned(), index_page());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        found.insert(name, std::fs::read_to_string(&path).unwrap());
    }
    assert!(
        found.keys().eq(pages.keys()),
        "docs/reference/checks has other pages than the checks: run with UPDATE=1"
    );
    for (name, text) in pages {
        assert_eq!(found.get(&name), Some(&text), "docs/reference/checks/{name} is stale: run with UPDATE=1");
    }
}
