//! Lanes that are cut, and what goes round the cut: the common part of restrictions on exports and on imports.

use super::footprint;
use super::threat::Threat;
use crate::exposure::Channel;
use crate::exposure::Pulse;
use crate::exposure::Script;
use crate::scenario::Body;
use crate::scenario::Problems;

/// What still arrives, relabelled or through third places.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Leakage {
    /// Share of what is cut.
    pub(super) share: f64,
    /// Transit added to it, steps.
    pub(super) delay: f64,
    /// Wedge on its price.
    pub(super) markup: f64,
}

impl Leakage {
    /// Reads `leakage`, if it is there; `steps` turns days into steps.
    pub(super) fn read(
        body: &mut Body<'_>,
        steps: impl Fn(f64) -> f64,
        problems: &mut Problems,
    ) -> Option<Leakage> {
        if !body.has("leakage") {
            return None;
        }
        let mut inside = body.table("leakage", problems)?;
        inside.required("share", "share = 0.1, what still arrives out of what is cut", problems);
        let share = inside.share("share", problems);
        let days = inside.non_negative("added_days", problems).unwrap_or(0.0);
        let markup = footprint::factor(&mut inside, "markup", problems).unwrap_or(0.0);
        inside.finish(&["share", "added_days", "markup"], problems);
        Some(Leakage { share: share?, delay: steps(days), markup })
    }
}

/// What an event cuts from a lane in each step, and what it does to the rest.
pub(super) struct Cut {
    openness: Pulse,
    delay: Pulse,
    wedge: Pulse,
    threat: Threat,
}

impl Cut {
    /// An event that cuts the share `cut` and delays what passes by `delay`, both means over a step; while it is
    /// announced, a cut of `expected` is feared.
    ///
    /// Of what is cut the share L leaks: o_l = 1 − (1 − L) c. Its delay and markup are weighted by its share of what
    /// passes, L c / o_l.
    pub(super) fn new(cut: &Pulse, delay: &Pulse, leakage: Leakage, announced: &Pulse, expected: f64) -> Cut {
        let lost = cut.map(|cut| (1.0 - leakage.share) * cut);
        let leaked = |cut: f64| {
            let passes = 1.0 - (1.0 - leakage.share) * cut;
            if passes > 0.0 { leakage.share * cut / passes } else { 0.0 }
        };
        let leaks = leakage.share > 0.0;
        Cut {
            delay: if leaks {
                cut.with(delay, |cut, delay| delay + leakage.delay * leaked(cut))
            } else {
                delay.clone()
            },
            wedge: if leaks { cut.map(|cut| leakage.markup * leaked(cut)) } else { Pulse::none() },
            openness: lost.map(|lost| 1.0 - lost),
            threat: Threat::new(lost, announced, (1.0 - leakage.share) * expected),
        }
    }

    /// Writes it on each of `lanes`: that trade is not let pass.
    pub(super) fn write(&self, lanes: impl Iterator<Item = usize> + Clone, run: usize, script: &mut Script) {
        let Cut { openness, delay, wedge, .. } = self;
        script.lay_each(Channel::Openness, lanes.clone(), run, openness);
        script.lay_each(Channel::AddedTransit, lanes.clone(), run, delay);
        script.lay_each(Channel::Wedge, lanes.clone(), run, wedge);
        self.threat.write(1.0, lanes, run, script);
    }

    /// Writes it on a lane that goes on carrying everything: what leaves while anything is cut is barred to some users.
    pub(super) fn bar(&self, lane: usize, run: usize, script: &mut Script) {
        let barred = self.openness.map(|open| if open < 1.0 { 1.0 } else { 0.0 });
        script.lay(Channel::Barred, lane, run, &barred);
        script.lay(Channel::AddedTransit, lane, run, &self.delay);
        script.lay(Channel::Wedge, lane, run, &self.wedge);
        self.threat.write(1.0, std::iter::once(lane), run, script);
    }

    /// Writes it on each of `lanes`: that there is no way.
    pub(super) fn block(&self, lanes: impl Iterator<Item = usize> + Clone, run: usize, script: &mut Script) {
        script.lay_each(Channel::Passage, lanes.clone(), run, &self.openness);
        self.threat.write(1.0, lanes, run, script);
    }
}
