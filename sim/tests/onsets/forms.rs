//! Events under way at a time, against the closed forms of queues and of renewal theory.

use crate::kit::*;
use shortfall::hazards::{Drawn, Times};
use shortfall::scenario::GapFrom;

/// A time within the ten years, years.
const THEN: f64 = 7.3;

/// How many events are under way at the time, by run.
fn under_way(hazards: &[Drawn]) -> Vec<usize> {
    let at = |events: &Vec<shortfall::exposure::Event>| {
        events.iter().filter(|event| event.start <= THEN && THEN < event.end).count()
    };
    histories(hazards, 5 * FEW).iter().map(at).collect()
}

fn poisson_shares(mean: f64) -> Vec<f64> {
    let mut share = (-mean).exp();
    (1..40)
        .map(|n| {
            let this = share;
            share *= mean / f64::from(n);
            this
        })
        .collect()
}

/// M/G/∞: with arrivals at a rate λ and lengths of law G, Poisson with the mean λ ∫ (1 − G(s)) ds up to the time (Takács 1962).
#[test]
fn events_under_way_are_as_many_as_customers_of_a_queue_with_servers_for_all() {
    const PER_YEAR: f64 = 1.3;
    for lengths in [
        law("lognormal", &[("mean", 1.5), ("sd", 2.0)]),
        law("weibull", &[("shape", 0.6), ("scale", 1.0)]),
        law("uniform", &[("low", 0.5), ("high", 3.0)]),
    ] {
        let cells = 20_000;
        let length = THEN / f64::from(cells);
        let alive = |cell: u32| 1.0 - lengths.cdf((f64::from(cell) + 0.5) * length);
        let mean = PER_YEAR * (0..cells).map(alive).sum::<f64>() * length;
        let counts = under_way(&[lasting(poisson("a", PER_YEAR), lengths.clone())]);
        assert_counts(&format!("{lengths:?}"), &counts, &poisson_shares(mean), &poisson_shares(1.06 * mean));
    }
}

/// Alternating renewal: up for an exponential time of mean u, down for one of mean d, the share down at t is
/// d / (u + d) · (1 − e^(−(1/u + 1/d) t)) (Cox 1962).
#[test]
fn the_share_of_time_under_an_event_is_that_of_an_alternating_renewal_process() {
    for (up, down) in [(2.0, 1.0), (4.0, 6.0)] {
        let mean = |years: f64| law("exponential", &[("mean", years)]);
        let onset = Times::Renewal { gap: mean(up), unit: 1.0, from: GapFrom::End };
        let share = |down: f64| {
            let now = down / (up + down) * (1.0 - (-(1.0 / up + 1.0 / down) * THEN).exp());
            [1.0 - now, now]
        };
        let counts = under_way(&[lasting(hazard("a", onset), mean(down))]);
        assert_counts("up and down", &counts, &share(down), &share(1.15 * down));
    }
}
