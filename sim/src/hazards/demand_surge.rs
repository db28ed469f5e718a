//! Consumers ask for more, or less, than they did.

use super::Hazard;
use super::Key;
use super::Kind;
use super::footprint;
use super::keys;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::network::PlaceId;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "demand_surge",
    summary: "The requirement of consumers is multiplied while an event lasts.",
    severity: "factor on the requirement, required, 0 to 1000: 2 is twice as much, 0.5 half",
    keys: KEYS,
    example: r#"[hazard.drone_surge]
kind = "demand_surge"
places = ["EU27"]
materials = ["cobalt_*"]
sectors = ["defence"]
onset = { poisson = { per_year = 0.25 } }
duration_months = { triangular = { min = 6, mode = 18, max = 36 } }
severity = { triangular = { min = 1.3, mode = 2, max = 4 } }
ramp_months = 6
"#,
    read,
};

const KEYS: &[Key] =
    &[keys::places("all", "where the consumers are"), keys::MATERIALS, keys::TIERS, keys::SECTORS];

#[derive(Debug)]
struct DemandSurge {
    /// Codes of the places that have such consumers.
    units: Vec<String>,
    /// Consumers of each unit.
    consumers: Vec<Vec<usize>>,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    let select = footprint::select(&mut body, &["places", "materials", "tiers", "sectors"], problems);
    body.finish(&Key::names(KEYS), problems);
    let footprint = footprint::resolve(&select, baseline, problems)?;
    let network = &baseline.network;
    let (mut places, mut consumers): (Vec<PlaceId>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    for place in footprint.places {
        let at = |consumer: &usize| {
            network.destinations[network.consumers[*consumer].destination.index()].place == place
        };
        let here: Vec<usize> = footprint.consumers.iter().map(|id| id.index()).filter(at).collect();
        if !here.is_empty() {
            places.push(place);
            consumers.push(here);
        }
    }
    if places.is_empty() {
        footprint::empty(entry, "no consumer fits all its keys", problems);
        return None;
    }
    Some(Box::new(DemandSurge { units: footprint::codes(&places, baseline), consumers }))
}

impl Hazard for DemandSurge {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, footprint::LARGEST_FACTOR)
    }

    fn default_severity(&self) -> Option<f64> {
        None
    }

    /// s_d = 1 + (severity − 1) · strength.
    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let surge =
            shape.pulse(event.start, event.end).map(|strength| 1.0 + (event.severity - 1.0) * strength);
        for (_, here) in self.consumers.iter().enumerate().filter(|(unit, _)| event.touches(*unit)) {
            for &consumer in here {
                script.lay(Channel::Surge, consumer, run, &surge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::Surge;
    use crate::hazards::testing::{assert_course, drawn, entry, trial};

    #[test]
    fn a_surge_multiplies_the_requirement_of_the_consumers_it_names() {
        let surge = trial("demand_surge", "sectors = ['defence']\nplaces = ['EU27']", 3.0, 0.5, 2.0);
        assert_eq!((surge.hazard.units(), surge.items(Surge)), (&["DEU".to_string()][..], vec![2, 4]));
        assert_course(&surge.course(Surge, 2, 3), &[2.0, 3.0, 1.0]);
        let slump = trial("demand_surge", "places = ['FIN']", 0.0, 0.0, 1.0);
        assert_course(&slump.course(Surge, 3, 2), &[0.0, 1.0]);
    }

    #[test]
    fn a_surge_of_nobody_is_refused() {
        let nobody = entry("demand_surge", "sectors = ['defence']\nplaces = ['COD']");
        assert!(drawn(&nobody).unwrap_err().iter().any(|fault| fault.contains("touches nothing")));
        assert!(drawn(&entry("demand_surge", "sector = 'civil'")).unwrap_err()[0].contains("unknown key"));
    }
}
