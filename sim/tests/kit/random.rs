//! Random worlds: one to five materials in two to five places, balanced by construction, with every feature in some of them.

use super::World;
use shortfall::random::{Key, Stream};
use std::fmt::Write as _;

/// Numbers drawn from a seed.
pub struct Dice(Stream);

impl Dice {
    pub fn new(seed: u64, name: &str) -> Dice {
        Dice(Stream::new(Key { seed, draw: 0, name }, 0, 0))
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.uniform()
    }

    /// From 0 to n − 1.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.0.uniform() * n as f64) as usize).min(n - 1)
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.0.uniform() < p
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

const PLACES: [&str; 5] = ["AAA", "BBB", "CCC", "DDD", "EEE"];
pub const MONTHS: usize = 30;

/// What is left of a world's flows once they balance.
struct Flows {
    n_places: usize,
    /// Units of input per unit of output, `[output][input]`.
    recipe: Vec<Vec<f64>>,
    /// Share of origin e in what destination i takes, `[material][i][e]`.
    weight: Vec<Vec<Vec<f64>>>,
    /// Final demand, `[material][place]`.
    demand: Vec<Vec<f64>>,
}

/// A world that stays where it starts unless something happens to it.
pub fn world(seed: u64) -> World {
    let mut dice = Dice::new(seed, "world");
    let mut world = World::new(MONTHS);
    let (n_places, n_materials) = (2 + dice.below(4), 1 + dice.below(5));
    world.places = PLACES[..n_places].iter().map(|place| (*place).to_string()).collect();
    for g in 0..n_materials {
        world = world.material(&format!("m{g}"));
    }
    let flows = flows(&mut dice, n_places, n_materials);
    let (need, output) = balanced(&flows);
    for (g, inputs) in flows.recipe.iter().enumerate() {
        for (input, amount) in inputs.iter().enumerate().filter(|(_, amount)| **amount > 0.0) {
            world = world.recipe(&format!("m{g}"), &format!("m{input}"), *amount);
        }
    }
    for g in 0..n_materials {
        plants(&mut dice, &mut world, g, &output);
        lanes(&mut dice, &mut world, g, &flows, &need[g]);
    }
    consumers(&mut dice, &mut world, &flows);
    settings(&mut dice, &mut world, n_materials);
    odd(&mut Dice::new(seed, "odd"), &mut world);
    world
}

/// What tables hold besides: an island that trades with no one, and rows of nothing.
fn odd(dice: &mut Dice, world: &mut World) {
    if dice.chance(0.3) {
        let amount = dice.between(1.0, 500.0);
        world.places.push("ISL".into());
        world.plants.push(format!("m0ISL0,m0,ISL,{},{amount},0,,,0,0,,", amount * dice.between(1.0, 1.5)));
        world.lanes.push(format!("m0,ISL,ISL,{amount},0"));
        world.consumers.push(format!("m0,ISL,civil,{amount},2,{},0,0", dice.between(0.0, 1.0)));
    }
    if dice.chance(0.3) {
        let cells = |row: &String| row.split(',').map(String::from).collect::<Vec<_>>();
        let lane = cells(&world.lanes[dice.below(world.lanes.len())]);
        let (material, from, to) = (&lane[0], &lane[1], &lane[2]);
        let to_all =
            world.lanes.iter().map(cells).filter(|other| other[0] == *material).map(|other| other[2].clone());
        let known =
            |to: &String| world.lanes.iter().any(|row| row.starts_with(&format!("{material},{from},{to},")));
        let new: Option<String> = to_all.collect::<Vec<_>>().into_iter().find(|to| !known(to));
        if let Some(new) = new {
            world.lanes.push(format!("{material},{from},{new},0,30"));
        }
        world
            .plants
            .push(format!("{material}idle,{material},{from},{},0,0,,,0,0,,", dice.between(1.0, 100.0)));
        world.consumers.push(format!("{material},{to},idle,0,3,0.5,0.5,0"));
    }
}

fn flows(dice: &mut Dice, n_places: usize, n_materials: usize) -> Flows {
    let mut recipe = vec![vec![0.0; n_materials]; n_materials];
    for g in 1..n_materials {
        recipe[g][g - 1] = dice.between(0.3, 2.0);
        if g > 1 && dice.chance(0.5) {
            recipe[g][dice.below(g - 1)] = dice.between(0.1, 1.0);
        }
    }
    if n_materials > 2 && dice.chance(0.4) {
        // Scrap: a recipe that points back.
        recipe[1][2 + dice.below(n_materials - 2)] = dice.between(0.01, 0.05);
    }
    let weight = (0..n_materials).map(|_| {
        let row = |dice: &mut Dice| {
            let mut row: Vec<f64> =
                (0..n_places).map(|_| if dice.chance(0.6) { dice.between(0.05, 1.0) } else { 0.0 }).collect();
            row[dice.below(n_places)] += 0.2;
            let sum: f64 = row.iter().sum();
            row.iter().map(|w| w / sum).collect::<Vec<f64>>()
        };
        (0..n_places).map(|_| row(dice)).collect()
    });
    let weight = weight.collect();
    let demand = (0..n_materials).map(|g| {
        let p = if g + 1 == n_materials { 0.8 } else { 0.2 };
        let mut row: Vec<f64> =
            (0..n_places).map(|_| if dice.chance(p) { dice.between(1.0, 100.0) } else { 0.0 }).collect();
        if g + 1 == n_materials {
            row[0] = dice.between(1.0, 100.0);
        }
        row
    });
    let demand = demand.collect();
    Flows { n_places, recipe, weight, demand }
}

/// Needs and outputs that meet, `[material][place]`.
fn balanced(flows: &Flows) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let n_materials = flows.recipe.len();
    let mut need = flows.demand.clone();
    let mut output = vec![vec![0.0; flows.n_places]; n_materials];
    for _ in 0..200 {
        for g in (0..n_materials).rev() {
            for i in 0..flows.n_places {
                let by_plants: f64 = (0..n_materials).map(|h| flows.recipe[h][g] * output[h][i]).sum();
                need[g][i] = flows.demand[g][i] + by_plants;
            }
            for e in 0..flows.n_places {
                output[g][e] = (0..flows.n_places).map(|i| flows.weight[g][i][e] * need[g][i]).sum();
            }
        }
    }
    (need, output)
}

fn plants(dice: &mut Dice, world: &mut World, g: usize, output: &[Vec<f64>]) {
    for (e, place) in PLACES[..output[g].len()].iter().enumerate() {
        if output[g][e] <= 0.0 {
            continue;
        }
        let split = dice.between(0.2, 0.8);
        let parts = if dice.chance(0.3) { vec![split, 1.0 - split] } else { vec![1.0] };
        for (n, part) in parts.iter().enumerate() {
            let made = output[g][e] * part;
            let capacity = made * dice.between(1.0, 1.5);
            let minimum = if dice.chance(0.3) { dice.between(0.0, 0.5) } else { 0.0 };
            let ramp = if dice.chance(0.3) { dice.between(0.5, 12.0).to_string() } else { String::new() };
            let cost = if dice.chance(0.3) { dice.between(0.6, 0.95).to_string() } else { String::new() };
            // A by-product of the same place's plant of an earlier material.
            let host = g > 0 && output[g - 1][e] > 0.0 && dice.chance(0.2);
            let ratio = made / (output[g - 1.min(g)][e]) * 5.0 * dice.between(1.01, 1.3);
            let host = if host { format!("m{}{place}0,{ratio}", g - 1) } else { ",".to_string() };
            let (exit, restart) = (dice.below(6), dice.below(4));
            world.plants.push(format!(
                "m{g}{place}{n},m{g},{place},{},{},{minimum},{ramp},{cost},{exit},{restart},{host}",
                capacity * 12.0,
                made * 12.0
            ));
        }
    }
}

fn lanes(dice: &mut Dice, world: &mut World, g: usize, flows: &Flows, need: &[f64]) {
    for i in 0..flows.n_places {
        for e in 0..flows.n_places {
            let flow = flows.weight[g][i][e] * need[i];
            if flow > 0.0 {
                let transit = if e == i { 0.0 } else { dice.pick(&[0.0, 0.4, 1.0, 1.7, 2.0, 3.25]) };
                world.lanes.push(format!(
                    "m{g},{},{},{},{}",
                    PLACES[e],
                    PLACES[i],
                    flow * 12.0,
                    transit * 30.4375
                ));
            }
        }
    }
}

fn consumers(dice: &mut Dice, world: &mut World, flows: &Flows) {
    let grows = dice.chance(0.3);
    for (g, row) in flows.demand.iter().enumerate() {
        for (place, demand) in PLACES.iter().zip(row).filter(|(_, demand)| **demand > 0.0) {
            let defence = if dice.chance(0.6) { dice.between(0.05, 0.4) } else { 0.0 };
            for (sector, share, class) in [("defence", defence, 1), ("civil", 1.0 - defence, 2)] {
                let elasticity = if dice.chance(0.5) { dice.between(0.0, 1.0) } else { 0.0 };
                let backlog = if dice.chance(0.4) { dice.between(0.0, 1.0) } else { 0.0 };
                let growth = if grows { dice.between(-0.05, 0.1) } else { 0.0 };
                if share > 0.0 {
                    world.consumers.push(format!(
                        "m{g},{place},{sector},{},{class},{elasticity},{backlog},{growth}",
                        demand * share * 12.0
                    ));
                }
            }
        }
    }
}

/// Random prices, allocation and markets of materials m0, m1, ...
pub fn settings(dice: &mut Dice, world: &mut World, n_materials: usize) {
    let prices = dice.pick(&["\"exogenous\"", "\"endogenous\""]);
    let allocation = dice.pick(&["\"pro_rata\"", "\"priority\"", "\"rated\""]);
    *world = world.clone().network("prices", prices).network("allocation", allocation);
    for g in 0..n_materials {
        let mut table = format!("[market.m{g}]\n");
        let mut set = |key: &str, value: String| {
            let _ = writeln!(table, "{key} = {value}");
        };
        let mut some = |key: &str, p: f64, low: f64, high: f64| {
            let value = if dice.chance(p) { dice.between(low, high) } else { 0.0 };
            set(key, value.to_string());
        };
        some("cover_days", 0.8, 5.0, 90.0);
        some("unsold_days", 0.6, 5.0, 40.0);
        some("spot_share", 0.8, 0.1, 1.0);
        some("contract_share", 0.4, 0.1, 0.8);
        some("home_share", 0.4, 0.1, 1.0);
        some("switching_per_year", 0.6, 0.1, 6.0);
        some("hoarding", 0.5, 0.1, 1.0);
        some("front_loading", 0.5, 0.1, 2.0);
        some("price_cover", 0.8, 0.1, 1.0);
        some("price_unsold", 0.8, 0.1, 1.0);
        some("price_utilisation", 0.8, 0.1, 1.0);
        some("price_unserved", 0.8, 0.1, 3.0);
        some("price_fear", 0.8, 0.1, 1.0);
        some("price_cost", 0.5, 0.1, 1.0);
        some("elasticity_later", 0.5, 0.1, 4.0);
        some("capacity_later", 0.5, 0.1, 1.0);
        some("later_days", 1.0, 31.0, 900.0);
        some("adjustment_days", 1.0, 31.0, 200.0);
        some("unsold_adjustment_days", 1.0, 31.0, 200.0);
        some("price_days", 1.0, 31.0, 200.0);
        some("contract_lag_days", 1.0, 31.0, 200.0);
        if dice.chance(0.5) {
            set("smoothing_days", dice.between(31.0, 400.0).to_string());
        }
        if dice.chance(0.3) {
            set("storage_days", dice.between(40.0, 80.0).to_string());
        }
        *world = world.clone().toml(&table);
    }
}
