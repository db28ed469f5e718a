//! What measures move besides stockpiles: orders between lanes, uses between materials, what comes back, pooled inventories.

use super::Plan;
use super::State;
use super::claims::User;
use super::end_use;
use crate::levers::Levers;
use crate::math::Row;

/// Moves part of a destination's orders to other lanes, those under contract too: w ← w · kept + moved.
///
/// Kept and moved shares of a destination sum to 1, so its weights still do.
#[inline(always)]
pub(super) fn orders(plan: &Plan, levers: &Levers, state: &mut State) {
    if !plan.moves.orders {
        return;
    }
    for (l, i) in plan.lanes.destination.iter().enumerate() {
        let (kept, moved) = (levers.kept[*i as usize], levers.moved[l]);
        state.weight[l] = state.weight[l] * kept + moved;
        state.work.contract_weight[l] = state.work.contract_weight[l] * kept + moved;
    }
}

/// Moves part of what consumers need to others that use another material.
///
/// Each shift takes its share of the requirement as (1) has it, at most what earlier shifts left of it; what is moved is
/// counted apart.
#[inline(always)]
pub(super) fn uses(plan: &Plan, levers: &Levers, state: &mut State) {
    if plan.shifts.is_empty() {
        return;
    }
    state.substituted.fill(Row::ZERO);
    // Demand is made after this: until then its rows hold what was required before anything moved.
    state.demand.copy_from_slice(&state.requirement);
    for (n, shift) in plan.shifts.iter().enumerate() {
        let before = state.demand[shift.from];
        let left = before - state.substituted[shift.from];
        let moved = (before * levers.shift[n]).min(left);
        state.substituted[shift.from] += moved;
        state.requirement[shift.from] = (state.requirement[shift.from] - moved).positive();
        state.requirement[shift.to] += moved * shift.ratio;
    }
}

/// What comes back from use joins the inventory with the arrivals.
#[inline(always)]
pub(super) fn returned(plan: &Plan, g: usize, levers: &Levers, state: &mut State) {
    if plan.moves.returned {
        for i in plan.materials[g].destinations.clone() {
            state.inventory[i] += levers.returned[i];
        }
    }
}

/// Pools one material's inventories: those who hold more than their part of all claims give to those who hold less.
///
/// With r = min(1, Σ I / Σ claims), a member lacks max(0, r · claims − I) and can spare max(0, I − r · claims); what is lacked is
/// taken from what can be spared, pro rata.
#[inline(always)]
pub(super) fn pooled(plan: &Plan, g: usize, levers: &Levers, state: &mut State) {
    for (n, pool) in plan.pools.iter().enumerate().filter(|(_, pool)| pool.material == g) {
        let strength = levers.pool[n];
        if !strength.any() {
            continue;
        }
        let (mut held, mut claimed) = (Row::ZERO, Row::ZERO);
        for i in pool.destinations.iter().copied() {
            held += state.inventory[i];
            claimed += claims(plan, i, state);
        }
        let level = held.over(claimed, 1.0).min(Row::ONE);
        let (mut lacked, mut spare) = (Row::ZERO, Row::ZERO);
        for i in pool.destinations.iter().copied() {
            let part = claims(plan, i, state) * level;
            lacked += (part - state.inventory[i]).positive();
            spare += (state.inventory[i] - part).positive();
        }
        let given = lacked.over(spare, 0.0).min(Row::ONE) * strength;
        let taken = spare.over(lacked, 0.0).min(Row::ONE) * strength;
        let moves = |i: usize, state: &State| {
            let part = claims(plan, i, state) * level;
            let short = (part - state.inventory[i]).positive() * taken;
            let over = (state.inventory[i] - part).positive() * given;
            [over, short]
        };
        end_use::pooled(&pool.destinations, moves, state);
        for i in pool.destinations.iter().copied() {
            let [over, short] = moves(i, state);
            state.inventory[i] = (state.inventory[i] + short - over).positive();
        }
    }
}

/// What users claim at a destination, purchases of stockpiles left out.
#[inline(always)]
fn claims(plan: &Plan, i: usize, state: &State) -> Row {
    let mut claimed = Row::ZERO;
    for at in plan.claims.of_destination[i].clone() {
        if !matches!(plan.claims.slots[at].user, User::Fill(..)) {
            claimed += state.work.claim[at];
        }
    }
    claimed
}
