//! The rows of the fast state beside the tables of the slow one.

use super::facts::Facts;
use super::world::World;
use shortfall::math::Row;
use shortfall::step::State;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The largest relative difference found, and where.
#[derive(Default)]
pub struct Gap {
    pub largest: f64,
    pub at: String,
}

impl Gap {
    /// Differences of one quantity, relative to the larger of its value and `scale`.
    fn of<K: Ord + Debug>(
        &mut self,
        what: &str,
        names: &[K],
        rows: &[Row],
        run: usize,
        slow: &BTreeMap<K, f64>,
        scale: impl Fn(usize) -> f64,
    ) {
        for (i, name) in names.iter().enumerate() {
            let (fast, slow) = (rows[i].0[run], slow[name]);
            let gap = (fast - slow).abs() / slow.abs().max(scale(i));
            if !(gap <= self.largest) {
                *self = Gap { largest: gap, at: format!("{what} {name:?}: fast {fast:e}, slow {slow:e}") };
            }
        }
    }
}

/// Compares every row of run `run`.
pub fn gap(facts: &Facts, fast: &State, slow: &World, run: usize) -> Gap {
    let names = &facts.names;
    let stockpiles: Vec<String> = facts.stockpiles.iter().map(|k| k.name.clone()).collect();
    let need = |i: usize| facts.destinations[&names.destinations[i]].need.max(1e-3);
    let output = |e: usize| facts.origins[&names.origins[e]].output.max(1e-3);
    // An idle plant takes its part of what its origin makes, with the rounding of that.
    let made = |j: usize| {
        let plant = &facts.plants[&names.plants[j]];
        plant.output.max(1e-3 * facts.origins[&plant.origin].output).max(1e-3)
    };
    let asked = |d: usize| facts.consumers[&names.consumers[d]].demand;
    let to = |l: usize| {
        let lane = &names.lanes[l];
        facts.destinations[&(lane.0.clone(), lane.2.clone())].need.max(1e-3)
    };
    let one = |_: usize| 1.0;
    let held = |k: usize| {
        facts.stockpiles[k].destinations.iter().map(|i| facts.destinations[i].need).sum::<f64>().max(1e-3)
    };
    let shares = |of: &dyn Fn(usize) -> Row| (0..fast.claimed.len()).map(of).collect::<Vec<Row>>();
    let (unmet_share, gap_share) = (shares(&|i| fast.unmet_share(i)), shares(&|i| fast.gap_share(i)));
    let mut gap = Gap::default();
    gap.of("requirement", &names.consumers, &fast.requirement, run, &slow.requirement, asked);
    gap.of("demand", &names.consumers, &fast.demand, run, &slow.demand, asked);
    gap.of("served", &names.consumers, &fast.served, run, &slow.served, asked);
    gap.of("recovered", &names.consumers, &fast.recovered, run, &slow.recovered, asked);
    gap.of("backlog", &names.consumers, &fast.backlog, run, &slow.backlog, asked);
    gap.of("inventory", &names.destinations, &fast.inventory, run, &slow.inventory, need);
    gap.of("barred", &names.destinations, &fast.barred, run, &slow.barred, need);
    gap.of("under way", &names.destinations, &fast.under_way, run, &slow.under_way, need);
    gap.of("arrived", &names.destinations, &fast.arrived, run, &slow.arrived, need);
    gap.of("smoothed need", &names.destinations, &fast.smoothed_need, run, &slow.smoothed_need, need);
    gap.of("price", &names.destinations, &fast.log_price, run, &slow.log_price, one);
    gap.of("contract price", &names.destinations, &fast.contract_price, run, &slow.contract_price, one);
    gap.of("unmet share", &names.destinations, &unmet_share, run, &slow.unmet_share, one);
    gap.of("gap share", &names.destinations, &gap_share, run, &slow.gap_share, one);
    gap.of("unsold", &names.origins, &fast.unsold, run, &slow.unsold, output);
    gap.of("origin price", &names.origins, &fast.log_price_origin, run, &slow.log_price_origin, one);
    gap.of("output", &names.plants, &fast.output, run, &slow.output, made);
    gap.of("weight", &names.lanes, &fast.weight, run, &slow.weight, one);
    gap.of("shipped", &names.lanes, &fast.shipped, run, &slow.shipped, to);
    gap.of("stock", &stockpiles, &fast.stock, run, &slow.stock, held);
    gap.of("released", &stockpiles, &fast.released, run, &slow.released, held);
    gap.of("wanted", &stockpiles, &fast.wanted, run, &slow.wanted, held);
    gap.of("bought", &stockpiles, &fast.bought, run, &slow.bought, held);
    gap.of("spoiled", &stockpiles, &fast.spoiled, run, &slow.spoiled, held);
    if !fast.substituted.is_empty() {
        gap.of("substituted", &names.consumers, &fast.substituted, run, &slow.substituted, asked);
    }
    gap
}
