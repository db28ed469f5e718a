//! A scenario, a seed and a version have one result: random scenarios, whatever the threads, shards and processor.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "results/canonical.rs"]
mod canonical;
#[path = "cases/desk.rs"]
mod desk;
mod kit;

use canonical::canonical;
use desk::Desk;
use kit::random::Dice;
use kit::study::study;
use shortfall::hazards::reach;
use shortfall::history;
use shortfall::instructions::Instructions;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::step::Plan;

const VALID: &str = "tests/invalid/valid";

/// Random scenarios tried: 50 where there is time, see the Makefile.
fn cases() -> u64 {
    std::env::var("SHORTFALL_CASES").map_or(4, |_| 50)
}

fn desk(seed: u64) -> Desk {
    let desk = Desk::of(&[]);
    study(seed).write(&desk.path("scenario"));
    desk
}

#[test]
fn tables_of_random_scenarios_say_the_same_for_any_threads_and_any_processor_that_the_c_library_sees() {
    for seed in 0..cases() {
        let desk = desk(seed);
        let one = canonical(&desk.run("one", &["-n", "24", "-j", "1"]));
        assert!(one.len() > 5, "{one:?}");
        for threads in ["2", "3", "8", "64"] {
            let many = desk.run("many", &["-n", "24", "-j", threads, "--overwrite"]);
            assert_eq!(one, canonical(&many), "scenario {seed}, {threads} threads");
        }
        for tunables in [
            "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F",
            "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-FMA4,-AVX,-SSE4_1",
            "glibc.cpu.x86_rep_movsb_threshold=1000000",
        ] {
            let mut command =
                desk.shortfall(&["run", "scenario", "-o", "many", "-n", "24", "-q", "--overwrite"]);
            command.env("GLIBC_TUNABLES", tunables).assert().success();
            assert_eq!(one, canonical(&desk.path("many")), "scenario {seed}, {tunables}");
        }
        let other = canonical(&desk.run("many", &["-n", "24", "--seed", "2", "--overwrite"]));
        assert_ne!(one["outcomes"], other["outcomes"], "scenario {seed}: the digest sees another seed");
    }
}

#[test]
fn runs_of_random_scenarios_have_the_same_bits_with_all_instructions() {
    let mut events = 0;
    for seed in 0..3 * cases() {
        let model = study(seed).model();
        let block = Block { seed: 1, draw: 0, first_run: 0, n_runs: 8 };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        events += history.events.iter().map(Vec::len).sum::<usize>();
        for policy in &model.policies {
            let metrics = |instructions: Instructions| {
                let mut plan = Plan::new(&model.baseline, &policy.rules, reach(&model.hazards));
                plan.instructions = instructions;
                let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
                // Debug writes the shortest digits that give the same bits back.
                format!("{:?}", workspace.simulate(&history, &block, |_, _| {}))
            };
            let best = metrics(Instructions::best());
            for instructions in Instructions::all() {
                assert!(metrics(instructions) == best, "scenario {seed}, {}, {instructions}", policy.name);
            }
        }
    }
    assert!(events > 100, "{events} events: something must happen");
}

/// Merges as many shards, made in a random order, and reads the tables.
fn merged(desk: &Desk, shards: u64, runs: &str) -> std::collections::BTreeMap<String, String> {
    let (mut left, mut dice) = ((1..=shards).collect::<Vec<u64>>(), Dice::new(shards, "order of shards"));
    let out = format!("of-{shards}");
    while !left.is_empty() {
        let shard = format!("{}/{shards}", left.swap_remove(dice.below(left.len())));
        desk.shortfall(&["run", "scenario", "-o", &out, "-n", runs, "-q", "--shard", &shard])
            .assert()
            .success();
    }
    desk.shortfall(&["merge", &out]).assert().success();
    canonical(&desk.path(&out))
}

fn shards(runs: &str, of: &[u64]) {
    let desk = Desk::with(VALID);
    // Two months: what counts is the number of chunks.
    desk.edit("scenario.toml", |text| text.replace("years = 2", "years = 0.16"));
    let whole = canonical(&desk.run("whole", &["-n", runs]));
    for shards in of {
        assert_eq!(whole, merged(&desk, *shards, runs), "{shards} shards");
    }
}

#[test]
fn seven_shards_merged_in_a_random_order_say_the_same_though_some_are_empty() {
    shards("8300", &[7]);
}

#[test]
#[ignore = "for make test-all: 64 shards that each have a chunk"]
fn any_number_of_shards_merged_in_a_random_order_says_the_same() {
    shards("262400", &[1, 2, 7, 64]);
}
