//! What is looked at in every step, for bands and series.

use crate::baseline::Baseline;
use crate::levers::Rules;
use crate::math::Row;
use crate::math::WIDTH;
use crate::step::State;
use serde::{Deserialize, Serialize};

/// What a band or a series is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BandKind {
    /// Shortfall as a share of the requirement, by consumer.
    ShortfallShare,
    /// Price relative to the baseline, by destination with consumers.
    Price,
    /// Stock as a share of the target, by stockpile.
    StockLevel,
}

/// A thing that is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// Of what kind.
    pub kind: BandKind,
    /// Index of the consumer, destination or stockpile.
    pub index: usize,
    /// Target of a stockpile.
    pub scale: f64,
}

impl Watched {
    /// False for a stockpile without a finite target above 0: it has no share.
    pub fn has_a_scale(&self) -> bool {
        self.scale.is_finite() && self.scale > 0.0
    }

    /// The share of the requirement that is missing, the relative price, or the share of the target, at the end of a step.
    pub(super) fn value(&self, state: &State) -> Row {
        match self.kind {
            BandKind::ShortfallShare => {
                let requirement = state.requirement[self.index];
                (requirement - state.served[self.index]).positive().over(requirement, 0.0)
            }
            BandKind::Price => state.price[self.index],
            BandKind::StockLevel => state.stock[self.index] / Row::splat(self.scale),
        }
    }
}

/// Everything that is looked at: consumers, then prices of destinations with consumers, then stockpiles.
pub fn watched(baseline: &Baseline, rules: &Rules) -> Vec<Watched> {
    let network = &baseline.network;
    let of = |kind, index, scale| Watched { kind, index, scale };
    let consumers = (0..network.consumers.len()).map(|d| of(BandKind::ShortfallShare, d, 1.0));
    let prices = (0..network.destinations.len())
        .filter(|i| !network.destinations[*i].consumers.is_empty())
        .map(|i| of(BandKind::Price, i, 1.0));
    let stocks = rules.stockpiles.iter().enumerate();
    let stocks = stocks.map(|(k, stockpile)| of(BandKind::StockLevel, k, stockpile.target));
    consumers.chain(prices).chain(stocks).collect()
}

/// What [`watched`] finds that has a scale, in every step of a block.
#[derive(Clone, Debug)]
pub struct Series {
    items: Vec<Watched>,
    n_steps: usize,
    /// `[item][step][run]`
    values: Vec<[f64; WIDTH]>,
}

impl Series {
    /// Space for one block.
    pub fn new(baseline: &Baseline, rules: &Rules) -> Series {
        let items: Vec<Watched> = watched(baseline, rules).into_iter().filter(Watched::has_a_scale).collect();
        let n_steps = baseline.network.clock.n_steps;
        Series { values: vec![[0.0; WIDTH]; items.len() * n_steps], items, n_steps }
    }

    /// Records step `t`, after it was made.
    pub fn record(&mut self, t: usize, state: &State) {
        for (position, item) in self.items.iter().enumerate() {
            self.values[position * self.n_steps + t] = item.value(state).0;
        }
    }

    /// `[item][step]` of one run of the block.
    pub fn of(&self, run: usize) -> Vec<f64> {
        self.values.iter().map(|of_runs| of_runs[run]).collect()
    }
}
