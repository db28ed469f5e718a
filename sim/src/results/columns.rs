//! Columns in groups that tables share.

use super::tables::{Column, Type};

const fn must(name: &'static str, kind: Type, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, unit, nullable: false, meaning }
}

const fn may(name: &'static str, kind: Type, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, unit, nullable: true, meaning }
}

pub(super) const POINT: &[Column] = &[must("point", Type::Int32, "", "number of the sweep's point, from 0")];
pub(super) const POLICY: &[Column] = &[must("policy", Type::Name, "", "policy under which the run was made")];
pub(super) const DRAW: &[Column] =
    &[must("draw", Type::Int32, "", "number of the draw of the uncertain numbers, from 0")];
pub(super) const ALL_DRAWS: &[Column] =
    &[must("draw", Type::Int32, "", "always 0: of the runs of all draws")];
pub(super) const RUN: &[Column] = &[
    DRAW[0],
    must(
        "run",
        Type::Int64,
        "",
        "number of the run within its draw, from 0; the same events under every policy",
    ),
    must("weight", Type::Float64, "1", "weight of the run; 1 unless rare histories are oversampled"),
];
pub(super) const CONSUMER: &[Column] = &[
    must("material", Type::Name, "", "material used"),
    must("place", Type::Name, "", "place of use"),
    must("sector", Type::Name, "", "sector of the consumer"),
    must("unit", Type::Name, "", "unit of the row's amounts"),
];
pub(super) const YEAR: &[Column] =
    &[must("year", Type::Int32, "year", "year from the start of the horizon, from 0")];
pub(super) const SERVICE: &[Column] = &[
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
pub(super) const OUTCOME: &[Column] = &[
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
pub(super) const STOCKPILE: &[Column] = &[
    must("stockpile", Type::Name, "", "name of the stockpile"),
    must("material", Type::Name, "", "material held"),
    must("unit", Type::Name, "", "unit of the row's amounts"),
];
pub(super) const STOCK: &[Column] = &[
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
pub(super) const NEEDED: &[Column] = &[
    must(
        "required",
        Type::Float64,
        "material",
        "largest cumulated draw that was wanted, less what was bought",
    ),
    must("required_days", Type::Float64, "day", "the same in days of the holders' baseline use"),
];
pub(super) const COST: &[Column] = &[
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
pub(super) const EVENT: &[Column] = &[
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
pub(super) const QUANTITY: &[Column] = &[
    must(
        "of",
        Type::Name,
        "",
        "the quantity: a column of outcomes, required, stockpiles or costs; or short: 1 if more than a thousandth of the \
         requirement over the horizon is missing, else 0",
    ),
    may("material", Type::Name, "", "material; missing for costs"),
    may("place", Type::Name, "", "place; missing for stockpiles and costs"),
    may("sector", Type::Name, "", "sector; missing for stockpiles and costs"),
    may("stockpile", Type::Name, "", "stockpile; missing for consumers and costs"),
    may("party", Type::Name, "", "who pays; missing for all but costs"),
    may("item", Type::Name, "", "item of the cost; missing for all but costs"),
    must("unit", Type::Name, "", "unit of the quantity"),
];
pub(super) const STATISTICS: &[Column] = &[
    must("runs", Type::Int64, "", "number of runs, in all draws"),
    must("weight", Type::Float64, "1", "their weight: the sum of w"),
    must(
        "effective_runs",
        Type::Float64,
        "1",
        "runs of equal weight that would tell as much: (sum of w)^2 / sum of w^2",
    ),
    must("mean", Type::Float64, "material", "mean"),
    must("sd", Type::Float64, "material", "standard deviation of the runs"),
    must("least", Type::Float64, "material", "smallest value"),
    must("p05", Type::Float64, "material", "smallest value that 5 % of the weight do not exceed"),
    must("p25", Type::Float64, "material", "the same of 25 %"),
    must("p50", Type::Float64, "material", "the same of 50 %"),
    must("p75", Type::Float64, "material", "the same of 75 %"),
    must("p95", Type::Float64, "material", "the same of 95 %"),
    must("p99", Type::Float64, "material", "the same of 99 %"),
    must("most", Type::Float64, "material", "largest value"),
    must("cvar95", Type::Float64, "material", "mean of the worst 5 % of the weight: of the largest values"),
    may(
        "mean_half_width",
        Type::Float64,
        "material",
        "half the width of a 95 % interval of the mean, given the draws; missing if the runs do not differ",
    ),
    may(
        "cvar95_half_width",
        Type::Float64,
        "material",
        "the same of cvar95; missing also with fewer than two runs in the tail",
    ),
];
pub(super) const BIN: &[Column] = &[
    must(
        "upto",
        Type::Float64,
        "material",
        "upper edge, which the bin holds: 64 in each factor of two, alike on both sides of 0",
    ),
    must("bin_weight", Type::Float64, "1", "weight of the runs in the bin"),
    must("bin_mean", Type::Float64, "material", "their mean"),
];
pub(super) const SETTING: &[Column] = &[
    must("key", Type::Name, "", "dotted key of scenario.toml"),
    may("value", Type::Float64, "", "its number; missing if it is none"),
    must("text", Type::Text, "", "its value as text"),
];
pub(super) const DRAWN: &[Column] = &[
    must("key", Type::Name, "", "dotted key of scenario.toml at which a law stands"),
    must("share", Type::Float64, "1", "share of the law that lies below the value"),
    must("value", Type::Float64, "", "the number drawn"),
];
pub(super) const WATCHED: &[Column] = &[
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
];
pub(super) const QUANTILE: &[Column] =
    &[must("quantile", Type::Float64, "1", "share of runs at or below the value")];
pub(super) const VALUE: &[Column] = &[must("value", Type::Float64, "1", "value")];
