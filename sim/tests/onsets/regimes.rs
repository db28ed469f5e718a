//! Rates that follow a regime.

use crate::kit::*;
use shortfall::hazards::{Drawn, Modulation, Regime, Times, expected_events};
use std::sync::Arc;

/// Calm and crisis, from calm; in a crisis for half a year in the mean, every two years.
fn tension() -> Arc<Regime> {
    Arc::new(Regime {
        name: "tension".into(),
        states: ["calm", "crisis"].map(str::to_owned).to_vec(),
        start: 0,
        per_year: vec![vec![0.0, 0.5], vec![2.0, 0.0]],
    })
}

fn follows(mut drawn: Drawn, factors: [f64; 2]) -> Drawn {
    drawn.links.regimes.push(Modulation { regime: tension(), factors: factors.to_vec() });
    drawn
}

fn enters(name: &str, state: usize) -> Drawn {
    hazard(name, Times::Enters { regime: tension(), state })
}

/// Expected time in a crisis up to `t`: π t − π (1 − e^(−s t)) / s with s the sum of the rates, π the share in the long run.
fn time_in_crisis(t: f64) -> f64 {
    let (s, share) = (2.5, 0.2);
    share * t - share * (1.0 - (-s * t).exp()) / s
}

#[test]
fn the_mean_number_of_events_is_that_of_the_time_in_each_state() {
    let hazards = [follows(poisson("a", 1.0), [0.2, 5.0])];
    let crisis = time_in_crisis(10.0);
    let theory = 0.2 * (10.0 - crisis) + 5.0 * crisis;
    assert!((expected_events(&hazards)[0] / theory - 1.0).abs() < 1e-4);
    let counts: Vec<f64> = histories(&hazards, 4 * FEW).iter().map(|events| events.len() as f64).collect();
    assert_mean(&counts, theory, 0.2 * 8.0 + 5.0 * 2.0, 5.0);
}

/// Events of a hazard between the changes of state, on the clock of its rate: uniform shares of exponential gaps.
fn rescaled(runs: u64, factors: [f64; 2], read_as: [f64; 2]) -> Vec<f64> {
    let hazards = [follows(poisson("a", 1.0), factors), enters("calms", 0), enters("crises", 1)];
    let mut shares = Vec::new();
    let mut gap = 0.0;
    for events in histories(&hazards, runs) {
        let mut marks: Vec<(f64, u32)> = events.iter().map(|event| (event.start, event.hazard)).collect();
        marks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut time, mut state) = (0.0, 0);
        for (start, what) in marks.into_iter().chain([(10.0, 3)]) {
            gap += read_as[state] * (start - time);
            time = start;
            match what {
                0 => {
                    shares.push(1.0 - (-gap).exp());
                    gap = 0.0;
                }
                1 => state = 0,
                2 => state = 1,
                _ => {}
            }
        }
    }
    shares
}

#[test]
fn between_changes_of_state_events_come_at_the_rate_of_the_state() {
    assert_uniform(rescaled(FEW, [0.2, 5.0], [0.2, 5.0]), rescaled(FEW, [0.2, 5.0], [0.3, 4.0]));
}

#[test]
#[ignore = "100,000 paths: cargo test --release --test onsets -- --ignored"]
fn between_changes_of_state_events_come_at_the_rate_of_the_state_over_many_paths() {
    assert_uniform(rescaled(MANY, [0.2, 5.0], [0.2, 5.0]), rescaled(MANY, [0.2, 5.0], [0.21, 4.9]));
}

#[test]
fn a_regime_stays_in_a_state_for_an_exponential_time() {
    let hazards = [enters("calms", 0), enters("crises", 1)];
    let (mut first, mut stays) = (Vec::new(), Vec::new());
    for events in histories(&hazards, FEW) {
        let (calms, crises) = (starts(&events, 0), starts(&events, 1));
        // Cut by the horizon, these are uniform on what the horizon leaves.
        let within = 1.0 - (-0.5_f64 * 10.0).exp();
        first.extend(crises.first().map(|time| (1.0 - (-0.5 * time).exp()) / within));
        // A crisis that begins in the first half is over before the end in all but e^-10 of cases.
        let over = crises.iter().zip(&calms).filter(|(from, _)| **from < 5.0);
        stays.extend(over.map(|(from, until)| 1.0 - (-2.0 * (until - from)).exp()));
    }
    let wrong = |shares: &[f64]| shares.iter().map(|share| share.powf(0.85)).collect::<Vec<f64>>();
    assert_uniform(first.clone(), wrong(&first));
    assert_uniform(stays.clone(), wrong(&stays));
}

#[test]
fn hazards_of_one_regime_have_their_events_at_the_same_times() {
    let hazards = || vec![follows(poisson("a", 1.0), [0.0, 0.5]), follows(poisson("b", 1.0), [0.0, 0.5])];
    let runs = histories(&hazards(), FEW);
    let both = runs.iter().filter(|events| !starts(events, 0).is_empty() && !starts(events, 1).is_empty());
    let one = runs.iter().filter(|events| !starts(events, 0).is_empty()).count() as f64;
    let other = runs.iter().filter(|events| !starts(events, 1).is_empty()).count() as f64;
    let apart = one * other / runs.len() as f64;
    assert!(both.count() as f64 > apart * 1.02, "independent hazards would share {apart}");
}

#[test]
fn a_regime_of_three_states_goes_where_its_rates_say() {
    let (to_tense, to_crisis) = (0.9, 0.3);
    let regime = Arc::new(Regime {
        name: "relations".into(),
        states: ["calm", "tense", "crisis"].map(str::to_owned).to_vec(),
        start: 0,
        per_year: vec![vec![0.0, to_tense, to_crisis], vec![0.5, 0.0, 0.5], vec![0.0, 2.0, 0.0]],
    });
    let enters = |name: &str, state| hazard(name, Times::Enters { regime: regime.clone(), state });
    let hazards = [enters("tensions", 1), enters("crises", 2)];
    let (mut first, mut into) = (Vec::new(), Vec::new());
    let within = 1.0 - (-(to_tense + to_crisis) * 10.0_f64).exp();
    let runs = histories(&hazards, 2 * FEW);
    for events in &runs {
        let begins = |hazard| starts(events, hazard).first().copied().unwrap_or(f64::INFINITY);
        let (tension, crisis) = (begins(0), begins(1));
        let start = tension.min(crisis);
        if start < 10.0 {
            first.push((1.0 - (-(to_tense + to_crisis) * start).exp()) / within);
            into.push(usize::from(crisis < tension));
        }
    }
    assert_uniform(first.clone(), first.iter().map(|share| share.powf(0.9)).collect());
    assert_counts("the state that follows calm", &into, &[0.75, 0.25], &[0.72, 0.28]);
    let counts: Vec<f64> = runs.iter().map(|events| starts(events, 1).len() as f64).collect();
    assert_mean(&counts, expected_events(&hazards)[1], 1.1 * expected_events(&hazards)[1], 5.0);
}
