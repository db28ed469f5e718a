//! One stock with its rules: when it is released, how it is refilled, what it costs.

use super::money::Money;
use super::trigger;
use super::trigger::Trigger;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::levers::Stockpile;
use crate::math::Row;
use crate::math::WIDTH;
use crate::network::DestinationId;
use crate::observed::Observed;
use crate::policies::Measure;
use crate::random::Block;
use crate::random::Key as StreamKey;
use crate::random::Stream;

/// A stockpile with its rules.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) stockpile: Stockpile,
    /// Its index among the policy's stockpiles.
    pub(super) index: usize,
    /// Destinations with their shares of the holders' baseline need.
    pub(super) destinations: Vec<(usize, f64)>,
    pub(super) trigger: Trigger,
    pub(super) probability: f64,
    /// Steps from trigger to release.
    pub(super) decision_lag: f64,
    /// Most released in a step.
    pub(super) draw_limit: f64,
    pub(super) refill: Option<Refill>,
    /// Lanes that a release must pass, with their shares; none if it stands where it is used.
    pub(super) passage: Vec<(usize, f64)>,
    /// Years by which announcements are known and used; the measure `warning` gives it.
    pub(super) lead: f64,
    pub(super) money: Money,
}

/// How it is refilled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refill {
    /// Most bought in a step.
    pub(super) most: f64,
    /// Amount that the budget buys in a step at the baseline price.
    pub(super) budget: f64,
    /// Multiple of the baseline price above which purchases pause.
    pub(super) price_cap: f64,
}

/// Rows of memory: what was decided (1 released, −1 declined, 0 nothing), steps since, steps that an announcement has been
/// known, then one uniform for every step.
const DECIDED: usize = 0;
const SINCE: usize = 1;
const KNOWN: usize = 2;
const UNIFORMS: usize = 3;

impl Measure for Held {
    fn install(&mut self, rules: &mut Rules) {
        self.index = rules.stockpiles.len();
        rules.stockpiles.push(self.stockpile.clone());
        self.money.bill.open(rules);
        self.trigger.install(rules);
    }

    fn settle(&mut self, rules: &Rules) {
        let here = |warned: &&(DestinationId, f64)| self.stockpile.destinations.contains(&warned.0);
        self.lead = rules.warned.iter().filter(here).map(|(_, lead)| *lead).fold(0.0, f64::max);
    }

    fn n_memory(&self, n_steps: usize) -> usize {
        if self.probability < 1.0 { UNIFORMS + n_steps } else { UNIFORMS }
    }

    fn begin(&self, block: &Block, memory: &mut [Row]) {
        if memory.len() == UNIFORMS {
            return;
        }
        let name = format!("stockpile {}", self.stockpile.name);
        for run in 0..WIDTH {
            let key = StreamKey { seed: block.seed, draw: block.draw, name: &name };
            let mut stream = Stream::new(key, block.first_run + run as u64, 0);
            for row in &mut memory[UNIFORMS..] {
                row.0[run] = stream.uniform();
            }
        }
    }

    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        self.move_levers(observed, Row::ONE, memory, levers);
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, _: &mut [Row], costs: &mut [Row]) {
        self.money.charge(observed, self.index, &self.stockpile, (Row::ONE, None), costs);
    }
}

/// No bound where stock is released at all, nothing elsewhere.
fn unbounded(released: Row) -> Row {
    released.above(Row::ZERO).select(Row::INFINITY, Row::ZERO)
}

/// A part of a limit; of none there is no part, not even of a member that is not there: 0 · ∞ is no number.
fn part(scale: Row, limit: f64) -> Row {
    if limit.is_finite() { scale * limit } else { Row::INFINITY }
}

impl Held {
    /// Sets the draw limit and the fill order, as if the stock were `scale` times what it is meant to be.
    pub(super) fn move_levers(
        &self,
        observed: &Observed<'_>,
        scale: Row,
        memory: &mut [Row],
        levers: &mut Levers,
    ) {
        let released = self.decide(observed, memory);
        let limit = if self.draw_limit.is_finite() {
            released * self.draw_limit * scale
        } else {
            unbounded(released)
        };
        levers.draw_limit[self.index] = self.let_through(observed, limit);
        if let Some(refill) = self.refill {
            levers.fill_order[self.index] = self.purchase(refill, observed, scale, memory);
        }
    }

    /// What the lanes between the stock and its users let through: of a limit, or of the stock if there is none.
    fn let_through(&self, observed: &Observed<'_>, limit: Row) -> Row {
        if self.passage.is_empty() {
            return limit;
        }
        let mut open = Row::ZERO;
        for (lane, share) in &self.passage {
            open += observed.openness[*lane] * observed.passage[*lane] * *share;
        }
        let bounded = limit.above(Row::splat(f64::MAX)).select(observed.stock[self.index], limit);
        Row::ONE.above(open).select(bounded * open, limit)
    }

    /// Share of the step in which stock is released.
    ///
    /// A trigger is decided on once, when it begins to hold; what was declined stays declined until it ends. The time since an
    /// announcement that the holders were warned of, at most the lead, is taken off the lag.
    fn decide(&self, observed: &Observed<'_>, memory: &mut [Row]) -> Row {
        if self.trigger.always() {
            return Row::ONE;
        }
        let holds = self.trigger.holds(observed, &self.destinations);
        for run in 0..WIDTH {
            let decided = &mut memory[DECIDED].0[run];
            if holds.0[run] == 0.0 {
                *decided = 0.0;
            } else if *decided == 0.0 {
                let drawn = memory.get(UNIFORMS + observed.step).map_or(0.0, |row| row.0[run]);
                memory[DECIDED].0[run] = if drawn < self.probability { 1.0 } else { -1.0 };
                memory[SINCE].0[run] = 0.0;
            } else {
                memory[SINCE].0[run] += 1.0;
            }
        }
        let lag =
            if self.lead > 0.0 { self.lag(observed, holds, memory) } else { Row::splat(self.decision_lag) };
        let since_lag = memory[SINCE] + (Row::ONE - lag);
        memory[DECIDED].positive() * since_lag.positive().min(Row::ONE)
    }

    /// The decision lag, less the time that an announcement had been known when the trigger began to hold.
    fn lag(&self, observed: &Observed<'_>, holds: Row, memory: &mut [Row]) -> Row {
        let announced = self.trigger.announced(observed).above(Row::ZERO);
        let counting = announced * (Row::ONE - holds);
        // Counts while it is announced, stands still while the trigger holds, and starts anew when neither does.
        memory[KNOWN] = (memory[KNOWN] + counting) * announced.max(holds);
        let gained = memory[KNOWN].min(Row::splat(self.lead / observed.dt));
        (Row::splat(self.decision_lag) - gained).positive()
    }

    /// What is bought in a step: never while a trigger's release is ordered, never above the price cap.
    fn purchase(&self, refill: Refill, observed: &Observed<'_>, scale: Row, memory: &[Row]) -> Row {
        let missing = (scale * self.stockpile.target - observed.stock[self.index]).positive();
        let price = trigger::price(observed, &self.destinations);
        let below_cap = Row::ONE - price.above(Row::splat(refill.price_cap));
        let quiet = Row::ONE - memory[DECIDED].positive();
        missing.min(part(scale, refill.most)).min(part(scale, refill.budget) / price) * below_cap * quiet
    }
}
