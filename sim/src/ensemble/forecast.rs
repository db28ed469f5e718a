//! What a study will take, from some of its runs that are made and not kept.

use super::crew::Crew;
use super::progress::{Meter, Progress};
use super::simulate::{Stopped, chosen, work};
use super::study::Study;
use super::summary::Tally;
use crate::math::WIDTH;
use crate::results::Keep;
use crate::results::Tail;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// What a study will take. What is measured is of this machine.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Points.
    pub points: u64,
    /// Draws at each.
    pub draws: u64,
    /// Runs under each policy in each draw; the most, if it ends by itself.
    pub runs: u64,
    /// Policies.
    pub policies: Vec<String>,
    /// Chunks of the work, at most.
    pub chunks: u64,
    /// Runs of a chunk, at most.
    pub runs_of_a_chunk: u64,
    /// Runs that were made to measure the rest.
    pub pilot: u64,
    /// Seconds of one thread for a run under all policies, and its rows.
    pub seconds_of_a_run: f64,
    /// Bytes in the tables for a run under all policies.
    pub bytes_of_a_run: f64,
    /// Bytes in the tables for a point, whatever its runs.
    pub bytes_of_a_point: f64,
    /// Most memory that a process takes, bytes; `None` where the system does not tell.
    pub memory: Option<f64>,
    /// What the pilot tells of the worst runs at the first point.
    pub tails: Vec<Tail>,
}

impl Forecast {
    /// Runs under each policy in all.
    pub fn all_runs(&self) -> f64 {
        self.points as f64 * self.draws as f64 * self.runs as f64
    }

    /// Bytes of the tables.
    pub fn bytes(&self) -> f64 {
        self.points as f64 * self.bytes_of_a_point + self.all_runs() * self.bytes_of_a_run
    }
}

/// Makes up to `pilot` runs and tells what the whole takes.
pub fn forecast(
    study: &Study,
    policy: Option<&str>,
    keep: Keep,
    threads: usize,
    pilot: u64,
) -> Result<Forecast, Stopped> {
    let policies = chosen(&study.base.policies, policy)?;
    let whole = work(study, &policies, keep);
    let part = whole.pilot(pilot);
    let (meter, stop) = (Meter::new(Progress::None, 0), AtomicBool::new(false));
    let crew = Crew {
        study,
        work: part,
        policies: policies.clone(),
        keep,
        meter: &meter,
        stop: &stop,
        deadline: None,
        last: Mutex::default(),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Stopped::Folder(format!("can't start {threads} threads: {error}")))?;
    let before = memory();
    let began = Instant::now();
    let chunk = pool.install(|| crew.chunk(0)).map_err(Stopped::Refused)?;
    let seconds = began.elapsed().as_secs_f64();
    let mut tally = Tally::new(&study.base, &policies);
    let (mut of_runs, mut of_points) = (0, 0);
    if let Some(chunk) = &chunk {
        tally.add(&chunk.distributions(0));
        (of_runs, of_points) = chunk.bytes();
    }
    let made = part.runs_of(0) as f64;
    let all = whole.points as f64 * whole.draws as f64 * whole.runs as f64;
    let most = (whole.blocks_of_a_chunk() as f64 * WIDTH as f64).min(all);
    let memory = before.zip(memory()).map(|(before, after)| {
        // Up to as many chunks as this are in memory: one is made while the one before is written.
        before + 2.0 * (after - before) * (most / made).max(1.0)
    });
    Ok(Forecast {
        points: whole.points,
        draws: whole.draws,
        runs: whole.runs,
        policies,
        chunks: whole.n_chunks(),
        runs_of_a_chunk: most as u64,
        pilot: part.runs_of(0),
        seconds_of_a_run: seconds * threads as f64 / made,
        bytes_of_a_run: of_runs as f64 / made,
        bytes_of_a_point: of_points as f64 / part.points as f64,
        memory,
        tails: tally.tails(),
    })
}

/// Most memory that this process has taken so far, bytes.
fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()? * 1024.0)
}
