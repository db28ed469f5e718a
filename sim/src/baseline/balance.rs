//! Supply against use, material by material, then lane by lane.

use super::Baseline;
use crate::network::Network;

/// Why a network can't be balanced: every fault, each with its numbers and what would help.
#[derive(Clone, Debug, PartialEq)]
pub struct Imbalance {
    /// One line each.
    pub faults: Vec<String>,
}

/// Balances a network; see model section 3.
pub fn balance(network: Network) -> Result<Baseline, Imbalance> {
    let _ = network;
    todo!()
}
