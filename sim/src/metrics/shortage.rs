//! What it costs to be short: value by unit, in steps by the share of the requirement that is missing.

use crate::math::Row;

/// What a shortfall costs one consumer.
#[derive(Clone, Debug)]
pub(super) struct ShortageCost {
    /// USD per unit.
    value: f64,
    /// From each share of the step's requirement on, a unit costs this multiple of its value more than before.
    bends: Vec<(f64, f64)>,
}

impl ShortageCost {
    /// `steps`: up to this share, a unit costs this multiple of `value`; none: once, all of them.
    pub(super) fn new(value: f64, steps: &[(f64, f64)]) -> ShortageCost {
        let (mut from, mut factor) = (0.0, 0.0);
        let mut bends = Vec::new();
        for (up_to, next) in steps.iter().copied().chain(steps.is_empty().then_some((1.0, 1.0))) {
            bends.push((from, next - factor));
            (from, factor) = (up_to, next);
        }
        ShortageCost { value, bends }
    }

    /// USD for missing `shortfall` of `requirement` in one step.
    ///
    /// Σ v Δf max(0, S − u R): a line that bends where a step begins, so first losses can be cheap and the last ones dear.
    #[inline(always)]
    pub(super) fn of(&self, requirement: Row, shortfall: Row) -> Row {
        let mut cost = Row::ZERO;
        for (from, more) in &self.bends {
            cost += (shortfall - requirement * *from).positive() * (self.value * more);
        }
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(steps: &[(f64, f64)], shortfall: f64) -> f64 {
        ShortageCost::new(10.0, steps).of(Row::splat(100.0), Row::splat(shortfall)).0[0]
    }

    #[test]
    fn without_steps_every_unit_costs_its_value() {
        assert_eq!([cost(&[], 0.0), cost(&[], 30.0), cost(&[], 100.0)], [0.0, 300.0, 1000.0]);
    }

    #[test]
    fn the_first_tenth_is_cheap_and_the_last_half_halts_the_line() {
        let steps = [(0.1, 0.5), (0.5, 1.0), (1.0, 4.0)];
        // 10 · 10 · 0.5, then 40 · 10 · 1, then 50 · 10 · 4.
        assert_eq!([cost(&steps, 10.0), cost(&steps, 50.0), cost(&steps, 100.0)], [50.0, 450.0, 2450.0]);
    }
}
