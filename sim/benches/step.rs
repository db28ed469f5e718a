//! Speed of the engine on named scenarios: items are lane-steps, one lane in one step of one run.

use divan::Bencher;
use divan::counter::ItemsCount;
use shortfall::ensemble::{Model, prepare};
use shortfall::hazards;
use shortfall::history;
use shortfall::math::WIDTH;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::Plan;
use std::path::Path;

const SCENARIOS: [&str; 2] = ["tests/workload", "../scenarios/cobalt-fpv"];

fn main() {
    divan::main();
}

fn model(scenario: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(scenario);
    prepare(&path, &Options::default(), &mut Problems::default()).expect("a shipped scenario is accepted")
}

fn block(number: u64) -> Block {
    Block { seed: 1, draw: 0, first_run: number % 8 * WIDTH as u64, n_runs: WIDTH }
}

fn lane_steps(model: &Model) -> ItemsCount {
    let network = &model.baseline.network;
    ItemsCount::new(network.lanes.len() * network.clock.n_steps * WIDTH)
}

/// A block of eight runs under the first policy, its events given.
#[divan::bench(args = SCENARIOS)]
fn step(bencher: Bencher, scenario: &str) {
    let model = model(scenario);
    let policy = &model.policies[0];
    let plan = Plan::new(&model.baseline, &policy.rules, hazards::reach(&model.hazards));
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let history = history::sample(&model.hazards, model.baseline.network.clock, &block(0));
    bencher.counter(lane_steps(&model)).bench_local(|| workspace.simulate(&history, &block(0), |_, _| {}));
}

/// The events of a block of eight runs and their effects.
#[divan::bench(args = SCENARIOS)]
fn sample(bencher: Bencher, scenario: &str) {
    let model = model(scenario);
    let mut number = 0;
    bencher.counter(lane_steps(&model)).bench_local(|| {
        number += 1;
        history::sample(&model.hazards, model.baseline.network.clock, &block(number))
    });
}
