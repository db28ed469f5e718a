//! Hazards that depend on each other, simulated event by event in continuous time.
//!
//! A point of a hazard's field becomes an event if it lies under the rate that holds at its time. Between events the rate only
//! falls (excitation fades, all else stands still), so the rate after each event bounds it up to the next one: fields are read
//! on to that bound, and the earliest of all that may come next is taken. Exact, without steps in time.

mod consequences;
mod excitation;
mod member;
mod onsets;

use super::alone::log_weight;
use super::live::Live;
use super::parts::Part;
use super::regime;
use super::regime::Jump;
use super::streams::Streams;
use crate::hazards::Drawn;
use excitation::Edge;
use member::Member;

/// What all runs of a block share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    pub(super) hazards: &'a [Drawn],
    /// By hazard.
    pub(super) streams: &'a [Streams],
    pub(super) part: &'a Part,
}

impl Stage<'_> {
    /// Place of a hazard among the members; what hazards are tied to is in their part.
    fn seat(&self, hazard: usize) -> usize {
        self.part.members.binary_search(&hazard).expect("a part holds what its members are tied to")
    }
}

/// One run of one part, up to the time it has been advanced to.
#[derive(Debug)]
pub(super) struct Simulation {
    run: u64,
    now: f64,
    members: Vec<Member>,
    edges: Vec<Edge>,
    /// Changes to come, by regime, by descending time.
    jumps: Vec<Vec<Jump>>,
    /// State of each regime.
    states: Vec<usize>,
    /// Children to come, in no order.
    pending: Vec<Pending>,
    /// Units touched so far, by outbreak.
    outbreaks: Vec<Vec<u32>>,
    events: Vec<Live>,
    /// ln of the run's weight.
    log_weight: f64,
    /// Time up to which the weight has been counted.
    weighed: f64,
}

/// An event that another will bring about, if it is still under way then.
#[derive(Clone, Copy, Debug)]
struct Pending {
    time: f64,
    cell: u64,
    /// Position of the other.
    parent: usize,
    how: How,
}

#[derive(Clone, Copy, Debug)]
enum How {
    /// By this entry of `escalates`.
    Escalation(usize),
    /// To this unit.
    Spread(u32),
}

/// What comes next, in the order in which ties are taken.
#[derive(Clone, Copy, Debug)]
enum Next {
    Jump(usize),
    Strip(usize),
    Child(usize),
    Planned(usize),
    Renewal(usize),
    Point(usize),
}

impl Simulation {
    pub(super) fn new(stage: Stage<'_>, run: u64) -> Simulation {
        let Stage { hazards, streams, part } = stage;
        let members = &part.members;
        let paths: Vec<Vec<Jump>> =
            part.regimes.iter().map(|(regime, key)| regime::path(regime, key, run, part.limit)).collect();
        let mut edges = Vec::new();
        for (from, hazard) in members.iter().enumerate() {
            for excites in &hazards[*hazard].links.excites {
                let to = stage.seat(excites.hazard);
                edges.push(Edge::new(from, to, excites, &hazards[*hazard].links.past));
            }
        }
        let member = |(seat, hazard): (usize, &usize)| {
            let is_excited = edges.iter().any(|edge| edge.to == seat);
            Member::new(&hazards[*hazard], &streams[*hazard], part, &paths, run, is_excited)
        };
        let members: Vec<Member> = members.iter().enumerate().map(member).collect();
        let earliest = members.iter().filter_map(|member| member.agenda.last()).map(|planned| planned.time);
        let jumps = paths.into_iter().map(|path| path.into_iter().rev().collect()).collect();
        let mut simulation = Simulation {
            run,
            now: earliest.fold(0.0, f64::min),
            members,
            edges,
            jumps,
            states: part.regimes.iter().map(|(regime, _)| regime.start).collect(),
            pending: Vec::new(),
            outbreaks: Vec::new(),
            events: Vec::new(),
            log_weight: 0.0,
            weighed: 0.0,
        };
        simulation.set_rates(stage);
        simulation
    }

    /// Whether a condition of a member's `rate_when` holds from now on.
    pub(super) fn set_condition(&mut self, stage: Stage<'_>, seat: usize, condition: usize, holds: bool) {
        let member = &mut self.members[seat];
        if member.holds[condition] != holds {
            member.holds[condition] = holds;
            member.set_rate(&stage.hazards[stage.part.members[seat]], stage.part, &self.states);
        }
    }

    /// The events so far, by time.
    pub(super) fn events(&self) -> &[Live] {
        &self.events
    }

    /// All events, by time; the weight's logarithm.
    pub(super) fn finish(self) -> (Vec<Live>, f64) {
        (self.events, self.log_weight)
    }

    /// Goes on to `until`, which is no part of it.
    pub(super) fn advance(&mut self, stage: Stage<'_>, until: f64) {
        while let Some((time, next)) = self.next(until) {
            self.now = time;
            match next {
                Next::Jump(regime) => {
                    self.weigh(stage);
                    if let Some(jump) = self.jumps[regime].pop() {
                        self.states[regime] = jump.state;
                    }
                    self.set_rates(stage);
                }
                Next::Strip(seat) => {
                    if let Some(field) = &mut self.members[seat].field {
                        field.open_next();
                    }
                }
                Next::Child(place) => {
                    let pending = self.pending.swap_remove(place);
                    self.bear(stage, pending);
                }
                Next::Planned(seat) => self.planned(stage, seat),
                Next::Renewal(seat) => self.renewal(stage, seat),
                Next::Point(seat) => self.point(stage, seat),
            }
        }
        self.now = self.now.max(until);
        self.weigh(stage);
    }

    /// The earliest of all that may come next before `until`.
    fn next(&mut self, until: f64) -> Option<(f64, Next)> {
        let mut best = (until, None);
        let mut offer = |time: f64, next: Next| {
            if time < best.0 {
                best = (time, Some(next));
            }
        };
        for (regime, jumps) in self.jumps.iter().enumerate() {
            offer(jumps.last().map_or(f64::INFINITY, |jump| jump.time), Next::Jump(regime));
        }
        // The field begins at time 0, whatever is scheduled before.
        let from = self.now.max(0.0);
        for (seat, member) in self.members.iter_mut().enumerate() {
            if let Some(field) = &mut member.field {
                field.read(member.own + excited(&self.edges, seat, from), from);
                offer(field.strip_end(), Next::Strip(seat));
            }
        }
        for (place, pending) in self.pending.iter().enumerate() {
            offer(pending.time, Next::Child(place));
        }
        for (seat, member) in self.members.iter().enumerate() {
            offer(member.agenda.last().map_or(f64::INFINITY, |planned| planned.time), Next::Planned(seat));
            offer(member.renewal.map_or(f64::INFINITY, |renewal| renewal.next), Next::Renewal(seat));
            offer(member.field.as_ref().map_or(f64::INFINITY, |field| field.next_time()), Next::Point(seat));
        }
        Some((best.0, best.1?))
    }

    fn set_rates(&mut self, stage: Stage<'_>) {
        for (member, hazard) in self.members.iter_mut().zip(&stage.part.members) {
            member.set_rate(&stage.hazards[*hazard], stage.part, &self.states);
        }
    }

    /// Counts into the weight the time since it was counted last, in which rates of its own stood still.
    fn weigh(&mut self, stage: Stage<'_>) {
        let span = self.now - self.weighed;
        if !(span > 0.0) {
            return;
        }
        for (member, hazard) in self.members.iter().zip(&stage.part.members) {
            let tilt = stage.hazards[*hazard].links.tilt;
            if tilt != 1.0 {
                self.log_weight += log_weight(tilt, 0, member.plain / tilt * span);
            }
        }
        self.weighed = self.now;
    }
}

/// What all edges into a member add to its rate at `time`.
fn excited(edges: &[Edge], seat: usize, time: f64) -> f64 {
    edges.iter().filter(|edge| edge.to == seat).fold(0.0, |sum, edge| sum + edge.rate(time))
}
