//! An event while the history is made: it may still be ended, suspended or turn into another.

use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::hazards::Drawn;

/// An event with what the history needs to know of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Live {
    pub(super) event: Event,
    /// Cell of its streams.
    pub(super) cell: u64,
    /// False: it lies outside the horizon with all that is felt of it, and no table has it.
    pub(super) kept: bool,
    /// When its cause began: it can't be announced before.
    pub(super) known: f64,
    /// Spans without effect.
    pub(super) pauses: Vec<(f64, f64)>,
    /// The outbreak it belongs to, if its hazard spreads.
    pub(super) outbreak: usize,
}

impl Live {
    /// An event that nothing caused, ended or suspended.
    pub(super) fn of(event: Event, cell: u64) -> Live {
        Live { event, cell, kept: true, known: f64::NEG_INFINITY, pauses: Vec::new(), outbreak: 0 }
    }

    /// True if any of an event is felt within the horizon. One after it is felt if it is announced before.
    pub(super) fn is_felt(event: &Event, shape: &Shape) -> bool {
        event.end + shape.recovery > 0.0 && event.start < shape.horizon() + shape.lead
    }

    /// Writes its effects, and that its hazard is active: stretch by stretch between its pauses.
    fn write(&self, drawn: &Drawn, run: usize, script: &mut Script) {
        let lead = drawn.shape.lead.min(self.event.start - self.known);
        let mut shape = Shape { lead, ..drawn.shape };
        if self.pauses.is_empty() {
            return write(drawn, &self.event, &shape, run, script);
        }
        let mut start = self.event.start;
        for (from, until) in &self.pauses {
            if start < *from {
                let stretch = Event { start, end: from.min(self.event.end), ..self.event.clone() };
                write(drawn, &stretch, &shape, run, script);
            }
            start = start.max(*until);
            // What was suspended comes back without notice.
            shape.lead = 0.0;
        }
        if start < self.event.end {
            write(drawn, &Event { start, ..self.event.clone() }, &shape, run, script);
        }
    }
}

/// Writes the effects of a run's events by hazard, then number: the order in which they combine.
pub(super) fn write_all(lives: &mut [Live], hazards: &[Drawn], run: usize, script: &mut Script) {
    lives.sort_unstable_by_key(|live| (live.event.hazard, live.event.number));
    for live in lives.iter() {
        live.write(&hazards[live.event.hazard as usize], run, script);
    }
}

fn write(drawn: &Drawn, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
    if script.heeds(Channel::Active) {
        let active = shape.under_way(event.start, event.end).map(|share| if share > 0.0 { 1.0 } else { 0.0 });
        script.lay(Channel::Active, event.hazard as usize, run, &active);
    }
    drawn.hazard.effects(event, shape, run, script);
}
