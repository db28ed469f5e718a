//! Lanes: fitted to both margins, or refused by name.

use super::{assert_near, balanced, faults, square};
use crate::network::testing::Tables;
use proptest::prelude::*;

#[test]
fn a_two_by_two_fit_keeps_the_cross_ratio_of_its_prior() {
    let baseline = balanced(&square([7.0, 5.0], [6.0, 6.0], [Some(3.0), Some(1.0), Some(2.0), Some(4.0)]));
    // With AA = x: x (x - 1) / ((7 - x) (6 - x)) = 3 * 4 / (1 * 2), so 5 x² - 77 x + 252 = 0.
    let x = (77.0 - (77.0_f64 * 77.0 - 4.0 * 5.0 * 252.0).sqrt()) / 10.0;
    assert_near(&baseline.flow, &[x, 7.0 - x, 6.0 - x, x - 1.0], 1e-10);
    assert_near(&baseline.weight, &[x / 6.0, (7.0 - x) / 6.0, (6.0 - x) / 6.0, (x - 1.0) / 6.0], 1e-10);
    assert_eq!(baseline.adjustments.len(), 4, "each known flow that moved is reported");
}

#[test]
fn flows_that_meet_both_margins_stay_to_the_last_bit() {
    let flows = [Some(0.1), Some(0.7), Some(0.3), Some(0.2)];
    let baseline = balanced(&square([0.1 + 0.7, 0.3 + 0.2], [0.1 + 0.3, 0.7 + 0.2], flows));
    assert_eq!(baseline.flow, [0.1, 0.7, 0.3, 0.2]);
    assert!(baseline.adjustments.is_empty());
}

#[test]
fn rows_and_columns_of_zero_carry_nothing_and_still_have_weights() {
    let baseline = balanced(&square([0.0, 5.0], [5.0, 0.0], [None; 4]));
    assert_eq!(baseline.flow, [0.0, 0.0, 5.0, 0.0]);
    assert_eq!(baseline.weight, [0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn known_zeros_stay_zero() {
    let baseline = balanced(&square([7.0, 5.0], [6.0, 6.0], [Some(1.0), Some(1.0), Some(0.0), Some(1.0)]));
    assert_near(&baseline.flow, &[6.0, 1.0, 5.0], 1e-11);
}

#[test]
fn a_lane_that_can_carry_nothing_does_not_keep_the_fit_from_ending() {
    // B → A is closed and A's supply is all that A uses: A → B must be 0, which plain fitting only creeps to.
    let baseline = balanced(&square([7.0, 5.0], [7.0, 5.0], [Some(1.0), Some(1.0), Some(0.0), Some(1.0)]));
    assert_near(&baseline.flow, &[7.0, 0.0, 5.0], 1e-12);
}

#[test]
fn islands_that_do_not_balance_by_themselves_are_named() {
    let islands = [Some(1.0), Some(0.0), Some(0.0), Some(1.0)];
    assert_near(&balanced(&square([7.0, 5.0], [7.0, 5.0], islands)).flow, &[7.0, 5.0], 1e-12);
    let faults = faults(&square([7.0, 5.0], [4.0, 8.0], islands));
    assert_eq!(faults.len(), 1);
    let expected = "g: lanes can't carry supply to use: B use 8 t and are reached from B alone, which make 5 t; \
                    A makes 7 t with too few lanes to those who need it";
    assert!(faults[0].starts_with(expected), "{}", faults[0]);
}

#[test]
fn a_self_lane_is_home_supply() {
    // R22.
    let tables = Tables::new()
        .places(&["CHN", "IDN"])
        .material("nickel", "t")
        .plant("idn", "nickel", "IDN", 3000.0, 2500.0)
        .plant("chn", "nickel", "CHN", 100.0, 40.0)
        .consumer("nickel", "IDN", "civil", 940.0)
        .consumer("nickel", "CHN", "civil", 1600.0)
        .lane("nickel", "IDN", "IDN", 900.0)
        .lane("nickel", "IDN", "CHN", 1600.0)
        .lane("nickel", "CHN", "IDN", 40.0);
    let baseline = balanced(&tables);
    assert_eq!(baseline.flow, [40.0, 1600.0, 900.0]);
    assert!(baseline.network.is_home(crate::network::LaneId(2)));
    assert!(baseline.adjustments.is_empty());
}

#[test]
fn markets_of_any_size_balance_to_their_own_size() {
    // R34.
    let mut tables = Tables::new().places(&["A", "B"]);
    for (name, size) in
        [("isotope", 0.0012), ("gallium", 0.4), ("cobalt", 2.2e5), ("ore", 2.4e9), ("cell", 1.8e10)]
    {
        tables = tables
            .material(name, "t")
            .plant(&format!("{name} a"), name, "A", size, 0.7 * size)
            .plant(&format!("{name} b"), name, "B", size, 0.3 * size)
            .consumer(name, "A", "civil", 0.2 * size)
            .consumer(name, "B", "civil", 0.8 * size);
    }
    let baseline = balanced(&tables);
    for (id, need) in baseline.need.iter().enumerate() {
        let lanes = baseline.network.lanes.iter().zip(&baseline.flow);
        let intake: f64 =
            lanes.filter(|(lane, _)| lane.destination.index() == id).map(|(_, flow)| flow).sum();
        assert_near(&[intake], &[*need], 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn feasible_margins_are_met_whatever_the_prior(
        flows in prop::collection::vec(prop_oneof![Just(0.0), 1e-3..1e3_f64], 16),
        prior in prop::collection::vec(1e-2..1e2_f64, 16),
    ) {
        let places = ["A", "B", "C", "D"];
        let mut tables = Tables::new().places(&places).material("g", "t");
        for (i, place) in places.iter().enumerate() {
            let supply: f64 = (0..4).map(|j| flows[4 * i + j]).sum();
            let need: f64 = (0..4).map(|j| flows[4 * j + i]).sum();
            tables = tables.plant(place, "g", place, supply, supply).consumer("g", place, "civil", need);
            for (j, to) in places.iter().enumerate() {
                let known = if flows[4 * i + j] > 0.0 || i == j { prior[4 * i + j] } else { 0.0 };
                tables = tables.lane("g", place, to, known);
            }
        }
        let baseline = balanced(&tables);
        for id in 0..4 {
            let lanes = || baseline.network.lanes.iter().zip(&baseline.flow);
            let out: f64 = lanes().filter(|(lane, _)| lane.origin.index() == id).map(|(_, flow)| flow).sum();
            let into: f64 = lanes().filter(|(lane, _)| lane.destination.index() == id).map(|(_, flow)| flow).sum();
            assert_near(&[out, into], &[baseline.output[id], baseline.need[id]], 1e-9);
        }
        let n_rows = tables.scenario.lanes.len();
        tables.scenario.lanes.rotate_left(n_rows / 3);
        tables.scenario.plants.reverse();
        tables.scenario.consumers.reverse();
        prop_assert_eq!(balanced(&tables).flow, baseline.flow);
    }
}
