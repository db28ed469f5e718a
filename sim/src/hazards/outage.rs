//! Plants stop: earthquake, power cut, accident, cyber attack, strike, withdrawn permit.

use super::Hazard;
use super::Key;
use super::Kind;
use super::capacity;
use super::capacity::Target;
use super::footprint;
use crate::baseline::Baseline;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "outage",
    summary: "Plants lose capacity: one drawn at random for each event, or all of them at once.",
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
    Key {
        name: "places",
        unit: "list of places or blocs",
        default: "all",
        meaning: "where the plants stand",
    },
    Key { name: "plants", unit: "list of plants, globs", default: "all", meaning: "which plants" },
    Key {
        name: "owners",
        unit: "list of places or blocs",
        default: "all",
        meaning: "who controls the plants",
    },
    Key {
        name: "materials",
        unit: "list of materials, globs",
        default: "all",
        meaning: "what the plants make",
    },
    Key { name: "tiers", unit: "list of tiers", default: "all", meaning: "at which tiers" },
    Key {
        name: "common_cause",
        unit: "true or false",
        default: "false",
        meaning: "true: an event hits all these plants at once; false: one of them, drawn at random, unless `sample` says \
                  how many",
    },
];

#[derive(Debug)]
struct Outage {
    /// Names of the plants.
    units: Vec<String>,
    /// The plant of each unit, in id order.
    targets: Vec<Target>,
    common_cause: bool,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    let offered = ["places", "plants", "owners", "materials", "tiers"];
    let select = footprint::select(&mut body, &offered, problems);
    let common_cause = body.flag("common_cause", problems).unwrap_or(false);
    body.finish(&Key::names(KEYS), problems);
    let plants = footprint::resolve(&select, baseline, problems)?.plants;
    if plants.is_empty() {
        footprint::empty(entry, "no plant fits all its keys", problems);
        return None;
    }
    Some(Box::new(Outage {
        units: plants.iter().map(|plant| baseline.network.plants[plant.index()].name.clone()).collect(),
        targets: plants.iter().map(|plant| Target::new(*plant, baseline)).collect(),
        common_cause,
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
        if self.common_cause { None } else { Some(1) }
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let hit = self.targets.iter().enumerate().filter(|(unit, _)| event.touches(*unit));
        capacity::lose(hit.map(|(_, target)| target), event, shape, run, script);
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
        let outage = trial("outage", "places = 'COD'\ncommon_cause = true", 1.0, 0.0, 1.0);
        assert_eq!(outage.items(Availability), [KISANFU, TENKE]);
        assert_course(&outage.course(Threat, COD_FIN, 2), &[1.0, 0.0]);
    }

    #[test]
    fn an_event_hits_one_plant_unless_the_cause_is_common_or_a_sample_is_given() {
        let sample = |body: &str| drawn(&entry("outage", body)).unwrap().sample;
        assert_eq!(sample("materials = ['*hydroxide']"), Some(1));
        assert_eq!(sample("common_cause = true"), None);
        let mut two = entry("outage", "common_cause = true");
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
}
