//! Use of one material: stockpiles and claims (12), service (13), adaptation (14).

use super::end_use;
use super::facts::{Facts, Lane, Side, StockpileFacts};
use super::sharing;
use super::world::{Claim, Claimant, Happening, World, over, split};
use shortfall::levers::Sharing;
use std::collections::BTreeMap;

pub fn serve(facts: &Facts, t: usize, happening: &Happening, world: &mut World, material: &str) {
    let sides: Vec<Side> = facts.destinations.keys().filter(|side| side.0 == material).cloned().collect();
    for side in &sides {
        let due: f64 = facts
            .stockpiles
            .iter()
            .filter_map(|k| world.deliveries.remove(&(k.name.clone(), side.clone(), t)))
            .sum();
        *world.inventory.get_mut(side).expect("listed") += due;
        world.delivered.insert(side.clone(), due);
    }
    pool(facts, happening, world, material);
    for side in &sides {
        let own = (world.inventory[side] - world.delivered[side]).max(0.0);
        let bare = granted(happening, world, side, own).0;
        let uses = |claim: &&Claim| !matches!(claim.by, Claimant::Purchase(_));
        let asked: f64 = bare.iter().filter(uses).map(|claim| claim.amount).sum();
        let missed: f64 = bare.iter().filter(uses).map(|claim| claim.amount - claim.granted).sum();
        world.gap_share.insert(side.clone(), share_missed(facts, side, missed, asked));
        let (claims, idle) = granted(happening, world, side, world.inventory[side]);
        world.claims.insert(side.clone(), claims);
        world.idle.insert(side.clone(), idle);
    }
    for stockpile in facts.stockpiles.iter().filter(|k| k.material == material) {
        release(facts, t, happening, world, stockpile);
    }
    for side in &sides {
        use_up(facts, happening, world, side);
    }
    for stockpile in facts.stockpiles.iter().filter(|k| k.material == material) {
        keep(facts, world, stockpile);
    }
    adapt(facts, world, &sides);
}

/// What an inventory grants to claims, and what is then left of its barred part.
fn granted(happening: &Happening, world: &World, side: &Side, inventory: f64) -> (Vec<Claim>, f64) {
    end_use::granted(happening, &world.claims[side], inventory, world.barred[side])
}

/// Share of claims that is missed; none where nothing is claimed.
fn share_missed(facts: &Facts, side: &Side, missed: f64, asked: f64) -> f64 {
    if asked > facts.nothing(side) { missed / asked } else { 0.0 }
}

/// Pools inventories: who holds more than the common level of all claims gives to those who hold less.
fn pool(facts: &Facts, happening: &Happening, world: &mut World, material: &str) {
    for (sides, strength) in facts.pools.iter().zip(&happening.pool) {
        if sides[0].0 != material {
            continue;
        }
        let claims = |side: &Side| -> f64 {
            let uses = world.claims[side].iter().filter(|claim| !matches!(claim.by, Claimant::Purchase(_)));
            uses.map(|claim| claim.amount).sum()
        };
        let held: f64 = sides.iter().map(|side| world.inventory[side]).sum();
        let level = over(held, sides.iter().map(claims).sum(), 1.0).min(1.0);
        let gap: Vec<f64> = sides.iter().map(|side| world.inventory[side] - level * claims(side)).collect();
        let spare: f64 = gap.iter().map(|gap| gap.max(0.0)).sum();
        let lacked: f64 = gap.iter().map(|gap| (-gap).max(0.0)).sum();
        let moves = spare.min(lacked) * strength;
        pool_barred(world, sides, &gap, [spare, lacked], moves);
        for (side, gap) in sides.iter().zip(gap) {
            let of_all = if gap > 0.0 { over(-gap, spare, 0.0) } else { over(-gap, lacked, 0.0) };
            let inventory = world.inventory.get_mut(side).expect("listed");
            *inventory = (*inventory + moves * of_all).max(0.0);
        }
    }
}

/// The barred part goes with what is given.
fn pool_barred(world: &mut World, sides: &[Side], gap: &[f64], [spare, lacked]: [f64; 2], moves: f64) {
    let given = |gap: f64| moves * over(gap.max(0.0), spare, 0.0);
    let part = |side: &Side| over(world.barred[side], world.inventory[side], 0.0);
    let parts: Vec<f64> = sides.iter().map(part).collect();
    let all: f64 = gap.iter().zip(&parts).map(|(gap, part)| given(*gap) * part).sum();
    for ((side, gap), part) in sides.iter().zip(gap).zip(parts) {
        let got = over((-gap).max(0.0), lacked, 0.0) * all;
        let barred = world.barred.get_mut(side).expect("listed");
        *barred = (*barred - given(*gap) * part).max(0.0) + got;
    }
}

pub fn served_by(stockpile: &StockpileFacts, claim: &Claim) -> bool {
    match (&claim.by, &stockpile.serves) {
        (Claimant::Purchase(_), _) => false,
        (Claimant::Consumer(consumer), Some(served)) => served.contains(consumer),
        (Claimant::Plant(_), Some(_)) => false,
        (_, None) => true,
    }
}

/// What the claims that a stockpile serves lack.
pub fn lacking(stockpile: &StockpileFacts, claims: &[Claim]) -> f64 {
    let served = claims.iter().filter(|claim| served_by(stockpile, claim));
    served.map(|claim| (claim.amount - claim.granted).max(0.0)).sum()
}

/// A stockpile releases what is missing; with a delivery lag, what would be missing without the deliveries of this step.
fn release(facts: &Facts, t: usize, happening: &Happening, world: &mut World, stockpile: &StockpileFacts) {
    let lagged = stockpile.delivery_lag > 0.0;
    let held = world.stock.get_mut(&stockpile.name).expect("listed");
    *held = (*held + happening.transfer[&stockpile.name]).max(0.0);
    let member = |side: &Side| happening.member[&(stockpile.name.clone(), side.clone())];
    let lack: Vec<f64> = stockpile
        .destinations
        .iter()
        .map(|side| {
            let own = (world.inventory[side] - world.delivered[side]).max(0.0);
            let claims =
                if lagged { granted(happening, world, side, own).0 } else { world.claims[side].clone() };
            // The stock of one holder serves all its claims.
            let part = if lagged || stockpile.sharing.is_some() { member(side) } else { 1.0 };
            lacking(stockpile, &claims) * part
        })
        .collect();
    let short: f64 = lack.iter().sum();
    let wanted = happening.draw_limit[&stockpile.name].min(short);
    let stock = world.stock[&stockpile.name];
    let released = if stockpile.unlimited { wanted } else { wanted.min(stock) };
    world.wanted.insert(stockpile.name.clone(), wanted);
    world.released.insert(stockpile.name.clone(), released);
    if !stockpile.unlimited {
        world.stock.insert(stockpile.name.clone(), stock - released);
    }
    if !lagged && stockpile.sharing.is_none() {
        hand_out(facts, world, stockpile, &stockpile.destinations, released);
        return;
    }
    let parts: Vec<f64> = match &stockpile.sharing {
        Some(Sharing::ByClass) if !lagged => {
            let entitled: Vec<f64> = stockpile.destinations.iter().map(member).collect();
            sharing::by_class(facts, world, stockpile, &entitled, released)
        }
        Some(Sharing::ByWeight(weights)) => sharing::by_weight(&lack, weights, released),
        Some(Sharing::Targeted) => {
            let is_target = |side: &Side| world.threatened[side] > 0.0;
            let targets: Vec<bool> = stockpile.destinations.iter().map(is_target).collect();
            sharing::targeted(&lack, &targets, released)
        }
        _ => lack.iter().map(|lack| lack * over(released, short, 0.0)).collect(),
    };
    if !lagged {
        for (side, part) in stockpile.destinations.iter().zip(parts) {
            hand_out(facts, world, stockpile, std::slice::from_ref(side), part);
        }
        return;
    }
    let (whole, part) = split(stockpile.delivery_lag);
    for (side, sent) in stockpile.destinations.iter().zip(parts) {
        let mut schedule = |due: usize, amount: f64| {
            let key = (stockpile.name.clone(), side.clone(), due);
            *world.deliveries.entry(key).or_insert(0.0) += amount;
        };
        schedule(t + whole + 1, sent * part);
        if whole > 0 {
            schedule(t + whole, sent * (1.0 - part));
            *world.delivered.get_mut(side).expect("listed") -= sent;
        } else {
            // Part of it arrives at once.
            let now = sent * (1.0 - part);
            *world.delivered.get_mut(side).expect("listed") -= sent * part;
            let left = hand_out(facts, world, stockpile, std::slice::from_ref(side), now);
            *world.inventory.get_mut(side).expect("listed") += left;
        }
    }
}

/// Gives an amount to open claims, first class first, pro rata within a class; returns what none takes.
fn hand_out(
    facts: &Facts,
    world: &mut World,
    stockpile: &StockpileFacts,
    sides: &[Side],
    amount: f64,
) -> f64 {
    let mut left = amount;
    for rank in 0..facts.n_classes {
        let of_rank = |claim: &&mut Claim| claim.rank == rank && served_by(stockpile, claim);
        let mut open = 0.0;
        for side in sides {
            let claims = world.claims.get_mut(side).expect("listed");
            open += claims
                .iter_mut()
                .filter(of_rank)
                .map(|claim| (claim.amount - claim.granted).max(0.0))
                .sum::<f64>();
        }
        let share = over(left, open, 0.0).min(1.0);
        for side in sides {
            for claim in world.claims.get_mut(side).expect("listed").iter_mut().filter(of_rank) {
                let more = (claim.amount - claim.granted).max(0.0) * share;
                claim.granted += more;
                *world.inventory.get_mut(side).expect("listed") += more;
            }
        }
        left = (left - open).max(0.0);
    }
    left
}

/// Consumers take what they are granted; plants' inputs are set aside, what no one claims besides.
fn use_up(facts: &Facts, happening: &Happening, world: &mut World, side: &Side) {
    let claims = &world.claims[side].clone();
    let mut taken = 0.0;
    let mut set_aside: BTreeMap<&String, (f64, f64)> = BTreeMap::new();
    let (mut asked, mut missed) = (0.0, 0.0);
    for claim in claims {
        match &claim.by {
            // Booked with the rest of the consumer's claim.
            Claimant::Consumer(_) if !facts.floors.is_empty() && claim.rank == 0 => {
                taken += claim.granted;
                end_use::draw(happening, world, side, &claim.by, claim.granted);
            }
            Claimant::Consumer(consumer) => {
                let demand = world.demand[consumer];
                let own = claims.iter().filter(|other| other.by == claim.by);
                let granted: f64 = own.map(|claim| claim.granted).sum();
                let served = granted.min(demand);
                let recovered = (granted - served).max(0.0);
                world.served.insert(consumer.clone(), served);
                world.recovered.insert(consumer.clone(), recovered);
                let again = facts.consumers[consumer].backlog_share * (demand - served).max(0.0);
                let backlog = (world.backlog[consumer] - recovered).max(0.0) + again;
                world.backlog.insert(consumer.clone(), backlog);
                taken += claim.granted;
                end_use::draw(happening, world, side, &claim.by, claim.granted);
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
    world.unmet_share.insert(side.clone(), share_missed(facts, side, missed, asked));
    let inventory = (world.inventory[side] - taken).max(0.0);
    world.inventory.insert(side.clone(), inventory);
    end_use::bound(world, side);
    let granted: f64 = set_aside.values().map(|(_, granted)| granted).sum();
    let claimed: f64 = set_aside.values().map(|(claim, _)| claim).sum();
    let unclaimed = (inventory - granted).max(0.0);
    let usable: f64 = facts.plants_at(side).map(|(plant, a)| a * world.capacity[plant]).sum();
    for (plant, per_output) in facts.plants_at(side) {
        let (claim, granted) = set_aside[plant];
        let most = per_output * world.capacity[plant];
        // Pro rata to claims; to capacity if none claims.
        let share = if claimed > facts.nothing(side) { claim / claimed } else { over(most, usable, 0.0) };
        // The refused part takes of what is left only as much as is free of it.
        let free = over((unclaimed - world.idle[side]).max(0.0), unclaimed, 1.0);
        let refused = happening.refused(&Claimant::Plant(plant.clone()));
        let more = unclaimed * share * (1.0 - refused + refused * free);
        let allocated = (granted + more).min(most);
        world.allocated.insert((plant.clone(), side.0.clone()), allocated);
    }
}

/// Purchases join the stock, and part of it spoils.
fn keep(facts: &Facts, world: &mut World, stockpile: &StockpileFacts) {
    let by = Claimant::Purchase(stockpile.name.clone());
    let at = stockpile.destinations.iter().flat_map(|side| &world.claims[side]);
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
        if !(delivered > facts.nothing(side)) {
            continue;
        }
        for lane in &lanes {
            let before = world.weight[lane];
            let aim = market.contract_share * world.contract_weight[lane]
                + (1.0 - market.contract_share) * world.shipped[lane] / delivered;
            world.weight.insert(lane.clone(), before + sigma * (aim - before));
        }
    }
}
