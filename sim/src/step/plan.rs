//! The network compiled into flat arrays for the step: amounts per step, in tier order, under one policy's rules.

use super::claims::{Claims, claims};
use crate::baseline::Baseline;
use crate::baseline::Path;
use crate::levers::Rules;
use crate::math::exp;
use crate::math::ln;
use crate::network::Allocation;
use crate::network::Network;
use crate::network::PriceMode;
use crate::units::Years;
use std::ops::Range;

/// Most ranks that an order can carry: classes beyond it share the last one. Three are in common use.
pub(super) const MAX_RANKS: usize = 8;

/// What the step reads and never changes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Length of a step, years.
    pub dt: f64,
    /// Materials in tier order.
    pub materials: Vec<MaterialPlan>,
    /// Origins.
    pub origins: Vec<OriginPlan>,
    /// Destinations.
    pub destinations: Vec<DestinationPlan>,
    /// Lanes.
    pub lanes: Vec<LanePlan>,
    /// Plants.
    pub plants: Vec<PlantPlan>,
    /// Inputs of all plants, by plant.
    pub inputs: Vec<InputPlan>,
    /// Consumers.
    pub consumers: Vec<ConsumerPlan>,
    /// Stockpiles of the policy.
    pub stockpiles: Vec<StockpilePlan>,
    /// Who asks for what at each destination, in the order of service.
    pub claims: Claims,
    /// Classes that an order can carry: 1, or the network's classes if orders are rated.
    pub n_ranks: usize,
    /// Classes of service, that of purchases not included.
    pub n_classes: usize,
    /// Whether (15) to (17) move prices.
    pub endogenous: bool,
    /// ln of the price bounds, (17).
    pub log_price_bounds: (f64, f64),
    /// Rows in all pipelines.
    pub n_pipeline: usize,
    /// Growth path.
    pub path: Path,
}

/// A material's ranges and market.
#[derive(Clone, Debug)]
pub struct MaterialPlan {
    /// Its origins.
    pub origins: Range<usize>,
    /// Its destinations.
    pub destinations: Range<usize>,
    /// Its lanes.
    pub lanes: Range<usize>,
    /// Its stockpiles, as indices.
    pub stockpiles: Vec<usize>,
    /// Spot share of (9).
    pub spot_share: f64,
    /// Share of trade under contract.
    pub contract_share: f64,
    /// Share of what is available that the home lane is served first.
    pub home_share: f64,
    /// Share of the gap that weights close in a step, (14).
    pub switching: f64,
    /// ψ of origins.
    pub price_unsold: f64,
    /// ν.
    pub price_utilisation: f64,
    /// ψ of destinations.
    pub price_cover: f64,
    /// χ.
    pub price_unserved: f64,
    /// ζ.
    pub price_fear: f64,
    /// Share of the gap that prices close in a step, (17).
    pub price_approach: f64,
    /// Share of the gap that contract prices close in a step.
    pub contract_approach: f64,
    /// Raise of aimed-at cover under full threat.
    pub hoarding: f64,
    /// Raise of orders under a full announced cut.
    pub front_loading: f64,
}

/// An origin.
#[derive(Clone, Debug)]
pub struct OriginPlan {
    /// Its lanes.
    pub lanes: Range<usize>,
    /// Its plants.
    pub plants: Range<usize>,
    /// Its home lane.
    pub home: Option<usize>,
    /// J* at the start.
    pub unsold_target: f64,
    /// dt/θ of unsold stock.
    pub unsold_gain: f64,
    /// Most it can store.
    pub storage: f64,
    /// Output over capacity in the baseline.
    pub utilisation: f64,
}

/// A destination.
#[derive(Clone, Debug)]
pub struct DestinationPlan {
    /// Need per step at the start.
    pub need: f64,
    /// Cover in steps of need.
    pub cover: f64,
    /// Part of the target that plants of earlier tiers will take in the next step.
    pub reserve: f64,
    /// P* at the start.
    pub under_way: f64,
    /// dt/θ of inventories.
    pub gain: f64,
    /// Share of the gap that smoothed need closes in a step; 0: the baseline's need counts.
    pub smoothing: f64,
    /// Whether any plant draws on it.
    pub has_inputs: bool,
}

/// A lane.
#[derive(Clone, Debug)]
pub struct LanePlan {
    /// Origin.
    pub origin: usize,
    /// Destination.
    pub destination: usize,
    /// w at the start.
    pub weight: f64,
    /// Baseline flow per step.
    pub flow: f64,
    /// Transit in steps.
    pub transit: f64,
    /// Its pipeline: rows `pipeline.start + (t mod length)`; empty if it arrives in the step it leaves.
    pub pipeline: Range<usize>,
}

/// A plant.
#[derive(Clone, Debug)]
pub struct PlantPlan {
    /// Origin.
    pub origin: usize,
    /// Capacity per step at the start.
    pub capacity: f64,
    /// Output per step at the start.
    pub output: f64,
    /// Share of available capacity below which it does not run.
    pub minimum_run: f64,
    /// Most that output can rise in a step, share of capacity; infinite if at once.
    pub ramp: f64,
    /// Its inputs.
    pub inputs: Range<usize>,
    /// Host plant and units of by-product per unit of its output.
    pub host: Option<(usize, f64)>,
    /// When it closes, (18).
    pub closure: Option<ClosurePlan>,
}

/// When a plant is mothballed and restarted.
#[derive(Clone, Copy, Debug)]
pub struct ClosurePlan {
    /// ln of the unit cost.
    pub log_cost: f64,
    /// Steps at a loss.
    pub exit_steps: f64,
    /// ln of the restart price.
    pub log_restart: f64,
    /// Steps above it.
    pub restart_steps: f64,
}

/// One input of a plant.
#[derive(Clone, Debug)]
pub struct InputPlan {
    /// Plant.
    pub plant: usize,
    /// Where it is taken from.
    pub destination: usize,
    /// A: units per unit of output.
    pub per_output: f64,
}

/// A consumer.
#[derive(Clone, Debug)]
pub struct ConsumerPlan {
    /// Where.
    pub destination: usize,
    /// D0 per step.
    pub demand: f64,
    /// ε.
    pub elasticity: f64,
    /// Share of what was not served that is asked for again.
    pub backlog_share: f64,
}

/// A stockpile.
#[derive(Clone, Debug)]
pub struct StockpilePlan {
    /// Where it serves.
    pub destinations: Vec<usize>,
    /// Share of each destination in its purchases: by baseline need.
    pub shares: Vec<f64>,
    /// Held at the start; 0 if unlimited.
    pub initial: f64,
    /// No bound.
    pub unlimited: bool,
    /// Share that spoils in a step.
    pub spoilage: f64,
    /// Steps from release to arrival; `None`: in the step of release.
    pub delivery: Option<f64>,
    /// Rows of deliveries under way: `destinations × length`, empty if it delivers at once.
    pub pipeline: Range<usize>,
}

impl Plan {
    /// Compiles a balanced network under a policy's rules. `longest_delay`: steps that events can add to a transit.
    pub fn new(baseline: &Baseline, rules: &Rules, longest_delay: f64) -> Plan {
        let network = &baseline.network;
        let n_ranks = match rules.allocation {
            Allocation::Rated => network.n_classes.clamp(1, MAX_RANKS),
            Allocation::ProRata | Allocation::Priority => 1,
        };
        let mut n_pipeline = 0;
        let lanes = lanes(baseline, longest_delay, &mut n_pipeline);
        let inputs: Vec<InputPlan> = inputs(network);
        let stockpiles = stockpiles(baseline, rules, &mut n_pipeline);
        Plan {
            dt: network.clock.dt,
            materials: (0..network.materials.len()).map(|g| material(network, rules, g)).collect(),
            origins: (0..network.origins.len()).map(|e| origin(baseline, e)).collect(),
            destinations: destinations(baseline, &lanes, &inputs),
            plants: plants(baseline),
            consumers: consumers(network),
            claims: claims(network, rules, &inputs, n_ranks),
            lanes,
            inputs,
            stockpiles,
            n_ranks,
            n_classes: network.n_classes.max(1),
            endogenous: network.prices() == PriceMode::Endogenous,
            log_price_bounds: (ln(network.settings.price_bounds.0), ln(network.settings.price_bounds.1)),
            n_pipeline,
            path: baseline.path.clone(),
        }
    }

    /// Row of the growth path that step `t` reads.
    #[inline(always)]
    pub fn path_step(&self, t: usize) -> usize {
        t.min(self.path.n_steps - 1)
    }
}

/// Share of a gap that an exponential approach with time constant `days` closes in a step; 1 if there is no lag.
fn approach(days: f64, dt: f64) -> f64 {
    if days > 0.0 { 1.0 - exp(-dt / Years::from_days(days).0) } else { 1.0 }
}

fn material(network: &Network, rules: &Rules, g: usize) -> MaterialPlan {
    let material = &network.materials[g];
    let market = &material.market;
    let dt = network.clock.dt;
    let held = |k: &usize| rules.stockpiles[*k].material.index() == g;
    MaterialPlan {
        origins: material.origins.clone(),
        destinations: material.destinations.clone(),
        lanes: material.lanes.clone(),
        stockpiles: (0..rules.stockpiles.len()).filter(held).collect(),
        spot_share: market.spot_share,
        contract_share: market.contract_share,
        home_share: market.home_share,
        switching: 1.0 - exp(-market.switching_per_year * dt),
        price_unsold: market.price_unsold,
        price_utilisation: market.price_utilisation,
        price_cover: market.price_cover,
        price_unserved: market.price_unserved,
        price_fear: market.price_fear,
        price_approach: approach(market.price_days, dt),
        contract_approach: approach(market.contract_lag_days, dt),
        hoarding: market.hoarding,
        front_loading: market.front_loading,
    }
}

fn origin(baseline: &Baseline, e: usize) -> OriginPlan {
    let network = &baseline.network;
    let origin = &network.origins[e];
    let market = &network.materials[origin.material.index()].market;
    let dt = network.clock.dt;
    let output: f64 = origin.plants.clone().map(|j| baseline.output[j]).sum();
    let capacity: f64 = origin.plants.clone().map(|j| network.plants[j].capacity).sum();
    let destination_place = |l: usize| network.destinations[network.lanes[l].destination.index()].place;
    OriginPlan {
        lanes: origin.lanes.clone(),
        plants: origin.plants.clone(),
        home: origin.lanes.clone().find(|l| destination_place(*l) == origin.place),
        unsold_target: Years::from_days(origin.unsold_days).0 * output,
        unsold_gain: dt / Years::from_days(market.unsold_adjustment_days).0,
        storage: Years::from_days(market.storage_days).0 * output,
        utilisation: if capacity > 0.0 { output / capacity } else { 1.0 },
    }
}

fn destinations(baseline: &Baseline, lanes: &[LanePlan], inputs: &[InputPlan]) -> Vec<DestinationPlan> {
    let network = &baseline.network;
    let dt = network.clock.dt;
    let mut plans: Vec<DestinationPlan> = network
        .destinations
        .iter()
        .zip(&baseline.need)
        .map(|(destination, need)| {
            let market = &network.materials[destination.material.index()].market;
            DestinationPlan {
                need: need * dt,
                cover: Years::from_days(destination.cover_days).0 / dt,
                reserve: 0.0,
                under_way: 0.0,
                gain: dt / Years::from_days(market.adjustment_days).0,
                smoothing: market.smoothing_days.map_or(0.0, |days| approach(days, dt)),
                has_inputs: false,
            }
        })
        .collect();
    for lane in lanes {
        plans[lane.destination].under_way += lane.flow * lane.transit;
    }
    for input in inputs {
        let plan = &mut plans[input.destination];
        plan.has_inputs = true;
        let made = network.origins[network.plants[input.plant].origin.index()].material;
        // A recipe that points back takes what the step before set aside, so that much is always held besides the cover.
        if made <= network.destinations[input.destination].material {
            plan.reserve += input.per_output * baseline.output[input.plant] * dt;
        }
    }
    plans
}

fn lanes(baseline: &Baseline, longest_delay: f64, n_pipeline: &mut usize) -> Vec<LanePlan> {
    let network = &baseline.network;
    let dt = network.clock.dt;
    let plan = |(l, lane): (usize, &crate::network::Lane)| {
        let transit = lane.transit / dt;
        let home = network.is_home(crate::network::LaneId::new(l));
        let delay = if home { 0.0 } else { longest_delay };
        // Two slots beyond the whole steps: one for the fraction, one for the step under way.
        let slots = if transit + delay > 0.0 { (transit + delay).floor() as usize + 2 } else { 0 };
        let start = *n_pipeline;
        *n_pipeline += slots;
        LanePlan {
            origin: lane.origin.index(),
            destination: lane.destination.index(),
            weight: baseline.weight[l],
            flow: baseline.flow[l] * dt,
            transit,
            pipeline: start..start + slots,
        }
    };
    network.lanes.iter().enumerate().map(plan).collect()
}

fn plants(baseline: &Baseline) -> Vec<PlantPlan> {
    let network = &baseline.network;
    let dt = network.clock.dt;
    let mut first_input = 0;
    let plan = |(plant, output): (&crate::network::Plant, &f64)| {
        let inputs = first_input..first_input + plant.inputs.len();
        first_input = inputs.end;
        PlantPlan {
            origin: plant.origin.index(),
            capacity: plant.capacity * dt,
            output: output * dt,
            minimum_run: plant.minimum_run,
            ramp: if plant.ramp > 0.0 { dt / plant.ramp } else { f64::INFINITY },
            inputs,
            host: plant.host.map(|(host, ratio)| (host.index(), ratio)),
            closure: plant.unit_cost.map(|cost| ClosurePlan {
                log_cost: ln(cost),
                exit_steps: plant.exit_lag / dt,
                log_restart: ln(plant.restart_price),
                restart_steps: plant.restart_lag / dt,
            }),
        }
    };
    network.plants.iter().zip(&baseline.output).map(plan).collect()
}

fn inputs(network: &Network) -> Vec<InputPlan> {
    let of_plant = |(j, plant): (usize, &crate::network::Plant)| {
        let input = move |input: &crate::network::Input| InputPlan {
            plant: j,
            destination: input.destination.index(),
            per_output: input.per_output,
        };
        plant.inputs.iter().map(input).collect::<Vec<_>>()
    };
    network.plants.iter().enumerate().flat_map(of_plant).collect()
}

fn consumers(network: &Network) -> Vec<ConsumerPlan> {
    network
        .consumers
        .iter()
        .map(|consumer| ConsumerPlan {
            destination: consumer.destination.index(),
            demand: consumer.demand * network.clock.dt,
            elasticity: consumer.elasticity,
            backlog_share: consumer.backlog_share,
        })
        .collect()
}

fn stockpiles(baseline: &Baseline, rules: &Rules, n_pipeline: &mut usize) -> Vec<StockpilePlan> {
    let dt = baseline.network.clock.dt;
    let plan = |stockpile: &crate::levers::Stockpile| {
        let destinations: Vec<usize> = stockpile.destinations.iter().map(|i| i.index()).collect();
        let need: f64 = destinations.iter().map(|i| baseline.need[*i]).sum();
        let share = |i: &usize| if need > 0.0 { baseline.need[*i] / need } else { 0.0 };
        let delivery = (stockpile.delivery_lag > 0.0).then(|| stockpile.delivery_lag / dt);
        let slots = delivery.map_or(0, |lag| lag.floor() as usize + 2);
        let start = *n_pipeline;
        *n_pipeline += slots * destinations.len();
        StockpilePlan {
            shares: destinations.iter().map(share).collect(),
            initial: if stockpile.unlimited() { 0.0 } else { stockpile.initial },
            unlimited: stockpile.unlimited(),
            spoilage: 1.0 - exp(-stockpile.spoilage * dt),
            delivery,
            pipeline: start..start + slots * destinations.len(),
            destinations,
        }
    };
    rules.stockpiles.iter().map(plan).collect()
}
