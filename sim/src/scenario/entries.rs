//! `[hazard.NAME]`, measures `[KIND.NAME]` and `[policy.NAME]`: the common header, and the rest for the kind's reader.

use super::body::Body;
use super::keys::HAZARD;
use super::links::LinksEntry;
use super::onset::Onset;
use super::problem::{At, Location};
use super::value::quoted;
use crate::random::Law;
use std::collections::BTreeMap;
use toml::de::DeTable;

/// How an event fades after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Straight down over the recovery time.
    Linear,
    /// e^(−3 t / T): 5 % left after the recovery time, then nothing.
    Exponential,
    /// Four equal steps down.
    Stepwise,
}

/// `lead_months`, `ramp_months`, `recovery_months`, `recovery`.
#[derive(Clone, Debug)]
pub struct ShapeEntry {
    /// Announced this long before it begins.
    pub lead_months: f64,
    /// From nothing to full strength.
    pub ramp_months: f64,
    /// From full strength to nothing, after the end.
    pub recovery_months: f64,
    /// How.
    pub recovery: Recovery,
}

/// A hazard: header read, body left for its kind.
#[derive(Debug)]
pub struct HazardEntry {
    /// Its name: the name of its random streams and the target of `--set`.
    pub name: At<String>,
    /// Its kind.
    pub kind: At<String>,
    /// Whether it can happen.
    pub enabled: bool,
    /// When.
    pub onset: Onset,
    /// How long, in years: the law of `duration_months` (or `_days`, `_years`), with the factor to years in `duration_unit`.
    pub duration: Option<Law>,
    /// Years per unit of `duration`.
    pub duration_unit: f64,
    /// How severe: what it means is the kind's to say.
    pub severity: Option<Law>,
    /// How many targets, drawn at random for each event; `None`: all.
    pub sample: Option<usize>,
    /// Shape in time.
    pub shape: ShapeEntry,
    /// What ties it to other tables.
    pub links: LinksEntry,
    /// The keys that are the kind's own (`imposer`, `materials`, `form`, …), with their places.
    pub body: DeTable<'static>,
    /// Where the table stands.
    pub at: Location,
    /// Where the value of each of its keys stands.
    pub keys: BTreeMap<String, Location>,
}

impl HazardEntry {
    /// Where the value of `key` stands, or the table if it has none.
    pub fn at_key(&self, key: &str) -> Location {
        self.keys.get(key).copied().unwrap_or(self.at)
    }

    /// Starts reading the body; a misspelt key is compared with the header's keys, too.
    pub fn reader(&self) -> Body<'_> {
        Body::new(&self.body, self.at, format!("hazard {}", quoted(&self.name))).beside(HAZARD.keys)
    }
}

/// A measure that policies may use, `[KIND.NAME]`: read by the measure of that kind.
#[derive(Debug)]
pub struct MeasureEntry {
    /// Its kind: the table's first name.
    pub kind: At<String>,
    /// Its name: the table's second.
    pub name: At<String>,
    /// All its keys.
    pub body: DeTable<'static>,
    /// Where the table stands.
    pub at: Location,
}

impl MeasureEntry {
    /// What policies write to use it: `KIND.NAME`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.kind.value, self.name.value)
    }
}

/// A policy: a named list of measures.
#[derive(Debug)]
pub struct PolicyEntry {
    /// Its name.
    pub name: At<String>,
    /// `use = ["KIND.NAME", …]`.
    pub uses: Vec<At<String>>,
    /// Other keys: one measure each, by kind (`allocation = "rated"`).
    pub body: DeTable<'static>,
    /// Where the table stands.
    pub at: Location,
}
