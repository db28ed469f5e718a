//! A scenario taken through every stage up to the runs.

use crate::baseline::{Baseline, Imbalance};
use crate::hazards::Drawn;
use crate::policies::Policy;
use crate::scenario::{Options, Problems, Scenario};
use std::path::Path;

/// Everything that runs need.
#[derive(Debug)]
pub struct Model {
    /// As written.
    pub scenario: Scenario,
    /// Balanced.
    pub baseline: Baseline,
    /// In the order of names.
    pub hazards: Vec<Drawn>,
    /// In the order of the scenario.
    pub policies: Vec<Policy>,
}

/// Why a scenario is refused.
#[derive(Debug)]
pub enum Refusal {
    /// Faults in its files.
    Problems,
    /// Supply and use can't be made to meet.
    Imbalance(Imbalance),
}

/// Reads, checks, balances and compiles a scenario. Problems (warnings included) are left in `problems`.
pub fn prepare(path: &Path, options: &Options, problems: &mut Problems) -> Result<Model, Refusal> {
    let _ = (path, options, problems);
    todo!()
}
