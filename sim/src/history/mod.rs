//! When things happen: the events of each run of a block, drawn from keyed streams.
//!
//! A run's events depend on the scenario, the seed, the draw, the run's number and the hazard's name, and on nothing else.

mod occurrence;
mod onset;

pub use occurrence::Occurrence;
pub use onset::sample;

use crate::exposure::{Event, Script};

/// The events of a block of runs, and what they do.
#[derive(Clone, Debug)]
pub struct History {
    /// Events of each run of the block, by hazard, then start.
    pub events: Vec<Vec<Event>>,
    /// Weight of each run of the block: 1 unless rates are tilted.
    pub weights: Vec<f64>,
    /// Their effects, by step.
    pub script: Script,
}
