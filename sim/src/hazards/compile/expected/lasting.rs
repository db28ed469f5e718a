//! How long events last, on the grid: with renewals, and until a settlement ends them.

use super::CELLS;
use crate::hazards::Escalates;
use crate::hazards::compile::{Drawn, Times};
use crate::math::ln;
use crate::random::Law;

/// Renewals less likely than this are nobody's concern.
const RARE: f64 = 1e-9;
/// Probability of surviving a sure end, so that its logarithm is a number.
const NONE_LEFT: f64 = 1e-300;

/// Probability of each time of a law, rounded to whole cells; `unit` is in years.
pub(super) fn cells(law: &Law, unit: f64, width: f64) -> Vec<f64> {
    let by = |time: f64| if time < 0.0 { 0.0 } else { law.cdf(time / unit) };
    let at = |m: usize| by((m as f64 + 0.5) * width) - by((m as f64 - 0.5) * width);
    (0..CELLS).map(at).collect()
}

/// Probabilities of the sum of two times.
pub(super) fn sums(a: &[f64], b: &[f64]) -> Vec<f64> {
    (0..CELLS).map(|m| (0..=m).fold(0.0, |sum, k| sum + a[k] * b[m - k])).collect()
}

/// Probability that an event ends so many cells after its start; `law` is that of its duration before any renewal.
pub(super) fn ends(drawn: &Drawn, law: &Law, width: f64) -> Vec<f64> {
    let once = cells(law, drawn.duration_unit, width);
    let Some(renews) = drawn.links.renews else { return once };
    let mut all = vec![0.0; CELLS];
    let (mut spans, mut reached) = (once.clone(), 1.0);
    for left in (0..=renews.most).rev() {
        let stops = if left == 0 { 1.0 } else { 1.0 - renews.probability };
        for (all, span) in all.iter_mut().zip(&spans) {
            *all += reached * stops * span;
        }
        reached *= renews.probability;
        if left == 0 || reached < RARE {
            break;
        }
        spans = sums(&spans, &once);
    }
    all
}

/// Probability that an event turns into another so many cells later, and is still under way then.
pub(super) fn delays(drawn: &Drawn, next: &Escalates, width: f64) -> Vec<f64> {
    let delays = cells(&next.after, next.after_unit, width);
    let under_way: Vec<f64> = match (&drawn.duration, drawn.links.renews) {
        (None, _) => vec![1.0; CELLS],
        (Some(law), None) => {
            (0..CELLS).map(|m| 1.0 - law.cdf(m as f64 * width / drawn.duration_unit)).collect()
        }
        (Some(law), Some(_)) => {
            let left = |left: &mut f64, end: &f64| {
                let middle = *left - 0.5 * end;
                *left -= end;
                Some(middle)
            };
            ends(drawn, law, width).iter().scan(1.0, left).collect()
        }
    };
    delays.iter().zip(under_way).map(|(delay, under_way)| next.probability * delay * under_way).collect()
}

/// By hazard, the logarithm of the probability that an event from time 0 on has not been settled by the middle of each cell;
/// `None` if no settlement ends its events. `own` is the expected number of settlements by cell.
///
/// Exact for settlements at a rate or on dates. Others have their mean rate here.
pub(super) fn unsettled(hazards: &[Drawn], own: &[Vec<f64>]) -> Vec<Option<Vec<f64>>> {
    let mut found: Vec<Option<Vec<f64>>> = vec![None; hazards.len()];
    for (drawn, own) in hazards.iter().zip(own) {
        let Some(settles) = drawn.links.settles.as_ref().filter(|settles| settles.suspension.is_none())
        else {
            continue;
        };
        let each = match drawn.onset {
            Times::Scheduled(_) => ln((1.0 - settles.probability).max(NONE_LEFT)),
            _ => -settles.probability,
        };
        for hazard in &settles.hazards {
            let left = found[*hazard].get_or_insert_with(|| vec![0.0; CELLS]);
            let mut so_far = 0.0;
            for (left, own) in left.iter_mut().zip(own) {
                *left += each * (so_far + 0.5 * own);
                so_far += own;
            }
        }
    }
    found
}
