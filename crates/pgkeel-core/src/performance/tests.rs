//! Regressions are told by work, not by time alone.

use super::*;

fn statement(query: &str, calls: f64, mean: f64, blocks: f64) -> Counters {
    Counters {
        role: "app".into(),
        toplevel: true,
        query: query.into(),
        calls,
        total_exec_time: calls * mean,
        mean_exec_time: mean,
        stddev_exec_time: mean / 3.0,
        rows: calls,
        shared_blks_hit: calls * blocks,
        ..Counters::default()
    }
}

fn judged(before: &[Counters], after: &[Counters]) -> Comparison {
    let snapshot = |at: f64, statements: &[Counters]| Snapshot {
        at,
        reset_at: Some(0.0),
        room: 5000.0,
        statements: statements.to_vec(),
        ..Snapshot::default()
    };
    let none = Renamed::new();
    let first = snapshot(3600.0, before);
    // Counters go on: what the second snapshot holds is the sum.
    let sum: Vec<Counters> = after
        .iter()
        .map(|a| {
            let Some(b) = before.iter().find(|b| b.query == a.query) else { return a.clone() };
            let calls = a.calls + b.calls;
            let total = a.total_exec_time + b.total_exec_time;
            let squares = |c: &Counters| c.calls * (c.stddev_exec_time.powi(2) + c.mean_exec_time.powi(2));
            let mean = total / calls;
            Counters {
                calls,
                total_exec_time: total,
                mean_exec_time: mean,
                stddev_exec_time: ((squares(a) + squares(b)) / calls - mean.powi(2)).sqrt(),
                rows: a.rows + b.rows,
                shared_blks_hit: a.shared_blks_hit + b.shared_blks_hit,
                ..a.clone()
            }
        })
        .chain(before.iter().filter(|b| !after.iter().any(|a| a.query == b.query)).cloned())
        .collect();
    let second = snapshot(7200.0, &sum);
    let before = Window::between(None, &first, &none);
    let after = Window::between(Some(&first), &second, &none);
    compare(&before, &after, (&first.plans, &second.plans), &none)
}

fn verdict(before: &[Counters], after: &[Counters]) -> Vec<Verdict> {
    judged(before, after).changes.iter().map(|change| change.verdict).collect()
}

#[test]
fn a_lost_index_regresses_and_a_busy_neighbour_does_not() {
    let q = "SELECT * FROM orders WHERE customer = $1";
    assert_eq!(
        verdict(&[statement(q, 300.0, 0.011, 3.0)], &[statement(q, 300.0, 4.8, 1031.0)]),
        [Verdict::Regressed]
    );
    assert_eq!(
        verdict(&[statement(q, 300.0, 2.0, 3.0)], &[statement(q, 300.0, 9.0, 3.0)]),
        [Verdict::Suspect]
    );
    assert_eq!(verdict(&[statement(q, 300.0, 0.2, 3.0)], &[statement(q, 300.0, 0.26, 3.0)]), []);
    assert_eq!(
        verdict(&[statement(q, 300.0, 4.8, 1031.0)], &[statement(q, 300.0, 0.011, 3.0)]),
        [Verdict::Improved]
    );
}

#[test]
fn thin_data_says_so_and_what_vanished_is_told() {
    let q = "SELECT 1 FROM a WHERE b = $1";
    let thin = judged(&[statement(q, 300.0, 2.0, 3.0)], &[statement(q, 5.0, 900.0, 9000.0)]);
    assert_eq!((thin.judged, thin.too_few), (0, 1));
    assert!(thin.notes.iter().any(|note| note.contains("nothing can be said yet")), "{:?}", thin.notes);
    let other = statement("SELECT 2 FROM c", 300.0, 0.1, 1.0);
    let changes = judged(&[statement(q, 300.0, 2.0, 3.0), other.clone()], &[other]).changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].verdict, Verdict::Vanished);
}

#[test]
fn a_window_over_a_reset_says_so() {
    let q = "SELECT 1 FROM a";
    let first = Snapshot {
        at: 10.0,
        reset_at: Some(0.0),
        statements: vec![statement(q, 50.0, 1.0, 1.0)],
        ..Snapshot::default()
    };
    let second = Snapshot {
        at: 30.0,
        reset_at: Some(20.0),
        statements: vec![statement(q, 5.0, 1.0, 1.0)],
        ..Snapshot::default()
    };
    let window = Window::between(Some(&first), &second, &Renamed::new());
    assert_eq!(window.seconds, Some(10.0));
    assert!(window.notes.iter().any(|note| note.contains("reset")));
    // One entry set to zero moves no time stamp.
    let partly = Snapshot { at: 30.0, reset_at: Some(0.0), ..second };
    let window = Window::between(Some(&first), &partly, &Renamed::new());
    assert!(window.usage.is_empty() && window.notes.iter().any(|note| note.contains("left out")));
}

#[test]
fn statements_are_recognised_through_renames_and_lists_of_any_length() {
    let renamed = Renamed::from([("orders".to_owned(), "purchases".to_owned())]);
    let before = fingerprint("SELECT * FROM Orders o -- x\n WHERE id IN ($1, $2, $3)", &renamed);
    let after = fingerprint("select * from \"purchases\" o where id in ($1 /*, ... */)", &Renamed::new());
    assert_eq!(before, after);
    assert_ne!(fingerprint("SELECT a FROM b", &renamed), fingerprint("SELECT c FROM b", &renamed));
}

#[test]
fn only_one_whole_statement_that_reads_or_changes_rows_is_explained() {
    assert!(is_explainable("/* x */ SELECT ';' FROM a WHERE b = $1"));
    assert!(!is_explainable("SELECT 1; DROP TABLE a"));
    assert!(!is_explainable("VACUUM a"));
    assert!(!is_explainable("SELECT 'cut o"));
}

#[test]
fn a_plan_is_read_without_its_numbers() {
    let json = serde_json::json!([{"Plan": {"Node Type": "Nested Loop", "Total Cost": 12.5, "Plans": [
        {"Node Type": "Seq Scan", "Relation Name": "a"},
        {"Node Type": "Index Scan", "Relation Name": "b", "Index Name": "b_pkey"}]}}]);
    let plan = PlanShape::read(&json).unwrap();
    assert_eq!(plan.shape, "Nested Loop\n  Seq Scan on a\n  Index Scan on b using b_pkey");
}
