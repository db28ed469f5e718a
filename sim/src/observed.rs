//! What hazards and policies may see of the state: that at the end of a step, with what is announced and active.

use crate::math::Row;

/// The state as it stood at the end of the step before, with what is announced and active now.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// The step about to be made; for costs, the step just made.
    pub step: usize,
    /// Steps in the horizon.
    pub n_steps: usize,
    /// Length of a step, years.
    pub dt: f64,
    /// ln p by destination, relative to the baseline.
    pub log_price: &'a [Row],
    /// ln q by origin, relative to the baseline.
    pub log_price_origin: &'a [Row],
    /// Inventory by destination, units.
    pub inventory: &'a [Row],
    /// Need by destination, smoothed, units per step.
    pub smoothed_need: &'a [Row],
    /// Claims of consumers and plants, by destination, units.
    pub claimed: &'a [Row],
    /// The part of them that inventories and arrivals did not meet, before stockpiles helped, by destination, units.
    pub gap: &'a [Row],
    /// Share of each lane in its destination's orders.
    pub weight: &'a [Row],
    /// Shipped by lane, units per step.
    pub shipped: &'a [Row],
    /// Output by plant, units per step.
    pub output: &'a [Row],
    /// Required by consumer, what moved to another material left out, units per step.
    pub requirement: &'a [Row],
    /// Served by consumer, units per step.
    pub served: &'a [Row],
    /// Met by another material instead, by consumer, units per step; empty if the policy shifts no use.
    pub substituted: &'a [Row],
    /// Stock in each stockpile of the policy, units.
    pub stock: &'a [Row],
    /// Released, bought and spoiled by each stockpile in the step, units.
    pub released: &'a [Row],
    /// See `released`.
    pub bought: &'a [Row],
    /// See `released`.
    pub spoiled: &'a [Row],
    /// Price at which each stockpile trades, relative to the baseline.
    pub stock_price: &'a [Row],
    /// Share of its capacity that events leave to each plant.
    pub availability: &'a [Row],
    /// Share of orders that events let through, by lane.
    pub openness: &'a [Row],
    /// Share of orders that borders and chokepoints let through, by lane.
    pub passage: &'a [Row],
    /// Share of each lane that is announced to be cut and not cut yet; empty unless [`crate::levers::Rules::sees_announced`].
    pub announced: &'a [Row],
    /// Share of its membership of joint stockpiles that a place has withdrawn.
    pub withdrawn: &'a [Row],
    /// Share of new capacity work that is halted, by origin.
    pub technology: &'a [Row],
    /// 1 where a hazard has an event under way, by hazard; empty unless [`crate::levers::Rules::sees_active`].
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
