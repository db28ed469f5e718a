//! Conditions on the state of the market: names resolved.

use super::regimes::unknown;
use crate::baseline::Baseline;
use crate::hazards::{Condition, Observable};
use crate::network::DestinationId;
use crate::network::Select;
use crate::scenario::At;
use crate::scenario::ConditionEntry;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::Watched;

/// One entry of `rate_when`.
pub(super) fn condition(
    entry: &ConditionEntry,
    scenario: &Scenario,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Condition> {
    let (of, what) = match &entry.of {
        Watched::Price { material, place } => {
            let at = destinations(material, place.as_ref(), baseline, problems)?;
            let place = place.as_ref().map_or(String::new(), |place| format!(" in {}", place.value));
            (Observable::Price(at), format!("price of {}{place}", material.value))
        }
        Watched::Stock(name) => {
            let stockpiles = || {
                let all = scenario.measures.iter().filter(|entry| entry.kind.value == "stockpile");
                all.map(|entry| entry.name.as_str())
            };
            if !stockpiles().any(|known| known == name.value) {
                unknown("stockpile", name, stockpiles(), problems);
                return None;
            }
            (Observable::Stock(name.value.clone()), format!("stock of {}", name.value))
        }
    };
    let side = if entry.above { "above" } else { "below" };
    let words = format!("{what} {side} {}", entry.threshold);
    Some(Condition { of, above: entry.above, threshold: entry.threshold, factor: entry.factor, words })
}

/// Where a material is used, in one place or in all, with shares of the need.
fn destinations(
    material: &At<String>,
    place: Option<&At<String>>,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Vec<(DestinationId, f64)>> {
    let network = &baseline.network;
    let select = Select {
        materials: Some(vec![material.clone()]),
        places: place.map(|place| vec![place.clone()]),
        ..Select::default()
    };
    let before = problems.list.len();
    let footprint = select.resolve(network, problems);
    if problems.list.len() > before {
        return None;
    }
    let [one] = footprint.materials[..] else {
        let message = format!("{:?} stands for several materials: a condition looks at one", material.value);
        problems.error(material.at, message, Some("write a condition for each".into()));
        return None;
    };
    let ids: Vec<usize> = (0..network.destinations.len())
        .filter(|id| {
            let destination = &network.destinations[*id];
            let there = destination.material == one && footprint.places.contains(&destination.place);
            there && baseline.need[*id] > 0.0
        })
        .collect();
    if ids.is_empty() {
        let message = format!("nobody uses {:?} there: it has no price", material.value);
        let hint = Some("leave `place` out to look at all its users".to_string()).filter(|_| place.is_some());
        problems.error(place.unwrap_or(material).at, message, hint);
        return None;
    }
    let need = ids.iter().fold(0.0, |sum, id| sum + baseline.need[*id]);
    Some(ids.into_iter().map(|id| (DestinationId::new(id), baseline.need[id] / need)).collect())
}
