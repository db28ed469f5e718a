//! The CSV tables: one struct a row. Amounts are per year in the material's unit.

use super::problem::{At, Location};

/// A row of places.csv.
#[derive(Clone, Debug)]
pub struct PlaceRow {
    /// Code: what every other table writes.
    pub place: At<String>,
    /// Name for reports and for matching names that tables write instead of codes; may be empty.
    pub name: String,
    /// Gross domestic product, USD.
    pub gdp_usd: Option<f64>,
    /// Latitude and longitude, degrees.
    pub position: Option<(f64, f64)>,
}

/// A bloc of `[blocs]`.
#[derive(Clone, Debug)]
pub struct BlocRow {
    /// Its name, distinct from every place.
    pub bloc: At<String>,
    /// Its members.
    pub places: Vec<At<String>>,
}

/// A row of materials.csv.
#[derive(Clone, Debug)]
pub struct MaterialRow {
    /// Code.
    pub material: At<String>,
    /// Name for reports; the code if empty.
    pub name: String,
    /// Unit of amounts: t, cell, pack, drone.
    pub unit: At<String>,
    /// What the unit counts: Co, gross; empty if there is only one reading.
    pub basis: String,
    /// Position in the chain: ore, intermediate, refined, component, product, or any word.
    pub tier: At<String>,
    /// USD per unit in the baseline; `None` where money plays no part.
    pub reference_price_usd: Option<f64>,
}

/// A row of plants.csv.
#[derive(Clone, Debug)]
pub struct PlantRow {
    /// Unique name.
    pub plant: At<String>,
    /// What it makes.
    pub material: At<String>,
    /// Where.
    pub place: At<String>,
    /// Place that controls its owner; the plant's own place if empty.
    pub owner: Option<At<String>>,
    /// Most it can make in a year.
    pub capacity_per_year: At<f64>,
    /// What it makes in the baseline year; `None`: what is asked of it, by capacity.
    pub output_per_year: Option<At<f64>>,
    /// Share of capacity below which it does not run; 0 by default.
    pub minimum_run: f64,
    /// Months from nothing to full capacity; 0 is at once.
    pub ramp_months: f64,
    /// Cost per unit relative to the reference price; `None`: never closes (18).
    pub unit_cost: Option<f64>,
    /// Months at a loss before it is mothballed.
    pub exit_lag_months: f64,
    /// Price relative to the reference above which it restarts; the unit cost if not given.
    pub restart_price: Option<f64>,
    /// Months above the restart price before it restarts.
    pub restart_lag_months: f64,
    /// The plant whose by-product this is, with units of by-product per unit of the host's output.
    pub host: Option<(At<String>, f64)>,
    /// Priority class of its inputs against other users; 1 is served first.
    pub priority: Option<u32>,
    /// Not there until a measure builds it.
    pub planned: bool,
    /// Latitude and longitude, degrees; `None`: those of its place.
    pub position: Option<(f64, f64)>,
    /// The row.
    pub at: Location,
}

/// A row of recipes.csv: one input of one output.
#[derive(Clone, Debug)]
pub struct RecipeRow {
    /// The material made.
    pub output: At<String>,
    /// The material used.
    pub input: At<String>,
    /// Units of input per unit of output, losses included: `amount / yield`.
    pub per_output: f64,
    /// Only for this plant; `None`: every plant of the output that has no recipe of its own.
    pub plant: Option<At<String>>,
    /// The row.
    pub at: Location,
}

/// A row of lanes.csv.
#[derive(Clone, Debug)]
pub struct LaneRow {
    /// What is traded.
    pub material: At<String>,
    /// Origin.
    pub from: At<String>,
    /// Destination; equal to `from` for home supply.
    pub to: At<String>,
    /// Known flow; `None`: the lane exists, its flow is fitted; 0: known to be closed.
    pub flow_per_year: Option<At<f64>>,
    /// Transit; `None`: transit.csv, then the default.
    pub transit_days: Option<f64>,
    /// Chokepoints crossed; `None`: transit.csv.
    pub chokepoints: Option<Vec<At<String>>>,
    /// The row.
    pub at: Location,
}

/// A row of transit.csv.
#[derive(Clone, Debug)]
pub struct TransitRow {
    /// Origin: a place, a bloc or `*`.
    pub from: At<String>,
    /// Destination: a place, a bloc or `*`.
    pub to: At<String>,
    /// Material, or a glob.
    pub material: At<String>,
    /// Door to door.
    pub transit_days: f64,
    /// Chokepoints crossed.
    pub chokepoints: Vec<At<String>>,
}

/// A row of chokepoints.csv.
#[derive(Clone, Debug)]
pub struct ChokepointRow {
    /// Code.
    pub chokepoint: At<String>,
    /// Name for reports.
    pub name: String,
    /// The chokepoint or route that traffic takes instead; free text if it is none of this table.
    pub alternative: String,
    /// Added transit of the alternative.
    pub extra_days: Option<f64>,
}

/// A row of consumers.csv.
#[derive(Clone, Debug)]
pub struct ConsumerRow {
    /// What is used.
    pub material: At<String>,
    /// Where.
    pub place: At<String>,
    /// defence, civil, other, or any word.
    pub sector: At<String>,
    /// Demand in the baseline year.
    pub demand_per_year: At<f64>,
    /// 1 is served first; 1 for every row by default.
    pub priority: u32,
    /// ε of (2), ≥ 0.
    pub elasticity: f64,
    /// Growth of demand, share a year.
    pub growth_per_year: f64,
    /// Share of what was not served that is asked for again (13).
    pub backlog_share: f64,
    /// Value lost per unit short, USD; `None`: not counted.
    pub shortage_cost_usd: Option<f64>,
    /// The row.
    pub at: Location,
}

/// A row of stocks.csv: cover that differs from the market's.
#[derive(Clone, Debug)]
pub struct StockRow {
    /// Material.
    pub material: At<String>,
    /// Place.
    pub place: At<String>,
    /// True for users' inventory (I), false for producers' unsold stock (J).
    pub inventory: bool,
    /// Days of use or output aimed at and held at the start.
    pub cover_days: At<f64>,
}
