//! Orders move towards suppliers that deliver: (14).

use super::Plan;
use super::State;
use super::state::Work;
use crate::math::Row;
use crate::math::each;

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
    let Work { received, switching, per_received, contract_weight, .. } = &mut state.work;
    for i in each(material.destinations.clone()) {
        let any = received[i].above(plan.destinations[i].nothing());
        switching[i] = any.select(Row::splat(material.switching), Row::ZERO);
        per_received[i] = Row::splat(1.0 - material.contract_share).over(received[i], 0.0);
    }
    let (switching, per_received) = (&switching[..], &per_received[..]);
    let lanes = material.lanes.clone();
    let to = plan.lanes.destination[lanes.clone()].iter().map(|to| *to as usize);
    let moved = state.shipped[lanes.clone()].iter().zip(&mut state.weight[lanes.clone()]);
    for (l, (i, (shipped, weight))) in each(lanes.zip(to.zip(moved))) {
        let contracted = match plan.moves.orders {
            true => contract_weight[l],
            false => Row::splat(plan.lanes.weight[l]),
        };
        let aim = *shipped * per_received[i] + contracted * material.contract_share;
        *weight += (aim - *weight) * switching[i];
    }
}
