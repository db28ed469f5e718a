//! Prices at origins and destinations: (15) to (17).

use super::Plan;
use super::State;
use super::plan::MaterialPlan;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use crate::math::each;

/// Moves one material's prices, with I and J as they stand after all use of them.
///
/// A price is what the market makes of it, times the shock: ln p = ln m + z. Under exogenous prices m stays at 1.
/// Equation (17): ln m approaches its target with time constant θ_p, within the price bounds.
#[inline(always)]
pub(super) fn advance(plan: &Plan, t: usize, g: usize, exposure: &Exposure, state: &mut State) {
    let material = &plan.materials[g];
    if plan.endogenous {
        origins(plan, t, material, state);
        destinations(plan, g, material, exposure, state);
    } else {
        state.work.shocked[g] |= exposure.shock[g].any();
        if !state.work.shocked[g] {
            return;
        }
    }
    let (floor, ceiling) = plan.log_price_bounds;
    let bound = |log_price: Row| log_price.max(Row::splat(floor)).min(Row::splat(ceiling));
    for e in each(material.origins.clone()) {
        state.log_price_origin[e] = bound(state.work.market_price_origin[e] + exposure.shock[g]);
    }
    for i in each(material.destinations.clone()) {
        let log_price = bound(state.work.market_price[i] + exposure.shock[g]);
        state.log_price[i] = log_price;
        // Most prices stand at the baseline most of the time, and that exponential is known.
        let price = if log_price.any() { log_price.exp() } else { Row::ONE };
        state.price[i] = price;
        let contract = state.contract_price[i];
        state.contract_price[i] = contract + (price - contract) * material.contract_approach;
    }
    feel(material, state);
}

/// What is felt of a price that lasts: ln p̄ += (ln p − ln p̄)(1 − e^(−dt/τ)), by origin and destination.
#[inline(always)]
fn feel(material: &MaterialPlan, state: &mut State) {
    if material.later_approach <= 0.0 {
        return;
    }
    for e in each(material.origins.clone()) {
        let lasting = state.work.lasting_origin[e];
        state.work.lasting_origin[e] =
            lasting + (state.log_price_origin[e] - lasting) * material.later_approach;
    }
    for i in each(material.destinations.clone()) {
        let lasting = state.work.lasting[i];
        state.work.lasting[i] = lasting + (state.log_price[i] - lasting) * material.later_approach;
    }
}

/// Equation (15): ln q̂ = ψ(1 − J/J*) + ν(utilisation − baseline utilisation) + κ ln(1 + Σ s_g (p_g − 1)).
///
/// s_g is the share of input g in the value of the baseline output, p_g its price where the plants stand: of this step, as
/// materials are priced first tier first; of the step before where a recipe points back.
/// Utilisation is of the capacity that is there; an origin with none is fully used.
#[inline(always)]
fn origins(plan: &Plan, t: usize, material: &MaterialPlan, state: &mut State) {
    let growth = plan.path.output(t);
    for e in material.origins.clone() {
        let origin = &plan.origins[e];
        let (mut output, mut capacity) = (Row::ZERO, Row::ZERO);
        for j in origin.plants.clone() {
            output += state.output[j];
            capacity += state.work.capacity[j];
        }
        let utilisation = output.over(capacity, 1.0);
        let mut aim = (utilisation - Row::splat(origin.utilisation)) * material.price_utilisation;
        if origin.unsold_target > 0.0 {
            let fill = state.unsold[e] / (origin.unsold_target * growth[e]);
            aim += (Row::ONE - fill) * material.price_unsold;
        }
        if !origin.costs.is_empty() {
            let mut cost = Row::ONE;
            for (i, share) in &origin.costs {
                cost += (state.price[*i] - Row::ONE) * *share;
            }
            aim += cost.ln() * material.price_cost;
        }
        approach(plan, material, aim, &mut state.work.market_price_origin[e]);
    }
}

/// Equation (16): ln p̂ = ln(Σ w q (1 + wedge)) + ψ(1 − I/I*) + χ · unserved share + ζ · threatened share.
#[inline(always)]
fn destinations(plan: &Plan, g: usize, material: &MaterialPlan, exposure: &Exposure, state: &mut State) {
    state.work.landed[material.destinations.clone()].fill(Row::ZERO);
    let landed = &mut state.work.landed[..];
    for e in material.origins.clone() {
        let price = state.work.market_price_origin[e].exp();
        let lanes = plan.origins[e].lanes.clone();
        let wedge = &exposure.wedge[lanes.clone()];
        let lanes = plan.lanes.destination[lanes.clone()].iter().zip(&state.weight[lanes]);
        if exposure.any_from(e, Channel::Wedge) {
            for ((to, weight), wedge) in each(lanes.zip(wedge)) {
                landed[*to as usize] += *weight * (price * (*wedge + 1.0));
            }
        } else {
            for (to, weight) in each(lanes) {
                landed[*to as usize] += *weight * price;
            }
        }
    }
    for i in each(material.destinations.clone()) {
        // A destination that buys nowhere has no lanes to price.
        let landed = state.work.landed[i];
        let landed = landed.above(Row::ZERO).select(landed, Row::ONE);
        let mut aim = landed.ln() + state.unmet_share(i) * material.price_unserved;
        let target = state.work.target[i];
        aim += (Row::ONE - state.inventory[i].over(target, 1.0)) * material.price_cover;
        if state.work.alert[g] {
            aim += state.work.threatened[i] * material.price_fear;
        }
        approach(plan, material, aim, &mut state.work.market_price[i]);
    }
}

/// Moves a market price towards its aim, within the bounds.
#[inline(always)]
fn approach(plan: &Plan, material: &MaterialPlan, aim: Row, log_price: &mut Row) {
    let (floor, ceiling) = plan.log_price_bounds;
    let moved = *log_price + (aim - *log_price) * material.price_approach;
    *log_price = moved.max(Row::splat(floor)).min(Row::splat(ceiling));
}
