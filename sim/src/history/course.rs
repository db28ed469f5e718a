//! Events whose rate hangs on the state of the market, made from step to step under one policy.
//!
//! They come from the same fields as all others, by the same simulation, which stops at the end of every step and looks at
//! the market anew. Only the events of such hazards are taken from it: those of others that they are tied to come out as they do
//! in [`super::sample`].

use super::live;
use super::live::Live;
use super::sampler::Keyed;
use super::simulation::{Simulation, Stage};
use crate::exposure::Event;
use crate::exposure::Exposure;
use crate::exposure::Script;
use crate::hazards::Condition;
use crate::hazards::Drawn;
use crate::math::WIDTH;
use crate::network::Clock;
use std::sync::Arc;

/// What the courses of a block under all policies start from.
#[derive(Debug)]
pub(super) struct Late {
    keyed: Arc<Keyed>,
    /// Events of all hazards that do not hang on the state of the market, by run.
    common: Vec<Vec<Live>>,
    clock: Clock,
    first_run: u64,
}

impl Late {
    pub(super) fn new(keyed: Arc<Keyed>, common: Vec<Vec<Live>>, clock: Clock, first_run: u64) -> Late {
        Late { keyed, common, clock, first_run }
    }
}

/// A block under one policy: what is known of its events, and what they do.
#[derive(Debug)]
pub struct Course<'a> {
    hazards: &'a [Drawn],
    late: &'a Late,
    /// What the events that no policy moves do.
    script: &'a Script,
    /// By part, then run.
    simulations: Vec<Vec<Simulation>>,
    /// By run.
    own: Vec<Own>,
}

/// What one run has of its own.
#[derive(Debug, Default)]
struct Own {
    /// Events of late hazards so far, as far as they are known.
    lives: Vec<Live>,
    /// What all events of the run do, once it has one of its own.
    script: Option<Script>,
}

impl<'a> Course<'a> {
    pub(super) fn new(late: &'a Late, script: &'a Script, hazards: &'a [Drawn]) -> Course<'a> {
        let runs = late.first_run..late.first_run + late.common.len() as u64;
        let simulations = late.keyed.late_parts().map(|part| {
            let stage = Stage { hazards, streams: &late.keyed.streams, part };
            runs.clone().map(|run| Simulation::new(stage, run)).collect()
        });
        let simulations = simulations.collect();
        Course { hazards, late, script, simulations, own: runs.map(|_| Own::default()).collect() }
    }

    /// Makes the events of a step and lays on the exposure what changes in it. `holds` says in which runs a condition holds, as
    /// the step before left the market. Steps come in order.
    pub fn advance(
        &mut self,
        step: usize,
        exposure: &mut Exposure,
        holds: impl Fn(&Condition) -> [bool; WIDTH],
    ) {
        let until = (step + 1) as f64 * self.late.clock.dt;
        let keyed = &self.late.keyed;
        for (part, simulations) in keyed.late_parts().zip(&mut self.simulations) {
            let stage = Stage { hazards: self.hazards, streams: &keyed.streams, part };
            for (seat, hazard) in part.members.iter().enumerate() {
                for (number, condition) in self.hazards[*hazard].links.when.iter().enumerate() {
                    for (simulation, holds) in simulations.iter_mut().zip(holds(condition)) {
                        simulation.set_condition(stage, seat, number, holds);
                    }
                }
            }
            simulations.iter_mut().for_each(|simulation| simulation.advance(stage, until));
        }
        for run in 0..self.own.len() {
            self.learn(run, step, exposure);
        }
        self.expose(step, exposure);
    }

    /// Takes what is new of a run's events, if anything: one that began, or one that was ended or suspended.
    fn learn(&mut self, run: usize, step: usize, exposure: &mut Exposure) {
        let is_late = &self.late.keyed.is_late;
        let events = self.simulations.iter().flat_map(|by_run| by_run[run].events());
        let lives = events.filter(|live| live.kept && is_late[live.event.hazard as usize]);
        let own = &mut self.own[run];
        if lives.clone().eq(&own.lives) {
            return;
        }
        own.lives = lives.cloned().collect();
        // Events of several hazards on one thing combine in the order of hazards, so all of the run's are written anew, and
        // the exposure becomes what it would be if they had been known from the start.
        let mut all = [self.late.common[run].as_slice(), own.lives.as_slice()].concat();
        let mut script = Script::heeding(self.late.clock.n_steps, self.script.heeded());
        live::write_all(&mut all, self.hazards, run, &mut script);
        script.finish();
        exposure.forget(own.script.as_ref().unwrap_or(self.script), run);
        (0..step).for_each(|past| exposure.apply(&script, past));
        own.script = Some(script);
    }

    fn expose(&self, step: usize, exposure: &mut Exposure) {
        exposure.apply_in(self.script, step, |run| self.own[run].script.is_none());
        let own = self.own.iter().filter_map(|own| own.script.as_ref());
        own.for_each(|script| exposure.apply(script, step));
    }

    /// Ends the block: the exposure is neutral again. Events of each run that hang on the state of the market, by hazard, then
    /// start.
    pub fn finish(self, exposure: &mut Exposure) -> Vec<Vec<Event>> {
        self.expose(self.late.clock.n_steps, exposure);
        let of_run = |own: Own| {
            let mut events: Vec<Event> = own.lives.into_iter().map(|live| live.event).collect();
            events.sort_by_key(|event| (event.hazard, event.number));
            events
        };
        self.own.into_iter().map(of_run).collect()
    }
}
