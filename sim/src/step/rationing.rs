//! Who gets what an origin has: open orders first, then what is spare. (8) and (9).

use super::Plan;
use super::State;
use super::lanes::Lanes;
use super::lanes::on_lanes;
use super::rules;
use super::state::Work;
use super::state::total;
use crate::exposure::Exposure;
use crate::levers::Levers;
use crate::math::Row;

/// First round: open orders of one material.
///
/// Equation (8): what is available is Q = J + Σ x̄. Open orders are filled in full if Q suffices, else rationed by the rules of
/// [`rules`]. Where these come to pro rata, one share is all there is to compute.
#[inline(always)]
pub(super) fn open_orders(plan: &Plan, g: usize, exposure: &Exposure, levers: &Levers, state: &mut State) {
    let material = &plan.materials[g];
    state.work.received[material.destinations.clone()].fill(Row::ZERO);
    state.work.open_spare[material.destinations.clone()].fill(Row::ZERO);
    for e in material.origins.clone() {
        let mut available = state.unsold[e];
        for j in plan.origins[e].plants.clone() {
            available += state.work.potential[j];
        }
        if rules::pro_rata(plan, g, e, available, exposure, state) {
            let asked = state.work.asked[e];
            state.work.spare[e] = (available - asked).positive();
            fill(plan, g, e, available.over(asked, 1.0).min(Row::ONE), exposure, state);
        } else {
            rules::fill(plan, g, e, available, exposure, levers, state);
        }
    }
}

/// Ships the same share of all open orders of an origin, and shows its spare to its destinations.
#[inline(always)]
fn fill(plan: &Plan, g: usize, e: usize, share: Row, exposure: &Exposure, state: &mut State) {
    let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
    let Work { intake, received, open_spare, sent, spare, .. } = &mut state.work;
    let (intake, received, open_spare) = (&intake[0][..], &mut received[..], &mut open_spare[..]);
    let (shipped, spare) = (&mut state.shipped[lanes.all.clone()], spare[e]);
    let keeps_shipped = plan.materials[g].keeps_shipped;
    let mut total = Row::ZERO;
    on_lanes!(&lanes, |k, i, weight, open| {
        let amount = intake[i] * weight * open * share;
        if keeps_shipped {
            shipped[k] = amount;
        }
        total += amount;
        received[i] += amount;
        open_spare[i] += spare * open;
    });
    sent[e] = total;
}

/// Second round: what stays unfilled, times the spot share, is offered once to the spare output a destination can see.
///
/// Equation (9): U = spot · max(0, M − Σ y), b = s o / Σ s o, c = U b o, z = Σ c, q = min(1, s/z), v = c q; written with
/// g = U / Σ s o and h = Σ g o², so that v = g o² s / max(1, h): the same numbers with one pass less.
#[inline(always)]
pub(super) fn second_round(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    let material = &plan.materials[g];
    if material.spot_share == 0.0 {
        return;
    }
    let mut any = Row::ZERO;
    for i in material.destinations.clone() {
        let unfilled = (total(&state.work.intake, i) - state.work.received[i]).positive();
        let unfilled = unfilled.above(plan.destinations[i].nothing()).select(unfilled, Row::ZERO);
        let offer = (unfilled * material.spot_share).over(state.work.open_spare[i], 0.0);
        state.work.offer[i] = offer;
        any += offer;
    }
    if !any.any() {
        return;
    }
    for e in material.origins.clone() {
        if !state.work.spare[e].any() {
            continue;
        }
        if rules::capped(e, exposure) {
            rules::take_offers(plan, g, e, exposure, state);
        } else {
            take_offers(plan, g, e, exposure, state);
        }
    }
}

/// Ships an origin's spare to those who ask for it.
#[inline(always)]
fn take_offers(plan: &Plan, g: usize, e: usize, exposure: &Exposure, state: &mut State) {
    let share = spare_share(plan, g, e, exposure, state);
    let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
    let Work { offer, received, sent, .. } = &mut state.work;
    let (offer, received) = (&offer[..], &mut received[..]);
    let shipped = &mut state.shipped[lanes.all.clone()];
    let keeps_shipped = plan.materials[g].keeps_shipped;
    let mut total = Row::ZERO;
    on_lanes!(&lanes, |k, i, _, open| {
        let amount = offer[i] * open * open * share;
        if keeps_shipped {
            shipped[k] += amount;
        }
        total += amount;
        received[i] += amount;
    });
    sent[e] += total;
}

/// s / max(1, h) of (9): what an origin ships per unit of g o².
#[inline(always)]
pub(super) fn spare_share(plan: &Plan, g: usize, e: usize, exposure: &Exposure, state: &State) -> Row {
    let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
    let offer = &state.work.offer[..];
    let mut asked = Row::ZERO;
    on_lanes!(&lanes, |_, i, _, open| {
        asked += offer[i] * open * open;
    });
    state.work.spare[e] / asked.max(Row::ONE)
}
