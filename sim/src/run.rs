//! One block of runs under one policy: for each step, exposure, levers, step, record.

use crate::baseline::Baseline;
use crate::exposure::Exposure;
use crate::hazards::Drawn;
use crate::history::History;
use crate::levers::Levers;
use crate::math::Row;
use crate::metrics::{Recorder, RunMetrics};
use crate::policies::Policy;
use crate::random::Block;
use crate::step::{Plan, State};

/// What one thread needs to simulate blocks under one policy; made once, reused for every block.
#[derive(Debug)]
pub struct Workspace<'a> {
    policy: &'a Policy,
    plan: &'a Plan,
    exposure: Exposure,
    levers: Levers,
    state: State,
    recorder: Recorder,
    memory: Vec<Row>,
}

impl<'a> Workspace<'a> {
    /// Space for one policy.
    pub fn new(baseline: &Baseline, hazards: &[Drawn], policy: &'a Policy, plan: &'a Plan) -> Workspace<'a> {
        let _ = (baseline, hazards, policy, plan);
        todo!()
    }

    /// Simulates a block. `watch` sees the state after every step (step number, state): for bands and series.
    pub fn simulate(&mut self, history: &History, block: &Block, watch: impl FnMut(usize, &State)) -> Vec<RunMetrics> {
        let _ = (history, block, watch, &self.policy, &self.plan, &self.exposure, &self.levers, &self.state);
        let _ = (&self.recorder, &self.memory);
        todo!()
    }
}
