//! The network of the bench keeps its weights.

use super::balanced;
use crate::network::testing::Tables;

const PLACES: &str = include_str!("../../../tests/bench/places.csv");
const PLANTS: &str = include_str!("../../../tests/bench/plants.csv");
const LANES: &str = include_str!("../../../tests/bench/lanes.csv");

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn per_year(per_month: &str) -> f64 {
    12.0 * per_month.parse::<f64>().unwrap()
}

#[test]
fn the_workload_of_the_bench_keeps_its_flows_and_weights() {
    let places: Vec<&str> = PLACES.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    let mut tables = Tables::new().places(&places);
    for tier in 0..5 {
        tables = tables.material(&format!("m{tier}"), "t");
    }
    for tier in 1..5 {
        tables = tables.recipe(&format!("m{tier}"), &format!("m{}", tier - 1), 1.0);
    }
    for row in rows(PLANTS) {
        let name = format!("{} {}", row[0], row[1]);
        tables = tables.plant(&name, row[0], row[1], per_year(row[3]), per_year(row[2]));
    }
    for row in rows(PLACES).filter(|row| !row[1].is_empty()) {
        tables = tables.consumer("m4", row[0], "civil", per_year(row[1]));
    }
    for row in rows(LANES) {
        tables = tables.lane(row[0], row[1], row[2], per_year(row[4]));
    }
    let baseline = balanced(&tables);
    assert_eq!(baseline.network.lanes.len(), 352);
    assert!(baseline.adjustments.is_empty(), "{:?}", baseline.adjustments);
    for row in rows(LANES) {
        let network = &baseline.network;
        let found = network.lanes.iter().position(|lane| {
            let (from, to) =
                (&network.origins[lane.origin.index()], &network.destinations[lane.destination.index()]);
            network.materials[from.material.index()].code == row[0]
                && network.places[from.place.index()].code == row[1]
                && network.places[to.place.index()].code == row[2]
        });
        let lane = found.unwrap();
        assert_eq!(baseline.flow[lane], per_year(row[4]));
        assert!((baseline.weight[lane] - row[3].parse::<f64>().unwrap()).abs() < 1e-12);
    }
}
