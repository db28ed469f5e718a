//! From names to numbers.

use super::lanes;
use super::names::Names;
use super::names::composed;
use super::names::refuse_duplicate;
use super::recipes;
use super::recipes::Recipes;
use super::sides;
use super::sides::Sides;
use super::tiers;
use super::{Chokepoint, Clock, Material, Network, Place, PlaceId, Position, PriceMode};
use crate::scenario::At;
use crate::scenario::Location;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::Severity;
use crate::units::Years;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The scenario's names with their ids. Materials and plants have the index of their row until tiers are known.
pub(super) struct Nouns {
    pub(super) places: Names,
    pub(super) blocs: Vec<(String, Vec<usize>)>,
    pub(super) materials: Names,
    pub(super) plants: Names,
    pub(super) chokepoints: Names,
}

/// Resolves every name and converts every unit; adds what it can't resolve to `problems`.
///
/// `None` if a name or a lane is missing; faults found before do not count.
pub fn compile(scenario: &Scenario, problems: &mut Problems) -> Option<Network> {
    let n_errors = count_errors(problems);
    let places = read_places(scenario, problems);
    let chokepoints = read_chokepoints(scenario, problems);
    let nouns = read_names(scenario, &places, &chokepoints, problems);

    let made: Vec<Option<usize>> = scenario
        .plants
        .iter()
        .map(|row| nouns.materials.find(&format!("plant {:?}: ", row.plant.value), &row.material, problems))
        .collect();
    let recipes = recipes::assign(scenario, &nouns.materials, &nouns.plants, &made, problems);
    let order = order_materials(scenario, &nouns, &made, &recipes);
    // The material of each row, in tier order.
    let mut rank = vec![0; order.len()];
    for (position, row) in order.iter().enumerate() {
        rank[*row] = position;
    }

    let mut sides = sides::gather(scenario, &nouns, &rank, &made, &recipes, problems);
    let mut network = Network {
        name: scenario.name.clone(),
        clock: Clock {
            start: scenario.time.start,
            dt: scenario.time.step.years(),
            n_steps: scenario.time.n_steps,
        },
        settings: scenario.settings.clone(),
        places,
        blocs: nouns
            .blocs
            .iter()
            .map(|(bloc, members)| (bloc.clone(), members.iter().map(|place| PlaceId::new(*place)).collect()))
            .collect(),
        sectors: std::mem::take(&mut sides.sectors),
        chokepoints,
        materials: read_materials(scenario, &order, &sides, &nouns, problems),
        n_classes: sides.n_classes,
        origins: std::mem::take(&mut sides.origins),
        destinations: std::mem::take(&mut sides.destinations),
        plants: std::mem::take(&mut sides.plants),
        consumers: std::mem::take(&mut sides.consumers),
        lanes: Vec::new(),
        assumptions: Vec::new(),
    };
    for plant in &mut network.plants {
        let place = network.origins[plant.origin.index()].place;
        plant.position = plant.position.or(network.places[place.index()].position);
    }
    require_prices(&network, problems);
    lanes::join(&mut network, scenario, &nouns, &rank, problems);
    // Missing rows would leave destinations without lanes that are none of their fault.
    if !problems.refused() {
        lanes::refuse_unreachable(&network, &sides.used_at, problems);
    }
    (count_errors(problems) == n_errors).then_some(network)
}

fn count_errors(problems: &Problems) -> usize {
    problems.list.iter().filter(|problem| problem.severity == Severity::Error).count()
}

/// Places of places.csv, sorted; without such a table, every place where something is made, used or owned.
fn read_places(scenario: &Scenario, problems: &mut Problems) -> Vec<Place> {
    let mut places: BTreeMap<String, (Place, Option<Location>)> = BTreeMap::new();
    for row in &scenario.places {
        let code = composed(&row.place);
        let name = if row.name.is_empty() { code.clone() } else { row.name.clone() };
        if let Some((_, Some(first))) = places.get(&code) {
            refuse_duplicate(*first, row.place.at, &format!("place {code:?}"), problems);
            continue;
        }
        let position = row.position.map(Position::from);
        let place = Place { code: code.clone(), name, gdp: row.gdp_usd, position };
        places.insert(code, (place, Some(row.place.at)));
    }
    if scenario.places.is_empty() {
        let plants = scenario.plants.iter().flat_map(|row| row.owner.iter().chain([&row.place]));
        let consumers = scenario.consumers.iter().map(|row| &row.place);
        let members = scenario.blocs.iter().flat_map(|row| &row.places);
        for place in plants.chain(consumers).chain(members) {
            let code = composed(place);
            let place = Place { code: code.clone(), name: code.clone(), gdp: None, position: None };
            places.insert(code, (place, None));
        }
    }
    places.into_values().map(|(place, _)| place).collect()
}

/// Chokepoints of chokepoints.csv, sorted. An alternative that is none of them is a route that nothing closes.
fn read_chokepoints(scenario: &Scenario, problems: &mut Problems) -> Vec<Chokepoint> {
    let codes: BTreeSet<&str> =
        scenario.chokepoints.iter().map(|row| row.chokepoint.value.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    for row in scenario.chokepoints.iter().filter(|row| row.alternative == row.chokepoint.value) {
        let message = format!("chokepoint {:?} is its own alternative", row.chokepoint.value);
        let hint = "name another route, or leave alternative and extra_days empty".to_string();
        problems.error(row.chokepoint.at, message, Some(hint));
    }
    let read = |code: &&str| {
        let row = scenario.chokepoints.iter().find(|row| row.chokepoint.value == *code);
        let row = row.expect("the code was taken from a row");
        Chokepoint {
            code: code.to_string(),
            detour: row.extra_days.map(|days| Years::from_days(days).0),
            via: row.alternative.clone(),
            alternative: codes.binary_search(&row.alternative.as_str()).ok(),
        }
    };
    codes.iter().map(read).collect()
}

fn read_names(
    scenario: &Scenario,
    places: &[Place],
    chokepoints: &[Chokepoint],
    problems: &mut Problems,
) -> Nouns {
    let listed = match scenario.places.is_empty() {
        true => "places are those where plants, owners, consumers and members of blocs are",
        false => "places are listed in places.csv",
    };
    let mut place_names = Names::new("place", listed, places.iter().map(|place| place.code.as_str()));
    for (id, place) in places.iter().enumerate() {
        place_names.also(&place.name, id);
    }
    let mut blocs = BTreeMap::new();
    for row in &scenario.blocs {
        if place_names.get(&row.bloc).is_some() {
            let message = format!("bloc {:?} has the name of a place", row.bloc.value);
            problems.error(row.bloc.at, message, Some("give it another name".to_string()));
        }
        let who = format!("bloc {:?}: ", row.bloc.value);
        let members: BTreeSet<usize> =
            row.places.iter().filter_map(|place| place_names.find(&who, place, problems)).collect();
        blocs.insert(row.bloc.value.clone(), members.into_iter().collect());
    }
    refuse_duplicates("material", scenario.materials.iter().map(|row| &row.material), problems);
    refuse_duplicates("plant", scenario.plants.iter().map(|row| &row.plant), problems);
    refuse_duplicates("chokepoint", scenario.chokepoints.iter().map(|row| &row.chokepoint), problems);
    Nouns {
        places: place_names,
        blocs: blocs.into_iter().collect(),
        materials: Names::new(
            "material",
            "materials are listed in materials.csv",
            scenario.materials.iter().map(|row| row.material.value.as_str()),
        ),
        plants: Names::new(
            "plant",
            "plants are listed in plants.csv",
            scenario.plants.iter().map(|row| row.plant.value.as_str()),
        ),
        chokepoints: Names::new(
            "chokepoint",
            "chokepoints are listed in chokepoints.csv",
            chokepoints.iter().map(|chokepoint| chokepoint.code.as_str()),
        ),
    }
}

fn refuse_duplicates<'a>(noun: &str, names: impl Iterator<Item = &'a At<String>>, problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(composed(name), name.at) {
            refuse_duplicate(first, name.at, &format!("{noun} {:?}", name.value), problems);
        }
    }
}

fn order_materials(
    scenario: &Scenario,
    nouns: &Nouns,
    made: &[Option<usize>],
    recipes: &Recipes,
) -> Vec<usize> {
    let names: Vec<&str> = scenario.materials.iter().map(|row| row.material.value.as_str()).collect();
    let hosts = scenario.plants.iter().zip(made).filter_map(|(row, by_product)| {
        let (host, _) = row.host.as_ref()?;
        Some((made[nouns.plants.get(host)?]?, (*by_product)?))
    });
    tiers::order(&names, &recipes.edges, &hosts.collect())
}

fn read_materials(
    scenario: &Scenario,
    order: &[usize],
    sides: &Sides,
    nouns: &Nouns,
    problems: &mut Problems,
) -> Vec<Material> {
    let mut markets = BTreeMap::new();
    for (name, market) in &scenario.settings.markets {
        if let Some(row) = nouns.materials.find("market: ", name, problems) {
            markets.insert(row, market);
        }
    }
    let materials = order.iter().enumerate().map(|(position, row)| {
        let written = &scenario.materials[*row];
        let code = written.material.value.clone();
        Material {
            name: if written.name.is_empty() { code.clone() } else { written.name.clone() },
            code,
            unit: written.unit.value.clone(),
            basis: written.basis.clone(),
            tier: written.tier.value.clone(),
            reference_price: written.reference_price_usd,
            market: markets.get(row).copied().unwrap_or(&scenario.settings.market).clone(),
            origins: span(&sides.origins, |origin| origin.material.index(), position),
            destinations: span(&sides.destinations, |destination| destination.material.index(), position),
            lanes: 0..0,
        }
    });
    materials.collect()
}

/// Refuses plants that pass costs on where a price that this takes is missing.
fn require_prices(network: &Network, problems: &mut Problems) {
    for plant in &network.plants {
        let made = &network.materials[network.origins[plant.origin.index()].material.index()];
        if made.market.price_cost <= 0.0 || network.prices() == PriceMode::Exogenous {
            continue;
        }
        let inputs =
            plant.inputs.iter().map(|input| network.destinations[input.destination.index()].material);
        let taken: Vec<&Material> = inputs.map(|material| &network.materials[material.index()]).collect();
        let missing = taken.iter().copied().chain([made]).find(|material| material.reference_price.is_none());
        if let (Some(material), false) = (missing, taken.is_empty()) {
            let message = format!(
                "plant {:?}: price_cost passes the cost of inputs on, and {} has no reference price",
                plant.name, material.code
            );
            problems.error(plant.at, message, Some("write reference_price_usd in materials.csv".to_string()));
        }
    }
}

/// The range of `items`, sorted by `key`, whose key is `wanted`.
pub(super) fn span<T>(items: &[T], key: impl Fn(&T) -> usize, wanted: usize) -> std::ops::Range<usize> {
    items.partition_point(|item| key(item) < wanted)..items.partition_point(|item| key(item) <= wanted)
}
