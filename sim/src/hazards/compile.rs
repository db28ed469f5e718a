//! The hazards of a scenario, ready to be sampled.

use super::Hazard;
use crate::baseline::Baseline;
use crate::exposure::Shape;
use crate::random::Law;
use crate::scenario::{Onset, Problems, Scenario};

/// A hazard with its onset, duration, severity and shape.
#[derive(Debug)]
pub struct Drawn {
    /// Name: the key of its streams.
    pub name: String,
    /// Kind.
    pub kind: &'static str,
    /// When.
    pub onset: Onset,
    /// Length in the unit of `duration_unit`.
    pub duration: Option<Law>,
    /// Years per unit.
    pub duration_unit: f64,
    /// Severity; `None`: 1.
    pub severity: Option<Law>,
    /// How many units an event touches; `None`: all.
    pub sample: Option<usize>,
    /// Shape in time.
    pub shape: Shape,
    /// What events do.
    pub hazard: Box<dyn Hazard>,
}

impl Drawn {
    /// Expected number of events in the horizon.
    pub fn expected_events(&self) -> f64 {
        todo!()
    }
}

/// Reads every hazard of the scenario, in the order of names.
pub fn compile(scenario: &Scenario, baseline: &Baseline, problems: &mut Problems) -> Vec<Drawn> {
    let _ = (scenario, baseline, problems);
    todo!()
}
