//! Stockpiles over a run, and the stock that would have sufficed.

use super::service::SHORT;
use crate::math::Row;

/// A stockpile over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StockOutcome {
    /// Released.
    pub released: f64,
    /// Bought.
    pub bought: f64,
    /// Spoiled.
    pub spoiled: f64,
    /// Held at the end; 0 for an unlimited one.
    pub final_level: f64,
    /// Lowest level at the end of a step, the start included; 0 for an unlimited one.
    pub lowest: f64,
    /// Steps that end with nothing left (below [`SHORT`] of the target); 0 for an unlimited one.
    pub steps_empty: f64,
    /// The stock that would have sufficed: the largest cumulated draw that was wanted, less what was bought.
    pub required: f64,
}

/// What one stockpile did in one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moves {
    pub(super) level: Row,
    pub(super) released: Row,
    pub(super) wanted: Row,
    pub(super) bought: Row,
    pub(super) spoiled: Row,
}

/// What the accounts of a stockpile need to know of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Infinite for `unlimited`.
    pub(super) target: f64,
}

/// [`StockOutcome`] of every run of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct StockRows {
    level: Row,
    lowest: Row,
    released: Row,
    bought: Row,
    spoiled: Row,
    steps_empty: Row,
    drawn: Row,
    required: Row,
}

impl StockRows {
    /// Nothing has moved yet.
    pub(super) fn start(level: Row) -> StockRows {
        StockRows {
            level,
            lowest: level,
            released: Row::ZERO,
            bought: Row::ZERO,
            spoiled: Row::ZERO,
            steps_empty: Row::ZERO,
            drawn: Row::ZERO,
            required: Row::ZERO,
        }
    }

    /// Adds a step.
    #[inline(always)]
    pub(super) fn add_step(&mut self, terms: &Terms, moves: Moves) {
        self.level = moves.level;
        self.lowest = self.lowest.min(moves.level);
        self.released += moves.released;
        self.bought += moves.bought;
        self.spoiled += moves.spoiled;
        if terms.target.is_finite() {
            // A target of zero is always empty: the comparison is with "not above".
            self.steps_empty += Row::ONE - moves.level.above(Row::splat(terms.target * SHORT));
        }
        self.drawn += moves.wanted - moves.bought;
        self.required = self.required.max(self.drawn);
    }

    /// One run's numbers.
    pub(super) fn of(&self, run: usize) -> StockOutcome {
        StockOutcome {
            released: self.released.0[run],
            bought: self.bought.0[run],
            spoiled: self.spoiled.0[run],
            final_level: self.level.0[run],
            lowest: self.lowest.0[run],
            steps_empty: self.steps_empty.0[run],
            required: self.required.0[run],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_that_would_have_sufficed_is_the_largest_cumulated_draw_less_purchases() {
        let terms = Terms { target: 10.0 };
        let mut rows = StockRows::start(Row::splat(10.0));
        // (wanted, released, bought, level)
        for (wanted, released, bought, level) in
            [(8.0, 8.0, 0.0, 2.0), (7.0, 2.0, 0.0, 0.0), (0.0, 0.0, 6.0, 6.0), (3.0, 3.0, 0.0, 3.0)]
        {
            let [wanted, released, bought, level] = [wanted, released, bought, level].map(Row::splat);
            rows.add_step(&terms, Moves { level, released, wanted, bought, spoiled: Row::ZERO });
        }
        let outcome = rows.of(0);
        assert_eq!(outcome.required, 15.0);
        assert_eq!((outcome.lowest, outcome.final_level, outcome.steps_empty), (0.0, 3.0, 1.0));
    }

    #[test]
    fn an_unlimited_stock_is_never_counted_as_empty() {
        let terms = Terms { target: f64::INFINITY };
        let mut rows = StockRows::start(Row::ZERO);
        let wanted = Row::splat(5.0);
        rows.add_step(
            &terms,
            Moves { level: Row::ZERO, released: wanted, wanted, bought: Row::ZERO, spoiled: Row::ZERO },
        );
        assert_eq!((rows.of(3).required, rows.of(3).steps_empty), (5.0, 0.0));
    }
}
