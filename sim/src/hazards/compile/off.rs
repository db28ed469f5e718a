//! Hazards that are switched off, `enabled = false`: read and checked like the others, and without an event.

use super::{Drawn, Times};
use crate::hazards::Links;
use crate::scenario::Scenario;

/// Takes from every hazard that is off its events, past ones included, and from the others what would bring one about.
///
/// The streams of the others stay as they are: an escalation keeps its number, which keys its stream, and is never taken.
pub(super) fn silence(scenario: &Scenario, hazards: &mut [Drawn]) {
    let is_off = |index: usize| scenario.hazards.get(index).is_some_and(|entry| !entry.enabled);
    for (index, drawn) in hazards.iter_mut().enumerate() {
        if is_off(index) {
            drawn.onset = Times::Scheduled(Vec::new());
            drawn.links = Links::default();
        }
        drawn.links.excites.retain(|excites| !is_off(excites.hazard));
        for next in drawn.links.escalates.iter_mut().filter(|next| is_off(next.hazard)) {
            next.probability = 0.0;
        }
    }
}
