//! Prices (15) to (17), closures (18), at the end of a step.

use super::facts::{DAYS, Facts, Name, Side};
use super::world::{Happening, World, over};
use shortfall::math::{exp, ln};

pub fn set_prices(facts: &Facts, t: usize, happening: &Happening, world: &mut World) {
    let (floor, ceiling) = (ln(facts.price_bounds.0), ln(facts.price_bounds.1));
    let bounded = |log_price: f64| log_price.clamp(floor, ceiling);
    // First tier first: a product's price looks at those of its inputs.
    for material in &facts.materials {
        price(facts, t, happening, world, material, bounded);
    }
}

fn price(
    facts: &Facts,
    t: usize,
    happening: &Happening,
    world: &mut World,
    material: &str,
    bounded: impl Fn(f64) -> f64 + Copy,
) {
    let of_it = |side: &&Side| side.0 == material;
    if facts.endogenous {
        for side in facts.origins.keys().filter(of_it) {
            let aim = origin_aim(facts, t, world, side);
            approach(facts, &side.0, aim, world.market_price_origin.get_mut(side).expect("listed"), bounded);
        }
        for side in facts.destinations.keys().filter(of_it) {
            let Some(aim) = destination_aim(facts, happening, world, side) else { continue };
            approach(facts, &side.0, aim, world.market_price.get_mut(side).expect("listed"), bounded);
        }
    }
    for side in facts.origins.keys().filter(of_it) {
        let log_price = bounded(world.market_price_origin[side] + happening.shock[&side.0]);
        world.log_price_origin.insert(side.clone(), log_price);
    }
    for side in facts.destinations.keys().filter(of_it) {
        let log_price = bounded(world.market_price[side] + happening.shock[&side.0]);
        world.log_price.insert(side.clone(), log_price);
        let lag = facts.market[&side.0].contract_lag_days / DAYS;
        let share = if lag > 0.0 { 1.0 - exp(-facts.dt / lag) } else { 1.0 };
        let contract = world.contract_price.get_mut(side).expect("listed");
        *contract += (exp(log_price) - *contract) * share;
    }
    let market = &facts.market[material];
    let felt = 1.0 - exp(-facts.dt / (market.later_days / DAYS));
    for (of, prices) in
        [(&mut world.lasting, &world.log_price), (&mut world.lasting_origin, &world.log_price_origin)]
    {
        for (side, lasting) in of.iter_mut().filter(|(side, _)| side.0 == material) {
            *lasting += (prices[side] - *lasting) * felt;
        }
    }
}

/// (17).
fn approach(facts: &Facts, material: &str, aim: f64, log_price: &mut f64, bounded: impl Fn(f64) -> f64) {
    let days = facts.market[material].price_days;
    *log_price = bounded(*log_price + (aim - *log_price) * (1.0 - exp(-facts.dt / (days / DAYS))));
}

/// (15).
fn origin_aim(facts: &Facts, t: usize, world: &World, side: &Side) -> f64 {
    let origin = &facts.origins[side];
    let market = &facts.market[&side.0];
    let unsold_target = origin.unsold * facts.growth(t).output[side];
    let sum = |of: &dyn Fn(&Name) -> f64| origin.plants.iter().map(of).sum::<f64>();
    let there = |j: &Name| if facts.plants[j].planned { 0.0 } else { facts.plants[j].capacity };
    let baseline = over(sum(&|j| facts.plants[j].output), sum(&there), 1.0);
    let utilisation = over(sum(&|j| world.output[j]), sum(&|j| world.capacity[j]), 1.0);
    market.price_unsold * (1.0 - over(world.unsold[side], unsold_target, 1.0))
        + market.price_utilisation * (utilisation - baseline)
        + market.price_cost * ln(cost(facts, world, side))
}

/// Cost of an origin's inputs, relative to the baseline: those of each plant by its baseline output; 1 where nothing is spent.
fn cost(facts: &Facts, world: &World, side: &Side) -> f64 {
    let value: f64 =
        facts.origins[side].plants.iter().map(|j| facts.plants[j].output).sum::<f64>() * facts.price[&side.0];
    let (mut spent, mut rise) = (0.0, 0.0);
    for plant in facts.origins[side].plants.iter().map(|j| &facts.plants[j]) {
        for (input, per_output) in &plant.inputs {
            let share = over(plant.output * per_output * facts.price[input], value, 0.0);
            spent += share;
            rise += share * (exp(world.log_price[&(input.clone(), side.1.clone())]) - 1.0);
        }
    }
    1.0 + rise / spent.max(1.0)
}

/// (16); nothing where nothing is bought.
fn destination_aim(facts: &Facts, happening: &Happening, world: &World, side: &Side) -> Option<f64> {
    let market = &facts.market[&side.0];
    let cost: f64 = facts
        .lanes_to(side)
        .map(|lane| {
            let from = (lane.0.clone(), lane.1.clone());
            world.weight[lane] * exp(world.market_price_origin[&from]) * (1.0 + happening.wedge[lane])
        })
        .sum();
    if !(cost > 0.0) {
        return None;
    }
    Some(
        ln(cost)
            + market.price_cover * (1.0 - over(world.inventory[side], world.target[side], 1.0))
            + market.price_unserved * world.unmet_share[side]
            + market.price_fear * world.threatened[side],
    )
}

/// (18).
pub fn close_and_restart(facts: &Facts, happening: &Happening, world: &mut World) {
    for (name, plant) in &facts.plants {
        let Some(cost) = plant.unit_cost else { continue };
        let log_price = world.log_price_origin[&plant.origin].max(happening.support[name]);
        let below = if ln(cost) > log_price { world.steps_below[name] + 1.0 } else { 0.0 };
        let above = if log_price > ln(plant.restart_price) { world.steps_above[name] + 1.0 } else { 0.0 };
        world.steps_below.insert(name.clone(), below);
        world.steps_above.insert(name.clone(), above);
        if world.open[name] && below > 0.0 && below > plant.exit_lag - 0.5 {
            world.open.insert(name.clone(), false);
        } else if !world.open[name] && above > 0.0 && above > plant.restart_lag - 0.5 {
            world.open.insert(name.clone(), true);
        }
    }
}
