//! What hazards and policies may see of the state at the start of a step: nothing of the step under way.

use crate::math::Row;

/// The state as it stood at the end of the step before, with what is announced and active now.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// The step about to be made.
    pub step: usize,
    /// Length of a step, years.
    pub dt: f64,
    /// ln p by destination, relative to the baseline.
    pub log_price: &'a [Row],
    /// Inventory by destination, units.
    pub inventory: &'a [Row],
    /// Need by destination, smoothed, units per step.
    pub smoothed_need: &'a [Row],
    /// Claims of consumers and plants, by destination, units.
    pub claimed: &'a [Row],
    /// The part of them that inventories and arrivals did not meet, before stockpiles helped, by destination, units.
    pub gap: &'a [Row],
    /// Stock in each stockpile of the policy, units.
    pub stock: &'a [Row],
    /// 1 where a hazard has an event under way, by hazard.
    pub active: &'a [Row],
    /// Growth factor of need, by destination.
    pub growth: &'a [f64],
}

impl Observed<'_> {
    /// Share of a destination's claims that inventories and arrivals did not meet, before stockpiles helped.
    pub fn gap_share(&self, destination: usize) -> Row {
        self.gap[destination].over(self.claimed[destination], 0.0)
    }
}
