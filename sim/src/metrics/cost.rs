//! What a price crisis costs buyers, even where nothing is unserved.

use crate::math::Row;
use crate::math::exp;

/// Distance of an elasticity from 1 below which the surplus is computed by its limit: the quotient would lose more than
/// half its digits to cancellation, the limit is off by a millionth.
const NEAR_ONE: f64 = 1e-6;

/// Prices at one destination in one step, relative to the baseline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    /// ln p at the end of the step before: the price that demand answered (2).
    pub(super) log_asked: Row,
    /// p at the end of the step before.
    pub(super) asked: Row,
    /// Mean of spot and contract price, by the share under contract.
    pub(super) paid: Row,
}

/// The highest and the mean spot price at one destination, in every run of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct PriceRows {
    log_peak: Row,
    total: Row,
}

impl PriceRows {
    pub(super) const NONE: PriceRows =
        PriceRows { log_peak: Row::splat(f64::NEG_INFINITY), total: Row::ZERO };

    /// Adds a step.
    #[inline(always)]
    pub(super) fn add_step(&mut self, log_price: Row, price: Row) {
        self.log_peak = self.log_peak.max(log_price);
        self.total += price;
    }

    pub(super) fn peak(&self, run: usize) -> f64 {
        exp(self.log_peak.0[run])
    }

    pub(super) fn mean(&self, run: usize, n_steps: usize) -> f64 {
        self.total.0[run] / n_steps as f64
    }
}

/// What one consumer paid and lost, in units of the material at the baseline price, in every run of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpendingRows {
    bought: Row,
    spent: Row,
    lost: Row,
}

impl SpendingRows {
    pub(super) const NONE: SpendingRows =
        SpendingRows { bought: Row::ZERO, spent: Row::ZERO, lost: Row::ZERO };

    /// Adds a step.
    #[inline(always)]
    pub(super) fn add_step(
        &mut self,
        elasticity: f64,
        price: &Price,
        requirement: Row,
        demand: Row,
        served: Row,
    ) {
        self.bought += served;
        self.spent += served * price.paid;
        if elasticity > 0.0 {
            self.lost += lost_surplus(elasticity, price, requirement, demand);
        }
    }

    /// Mean price paid; 1 if nothing was bought.
    pub(super) fn paid(&self, run: usize) -> f64 {
        if self.bought.0[run] > 0.0 { self.spent.0[run] / self.bought.0[run] } else { 1.0 }
    }

    /// Spending above the baseline price, in units at the baseline price; below zero if prices fell.
    pub(super) fn extra(&self, run: usize) -> f64 {
        self.spent.0[run] - self.bought.0[run]
    }

    /// Surplus lost, in units at the baseline price.
    pub(super) fn lost(&self, run: usize) -> f64 {
        self.lost.0[run]
    }
}

/// Surplus lost by what is priced out: the area under the demand curve (2) between the baseline price and p, less what
/// is paid above the baseline for the demand that is left,
///
/// ∫₁ᵖ R x^(−ε) dx − D (p − 1) = (D p − R) / (1 − ε) − D (p − 1), or R ln p − D (p − 1) for ε = 1.
///
/// Zero where the price is not above the baseline: nothing is priced out there.
#[inline(always)]
fn lost_surplus(elasticity: f64, price: &Price, requirement: Row, demand: Row) -> Row {
    let area = if (1.0 - elasticity).abs() < NEAR_ONE {
        requirement * price.log_asked
    } else {
        (demand * price.asked - requirement) / (1.0 - elasticity)
    };
    let lost = (area - demand * (price.asked - Row::ONE)).positive();
    price.log_asked.above(Row::ZERO).select(lost, Row::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::ln;

    fn lost(elasticity: f64, p: f64) -> f64 {
        let price = Price { log_asked: Row::splat(ln(p)), asked: Row::splat(p), paid: Row::splat(p) };
        let demand = Row::splat(100.0 * (-elasticity * ln(p)).exp());
        lost_surplus(elasticity, &price, Row::splat(100.0), demand).0[0]
    }

    #[test]
    fn surplus_lost_at_unit_elasticity_is_r_ln_p_less_what_is_paid() {
        assert!((lost(1.0, 2.0) - (100.0 * ln(2.0) - 50.0)).abs() < 1e-9);
        assert!((lost(1.0, 2.0) - lost(1.0 + 2.0 * NEAR_ONE, 2.0)).abs() < 1e-3);
    }

    #[test]
    fn a_small_rise_loses_half_the_price_step_times_the_demand_step() {
        let (p, elasticity) = (1.01, 0.5);
        let triangle = 0.5 * 0.01 * 100.0 * (1.0 - (-elasticity * ln(p)).exp());
        assert!((lost(elasticity, p) / triangle - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_price_below_the_baseline_prices_nobody_out() {
        assert_eq!(lost(0.5, 0.5), 0.0);
    }
}
