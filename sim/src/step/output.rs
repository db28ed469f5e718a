//! What plants can make and what they make: (7) and (10).

use super::Plan;
use super::State;
use super::state::total;
use crate::exposure::Channel;
use crate::exposure::Exposure;
use crate::levers::Levers;
use crate::math::Row;

/// Capacity of every plant in this step: it follows the reference path, less what events, owners and closure take, with what
/// measures build and make good, and what a price that lasts has brought about: · max(1, q̄)^σ.
#[inline(always)]
pub(super) fn available_capacity(
    plan: &Plan,
    t: usize,
    exposure: &Exposure,
    levers: &Levers,
    state: &mut State,
) {
    let growth = plan.path.output(t);
    let withheld = exposure.any(Channel::Control);
    for (j, plant) in plan.plants.iter().enumerate() {
        let mut capacity = if plan.moves.capacity {
            let available = exposure.availability[j];
            let available = available + (Row::ONE - available) * levers.relief[j];
            let built = (levers.built[j] * plant.size + plant.capacity).positive();
            available * (built * growth[plant.origin])
        } else {
            exposure.availability[j] * (plant.capacity * growth[plant.origin])
        };
        if withheld {
            capacity = capacity * (Row::ONE - exposure.control[j]);
        }
        if plant.later > 0.0 {
            let lasting = state.work.lasting_origin[plant.origin];
            if lasting.any() {
                capacity = capacity * (lasting.positive() * plant.later).exp();
            }
        }
        state.work.capacity[j] =
            if plant.closure.is_some() { capacity * state.work.open[j] } else { capacity };
    }
}

/// Potential output of one material's plants.
///
/// Equation (7): x̄ = min(capacity · a, last output + ramp, allocated input / A, by-product ratio × host output).
///
/// The inputs were allocated when their material was served. A host of a later tier counts with its last output.
#[inline(always)]
pub(super) fn potential(plan: &Plan, t: usize, g: usize, state: &mut State) {
    let growth = plan.path.output(t);
    for e in plan.materials[g].origins.clone() {
        for j in plan.origins[e].plants.clone() {
            let plant = &plan.plants[j];
            let mut potential = state.work.capacity[j];
            if plant.ramp.is_finite() {
                potential = potential.min(state.output[j] + plant.ramp * plant.size * growth[e]);
            }
            for u in plant.inputs.clone() {
                potential = potential.min(state.work.allocated[u] * plan.inputs[u].output_per_unit);
            }
            if let Some((host, ratio)) = plant.host {
                potential = potential.min(state.output[host] * ratio);
            }
            state.work.potential[j] = potential;
        }
    }
}

/// Actual output, unsold stock and inputs used.
///
/// Equation (10): x ≤ x̄ covers what was shipped and the stock target, never below minimum run; the rest stays in J, up to
/// the origin's storage limit, past which even minimum run stops.
#[inline(always)]
pub(super) fn actual(plan: &Plan, t: usize, g: usize, state: &mut State) {
    let growth = plan.path.output(t);
    for e in plan.materials[g].origins.clone() {
        let origin = &plan.origins[e];
        let shipped = state.work.sent[e];
        let (mut potential, mut least) = (Row::ZERO, Row::ZERO);
        for j in origin.plants.clone() {
            potential += state.work.potential[j];
            least += minimum(plan, j, state);
        }
        let stock = state.unsold[e];
        let short_of_shipped = (shipped - stock).positive();
        let wanted = shipped + (Row::splat(origin.unsold_target * growth[e]) - stock) * origin.unsold_gain;
        let mut output = wanted.max(least).max(short_of_shipped).min(potential);
        if origin.storage.is_finite() {
            // Rounding apart, room is never below what was shipped beyond the stock.
            let room = Row::splat(origin.storage * growth[e]) - stock + shipped;
            output = output.min(room.max(short_of_shipped));
        }
        state.unsold[e] = (stock + output - shipped).positive();
        if origin.plants.len() == 1 {
            make(plan, origin.plants.start, output, state);
        } else {
            share_out(plan, e, output, potential, least, state);
        }
    }
}

/// Shares an origin's output out: first the minimum, then what was planned, then what else can be made, so that plants keep
/// their parts of the plan.
#[inline(always)]
fn share_out(plan: &Plan, e: usize, output: Row, potential: Row, least: Row, state: &mut State) {
    let plants = plan.origins[e].plants.clone();
    let mut planned = Row::ZERO;
    for j in plants.clone() {
        planned += within_plan(plan, j, state);
    }
    let of_least = output.over(least, 0.0).min(Row::ONE);
    let of_plan = (output - least).positive().over(planned - least, 0.0).min(Row::ONE);
    let beyond_plan = (output - planned).positive().over(potential - planned, 0.0);
    for j in plants {
        let least = minimum(plan, j, state);
        let planned = within_plan(plan, j, state);
        let made = least * of_least
            + (planned - least) * of_plan
            + (state.work.potential[j] - planned) * beyond_plan;
        make(plan, j, made, state);
    }
}

/// Books a plant's output and takes its inputs.
#[inline(always)]
fn make(plan: &Plan, j: usize, made: Row, state: &mut State) {
    state.output[j] = made;
    for u in plan.plants[j].inputs.clone() {
        let input = &plan.inputs[u];
        let left = state.inventory[input.destination] - made * input.per_output;
        state.inventory[input.destination] = left.positive();
    }
}

/// What a plant makes at least, if its inputs allow.
#[inline(always)]
fn minimum(plan: &Plan, j: usize, state: &State) -> Row {
    (state.work.capacity[j] * plan.plants[j].minimum_run).min(state.work.potential[j])
}

/// What a plant makes if it keeps to what was planned for it in (6), at least its minimum, at most its potential.
#[inline(always)]
fn within_plan(plan: &Plan, j: usize, state: &State) -> Row {
    total(&state.work.planned, j).min(state.work.potential[j]).max(minimum(plan, j, state))
}
