//! The worked examples under `scenarios/examples/`: one for each kind of hazard, and every hazard and measure in them bites.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "examples/shown.rs"]
mod shown;
#[path = "examples/unread.rs"]
mod unread;

use shortfall::ensemble::Model;
use shortfall::ensemble::prepare;
use shortfall::exposure::Event;
use shortfall::exposure::Script;
use shortfall::exposure::Shape;
use shortfall::hazards;
use shortfall::hazards::Hazard;
use shortfall::hazards::Times;
use shortfall::hazards::reach;
use shortfall::history;
use shortfall::math::WIDTH;
use shortfall::metrics::RunMetrics;
use shortfall::policies;
use shortfall::policies::Form;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::Options;
use shortfall::scenario::Problems;
use shortfall::step::Plan;
use std::path::PathBuf;

/// Enough for the rarest hazard of the examples to come.
const BLOCKS: u64 = 40;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scenarios/examples")
}

fn names() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn model(name: &str) -> Model {
    let mut problems = Problems::default();
    let model = prepare(&folder().join(name), &Options::default(), &mut problems);
    assert!(problems.list.is_empty(), "{name}: {}", problems.render(false));
    model.unwrap()
}

/// A hazard whose events touch what they touched, and do nothing.
#[derive(Debug)]
struct Inert(Vec<String>);

impl Hazard for Inert {
    fn units(&self) -> &[String] {
        &self.0
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn effects(&self, _: &Event, _: &Shape, _: usize, _: &mut Script) {}
}

/// What a block of runs comes to under one policy.
fn block(model: &Model, policy: usize, number: u64) -> Vec<RunMetrics> {
    let block = Block { seed: 1, draw: 0, first_run: number * WIDTH as u64, n_runs: WIDTH };
    let policy = &model.policies[policy];
    let plan = Plan::new(&model.baseline, &policy.rules, reach(&model.hazards));
    let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
    Workspace::new(&model.baseline, &model.hazards, policy, &plan).simulate(&history, &block, |_, _| {})
}

fn differ(one: &Model, other: &Model, policies: (usize, usize)) -> bool {
    (0..BLOCKS).any(|number| {
        let (one, other) = (block(one, policies.0, number), block(other, policies.1, number));
        // Costs apart: a measure that only costs does nothing.
        one.iter().zip(&other).any(|(one, other)| one.outcomes != other.outcomes)
    })
}

#[test]
fn every_kind_of_hazard_has_an_example() {
    let shown: Vec<&str> = names()
        .iter()
        .flat_map(|name| model(name).hazards.iter().map(|drawn| drawn.kind).collect::<Vec<_>>())
        .collect();
    for kind in hazards::KINDS {
        assert!(shown.contains(&kind.name), "no example shows {}", kind.name);
        assert!(names().iter().any(|name| name == kind.name), "no folder examples/{}", kind.name);
    }
}

#[test]
fn every_measure_has_a_policy_of_its_own_in_the_example_of_measures() {
    let model = model("measures");
    for kind in policies::KINDS {
        let name = kind.name;
        assert!(model.policies.iter().any(|policy| policy.name == name), "no policy {name}");
        let table = model.scenario.measures.iter().any(|entry| entry.kind.value == name);
        assert_eq!(table, kind.form == Form::Table, "{name}");
    }
}

#[test]
fn every_hazard_of_the_examples_changes_what_users_get_or_pay() {
    for name in names() {
        let whole = model(&name);
        for index in 0..whole.scenario.hazards.len() {
            let mut without = model(&name);
            let drawn = &mut without.hazards[index];
            // An act that touches nothing bites by what follows it.
            if drawn.kind == "political_act" {
                drawn.onset = Times::Scheduled(Vec::new());
            }
            drawn.hazard = Box::new(Inert(drawn.hazard.units().to_vec()));
            let bites = (0..whole.policies.len()).any(|policy| differ(&whole, &without, (policy, policy)));
            assert!(bites, "{name}: {} does nothing", whole.hazards[index].name);
        }
    }
}

#[test]
fn every_measure_of_the_example_changes_what_users_get() {
    let model = model("measures");
    for policy in 1..model.policies.len() {
        let bites = differ(&model, &model, (0, policy));
        assert!(bites, "policy {} does nothing", model.policies[policy].name);
    }
}
