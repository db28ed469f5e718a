//! The distribution of a number over runs in bounded memory: moments, extremes, and what lies in bins of equal relative width.

use super::bin::{Bin, LOWEST, bin, edge, united};
use super::compact::{put, take};
use crate::math::sqrt;

/// Quantile of the standard normal law at 0.975.
const NORMAL_95: f64 = 1.959963984540054;

/// Weighted values of runs. Those of other runs can be added; as sums are rounded, always in the same order.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    runs: u64,
    weight: f64,
    /// Σ w².
    square: f64,
    mean: f64,
    /// Σ w (x − mean)².
    spread: f64,
    least: f64,
    most: f64,
    /// Those that hold something, in ascending order.
    bins: Vec<Bin>,
}

/// One bin, as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Values of the bin lie at or below this.
    pub upto: f64,
    /// Weight of its runs.
    pub weight: f64,
    /// Their weighted mean.
    pub mean: f64,
}

/// Makes distributions, one after another in the same memory.
#[derive(Debug, Default)]
pub struct Sorter {
    values: Vec<(f64, f64)>,
    /// Bin and position of each value, as one number that sorts by bin, then position.
    order: Vec<u64>,
}

impl Sorter {
    /// The distribution of the values of fewer than 2³² runs, in their order, each with its weight, which is above 0.
    pub fn sort(&mut self, values: impl Iterator<Item = (f64, f64)>) -> Distribution {
        self.values.clear();
        self.values.extend(values);
        let mut all = Distribution::default();
        self.values.iter().for_each(|(value, weight)| all.count(*value, *weight));
        let key = |(position, (value, _)): (usize, &(f64, f64))| {
            ((bin(*value) - LOWEST) as u64) << u32::BITS | position as u64
        };
        self.order.clear();
        self.order.extend(self.values.iter().enumerate().map(key));
        self.order.sort_unstable();
        let place = |key: u64| (key >> u32::BITS) as i64 + LOWEST;
        for of_bin in self.order.chunk_by(|a, b| place(*a) == place(*b)) {
            let mut bin = Bin { place: place(of_bin[0]), weight: 0.0, square: 0.0, sum: 0.0 };
            for key in of_bin {
                let (value, weight) = self.values[*key as u32 as usize];
                bin.weight += weight;
                bin.square += weight * weight;
                bin.sum += weight * value;
            }
            all.bins.push(bin);
        }
        all.bins.shrink_to_fit();
        all
    }
}

impl Default for Distribution {
    fn default() -> Distribution {
        Distribution {
            runs: 0,
            weight: 0.0,
            square: 0.0,
            mean: 0.0,
            spread: 0.0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            bins: Vec::new(),
        }
    }
}

impl Distribution {
    /// Adds the value of a run to all but the bins.
    fn count(&mut self, value: f64, weight: f64) {
        self.runs += 1;
        self.weight += weight;
        self.square += weight * weight;
        let before = value - self.mean;
        self.mean += before * weight / self.weight;
        self.spread += weight * before * (value - self.mean);
        self.least = self.least.min(value);
        self.most = self.most.max(value);
    }

    /// Adds other runs.
    pub fn absorb(&mut self, other: &Distribution) {
        if other.runs == 0 {
            return;
        }
        let weight = self.weight + other.weight;
        let apart = other.mean - self.mean;
        self.mean += apart * other.weight / weight;
        self.spread += other.spread + apart * apart * self.weight * other.weight / weight;
        self.runs += other.runs;
        self.weight = weight;
        self.square += other.square;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        self.bins = united(&self.bins, &other.bins);
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Their weight.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// How many runs of equal weight would tell as much: (Σ w)² / Σ w².
    pub fn effective_runs(&self) -> f64 {
        self.weight * self.weight / self.square
    }

    /// Mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation of these runs (divided by their weight, not by one less).
    pub fn sd(&self) -> f64 {
        sqrt(self.spread / self.weight)
    }

    /// Smallest value.
    pub fn least(&self) -> f64 {
        self.least
    }

    /// Largest value.
    pub fn most(&self) -> f64 {
        self.most
    }

    /// The inverse of the distribution function at `p`, rounded up to the next edge, but never beyond the largest value.
    pub fn quantile(&self, p: f64) -> f64 {
        let mut below = 0.0;
        for bin in &self.bins {
            below += bin.weight;
            if below / self.weight >= p {
                return edge(bin.place).min(self.most);
            }
        }
        self.most
    }

    /// Mean of the worst `1 − level` of the weight. Of the bin that the tail cuts through, the mean counts: off by at most 1.6 %
    /// of the quantile at `level`.
    pub fn cvar(&self, level: f64) -> f64 {
        let tail = (1.0 - level) * self.weight;
        let (mut left, mut sum) = (tail, 0.0);
        for bin in self.bins.iter().rev() {
            let part = bin.weight.min(left);
            sum += bin.mean() * part;
            left -= part;
            if !(left > 0.0) {
                break;
            }
        }
        if tail > 0.0 { (sum / tail).min(self.most) } else { self.most }
    }

    /// Half the width of a 95 % interval of the mean; `None` if the runs can't tell: one run, or no spread.
    pub fn mean_half_width(&self) -> Option<f64> {
        self.half_width(|value| value - self.mean)
    }

    /// Half the width of a 95 % interval of [`Distribution::cvar`], by the influence function that [`super::Sample`] uses; `None`
    /// if the runs can't tell: no spread, or fewer than two runs in the tail.
    pub fn cvar_half_width(&self, level: f64) -> Option<f64> {
        let tail = 1.0 - level;
        if tail * (self.runs as f64) < 2.0 {
            return None;
        }
        let (quantile, cvar) = (self.quantile(level), self.cvar(level));
        self.half_width(|value| quantile + (value - quantile).max(0.0) / tail - cvar)
    }

    /// 1.96 · √(Σ w² h²) / Σ w.
    fn half_width(&self, influence: impl Fn(f64) -> f64) -> Option<f64> {
        if !(self.least < self.most) {
            return None;
        }
        let square = self.bins.iter().fold(0.0, |sum, bin| {
            let influence = influence(bin.mean());
            sum + bin.square * influence * influence
        });
        Some(NORMAL_95 * sqrt(square) / self.weight)
    }

    /// The bins that hold something, in ascending order.
    pub fn bars(&self) -> impl Iterator<Item = Bar> + '_ {
        self.bins.iter().map(|bin| Bar { upto: edge(bin.place), weight: bin.weight, mean: bin.mean() })
    }

    /// Adds it to bytes, from which [`Distribution::take`] gives it back.
    pub fn put(&self, bytes: &mut Vec<u8>) {
        put(bytes, self.runs);
        let moments = [self.weight, self.square, self.mean, self.spread, self.least, self.most];
        moments.iter().for_each(|number| put_real(bytes, *number));
        put(bytes, self.bins.len() as u64);
        // Where all weights are 1, as they mostly are, sums of weights are counts.
        let counts = self.bins.iter().all(|bin| bin.weight == bin.square && bin.weight.fract() == 0.0);
        bytes.push(u8::from(counts));
        let mut before = LOWEST;
        for bin in &self.bins {
            put(bytes, (bin.place - before) as u64);
            before = bin.place;
            if counts {
                put(bytes, bin.weight as u64);
            } else {
                put_real(bytes, bin.weight);
                put_real(bytes, bin.square);
            }
            put_real(bytes, bin.sum);
        }
    }

    /// Takes off the front of bytes what [`Distribution::put`] added; `None` if they are of something else.
    pub fn take(bytes: &mut &[u8]) -> Option<Distribution> {
        let runs = take(bytes)?;
        let mut real = || take_real(bytes);
        let (weight, square, mean) = (real()?, real()?, real()?);
        let (spread, least, most) = (real()?, real()?, real()?);
        let n_bins = take(bytes)?;
        let counts = take(bytes)? == 1;
        // A bin has ten bytes at least: what is wrong asks for no more memory than its bytes.
        let mut bins = Vec::with_capacity(usize::try_from(n_bins).ok()?.min(bytes.len() / 10));
        let mut place = LOWEST;
        for _ in 0..n_bins {
            place = place.checked_add_unsigned(take(bytes)?).filter(|place| *place < -LOWEST)?;
            let (weight, square) = if counts {
                let count = take(bytes)? as f64;
                (count, count)
            } else {
                (take_real(bytes)?, take_real(bytes)?)
            };
            bins.push(Bin { place, weight, square, sum: take_real(bytes)? });
        }
        Some(Distribution { runs, weight, square, mean, spread, least, most, bins })
    }
}

fn put_real(bytes: &mut Vec<u8>, number: f64) {
    bytes.extend_from_slice(&number.to_bits().to_le_bytes());
}

fn take_real(bytes: &mut &[u8]) -> Option<f64> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(f64::from_bits(u64::from_le_bytes(*number)))
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;

    /// Numbers over ten powers of ten, a third of them 0 or below.
    fn values() -> Vec<(f64, f64)> {
        let value = |n: u32| match n % 3 {
            0 if n.is_multiple_of(2) => 0.0,
            0 => -f64::from(n * n % 977) * 1e-3,
            _ => f64::from(n * 7919 % 10_007) * f64::from(10_u32.pow(n % 5)) * 1e-4,
        };
        (1..4000).map(|n| (value(n), if n.is_multiple_of(4) { 0.25 } else { 1.0 })).collect()
    }

    fn of(values: &[(f64, f64)]) -> Distribution {
        Sorter::default().sort(values.iter().copied())
    }

    #[test]
    fn statistics_are_those_of_the_runs_within_what_a_bin_hides() {
        let (values, exact) = (values(), Sample::weighted(values()));
        let found = of(&values);
        assert!((found.mean() / exact.mean() - 1.0).abs() < 1e-12);
        assert!((found.effective_runs() / exact.effective_n() - 1.0).abs() < 1e-12);
        for p in [0.05, 0.2, 0.5, 0.9, 0.95, 0.999, 1.0] {
            let (found, exact) = (found.quantile(p), exact.quantile(p));
            assert!(exact <= found && found - exact <= exact.abs() / 64.0, "{p}: {found} {exact}");
        }
        for level in [0.0, 0.5, 0.95, 0.99] {
            let apart = (found.cvar(level) - exact.cvar(level)).abs();
            assert!(apart <= exact.quantile(level).abs() / 64.0 + 1e-12 * exact.cvar(level), "{level}");
        }
        let (low, high) = exact.cvar_interval(0.95).unwrap();
        let half = found.cvar_half_width(0.95).unwrap();
        assert!((half / (0.5 * (high - low)) - 1.0).abs() < 0.02, "{half} {low} {high}");
    }

    #[test]
    fn parts_add_up_to_the_whole_and_come_back_from_their_bytes() {
        let values = values();
        let mut sum = Distribution::default();
        for part in values.chunks(700) {
            let mut bytes = Vec::new();
            of(part).put(&mut bytes);
            let mut rest = bytes.as_slice();
            let back = Distribution::take(&mut rest).unwrap();
            assert_eq!((&back, rest.len()), (&of(part), 0));
            assert_eq!(Distribution::take(&mut &bytes[..bytes.len() - 1]), None);
            sum.absorb(&back);
        }
        let whole = of(&values);
        assert_eq!(
            (sum.runs(), sum.weight(), sum.least(), sum.most()),
            (3999, whole.weight(), whole.least(), whole.most())
        );
        assert!(
            (sum.mean() / whole.mean() - 1.0).abs() < 1e-12 && (sum.sd() / whole.sd() - 1.0).abs() < 1e-12
        );
        assert_eq!(
            sum.bars().map(|bar| bar.weight).collect::<Vec<_>>(),
            whole.bars().map(|bar| bar.weight).collect::<Vec<_>>()
        );
    }

    #[test]
    fn runs_that_are_all_alike_have_no_interval() {
        let still = of(&[(0.25, 1.0); 100]);
        assert_eq!((still.quantile(0.5), still.cvar(0.95), still.sd()), (0.25, 0.25, 0.0));
        assert_eq!((still.mean_half_width(), still.cvar_half_width(0.95)), (None, None));
    }
}
