//! Gaps of any law.

use crate::kit::*;
use shortfall::exposure::Event;
use shortfall::hazards::{Drawn, Times, expected_events};
use shortfall::random::Law;
use shortfall::scenario::GapFrom;

fn renewal(gap: Law, from: GapFrom) -> Drawn {
    hazard("a", Times::Renewal { gap, unit: 1.0, from })
}

fn weibull() -> Law {
    law("weibull", &[("shape", 2.0), ("scale", 1.0)])
}

/// Shares of the law of the gaps between events, those of all runs strung together: the gap that the horizon cuts is left out
/// with the one before it, which makes the next run's first gap start afresh. Only gaps that began in the first `until` years.
fn gaps(runs: &[Vec<Event>], from_end: bool, until: f64) -> Vec<f64> {
    let law = weibull();
    let mut shares = Vec::new();
    for events in runs {
        let mut begins = 0.0;
        for event in events {
            if begins < until {
                shares.push(law.cdf(event.start - begins));
            }
            begins = if from_end { event.end } else { event.start };
        }
    }
    shares
}

#[test]
fn gaps_have_their_law_from_the_start_of_the_event_before() {
    // A gap that begins in the first five years is over before the tenth but for e^-25 of cases.
    let runs = histories(&[lasting(renewal(weibull(), GapFrom::Start), Law::fixed(0.5))], FEW);
    assert_uniform(
        gaps(&runs, false, 5.0),
        gaps(&runs, true, 5.0).into_iter().map(|u| u.clamp(0.0, 1.0)).collect(),
    );
}

#[test]
fn gaps_have_their_law_from_the_end_of_the_event_before() {
    let runs = histories(&[lasting(renewal(weibull(), GapFrom::End), Law::fixed(0.5))], FEW);
    assert_uniform(gaps(&runs, true, 5.0), gaps(&runs, false, 5.0));
    for events in runs {
        assert!(events.windows(2).all(|pair| pair[0].end <= pair[1].start), "they never overlap");
    }
}

#[test]
fn exponential_gaps_from_start_to_start_are_a_poisson_process() {
    let drawn = renewal(law("exponential", &[("mean", 2.0)]), GapFrom::Start);
    assert!((expected_events(std::slice::from_ref(&drawn))[0] - 5.0).abs() < 1e-3);
    let counts: Vec<f64> = histories(&[drawn], FEW).iter().map(|events| events.len() as f64).collect();
    assert_mean(&counts, 5.0, 5.25, 5.0);
    let (mean, _) = mean(&counts);
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / counts.len() as f64;
    assert!((variance / 5.0 - 1.0).abs() < 5.0 * (2.0 / counts.len() as f64).sqrt() * 1.2, "{variance}");
}

#[test]
fn the_expected_number_of_renewals_is_that_of_the_renewal_equation() {
    for (from, wrong) in [(GapFrom::Start, GapFrom::End), (GapFrom::End, GapFrom::Start)] {
        let of = |from| lasting(renewal(weibull(), from), law("exponential", &[("mean", 0.7)]));
        let counts: Vec<f64> =
            histories(&[of(from)], FEW).iter().map(|events| starts(events, 0).len() as f64).collect();
        assert_mean(&counts, expected_events(&[of(from)])[0], expected_events(&[of(wrong)])[0], 5.0);
    }
}

#[test]
fn an_event_without_end_is_followed_by_none() {
    let runs = histories(&[lasting(renewal(weibull(), GapFrom::End), law("permanent", &[]))], 500);
    assert!(runs.iter().all(|events| events.len() <= 1));
    assert!(runs.concat().len() > 490);
}
