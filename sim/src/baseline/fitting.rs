//! Flows on lanes that meet both margins: proportional fitting of a prior.

use super::feasibility::Bottleneck;
use super::feasibility::Margin;
use super::feasibility::carriers;

/// Relative gap at which a margin counts as met: a few hundred roundings of its largest term.
pub(super) const RESIDUAL: f64 = 1e-12;

/// Most rounds. Lanes that would creep to zero are closed beforehand, so the rest converges geometrically; a prior so
/// lopsided that this does not suffice is reported, never passed off as fitted.
const MAX_ROUNDS: usize = 100_000;

/// Why there is no fit.
#[derive(Debug, PartialEq)]
pub(super) enum Unfit {
    /// Lanes can't carry it.
    Bottleneck(Bottleneck),
    /// Origins that still miss their supply after the last round, with what they ship, and the largest relative gap.
    Slow {
        /// Position and flow.
        origins: Vec<(usize, f64)>,
        /// Relative.
        residual: f64,
    },
}

/// Fits `prior` to supply and use, whose sums must be equal to rounding.
///
/// The result is the flow nearest to the prior in relative entropy: prior × factor of origin × factor of destination.
/// Zeros stay zero, and a prior that meets both margins is returned as it is.
pub(super) fn fit(margin: &Margin<'_>, prior: &[f64]) -> Result<Vec<f64>, Unfit> {
    if residual(margin, prior) <= RESIDUAL {
        return Ok(prior.to_vec());
    }
    let total_need: f64 = margin.need.iter().sum();
    let total_supply: f64 = margin.supply.iter().sum();
    let level = if total_supply > 0.0 { total_need / total_supply } else { 1.0 };
    let supply: Vec<f64> = margin.supply.iter().map(|supply| supply * level).collect();
    let margin = &Margin { supply: &supply, need: margin.need, lanes: margin.lanes };
    let lanes = margin.lanes.iter().zip(prior);
    let open: Vec<bool> = lanes
        .map(|(&(from, to), prior)| *prior > 0.0 && supply[from] > 0.0 && margin.need[to] > 0.0)
        .collect();
    let carries = carriers(margin, &open).map_err(Unfit::Bottleneck)?;
    let mut flow: Vec<f64> =
        prior.iter().zip(&carries).map(|(prior, carries)| if *carries { *prior } else { 0.0 }).collect();
    for _ in 0..MAX_ROUNDS {
        scale(&mut flow, margin.supply, margin.lanes.iter().map(|lane| lane.0));
        scale(&mut flow, margin.need, margin.lanes.iter().map(|lane| lane.1));
        if residual(margin, &flow) <= RESIDUAL {
            return Ok(flow);
        }
    }
    let shipped = sums(&flow, supply.len(), margin.lanes.iter().map(|lane| lane.0));
    let missing =
        |origin: &usize| !((shipped[*origin] - supply[*origin]).abs() <= RESIDUAL * supply[*origin]);
    let origins = (0..supply.len()).filter(missing).map(|origin| (origin, shipped[origin])).collect();
    Err(Unfit::Slow { origins, residual: residual(margin, &flow) })
}

/// Sums of flows by one end of the lanes, in lane order.
fn sums(flow: &[f64], n: usize, ends: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut sums = vec![0.0; n];
    for (flow, end) in flow.iter().zip(ends) {
        sums[end] += flow;
    }
    sums
}

/// Scales the lanes of each end to its margin.
fn scale(flow: &mut [f64], margin: &[f64], ends: impl Iterator<Item = usize> + Clone) {
    let sums = sums(flow, margin.len(), ends.clone());
    for (flow, end) in flow.iter_mut().zip(ends) {
        if sums[end] > 0.0 {
            *flow *= margin[end] / sums[end];
        }
    }
}

/// The largest gap of any margin relative to itself; infinite where something flows and nothing should.
fn residual(margin: &Margin<'_>, flow: &[f64]) -> f64 {
    let shipped = sums(flow, margin.supply.len(), margin.lanes.iter().map(|lane| lane.0));
    let taken = sums(flow, margin.need.len(), margin.lanes.iter().map(|lane| lane.1));
    let sides = shipped.iter().zip(margin.supply).chain(taken.iter().zip(margin.need));
    let mut worst = 0.0;
    for (sum, target) in sides {
        let gap = (sum - target).abs();
        let relative = if gap == 0.0 { 0.0 } else { gap / target };
        // NaN is worse than anything.
        if !(relative <= worst) {
            worst = if relative.is_nan() { f64::INFINITY } else { relative };
        }
    }
    worst
}
