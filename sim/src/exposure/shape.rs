//! The course of an event in time: announcement, ramp, plateau, recovery, as a mean over each step.

use crate::network::Clock;
use crate::scenario::Recovery;

/// The shape common to a hazard's events; spans in years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Steps.
    pub clock: Clock,
    /// Announced this long before.
    pub lead: f64,
    /// From nothing to full strength.
    pub ramp: f64,
    /// From full strength to nothing, after the end.
    pub recovery: f64,
    /// How.
    pub form: Recovery,
}

/// Mean strength in each step from `first` on; each in [0, 1].
#[derive(Clone, Debug, PartialEq)]
pub struct Pulse {
    /// First step touched.
    pub first: usize,
    /// Mean strength by step.
    pub strength: Vec<f64>,
}

impl Shape {
    /// Strength of an event over `[start, end)` with ramp and recovery, cut at the horizon.
    pub fn pulse(&self, start: f64, end: f64) -> Pulse {
        let _ = (start, end);
        todo!()
    }

    /// Share of each step in which the event is announced and has not begun.
    pub fn announced(&self, start: f64) -> Pulse {
        let _ = start;
        todo!()
    }
}
