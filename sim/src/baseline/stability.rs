//! Bounds below which the step's stocks and prices swing: broken ones are refused, near ones warned of.

use crate::network::Material;
use crate::network::Network;
use crate::scenario::PriceMode;
use crate::units::Years;

/// An adjustment time this many times shorter than the transit it acts over is far below it: orders then react to a
/// gap several times over before the first of them arrives. What is under way counts as ordered (4), so this makes
/// orders swing with the need and not without end: a warning, no fault.
const FAR_BELOW: f64 = 4.0;

/// Rounding of a month in days, as people write it: 30 days is one step of a month.
const STEP_SLACK: f64 = 0.015;

/// Adds a fault for each bound that is broken and a warning for each that is near.
pub(super) fn check(network: &Network, flow: &[f64], faults: &mut Vec<String>, warnings: &mut Vec<String>) {
    for material in &network.materials {
        if material.lanes.is_empty() {
            continue;
        }
        refuse_below_step(network, material, faults);
        warn_below_transit(network, material, flow, warnings);
    }
}

/// A time constant below one step overshoots: the correction of a gap is larger than the gap.
fn refuse_below_step(network: &Network, material: &Material, faults: &mut Vec<String>) {
    let step = Years(network.clock.dt).days();
    let market = &material.market;
    let mut times = vec![
        ("adjustment_days", market.adjustment_days),
        ("unsold_adjustment_days", market.unsold_adjustment_days),
    ];
    times.extend(market.smoothing_days.map(|days| ("smoothing_days", days)));
    if network.prices() == PriceMode::Endogenous {
        times.push(("price_days", market.price_days));
    }
    if market.contract_share > 0.0 {
        times.push(("contract_lag_days", market.contract_lag_days));
    }
    for (key, days) in times {
        if !(days >= step * (1.0 - STEP_SLACK)) {
            faults.push(format!(
                "market.{}: {key} = {days} is below one step: make it at least {step:.4} days, or shorten time.step",
                material.code
            ));
        }
    }
    let most = 1.0 / network.clock.dt;
    if !(market.switching_per_year <= most) {
        faults.push(format!(
            "market.{}: switching_per_year = {} moves more than all weight in one step: make it at most {most:.4}, or shorten time.step",
            material.code, market.switching_per_year
        ));
    }
}

fn warn_below_transit(network: &Network, material: &Material, flow: &[f64], warnings: &mut Vec<String>) {
    let used = material.lanes.clone().filter(|lane| flow[*lane] > 0.0);
    let longest = used.map(|lane| Years(network.lanes[lane].transit).days()).fold(0.0, f64::max);
    let bound = longest / FAR_BELOW;
    let days = material.market.adjustment_days;
    if days < bound {
        warnings.push(format!(
            "market.{}: adjustment_days = {days} is far below the longest transit of {longest:.1} days: orders swing; {bound:.1} days or more are steadier",
            material.code
        ));
    }
}
