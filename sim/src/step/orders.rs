//! Orders, last tier to first: need, intake wanted, orders on lanes, planned output. (3) to (6).

use super::Plan;
use super::State;
use super::claims::User;
use super::plan::MAX_RANKS;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::levers::Levers;
use crate::math::Row;

/// Claims, intake and orders of one material's destinations.
///
/// Equation (3): N = Σ (D + backlog) + Σ A · planned + purchases of stockpiles.
/// Equation (4): M = max(0, N + (I* + P* − I − P) · dt/θ).
/// Equation (5): the order on lane l is M · w_l.
///
/// I* is cover times need smoothed over the market's time, this step's need included, or times the baseline's need; P* moves with
/// it. Threatened destinations aim at more cover, and announced cuts bring orders forward. Mandates add to the cover, and what
/// comes back from use need not be ordered.
#[inline(always)]
pub(super) fn intake(
    plan: &Plan,
    t: usize,
    g: usize,
    exposure: &Exposure,
    levers: &Levers,
    state: &mut State,
) {
    let material = &plan.materials[g];
    let n_ranks = plan.n_ranks;
    let growth = plan.path.need(t);
    alert(plan, g, exposure, state);
    for i in material.destinations.clone() {
        let destination = &plan.destinations[i];
        let mut need_by_rank = [Row::ZERO; MAX_RANKS];
        let purchases = claim(plan, i, levers, state, &mut need_by_rank);
        let mut need = need_by_rank[0];
        for by_rank in &need_by_rank[1..n_ranks] {
            need += *by_rank;
        }
        let smoothed = if destination.smoothing > 0.0 {
            state.smoothed_need[i] + (need - state.smoothed_need[i]) * destination.smoothing
        } else {
            Row::splat(destination.need * growth[i])
        };
        state.smoothed_need[i] = smoothed;
        let mut cover = Row::splat(destination.cover);
        if plan.moves.cover {
            cover += levers.cover[i];
        }
        let mut target = smoothed * cover + destination.reserve * growth[i];
        let mut under_way = Row::ZERO;
        if destination.under_way > 0.0 {
            under_way = smoothed * (destination.under_way / destination.need);
        }
        if state.work.alert[g] {
            target = target * (state.work.threatened[i] * material.hoarding + 1.0);
        }
        state.work.target[i] = target;
        let gap = (target - state.inventory[i]) + (under_way - state.under_way[i]);
        let mut wanted = need + purchases + gap * destination.gain;
        if plan.moves.returned {
            wanted -= levers.returned[i];
        }
        let mut intake = wanted.positive();
        if state.work.alert[g] {
            let mut forward = Row::splat(material.front_loading);
            if plan.moves.alert {
                forward += levers.alert[i];
            }
            intake = intake * (state.work.announced[i] * forward + 1.0);
        }
        split(intake, &need_by_rank, &mut state.work.intake[i * n_ranks..(i + 1) * n_ranks]);
    }
    for l in material.lanes.clone() {
        let i = plan.lanes[l].destination;
        for rank in 0..n_ranks {
            state.work.order[l * n_ranks + rank] = state.work.intake[i * n_ranks + rank] * state.weight[l];
        }
    }
}

/// Threatened and announced shares of each destination's baseline intake. Quiet materials are not entered.
#[inline(always)]
fn alert(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    let material = &plan.materials[g];
    state.work.alert[g] = material.heeds_threats
        && exposure.any(Channel::Threat)
        && material.lanes.clone().any(|l| exposure.threat[l].any());
    if !state.work.alert[g] {
        return;
    }
    state.work.threatened[material.destinations.clone()].fill(Row::ZERO);
    state.work.announced[material.destinations.clone()].fill(Row::ZERO);
    for l in material.lanes.clone() {
        let lane = &plan.lanes[l];
        state.work.threatened[lane.destination] += exposure.threat[l] * lane.weight;
        state.work.announced[lane.destination] += exposure.announced[l] * lane.weight;
    }
}

/// Fills in the claims of a destination; adds needs by rank and gives the purchases of stockpiles.
#[inline(always)]
fn claim(plan: &Plan, i: usize, levers: &Levers, state: &mut State, need_by_rank: &mut [Row]) -> Row {
    let mut purchases = Row::ZERO;
    for at in plan.claims.of_destination[i].clone() {
        let slot = plan.claims.slots[at];
        let claim = match slot.user {
            User::Consumer(d) => state.demand[d] + state.backlog[d],
            User::Input(u) => {
                let input = &plan.inputs[u];
                state.work.planned[input.plant * plan.n_ranks + slot.rank] * input.per_output
            }
            User::Fill(k, position) => levers.fill_order[k] * plan.stockpiles[k].shares[position],
        };
        state.work.claim[at] = claim;
        match slot.user {
            User::Fill(..) => purchases += claim,
            _ => need_by_rank[slot.rank] += claim,
        }
    }
    purchases
}

/// Splits an amount over ranks: each rank gets its need in order, the last all that is left.
#[inline(always)]
fn split(amount: Row, need: &[Row], by_rank: &mut [Row]) {
    let last = by_rank.len() - 1;
    let mut rest = amount;
    for (share, need) in by_rank[..last].iter_mut().zip(need) {
        *share = rest.min(*need);
        rest -= *share;
    }
    by_rank[last] = rest;
}

/// Planned output of one material's plants.
///
/// Equation (6): an origin plans its orders on all lanes, open or not, plus (J* − J) · dt/θ, at most the capacity that is
/// there. Plants share it by what they make in the baseline, then by spare capacity, so that a world at rest stays there (I1);
/// each plans at least its minimum run. Ranks are kept in order; what rebuilds stock and what the minimum run adds have the last.
#[inline(always)]
pub(super) fn planned_output(plan: &Plan, t: usize, g: usize, state: &mut State) {
    let n_ranks = plan.n_ranks;
    let growth = plan.path.output(t);
    for e in plan.materials[g].origins.clone() {
        let origin = &plan.origins[e];
        let mut ordered = [Row::ZERO; MAX_RANKS];
        for l in origin.lanes.clone() {
            for rank in 0..n_ranks {
                ordered[rank] += state.work.order[l * n_ranks + rank];
            }
        }
        let mut wanted = ordered[0];
        for by_rank in &ordered[1..n_ranks] {
            wanted += *by_rank;
        }
        if origin.unsold_target > 0.0 || state.unsold[e].any() {
            let gap = Row::splat(origin.unsold_target * growth[e]) - state.unsold[e];
            wanted = (wanted + gap * origin.unsold_gain).positive();
        }
        let (mut capacity, mut usual) = (Row::ZERO, Row::ZERO);
        for j in origin.plants.clone() {
            capacity += state.work.capacity[j];
            usual += usual_output(plan, j, growth[e], state);
        }
        let planned = wanted.min(capacity);
        let of_usual = planned.over(usual, 0.0).min(Row::ONE);
        let of_spare = (planned - usual).positive().over(capacity - usual, 0.0);
        let mut by_rank = [Row::ZERO; MAX_RANKS];
        split(planned, &ordered, &mut by_rank[..n_ranks]);
        for j in origin.plants.clone() {
            let own = usual_output(plan, j, growth[e], state);
            let own = own * of_usual + (state.work.capacity[j] - own) * of_spare;
            let share = own.over(planned, 0.0);
            let least = state.work.capacity[j] * plan.plants[j].minimum_run;
            let ranks = &mut state.work.planned[j * n_ranks..(j + 1) * n_ranks];
            for rank in 0..n_ranks {
                ranks[rank] = by_rank[rank] * share;
            }
            if plan.plants[j].minimum_run > 0.0 {
                ranks[n_ranks - 1] += (least - own).positive();
            }
        }
    }
}

/// What a plant makes in the baseline, as far as its capacity is there.
#[inline(always)]
fn usual_output(plan: &Plan, j: usize, growth: f64, state: &State) -> Row {
    state.work.capacity[j].min(Row::splat(plan.plants[j].output * growth))
}
