//! What a lane in a step of a run costs: the general engine beside a program that does one workload only.
//!
//! `make bench` prints the table. Contestants take turns, and of many short turns the fastest counts, so that a busy machine
//! disturbs little. With `-- --only engine` (or `kernel`) it prints one number, the workload's nanoseconds per lane-step with
//! the best instructions, for `make bench-peers`. With `-- --blocks workload 4` (or `cobalt-fpv`) it makes so many blocks and
//! prints nothing, for `make bench-check`, which counts the instructions.

mod cases;
#[path = "../kernel/mod.rs"]
mod kernel;
mod whole;

use cases::{Case, EASIEST, Parts, with_random_bans};
use kernel::bans::Bans;
use kernel::{Network, STEPS};
use shortfall::instructions::Instructions;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Turns of each contestant.
const TURNS: usize = 60;
/// Blocks of eight runs that the engine makes in a turn, …
const BLOCKS: u64 = 9;
/// … and the kernel.
const KERNEL_BLOCKS: u64 = 16;
/// Lanes of the workload.
const LANES: f64 = 352.0;

/// The kernel's time for a lane in a step of a run, nanoseconds: sampling, and all.
#[derive(Clone, Copy)]
struct KernelTime {
    sampling: f64,
    whole: f64,
}

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cobalt = here.join("../scenarios/cobalt-fpv");
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        Some(arguments[at + 1..].to_vec())
    };
    let folder = tempfile::tempdir().expect("a folder for the workload with random bans");
    with_random_bans(&here.join("tests/workload"), folder.path());
    if let Some(blocks) = after("--blocks") {
        let n: u64 = blocks[1].parse().expect("a number of blocks");
        let path = if blocks[0] == "workload" { folder.path().to_owned() } else { cobalt };
        Case::open("counted", path).simulate(0, Instructions::all()[0], n);
        return;
    }
    let mut workload = Case::open("workload", folder.path().to_owned());
    let network = Network::read(&here.join("tests/bench"));
    let all = Instructions::all();
    let best = all.len() - 1;
    let only = after("--only").map(|names| names[0].clone());
    match only.as_deref() {
        Some("engine") => {
            let least =
                (0..TURNS).fold(EASIEST, |least, _| least.least(workload.simulate(0, all[best], BLOCKS)));
            println!("{:.4}", least.whole(1));
        }
        Some("kernel") => {
            let mut bans = Bans::default();
            let whole = |turn: usize| kernel_turn(&network, all[best], &mut bans, turn as u64).whole;
            println!("{:.4}", (0..TURNS).map(whole).fold(f64::INFINITY, f64::min));
        }
        Some(other) => panic!("no contestant {other}: engine or kernel"),
        None => table(&mut workload, &network, &cobalt, &all),
    }
}

fn table(workload: &mut Case, network: &Network, cobalt: &Path, all: &[Instructions]) {
    let mut cobalt = Case::open("cobalt-fpv", PathBuf::from(cobalt));
    let n_policies = cobalt.model.policies.len();
    let mut bans = Bans::default();
    let mut kernel = vec![KernelTime { sampling: f64::INFINITY, whole: f64::INFINITY }; all.len()];
    let mut engine = vec![EASIEST; all.len()];
    let mut real = vec![vec![EASIEST; n_policies]; all.len()];
    for turn in 0..TURNS {
        for (i, instructions) in all.iter().enumerate() {
            let time = kernel_turn(network, *instructions, &mut bans, turn as u64);
            kernel[i].sampling = kernel[i].sampling.min(time.sampling);
            kernel[i].whole = kernel[i].whole.min(time.whole);
            engine[i] = engine[i].least(workload.simulate(0, *instructions, BLOCKS));
            let policy = turn % n_policies;
            real[i][policy] = real[i][policy].least(cobalt.simulate(policy, *instructions, BLOCKS));
        }
    }
    println!("nanoseconds per lane-step: a lane in a step of a run, on one thread, events sampled");
    println!(
        "| scenario | program | instructions | runs/s | sampling | step | levers, metrics | all | of the kernel |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (i, instructions) in all.iter().enumerate() {
        let KernelTime { sampling, whole } = kernel[i];
        let rate = 1e9 / (whole * LANES * STEPS as f64);
        let step = whole - sampling;
        println!(
            "| workload | kernel | {instructions} | {rate:.0} | {sampling:.3} | {step:.3} | | {whole:.3} | 100 % |"
        );
    }
    for (i, instructions) in all.iter().enumerate() {
        let whole = engine[i].whole(1);
        line(workload, *instructions, engine[i], 1, &format!("{:.0} %", 100.0 * kernel[i].whole / whole));
    }
    for (i, instructions) in all.iter().enumerate() {
        line(&cobalt, *instructions, mean(&real[i]), n_policies, "");
    }
    println!("cobalt-fpv: mean of its {n_policies} policies, which share one sampling");
    println!();
    println!("sampling, nanoseconds an event with all that it does");
    println!("| scenario | ns an event |");
    println!("|---|---|");
    let fastest = |of: &[Parts]| of.iter().map(|parts| parts.event).fold(f64::INFINITY, f64::min);
    println!("| workload | {:.0} |", fastest(&engine));
    println!("| cobalt-fpv | {:.0} |", real.iter().map(|of| fastest(of)).fold(f64::INFINITY, f64::min));
    let in_memory =
        |case: &Case, parts: Parts, n: usize| 1e-9 * parts.whole(n) * n as f64 * case.lane_steps();
    let best = all.len() - 1;
    let engine = in_memory(workload, engine[best], 1);
    whole::print(&[(workload, engine), (&cobalt, in_memory(&cobalt, mean(&real[best]), n_policies))]);
}

fn line(case: &Case, instructions: Instructions, parts: Parts, n_policies: usize, share: &str) {
    let whole = parts.whole(n_policies);
    println!(
        "| {} | engine | {instructions} | {:.0} | {:.3} | {:.3} | {:.3} | {whole:.3} | {share} |",
        case.name,
        1e9 / (whole * case.lane_steps()),
        parts.sampling / n_policies as f64,
        parts.step,
        parts.rest,
    );
}

fn mean(of: &[Parts]) -> Parts {
    let n = of.len() as f64;
    let over = |part: fn(&Parts) -> f64| of.iter().map(part).sum::<f64>() / n;
    Parts {
        sampling: over(|parts| parts.sampling),
        event: over(|parts| parts.event),
        step: over(|parts| parts.step),
        rest: over(|parts| parts.rest),
    }
}

fn kernel_turn(network: &Network, instructions: Instructions, bans: &mut Bans, turn: u64) -> KernelTime {
    let (mut sampling, start) = (0, Instant::now());
    for block in 0..KERNEL_BLOCKS {
        let begun = Instant::now();
        bans.draw(1, turn * KERNEL_BLOCKS + block);
        sampling += begun.elapsed().as_nanos();
        std::hint::black_box(kernel::simulate(instructions, network, bans));
    }
    let lane_steps = KERNEL_BLOCKS as f64 * kernel::RUNS as f64 * LANES * STEPS as f64;
    let each = |nanoseconds: u128| nanoseconds as f64 / lane_steps;
    KernelTime { sampling: each(sampling), whole: each(start.elapsed().as_nanos()) }
}
