//! When a stockpile is released: any of several conditions on what is known at the start of a step.

use crate::levers::Rules;
use crate::math::Row;
use crate::observed::Observed;
use crate::scenario::At;

/// The conditions; any one suffices. With none, the stock may always be drawn on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trigger {
    /// Share of claims that inventories could not meet, mean over the destinations.
    pub(crate) shortage_above: Option<f64>,
    /// ln of a multiple of the baseline price, mean over the destinations.
    pub(crate) log_price_above: Option<f64>,
    /// Inventory over smoothed need, steps.
    pub(crate) cover_below: Option<f64>,
    /// Hazards, as indices: any of them under way.
    pub(crate) active: Vec<usize>,
    /// Share of the baseline intake that is announced to be cut.
    pub(crate) announced_above: Option<f64>,
    /// Spans of steps `[from, until)`, with what was written.
    pub(crate) dates: Vec<((f64, f64), At<String>)>,
    /// Lanes that announcements may be about, with their shares of the baseline intake.
    pub(crate) lanes: Vec<(usize, f64)>,
}

impl Trigger {
    /// True if nothing has to happen first.
    pub(crate) fn always(&self) -> bool {
        self.shortage_above.is_none()
            && self.log_price_above.is_none()
            && self.cover_below.is_none()
            && self.active.is_empty()
            && self.announced_above.is_none()
            && self.dates.is_empty()
    }

    /// Says what it looks at.
    pub(crate) fn install(&self, rules: &mut Rules) {
        rules.sees_active |= !self.active.is_empty();
        rules.sees_announced |= !self.always();
    }

    /// One in the runs where a condition holds. `destinations` with their shares of the holders' need.
    pub(crate) fn holds(&self, observed: &Observed<'_>, destinations: &[(usize, f64)]) -> Row {
        let mean = |of: &[Row]| weighted(destinations, |i| of[i]);
        let mut holds = Row::ZERO;
        if let Some(share) = self.shortage_above {
            holds = holds.max(weighted(destinations, |i| observed.gap_share(i)).above(Row::splat(share)));
        }
        if let Some(log_price) = self.log_price_above {
            holds = holds.max(mean(observed.log_price).above(Row::splat(log_price)));
        }
        if let Some(cover) = self.cover_below {
            let sum = |of: &[Row]| total(destinations, |i| of[i]);
            let aimed = sum(observed.smoothed_need) * cover;
            holds = holds.max(aimed.above(sum(observed.inventory)));
        }
        for hazard in &self.active {
            holds = holds.max(observed.active[*hazard].above(Row::ZERO));
        }
        if let Some(share) = self.announced_above {
            holds = holds.max(self.announced(observed).above(Row::splat(share)));
        }
        // A step counts if its middle lies in the span: half of it or more.
        let middle = observed.step as f64 + 0.5;
        if self.dates.iter().any(|((from, until), _)| *from <= middle && middle < *until) {
            holds = Row::ONE;
        }
        holds
    }

    /// Share of the baseline intake that is announced to be cut and not cut yet.
    pub(crate) fn announced(&self, observed: &Observed<'_>) -> Row {
        let mut announced = Row::ZERO;
        for (lane, share) in &self.lanes {
            announced += observed.announced[*lane] * *share;
        }
        announced
    }
}

/// Mean price relative to the baseline over the destinations, in logarithms.
pub(super) fn price(observed: &Observed<'_>, destinations: &[(usize, f64)]) -> Row {
    weighted(destinations, |i| observed.log_price[i]).exp()
}

fn weighted(destinations: &[(usize, f64)], of: impl Fn(usize) -> Row) -> Row {
    let mut mean = Row::ZERO;
    for (i, share) in destinations {
        mean += of(*i) * *share;
    }
    mean
}

fn total(destinations: &[(usize, f64)], of: impl Fn(usize) -> Row) -> Row {
    let mut sum = Row::ZERO;
    for (i, _) in destinations {
        sum += of(*i);
    }
    sum
}
