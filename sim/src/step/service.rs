//! Use: what is in the inventory goes to those who claim it. (12) and (13).

use super::Plan;
use super::State;
use super::claims::User;
use super::end_use;
use crate::math::Row;
use crate::math::each;
use std::ops::Range;

/// Grants one material's inventories to claims, class by class, pro rata within a class.
///
/// Equation (12): available amounts go to classes by priority; consumers, plants and purchases alike. What floors secure is a
/// class before all others.
#[inline(always)]
pub(super) fn grant(plan: &Plan, g: usize, state: &mut State) {
    let State { inventory, claimed, gap, work, .. } = state;
    let (inventory, all_claimed, gap) = (&inventory[..], &mut claimed[..], &mut gap[..]);
    let (claim, grant, delivered) = (&work.claim[..], &mut work.grant[..], &work.delivered[..]);
    for i in each(plan.materials[g].destinations.clone()) {
        let mut available = inventory[i];
        let mut used = Row::ZERO;
        for group in plan.claims.groups_of_destination[i].clone() {
            let slots = plan.claims.groups[group].clone();
            let claimed = grant_class(slots.clone(), available, claim, grant);
            if plan.claims.slots[slots.start].class < plan.n_classes {
                used += claimed;
            }
            available = (available - claimed).positive();
        }
        let own = (inventory[i] - delivered[i]).positive();
        let any = used.above(plan.destinations[i].nothing());
        all_claimed[i] = any.select(used, Row::ZERO);
        gap[i] = any.select((used - own).positive(), Row::ZERO);
    }
}

/// Grants what is there to the claims of one class, pro rata; gives their sum.
#[inline(always)]
fn grant_class(slots: Range<usize>, available: Row, claim: &[Row], grant: &mut [Row]) -> Row {
    if slots.len() == 1 {
        let claim = claim[slots.start];
        grant[slots.start] = claim.min(available);
        return claim;
    }
    let (claim, grant) = (&claim[slots.clone()], &mut grant[slots]);
    let mut claimed = Row::ZERO;
    for claim in each(claim) {
        claimed += *claim;
    }
    let met = available.over(claimed, 1.0).min(Row::ONE);
    for (claim, grant) in each(claim.iter().zip(grant)) {
        *grant = *claim * met;
    }
    claimed
}

/// Takes grants out of one material's inventories and books them.
///
/// Equation (13): unserved = demand − served; shortfall = requirement − served = priced out + unserved. A share of what
/// is unserved is asked for again. What no one claims is set aside for plants, pro rata to their claims, up to capacity (7).
#[inline(always)]
pub(super) fn settle(plan: &Plan, g: usize, state: &mut State) {
    for i in plan.materials[g].destinations.clone() {
        let (mut granted, mut taken) = (Row::ZERO, Row::ZERO);
        let mut set_aside = Row::ZERO;
        for at in plan.claims.of_destination[i].clone() {
            let grant = state.work.grant[at];
            match plan.claims.slots[at].user {
                User::Consumer(d) => {
                    let secured = plan.claims.of_floor[d].map(|floor| state.work.grant[floor]);
                    consume(plan, d, secured.map_or(grant, |secured| secured + grant), state);
                    taken += grant;
                }
                User::Floor(_) => taken += grant,
                User::Input(_) => set_aside += grant,
                User::Fill(k, _) => {
                    state.bought[k] += grant;
                    state.stock[k] += grant;
                    taken += grant;
                    continue;
                }
            }
            granted += grant;
        }
        state.inventory[i] = (state.inventory[i] - taken).positive();
        state.unmet[i] = (state.claimed[i] - granted).positive();
        if plan.destinations[i].n_inputs > 0 {
            let left = (state.inventory[i] - set_aside).positive();
            allocate(plan, i, left, state);
        }
    }
}

/// Books what a consumer gets: the demand of the step first, then the backlog.
#[inline(always)]
fn consume(plan: &Plan, d: usize, grant: Row, state: &mut State) {
    let served = grant.min(state.demand[d]);
    state.served[d] = served;
    state.recovered[d] = grant - served;
    let backlog_share = plan.consumers[d].backlog_share;
    if backlog_share > 0.0 {
        let unserved = (state.demand[d] - served).positive();
        state.backlog[d] = (state.backlog[d] - state.recovered[d]).positive() + unserved * backlog_share;
    }
}

/// Sets aside for plants what they were granted, and what is left pro rata to their claims; to capacity if none claims.
#[inline(always)]
fn allocate(plan: &Plan, i: usize, left: Row, state: &mut State) {
    let alone = plan.destinations[i].n_inputs == 1 && plan.n_ranks == 1;
    let (mut claimed, mut usable) = (Row::ZERO, Row::ZERO);
    for (at, u) in plan.claims.inputs_at(i) {
        state.work.allocated[u] = Row::ZERO;
        if !alone {
            claimed += state.work.claim[at];
            if plan.claims.of_input[u][0] == at {
                usable += most(plan, u, state);
            }
        }
    }
    let any = claimed.above(plan.destinations[i].nothing());
    for (at, u) in plan.claims.inputs_at(i) {
        let mut more = left;
        if !alone {
            let first = plan.claims.of_input[u][0] == at;
            let by_claim = state.work.claim[at].over(claimed, 0.0);
            let by_capacity = if first { most(plan, u, state).over(usable, 0.0) } else { Row::ZERO };
            more = left * any.select(by_claim, by_capacity);
        }
        if state.bars.awake {
            more = more * end_use::usable(i, at, left, state);
        }
        let allocated = state.work.allocated[u] + state.work.grant[at] + more;
        state.work.allocated[u] = allocated.min(most(plan, u, state));
    }
}

/// Most of an input that its plant can use in a step.
#[inline(always)]
fn most(plan: &Plan, u: usize, state: &State) -> Row {
    let input = &plan.inputs[u];
    state.work.capacity[input.plant] * input.per_output
}
