//! What the balance promises, on networks small enough to solve by hand.

mod flows;
mod path;
mod sums;
mod workload;

use super::Baseline;
use super::balance;
use crate::network::testing::Tables;

fn balanced(tables: &Tables) -> Baseline {
    balance(tables.network()).expect("the network balances")
}

fn faults(tables: &Tables) -> Vec<String> {
    balance(tables.network()).expect_err("the network does not balance").faults
}

/// Two origins and two destinations of one material; `flows` in the order AA, AB, BA, BB.
fn square(supply: [f64; 2], need: [f64; 2], flows: [Option<f64>; 4]) -> Tables {
    Tables::new()
        .places(&["A", "B"])
        .material("g", "t")
        .plant("a", "g", "A", 2.0 * supply[0], supply[0])
        .plant("b", "g", "B", 2.0 * supply[1], supply[1])
        .consumer("g", "A", "civil", need[0])
        .consumer("g", "B", "civil", need[1])
        .lane("g", "A", "A", flows[0])
        .lane("g", "A", "B", flows[1])
        .lane("g", "B", "A", flows[2])
        .lane("g", "B", "B", flows[3])
}

fn assert_near(a: &[f64], b: &[f64], relative: f64) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= relative * b.abs(), "{a} is not {b}");
    }
}
