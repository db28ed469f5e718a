//! What begins by itself: points of a field, dates, rows, renewals.

use super::Simulation;
use super::Stage;
use super::excitation;
use super::excitation::Edge;
use super::excited;
use crate::exposure::Cause;
use crate::hazards::Times;
use crate::history::alone::{listed, log_weight, of_run};

impl Simulation {
    /// The next point of a field: an event if its mark lies under the rate.
    pub(super) fn point(&mut self, stage: Stage<'_>, seat: usize) {
        let hazard = stage.part.members[seat];
        let drawn = &stage.hazards[hazard];
        let member = &mut self.members[seat];
        let Some(point) = member.field.as_mut().and_then(|field| field.take()) else { return };
        let own = member.own;
        if !(point.intensity < own + excited(&self.edges, seat, self.now)) {
            return;
        }
        let (cause, known) = if point.intensity < own {
            if drawn.links.tilt != 1.0 {
                self.log_weight += log_weight(drawn.links.tilt, 1, 0.0);
            }
            (member.own_cause(drawn, point.intensity), f64::NEG_INFINITY)
        } else {
            self.exciter(stage, seat, point.intensity - own)
        };
        let event = stage.streams[hazard].event(drawn, self.run, point.cell, self.now, cause);
        self.happens(stage, seat, event, point.cell, known, None);
    }

    /// Whom an excited event owes itself to, and when that began.
    fn exciter(&self, stage: Stage<'_>, seat: usize, mark: f64) -> (Cause, f64) {
        let into = self.edges.iter().filter(|edge| edge.to == seat);
        let edges: Vec<(&Edge, usize, &[f64])> = into
            .map(|edge| {
                let hazard = stage.part.members[edge.from];
                (edge, hazard, stage.hazards[hazard].links.past.as_slice())
            })
            .collect();
        let (parent, since) = excitation::cause(&self.events, &edges, self.now, mark);
        (Cause::Excited(parent), since)
    }

    pub(super) fn planned(&mut self, stage: Stage<'_>, seat: usize) {
        let hazard = stage.part.members[seat];
        let (drawn, streams) = (&stage.hazards[hazard], &stage.streams[hazard]);
        let Some(planned) = self.members[seat].agenda.pop() else { return };
        let event = match &drawn.onset {
            Times::Catalogue(rows) => {
                let row = of_run(rows, self.run).nth(planned.cell as usize);
                listed(drawn, streams, self.run, planned.cell, row.expect("the agenda was made of the rows"))
            }
            Times::Enters { .. } => streams.event(drawn, self.run, planned.cell, planned.time, Cause::Onset),
            _ => streams.event(drawn, self.run, planned.cell, planned.time, Cause::Schedule),
        };
        self.happens(stage, seat, event, planned.cell, f64::NEG_INFINITY, None);
    }

    pub(super) fn renewal(&mut self, stage: Stage<'_>, seat: usize) {
        let hazard = stage.part.members[seat];
        let (drawn, streams) = (&stage.hazards[hazard], &stage.streams[hazard]);
        let Some(renewal) = self.members[seat].renewal else { return };
        let event = streams.event(drawn, self.run, renewal.number, self.now, Cause::Onset);
        let (start, end, index) = (event.start, event.end, self.events.len());
        self.members[seat].renew(drawn, streams, self.run, index, start, end);
        self.happens(stage, seat, event, renewal.number, f64::NEG_INFINITY, None);
    }
}
