//! What must hold in every network, over random worlds: I1 to I8 and I11 of docs/model.md.

mod kit;
#[path = "invariants/balance.rs"]
mod balance;
#[path = "invariants/chains.rs"]
mod chains;
#[path = "invariants/larger.rs"]
mod larger;
#[path = "invariants/names.rs"]
mod names;
#[path = "invariants/worlds.rs"]
mod worlds;

use kit::random;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Tries a claim on random seeds, always the same ones: SHORTFALL_CASES of them, or as many as given.
#[track_caller]
fn over_worlds(cases: u32, claim: impl Fn(u64) -> Result<(), String>) {
    let cases = std::env::var("SHORTFALL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&(0..1_000_000_u64), |seed| {
        claim(seed)
            .map_err(|failure| proptest::test_runner::TestCaseError::fail(format!("world {seed}: {failure}")))
    });
    if let Err(failure) = outcome {
        let seed = match &failure {
            TestError::Fail(_, seed) => *seed,
            TestError::Abort(_) => 0,
        };
        panic!("{failure}\n{}", smallest(seed, claim));
    }
}

/// A smaller world for which the claim fails too, if one of the first has it; written where the text says.
fn smallest(failed: u64, claim: impl Fn(u64) -> Result<(), String>) -> String {
    let size = |seed: &u64| {
        let world = random::world(*seed);
        world.lanes.len() + world.plants.len() + world.consumers.len()
    };
    let fails = |seed: &u64| !matches!(catch_unwind(AssertUnwindSafe(|| claim(*seed))), Ok(Ok(())));
    let mut smaller: Vec<u64> = (0..400).filter(|seed| size(seed) < size(&failed)).collect();
    smaller.sort_by_key(size);
    let seed = smaller.into_iter().find(fails).unwrap_or(failed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("world-{seed}"));
    std::fs::create_dir_all(&folder).expect("the folder of tests can be written");
    random::world(seed).write(&folder);
    format!("the smallest world found is that of seed {seed}: {}", folder.display())
}

#[test]
fn a_claim_that_fails_names_the_files_of_a_small_world() {
    let claim = |seed: u64| match random::world(seed).lanes.len() {
        0..8 => Ok(()),
        n => Err(format!("{n} lanes")),
    };
    let said = catch_unwind(|| over_worlds(50, claim)).expect_err("some world has more lanes");
    let said = said.downcast_ref::<String>().expect("a text");
    let folder = Path::new(said.rsplit(": ").next().expect("a folder").trim());
    let lanes = std::fs::read_to_string(folder.join("lanes.csv")).expect("the scenario is there");
    assert_eq!(lanes.lines().filter(|line| !line.is_empty()).count(), 1 + 8, "{said}: as few lanes as fail");
}

/// An error unless two numbers agree within a tolerance, relative to the larger of `scale` and the second.
fn agree(what: impl Debug, found: f64, expected: f64, scale: f64, tolerance: f64) -> Result<(), String> {
    if (found - expected).abs() <= tolerance * expected.abs().max(scale) {
        return Ok(());
    }
    Err(format!("{what:?}: {found:e} for {expected:e}"))
}
