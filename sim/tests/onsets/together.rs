//! All at once: a rate that follows a regime, is tilted, and is raised by events of its own and by those of a renewal.

use crate::kit::*;
use shortfall::exposure::Event;
use shortfall::hazards::{Drawn, Modulation, Regime, Times, expected_events};
use shortfall::scenario::GapFrom;
use std::sync::Arc;

const BASE: f64 = 0.8;
const FACTORS: [f64; 2] = [0.3, 3.0];
/// Extra events and decay per year: by its own events, by the renewal's.
const RAISED_BY: [(f64, f64); 2] = [(0.3, 3.0), (0.5, 6.0)];

/// The rate, the renewal, and the changes of the regime as events of their own: into calm, into crisis.
fn world(tilt: f64) -> Vec<Drawn> {
    let regime = Arc::new(Regime {
        name: "tension".into(),
        states: ["calm", "crisis"].map(str::to_owned).to_vec(),
        start: 0,
        per_year: vec![vec![0.0, 0.5], vec![2.0, 0.0]],
    });
    let gap = law("weibull", &[("shape", 2.0), ("scale", 0.8)]);
    let renewal = hazard("b", Times::Renewal { gap, unit: 1.0, from: GapFrom::Start });
    let mut first = exciting(poisson("a", BASE), 0, RAISED_BY[0].0, RAISED_BY[0].1);
    first.links.regimes.push(Modulation { regime: regime.clone(), factors: FACTORS.to_vec() });
    first.links.tilt = tilt;
    let enters = |name: &str, state| hazard(name, Times::Enters { regime: regime.clone(), state });
    let second = exciting(renewal, 0, RAISED_BY[1].0, RAISED_BY[1].1);
    vec![first, second, enters("calms", 0), enters("crises", 1)]
}

/// The rate of the first hazard as (factor on its own rate, factor on what events add) in each state.
type Reading = [(f64, f64); 2];

/// Uniform shares of its gaps on the clock of its rate, those of all runs strung together.
fn rescaled(runs: &[Vec<Event>], reading: Reading) -> Vec<f64> {
    let (mut shares, mut gap) = (Vec::new(), 0.0);
    for events in runs {
        let mut marks: Vec<(f64, u32)> = events.iter().map(|event| (event.start, event.hazard)).collect();
        marks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut time, mut state, mut levels) = (0.0, 0, [0.0; 2]);
        for (start, what) in marks.into_iter().chain([(10.0, 4)]) {
            let span = start - time;
            gap += BASE * reading[state].0 * span;
            for (level, (_, decay)) in levels.iter_mut().zip(RAISED_BY) {
                let left = *level * (-decay * span).exp();
                gap += reading[state].1 * (*level - left) / decay;
                *level = left;
            }
            time = start;
            if what == 0 {
                shares.push(1.0 - (-gap).exp());
                gap = 0.0;
            }
            match what {
                0 | 1 => levels[what as usize] += RAISED_BY[what as usize].0 * RAISED_BY[what as usize].1,
                2 | 3 => state = what as usize - 2,
                _ => {}
            }
        }
    }
    shares
}

#[test]
fn regime_tilt_and_excitation_add_up_to_the_rate_of_the_model() {
    for tilt in [1.0, 1.5] {
        let runs = histories(&world(tilt), FEW);
        let [calm, crisis] = FACTORS;
        let right = rescaled(&runs, [(tilt * calm, 1.0), (tilt * crisis, 1.0)]);
        // Factors of the regime on what other events add as well; then the tilt as well.
        assert_uniform(right.clone(), rescaled(&runs, [(tilt * calm, calm), (tilt * crisis, crisis)]));
        if tilt != 1.0 {
            assert_uniform(right, rescaled(&runs, [(tilt * calm, tilt), (tilt * crisis, tilt)]));
        }
    }
}

#[test]
fn weights_of_a_tilted_rate_that_rises_and_falls_give_back_the_means() {
    let (plain, tilted) = (world(1.0), world(1.5));
    let runs = weighted(&tilted, 2 * FEW);
    let weights: Vec<f64> = runs.iter().map(|(weight, _)| *weight).collect();
    let counts: Vec<f64> =
        runs.iter().map(|(weight, events)| weight * starts(events, 0).len() as f64).collect();
    let unweighted: Vec<f64> = runs.iter().map(|(_, events)| starts(events, 0).len() as f64).collect();
    // The mutant takes the regime for its long-run mean: a weight for 0.84 of the rate whatever the state.
    let flat: Vec<f64> = runs
        .iter()
        .map(|(weight, events)| weight * ((0.5 * BASE) * (8.4 - own_clock(events))).exp())
        .collect();
    assert_mean(&weights, 1.0, mean(&flat).0, 5.0);
    assert_mean(&counts, expected_events(&plain)[0], mean(&unweighted).0, 5.0);
}

/// ∫ factor dt of one run.
fn own_clock(events: &[Event]) -> f64 {
    let mut marks: Vec<(f64, usize)> = events
        .iter()
        .filter(|event| event.hazard >= 2)
        .map(|event| (event.start, event.hazard as usize - 2))
        .collect();
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    marks.push((10.0, 0));
    let (mut sum, mut time, mut state) = (0.0, 0.0, 0);
    for (start, next) in marks {
        sum += FACTORS[state] * (start - time);
        (time, state) = (start, next);
    }
    sum
}
