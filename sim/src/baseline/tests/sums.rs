//! Supply against use.

use super::{balanced, faults};
use crate::network::testing::Tables;
use crate::scenario::Surplus;

/// R21: production sums to 79.1, demand to 79.0.
fn tungsten(tolerance: f64) -> Tables {
    let mut tables = Tables::new()
        .places(&["CHN", "EU27", "ROW", "USA", "VNM"])
        .material("tungsten", "t")
        .plant("chn", "tungsten", "CHN", 70.0, 63.0)
        .plant("vnm", "tungsten", "VNM", 5.0, 3.5)
        .plant("row", "tungsten", "ROW", 15.0, 12.6)
        .consumer("tungsten", "EU27", "civil", 20.0)
        .consumer("tungsten", "USA", "civil", 12.0)
        .consumer("tungsten", "ROW", "civil", 47.0);
    tables.scenario.settings.tolerance = tolerance;
    tables
}

#[test]
fn a_gap_within_the_tolerance_is_scaled_away_and_every_change_is_named() {
    let baseline = balanced(&tungsten(0.01));
    let changes: Vec<(&str, Option<f64>)> =
        baseline.adjustments.iter().map(|change| (change.what.as_str(), change.before)).collect();
    let expected = [
        ("tungsten: output of plant chn", Some(63.0)),
        ("tungsten: output of plant row", Some(12.6)),
        ("tungsten: output of plant vnm", Some(3.5)),
    ];
    assert_eq!(changes, expected);
    let after: f64 = baseline.output.iter().sum();
    assert!((after - 79.0).abs() < 1e-12);
}

#[test]
fn a_surplus_past_the_tolerance_is_refused_with_its_numbers_or_becomes_other() {
    let mut tables = tungsten(0.0001);
    tables.scenario.settings.surplus = Surplus::Refuse;
    let faults = faults(&tables);
    assert_eq!(faults.len(), 1);
    let sums = "tungsten: supply 79.1 t, use 79.0 t, gap 0.1 t (0.13 %)";
    assert!(faults[0].starts_with(sums), "{}", faults[0]);

    let baseline = balanced(&tungsten(0.0001));
    let network = &baseline.network;
    assert_eq!(network.sectors, ["civil", "other"]);
    assert_eq!(network.consumers.len(), 6);
    let sorted = network.consumers.is_sorted_by_key(|c| (c.destination, c.class, c.sector));
    assert!(sorted);
    let other = network.consumers.iter().find(|consumer| consumer.sector == 1).unwrap();
    assert!((other.demand - 0.1 * 20.0 / 79.0).abs() < 1e-12);
    assert_eq!(network.destinations[1].consumers, 2..4);
    assert!(baseline.adjustments.iter().all(|change| change.before.is_none()));

    tables.scenario.settings.surplus = Surplus::ByOutput;
    let by_output = balanced(&tables);
    assert_eq!(by_output.network.consumers.len(), 4, "only ROW makes and uses it");
}

#[test]
fn a_deficit_is_scaled_up_to_capacity_and_refused_past_the_tolerance() {
    let tables = |output: f64| {
        Tables::new()
            .places(&["A"])
            .material("g", "t")
            .plant("a", "g", "A", 50.0, 50.0)
            .plant("b", "g", "A", 60.0, output)
            .consumer("g", "A", "civil", 100.0)
    };
    assert_eq!(balanced(&tables(49.5)).output, [50.0, 50.0]);
    let faults = faults(&tables(40.0));
    assert!(faults[0].starts_with("g: supply 90 t, use 100 t, gap 10 t (10 %)"), "{}", faults[0]);
}

#[test]
fn blank_outputs_take_what_is_asked_by_capacity_up_the_chain() {
    let tables = Tables::new()
        .places(&["A", "B"])
        .material("ore", "t")
        .material("metal", "t")
        .recipe("metal", "ore", 2.0)
        .plant("m1", "metal", "A", 30.0, None)
        .plant("m2", "metal", "B", 10.0, None)
        .plant("m3", "metal", "B", 10.0, 4.0)
        .plant("o", "ore", "B", 100.0, None)
        .consumer("metal", "A", "civil", 24.0);
    let baseline = balanced(&tables);
    assert_eq!(baseline.output, [48.0, 15.0, 5.0, 4.0]);
    assert_eq!(baseline.network.plants[0].output, Some(48.0));
}

#[test]
fn a_scrap_circle_settles_and_one_that_feeds_on_itself_is_refused() {
    let tables = |per_output: f64| {
        Tables::new()
            .places(&["A"])
            .material("g", "t")
            .recipe("g", "g", per_output)
            .plant("a", "g", "A", f64::MAX, None)
            .consumer("g", "A", "civil", 10.0)
    };
    assert!((balanced(&tables(0.5)).output[0] - 20.0).abs() < 1e-9);
    assert!(faults(&tables(1.5))[0].contains("go round"));
}

#[test]
fn a_by_product_beyond_its_host_and_a_plant_below_its_minimum_run_are_refused() {
    let mut tables = Tables::new()
        .places(&["A"])
        .material("copper", "t")
        .material("cobalt", "t")
        .plant("cu", "copper", "A", 100.0, 100.0)
        .plant("co", "cobalt", "A", 10.0, 8.0)
        .host("cu", 0.05)
        .consumer("copper", "A", "civil", 100.0)
        .consumer("cobalt", "A", "civil", 8.0);
    tables.scenario.plants[1].minimum_run = 0.9;
    let faults = faults(&tables);
    assert_eq!(faults[0], "cobalt: plant \"co\" makes 8 and its host \"cu\" allows 5");
    assert!(faults[1].starts_with("cobalt: plant \"co\" makes 8 a year, below its minimum run of 9"));
}
