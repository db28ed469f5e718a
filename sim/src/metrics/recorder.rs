//! Accumulates a block's metrics step by step; allocates nothing after it is made.

use super::RunMetrics;
use crate::baseline::Baseline;
use crate::levers::Rules;
use crate::random::Block;
use crate::step::State;

/// Accumulators of one block under one policy.
#[derive(Clone, Debug)]
pub struct Recorder {}

impl Recorder {
    /// A recorder for a network and a policy's stockpiles.
    pub fn new(baseline: &Baseline, rules: &Rules) -> Recorder {
        let _ = (baseline, rules);
        todo!()
    }

    /// Forgets what was recorded and takes the levels at the start.
    pub fn begin(&mut self, state: &State) {
        let _ = state;
        todo!()
    }

    /// Records step `t`, after it was made.
    pub fn record(&mut self, t: usize, state: &State) {
        let _ = (t, state);
        todo!()
    }

    /// The metrics of the block's runs that count, in run order.
    pub fn finish(&self, block: &Block) -> Vec<RunMetrics> {
        let _ = block;
        todo!()
    }
}
