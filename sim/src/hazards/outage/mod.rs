//! Plants stop: earthquake, power cut, accident, cyber attack, strike, withdrawn permit.

mod common;

use super::Hazard;
use super::Key;
use super::Kind;
use super::capacity;
use super::capacity::Target;
use super::footprint;
use super::keys;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::network::PlantId;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "outage",
    summary: "Plants lose capacity: one drawn at random for each event, or all that a common cause hits. What the cause \
              is, an earthquake, a strike, a cyber attack, a withdrawn permit, is told by the hazard's name.",
    severity: "share of capacity lost, 0 to 1; 1 if not given",
    keys: KEYS,
    example: r#"[hazard.refinery_outage]
kind = "outage"
places = ["EU27"]
materials = ["cobalt_*"]
onset = { poisson = { per_year = 0.3 } }
duration_months = { triangular = { min = 0.3, mode = 1, max = 4 } }
severity = { triangular = { min = 0.3, mode = 0.8, max = 1 } }
recovery_months = 2
"#,
    read,
};

const KEYS: &[Key] = &[
    keys::places("all", "where the plants stand"),
    keys::PLANTS,
    keys::OWNERS,
    keys::MATERIALS,
    keys::TIERS,
    Key {
        name: "common",
        unit: "none, all, place, bloc or radius",
        default: "none",
        meaning: "what an event hits at once: one plant; all these plants; those of one place; those of one bloc (of those \
                  in `places`, or any); those within `radius_km`. Plant, place, bloc or centre are drawn at random, and \
                  `sample` says how many if not one",
    },
    Key {
        name: "radius_km",
        unit: "km",
        default: "required with radius",
        meaning: "how far an event reaches, on the globe. Plants then need a latitude and a longitude, or their places do",
    },
    Key {
        name: "around",
        unit: "plant, or [latitude, longitude]",
        default: "each plant in turn",
        meaning: "the centre of the circle",
    },
];

#[derive(Debug)]
struct Outage {
    /// Names of what an event can hit: plants, places, blocs, a circle.
    units: Vec<String>,
    /// The plants, in id order.
    targets: Vec<Target>,
    /// Plants of each unit, as indices into the targets.
    groups: Vec<Vec<usize>>,
    /// How many units an event hits; `None`: all.
    sample: Option<usize>,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    let offered = ["places", "plants", "owners", "materials", "tiers"];
    let select = footprint::select(&mut body, &offered, problems);
    let cause = common::read(&mut body, baseline, problems);
    body.finish(&Key::names(KEYS), problems);
    let plants: Vec<PlantId> = footprint::resolve(&select, baseline, problems)?.plants;
    if plants.is_empty() {
        footprint::empty(entry, "no plant fits all its keys", problems);
        return None;
    }
    let groups = cause?.groups(&plants, select.places.as_deref(), entry, baseline, problems)?;
    Some(Box::new(Outage {
        units: groups.names,
        targets: plants.iter().map(|plant| Target::new(*plant, baseline)).collect(),
        groups: groups.plants,
        sample: groups.sample,
    }))
}

impl Hazard for Outage {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn default_sample(&self) -> Option<usize> {
        self.sample
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        // Circles and blocs overlap: a plant in two of them is hit once.
        let mut hit = vec![false; self.targets.len()];
        for (_, group) in self.groups.iter().enumerate().filter(|(unit, _)| event.touches(*unit)) {
            group.iter().for_each(|plant| hit[*plant] = true);
        }
        let hit = self.targets.iter().zip(&hit).filter(|(_, hit)| **hit);
        capacity::lose(Channel::Availability, hit.map(|(target, _)| target), event, shape, run, script);
    }
}

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::{Availability, Threat};
    use crate::hazards::testing::{COD_DEU, COD_FIN, COD_HOME, KISANFU, KOKKOLA, TENKE};
    use crate::hazards::testing::{assert_course, drawn, entry, trial};

    #[test]
    fn an_outage_takes_its_severity_from_capacity_and_threatens_by_the_share_of_output() {
        let outage = trial("outage", "plants = ['tenke']", 0.5, 1.0, 2.5);
        assert_course(&outage.course(Availability, TENKE, 4), &[1.0, 0.5, 0.75, 1.0]);
        assert_eq!(outage.items(Availability), [TENKE]);
        assert_eq!(outage.items(Threat), [COD_HOME, COD_DEU, COD_FIN]);
        // tenke makes 60 of the 100 that leave COD.
        assert_course(&outage.course(Threat, COD_DEU, 4), &[0.0, 0.3, 0.15, 0.0]);
    }

    #[test]
    fn plants_of_one_origin_that_stop_together_threaten_all_that_it_ships() {
        let outage = trial("outage", "places = 'COD'\ncommon = 'all'", 1.0, 0.0, 1.0);
        assert_eq!(outage.items(Availability), [KISANFU, TENKE]);
        assert_course(&outage.course(Threat, COD_FIN, 2), &[1.0, 0.0]);
    }

    #[test]
    fn an_event_hits_one_plant_unless_the_cause_is_common_or_a_sample_is_given() {
        let sample = |body: &str| drawn(&entry("outage", body)).unwrap().sample;
        assert_eq!(sample("materials = ['*hydroxide']"), Some(1));
        assert_eq!(sample("common = 'all'"), None);
        let mut two = entry("outage", "common = 'all'");
        two.sample = Some(2);
        assert_eq!(drawn(&two).unwrap().sample, Some(2));
        let picked = trial("outage", "materials = ['*hydroxide']", 1.0, 0.0, 1.0).pick(&["kokkola"]);
        assert_eq!(picked.items(Availability), [KOKKOLA]);
    }

    #[test]
    fn an_outage_without_a_plant_is_refused() {
        let refused = drawn(&entry("outage", "places = ['DEU']")).unwrap_err();
        assert!(refused[0].contains("touches nothing"), "{refused:?}");
    }

    #[test]
    fn a_common_cause_within_a_place_or_a_bloc_hits_all_plants_there() {
        let place = trial("outage", "common = 'place'", 1.0, 0.0, 1.0).pick(&["COD"]);
        assert_eq!(place.hazard.units(), ["COD", "FIN"]);
        assert_eq!(place.items(Availability), [KISANFU, TENKE]);
        let bloc =
            trial("outage", "common = 'bloc'\nmaterials = ['*hydroxide']", 1.0, 0.0, 1.0).pick(&["EU27"]);
        assert_eq!(
            (bloc.hazard.units(), bloc.items(Availability)),
            (&["EU27".to_string()][..], vec![KOKKOLA])
        );
        assert_eq!(drawn(&entry("outage", "common = 'place'")).unwrap().sample, Some(1));
    }

    #[test]
    fn a_circle_hits_the_plants_that_stand_in_it() {
        // Plants without a position of their own stand where their place does: COD's two are 0 km apart, FIN 8,000 km off.
        let by_plant = trial("outage", "common = 'radius'\nradius_km = 50", 1.0, 0.0, 1.0).pick(&["tenke"]);
        assert_eq!(by_plant.hazard.units().len(), 4);
        assert_eq!(by_plant.items(Availability), [KISANFU, TENKE]);
        let point = "common = 'radius'\nradius_km = 300\naround = [60, 23]";
        let baltic = trial("outage", point, 1.0, 0.0, 1.0);
        assert_eq!(baltic.hazard.units(), ["300 km around 60, 23"]);
        assert_eq!(baltic.items(Availability), [KOKKOLA, 3]);
        let named = "common = 'radius'\nradius_km = 300\naround = 'kokkola'\nmaterials = ['*refined']";
        assert_eq!(trial("outage", named, 1.0, 0.0, 1.0).items(Availability), [3]);
        let touching = trial("outage", "common = 'radius'\nradius_km = 50", 0.5, 0.0, 1.0);
        assert_course(&touching.course(Availability, TENKE, 2), &[0.5, 1.0]);
    }

    #[test]
    fn faults_of_a_common_cause_are_reported() {
        let refusal = |body: &str| drawn(&entry("outage", body)).expect_err("refused").join("\n");
        assert!(refusal("common = 'region'").contains("common"));
        assert!(refusal("common = 'radius'").contains("radius_km is missing"));
        assert!(refusal("radius_km = 5").contains("no effect"));
        assert!(refusal("common = 'place'\naround = 'tenke'").contains("no effect"));
        assert!(refusal("common = 'radius'\nradius_km = 5\naround = 'tenk'").contains("no plant \"tenk\""));
        assert!(refusal("common = 'radius'\nradius_km = 5\naround = [95, 0]").contains("latitude"));
        assert!(refusal("common = 'radius'\nradius_km = 5\naround = [0, 0]").contains("touches nothing"));
        assert!(
            refusal("common = 'bloc'\nplaces = ['COD']").contains("touches nothing"),
            "COD is in no bloc"
        );
    }
}
