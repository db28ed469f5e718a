//! The network compiled into flat arrays for the step: amounts per step, in tier order, under one policy's rules.

use super::claims::Claims;
use crate::baseline::Path;
use crate::exposure::Channels;
use crate::instructions::Instructions;
use crate::levers::Moves;
use crate::levers::Sharing;
use crate::math::Row;
use std::ops::Range;

/// Most ranks that an order can carry: classes beyond it share the last one. Three are in common use.
pub(super) const MAX_RANKS: usize = 8;

/// What the step reads and never changes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the step is computed with: the best of the processor, unless another is chosen to compare them.
    pub instructions: Instructions,
    /// Length of a step, years.
    pub dt: f64,
    /// Materials in tier order.
    pub materials: Vec<MaterialPlan>,
    /// Origins.
    pub origins: Vec<OriginPlan>,
    /// Destinations.
    pub destinations: Vec<DestinationPlan>,
    /// Lanes.
    pub lanes: Lanes,
    /// Plants.
    pub plants: Vec<PlantPlan>,
    /// Inputs of all plants, by plant.
    pub inputs: Vec<InputPlan>,
    /// Consumers.
    pub consumers: Vec<ConsumerPlan>,
    /// Stockpiles of the policy.
    pub stockpiles: Vec<StockpilePlan>,
    /// Uses that can move to another material.
    pub shifts: Vec<ShiftPlan>,
    /// Inventories that can be pooled.
    pub pools: Vec<PoolPlan>,
    /// Which other levers are ever moved.
    pub moves: Moves,
    /// Who asks for what at each destination, in the order of service.
    pub claims: Claims,
    /// Classes that an order can carry: 1, or the classes of service if orders are rated.
    pub n_ranks: usize,
    /// Classes of service, that of floors included, that of purchases not.
    pub n_classes: usize,
    /// Whether (15) to (17) move prices.
    pub endogenous: bool,
    /// ln of the price bounds, (17).
    pub log_price_bounds: (f64, f64),
    /// Whether events can bar named end users.
    pub end_use: bool,
    /// Rows in all pipelines.
    pub n_pipeline: usize,
    /// What of the exposure the step or a measure reads; what is written elsewhere changes nothing.
    pub heeded: Channels,
    /// Growth path.
    pub path: Path,
}

impl Plan {
    /// The same plan for who looks at no lane: [`super::State::shipped`] is left unkept wherever neither the step nor a measure
    /// reads it. All other numbers are the same.
    pub fn without_lane_flows(mut self) -> Plan {
        for material in &mut self.materials {
            material.keeps_shipped =
                material.travels || material.switching > 0.0 || self.end_use || self.moves.reserved;
        }
        self
    }

    /// The lanes of an origin with their destinations.
    #[inline(always)]
    pub(super) fn lanes_from(&self, origin: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let lanes = self.origins[origin].lanes.clone();
        lanes.clone().zip(self.lanes.destination[lanes].iter().map(|i| *i as usize))
    }
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
    /// Whether anything moves its weights: adaptation or a measure.
    pub weights_move: bool,
    /// Whether anything of it takes time to arrive.
    pub travels: bool,
    /// Whether what each of its lanes ships is kept, see [`Plan::without_lane_flows`].
    pub keeps_shipped: bool,
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
    /// κ.
    pub price_cost: f64,
    /// Share of the gap to the price that what is felt of it closes in a step, (2) and (7); 0 if nobody feels it.
    pub later_approach: f64,
    /// Share of the gap that prices close in a step, (17).
    pub price_approach: f64,
    /// Share of the gap that contract prices close in a step.
    pub contract_approach: f64,
    /// Raise of aimed-at cover under full threat.
    pub hoarding: f64,
    /// Raise of orders under a full announced cut.
    pub front_loading: f64,
    /// Whether a threat moves anything: if not, it is not looked at.
    pub heeds_threats: bool,
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
    /// Where its plants take inputs, and the share of each in the value of what they make in the baseline; empty if costs
    /// are not passed on.
    pub costs: Vec<(usize, f64)>,
}

/// A destination.
#[derive(Clone, Debug)]
pub struct DestinationPlan {
    /// Need per step at the start.
    pub need: f64,
    /// Cover in steps of need.
    pub cover: f64,
    /// Cover that a measure adds from the start, steps of need.
    pub extra_cover: f64,
    /// Part of the target that plants of earlier tiers will take in the next step.
    pub reserve: f64,
    /// P* at the start.
    pub under_way: f64,
    /// dt/θ of inventories.
    pub gain: f64,
    /// Share of the gap that smoothed need closes in a step; 0: the baseline's need counts.
    pub smoothing: f64,
    /// How many inputs of plants draw on it.
    pub n_inputs: usize,
    /// Rows of what is under way to it: what arrives in step t stands in row `t mod length`; empty if all arrives in the step
    /// it leaves. The length is a power of two.
    pub pipeline: Range<usize>,
}

/// Amounts up to this share of a destination's baseline need are what rounding leaves of none: rounding is 1e-15 of
/// a stock of many steps' need, and no market notices a billionth.
const NOTHING: f64 = 1e-9;

impl DestinationPlan {
    /// Amounts up to this one count as none wherever the step asks whether there is any: a share of what rounding left of
    /// nothing would be a number of its own.
    #[inline(always)]
    pub(super) fn nothing(&self) -> Row {
        Row::splat(self.need * NOTHING)
    }
}

/// The lanes, by origin: one array for each number, as most loops over lanes read only one or two of them.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    /// Destination.
    pub destination: Vec<u32>,
    /// w at the start.
    pub weight: Vec<f64>,
    /// Baseline flow per step.
    pub flow: Vec<f64>,
    /// How shipments travel.
    pub route: Vec<Route>,
}

/// How a lane's shipments travel.
#[derive(Clone, Debug)]
pub struct Route {
    /// Transit in steps.
    pub transit: f64,
    /// Most steps that events add to it, all together; none on a home lane.
    pub longest_delay: f64,
    /// Whole steps of its transit, …
    pub whole: usize,
    /// … and the part of a step besides them: this share arrives a step later.
    pub late: f64,
}

impl Route {
    /// Longest that a shipment can take, steps.
    pub(super) fn longest(&self) -> f64 {
        self.transit + self.longest_delay
    }
}

/// A plant.
#[derive(Clone, Debug)]
pub struct PlantPlan {
    /// Origin.
    pub origin: usize,
    /// Capacity per step at the start; none of a planned plant.
    pub capacity: f64,
    /// Capacity per step as written: what ramps and what is built are shares of.
    pub size: f64,
    /// Output per step at the start.
    pub output: f64,
    /// σ.
    pub later: f64,
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
    /// 1 / A.
    pub output_per_unit: f64,
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
    /// μ · ε.
    pub later: f64,
    /// Share of what was not served that is asked for again.
    pub backlog_share: f64,
    /// Share of its claims that is served before any class.
    pub floor: f64,
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
    /// How a joint stockpile shares its releases.
    pub sharing: Option<Sharing>,
    /// Where its destinations stand in [`crate::levers::Levers::member`].
    pub members: Range<usize>,
}

/// A consumer whose use can move to another.
#[derive(Clone, Copy, Debug)]
pub struct ShiftPlan {
    /// Who needs less.
    pub from: usize,
    /// Who needs more instead.
    pub to: usize,
    /// Units needed there for a unit not needed here.
    pub ratio: f64,
}

/// Destinations of one material whose inventories can be pooled.
#[derive(Clone, Debug)]
pub struct PoolPlan {
    /// Material.
    pub material: usize,
    /// Where.
    pub destinations: Vec<usize>,
}
