//! When things happen: the events of each run of a block, drawn from keyed streams.
//!
//! A run's events depend on the scenario, the seed, the draw, the run's number and the names of the hazards that they hang
//! on, and on nothing else; and under each policy on the state of the market, where a rate hangs on that.

mod alone;
mod course;
mod live;
mod occurrence;
mod parts;
mod regime;
mod sampler;
mod simulation;
mod streams;
#[cfg(test)]
mod tests;

pub use course::Course;
pub use occurrence::Occurrence;
pub use sampler::Sampler;

use crate::exposure::Channels;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::hazards::Drawn;
use crate::network::Clock;
use crate::random::Block;
use course::Late;

/// The events of a block of runs, and what they do.
#[derive(Debug)]
pub struct History {
    /// Events of each run of the block that no policy moves, by hazard, then start.
    pub events: Vec<Vec<Event>>,
    /// Weight of each run of the block: 1 unless rates are tilted.
    pub weights: Vec<f64>,
    /// The effects of those events, by step.
    pub script: Script,
    /// What hangs on the state of the market, if anything does.
    late: Option<Late>,
}

impl History {
    /// Begins the block under one policy; `None`: nothing hangs on the state of the market, and the script has all.
    pub fn course<'a>(&'a self, hazards: &'a [Drawn]) -> Option<Course<'a>> {
        self.late.as_ref().map(|late| Course::new(late, &self.script, hazards))
    }
}

/// The history of a single block, with all that events write; see [`Sampler::sample`].
pub fn sample(hazards: &[Drawn], clock: Clock, block: &Block) -> History {
    Sampler::new(hazards, clock, Channels::ALL).sample(block)
}
