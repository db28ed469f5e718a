//! How a joint stockpile shares a release among its destinations. Part of (12).

use super::Plan;
use super::State;
use crate::levers::Levers;
use crate::levers::Sharing;
use crate::math::Row;

/// Claims that nothing has met yet and that members may bring before a stockpile, all together; by destination they are
/// left in `lacking`.
#[inline(always)]
pub(super) fn open(plan: &Plan, k: usize, levers: &Levers, state: &mut State) -> Row {
    let stockpile = &plan.stockpiles[k];
    let mut short = Row::ZERO;
    for (i, member) in stockpile.destinations.iter().copied().zip(stockpile.members.clone()) {
        let mut open = Row::ZERO;
        for class in 0..plan.n_classes {
            open += open_of_class(plan, k, i, class, state);
        }
        state.work.lacking[i] = open * entitled(plan, member, levers);
        short += state.work.lacking[i];
    }
    short
}

/// Turns what destinations lack into their parts of a release, which is at most the sum of it: `[released, short]`.
#[inline(always)]
pub(super) fn share(
    plan: &Plan,
    g: usize,
    k: usize,
    rule: &Sharing,
    [released, short]: [Row; 2],
    levers: &Levers,
    state: &mut State,
) {
    let destinations = &plan.stockpiles[k].destinations;
    match rule {
        Sharing::ByClass if plan.stockpiles[k].delivery.is_none() => {
            by_class(plan, k, released, levers, state)
        }
        // What is sent ahead meets a lack that has no class yet.
        Sharing::ByNeed | Sharing::ByClass => {
            let per_short = released.over(short, 0.0);
            for i in destinations.iter().copied() {
                state.work.lacking[i] = state.work.lacking[i] * per_short;
            }
        }
        Sharing::ByWeight(weights) => by_weight(destinations, weights, released, state),
        Sharing::Targeted => targeted(plan, g, destinations, [released, short], state),
    }
}

/// Class by class over all destinations, pro rata within a class.
#[inline(always)]
fn by_class(plan: &Plan, k: usize, released: Row, levers: &Levers, state: &mut State) {
    let stockpile = &plan.stockpiles[k];
    for i in stockpile.destinations.iter().copied() {
        state.work.lacking[i] = Row::ZERO;
    }
    let mut left = released;
    for class in 0..plan.n_classes {
        let mut open = Row::ZERO;
        for (i, member) in stockpile.destinations.iter().copied().zip(stockpile.members.clone()) {
            open += open_of_class(plan, k, i, class, state) * entitled(plan, member, levers);
        }
        let met = left.over(open, 0.0).min(Row::ONE);
        for (i, member) in stockpile.destinations.iter().copied().zip(stockpile.members.clone()) {
            let own = open_of_class(plan, k, i, class, state) * entitled(plan, member, levers);
            state.work.lacking[i] += own * met;
        }
        left = (left - open).positive();
    }
}

/// Pro rata to weights, at most what each lacks; what one does not need goes to the others, at last to those without weight.
#[inline(always)]
fn by_weight(destinations: &[usize], weights: &[f64], released: Row, state: &mut State) {
    for i in destinations.iter().copied() {
        // `open_spare` is free once the second round is over: here it holds the part given so far.
        state.work.open_spare[i] = Row::ZERO;
    }
    let mut left = released;
    // Each pass gives all that is left or fills a destination: as many passes as destinations suffice.
    for _ in destinations {
        let mut hungry = Row::ZERO;
        for (i, weight) in destinations.iter().copied().zip(weights) {
            hungry += wants(i, state) * *weight;
        }
        if !left.any() || !hungry.any() {
            break;
        }
        let per_weight = left.over(hungry, 0.0);
        let mut given = Row::ZERO;
        for (i, weight) in destinations.iter().copied().zip(weights) {
            let more = (per_weight * wants(i, state) * *weight)
                .min(state.work.lacking[i] - state.work.open_spare[i]);
            state.work.open_spare[i] += more;
            given += more;
        }
        left = (left - given).positive();
    }
    let mut lacked = Row::ZERO;
    for i in destinations.iter().copied() {
        lacked += (state.work.lacking[i] - state.work.open_spare[i]).positive();
    }
    let rest = left.over(lacked, 0.0).min(Row::ONE);
    for i in destinations.iter().copied() {
        let lacks = (state.work.lacking[i] - state.work.open_spare[i]).positive();
        state.work.lacking[i] = state.work.open_spare[i] + lacks * rest;
    }
}

/// One where a destination still lacks something.
#[inline(always)]
fn wants(i: usize, state: &State) -> Row {
    state.work.lacking[i].above(state.work.open_spare[i])
}

/// Destinations under threat first, pro rata to what they lack, then the others.
#[inline(always)]
fn targeted(plan: &Plan, g: usize, destinations: &[usize], [released, short]: [Row; 2], state: &mut State) {
    let alert = state.work.alert[g] && plan.materials[g].heeds_threats;
    let is_target =
        |i: usize, state: &State| if alert { state.work.threatened[i].above(Row::ZERO) } else { Row::ZERO };
    let mut first = Row::ZERO;
    for i in destinations.iter().copied() {
        first += state.work.lacking[i] * is_target(i, state);
    }
    let of_first = released.over(first, 0.0).min(Row::ONE);
    let of_rest = (released - first).positive().over(short - first, 0.0).min(Row::ONE);
    for i in destinations.iter().copied() {
        let met = is_target(i, state).select(of_first, of_rest);
        state.work.lacking[i] = state.work.lacking[i] * met;
    }
}

/// Share of its need that a destination may bring.
#[inline(always)]
fn entitled(plan: &Plan, member: usize, levers: &Levers) -> Row {
    if plan.moves.members { levers.member[member] } else { Row::ONE }
}

/// Open claims of one class at one destination that a stockpile serves.
#[inline(always)]
fn open_of_class(plan: &Plan, k: usize, i: usize, class: usize, state: &State) -> Row {
    let mut open = Row::ZERO;
    for at in plan.claims.of_destination[i].clone() {
        if plan.claims.served_by[k][at] && plan.claims.slots[at].class == class {
            open += (state.work.claim[at] - state.work.grant[at]).positive();
        }
    }
    open
}
