//! Named end users: what of orders and offers passes, what is barred to the refused, and who draws on it.

use super::facts::{Facts, Lane, Side};
use super::world::{Claim, Claimant, Happening, World, over};

/// Share of orders and offers that passes on a lane: of barred goods, what those can use who are not refused.
pub fn open(happening: &Happening, world: &World, lane: &Lane) -> f64 {
    let to = (lane.0.clone(), lane.2.clone());
    happening.open(lane) * (1.0 - happening.barred[lane] * (1.0 - world.passes[&to]))
}

/// The part of a destination's claims that barred goods can meet.
fn allowed(facts: &Facts, happening: &Happening, world: &World, side: &Side) -> f64 {
    let claims = &world.claims[side];
    let claimed: f64 = claims.iter().map(|claim| claim.amount).sum();
    let refused: f64 = claims.iter().map(|claim| claim.amount * happening.refused(&claim.by)).sum();
    if claimed > facts.nothing(side) { 1.0 - refused / claimed } else { 1.0 }
}

/// First round: all that the allowed can use of the orders for barred goods.
pub fn orders(facts: &Facts, happening: &Happening, world: &mut World, side: &Side) {
    let barred = |lane: &Lane| world.weight[lane] * happening.open(lane) * happening.barred[lane];
    let ordered: f64 = facts.lanes_to(side).map(barred).sum();
    let passes = over(allowed(facts, happening, world, side), ordered, 1.0).min(1.0);
    world.passes.insert(side.clone(), passes);
}

/// Second round: what the allowed could still use of barred goods, of all that is looked for.
pub fn offers(facts: &Facts, happening: &Happening, world: &mut World, side: &Side) {
    let intake: f64 = world.intake[side].iter().sum();
    let received: f64 = facts.lanes_to(side).map(|lane| world.shipped[lane]).sum();
    let barred: f64 = facts.lanes_to(side).map(|lane| world.shipped[lane] * happening.barred[lane]).sum();
    let room = (allowed(facts, happening, world, side) * intake - barred).max(0.0);
    let passes = over(room, (intake - received).max(0.0), 1.0).min(1.0);
    world.passes.insert(side.clone(), passes);
}

/// Grants out of an inventory of which `barred` is part, class by class: the refused up to what is free, the others the rest.
pub fn granted(happening: &Happening, claims: &[Claim], inventory: f64, barred: f64) -> (Vec<Claim>, f64) {
    let mut claims = claims.to_vec();
    let (mut held, mut barred) = (inventory, barred);
    let last = claims.iter().map(|claim| claim.rank).max().unwrap_or(0);
    for rank in 0..=last {
        let (mut allowed, mut refused) = (0.0, 0.0);
        for claim in claims.iter().filter(|claim| claim.rank == rank) {
            refused += claim.amount * happening.refused(&claim.by);
            allowed += claim.amount * (1.0 - happening.refused(&claim.by));
        }
        let level = over(held, allowed + refused, 1.0).min(1.0);
        let to_refused = (refused * level).min((held - barred).max(0.0));
        let of_refused = over(to_refused, refused, 0.0);
        let of_allowed = over(held - to_refused, allowed, 1.0).min(1.0);
        for claim in claims.iter_mut().filter(|claim| claim.rank == rank) {
            let share = happening.refused(&claim.by);
            claim.granted = claim.amount * ((1.0 - share) * of_allowed + share * of_refused);
        }
        held = (held - to_refused - allowed).max(0.0);
        barred = (barred - allowed).max(0.0);
    }
    (claims, barred)
}

/// Takes an amount that a user got out of the barred stock, as far as it is not refused.
pub fn draw(happening: &Happening, world: &mut World, side: &Side, by: &Claimant, amount: f64) {
    let barred = world.barred.get_mut(side).expect("listed");
    *barred = (*barred - amount * (1.0 - happening.refused(by))).max(0.0);
}

/// No more is barred than is there.
pub fn bound(world: &mut World, side: &Side) {
    let held = world.inventory[side];
    let barred = world.barred.get_mut(side).expect("listed");
    *barred = barred.min(held);
}
