//! Who gets what where some users may not use all that is there: parts of (7) and (12).

use crate::math::Row;
use crate::step::Plan;
use crate::step::State;
use crate::step::state::Work;

/// Grants one material's inventories anew where part of them is barred.
///
/// Class by class as ever, but what the refused are granted is at most what is left of the free part; what that leaves of
/// their part goes to those of the class who are not refused. These draw on the barred stock first.
#[inline(always)]
pub(in crate::step) fn withhold(plan: &Plan, g: usize, state: &mut State) {
    if !state.bars.awake {
        return;
    }
    for i in plan.materials[g].destinations.clone() {
        state.bars.idle[i] = Row::ZERO;
        let barred = state.barred[i];
        if !barred.any() {
            continue;
        }
        let here = barred.above(Row::ZERO);
        let Work { claim, grant, delivered, .. } = &mut state.work;
        let (claim, refused) = (&claim[..], &state.bars.refused[..]);
        let held = state.inventory[i];
        let idle = serve(plan, i, [held, barred], claim, refused, |at, granted| {
            grant[at] = here.select(granted, grant[at]);
        });
        let own = (held - delivered[i]).positive();
        let mut missed = Row::ZERO;
        serve(plan, i, [own, barred], claim, refused, |at, granted| {
            if plan.claims.slots[at].class < plan.n_classes {
                missed += (claim[at] - granted).positive();
            }
        });
        state.bars.idle[i] = idle;
        let any = state.claimed[i].above(Row::ZERO);
        state.gap[i] = here.select(any.select(missed, Row::ZERO), state.gap[i]);
    }
}

/// What the claims that stockpile `k` serves at a destination would lack if it had delivered nothing in this step; `without`
/// where nothing is barred.
#[inline(always)]
pub(in crate::step) fn lacking(plan: &Plan, k: usize, i: usize, without: Row, state: &State) -> Row {
    if !state.bars.awake || !state.barred[i].any() {
        return without;
    }
    let (claim, barred) = (&state.work.claim[..], state.barred[i]);
    let own = (state.inventory[i] - state.work.delivered[i]).positive();
    let mut short = Row::ZERO;
    serve(plan, i, [own, barred], claim, &state.bars.refused, |at, granted| {
        if plan.claims.served_by[k][at] {
            short += (claim[at] - granted).positive();
        }
    });
    barred.above(Row::ZERO).select(short, without)
}

/// Share of `left`, what no one claims at a destination, that the user of slot `at` may take.
#[inline(always)]
pub(in crate::step) fn usable(i: usize, at: usize, left: Row, state: &State) -> Row {
    let free = (left - state.bars.idle[i]).positive().over(left, 1.0);
    Row::ONE - state.bars.refused[at] * (Row::ONE - free)
}

/// Tells what each claim is granted out of what is held, of which the barred stock is part, and gives what is left of that
/// stock.
///
/// With c claimed in a class, r of it by the refused, out of I of which B is barred, the level is ℓ = min(1, I / c): the refused
/// get min(ℓ r, I − B), the others min(c − r, I − what the refused get); I and B go on to the next class less c − r.
#[inline(always)]
fn serve(
    plan: &Plan,
    i: usize,
    [mut held, mut barred]: [Row; 2],
    claim: &[Row],
    share: &[Row],
    mut grant: impl FnMut(usize, Row),
) -> Row {
    for group in plan.claims.groups_of_destination[i].clone() {
        let slots = plan.claims.groups[group].clone();
        let (mut claimed, mut refused) = (Row::ZERO, Row::ZERO);
        for at in slots.clone() {
            claimed += claim[at];
            refused += claim[at] * share[at];
        }
        let allowed = claimed - refused;
        let level = held.over(claimed, 1.0).min(Row::ONE);
        let to_refused = (refused * level).min((held - barred).positive());
        let of_refused = to_refused.over(refused, 0.0);
        let of_allowed = (held - to_refused).over(allowed, 1.0).min(Row::ONE);
        for at in slots {
            let refused = claim[at] * share[at];
            grant(at, (claim[at] - refused) * of_allowed + refused * of_refused);
        }
        held = (held - to_refused - allowed).positive();
        barred = (barred - allowed).positive();
    }
    barred
}
