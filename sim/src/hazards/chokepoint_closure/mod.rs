//! A strait, canal, corridor or border closes: what can't pass takes the alternative, or waits.

mod priority;
mod read;
mod routes;
#[cfg(test)]
mod tests;

use super::Hazard;
use super::Key;
use super::Kind;
use super::cut::{Cut, Leakage};
use super::keys;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Pulse;
use crate::exposure::Script;
use crate::exposure::Shape;
use priority::Rationing;
use routes::Routes;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "chokepoint_closure",
    summary: "A strait, canal, corridor or border is closed or slowed; traffic takes the alternative with its longer \
              transit, or waits.",
    severity: "share of its capacity lost, 0 to 1; 1 if not given",
    keys: KEYS,
    example: r#"[hazard.suez_closed]
kind = "chokepoint_closure"
chokepoints = ["suez"]
traffic = "reroute"
onset = { poisson = { per_year = 0.1 } }
duration_months = { lognormal = { mean = 6, sd = 6 } }
severity = { triangular = { min = 0.3, mode = 0.7, max = 1 } }
recovery_months = 2
"#,
    read: read::read,
};

const KEYS: &[Key] = &[
    Key {
        name: "chokepoints",
        unit: "list of chokepoints, globs",
        default: "required",
        meaning: "which close, all at once; `sample` draws from these. The alternative of one may be another: if both are \
                  closed, traffic takes the alternative's alternative, or waits if there is none",
    },
    keys::MATERIALS,
    keys::TIERS,
    Key {
        name: "traffic",
        unit: "reroute, wait or slots",
        default: "reroute",
        meaning: "\"reroute\": what can't pass takes the alternatives of chokepoints.csv, later by their extra_days; \
                  where there is none it waits. \"wait\": it is not shipped, and of larger orders as large a share passes. \
                  \"slots\": it is not shipped, and no more passes than the capacity that is left, as a share of the \
                  baseline's flow, whatever is ordered",
    },
    Key {
        name: "reopens",
        unit: "table",
        default: "none",
        meaning: "{ months = [2, 6], shares = [0.3, 0.7] }: from 2 months after the start on, 0.3 of what was lost passes \
                  again, from 6 months on 0.7",
    },
    Key {
        name: "priority",
        unit: "list of materials, globs, or sectors",
        default: "all alike",
        meaning: "what the capacity that is left serves first: the first of the list in full, then the next, then the \
                  rest. Flows of the baseline are compared by value, or by amount where all have one unit",
    },
];

#[derive(Debug)]
struct ChokepointClosure {
    /// Codes of the chokepoints.
    units: Vec<String>,
    /// The chokepoint of each unit.
    chokepoints: Vec<usize>,
    /// Lanes that cross them.
    lanes: Vec<Crossing>,
    /// Where traffic goes; `None`: it waits.
    routes: Option<Routes>,
    /// What is left caps the flow, whatever is ordered.
    slots: bool,
    reopens: Vec<Reopening>,
    rationing: Rationing,
}

/// A lane that crosses some of the chokepoints.
#[derive(Debug)]
struct Crossing {
    lane: usize,
    /// In the baseline, a year.
    flow: f64,
    /// Chokepoints crossed.
    chokepoints: Vec<usize>,
}

/// From some years after the start on, a share of what was lost passes again.
#[derive(Clone, Copy, Debug)]
struct Reopening {
    after: f64,
    share: f64,
}

impl Hazard for ChokepointClosure {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn longest_delay(&self) -> f64 {
        self.routes.as_ref().map_or(0.0, Routes::longest)
    }

    /// What passes is π(1 − loss), the rationed capacity that is left. A lane with an alternative stays open, and is late
    /// by (1 − π) · detour in the mean; of any other the passage is π. Where slots are counted, the cap of a lane is besides
    /// π · baseline flow · dt.
    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let closed: Vec<usize> = self
            .chokepoints
            .iter()
            .enumerate()
            .filter(|(unit, _)| event.touches(*unit))
            .map(|(_, chokepoint)| *chokepoint)
            .collect();
        let hit: Vec<usize> =
            (0..self.lanes.len()).filter(|lane| self.lanes[*lane].crosses(&closed)).collect();
        let loss = self.loss(event, shape);
        let announced = shape.announced(event.start);
        let left = self.rationing.among(&hit);
        for &at in &hit {
            let lane = self.lanes[at].lane;
            let stopped = |loss: f64| 1.0 - left.passes(at, 1.0 - loss);
            let cut = loss.map(stopped);
            match self.routes.as_ref().and_then(|routes| routes.detour(&self.lanes[at].chokepoints, &closed))
            {
                Some(steps) => {
                    let delay = cut.map(|cut| cut * steps);
                    script.lay(Channel::AddedTransit, lane, run, &delay);
                }
                None => {
                    let expected = stopped(event.severity);
                    Cut::new(&cut, &Pulse::none(), Leakage::default(), &announced, expected).block(
                        std::iter::once(lane),
                        run,
                        script,
                    );
                    if self.slots {
                        let flow = self.lanes[at].flow * shape.clock.dt;
                        let cap = cut.map(|cut| if cut > 0.0 { (1.0 - cut) * flow } else { f64::INFINITY });
                        script.lay(Channel::LaneCap, lane, run, &cap);
                    }
                }
            }
        }
    }
}

impl ChokepointClosure {
    /// Share of capacity lost: severity · strength, less what reopens by and by.
    fn loss(&self, event: &Event, shape: &Shape) -> Pulse {
        let mut loss = shape.pulse(event.start, event.end).map(|strength| event.severity * strength);
        for (stage, reopening) in self.reopens.iter().enumerate() {
            let until = self.reopens.get(stage + 1).map_or(f64::INFINITY, |next| event.start + next.after);
            let window = event.start + reopening.after..until;
            let part = shape.pulse_within(event.start, event.end, window);
            loss = loss.with(&part, |loss, part| (loss - event.severity * reopening.share * part).max(0.0));
        }
        loss
    }
}

impl Crossing {
    fn crosses(&self, closed: &[usize]) -> bool {
        self.chokepoints.iter().any(|chokepoint| closed.contains(chokepoint))
    }
}
