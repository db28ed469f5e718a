//! What consumers got: equations (12) and (13), added up over years and over the horizon.

use crate::math::Row;

/// A step counts as short if more than this share of the requirement is missing: far above rounding, far below any
/// shortage that a user would notice.
pub const SHORT: f64 = 1e-6;

/// A run counts as short, where runs are counted, if more than this share of its requirement over the horizon is missing.
///
/// A thousandth is nine hours of a year's need. Below it lie the ripples that small outages leave in nearly every run and that
/// a planner does not call a shortage; with [`SHORT`], which is there for single steps, nearly every run would count.
pub const SHORT_RUN: f64 = 1e-3;

/// What a consumer got in a run, for the whole horizon or one year. Amounts in the material's unit.
///
/// In every step, and so in every sum, served + unserved + priced out = requirement (I4). Use beyond the requirement is in
/// none of them, so it never offsets a shortfall of another step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Service {
    /// R: what was needed.
    pub requirement: f64,
    /// What was delivered of the demand of each step, up to the requirement.
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

    /// Shortfall as a share of the requirement; 0 if nothing was required.
    pub fn shortfall_share(&self) -> f64 {
        if self.requirement > 0.0 { self.shortfall() / self.requirement } else { 0.0 }
    }
}

/// A consumer's outcome over a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Over the horizon.
    pub whole: Service,
    /// First step with a shortfall, if any.
    pub first_short: Option<u32>,
    /// Steps from the first short step to the step after the last short one; `None` if never short or still short at the end.
    pub recovery_steps: Option<u32>,
    /// Highest price relative to the baseline at its destination.
    pub price_peak: f64,
    /// Mean price relative to the baseline.
    pub price_mean: f64,
    /// Mean price weighted by what was served, contracts included; 1 if nothing was served.
    pub price_paid: f64,
    /// USD paid above the baseline price for what was served; `None` without a reference price.
    pub extra_spending: Option<f64>,
    /// USD of consumer surplus lost by what was priced out; `None` without a reference price.
    pub lost_surplus: Option<f64>,
    /// USD of shortage cost, discounted; `None` if the consumer has none.
    pub shortage_cost: Option<f64>,
    /// Requirement that another material met instead; part of no other amount here.
    pub substituted: f64,
}

/// The flows of one consumer in one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flows {
    /// R (1).
    pub(super) requirement: Row,
    /// D (2).
    pub(super) demand: Row,
    /// Served out of D.
    pub(super) served: Row,
    /// Served out of the backlog.
    pub(super) recovered: Row,
}

/// [`Service`] of every run of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceRows {
    requirement: Row,
    served: Row,
    unserved: Row,
    priced_out: Row,
    recovered: Row,
    steps_short: Row,
    longest_short: Row,
    worst_step: Row,
}

impl ServiceRows {
    pub(super) const ZERO: ServiceRows = ServiceRows {
        requirement: Row::ZERO,
        served: Row::ZERO,
        unserved: Row::ZERO,
        priced_out: Row::ZERO,
        recovered: Row::ZERO,
        steps_short: Row::ZERO,
        longest_short: Row::ZERO,
        worst_step: Row::ZERO,
    };

    /// Adds the years of a run to its whole; `longest_short` is not a sum and is left to [`Streaks`].
    pub(super) fn add_year(&mut self, year: &ServiceRows) {
        self.requirement += year.requirement;
        self.served += year.served;
        self.unserved += year.unserved;
        self.priced_out += year.priced_out;
        self.recovered += year.recovered;
        self.steps_short += year.steps_short;
        self.worst_step = self.worst_step.max(year.worst_step);
    }

    /// One run's numbers.
    pub(super) fn of(&self, run: usize) -> Service {
        Service {
            requirement: self.requirement.0[run],
            served: self.served.0[run],
            unserved: self.unserved.0[run],
            priced_out: self.priced_out.0[run],
            recovered: self.recovered.0[run],
            steps_short: self.steps_short.0[run],
            longest_short: self.longest_short.0[run],
            worst_step: self.worst_step.0[run],
        }
    }
}

/// When a consumer was short, in every run of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streaks {
    /// Short steps in a row up to now, across years.
    current: Row,
    longest: Row,
    /// −1: never short.
    first: Row,
    last: Row,
}

impl Streaks {
    pub(super) const NONE: Streaks =
        Streaks { current: Row::ZERO, longest: Row::ZERO, first: Row::splat(-1.0), last: Row::splat(-1.0) };

    /// Longest streak of the whole horizon.
    pub(super) fn longest(&self, run: usize) -> f64 {
        self.longest.0[run]
    }

    /// First short step.
    pub(super) fn first(&self, run: usize) -> Option<u32> {
        let first = self.first.0[run];
        (first >= 0.0).then_some(first as u32)
    }

    /// Steps until it was over; `None` if it never began or lasted to the end.
    pub(super) fn recovery(&self, run: usize, n_steps: usize) -> Option<u32> {
        let (first, last) = (self.first(run)?, self.last.0[run] as u32);
        ((last as usize) + 1 < n_steps).then_some(last + 1 - first)
    }
}

/// Adds step `t`, which is number `in_year` (from 1) of its year, to a consumer's year and streaks.
#[inline(always)]
pub(super) fn add_step(t: usize, in_year: f64, flows: Flows, year: &mut ServiceRows, streaks: &mut Streaks) {
    let Flows { requirement, demand, served, recovered } = flows;
    let asked = demand.min(requirement);
    let priced_out = requirement - asked;
    let served = served.min(asked);
    let unserved = asked - served;
    let shortfall = requirement - served;
    let short = shortfall.above(requirement * SHORT);

    year.requirement += requirement;
    year.served += served;
    year.unserved += unserved;
    year.priced_out += priced_out;
    year.recovered += recovered;
    year.steps_short += short;
    year.worst_step = year.worst_step.max(shortfall);

    streaks.current = short * (streaks.current + Row::ONE);
    streaks.longest = streaks.longest.max(streaks.current);
    year.longest_short = year.longest_short.max(streaks.current.min(Row::splat(in_year)));
    let now = Row::splat(t as f64);
    let begins = short * Row::ZERO.above(streaks.first);
    streaks.first = begins.select(now, streaks.first);
    streaks.last = short.select(now, streaks.last);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One consumer with requirement 10 and so much served in each step, years of four steps.
    fn record(served: &[f64]) -> (Service, Vec<Service>, Streaks) {
        let (mut streaks, mut whole, mut years) = (Streaks::NONE, ServiceRows::ZERO, Vec::new());
        for (index, in_year) in served.chunks(4).enumerate() {
            let mut year = ServiceRows::ZERO;
            for (step, served) in in_year.iter().enumerate() {
                let [requirement, demand, served] = [10.0, 9.0_f64.max(*served), *served].map(Row::splat);
                let flows = Flows { requirement, demand, served, recovered: Row::ZERO };
                add_step(index * 4 + step, (step + 1) as f64, flows, &mut year, &mut streaks);
            }
            whole.add_year(&year);
            years.push(year.of(0));
        }
        (whole.of(0), years, streaks)
    }

    #[test]
    fn served_unserved_and_priced_out_make_up_the_requirement() {
        let (whole, ..) = record(&[9.0, 4.0, 12.0, 10.0]);
        assert_eq!(whole.served + whole.unserved + whole.priced_out, whole.requirement);
        assert_eq!((whole.priced_out, whole.unserved), (2.0, 5.0));
    }

    #[test]
    fn use_beyond_the_requirement_offsets_no_shortfall() {
        let (whole, ..) = record(&[0.0, 20.0]);
        assert_eq!((whole.shortfall(), whole.worst_step), (10.0, 10.0));
    }

    #[test]
    fn a_shortage_over_the_turn_of_the_year_is_one_for_the_horizon_and_cut_for_the_years() {
        let (_, years, streaks) = record(&[10.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0]);
        assert_eq!(streaks.longest(0), 5.0);
        assert_eq!([years[0].longest_short, years[1].longest_short], [2.0, 3.0]);
        assert_eq!((streaks.first(0), streaks.recovery(0, 8)), (Some(2), Some(5)));
    }

    #[test]
    fn who_is_short_at_the_end_has_not_recovered_and_who_never_was_has_no_first_step() {
        let (.., late) = record(&[10.0, 0.0, 10.0, 0.0]);
        assert_eq!((late.first(0), late.recovery(0, 4)), (Some(1), None));
        let (.., never) = record(&[10.0; 4]);
        assert_eq!((never.first(0), never.recovery(0, 4)), (None, None));
    }
}
