//! Stockpiles: release to claims that the inventory did not meet, delivery, spoilage. Part of (12).

use super::Plan;
use super::State;
use super::end_use;
use super::plan::StockpilePlan;
use super::sharing;
use super::transit;
use crate::levers::Levers;
use crate::math::Row;

/// Releases one material's stockpiles, in the order of their names, to what the inventory left open.
///
/// With no lag the release is min(stock, draw limit, claims − I), after arrivals, and goes to claims class by class. With a
/// lag it is ordered on what would be short without earlier deliveries, and joins the inventory when it arrives.
#[inline(always)]
pub(super) fn stockpiles(plan: &Plan, t: usize, g: usize, levers: &Levers, state: &mut State) {
    for k in plan.materials[g].stockpiles.iter().copied() {
        let stockpile = &plan.stockpiles[k];
        state.bought[k] = Row::ZERO;
        if plan.moves.members {
            state.stock[k] = (state.stock[k] + levers.transfer[k]).positive();
        }
        let short = match (stockpile.delivery, &stockpile.sharing) {
            (None, None) => open_claims(plan, k, state),
            (None, Some(_)) => sharing::open(plan, k, levers, state),
            (Some(_), _) => short_without_deliveries(plan, k, levers, state),
        };
        let wanted = levers.draw_limit[k].min(short);
        let released = if stockpile.unlimited { wanted } else { wanted.min(state.stock[k]) };
        state.wanted[k] = wanted;
        state.released[k] = released;
        if !stockpile.unlimited {
            state.stock[k] -= released;
        }
        let mut per_short = released.over(short, 0.0);
        if let Some(rule) = &stockpile.sharing {
            // From here on `lacking` holds what each destination gets of the release.
            sharing::share(plan, g, k, rule, [released, short], levers, state);
            per_short = Row::ONE;
        }
        match (stockpile.delivery, &stockpile.sharing) {
            (None, None) => {
                hand_out(plan, k, &stockpile.destinations, released, state);
            }
            (None, Some(_)) => {
                for i in stockpile.destinations.iter().copied() {
                    hand_out(plan, k, &[i], state.work.lacking[i], state);
                }
            }
            (Some(lag), _) => send(plan, k, t, lag, per_short, state),
        }
        state.stock_price[k] = price(stockpile, state);
    }
}

/// Deliveries of lagged stockpiles join the inventory with the arrivals.
#[inline(always)]
pub(super) fn deliver(plan: &Plan, t: usize, g: usize, state: &mut State) {
    for k in plan.materials[g].stockpiles.iter().copied() {
        let stockpile = &plan.stockpiles[k];
        if stockpile.delivery.is_none() {
            continue;
        }
        for i in stockpile.destinations.iter().copied() {
            state.work.delivered[i] = Row::ZERO;
        }
    }
    for k in plan.materials[g].stockpiles.iter().copied() {
        let stockpile = &plan.stockpiles[k];
        if stockpile.delivery.is_none() {
            continue;
        }
        for (position, i) in stockpile.destinations.iter().copied().enumerate() {
            let due = transit::take(pipeline(stockpile, position, &mut state.work.pipeline), t);
            state.work.delivered[i] += due;
            state.inventory[i] += due;
        }
    }
}

/// What spoils in a step.
#[inline(always)]
pub(super) fn spoil(plan: &Plan, state: &mut State) {
    for (k, stockpile) in plan.stockpiles.iter().enumerate() {
        let spoiled = state.stock[k] * stockpile.spoilage;
        state.spoiled[k] = spoiled;
        state.stock[k] -= spoiled;
    }
}

/// Claims that a stockpile serves and nothing has met yet.
#[inline(always)]
fn open_claims(plan: &Plan, k: usize, state: &State) -> Row {
    let mut open = Row::ZERO;
    for i in plan.stockpiles[k].destinations.iter().copied() {
        for at in plan.claims.of_destination[i].clone().filter(|at| plan.claims.served_by[k][*at]) {
            open += (state.work.claim[at] - state.work.grant[at]).positive();
        }
    }
    open
}

/// What the served claims would lack, over all destinations, if the stockpiles had delivered nothing in this step; kept by
/// destination for [`send`].
#[inline(always)]
fn short_without_deliveries(plan: &Plan, k: usize, levers: &Levers, state: &mut State) -> Row {
    let mut short = Row::ZERO;
    let stockpile = &plan.stockpiles[k];
    for (i, member) in stockpile.destinations.iter().copied().zip(stockpile.members.clone()) {
        let mut lacking = lacking(plan, k, i, state);
        if plan.moves.members {
            lacking = lacking * levers.member[member];
        }
        state.work.lacking[i] = lacking;
        short += lacking;
    }
    short
}

/// The same at one destination: claims are met class by class, pro rata within a class, while there is anything.
#[inline(always)]
fn lacking(plan: &Plan, k: usize, i: usize, state: &State) -> Row {
    let mut own = (state.inventory[i] - state.work.delivered[i]).positive();
    let mut short = Row::ZERO;
    for group in plan.claims.groups_of_destination[i].clone() {
        let slots = plan.claims.groups[group].clone();
        let mut claimed = Row::ZERO;
        for at in slots.clone() {
            claimed += state.work.claim[at];
        }
        let missed = Row::ONE - own.over(claimed, 1.0).min(Row::ONE);
        for at in slots.filter(|at| plan.claims.served_by[k][*at]) {
            short += state.work.claim[at] * missed;
        }
        own = (own - claimed).positive();
    }
    end_use::lacking(plan, k, i, short, state)
}

/// Gives released stock to open claims, first class first, pro rata within a class over the given destinations.
///
/// Returns what no claim takes.
#[inline(always)]
fn hand_out(plan: &Plan, k: usize, destinations: &[usize], released: Row, state: &mut State) -> Row {
    let served_by = &plan.claims.served_by[k];
    let mut left = released;
    for class in 0..plan.n_classes {
        if !left.any() {
            break;
        }
        let of_class = |at: &usize| served_by[*at] && plan.claims.slots[*at].class == class;
        let mut open = Row::ZERO;
        for i in destinations.iter().copied() {
            for at in plan.claims.of_destination[i].clone().filter(of_class) {
                open += (state.work.claim[at] - state.work.grant[at]).positive();
            }
        }
        let met = left.over(open, 0.0).min(Row::ONE);
        for i in destinations.iter().copied() {
            for at in plan.claims.of_destination[i].clone().filter(of_class) {
                let more = (state.work.claim[at] - state.work.grant[at]).positive() * met;
                state.work.grant[at] += more;
                state.inventory[i] += more;
            }
        }
        left = (left - open).positive();
    }
    left
}

/// Sends released stock on its way, pro rata to what each destination would lack.
///
/// With a lag below one step, the part that arrives at once meets claims at once. What is still under way counts for
/// the stockpiles that come after this one, so that no two send for the same lack.
#[inline(always)]
fn send(plan: &Plan, k: usize, t: usize, lag: f64, per_short: Row, state: &mut State) {
    let stockpile = &plan.stockpiles[k];
    for (position, i) in stockpile.destinations.iter().copied().enumerate() {
        let mut sent = state.work.lacking[i] * per_short;
        if lag < 1.0 {
            let left = hand_out(plan, k, &[i], sent * (1.0 - lag), state);
            state.inventory[i] += left;
            sent = sent * lag;
        }
        state.work.delivered[i] -= sent;
        let lag = lag.max(1.0);
        let due = t + lag.floor() as usize;
        let pipeline = pipeline(stockpile, position, &mut state.work.pipeline);
        transit::put(pipeline, due, lag - lag.floor(), sent);
    }
}

/// The deliveries under way to one destination.
#[inline(always)]
fn pipeline<'a>(stockpile: &StockpilePlan, position: usize, pipelines: &'a mut [Row]) -> &'a mut [Row] {
    let slots = stockpile.pipeline.len() / stockpile.destinations.len();
    let start = stockpile.pipeline.start + position * slots;
    &mut pipelines[start..start + slots]
}

/// Price at which a stockpile trades: the mean over its destinations, weighted by their need.
#[inline(always)]
fn price(stockpile: &StockpilePlan, state: &State) -> Row {
    let mut price = Row::ZERO;
    for (i, share) in stockpile.destinations.iter().zip(&stockpile.shares) {
        price += state.price[*i] * *share;
    }
    price
}
