//! How far a measure is in place: nothing before its start, all of it after its ramp.

/// From when on, and how slowly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Phase {
    /// Start, steps after the start of the horizon; may lie before it.
    pub(super) from: f64,
    /// Steps from nothing to all of it.
    pub(super) ramp: f64,
}

impl Phase {
    /// In place from the start.
    pub(super) const WHOLE: Phase = Phase { from: f64::NEG_INFINITY, ramp: 0.0 };

    /// Mean share in place over a step.
    pub(super) fn share(&self, step: usize) -> f64 {
        if self.from == f64::NEG_INFINITY {
            return 1.0;
        }
        let step = step as f64;
        // A ramp that is over counts exactly, whatever rounding the areas leave.
        if step >= self.from + self.ramp {
            return 1.0;
        }
        self.area(step + 1.0) - self.area(step)
    }

    /// Share in place, added up from the start to `step`.
    fn area(&self, step: f64) -> f64 {
        let since = (step - self.from).max(0.0);
        let on_ramp = since.min(self.ramp);
        let rising = if self.ramp > 0.0 { on_ramp * on_ramp / (2.0 * self.ramp) } else { 0.0 };
        rising + (since - on_ramp)
    }
}

#[cfg(test)]
mod tests {
    use super::Phase;

    #[test]
    fn a_start_in_the_middle_of_a_step_counts_half() {
        let phase = Phase { from: 1.5, ramp: 0.0 };
        assert_eq!([0, 1, 2, 3].map(|step| phase.share(step)), [0.0, 0.5, 1.0, 1.0]);
    }

    #[test]
    fn a_ramp_rises_evenly_and_ends_at_all_of_it() {
        let phase = Phase { from: 0.0, ramp: 4.0 };
        assert_eq!([0, 1, 2, 3, 4].map(|step| phase.share(step)), [0.125, 0.375, 0.625, 0.875, 1.0]);
    }

    #[test]
    fn what_began_before_the_horizon_is_there_at_once() {
        assert_eq!(Phase { from: -10.0, ramp: 4.0 }.share(0), 1.0);
        assert_eq!(Phase::WHOLE.share(0), 1.0);
    }
}
