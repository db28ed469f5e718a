//! The policies of a scenario.

use super::Measure;
use crate::baseline::Baseline;
use crate::levers::Rules;
use crate::scenario::{Problems, Scenario};

/// A policy under test.
#[derive(Debug)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// What it fixes.
    pub rules: Rules,
    /// What moves its levers, in order.
    pub measures: Vec<Box<dyn Measure>>,
}

/// Reads every policy, in the order of the scenario.
pub fn compile(
    scenario: &Scenario,
    baseline: &Baseline,
    hazards: &[String],
    problems: &mut Problems,
) -> Vec<Policy> {
    let _ = (scenario, baseline, hazards, problems);
    todo!()
}
