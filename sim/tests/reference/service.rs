//! Use of one material: stockpiles and claims (12), service (13), adaptation (14).

use super::deliveries::claim_rank;
use super::facts::{Facts, Lane, Side, StockpileFacts};
use super::orders::purchase;
use super::world::{Claim, Claimant, Happening, World, over, split};
use std::collections::BTreeMap;

pub fn serve(facts: &Facts, t: usize, happening: &Happening, world: &mut World, material: &str) {
    let sides: Vec<Side> = facts.destinations.keys().filter(|side| side.0 == material).cloned().collect();
    let mut delivered: BTreeMap<Side, f64> = BTreeMap::new();
    let mut claims: BTreeMap<Side, Vec<Claim>> = BTreeMap::new();
    // What would be short without the deliveries of this step.
    let mut without: BTreeMap<Side, Vec<Claim>> = BTreeMap::new();
    for side in &sides {
        let due: f64 = facts
            .stockpiles
            .iter()
            .filter_map(|k| world.deliveries.remove(&(k.name.clone(), side.clone(), t)))
            .sum();
        delivered.insert(side.clone(), due);
        let mut at = claims_at(facts, happening, world, side);
        let mut bare = at.clone();
        grant(&mut bare, world.inventory[side]);
        *world.inventory.get_mut(side).expect("listed") += due;
        grant(&mut at, world.inventory[side]);
        let used = |claims: &[Claim], of: fn(&Claim) -> f64| {
            claims.iter().filter(|claim| !matches!(claim.by, Claimant::Purchase(_))).map(of).sum::<f64>()
        };
        let asked = used(&at, |claim| claim.amount);
        let missed = used(&bare, |claim| claim.amount - claim.granted);
        world.gap_share.insert(side.clone(), over(missed, asked, 0.0));
        claims.insert(side.clone(), at);
        without.insert(side.clone(), bare);
    }
    for stockpile in facts.stockpiles.iter().filter(|k| k.material == material) {
        release(facts, t, happening, world, stockpile, &mut claims, &mut without);
    }
    for side in &sides {
        use_up(facts, world, side, &claims[side]);
    }
    for stockpile in facts.stockpiles.iter().filter(|k| k.material == material) {
        keep(facts, world, stockpile, &claims);
    }
    adapt(facts, world, &sides);
}

/// Claims on a destination's inventory; purchases come last.
fn claims_at(facts: &Facts, happening: &Happening, world: &World, side: &Side) -> Vec<Claim> {
    let claim = |by, rank, amount| Claim { by, rank, amount, granted: 0.0 };
    let mut claims = Vec::new();
    for consumer in facts.consumers_at(side) {
        let amount = world.demand[consumer] + world.backlog[consumer];
        claims.push(claim(Claimant::Consumer(consumer.clone()), claim_rank(facts, consumer.2), amount));
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

/// Class by class, pro rata within a class.
fn grant(claims: &mut [Claim], inventory: f64) {
    let mut left = inventory;
    let last = claims.iter().map(|claim| claim.rank).max().unwrap_or(0);
    for rank in 0..=last {
        let sum: f64 = claims.iter().filter(|claim| claim.rank == rank).map(|claim| claim.amount).sum();
        let share = over(left, sum, 1.0).min(1.0);
        for claim in claims.iter_mut().filter(|claim| claim.rank == rank) {
            claim.granted += claim.amount * share;
        }
        left = (left - sum * share).max(0.0);
    }
}

fn served_by(stockpile: &StockpileFacts, claim: &Claim) -> bool {
    match (&claim.by, &stockpile.serves) {
        (Claimant::Purchase(_), _) => false,
        (Claimant::Consumer(consumer), Some(served)) => served.contains(consumer),
        (Claimant::Plant(_), Some(_)) => false,
        (_, None) => true,
    }
}

/// A stockpile releases what is missing to the claims it serves, first class first, pro rata within one.
fn release(
    facts: &Facts,
    t: usize,
    happening: &Happening,
    world: &mut World,
    stockpile: &StockpileFacts,
    claims: &mut BTreeMap<Side, Vec<Claim>>,
    without: &mut BTreeMap<Side, Vec<Claim>>,
) {
    let lagged = stockpile.delivery_lag > 0.0;
    let gaps = if lagged { &mut *without } else { &mut *claims };
    let missing = |gaps: &BTreeMap<Side, Vec<Claim>>, rank: Option<usize>| {
        let at = stockpile.destinations.iter().flat_map(|side| &gaps[side]);
        at.filter(|claim| served_by(stockpile, claim) && rank.is_none_or(|rank| claim.rank == rank))
            .map(|claim| claim.amount - claim.granted)
            .sum::<f64>()
    };
    let wanted = missing(gaps, None).min(happening.draw_limit[&stockpile.name]).max(0.0);
    let stock = world.stock[&stockpile.name];
    let released = if stockpile.unlimited { wanted } else { wanted.min(stock) };
    world.wanted.insert(stockpile.name.clone(), wanted);
    world.released.insert(stockpile.name.clone(), released);
    if !stockpile.unlimited {
        world.stock.insert(stockpile.name.clone(), stock - released);
    }
    let mut left = released;
    for rank in 0..facts.n_classes {
        let sum = missing(gaps, Some(rank));
        let share = over(left, sum, 1.0).min(1.0);
        for side in &stockpile.destinations {
            let mut sent = 0.0;
            for claim in gaps.get_mut(side).expect("its own").iter_mut() {
                if claim.rank == rank && served_by(stockpile, claim) {
                    let given = (claim.amount - claim.granted) * share;
                    claim.granted += given;
                    sent += given;
                }
            }
            if lagged {
                let (whole, part) = split(stockpile.delivery_lag);
                for (due, amount) in [(t + whole, sent * (1.0 - part)), (t + whole + 1, sent * part)] {
                    let key = (stockpile.name.clone(), side.clone(), due);
                    *world.deliveries.entry(key).or_insert(0.0) += amount;
                }
            } else {
                *world.inventory.get_mut(side).expect("listed") += sent;
            }
        }
        left = (left - sum * share).max(0.0);
    }
}

/// Consumers take what they are granted; plants' inputs are set aside, what no one claims besides.
fn use_up(facts: &Facts, world: &mut World, side: &Side, claims: &[Claim]) {
    let mut taken = 0.0;
    let mut set_aside: BTreeMap<&String, (f64, f64)> = BTreeMap::new();
    let (mut asked, mut missed) = (0.0, 0.0);
    for claim in claims {
        match &claim.by {
            Claimant::Consumer(consumer) => {
                let demand = world.demand[consumer];
                let served = claim.granted.min(demand);
                let recovered = (claim.granted - served).max(0.0);
                world.served.insert(consumer.clone(), served);
                world.recovered.insert(consumer.clone(), recovered);
                let again = facts.consumers[consumer].backlog_share * (demand - served).max(0.0);
                let backlog = (world.backlog[consumer] - recovered).max(0.0) + again;
                world.backlog.insert(consumer.clone(), backlog);
                taken += claim.granted;
            }
            Claimant::Plant(plant) => {
                let entry = set_aside.entry(plant).or_insert((0.0, 0.0));
                *entry = (entry.0 + claim.amount, entry.1 + claim.granted);
            }
            Claimant::Purchase(_) => taken += claim.granted,
        }
        if !matches!(claim.by, Claimant::Purchase(_)) {
            asked += claim.amount;
            missed += claim.amount - claim.granted;
        }
    }
    world.unmet_share.insert(side.clone(), over(missed, asked, 0.0));
    let inventory = (world.inventory[side] - taken).max(0.0);
    world.inventory.insert(side.clone(), inventory);
    let granted: f64 = set_aside.values().map(|(_, granted)| granted).sum();
    let claimed: f64 = set_aside.values().map(|(claim, _)| claim).sum();
    let unclaimed = (inventory - granted).max(0.0);
    for (plant, per_output) in facts.plants_at(side) {
        let (claim, granted) = set_aside[plant];
        let most = (per_output * world.capacity[plant] - granted).max(0.0);
        let more = (unclaimed * over(claim, claimed, 0.0)).min(most);
        world.allocated.insert((plant.clone(), side.0.clone()), granted + more);
    }
}

/// Purchases join the stock, and part of it spoils.
fn keep(facts: &Facts, world: &mut World, stockpile: &StockpileFacts, claims: &BTreeMap<Side, Vec<Claim>>) {
    let by = Claimant::Purchase(stockpile.name.clone());
    let at = stockpile.destinations.iter().flat_map(|side| &claims[side]);
    let bought: f64 = at.filter(|claim| claim.by == by).map(|claim| claim.granted).sum();
    let stock = world.stock[&stockpile.name] + bought;
    let spoiled = stock * (1.0 - shortfall::math::pow(1.0 - stockpile.spoilage, facts.dt));
    world.bought.insert(stockpile.name.clone(), bought);
    world.spoiled.insert(stockpile.name.clone(), spoiled);
    world.stock.insert(stockpile.name.clone(), stock - spoiled);
}

/// (14).
fn adapt(facts: &Facts, world: &mut World, sides: &[Side]) {
    for side in sides {
        let market = &facts.market[&side.0];
        let sigma = 1.0 - shortfall::math::exp(-market.switching_per_year * facts.dt);
        let lanes: Vec<Lane> = facts.lanes_to(side).cloned().collect();
        let delivered: f64 = lanes.iter().map(|lane| world.shipped[lane]).sum();
        if !(delivered > 0.0) {
            continue;
        }
        for lane in &lanes {
            let before = world.weight[lane];
            let aim = market.contract_share * facts.lanes[lane].weight
                + (1.0 - market.contract_share) * world.shipped[lane] / delivered;
            world.weight.insert(lane.clone(), before + sigma * (aim - before));
        }
    }
}
