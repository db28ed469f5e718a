//! Plants that close at a loss and restart: (18).

use super::Plan;
use super::State;
use crate::levers::Levers;
use crate::math::Row;

/// Counts steps at a loss and above the restart price, and mothballs or restarts plants from the next step on.
///
/// Equation (18): a plant whose unit cost stays above q for its exit lag is mothballed; it restarts after q has stayed above
/// its restart price for the restart lag. Lags below one step act after one step. A supported plant gets its floor instead of
/// a lower q.
#[inline(always)]
pub(super) fn advance(plan: &Plan, levers: &Levers, state: &mut State) {
    for (j, plant) in plan.plants.iter().enumerate() {
        let Some(closure) = plant.closure else { continue };
        let mut log_price = state.log_price_origin[plant.origin];
        if plan.moves.support {
            log_price = log_price.max(levers.support[j]);
        }
        let loss = Row::splat(closure.log_cost).above(log_price);
        let profit = log_price.above(Row::splat(closure.log_restart));
        let below = (state.work.steps_below[j] + 1.0) * loss;
        let above = (state.work.steps_above[j] + 1.0) * profit;
        state.work.steps_below[j] = below;
        state.work.steps_above[j] = above;
        let exits = loss * reached(below, closure.exit_steps);
        let restarts = profit * reached(above, closure.restart_steps);
        let open = state.work.open[j];
        state.work.open[j] = open.select(Row::ONE - exits, restarts);
    }
}

/// One where a count of steps has reached a lag; half a step of tolerance keeps whole lags exact.
#[inline(always)]
fn reached(count: Row, lag: f64) -> Row {
    count.above(Row::splat(lag - 0.5))
}
