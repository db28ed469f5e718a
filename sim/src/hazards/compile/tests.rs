//! What a header is refused for, and what it comes to.

use super::{Times, expected_events, reach};
use crate::hazards::testing::{drawn, entry};
use crate::random::Law;
use crate::scenario::{At, CatalogueEvent, HazardEntry, Location, Onset};

fn ban() -> HazardEntry {
    entry("export_restriction", "imposer = 'COD'")
}

fn row(run: u64, start_months: f64, targets: &[&str]) -> CatalogueEvent {
    let at = Location::of(0..0);
    let named = |name: &&str| At { value: name.to_string(), at };
    let end_months = start_months + 2.0;
    CatalogueEvent {
        run,
        start_months,
        end_months,
        severity: None,
        targets: targets.iter().map(named).collect(),
        at,
    }
}

fn expected(entry: &HazardEntry) -> f64 {
    expected_events(&[drawn(entry).unwrap()])[0]
}

fn refusal(entry: &HazardEntry) -> String {
    drawn(entry).expect_err("refused").join("\n")
}

#[test]
fn an_unknown_kind_is_refused_by_name() {
    assert_eq!(refusal(&entry("export_ban", "")), "hazard \"trouble\": unknown kind \"export_ban\"");
}

#[test]
fn a_severity_outside_the_kinds_bounds_is_refused_and_a_law_that_reaches_out_is_not() {
    let mut ban = ban();
    for (severity, allowed) in [(0.0, true), (1.0, true), (1.1, false), (40.0, false), (-0.1, false)] {
        ban.severity = Some(Law::fixed(severity));
        assert_eq!(drawn(&ban).is_ok(), allowed, "{severity}");
    }
    ban.severity = Some(Law::fixed(f64::NAN));
    assert!(drawn(&ban).is_err(), "not a number");
}

#[test]
fn a_duration_is_asked_for_unless_a_catalogue_brings_it() {
    let mut ban = ban();
    ban.duration = None;
    assert!(refusal(&ban).contains("its duration is missing"));
    ban.onset = Onset::Catalogue(vec![row(0, 1.0, &[])]);
    assert!(drawn(&ban).is_ok());
}

#[test]
fn no_more_targets_are_drawn_than_there_are() {
    let mut ban = ban();
    for (sample, allowed) in [(0, false), (1, true), (2, true), (3, false)] {
        ban.sample = Some(sample);
        assert_eq!(drawn(&ban).is_ok(), allowed, "{sample} out of DEU and FIN");
    }
}

#[test]
fn a_catalogue_names_targets_of_the_hazard() {
    let mut ban = ban();
    ban.onset = Onset::Catalogue(vec![row(3, 4.0, &["FIN", "DEU"]), row(0, 1.0, &["FIN"]), row(0, 0.5, &[])]);
    let Times::Catalogue(events) = drawn(&ban).unwrap().onset else { panic!("a catalogue") };
    let picked: Vec<_> = events.iter().map(|event| (event.run, event.picked.clone())).collect();
    let units = |units: &[u32]| Some(units.iter().copied().collect());
    assert_eq!(picked, [(0, None), (0, units(&[1])), (3, units(&[0, 1]))]);
    ban.onset = Onset::Catalogue(vec![row(0, 1.0, &["COD"]), row(0, 1.0, &["FINN"])]);
    assert_eq!(refusal(&ban).lines().count(), 2, "both rows are reported");
}

#[test]
fn expected_events_are_those_that_begin_in_the_horizon() {
    let mut ban = ban();
    ban.onset = Onset::Poisson { per_year: 0.25 };
    assert!((expected(&ban) - 0.5).abs() < 1e-12);
    let dates = ["2026-12-01", "2027-02-01", "2028-06-01", "2029-02-01"];
    ban.onset = Onset::Scheduled(dates.map(|date| date.parse().unwrap()).into());
    assert_eq!(expected(&ban), 2.0);
    ban.onset =
        Onset::Catalogue(vec![row(0, 1.0, &[]), row(4, 2.0, &[]), row(4, 9.0, &[]), row(4, 30.0, &[])]);
    assert_eq!(expected(&ban), 1.5);
}

#[test]
fn a_date_is_scheduled_once() {
    let mut ban = ban();
    ban.onset = Onset::Scheduled(["2027-02-01", "2027-02-01"].map(|date| date.parse().unwrap()).into());
    assert!(refusal(&ban).contains("2027-02-01 is scheduled twice"));
}

#[test]
fn delays_of_all_hazards_add_up() {
    let late = "imposer = 'COD'\nform = { licence = { added_delay_days = 30.4375 } }";
    let leaky = "imposer = 'COD'\nleakage = { share = 0.1, added_days = 60.875 }";
    let hazards = [late, leaky].map(|body| drawn(&entry("export_restriction", body)).unwrap());
    assert!((reach(&hazards).longest_delay - 3.0).abs() < 1e-12);
}

#[test]
fn a_rate_or_a_span_beyond_all_reason_is_refused() {
    let mut ban = ban();
    ban.onset = Onset::Poisson { per_year: 1e12 };
    ban.shape.lead_months = 1e9;
    let refused = refusal(&ban);
    assert!(refused.contains("events a year") && refused.contains("lead_months is 1000000000"), "{refused}");
}
