//! A stockpile of one holder, or of several as one: what is held, when it is released, how it is refilled.

mod read;
mod trigger;

use super::Form;
use super::Kind;
use super::Measure;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::levers::Stockpile;
use crate::math::Row;
use crate::math::WIDTH;
use crate::observed::Observed;
use crate::random::Block;
use crate::random::Key as StreamKey;
use crate::random::Stream;
use trigger::Trigger;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "stockpile",
    form: Form::Table,
    summary: "Stock held on purpose by a state or a bloc, released by rule to users that would go short, refilled by purchases \
              that compete with theirs.",
    keys: KEYS,
    example: EXAMPLE,
    read: read::read,
};

const fn key(name: &'static str, unit: &'static str, default: &'static str, meaning: &'static str) -> Key {
    Key { name, unit, default, meaning }
}

const KEYS: &[Key] = &[
    key("holders", "list of places or blocs", "required", "where it serves: all uses of the material there"),
    key("material", "material", "required", "what is held, in the form held"),
    key(
        "target",
        "amount, or \"unlimited\"",
        "one target is required",
        "aimed-at stock; unlimited finds what would have sufficed",
    ),
    key("target_days", "days", "-", "aimed-at stock in days of the holders' baseline use"),
    key("target_import_days", "days", "-", "aimed-at stock in days of the holders' baseline net imports"),
    key("initial_fill", "share", "1", "share of the target held at the start"),
    key(
        "release",
        "table",
        "always",
        "always = true, or any of: when_shortage_above (share of claims), when_price_above (multiple of the \
         baseline), when_cover_below_days (days of need), when_active (hazards), dates (list of \"2027-03-01/2027-09-01\")",
    ),
    key("probability", "share", "1", "probability that a trigger leads to a release"),
    key("decision_lag_days", "days", "0", "from trigger to the first release"),
    key("delivery_lag_days", "days", "0", "from release to arrival"),
    key("draw_per_month", "share of target", "no limit", "most that is released"),
    key("serves", "list of sectors", "every use, plants included", "consumers that may draw on it"),
    key(
        "refill",
        "table",
        "none",
        "per_month (share of target), budget_usd_per_year, price_cap (multiple of the baseline \
         price above which purchases pause)",
    ),
    key("holding_cost_usd", "USD per unit and year", "0", "cost of keeping it"),
    key("spoilage_per_year", "share", "0", "what is lost to ageing or rotation"),
];

const EXAMPLE: &str = "\
[stockpile.eu_sulphate]
holders = [\"EU27\"]
material = \"cobalt_sulphate\"
target_days = 60
release = { when_shortage_above = 0.05 }
delivery_lag_days = 14
refill = { per_month = 0.05, price_cap = 1.5 }
";

/// A stockpile with its rules.
#[derive(Debug)]
struct Held {
    stockpile: Stockpile,
    /// Its index among the policy's stockpiles.
    index: usize,
    /// Destinations with their shares of the holders' baseline need.
    destinations: Vec<(usize, f64)>,
    trigger: Trigger,
    probability: f64,
    /// Steps from trigger to release.
    decision_lag: f64,
    /// Most released in a step.
    draw_limit: f64,
    refill: Option<Refill>,
}

/// How it is refilled.
#[derive(Clone, Copy, Debug)]
struct Refill {
    /// Most bought in a step.
    most: f64,
    /// Amount that the budget buys in a step at the baseline price.
    budget: f64,
    /// Multiple of the baseline price above which purchases pause.
    price_cap: f64,
}

/// Rows of memory: what was decided (1 released, −1 declined, 0 nothing), steps since, then one uniform for every step.
const DECIDED: usize = 0;
const SINCE: usize = 1;
const UNIFORMS: usize = 2;

impl Measure for Held {
    fn install(&mut self, rules: &mut Rules) {
        self.index = rules.stockpiles.len();
        rules.stockpiles.push(self.stockpile.clone());
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
        let released = self.decide(observed, memory);
        levers.draw_limit[self.index] =
            if self.draw_limit.is_finite() { released * self.draw_limit } else { unbounded(released) };
        if let Some(refill) = self.refill {
            levers.fill_order[self.index] = self.purchase(refill, observed, memory);
        }
    }
}

/// No bound where stock is released at all, nothing elsewhere.
fn unbounded(released: Row) -> Row {
    released.above(Row::ZERO).select(Row::INFINITY, Row::ZERO)
}

impl Held {
    /// Share of the step in which stock is released.
    ///
    /// A trigger is decided on once, when it begins to hold; what was declined stays declined until it ends.
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
        let since_lag = memory[SINCE] + (1.0 - self.decision_lag);
        memory[DECIDED].positive() * since_lag.positive().min(Row::ONE)
    }

    /// What is bought in a step: never while a trigger's release is ordered, never above the price cap.
    fn purchase(&self, refill: Refill, observed: &Observed<'_>, memory: &[Row]) -> Row {
        let missing = (Row::splat(self.stockpile.target) - observed.stock[self.index]).positive();
        let price = trigger::price(observed, &self.destinations);
        let affordable = Row::splat(refill.budget) / price;
        let below_cap = Row::ONE - price.above(Row::splat(refill.price_cap));
        let quiet = Row::ONE - memory[DECIDED].positive();
        missing.min(Row::splat(refill.most)).min(affordable) * below_cap * quiet
    }
}
