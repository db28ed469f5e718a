//! Exposure to orders: (1) to (6).

use super::end_use;
use super::facts::{DAYS, Facts, Lane, Side};
use super::world::{Claim, Claimant, Happening, World, over};
use shortfall::network::Allocation;

/// Capacity there, threatened shares, (1) and (2).
pub fn requirement_and_demand(facts: &Facts, t: usize, happening: &Happening, world: &mut World) {
    for (lane, weight) in &mut world.weight {
        let kept = happening.kept[&(lane.0.clone(), lane.2.clone())];
        *weight = *weight * kept + happening.moved[lane];
        let contracted = world.contract_weight.get_mut(lane).expect("listed");
        *contracted = *contracted * kept + happening.moved[lane];
    }
    for (name, plant) in &facts.plants {
        let open = if world.open[name] { 1.0 } else { 0.0 };
        let growth = facts.growth(t).output[&plant.origin];
        let there = if plant.planned { 0.0 } else { 1.0 };
        let built = (there + happening.built[name]).max(0.0);
        let lost = (1.0 - happening.availability[name]) * (1.0 - happening.relief[name]);
        let kept = (1.0 - lost) * (1.0 - happening.control[name]);
        let later = facts.market[&plant.origin.0].capacity_later;
        let brought = shortfall::math::exp(later * world.lasting_origin[&plant.origin].max(0.0));
        world.capacity.insert(name.clone(), plant.capacity * built * growth * kept * brought * open);
    }
    for side in facts.destinations.keys() {
        world.threatened.insert(side.clone(), cut_share(facts, side, &happening.threat));
    }
    for (name, consumer) in &facts.consumers {
        let requirement = consumer.demand * facts.growth(t).demand[name] * happening.surge[name];
        world.requirement.insert(name.clone(), requirement);
    }
    shift(facts, happening, world);
    for (name, consumer) in &facts.consumers {
        let requirement = world.requirement[name];
        let log_price = world.log_price[&(name.0.clone(), name.1.clone())];
        let factor = shortfall::math::exp(-consumer.elasticity * log_price).min(1.0);
        let lasting = world.lasting[&(name.0.clone(), name.1.clone())].max(0.0);
        let later =
            shortfall::math::exp(-facts.market[&name.0].elasticity_later * consumer.elasticity * lasting);
        world.demand.insert(name.clone(), requirement * factor * later);
    }
}

/// Uses that move to another material: each a share of what was required before any moved, while there is some left.
fn shift(facts: &Facts, happening: &Happening, world: &mut World) {
    let before = world.requirement.clone();
    for consumer in facts.consumers.keys() {
        world.substituted.insert(consumer.clone(), 0.0);
    }
    for (shift, share) in facts.shifts.iter().zip(&happening.shift) {
        let gone = world.substituted.get_mut(&shift.from).expect("listed");
        let moved = (before[&shift.from] * share).min(before[&shift.from] - *gone);
        *gone += moved;
        let from = world.requirement.get_mut(&shift.from).expect("listed");
        *from = (*from - moved).max(0.0);
        *world.requirement.get_mut(&shift.to).expect("listed") += moved * shift.ratio;
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
            end_use::orders(facts, happening, world, side);
        }
        for side in facts.origins.keys().filter(|side| side.0 == *material) {
            planned(facts, t, world, side);
        }
    }
}

/// What a stockpile orders at a destination: shared by baseline need.
fn purchase(facts: &Facts, happening: &Happening, stockpile: &str, side: &Side) -> f64 {
    let held = facts.stockpiles.iter().find(|k| k.name == stockpile).expect("listed");
    let all: f64 = held.destinations.iter().map(|at| facts.destinations[at].need).sum();
    let share =
        if all > 0.0 { facts.destinations[side].need / all } else { 1.0 / held.destinations.len() as f64 };
    happening.fill_order[stockpile] * share
}

/// Rank of a claim on an inventory (12).
fn claim_rank(facts: &Facts, class: usize) -> usize {
    let first = usize::from(!facts.floors.is_empty());
    first + if facts.allocation == Allocation::ProRata { 0 } else { class }
}

/// Claims on a destination's inventory; purchases come last.
fn claims_at(facts: &Facts, happening: &Happening, world: &World, side: &Side) -> Vec<Claim> {
    let claim = |by, rank, amount| Claim { by, rank, amount, granted: 0.0 };
    let mut claims = Vec::new();
    for consumer in facts.consumers_at(side) {
        let amount = world.demand[consumer] + world.backlog[consumer];
        let floor = facts.floors.get(&consumer.3).copied().unwrap_or(0.0);
        let by = || Claimant::Consumer(consumer.clone());
        if floor > 0.0 {
            claims.push(claim(by(), 0, amount * floor));
        }
        claims.push(claim(by(), claim_rank(facts, consumer.2), amount * (1.0 - floor)));
    }
    for (plant, per_output) in facts.plants_at(side) {
        for (rank, planned) in world.planned[plant].iter().enumerate() {
            let rank = if facts.rated() { rank } else { claim_rank(facts, facts.plants[plant].class) };
            claims.push(claim(Claimant::Plant(plant.clone()), rank, per_output * planned));
        }
    }
    for stockpile in facts.stockpiles.iter().filter(|k| k.buys && k.destinations.contains(side)) {
        let amount = purchase(facts, happening, &stockpile.name, side);
        claims.push(claim(Claimant::Purchase(stockpile.name.clone()), facts.n_classes, amount));
    }
    claims
}

/// (3) and (4).
fn intake(facts: &Facts, t: usize, happening: &Happening, world: &mut World, side: &Side) {
    let n_ranks = facts.n_ranks();
    let destination = &facts.destinations[side];
    let market = &facts.market[&side.0];
    let claims = claims_at(facts, happening, world, side);
    let is_purchase = |claim: &&Claim| matches!(claim.by, Claimant::Purchase(_));
    let purchases: f64 = claims.iter().filter(is_purchase).map(|claim| claim.amount).sum();
    let mut need = vec![0.0; n_ranks];
    for claim in claims.iter().filter(|claim| !is_purchase(claim)) {
        need[if facts.rated() { claim.rank } else { 0 }] += claim.amount;
    }
    world.claims.insert(side.clone(), claims);
    let used: f64 = need.iter().sum();

    let smoothed = match market.smoothing_days {
        None => destination.need * facts.growth(t).need[side],
        Some(days) => {
            let before = world.smoothed_need[side];
            before + (used - before) * (1.0 - shortfall::math::exp(-facts.dt / (days / DAYS)))
        }
    };
    world.smoothed_need.insert(side.clone(), smoothed);

    let hoarded = 1.0 + market.hoarding * world.threatened[side];
    let cover = destination.cover + happening.cover[side];
    let target = (cover * smoothed + destination.reserve * facts.growth(t).need[side]) * hoarded;
    world.target.insert(side.clone(), target);
    let under_way_at_baseline: f64 =
        facts.lanes_to(side).map(|lane| facts.lanes[lane].flow * facts.lanes[lane].transit).sum();
    let under_way_target = under_way_at_baseline * over(smoothed, destination.need, 0.0);
    let gap = target + under_way_target - world.inventory[side] - world.under_way[side];
    let announced = cut_share(facts, side, &happening.announced);
    let adjustment = facts.dt / (market.adjustment_days / DAYS);
    let forward = market.front_loading + happening.alert[side];
    let wanted = used + purchases + gap * adjustment - happening.returned[side];
    let total = wanted.max(0.0) * (1.0 + forward * announced);
    world.intake.insert(side.clone(), by_rank(total, &need));
}

/// An amount by rank: each rank has what it needs, first rank first; the last has what is left.
fn by_rank(amount: f64, need: &[f64]) -> Vec<f64> {
    let mut left = amount;
    let mut ranks: Vec<f64> = need
        .iter()
        .map(|need| {
            let part = need.min(left);
            left -= part;
            part
        })
        .collect();
    *ranks.last_mut().expect("there is a rank") += left;
    ranks
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
    // First what plants make in the baseline, then what else they can.
    let growth = facts.growth(t).output[side];
    let usual = |plant: &String| world.capacity[plant].min(facts.plants[plant].output * growth);
    let all_usual: f64 = origin.plants.iter().map(usual).sum();
    let of_usual = over(planned, all_usual, 0.0).min(1.0);
    let of_spare = over((planned - all_usual).max(0.0), capacity - all_usual, 0.0);
    for plant in &origin.plants {
        let capacity = world.capacity[plant];
        let minimum = facts.plants[plant].minimum_run * capacity;
        let usual = capacity.min(facts.plants[plant].output * growth);
        let own = usual * of_usual + (capacity - usual) * of_spare;
        let share = over(own, planned, 0.0);
        let mut ranks: Vec<f64> = by_rank(planned, &ordered).iter().map(|part| part * share).collect();
        // What the minimum run adds has the last rank.
        ranks[n_ranks - 1] += (minimum - own).max(0.0);
        world.planned.insert(plant.clone(), ranks);
    }
}
