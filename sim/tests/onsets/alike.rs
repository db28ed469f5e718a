//! What moves no draw: order, other hazards, other links, finer steps, longer horizons.

use crate::kit::*;
use shortfall::exposure::{Cause, Event};
use shortfall::hazards::{Drawn, Escalates, Modulation, Regime, Renews, Settles, Spread};
use shortfall::random::Law;
use std::sync::Arc;

/// Two that excite each other, one that follows a regime, one alone; a licence that is renewed and turns into a ban, a war that
/// spreads, a truce that may end licences and wars.
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
    let spread = Spread {
        probability: 0.4,
        after: law("exponential", &[("mean", 0.2)]),
        after_unit: 1.0,
        neighbours: vec![vec![1], vec![2], vec![0]],
    };
    let mut war = spreading(lasting(poisson("war", 0.5), law("exponential", &[("mean", 1.0)])), spread);
    war.sample = Some(1);
    let mut licence = lasting(poisson("licence", 0.7), law("exponential", &[("mean", 1.0)]));
    licence.links.renews = Some(Renews { probability: 0.5, most: 2 });
    let after = law("exponential", &[("mean", 0.5)]);
    let ban = Escalates { hazard: 5, probability: 0.6, after, after_unit: 1.0, ends_this: true };
    licence.links.escalates.push(ban);
    let mut truce = poisson("truce", 0.4);
    truce.links.settles = Some(Settles { hazards: vec![4, 6], probability: 0.5, suspension: None });
    let rest =
        [modulated, poisson("d", 1.0), licence, lasting(poisson("ban", 0.0), Law::fixed(1.0)), war, truce];
    pair.into_iter().chain(rest).collect()
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

/// The same hazards from last to first: links go by position.
fn reversed() -> Vec<Drawn> {
    let mut hazards = world();
    let last = hazards.len() - 1;
    hazards.reverse();
    for drawn in &mut hazards {
        drawn.links.excites.iter_mut().for_each(|excites| excites.hazard = last - excites.hazard);
        drawn.links.escalates.iter_mut().for_each(|next| next.hazard = last - next.hazard);
        if let Some(settles) = &mut drawn.links.settles {
            settles.hazards = settles.hazards.iter().rev().map(|hazard| last - hazard).collect();
        }
    }
    hazards
}

#[test]
fn the_order_of_hazards_moves_no_draw() {
    assert_eq!(named(&world(), 100), named(&reversed(), 100));
}

#[test]
fn another_hazard_moves_no_draw_even_if_it_is_excited_by_the_others() {
    let mut more = world();
    let first = exciting(more.remove(0), 8, 0.3, 1.0);
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
    // What comes later may still end what is under way.
    let within = |events: Vec<Event>| -> Vec<Event> {
        let cut = |event: Event| Event { end: event.end.min(10.0), ..event };
        events.into_iter().filter(|event| event.start < 10.0).map(cut).collect()
    };
    for (short, long) in histories(&world(), 100).into_iter().zip(histories(&long, 100)) {
        assert_eq!(within(short), within(long));
    }
}

#[test]
fn a_larger_rate_of_one_hazard_moves_no_event_of_those_that_do_not_hang_on_it() {
    let mut more = world();
    more[0].onset = shortfall::hazards::Times::Poisson { per_year: 2.0 };
    for (few, many) in histories(&world(), 100).iter().zip(histories(&more, 100)) {
        for hazard in [2, 3, 4, 5, 6, 7] {
            assert_eq!(starts(few, hazard), starts(&many, hazard));
        }
        assert!(starts(few, 1).iter().all(|start| starts(&many, 1).contains(start)), "excitation adds");
    }
}
