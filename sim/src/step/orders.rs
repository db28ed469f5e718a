//! Orders, last tier to first: need, intake wanted, orders on lanes, planned output. (3) to (6).

use super::Plan;
use super::State;
use super::claims::User;
use super::lanes::Lanes;
use super::lanes::on_lanes;
use super::state::Work;
use super::state::total;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::levers::Levers;
use crate::math::Row;

/// Claims and intake of one material's destinations.
///
/// Equation (3): N = Σ (D + backlog) + Σ A · planned + purchases of stockpiles.
/// Equation (4): M = max(0, N + (I* + P* − I − P) · dt/θ).
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
    let growth = plan.path.need(t);
    alert(plan, g, exposure, state);
    for i in material.destinations.clone() {
        let destination = &plan.destinations[i];
        let purchases = claim(plan, i, levers, state);
        let need = total(&state.work.intake, i);
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
        split(intake, i, &mut state.work.intake);
    }
}

/// Threatened and announced shares of each destination's baseline intake. Quiet materials are not entered.
#[inline(always)]
fn alert(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    let material = &plan.materials[g];
    let threatens =
        |e: &usize| exposure.any_from(*e, Channel::Threat) || exposure.any_from(*e, Channel::Announced);
    state.work.alert[g] = material.heeds_threats && material.origins.clone().any(|e| threatens(&e));
    if !state.work.alert[g] {
        return;
    }
    state.work.threatened[material.destinations.clone()].fill(Row::ZERO);
    state.work.announced[material.destinations.clone()].fill(Row::ZERO);
    for e in material.origins.clone().filter(threatens) {
        for (l, i) in plan.lanes_from(e) {
            let weight = plan.lanes.weight[l];
            state.work.threatened[i] += exposure.threat[l] * weight;
            state.work.announced[i] += exposure.announced[l] * weight;
        }
    }
}

/// Fills in the claims of a destination, adds up needs by rank in `intake`, and gives the purchases of stockpiles.
#[inline(always)]
fn claim(plan: &Plan, i: usize, levers: &Levers, state: &mut State) -> Row {
    let mut purchases = Row::ZERO;
    for rank in 0..plan.n_ranks {
        state.work.intake[rank][i] = Row::ZERO;
    }
    for at in plan.claims.of_destination[i].clone() {
        let slot = &plan.claims.slots[at];
        let claim = match slot.user {
            // Times one, to the last bit, where there is no floor.
            User::Consumer(d) => (state.demand[d] + state.backlog[d]) * (1.0 - plan.consumers[d].floor),
            User::Floor(d) => (state.demand[d] + state.backlog[d]) * plan.consumers[d].floor,
            User::Input(u) => {
                let input = &plan.inputs[u];
                state.work.planned[slot.rank][input.plant] * input.per_output
            }
            User::Fill(k, position) => levers.fill_order[k] * plan.stockpiles[k].shares[position],
        };
        state.work.claim[at] = claim;
        match slot.user {
            User::Fill(..) => purchases += claim,
            _ => state.work.intake[slot.rank][i] += claim,
        }
    }
    purchases
}

/// Splits an amount over the ranks of an item: each rank gets the need that stands there in order, the last all that is left.
#[inline(always)]
fn split(amount: Row, item: usize, by_rank: &mut [Vec<Row>]) {
    let last = by_rank.len() - 1;
    let mut rest = amount;
    for rank in 0..last {
        let share = &mut by_rank[rank][item];
        *share = rest.min(*share);
        rest -= *share;
    }
    by_rank[last][item] = rest;
}

/// Adds up the orders at each of one material's origins: by rank, and those that are open.
///
/// Equation (5): the order on lane l is M · w_l. It is not kept but computed wherever it is needed: that costs less than to
/// read it back.
#[inline(always)]
pub(super) fn add_up(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    let Work { intake, ordered, asked, .. } = &mut state.work;
    for e in plan.materials[g].origins.clone() {
        let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
        asked[e] = Row::ZERO;
        for (intake, ordered) in intake.iter().zip(ordered.iter_mut()) {
            let (mut all, mut passing) = (Row::ZERO, asked[e]);
            on_lanes!(&lanes, |_, i, weight, open| {
                let order = intake[i] * weight;
                all += order;
                passing += order * open;
            });
            (ordered[e], asked[e]) = (all, passing);
        }
    }
}

/// Planned output of one material's plants.
///
/// Equation (6): an origin plans its orders on all lanes, open or not, plus (J* − J) · dt/θ, at most the capacity that is
/// there. Plants share it by what they make in the baseline, then by spare capacity, so that a world at rest stays there (I1);
/// each plans at least its minimum run. Ranks are kept in order; what rebuilds stock and what the minimum run adds have the last.
#[inline(always)]
pub(super) fn planned_output(plan: &Plan, t: usize, g: usize, state: &mut State) {
    let growth = plan.path.output(t);
    for e in plan.materials[g].origins.clone() {
        let origin = &plan.origins[e];
        let mut wanted = total(&state.work.ordered, e);
        if origin.unsold_target > 0.0 || state.unsold[e].any() {
            let gap = Row::splat(origin.unsold_target * growth[e]) - state.unsold[e];
            wanted = (wanted + gap * origin.unsold_gain).positive();
        }
        if origin.plants.len() == 1 {
            let j = origin.plants.start;
            let planned = wanted.min(state.work.capacity[j]);
            plan_plant(plan, j, e, planned, Row::ONE, state);
            continue;
        }
        let (mut capacity, mut usual) = (Row::ZERO, Row::ZERO);
        for j in origin.plants.clone() {
            capacity += state.work.capacity[j];
            usual += usual_output(plan, j, growth[e], state);
        }
        let planned = wanted.min(capacity);
        let of_usual = planned.over(usual, 0.0).min(Row::ONE);
        let of_spare = (planned - usual).positive().over(capacity - usual, 0.0);
        for j in origin.plants.clone() {
            let own = usual_output(plan, j, growth[e], state);
            let own = own * of_usual + (state.work.capacity[j] - own) * of_spare;
            plan_plant(plan, j, e, own, own.over(planned, 0.0), state);
        }
    }
}

/// Plans a plant's own output, which is `share` of its origin's: the ranks of the orders in order, then its minimum run.
#[inline(always)]
fn plan_plant(plan: &Plan, j: usize, e: usize, own: Row, share: Row, state: &mut State) {
    let Work { planned, ordered, capacity, .. } = &mut state.work;
    let mut rest = own;
    for rank in 0..plan.n_ranks - 1 {
        let of_rank = rest.min(ordered[rank][e] * share);
        planned[rank][j] = of_rank;
        rest -= of_rank;
    }
    if plan.plants[j].minimum_run > 0.0 {
        let least = capacity[j] * plan.plants[j].minimum_run;
        rest += (least - own).positive();
    }
    planned[plan.n_ranks - 1][j] = rest;
}

/// What a plant makes in the baseline, as far as its capacity is there.
#[inline(always)]
fn usual_output(plan: &Plan, j: usize, growth: f64, state: &State) -> Row {
    state.work.capacity[j].min(Row::splat(plan.plants[j].output * growth))
}
