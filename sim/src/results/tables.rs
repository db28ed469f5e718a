//! Every column of every table, once: the Parquet schema, `datapackage.json` and `docs/results-format.md` come from here.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// 32-bit integer.
    Int32,
    /// 64-bit integer.
    Int64,
    /// Double.
    Float64,
    /// True or false.
    Bool,
    /// A name, as a dictionary with 32-bit keys.
    Name,
    /// Text that differs from row to row.
    Text,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: Type,
    /// Unit; empty for names and counts without one. `material` is the unit in the row's column `unit`.
    pub unit: &'static str,
    /// Whether it may be missing.
    pub nullable: bool,
    /// What it says.
    pub meaning: &'static str,
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Name: its folder under `tables/`.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Columns in order, in groups that tables share.
    pub groups: &'static [&'static [Column]],
}

impl Table {
    /// Its columns in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.groups.iter().flat_map(|group| group.iter())
    }
}

/// Every table, in the order of the documentation.
pub const TABLES: [&Table; 9] =
    [&OUTCOMES, &YEARS, &STOCKPILES, &REQUIRED, &COSTS, &EVENTS, &BANDS, &POINTS, &DRAWS];

pub(super) const OUTCOMES: Table = Table {
    name: "outcomes",
    row: "what one consumer got in one run under one policy, over the whole horizon",
    groups: &[POINT, POLICY, RUN, CONSUMER, SERVICE, OUTCOME],
};
pub(super) const YEARS: Table = Table {
    name: "years",
    row: "what one consumer got in one year of one run under one policy",
    groups: &[POINT, POLICY, RUN, CONSUMER, YEAR, SERVICE],
};
pub(super) const STOCKPILES: Table = Table {
    name: "stockpiles",
    row: "one stockpile in one run under one policy",
    groups: &[POINT, POLICY, RUN, STOCKPILE, STOCK],
};
pub(super) const REQUIRED: Table = Table {
    name: "required",
    row: "the stock that would have sufficed, for one stockpile in one run under one policy: an estimate, exact only with \
          exogenous prices, no draw limit and no shared inputs",
    groups: &[POINT, POLICY, RUN, STOCKPILE, NEEDED],
};
pub(super) const COSTS: Table = Table {
    name: "costs",
    row: "what a policy costs one party in one run, by item",
    groups: &[POINT, POLICY, RUN, COST],
};
pub(super) const EVENTS: Table =
    Table { name: "events", row: "one event of one run", groups: &[POINT, RUN, EVENT] };
pub(super) const BANDS: Table = Table {
    name: "bands",
    row: "a quantile over all runs of all draws of one quantity in one step under one policy: the inverse of the distribution function, \
          rounded up to the next of 200 bins (0.5 % of a share, 2.3 % of a price within the default bounds)",
    groups: &[POINT, POLICY, ALL_DRAWS, BAND],
};

pub(super) const POINTS: Table =
    Table { name: "points", row: "what a point of the sweep sets one key to", groups: &[POINT, SETTING] };
pub(super) const DRAWS: Table = Table {
    name: "draws",
    row: "one uncertain number in one draw, as it is at point 0",
    groups: &[DRAW, DRAWN],
};

const fn must(name: &'static str, kind: Type, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, unit, nullable: false, meaning }
}

const fn may(name: &'static str, kind: Type, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, unit, nullable: true, meaning }
}

const POINT: &[Column] = &[must("point", Type::Int32, "", "number of the sweep's point, from 0")];
const POLICY: &[Column] = &[must("policy", Type::Name, "", "policy under which the run was made")];
const DRAW: &[Column] =
    &[must("draw", Type::Int32, "", "number of the draw of the uncertain numbers, from 0")];
const ALL_DRAWS: &[Column] =
    &[must("draw", Type::Int32, "", "always 0: bands are over the runs of all draws")];
const RUN: &[Column] = &[
    DRAW[0],
    must(
        "run",
        Type::Int64,
        "",
        "number of the run within its draw, from 0; the same events under every policy",
    ),
    must("weight", Type::Float64, "1", "weight of the run; 1 unless rare histories are oversampled"),
];
const CONSUMER: &[Column] = &[
    must("material", Type::Name, "", "material used"),
    must("place", Type::Name, "", "place of use"),
    must("sector", Type::Name, "", "sector of the consumer"),
    must("unit", Type::Name, "", "unit of the row's amounts"),
];
const YEAR: &[Column] = &[must("year", Type::Int32, "year", "year from the start of the horizon, from 0")];
const SERVICE: &[Column] = &[
    must("requirement", Type::Float64, "material", "what was needed: (1)"),
    must(
        "served",
        Type::Float64,
        "material",
        "delivered in the step in which it was asked for, up to the requirement",
    ),
    must("unserved", Type::Float64, "material", "asked for and not delivered in its step: (13)"),
    must("priced_out", Type::Float64, "material", "required and not asked for at the price: (2)"),
    must("shortfall", Type::Float64, "material", "requirement not served: unserved + priced_out"),
    must("shortfall_share", Type::Float64, "1", "shortfall / requirement; 0 if nothing was required"),
    must("recovered", Type::Float64, "material", "delivered later out of the backlog; not part of served"),
    must("steps_short", Type::Int32, "step", "steps with more than a millionth of the requirement missing"),
    must(
        "longest_short_steps",
        Type::Int32,
        "step",
        "most such steps in a row, counted within the row's span",
    ),
    must("worst_step_shortfall", Type::Float64, "material", "largest shortfall of one step"),
];
const OUTCOME: &[Column] = &[
    may("first_short_step", Type::Int32, "step", "first short step, from 0; missing if never short"),
    may(
        "recovery_steps",
        Type::Int32,
        "step",
        "steps from the first short one to the one after the last; missing if never short or short to the end",
    ),
    must("price_peak", Type::Float64, "1", "highest spot price relative to the baseline"),
    must("price_mean", Type::Float64, "1", "mean spot price relative to the baseline"),
    must(
        "price_paid",
        Type::Float64,
        "1",
        "mean price of what was served, contracts included, relative to the baseline",
    ),
    may(
        "extra_spending_usd",
        Type::Float64,
        "USD",
        "paid above the baseline price; below 0 if prices fell; missing without a reference price",
    ),
    may(
        "lost_surplus_usd",
        Type::Float64,
        "USD",
        "consumer surplus lost by what was priced out; missing without a reference price",
    ),
    may(
        "shortage_cost_usd",
        Type::Float64,
        "USD",
        "what the shortfall costs the consumer, in steps where its sector has them, discounted; missing if it has no cost",
    ),
    must(
        "substituted",
        Type::Float64,
        "material",
        "requirement that another material met instead; part of no other amount in the row",
    ),
];
const STOCKPILE: &[Column] = &[
    must("stockpile", Type::Name, "", "name of the stockpile"),
    must("material", Type::Name, "", "material held"),
    must("unit", Type::Name, "", "unit of the row's amounts"),
];
const STOCK: &[Column] = &[
    may("target", Type::Float64, "material", "amount aimed at; missing for an unlimited stockpile"),
    must("released", Type::Float64, "material", "released over the horizon"),
    must("bought", Type::Float64, "material", "bought over the horizon"),
    must("spoiled", Type::Float64, "material", "spoiled over the horizon"),
    must("final_level", Type::Float64, "material", "held at the end; 0 for an unlimited stockpile"),
    must(
        "lowest_level",
        Type::Float64,
        "material",
        "lowest level, the start included; 0 for an unlimited stockpile",
    ),
    must("steps_empty", Type::Int32, "step", "steps that end with at most a millionth of the target left"),
];
const NEEDED: &[Column] = &[
    must(
        "required",
        Type::Float64,
        "material",
        "largest cumulated draw that was wanted, less what was bought",
    ),
    must("required_days", Type::Float64, "day", "the same in days of the holders' baseline use"),
];
const COST: &[Column] = &[
    must("party", Type::Name, "", "who pays, as the measure names it: a holder, a member, firms of a place"),
    must(
        "item",
        Type::Name,
        "",
        "stock (value put in at the start, less what is left at the end and what spoiled), purchase, holding, spoilage, \
         rotation, fee, capex, subsidy, premium, or sales",
    ),
    must(
        "usd",
        Type::Float64,
        "USD",
        "amount over the horizon, discounted at the network's discount_rate; income is below 0: items of all parties add up to \
         what the policy costs",
    ),
];
const EVENT: &[Column] = &[
    must("hazard", Type::Name, "", "name of the hazard"),
    must("kind", Type::Name, "", "kind of the hazard"),
    must("number", Type::Int32, "", "number among the hazard's events in this run, from 0"),
    must("start_months", Type::Float64, "month", "start, from the start of the horizon"),
    must(
        "end_months",
        Type::Float64,
        "month",
        "end of full strength; may lie beyond the horizon or be infinite",
    ),
    must("severity", Type::Float64, "", "severity, as the hazard's kind reads it"),
    must("touched", Type::Text, "", "what it touches, joined by \", \""),
    must(
        "cause",
        Type::Text,
        "",
        "onset (its own rate), schedule, catalogue, trigger: … (what raised its rate), excited by X 3, escalation of X 2, or \
         spread of X 1, with the number of the event that caused it",
    ),
    must("common", Type::Bool, "", "whether the hazard has an event with this start under every policy"),
    may(
        "policy",
        Type::Name,
        "",
        "the policy that the row tells of; missing if the row holds as it stands under every policy",
    ),
];
const SETTING: &[Column] = &[
    must("key", Type::Name, "", "dotted key of scenario.toml"),
    may("value", Type::Float64, "", "its number; missing if it is none"),
    must("text", Type::Text, "", "its value as text"),
];
const DRAWN: &[Column] = &[
    must("key", Type::Name, "", "dotted key of scenario.toml at which a law stands"),
    must("share", Type::Float64, "1", "share of the law that lies below the value"),
    must("value", Type::Float64, "", "the number drawn"),
];
const BAND: &[Column] = &[
    must(
        "of",
        Type::Name,
        "",
        "shortfall_share, price (relative to the baseline) or stock_level (share of the target)",
    ),
    must("material", Type::Name, "", "material"),
    may("place", Type::Name, "", "place; missing for stockpiles"),
    may("sector", Type::Name, "", "sector; missing for prices and stockpiles"),
    may("stockpile", Type::Name, "", "stockpile; missing for consumers and prices"),
    must("step", Type::Int32, "step", "step, from 0"),
    must("quantile", Type::Float64, "1", "share of runs at or below the value"),
    must("value", Type::Float64, "1", "value"),
];
