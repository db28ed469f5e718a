//! Who gets what an origin has: open orders first, then what is spare. (8) and (9).

use super::Plan;
use super::State;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::levers::Levers;
use crate::math::Row;

/// First round: open orders of one material.
///
/// Equation (8): what is available is Q = J + Σ x̄. Open orders are filled in full if Q suffices, else contracts first, then the
/// home share, then pro rata within each rank, first rank first. Caps cut orders before they are counted.
#[inline(always)]
pub(super) fn open_orders(plan: &Plan, g: usize, exposure: &Exposure, levers: &Levers, state: &mut State) {
    for e in plan.materials[g].origins.clone() {
        let lanes = plan.origins[e].lanes.clone();
        let mut available = state.unsold[e];
        for j in plan.origins[e].plants.clone() {
            available += state.work.potential[j];
        }
        let asked = open(plan, e, exposure, state);
        state.work.spare[e] = (available - asked).positive();
        state.shipped[lanes.clone()].fill(Row::ZERO);
        if plan.materials[g].contract_share > 0.0 || plan.moves.reserved {
            available = contracts(plan, g, e, available, levers, state);
        }
        if plan.materials[g].home_share > 0.0 {
            available = home(plan, g, e, available, state);
        }
        for rank in 0..plan.n_ranks {
            let mut orders = Row::ZERO;
            for l in lanes.clone() {
                orders += state.work.order[l * plan.n_ranks + rank];
            }
            let filled = available.over(orders, 1.0).min(Row::ONE);
            for l in lanes.clone() {
                state.shipped[l] += state.work.order[l * plan.n_ranks + rank] * filled;
            }
            available = (available - orders).positive();
        }
    }
}

/// Turns an origin's orders into open orders, under the caps; gives their sum.
#[inline(always)]
fn open(plan: &Plan, e: usize, exposure: &Exposure, state: &mut State) -> Row {
    let n_ranks = plan.n_ranks;
    let capped = exposure.any(Channel::ExportCap) && exposure.export_cap[e] != Row::INFINITY;
    let lanes_capped = exposure.any(Channel::LaneCap);
    let (mut asked, mut foreign) = (Row::ZERO, Row::ZERO);
    for l in plan.origins[e].lanes.clone() {
        let orders = &mut state.work.order[l * n_ranks..(l + 1) * n_ranks];
        let mut on_lane = Row::ZERO;
        for order in orders.iter_mut() {
            *order = *order * exposure.open(l);
            on_lane += *order;
        }
        if lanes_capped && exposure.lane_cap[l] != Row::INFINITY {
            let passes = exposure.lane_cap[l].over(on_lane, 1.0).min(Row::ONE);
            on_lane = on_lane * passes;
            for order in orders.iter_mut() {
                *order = *order * passes;
            }
        }
        asked += on_lane;
        if capped && plan.origins[e].home != Some(l) {
            foreign += on_lane;
        }
    }
    if capped {
        let passes = exposure.export_cap[e].over(foreign, 1.0).min(Row::ONE);
        for l in plan.origins[e].lanes.clone().filter(|l| plan.origins[e].home != Some(*l)) {
            for order in &mut state.work.order[l * n_ranks..(l + 1) * n_ranks] {
                *order = *order * passes;
            }
        }
        asked -= foreign * (Row::ONE - passes);
    }
    asked
}

/// Contracts first: each lane's contracted share of its baseline flow and what is reserved on it, pro rata if even that is
/// more than there is.
#[inline(always)]
fn contracts(plan: &Plan, g: usize, e: usize, available: Row, levers: &Levers, state: &mut State) -> Row {
    let lanes = plan.origins[e].lanes.clone();
    let contracted = |l: usize| {
        let usual = Row::splat(plan.materials[g].contract_share * plan.lanes[l].flow);
        if plan.moves.reserved { usual + levers.reserved[l] } else { usual }
    };
    let mut claimed = Row::ZERO;
    for l in lanes.clone() {
        claimed += contracted(l).min(on_lane(plan, l, state));
    }
    let filled = available.over(claimed, 1.0).min(Row::ONE);
    for l in lanes {
        let served = contracted(l).min(on_lane(plan, l, state)) * filled;
        ship(plan, l, served, state);
    }
    (available - claimed).positive()
}

/// Then the home share: home orders get up to that share of what is left before others are served.
#[inline(always)]
fn home(plan: &Plan, g: usize, e: usize, available: Row, state: &mut State) -> Row {
    let Some(l) = plan.origins[e].home else { return available };
    let served = (available * plan.materials[g].home_share).min(on_lane(plan, l, state));
    ship(plan, l, served, state);
    available - served
}

/// What is still ordered on a lane, all ranks.
#[inline(always)]
fn on_lane(plan: &Plan, l: usize, state: &State) -> Row {
    let mut total = Row::ZERO;
    for rank in 0..plan.n_ranks {
        total += state.work.order[l * plan.n_ranks + rank];
    }
    total
}

/// Ships part of a lane's orders and takes it off every rank alike.
#[inline(always)]
fn ship(plan: &Plan, l: usize, served: Row, state: &mut State) {
    let left = Row::ONE - served.over(on_lane(plan, l, state), 0.0);
    state.shipped[l] += served;
    for order in &mut state.work.order[l * plan.n_ranks..(l + 1) * plan.n_ranks] {
        *order = *order * left;
    }
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
    for i in material.destinations.clone() {
        state.work.received[i] = Row::ZERO;
        state.work.open_spare[i] = Row::ZERO;
    }
    for l in material.lanes.clone() {
        let lane = &plan.lanes[l];
        state.work.received[lane.destination] += state.shipped[l];
        state.work.open_spare[lane.destination] += state.work.spare[lane.origin] * exposure.open(l);
    }
    for i in material.destinations.clone() {
        let mut intake = state.work.intake[i * plan.n_ranks];
        for rank in 1..plan.n_ranks {
            intake += state.work.intake[i * plan.n_ranks + rank];
        }
        let unfilled = (intake - state.work.received[i]).positive() * material.spot_share;
        // From here on `open_spare` holds g, what is asked for per unit of open spare.
        state.work.open_spare[i] = unfilled.over(state.work.open_spare[i], 0.0);
    }
    for e in material.origins.clone() {
        offer(plan, e, exposure, state);
    }
}

/// Ships an origin's spare to those who ask for it.
#[inline(always)]
fn offer(plan: &Plan, e: usize, exposure: &Exposure, state: &mut State) {
    let origin = &plan.origins[e];
    let mut asked = Row::ZERO;
    for l in origin.lanes.clone() {
        let open = exposure.open(l);
        asked += state.work.open_spare[plan.lanes[l].destination] * open * open;
    }
    let spare = state.work.spare[e] / asked.max(Row::ONE);
    let capped = exposure.any(Channel::ExportCap) && exposure.export_cap[e] != Row::INFINITY;
    let lanes_capped = exposure.any(Channel::LaneCap);
    let room = if capped { export_room(plan, e, spare, exposure, state) } else { Row::ONE };
    for l in origin.lanes.clone() {
        let open = exposure.open(l);
        let mut more = state.work.open_spare[plan.lanes[l].destination] * open * open * spare;
        if lanes_capped && exposure.lane_cap[l] != Row::INFINITY {
            more = more.min((exposure.lane_cap[l] - state.shipped[l]).positive());
        }
        if capped && origin.home != Some(l) {
            more = more * room;
        }
        state.shipped[l] += more;
    }
}

/// Share of an origin's second-round exports that its cap still lets out.
#[inline(always)]
fn export_room(plan: &Plan, e: usize, spare: Row, exposure: &Exposure, state: &State) -> Row {
    let (mut shipped, mut more) = (Row::ZERO, Row::ZERO);
    for l in plan.origins[e].lanes.clone().filter(|l| plan.origins[e].home != Some(*l)) {
        let open = exposure.open(l);
        shipped += state.shipped[l];
        more += state.work.open_spare[plan.lanes[l].destination] * open * open * spare;
    }
    (exposure.export_cap[e] - shipped).positive().over(more, 1.0).min(Row::ONE)
}
