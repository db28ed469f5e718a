//! What moves no draw: order, other hazards, other links, finer steps, longer horizons.

use crate::kit::*;
use shortfall::exposure::{Cause, Event};
use shortfall::hazards::{Drawn, Modulation, Regime};
use std::sync::Arc;

/// A group of two that excite each other, one that follows a regime, one alone.
fn world() -> Vec<Drawn> {
    let regime = Regime {
        name: "tension".into(),
        states: vec!["calm".into(), "tense".into()],
        start: 0,
        per_year: vec![vec![0.0, 1.0], vec![1.0, 0.0]],
    };
    let mut modulated = lasting(poisson("c", 1.0), law("exponential", &[("mean", 0.5)]));
    modulated.links.regimes.push(Modulation { regime: Arc::new(regime), factors: vec![0.5, 3.0] });
    let pair = [exciting(poisson("a", 0.5), 1, 0.4, 2.0), exciting(poisson("b", 0.5), 0, 0.4, 2.0)];
    pair.into_iter().chain([modulated, poisson("d", 1.0)]).collect()
}

/// Events by the name of their hazard, causes left out: they go by position.
fn named(hazards: &[Drawn], runs: u64) -> Vec<Vec<(String, Event)>> {
    let name = |event: &Event| hazards[event.hazard as usize].name.clone();
    let plain = |event: &Event| Event { hazard: 0, cause: Cause::Onset, ..event.clone() };
    let mut named: Vec<Vec<(String, Event)>> = histories(hazards, runs)
        .iter()
        .map(|events| events.iter().map(|event| (name(event), plain(event))).collect())
        .collect();
    for events in &mut named {
        events.sort_by(|a, b| (&a.0, a.1.number).cmp(&(&b.0, b.1.number)));
    }
    named
}

/// Links go by position: `b` and `a` change places.
fn reordered() -> Vec<Drawn> {
    let mut hazards = world();
    hazards.swap(0, 1);
    hazards[0].links.excites[0].hazard = 1;
    hazards[1].links.excites[0].hazard = 0;
    hazards.swap(2, 3);
    hazards
}

#[test]
fn the_order_of_hazards_moves_no_draw() {
    assert_eq!(named(&world(), 100), named(&reordered(), 100));
}

#[test]
fn another_hazard_moves_no_draw_even_if_it_is_excited_by_the_others() {
    let mut more = world();
    let first = exciting(more.remove(0), 4, 0.3, 1.0);
    more.insert(0, first);
    more.push(poisson("e", 0.2));
    let without: Vec<Vec<(String, Event)>> = named(&more, 100)
        .into_iter()
        .map(|events| events.into_iter().filter(|(name, _)| name != "e").collect())
        .collect();
    assert_eq!(named(&world(), 100), without);
}

#[test]
fn another_name_moves_the_draws_of_its_hazard_alone() {
    let mut renamed = world();
    renamed[3].name = "z".into();
    let rest = |hazards: &[Drawn], name: &str| -> Vec<Vec<(String, Event)>> {
        let keep = |events: Vec<(String, Event)>| events.into_iter().filter(|(own, _)| own != name).collect();
        named(hazards, 100).into_iter().map(keep).collect()
    };
    assert_eq!(rest(&world(), "d"), rest(&renamed, "z"));
    assert_ne!(histories(&world(), 100), histories(&renamed, 100));
}

#[test]
fn halving_the_step_changes_event_times_not_at_all() {
    let mut fine = world();
    for drawn in &mut fine {
        drawn.shape.clock.dt /= 2.0;
        drawn.shape.clock.n_steps *= 2;
    }
    assert_eq!(histories(&world(), 200), histories(&fine, 200));
}

#[test]
fn a_longer_horizon_keeps_every_event_of_a_shorter_one() {
    let mut long = world();
    for drawn in &mut long {
        // Forty years: three strips of the field.
        drawn.shape.clock.n_steps *= 4;
    }
    for (short, long) in histories(&world(), 100).iter().zip(histories(&long, 100)) {
        let within: Vec<Event> = long.into_iter().filter(|event| event.start < 10.0).collect();
        assert_eq!(*short, within);
    }
}

#[test]
fn a_larger_rate_of_one_hazard_moves_no_event_of_those_that_do_not_hang_on_it() {
    let mut more = world();
    more[0].onset = shortfall::hazards::Times::Poisson { per_year: 2.0 };
    for (few, many) in histories(&world(), 100).iter().zip(histories(&more, 100)) {
        for hazard in [2, 3] {
            assert_eq!(starts(few, hazard), starts(&many, hazard));
        }
        assert!(starts(few, 1).iter().all(|start| starts(&many, 1).contains(start)), "excitation adds");
    }
}
