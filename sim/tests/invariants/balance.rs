//! Nothing is lost, nothing is negative, every unit that is needed is accounted for: I2 to I4.

use crate::kit::random::MONTHS;
use crate::kit::steered;
use crate::kit::weather::{self, Weather};
use crate::{agree, kit::random, over_worlds};
use shortfall::baseline::Baseline;
use shortfall::ensemble::Model;
use shortfall::exposure::Exposure;
use shortfall::levers::{Levers, Rules};
use shortfall::math::{Row, WIDTH};
use shortfall::step::{Plan, State, advance};

/// Relative; rounding of a few dozen additions is a thousandth of it.
const TOLERANCE: f64 = 1e-9;

/// Runs a world through its weather; `see` gets the states before and after each step.
pub fn run(
    model: &Model,
    seed: u64,
    see: impl FnMut(&Rules, &Levers, &State, &State) -> Result<(), String>,
) -> Result<(), String> {
    run_in(&Weather::random(seed, &model.baseline), model, seed, see)
}

/// The same through any weather.
pub fn run_in(
    weather: &Weather,
    model: &Model,
    seed: u64,
    mut see: impl FnMut(&Rules, &Levers, &State, &State) -> Result<(), String>,
) -> Result<(), String> {
    let baseline = &model.baseline;
    let rules = steered::rules(seed, baseline, weather::rules(seed, baseline));
    let plan = Plan::new(baseline, &rules, weather::REACH);
    let mut levers = Levers::new(&rules);
    let mut state = State::new(&plan);
    for t in 0..MONTHS {
        let mut exposure = Exposure::neutral(baseline, 0);
        weather.lay(t, &mut exposure);
        weather::pull(seed, t, baseline, &rules, &mut levers);
        steered::pull(seed, t, baseline, &rules, &mut levers);
        let before = state.clone();
        advance(&plan, t, &exposure, &levers, &mut state);
        see(&rules, &levers, &before, &state).map_err(|failure| format!("step {t}: {failure}"))?;
    }
    Ok(())
}

#[test]
fn every_unit_is_somewhere() {
    over_worlds(500, |seed| {
        let model = random::world(seed).model();
        run(&model, seed, |rules, levers, before, after| {
            for run in 0..WIDTH {
                origins(&model.baseline, run, before, after)?;
                pipelines(&model.baseline, run, before, after)?;
                stockpiles(rules, levers, run, before, after)?;
                inventories(&model.baseline, rules, levers, run, before, after)?;
            }
            Ok(())
        })
    });
}

fn origins(baseline: &Baseline, run: usize, before: &State, after: &State) -> Result<(), String> {
    for (e, origin) in baseline.network.origins.iter().enumerate() {
        let made: f64 = origin.plants.clone().map(|j| after.output[j].0[run]).sum();
        let shipped: f64 = origin.lanes.clone().map(|l| after.shipped[l].0[run]).sum();
        let expected = before.unsold[e].0[run] + made - shipped;
        agree(("unsold", e), after.unsold[e].0[run], expected, made.max(1e-3), TOLERANCE)?;
    }
    Ok(())
}

fn pipelines(baseline: &Baseline, run: usize, before: &State, after: &State) -> Result<(), String> {
    let network = &baseline.network;
    let mut expected: Vec<f64> = before.under_way.iter().map(|row| row.0[run]).collect();
    for (l, lane) in network.lanes.iter().enumerate() {
        expected[lane.destination.index()] += after.shipped[l].0[run];
    }
    for (i, expected) in expected.iter().enumerate() {
        let expected = expected - after.arrived[i].0[run];
        let scale = (baseline.need[i] * network.clock.dt).max(1e-3);
        agree(("under way", i), after.under_way[i].0[run], expected, scale, TOLERANCE)?;
    }
    Ok(())
}

fn stockpiles(
    rules: &Rules,
    levers: &Levers,
    run: usize,
    before: &State,
    after: &State,
) -> Result<(), String> {
    for (k, stockpile) in rules.stockpiles.iter().enumerate() {
        let released = if stockpile.unlimited() { 0.0 } else { after.released[k].0[run] };
        let joined = after.bought[k].0[run] + levers.transfer.get(k).map_or(0.0, |row| row.0[run]);
        let expected = before.stock[k].0[run] + joined - released - after.spoiled[k].0[run];
        agree(("stock", k), after.stock[k].0[run], expected, 1.0, TOLERANCE)?;
    }
    Ok(())
}

/// Over all destinations of a material, unless a stockpile of it delivers with a lag: what is on its way is not shown.
fn inventories(
    baseline: &Baseline,
    rules: &Rules,
    levers: &Levers,
    run: usize,
    before: &State,
    after: &State,
) -> Result<(), String> {
    let network = &baseline.network;
    for (g, material) in network.materials.iter().enumerate() {
        let held: Vec<usize> =
            (0..rules.stockpiles.len()).filter(|k| rules.stockpiles[*k].material.index() == g).collect();
        if held.iter().any(|k| rules.stockpiles[*k].delivery_lag > 0.0) {
            continue;
        }
        let here = material.destinations.clone();
        let sum = |rows: &[Row]| here.clone().map(|i| rows[i].0[run]).sum::<f64>();
        let of_stock = |rows: &[Row]| held.iter().map(|k| rows[*k].0[run]).sum::<f64>();
        let mut used = 0.0;
        for i in here.clone() {
            for d in network.destinations[i].consumers.clone() {
                used += after.served[d].0[run] + after.recovered[d].0[run];
            }
        }
        for (j, plant) in network.plants.iter().enumerate() {
            for input in plant.inputs.iter().filter(|input| here.contains(&input.destination.index())) {
                used += after.output[j].0[run] * input.per_output;
            }
        }
        let returned = if levers.returned.is_empty() { 0.0 } else { sum(&levers.returned) };
        let joined = sum(&after.arrived) + of_stock(&after.released) - of_stock(&after.bought) + returned;
        let expected = sum(&before.inventory) + joined - used;
        let scale = used.max(1e-3);
        agree(("inventories", g), sum(&after.inventory), expected, scale, TOLERANCE)?;
    }
    Ok(())
}

#[test]
fn nothing_is_negative_or_not_a_number_and_served_never_exceeds_demand_nor_demand_the_requirement() {
    over_worlds(800, |seed| {
        let model = random::world(seed).model();
        run(&model, seed, |_, _, _, state| {
            let amounts = [
                ("inventory", &state.inventory),
                ("barred", &state.barred),
                ("unsold", &state.unsold),
                ("under way", &state.under_way),
                ("smoothed need", &state.smoothed_need),
                ("weight", &state.weight),
                ("output", &state.output),
                ("backlog", &state.backlog),
                ("contract price", &state.contract_price),
                ("stock", &state.stock),
                ("requirement", &state.requirement),
                ("demand", &state.demand),
                ("served", &state.served),
                ("recovered", &state.recovered),
                ("shipped", &state.shipped),
                ("arrived", &state.arrived),
                ("claimed", &state.claimed),
                ("unmet", &state.unmet),
                ("gap", &state.gap),
                ("released", &state.released),
                ("wanted", &state.wanted),
                ("bought", &state.bought),
                ("spoiled", &state.spoiled),
            ];
            for (what, rows) in amounts {
                if let Some(at) =
                    rows.iter().position(|row| !row.0.iter().all(|x| *x >= 0.0 && x.is_finite()))
                {
                    return Err(format!("{what} {at}: {:?}", rows[at]));
                }
            }
            for (i, (barred, held)) in state.barred.iter().zip(&state.inventory).enumerate() {
                if barred.0.iter().zip(&held.0).any(|(barred, held)| barred > held) {
                    return Err(format!("barred {i}: {barred:?} of {held:?}"));
                }
            }
            for rows in [&state.log_price, &state.log_price_origin] {
                if !rows.iter().all(|row| row.0.iter().all(|x| x.is_finite())) {
                    return Err("a price is not a number".into());
                }
            }
            for d in 0..state.demand.len() {
                for run in 0..WIDTH {
                    let (r, d, s) =
                        (state.requirement[d].0[run], state.demand[d].0[run], state.served[d].0[run]);
                    let (unserved, priced_out) = (d - s, r - d);
                    if !(unserved >= 0.0 && priced_out >= 0.0) {
                        return Err(format!("requirement {r}, demand {d}, served {s}"));
                    }
                    agree("parts of the requirement", s + unserved + priced_out, r, 0.0, 1e-12)?;
                }
            }
            Ok(())
        })
    });
}

#[test]
fn the_test_of_balance_sees_a_unit_that_is_lost() {
    let model = random::world(7).model();
    let lost = run(&model, 7, |_, _, before, after| {
        let mut after = after.clone();
        after.unsold[0] = after.unsold[0] + 1e-3;
        origins(&model.baseline, 0, before, &after)
    });
    assert!(lost.is_err());
}
