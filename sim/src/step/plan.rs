//! The network compiled into flat arrays for the step: per step, in tier order, by policy.

use crate::baseline::Baseline;
use crate::levers::Rules;

/// What the step reads and never changes.
#[derive(Clone, Debug)]
pub struct Plan {}

impl Plan {
    /// Compiles a balanced network under a policy's rules. `longest_delay`: steps that events can add to a transit.
    pub fn new(baseline: &Baseline, rules: &Rules, longest_delay: f64) -> Plan {
        let _ = (baseline, rules, longest_delay);
        todo!()
    }
}
