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
