//! Runs of every policy, in parallel over blocks, written in order.

use super::destination::check;
use super::plan::{Chunks, block};
use super::progress::Meter;
use super::summary::{Summary, Tally};
use super::{Model, Progress};
use crate::hazards;
use crate::hazards::Drawn;
use crate::history;
use crate::history::Occurrence;
use crate::metrics::Bands;
use crate::metrics::RunMetrics;
use crate::metrics::Trace;
use crate::policies::Policy;
use crate::results::Manifest;
use crate::results::Subject;
use crate::results::WriteError;
use crate::results::Writer;
use crate::run::Workspace;
use crate::step::Plan;
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Results folder.
    pub out: PathBuf,
    /// Replace results that are there.
    pub overwrite: bool,
    /// Threads; `None`: what the machine has.
    pub threads: Option<usize>,
    /// Progress.
    pub progress: Progress,
    /// Only this policy.
    pub policy: Option<String>,
    /// The command line, for the manifest.
    pub command: Vec<String>,
}

/// Why a run ended without results.
#[derive(Debug)]
pub enum Stopped {
    /// The folder holds something else, or the options ask for what the scenario has not: what, and what to do.
    Folder(String),
    /// Already done: the folder holds exactly these results.
    AlreadyDone,
    /// Input or output failed.
    Write(WriteError),
    /// A signal asked for it.
    Signal,
}

/// Simulates every run under every policy and writes the results folder. `stop` is set by a signal.
///
/// Results depend on the scenario, its seed and its number of runs alone: blocks are collected in order, and what is added
/// up across threads are whole numbers.
pub fn simulate(model: &Model, options: &RunOptions, stop: &AtomicBool) -> Result<Summary, Stopped> {
    let policies = chosen(&model.policies, options.policy.as_deref())?;
    let names = policies.iter().map(|policy| policy.name.clone()).collect();
    let mut manifest =
        Manifest::begin(&model.scenario, &model.baseline, &model.set, names, model.warnings.clone());
    manifest.command.clone_from(&options.command);
    let replaced = check(options, &manifest)?;

    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| {
        Stopped::Folder(format!("can't start {} threads: {error}", options.threads.unwrap_or(0)))
    })?;
    let delay = hazards::longest_delay(&model.hazards);
    let plans: Vec<Plan> =
        policies.iter().map(|policy| Plan::new(&model.baseline, &policy.rules, delay)).collect();
    let subject = Subject::new(&model.baseline, &model.hazards, &policies);
    let writer = Writer::open(&options.out, subject).map_err(Stopped::Write)?;
    let meter = Meter::new(options.progress, model.scenario.run.runs);
    let crew = Crew::new(model, &policies, &plans, &meter, stop);
    let made = pool.install(|| all(&crew, writer, pool.current_num_threads()));
    meter.end();
    let (mut writer, tally) = made?;
    for (policy, bands) in crew.bands.iter().enumerate() {
        writer.bands(policy, &lock(bands)).map_err(Stopped::Write)?;
    }
    writer.finish(&model.scenario, manifest, replaced.as_ref()).map_err(Stopped::Write)?;
    Ok(tally.summary())
}

/// The policies to run.
fn chosen<'a>(policies: &'a [Policy], only: Option<&str>) -> Result<Vec<&'a Policy>, Stopped> {
    let chosen: Vec<&Policy> =
        policies.iter().filter(|policy| only.is_none_or(|name| policy.name == name)).collect();
    match only {
        Some(name) if chosen.is_empty() => {
            let names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
            Err(Stopped::Folder(format!("no policy \"{name}\"; the scenario has {}", names.join(", "))))
        }
        _ => Ok(chosen),
    }
}

/// Makes every chunk; one is written while the next is simulated.
fn all<'a>(crew: &Crew<'a>, mut writer: Writer, threads: usize) -> Result<(Writer, Tally<'a>), Stopped> {
    let mut tally = Tally::new(&crew.model.baseline, &crew.policies);
    let mut waiting: Vec<Made> = Vec::new();
    for chunk in Chunks::new(crew.model.scenario.run.runs, threads) {
        let ready = std::mem::take(&mut waiting);
        let (made, written) = rayon::join(|| crew.chunk(chunk), || write(&mut writer, &mut tally, &ready));
        written.map_err(Stopped::Write)?;
        waiting = made.ok_or(Stopped::Signal)?;
    }
    write(&mut writer, &mut tally, &waiting).map_err(Stopped::Write)?;
    Ok((writer, tally))
}

/// What came of one block.
#[derive(Debug)]
struct Made {
    first_run: u64,
    weights: Vec<f64>,
    /// `[run][event]`
    events: Vec<Vec<Occurrence>>,
    /// `[policy][run]`
    metrics: Vec<Vec<RunMetrics>>,
}

/// Writes blocks in order; policies side by side, each to files of its own.
fn write(writer: &mut Writer, tally: &mut Tally<'_>, blocks: &[Made]) -> Result<(), WriteError> {
    writer.parts().par_iter_mut().enumerate().try_for_each(|(policy, part)| {
        blocks.iter().flat_map(|made| &made.metrics[policy]).try_for_each(|run| part.run(run))
    })?;
    for made in blocks {
        for (run, (events, weight)) in (made.first_run..).zip(made.events.iter().zip(&made.weights)) {
            writer.events(run, *weight, events)?;
        }
        for (policy, runs) in made.metrics.iter().enumerate() {
            runs.iter().for_each(|run| tally.add(policy, run));
        }
    }
    Ok(())
}

/// What threads share while they simulate.
struct Crew<'a> {
    model: &'a Model,
    policies: Vec<&'a Policy>,
    plans: &'a [Plan],
    meter: &'a Meter,
    stop: &'a AtomicBool,
    /// Benches not in use.
    benches: Mutex<Vec<Bench<'a>>>,
    /// Counts by policy. Whole numbers, so the order in which threads add to them leaves no trace.
    bands: Vec<Mutex<Bands>>,
}

/// What one thread needs to simulate a block under every policy; reused from block to block.
struct Bench<'a> {
    workspaces: Vec<(Workspace<'a>, Trace)>,
}

impl<'a> Crew<'a> {
    fn new(
        model: &'a Model,
        policies: &[&'a Policy],
        plans: &'a [Plan],
        meter: &'a Meter,
        stop: &'a AtomicBool,
    ) -> Crew<'a> {
        let bands =
            policies.iter().map(|policy| Mutex::new(Bands::new(&model.baseline, &policy.rules))).collect();
        Crew {
            model,
            policies: policies.to_vec(),
            plans,
            meter,
            stop,
            benches: Mutex::new(Vec::new()),
            bands,
        }
    }

    /// Simulates a chunk of blocks; `None` if a signal asked to stop.
    fn chunk(&self, blocks: std::ops::Range<u64>) -> Option<Vec<Made>> {
        blocks.into_par_iter().map(|index| self.block(index)).collect()
    }

    /// One block: its history once, then every policy.
    fn block(&self, index: u64) -> Option<Made> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let Model { scenario, baseline, hazards, .. } = self.model;
        let block = block(scenario.run.seed, scenario.run.runs, index);
        let history = history::sample(hazards, baseline.network.clock, &block);
        let mut bench = lock(&self.benches).pop().unwrap_or_else(|| self.bench(hazards));
        let mut metrics = Vec::with_capacity(self.policies.len());
        for ((workspace, trace), bands) in bench.workspaces.iter_mut().zip(&self.bands) {
            metrics.push(workspace.simulate(&history, &block, |t, state| trace.record(t, state)));
            lock(bands).add(trace, &history.weights);
        }
        lock(&self.benches).push(bench);
        self.meter.add(block.n_runs as u64);
        let events = history.events.into_iter().map(|of_run| of_run.into_iter().map(Occurrence::common));
        let events = events.map(Iterator::collect).collect();
        Some(Made { first_run: block.first_run, weights: history.weights, events, metrics })
    }

    fn bench(&self, hazards: &[Drawn]) -> Bench<'a> {
        let each = self.policies.iter().zip(self.plans).zip(&self.bands);
        let workspaces = each.map(|((policy, plan), bands)| {
            (Workspace::new(&self.model.baseline, hazards, policy, plan), lock(bands).trace())
        });
        Bench { workspaces: workspaces.collect() }
    }
}

/// Locks what no thread can leave half changed: benches are moved whole, counts are added under the lock. So a panic of
/// another thread is not turned into a second one that hides it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
