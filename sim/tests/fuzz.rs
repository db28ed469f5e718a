//! Any input ends in a result or in file:line:column: no panic, no hang, no swelling.
//!
//! Inputs are the shipped scenarios and a results folder, spoilt byte by byte, word by word and line by line. They are tried
//! in a process of their own, so that a crash of it leaves its input behind: in `fuzz/corpus`, where every later test tries it
//! first. `SHORTFALL_FUZZ_MINUTES` sets how long; half a minute without it. `SHORTFALL_FUZZ_SEED` sets where it begins.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "fuzz/corpus.rs"]
mod corpus;
#[path = "fuzz/dice.rs"]
mod dice;
#[path = "fuzz/judge.rs"]
mod judge;
#[path = "fuzz/spoil.rs"]
mod spoil;
#[path = "fuzz/trial.rs"]
mod trial;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Longest life of one process: readers keep what they parse, and it should not count as swelling.
const ROUND: Duration = Duration::from_secs(60);

/// The folder that a child tries its inputs in.
const SCRATCH: &str = "SHORTFALL_FUZZ_SCRATCH";

fn minutes() -> f64 {
    std::env::var("SHORTFALL_FUZZ_MINUTES").map_or(0.5, |minutes| minutes.parse().unwrap())
}

fn first_seed() -> u64 {
    std::env::var("SHORTFALL_FUZZ_SEED").map_or(1, |seed| seed.parse().unwrap())
}

#[test]
fn every_input_that_ever_failed_ends_as_it_should() {
    let mut tried = 0;
    for case in corpus::cases() {
        let folder = tempfile::tempdir().unwrap();
        corpus::restore(&case, folder.path());
        judge::judge(folder.path());
        tried += 1;
    }
    assert!(tried > 0, "the corpus is empty");
}

#[test]
fn no_file_no_setting_and_no_results_folder_makes_it_panic_hang_or_swell() {
    let end = Instant::now() + Duration::from_secs_f64(60.0 * minutes());
    let (mut seed, mut tried) = (first_seed(), 0);
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        let scratch = tempfile::tempdir().unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env(SCRATCH, scratch.path())
            .env("SHORTFALL_FUZZ_SEED", seed.to_string())
            .env("SHORTFALL_FUZZ_SECONDS", left.min(ROUND).as_secs_f64().to_string())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        if !child.status.success() {
            let kept = corpus::keep(scratch.path(), seed);
            panic!("seed {seed}, kept in {kept}:\n{said}{}", String::from_utf8_lossy(&child.stderr));
        }
        let of_child = said.lines().find_map(|line| line.split_once("inputs tried: "));
        tried += of_child.map_or(0, |(_, n)| n.parse::<u64>().unwrap());
        seed += 1;
    }
    assert!(tried > 0);
    println!(
        "trust: any input ends in a result or in file:line:column | {tried} spoilt inputs in {} min",
        minutes()
    );
}

#[test]
#[ignore = "a round of the test above, in a process of its own"]
fn child() {
    let scratch = std::env::var_os(SCRATCH).expect("started by the test above");
    let seconds: f64 = std::env::var("SHORTFALL_FUZZ_SECONDS").unwrap().parse().unwrap();
    let tried = trial::round(Path::new(&scratch), first_seed(), Duration::from_secs_f64(seconds));
    println!("inputs tried: {tried}");
}
