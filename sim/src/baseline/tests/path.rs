//! Growth and stability.

use super::{assert_near, balanced, faults};
use crate::baseline::Path;
use crate::baseline::cover;
use crate::network::testing::Tables;
use crate::scenario::PriceMode;

/// Ore in A, metal in A and B half and half; B's demand of 10 of 20 grows.
fn growing() -> Tables {
    Tables::new()
        .places(&["A", "B"])
        .material("ore", "t")
        .material("metal", "t")
        .recipe("metal", "ore", 3.0)
        .plant("o", "ore", "A", 100.0, 60.0)
        .plant("m", "metal", "A", 100.0, 20.0)
        .consumer("metal", "A", "civil", 10.0)
        .consumer("metal", "B", "civil", 10.0)
        .growth(0.1)
}

#[test]
fn growth_reaches_the_mine_through_weights_and_recipes() {
    let path = balanced(&growing()).path;
    assert_eq!(path.demand.nrows(), 12);
    assert_eq!((path.demand(0), path.need(0), path.output(0)), (&[1.0; 2][..], &[1.0; 3][..], &[1.0; 2][..]));
    let grown = 1.1_f64.powf(0.5);
    let half = (1.0 + grown) / 2.0;
    assert_near(path.demand(6), &[1.0, grown], 1e-12);
    assert_near(path.need(6), &[half, 1.0, grown], 1e-12);
    assert_near(path.output(6), &[half, half], 1e-12);
}

#[test]
fn without_growth_the_path_is_one_step() {
    let path = balanced(&growing().growth(0.0)).path;
    assert_eq!(path, Path::level(2, 3, 2));
}

#[test]
fn times_below_a_step_are_refused_by_key_and_bound() {
    let mut tables = growing();
    tables.scenario.settings.market.adjustment_days = 20.0;
    tables.scenario.settings.market.price_days = 1.0;
    let exogenous = faults(&tables);
    assert_eq!(exogenous.len(), 2);
    let expected = "market.ore: adjustment_days = 20 is below one step: make it at least 30.4375 days";
    assert!(exogenous[0].starts_with(expected), "{}", exogenous[0]);
    tables.scenario.settings.prices = PriceMode::Endogenous;
    assert_eq!(faults(&tables).len(), 4);
}

#[test]
fn times_far_below_the_transit_are_warned_of() {
    let mut tables = growing().transit("A", "B", "*", 400.0);
    tables.scenario.settings.market.adjustment_days = 90.0;
    let warnings = balanced(&tables).warnings;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("market.metal: adjustment_days = 90 is far below"), "{}", warnings[0]);
}

#[test]
fn cover_names_the_largest_foreign_supplier() {
    let rows = cover(&balanced(&growing()));
    let metal_in_b = rows.last().unwrap();
    assert_eq!((metal_in_b.material.as_str(), metal_in_b.place.as_str()), ("metal", "B"));
    assert_eq!(metal_in_b.largest_supplier, Some(("A".to_string(), 1.0)));
    assert!((metal_in_b.transit_days - 30.0).abs() < 1e-9);
    assert_eq!(rows[0].largest_supplier, None);
}
