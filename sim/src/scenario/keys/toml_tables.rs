//! The tables of scenario.toml.

use super::{REQUIRED, Table, key};

/// Keys outside any table.
pub(crate) const TOP: Table = Table {
    title: "scenario.toml",
    summary: "Keys before the first table.",
    keys: &[
        key("format", "number", REQUIRED, "Version of this format: 1."),
        key("title", "text", "the folder's name", "What reports call the scenario."),
        key("question", "text", "", "The question that the scenario asks, for reports."),
        key("time", "table", REQUIRED, "Start, horizon and step."),
        key("run", "table", "", "Seed and number of runs."),
        key("network", "table", "", "Files of the tables, and how the network works."),
        key("blocs", "table", "", "Named lists of places."),
        key("market", "table", "", "Parameters of every market, and of single materials."),
        key("design", "table", "", "Points of a sweep, spread over ranges of keys."),
        key("correlation", "table", "", "Rank correlations of uncertain numbers."),
        key("hazard", "tables", "", "One table a hazard: [hazard.NAME]."),
        key("regime", "tables", "", "One table a regime: [regime.NAME]."),
        key("settlement", "tables", "", "One table a settlement: [settlement.NAME]."),
        key("shortage_cost", "tables", "", "What sectors lose when short: [shortage_cost.SECTOR]."),
        key(
            "policy",
            "tables",
            "",
            "One table a policy: [policy.NAME]. Without any there is one, named none.",
        ),
    ],
};

/// `[time]`.
pub(crate) const TIME: Table = Table {
    title: "[time]",
    summary: "When the simulation starts, how long it lasts, and how long a step is.",
    keys: &[
        key(
            "start",
            "date",
            REQUIRED,
            "First day: \"2027-01-01\", or \"2027-01\" for the first of the month.",
        ),
        key("years", "years", REQUIRED, "Horizon; above 0. The last step may reach past it."),
        key("step", "day, week, month, quarter or year", "month", "Length of a step."),
    ],
};

/// `[run]`.
pub(crate) const RUN: Table = Table {
    title: "[run]",
    summary: "How many histories are sampled, from which seed.",
    keys: &[
        key(
            "seed",
            "whole number",
            "1",
            "From 0 to 9223372036854775807; written as text, to 18446744073709551615. 0 is a seed like any other.",
        ),
        key("runs", "whole number", "1000", "Runs under each policy, in each draw; at least 1."),
        key(
            "draws",
            "whole number",
            "",
            "Draws of the numbers that are written as laws; without it they stand at their central values.",
        ),
        key("until", "table", "", "Go on until a statistic is known well enough; `runs` are then the least."),
    ],
};

/// `[run.until]`.
pub(crate) const UNTIL: Table = Table {
    title: "[run.until]",
    summary: "When there are enough runs: until = { statistic = \"cvar95\", of = \"shortfall\", relative_half_width = 0.05, max_runs = \
              100000 }. Looked at after every 1,024 runs at most, at each point by itself; the result is the first part of a longer run.",
    keys: &[
        key("statistic", "mean, cvar95 or cvar99", "cvar95", "Mean of all runs, or of the worst 5 or 1 %."),
        key(
            "of",
            "text",
            "shortfall",
            "Quantity of consumers in the table summary: shortfall, shortfall_share, short (its mean is the probability of a shortage), …",
        ),
        key(
            "relative_half_width",
            "share",
            REQUIRED,
            "Half the width of the 95 % interval, as a share of the statistic; above 0.",
        ),
        key("max_runs", "whole number", REQUIRED, "Runs under each policy, at most."),
        key(
            "material",
            "text",
            "",
            "Only of its consumers. Without this and the next two: of those that the table at the end of a run shows.",
        ),
        key("place", "text", "", "Only of consumers there."),
        key("sector", "text", "", "Only of its consumers."),
    ],
};

/// The forms of a design.
pub(crate) const DESIGN_FORMS: [&str; 5] = ["latin_hypercube", "sobol", "one_at_a_time", "morris", "list"];

/// `[design]`.
pub(crate) const DESIGN: Table = Table {
    title: "[design]",
    summary: "Points beside those that sweeps make; with sweeps, every combination. One of the forms below. `over` holds \
              dotted keys in quotes, each with its lowest and highest value, [15.0, 60.0], or a law; two whole numbers give whole \
              numbers.",
    keys: &[
        key(
            "latin_hypercube",
            "{ points, over }",
            "",
            "Each of as many equal parts of every range has one point.",
        ),
        key(
            "sobol",
            "{ points, over }",
            "",
            "A scrambled Sobol sequence; best with 2, 4, 8, … points; at most 32 keys.",
        ),
        key(
            "one_at_a_time",
            "{ over }",
            "",
            "The scenario as written, then each value of each key's list alone.",
        ),
        key(
            "morris",
            "{ trajectories, levels, over }",
            "",
            "Trajectories of Morris, one point more than keys each; an even number of levels, 4 by default.",
        ),
        key(
            "list",
            "file",
            "",
            "A CSV file whose header holds dotted keys; each row is a point, an empty cell changes nothing.",
        ),
    ],
};

/// `[correlation]`.
pub(crate) const CORRELATION: Table = Table {
    title: "[correlation]",
    summary: "Rank correlations between numbers that are written as laws, by their dotted keys in quotes: \
              \"market.cover_days\" = { \"market.spot_share\" = 0.6 }. Pairs that are not named are independent.",
    keys: &[],
};

/// `[network]`.
pub(crate) const NETWORK: Table = Table {
    title: "[network]",
    summary: "File names are relative to the scenario's folder. A table that is not named here is read from the file of \
              its own name, if the folder has it.",
    keys: &[
        key("places", "file", "places.csv", "Places with their names."),
        key("materials", "file", "materials.csv", "Materials; needed."),
        key("plants", "file", "plants.csv", "Plants; needed."),
        key("recipes", "file", "recipes.csv", "What goes into what."),
        key("lanes", "file", "lanes.csv", "Known trade."),
        key("transit", "file", "transit.csv", "Transit times and routes."),
        key("chokepoints", "file", "chokepoints.csv", "Straits, canals, corridors and borders."),
        key("consumers", "file", "consumers.csv", "Final demand; needed."),
        key("stocks", "file", "stocks.csv", "Inventories and unsold stocks that differ from the market's."),
        key("prices", "exogenous or endogenous", "exogenous", "Only shocks move prices, or markets do too."),
        key(
            "allocation",
            "pro_rata, priority or rated",
            "priority",
            "Who is served first when there is not enough.",
        ),
        key("tolerance", "share", "0.01", "Deficit of supply that is scaled away instead of refused."),
        key(
            "surplus",
            "by_use, by_output or refuse",
            "by_use",
            "What becomes of supply that nobody is known to use.",
        ),
        key("prior", "gravity or none", "", "Prior of unlisted lanes; by default the market's rule."),
        key("default_transit_days", "days", "30", "Transit of foreign lanes that no table gives."),
        key("price_floor", "multiple", "0.1", "Lowest price relative to the baseline; above 0, at most 1."),
        key("price_ceiling", "multiple", "10", "Highest price relative to the baseline; at least 1."),
        key(
            "discount_rate",
            "share",
            "0",
            "Rate a year at which costs of later steps count less, those of policies and those of shortage.",
        ),
    ],
};

/// `[blocs]`.
pub(crate) const BLOCS: Table = Table {
    title: "[blocs]",
    summary: "Each key is a bloc's name, distinct from every place; its value is the list of its members, places or \
              other blocs' places written out. A place can be in several.",
    keys: &[],
};

/// `[market]` and `[market.MATERIAL]`.
pub(crate) const MARKET: Table = Table {
    title: "[market]",
    summary: "Parameters of every market. [market.MATERIAL] has the same keys and overrides them for one material. Each \
              default that is taken is listed among the assumptions.",
    keys: &[
        key(
            "prior",
            "gravity or none",
            "",
            "Prior of unlisted lanes; by default gravity where no lane is listed, else none.",
        ),
        key("cover_days", "days", "30", "Cover that users hold, in days of need (4)."),
        key("adjustment_days", "days above 0", "90", "Time over which users close a gap in their cover (4)."),
        key(
            "smoothing_days",
            "days above 0",
            "baseline",
            "Time over which need is smoothed for the target; \"baseline\": it stays the baseline's (4).",
        ),
        key("unsold_days", "days", "15", "Unsold stock that origins hold, in days of output (6)."),
        key("unsold_adjustment_days", "days above 0", "90", "Time over which origins close a gap in it (6)."),
        key(
            "storage_days",
            "days",
            "unlimited",
            "Most that an origin can store, in days of output; \"unlimited\" (10).",
        ),
        key("spot_share", "share", "0.6", "Part of what stays unfilled that other origins can fill (9)."),
        key(
            "contract_share",
            "share",
            "0",
            "Part of trade under contract: served first, never moved (8, 14).",
        ),
        key("contract_lag_days", "days", "90", "Time over which contract prices follow the spot price (17)."),
        key(
            "home_share",
            "share",
            "0",
            "Part of what an origin has that its own place is served before others (8).",
        ),
        key(
            "switching_per_year",
            "per year",
            "0.5",
            "Rate at which buyers move to suppliers that deliver (14).",
        ),
        key("price_cover", "factor", "0.5", "How much empty inventories raise a place's price (16)."),
        key("price_unsold", "factor", "0.3", "How much unsold stock lowers an origin's price (15)."),
        key("price_utilisation", "factor", "0.5", "How much utilisation raises an origin's price (15)."),
        key("price_unserved", "factor", "2", "How much unserved demand raises a place's price (16)."),
        key("price_fear", "factor", "0.5", "How much threatened supply raises a place's price (16)."),
        key(
            "elasticity_later",
            "multiple",
            "0",
            "How much a price that lasts lowers demand besides, in multiples of each consumer's elasticity: by then users \
             have substituted (2).",
        ),
        key(
            "capacity_later",
            "number",
            "0",
            "How much a price that lasts raises capacity where the material is made: with the price to this power (7).",
        ),
        key("later_days", "days above 0", "730", "Time over which a price that lasts is felt (2, 7)."),
        key(
            "price_cost",
            "share",
            "0",
            "Part of a change in the cost of inputs that plants pass on in the price of what they make; needs reference \
             prices (15).",
        ),
        key("price_days", "days above 0", "60", "Time over which prices approach their target (17)."),
        key("hoarding", "factor", "0.5", "How much a full threat raises the cover aimed at: 0.5 is by half."),
        key(
            "front_loading",
            "factor",
            "1",
            "How much a fully announced cut raises orders before it: 1 doubles them.",
        ),
    ],
};

/// `[shortage_cost.SECTOR]`.
pub(crate) const SHORTAGE_COST: Table = Table {
    title: "[shortage_cost.SECTOR]",
    summary: "What a sector's consumers lose when they are short: a value per unit, and steps by the share of the step's \
              requirement that is missing. Without steps every unit costs its value.",
    keys: &[
        key("usd_per_unit", "USD", "", "Value lost per unit, for consumers that give no shortage_cost_usd."),
        key("price_multiple", "multiple", "", "The same as a multiple of the material's reference price."),
        key("up_to", "list of shares", "", "Ends of the steps, rising to 1."),
        key(
            "factor",
            "list of factors",
            "",
            "What a unit lost within each step costs, in multiples of its value.",
        ),
    ],
};

/// `[KIND.NAME]`.
pub(crate) const MEASURE: Table = Table {
    title: "[KIND.NAME]",
    summary: "A measure, such as [stockpile.NAME], used by the policies that name it. The kinds and their keys are listed \
              under Measures.",
    keys: &[],
};

/// `[policy.NAME]`.
pub(crate) const POLICY: Table = Table {
    title: "[policy.NAME]",
    summary: "A named list of measures. Every policy sees the same events; the first is the one others are compared \
              with. Other keys are measures, such as allocation.",
    keys: &[key("use", "list of tables", "", "Measures: [\"KIND.NAME\", …].")],
};
