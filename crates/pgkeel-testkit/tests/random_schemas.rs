//! Random schemas load on every major, and their changes change something.

use pgkeel_testkit::{RandomSchema, per_major};

per_major! {
    fn random_schemas_load(server) {
        for seed in 0..12 {
            let schema = RandomSchema::new(seed, 8);
            for (script, kind) in [(schema.sql(), "new"), (schema.changed(seed, 20).sql(), "changed")] {
                let database = server.database();
                if let Err(error) = database.psql(&script) {
                    let numbered = script.lines().enumerate().map(|(at, line)| format!("{} {line}\n", at + 1));
                    panic!("seed {seed}, {kind}: {error}\n{}", numbered.collect::<String>());
                }
            }
        }
    }
}

#[test]
fn a_seed_gives_the_same_schema_again_and_changes_change_it() {
    let mut different = 0;
    for seed in 0..50 {
        let (one, two) = (RandomSchema::new(seed, 6), RandomSchema::new(seed, 6));
        assert_eq!(one.sql(), two.sql());
        assert_eq!(one.changed(seed, 5).sql(), two.changed(seed, 5).sql());
        different += usize::from(one.sql() != one.changed(seed, 5).sql());
    }
    assert!(different > 45, "only {different} of 50 changed");
}
