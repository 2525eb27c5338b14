//! Tests of what needs no database: the table, the settings, the verdict.

use super::*;

#[test]
fn every_check_has_its_own_id_and_a_query_for_every_supported_major() {
    let mut seen = std::collections::BTreeSet::new();
    for check in CHECKS {
        assert!(seen.insert(check.id), "{} twice", check.id);
        for major in 14..=18 {
            assert!(check.query(major).is_some(), "{} has no query for {major}", check.id);
        }
    }
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest_known_one() {
    let settings =
        HealthSettings { disable: ["invalid-indx".to_owned()].into(), ..HealthSettings::default() };
    let error = settings.validate().unwrap_err().to_string();
    assert!(error.contains("did you mean \"invalid-index\"?"), "{error}");
    let own = CheckSettings { limits: [("warn".to_owned(), 1.0)].into(), ..CheckSettings::default() };
    let settings =
        HealthSettings { checks: [("connections".to_owned(), own)].into(), ..HealthSettings::default() };
    assert!(settings.validate().unwrap_err().to_string().contains("warn_ratio, fail_ratio"));
}

#[test]
fn behind_fails_and_ahead_only_warns() {
    let settings = HealthSettings::default();
    let with = |standing| Report { migrations: Some(standing), ..Report::default() };
    let behind = with(super::verdict::Standing {
        has_history: true,
        pending: vec!["0002_b".to_owned()],
        ..Default::default()
    });
    let verdict = Verdict::of(&behind, &settings, true);
    assert_eq!((verdict.status, verdict.reasons), (Status::Fail, vec![Reason::SchemaBehind]));
    let ahead = with(super::verdict::Standing {
        has_history: true,
        unknown: vec!["0003".to_owned()],
        ..Default::default()
    });
    let verdict = Verdict::of(&ahead, &settings, true);
    assert_eq!((verdict.status, verdict.reasons), (Status::Warn, vec![Reason::SchemaAhead]));
}

#[test]
fn a_sequence_that_ends_soon_at_its_pace_is_told_long_before_its_share_is_high() {
    let check = check("sequence-headroom").unwrap();
    let row = |last: f64| {
        serde_json::json!({"namespace": "public", "name": "s", "ratio": 0.2, "small": true, "limit": 2_147_483_647.0_f64,
            "last_value": last, "downwards": false})
    };
    let judged = |last: f64, then: f64, days: f64| {
        let sequences = [("public.s".to_owned(), then)].into();
        let samples = Samples(vec![Sample { days, sequences, ..Sample::default() }]);
        Outcome::judge_with(check, &[row(last)], 1, &HealthSettings::default(), &samples)
    };
    // 1.7 billion numbers are left.
    assert_eq!(judged(4e8, 3.9e8, 10.0).status, Status::Pass, "1.7 thousand days");
    let warned = judged(4e8, 3e8, 10.0);
    assert_eq!(warned.status, Status::Warn, "175 days: {warned:?}");
    assert!(
        warned.findings[0].message.contains("at the pace of the last 10 days they last 175 days"),
        "{warned:?}"
    );
    assert_eq!(judged(4e8, 0.0, 5.0).status, Status::Fail, "22 days");
    assert_eq!(judged(4e8, 3e8, 0.5).status, Status::Pass, "half a day is no pace");
    assert_eq!(judged(4e8, 5e8, 10.0).status, Status::Pass, "it was set back");
}

#[test]
fn an_index_is_unused_when_our_own_samples_say_so_although_the_server_has_restarted() {
    let check = check("unused-index").unwrap();
    let row =
        serde_json::json!({"namespace": "public", "name": "i", "table": "t", "bytes": 1e9, "days": 0.1});
    let judged = |days: f64| {
        let samples =
            Samples(vec![Sample { days, unused: ["public.i".to_owned()].into(), ..Sample::default() }]);
        Outcome::judge_with(check, std::slice::from_ref(&row), 1, &HealthSettings::default(), &samples).status
    };
    assert_eq!((judged(31.0), judged(29.0)), (Status::Warn, Status::Skipped));
}

#[test]
fn skipped_is_never_passed() {
    let check = check("connections").unwrap();
    let rows = [serde_json::json!({"skipped": "no privilege"})];
    let outcome = Outcome::judge(check, &rows, 1, &HealthSettings::default());
    assert_eq!(outcome.status, Status::Skipped);
}

#[test]
fn a_finding_beyond_the_cap_is_counted() {
    let check = check("unlogged-table").unwrap();
    let rows: Vec<_> =
        (0..80).map(|n| serde_json::json!({"namespace": "a", "name": format!("t{n}")})).collect();
    let outcome = Outcome::judge(check, &rows, 10_000, &HealthSettings::default());
    assert_eq!((outcome.findings.len(), outcome.truncated), (FINDINGS_KEPT, 10_000 - FINDINGS_KEPT));
}
