//! A number for each step of an event, kept as stretches of steps in which it stays the same.

use std::ops::Range;

/// Stretches that a pulse holds without memory of its own: part of a step, many whole steps, part of a step.
const FEW: usize = 4;

/// Mean strength, or what follows from it, over consecutive steps; a shape's pulses lie in [0, 1].
///
/// A ban of a year is one stretch, or three if it does not keep to the calendar. Neighbouring stretches differ.
#[derive(Clone, Debug)]
pub struct Pulse {
    first: u32,
    n: usize,
    few: [Stretch; FEW],
    /// All of them, if they are more than a few.
    many: Vec<Stretch>,
}

/// Steps up to `until`, from the end of the stretch before, with one value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stretch {
    until: u32,
    value: f64,
}

impl Pulse {
    /// No steps.
    pub fn none() -> Pulse {
        Pulse::begin(0)
    }

    /// No steps so far; the first will be `first`.
    pub fn begin(first: usize) -> Pulse {
        Pulse { first: first as u32, n: 0, few: Default::default(), many: Vec::new() }
    }

    /// The steps from `first` on with a value each.
    pub fn of_steps(first: usize, values: &[f64]) -> Pulse {
        let mut pulse = Pulse::begin(first);
        (first + 1..).zip(values).for_each(|(until, value)| pulse.extend(until, *value));
        pulse
    }

    /// Goes on with `value` up to the step `until`, which is no part of it.
    pub fn extend(&mut self, until: usize, value: f64) {
        let stretch = Stretch { until: until as u32, value };
        if let Some(last) = self.all_mut().last_mut().filter(|last| last.value == value) {
            last.until = stretch.until;
            return;
        }
        if self.n < FEW {
            self.few[self.n] = stretch;
        } else {
            if self.n == FEW {
                self.many.extend(self.few);
            }
            self.many.push(stretch);
        }
        self.n += 1;
    }

    /// Its steps.
    pub fn steps(&self) -> Range<usize> {
        let first = self.first as usize;
        first..self.all().last().map_or(first, |last| last.until as usize)
    }

    /// Whether it has no steps.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Its value in `step`; 0 outside.
    pub fn at(&self, step: usize) -> f64 {
        let here = self.stretches().find(|(steps, _)| steps.contains(&step));
        here.map_or(0.0, |(_, value)| value)
    }

    /// Stretches of steps with their values, in order.
    pub fn stretches(&self) -> impl Iterator<Item = (Range<usize>, f64)> {
        let mut from = self.first as usize;
        self.all().iter().map(move |stretch| {
            let steps = from..stretch.until as usize;
            from = steps.end;
            (steps, stretch.value)
        })
    }

    /// The pulse with `f` of each value: what an event does with it.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Pulse {
        let mut pulse = Pulse::begin(self.first as usize);
        self.all().iter().for_each(|stretch| pulse.extend(stretch.until as usize, f(stretch.value)));
        pulse
    }

    /// In each of its steps, `f` of its value and of the other's.
    pub fn with(&self, other: &Pulse, f: impl Fn(f64, f64) -> f64) -> Pulse {
        let mut pulse = Pulse::begin(self.first as usize);
        for (steps, value) in self.stretches() {
            // Where the other begins, changes or ends within the stretch.
            let edges = std::iter::once(other.first).chain(other.all().iter().map(|stretch| stretch.until));
            let edges =
                edges.map(|edge| edge as usize).filter(|edge| steps.start < *edge && *edge < steps.end);
            let mut from = steps.start;
            for until in edges.chain([steps.end]) {
                pulse.extend(until, f(value, other.at(from)));
                from = until;
            }
        }
        pulse
    }

    /// The sum of two, over the steps of both and those between.
    pub fn plus(&self, other: &Pulse) -> Pulse {
        if self.is_empty() || other.is_empty() {
            return if self.is_empty() { other.clone() } else { self.clone() };
        }
        let mut all = Pulse::begin(self.first.min(other.first) as usize);
        all.extend(self.steps().end.max(other.steps().end), 0.0);
        all.with(self, |_, own| own).with(other, |own, other| own + other)
    }

    fn all(&self) -> &[Stretch] {
        if self.many.is_empty() { &self.few[..self.n] } else { &self.many }
    }

    fn all_mut(&mut self) -> &mut [Stretch] {
        if self.many.is_empty() { &mut self.few[..self.n] } else { &mut self.many }
    }
}

/// Equal if they have the same steps and the same value in each.
impl PartialEq for Pulse {
    fn eq(&self, other: &Pulse) -> bool {
        (self.first, self.all()) == (other.first, other.all())
    }
}

#[cfg(test)]
mod tests {
    use super::Pulse;
    use crate::random::{Key, Stream};

    #[test]
    fn few_and_many_stretches_hold_the_value_of_each_step() {
        let mut dice = Stream::new(Key { seed: 1, draw: 0, name: "pulses" }, 0, 0);
        let mut pick = |n: usize| (dice.uniform() * n as f64) as usize;
        for _ in 0..2_000 {
            let mut draw = || (pick(6), (0..pick(14)).map(|_| pick(3) as f64).collect::<Vec<_>>());
            let ((first, values), (other_first, others)) = (draw(), draw());
            let (pulse, other) = (Pulse::of_steps(first, &values), Pulse::of_steps(other_first, &others));
            assert_eq!(pulse.steps(), first..first + values.len());
            let at = |first: usize, values: &[f64], step: usize| {
                step.checked_sub(first).and_then(|place| values.get(place)).copied().unwrap_or(0.0)
            };
            let (with, plus) = (pulse.with(&other, |a, b| 10.0 * a + b), pulse.plus(&other));
            for step in 0..24 {
                let (own, beside) = (at(first, &values, step), at(other_first, &others, step));
                assert_eq!((pulse.at(step), plus.at(step)), (own, own + beside));
                assert_eq!(
                    pulse.map(|value| value + 1.0).at(step),
                    if pulse.steps().contains(&step) { own + 1.0 } else { 0.0 }
                );
                assert_eq!(
                    with.at(step),
                    if pulse.steps().contains(&step) { 10.0 * own + beside } else { 0.0 }
                );
            }
            let values: Vec<f64> = pulse.stretches().map(|(_, value)| value).collect();
            assert!(values.windows(2).all(|pair| pair[0] != pair[1]), "neighbours differ");
        }
    }
}
