//! Exposure to orders: (1) to (6).

use super::facts::{DAYS, Facts, Lane, Side};
use super::world::{Happening, World, over};

/// Capacity there, threatened shares, (1) and (2).
pub fn requirement_and_demand(facts: &Facts, t: usize, happening: &Happening, world: &mut World) {
    for (name, plant) in &facts.plants {
        let open = if world.open[name] { 1.0 } else { 0.0 };
        let growth = facts.growth(t).output[&plant.origin];
        world.capacity.insert(name.clone(), plant.capacity * growth * happening.availability[name] * open);
    }
    for side in facts.destinations.keys() {
        world.threatened.insert(side.clone(), cut_share(facts, side, &happening.threat));
    }
    for (name, consumer) in &facts.consumers {
        let requirement = consumer.demand * facts.growth(t).demand[name] * happening.surge[name];
        let log_price = world.log_price[&(name.0.clone(), name.1.clone())];
        let factor = shortfall::math::exp(-consumer.elasticity * log_price).min(1.0);
        world.requirement.insert(name.clone(), requirement);
        world.demand.insert(name.clone(), requirement * factor);
    }
}

/// Share of a destination's baseline intake that the given shares of its lanes come to.
fn cut_share(facts: &Facts, side: &Side, share: &super::facts::Table<Lane>) -> f64 {
    facts.lanes_to(side).map(|lane| facts.lanes[lane].weight * share[lane]).sum()
}

/// (3) to (6), last tier to first.
pub fn orders(facts: &Facts, t: usize, happening: &Happening, world: &mut World) {
    for material in facts.materials.iter().rev() {
        for side in facts.destinations.keys().filter(|side| side.0 == *material) {
            intake(facts, t, happening, world, side);
        }
        for side in facts.origins.keys().filter(|side| side.0 == *material) {
            planned(facts, t, world, side);
        }
    }
}

/// The rank of a class, and of what has no class.
fn rank(facts: &Facts, class: usize) -> usize {
    if facts.rated() { class } else { 0 }
}

/// What a stockpile orders at a destination: shared by baseline need.
pub fn purchase(facts: &Facts, happening: &Happening, stockpile: &str, side: &Side) -> f64 {
    let held = facts.stockpiles.iter().find(|k| k.name == stockpile).expect("listed");
    let all: f64 = held.destinations.iter().map(|at| facts.destinations[at].need).sum();
    let share = if all > 0.0 {
        facts.destinations[side].need / all
    } else {
        1.0 / held.destinations.len() as f64
    };
    happening.fill_order[stockpile] * share
}

/// (3) and (4).
fn intake(facts: &Facts, t: usize, happening: &Happening, world: &mut World, side: &Side) {
    let n_ranks = facts.n_ranks();
    let destination = &facts.destinations[side];
    let market = &facts.market[&side.0];
    let mut need = vec![0.0; n_ranks];
    for consumer in facts.consumers_at(side) {
        need[rank(facts, consumer.2)] += world.demand[consumer] + world.backlog[consumer];
    }
    for (plant, per_output) in facts.plants_at(side) {
        for (need, planned) in need.iter_mut().zip(&world.planned[plant]) {
            *need += per_output * planned;
        }
    }
    let used: f64 = need.iter().sum();

    let smoothed = match market.smoothing_days {
        None => destination.need * facts.growth(t).need[side],
        Some(days) => {
            let before = world.smoothed_need[side];
            before + (used - before) * (1.0 - shortfall::math::exp(-facts.dt / (days / DAYS)))
        }
    };
    world.smoothed_need.insert(side.clone(), smoothed);

    for stockpile in facts.stockpiles.iter().filter(|k| k.buys && k.destinations.contains(side)) {
        need[n_ranks - 1] += purchase(facts, happening, &stockpile.name, side);
    }
    let asked: f64 = need.iter().sum();

    let hoarded = 1.0 + market.hoarding * world.threatened[side];
    let target = destination.cover * smoothed * hoarded;
    world.target.insert(side.clone(), target);
    let under_way_at_baseline: f64 =
        facts.lanes_to(side).map(|lane| facts.lanes[lane].flow * facts.lanes[lane].transit).sum();
    let under_way_target = under_way_at_baseline * over(smoothed, destination.need, 0.0);
    let gap = target + under_way_target - world.inventory[side] - world.under_way[side];
    let announced = cut_share(facts, side, &happening.announced);
    let adjustment = facts.dt / (market.adjustment_days / DAYS);
    let total = (asked + gap * adjustment).max(0.0) * (1.0 + market.front_loading * announced);
    let by_rank = (0..n_ranks).map(|rank| {
        let share = if asked > 0.0 { need[rank] / asked } else if rank + 1 == n_ranks { 1.0 } else { 0.0 };
        total * share
    });
    world.intake.insert(side.clone(), by_rank.collect());
}

/// (5): the order on a lane, by rank.
pub fn order(world: &World, lane: &Lane) -> Vec<f64> {
    let to = (lane.0.clone(), lane.2.clone());
    world.intake[&to].iter().map(|intake| intake * world.weight[lane]).collect()
}

/// (6).
fn planned(facts: &Facts, t: usize, world: &mut World, side: &Side) {
    let n_ranks = facts.n_ranks();
    let origin = &facts.origins[side];
    let market = &facts.market[&side.0];
    let mut ordered = vec![0.0; n_ranks];
    for lane in facts.lanes_from(side) {
        for (sum, order) in ordered.iter_mut().zip(order(world, lane)) {
            *sum += order;
        }
    }
    let total: f64 = ordered.iter().sum();
    let unsold_target = origin.unsold * facts.growth(t).output[side];
    let refill = (unsold_target - world.unsold[side]) * facts.dt / (market.unsold_adjustment_days / DAYS);
    let capacity: f64 = origin.plants.iter().map(|plant| world.capacity[plant]).sum();
    let planned = capacity.min(total + refill).max(0.0);
    for plant in &origin.plants {
        let own = world.capacity[plant];
        let minimum = facts.plants[plant].minimum_run * own;
        let amount = (planned * over(own, capacity, 0.0)).max(minimum);
        let by_rank = (0..n_ranks).map(|rank| {
            let last = if rank + 1 == n_ranks { 1.0 } else { 0.0 };
            amount * over(ordered[rank], total, last)
        });
        world.planned.insert(plant.clone(), by_rank.collect());
    }
}
