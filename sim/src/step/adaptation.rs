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
        let received = state.work.received[i];
        let any = received.above(plan.destinations[i].nothing());
        state.work.switching[i] = any.select(Row::splat(material.switching), Row::ZERO);
        state.work.per_received[i] = Row::splat(1.0 - material.contract_share).over(received, 0.0);
    }
    for e in material.origins.clone() {
        for (l, i) in plan.lanes_from(e) {
            let contracted = match plan.moves.orders {
                true => state.work.contract_weight[l],
                false => Row::splat(plan.lanes.weight[l]),
            };
            let aim = state.shipped[l] * state.work.per_received[i] + contracted * material.contract_share;
            let weight = state.weight[l];
            state.weight[l] = weight + (aim - weight) * state.work.switching[i];
        }
    }
}
