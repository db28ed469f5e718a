//! Distribution over runs at every step, as counts in fixed bins: bounded memory, and counts add up to the same in any
//! order of threads.
//!
//! A band's value is the upper edge of the bin in which the empirical distribution function reaches the quantile. So it is
//! the inverse of that function, as everywhere, rounded up to the next edge: 0.005 for shares; for prices a hundredth of
//! the logarithm of the bound on that side, 2.3 % for the default bounds. No shortfall, an empty stock and the baseline
//! price are edges of their own and come out exactly.

use super::service::SHORT;
use super::watch::{BandKind, Watched, watched};
use crate::baseline::Baseline;
use crate::levers::Rules;
use crate::math::ROUNDING;
use crate::math::Row;
use crate::math::WIDTH;
use crate::math::exp;
use crate::math::ln;
use crate::step::State;
use serde::{Deserialize, Serialize};

/// The quantiles that are kept.
pub const BANDS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Bins of shares: one at 0 and this many above it, up to 1.
const SHARES: usize = 200;
/// Bins of prices: this many on either side of the baseline price.
const PRICES: usize = 100;
/// Bins of any item.
const BINS: usize = SHARES + 1;
/// Weight is counted in parts of this size, so that sums are whole numbers and the same in any order. A weight is off by
/// half a part; a billion runs fit.
const PARTS: f64 = (1_u64 << 32) as f64;

/// One number to be written: a quantile over runs of an item at a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Of what.
    pub kind: BandKind,
    /// Index of the consumer, destination or stockpile.
    pub item: usize,
    /// Step.
    pub step: usize,
    /// One of [`BANDS`].
    pub quantile: f64,
    /// Value.
    pub value: f64,
}

/// Histograms by item and step, of one policy.
#[derive(Clone, Debug)]
pub struct Bands {
    items: Vec<Item>,
    n_steps: usize,
    /// ln of the price bounds.
    log_bounds: (f64, f64),
    /// Weight of runs by `[step][item][bin]`, the bin that most runs are in left out: see [`Item::usual`].
    counts: Vec<u64>,
    /// Weight of all runs.
    total: u64,
}

/// Counts that can be kept in a file and added up: whole numbers, so in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandCounts {
    /// What each item is, its index, and whether it has bands.
    pub items: Vec<(BandKind, usize, bool)>,
    /// Steps.
    pub n_steps: usize,
    /// Bits of ln of the price bounds: JSON would round them.
    pub log_bounds: (u64, u64),
    /// Weight of all runs, in parts.
    pub total: u64,
    /// Cells with a count, ascending, and the counts; left out of the description, as they are many.
    #[serde(skip)]
    pub counts: Vec<(u64, u64)>,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    what: Watched,
    /// False if it has no scale. It is counted all the same, so that draws that differ in it still add up.
    shown: bool,
}

impl Item {
    /// The bin of an undisturbed run. It is what is left of the runs, so undisturbed steps cost nothing to count.
    fn usual(&self) -> u16 {
        match self.what.kind {
            BandKind::ShortfallShare => 0,
            BandKind::Price => PRICES as u16,
            BandKind::StockLevel => SHARES as u16,
        }
    }
}

/// The bins of one block of runs: filled while the block runs, then added to the policy's [`Bands`].
#[derive(Clone, Debug)]
pub struct Trace {
    items: Vec<Item>,
    log_bounds: (f64, f64),
    /// `[step][item][run]`.
    bins: Vec<[u16; WIDTH]>,
}

impl Bands {
    /// No runs yet.
    pub fn new(baseline: &Baseline, rules: &Rules) -> Bands {
        let network = &baseline.network;
        let all = watched(baseline, rules).into_iter();
        let items: Vec<Item> = all.map(|what| Item { what, shown: what.has_a_scale() }).collect();
        let (floor, ceiling) = network.settings.price_bounds;
        let n_steps = network.clock.n_steps;
        Bands {
            counts: vec![0; n_steps * items.len() * BINS],
            items,
            n_steps,
            log_bounds: (ln(floor), ln(ceiling)),
            total: 0,
        }
    }

    /// Space for the bins of one block.
    pub fn trace(&self) -> Trace {
        let bins = vec![[0; WIDTH]; self.n_steps * self.items.len()];
        Trace { items: self.items.clone(), log_bounds: self.log_bounds, bins }
    }

    /// Counts the runs of a block that have a weight.
    pub fn add(&mut self, trace: &Trace, weights: &[f64]) {
        let mut parts = [0; WIDTH];
        for (parts, weight) in parts.iter_mut().zip(weights) {
            *parts = (weight * PARTS).round() as u64;
        }
        for (cell, bins) in trace.bins.iter().enumerate() {
            let usual = self.items[cell % self.items.len()].usual();
            for (bin, parts) in bins[..weights.len()].iter().zip(parts) {
                if *bin != usual {
                    self.counts[cell * BINS + usize::from(*bin)] += parts;
                }
            }
        }
        self.total += parts.iter().sum::<u64>();
    }

    /// What is counted, in order.
    pub fn items(&self) -> impl Iterator<Item = (BandKind, usize)> + '_ {
        self.items.iter().map(|item| (item.what.kind, item.what.index))
    }

    /// The counts, to be kept.
    pub fn counts(&self) -> BandCounts {
        let counts = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        BandCounts {
            items: self.items.iter().map(|item| (item.what.kind, item.what.index, item.shown)).collect(),
            n_steps: self.n_steps,
            log_bounds: (self.log_bounds.0.to_bits(), self.log_bounds.1.to_bits()),
            total: self.total,
            counts: counts.map(|(cell, count)| (cell as u64, *count)).collect(),
        }
    }

    /// Counts that were kept, of the same items and steps, added up; `None` if they are of others, or not of any.
    pub fn sum(parts: &[&BandCounts]) -> Option<Bands> {
        let first = parts.first()?;
        // What an item is measured by is known when runs are counted; edges don't need it.
        let item = |(kind, index, shown): &(BandKind, usize, bool)| Item {
            what: Watched { kind: *kind, index: *index, scale: 1.0 },
            shown: *shown,
        };
        let items: Vec<Item> = first.items.iter().map(item).collect();
        let n_cells = first.n_steps.checked_mul(items.len())?.checked_mul(BINS)?;
        let log_bounds = (f64::from_bits(first.log_bounds.0), f64::from_bits(first.log_bounds.1));
        let mut bands =
            Bands { counts: vec![0; n_cells], items, n_steps: first.n_steps, log_bounds, total: 0 };
        for part in parts {
            if part.items.len() != first.items.len() || part.n_steps != first.n_steps {
                return None;
            }
            bands.items.iter_mut().zip(&part.items).for_each(|(item, (.., shown))| item.shown |= shown);
            bands.total += part.total;
            for (cell, count) in &part.counts {
                *bands.counts.get_mut(usize::try_from(*cell).ok()?)? += count;
            }
        }
        Some(bands)
    }

    /// Every band, by kind, item, step, quantile. Empty if no run was counted.
    pub fn all(&self) -> impl Iterator<Item = Band> + '_ {
        let none = self.total == 0;
        let items = self.items.iter().enumerate().filter(move |(_, item)| item.shown && !none);
        items.flat_map(move |(position, item)| {
            (0..self.n_steps).flat_map(move |step| {
                BANDS.iter().map(move |quantile| Band {
                    kind: item.what.kind,
                    item: item.what.index,
                    step,
                    quantile: *quantile,
                    value: self
                        .value(item.what.kind, self.bin_at(step * self.items.len() + position, *quantile)),
                })
            })
        })
    }

    /// The first bin at which the distribution function reaches `quantile`.
    fn bin_at(&self, cell: usize, quantile: f64) -> usize {
        let counts = &self.counts[cell * BINS..(cell + 1) * BINS];
        let usual = usize::from(self.items[cell % self.items.len()].usual());
        let counted: u64 = counts.iter().sum();
        let mut below = 0;
        for (bin, count) in counts.iter().enumerate() {
            below += if bin == usual { self.total - counted } else { *count };
            if below as f64 / self.total as f64 >= quantile {
                return bin;
            }
        }
        BINS - 1
    }

    /// Upper edge of a bin.
    fn value(&self, kind: BandKind, bin: usize) -> f64 {
        if kind != BandKind::Price {
            return bin as f64 / SHARES as f64;
        }
        let steps = (bin as f64 - PRICES as f64) / PRICES as f64;
        let (low, high) = self.log_bounds;
        if bin < PRICES { exp(-steps * low) } else { exp(steps * high) }
    }
}

impl Trace {
    /// Records step `t`, after it was made.
    pub fn record(&mut self, t: usize, state: &State) {
        let n = self.items.len();
        for (item, bins) in self.items.iter().zip(&mut self.bins[t * n..(t + 1) * n]) {
            *bins = match item.what.kind {
                BandKind::ShortfallShare | BandKind::StockLevel => shares(item.what.value(state), SHORT),
                BandKind::Price => prices(state.log_price[item.what.index], self.log_bounds),
            };
        }
    }
}

/// Bins of shares; what is below `nothing` counts as 0.
fn shares(row: Row, nothing: f64) -> [u16; WIDTH] {
    row.0.map(|share| if share > nothing { up(share, SHARES).min(SHARES as u16) } else { 0 })
}

/// Bins of log prices.
fn prices(row: Row, (low, high): (f64, f64)) -> [u16; WIDTH] {
    if !row.any() {
        return [PRICES as u16; WIDTH];
    }
    row.0.map(|log_price| {
        if log_price > 0.0 {
            PRICES as u16 + up(log_price / high, PRICES).min(PRICES as u16)
        } else {
            // The upper edge of a bin below the baseline is the one nearer to it.
            PRICES as u16 - ((log_price / low * PRICES as f64 + ROUNDING) as u16).min(PRICES as u16)
        }
    })
}

/// Number of the bin whose upper edge is the first at or above `share`, but for rounding.
fn up(share: f64, bins: usize) -> u16 {
    (share * bins as f64 - ROUNDING).ceil() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bands(kind: BandKind) -> Bands {
        let items = vec![Item { what: Watched { kind, index: 0, scale: 1.0 }, shown: true }];
        Bands { counts: vec![0; BINS], items, n_steps: 1, log_bounds: (ln(0.1), ln(10.0)), total: 0 }
    }

    fn values(kind: BandKind, bins: impl Fn(Row) -> [u16; WIDTH], rows: &[[f64; WIDTH]]) -> Vec<f64> {
        let mut bands = bands(kind);
        let mut trace = bands.trace();
        for row in rows {
            trace.bins[0] = bins(Row(*row));
            bands.add(&trace, &[1.0; WIDTH]);
        }
        bands.all().map(|band| band.value).collect()
    }

    #[test]
    fn bands_without_any_disturbance_stand_exactly_at_the_baseline() {
        let still = [[0.0; WIDTH]; 3];
        assert_eq!(values(BandKind::ShortfallShare, |row| shares(row, SHORT), &still), [0.0; 5]);
        assert_eq!(values(BandKind::Price, |row| prices(row, (ln(0.1), ln(10.0))), &still), [1.0; 5]);
        assert_eq!(values(BandKind::StockLevel, |row| shares(row, SHORT), &[[1.0; WIDTH]]), [1.0; 5]);
    }

    #[test]
    fn a_band_is_the_inverse_of_the_distribution_function_rounded_up_to_the_next_edge() {
        let row = [0.0, 0.0, 0.0, 0.1, 0.1001, 0.5, 0.5, 1.0];
        let found = values(BandKind::ShortfallShare, |row| shares(row, SHORT), &[row]);
        assert_eq!(found, [0.0, 0.0, 0.1, 0.5, 1.0]);
    }

    #[test]
    fn counts_that_were_kept_add_up_to_those_of_one_pass() {
        let of = |rows: &[[f64; WIDTH]]| {
            let mut bands = bands(BandKind::ShortfallShare);
            for row in rows {
                let mut trace = bands.trace();
                trace.bins[0] = shares(Row(*row), SHORT);
                bands.add(&trace, &[1.0; WIDTH]);
            }
            bands
        };
        let rows = [[0.0; WIDTH], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [1.0; WIDTH]];
        let parts = [of(&rows[2..]).counts(), of(&rows[..2]).counts()];
        let sum = Bands::sum(&parts.each_ref()).unwrap();
        assert_eq!(sum.all().collect::<Vec<_>>(), of(&rows).all().collect::<Vec<_>>());
        assert_eq!(sum.counts(), of(&rows).counts());
    }

    #[test]
    fn a_run_of_weight_three_counts_as_three_runs() {
        let of = |weights: &[f64], shares_of: [f64; WIDTH]| {
            let mut bands = bands(BandKind::ShortfallShare);
            let mut trace = bands.trace();
            trace.bins[0] = shares(Row(shares_of), SHORT);
            bands.add(&trace, weights);
            bands.all().map(|band| band.value).collect::<Vec<f64>>()
        };
        let weighted = of(&[3.0, 1.0, 0.5, 0.5], [0.25, 0.5, 0.75, 0.75, 0.0, 0.0, 0.0, 0.0]);
        let alike = of(&[1.0; 5], [0.25, 0.25, 0.25, 0.5, 0.75, 0.0, 0.0, 0.0]);
        assert_eq!(weighted, alike);
        assert_ne!(weighted, of(&[1.0; 3], [0.25, 0.5, 0.75, 0.0, 0.0, 0.0, 0.0, 0.0]));
    }

    #[test]
    fn a_price_lies_at_most_one_bin_below_its_band() {
        for p in [0.1, 0.1001, 0.5, 0.999, 1.0, 1.001, 2.0, 9.99, 10.0] {
            let bounds = (ln(0.1), ln(10.0));
            let found = values(BandKind::Price, |row| prices(row, bounds), &[[ln(p); WIDTH]])[0];
            assert!(found >= p * (1.0 - 1e-9) && found <= p * 1.0234, "{p}: {found}");
        }
    }
}
