//! What an event brings about: excitation, children, and the end of others.

use super::Simulation;
use super::{How, Pending, Stage};
use crate::exposure::Cause;
use crate::exposure::Event;
use crate::exposure::Parent;
use crate::exposure::Picked;
use crate::hazards::Drawn;
use crate::hazards::Settles;
use crate::history::live::Live;
use crate::history::streams::{Child, Streams, child};

impl Simulation {
    /// A child is due: it comes if its parent is still under way.
    pub(super) fn bear(&mut self, stage: Stage<'_>, pending: Pending) {
        let parent = &self.events[pending.parent];
        if !(parent.event.end > pending.time) {
            return;
        }
        let from = parent.event.hazard as usize;
        let (known, outbreak) = (parent.event.start, parent.outbreak);
        let of = Parent { hazard: parent.event.hazard, number: parent.kept.then_some(parent.event.number) };
        match pending.how {
            How::Escalation(link) => {
                let next = &stage.hazards[from].links.escalates[link];
                if next.ends_this {
                    self.end(stage, pending.parent);
                }
                let (drawn, streams) = (&stage.hazards[next.hazard], &stage.streams[next.hazard]);
                let event = streams.event(drawn, self.run, pending.cell, self.now, Cause::Escalation(of));
                self.happens(stage, stage.seat(next.hazard), event, pending.cell, known, None);
            }
            How::Spread(unit) => {
                if !self.outbreaks[outbreak].contains(&unit) {
                    let (drawn, streams) = (&stage.hazards[from], &stage.streams[from]);
                    let mut event = streams.event(drawn, self.run, pending.cell, self.now, Cause::Spread(of));
                    event.picked = Some(Picked::from_iter([unit]));
                    self.happens(stage, stage.seat(from), event, pending.cell, known, Some(outbreak));
                }
            }
        }
    }

    /// An event begins: it is numbered, excites, and draws what it will turn into.
    pub(super) fn happens(
        &mut self,
        stage: Stage<'_>,
        seat: usize,
        event: Event,
        cell: u64,
        known: f64,
        outbreak: Option<usize>,
    ) {
        let hazard = stage.part.members[seat];
        let (drawn, streams) = (&stage.hazards[hazard], &stage.streams[hazard]);
        let member = &mut self.members[seat];
        let kept = Live::is_felt(&event, &drawn.shape);
        let event = Event { hazard: hazard as u32, number: member.n_kept, ..event };
        member.n_kept += u32::from(kept);
        let (start, index) = (event.start, self.events.len());
        for edge in self.edges.iter_mut().filter(|edge| edge.from == seat) {
            edge.excite(start);
        }
        for link in 0..drawn.links.escalates.len() {
            if let Some(Child { start, cell }) = streams.escalation(drawn, link, self.run, cell, start) {
                self.pending.push(Pending { time: start, cell, parent: index, how: How::Escalation(link) });
            }
        }
        let outbreak = self.spread(drawn, streams, &event, cell, index, outbreak);
        self.events.push(Live { event, cell, kept, known, pauses: Vec::new(), outbreak });
        if let Some(settles) = &drawn.links.settles {
            self.settle(stage, settles, streams, cell);
        }
    }

    /// Draws where an event spreads to; the number of its outbreak.
    fn spread(
        &mut self,
        drawn: &Drawn,
        streams: &Streams,
        event: &Event,
        cell: u64,
        index: usize,
        outbreak: Option<usize>,
    ) -> usize {
        let Some(spread) = drawn.hazard.spread() else { return 0 };
        let touched: Vec<u32> =
            (0..drawn.hazard.units().len() as u32).filter(|unit| event.touches(*unit as usize)).collect();
        let outbreak = outbreak.unwrap_or_else(|| {
            self.outbreaks.push(Vec::new());
            self.outbreaks.len() - 1
        });
        self.outbreaks[outbreak].extend(&touched);
        let mut stream = streams.spread(self.run, cell);
        for unit in touched {
            for neighbour in &spread.neighbours[unit as usize] {
                let next =
                    child(&mut stream, spread.probability, &spread.after, spread.after_unit, event.start);
                if let Some(Child { start, cell }) = next {
                    let how = How::Spread(*neighbour);
                    self.pending.push(Pending { time: start, cell, parent: index, how });
                }
            }
        }
        outbreak
    }

    /// Ends or suspends what is under way of the hazards that a settlement names.
    fn settle(&mut self, stage: Stage<'_>, settles: &Settles, streams: &Streams, cell: u64) {
        let length = settles.suspension.as_ref();
        let length = length.map(|of| streams.suspension(self.run, cell, &of.length, of.unit));
        for index in 0..self.events.len() {
            let live = &mut self.events[index];
            let Ok(place) = settles.hazards.binary_search(&(live.event.hazard as usize)) else { continue };
            let is_settled = live.event.end > self.now
                && streams.settled(place, self.run, cell, live.cell, settles.probability);
            match length {
                _ if !is_settled => {}
                Some(length) => live.pauses.push((self.now, self.now + length)),
                None => self.end(stage, index),
            }
        }
    }

    /// Ends an event now.
    fn end(&mut self, stage: Stage<'_>, index: usize) {
        let live = &mut self.events[index];
        live.event.end = self.now;
        let seat = stage.seat(live.event.hazard as usize);
        self.members[seat].ended(index, self.now);
    }
}
