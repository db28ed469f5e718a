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
use std::sync::Arc;

/// The quantiles that are kept.
pub const BANDS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Bins of shares: one at 0 and this many above it, up to 1.
const SHARES: usize = 200;
/// Bins of prices: this many on either side of the baseline price.
const PRICES: usize = 100;
/// Bins of any item; fewer than a byte can tell.
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

/// Histograms by item and step, of one policy: whole numbers, which can be kept in a file and added up in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bands {
    /// What each item is, its index, and whether it has bands.
    pub items: Vec<(BandKind, usize, bool)>,
    /// Steps.
    pub n_steps: usize,
    /// Bits of ln of the price bounds: JSON would round them.
    pub log_bounds: (u64, u64),
    /// Weight of all runs, in parts.
    pub total: u64,
    /// Bins with runs by `[step][item][bin]`, ascending, and the weight of these, the bin that most runs are in left out: see
    /// [`usual`]. Left out of the description, as they are many.
    #[serde(skip)]
    pub counts: Vec<(u64, u64)>,
}

/// What one policy's bands are of.
#[derive(Clone, Debug)]
pub struct BandItems {
    items: Vec<Item>,
    n_steps: usize,
    /// ln of the price bounds.
    log_bounds: (f64, f64),
}

#[derive(Clone, Copy, Debug)]
struct Item {
    what: Watched,
    /// False if it has no scale. It is counted all the same, so that draws that differ in it still add up.
    shown: bool,
}

/// The bin of an undisturbed run. It is what is left of the runs, so undisturbed steps cost nothing to count.
fn usual(kind: BandKind) -> u8 {
    match kind {
        BandKind::ShortfallShare => 0,
        BandKind::Price => PRICES as u8,
        BandKind::StockLevel => SHARES as u8,
    }
}

/// Finds the bins of a block of runs while it runs.
#[derive(Clone, Debug)]
pub struct Trace {
    items: BandItems,
    bins: Bins,
}

/// The bins of a block of runs: `[step][item][run]`.
pub type Bins = Vec<[u8; WIDTH]>;

impl BandItems {
    /// Everything that is looked at under a policy.
    pub fn new(baseline: &Baseline, rules: &Rules) -> BandItems {
        let network = &baseline.network;
        let all = watched(baseline, rules).into_iter();
        let items = all.map(|what| Item { what, shown: what.has_a_scale() }).collect();
        let (floor, ceiling) = network.settings.price_bounds;
        BandItems { items, n_steps: network.clock.n_steps, log_bounds: (ln(floor), ln(ceiling)) }
    }

    /// Counts the runs of some blocks, each with the weights of those that count. Cell by cell over all blocks: what is counted
    /// stays in the cache.
    pub fn count(&self, blocks: &[(&[[u8; WIDTH]], &[f64])]) -> Bands {
        let parts = |weight: &f64| (weight * PARTS).round() as u64;
        let weights: Vec<Vec<u64>> =
            blocks.iter().map(|(_, weights)| weights.iter().map(parts).collect()).collect();
        let mut counts = Vec::new();
        let mut cell = Cell::default();
        for place in 0..self.n_steps * self.items.len() {
            let usual = usual(self.items[place % self.items.len()].what.kind);
            for ((bins, _), weights) in blocks.iter().zip(&weights) {
                if bins[place] == [usual; WIDTH] {
                    continue;
                }
                for (bin, weight) in bins[place].iter().zip(weights).filter(|(bin, _)| **bin != usual) {
                    cell.add(*bin, *weight);
                }
            }
            cell.drain(|bin, weight| counts.push(((place * BINS + bin) as u64, weight)));
        }
        Bands {
            items: self.items.iter().map(|item| (item.what.kind, item.what.index, item.shown)).collect(),
            n_steps: self.n_steps,
            log_bounds: (self.log_bounds.0.to_bits(), self.log_bounds.1.to_bits()),
            total: weights.iter().flatten().sum(),
            counts,
        }
    }
}

/// The histogram of one item at one step, while it is counted.
struct Cell {
    weights: [u64; BINS],
    /// A bit for each bin that holds something.
    held: [u64; BINS.div_ceil(64)],
}

impl Default for Cell {
    fn default() -> Cell {
        Cell { weights: [0; BINS], held: [0; BINS.div_ceil(64)] }
    }
}

impl Cell {
    fn add(&mut self, bin: u8, weight: u64) {
        self.weights[usize::from(bin)] += weight;
        self.held[usize::from(bin / 64)] |= 1 << (bin % 64);
    }

    /// Takes out what it holds, in order of bins.
    fn drain(&mut self, mut each: impl FnMut(usize, u64)) {
        for (word, held) in self.held.iter_mut().enumerate() {
            while *held != 0 {
                let bin = 64 * word + held.trailing_zeros() as usize;
                *held &= *held - 1;
                // Without weight, as a run may be, is as if it were not there.
                match std::mem::take(&mut self.weights[bin]) {
                    0 => {}
                    weight => each(bin, weight),
                }
            }
        }
    }
}

impl Bands {
    /// With the counts that were left out of its description; `None` if they are not ascending or of what it has not.
    pub fn with_counts(self, counts: Vec<(u64, u64)>) -> Option<Bands> {
        let n_cells = self.n_steps.checked_mul(self.items.len())?.checked_mul(BINS)? as u64;
        let ascending = counts.is_sorted_by(|(a, _), (b, _)| a < b);
        (ascending && counts.last().is_none_or(|(last, _)| *last < n_cells))
            .then_some(Bands { counts, ..self })
    }

    /// Those of one point and policy added up; `None` if there are none, or they are of other items or steps.
    pub fn sum(parts: impl Iterator<Item = Bands>) -> Option<Bands> {
        let mut parts = parts;
        let mut sum = parts.next()?;
        let Some(second) = parts.next() else { return Some(sum) };
        let n_cells = sum.n_steps.checked_mul(sum.items.len())?.checked_mul(BINS)?;
        let mut weights = vec![0; n_cells];
        let mut add = |counts: &[(u64, u64)]| {
            for (cell, weight) in counts {
                let sum: &mut u64 = weights.get_mut(usize::try_from(*cell).ok()?)?;
                *sum = sum.checked_add(*weight)?;
            }
            Some(())
        };
        add(&sum.counts)?;
        for part in std::iter::once(second).chain(parts) {
            if part.items.len() != sum.items.len() || part.n_steps != sum.n_steps {
                return None;
            }
            sum.items.iter_mut().zip(&part.items).for_each(|(item, (.., shown))| item.2 |= shown);
            sum.total = sum.total.checked_add(part.total)?;
            add(&part.counts)?;
        }
        let held = weights.iter().enumerate().filter(|(_, weight)| **weight > 0);
        sum.counts = held.map(|(cell, weight)| (cell as u64, *weight)).collect();
        Some(sum)
    }

    /// Every band, by kind, item, step, quantile. Empty if no run was counted.
    pub fn all(&self) -> impl Iterator<Item = Band> + '_ {
        let none = self.total == 0;
        let starts = self.starts();
        let items = self.items.iter().enumerate().filter(move |(_, (.., shown))| *shown && !none);
        items.flat_map(move |(position, (kind, item, _))| {
            let starts = starts.clone();
            (0..self.n_steps).flat_map(move |step| {
                let cell = step * self.items.len() + position;
                let counts = &self.counts[starts[cell]..starts[cell + 1]];
                let base = (cell * BINS) as u64;
                BANDS.map(|quantile| Band {
                    kind: *kind,
                    item: *item,
                    step,
                    quantile,
                    value: self.value(*kind, self.bin_at(*kind, base, counts, quantile)),
                })
            })
        })
    }

    /// Where the counts of each cell begin, and where all end.
    fn starts(&self) -> Arc<Vec<usize>> {
        let mut starts = Vec::with_capacity(self.n_steps * self.items.len() + 1);
        for (place, (bin, _)) in self.counts.iter().enumerate() {
            starts.resize((*bin as usize / BINS + 1).max(starts.len()), place);
        }
        starts.resize(self.n_steps * self.items.len() + 1, self.counts.len());
        Arc::new(starts)
    }

    /// The first bin at which the distribution function reaches `quantile`, of the counts of a cell that begins at `base`.
    fn bin_at(&self, kind: BandKind, base: u64, counts: &[(u64, u64)], quantile: f64) -> usize {
        let usual = u64::from(usual(kind));
        let counted = counts.iter().fold(0_u64, |sum, (_, weight)| sum.saturating_add(*weight));
        let rest = self.total.saturating_sub(counted);
        let (before, after) = counts.split_at(counts.partition_point(|(bin, _)| bin - base < usual));
        let all = before.iter().copied().chain([(base + usual, rest)]).chain(after.iter().copied());
        let mut below = 0;
        for (bin, weight) in all {
            below += weight;
            if below as f64 / self.total as f64 >= quantile {
                return (bin - base) as usize;
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
        let (low, high) = (f64::from_bits(self.log_bounds.0), f64::from_bits(self.log_bounds.1));
        if bin < PRICES { exp(-steps * low) } else { exp(steps * high) }
    }
}

impl Trace {
    /// Space for a block.
    pub fn new(items: BandItems) -> Trace {
        let bins = vec![[0; WIDTH]; items.n_steps * items.items.len()];
        Trace { items, bins }
    }

    /// Records step `t`, after it was made.
    pub fn record(&mut self, t: usize, state: &State) {
        let items = &self.items.items;
        let bins = &mut self.bins[t * items.len()..(t + 1) * items.len()];
        for (item, bins) in items.iter().zip(bins) {
            *bins = match item.what.kind {
                BandKind::ShortfallShare | BandKind::StockLevel => shares(item.what.value(state), SHORT),
                BandKind::Price => prices(state.log_price[item.what.index], self.items.log_bounds),
            };
        }
    }

    /// Takes out the bins of the block.
    pub fn take(&mut self) -> Bins {
        let empty = vec![[0; WIDTH]; self.bins.len()];
        std::mem::replace(&mut self.bins, empty)
    }
}

/// Bins of shares; what is below `nothing` counts as 0.
fn shares(row: Row, nothing: f64) -> [u8; WIDTH] {
    row.0.map(|share| if share > nothing { up(share, SHARES) } else { 0 })
}

/// Bins of log prices.
fn prices(row: Row, (low, high): (f64, f64)) -> [u8; WIDTH] {
    const BASELINE: u8 = PRICES as u8;
    if !row.any() {
        return [BASELINE; WIDTH];
    }
    row.0.map(|log_price| {
        if log_price > 0.0 {
            BASELINE + up(log_price / high, PRICES)
        } else {
            // The upper edge of a bin below the baseline is the one nearer to it.
            BASELINE - ((log_price / low * PRICES as f64 + ROUNDING) as u8).min(BASELINE)
        }
    })
}

/// Number of the bin whose upper edge is the first at or above `share`, but for rounding; the last of `bins` at most.
fn up(share: f64, bins: usize) -> u8 {
    let steps = share * bins as f64 - ROUNDING;
    // Written out: `ceil` would be a call.
    let whole = (steps as u32).min(bins as u32);
    (whole + u32::from(f64::from(whole) < steps)).min(bins as u32) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bands of one item at one step, of a block for each row.
    fn bands(kind: BandKind, blocks: &[[u8; WIDTH]], weights: &[f64]) -> Bands {
        let item = Item { what: Watched { kind, index: 0, scale: 1.0 }, shown: true };
        let items = BandItems { items: vec![item], n_steps: 1, log_bounds: (ln(0.1), ln(10.0)) };
        items.count(&blocks.iter().map(|bins| (std::slice::from_ref(bins), weights)).collect::<Vec<_>>())
    }

    fn values(kind: BandKind, bins: impl Fn(Row) -> [u8; WIDTH], rows: &[[f64; WIDTH]]) -> Vec<f64> {
        let blocks: Vec<[u8; WIDTH]> = rows.iter().map(|row| bins(Row(*row))).collect();
        bands(kind, &blocks, &[1.0; WIDTH]).all().map(|band| band.value).collect()
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
            let blocks: Vec<[u8; WIDTH]> = rows.iter().map(|row| shares(Row(*row), SHORT)).collect();
            bands(BandKind::ShortfallShare, &blocks, &[1.0; WIDTH])
        };
        let rows = [[0.0; WIDTH], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [1.0; WIDTH]];
        assert_eq!(Bands::sum([of(&rows[2..]), of(&rows[..2])].into_iter()), Some(of(&rows)));
        assert_eq!(of(&rows).counts.len(), 9);
        assert_eq!(of(&rows).with_counts(vec![(3, 1), (3, 1)]), None);
        assert_eq!(of(&rows).with_counts(vec![(BINS as u64, 1)]), None);
    }

    #[test]
    fn a_run_of_weight_three_counts_as_three_runs() {
        let of = |weights: &[f64], shares_of: [f64; WIDTH]| {
            let bands = bands(BandKind::ShortfallShare, &[shares(Row(shares_of), SHORT)], weights);
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
