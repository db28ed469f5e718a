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

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::fmt::Debug;

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
        panic!("{failure}");
    }
}

/// An error unless two numbers agree within a tolerance, relative to the larger of `scale` and the second.
fn agree(what: impl Debug, found: f64, expected: f64, scale: f64, tolerance: f64) -> Result<(), String> {
    if (found - expected).abs() <= tolerance * expected.abs().max(scale) {
        return Ok(());
    }
    Err(format!("{what:?}: {found:e} for {expected:e}"))
}
