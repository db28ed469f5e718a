//! The supply network, checked and numbered: names resolved to dense ids, spans in years, flows per year.
//!
//! Materials stand in tier order: a recipe's inputs come before its output, unless it points back (scrap, own use).
//! Origins, destinations and lanes stand in the order of their material, so each material's are one range.

mod compile;
mod ids;
mod lanes;
mod names;
mod position;
mod recipes;
mod select;
mod sides;
#[cfg(test)]
pub(crate) mod testing;
mod tiers;
mod transit;

#[cfg(test)]
mod tests;

pub use compile::compile;
pub use ids::{ConsumerId, DestinationId, LaneId, MaterialId, OriginId, PlaceId, PlantId};
pub use position::Position;
pub use select::{Footprint, Select};

pub use crate::scenario::Allocation;
pub use crate::scenario::PriceMode;

use crate::scenario::Assumption;
use crate::scenario::Date;
use crate::scenario::Location;
use crate::scenario::Market;
use crate::scenario::Settings;
use crate::units::DAYS_PER_YEAR;
use std::ops::Range;

/// The network of a scenario.
#[derive(Clone, Debug)]
pub struct Network {
    /// The scenario's name.
    pub name: String,
    /// Time.
    pub clock: Clock,
    /// Price mode, allocation, tolerances.
    pub settings: Settings,
    /// Codes of places, sorted.
    pub places: Vec<Place>,
    /// Blocs with their members, sorted by name.
    pub blocs: Vec<(String, Vec<PlaceId>)>,
    /// Sectors, sorted.
    pub sectors: Vec<String>,
    /// Chokepoints, sorted.
    pub chokepoints: Vec<Chokepoint>,
    /// Materials in tier order, ties by name.
    pub materials: Vec<Material>,
    /// Supply sides, by material, then place.
    pub origins: Vec<Origin>,
    /// Use sides, by material, then place.
    pub destinations: Vec<Destination>,
    /// Lanes, by material, then origin, then destination.
    pub lanes: Vec<Lane>,
    /// Plants, by origin, then name.
    pub plants: Vec<Plant>,
    /// Consumers, by destination, then class, then sector.
    pub consumers: Vec<Consumer>,
    /// Priority classes in use: 0 is served first. Class `c` stands for the c-th smallest priority written.
    pub n_classes: usize,
    /// What was taken as given without the scenario saying so.
    pub assumptions: Vec<Assumption>,
}

/// The steps of a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// First day.
    pub start: Date,
    /// Length of a step in years.
    pub dt: f64,
    /// Steps in the horizon.
    pub n_steps: usize,
}

impl Clock {
    /// Index of the calendar-like year (from the start) that a step lies in.
    pub fn year_of(&self, step: usize) -> usize {
        // A step belongs to the year in which its middle lies: no rounding at year ends.
        ((step as f64 + 0.5) * self.dt) as usize
    }

    /// A delay as steps, at most the horizon: what arrives after it never does, however much later.
    pub fn steps_of_days(&self, days: f64) -> f64 {
        (days / DAYS_PER_YEAR / self.dt).min(self.n_steps as f64)
    }

    /// Years that the horizon touches.
    pub fn n_years(&self) -> usize {
        self.year_of(self.n_steps - 1) + 1
    }
}

/// A place.
#[derive(Clone, Debug)]
pub struct Place {
    /// Code.
    pub code: String,
    /// Name for reports.
    pub name: String,
    /// Gross domestic product, USD.
    pub gdp: Option<f64>,
    /// Where it is on the globe, if the scenario says so.
    pub position: Option<Position>,
}

/// A strait, canal, corridor or border.
#[derive(Clone, Debug)]
pub struct Chokepoint {
    /// Code.
    pub code: String,
    /// Transit in years that the alternative adds; `None`: there is no alternative.
    pub detour: Option<f64>,
    /// The alternative as written: routes of one name are one route.
    pub via: String,
    /// The chokepoint that the alternative crosses, as an index of [`Network::chokepoints`]; `None`: no listed one.
    pub alternative: Option<usize>,
}

/// A material with its market's parameters.
#[derive(Clone, Debug)]
pub struct Material {
    /// Code.
    pub code: String,
    /// Name for reports.
    pub name: String,
    /// Unit of amounts.
    pub unit: String,
    /// What the unit counts; may be empty.
    pub basis: String,
    /// Tier as written.
    pub tier: String,
    /// USD per unit in the baseline.
    pub reference_price: Option<f64>,
    /// Parameters.
    pub market: Market,
    /// Its origins.
    pub origins: Range<usize>,
    /// Its destinations.
    pub destinations: Range<usize>,
    /// Its lanes.
    pub lanes: Range<usize>,
}

/// Supply of a material in a place.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Material.
    pub material: MaterialId,
    /// Place.
    pub place: PlaceId,
    /// Its plants.
    pub plants: Range<usize>,
    /// Its lanes.
    pub lanes: Range<usize>,
    /// Unsold stock aimed at, days of baseline output: from stocks.csv or the market.
    pub unsold_days: f64,
}

/// Use of a material in a place.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Material.
    pub material: MaterialId,
    /// Place.
    pub place: PlaceId,
    /// Its consumers.
    pub consumers: Range<usize>,
    /// Cover aimed at, days of need: from stocks.csv or the market.
    pub cover_days: f64,
}

/// Trade of a material from an origin to a destination.
#[derive(Clone, Debug)]
pub struct Lane {
    /// From.
    pub origin: OriginId,
    /// To.
    pub destination: DestinationId,
    /// Known flow per year; `None`: to be fitted.
    pub flow: Option<f64>,
    /// Transit in years.
    pub transit: f64,
    /// Chokepoints crossed, as indices of [`Network::chokepoints`].
    pub chokepoints: Vec<usize>,
}

/// A plant.
#[derive(Clone, Debug)]
pub struct Plant {
    /// Name.
    pub name: String,
    /// What it makes, where.
    pub origin: OriginId,
    /// Who controls its owner.
    pub owner: PlaceId,
    /// Capacity per year.
    pub capacity: f64,
    /// Baseline output per year; `None`: derived by the baseline.
    pub output: Option<f64>,
    /// Share of capacity below which it does not run.
    pub minimum_run: f64,
    /// Years from nothing to full capacity; 0 is at once.
    pub ramp: f64,
    /// Cost relative to the reference price; `None`: never closes.
    pub unit_cost: Option<f64>,
    /// Years at a loss before it is mothballed.
    pub exit_lag: f64,
    /// Relative price above which it restarts.
    pub restart_price: f64,
    /// Years above that price before it restarts.
    pub restart_lag: f64,
    /// Host plant and units of by-product per unit of its output.
    pub host: Option<(PlantId, f64)>,
    /// Priority class of its inputs.
    pub class: usize,
    /// Not there until a measure builds it: it makes nothing in the baseline.
    pub planned: bool,
    /// Inputs: where they are taken from, and units per unit of output.
    pub inputs: Vec<Input>,
    /// Where it stands: its own, else its place's; `None`: the scenario says neither.
    pub position: Option<Position>,
    /// Where the scenario says so.
    pub at: Location,
}

/// One input of a plant.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// The inventory it draws on: the input material in the plant's place.
    pub destination: DestinationId,
    /// Units of input per unit of output.
    pub per_output: f64,
}

/// Final demand.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// What, where.
    pub destination: DestinationId,
    /// Index into [`Network::sectors`].
    pub sector: usize,
    /// Demand per year in the baseline.
    pub demand: f64,
    /// Growth, share a year.
    pub growth: f64,
    /// ε of (2).
    pub elasticity: f64,
    /// Priority class; 0 is served first.
    pub class: usize,
    /// Share of what was not served that is asked for again.
    pub backlog_share: f64,
    /// Value lost per unit short, USD.
    pub shortage_cost: Option<f64>,
    /// Up to this share of a step's requirement, a unit costs this multiple of its value; none: all units cost it once.
    pub shortage_steps: Vec<(f64, f64)>,
}

impl Network {
    /// Price mode of the scenario.
    pub fn prices(&self) -> PriceMode {
        self.settings.prices
    }

    /// Allocation unless a policy says otherwise.
    pub fn allocation(&self) -> Allocation {
        self.settings.allocation
    }

    /// The material of a lane.
    pub fn lane_material(&self, lane: LaneId) -> MaterialId {
        self.origins[self.lanes[lane.index()].origin.index()].material
    }

    /// True if a lane stays at home.
    pub fn is_home(&self, lane: LaneId) -> bool {
        let lane = &self.lanes[lane.index()];
        self.origins[lane.origin.index()].place == self.destinations[lane.destination.index()].place
    }
}
