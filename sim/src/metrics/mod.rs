//! What is kept of a run.

mod bands;
mod cost;
mod recorder;
mod service;
mod stockpile;

pub use bands::{BandKind, Bands};
pub use recorder::Recorder;

/// What a consumer got in a run, for the whole horizon or one year. Amounts in the material's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Service {
    /// R: what was needed.
    pub requirement: f64,
    /// What was delivered of the demand of each step.
    pub served: f64,
    /// Demand that was not delivered in its step.
    pub unserved: f64,
    /// Requirement not asked for at the price.
    pub priced_out: f64,
    /// Delivered later out of the backlog; not part of `served`.
    pub recovered: f64,
    /// Steps with a shortfall above [`SHORT`] of the requirement.
    pub steps_short: f64,
    /// Most such steps in a row (over the whole horizon; within the year for years).
    pub longest_short: f64,
    /// Largest shortfall in one step.
    pub worst_step: f64,
}

impl Service {
    /// Shortfall: priced out + unserved, (13).
    pub fn shortfall(&self) -> f64 {
        self.priced_out + self.unserved
    }
}

/// A step counts as short if more than this share of the requirement is missing: far above rounding, far below any
/// shortage that a user would notice.
pub const SHORT: f64 = 1e-6;

/// A consumer's outcome over a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Over the horizon.
    pub whole: Service,
    /// By year.
    pub years: Vec<Service>,
    /// First step with a shortfall, if any.
    pub first_short: Option<u32>,
    /// Steps from the first short step to the step after the last short one; `None` if never short or still short at the end.
    pub recovery_steps: Option<u32>,
    /// Highest price relative to the baseline at its destination.
    pub price_peak: f64,
    /// Mean price relative to the baseline.
    pub price_mean: f64,
    /// Mean price weighted by what was served, contracts included.
    pub price_paid: f64,
    /// USD paid above the baseline price for what was served; `None` without a reference price.
    pub extra_spending: Option<f64>,
    /// USD of consumer surplus lost by what was priced out; `None` without a reference price.
    pub lost_surplus: Option<f64>,
    /// USD of shortage cost; `None` if the consumer has none.
    pub shortage_cost: Option<f64>,
}

/// A stockpile over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StockOutcome {
    /// Released.
    pub released: f64,
    /// Bought.
    pub bought: f64,
    /// Spoiled.
    pub spoiled: f64,
    /// Held at the end.
    pub final_level: f64,
    /// Lowest level at the end of a step, the start included.
    pub lowest: f64,
    /// Steps that end with nothing left (below [`SHORT`] of the target).
    pub steps_empty: f64,
    /// The stock that would have sufficed: the largest cumulated draw that was wanted, less what was bought.
    pub required: f64,
    /// USD for purchases at the price of the step; 0 without a reference price.
    pub purchase_cost: f64,
    /// USD for holding.
    pub holding_cost: f64,
    /// USD received for releases at the price of the step.
    pub sales: f64,
}

/// All of one run under one policy.
#[derive(Clone, Debug, PartialEq)]
pub struct RunMetrics {
    /// Run number.
    pub run: u64,
    /// By consumer, in id order.
    pub outcomes: Vec<Outcome>,
    /// By stockpile, in the policy's order.
    pub stockpiles: Vec<StockOutcome>,
}
