//! Rare crises: sampled more often, and weighted back.

use crate::kit::*;
use shortfall::hazards::Drawn;
use shortfall::math::sum;

fn rare(tilt: f64) -> Vec<Drawn> {
    let mut crisis = lasting(poisson("crisis", 0.02), law("exponential", &[("mean", 1.0)]));
    crisis.links.tilt = tilt;
    vec![lasting(poisson("common", 1.0), law("exponential", &[("mean", 0.5)])), crisis]
}

/// (weight, worst loss) of each run: the longest crisis.
fn losses(tilt: f64, runs: u64) -> Vec<(f64, f64)> {
    let loss = |events: &[shortfall::exposure::Event]| {
        events
            .iter()
            .filter(|event| event.hazard == 1)
            .map(|event| event.end - event.start)
            .fold(0.0, f64::max)
    };
    weighted(&rare(tilt), runs).iter().map(|(weight, events)| (*weight, loss(events))).collect()
}

/// Weighted share of runs with a loss above `level`, with its standard error.
fn tail(runs: &[(f64, f64)], level: f64) -> (f64, f64) {
    let n = runs.len() as f64;
    let hit: Vec<f64> = runs.iter().map(|(weight, loss)| weight * f64::from(*loss > level)).collect();
    let total = sum(&runs.iter().map(|(weight, _)| *weight).collect::<Vec<_>>());
    let share = sum(&hit) / total;
    let square: f64 =
        runs.iter().map(|(weight, loss)| (weight * (f64::from(*loss > level) - share)).powi(2)).sum();
    (share, square.sqrt() / total * (n / (n - 1.0)).sqrt())
}

#[test]
fn weights_have_mean_one_and_are_one_without_tilt() {
    assert!(weighted(&rare(1.0), 50).iter().all(|(weight, _)| *weight == 1.0));
    let weights: Vec<f64> = weighted(&rare(6.0), FEW).iter().map(|(weight, _)| *weight).collect();
    // The mutant leaves the exponential out: E[6^-N] at six times the rate is e^-1.
    assert_mean(&weights, 1.0, (-1.0_f64).exp(), 5.0);
}

#[test]
fn tilted_and_plain_runs_agree_and_the_tilted_tail_has_the_smaller_error() {
    // A crisis of two years or more in ten years: its closed form.
    let theory = 1.0 - (-0.2 * (-2.0_f64).exp()).exp();
    let (plain, plain_error) = tail(&losses(1.0, FEW), 2.0);
    let (tilted, tilted_error) = tail(&losses(6.0, FEW), 2.0);
    assert!((plain - theory).abs() < 5.0 * plain_error, "{plain} ± {plain_error}, {theory}");
    assert!((tilted - theory).abs() < 5.0 * tilted_error, "{tilted} ± {tilted_error}, {theory}");
    let plain_error = (theory * (1.0 - theory) / FEW as f64).sqrt();
    assert!(tilted_error < 0.8 * plain_error, "{tilted_error} against {plain_error}");
    // Weights forgotten: the mutant is far off.
    let unweighted: Vec<(f64, f64)> = losses(6.0, FEW).iter().map(|(_, loss)| (1.0, *loss)).collect();
    let (wrong, error) = tail(&unweighted, 2.0);
    assert!((wrong - theory).abs() > 5.0 * error, "{wrong} ± {error}");
}

#[test]
fn a_tilt_keeps_every_event_of_the_plain_run_and_adds_others() {
    for (plain, tilted) in histories(&rare(1.0), 500).iter().zip(histories(&rare(6.0), 500)) {
        assert_eq!(starts(plain, 0), starts(&tilted, 0), "another hazard's draws stay");
        assert!(starts(plain, 1).iter().all(|start| starts(&tilted, 1).contains(start)));
    }
}

#[test]
fn an_excited_hazard_is_tilted_in_its_own_rate_alone() {
    let hazards = |tilt: f64| {
        let mut hazards = vec![exciting(poisson("a", 0.1), 0, 0.5, 3.0)];
        hazards[0].links.tilt = tilt;
        hazards
    };
    let weighted_counts: Vec<f64> = weighted(&hazards(3.0), 2 * FEW)
        .iter()
        .map(|(weight, events)| weight * events.len() as f64)
        .collect();
    let plain = shortfall::hazards::expected_events(&hazards(1.0))[0];
    assert_mean(&weighted_counts, plain, 3.0 * plain, 5.0);
}
