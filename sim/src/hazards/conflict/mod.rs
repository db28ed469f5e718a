//! War in a place: plants lose capacity, borders and ways close, the parties' defence asks for more, neighbours are drawn in.

mod front;
mod read;
#[cfg(test)]
mod tests;

use super::Hazard;
use super::Key;
use super::Kind;
use super::Spread;
use super::capacity;
use super::cut::{Cut, Leakage};
use super::keys;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Pulse;
use crate::exposure::Script;
use crate::exposure::Shape;
use front::Front;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "conflict",
    summary: "Plants in places at war lose capacity; borders and chokepoints may close, defence demand of the parties may \
              rise, and the war may spread to neighbours.",
    severity: "share of capacity lost, 0 to 1; 1 if not given",
    keys: KEYS,
    example: r#"[hazard.drc_conflict]
kind = "conflict"
places = ["COD"]
materials = ["cobalt_*"]
onset = { poisson = { per_year = 0.02 } }
duration_months = { triangular = { min = 1, mode = 6, max = 24 } }
severity = { triangular = { min = 0.1, mode = 0.3, max = 0.8 } }
recovery_months = 6
closes_lanes = 0.2
"#,
    read: read::read,
};

const KEYS: &[Key] = &[
    keys::places("required", "the places at war"),
    keys::MATERIALS,
    keys::TIERS,
    keys::PLANTS,
    Key {
        name: "closes_lanes",
        unit: "share",
        default: "0",
        meaning: "share of trade with other places, in and out, that closed borders stop, whatever the severity",
    },
    Key {
        name: "chokepoints",
        unit: "list of chokepoints, globs",
        default: "none",
        meaning: "straits and borders near the war: lanes that cross them are stopped by the share `closes_chokepoints`",
    },
    Key {
        name: "closes_chokepoints",
        unit: "share",
        default: "1",
        meaning: "share of trade over `chokepoints` that is stopped, whatever the severity",
    },
    Key {
        name: "defence_surge",
        unit: "factor",
        default: "1",
        meaning: "factor on the requirement of the sector `defence` in these places and in `parties`",
    },
    Key {
        name: "parties",
        unit: keys::PLACES,
        default: "none",
        meaning: "further places whose defence demand rises: those that fight, or arm who fights",
    },
    Key {
        name: "spreads",
        unit: "table",
        default: "none",
        meaning: "{ to = [\"RWA\"], probability = 0.3, after_months = LAW }: from each place at war to each of these \
                  neighbours, with that probability, so long after the start, if it still lasts; there it has a duration \
                  and a severity of its own, closes the borders and raises defence demand",
    },
];

#[derive(Debug)]
struct Conflict {
    /// Codes of the places in which something is touched: those where it can begin, then the neighbours.
    units: Vec<String>,
    n_seats: usize,
    /// What is touched in each.
    fronts: Vec<Front>,
    /// Lanes over chokepoints that close, wherever it began.
    ways: Vec<usize>,
    /// Consumers of the sector defence in the parties.
    parties: Vec<usize>,
    closes_lanes: f64,
    closes_chokepoints: f64,
    defence_surge: f64,
    spread: Option<Spread>,
}

impl Hazard for Conflict {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn n_seats(&self) -> usize {
        self.n_seats
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn spread(&self) -> Option<&Spread> {
        self.spread.as_ref()
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let pulse = shape.pulse(event.start, event.end);
        let announced = shape.announced(event.start);
        let closed = |share: f64| {
            let cut = pulse.map(|strength| share * strength);
            Cut::new(&cut, &Pulse::none(), Leakage::default(), &announced, share)
        };
        let surge = pulse.map(|strength| 1.0 + (self.defence_surge - 1.0) * strength);
        let raise = |consumers: &[usize], script: &mut Script| {
            for &consumer in consumers {
                script.lay(Channel::Surge, consumer, run, &surge);
            }
        };
        let border = closed(self.closes_lanes);
        for (_, front) in self.fronts.iter().enumerate().filter(|(unit, _)| event.touches(*unit)) {
            capacity::lose(Channel::Availability, front.targets.iter(), event, shape, run, script);
            border.block(front.borders.iter().copied(), run, script);
            raise(&front.defence, script);
        }
        // Once for the war, not again for each neighbour that is drawn in.
        if (0..self.n_seats).any(|unit| event.touches(unit)) {
            closed(self.closes_chokepoints).block(self.ways.iter().copied(), run, script);
            raise(&self.parties, script);
        }
    }
}
