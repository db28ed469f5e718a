//! A world left alone stays as it is (I1), and a larger one does the same on its scale (I5).

use crate::balance::{run, run_in};
use crate::kit::World;
use crate::kit::random::{self, Dice};
use crate::kit::weather;
use crate::{agree, over_worlds};
use shortfall::exposure::{Exposure, Reach};
use shortfall::levers::{Levers, Rules};
use shortfall::math::Row;
use shortfall::step::{Plan, State, advance};

const STEPS: usize = 1_000;

/// Differences between what the fit of the lanes leaves and exact balance, and rounding over 1,000 steps.
const STILL: f64 = 1e-8;

fn stays(world: &World, disturbed: f64) -> Result<(), String> {
    let model = world.model();
    let baseline = &model.baseline;
    if baseline.path.demand.nrows() > 1 {
        return Ok(());
    }
    let rules = Rules::new(&baseline.network);
    let plan = Plan::new(baseline, &rules, Reach::default());
    let mut state = State::new(&plan);
    let start = state.clone();
    let mut exposure = Exposure::neutral(baseline, 0);
    exposure.availability.fill(Row::splat(disturbed));
    let levers = Levers::new(&rules);
    for t in 0..STEPS {
        advance(&plan, t, &exposure, &levers, &mut state);
        for i in 0..state.inventory.len() {
            let need = (baseline.need[i] * plan.dt).max(1e-3);
            agree(("inventory", t, i), state.inventory[i].0[0], start.inventory[i].0[0], need, STILL)?;
            agree(("price", t, i), state.log_price[i].0[0], 0.0, 1.0, STILL)?;
        }
        for e in 0..state.unsold.len() {
            agree(("unsold", t, e), state.unsold[e].0[0], start.unsold[e].0[0], 1.0, STILL)?;
        }
        for j in 0..state.output.len() {
            let made = baseline.output[j] * plan.dt;
            agree(("output", t, j), state.output[j].0[0], made, 1.0, STILL)?;
        }
        for d in 0..state.demand.len() {
            let (requirement, served) = (state.requirement[d].0[0], state.served[d].0[0]);
            agree(("served", t, d), served, requirement, 0.0, STILL)?;
        }
    }
    Ok(())
}

#[test]
fn a_world_without_events_stays_where_it_starts_for_1000_steps() {
    over_worlds(120, |seed| stays(&random::world(seed), 1.0));
}

/// Metal of three plants in one place: from ore alone and, two ways, from ore and acid; each used to another degree.
fn different_recipes(seed: u64) -> World {
    let mut dice = Dice::new(seed, "recipes");
    let made: Vec<f64> = (0..3).map(|_| dice.between(5.0, 50.0)).collect();
    let ore: Vec<f64> = (0..3).map(|_| dice.between(0.3, 2.0)).collect();
    let (weak, strong) = (dice.between(0.1, 0.5), dice.between(0.1, 0.5));
    let metal: f64 = made.iter().sum();
    let mut world = World::new(random::MONTHS).material("m0").material("m1").material("m2");
    for (j, made) in made.iter().enumerate() {
        let name = format!("p{j}");
        let (minimum, ramp) = (dice.between(0.0, 0.5), dice.between(0.5, 12.0));
        let rest = format!("{minimum},{ramp},,,,,");
        world = world.plant_with((&name, "m2", "AAA"), made * dice.between(1.0, 2.0), *made, &rest);
        world = world.recipe_of(&name, "m2", "m0", ore[j]);
    }
    world = world.recipe_of("p1", "m2", "m1", weak).recipe_of("p2", "m2", "m1", strong);
    let needs = [ore.iter().zip(&made).map(|(a, x)| a * x).sum::<f64>(), weak * made[1] + strong * made[2]];
    for (material, need) in ["m0", "m1"].into_iter().zip(needs) {
        let from_home = need * dice.between(0.1, 0.9);
        for (place, flow, transit) in [("AAA", from_home, 0.0), ("BBB", need - from_home, 1.7)] {
            let name = format!("{material}{place}");
            world = world.plant(&name, material, place, flow * dice.between(1.0, 1.5), flow);
            world = world.lane(material, place, "AAA", flow, transit);
        }
    }
    for (place, share, transit) in [("AAA", 0.3, 0.0), ("CCC", 0.7, 0.6)] {
        world = world.lane("m2", "AAA", place, metal * share, transit);
        world = world.consumer("m2", place, "civil", metal * share, 1);
    }
    random::settings(&mut dice, &mut world, 3);
    world
}

#[test]
fn plants_of_one_place_with_recipes_and_utilisation_of_their_own_stay_where_they_start() {
    over_worlds(80, |seed| stays(&different_recipes(seed), 1.0));
}

#[test]
fn the_test_of_rest_sees_a_capacity_that_falls_by_half() {
    assert!((0..5).any(|seed| stays(&random::world(seed), 0.5).is_err()));
}

/// The world with all amounts times k.
fn scaled(world: &World, k: f64) -> World {
    let rows = |rows: &[String], columns: &[usize]| -> Vec<String> {
        let scale = |row: &String| {
            let mut cells: Vec<String> = row.split(',').map(String::from).collect();
            for column in columns {
                cells[*column] = (cells[*column].parse::<f64>().unwrap() * k).to_string();
            }
            cells.join(",")
        };
        rows.iter().map(scale).collect()
    };
    World {
        plants: rows(&world.plants, &[3, 4]),
        lanes: rows(&world.lanes, &[3]),
        consumers: rows(&world.consumers, &[3]),
        ..world.clone()
    }
}

#[test]
fn amounts_times_k_give_results_times_k() {
    over_worlds(100, |seed| {
        // A power of two, so that rounding scales too.
        let k = 16.0;
        let world = random::world(seed);
        let (small, large) = (world.model(), scaled(&world, k).model());
        let mut served = Vec::new();
        run(&small, seed, |_, _, _, state| {
            served.push((state.served.clone(), state.inventory.clone()));
            Ok(())
        })?;
        let mut steps = served.iter();
        run(&large, seed, |_, _, _, state| {
            let (served, inventory) = steps.next().expect("both worlds have as many steps");
            let pairs = served.iter().zip(&state.served).chain(inventory.iter().zip(&state.inventory));
            for (at, (small, large)) in pairs.enumerate() {
                for (small, large) in small.0.iter().zip(&large.0) {
                    agree(("amount", at), *large, small * k, 1.0, 1e-9)?;
                }
            }
            Ok(())
        })
    });
}

#[test]
fn stockpiles_that_nobody_draws_on_change_nothing() {
    over_worlds(60, |seed| {
        let model = random::world(seed).model();
        let baseline = &model.baseline;
        let idle = weather::rules(seed, baseline);
        let none = Rules { stockpiles: Vec::new(), ..idle.clone() };
        let weather = weather::Weather::random(seed, baseline);
        let mut served = Vec::new();
        for rules in [&none, &idle] {
            let plan = Plan::new(baseline, rules, weather::REACH);
            let (mut state, levers) = (State::new(&plan), Levers::new(rules));
            let mut series = Vec::new();
            for t in 0..random::MONTHS {
                let mut exposure = Exposure::neutral(baseline, 0);
                weather.lay(t, &mut exposure);
                advance(&plan, t, &exposure, &levers, &mut state);
                series.push(state.served.clone());
            }
            served.push(series);
        }
        if served[0] == served[1] { Ok(()) } else { Err("served differs".into()) }
    });
}

#[test]
fn what_happens_in_one_run_of_a_block_changes_no_bit_of_another() {
    over_worlds(80, |seed| {
        let model = random::world(seed).model();
        let weather = weather::Weather::random(seed, &model.baseline);
        let mut together = Vec::new();
        run(&model, seed, |_, _, _, state| {
            together.push(state.clone());
            Ok(())
        })?;
        for run in [0, 3, 7] {
            let mut steps = together.iter().enumerate();
            run_in(&weather.of_run(run), &model, seed, |_, _, _, alone| {
                let (step, together) = steps.next().expect("as many steps");
                for (what, one, other) in [
                    ("served", &together.served, &alone.served),
                    ("inventory", &together.inventory, &alone.inventory),
                    ("barred", &together.barred, &alone.barred),
                    ("gap", &together.gap, &alone.gap),
                    ("shipped", &together.shipped, &alone.shipped),
                    ("output", &together.output, &alone.output),
                    ("price", &together.log_price, &alone.log_price),
                    ("weight", &together.weight, &alone.weight),
                    ("stock", &together.stock, &alone.stock),
                ] {
                    let same = |(one, other): (&Row, &Row)| one.0[run].to_bits() == other.0[run].to_bits();
                    if let Some(at) = one.iter().zip(other).position(|pair| !same(pair)) {
                        let (one, other) = (one[at].0[run], other[at].0[run]);
                        return Err(format!("run {run}, step {step}, {what} {at}: {one:e}, alone {other:e}"));
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    });
}
