//! What happens to the named things in one step of one run, and the state they leave.

use super::facts::{Consumer, Facts, Lane, Name, Side, Table};
use shortfall::exposure::Exposure;
use shortfall::levers::Levers;
use shortfall::math::Row;
use std::collections::BTreeMap;

/// Events and levers of a step, by name.
pub struct Happening {
    pub availability: Table<Name>,
    pub control: Table<Name>,
    pub openness: Table<Lane>,
    pub passage: Table<Lane>,
    pub lane_cap: Table<Lane>,
    pub export_cap: Table<Side>,
    pub carry_over: Table<Side>,
    pub added_transit: Table<Lane>,
    pub wedge: Table<Lane>,
    pub barred: Table<Lane>,
    pub refused_consumer: Table<Consumer>,
    pub refused_plant: Table<Name>,
    pub surge: Table<Consumer>,
    pub shock: Table<Name>,
    pub threat: Table<Lane>,
    pub announced: Table<Lane>,
    pub draw_limit: Table<Name>,
    pub fill_order: Table<Name>,
    pub transfer: Table<Name>,
    /// By stockpile and destination.
    pub member: BTreeMap<(Name, Side), f64>,
    pub built: Table<Name>,
    pub relief: Table<Name>,
    pub support: Table<Name>,
    pub kept: Table<Side>,
    pub moved: Table<Lane>,
    pub reserved: Table<Lane>,
    pub returned: Table<Side>,
    pub cover: Table<Side>,
    pub alert: Table<Side>,
    /// In the order of the facts.
    pub shift: Vec<f64>,
    pub pool: Vec<f64>,
}

fn column<K: Ord + Clone>(names: &[K], rows: &[Row], run: usize) -> Table<K> {
    names.iter().cloned().zip(rows.iter().map(|row| row.0[run])).collect()
}

/// A lever that is at rest if the policy never moves it.
fn lever<K: Ord + Clone>(names: &[K], rows: &[Row], run: usize, rest: f64) -> Table<K> {
    let value = |n: usize| rows.get(n).map_or(rest, |row| row.0[run]);
    names.iter().cloned().enumerate().map(|(n, name)| (name, value(n))).collect()
}

/// How much of its need each destination may bring before each stockpile.
fn member(facts: &Facts, rows: &[Row], run: usize) -> BTreeMap<(Name, Side), f64> {
    let pairs = facts
        .stockpiles
        .iter()
        .flat_map(|k| k.destinations.iter().map(|side| (k.name.clone(), side.clone())));
    pairs.enumerate().map(|(n, pair)| (pair, rows.get(n).map_or(1.0, |row| row.0[run]))).collect()
}

impl Happening {
    /// Share of orders and offers that the lane and its way let pass.
    pub fn open(&self, lane: &Lane) -> f64 {
        self.openness[lane] * self.passage[lane]
    }

    /// Share of a claim that only goods which are not barred can meet.
    pub fn refused(&self, by: &Claimant) -> f64 {
        match by {
            Claimant::Consumer(consumer) => self.refused_consumer[consumer],
            Claimant::Plant(plant) => self.refused_plant[plant],
            Claimant::Purchase(_) => 1.0,
        }
    }

    pub fn of(facts: &Facts, exposure: &Exposure, levers: &Levers, run: usize) -> Happening {
        let names = &facts.names;
        let stockpiles: Vec<Name> = facts.stockpiles.iter().map(|k| k.name.clone()).collect();
        Happening {
            availability: column(&names.plants, &exposure.availability, run),
            control: column(&names.plants, &exposure.control, run),
            openness: column(&names.lanes, &exposure.openness, run),
            passage: column(&names.lanes, &exposure.passage, run),
            lane_cap: column(&names.lanes, &exposure.lane_cap, run),
            export_cap: column(&names.origins, &exposure.export_cap, run),
            carry_over: column(&names.origins, &exposure.carry_over, run),
            added_transit: column(&names.lanes, &exposure.added_transit, run),
            wedge: column(&names.lanes, &exposure.wedge, run),
            barred: column(&names.lanes, &exposure.barred, run),
            refused_consumer: column(&names.consumers, &exposure.refused_consumer, run),
            refused_plant: column(&names.plants, &exposure.refused_plant, run),
            surge: column(&names.consumers, &exposure.surge, run),
            shock: column(&facts.materials, &exposure.shock, run),
            threat: column(&names.lanes, &exposure.threat, run),
            announced: column(&names.lanes, &exposure.announced, run),
            draw_limit: column(&stockpiles, &levers.draw_limit, run),
            fill_order: column(&stockpiles, &levers.fill_order, run),
            transfer: lever(&stockpiles, &levers.transfer, run, 0.0),
            member: member(facts, &levers.member, run),
            built: lever(&names.plants, &levers.built, run, 0.0),
            relief: lever(&names.plants, &levers.relief, run, 0.0),
            support: lever(&names.plants, &levers.support, run, f64::NEG_INFINITY),
            kept: lever(&names.destinations, &levers.kept, run, 1.0),
            moved: lever(&names.lanes, &levers.moved, run, 0.0),
            reserved: lever(&names.lanes, &levers.reserved, run, 0.0),
            returned: lever(&names.destinations, &levers.returned, run, 0.0),
            cover: lever(&names.destinations, &levers.cover, run, 0.0),
            alert: lever(&names.destinations, &levers.alert, run, 0.0),
            shift: levers.shift.iter().map(|row| row.0[run]).collect(),
            pool: levers.pool.iter().map(|row| row.0[run]).collect(),
        }
    }
}

/// Who claims part of an inventory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimant {
    Consumer(Consumer),
    Plant(Name),
    Purchase(Name),
}

/// One claim on an inventory in a step: who, of which rank, how much, and what is granted.
#[derive(Clone, Debug)]
pub struct Claim {
    pub by: Claimant,
    pub rank: usize,
    pub amount: f64,
    pub granted: f64,
}

/// The state of one run.
#[derive(Clone, Default)]
pub struct World {
    pub inventory: Table<Side>,
    /// The part of the inventory that refused users may not use.
    pub barred: Table<Side>,
    pub unsold: Table<Side>,
    /// Unused allowance of a quota on exports.
    pub allowance: Table<Side>,
    pub smoothed_need: Table<Side>,
    pub weight: Table<Lane>,
    /// Shares of lanes as contracts hold them.
    pub contract_weight: Table<Lane>,
    pub output: Table<Name>,
    pub backlog: Table<Consumer>,
    /// What the market makes of the price, as a logarithm.
    pub market_price_origin: Table<Side>,
    pub market_price: Table<Side>,
    pub log_price_origin: Table<Side>,
    pub log_price: Table<Side>,
    pub contract_price: Table<Side>,
    pub stock: Table<Name>,
    /// What arrives on each lane, by step.
    pub pipeline: BTreeMap<(Lane, usize), f64>,
    /// The barred part of it.
    pub barred_pipeline: BTreeMap<(Lane, usize), f64>,
    /// What arrives from each stockpile at each destination, by step.
    pub deliveries: BTreeMap<(Name, Side, usize), f64>,
    pub under_way: Table<Side>,
    /// Planned output by rank of the orders it serves.
    pub planned: BTreeMap<Name, Vec<f64>>,
    /// Input set aside for a plant, by plant and input.
    pub allocated: BTreeMap<(Name, Name), f64>,
    pub open: BTreeMap<Name, bool>,
    pub steps_below: Table<Name>,
    pub steps_above: Table<Name>,

    /// What is felt of prices that last, as logarithms.
    pub lasting: Table<Side>,
    pub lasting_origin: Table<Side>,

    pub requirement: Table<Consumer>,
    pub demand: Table<Consumer>,
    pub served: Table<Consumer>,
    pub recovered: Table<Consumer>,
    pub shipped: Table<Lane>,
    pub arrived: Table<Side>,
    pub unmet_share: Table<Side>,
    pub gap_share: Table<Side>,
    pub released: Table<Name>,
    pub wanted: Table<Name>,
    pub bought: Table<Name>,
    pub spoiled: Table<Name>,
    pub substituted: Table<Consumer>,

    /// Capacity there in this step, by plant.
    pub capacity: Table<Name>,
    /// What is left of the barred stock when all who may use it have what they claim.
    pub idle: Table<Side>,
    /// Share of the orders for barred goods, then of the offers, that passes.
    pub passes: Table<Side>,
    /// M by rank.
    pub intake: BTreeMap<Side, Vec<f64>>,
    /// I* as aimed at in this step.
    pub target: Table<Side>,
    pub threatened: Table<Side>,
    /// Deliveries of stockpiles in this step, less what they have sent since.
    pub delivered: Table<Side>,
    /// Claims on each inventory.
    pub claims: BTreeMap<Side, Vec<Claim>>,
}

impl World {
    /// Inventories, pipelines and prices at their targets.
    pub fn new(facts: &Facts) -> World {
        let mut world = World::default();
        for (side, destination) in &facts.destinations {
            let cover = destination.cover + destination.extra_cover;
            world.inventory.insert(side.clone(), cover * destination.need + destination.reserve);
            world.barred.insert(side.clone(), 0.0);
            world.smoothed_need.insert(side.clone(), destination.need);
            world.market_price.insert(side.clone(), 0.0);
            world.log_price.insert(side.clone(), 0.0);
            world.lasting.insert(side.clone(), 0.0);
            world.contract_price.insert(side.clone(), 1.0);
            world.under_way.insert(side.clone(), 0.0);
        }
        for (side, origin) in &facts.origins {
            world.unsold.insert(side.clone(), origin.unsold);
            world.allowance.insert(side.clone(), 0.0);
            world.market_price_origin.insert(side.clone(), 0.0);
            world.log_price_origin.insert(side.clone(), 0.0);
            world.lasting_origin.insert(side.clone(), 0.0);
        }
        for (lane, lane_facts) in &facts.lanes {
            world.weight.insert(lane.clone(), lane_facts.weight);
            world.contract_weight.insert(lane.clone(), lane_facts.weight);
            // As if the baseline's flow had been shipped for ever.
            let (whole, part) = split(lane_facts.transit);
            for due in 0..whole {
                *world.pipeline.entry((lane.clone(), due)).or_insert(0.0) += lane_facts.flow;
            }
            *world.pipeline.entry((lane.clone(), whole)).or_insert(0.0) += part * lane_facts.flow;
            let to = (lane.0.clone(), lane.2.clone());
            *world.under_way.entry(to).or_insert(0.0) += lane_facts.transit * lane_facts.flow;
        }
        for (name, plant) in &facts.plants {
            world.output.insert(name.clone(), plant.output);
            let mut by_rank = vec![0.0; facts.n_ranks()];
            by_rank[facts.n_ranks() - 1] = plant.output;
            world.planned.insert(name.clone(), by_rank);
            for (input, per_output) in &plant.inputs {
                world.allocated.insert((name.clone(), input.clone()), per_output * plant.output);
            }
            world.open.insert(name.clone(), true);
            world.steps_below.insert(name.clone(), 0.0);
            world.steps_above.insert(name.clone(), 0.0);
        }
        for consumer in facts.consumers.keys() {
            world.backlog.insert(consumer.clone(), 0.0);
        }
        for stockpile in &facts.stockpiles {
            let stock = if stockpile.unlimited { 0.0 } else { stockpile.initial };
            world.stock.insert(stockpile.name.clone(), stock);
        }
        world
    }
}

/// Whole steps of a transit, and the fraction of a step beyond them (11).
pub fn split(transit: f64) -> (usize, f64) {
    let whole = transit.floor();
    (whole as usize, transit - whole)
}

/// `a / b`, or `otherwise` if b is not above zero.
pub fn over(a: f64, b: f64, otherwise: f64) -> f64 {
    if b > 0.0 { a / b } else { otherwise }
}
