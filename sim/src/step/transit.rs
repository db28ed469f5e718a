//! Shipments under way: (11).

use super::Plan;
use super::State;
use super::plan::Route;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::math::Row;
use crate::math::WIDTH;
use crate::math::each;

/// Sends what one material's lanes shipped on its way, and puts what arrives in this step into inventories.
///
/// Equation (11): a shipment arrives after its transit; a fraction of a step is split between two steps. Transit added by
/// events applies to what leaves while they last, at most the longest that the lane's pipeline has room for; what is
/// under way keeps its time.
#[inline(always)]
pub(super) fn carry(plan: &Plan, t: usize, g: usize, exposure: &Exposure, state: &mut State) {
    let material = &plan.materials[g];
    if material.travels {
        for e in material.origins.clone() {
            leave(plan, t, e, exposure, state);
        }
    }
    for i in each(material.destinations.clone()) {
        let received = state.work.received[i];
        let pipeline = &mut state.work.pipeline[plan.destinations[i].pipeline.clone()];
        let arrived = if pipeline.is_empty() { received } else { take(pipeline, t) };
        state.arrived[i] = arrived;
        state.under_way[i] = (state.under_way[i] + (received - arrived)).positive();
        state.inventory[i] += arrived;
    }
}

/// Sends what an origin's lanes shipped on its way: into the pipelines of their destinations, where it does not matter any more
/// whence it comes.
#[inline(always)]
fn leave(plan: &Plan, t: usize, e: usize, exposure: &Exposure, state: &mut State) {
    let lanes = plan.origins[e].lanes.clone();
    let delayed = exposure.any_from(e, Channel::AddedTransit);
    for l in each(lanes) {
        let to = plan.lanes.destination[l] as usize;
        let pipeline = &mut state.work.pipeline[plan.destinations[to].pipeline.clone()];
        if !pipeline.is_empty() {
            let added = delayed.then(|| exposure.added_transit[l]);
            enter(pipeline, t, &plan.lanes.route[l], added, state.shipped[l]);
        }
    }
}

/// Adds an amount that leaves in step `t` to the pipeline of its destination; `added`: the transit that events add, if any do.
#[inline(always)]
pub(super) fn enter(pipeline: &mut [Row], t: usize, route: &Route, added: Option<Row>, amount: Row) {
    match added {
        Some(added) if added.any() => {
            let transit = added.min(Row::splat(route.longest_delay)) + route.transit;
            for run in 0..WIDTH {
                put_one(pipeline, t, transit.0[run], amount.0[run], run);
            }
        }
        _ => put(pipeline, t + route.whole, route.late, amount),
    }
}

/// Adds an amount to what arrives in step `due`, but for the share `late`, which arrives a step later.
#[inline(always)]
pub(super) fn put(pipeline: &mut [Row], due: usize, late: f64, amount: Row) {
    let slot = slot(pipeline, due);
    if late > 0.0 {
        pipeline[slot] += amount * (1.0 - late);
        pipeline[self::slot(pipeline, slot + 1)] += amount * late;
    } else {
        pipeline[slot] += amount;
    }
}

/// Adds one run's amount, with a transit of its own.
#[inline(always)]
fn put_one(pipeline: &mut [Row], t: usize, transit: f64, amount: f64, run: usize) {
    let whole = transit.floor();
    let late = transit - whole;
    let slot = slot(pipeline, t + whole as usize);
    pipeline[slot].0[run] += amount * (1.0 - late);
    let next = self::slot(pipeline, slot + 1);
    pipeline[next].0[run] += amount * late;
}

/// Takes what arrives in step `t`.
#[inline(always)]
pub(super) fn take(pipeline: &mut [Row], t: usize) -> Row {
    let slot = slot(pipeline, t);
    std::mem::replace(&mut pipeline[slot], Row::ZERO)
}

/// Where a pipeline keeps what arrives in a step: its length is a power of two.
#[inline(always)]
fn slot(pipeline: &[Row], step: usize) -> usize {
    step & (pipeline.len() - 1)
}

#[cfg(test)]
mod tests {
    use crate::baseline::balance;
    use crate::exposure::{Channel, Exposure, Pulse, Reach, Script};
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
        let plan = Plan::new(&baseline, &rules, Reach::delay(1.5));
        let (mut state, levers) = (State::new(&plan), Levers::new(&rules));
        let mut exposure = Exposure::neutral(&baseline, 0);
        let mut script = Script::new(6);
        script.lay(Channel::AddedTransit, 0, 0, &Pulse::of_steps(0, &[delay; 2]));
        script.finish();
        let buyer = plan.lanes.destination[0] as usize;
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
