//! The shipped scenarios are read, numbered, balanced and compiled without a fault.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use shortfall::baseline;
use shortfall::baseline::Baseline;
use shortfall::hazards;
use shortfall::network;
use shortfall::policies;
use shortfall::scenario;
use shortfall::scenario::Options;
use shortfall::scenario::Problems;
use shortfall::scenario::Scenario;
use std::path::PathBuf;

/// Tables are written with twelve digits.
const WRITTEN: f64 = 1e-9;
/// t Co in a tonne of CoSO4·7H2O.
const COBALT_IN_HEPTAHYDRATE: f64 = 0.209656;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

/// A shipped scenario and its balance; panics with the messages a user would see.
fn balanced(name: &str) -> (Scenario, Baseline) {
    let mut problems = Problems::default();
    let read = scenario::load(&folder().join(name), &Options::default(), &mut problems);
    let network = read.as_ref().and_then(|read| network::compile(read, &mut problems));
    assert!(!problems.refused(), "{}", problems.render(false));
    let baseline = baseline::balance(network.expect("a network without a problem"));
    let baseline = baseline.unwrap_or_else(|imbalance| panic!("{name}: {}", imbalance.faults.join("\n")));
    (read.expect("a scenario without a problem"), baseline)
}

/// Baseline use of a material in a place, a year.
fn used(baseline: &Baseline, material: &str, place: &str) -> f64 {
    let network = &baseline.network;
    let at = network.destinations.iter().position(|destination| {
        network.materials[destination.material.index()].code == material
            && network.places[destination.place.index()].code == place
    });
    baseline.need[at.unwrap_or_else(|| panic!("no use of {material} in {place}"))]
}

/// Baseline output of a material over all places, a year.
fn made(baseline: &Baseline, material: &str) -> f64 {
    let network = &baseline.network;
    let makes = |plant: usize| {
        let origin = &network.origins[network.plants[plant].origin.index()];
        network.materials[origin.material.index()].code == material
    };
    (0..network.plants.len()).filter(|plant| makes(*plant)).map(|plant| baseline.output[plant]).sum()
}

#[test]
fn every_shipped_scenario_compiles_without_a_fault() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("scenario.toml").is_file())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    for shipped in ["cobalt-fpv", "joint-stockpile", "paper-chain", "stock-forms", "tit-for-tat"] {
        assert!(names.iter().any(|name| name == shipped), "{shipped} is gone");
    }
    for name in names {
        let (read, baseline) = balanced(&name);
        let mut problems = Problems::default();
        let drawn = hazards::compile(&read, &baseline, &mut problems);
        let policies = policies::compile(&read, &baseline, &mut problems);
        assert!(problems.list.is_empty(), "{name}: {:#?}", problems.list);
        assert_eq!(drawn.len(), read.hazards.len() + read.settlements.len(), "{name}");
        assert_eq!(policies[0].name, "none", "{name}");
    }
}

#[test]
fn cobalt_fpv_balances_as_written() {
    let (read, baseline) = balanced("cobalt-fpv");
    assert!(baseline.adjustments.iter().all(|change| {
        change.before.is_some_and(|before| (change.after - before).abs() <= WRITTEN * before.abs().max(1.0))
    }));
    let network = &baseline.network;
    for row in &read.lanes {
        let lane = network.lanes.iter().position(|lane| {
            let (origin, destination) =
                (&network.origins[lane.origin.index()], &network.destinations[lane.destination.index()]);
            network.materials[origin.material.index()].code == *row.material
                && network.places[origin.place.index()].code == *row.from
                && network.places[destination.place.index()].code == *row.to
        });
        let flow = baseline.flow[lane.expect("a lane of the table")];
        let written = *row.flow_per_year.as_deref().expect("every lane has its flow");
        assert!((flow / written - 1.0).abs() <= 1e-6, "{} {} {}", *row.material, *row.from, *row.to);
    }
}

#[test]
fn cobalt_fpv_mines_and_refines_what_the_iea_counts() {
    let (_, baseline) = balanced("cobalt-fpv");
    assert!((made(&baseline, "cobalt") / 273_336.0 - 1.0).abs() <= WRITTEN);
    let sulphate = made(&baseline, "cobalt_sulphate_7h2o") * COBALT_IN_HEPTAHYDRATE;
    assert!(((made(&baseline, "cobalt_refined") + sulphate) / 250_150.0 - 1.0).abs() <= WRITTEN);
}

#[test]
fn paper_chain_balances_to_the_corrected_and_the_printed_figures() {
    let (_, baseline) = balanced("paper-chain");
    for (material, place, expected) in [
        ("lco", "printed_lco", 65.5448),
        ("nmc622", "printed_nmc622", 51.3730),
        ("cobalt_sulphate_7h2o", "corrected_lco", 1_176.565),
        ("cobalt_sulphate_7h2o", "corrected_nmc622", 186.229),
        ("cobalt", "corrected_lco", 246.674),
        ("cobalt", "corrected_nmc622", 39.044),
        ("cobalt_ore", "mode_lco", 125_373.0),
    ] {
        let got = used(&baseline, material, place);
        assert!((got / expected - 1.0).abs() <= 1e-4, "{material} in {place}: {got} is not {expected}");
    }
}

#[test]
fn tit_for_tat_balances_to_the_reported_use() {
    let (_, baseline) = balanced("tit-for-tat");
    for (material, tonnes) in [
        ("gallium", 820.0),
        ("germanium", 214.0),
        ("antimony", 165_000.0),
        ("dysprosium", 2_414.4),
        ("ndfeb_magnet", 240_000.0),
    ] {
        let got = made(&baseline, material);
        assert!((got / tonnes - 1.0).abs() <= WRITTEN, "{material}: {got} t are made, not {tonnes}");
    }
}

#[test]
fn joint_stockpile_balances_to_the_reported_use() {
    let (_, baseline) = balanced("joint-stockpile");
    for (material, tonnes) in [("antimony", 165_000.0), ("dysprosium", 2_414.4), ("ndfeb_magnet", 240_000.0)]
    {
        let got = made(&baseline, material);
        assert!((got / tonnes - 1.0).abs() <= WRITTEN, "{material}: {got} t are made, not {tonnes}");
    }
    // What the members of the EU use adds up to the union's.
    for (material, members, tonnes) in
        [("antimony", ["BEL", "FRA", "EUR"], 18_000.0), ("ndfeb_magnet", ["DEU", "FRA", "EUR"], 21_591.0)]
    {
        let union: f64 = members.map(|place| used(&baseline, material, place)).iter().sum();
        assert!(
            (union / tonnes - 1.0).abs() <= WRITTEN,
            "{material}: the union uses {union} t, not {tonnes}"
        );
    }
}

#[test]
fn joint_stockpile_holds_the_same_tonnage_in_every_policy_that_is_compared() {
    let (read, baseline) = balanced("joint-stockpile");
    let mut problems = Problems::default();
    let policies = policies::compile(&read, &baseline, &mut problems);
    let held = |name: &str| {
        let policy = policies.iter().find(|policy| policy.name == name).unwrap();
        policy.rules.stockpiles.iter().map(|stockpile| stockpile.initial).sum::<f64>()
    };
    let apart = held("separate");
    for name in ["joint_contribution", "joint_need", "joint_priority", "joint_targeted", "joint_need_gdp"] {
        assert!((held(name) / apart - 1.0).abs() <= WRITTEN, "{name}: {} t, not {apart}", held(name));
    }
}
