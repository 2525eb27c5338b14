//! No scenario gets lost: each of docs/failures.md names a test that exists, or the reason why there is none.

use std::collections::BTreeMap;
use std::path::Path;

/// The families of scenarios, and how many each has.
const FAMILIES: [(char, usize); 6] = [('P', 11), ('C', 11), ('N', 17), ('R', 9), ('S', 24), ('H', 14)];

fn sources(folder: &Path, into: &mut String) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_scenario_has_a_test_or_a_reason() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut code = String::new();
    sources(&repository.join("crates"), &mut code);
    let page = std::fs::read_to_string(repository.join("docs/failures.md")).unwrap();
    let rows: BTreeMap<&str, Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| id"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>())
        .map(|cells| (cells[0], cells))
        .collect();
    for (family, count) in FAMILIES {
        for number in 1..=count {
            let id = format!("{family}{number}");
            let cells =
                rows.get(id.as_str()).unwrap_or_else(|| panic!("{id} is missing in docs/failures.md"));
            assert_eq!(cells.len(), 4, "{id}");
            let evidence = cells[3];
            if let Some(reason) = evidence.strip_prefix("no test: ") {
                assert!(reason.len() > 20, "{id} needs a reason");
                continue;
            }
            for name in evidence.split(", ") {
                let name = name.trim_matches('`');
                assert!(code.contains(&format!("fn {name}(")), "{id}: there is no test `{name}`");
            }
        }
    }
}
