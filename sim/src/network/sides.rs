//! Origins and destinations with what stands at them: plants, consumers, stocks, priority classes.

use super::compile::Nouns;
use super::compile::span;
use super::names::refuse_duplicate;
use super::recipes::Recipes;
use super::{
    Consumer, Destination, DestinationId, Input, MaterialId, Origin, OriginId, PlaceId, Plant, PlantId,
    Position,
};
use crate::scenario::At;
use crate::scenario::ConsumerRow;
use crate::scenario::Location;
use crate::scenario::Market;
use crate::scenario::PlantRow;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::ShortageCost;
use crate::units::Years;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Both sides of every market, in id order.
pub(super) struct Sides {
    pub(super) origins: Vec<Origin>,
    pub(super) destinations: Vec<Destination>,
    pub(super) plants: Vec<Plant>,
    pub(super) consumers: Vec<Consumer>,
    pub(super) sectors: Vec<String>,
    pub(super) n_classes: usize,
    /// The row that first uses each destination.
    pub(super) used_at: Vec<Location>,
}

/// A material's position in tier order and a place's id.
type Side = (usize, usize);

struct Sites {
    plants: Vec<Option<Side>>,
    consumers: Vec<Option<Side>>,
    origins: Vec<Side>,
    destinations: BTreeMap<Side, Location>,
}

/// Numbers origins, destinations, plants and consumers.
///
/// An origin exists where a plant makes a material, a destination where a consumer or a plant uses it.
pub(super) fn gather(
    scenario: &Scenario,
    nouns: &Nouns,
    rank: &[usize],
    made: &[Option<usize>],
    recipes: &Recipes,
    problems: &mut Problems,
) -> Sides {
    let sites = locate(scenario, nouns, rank, made, recipes, problems);
    let classes = classes(scenario);
    let sectors: BTreeSet<&str> = scenario.consumers.iter().map(|row| row.sector.value.as_str()).collect();
    let sectors: Vec<String> = sectors.into_iter().map(String::from).collect();

    let destination_ids: Vec<Side> = sites.destinations.keys().copied().collect();
    let plants = read_plants(scenario, nouns, rank, recipes, &sites, &destination_ids, &classes, problems);
    let consumers = read_consumers(scenario, &sites, &destination_ids, &sectors, &classes, problems);
    let market = |position: usize| {
        let row = rank.iter().position(|at| *at == position).expect("every position is some material's");
        market_of(scenario, row)
    };
    let mut origins: Vec<Origin> = Vec::new();
    for (id, (position, place)) in sites.origins.iter().enumerate() {
        origins.push(Origin {
            material: MaterialId::new(*position),
            place: PlaceId::new(*place),
            plants: span(&plants, |plant: &Plant| plant.origin.index(), id),
            lanes: 0..0,
            unsold_days: market(*position).unsold_days,
        });
    }
    let mut destinations: Vec<Destination> = Vec::new();
    for (id, (position, place)) in destination_ids.iter().enumerate() {
        destinations.push(Destination {
            material: MaterialId::new(*position),
            place: PlaceId::new(*place),
            consumers: span(&consumers, |consumer: &Consumer| consumer.destination.index(), id),
            cover_days: market(*position).cover_days,
        });
    }
    let mut sides = Sides {
        origins,
        destinations,
        plants,
        consumers,
        sectors,
        n_classes: classes.len().max(1),
        used_at: sites.destinations.values().copied().collect(),
    };
    read_stocks(scenario, nouns, rank, &sites.origins, &destination_ids, &mut sides, problems);
    sides
}

fn market_of(scenario: &Scenario, row: usize) -> &Market {
    let name = &scenario.materials[row].material.value;
    let own = scenario.settings.markets.iter().find(|(material, _)| material.value == *name);
    own.map_or(&scenario.settings.market, |(_, market)| market)
}

fn locate(
    scenario: &Scenario,
    nouns: &Nouns,
    rank: &[usize],
    made: &[Option<usize>],
    recipes: &Recipes,
    problems: &mut Problems,
) -> Sites {
    let mut origins = BTreeSet::new();
    let mut destinations: BTreeMap<Side, Location> = BTreeMap::new();
    let mut plants = Vec::new();
    for (index, row) in scenario.plants.iter().enumerate() {
        let who = format!("plant {:?}: ", row.plant.value);
        let place = nouns.places.find(&who, &row.place, problems);
        let side = made[index].zip(place).map(|(material, place)| (rank[material], place));
        if let Some((_, place)) = side {
            for input in recipes.of_plant[index].keys() {
                destinations.entry((rank[*input], place)).or_insert(row.at);
            }
        }
        origins.extend(side);
        plants.push(side);
    }
    let mut consumers = Vec::new();
    let mut seen = BTreeMap::new();
    for row in &scenario.consumers {
        let material = nouns.materials.find("", &row.material, problems);
        let place = nouns.places.find("", &row.place, problems);
        let side = material.zip(place).map(|(material, place)| (rank[material], place));
        if let Some(side) = side {
            destinations.entry(side).or_insert(row.at);
            if let Some(first) = seen.insert((side, row.sector.value.as_str()), row.at) {
                let (material, place) = (&row.material.value, &row.place.value);
                let what = format!("sector {:?} of {material:?} in {place:?}", row.sector.value);
                refuse_duplicate(first, row.at, &what, problems);
            }
        }
        consumers.push(side);
    }
    Sites { plants, consumers, origins: origins.into_iter().collect(), destinations }
}

/// Priorities in use, ascending: the position of one is its class.
fn classes(scenario: &Scenario) -> Vec<u32> {
    let plants = scenario.plants.iter().filter_map(|row| row.priority);
    let classes: BTreeSet<u32> = scenario.consumers.iter().map(|row| row.priority).chain(plants).collect();
    classes.into_iter().collect()
}

/// The class of a priority; of a plant without one that of the consumers served last.
fn class_of(priority: Option<u32>, scenario: &Scenario, classes: &[u32]) -> usize {
    let last = scenario.consumers.iter().map(|row| row.priority).max();
    let priority = priority.or(last);
    priority.and_then(|priority| classes.binary_search(&priority).ok()).unwrap_or(0)
}

/// The position of a side in the sorted sides.
fn position(sides: &[Side], side: Side) -> usize {
    sides.binary_search(&side).expect("every side was gathered from the same rows")
}

#[allow(clippy::too_many_arguments)]
fn read_plants(
    scenario: &Scenario,
    nouns: &Nouns,
    rank: &[usize],
    recipes: &Recipes,
    sites: &Sites,
    destinations: &[Side],
    classes: &[u32],
    problems: &mut Problems,
) -> Vec<Plant> {
    let mut rows: Vec<(usize, &PlantRow, Side)> = Vec::new();
    for (index, row) in scenario.plants.iter().enumerate() {
        rows.extend(sites.plants[index].map(|side| (index, row, side)));
    }
    rows.sort_by_key(|(_, row, side)| (*side, row.plant.value.as_str()));
    let mut ids = BTreeMap::new();
    for (id, (index, ..)) in rows.iter().enumerate() {
        ids.insert(*index, PlantId::new(id));
    }
    let mut plants = Vec::new();
    for (index, row, side) in rows {
        let who = format!("plant {:?}: ", row.plant.value);
        let owner = row.owner.as_ref().and_then(|owner| nouns.places.find(&who, owner, problems));
        let host = row.host.as_ref().and_then(|(host, ratio)| {
            let host_row = nouns.plants.find(&who, host, problems)?;
            refuse_host_circle(scenario, nouns, index, host, problems);
            Some((*ids.get(&host_row)?, *ratio))
        });
        refuse_above_capacity(row, problems);
        let mut inputs = Vec::new();
        for (input, per_output) in &recipes.of_plant[index] {
            let destination = DestinationId::new(position(destinations, (rank[*input], side.1)));
            inputs.push(Input { destination, per_output: *per_output });
        }
        inputs.sort_by_key(|input| input.destination);
        plants.push(Plant {
            name: row.plant.value.clone(),
            origin: OriginId::new(position(&sites.origins, side)),
            owner: PlaceId::new(owner.unwrap_or(side.1)),
            capacity: row.capacity_per_year.value,
            output: if row.planned {
                Some(0.0)
            } else {
                row.output_per_year.as_ref().map(|output| output.value)
            },
            minimum_run: row.minimum_run,
            ramp: Years::from_months(row.ramp_months).0,
            unit_cost: row.unit_cost,
            exit_lag: Years::from_months(row.exit_lag_months).0,
            restart_price: row.restart_price.or(row.unit_cost).unwrap_or(0.0),
            restart_lag: Years::from_months(row.restart_lag_months).0,
            host,
            class: class_of(row.priority, scenario, classes),
            planned: row.planned,
            inputs,
            position: row.position.map(Position::from),
            at: row.at,
        });
    }
    plants
}

fn refuse_above_capacity(row: &PlantRow, problems: &mut Problems) {
    let capacity = row.capacity_per_year.value;
    let Some(output) = &row.output_per_year else { return };
    if row.planned && output.value > 0.0 {
        let message = format!("plant {:?} is planned and makes {} a year", row.plant.value, output.value);
        problems.error(
            output.at,
            message,
            Some("a planned plant makes nothing yet: leave it empty".to_string()),
        );
    }
    if !(output.value <= capacity) {
        let message =
            format!("plant {:?} makes {} a year and can make {capacity}", row.plant.value, output.value);
        problems.error(
            output.at,
            message,
            Some("raise capacity_per_year or lower output_per_year".to_string()),
        );
    }
}

/// A plant can't be, over however many hosts, the host of its own host.
fn refuse_host_circle(
    scenario: &Scenario,
    nouns: &Nouns,
    plant: usize,
    host: &At<String>,
    problems: &mut Problems,
) {
    let mut at = nouns.plants.get(host);
    for _ in 0..scenario.plants.len() {
        match at {
            Some(next) if next == plant => {
                let name = &scenario.plants[plant].plant.value;
                let message =
                    format!("plant {name:?} is a by-product of itself through host {:?}", host.value);
                problems.error(
                    host.at,
                    message,
                    Some("one plant of the circle must have no host".to_string()),
                );
                return;
            }
            Some(next) => {
                at = scenario.plants[next].host.as_ref().and_then(|(host, _)| nouns.plants.get(host));
            }
            None => return,
        }
    }
}

fn read_consumers(
    scenario: &Scenario,
    sites: &Sites,
    destinations: &[Side],
    sectors: &[String],
    classes: &[u32],
    problems: &mut Problems,
) -> Vec<Consumer> {
    let mut consumers = Vec::new();
    for (row, side) in scenario.consumers.iter().zip(&sites.consumers) {
        let Some(side) = side else { continue };
        if !(row.growth_per_year > -1.0) {
            let message = format!("growth of {} a year leaves no demand", row.growth_per_year);
            problems.error(
                row.at,
                message,
                Some("growth is a share a year above -1; 0.05 is 5 %".to_string()),
            );
        }
        consumers.push(Consumer {
            destination: DestinationId::new(position(destinations, *side)),
            sector: sectors
                .binary_search(&row.sector.value)
                .expect("sectors were gathered from the same rows"),
            demand: row.demand_per_year.value,
            growth: row.growth_per_year,
            elasticity: row.elasticity,
            class: class_of(Some(row.priority), scenario, classes),
            backlog_share: row.backlog_share,
            shortage_cost: row.shortage_cost_usd.or_else(|| value_of_a_unit(scenario, row)),
            shortage_steps: cost_of(scenario, &row.sector).map_or_else(Vec::new, |cost| cost.steps.clone()),
        });
    }
    consumers.sort_by_key(|consumer| (consumer.destination, consumer.class, consumer.sector));
    consumers
}

fn cost_of<'a>(scenario: &'a Scenario, sector: &str) -> Option<&'a ShortageCost> {
    scenario.shortage_costs.iter().find(|cost| cost.sector.value == sector)
}

/// What `[shortage_cost.SECTOR]` says a unit is worth to a consumer.
fn value_of_a_unit(scenario: &Scenario, row: &ConsumerRow) -> Option<f64> {
    let cost = cost_of(scenario, &row.sector)?;
    let material = scenario.materials.iter().find(|material| material.material.value == row.material.value);
    let price = material.and_then(|material| material.reference_price_usd);
    cost.usd_per_unit.or_else(|| Some(cost.price_multiple? * price?))
}

fn read_stocks(
    scenario: &Scenario,
    nouns: &Nouns,
    rank: &[usize],
    origins: &[Side],
    destinations: &[Side],
    sides: &mut Sides,
    problems: &mut Problems,
) {
    let mut seen = BTreeMap::new();
    for row in &scenario.stocks {
        let material = nouns.materials.find("", &row.material, problems);
        let place = nouns.places.find("", &row.place, problems);
        let Some((material, place)) = material.zip(place) else { continue };
        let side = (rank[material], place);
        let (name, code) = (&row.material.value, &row.place.value);
        if let Some(first) = seen.insert((side, row.inventory), row.material.at) {
            refuse_duplicate(first, row.material.at, &format!("the stock of {name:?} in {code:?}"), problems);
        }
        let known = if row.inventory { destinations } else { origins };
        match known.binary_search(&side) {
            Ok(id) if row.inventory => sides.destinations[id].cover_days = row.cover_days.value,
            Ok(id) => sides.origins[id].unsold_days = row.cover_days.value,
            Err(_) => {
                let verb = if row.inventory { "uses" } else { "makes" };
                let hint = match row.inventory {
                    true => "an inventory stands where a consumer or a plant uses the material",
                    false => "unsold stock stands where a plant makes the material",
                };
                let message = format!("nobody {verb} {name:?} in {code:?}");
                problems.error(row.place.at, message, Some(hint.to_string()));
            }
        }
    }
}
