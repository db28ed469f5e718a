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

#[cfg(test)]
mod tests {
    use crate::baseline::balance;
    use crate::exposure::{Channel, Exposure, Script};
    use crate::levers::{Levers, Rules};
    use crate::math::Row;
    use crate::network::testing::Tables;
    use crate::step::{Plan, State, advance};

    /// What arrives at the consumer in six steps, if events add `delay` to all transits in the first two.
    fn arrivals(delay: f64) -> Vec<Row> {
        let tables = Tables::new()
            .places(&["AAA", "BBB"])
            .material("ore", "t")
            .plant("mine", "ore", "AAA", 120.0, 120.0)
            .lane("ore", "AAA", "BBB", 120.0)
            .consumer("ore", "BBB", "civil", 120.0);
        let baseline = balance(tables.network()).expect("supply meets demand");
        let rules = Rules::new(&baseline.network);
        let plan = Plan::new(&baseline, &rules, 1.5);
        let (mut state, levers) = (State::new(&plan), Levers::new(&rules));
        let mut exposure = Exposure::neutral(&baseline, 0);
        let mut script = Script::default();
        script.lay(Channel::AddedTransit, 0, 0, 0, &[delay; 2]);
        script.finish(6);
        let buyer = plan.lanes[0].destination;
        let step = |t| {
            exposure.apply(&script, t);
            advance(&plan, t, &exposure, &levers, &mut state);
            state.arrived[buyer]
        };
        (0..6).map(step).collect()
    }

    #[test]
    fn delays_that_add_up_to_more_than_the_longest_count_as_the_longest() {
        assert_ne!(arrivals(1.5), arrivals(0.5));
        assert_eq!(arrivals(4.0), arrivals(1.5));
    }
}
