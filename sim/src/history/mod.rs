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
mod simulation;
mod streams;
#[cfg(test)]
mod tests;

pub use course::Course;
pub use occurrence::Occurrence;

use crate::exposure::Event;
use crate::exposure::Script;
use crate::hazards::Drawn;
use crate::hazards::state_dependent;
use crate::math::exp;
use crate::network::Clock;
use crate::random::Block;
use course::Late;
use live::Live;
use simulation::{Simulation, Stage};
use streams::Streams;

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

/// The events of the block's runs that count, and their effects. Hazards whose rate hangs on the state of the market, and what
/// they bring about, are left to the course under each policy.
pub fn sample(hazards: &[Drawn], clock: Clock, block: &Block) -> History {
    sample_into(Script::new(clock.n_steps), hazards, clock, block)
}

/// The same, written to the cleared script of a block before it, under the same clock.
pub fn sample_into(mut script: Script, hazards: &[Drawn], clock: Clock, block: &Block) -> History {
    let streams: Vec<Streams> = hazards.iter().map(|drawn| Streams::new(block, hazards, drawn)).collect();
    let mut lives: Vec<Vec<Live>> = vec![Vec::new(); block.n_runs];
    let mut log_weights = vec![0.0; block.n_runs];
    let is_late = state_dependent(hazards);
    let parts = parts::parts(hazards, block);
    for part in &parts {
        if part.stands_alone(hazards) {
            let hazard = part.members[0];
            alone::events(hazard, &hazards[hazard], &streams[hazard], block, &mut lives, &mut log_weights);
            continue;
        }
        let stage = Stage { hazards, streams: &streams, part };
        for (run, (lives, log_weight)) in (block.first_run..).zip(lives.iter_mut().zip(&mut log_weights)) {
            let mut simulation = Simulation::new(stage, run);
            simulation.advance(stage, part.limit);
            let (events, weight) = simulation.events();
            let known = events.iter().filter(|live| live.kept && !is_late[live.event.hazard as usize]);
            lives.extend(known.cloned());
            *log_weight += weight;
        }
    }
    for (run, lives) in lives.iter_mut().enumerate() {
        live::write_all(lives, hazards, run, &mut script);
    }
    script.finish();
    let late = is_late
        .contains(&true)
        .then(|| Late::new(is_late, parts, streams, lives.clone(), clock, block.first_run));
    let events = lives.into_iter().map(|lives| lives.into_iter().map(|live| live.event).collect());
    History { events: events.collect(), weights: log_weights.into_iter().map(exp).collect(), script, late }
}
