//! Effects that nobody reads are left out, and nothing changes.

use crate::{model, names};
use shortfall::ensemble::{Model, prepare};
use shortfall::exposure::{Channel, Channels};
use shortfall::hazards;
use shortfall::history::Sampler;
use shortfall::math::WIDTH;
use shortfall::metrics::RunMetrics;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::Plan;
use std::path::Path;

const BLOCKS: u64 = 1;

/// Outcomes of some runs under a policy, and how many effects the events had.
fn outcomes(model: &Model, policy: usize, heeded: impl Fn(&Plan) -> Channels) -> (Vec<RunMetrics>, usize) {
    let policy = &model.policies[policy];
    let plan = Plan::new(&model.baseline, &policy.rules, hazards::reach(&model.hazards));
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let clock = model.baseline.network.clock;
    let mut sampler = Sampler::new(&model.hazards, clock, heeded(&plan));
    let (mut all, mut n_effects) = (Vec::new(), 0);
    for number in 0..BLOCKS {
        let block = Block { seed: 1, draw: 0, first_run: number * WIDTH as u64, n_runs: WIDTH };
        let history = sampler.sample(&block);
        n_effects += (0..clock.n_steps).map(|step| history.script.at(step).len()).sum::<usize>();
        all.extend(workspace.simulate(&history, &block, |_, _| {}));
        sampler.reuse(history.script);
    }
    (all, n_effects)
}

#[test]
fn effects_that_nobody_reads_change_no_bit_of_any_outcome() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let others = [folder.join("tests/workload"), folder.join("../scenarios/cobalt-fpv")]
        .map(|path| prepare(&path, &Options::default(), &mut Problems::default()).expect("a sound scenario"));
    let mut fewer = 0;
    for model in names().iter().map(|name| model(name)).chain(others) {
        for policy in 0..model.policies.len() {
            let (all, n_all) = outcomes(&model, policy, |_| Channels::ALL);
            let (read, n_read) = outcomes(&model, policy, |plan| plan.heeded);
            assert!(all == read, "{} under {}", model.scenario.title, model.policies[policy].name);
            fewer += usize::from(n_read < n_all);
        }
    }
    assert!(fewer > 10, "fewer effects under {fewer} policies");
}

#[test]
fn a_measure_that_waits_for_an_announcement_has_it_written() {
    let mut seen = false;
    for model in names().iter().map(|name| model(name)) {
        for policy in &model.policies {
            let plan = Plan::new(&model.baseline, &policy.rules, hazards::reach(&model.hazards));
            assert_eq!(plan.heeded.has(Channel::Active), policy.rules.sees_active);
            assert!(plan.heeded.has(Channel::Announced) || !policy.rules.sees_announced);
            seen |= policy.rules.sees_announced;
        }
    }
    assert!(seen, "an example has one");
}
