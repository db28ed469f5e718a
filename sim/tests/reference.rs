//! The fast step against a slow one written from docs/model.md alone, over random worlds (I10).

mod kit;
#[path = "reference/mod.rs"]
mod slow;

use kit::random::MONTHS;
use kit::weather::{LONGEST_DELAY, REACH, Weather};
use kit::{random, steered, weather};
use shortfall::baseline::Baseline;
use shortfall::exposure::{Exposure, Reach};
use shortfall::instructions::Instructions;
use shortfall::levers::Levers;
use shortfall::math::WIDTH;
use shortfall::step::{Plan, State, advance};
use slow::compare::gap;
use slow::facts::Facts;
use slow::world::{Happening, World};

/// Rounding of sums that the two steps form in different order, relative to a need or an output. Mostly below 1e-13; but where
/// materials need each other and one runs out, what rounding leaves of it is what both start again from, a hundredfold a step.
const TOLERANCE: f64 = 1e-9;

/// What rounding of a stock may come to in a price: (16) divides by its target, which may be a small part of the need
/// where nothing but a recipe that points back asks for one.
fn tolerance(facts: &Facts) -> f64 {
    let targets = facts.destinations.values().map(|i| (i.need, i.cover * i.need + i.reserve));
    let largest = targets
        .filter(|(_, target)| *target > 0.0)
        .fold(1.0, |most, (need, target)| (need / target).max(most));
    TOLERANCE.max(1e-13 * largest)
}

/// Random worlds tried: SHORTFALL_CASES, or this many.
fn cases() -> u64 {
    std::env::var("SHORTFALL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(50)
}

#[test]
fn the_fast_step_and_the_slow_one_agree_in_every_row_of_every_step() {
    let mut failures = Vec::new();
    for seed in 0..cases() {
        if let Err(failure) = agree(seed) {
            failures.push(failure);
        }
    }
    assert!(failures.is_empty(), "{} worlds differ:\n{}", failures.len(), failures.join("\n"));
}

fn agree(seed: u64) -> Result<(), String> {
    let world = random::world(seed);
    let model = world.model();
    let baseline = &model.baseline;
    let rules = steered::rules(seed, baseline, weather::rules(seed, baseline));
    let weather = Weather::random(seed, baseline);
    let plan = Plan::new(baseline, &rules, REACH);
    let mut fast = State::new(&plan);
    let facts = Facts::of(baseline, &rules, LONGEST_DELAY);
    let tolerance = tolerance(&facts);
    let mut slow: Vec<World> = (0..WIDTH).map(|_| World::new(&facts)).collect();
    let mut levers = Levers::new(&rules);
    for t in 0..MONTHS {
        let mut exposure = Exposure::neutral(baseline, 0);
        weather.lay(t, &mut exposure);
        weather::pull(seed, t, baseline, &rules, &mut levers);
        steered::pull(seed, t, baseline, &rules, &mut levers);
        advance(&plan, t, &exposure, &levers, &mut fast);
        for (run, slow) in slow.iter_mut().enumerate() {
            slow::step(&facts, t, &Happening::of(&facts, &exposure, &levers, run), slow);
            let gap = gap(&facts, &fast, slow, run);
            if !(gap.largest <= tolerance) {
                return Err(format!("world {seed}, step {t}, run {run}: {:e} in {}", gap.largest, gap.at));
            }
        }
    }
    Ok(())
}

/// The state after every step of a random world as text, what lanes ship left out. `Debug` writes every field, private ones
/// too, and the shortest text that reads back as the same bits: equal text is equal bits.
///
/// What events can do at most differs by world, so that the parts of the step that they open are entered in some and not in others.
fn course(seed: u64, instructions: Instructions, keeps_lanes: bool, unkept: &mut usize) -> Vec<String> {
    let world = random::world(seed);
    let model = world.model();
    let mut baseline = Baseline::clone(&model.baseline);
    if seed % 4 == 3 {
        // Nothing travels and no weight moves: nobody looks at what a lane ships.
        let network = &mut baseline.network;
        network.lanes.iter_mut().for_each(|lane| lane.transit = 0.0);
        network.materials.iter_mut().for_each(|material| material.market.switching_per_year = 0.0);
    }
    let baseline = &baseline;
    let rules = steered::rules(seed, baseline, weather::rules(seed, baseline));
    let weather = Weather::random(seed, baseline);
    let longest_delay = if seed % 4 == 1 { LONGEST_DELAY } else { 0.0 };
    let mut plan = Plan::new(baseline, &rules, Reach { longest_delay, end_use: seed % 4 == 2 });
    plan.instructions = instructions;
    if !keeps_lanes {
        plan = plan.without_lane_flows();
        *unkept += plan.materials.iter().filter(|material| !material.keeps_shipped).count();
    }
    let (mut state, mut levers) = (State::new(&plan), Levers::new(&rules));
    let step = |t| {
        let mut exposure = Exposure::neutral(baseline, 0);
        weather.lay(t, &mut exposure);
        weather::pull(seed, t, baseline, &rules, &mut levers);
        steered::pull(seed, t, baseline, &rules, &mut levers);
        advance(&plan, t, &exposure, &levers, &mut state);
        let mut seen = state.clone();
        seen.shipped.clear();
        format!("{seen:?}")
    };
    (0..MONTHS).map(step).collect()
}

#[test]
fn neither_instructions_nor_what_is_kept_of_lanes_move_a_bit_of_anything_else() {
    let all = Instructions::all();
    let mut unkept = 0;
    for seed in 0..cases() / 2 {
        let expected = course(seed, all[0], true, &mut unkept);
        for instructions in &all {
            let found = course(seed, *instructions, false, &mut unkept);
            let apart = found.iter().zip(&expected).position(|(found, expected)| found != expected);
            assert!(apart.is_none(), "world {seed}, {instructions}: other bits in step {apart:?}");
        }
    }
    assert!(unkept > 0, "no world has lanes that nothing reads");
}
