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

pub use balance::{Imbalance, balance};
pub use report::{Adjustment, CoverRow, cover};

use crate::network::Network;

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
/// One step long if nothing grows.
#[derive(Clone, Debug)]
pub struct Path {
    /// Steps stored: 1, or the horizon's.
    pub n_steps: usize,
    /// Factor on each consumer's demand.
    pub demand: Vec<f64>,
    /// Factor on each destination's need.
    pub need: Vec<f64>,
    /// Factor on each origin's output; capacity follows it.
    pub output: Vec<f64>,
}
