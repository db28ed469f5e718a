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
    let defence_surge = footprint::factor(&mut body, "defence_surge", problems).unwrap_or(1.0);
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
            capacity::lose(Channel::Availability, front.targets.iter(), event, shape, run, script);
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

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::{Announced, Availability, Openness, Surge, Threat};
    use crate::hazards::testing::{COD_DEU, COD_FIN, COD_HOME, FIN_DEU, KISANFU, REFINED_FIN_DEU, TENKE};
    use crate::hazards::testing::{assert_course, drawn, entry, trial};

    #[test]
    fn a_conflict_takes_capacity_from_all_plants_of_its_places() {
        let conflict = trial("conflict", "places = ['COD']", 0.3, 0.0, 1.5);
        assert_eq!(conflict.items(Availability), [KISANFU, TENKE]);
        assert_course(&conflict.course(Availability, TENKE, 3), &[0.7, 0.85, 1.0]);
        assert_course(&conflict.course(Threat, COD_HOME, 3), &[0.3, 0.15, 0.0]);
        assert_eq!(conflict.items(Openness), [0; 0]);
    }

    #[test]
    fn closed_borders_stop_trade_in_and_out_and_never_at_home() {
        let body = "places = ['FIN']\ncloses_lanes = 0.4";
        let conflict = trial("conflict", body, 1.0, 0.0, 1.0);
        assert_eq!(conflict.items(Openness), [COD_FIN, FIN_DEU, REFINED_FIN_DEU]);
        assert_course(&conflict.course(Openness, COD_FIN, 2), &[0.6, 1.0]);
        assert_course(&conflict.course(Threat, COD_FIN, 2), &[0.4, 0.0]);
        let both = trial("conflict", "places = ['EU27']\ncloses_lanes = 0.4", 0.0, 0.0, 1.0);
        let closures = both.writes();
        let twice = closures.iter().filter(|write| (write.channel, write.item) == (Openness, FIN_DEU));
        assert_eq!(twice.count(), 2, "a lane between two places at war crosses two borders");
    }

    #[test]
    fn the_parties_defence_asks_for_more_and_nobody_else_does() {
        let body = "places = ['EU27']\nmaterials = ['cobalt_hydroxide']\ndefence_surge = 3";
        let conflict = trial("conflict", body, 0.0, 0.0, 1.5);
        assert_eq!(conflict.items(Surge), [2]);
        assert_course(&conflict.course(Surge, 2, 3), &[3.0, 2.0, 1.0]);
    }

    #[test]
    fn places_in_which_nothing_is_touched_are_no_units() {
        let conflict = trial("conflict", "places = ['COD', 'DEU']", 1.0, 0.0, 1.0);
        assert_eq!(conflict.hazard.units(), ["COD"]);
        let refused = drawn(&entry("conflict", "places = ['DEU']")).unwrap_err();
        assert!(refused[0].contains("touches nothing"), "{refused:?}");
        let nowhere = drawn(&entry("conflict", "")).unwrap_err();
        assert!(nowhere[0].contains("places is missing"), "{nowhere:?}");
    }

    #[test]
    fn an_announced_conflict_is_feared_for_what_it_will_cut() {
        let body = "places = ['COD']\nplants = ['tenke']";
        let conflict = trial("conflict", body, 0.5, 2.0, 3.0).lead(1.0);
        assert_course(&conflict.course(Announced, COD_DEU, 4), &[0.0, 0.3, 0.0, 0.0]);
        assert_course(&conflict.course(Threat, COD_DEU, 4), &[0.0, 0.3, 0.3, 0.0]);
    }
}
