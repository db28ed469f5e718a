//! The order of rows and the names of things change nothing (I11).

use crate::kit::World;
use crate::kit::random::{self, Dice, MONTHS};
use crate::kit::weather::{self, Weather};
use crate::{agree, over_worlds};
use shortfall::baseline::Baseline;
use shortfall::exposure::{Channel, Exposure};
use shortfall::levers::{Levers, Rules, Stockpile};
use shortfall::math::Row;
use shortfall::network::{ConsumerId, DestinationId, MaterialId};
use shortfall::step::{Plan, State, advance};
use std::collections::BTreeMap;

/// New names by old ones.
type Renaming = BTreeMap<String, String>;

/// A random letter before every place, material and plant, so that they sort in another order.
///
/// Materials keep their names where a recipe points back: which recipe of a circle that is, their names decide where
/// nothing else does.
fn renaming(seed: u64, world: &World) -> Renaming {
    let mut dice = Dice::new(seed, "names");
    let letters: Vec<char> = ('A'..='Z').collect();
    let points_back = |row: &String| {
        let mut names = row.split(',');
        names.next() < names.next()
    };
    let materials: &[String] = if world.recipes.iter().any(points_back) { &[] } else { &world.materials };
    let rows = world.places.iter().chain(materials).chain(&world.plants);
    rows.map(|row| {
        let name = row.split(',').next().unwrap();
        (name.to_string(), format!("{}{name}", dice.pick(&letters)))
    })
    .collect()
}

/// The world under new names, its rows in reverse.
fn renamed(world: &World, names: &Renaming) -> World {
    let new = |cell: &str| names.get(cell).map_or(cell, String::as_str).to_string();
    let row = |row: &String| row.split(',').map(new).collect::<Vec<String>>().join(",");
    let rows = |rows: &[String]| rows.iter().rev().map(row).collect::<Vec<String>>();
    let market = |line: &str| match line.strip_prefix("[market.").and_then(|rest| rest.strip_suffix(']')) {
        Some(material) => format!("[market.{}]\n", new(material)),
        None => format!("{line}\n"),
    };
    World {
        more: world.more.lines().map(market).collect(),
        places: rows(&world.places),
        materials: rows(&world.materials),
        plants: rows(&world.plants),
        recipes: rows(&world.recipes),
        lanes: rows(&world.lanes),
        consumers: rows(&world.consumers),
        ..world.clone()
    }
}

/// The original name of everything, by its number in one network.
struct Named {
    materials: Vec<String>,
    origins: Vec<String>,
    destinations: Vec<String>,
    lanes: Vec<String>,
    plants: Vec<String>,
    consumers: Vec<String>,
}

impl Named {
    fn of(baseline: &Baseline, names: &Renaming) -> Named {
        let network = &baseline.network;
        let old: BTreeMap<&str, &str> = names.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
        let original = |name: &str| old.get(name).copied().unwrap_or(name).to_string();
        let materials: Vec<String> = network.materials.iter().map(|m| original(&m.code)).collect();
        let places: Vec<String> = network.places.iter().map(|place| original(&place.code)).collect();
        let at = |material: MaterialId, place: shortfall::network::PlaceId| {
            format!("{} in {}", materials[material.index()], places[place.index()])
        };
        let origins: Vec<String> = network.origins.iter().map(|e| at(e.material, e.place)).collect();
        let destinations: Vec<String> =
            network.destinations.iter().map(|i| at(i.material, i.place)).collect();
        let lane = |l: &shortfall::network::Lane| {
            format!("{} to {}", origins[l.origin.index()], destinations[l.destination.index()])
        };
        let consumer = |d: &shortfall::network::Consumer| {
            format!("{} of {}", network.sectors[d.sector], destinations[d.destination.index()])
        };
        Named {
            lanes: network.lanes.iter().map(lane).collect(),
            plants: network.plants.iter().map(|plant| original(&plant.name)).collect(),
            consumers: network.consumers.iter().map(consumer).collect(),
            materials,
            origins,
            destinations,
        }
    }

    /// Names of the things that a channel of weather acts on.
    fn under(&self, channel: Channel) -> &[String] {
        match channel {
            Channel::Availability | Channel::Control | Channel::RefusedPlant => &self.plants,
            Channel::ExportCap | Channel::CarryOver => &self.origins,
            Channel::Surge | Channel::RefusedConsumer => &self.consumers,
            Channel::Shock => &self.materials,
            _ => &self.lanes,
        }
    }
}

/// The number of a name.
fn number(names: &[String], name: &str) -> usize {
    names.iter().position(|other| other == name).expect("both networks have the same things")
}

/// The rules of one network with the numbers of another.
fn renumbered(rules: &Rules, from: &Named, to: &Named) -> Rules {
    let stockpile = |stockpile: &Stockpile| {
        let consumer = |d: &ConsumerId| ConsumerId::new(number(&to.consumers, &from.consumers[d.index()]));
        let destination =
            |i: &DestinationId| DestinationId::new(number(&to.destinations, &from.destinations[i.index()]));
        let mut destinations: Vec<DestinationId> = stockpile.destinations.iter().map(destination).collect();
        destinations.sort_by_key(|i| i.index());
        let mut serves = stockpile.serves.as_ref().map(|ids| ids.iter().map(consumer).collect::<Vec<_>>());
        serves.iter_mut().for_each(|ids| ids.sort_by_key(|d| d.index()));
        let material = number(&to.materials, &from.materials[stockpile.material.index()]);
        Stockpile { material: MaterialId::new(material), destinations, serves, ..stockpile.clone() }
    };
    Rules { stockpiles: rules.stockpiles.iter().map(stockpile).collect(), ..rules.clone() }
}

/// What happened, by original name, step by step.
fn course(
    baseline: &Baseline,
    seed: u64,
    rules: &Rules,
    weather: &Weather,
    named: &Named,
) -> Vec<BTreeMap<String, Row>> {
    let plan = Plan::new(baseline, rules, weather::REACH);
    let (mut state, mut levers) = (State::new(&plan), Levers::new(rules));
    let step = |t| {
        let mut exposure = Exposure::neutral(baseline, 0);
        weather.lay(t, &mut exposure);
        weather::pull(seed, t, baseline, rules, &mut levers);
        advance(&plan, t, &exposure, &levers, &mut state);
        let mut rows = BTreeMap::new();
        for (what, names, found) in [
            ("served", &named.consumers, &state.served),
            ("inventory", &named.destinations, &state.inventory),
            ("price", &named.destinations, &state.log_price),
            ("barred", &named.destinations, &state.barred),
            ("unsold", &named.origins, &state.unsold),
            ("output", &named.plants, &state.output),
            ("shipped", &named.lanes, &state.shipped),
        ] {
            rows.extend(names.iter().zip(found).map(|(name, row)| (format!("{what}, {name}"), *row)));
        }
        rows
    };
    (0..MONTHS).map(step).collect()
}

#[test]
fn names_and_the_order_of_rows_change_nothing() {
    over_worlds(120, |seed| {
        let world = random::world(seed);
        let names = renaming(seed, &world);
        let (model, other) = (world.model(), renamed(&world, &names).model());
        let (baseline, turned) = (&model.baseline, &other.baseline);
        let named = Named::of(baseline, &Renaming::new());
        let renamed = Named::of(turned, &names);
        let rules = weather::rules(seed, baseline);
        let weather = Weather::random(seed, baseline);
        let same =
            |channel: Channel, item: usize| number(renamed.under(channel), &named.under(channel)[item]);
        let expected = course(baseline, seed, &rules, &weather, &named);
        let rules = renumbered(&rules, &named, &renamed);
        let found = course(turned, seed, &rules, &weather.renumbered(same), &renamed);
        for (t, (found, expected)) in found.iter().zip(&expected).enumerate() {
            for (what, expected) in expected {
                for (found, expected) in found[what].0.iter().zip(&expected.0) {
                    agree((t, what), *found, *expected, 1.0, 1e-9)?;
                }
            }
        }
        Ok(())
    });
}

#[test]
fn new_names_sort_in_another_order() {
    let moved = |seed: &u64| {
        let world = random::world(*seed);
        let names = renaming(*seed, &world);
        let sorted: Vec<&String> = names.values().collect();
        !sorted.is_sorted()
    };
    assert!((0..20).filter(moved).count() > 15);
}
