//! From names to numbers.

use super::Network;
use crate::scenario::{Problems, Scenario};

/// Resolves every name and converts every unit; adds what it can't resolve to `problems`.
pub fn compile(scenario: &Scenario, problems: &mut Problems) -> Option<Network> {
    let _ = (scenario, problems);
    todo!()
}
