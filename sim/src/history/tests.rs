//! When events happen, and what does not move them.

use super::{Sampler, sample};
use crate::exposure::{Cause, Channel, Channels, Event, Picked};
use crate::hazards::Drawn;
use crate::hazards::testing::{clock, drawn, entry};
use crate::history::History;
use crate::random::{Block, Law, laws::Parameter};
use crate::scenario::{At, CatalogueEvent, HazardEntry, Location, Onset};

fn block(first_run: u64, n_runs: usize) -> Block {
    Block { seed: 7, draw: 0, first_run, n_runs }
}

fn law(name: &str, parameters: &[(&str, f64)]) -> Law {
    let parameters: Vec<(String, Parameter)> =
        parameters.iter().map(|(key, value)| (key.to_string(), Parameter::Number(*value))).collect();
    Law::build(name, &parameters).unwrap()
}

/// Restrictions of COD, three a year, of random length and severity, on one of its two importers.
fn restrictions(name: &str) -> HazardEntry {
    let mut entry = entry("export_restriction", "imposer = 'COD'");
    entry.name.value = name.to_string();
    entry.onset = Onset::Poisson { per_year: 3.0 };
    entry.duration = Some(law("lognormal", &[("mean", 0.5), ("sd", 0.4)]));
    entry.severity = Some(law("uniform", &[("low", 0.0), ("high", 1.0)]));
    entry.sample = Some(1);
    entry
}

fn read(entries: &[HazardEntry]) -> Vec<Drawn> {
    entries.iter().map(|entry| drawn(entry).expect("the test's hazard is read")).collect()
}

fn history(entries: &[HazardEntry], block: &Block) -> History {
    sample(&read(entries), clock(), block)
}

/// Events as they are but for the number of their hazard.
fn of_hazard(history: &History, hazard: u32) -> Vec<Vec<Event>> {
    let one = |events: &Vec<Event>| {
        let own = events.iter().filter(|event| event.hazard == hazard);
        own.map(|event| Event { hazard: 0, ..event.clone() }).collect()
    };
    history.events.iter().map(one).collect()
}

#[test]
fn events_stand_by_hazard_then_start_and_are_numbered() {
    let history = history(&[restrictions("a"), restrictions("b")], &block(0, 8));
    assert_eq!(history.events.len(), 8);
    for events in &history.events {
        assert!(events.is_sorted_by(|x, y| (x.hazard, x.start) <= (y.hazard, y.start)));
        for hazard in [0, 1] {
            let numbers = events.iter().filter(|event| event.hazard == hazard).map(|event| event.number);
            assert!(numbers.eq(0..events.iter().filter(|event| event.hazard == hazard).count() as u32));
        }
    }
}

#[test]
fn another_hazard_moves_no_draw() {
    let alone = history(&[restrictions("b")], &block(0, 8));
    let among = history(&[restrictions("a"), restrictions("b"), restrictions("c")], &block(0, 8));
    assert_eq!(of_hazard(&alone, 0), of_hazard(&among, 1));
    assert_ne!(of_hazard(&among, 0), of_hazard(&among, 1), "hazards alike in all but name");
}

#[test]
fn a_run_is_the_same_whichever_block_it_stands_in() {
    let entries = [restrictions("a")];
    let whole = history(&entries, &block(0, 8));
    assert_eq!(whole.events[5..8], history(&entries, &block(5, 3)).events[..]);
    assert_ne!(whole.events[0], whole.events[1]);
    let other_seed = Block { seed: 8, ..block(0, 8) };
    assert_ne!(whole.events, history(&entries, &other_seed).events);
}

#[test]
fn another_law_moves_only_what_it_is_the_law_of() {
    let short = Law::build(
        "mixture",
        &[
            (
                "parts".to_string(),
                Parameter::Laws(vec![Law::fixed(0.1), law("exponential", &[("mean", 1.0)])]),
            ),
            ("weights".to_string(), Parameter::List(vec![0.5, 0.5])),
        ],
    );
    let mut changed = restrictions("a");
    changed.duration = Some(short.unwrap());
    let before = history(&[restrictions("a")], &block(0, 8));
    let after = history(&[changed], &block(0, 8));
    let rest = |history: &History| -> Vec<(f64, f64, Option<Picked>)> {
        let events = history.events.iter().flatten();
        events.map(|event| (event.start, event.severity, event.picked.clone())).collect()
    };
    assert_eq!(rest(&before), rest(&after));
    assert_ne!(before.events, after.events);
}

#[test]
fn finer_steps_move_no_event() {
    let coarse = read(&[restrictions("a")]);
    let mut fine = read(&[restrictions("a")]);
    let mut halved = clock();
    halved.dt /= 2.0;
    halved.n_steps *= 2;
    fine[0].shape.clock = halved;
    assert_eq!(sample(&coarse, clock(), &block(0, 8)).events, sample(&fine, halved, &block(0, 8)).events);
}

#[test]
fn the_number_of_events_has_the_mean_of_its_rate() {
    let hazards = read(&[restrictions("a")]);
    let count: usize =
        (0..500).map(|i| sample(&hazards, clock(), &block(8 * i, 8)).events.concat().len()).sum();
    // 4,000 runs of two years at 3 a year: mean 6, standard error 0.039.
    assert!((count as f64 / 4000.0 - 6.0).abs() < 0.16, "{count}");
}

#[test]
fn a_sample_is_a_subset_of_its_size_and_each_unit_is_as_likely() {
    let mut entry = entry("outage", "");
    entry.sample = Some(2);
    entry.onset = Onset::Poisson { per_year: 20.0 };
    let hazards = read(&[entry]);
    let mut hits = [0_usize; 4];
    let mut n_events = 0;
    for i in 0..20 {
        for event in sample(&hazards, clock(), &block(8 * i, 8)).events.concat() {
            let picked = event.picked.unwrap();
            assert_eq!(picked.iter().count(), 2);
            picked.iter().for_each(|unit| hits[unit] += 1);
            n_events += 1;
        }
    }
    // About 6,400 events, each hitting half of the four plants: 4.5 standard errors are 0.03.
    assert!(
        hits.iter().all(|hit| (*hit as f64 / n_events as f64 - 0.5).abs() < 0.03),
        "{hits:?} of {n_events}"
    );
}

#[test]
fn scheduled_events_begin_on_their_dates_and_past_ones_count_while_they_last() {
    let mut entry = entry("export_restriction", "imposer = 'COD'");
    let dates = ["2028-01-01", "2026-10-02", "2026-01-01", "2030-01-01"];
    entry.onset = Onset::Scheduled(dates.map(|date| date.parse().unwrap()).into());
    entry.duration = Some(Law::fixed(0.5));
    let history = history(&[entry], &block(0, 1));
    let starts: Vec<f64> = history.events[0].iter().map(|event| event.start * 365.25).collect();
    assert_eq!(starts.len(), 2, "one is over, one is after the horizon");
    assert!((starts[0] + 91.0).abs() < 1e-9 && (starts[1] - 365.0).abs() < 1e-9, "{starts:?}");
    assert!(history.events[0].iter().all(|event| event.cause == Cause::Schedule));
}

#[test]
fn another_date_moves_no_draw() {
    let schedule = |dates: &[&str]| {
        let mut entry = restrictions("a");
        entry.onset = Onset::Scheduled(dates.iter().map(|date| date.parse().unwrap()).collect());
        history(&[entry], &block(0, 2)).events
    };
    let (one, two) = (schedule(&["2028-01-01"]), schedule(&["2027-06-01", "2028-01-01"]));
    assert_eq!(Event { number: 1, ..one[0][0].clone() }, two[0][1]);
    assert_ne!(one[0][0].severity, one[1][0].severity, "runs differ");
}

#[test]
fn a_catalogue_is_replayed_run_by_run() {
    let row = |run: u64, start_months: f64, severity: Option<f64>, target: &str| {
        let at = Location::of(0..0);
        let targets = vec![At { value: target.to_string(), at }];
        CatalogueEvent { run, start_months, end_months: start_months + 3.0, severity, targets, at }
    };
    let mut entry = restrictions("a");
    entry.sample = None;
    entry.onset = Onset::Catalogue(vec![
        row(9, 6.0, Some(0.25), "FIN"),
        row(9, 3.0, None, "DEU"),
        row(11, 0.0, Some(1.0), "DEU"),
    ]);
    let events = history(&[entry], &block(8, 8)).events;
    let counts: Vec<usize> = events.iter().map(Vec::len).collect();
    assert_eq!(counts, [0, 2, 0, 1, 0, 0, 0, 0]);
    let [first, second] = &events[1][..] else { panic!("two events") };
    assert_eq!((first.start, first.end, &first.picked), (0.25, 0.5, &Some(Picked::from_iter([0]))));
    assert!(first.severity > 0.0 && first.severity < 1.0, "drawn from the hazard's law");
    assert_eq!(
        (second.severity, &second.picked, second.cause),
        (0.25, &Some(Picked::from_iter([1])), Cause::Catalogue)
    );
}

#[test]
fn a_hazard_is_active_in_the_steps_that_its_events_touch_and_only_in_their_runs() {
    let mut entry = entry("export_restriction", "imposer = 'COD'");
    let at = Location::of(0..0);
    let row = CatalogueEvent {
        run: 1,
        start_months: 1.5,
        end_months: 3.0,
        severity: None,
        targets: Vec::new(),
        at,
    };
    entry.onset = Onset::Catalogue(vec![row]);
    entry.shape.recovery_months = 4.0;
    let history = history(&[entry], &block(0, 8));
    let active: Vec<(u32, u8)> = (0..24)
        .flat_map(|step| history.script.in_step(step).map(move |span| (step as u32, span)))
        .filter(|(_, span)| span.channel == Channel::Active)
        .map(|(step, span)| (step, span.run))
        .collect();
    assert_eq!(active, [(1, 1), (2, 1)]);
}

#[test]
fn an_event_past_the_horizon_is_felt_if_it_is_announced_before() {
    let mut entry = entry("export_restriction", "imposer = 'COD'");
    entry.onset = Onset::Scheduled(vec!["2029-02-01".parse().unwrap()]);
    assert!(history(&[entry], &block(0, 1)).events[0].is_empty());
    let mut entry = self::entry("export_restriction", "imposer = 'COD'");
    entry.onset = Onset::Scheduled(vec!["2029-02-01".parse().unwrap()]);
    entry.shape.lead_months = 3.0;
    let announced = history(&[entry], &block(0, 1));
    let channels: Vec<Channel> = announced.script.in_step(23).map(|span| span.channel).collect();
    assert!(channels.contains(&Channel::Announced) && !channels.contains(&Channel::Openness));
}

#[test]
fn a_sampler_makes_of_each_block_what_it_would_be_alone_whatever_came_before() {
    let hazards = read(&[restrictions("a"), restrictions("b")]);
    let mut sampler = Sampler::new(&hazards, clock(), Channels::ALL);
    let blocks = [(7, 0, 0, 8), (7, 0, 8, 3), (7, 1, 0, 8), (8, 1, 0, 8), (7, 0, 0, 8)];
    for (seed, draw, first_run, n_runs) in blocks {
        let block = Block { seed, draw, first_run, n_runs };
        let (found, alone) = (sampler.sample(&block), sample(&hazards, clock(), &block));
        assert_eq!((&found.events, &found.weights), (&alone.events, &alone.weights));
        assert!((0..=clock().n_steps).all(|step| found.script.at(step) == alone.script.at(step)));
        sampler.reuse(found.script);
    }
}
