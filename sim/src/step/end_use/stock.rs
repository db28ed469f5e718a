//! The barred stock: what joins it, and who draws on it.

use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use crate::math::each;
use crate::step::Plan;
use crate::step::State;
use crate::step::claims::User;
use crate::step::transit;

/// Sends the barred part of what one material's lanes shipped on its way, and adds what arrives of it to the barred stock.
#[inline(always)]
pub(in crate::step) fn arrive(plan: &Plan, t: usize, g: usize, exposure: &Exposure, state: &mut State) {
    if !state.bars.awake {
        return;
    }
    for e in plan.materials[g].origins.clone().filter(|e| exposure.any_from(*e, Channel::Barred)) {
        let delayed = exposure.any_from(e, Channel::AddedTransit);
        for (l, i) in plan.lanes_from(e) {
            let left = state.shipped[l] * exposure.barred[l];
            let pipeline = &mut state.bars.under_way[plan.destinations[i].pipeline.clone()];
            if pipeline.is_empty() {
                state.barred[i] += left;
            } else {
                let added = delayed.then(|| exposure.added_transit[l]);
                transit::enter(pipeline, t, &plan.lanes.route[l], added, left);
            }
        }
    }
    for i in each(plan.materials[g].destinations.clone()) {
        let pipeline = &mut state.bars.under_way[plan.destinations[i].pipeline.clone()];
        if !pipeline.is_empty() {
            state.barred[i] += transit::take(pipeline, t);
        }
    }
}

/// Takes what one material's plants used out of the barred stock: who is not refused draws on it first.
///
/// A plant that is refused in part draws on it for the rest of what it uses. B ≤ I always.
#[inline(always)]
pub(in crate::step) fn drawn_by_plants(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    if !state.bars.awake {
        return;
    }
    for e in plan.materials[g].origins.clone() {
        for j in plan.origins[e].plants.clone() {
            let allowed = state.output[j] * (Row::ONE - exposure.refused_plant[j]);
            for input in &plan.inputs[plan.plants[j].inputs.clone()] {
                let left = state.barred[input.destination] - allowed * input.per_output;
                state.barred[input.destination] = left.positive();
            }
        }
    }
    // Only when all have drawn: inventories are already less what all of them used.
    for e in plan.materials[g].origins.clone() {
        for j in plan.origins[e].plants.clone() {
            for input in &plan.inputs[plan.plants[j].inputs.clone()] {
                let i = input.destination;
                state.barred[i] = state.barred[i].min(state.inventory[i]);
            }
        }
    }
}

/// Takes what one material's consumers got out of the barred stock in the same way.
#[inline(always)]
pub(in crate::step) fn drawn(plan: &Plan, g: usize, state: &mut State) {
    if !state.bars.awake {
        return;
    }
    for i in plan.materials[g].destinations.clone() {
        let mut left = state.barred[i];
        for at in plan.claims.of_destination[i].clone() {
            if let User::Consumer(_) | User::Floor(_) = plan.claims.slots[at].user {
                left -= state.work.grant[at] * (Row::ONE - state.bars.refused[at]);
            }
        }
        state.barred[i] = left.positive().min(state.inventory[i]);
    }
}

/// What moves between pooled inventories takes its barred part along: each giver's share, the receivers' alike.
///
/// `moves`: what each destination gives and what it gets.
#[inline(always)]
pub(in crate::step) fn pooled(
    destinations: &[usize],
    moves: impl Fn(usize, &State) -> [Row; 2],
    state: &mut State,
) {
    if !state.bars.awake {
        return;
    }
    let (mut given, mut barred) = (Row::ZERO, Row::ZERO);
    for i in destinations.iter().copied() {
        let [out, _] = moves(i, state);
        given += out;
        barred += out * state.barred[i].over(state.inventory[i], 0.0);
    }
    let share = barred.over(given, 0.0);
    for i in destinations.iter().copied() {
        let [out, got] = moves(i, state);
        let kept = state.barred[i] - out * state.barred[i].over(state.inventory[i], 0.0);
        state.barred[i] = kept.positive() + got * share;
    }
}
