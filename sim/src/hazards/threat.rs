//! What events threaten: the share of trade that they cut while they run, and that buyers expect them to cut before.

use crate::exposure::Channel;
use crate::exposure::Pulse;
use crate::exposure::Script;

/// The share of a lane's flow that one event cuts, mean over each step.
pub(super) struct Threat {
    /// The event announced, not begun.
    notice: Pulse,
    /// Announced or running; in a step that has both parts they add up, as each is a mean over its part of the step.
    total: Pulse,
}

impl Threat {
    /// An event that cuts `cut`, after it has been announced for the share `announced` of each step: what is feared then
    /// is `expected`.
    pub(super) fn new(cut: &Pulse, announced: &Pulse, expected: f64) -> Threat {
        let notice = scaled(announced, expected);
        if notice.strength.is_empty() {
            return Threat { total: cut.clone(), notice };
        }
        let first = notice.first.min(if cut.strength.is_empty() { notice.first } else { cut.first });
        let strength =
            (first..notice.end().max(cut.end())).map(|step| notice.at(step) + cut.at(step)).collect();
        Threat { total: Pulse { first, strength }, notice }
    }

    /// Writes `weight` of it on each of `lanes`.
    pub(super) fn write(
        &self,
        weight: f64,
        lanes: impl Iterator<Item = usize> + Clone,
        run: usize,
        script: &mut Script,
    ) {
        let (total, notice) = (scaled(&self.total, weight), scaled(&self.notice, weight));
        script.lay_each(Channel::Threat, lanes.clone(), run, total.first, &total.strength);
        script.lay_each(Channel::Announced, lanes, run, notice.first, &notice.strength);
    }
}

/// A pulse times a factor, at most 1.
fn scaled(pulse: &Pulse, factor: f64) -> Pulse {
    pulse.map(|strength| (strength * factor).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::Threat;
    use crate::exposure::Pulse;

    #[test]
    fn notice_and_cut_of_one_event_add_up_in_the_step_in_which_it_begins() {
        let cut = Pulse { first: 2, strength: vec![0.3, 0.5] };
        let announced = Pulse { first: 1, strength: vec![1.0, 0.4] };
        let threat = Threat::new(&cut, &announced, 0.5);
        assert_eq!(threat.total, Pulse { first: 1, strength: vec![0.5, 0.5, 0.5] });
        assert_eq!(threat.notice, Pulse { first: 1, strength: vec![0.5, 0.2] });
    }
}
