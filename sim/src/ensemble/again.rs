//! One run again, out of the scenario that its results keep.

use super::{Model, Refusal, Study};
use crate::exposure::Event;
use crate::hazards;
use crate::history;
use crate::metrics::RunMetrics;
use crate::random::Block;
use crate::run::Workspace;
use crate::scenario::Problems;
use crate::step::Plan;

/// Which run: numbers as the tables have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// Point of the sweep.
    pub point: u64,
    /// Draw of the uncertain numbers.
    pub draw: u64,
    /// Run within the draw.
    pub run: u64,
}

/// A run with what the tables say of it, to the last bit.
#[derive(Debug)]
pub struct Again {
    /// The case that it is a run of.
    pub model: Model,
    /// Its events, by hazard, then start.
    pub events: Vec<Event>,
    /// What came of it.
    pub metrics: RunMetrics,
}

/// Simulates one run under the policy of this position.
///
/// Panics if the scenario has no such policy. Errors: the case is refused.
pub fn again(study: &Study, which: Which, policy: usize) -> Result<Again, Refusal> {
    let model = study.model(study.case(which.point, which.draw), &mut Problems::default())?;
    let seed = model.scenario.run.seed;
    let block = Block { seed, draw: which.draw, first_run: which.run, n_runs: 1 };
    let clock = model.baseline.network.clock;
    let mut history = history::sample(&model.hazards, clock, &block);
    let chosen = &model.policies[policy];
    let plan = Plan::new(&model.baseline, &chosen.rules, hazards::reach(&model.hazards));
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, chosen, &plan);
    let metrics = workspace.simulate(&history, &block, |_, _| {}).swap_remove(0);
    let mut events = history.events.swap_remove(0);
    events.extend(workspace.late_events().into_iter().flatten());
    events.sort_by_key(|event| (event.hazard, event.number));
    drop(workspace);
    Ok(Again { model, events, metrics })
}
