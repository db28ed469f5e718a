//! Block after block of a scenario: what they have in common is made once.

use super::History;
use super::alone;
use super::course::Late;
use super::live;
use super::live::Live;
use super::parts;
use super::parts::Part;
use super::simulation::{Simulation, Stage};
use super::streams::Streams;
use crate::exposure::{Channels, Script};
use crate::hazards::Drawn;
use crate::hazards::state_dependent;
use crate::math::exp;
use crate::network::Clock;
use crate::random::Block;
use std::sync::Arc;

/// Draws the events of block after block.
#[derive(Debug)]
pub struct Sampler<'a> {
    hazards: &'a [Drawn],
    clock: Clock,
    heeded: Channels,
    /// Of the block before.
    keyed: Option<Arc<Keyed>>,
    /// Empty, with the memory of a block before.
    script: Option<Script>,
    lives: Vec<Vec<Live>>,
}

/// What all blocks of one seed and draw have in common.
#[derive(Debug)]
pub(super) struct Keyed {
    seed: u64,
    draw: u64,
    /// By hazard.
    pub(super) streams: Vec<Streams>,
    parts: Vec<Part>,
    /// Which hazards hang on the state of the market, directly or through others.
    pub(super) is_late: Vec<bool>,
}

impl Keyed {
    fn new(hazards: &[Drawn], block: &Block) -> Keyed {
        Keyed {
            seed: block.seed,
            draw: block.draw,
            streams: hazards.iter().map(|drawn| Streams::new(block, hazards, drawn)).collect(),
            parts: parts::parts(hazards, block),
            is_late: state_dependent(hazards),
        }
    }

    /// Parts that have a hazard that hangs on the state of the market.
    pub(super) fn late_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.members.iter().any(|hazard| self.is_late[*hazard]))
    }
}

impl<'a> Sampler<'a> {
    /// For blocks under one clock; what events write on channels that are not `heeded` is left out.
    pub fn new(hazards: &'a [Drawn], clock: Clock, heeded: Channels) -> Sampler<'a> {
        Sampler { hazards, clock, heeded, keyed: None, script: None, lives: Vec::new() }
    }

    /// The events of the block's runs that count, and their effects. Hazards whose rate hangs on the state of the market, and
    /// what they bring about, are left to the course under each policy.
    pub fn sample(&mut self, block: &Block) -> History {
        let known = self.keyed.take().filter(|keyed| (keyed.seed, keyed.draw) == (block.seed, block.draw));
        let keyed = known.unwrap_or_else(|| Arc::new(Keyed::new(self.hazards, block)));
        self.lives.resize_with(block.n_runs, Vec::new);
        self.lives.iter_mut().for_each(Vec::clear);
        let mut log_weights = vec![0.0; block.n_runs];
        for part in &keyed.parts {
            self.happen(part, &keyed, block, &mut log_weights);
        }
        let mut script =
            self.script.take().unwrap_or_else(|| Script::heeding(self.clock.n_steps, self.heeded));
        for (run, lives) in self.lives.iter_mut().enumerate() {
            live::write_all(lives, self.hazards, run, &mut script);
        }
        script.finish();
        let is_late = keyed.is_late.contains(&true);
        let late = is_late.then(|| Late::new(keyed.clone(), self.lives.clone(), self.clock, block.first_run));
        let events = |lives: &mut Vec<Live>| lives.drain(..).map(|live| live.event).collect();
        let history = History {
            events: self.lives.iter_mut().map(events).collect(),
            weights: log_weights.into_iter().map(exp).collect(),
            script,
            late,
        };
        self.keyed = Some(keyed);
        history
    }

    /// Takes back the memory of a block that is done with: to take it anew for each costs more than to fill it.
    pub fn reuse(&mut self, script: Script) {
        self.script = Some(script.cleared());
    }

    /// Adds the events of a part to each run's, by hazard and start, and to its weight.
    fn happen(&mut self, part: &Part, keyed: &Keyed, block: &Block, log_weights: &mut [f64]) {
        let hazards = self.hazards;
        if part.stands_alone(hazards) {
            let hazard = part.members[0];
            let (drawn, streams) = (&hazards[hazard], &keyed.streams[hazard]);
            return alone::events(hazard, drawn, streams, block, &mut self.lives, log_weights);
        }
        let stage = Stage { hazards, streams: &keyed.streams, part };
        for (run, (lives, log_weight)) in (block.first_run..).zip(self.lives.iter_mut().zip(log_weights)) {
            let mut simulation = Simulation::new(stage, run);
            simulation.advance(stage, part.limit);
            let (events, weight) = simulation.finish();
            let is_known = |live: &Live| live.kept && !keyed.is_late[live.event.hazard as usize];
            lives.extend(events.into_iter().filter(is_known));
            *log_weight += weight;
        }
    }
}
