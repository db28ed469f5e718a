//! The numbers of a run whose distribution is kept.

use super::service::{Outcome, SHORT_RUN};
use super::stockpile::StockOutcome;

/// A number that each run has for each thing of a kind.
#[derive(Debug)]
pub struct Quantity<T: 'static> {
    /// Name: that of the column of the tables by run, where there is one.
    pub name: &'static str,
    /// Unit; `material`: the one of its row.
    pub unit: &'static str,
    /// The number; `None` where it makes no sense.
    pub of: fn(&T) -> Option<f64>,
}

/// Unit of amounts of a material.
pub const OF_THE_MATERIAL: &str = "material";

/// What is kept of consumers.
pub const OF_CONSUMERS: [Quantity<Outcome>; 9] = [
    Quantity { name: "shortfall_share", unit: "1", of: |outcome| Some(outcome.whole.shortfall_share()) },
    Quantity {
        name: "short",
        unit: "1",
        of: |outcome| Some(f64::from(outcome.whole.shortfall_share() > SHORT_RUN)),
    },
    Quantity { name: "shortfall", unit: OF_THE_MATERIAL, of: |outcome| Some(outcome.whole.shortfall()) },
    Quantity {
        name: "worst_step_shortfall",
        unit: OF_THE_MATERIAL,
        of: |outcome| Some(outcome.whole.worst_step),
    },
    Quantity { name: "longest_short_steps", unit: "step", of: |outcome| Some(outcome.whole.longest_short) },
    Quantity { name: "price_peak", unit: "1", of: |outcome| Some(outcome.price_peak) },
    Quantity { name: "extra_spending_usd", unit: "USD", of: |outcome| outcome.extra_spending },
    Quantity { name: "lost_surplus_usd", unit: "USD", of: |outcome| outcome.lost_surplus },
    Quantity { name: "shortage_cost_usd", unit: "USD", of: |outcome| outcome.shortage_cost },
];

/// What is kept of stockpiles.
pub const OF_STOCKPILES: [Quantity<StockOutcome>; 3] = [
    Quantity { name: "required", unit: OF_THE_MATERIAL, of: |stock| Some(stock.required) },
    Quantity { name: "released", unit: OF_THE_MATERIAL, of: |stock| Some(stock.released) },
    Quantity { name: "lowest_level", unit: OF_THE_MATERIAL, of: |stock| Some(stock.lowest) },
];

/// What is kept of a policy's accounts.
pub const OF_ACCOUNTS: [Quantity<f64>; 1] = [Quantity { name: "usd", unit: "USD", of: |usd| Some(*usd) }];
