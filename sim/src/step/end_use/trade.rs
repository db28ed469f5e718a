//! What is ordered and offered on lanes that bar some users: parts of (5), (8) and (9).

use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use crate::step::Plan;
use crate::step::State;
use crate::step::state::total;

/// Share of orders and offers that passes on lane `l` of origin `e`.
#[inline(always)]
fn open(l: usize, e: usize, exposure: &Exposure, state: &State) -> Row {
    if state.bars.awake && exposure.any_from(e, Channel::Barred) {
        state.bars.open[l]
    } else {
        exposure.open(l)
    }
}

/// Lets no more barred goods pass than those can use who are not refused.
///
/// With ρ the refused part of a destination's claims and W = Σ w o b over its lanes, b what each bars, the share
/// f = min(1, (1 − ρ) / W) of the orders for barred goods passes: o_l = o · (1 − b (1 − f)).
#[inline(always)]
pub(in crate::step) fn orders(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    if !barring(plan, g, exposure, state) {
        return;
    }
    let destinations = plan.materials[g].destinations.clone();
    state.bars.passes[destinations.clone()].fill(Row::ZERO);
    for e in barring_origins(plan, g, exposure) {
        for (l, i) in plan.lanes_from(e) {
            let weight = if plan.materials[g].weights_move {
                state.weight[l]
            } else {
                Row::splat(plan.lanes.weight[l])
            };
            state.bars.passes[i] += weight * exposure.open(l) * exposure.barred[l];
        }
    }
    for i in destinations {
        state.bars.passes[i] = allowed(plan, i, state).over(state.bars.passes[i], 1.0).min(Row::ONE);
    }
    narrow(plan, g, exposure, state);
}

/// Offers barred goods in the second round only to those who may use them and got less in the first.
///
/// Of U, what a destination is still looking for, the refused look for free goods alone: the share
/// f = min(1, max(0, (1 − ρ) M − barred goods received) / U) of what is barred is open to offers.
#[inline(always)]
pub(in crate::step) fn offers(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    if plan.materials[g].spot_share == 0.0 || !barring(plan, g, exposure, state) {
        return;
    }
    let destinations = plan.materials[g].destinations.clone();
    // From here on `passes` holds what barred goods may still come, then the share that it is of what is looked for.
    for i in destinations.clone() {
        state.bars.passes[i] = allowed(plan, i, state) * total(&state.work.intake, i);
    }
    for e in barring_origins(plan, g, exposure) {
        for (l, i) in plan.lanes_from(e) {
            state.bars.passes[i] -= state.shipped[l] * exposure.barred[l];
        }
    }
    for i in destinations.clone() {
        let unfilled = (total(&state.work.intake, i) - state.work.received[i]).positive();
        state.bars.passes[i] = state.bars.passes[i].positive().over(unfilled, 1.0).min(Row::ONE);
    }
    narrow(plan, g, exposure, state);
    state.work.open_spare[destinations].fill(Row::ZERO);
    for e in plan.materials[g].origins.clone() {
        for (l, i) in plan.lanes_from(e) {
            let seen = state.work.spare[e] * open(l, e, exposure, state);
            state.work.open_spare[i] += seen;
        }
    }
}

/// 1 − ρ: the part of a destination's claims that barred goods can meet.
#[inline(always)]
fn allowed(plan: &Plan, i: usize, state: &State) -> Row {
    let (mut claimed, mut refused) = (Row::ZERO, Row::ZERO);
    for at in plan.claims.of_destination[i].clone() {
        claimed += state.work.claim[at];
        refused += state.work.claim[at] * state.bars.refused[at];
    }
    let any = claimed.above(plan.destinations[i].nothing());
    Row::ONE - any.select(refused.over(claimed, 0.0), Row::ZERO)
}

/// Whether any origin of a material bars anything.
#[inline(always)]
fn barring(plan: &Plan, g: usize, exposure: &Exposure, state: &State) -> bool {
    state.bars.awake && barring_origins(plan, g, exposure).next().is_some()
}

#[inline(always)]
fn barring_origins<'a>(plan: &'a Plan, g: usize, exposure: &'a Exposure) -> impl Iterator<Item = usize> + 'a {
    plan.materials[g].origins.clone().filter(|e| exposure.any_from(*e, Channel::Barred))
}

/// Works out what passes on the lanes of the origins that bar anything.
#[inline(always)]
fn narrow(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    for e in barring_origins(plan, g, exposure) {
        for (l, i) in plan.lanes_from(e) {
            let held_back = exposure.barred[l] * (Row::ONE - state.bars.passes[i]);
            state.bars.open[l] = exposure.open(l) * (Row::ONE - held_back);
        }
    }
}
