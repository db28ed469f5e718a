//! A scenario as written: what people put into `scenario.toml` and its tables, each value with its place.
//!
//! Nothing here is numbered or balanced. Names are still text; [`crate::network::compile`] resolves them.

mod body;
mod calendar;
mod design;
mod document;
mod draws;
mod entries;
mod files;
mod folder;
mod header;
mod key_path;
mod keys;
mod limits;
mod links;
mod load;
mod market;
mod names;
pub mod onset;
mod open;
mod problem;
mod regimes;
mod render;
mod rows;
mod selector;
mod settings;
mod sheet;
mod shortage;
mod source;
mod sweep;
mod tables;
mod uncertain;
mod until;
mod value;

pub use body::Body;
pub use calendar::{Date, parse_date};
pub use draws::Number;
pub use entries::{HazardEntry, MeasureEntry, PolicyEntry, Recovery, ShapeEntry};
pub use keys::{Key, REQUIRED, Table, example, markdown, reference, section};
pub use links::{ConditionEntry, EscalatesEntry, ExcitesEntry, LinksEntry, RegimeUse, Watched};
pub use load::{Options, load};
pub use onset::{CatalogueEvent, GapFrom, Onset};
pub use open::{Case, Open, open};
pub use problem::{At, Location, Problem, Problems, Severity, nearest};
pub use regimes::{RegimeEntry, SettlementEntry};
pub use selector::Selector;
pub use source::{Source, SourceId};
pub use sweep::{MOST_POINTS, Setting};
pub use tables::{
    BlocRow, ChokepointRow, ConsumerRow, LaneRow, MaterialRow, PlaceRow, PlantRow, RecipeRow, StockRow,
    TransitRow,
};
pub use uncertain::Uncertain;
pub use until::{Statistic, Until};

use crate::units::StepLength;
use std::path::PathBuf;

/// Everything a scenario folder says, before any name is resolved.
#[derive(Debug)]
pub struct Scenario {
    /// The folder's name: what results, reports and messages call the scenario.
    pub name: String,
    /// The `title` key.
    pub title: String,
    /// The question the scenario asks, for reports; empty if none is given.
    pub question: String,
    /// The folder that holds `scenario.toml`.
    pub folder: PathBuf,
    /// Every file read, with its text and SHA-256: for messages, the manifest and the copy in the results folder.
    pub sources: Vec<Source>,
    /// The `[time]` table.
    pub time: Time,
    /// The `[run]` table, after `--set`, `--seed` and `--runs`.
    pub run: RunSettings,
    /// The `[network]` table's keys that are not file names, and `[market]`.
    pub settings: Settings,
    /// Rows of the tables, in file order.
    pub places: Vec<PlaceRow>,
    /// Named lists of places.
    pub blocs: Vec<BlocRow>,
    /// Materials, in file order.
    pub materials: Vec<MaterialRow>,
    /// Plants, in file order.
    pub plants: Vec<PlantRow>,
    /// Recipes: one row an input.
    pub recipes: Vec<RecipeRow>,
    /// Known lanes.
    pub lanes: Vec<LaneRow>,
    /// Transit times by exporter, importer and material.
    pub transit: Vec<TransitRow>,
    /// Straits, canals, corridors and borders.
    pub chokepoints: Vec<ChokepointRow>,
    /// Final demand.
    pub consumers: Vec<ConsumerRow>,
    /// Inventories of users and unsold stocks of producers.
    pub stocks: Vec<StockRow>,
    /// `[shortage_cost.SECTOR]`, sorted by sector.
    pub shortage_costs: Vec<ShortageCost>,
    /// `[hazard.NAME]`, sorted by name.
    pub hazards: Vec<HazardEntry>,
    /// `[regime.NAME]`, sorted by name.
    pub regimes: Vec<RegimeEntry>,
    /// `[settlement.NAME]`, sorted by name.
    pub settlements: Vec<SettlementEntry>,
    /// Measures `[KIND.NAME]`, sorted by kind, then name.
    pub measures: Vec<MeasureEntry>,
    /// `[policy.NAME]`, in the order of the file: the first is the one others are compared with.
    pub policies: Vec<PolicyEntry>,
    /// What was taken as given without the scenario saying so, and rows marked `assumed`: for the report and the manifest.
    pub assumptions: Vec<Assumption>,
}

/// The `[time]` table.
#[derive(Clone, Debug)]
pub struct Time {
    /// First day of the first step.
    pub start: Date,
    /// Horizon in years.
    pub years: f64,
    /// Length of a step.
    pub step: StepLength,
    /// Steps in the horizon: `years / step`, rounded to the next whole number.
    pub n_steps: usize,
    /// Where the table stands.
    pub at: Location,
}

/// The `[run]` table.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// The one seed that counts; 0 is a seed like any other.
    pub seed: u64,
    /// Runs under each policy, in each draw; at least 1.
    pub runs: u64,
    /// Draws of the uncertain numbers; `None`: they stand at their central values.
    pub draws: Option<u64>,
    /// Go on until this is known; `runs` are the least.
    pub until: Option<Until>,
}

/// How a market's price forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceMode {
    /// Equations (15) to (17) move prices.
    Endogenous,
    /// Only shocks move prices.
    Exogenous,
}

/// Who is served first when there is not enough; see equations (8) and (12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocation {
    /// Every use alike.
    ProRata,
    /// By priority class at the destination; orders upstream are alike.
    Priority,
    /// By priority class everywhere: an order carries the class of the demand it serves, up to the mine.
    Rated,
}

/// Prior of lanes that no table gives; see model section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prior {
    /// Supply times use, damped by transit.
    Gravity,
    /// What is not listed does not exist.
    None,
}

/// What happens to a surplus of supply over use in the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surplus {
    /// It becomes demand of the sector `other`, spread by known use.
    ByUse,
    /// It becomes demand of the sector `other` where it is produced.
    ByOutput,
    /// The scenario is refused.
    Refuse,
}

/// Keys of the whole network.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Price mode.
    pub prices: PriceMode,
    /// Default allocation; a policy may set another.
    pub allocation: Allocation,
    /// Relative deficit that is scaled away instead of refused.
    pub tolerance: f64,
    /// What becomes of a surplus.
    pub surplus: Surplus,
    /// Prior of materials that do not set their own.
    pub prior: Option<Prior>,
    /// Transit of foreign lanes that no table gives.
    pub default_transit_days: f64,
    /// Price bounds relative to the baseline, (17).
    pub price_bounds: (f64, f64),
    /// Rate at which what is paid later counts less, share a year.
    pub discount_rate: f64,
    /// `[market]`, the parameters of every material …
    pub market: Market,
    /// … and `[market.MATERIAL]` where one differs: already merged over `market`, sorted by material.
    pub markets: Vec<(At<String>, Market)>,
}

/// Parameters of a material's market, the same in every place. All spans as written in the key's unit.
#[derive(Clone, Debug)]
pub struct Market {
    /// Prior of unlisted lanes; `None`: gravity if the material has no listed lane, else `none`.
    pub prior: Option<Prior>,
    /// Cover that users hold, days of need (4); stocks.csv may give one by place.
    pub cover_days: f64,
    /// θ of inventories, days (4).
    pub adjustment_days: f64,
    /// Time over which need is smoothed for the target, days; `None` is `"baseline"` (4).
    pub smoothing_days: Option<f64>,
    /// Unsold stock that origins hold, days of output: J* of (6), (10), (15).
    pub unsold_days: f64,
    /// θ of unsold stock, days (6).
    pub unsold_adjustment_days: f64,
    /// Most that an origin can store, days of output; infinite by default (10).
    pub storage_days: f64,
    /// Spot share of (9).
    pub spot_share: f64,
    /// Share of trade under contract: served first (8), fixed in (14), priced with a lag.
    pub contract_share: f64,
    /// Time over which contract prices follow the spot price, days.
    pub contract_lag_days: f64,
    /// Share of an origin's available amount that its home lane is served before others (8).
    pub home_share: f64,
    /// Rate of (14), per year.
    pub switching_per_year: f64,
    /// ψ of destinations (16).
    pub price_cover: f64,
    /// ψ of origins (15).
    pub price_unsold: f64,
    /// ν of (15).
    pub price_utilisation: f64,
    /// χ of (16).
    pub price_unserved: f64,
    /// ζ of (16).
    pub price_fear: f64,
    /// κ of (15): part of a change in the cost of inputs that a product's price follows.
    pub price_cost: f64,
    /// μ of (2): response to a price that lasts, in multiples of a consumer's elasticity.
    pub elasticity_later: f64,
    /// σ of (7): response of capacity to a price that lasts.
    pub capacity_later: f64,
    /// Time over which a price that lasts is felt, days.
    pub later_days: f64,
    /// θ_p of (17), days.
    pub price_days: f64,
    /// How much a fully threatened destination raises its aimed-at cover: 0.5 is by half.
    pub hoarding: f64,
    /// How much a fully announced cut raises orders in the notice period: 1 doubles them.
    pub front_loading: f64,
}

/// What a sector loses when it goes short, `[shortage_cost.SECTOR]`.
#[derive(Clone, Debug)]
pub struct ShortageCost {
    /// The sector.
    pub sector: At<String>,
    /// Value lost per unit, USD, where consumers.csv gives none.
    pub usd_per_unit: Option<f64>,
    /// The same as a multiple of the material's reference price.
    pub price_multiple: Option<f64>,
    /// Steps of the loss: up to this share of the step's requirement, a unit costs this factor times its value; ascending,
    /// the last share is 1.
    pub steps: Vec<(f64, f64)>,
}

/// Something the scenario did not say, or said with doubt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumption {
    /// What it is about: `market.cobalt_refined.cover_days`, `plants.csv:12 capacity_per_year`.
    pub about: String,
    /// The value taken, with its unit.
    pub value: String,
    /// Why: "default", "marked assumed", "mode of a range".
    pub why: String,
}
