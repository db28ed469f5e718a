//! What consumers need and what they ask for at the price: (1) and (2).

use super::Plan;
use super::State;
use crate::exposure::Exposure;

/// Requirement of every consumer, per step, before measures move uses to other materials.
///
/// Equation (1): R = D0 · growth · s.
#[inline(always)]
pub(super) fn requirement(plan: &Plan, t: usize, exposure: &Exposure, state: &mut State) {
    let growth = plan.path.demand(t);
    for (d, consumer) in plan.consumers.iter().enumerate() {
        state.requirement[d] = exposure.surge[d] * (consumer.demand * growth[d]);
    }
}

/// Demand of every consumer at the price, per step.
///
/// Equation (2): D = R · p^(−ε) · max(1, p̄)^(−μ ε), with p relative to the baseline, kept as its logarithm, and p̄ what is
/// felt of a price that lasts.
///
/// The price is that of the end of the last step: a jump reaches demand one step later, a lag that shrinks with dt (I6).
/// Demand never exceeds the requirement: what a low price would attract beyond it is not needed.
#[inline(always)]
pub(super) fn demand(plan: &Plan, state: &mut State) {
    for (d, consumer) in plan.consumers.iter().enumerate() {
        let requirement = state.requirement[d];
        let log_price = state.log_price[consumer.destination];
        // At the baseline price the factor is one to the last bit: no need to compute it.
        state.demand[d] = if consumer.elasticity > 0.0 && log_price.any() {
            requirement.min(requirement * (log_price * -consumer.elasticity).exp())
        } else {
            requirement
        };
        let lasting = state.work.lasting[consumer.destination];
        if consumer.later > 0.0 && lasting.any() {
            state.demand[d] = state.demand[d] * (lasting.positive() * -consumer.later).exp();
        }
    }
}
