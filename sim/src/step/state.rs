//! The state of a block of runs, `[item][run in block]`, and what the last step did.

use super::Plan;
use crate::math::Row;

/// State and flows of a block. Amounts in the material's unit; flows per step.
#[derive(Clone, Debug)]
pub struct State {
    // What the next step starts from.
    /// I: inventory that users hold, by destination.
    pub inventory: Vec<Row>,
    /// J: unsold stock, by origin.
    pub unsold: Vec<Row>,
    /// P: under way to each destination.
    pub under_way: Vec<Row>,
    /// Need smoothed over the market's time, by destination.
    pub smoothed_need: Vec<Row>,
    /// w: share of each lane in its destination's orders.
    pub weight: Vec<Row>,
    /// x: output of the last step, by plant.
    pub output: Vec<Row>,
    /// Demand still asked for from earlier steps, by consumer.
    pub backlog: Vec<Row>,
    /// ln q, by origin, shocks included.
    pub log_price_origin: Vec<Row>,
    /// ln p, by destination, shocks included: the spot price.
    pub log_price: Vec<Row>,
    /// Contract price relative to the baseline, by destination: a lagged mean of the spot price.
    pub contract_price: Vec<Row>,
    /// K: stock, by stockpile of the policy; 0 for an unlimited one.
    pub stock: Vec<Row>,

    // What the last step did.
    /// R, by consumer (1).
    pub requirement: Vec<Row>,
    /// D, by consumer (2).
    pub demand: Vec<Row>,
    /// Served out of D, by consumer (13).
    pub served: Vec<Row>,
    /// Served out of the backlog, by consumer.
    pub recovered: Vec<Row>,
    /// Shipped, by lane (8) and (9).
    pub shipped: Vec<Row>,
    /// Arrived, by destination (11), deliveries of stockpiles not included.
    pub arrived: Vec<Row>,
    /// Share of claims not met, by destination.
    pub unmet_share: Vec<Row>,
    /// Released, by stockpile: left the stock in this step.
    pub released: Vec<Row>,
    /// What would have been released if the stock had been large enough, by stockpile.
    pub wanted: Vec<Row>,
    /// Bought, by stockpile.
    pub bought: Vec<Row>,
    /// Spoiled, by stockpile.
    pub spoiled: Vec<Row>,
    /// Price at which each stockpile trades, relative to the baseline: mean over its destinations.
    pub stock_price: Vec<Row>,
}

impl State {
    /// The state at the start: inventories, pipelines and prices at their targets.
    pub fn new(plan: &Plan) -> State {
        let _ = plan;
        todo!()
    }

    /// Back to the start, without allocating.
    pub fn reset(&mut self, plan: &Plan) {
        let _ = plan;
        todo!()
    }
}
