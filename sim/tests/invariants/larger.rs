//! I7: a larger stockpile never raises its holder's shortfall. A theorem in one chain, where it must hold; elsewhere it may
//! fail, and how often it does is counted and printed (`cargo test --test invariants larger -- --nocapture`).

use crate::kit::World;
use crate::kit::random::{self, Dice, MONTHS};
use crate::kit::weather::{REACH, Weather};
use crate::over_worlds;
use shortfall::baseline::Baseline;
use shortfall::ensemble::Model;
use shortfall::exposure::Exposure;
use shortfall::levers::{Levers, Rules, Stockpile};
use shortfall::math::{Row, WIDTH};
use shortfall::network::{DestinationId, MaterialId};
use shortfall::step::{Plan, State, advance};

/// Sizes of the stock, months of its users' need.
const SIZES: [f64; 4] = [0.0, 0.5, 2.0, 8.0];

/// Rounding of a few dozen additions, relative to what is needed over the horizon.
const ROUNDING: f64 = 1e-11;

/// Ore to metal to one consumer, one lane each, one class, nothing backlogged, exogenous prices, fixed weights; all else random.
fn chain(seed: u64) -> World {
    let mut dice = Dice::new(seed, "chain");
    let made = 10.0;
    let mut world = World::new(MONTHS).material("m0").material("m1").recipe("m1", "m0", 1.0);
    for (material, place) in [("m0", "AAA"), ("m1", "BBB")] {
        let rest = format!("{},{},,,,,", dice.pick(&[0.0, 0.3]), dice.pick(&[0.0, 4.0]));
        let capacity = made * dice.between(1.0, 1.8);
        world = world.plant_with((material, material, place), capacity, made, &rest);
    }
    for (material, from, to) in [("m0", "AAA", "BBB"), ("m1", "BBB", "CCC")] {
        world = world.lane(material, from, to, made, dice.pick(&[0.0, 0.6, 2.0]));
    }
    world = world.consumer("m1", "CCC", "civil", made, 1);
    for (key, low, high) in [
        ("cover_days", 0.0, 90.0),
        ("unsold_days", 0.0, 40.0),
        ("adjustment_days", 31.0, 200.0),
        ("unsold_adjustment_days", 31.0, 200.0),
        ("smoothing_days", 31.0, 400.0),
        ("spot_share", 0.0, 1.0),
        ("contract_share", 0.0, 0.8),
        ("hoarding", 0.0, 1.0),
        ("front_loading", 0.0, 2.0),
    ] {
        world = world.market(key, dice.between(low, high));
    }
    world
}

/// A stock of `months` of need of one material at one destination, open to all its users.
fn stock(baseline: &Baseline, destination: usize, months: f64) -> Rules {
    let target = baseline.need[destination] * baseline.network.clock.dt * months;
    let stockpile = Stockpile {
        name: "k".into(),
        material: baseline.network.destinations[destination].material,
        destinations: vec![DestinationId::new(destination)],
        serves: None,
        sharing: None,
        target,
        initial: target,
        spoilage: 0.0,
        delivery_lag: 0.0,
        buys: false,
    };
    Rules { stockpiles: vec![stockpile], ..Rules::new(&baseline.network) }
}

/// What some consumers miss by run, and what they need in all, with a stock of each size at one destination.
fn missed(model: &Model, seed: u64, destination: usize, users: &[usize]) -> (Vec<[f64; WIDTH]>, f64) {
    let baseline = &model.baseline;
    let weather = Weather::random(seed, baseline);
    let mut needed = Row::ZERO;
    let of_size = |months: &f64| {
        let rules = stock(baseline, destination, *months);
        let plan = Plan::new(baseline, &rules, REACH);
        let mut levers = Levers::new(&rules);
        levers.draw_limit.fill(Row::INFINITY);
        let mut state = State::new(&plan);
        let mut missed = Row::ZERO;
        needed = Row::ZERO;
        for t in 0..MONTHS {
            let mut exposure = Exposure::neutral(baseline, 0);
            weather.lay(t, &mut exposure);
            advance(&plan, t, &exposure, &levers, &mut state);
            for d in users {
                missed += state.requirement[*d] - state.served[*d];
                needed += state.requirement[*d];
            }
        }
        missed.0
    };
    let missed = SIZES.iter().map(of_size).collect();
    (missed, needed.0.iter().sum::<f64>() / WIDTH as f64)
}

/// By how much a larger stock was worse, share of what is needed; one number for each run and pair of sizes.
fn worse(missed: &[[f64; WIDTH]], needed: f64) -> Vec<f64> {
    let pairs = missed.windows(2).flat_map(|pair| (0..WIDTH).map(move |run| pair[1][run] - pair[0][run]));
    pairs.map(|more| more / needed).collect()
}

#[test]
fn in_one_chain_a_larger_stock_never_raises_its_holders_shortfall() {
    let mut helped = 0;
    let model = |seed| chain(seed).model();
    let place = |model: &Model| {
        let metal = MaterialId::new(model.baseline.network.materials.len() - 1);
        model.baseline.network.materials[metal.index()].destinations.end - 1
    };
    for seed in 0..60 {
        let model = model(seed);
        let (missed, needed) = missed(&model, seed, place(&model), &[0]);
        for (at, more) in worse(&missed, needed).into_iter().enumerate() {
            assert!(
                more <= ROUNDING,
                "chain {seed}, case {at}: {more:e} of the need more with a larger stock"
            );
            helped += usize::from(more < -1e-3);
        }
    }
    // It is no theorem about stocks that never matter.
    assert!(helped > 100, "{helped}");
}

#[test]
fn elsewhere_a_larger_stock_may_be_worse_and_how_often_is_counted() {
    let cases = std::cell::RefCell::new(Vec::new());
    over_worlds(140, |seed| {
        let model = random::world(seed).model();
        let network = &model.baseline.network;
        // Of any tier: what is made of the stock serves its holder too, and so does what it would have been made of.
        let destination = Dice::new(seed, "holder").below(network.destinations.len());
        let place = network.destinations[destination].place;
        let at = |d: &usize| network.destinations[network.consumers[*d].destination.index()].place;
        let users: Vec<usize> = (0..network.consumers.len()).filter(|d| at(d) == place).collect();
        if users.is_empty() {
            return Ok(());
        }
        let (missed, needed) = missed(&model, seed, destination, &users);
        cases.borrow_mut().extend(worse(&missed, needed));
        Ok(())
    });
    let cases = cases.into_inner();
    let count = |is: &dyn Fn(f64) -> bool| cases.iter().filter(|more| is(**more)).count();
    let (bad, good) = (count(&|more| more > ROUNDING), count(&|more| more < -ROUNDING));
    let worst = cases.iter().fold(0.0_f64, |worst, more| worst.max(*more));
    println!(
        "I7 where it is no theorem: a larger stock was worse for its holder in {bad} of {} cases, at worst by {:.2} % of \
         what is needed, and better in {good}",
        cases.len(),
        100.0 * worst
    );
    assert!(bad < good, "a larger stock is worse in {bad} cases and better in {good}");
}
