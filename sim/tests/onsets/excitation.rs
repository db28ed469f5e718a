//! Mutual excitation (Hawkes 1971).

use crate::kit::*;
use shortfall::exposure::{Cause, Event};
use shortfall::hazards::{Drawn, expected_events};

/// Decay of all pairs: a mean time of four months.
const BETA: f64 = 3.0;

/// Hazards A and B at 0.8 and 0.4 a year with this branching matrix.
fn pair(alpha: [[f64; 2]; 2]) -> Vec<Drawn> {
    let one = |from: usize, name: &str, rate: f64| {
        let drawn = poisson(name, rate);
        (0..2).fold(drawn, |drawn, to| match alpha[from][to] {
            0.0 => drawn,
            extra => exciting(drawn, to, extra, BETA),
        })
    };
    vec![one(0, "a", 0.8), one(1, "b", 0.4)]
}

const MILD: [[f64; 2]; 2] = [[0.2, 0.3], [0.3, 0.2]];

/// Shares 1 − e^(−ΔΛ) of the compensator between events of `hazard`: uniform if the rates are these (Papangelou 1972).
///
/// The last gap of a run is cut by the horizon, so gaps of all runs are strung together: the compensator goes on in the next.
fn rescaled(runs: &[Vec<Event>], hazard: u32, base: f64, alpha: [f64; 2], beta: f64) -> Vec<f64> {
    let horizon = clock().dt * clock().n_steps as f64;
    let mut shares = Vec::new();
    let mut gap = 0.0;
    for events in runs {
        let mut sorted: Vec<(f64, u32)> = events.iter().map(|event| (event.start, event.hazard)).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut time, mut excited) = (0.0, 0.0);
        let integral = |excited: f64, span: f64| base * span + excited * (1.0 - (-beta * span).exp()) / beta;
        for (start, of) in sorted {
            gap += integral(excited, start - time);
            excited *= (-beta * (start - time)).exp();
            if of == hazard {
                shares.push(1.0 - (-gap).exp());
                gap = 0.0;
            }
            excited += alpha[of as usize] * beta;
            time = start;
        }
        gap += integral(excited, horizon - time);
    }
    shares
}

fn gaps_are_those_of_the_rate(runs: u64) {
    let histories = histories(&pair(MILD), runs);
    // Into A: column 0 of the matrix; into B: column 1.
    for (hazard, base) in [(0, 0.8), (1, 0.4)] {
        let column = [MILD[0][hazard], MILD[1][hazard]];
        let right = rescaled(&histories, hazard as u32, base, column, BETA);
        // Swapped columns, and a decay that is off by a quarter: a matrix read the wrong way round, a wrong unit.
        let swapped = rescaled(&histories, hazard as u32, base, [column[1], column[0]], BETA);
        assert_uniform(right.clone(), swapped);
        if runs == MANY {
            assert_uniform(right, rescaled(&histories, hazard as u32, base, column, 0.75 * BETA));
        }
    }
}

#[test]
fn the_compensator_between_events_is_exponential() {
    gaps_are_those_of_the_rate(FEW);
}

#[test]
#[ignore = "100,000 paths: cargo test --release --test onsets -- --ignored"]
fn the_compensator_between_events_is_exponential_over_many_paths() {
    gaps_are_those_of_the_rate(MANY);
}

/// Means of a pair with equal rates and a symmetric matrix: m' = μ + y, y' = β((ρ m') − y) in the symmetric direction.
fn closed_form(base: f64, radius: f64, beta: f64, horizon: f64) -> f64 {
    // E λ(t) = μ (1 − ρ e^(−β (1 − ρ) t)) / (1 − ρ), integrated.
    let rate = beta * (1.0 - radius);
    base / (1.0 - radius) * (horizon - radius * (1.0 - (-rate * horizon).exp()) / rate)
}

#[test]
fn the_mean_number_of_events_is_that_of_the_closed_form() {
    let horizon = 10.0;
    for (alpha, radius) in [(MILD, 0.5), ([[0.0, 0.8], [0.8, 0.0]], 0.8)] {
        let mut hazards = pair(alpha);
        hazards[1].onset = shortfall::hazards::Times::Poisson { per_year: 0.8 };
        let theory = closed_form(0.8, radius, BETA, horizon);
        let expected = expected_events(&hazards);
        assert!(expected.iter().all(|events| (events / theory - 1.0).abs() < 1e-4), "{expected:?} {theory}");
        let counts: Vec<f64> =
            histories(&hazards, FEW).iter().map(|events| starts(events, 0).len() as f64).collect();
        // The mutant forgets that the events start from nothing: the stationary mean.
        let stationary = 0.8 / (1.0 - radius) * horizon;
        assert_mean(&counts, theory, stationary * 1.1, 5.0);
    }
}

#[test]
fn without_any_excitation_the_draws_are_those_of_hazards_that_stand_alone() {
    let alone = vec![poisson("a", 0.8), poisson("b", 0.4)];
    let tied = |extra: f64| vec![exciting(poisson("a", 0.8), 1, extra, BETA), poisson("b", 0.4)];
    assert_eq!(histories(&alone, 200), histories(&tied(0.0), 200));
    assert_ne!(histories(&alone, 200), histories(&tied(0.5), 200));
}

#[test]
fn excitation_adds_events_and_takes_none_away() {
    let few = histories(&pair([[0.1, 0.1], [0.1, 0.1]]), 500);
    let many = histories(&pair(MILD), 500);
    for (few, many) in few.iter().zip(&many) {
        assert!(few.iter().all(|event| many.iter().any(|other| other.start == event.start)));
    }
    assert!(many.concat().len() > few.concat().len() + 100);
}

#[test]
fn every_excited_event_names_an_earlier_one_and_their_share_is_that_of_the_branching() {
    let runs = histories(&pair(MILD), FEW);
    let (mut excited, mut all) = (0.0_f64, 0.0_f64);
    let mut waits = Vec::new();
    for events in &runs {
        for event in events {
            all += 1.0;
            let Cause::Excited(by) = event.cause else { continue };
            excited += 1.0;
            let parent =
                events.iter().find(|other| (other.hazard, Some(other.number)) == (by.hazard, by.number));
            let parent = parent.expect("the parent is an event of the run");
            assert!(parent.start < event.start, "a cause does not follow its effect");
            if parent.start < 7.0 {
                waits.push(1.0 - (-BETA * (event.start - parent.start)).exp());
            }
        }
    }
    let own = (0.8 + 0.4) * 10.0 * runs.len() as f64;
    let sd = f64::sqrt(own);
    assert!((all - excited - own).abs() < 5.0 * sd, "{all} - {excited} against {own}");
    // The wait from parent to child is exponential with the decay; the mutant takes any earlier event for the parent.
    let mutant = waits.iter().map(|share| share.powf(0.8)).collect();
    assert_uniform(waits, mutant);
}

#[test]
fn events_before_the_start_excite_from_then_on() {
    let mut quiet = exciting(poisson("a", 0.0), 1, 0.9, 1.0);
    let none = histories(&[exciting(poisson("a", 0.0), 1, 0.9, 1.0), poisson("b", 0.0)], FEW);
    assert!(none.concat().is_empty());
    quiet.links.past = vec![-1.0, -0.25];
    let hazards = [quiet, poisson("b", 0.0)];
    let left = 0.9 * ((-1.0_f64).exp() + (-0.25_f64).exp()) * (1.0 - (-10.0_f64).exp());
    assert!((expected_events(&hazards)[1] - left).abs() < 1e-4);
    let runs = histories(&hazards, FEW);
    let counts: Vec<f64> = runs.iter().map(|events| starts(events, 1).len() as f64).collect();
    assert_mean(&counts, left, 2.0 * 0.9, 5.0);
    assert!(
        runs.concat().iter().all(|event| matches!(event.cause, Cause::Excited(by) if by.number.is_none()))
    );
}
