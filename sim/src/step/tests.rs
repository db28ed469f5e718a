//! The step gives the same bits on every processor.

use super::{Plan, State, advance};
use crate::baseline::{Baseline, balance};
use crate::exposure::{Channel, Exposure, Pulse, Reach, Script};
use crate::instructions::Instructions;
use crate::levers::{Levers, Rules, Stockpile};
use crate::math::{Row, WIDTH};
use crate::network::testing::Tables;
use crate::network::{Allocation, DestinationId, MaterialId, PriceMode};
use crate::random::{Key, Stream};

const WORLDS: u64 = 6;
const STEPS: usize = 24;

/// Ore from two places, a plant of each, two plants of metal in one place, two consumers: all that a step computes.
fn world(allocation: Allocation) -> Baseline {
    let mut tables = Tables::new()
        .places(&["AAA", "BBB"])
        .material("metal", "t")
        .material("ore", "t")
        .plant("mine_a", "ore", "AAA", 90.0, 70.0)
        .plant("mine_b", "ore", "BBB", 80.0, 50.0)
        .plant("smelter_1", "metal", "BBB", 50.0, 40.0)
        .plant("smelter_2", "metal", "BBB", 30.0, 20.0)
        .recipe("metal", "ore", 1.5)
        .lane("ore", "AAA", "AAA", 30.0)
        .lane("ore", "AAA", "BBB", 40.0)
        .lane("ore", "BBB", "BBB", 50.0)
        .lane("metal", "BBB", "AAA", 45.0)
        .lane("metal", "BBB", "BBB", 15.0)
        .consumer("ore", "AAA", "civil", 30.0)
        .consumer("metal", "AAA", "civil", 35.0)
        .priority(2)
        .consumer("metal", "AAA", "defence", 10.0)
        .consumer("metal", "BBB", "civil", 15.0)
        .growth(0.03);
    let scenario = &mut tables.scenario;
    scenario.settings.prices = PriceMode::Endogenous;
    scenario.settings.allocation = allocation;
    let market = &mut scenario.settings.market;
    market.smoothing_days = Some(90.0);
    (market.unsold_days, market.storage_days) = (20.0, 60.0);
    (market.contract_share, market.home_share) = (0.3, 0.2);
    (market.switching_per_year, market.hoarding, market.front_loading) = (2.0, 0.5, 0.7);
    market.price_fear = 0.4;
    for (n, plant) in scenario.plants.iter_mut().enumerate() {
        plant.minimum_run = 0.2 * n as f64;
        plant.ramp_months = 4.0;
        (plant.unit_cost, plant.exit_lag_months) = (Some(0.9), 1.0);
    }
    for consumer in &mut scenario.consumers {
        (consumer.elasticity, consumer.backlog_share) = (0.3, 0.6);
    }
    for (n, lane) in scenario.lanes.iter_mut().enumerate() {
        lane.transit_days = Some(17.0 * n as f64);
    }
    balance(tables.network()).expect("supply meets demand")
}

fn rules(baseline: &Baseline) -> Rules {
    let dt = baseline.network.clock.dt;
    let stockpile = |name: &str, delivery_lag: f64| Stockpile {
        name: name.into(),
        material: MaterialId::new(1),
        destinations: baseline.network.materials[1].destinations.clone().map(DestinationId::new).collect(),
        serves: None,
        target: 20.0,
        initial: 10.0,
        spoilage: 0.1,
        delivery_lag,
        buys: true,
        sharing: None,
    };
    Rules {
        stockpiles: vec![stockpile("at once", 0.0), stockpile("later", 1.4 * dt)],
        ..Rules::new(&baseline.network)
    }
}

/// A row of eight numbers between two.
fn row(dice: &mut Stream, low: f64, high: f64) -> Row {
    Row(std::array::from_fn(|_| low + (high - low) * dice.uniform()))
}

/// Who is in the block: eight runs, or one of them eight times.
type Runs = Option<usize>;

fn pick(runs: Runs, row: Row) -> Row {
    runs.map_or(row, |run| Row::splat(row.0[run]))
}

/// Moves what a step starts from away from the baseline, every run its own way.
fn shake(dice: &mut Stream, runs: Runs, state: &mut State) {
    let work = &mut state.work;
    let amounts = [
        &mut state.inventory,
        &mut state.unsold,
        &mut state.under_way,
        &mut state.smoothed_need,
        &mut state.output,
        &mut state.weight,
        &mut state.stock,
        &mut work.pipeline,
        &mut work.allocated,
    ];
    for amount in amounts.into_iter().chain(&mut work.planned).flatten() {
        *amount = pick(runs, Row(std::array::from_fn(|run| amount.0[run] * 2.0 * dice.uniform())));
    }
    for backlog in &mut state.backlog {
        *backlog = pick(runs, row(dice, 0.0, 2.0));
    }
    for log_price in work.market_price.iter_mut().chain(&mut work.market_price_origin) {
        *log_price = pick(runs, row(dice, -1.0, 1.0));
    }
}

/// Random events on every channel that the step reads, different in every run.
fn events(dice: &mut Stream, runs: Runs, baseline: &Baseline, t: usize) -> Exposure {
    let network = &baseline.network;
    let (lanes, dt) = (network.lanes.len(), network.clock.dt);
    let channels = [
        (Channel::Availability, network.plants.len(), 0.0, 1.0),
        (Channel::Openness, lanes, 0.0, 1.0),
        (Channel::Passage, lanes, 0.0, 1.0),
        (Channel::LaneCap, lanes, 0.0, 40.0 * dt),
        (Channel::ExportCap, network.origins.len(), 0.0, 60.0 * dt),
        (Channel::CarryOver, network.origins.len(), 0.0, 60.0 * dt),
        (Channel::AddedTransit, lanes, 0.0, 2.0),
        (Channel::Wedge, lanes, 0.0, 0.5),
        (Channel::Surge, network.consumers.len(), 1.0, 3.0),
        (Channel::Shock, network.materials.len(), -0.5, 0.5),
        (Channel::Threat, lanes, 0.0, 1.0),
        (Channel::Announced, lanes, 0.0, 1.0),
    ];
    let mut script = Script::new(STEPS);
    for (channel, n, low, high) in channels {
        for item in 0..n {
            let (value, chance) = (row(dice, low, high), row(dice, 0.0, 1.0));
            let happens = pick(runs, Row::splat(0.1).above(chance));
            for run in (0..WIDTH).filter(|run| happens.0[*run] > 0.0) {
                script.lay(channel, item, run, &Pulse::of_steps(t, &[pick(runs, value).0[run]]));
            }
        }
    }
    script.finish();
    let mut exposure = Exposure::neutral(baseline, 0);
    exposure.apply(&script, t);
    exposure
}

/// The state after every step of one world.
fn states(world_number: u64, runs: Runs, instructions: Instructions) -> Vec<State> {
    let allocation = [Allocation::ProRata, Allocation::Priority, Allocation::Rated];
    let baseline = world(allocation[world_number as usize % 3]);
    let rules = rules(&baseline);
    let mut plan = Plan::new(&baseline, &rules, Reach::delay(2.0));
    plan.instructions = instructions;
    let mut dice = Stream::new(Key { seed: 1, draw: 0, name: "versions" }, world_number, 0);
    let (mut state, mut levers) = (State::new(&plan), Levers::new(&rules));
    shake(&mut dice, runs, &mut state);
    let step = |t| {
        let exposure = events(&mut dice, runs, &baseline, t);
        for lever in levers.draw_limit.iter_mut().chain(&mut levers.fill_order) {
            *lever = pick(runs, row(&mut dice, 0.0, 3.0));
        }
        advance(&plan, t, &exposure, &levers, &mut state);
        state.clone()
    };
    (0..STEPS).map(step).collect()
}

/// The same as text. `Debug` writes every field, the private ones too, and the shortest text that reads back as the same
/// bits: equal text is equal bits.
fn course(world_number: u64, instructions: Instructions) -> Vec<String> {
    as_text(&states(world_number, None, instructions))
}

fn as_text(states: &[State]) -> Vec<String> {
    states.iter().map(|state| format!("{state:?}")).collect()
}

#[test]
fn all_instructions_give_the_same_bits() {
    let all = Instructions::all();
    for number in 0..WORLDS {
        let expected = course(number, all[0]);
        assert!(!expected.iter().any(|state| state.contains("NaN")), "a NaN has more than one form");
        for other in &all[1..] {
            let found = course(number, *other);
            let apart = (0..STEPS).find(|t| found[*t] != expected[*t]);
            assert!(apart.is_none(), "world {number}, {other}: other bits in step {apart:?}");
        }
    }
}

#[test]
fn the_comparison_sees_the_last_bit_of_one_run() {
    let mut nudged = states(0, None, Instructions::best());
    let last = &mut nudged[0].work.spare[0].0[WIDTH - 1];
    *last = f64::from_bits(last.to_bits() ^ 1);
    assert_ne!(as_text(&nudged)[0], course(0, Instructions::best())[0]);
}

/// What one run of a block holds: the bits of every row that the next step starts from or that is recorded.
fn bits(state: &State, run: usize) -> Vec<u64> {
    let rows = [
        &state.inventory,
        &state.unsold,
        &state.under_way,
        &state.smoothed_need,
        &state.weight,
        &state.output,
        &state.backlog,
        &state.log_price_origin,
        &state.log_price,
        &state.price,
        &state.contract_price,
        &state.stock,
        &state.allowance,
        &state.demand,
        &state.served,
        &state.recovered,
        &state.shipped,
        &state.arrived,
        &state.claimed,
        &state.unmet,
        &state.gap,
        &state.released,
        &state.wanted,
        &state.bought,
        &state.work.pipeline,
        &state.work.allocated,
    ];
    rows.into_iter().flatten().map(|row| row.0[run].to_bits()).collect()
}

#[test]
fn a_run_has_the_same_bits_whatever_runs_stand_beside_it() {
    for number in 0..WORLDS {
        let among_others = states(number, None, Instructions::best());
        for run in [0, WIDTH - 1] {
            let alone = states(number, Some(run), Instructions::best());
            let apart = (0..STEPS).find(|t| bits(&among_others[*t], run) != bits(&alone[*t], 0));
            assert!(apart.is_none(), "world {number}, run {run}: other bits in step {apart:?}");
        }
    }
}
