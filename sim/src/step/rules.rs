//! The rules of rationing beyond pro rata: caps, contracts, home shares, ranks. Parts of (8) and (9).
//!
//! Orders of the origin in hand stand in `work.order`, `[rank][lane of the origin]`. Entered only where a rule decides
//! anything in some run; the other runs of the block get the numbers they would get without it, to the last bit.

use super::Plan;
use super::State;
use super::lanes::Lanes;
use super::lanes::on_lanes;
use super::rationing::spare_share;
use super::state::Work;
use super::state::total;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::levers::Levers;
use crate::math::Row;
use crate::math::each;

/// Whether what an origin has goes to open orders pro rata, in every run: nothing is rated, nothing capped, and contracts,
/// reserved amounts and home share, if any, decide nothing because all orders are filled.
#[inline(always)]
pub(super) fn pro_rata(
    plan: &Plan,
    g: usize,
    e: usize,
    available: Row,
    exposure: &Exposure,
    state: &State,
) -> bool {
    let market = &plan.materials[g];
    let some_first = market.contract_share > 0.0 || market.home_share > 0.0 || plan.moves.reserved;
    plan.n_ranks == 1 && !capped(e, exposure) && (!some_first || !state.work.asked[e].above(available).any())
}

/// Whether anything caps what an origin ships.
#[inline(always)]
pub(super) fn capped(e: usize, exposure: &Exposure) -> bool {
    exports_capped(e, exposure) || exposure.any_from(e, Channel::LaneCap)
}

#[inline(always)]
fn exports_capped(e: usize, exposure: &Exposure) -> bool {
    exposure.any(Channel::ExportCap) && exposure.export_cap[e] != Row::INFINITY
}

/// Fills an origin's open orders: all of them where there is enough, else contracts first, then the home share, then pro
/// rata within each rank, first rank first. Caps cut orders before they are counted.
#[inline(always)]
pub(super) fn fill(
    plan: &Plan,
    g: usize,
    e: usize,
    available: Row,
    exposure: &Exposure,
    levers: &Levers,
    state: &mut State,
) {
    list(plan, g, e, exposure, state);
    let asked = cut(plan, e, exposure, state);
    let lanes = plan.origins[e].lanes.clone();
    state.work.spare[e] = (available - asked).positive();
    state.shipped[lanes.clone()].fill(Row::ZERO);
    let scarce = asked.above(available);
    let mut left = available;
    let firm = plan.materials[g].contract_share > 0.0 || plan.moves.reserved;
    if firm && scarce.any() {
        left = contracts(plan, g, e, left, scarce, levers, state);
    }
    if plan.materials[g].home_share > 0.0 && scarce.any() {
        left = home(plan, g, e, left, scarce, state);
    }
    for rank in 0..plan.n_ranks {
        let orders = on_rank(rank, lanes.len(), state);
        // Where there is enough, the share is one even if rounding of the sums says otherwise.
        let share = scarce.select(left.over(orders, 1.0).min(Row::ONE), Row::ONE);
        let shipped = &mut state.shipped[lanes.clone()];
        for (shipped, order) in each(shipped.iter_mut().zip(&state.work.order[rank])) {
            *shipped += *order * share;
        }
        left = (left - orders).positive();
    }
    send(plan, g, e, exposure, state);
}

/// Lists an origin's open orders by rank.
#[inline(always)]
fn list(plan: &Plan, g: usize, e: usize, exposure: &Exposure, state: &mut State) {
    let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
    let Work { intake, order, .. } = &mut state.work;
    for (intake, order) in intake.iter().zip(order) {
        let order = &mut order[..lanes.to.len()];
        on_lanes!(&lanes, |k, i, weight, open| {
            order[k] = intake[i] * weight * open;
        });
    }
}

/// Orders of one rank on the first `n` lanes of the origin in hand.
#[inline(always)]
fn on_rank(rank: usize, n: usize, state: &State) -> Row {
    let mut orders = Row::ZERO;
    for order in each(&state.work.order[rank][..n]) {
        orders += *order;
    }
    orders
}

/// Books what an origin's lanes ship in the first round, and shows its spare to its destinations.
#[inline(always)]
fn send(plan: &Plan, g: usize, e: usize, exposure: &Exposure, state: &mut State) {
    let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
    let Work { received, open_spare, sent, spare, .. } = &mut state.work;
    let (shipped, spare) = (&state.shipped[lanes.all.clone()], spare[e]);
    let mut total = Row::ZERO;
    on_lanes!(&lanes, |k, i, _, open| {
        total += shipped[k];
        received[i] += shipped[k];
        open_spare[i] += spare * open;
    });
    sent[e] = total;
}

/// Cuts the orders of an origin to its caps; gives their sum.
#[inline(always)]
fn cut(plan: &Plan, e: usize, exposure: &Exposure, state: &mut State) -> Row {
    let lanes = plan.origins[e].lanes.clone();
    let lanes_capped = exposure.any_from(e, Channel::LaneCap);
    let (mut asked, mut foreign) = (Row::ZERO, Row::ZERO);
    for l in each(lanes.clone()) {
        let k = l - lanes.start;
        let mut on_lane = total(&state.work.order, k);
        if lanes_capped {
            let passes = exposure.lane_cap[l].over(on_lane, 1.0).min(Row::ONE);
            on_lane = on_lane * passes;
            scale(&mut state.work.order, k, passes);
        }
        asked += on_lane;
        if plan.origins[e].home != Some(l) {
            foreign += on_lane;
        }
    }
    if exports_capped(e, exposure) {
        let passes = export_cap(e, exposure, state).over(foreign, 1.0).min(Row::ONE);
        for l in each(lanes.clone().filter(|l| plan.origins[e].home != Some(*l))) {
            scale(&mut state.work.order, l - lanes.start, passes);
        }
        asked -= foreign * (Row::ONE - passes);
    }
    asked
}

#[inline(always)]
fn scale(order: &mut [Vec<Row>], k: usize, factor: Row) {
    for of_rank in order {
        of_rank[k] = of_rank[k] * factor;
    }
}

/// Contracts first: each lane's contracted share of its baseline flow and what is reserved on it, pro rata if even that is
/// more than there is.
#[inline(always)]
fn contracts(
    plan: &Plan,
    g: usize,
    e: usize,
    available: Row,
    scarce: Row,
    levers: &Levers,
    state: &mut State,
) -> Row {
    let lanes = plan.origins[e].lanes.clone();
    let mut claimed = Row::ZERO;
    for l in each(lanes.clone()) {
        claimed += contracted(plan, g, l, levers).min(total(&state.work.order, l - lanes.start));
    }
    let filled = available.over(claimed, 1.0).min(Row::ONE) * scarce;
    for l in each(lanes.clone()) {
        let k = l - lanes.start;
        let served = contracted(plan, g, l, levers).min(total(&state.work.order, k)) * filled;
        ship(l, k, served, state);
    }
    (available - claimed).positive()
}

/// What a lane carries under contract, and what is reserved on it.
#[inline(always)]
fn contracted(plan: &Plan, g: usize, l: usize, levers: &Levers) -> Row {
    let firm = Row::splat(plan.materials[g].contract_share * plan.lanes.flow[l]);
    if plan.moves.reserved { firm + levers.reserved[l] } else { firm }
}

/// Then the home share: home orders get up to that share of what is left before others are served.
#[inline(always)]
fn home(plan: &Plan, g: usize, e: usize, available: Row, scarce: Row, state: &mut State) -> Row {
    let Some(l) = plan.origins[e].home else { return available };
    let k = l - plan.origins[e].lanes.start;
    let served = (available * plan.materials[g].home_share).min(total(&state.work.order, k)) * scarce;
    ship(l, k, served, state);
    available - served
}

/// Ships part of a lane's orders and takes it off them, off every rank alike.
#[inline(always)]
fn ship(l: usize, k: usize, served: Row, state: &mut State) {
    state.shipped[l] += served;
    if let [only] = &mut state.work.order[..] {
        only[k] -= served;
    } else {
        let left = Row::ONE - served.over(total(&state.work.order, k), 0.0);
        scale(&mut state.work.order, k, left);
    }
}

/// Ships an origin's spare to those who ask for it, as far as caps leave room over both rounds.
#[inline(always)]
pub(super) fn take_offers(plan: &Plan, g: usize, e: usize, exposure: &Exposure, state: &mut State) {
    let share = spare_share(plan, g, e, exposure, state);
    let room =
        if exports_capped(e, exposure) { export_room(plan, g, e, share, exposure, state) } else { Row::ONE };
    let lanes_capped = exposure.any_from(e, Channel::LaneCap);
    let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
    let first = lanes.all.start;
    let mut total = Row::ZERO;
    on_lanes!(&lanes, |k, i, _, open| {
        let mut more = state.work.offer[i] * open * open * share;
        if lanes_capped {
            more = more.min((exposure.lane_cap[first + k] - state.shipped[first + k]).positive());
        }
        if plan.origins[e].home != Some(first + k) {
            more = more * room;
        }
        state.shipped[first + k] += more;
        state.work.received[i] += more;
        total += more;
    });
    state.work.sent[e] += total;
}

/// Share of an origin's second-round exports that its cap still lets out.
#[inline(always)]
fn export_room(plan: &Plan, g: usize, e: usize, share: Row, exposure: &Exposure, state: &State) -> Row {
    let lanes = Lanes::of(plan, g, e, &state.weight, &state.ways, &state.bars, exposure);
    let first = lanes.all.start;
    let (mut shipped, mut more) = (Row::ZERO, Row::ZERO);
    on_lanes!(&lanes, |k, i, _, open| {
        if plan.origins[e].home != Some(first + k) {
            shipped += state.shipped[first + k];
            more += state.work.offer[i] * open * open * share;
        }
    });
    (export_cap(e, exposure, state) - shipped).positive().over(more, 1.0).min(Row::ONE)
}

/// Most that an origin ships abroad in this step: its cap, and what was left unused of earlier ones.
#[inline(always)]
fn export_cap(e: usize, exposure: &Exposure, state: &State) -> Row {
    exposure.export_cap[e] + state.allowance[e]
}

/// What one material's origins keep of their allowance, after both rounds: V ← min(carry-over, cap + V − shipped abroad).
#[inline(always)]
pub(super) fn carry_over(plan: &Plan, g: usize, exposure: &Exposure, state: &mut State) {
    let origins = plan.materials[g].origins.clone();
    if !exposure.any(Channel::CarryOver) {
        if std::mem::take(&mut state.work.keeps_allowance[g]) {
            state.allowance[origins].fill(Row::ZERO);
        }
        return;
    }
    state.work.keeps_allowance[g] = true;
    for e in origins {
        let mut left = export_cap(e, exposure, state);
        for (l, _) in plan.lanes_from(e).filter(|(l, _)| plan.origins[e].home != Some(*l)) {
            left -= state.shipped[l];
        }
        state.allowance[e] = left.positive().min(exposure.carry_over[e]);
    }
}
