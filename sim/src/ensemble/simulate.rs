//! Every point, draw and run under every policy: in parallel, chunk by chunk, into a results folder.

use super::Progress;
use super::crew::Crew;
use super::destination;
use super::model::Refusal;
use super::plan::Work;
use super::precision::Rule;
use super::progress::Meter;
use super::study::Study;
use super::summary::{Summary, Tally};
use crate::disk::WriteError;
use crate::metrics::Distributions;
use crate::metrics::watched;
use crate::policies::Policy;
use crate::results;
use crate::results::Chunk;
use crate::results::Done;
use crate::results::Draft;
use crate::results::Home;
use crate::results::Keep;
use crate::results::Manifest;
use crate::results::Shard;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

/// Blocks for each thread that are simulated at once: so many that threads seldom wait for the slowest.
pub(super) const PER_THREAD: u64 = 4;
/// Chunks that wait to be written, at most: more would fill memory where the disk is slow.
const WAITING: usize = 1;

/// Most chunks that one command makes: each leaves a file, until they are joined.
const MOST_CHUNKS: u64 = 1_000_000;

/// Whether there are enough runs is known only when all before are done.
const NO_SHARDS: &str = "--shard and [run] until do not go together: shards are made in any order\n  give the number of runs; \
                         `shortfall plan` says how many a precision needs";

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Where the results go.
    pub home: Home,
    /// Replace results that are there.
    pub overwrite: bool,
    /// Threads; `None`: what the machine has.
    pub threads: Option<usize>,
    /// Progress.
    pub progress: Progress,
    /// Only this policy.
    pub policy: Option<String>,
    /// How much is kept of the runs.
    pub keep: Keep,
    /// Only this share of the work.
    pub shard: Shard,
    /// When to stop.
    pub deadline: Option<Instant>,
    /// The command line, for the manifest.
    pub command: Vec<String>,
}

/// Why a run ended without results.
#[derive(Debug)]
pub enum Stopped {
    /// The folder holds something else, or the options ask for what the scenario has not: what, and what to do.
    Folder(String),
    /// Some points or draws are refused.
    Refused(Refusal),
    /// Already done: the folder holds exactly these results.
    AlreadyDone,
    /// Input or output failed.
    Write(WriteError),
    /// A signal asked for it, or time is up: so many of so many chunks are kept.
    Early(u64, u64),
}

impl From<WriteError> for Stopped {
    fn from(error: WriteError) -> Stopped {
        Stopped::Write(error)
    }
}

/// What came of a run.
#[derive(Debug)]
pub enum Finished {
    /// The results are whole.
    Results(Summary),
    /// The shard is done, and whether all others are, too.
    Shard(Shard, bool),
}

/// Simulates every run under every policy and writes the results folder, or the part of it that a shard makes. `stop` is
/// set by a signal.
///
/// Results depend on the scenario, its seed and its numbers of points, draws and runs alone: the work is cut in one way,
/// chunks are joined in order, and what is added up across threads are whole numbers. Chunks that are kept from an earlier
/// command are not made again.
pub fn simulate(study: &Study, options: &RunOptions, stop: &AtomicBool) -> Result<Finished, Stopped> {
    let finished = make(study, options, stop);
    match finished {
        // A store gives up trying when a signal comes. That is no failure: what is there and here is kept.
        Err(Stopped::Write(_)) if options.home.is_in_store() && stop.load(Ordering::Relaxed) => {
            let (done, all) = results::kept(&options.home, options.shard)?;
            Err(Stopped::Early(done, all))
        }
        finished => finished,
    }
}

fn make(study: &Study, options: &RunOptions, stop: &AtomicBool) -> Result<Finished, Stopped> {
    let policies = chosen(&study.base.policies, options.policy.as_deref())?;
    let work = work(study, &policies, options.keep);
    let rule = study.base.until.as_ref();
    if rule.is_some() && !options.shard.is_whole() {
        return Err(Stopped::Folder(NO_SHARDS.to_owned()));
    }
    let chunks = options.shard.chunks(work.n_chunks());
    let n_chunks = chunks.end - chunks.start;
    if n_chunks > MOST_CHUNKS {
        let why = format!("{n_chunks} chunks of work, and one command makes at most {MOST_CHUNKS}");
        return Err(Stopped::Folder(why + "\n  fewer runs or points; or more shards"));
    }
    let manifest = manifest(study, &policies, options);
    destination::check(options, &manifest)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| {
        Stopped::Folder(format!("can't start {} threads: {error}", options.threads.unwrap_or(0)))
    })?;
    pool.install(|| study.check(points(&work, &chunks))).map_err(Stopped::Refused)?;
    let (mut draft, replaced) = destination::begin(study, options, manifest, work.n_chunks())?;
    if draft.is_done()? {
        return shard_done(draft, options.shard);
    }
    results::gather(&draft)?;
    let meter = Meter::new(options.progress, chunks.clone().map(|chunk| work.runs_of(chunk)).sum());
    let crew = Crew {
        study,
        work,
        policies,
        keep: options.keep,
        meter: &meter,
        stop,
        deadline: options.deadline,
        last: Mutex::default(),
    };
    let n_threads = pool.current_num_threads() as u64;
    let made = pool.install(|| match rule {
        None => all(&crew, &draft, chunks.clone(), n_threads).map(|done| {
            let n = done.len() as u64;
            (done, n == chunks.end - chunks.start)
        }),
        Some(rule) => until(&crew, &draft, rule, n_threads),
    });
    meter.end();
    let done = match made {
        Ok((done, true)) => done,
        Ok((done, false)) => {
            draft.abandon();
            return Err(Stopped::Early(done.len() as u64, chunks.end - chunks.start));
        }
        Err(stopped) => {
            draft.abandon();
            return Err(stopped);
        }
    };
    if rule.is_some() {
        draft.runs_made(runs_made(&work, &done));
    }
    draft.receipt(&done)?;
    if !options.shard.is_whole() {
        return shard_done(draft, options.shard);
    }
    let mut tally = Tally::new(&study.base, &crew.policies);
    pool.install(|| {
        let sum = |policy: usize| {
            let mut sum = Distributions::default();
            for chunk in &done {
                sum.absorb(&chunk.distributions(0, policy)?.unwrap_or_default());
            }
            Ok(sum)
        };
        let sums = (0..crew.policies.len()).into_par_iter().map(sum).collect::<Result<Vec<_>, WriteError>>();
        tally.add(&sums?);
        results::finish(draft, &done, replaced.as_ref(), &share)
    })?;
    Ok(Finished::Results(tally.summary(work.points)))
}

/// Shares work among the threads of the pool.
pub(super) fn share(n: usize, each: &(dyn Fn(usize) + Sync)) {
    (0..n).into_par_iter().for_each(each);
}

fn shard_done(draft: Draft, shard: Shard) -> Result<Finished, Stopped> {
    let all = draft.all_done()?;
    draft.leave();
    Ok(Finished::Shard(shard, all))
}

/// The policies to run, by name.
pub(super) fn chosen(policies: &[Policy], only: Option<&str>) -> Result<Vec<String>, Stopped> {
    let names = || policies.iter().map(|policy| policy.name.clone());
    let chosen: Vec<String> = names().filter(|policy| only.is_none_or(|name| policy == name)).collect();
    match only {
        Some(name) if chosen.is_empty() => {
            let names: Vec<String> = names().collect();
            Err(Stopped::Folder(format!("no policy \"{name}\"; the scenario has {}", names.join(", "))))
        }
        _ => Ok(chosen),
    }
}

/// The work of a study: which runs, cut how.
pub(super) fn work(study: &Study, policies: &[String], keep: Keep) -> Work {
    let rows = rows_of_a_run(study, policies, keep);
    let run = &study.base.scenario.run;
    let of = |runs| Work::new(study.open().n_points(), study.open().n_draws(), runs, run.seed, rows);
    match &run.until {
        None => of(run.runs),
        Some(until) => of(until.max_runs).with_looks(),
    }
}

/// Rows of a run under these policies, in all tables.
pub(super) fn rows_of_a_run(study: &Study, policies: &[String], keep: Keep) -> u64 {
    let baseline = &study.base.baseline;
    let (network, n_policies) = (&baseline.network, policies.len() as u64);
    // Outcomes and years have far more rows than any other table of runs, but for series.
    let mut rows = network.consumers.len() as u64 * (1 + network.clock.n_years() as u64) * n_policies;
    if keep >= Keep::Series {
        let run = study.base.policies.iter().filter(|policy| policies.contains(&policy.name));
        let items: usize = run.map(|policy| watched(baseline, &policy.rules).len()).sum();
        rows = rows.saturating_add((items * network.clock.n_steps) as u64);
    }
    rows
}

fn manifest(study: &Study, policies: &[String], options: &RunOptions) -> Manifest {
    let base = &study.base;
    let mut manifest =
        Manifest::begin(&base.scenario, &base.baseline, &base.set, policies.to_vec(), base.warnings.clone());
    manifest.points = study.open().n_points();
    manifest.draws = study.open().n_draws();
    manifest.keep = options.keep.name().to_owned();
    if let (Some(rule), Some(until)) = (&base.until, &base.scenario.run.until) {
        manifest.until.clone_from(&rule.words);
        manifest.runs = until.max_runs;
    }
    manifest.command.clone_from(&options.command);
    manifest
}

/// Points that chunks have runs of.
fn points(work: &Work, chunks: &Range<u64>) -> Range<u64> {
    if chunks.is_empty() {
        return 0..0;
    }
    let (first, last) = (work.chunk(chunks.start), work.chunk(chunks.end - 1));
    first.first().map_or(0, |stretch| stretch.point)..last.last().map_or(0, |stretch| stretch.point + 1)
}

/// Makes the chunks that are missing, some at a time; one more thread writes them, as it mostly waits for the disk. Gives those
/// that are done, in order: fewer than all if the work was to end.
fn all(crew: &Crew<'_>, draft: &Draft, chunks: Range<u64>, threads: u64) -> Result<Vec<Done>, Stopped> {
    let found: Vec<Option<Done>> = chunks
        .clone()
        .into_par_iter()
        .map(|chunk| draft.chunk(chunk).map(Result::ok))
        .collect::<Result<_, WriteError>>()?;
    let missing: Vec<u64> =
        chunks.zip(&found).filter(|(_, found)| found.is_none()).map(|(chunk, _)| chunk).collect();
    let mut done: Vec<Done> = found.into_iter().flatten().collect();
    done.iter().for_each(|done| crew.meter.skip(crew.work.runs_of(done.number())));
    // Two at least: one is simulated where the threads of another wait for the last of them.
    let lot = (PER_THREAD * threads).div_ceil(crew.work.blocks_of_a_chunk());
    let at_once = lot.max(threads.min(2)) as usize;
    let (sender, receiver) = mpsc::sync_channel::<(u64, Chunk)>(WAITING);
    let (made, written) = thread::scope(|scope| {
        let writer = scope.spawn(move || {
            receiver
                .into_iter()
                .map(|(number, chunk)| draft.put(number, &chunk))
                .collect::<Result<Vec<_>, _>>()
        });
        let make = |number: &u64| match crew.chunk(*number) {
            Ok(Some(chunk)) => sender.send((*number, chunk)).map_err(|_| None),
            Ok(None) => Err(None),
            Err(refusal) => Err(Some(refusal)),
        };
        let made = missing.chunks(at_once).try_for_each(|lot| lot.par_iter().try_for_each(make));
        drop(sender);
        (made, writer.join())
    });
    done.extend(written.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    if let Err(Some(refusal)) = made {
        return Err(Stopped::Refused(refusal));
    }
    done.sort_by_key(Done::number);
    Ok(done)
}

/// Makes the chunks of every point until the rule is met; also says whether it came to the end of all.
fn until(crew: &Crew<'_>, draft: &Draft, rule: &Rule, threads: u64) -> Result<(Vec<Done>, bool), Stopped> {
    let least = crew.study.base.scenario.run.runs;
    let mut done = Vec::new();
    for point in 0..crew.work.points {
        let mut sums = vec![Distributions::default(); crew.policies.len()];
        let mut runs = 0;
        for chunk in crew.work.chunks_of(point) {
            let made = all(crew, draft, chunk..chunk + 1, threads)?;
            let Some(last) = made.first() else { return Ok((done, false)) };
            for (policy, sum) in sums.iter_mut().enumerate() {
                sum.absorb(&last.distributions(point, policy)?.unwrap_or_default());
            }
            runs += crew.work.runs_of(chunk);
            done.extend(made);
            if runs >= least && rule.reached(&sums) {
                break;
            }
        }
    }
    Ok((done, true))
}

/// Runs at each point.
fn runs_made(work: &Work, done: &[Done]) -> Vec<u64> {
    let of = |point: u64| {
        let chunks = work.chunks_of(point);
        done.iter()
            .map(Done::number)
            .filter(|chunk| chunks.contains(chunk))
            .map(|chunk| work.runs_of(chunk))
            .sum()
    };
    (0..work.points).map(of).collect()
}
