//! War in a place: plants lose capacity, borders close, the parties' defence asks for more.

use super::Hazard;
use super::Key;
use super::Kind;
use super::capacity;
use super::capacity::Target;
use super::footprint;
use super::threat::Threat;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::network::Footprint;
use crate::network::LaneId;
use crate::network::PlaceId;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "conflict",
    summary: "Plants in places at war lose capacity; borders may close, and defence demand of the parties may rise.",
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
    read,
};

const KEYS: &[Key] = &[
    Key {
        name: "places",
        unit: "list of places or blocs",
        default: "required",
        meaning: "the places at war",
    },
    Key {
        name: "materials",
        unit: "list of materials, globs",
        default: "all",
        meaning: "whose plants and lanes",
    },
    Key { name: "tiers", unit: "list of tiers", default: "all", meaning: "at which tiers" },
    Key { name: "plants", unit: "list of plants, globs", default: "all", meaning: "which plants" },
    Key {
        name: "closes_lanes",
        unit: "share",
        default: "0",
        meaning: "share of trade with other places, in and out, that closed borders stop, whatever the severity",
    },
    Key {
        name: "defence_surge",
        unit: "factor",
        default: "1",
        meaning: "factor on the requirement of the sector `defence` in these places",
    },
];

/// The sector whose requirement `defence_surge` raises.
const DEFENCE: &str = "defence";

#[derive(Debug)]
struct Conflict {
    /// Codes of the places in which something is touched.
    units: Vec<String>,
    /// What is touched in each.
    fronts: Vec<Front>,
    closes_lanes: f64,
    defence_surge: f64,
}

#[derive(Debug, Default)]
struct Front {
    targets: Vec<Target>,
    /// Foreign lanes, in and out.
    borders: Vec<usize>,
    /// Consumers of the sector defence.
    defence: Vec<usize>,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    let named = body.required("places", "places = [\"COD\"]", problems);
    let select = footprint::select(&mut body, &["places", "materials", "tiers", "plants"], problems);
    let closes_lanes = body.share("closes_lanes", problems).unwrap_or(0.0);
    let defence_surge = body.non_negative("defence_surge", problems).unwrap_or(1.0);
    body.finish(&Key::names(KEYS), problems);
    let footprint = footprint::resolve(&select, baseline, problems).filter(|_| named)?;
    let (mut places, mut fronts) = (Vec::new(), Vec::new());
    for &place in &footprint.places {
        let mut front = Front::new(place, &footprint, baseline);
        if closes_lanes == 0.0 {
            front.borders.clear();
        }
        if defence_surge == 1.0 {
            front.defence.clear();
        }
        if !front.is_empty() {
            places.push(place);
            fronts.push(front);
        }
    }
    if fronts.is_empty() {
        footprint::empty(entry, "no plant, border or defence demand in its places fits its keys", problems);
        return None;
    }
    Some(Box::new(Conflict {
        units: footprint::codes(&places, baseline),
        fronts,
        closes_lanes,
        defence_surge,
    }))
}

impl Front {
    fn new(place: PlaceId, footprint: &Footprint, baseline: &Baseline) -> Front {
        let network = &baseline.network;
        let home = |origin: usize| network.origins[origin].place == place;
        let plants =
            footprint.plants.iter().filter(|plant| home(network.plants[plant.index()].origin.index()));
        let is_border = |lane: LaneId| {
            let ends = &network.lanes[lane.index()];
            let from = network.origins[ends.origin.index()].place;
            let to = network.destinations[ends.destination.index()].place;
            footprint.materials.contains(&network.lane_material(lane))
                && from != to
                && (from == place || to == place)
        };
        let is_defence = |consumer: &usize| {
            let consumer = &network.consumers[*consumer];
            let at = &network.destinations[consumer.destination.index()];
            at.place == place
                && footprint.materials.contains(&at.material)
                && network.sectors[consumer.sector] == DEFENCE
        };
        Front {
            targets: plants.map(|plant| Target::new(*plant, baseline)).collect(),
            borders: (0..network.lanes.len()).filter(|lane| is_border(LaneId::new(*lane))).collect(),
            defence: (0..network.consumers.len()).filter(is_defence).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.borders.is_empty() && self.defence.is_empty()
    }
}

impl Hazard for Conflict {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let pulse = shape.pulse(event.start, event.end);
        let closed = pulse.map(|strength| self.closes_lanes * strength);
        let open = closed.map(|closed| 1.0 - closed);
        let threat = Threat::new(&closed, &shape.announced(event.start), self.closes_lanes);
        let surge = pulse.map(|strength| 1.0 + (self.defence_surge - 1.0) * strength);
        for (_, front) in self.fronts.iter().enumerate().filter(|(unit, _)| event.touches(*unit)) {
            capacity::lose(front.targets.iter(), event, shape, run, script);
            for &lane in &front.borders {
                script.lay(Channel::Openness, lane, run, open.first, &open.strength);
            }
            threat.write(1.0, front.borders.iter().copied(), run, script);
            for &consumer in &front.defence {
                script.lay(Channel::Surge, consumer, run, surge.first, &surge.strength);
            }
        }
    }
}
