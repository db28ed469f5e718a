//! Quantile, value at risk and conditional value at risk: one definition each, for the engine, the report and the analysis.

/// Weighted values of runs, in ascending order.
#[derive(Clone, Debug)]
pub struct Sample {
    /// (value, weight), by value.
    sorted: Vec<(f64, f64)>,
    total: f64,
}

impl Sample {
    /// A sample of (value, weight) in run order. Weights are above zero, values are numbers; there is at least one.
    pub fn weighted(mut values: Vec<(f64, f64)>) -> Sample {
        assert!(!values.is_empty(), "a sample has at least one value");
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total = values.iter().fold(0.0, |sum, (_, weight)| sum + weight);
        Sample { sorted: values, total }
    }

    /// A sample in which every run counts alike.
    pub fn new(values: impl IntoIterator<Item = f64>) -> Sample {
        Sample::weighted(values.into_iter().map(|value| (value, 1.0)).collect())
    }

    /// Number of values.
    pub fn n(&self) -> usize {
        self.sorted.len()
    }

    /// How many runs of equal weight would tell as much: (Σ w)² / Σ w² (Kish 1965).
    pub fn effective_n(&self) -> f64 {
        let square = self.sorted.iter().fold(0.0, |sum, (_, weight)| sum + weight * weight);
        self.total * self.total / square
    }

    /// Share of weight above `value`.
    pub fn share_above(&self, value: f64) -> f64 {
        let above = self.sorted.iter().filter(|(x, _)| *x > value);
        above.fold(0.0, |sum, (_, weight)| sum + weight) / self.total
    }

    /// Mean.
    pub fn mean(&self) -> f64 {
        self.sorted.iter().fold(0.0, |sum, (value, weight)| sum + value * weight) / self.total
    }

    /// The inverse of the distribution function: the smallest value x of the sample with F(x) ≥ p, where F(x) is the share
    /// of weight at or below x. A stock of this size covers at least the share p of the runs. Nothing is interpolated.
    ///
    /// F is compared as the quotient of sums, so that 7 of 100 is 0.07 although 0.07 × 100 rounds to above 7.
    pub fn quantile(&self, p: f64) -> f64 {
        let mut below = 0.0;
        for (value, weight) in &self.sorted {
            below += weight;
            if below / self.total >= p {
                return *value;
            }
        }
        self.sorted[self.sorted.len() - 1].0
    }

    /// Mean of the worst `1 − level` of the weight. The tail may cut through an observation, which then counts in part.
    pub fn cvar(&self, level: f64) -> f64 {
        let tail = (1.0 - level) * self.total;
        let (mut left, mut sum) = (tail, 0.0);
        for (value, weight) in self.sorted.iter().rev() {
            let part = if *weight < left { *weight } else { left };
            sum += value * part;
            left -= part;
            if !(left > 0.0) {
                break;
            }
        }
        if tail > 0.0 { (sum / tail).min(self.largest()) } else { self.largest() }
    }

    /// A 95 % interval of [`Sample::cvar`], by the normal approximation of its influence function
    ///
    /// h(x) = q + max(0, x − q) / (1 − level) − CVaR, with q the quantile at `level`; standard error √(Σ w² h²) / Σ w.
    ///
    /// Cut to the range of the sample. `None` where the sample can't tell: one run, no spread, or fewer than two
    /// observations in the tail.
    pub fn cvar_interval(&self, level: f64) -> Option<(f64, f64)> {
        let tail = 1.0 - level;
        let smallest = self.sorted[0].0;
        if !(smallest < self.largest()) || tail * (self.n() as f64) < 2.0 {
            return None;
        }
        let (quantile, cvar) = (self.quantile(level), self.cvar(level));
        let square = self.sorted.iter().fold(0.0, |sum, (value, weight)| {
            let excess = if *value > quantile { value - quantile } else { 0.0 };
            let influence = weight * (quantile + excess / tail - cvar);
            sum + influence * influence
        });
        let half = NORMAL_95 * crate::math::sqrt(square) / self.total;
        Some(((cvar - half).max(smallest), (cvar + half).min(self.largest())))
    }

    fn largest(&self) -> f64 {
        self.sorted[self.sorted.len() - 1].0
    }
}

/// Quantile of the standard normal law at 0.975.
const NORMAL_95: f64 = 1.959963984540054;

#[cfg(test)]
mod tests {
    use super::*;

    /// "7 x 0, 2, 5, 9", "1..100", "0 1 2".
    fn values(written: &str) -> Vec<f64> {
        let mut values = Vec::new();
        for part in written
            .split([',', ' '])
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ")
            .replace(" x ", "x")
            .split_whitespace()
        {
            if let Some((from, to)) = part.split_once("..") {
                let (from, to): (u32, u32) = (from.parse().unwrap(), to.parse().unwrap());
                values.extend((from..=to).map(f64::from));
            } else if let Some((n, value)) = part.split_once('x') {
                values.extend(vec![value.parse::<f64>().unwrap(); n.parse().unwrap()]);
            } else {
                values.push(part.parse().unwrap());
            }
        }
        values
    }

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_quantile_is_the_inverse_of_the_distribution_function() {
        for row in rows(include_str!("../../tests/cases/R27-quantiles.csv")) {
            let p: f64 = row[1].parse().unwrap();
            let expected: f64 = row[2].parse().unwrap();
            assert_eq!(Sample::new(values(&row[0])).quantile(p), expected, "{row:?}");
        }
    }

    #[test]
    fn the_tail_of_a_cvar_may_cut_through_an_observation() {
        for row in rows(include_str!("../../tests/cases/R26-cvar.csv")) {
            let level: f64 = row[1].parse().unwrap();
            let expected: f64 = row[2].parse().unwrap();
            // The file writes 29/3 with nine decimals.
            let tolerance = if row[2].contains('.') && row[2].len() > 8 { 1e-9 } else { 1e-12 * expected };
            let cvar = Sample::new(values(&row[0])).cvar(level);
            assert!((cvar - expected).abs() <= tolerance, "{row:?}: {cvar}");
        }
    }

    #[test]
    fn a_cvar_has_an_interval_only_where_the_sample_can_tell() {
        assert_eq!(Sample::new([7.0]).cvar_interval(0.95), None);
        assert_eq!(Sample::new([0.0; 100]).cvar_interval(0.95), None);
        let sample = Sample::new((0..1000).map(f64::from));
        let (low, high) = sample.cvar_interval(0.95).unwrap();
        assert!(low < sample.cvar(0.95) && sample.cvar(0.95) < high && high <= 999.0);
    }

    #[test]
    fn a_weight_of_two_counts_as_two_runs() {
        let twice = Sample::weighted(vec![(1.0, 2.0), (3.0, 1.0)]);
        let spread = Sample::new([1.0, 1.0, 3.0]);
        assert_eq!(twice.quantile(0.6), spread.quantile(0.6));
        assert_eq!(twice.cvar(0.5), spread.cvar(0.5));
        assert_eq!(twice.share_above(1.0), spread.share_above(1.0));
        assert_eq!((spread.effective_n(), twice.effective_n()), (3.0, 9.0 / 5.0));
    }
}
