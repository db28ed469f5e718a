//! How long, how severe and on what: drawn alike whatever brings an event about.

use crate::kit::*;
use shortfall::exposure::Event;
use shortfall::hazards::{Drawn, Escalates, Listed, Modulation, Regime, Settles, Spread, Times};
use shortfall::random::Law;
use shortfall::scenario::GapFrom;
use std::sync::Arc;

/// Events of a case; a law that is off by a tenth is seen.
const EVENTS: usize = 20_000;

/// The first of the hazards is looked at, in which way its events begin.
fn onsets() -> Vec<(&'static str, Vec<Drawn>)> {
    let regime = Arc::new(Regime {
        name: "tension".into(),
        states: ["calm", "tense"].map(str::to_owned).to_vec(),
        start: 0,
        per_year: vec![vec![0.0, 2.0], vec![2.0, 0.0]],
    });
    let renewal = |from| {
        let gap = law("weibull", &[("shape", 2.0), ("scale", 0.5)]);
        hazard("a", Times::Renewal { gap, unit: 1.0, from })
    };
    let dates = (2027..2037).map(|year| format!("{year}-03-01").parse().unwrap()).collect();
    let row = |run| Listed { run, start: 1.0, end: f64::INFINITY, severity: None, picked: None };
    let mut modulated = poisson("a", 2.0);
    modulated.links.regimes.push(Modulation { regime: regime.clone(), factors: vec![0.5, 2.0] });
    let mut tilted = poisson("a", 0.5);
    tilted.links.tilt = 3.0;
    let mut licence = lasting(poisson("b", 4.0), law("permanent", &[]));
    let after = law("exponential", &[("mean", 1.0)]);
    licence.links.escalates.push(Escalates {
        hazard: 0,
        probability: 0.5,
        after: after.clone(),
        after_unit: 1.0,
        ends_this: true,
    });
    let mut truce = hazard("truce", Times::Poisson { per_year: 0.5 });
    truce.links.settles = Some(Settles { hazards: vec![1], probability: 0.5, suspension: None });
    vec![
        ("a rate", vec![poisson("a", 2.0)]),
        ("a tilted rate", vec![tilted]),
        ("gaps from start to start", vec![renewal(GapFrom::Start)]),
        ("gaps from end to start", vec![renewal(GapFrom::End)]),
        ("dates", vec![hazard("a", Times::Scheduled(dates))]),
        ("a rate that follows a regime", vec![modulated]),
        ("rows", vec![hazard("a", Times::Catalogue((0..EVENTS as u64).map(row).collect()))]),
        ("entries into a state", vec![hazard("a", Times::Enters { regime, state: 1 })]),
        ("excitation", vec![poisson("a", 0.0), exciting(poisson("b", 3.0), 0, 0.9, 6.0)]),
        ("escalation", vec![poisson("a", 0.0), licence]),
        (
            "a rate beside a settlement of others",
            vec![poisson("a", 2.0), lasting(poisson("b", 1.0), after), truce],
        ),
    ]
}

/// Laws of durations, each with one that is off by about a tenth: in its mean, its spread, its shape.
fn durations() -> Vec<(Law, Law)> {
    let two = |name, (a, x): (&'static str, f64), (b, y): (&'static str, f64)| law(name, &[(a, x), (b, y)]);
    vec![
        (law("exponential", &[("mean", 0.4)]), law("exponential", &[("mean", 0.44)])),
        (two("lognormal", ("mean", 0.5), ("sd", 0.4)), two("lognormal", ("mean", 0.5), ("sd", 0.47))),
        // The same mean.
        (two("gamma", ("shape", 2.0), ("scale", 0.2)), law("exponential", &[("mean", 0.4)])),
        (two("weibull", ("shape", 0.8), ("scale", 0.3)), two("weibull", ("shape", 0.9), ("scale", 0.3))),
        (two("uniform", ("low", 0.1), ("high", 0.6)), two("uniform", ("low", 0.1), ("high", 0.63))),
        (
            law("pert", &[("min", 0.1), ("mode", 0.3), ("max", 1.0)]),
            law("pert", &[("min", 0.1), ("mode", 0.35), ("max", 1.0)]),
        ),
    ]
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| 12.0 * (a - 0.5) * (b - 0.5)).sum::<f64>() / a.len().min(b.len()) as f64
}

/// Events of the first hazard, of as many runs as it takes.
fn events(hazards: &[Drawn]) -> Vec<Event> {
    let per_run = histories(hazards, 200).iter().flatten().filter(|event| event.hazard == 0).count() as f64;
    let runs = (EVENTS as f64 / (per_run / 200.0)).ceil();
    histories(hazards, runs as u64).concat().into_iter().filter(|event| event.hazard == 0).collect()
}

#[test]
fn durations_severities_and_targets_have_their_laws_under_every_onset_and_know_nothing_of_each_other() {
    let durations = durations();
    for (index, (what, mut hazards)) in onsets().into_iter().enumerate() {
        let (duration, wrong) = durations[index % durations.len()].clone();
        let beta = |alpha| law("beta", &[("alpha", alpha), ("beta", 3.0)]);
        let first = hazards.remove(0);
        let listed = matches!(first.onset, Times::Catalogue(_));
        let first = Drawn { severity: beta(2.0), sample: Some(2), ..lasting(first, duration.clone()) };
        hazards.insert(0, first);
        let events = events(&hazards);
        let lengths = |law: &Law| -> Vec<f64> { events.iter().map(|e| law.cdf(e.end - e.start)).collect() };
        let depths = |law: &Law| -> Vec<f64> { events.iter().map(|e| law.cdf(e.severity)).collect() };
        assert_uniform(depths(&beta(2.0)), depths(&beta(2.2)));
        if listed {
            // A row brings its end and its targets.
            continue;
        }
        assert_uniform(lengths(&duration), lengths(&wrong));
        // Two of three units: which one is left out.
        let left_out = |event: &Event| 3 - event.picked.as_ref().unwrap().iter().sum::<usize>();
        let third = [1.0 / 3.0; 3];
        let counts: Vec<usize> = events.iter().map(left_out).collect();
        assert_counts(what, &counts, &third, &[0.31, 0.31, 0.38]);
        let (lengths, depths) = (lengths(&duration), depths(&beta(2.0)));
        let targets: Vec<f64> = counts.iter().map(|unit| (*unit as f64 + 0.5) / 3.0).collect();
        // Normal with sd 1/√n: five of these is a false alarm in 2 million.
        let bound = 5.0 / (events.len() as f64).sqrt();
        for (a, b) in [(&lengths, &depths), (&lengths, &targets), (&depths, &targets)] {
            assert!(correlation(a, b).abs() < bound, "{what}");
        }
        assert!(correlation(&lengths[1..], &lengths).abs() < bound, "{what}: one event and the next");
        let mixed: Vec<f64> = depths.iter().zip(&lengths).map(|(a, b)| 0.95 * a + 0.05 * b).collect();
        assert!(correlation(&lengths, &mixed) > bound, "the mutant draws a twentieth of one from the other");
    }
}

#[test]
fn an_outbreak_touches_as_many_units_as_a_chain_of_chances_after_times_of_their_law() {
    let after = law("uniform", &[("low", 0.1), ("high", 0.3)]);
    let spread = |probability| Spread {
        probability,
        after: after.clone(),
        after_unit: 1.0,
        neighbours: vec![vec![1], vec![2], vec![0]],
    };
    let mut war = spreading(lasting(poisson("a", 0.5), Law::fixed(1.0)), spread(0.3));
    war.sample = Some(1);
    let (mut sizes, mut waits) = (Vec::new(), Vec::new());
    for events in histories(&[war], 4_000) {
        // Later ones may be cut by the horizon.
        for own in events.iter().filter(|event| !is_child(event) && event.start < 9.4) {
            let mut size = 0;
            let mut last = own;
            while let Some(next) = events.iter().find(|event| parent(event) == Some(last.number)) {
                waits.push(after.cdf(next.start - last.start));
                (last, size) = (next, size + 1);
            }
            sizes.push(size);
        }
    }
    let chances = |p: f64| [1.0 - p, p * (1.0 - p), p * p];
    assert_counts("outbreaks", &sizes, &chances(0.3), &chances(0.33));
    let mutant = waits.iter().map(|share| share.powf(0.85)).collect();
    assert_uniform(waits, mutant);
}

fn parent(event: &Event) -> Option<u32> {
    match event.cause {
        shortfall::exposure::Cause::Spread(of) => of.number,
        _ => None,
    }
}

fn is_child(event: &Event) -> bool {
    parent(event).is_some()
}

#[test]
fn escalations_come_after_times_of_their_law_and_only_from_what_is_under_way() {
    let after = law("gamma", &[("shape", 2.0), ("scale", 0.4)]);
    let lasts = 0.5;
    let mut licence = lasting(poisson("b", 2.0), law("exponential", &[("mean", lasts)]));
    licence.links.escalates.push(Escalates {
        hazard: 0,
        probability: 0.8,
        after,
        after_unit: 1.0,
        ends_this: false,
    });
    let mut waits = Vec::new();
    for events in histories(&[poisson("a", 0.0), licence], 8_000) {
        for ban in events.iter().filter(|event| event.hazard == 0) {
            let shortfall::exposure::Cause::Escalation(of) = ban.cause else { panic!("{ban:?}") };
            let licence = events.iter().find(|event| event.hazard == 1 && Some(event.number) == of.number);
            let licence = licence.unwrap();
            // A delay that is over before the licence: at most five years in all but a share of e^-20.
            if licence.start < 5.0 {
                waits.push(ban.start - licence.start);
            }
        }
    }
    // The gamma density times that of being under way is a gamma density with both rates.
    let rate = 1.0 / 0.4 + 1.0 / lasts;
    let left = law("gamma", &[("shape", 2.0), ("scale", 1.0 / rate)]);
    let whole = law("gamma", &[("shape", 2.0), ("scale", 0.4)]);
    let shares = |law: &Law| waits.iter().map(|wait| law.cdf(*wait)).collect::<Vec<f64>>();
    assert_uniform(shares(&left), shares(&whole));
}
