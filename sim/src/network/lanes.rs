//! Which lanes exist, with their transit and chokepoints.

use super::compile::Nouns;
use super::compile::span;
use super::names::refuse_duplicate;
use super::transit::Transit;
use super::{DestinationId, Lane, Network, OriginId};
use crate::scenario::Assumption;
use crate::scenario::LaneRow;
use crate::scenario::Location;
use crate::scenario::Prior;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::units::Years;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Most lanes that a prior may make, by joining every origin with every destination.
const MOST_LANES: usize = 1_000_000;
/// Most such pairs of a material whose lanes are listed: they are looked up one by one.
const MOST_PAIRS: usize = 100_000_000;

/// Adds the lanes: those listed and, where the prior is gravity, every other pair of origin and destination.
///
/// A lane whose known flow is 0 is closed and left out. The prior of a material that sets none is gravity, unless a
/// lane of it is listed with a flow: then what is not listed does not exist.
pub(super) fn join(
    network: &mut Network,
    scenario: &Scenario,
    nouns: &Nouns,
    rank: &[usize],
    problems: &mut Problems,
) {
    let listed = read_listed(network, scenario, nouns, rank, problems);
    let mut transit =
        Transit::read(scenario, &nouns.places, &nouns.blocs, &nouns.materials, &nouns.chokepoints, problems);
    let mut lanes = Vec::new();
    let mut n_assumed = 0;
    for (position, material) in network.materials.iter().enumerate() {
        let row = rank.iter().position(|at| *at == position).expect("every position is some material's");
        let has_flow = material.origins.clone().any(|origin| {
            let lanes = listed.range((origin, 0)..(origin + 1, 0));
            lanes
                .into_iter()
                .any(|(_, lane)| lane.flow_per_year.as_ref().is_some_and(|flow| flow.value > 0.0))
        });
        let default = if has_flow { Prior::None } else { Prior::Gravity };
        let prior = material.market.prior.or(network.settings.prior).unwrap_or(default);
        let n_pairs = material.origins.len() * material.destinations.len();
        let most =
            if prior == Prior::Gravity { MOST_LANES - lanes.len().min(MOST_LANES) } else { MOST_PAIRS };
        if n_pairs > most {
            let message = format!(
                "{:?} has {n_pairs} pairs of an origin and a destination; at most {MOST_LANES} lanes are allowed",
                material.code
            );
            let hint = "list its lanes, or put small places together, as in ROW".to_string();
            problems.error(scenario.materials[row].material.at, message, Some(hint));
            return;
        }
        for origin in material.origins.clone() {
            for destination in material.destinations.clone() {
                let known = listed.get(&(origin, destination)).copied();
                let flow = known.and_then(|lane| lane.flow_per_year.as_ref()).map(|flow| flow.value);
                let closed = flow == Some(0.0) || (known.is_none() && prior == Prior::None);
                if closed {
                    continue;
                }
                let from = network.origins[origin].place.index();
                let to = network.destinations[destination].place.index();
                let found = transit.find(from, to, row, problems);
                let own = known.and_then(|lane| lane.transit_days);
                let days = own.or(found.as_ref().map(|found| found.days)).unwrap_or_else(|| {
                    let home = from == to;
                    n_assumed += usize::from(!home);
                    if home { 0.0 } else { network.settings.default_transit_days }
                });
                let crossed = known.and_then(|lane| lane.chokepoints.as_ref());
                let chokepoints: BTreeSet<usize> = match crossed {
                    Some(names) => names.iter().filter_map(|name| nouns.chokepoints.get(name)).collect(),
                    None => found.iter().flat_map(|found| found.chokepoints).copied().collect(),
                };
                lanes.push(Lane {
                    origin: OriginId::new(origin),
                    destination: DestinationId::new(destination),
                    flow,
                    transit: Years::from_days(days).0,
                    chokepoints: chokepoints.into_iter().collect(),
                });
            }
        }
    }
    for (id, origin) in network.origins.iter_mut().enumerate() {
        origin.lanes = span(&lanes, |lane: &Lane| lane.origin.index(), id);
    }
    let origins = &network.origins;
    for (id, material) in network.materials.iter_mut().enumerate() {
        material.lanes = span(&lanes, |lane: &Lane| origins[lane.origin.index()].material.index(), id);
    }
    network.lanes = lanes;
    if n_assumed > 0 {
        network.assumptions.push(Assumption {
            about: format!("transit_days of {n_assumed} foreign lanes"),
            value: format!("{} days", network.settings.default_transit_days),
            why: "neither lanes.csv nor transit.csv gives one; network.default_transit_days".to_string(),
        });
    }
}

/// The rows of lanes.csv by origin and destination.
fn read_listed<'a>(
    network: &Network,
    scenario: &'a Scenario,
    nouns: &Nouns,
    rank: &[usize],
    problems: &mut Problems,
) -> BTreeMap<(usize, usize), &'a LaneRow> {
    let mut listed: BTreeMap<(usize, usize), &LaneRow> = BTreeMap::new();
    for row in &scenario.lanes {
        for name in row.chokepoints.iter().flatten() {
            nouns.chokepoints.find("", name, problems);
        }
        let material = nouns.materials.find("", &row.material, problems);
        let from = nouns.places.find("", &row.from, problems);
        let to = nouns.places.find("", &row.to, problems);
        let (Some(material), Some(from), Some(to)) = (material, from, to) else { continue };
        let material = &network.materials[rank[material]];
        let origin = material.origins.clone().find(|id| network.origins[*id].place.index() == from);
        let destination =
            material.destinations.clone().find(|id| network.destinations[*id].place.index() == to);
        // A lane that carries nothing needs no ends: it says that nothing is traded.
        let carries = row.flow_per_year.as_ref().is_none_or(|flow| flow.value != 0.0);
        let name = &row.material.value;
        if origin.is_none() && carries {
            let message = format!("no plant makes {name:?} in {:?}", row.from.value);
            let hint = "a lane starts where a plant makes the material; list the plant, or write a flow of 0";
            problems.error(row.from.at, message, Some(hint.to_string()));
        }
        if destination.is_none() && carries {
            let message = format!("nobody uses {name:?} in {:?}", row.to.value);
            let hint =
                "a lane ends where a consumer or a plant uses the material; list it, or write a flow of 0";
            problems.error(row.to.at, message, Some(hint.to_string()));
        }
        let (Some(origin), Some(destination)) = (origin, destination) else { continue };
        if let Some(first) = listed.get(&(origin, destination)) {
            let what = format!("the lane of {name:?} from {:?} to {:?}", row.from.value, row.to.value);
            refuse_duplicate(first.at, row.at, &what, problems);
            continue;
        }
        listed.insert((origin, destination), row);
    }
    listed
}

/// A destination that no lane reaches can't be served.
pub(super) fn refuse_unreachable(network: &Network, used_at: &[Location], problems: &mut Problems) {
    let mut reached = vec![false; network.destinations.len()];
    for lane in &network.lanes {
        reached[lane.destination.index()] = true;
    }
    for (id, destination) in network.destinations.iter().enumerate() {
        if reached[id] {
            continue;
        }
        let material = &network.materials[destination.material.index()];
        let place = &network.places[destination.place.index()].code;
        let message = format!("{:?} is used in {place:?} and no lane brings it there", material.code);
        let hint = match material.origins.is_empty() {
            true => format!("no plant makes {:?}: add one to plants.csv", material.code),
            false => {
                let from: Vec<&str> = network.origins[material.origins.clone()]
                    .iter()
                    .map(|origin| network.places[origin.place.index()].code.as_str())
                    .collect();
                format!(
                    "it is made in {}: list a lane in lanes.csv, or set prior = \"gravity\"",
                    from.join(", ")
                )
            }
        };
        problems.error(used_at[id], message, Some(hint));
    }
}
