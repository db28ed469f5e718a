//! Whole runs of the program, tables written: runs per second by threads, and the share of what is kept of them.

use crate::cases::Case;
use shortfall::ensemble::{self, Progress, RunOptions};
use shortfall::results::{Home, Keep, Shard};
use shortfall::scenario::{Options, Problems};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Runs of each: seconds on one thread.
const RUNS: u64 = 2_000;
const TURNS: usize = 3;

/// Each case with the seconds that the engine takes for a run under every policy, on one thread and in memory.
pub fn print(cases: &[(&Case, f64)]) {
    println!();
    println!("whole runs with tables, {RUNS} runs under every policy");
    println!("| scenario | keep | threads | runs/s | times one thread | statistics and writing |");
    println!("|---|---|---|---|---|---|");
    for (case, engine) in cases {
        for keep in [Keep::Summary, Keep::Runs] {
            let mut one = 0.0;
            for threads in [1, 2] {
                let seconds = (0..TURNS).map(|_| seconds(case, keep, threads)).fold(f64::INFINITY, f64::min);
                let rate = RUNS as f64 / seconds;
                if threads == 1 {
                    one = rate;
                }
                let kept = match threads {
                    1 => format!("{:.0} %", 100.0 * (1.0 - engine * rate)),
                    _ => String::new(),
                };
                let times = rate / one;
                println!("| {} | {} | {threads} | {rate:.0} | {times:.2} | {kept} |", case.name, keep.name());
            }
        }
    }
}

fn seconds(case: &Case, keep: Keep, threads: usize) -> f64 {
    let set = vec![format!("run.runs={RUNS}")];
    let options = Options { set, ..Options::default() };
    let study = ensemble::study(&case.path, &options, &mut Problems::default()).expect("a sound scenario");
    let folder = tempfile::tempdir().expect("a folder for the tables");
    let options = RunOptions {
        home: Home::from(&folder.path().join("results")),
        overwrite: false,
        threads: Some(threads),
        progress: Progress::None,
        policy: None,
        keep,
        shard: Shard::WHOLE,
        deadline: None,
        command: Vec::new(),
    };
    let start = Instant::now();
    ensemble::simulate(&study, &options, &AtomicBool::new(false)).expect("the run ends");
    start.elapsed().as_secs_f64()
}
