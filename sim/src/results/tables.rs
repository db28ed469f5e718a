//! Every column of every table, once: the Parquet schema, `datapackage.json` and `docs/results-format.md` come from here.

use super::columns::{
    ALL_DRAWS, BIN, CONSUMER, COST, DRAW, DRAWN, EVENT, NEEDED, OUTCOME, POINT, POLICY, QUANTILE, QUANTITY,
    RUN, SERVICE, SETTING, STATISTICS, STOCK, STOCKPILE, VALUE, WATCHED, YEAR,
};
use super::keep::Keep;

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
    /// The least that is to be kept for it to have rows.
    pub keep: Keep,
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
pub const TABLES: [&Table; 12] = [
    &OUTCOMES,
    &YEARS,
    &STOCKPILES,
    &REQUIRED,
    &COSTS,
    &EVENTS,
    &BANDS,
    &SERIES,
    &SUMMARY,
    &HISTOGRAMS,
    &POINTS,
    &DRAWS,
];

pub(super) const OUTCOMES: Table = Table {
    name: "outcomes",
    row: "what one consumer got in one run under one policy, over the whole horizon",
    keep: Keep::Runs,
    groups: &[POINT, POLICY, RUN, CONSUMER, SERVICE, OUTCOME],
};
pub(super) const YEARS: Table = Table {
    name: "years",
    row: "what one consumer got in one year of one run under one policy",
    keep: Keep::Runs,
    groups: &[POINT, POLICY, RUN, CONSUMER, YEAR, SERVICE],
};
pub(super) const STOCKPILES: Table = Table {
    name: "stockpiles",
    row: "one stockpile in one run under one policy",
    keep: Keep::Runs,
    groups: &[POINT, POLICY, RUN, STOCKPILE, STOCK],
};
pub(super) const REQUIRED: Table = Table {
    name: "required",
    row: "the stock that would have sufficed, for one stockpile in one run under one policy: an estimate, exact only with \
          exogenous prices, no draw limit and no shared inputs",
    keep: Keep::Runs,
    groups: &[POINT, POLICY, RUN, STOCKPILE, NEEDED],
};
pub(super) const COSTS: Table = Table {
    name: "costs",
    row: "what a policy costs one party in one run, by item",
    keep: Keep::Runs,
    groups: &[POINT, POLICY, RUN, COST],
};
pub(super) const EVENTS: Table =
    Table { name: "events", row: "one event of one run", keep: Keep::Runs, groups: &[POINT, RUN, EVENT] };
pub(super) const BANDS: Table = Table {
    name: "bands",
    row: "a quantile over all runs of all draws of one quantity in one step under one policy: the inverse of the distribution function, \
          rounded up to the next of 200 bins (0.5 % of a share, 2.3 % of a price within the default bounds)",
    keep: Keep::Runs,
    groups: &[POINT, POLICY, ALL_DRAWS, WATCHED, QUANTILE, VALUE],
};

pub(super) const SERIES: Table = Table {
    name: "series",
    row: "one quantity in one step of one run under one policy",
    keep: Keep::Series,
    groups: &[POINT, POLICY, RUN, WATCHED, VALUE],
};
pub(super) const SUMMARY: Table = Table {
    name: "summary",
    row: "the distribution of one quantity over the runs of all draws at a point under one policy; quantiles are rounded up to the \
          next of 64 edges in each factor of two, so by 1.6 % at most, and never above the largest value; the tail's mean is off \
          by less, all else is exact",
    keep: Keep::Summary,
    groups: &[POINT, POLICY, ALL_DRAWS, QUANTITY, STATISTICS],
};
pub(super) const HISTOGRAMS: Table = Table {
    name: "histograms",
    row: "one bin of such a distribution that holds runs; bins are the same everywhere, so weights of points, shards and folders add up",
    keep: Keep::Summary,
    groups: &[POINT, POLICY, ALL_DRAWS, QUANTITY, BIN],
};

pub(super) const POINTS: Table = Table {
    name: "points",
    row: "what a point of the sweep sets one key to",
    keep: Keep::Summary,
    groups: &[POINT, SETTING],
};
pub(super) const DRAWS: Table = Table {
    name: "draws",
    row: "one uncertain number in one draw, as it is at point 0",
    keep: Keep::Summary,
    groups: &[DRAW, DRAWN],
};
