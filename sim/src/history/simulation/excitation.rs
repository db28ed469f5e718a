//! Mutual excitation: what past events add to a rate.

use crate::exposure::Parent;
use crate::hazards::Excites;
use crate::history::live::Live;
use crate::math::exp;

/// One entry of the branching matrix: events of member `from` raise the rate of member `to`.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// α.
    extra: f64,
    /// β, per year.
    decay: f64,
    /// What it adds to the rate at time `at`, per year.
    level: f64,
    at: f64,
}

impl Edge {
    /// With the events of `past` (negative times) in it.
    pub(super) fn new(from: usize, to: usize, excites: &Excites, past: &[f64]) -> Edge {
        let mut edge = Edge { from, to, extra: excites.extra, decay: excites.decay, level: 0.0, at: 0.0 };
        edge.level = past.iter().fold(0.0, |sum, time| sum + edge.kernel(-time));
        edge
    }

    /// What it adds at `time`, not before time 0 or the last event.
    pub(super) fn rate(&self, time: f64) -> f64 {
        if self.level > 0.0 { self.level * exp(-self.decay * (time - self.at)) } else { 0.0 }
    }

    /// An event of `from` at `time`; one before the start counts with what is left of it at time 0.
    pub(super) fn excite(&mut self, time: f64) {
        if time < self.at {
            self.level += self.kernel(self.at - time);
        } else {
            self.level = self.rate(time) + self.kernel(0.0);
            self.at = time;
        }
    }

    /// What an event adds after `age` years.
    fn kernel(&self, age: f64) -> f64 {
        self.extra * self.decay * exp(-self.decay * age)
    }
}

/// The event that an excited one owes itself to: `mark` is uniform between 0 and what all edges add at `time`, and each event
/// before it, the latest first, has as much of that span as it adds. So each is the cause with the probability it should be.
/// Given with the time at which it began.
///
/// `edges` are those into the excited hazard, each with the position of the hazard that excites and with its past events.
pub(super) fn cause(
    events: &[Live],
    edges: &[(&Edge, usize, &[f64])],
    time: f64,
    mut mark: f64,
) -> (Parent, f64) {
    let mut oldest = (Parent { hazard: edges[0].1 as u32, number: None }, f64::NEG_INFINITY);
    for live in events.iter().rev() {
        for (edge, hazard, _) in edges.iter().filter(|(_, hazard, _)| *hazard as u32 == live.event.hazard) {
            mark -= edge.kernel(time - live.event.start);
            let number = live.kept.then_some(live.event.number);
            oldest = (Parent { hazard: *hazard as u32, number }, live.event.start);
            if mark < 0.0 {
                return oldest;
            }
        }
    }
    for (edge, hazard, past) in edges {
        mark -= past.iter().fold(0.0, |sum, past| sum + edge.kernel(time - past));
        if !past.is_empty() {
            oldest = (Parent { hazard: *hazard as u32, number: None }, f64::NEG_INFINITY);
        }
        if mark < 0.0 {
            return oldest;
        }
    }
    // Rounding left a last sliver: it belongs to the oldest.
    oldest
}
