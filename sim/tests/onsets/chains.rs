//! Escalation, renewal of an event, and spread.

use crate::kit::*;
use shortfall::exposure::{Cause, Event, Picked};
use shortfall::hazards::{
    Condition, Drawn, Escalates, Observable, Renews, Settles, Spread, Times, expected_events, left_out,
};
use shortfall::random::Law;
use shortfall::scenario::GapFrom;

fn licence(probability: f64, after: Law, ends_this: bool) -> Drawn {
    let mut drawn = lasting(poisson("licence", 0.5), law("exponential", &[("mean", 2.0)]));
    drawn.links.escalates.push(Escalates { hazard: 0, probability, after, after_unit: 1.0, ends_this });
    drawn
}

fn ban() -> Drawn {
    lasting(poisson("ban", 0.0), Law::fixed(1.0))
}

fn parent<'a>(events: &'a [Event], child: &Event) -> &'a Event {
    let (Cause::Escalation(of) | Cause::Spread(of)) = child.cause else { panic!("{child:?} has no parent") };
    let found = events.iter().find(|event| (event.hazard, Some(event.number)) == (of.hazard, of.number));
    found.expect("the parent is in the run")
}

#[test]
fn a_licence_turns_into_a_ban_with_its_probability_if_it_lasts_so_long() {
    let hazards = [ban(), licence(0.4, Law::fixed(1.0), false)];
    let runs = histories(&hazards, FEW);
    // It lasts a year with probability e^-0.5, and its year must end within the horizon.
    let theory = 0.5 * 9.0 * 0.4 * (-0.5_f64).exp();
    assert!((expected_events(&hazards)[0] / theory - 1.0).abs() < 0.01);
    let counts: Vec<f64> = runs.iter().map(|events| starts(events, 0).len() as f64).collect();
    assert_mean(&counts, theory, 0.5 * 9.0 * 0.4, 5.0);
    for events in &runs {
        for ban in events.iter().filter(|event| event.hazard == 0) {
            let licence = parent(events, ban);
            assert!((ban.start - licence.start - 1.0).abs() < 1e-12 && licence.end > ban.start);
        }
    }
}

#[test]
fn an_escalation_that_ends_the_first_event_ends_it_when_the_second_begins() {
    let delay = law("gamma", &[("mean", 1.0), ("sd", 0.5)]);
    let runs = histories(&[ban(), licence(1.0, delay.clone(), true)], 500);
    let mut n = 0;
    for events in &runs {
        for ban in events.iter().filter(|event| event.hazard == 0) {
            assert_eq!(parent(events, ban).end, ban.start);
            n += 1;
        }
    }
    assert!(n > 1000);
    // Nothing else of the licences changes.
    let calm = histories(&[ban(), licence(0.0, delay, true)], 500);
    for (with, without) in runs.iter().zip(&calm) {
        assert_eq!(starts(with, 1), starts(without, 1));
    }
}

#[test]
fn an_event_is_renewed_with_its_probability_and_no_more_often_than_allowed() {
    let mut drawn = lasting(poisson("a", 1.0), Law::fixed(0.25));
    drawn.links.renews = Some(Renews { probability: 0.5, most: 3 });
    let events = histories(&[drawn], 2_000).concat();
    let mut share = [0.0; 4];
    for event in &events {
        let times = ((event.end - event.start) / 0.25).round() as usize - 1;
        share[times] += 1.0 / events.len() as f64;
    }
    let sd = (0.25 / events.len() as f64).sqrt();
    for (share, expected) in share.iter().zip([0.5, 0.25, 0.125, 0.125]) {
        assert!((share - expected).abs() < 5.0 * sd, "{share} {expected}");
    }
    assert!((share[3] - 0.0625).abs() > 5.0 * sd, "the mutant: renewals without a bound");
}

/// Licences of a year that are renewed, and two settlements that may end them before they turn into bans.
fn settled(renews: Option<Renews>, rate: f64, dates: &[&str]) -> Vec<Drawn> {
    let mut licence = lasting(poisson("licence", 2.0), law("gamma", &[("mean", 1.0), ("sd", 0.5)]));
    let after = law("uniform", &[("low", 0.5), ("high", 3.0)]);
    let next = Escalates { hazard: 0, probability: 0.7, after, after_unit: 1.0, ends_this: true };
    licence.links.escalates.push(next);
    licence.links.renews = renews;
    let settles = Settles { hazards: vec![1], probability: 0.6, suspension: None };
    let mut truces = [
        hazard("truce", Times::Poisson { per_year: rate }),
        hazard("treaty", Times::Scheduled(dates.iter().map(|date| date.parse().unwrap()).collect())),
    ];
    truces.iter_mut().for_each(|truce| truce.links.settles = Some(settles.clone()));
    [ban(), licence].into_iter().chain(truces).collect()
}

#[test]
fn expected_bans_count_renewals_of_licences_and_the_settlements_that_end_them() {
    let renews = Some(Renews { probability: 0.6, most: 2 });
    let dates = ["2030-01-01", "2033-06-01"];
    let hazards = settled(renews, 0.3, &dates);
    let counts: Vec<f64> =
        histories(&hazards, 2 * FEW).iter().map(|events| starts(events, 0).len() as f64).collect();
    let expected = |hazards: &[Drawn]| expected_events(hazards)[0];
    let right = expected(&hazards);
    for wrong in [settled(None, 0.3, &dates), settled(renews, 0.0, &dates), settled(renews, 0.3, &[])] {
        assert_mean(&counts, right, expected(&wrong), 5.0);
    }
    assert!(left_out(&hazards).concat().is_empty());
}

#[test]
fn expected_numbers_say_what_they_leave_out_and_for_whom() {
    let mut hazards = settled(None, 0.3, &["2026-01-01", "2030-01-01"]);
    hazards[1].onset = Times::Scheduled(vec!["2026-11-01".parse().unwrap()]);
    hazards[2].onset = Times::Renewal { gap: Law::fixed(3.0), unit: 1.0, from: GapFrom::Start };
    hazards.push(exciting(outbreak(0.3), 1, 0.5, 1.0));
    let (of, words) = (Observable::Stock("eu".into()), "stock of eu below 0.3".to_owned());
    hazards[4].links.when.push(Condition { of, above: false, threshold: 0.3, factor: 10.0, words });
    let said = left_out(&hazards);
    assert_eq!(
        said[0],
        [
            "how truce, which ends licence, clusters",
            "events of licence from before the start",
            "events that come of what war leaves out"
        ]
    );
    assert_eq!(said[1], ["events that come of what war leaves out"]);
    assert_eq!(said[4], ["the factors of its rate_when", "its spread"]);
    assert!(said[2].is_empty() && said[3].is_empty());
}

fn outbreak(probability: f64) -> Drawn {
    let spread = Spread {
        probability,
        after: law("uniform", &[("low", 0.1), ("high", 0.3)]),
        after_unit: 1.0,
        neighbours: vec![vec![1], vec![2], vec![0]],
    };
    let mut drawn = spreading(lasting(poisson("war", 0.2), Law::fixed(1.0)), spread);
    drawn.sample = Some(1);
    drawn
}

#[test]
fn a_war_spreads_to_each_neighbour_once_in_an_outbreak() {
    let runs = histories(&[outbreak(1.0)], 1_000);
    let n =
        |cause: fn(&Cause) -> bool| runs.iter().flatten().filter(|event| cause(&event.cause)).count() as f64;
    let (own, spread) = (n(|cause| *cause == Cause::Onset), n(|cause| matches!(cause, Cause::Spread(_))));
    // Two more units each, but for outbreaks cut by the horizon.
    assert!(spread <= 2.0 * own && spread > 1.85 * own, "{spread} of {own}");
    for events in &runs {
        for child in events.iter().filter(|event| event.cause != Cause::Onset) {
            let parent = parent(events, child);
            let from = parent.picked.as_ref().unwrap().iter().next().unwrap();
            let next = (from as u32 + 1) % 3;
            assert_eq!(child.picked, Some(Picked::from_iter([next])), "the ring goes one way");
            assert!(child.start > parent.start && child.start < parent.end);
        }
    }
}

#[test]
fn a_war_spreads_with_its_probability() {
    let counts: Vec<f64> = histories(&[outbreak(0.3)], 2 * FEW)
        .iter()
        .map(|events| events.iter().filter(|event| matches!(event.cause, Cause::Spread(_))).count() as f64)
        .collect();
    // From an outbreak: 0.3 to the neighbour, 0.09 to the next. Those after year 9.8 and 9.6 are cut in the mean.
    assert_mean(&counts, 0.2 * (0.3 * 9.8 + 0.09 * 9.6), 0.2 * (0.3 * 9.8 + 0.3 * 9.6), 5.0);
}
