//! Every key and column of a scenario, once: what readers accept, what "did you mean" offers, what the reference says.

mod columns;
mod hazards;
mod markdown;
mod toml_tables;

pub(super) use columns::*;
pub use hazards::example;
pub(super) use hazards::*;
pub use markdown::{markdown, section};
pub(super) use toml_tables::*;

/// A key of a TOML table, or a column of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// `share`, `list of places`, `days`, ….
    pub unit: &'static str,
    /// [`REQUIRED`], or the default as text; empty where absence has a meaning that `meaning` tells.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

/// The `default` of a key that must be there.
pub const REQUIRED: &str = "required";

/// A TOML table or a CSV file with its keys.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// `[time]` or `plants.csv`.
    pub title: &'static str,
    /// What it holds, in a sentence or two.
    pub summary: &'static str,
    /// Its keys or columns.
    pub keys: &'static [Key],
}

impl Table {
    /// Names of the keys, for "did you mean".
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }

    /// The default of `key`, as text.
    pub(super) fn default(&self, key: &str) -> &'static str {
        self.keys.iter().find(|known| known.name == key).map_or("", |known| known.default)
    }

    /// The default of `key`, a number.
    pub(super) fn default_number(&self, key: &str) -> f64 {
        self.default(key).parse().expect("the default of a number is a number")
    }
}

/// Every table of a scenario, in the order of the documentation: TOML tables, then CSV files.
pub fn reference() -> &'static [Table] {
    const TABLES: &[Table] = &[
        TOP,
        TIME,
        RUN,
        UNTIL,
        DESIGN,
        CORRELATION,
        NETWORK,
        BLOCS,
        MARKET,
        HAZARD,
        REGIME,
        SETTLEMENT,
        RATE_WHEN,
        SHORTAGE_COST,
        MEASURE,
        POLICY,
        PLACES,
        MATERIALS,
        PLANTS,
        RECIPES,
        LANES,
        TRANSIT,
        CHOKEPOINTS,
        CONSUMERS,
        STOCKS,
        CATALOGUE,
    ];
    TABLES
}

/// A row of the tables below.
pub(super) const fn key(
    name: &'static str,
    unit: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, unit, default, meaning }
}
