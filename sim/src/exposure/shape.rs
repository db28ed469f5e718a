//! The course of an event in time: announcement, ramp, plateau, recovery, as a mean over each step.

use super::Pulse;
use crate::math;
use crate::network::Clock;
use crate::scenario::Date;
use crate::scenario::Recovery;
use crate::units::Years;
use std::ops::Range;

/// A time this near to the edge of a step, in steps, stands on it: far above what conversions between months, days and
/// years leave (1e-13 for a century of days), far below any span that matters.
const EDGE: f64 = 1e-9;

/// The shape common to a hazard's events; spans in years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Steps.
    pub clock: Clock,
    /// Announced this long before.
    pub lead: f64,
    /// From nothing to full strength.
    pub ramp: f64,
    /// From full strength to nothing, after the end.
    pub recovery: f64,
    /// How.
    pub form: Recovery,
}

impl Shape {
    /// Length of the horizon in years.
    pub fn horizon(&self) -> f64 {
        self.clock.dt * self.clock.n_steps as f64
    }

    /// Years from the start of the horizon to a date; negative before it.
    pub fn years_until(&self, date: Date) -> f64 {
        let days = self.clock.start.until(date).expect("the span of two dates in days fits").get_days();
        Years::from_days(f64::from(days)).0
    }

    /// Strength of an event over `[start, end)` with ramp and recovery, cut at the horizon.
    ///
    /// The mean over each step is exact: an event that covers 40 % of a step has 0.4 in it. An event that ends before
    /// its ramp does recovers from the level it reached. `end` may be infinite; empty if `end` is not after `start`.
    pub fn pulse(&self, start: f64, end: f64) -> Pulse {
        self.pulse_within(start, end, f64::NEG_INFINITY..f64::INFINITY)
    }

    /// The part of [`Shape::pulse`] that lies in the window `[from, until)`, years; zero strength outside it.
    pub fn pulse_within(&self, start: f64, end: f64, window: Range<f64>) -> Pulse {
        let course = self.course(start, end);
        let (from, until) = (self.steps(window.start), self.steps(window.end));
        if !(course.start < course.end) {
            return Pulse::none();
        }
        self.mean(course.start.max(from), course.gone.min(until), course.full..course.end, |a, b| {
            course.integral(a.max(from), b.min(until))
        })
    }

    /// Share of each step in which the event is announced and has not begun: `[start − lead, start)`.
    pub fn announced(&self, start: f64) -> Pulse {
        let (from, until) = (self.steps(start - self.lead), self.steps(start));
        self.mean(from, until, from..until, |a, b| overlap(a, b, from, until))
    }

    /// Share of each step in which the event is under way, whatever its strength: `[start, end)`.
    pub fn under_way(&self, start: f64, end: f64) -> Pulse {
        let (from, until) = (self.steps(start), self.steps(end));
        self.mean(from, until, from..until, |a, b| overlap(a, b, from, until))
    }

    /// Years as steps; on a step's edge if within [`EDGE`] of it.
    fn steps(&self, years: f64) -> f64 {
        let steps = years / self.clock.dt;
        let edge = math::round(steps);
        if (steps - edge).abs() <= EDGE { edge } else { steps }
    }

    fn course(&self, start: f64, end: f64) -> Course {
        let full = start + self.ramp;
        let level = if end < full { (end - start) / self.ramp } else { 1.0 };
        Course {
            start: self.steps(start),
            full: self.steps(full.min(end)),
            end: self.steps(end),
            gone: self.steps(end + self.recovery),
            level,
            form: self.form,
        }
    }

    /// The integral over each step that `[from, until)` touches; within `level` the strength is 1 throughout.
    fn mean(&self, from: f64, until: f64, level: Range<f64>, integral: impl Fn(f64, f64) -> f64) -> Pulse {
        let first = from.max(0.0).floor();
        let end = until.min(self.clock.n_steps as f64).ceil();
        if !(from < until && first < end) {
            return Pulse::none();
        }
        let (level_from, level_until) = (level.start.max(from).ceil(), level.end.min(until).floor().min(end));
        let mut pulse = Pulse::begin(first as usize);
        let mut step = first;
        while step < end {
            if level_from <= step && step < level_until {
                pulse.extend(level_until as usize, 1.0);
                step = level_until;
            } else {
                step += 1.0;
                pulse.extend(step as usize, integral(step - 1.0, step).clamp(0.0, 1.0));
            }
        }
        pulse
    }
}

/// Strength as a function of time, in steps: up from `start` to `full`, level to `end`, down to `gone`.
struct Course {
    start: f64,
    full: f64,
    end: f64,
    gone: f64,
    /// Strength reached at `end`.
    level: f64,
    form: Recovery,
}

impl Course {
    /// ∫ strength over `[a, b)`.
    fn integral(&self, a: f64, b: f64) -> f64 {
        self.ramp(a, b) + overlap(a, b, self.full, self.end) + self.recovery(a, b)
    }

    fn ramp(&self, a: f64, b: f64) -> f64 {
        let (a, b) = (a.max(self.start), b.min(self.full));
        if a < b {
            let middle = ((a + b) / 2.0 - self.start) / (self.full - self.start);
            self.level * middle * (b - a)
        } else {
            0.0
        }
    }

    fn recovery(&self, a: f64, b: f64) -> f64 {
        let (a, b) = (a.max(self.end), b.min(self.gone));
        if !(a < b) {
            return 0.0;
        }
        let span = self.gone - self.end;
        let (a, b) = (a - self.end, b - self.end);
        self.level
            * match self.form {
                Recovery::Linear => (b - a) * (1.0 - (a + b) / (2.0 * span)),
                Recovery::Exponential => {
                    span / 3.0 * (math::exp(-3.0 * a / span) - math::exp(-3.0 * b / span))
                }
                // Four equal drops: the first at the end of the event, the last when it is gone.
                Recovery::Stepwise => {
                    let third = span / 3.0;
                    0.75 * overlap(a, b, 0.0, third)
                        + 0.5 * overlap(a, b, third, 2.0 * third)
                        + 0.25 * overlap(a, b, 2.0 * third, span)
                }
            }
    }
}

/// Length of what `[a, b)` and `[from, until)` share.
fn overlap(a: f64, b: f64, from: f64, until: f64) -> f64 {
    (b.min(until) - a.max(from)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Pulse, Shape};
    use crate::network::Clock;
    use crate::scenario::Recovery;

    fn month(n: f64) -> f64 {
        n / 12.0
    }

    fn shape(ramp: f64, recovery: f64, form: Recovery) -> Shape {
        let start = jiff::civil::date(2027, 1, 1);
        let clock = Clock { start, dt: month(1.0), n_steps: 60 };
        Shape { clock, lead: 0.0, ramp: month(ramp), recovery: month(recovery), form }
    }

    fn plain() -> Shape {
        shape(0.0, 0.0, Recovery::Linear)
    }

    fn assert_pulse(pulse: &Pulse, first: usize, strength: &[f64]) {
        assert_eq!(pulse.steps(), first..first + strength.len(), "{pulse:?}");
        for (step, want) in pulse.steps().zip(strength) {
            assert!((pulse.at(step) - want).abs() < 1e-12, "{pulse:?} is not {strength:?}");
        }
    }

    #[test]
    fn an_event_that_covers_two_fifths_of_a_step_has_two_fifths_of_its_strength() {
        assert_pulse(&plain().pulse(month(3.2), month(3.6)), 3, &[0.4]);
        assert_pulse(&plain().pulse(month(3.6), month(5.25)), 3, &[0.4, 1.0, 0.25]);
    }

    #[test]
    fn an_event_on_step_edges_has_full_strength_in_its_steps_and_no_trace_in_others() {
        for (from, until) in [(34, 41), (7, 8), (0, 60), (49, 56)] {
            let pulse = plain().pulse(month(f64::from(from)), month(f64::from(until)));
            assert_eq!(pulse, Pulse::of_steps(from as usize, &vec![1.0; (until - from) as usize]));
        }
    }

    #[test]
    fn an_event_without_end_lasts_to_the_horizon_and_one_before_the_start_is_cut_there() {
        let pulse = plain().pulse(month(57.5), f64::INFINITY);
        assert_pulse(&pulse, 57, &[0.5, 1.0, 1.0]);
        assert_pulse(&plain().pulse(month(-4.0), month(1.5)), 0, &[1.0, 0.5]);
        assert_pulse(&plain().pulse(month(70.0), month(80.0)), 0, &[]);
        assert_pulse(&plain().pulse(month(-9.0), month(-1.0)), 0, &[]);
        assert_pulse(&plain().pulse(month(5.0), month(5.0)), 0, &[]);
    }

    #[test]
    fn a_linear_recovery_is_the_mean_of_the_line_over_each_step() {
        let pulse = shape(2.0, 4.0, Recovery::Linear).pulse(month(1.0), month(4.0));
        assert_pulse(&pulse, 1, &[0.25, 0.75, 1.0, 0.875, 0.625, 0.375, 0.125]);
    }

    #[test]
    fn an_event_shorter_than_its_ramp_recovers_from_the_level_it_reached() {
        let pulse = shape(4.0, 2.0, Recovery::Linear).pulse(month(0.0), month(2.0));
        assert_pulse(&pulse, 0, &[0.125, 0.375, 0.375, 0.125]);
    }

    #[test]
    fn an_exponential_recovery_has_the_integral_of_the_exponential_and_then_nothing() {
        let pulse = shape(0.0, 3.0, Recovery::Exponential).pulse(0.0, month(1.0));
        let by_hand = |t: f64| (-t).exp() - (-t - 1.0).exp();
        assert_pulse(&pulse, 0, &[1.0, by_hand(0.0), by_hand(1.0), by_hand(2.0)]);
    }

    #[test]
    fn a_stepwise_recovery_drops_by_a_quarter_four_times() {
        let pulse = shape(0.0, 6.0, Recovery::Stepwise).pulse(0.0, month(1.0));
        assert_pulse(&pulse, 0, &[1.0, 0.75, 0.75, 0.5, 0.5, 0.25, 0.25]);
    }

    #[test]
    fn finer_steps_leave_the_integral_over_time_as_it_was() {
        let coarse = shape(1.7, 5.3, Recovery::Exponential);
        let mut fine = coarse;
        fine.clock.dt /= 2.0;
        fine.clock.n_steps *= 2;
        let total = |shape: &Shape| {
            let pulse = shape.pulse(month(2.3), month(9.1));
            pulse.steps().map(|step| pulse.at(step)).sum::<f64>() * shape.clock.dt
        };
        assert!((total(&coarse) - total(&fine)).abs() < 1e-12);
    }

    #[test]
    fn a_window_splits_a_pulse_without_loss() {
        let shape = shape(2.0, 3.0, Recovery::Linear);
        let (start, end, split) = (month(1.3), month(7.9), month(3.4));
        let whole = shape.pulse(start, end);
        let before = shape.pulse_within(start, end, start..split);
        let after = shape.pulse_within(start, end, split..f64::INFINITY);
        for step in 0..60 {
            assert!((whole.at(step) - before.at(step) - after.at(step)).abs() < 1e-12);
        }
        assert_eq!((before.steps().end, after.steps().start), (4, 3));
    }

    #[test]
    fn an_event_is_announced_from_its_lead_to_its_start() {
        let mut shape = plain();
        shape.lead = month(1.5);
        assert_pulse(&shape.announced(month(4.25)), 2, &[0.25, 1.0, 0.25]);
        assert_pulse(&shape.announced(month(0.5)), 0, &[0.5]);
        assert_pulse(&plain().announced(month(4.25)), 0, &[]);
    }

    #[test]
    fn an_event_is_under_way_from_its_start_to_its_end_whatever_its_strength() {
        let shape = shape(3.0, 3.0, Recovery::Linear);
        assert_pulse(&shape.under_way(month(1.5), month(3.0)), 1, &[0.5, 1.0]);
    }
}
