//! The program that the engine's speed is measured against computes what it should.

#[path = "../benches/kernel/mod.rs"]
mod kernel;

use kernel::bans::{Bans, home};
use kernel::{Network, Outcome, RUNS, USERS};
use shortfall::instructions::Instructions;
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn rows(path: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(here(path)).expect("a table").records().map(|row| row.expect("a row")).collect()
}

/// The bans of the runs from `first_run` on, as the workload gives them.
fn given(first_run: usize) -> Bans {
    let mut bans = Bans::default();
    for row in rows("tests/workload/events.csv") {
        let number = |cell: usize| row[cell].parse::<f64>().expect("a number");
        let Some(run) = (number(1) as usize).checked_sub(first_run).filter(|run| *run < RUNS) else {
            continue;
        };
        let (material, place) = row[0].split_once('_').expect("m0_p0");
        let origin = kernel::origin(material, place);
        let targets = row[5].split(' ').fold(0, |bits, place| bits | 1 << kernel::number(place));
        bans.lay(run, origin, number(2) as usize, number(3) as usize, number(4), targets & !home(origin));
    }
    bans.finish();
    bans
}

fn numbers(outcome: &Outcome, run: usize) -> Vec<f64> {
    let unmet = outcome.unmet.iter().map(|row| row.0[run]);
    unmet.chain([outcome.peak.0[run]]).chain(outcome.lowest.iter().map(|row| row.0[run])).collect()
}

#[test]
fn every_run_agrees_with_the_known_results_to_1e_9_with_all_instructions() {
    let network = Network::read(&here("tests/bench"));
    let expected = rows("tests/workload/expected.csv");
    for first_run in (0..64).step_by(RUNS) {
        let bans = given(first_run);
        for instructions in Instructions::all() {
            let outcome = kernel::simulate(instructions, &network, &bans);
            for run in 0..RUNS {
                let row = &expected[first_run + run];
                for (found, cell) in numbers(&outcome, run).into_iter().zip(row.iter().skip(1)) {
                    let expected: f64 = cell.parse().expect("a number");
                    let off = (found - expected).abs() / expected.abs().max(1.0);
                    assert!(off <= 1e-9, "run {}, {instructions}: {found} for {expected}", first_run + run);
                }
            }
        }
    }
}

/// Mean 232.58 and probability of any 0.5145, from millions of runs of another program: here within four standard errors, so
/// that a right sampler fails once in 16,000 seeds.
#[test]
fn drawn_bans_give_the_known_distribution() {
    const BLOCKS: u64 = 500;
    let network = Network::read(&here("tests/bench"));
    let (mut bans, mut total, mut n_bans) = (Bans::default(), Vec::new(), 0);
    for block in 0..BLOCKS {
        bans.draw(7, block);
        n_bans += bans.n_bans;
        let outcome = kernel::simulate(Instructions::best(), &network, &bans);
        total.extend((0..RUNS).map(|run| numbers(&outcome, run)[..USERS].iter().sum::<f64>()));
    }
    let n = total.len() as f64;
    let mean = total.iter().sum::<f64>() / n;
    let sd = (total.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
    let any = total.iter().filter(|x| **x > 1e-9).count() as f64 / n;
    assert!((mean - 232.58).abs() < 4.0 * sd / n.sqrt(), "{mean}");
    assert!((any - 0.5145).abs() < 4.0 * 0.5 / n.sqrt(), "{any}");
    assert!((n_bans as f64 / n - 92.67).abs() < 0.5, "{n_bans}");
}
