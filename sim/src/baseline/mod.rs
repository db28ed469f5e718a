//! The balanced network: supply meets use on every lane, and a run without events stays where it starts (I1).

mod balance;
mod feasibility;
mod fitting;
mod growth;
mod margins;
mod report;
mod stability;
mod surplus;
mod uses;

#[cfg(test)]
mod tests;

pub use balance::{Imbalance, balance};
pub use report::{Adjustment, CoverRow, cover};

use crate::network::Network;
use ndarray::Array2;

/// A network with its balanced flows. Amounts per year, in the material's unit.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The network, with the consumers of sector `other` that took up a surplus, outputs filled in.
    pub network: Network,
    /// Output of each plant.
    pub output: Vec<f64>,
    /// Use at each destination, consumers and plants together.
    pub need: Vec<f64>,
    /// Flow on each lane.
    pub flow: Vec<f64>,
    /// Share of each lane in its destination's intake; sums to 1 over a destination's lanes that has any.
    pub weight: Vec<f64>,
    /// Growth path of need, output and demand.
    pub path: Path,
    /// Every value that the balance changed.
    pub adjustments: Vec<Adjustment>,
    /// Bounds that the scenario comes near to; broken ones are problems.
    pub warnings: Vec<String>,
}

/// Reference path under growth: factors on the first step's value, `[step][item]`.
///
/// One step long if nothing grows; the last step stored holds from there on.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Factor on each consumer's demand.
    pub demand: Array2<f64>,
    /// Factor on each destination's need.
    pub need: Array2<f64>,
    /// Factor on each origin's output; capacity follows it.
    pub output: Array2<f64>,
}

impl Path {
    /// The path on which nothing grows.
    pub fn level(n_consumers: usize, n_destinations: usize, n_origins: usize) -> Path {
        let ones = |n: usize| Array2::ones((1, n));
        Path { demand: ones(n_consumers), need: ones(n_destinations), output: ones(n_origins) }
    }

    /// Factors on demand in step `t`, by consumer.
    #[inline(always)]
    pub fn demand(&self, t: usize) -> &[f64] {
        row(&self.demand, t)
    }

    /// Factors on need in step `t`, by destination.
    #[inline(always)]
    pub fn need(&self, t: usize) -> &[f64] {
        row(&self.need, t)
    }

    /// Factors on output in step `t`, by origin.
    #[inline(always)]
    pub fn output(&self, t: usize) -> &[f64] {
        row(&self.output, t)
    }
}

#[inline(always)]
fn row(path: &Array2<f64>, t: usize) -> &[f64] {
    let (n_steps, n_items) = path.dim();
    let start = t.min(n_steps - 1) * n_items;
    &path.as_slice().expect("a path is in row order")[start..start + n_items]
}
