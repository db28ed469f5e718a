//! `[shortage_cost.SECTOR]`: what a sector loses when it goes short, in steps.

use super::ConsumerRow;
use super::ShortageCost;
use super::body::Body;
use super::keys;
use super::problem::{At, Location, Problems, nearest};
use std::collections::BTreeSet;

/// Reads the sectors, sorted by name.
pub(super) fn read(body: Option<Body<'_>>, problems: &mut Problems) -> Vec<ShortageCost> {
    let Some(mut body) = body else { return Vec::new() };
    let mut costs = Vec::new();
    for sector in body.keys() {
        let Some(own) = body.table(&sector, problems) else { continue };
        let at = own.location("up_to");
        costs.extend(cost(sector, own, at, problems));
    }
    costs.sort_by(|a, b| a.sector.value.cmp(&b.sector.value));
    costs
}

/// Refuses the cost of a sector that no consumer has: it would count nothing.
pub(super) fn refuse_unknown(costs: &[ShortageCost], consumers: &[ConsumerRow], problems: &mut Problems) {
    let sectors: BTreeSet<&str> = consumers.iter().map(|row| row.sector.value.as_str()).collect();
    for sector in costs.iter().map(|cost| &cost.sector).filter(|sector| !sectors.contains(sector.as_str())) {
        let mut hint = "sectors are those of consumers.csv".to_string();
        if let Some(name) = nearest(sector, sectors.iter().copied()) {
            hint = format!("{hint}; did you mean {name:?}?");
        }
        problems.error(sector.at, format!("shortage_cost: no sector {:?}", sector.value), Some(hint));
    }
}

fn cost(
    sector: At<String>,
    mut body: Body<'_>,
    at: Location,
    problems: &mut Problems,
) -> Option<ShortageCost> {
    let usd_per_unit = body.non_negative("usd_per_unit", problems);
    let price_multiple = body.non_negative("price_multiple", problems);
    if usd_per_unit.is_some() && price_multiple.is_some() {
        let hint = "keep one of usd_per_unit and price_multiple";
        body.error("usd_per_unit", "the value of a unit is given twice", Some(hint.into()), problems);
    }
    let up_to = body.numbers("up_to", problems).unwrap_or_default();
    let factor = body.numbers("factor", problems).unwrap_or_default();
    body.finish(&keys::SHORTAGE_COST.names(), problems);
    let mut fault = |message: &str| {
        let hint = "write up_to = [0.1, 0.5, 1] and factor = [0.3, 1, 4]: the first tenth lost costs 0.3 of its value";
        problems.error(at, format!("shortage_cost {:?}: {message}", sector.value), Some(hint.into()));
    };
    if up_to.len() != factor.len() {
        fault("up_to and factor must have as many numbers");
        return None;
    }
    let steps: Vec<(f64, f64)> =
        up_to.iter().zip(&factor).map(|(share, factor)| (share.value, factor.value)).collect();
    let ascends = steps.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let from_zero = steps.first().is_none_or(|(share, _)| *share > 0.0);
    if !(ascends && from_zero && steps.last().is_none_or(|(share, _)| *share == 1.0)) {
        fault("up_to must rise from above 0 to 1");
        return None;
    }
    if !steps.iter().all(|(_, factor)| *factor >= 0.0) {
        fault("a factor can't be negative");
        return None;
    }
    Some(ShortageCost { sector, usd_per_unit, price_multiple, steps })
}
