//! A slow step for one run, keyed by names, written from docs/model.md alone and never optimised.
//! It is what the fast step is judged by.

pub mod compare;
mod deliveries;
mod end_use;
pub mod facts;
mod orders;
mod prices;
mod service;
mod sharing;
pub mod world;

use facts::Facts;
use world::{Happening, World};

/// One step of the model's section 5.
pub fn step(facts: &Facts, t: usize, happening: &Happening, world: &mut World) {
    orders::requirement_and_demand(facts, t, happening, world);
    orders::orders(facts, t, happening, world);
    for material in &facts.materials {
        deliveries::deliver(facts, t, happening, world, material);
        service::serve(facts, t, happening, world, material);
    }
    prices::set_prices(facts, t, happening, world);
    prices::close_and_restart(facts, happening, world);
}
