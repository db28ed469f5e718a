//! One occurrence of a hazard in one run.

use super::Picked;

/// What brought an event about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The hazard's own rate.
    Onset,
    /// A date in the scenario.
    Schedule,
    /// A row of a catalogue.
    Catalogue,
    /// What raised the hazard's rate: the number of the condition among the hazard's own.
    Trigger(u32),
    /// An event that raised the rate for a time.
    Excited(Parent),
    /// An event that turned into this one.
    Escalation(Parent),
    /// An event that spread to other targets.
    Spread(Parent),
}

/// The event that brought another about. It begins before it or at the same time, in the same run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Index of its hazard.
    pub hazard: u32,
    /// Its number among those of its hazard in the run; `None`: it lies outside the horizon, and no table has it.
    pub number: Option<u32>,
}

/// An occurrence: when, how severe, what it touches. Times in years from the start of the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Index of the hazard, in the order of names.
    pub hazard: u32,
    /// Number of the event among those of its hazard in this run, from 0.
    pub number: u32,
    /// Start.
    pub start: f64,
    /// End of full strength; the recovery comes after it. May lie beyond the horizon, or be infinite.
    pub end: f64,
    /// Severity, as the hazard's kind reads it.
    pub severity: f64,
    /// The units touched, as indices into [`crate::hazards::Hazard::units`]; `None`: all.
    pub picked: Option<Picked>,
    /// Why it happened.
    pub cause: Cause,
}

impl Event {
    /// True if the event touches unit `unit` of its hazard.
    pub fn touches(&self, unit: usize) -> bool {
        self.picked.as_ref().is_none_or(|picked| picked.contains(unit))
    }
}
