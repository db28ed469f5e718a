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
    /// Share of claims that inventories and arrivals did not meet, before stockpiles helped, by destination.
    pub gap_share: &'a [Row],
    /// Stock in each stockpile of the policy, units.
    pub stock: &'a [Row],
    /// 1 where a hazard has an event under way, by hazard.
    pub active: &'a [Row],
    /// Growth factor of need, by destination.
    pub growth: &'a [f64],
}
