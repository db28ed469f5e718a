//! Random measures, laid directly on the levers: every lever that the step reads, in half of the worlds.

use super::random::Dice;
use shortfall::baseline::Baseline;
use shortfall::levers::{Levers, Moves, Pool, Rules, Sharing, Shift};
use shortfall::math::{Row, WIDTH};
use shortfall::network::{ConsumerId, DestinationId, MaterialId};

/// `rules` with random measures besides.
pub fn rules(seed: u64, baseline: &Baseline, mut rules: Rules) -> Rules {
    let mut dice = Dice::new(seed, "steered rules");
    if dice.chance(0.5) {
        return rules;
    }
    let network = &baseline.network;
    rules.moves = Moves {
        capacity: dice.chance(0.5),
        support: dice.chance(0.5),
        orders: dice.chance(0.5),
        reserved: dice.chance(0.5),
        returned: dice.chance(0.5),
        cover: dice.chance(0.5),
        alert: dice.chance(0.5),
        members: dice.chance(0.5),
    };
    for stockpile in &mut rules.stockpiles {
        if dice.chance(0.3) {
            continue;
        }
        let weights = stockpile.destinations.iter().map(|_| dice.pick(&[0.0, 0.2, 1.0])).collect();
        let all = [Sharing::ByClass, Sharing::ByNeed, Sharing::ByWeight(weights), Sharing::Targeted];
        stockpile.sharing = Some(all[dice.below(4)].clone());
    }
    for _ in 0..dice.below(4) {
        let (a, b) = (dice.below(network.consumers.len()), dice.below(network.consumers.len()));
        if a != b {
            // Always from the lower number to the higher: no circle.
            let (from, to) = (ConsumerId::new(a.min(b)), ConsumerId::new(a.max(b)));
            rules.shifts.push(Shift { from, to, ratio: dice.between(0.5, 2.0) });
        }
    }
    for (g, material) in network.materials.iter().enumerate() {
        let destinations: Vec<DestinationId> =
            material.destinations.clone().filter(|_| dice.chance(0.7)).map(DestinationId::new).collect();
        if !destinations.is_empty() && dice.chance(0.4) {
            rules.pools.push(Pool { material: MaterialId::new(g), destinations });
        }
    }
    for sector in 0..network.sectors.len() {
        if dice.chance(0.3) {
            rules.floors.push((sector, dice.pick(&[0.2, 0.7, 1.0])));
        }
    }
    for i in 0..network.destinations.len() {
        if dice.chance(0.2) {
            rules.extra_cover.push((DestinationId::new(i), dice.between(0.0, 0.2)));
        }
    }
    rules
}

/// Random levers of step `t`, those of stockpiles' draws and orders left as they are.
pub fn pull(seed: u64, t: usize, baseline: &Baseline, rules: &Rules, levers: &mut Levers) {
    let mut dice = Dice::new(seed, &format!("steered {t}"));
    let network = &baseline.network;
    let dt = network.clock.dt;
    let (draws, fills) = (levers.draw_limit.clone(), levers.fill_order.clone());
    levers.rest();
    (levers.draw_limit, levers.fill_order) = (draws, fills);
    let mut some = |p: f64, low: f64, high: f64| {
        Row(std::array::from_fn(|_: usize| if dice.chance(p) { dice.between(low, high) } else { 0.0 }))
    };
    for (k, transfer) in levers.transfer.iter_mut().enumerate() {
        let stockpile = &rules.stockpiles[k];
        let need: f64 = stockpile.destinations.iter().map(|i| baseline.need[i.index()] * dt).sum();
        *transfer = if stockpile.unlimited() { Row::ZERO } else { some(0.2, 0.0, need) };
    }
    let members = rules.stockpiles.iter().flat_map(|stockpile| {
        let joint = stockpile.sharing.is_some();
        stockpile.destinations.iter().map(move |_| joint)
    });
    for (member, joint) in levers.member.iter_mut().zip(members) {
        let share = some(0.8, 0.0, 1.0);
        // Of one holder there is no member to withdraw.
        *member = if joint { share } else { Row::ONE };
    }
    levers.built.iter_mut().for_each(|built| *built = some(0.3, -0.6, 0.8));
    levers.relief.iter_mut().for_each(|relief| *relief = some(0.5, 0.0, 1.0));
    levers.support.iter_mut().for_each(|support| *support = some(0.5, -0.5, 0.2));
    for (i, returned) in levers.returned.iter_mut().enumerate() {
        *returned = some(0.5, 0.0, 0.3 * baseline.need[i] * dt);
    }
    levers.cover.iter_mut().for_each(|cover| *cover = some(0.5, 0.0, 3.0));
    levers.alert.iter_mut().for_each(|alert| *alert = some(0.5, 0.0, 1.0));
    levers.shift.iter_mut().for_each(|shift| *shift = some(0.7, 0.0, 0.8));
    levers.pool.iter_mut().for_each(|pool| *pool = some(0.6, 0.0, 1.0));
    for (l, reserved) in levers.reserved.iter_mut().enumerate() {
        *reserved = some(0.3, 0.0, baseline.flow[l] * dt);
    }
    if rules.moves.orders {
        for (i, destination) in network.destinations.iter().enumerate() {
            let lanes = network.materials[destination.material.index()].lanes.clone();
            let lanes: Vec<usize> = lanes.filter(|l| network.lanes[*l].destination.index() == i).collect();
            let part = some(0.3, 0.0, 0.3);
            let to = lanes.len() as f64;
            levers.move_orders(i, part, &lanes, |_| part / to);
        }
    }
    assert_eq!(levers.shift.len(), rules.shifts.len(), "{WIDTH} runs a lever");
}
