//! The tables of scenario.toml and the keys that are no kind's own.

use crate::hazards::Key;

/// A table of scenario.toml.
pub(super) struct Table {
    /// As written: `time` is `[time]`, `hazard` is `[hazard.NAME]`, `scenario` the top of the file.
    pub(super) name: &'static str,
    /// One sentence.
    pub(super) summary: &'static str,
    /// Its keys.
    pub(super) keys: &'static [Key],
    /// A fragment that parses.
    pub(super) example: &'static str,
}

const fn key(name: &'static str, unit: &'static str, default: &'static str, meaning: &'static str) -> Key {
    Key { name, unit, default, meaning }
}

/// Every table, in the order of the documentation.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "scenario",
        summary: "The top of scenario.toml.",
        keys: &[
            key("format", "number", "required", "Version of the format: 1."),
            key("title", "text", "required", "What the scenario is, in a line."),
            key("question", "text", "empty", "The question it asks, for reports."),
        ],
        example: r#"format = 1
title = "Cobalt for the EU"
question = "How large a stock would have covered a ban?""#,
    },
    Table {
        name: "time",
        summary: "The horizon and its steps.",
        keys: &[
            key("start", "date", "required", "First day of the first step."),
            key("years", "years", "required", "Horizon."),
            key("step", "text", "month", "Length of a step: day, week, month, quarter or year."),
        ],
        example: r#"[time]
start = "2027-01-01"
years = 5
step = "month""#,
    },
    Table {
        name: "run",
        summary: "How many runs, from which seed.",
        keys: &[
            key("seed", "count", "1", "The one seed that counts; above 2^63 - 1 written as text."),
            key("runs", "count", "1000", "Runs under each policy."),
        ],
        example: r#"[run]
seed = 1
runs = 5000"#,
    },
    Table {
        name: "network",
        summary: "The files of the network, and keys of the whole of it.",
        keys: &[
            key("places", "file", "places.csv", "Places and their names."),
            key("materials", "file", "materials.csv", "Materials, units, bases, tiers; there must be one."),
            key("plants", "file", "plants.csv", "Plants and capacities; there must be one."),
            key("recipes", "file", "recipes.csv", "Inputs of each output."),
            key("lanes", "file", "lanes.csv", "Known trade."),
            key("transit", "file", "transit.csv", "Transit times."),
            key("chokepoints", "file", "chokepoints.csv", "Straits, canals, corridors, borders."),
            key("consumers", "file", "consumers.csv", "Final demand; there must be one."),
            key("stocks", "file", "stocks.csv", "Inventories and unsold stocks."),
            key(
                "prices",
                "text",
                "exogenous",
                "endogenous: equations (15) to (17) move prices; exogenous: only shocks do.",
            ),
            key("allocation", "text", "priority", "Who is served first: priority, pro_rata or rated."),
            key("tolerance", "share", "0.01", "Relative deficit that is scaled away instead of refused."),
            key(
                "surplus",
                "text",
                "by_use",
                "What a surplus becomes: demand of the sector other, spread by_use or by_output; or refuse.",
            ),
            key("prior", "text", "gravity", "Prior of lanes that no table gives: gravity or none."),
            key("default_transit_days", "days", "30", "Transit of foreign lanes that no table gives."),
            key("price_floor", "ratio", "0.1", "Lowest price relative to the baseline (17)."),
            key("price_ceiling", "ratio", "10", "Highest price relative to the baseline (17)."),
        ],
        example: r#"[network]
prices = "endogenous"
allocation = "priority""#,
    },
    Table {
        name: "blocs",
        summary: "Named lists of places: each key is a bloc.",
        keys: &[],
        example: r#"[blocs]
EU27 = ["DEU", "FRA", "FIN"]"#,
    },
    Table {
        name: "market",
        summary: "Parameters of every material's market; [market.MATERIAL] changes one.",
        keys: &[
            key("prior", "text", "gravity without listed lanes, else none", "Prior of unlisted lanes."),
            key("cover_days", "days", "the market's", "Cover that users hold (4)."),
            key("adjustment_days", "days", "the market's", "Time in which users mend their inventory (4)."),
            key(
                "smoothing_days",
                "days or \"baseline\"",
                "the market's",
                "Time over which need is smoothed for the target (4).",
            ),
            key("unsold_days", "days", "the market's", "Unsold stock that origins hold (6), (10), (15)."),
            key("unsold_adjustment_days", "days", "the market's", "Time in which origins mend it (6)."),
            key("storage_days", "days", "no limit", "Most that an origin stores (10)."),
            key("spot_share", "share", "the market's", "Spot share of (9)."),
            key("contract_share", "share", "the market's", "Share of trade under contract (8), (14)."),
            key(
                "contract_lag_days",
                "days",
                "the market's",
                "Time in which contract prices follow the spot price.",
            ),
            key(
                "home_share",
                "share",
                "the market's",
                "Share that an origin's home lane is served before others (8).",
            ),
            key("switching_per_year", "per year", "the market's", "Rate at which weights move (14)."),
            key("price_cover", "ratio", "the market's", "Price response to users' cover (16)."),
            key("price_unsold", "ratio", "the market's", "Price response to unsold stock (15)."),
            key("price_utilisation", "ratio", "the market's", "Price response to utilisation (15)."),
            key("price_unserved", "ratio", "the market's", "Price response to unserved claims (16)."),
            key("price_fear", "ratio", "the market's", "Price response to threatened intake (16)."),
            key("price_days", "days", "the market's", "Time constant of prices (17)."),
            key(
                "hoarding",
                "ratio",
                "the market's",
                "How much a fully threatened destination raises its cover: 0.5 is by half.",
            ),
            key(
                "front_loading",
                "ratio",
                "the market's",
                "How much a fully announced cut raises orders in the notice period: 1 doubles them.",
            ),
        ],
        example: r#"[market]
cover_days = 45

[market.cobalt_refined]
price_days = 60"#,
    },
    Table {
        name: "hazard",
        summary: "The keys of every [hazard.NAME]; the rest are its kind's.",
        keys: &[
            key("kind", "text", "required", "Which kind: shortfall explain lists them."),
            key(
                "onset",
                "onset",
                "required",
                "{ poisson = { per_year = 0.25 } }, { scheduled = [dates] } or { catalogue = \"events.csv\" }.",
            ),
            key(
                "duration_days",
                "days or law",
                "none",
                "How long an event lasts; or duration_months, or duration_years.",
            ),
            key("duration_months", "months or law", "none", "The same in months."),
            key("duration_years", "years or law", "none", "The same in years."),
            key("severity", "number or law", "1", "How severe; what it means is the kind's to say."),
            key("sample", "count", "all", "How many of its targets an event touches, drawn at random."),
            key("lead_months", "months", "0", "Announced this long before it begins."),
            key("ramp_months", "months", "0", "From nothing to full strength."),
            key("recovery_months", "months", "0", "From full strength to nothing, after the end."),
            key("recovery", "text", "linear", "How it fades: linear, exponential or stepwise."),
        ],
        example: r#"[hazard.finnish_refinery]
kind = "outage"
onset = { poisson = { per_year = 0.2 } }
duration_months = { lognormal = { mean = 3, sd = 2 } }
severity = 0.6"#,
    },
    Table {
        name: "policy",
        summary: "A named list of measures under test.",
        keys: &[key("use", "list of stockpiles", "none", "Stockpiles it has: [\"stockpile.NAME\"].")],
        example: r#"[policy.none]

[policy.reserve]
use = ["stockpile.eu_cobalt"]"#,
    },
];
