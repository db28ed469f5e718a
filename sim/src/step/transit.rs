//! Shipments under way: (11).

use super::Plan;
use super::State;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use crate::math::WIDTH;

/// Puts what one material's lanes shipped into their pipelines.
///
/// Equation (11): a shipment arrives after its transit; a fraction of a step is split between two steps. Transit added by
/// events applies to what leaves while they last, at most the longest that the lane's pipeline has room for; what is
/// under way keeps its time.
#[inline(always)]
pub(super) fn ship(plan: &Plan, t: usize, g: usize, exposure: &Exposure, state: &mut State) {
    state.arrived[plan.materials[g].destinations.clone()].fill(Row::ZERO);
    let delayed = exposure.any(Channel::AddedTransit);
    for l in plan.materials[g].lanes.clone() {
        let lane = &plan.lanes[l];
        let shipped = state.shipped[l];
        if lane.pipeline.is_empty() {
            state.arrived[lane.destination] += shipped;
            continue;
        }
        state.under_way[lane.destination] += shipped;
        let pipeline = &mut state.work.pipeline[lane.pipeline.clone()];
        if delayed && exposure.added_transit[l].any() {
            let transit = exposure.added_transit[l].min(Row::splat(lane.longest_delay)) + lane.transit;
            for run in 0..WIDTH {
                put_one(pipeline, t, transit.0[run], shipped.0[run], run);
            }
        } else {
            put(pipeline, t, lane.transit, shipped);
        }
    }
}

/// Takes out of the pipelines what arrives in this step, and puts it into inventories.
#[inline(always)]
pub(super) fn arrive(plan: &Plan, t: usize, g: usize, state: &mut State) {
    for l in plan.materials[g].lanes.clone() {
        let lane = &plan.lanes[l];
        if lane.pipeline.is_empty() {
            continue;
        }
        let due = take(&mut state.work.pipeline[lane.pipeline.clone()], t);
        state.arrived[lane.destination] += due;
        state.under_way[lane.destination] = (state.under_way[lane.destination] - due).positive();
    }
    for i in plan.materials[g].destinations.clone() {
        state.inventory[i] += state.arrived[i];
    }
}

/// Adds an amount that leaves in step `t` to a pipeline, for all runs alike.
#[inline(always)]
pub(super) fn put(pipeline: &mut [Row], t: usize, transit: f64, amount: Row) {
    let whole = transit.floor();
    let late = transit - whole;
    let slot = (t + whole as usize) % pipeline.len();
    if late > 0.0 {
        pipeline[slot] += amount * (1.0 - late);
        pipeline[(slot + 1) % pipeline.len()] += amount * late;
    } else {
        pipeline[slot] += amount;
    }
}

/// Adds one run's amount, with a transit of its own.
#[inline(always)]
fn put_one(pipeline: &mut [Row], t: usize, transit: f64, amount: f64, run: usize) {
    let whole = transit.floor();
    let late = transit - whole;
    let slot = (t + whole as usize) % pipeline.len();
    pipeline[slot].0[run] += amount * (1.0 - late);
    let next = (slot + 1) % pipeline.len();
    pipeline[next].0[run] += amount * late;
}

/// Takes what arrives in step `t`.
#[inline(always)]
pub(super) fn take(pipeline: &mut [Row], t: usize) -> Row {
    let slot = t % pipeline.len();
    std::mem::replace(&mut pipeline[slot], Row::ZERO)
}
