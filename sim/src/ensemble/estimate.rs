//! What a run will take, from the sizes of its arrays: told before any of them is made. [`super::forecast`] measures instead.

use super::simulate::{PER_THREAD, rows_of_a_run, work};
use super::study::Study;
use crate::hazards;
use crate::math::WIDTH;
use crate::metrics::watched;
use crate::policies::Policy;
use crate::results::Keep;
use crate::step::Plan;

/// A number for each of the runs that are simulated side by side.
const ROW: f64 = 8.0 * WIDTH as f64;
/// Numbers that a step keeps for a lane, plant, consumer or place, beside what is under way.
const ROWS_OF_AN_ITEM: f64 = 40.0;
/// What one event leaves behind, by thing that it touches; and how many things that is, about.
const BYTES_OF_AN_EFFECT: f64 = 128.0;
const TOUCHED: f64 = 16.0;
/// A row of a table, as numbers, as columns, and as bytes of a file.
const BYTES_OF_A_ROW: f64 = 200.0;
/// Bins of one thing that is looked at, in one step, and what one of them that has runs takes while chunks are added up.
const BINS: f64 = 201.0;
const BYTES_OF_A_BIN: f64 = 32.0;
/// What allocators add.
const SLACK: f64 = 1.25;
/// The program itself, and its threads.
const PROGRAM: f64 = 32e6;
const BYTES_OF_A_THREAD: f64 = 4e6;
/// Of one core, for one lane, plant or consumer in one step of one run, tables included.
const SECONDS_OF_AN_ITEM: f64 = 40e-9;

/// What a run will take, roughly: a machine may be some times as fast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Runs in all, each under every policy.
    pub runs: f64,
    /// Most memory, bytes.
    pub bytes: f64,
    /// Seconds on so many threads as were named.
    pub seconds: f64,
    /// Chunks of the work.
    pub chunks: u64,
}

/// What the study takes under these policies (by name; all, if none is named) on so many threads.
pub fn estimate(study: &Study, policy: Option<&str>, keep: Keep, threads: usize) -> Estimate {
    let base = &study.base;
    let (network, clock) = (&base.baseline.network, base.baseline.network.clock);
    let chosen = || base.policies.iter().filter(|known| policy.is_none_or(|name| name == known.name));
    let names: Vec<String> = chosen().map(|policy| policy.name.clone()).collect();
    let work = work(study, &names, keep);
    let (steps, threads_at_work) = (clock.n_steps as f64, threads.max(1) as f64);
    let items = (network.lanes.len() + network.plants.len() + network.consumers.len()) as f64;

    let reach = hazards::reach(&base.hazards);
    let state = |policy: &Policy| {
        let plan = Plan::new(&base.baseline, &policy.rules, reach);
        let rows = plan.n_pipeline as f64 * if plan.end_use { 2.0 } else { 1.0 };
        let ranked = ROWS_OF_AN_ITEM * items + 4.0 * (plan.n_ranks * network.lanes.len()) as f64;
        let measures: usize = policy.measures.iter().map(|measure| measure.n_memory(clock.n_steps)).sum();
        ROW * (rows + ranked + measures as f64)
    };
    let looked_at = |policy: &Policy| steps * watched(&base.baseline, &policy.rules).len() as f64;
    let looked_at: f64 = chosen().map(looked_at).sum();
    let events: f64 = hazards::expected_events(&base.hazards).iter().sum();
    let script = events * WIDTH as f64 * BYTES_OF_AN_EFFECT * items.min(TOUCHED);
    let of_a_step = match keep {
        Keep::Summary => 0.0,
        Keep::Runs => ROW / 4.0,
        Keep::Series => ROW + ROW / 4.0,
    };
    let bench = chosen().map(state).sum::<f64>() + 2.0 * script + looked_at * of_a_step + BYTES_OF_A_THREAD;
    let all = work.points as f64 * work.draws as f64 * work.runs as f64;
    let blocks = work.blocks_of_a_chunk().max(PER_THREAD * threads as u64) as f64;
    // The bins of every block of a chunk, then those that have runs.
    let bins = WIDTH as f64 * 2.0 * blocks.min(all / WIDTH as f64 + 1.0) + BYTES_OF_A_BIN * BINS.min(all);
    let bands = if keep >= Keep::Runs { looked_at * bins } else { 0.0 };
    let held = (2.0 * blocks * WIDTH as f64).min(all) * rows_of_a_run(study, &names, keep) as f64;
    Estimate {
        runs: all,
        bytes: PROGRAM + SLACK * (threads_at_work * bench + bands + held * BYTES_OF_A_ROW),
        seconds: all * names.len() as f64 * steps * items * SECONDS_OF_AN_ITEM / threads_at_work,
        chunks: work.n_chunks(),
    }
}
