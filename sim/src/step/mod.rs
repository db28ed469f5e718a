//! One step of a block of runs: equations (1) to (18), in the order of the model.
//!
//! The step allocates nothing, draws nothing and knows no kind of hazard or measure: it reads [`Exposure`] and [`Levers`].
//! Every number is a [`crate::math::Row`] of eight runs, so the equations read as for one run and compile to vector code.

mod adaptation;
mod claims;
mod closures;
mod compile;
mod demand;
mod end_use;
mod lanes;
mod orders;
mod output;
mod plan;
mod prices;
mod rationing;
mod release;
mod rules;
mod service;
mod sharing;
mod state;
mod steering;
#[cfg(test)]
mod tests;
mod transit;

pub use plan::Plan;
pub use state::State;

use crate::exposure::Exposure;
use crate::instructions::Task;
use crate::levers::Levers;

/// Makes step `t`, with the plan's instructions.
pub fn advance(plan: &Plan, t: usize, exposure: &Exposure, levers: &Levers, state: &mut State) {
    plan.instructions.run(Step { plan, t, exposure, levers, state });
}

struct Step<'a> {
    plan: &'a Plan,
    t: usize,
    exposure: &'a Exposure,
    levers: &'a Levers,
    state: &'a mut State,
}

impl Task for Step<'_> {
    #[inline(always)]
    fn run(self) {
        make(self.plan, self.t, self.exposure, self.levers, self.state);
    }
}

/// The step itself.
#[inline(always)]
fn make(plan: &Plan, t: usize, exposure: &Exposure, levers: &Levers, state: &mut State) {
    lanes::ways(plan, exposure, state);
    end_use::wake(plan, exposure, state);
    steering::orders(plan, levers, state);
    demand::requirement(plan, t, exposure, state);
    steering::uses(plan, levers, state);
    demand::demand(plan, state);
    output::available_capacity(plan, t, exposure, levers, state);
    for g in (0..plan.materials.len()).rev() {
        orders::intake(plan, t, g, exposure, levers, state);
        end_use::orders(plan, g, exposure, state);
        orders::add_up(plan, g, exposure, state);
        orders::planned_output(plan, t, g, state);
    }
    for g in 0..plan.materials.len() {
        output::potential(plan, t, g, state);
        rationing::open_orders(plan, g, exposure, levers, state);
        end_use::offers(plan, g, exposure, state);
        rationing::second_round(plan, g, exposure, state);
        rules::carry_over(plan, g, exposure, state);
        output::actual(plan, t, g, state);
        end_use::drawn_by_plants(plan, g, exposure, state);
        transit::carry(plan, t, g, exposure, state);
        end_use::arrive(plan, t, g, exposure, state);
        steering::returned(plan, g, levers, state);
        release::deliver(plan, t, g, state);
        steering::pooled(plan, g, levers, state);
        service::grant(plan, g, state);
        end_use::withhold(plan, g, state);
        release::stockpiles(plan, t, g, levers, state);
        service::settle(plan, g, state);
        end_use::drawn(plan, g, state);
        adaptation::weights(plan, g, state);
    }
    // After every tier: only then have plants taken what they use out of the inventories that (16) reads.
    for g in 0..plan.materials.len() {
        prices::advance(plan, t, g, exposure, state);
    }
    closures::advance(plan, levers, state);
    release::spoil(plan, state);
}
