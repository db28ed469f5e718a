//! What events threaten: the share of trade that they cut while they run, and that buyers expect them to cut before.

use crate::exposure::Channel;
use crate::exposure::Pulse;
use crate::exposure::Script;

/// The share of a lane's flow that one event cuts, mean over each step.
pub(super) struct Threat {
    /// The event announced, not begun.
    notice: Pulse,
    /// The event under way; in a step that has both parts they add up, as each is a mean over its part of the step.
    cut: Pulse,
}

impl Threat {
    /// An event that cuts `cut`, after it has been announced for the share `announced` of each step: what is feared then
    /// is `expected`.
    pub(super) fn new(cut: Pulse, announced: &Pulse, expected: f64) -> Threat {
        Threat { notice: scaled(announced, expected), cut }
    }

    /// Writes `weight` of it on each of `lanes`.
    pub(super) fn write(
        &self,
        weight: f64,
        lanes: impl Iterator<Item = usize> + Clone,
        run: usize,
        script: &mut Script,
    ) {
        if script.heeds(Channel::Threat) {
            let total = scaled(&self.notice.plus(&self.cut), weight);
            script.lay_each(Channel::Threat, lanes.clone(), run, &total);
        }
        if script.heeds(Channel::Announced) {
            script.lay_each(Channel::Announced, lanes, run, &scaled(&self.notice, weight));
        }
    }
}

/// A pulse times a factor, at most 1.
fn scaled(pulse: &Pulse, factor: f64) -> Pulse {
    pulse.map(|strength| (strength * factor).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::Threat;
    use crate::exposure::{Channel, Pulse, Script};

    #[test]
    fn notice_and_cut_of_one_event_add_up_in_the_step_in_which_it_begins() {
        let announced = Pulse::of_steps(1, &[1.0, 0.4]);
        let threat = Threat::new(Pulse::of_steps(2, &[0.3, 0.5]), &announced, 0.5);
        let mut script = Script::new(9);
        threat.write(1.0, [4].into_iter(), 0, &mut script);
        let laid = |channel: Channel, step: usize| -> f64 {
            script.in_step(step).filter(|span| span.channel == channel).map(|span| span.value).sum()
        };
        assert_eq!([0, 1, 2, 3, 4].map(|step| laid(Channel::Threat, step)), [0.0, 0.5, 0.5, 0.5, 0.0]);
        assert_eq!([0, 1, 2, 3, 4].map(|step| laid(Channel::Announced, step)), [0.0, 0.5, 0.2, 0.0, 0.0]);
    }
}
