//! The columns of the CSV tables.

use super::{Key, REQUIRED, Table, key};

/// Columns that every table accepts.
pub(crate) const PROVENANCE: &[Key] = &[
    key("source", "text", "", "Where the row's numbers come from."),
    key(
        "confidence",
        "text",
        "",
        "quoted, derived, assumed, …; rows marked assumed are listed among the assumptions.",
    ),
    key("note", "text", "", "Anything else."),
];

/// places.csv.
pub(crate) const PLACES: Table = Table {
    title: "places.csv",
    summary: "Places: countries by ISO 3166 alpha-3 code, or named aggregates such as ROW. Without this table, the places \
              are those that plants, consumers and stocks name.",
    keys: &[
        key("place", "text", REQUIRED, "Code that the other tables use; unique."),
        key("name", "text", "", "Name for reports. Tables may write it instead of the code."),
        key("gdp_usd", "USD", "", "Gross domestic product: a key for shares in a joint stockpile."),
        key("latitude", "degrees", "", "From -90 to 90; for outages within a radius."),
        key("longitude", "degrees", "", "From -180 to 180; needed with latitude."),
    ],
};

/// materials.csv.
pub(crate) const MATERIALS: Table = Table {
    title: "materials.csv",
    summary: "What is mined, made or used.",
    keys: &[
        key("material", "text", REQUIRED, "Code that the other tables use; unique."),
        key("name", "text", "the code", "Name for reports."),
        key("unit", "text", REQUIRED, "Unit of every amount of it: t, cell, pack, drone."),
        key("basis", "text", "", "What the unit counts: Co, gross."),
        key(
            "tier",
            "text",
            REQUIRED,
            "Position in the chain: ore, intermediate, refined, component, product, or any word.",
        ),
        key(
            "reference_price_usd",
            "USD per unit",
            "",
            "Price in the baseline; empty where money plays no part.",
        ),
    ],
};

/// plants.csv.
pub(crate) const PLANTS: Table = Table {
    title: "plants.csv",
    summary: "Each makes one material in one place.",
    keys: &[
        key("plant", "text", REQUIRED, "Its name; unique."),
        key("material", "text", REQUIRED, "What it makes."),
        key("place", "text", REQUIRED, "Where."),
        key("owner", "text", "the place", "Place that controls its owner."),
        key("capacity_per_year", "amount a year", REQUIRED, "Most it can make."),
        key("output_per_year", "amount a year", "", "Baseline output; empty: what is asked of it."),
        key("minimum_run", "share", "0", "Share of capacity below which it does not run."),
        key("ramp_months", "months", "0", "From nothing to full capacity."),
        key(
            "unit_cost",
            "multiple",
            "",
            "Cost a unit relative to the reference price; empty: it never closes (18).",
        ),
        key("exit_lag_months", "months", "12", "Time at a loss before it is mothballed (18)."),
        key("restart_price", "multiple", "the unit cost", "Price above which it restarts (18)."),
        key("restart_lag_months", "months", "12", "Time above that price before it restarts (18)."),
        key("host", "text", "", "The plant whose by-product this is."),
        key(
            "host_ratio",
            "amount per amount",
            "",
            "Units of by-product per unit of the host's output; needed with host.",
        ),
        key(
            "priority",
            "whole number",
            "",
            "Priority class of its inputs; 1 is served first; empty: the last.",
        ),
        key("planned", "yes or no", "no", "yes: it is not there until a measure builds it."),
        key("latitude", "degrees", "", "From -90 to 90; empty: where its place is."),
        key("longitude", "degrees", "", "From -180 to 180; needed with latitude."),
    ],
};

/// recipes.csv.
pub(crate) const RECIPES: Table = Table {
    title: "recipes.csv",
    summary: "One row an input. A unit of output takes amount / yield units of input.",
    keys: &[
        key("output", "text", REQUIRED, "The material made."),
        key("input", "text", REQUIRED, "The material used."),
        key("amount", "amount per amount", REQUIRED, "Input in a unit of output, losses left out; above 0."),
        key("yield", "share", "1", "Part of the input that ends in the output; above 0."),
        key("plant", "text", "", "Only for this plant; empty: for every plant without a recipe of its own."),
    ],
};

/// lanes.csv.
pub(crate) const LANES: Table = Table {
    title: "lanes.csv",
    summary: "Known trade of a material from an origin to a destination. A lane from a place to itself is home supply: \
              what a place makes and uses; no restriction on trade touches it.",
    keys: &[
        key("material", "text", REQUIRED, "What is traded."),
        key("from", "text", REQUIRED, "Where it was made; not a place it passes through."),
        key("to", "text", REQUIRED, "Where it is used."),
        key("flow_per_year", "amount a year", "", "Known flow; empty: to be fitted; 0: known to be closed."),
        key("transit_days", "days", "", "Door to door; empty: from transit.csv."),
        key("chokepoints", "codes, blank-separated", "", "Chokepoints crossed; empty: from transit.csv."),
    ],
};

/// transit.csv.
pub(crate) const TRANSIT: Table = Table {
    title: "transit.csv",
    summary: "Transit times for lanes that do not give their own. The most specific row counts.",
    keys: &[
        key("from", "text", REQUIRED, "A place, a bloc or *."),
        key("to", "text", REQUIRED, "A place, a bloc or *."),
        key("material", "text", "*", "A material, or a pattern such as cobalt_*."),
        key("transit_days", "days", REQUIRED, "Door to door."),
        key("chokepoints", "codes, blank-separated", "", "Chokepoints crossed."),
    ],
};

/// chokepoints.csv.
pub(crate) const CHOKEPOINTS: Table = Table {
    title: "chokepoints.csv",
    summary: "Straits, canals, corridors and borders that lanes cross.",
    keys: &[
        key("chokepoint", "text", REQUIRED, "Code, without blanks; unique."),
        key("name", "text", "the code", "Name for reports."),
        key("alternative", "text", "", "What traffic takes instead: another chokepoint, or any words."),
        key("extra_days", "days", "", "Transit that the alternative adds; empty: there is none."),
    ],
};

/// consumers.csv.
pub(crate) const CONSUMERS: Table = Table {
    title: "consumers.csv",
    summary: "Final demand by material, place and sector.",
    keys: &[
        key("material", "text", REQUIRED, "What is used."),
        key("place", "text", REQUIRED, "Where."),
        key("sector", "text", REQUIRED, "defence, civil, other, or any word."),
        key("demand_per_year", "amount a year", REQUIRED, "Demand in the baseline year."),
        key("priority", "whole number", "1", "1 is served first."),
        key(
            "elasticity",
            "number",
            "0",
            "How much a higher price lowers demand: demand goes with price^-elasticity (2).",
        ),
        key("growth_per_year", "change a year", "0", "Growth of demand: 0.02 is 2 % a year; above -1."),
        key("backlog_share", "share", "0", "Part of what was not served that is asked for again (13)."),
        key("shortage_cost_usd", "USD per unit", "", "Value lost per unit short; empty: not counted."),
    ],
};

/// stocks.csv.
pub(crate) const STOCKS: Table = Table {
    title: "stocks.csv",
    summary: "Cover that differs from the market's.",
    keys: &[
        key("material", "text", REQUIRED, "What is held."),
        key("place", "text", REQUIRED, "Where."),
        key("kind", "inventory or unsold", "inventory", "Users' inventory, or producers' unsold stock."),
        key("cover_days", "days", REQUIRED, "Days of use, or of output, aimed at and held at the start."),
    ],
};

/// A catalogue of events.
pub(crate) const CATALOGUE: Table = Table {
    title: "catalogue of events",
    summary: "A table that an onset names: events of each run. Runs without a row have no event.",
    keys: &[
        key("run", "whole number", REQUIRED, "Run, from 0."),
        key("start_months", "months", REQUIRED, "Begin, counted from the start of the horizon."),
        key("end_months", "months", REQUIRED, "End; not before the begin."),
        key("severity", "number", "", "Severity; empty: drawn from the hazard's law."),
        key(
            "targets",
            "names, blank-separated",
            "",
            "What is touched; empty: all of the hazard's footprint.",
        ),
        key("hazard", "text", "", "Only rows of the hazard's name count."),
    ],
};
