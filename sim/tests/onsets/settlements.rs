//! Endings that several hazards share.

use crate::kit::*;
use shortfall::exposure::{Channel, Event, Script, Shape};
use shortfall::hazards::{Drawn, Hazard, Settles, Suspension, Times};
use shortfall::history;
use shortfall::random::{Block, Law};

fn settlement(onset: Times, hazards: &[usize], probability: f64, suspended: Option<f64>) -> Drawn {
    let suspension = suspended.map(|years| Suspension { length: Law::fixed(years), unit: 1.0 });
    let mut drawn = hazard("truce", onset);
    drawn.links.settles = Some(Settles { hazards: hazards.to_vec(), probability, suspension });
    drawn
}

fn on(dates: &[&str]) -> Times {
    Times::Scheduled(dates.iter().map(|date| date.parse().unwrap()).collect())
}

fn long(name: &str) -> Drawn {
    lasting(poisson(name, 0.5), law("permanent", &[]))
}

#[test]
fn a_truce_ends_what_is_under_way_of_the_hazards_that_it_names_and_no_later_event() {
    let truce = 1826.0 / 365.25;
    let hazards = [long("a"), long("b"), settlement(on(&["2032-01-01"]), &[0], 1.0, None)];
    for events in histories(&hazards, 300) {
        for event in events.iter().filter(|event| event.hazard < 2) {
            let ended = event.hazard == 0 && event.start < truce;
            assert_eq!(event.end, if ended { truce } else { f64::INFINITY }, "{event:?}");
        }
        assert_eq!(starts(&events, 2), [truce], "the truce is an event of its own");
    }
}

#[test]
fn a_truce_that_may_fail_ends_each_event_with_its_probability() {
    let hazards = [long("a"), settlement(on(&["2032-01-01", "2034-01-01"]), &[0], 0.3, None)];
    // Ended by the first, by the second, by none.
    let outcome = |event: &Event| match event.end {
        end if end < 6.0 => 0,
        end if end < 8.0 => 1,
        _ => 2,
    };
    let events = histories(&hazards, FEW).concat();
    let early = events.iter().filter(|event| event.hazard == 0 && event.start < 4.9);
    let outcomes: Vec<usize> = early.map(outcome).collect();
    let shares = |first: f64, second: f64| [first, (1.0 - first) * second, (1.0 - first) * (1.0 - second)];
    assert_counts(
        "decided on anew each time; the mutant's second truce all but fails",
        &outcomes,
        &shares(0.3, 0.3),
        &shares(0.3, 0.01),
    );
    assert_counts("the mutant is off by a tenth", &outcomes, &shares(0.3, 0.3), &shares(0.33, 0.33));
}

#[test]
fn a_settlement_moves_no_draw() {
    let with = [long("a"), settlement(on(&["2032-01-01"]), &[0], 0.5, None)];
    for (with, without) in histories(&with, 300).iter().zip(histories(&[long("a")], 300)) {
        let rest = |events: &[Event]| -> Vec<Event> {
            let own = events.iter().filter(|event| event.hazard == 0);
            own.map(|event| Event { end: 0.0, ..event.clone() }).collect()
        };
        assert_eq!(rest(with), rest(&without));
    }
}

/// Full strength while it lasts.
#[derive(Debug)]
struct Outage(Vec<String>);

impl Hazard for Outage {
    fn units(&self) -> &[String] {
        &self.0
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let pulse = shape.pulse(event.start, event.end).map(|strength| 1.0 - strength);
        script.lay(Channel::Availability, 0, run, &pulse);
    }
}

#[test]
fn a_suspended_event_has_no_effect_until_the_suspension_is_over() {
    let mut outage = lasting(hazard("a", on(&["2028-01-01"])), Law::fixed(4.0));
    outage.hazard = Box::new(Outage(vec!["plant".into()]));
    let hazards = [outage, settlement(on(&["2029-01-01", "2029-07-01"]), &[0], 1.0, Some(1.0))];
    let block = Block { seed: 1, draw: 0, first_run: 0, n_runs: 1 };
    let history = history::sample(&hazards, clock(), &block);
    let event = &history.events[0][0];
    assert!((event.end - event.start - 4.0).abs() < 1e-12, "its end stays where it was");
    let out = |step: usize| {
        let spans = history.script.in_step(step).filter(|span| span.channel == Channel::Availability);
        spans.map(|span| 1.0 - span.value).sum::<f64>()
    };
    let course: Vec<f64> = (0..40).map(out).collect();
    // From the first year to the second, and from the middle of the fourth to the fifth: suspensions overlap.
    for (step, out) in course.iter().enumerate() {
        let expected = if (4..8).contains(&step) || (14..20).contains(&step) { 1.0 } else { 0.0 };
        assert!((out - expected).abs() < 0.02, "step {step}: {out}, expected {expected}");
    }
    let active = |step: usize| history.script.in_step(step).any(|span| span.channel == Channel::Active);
    assert!(active(5) && !active(10) && active(15), "what is suspended is not under way");
}

#[test]
fn suspensions_last_as_long_as_their_law_says() {
    let lengths = law("gamma", &[("mean", 2.0), ("sd", 1.0)]);
    let mut outage = lasting(hazard("a", on(&["2028-01-01"])), law("permanent", &[]));
    outage.hazard = Box::new(Outage(vec!["plant".into()]));
    let mut truce = settlement(on(&["2029-01-01"]), &[0], 1.0, Some(1.0));
    let settles = truce.links.settles.as_mut().unwrap();
    settles.suspension = Some(Suspension { length: lengths.clone(), unit: 1.0 });
    let hazards = [outage, truce];
    let mut found = Vec::new();
    for first_run in (0..FEW).step_by(8) {
        let block = Block { seed: 5, draw: 0, first_run, n_runs: 8 };
        let history = history::sample(&hazards, clock(), &block);
        // Quarters from 2029 on in which the plant runs; the last quarter counts with its part.
        let mut runs = [0.0; 8];
        for step in 8..40 {
            let mut there = [0.25; 8];
            for span in history.script.in_step(step).filter(|span| span.channel == Channel::Availability) {
                there[usize::from(span.run)] -= 0.25 * (1.0 - span.value);
            }
            runs.iter_mut().zip(there).for_each(|(runs, there)| *runs += there);
        }
        found.extend(runs);
    }
    let shares = |law: &Law| found.iter().map(|years| law.cdf(*years)).collect::<Vec<f64>>();
    assert_uniform(shares(&lengths), shares(&law("gamma", &[("mean", 2.2), ("sd", 1.0)])));
}
