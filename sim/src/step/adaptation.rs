//! Orders move towards suppliers that deliver: (14).

use super::Plan;
use super::State;
use crate::math::Row;

/// Moves one material's weights by what each lane delivered in this step.
///
/// Equation (14): w += σ · (κ w0 + (1 − κ) · delivered / Σ delivered − w), where σ is the switching rate over the step and
/// κ the share under contract, which stays with its supplier. What was shipped in both rounds counts as delivered; where
/// nothing was, weights stay.
#[inline(always)]
pub(super) fn weights(plan: &Plan, g: usize, state: &mut State) {
    let material = &plan.materials[g];
    if material.switching == 0.0 {
        return;
    }
    for i in material.destinations.clone() {
        state.work.received[i] = Row::ZERO;
    }
    for l in material.lanes.clone() {
        state.work.received[plan.lanes[l].destination] += state.shipped[l];
    }
    for l in material.lanes.clone() {
        let lane = &plan.lanes[l];
        let received = state.work.received[lane.destination];
        let share = state.shipped[l].over(received, 0.0) * (1.0 - material.contract_share);
        let contracted =
            if plan.moves.orders { state.work.contract_weight[l] } else { Row::splat(lane.weight) };
        let aim = share + contracted * material.contract_share;
        let moved = state.weight[l] + (aim - state.weight[l]) * material.switching;
        let any = received.above(plan.destinations[lane.destination].nothing());
        state.weight[l] = any.select(moved, state.weight[l]);
    }
}
