//! From a balanced network and a policy's rules to the step's plan.

use super::claims::claims;
use super::plan::ClosurePlan;
use super::plan::ConsumerPlan;
use super::plan::DestinationPlan;
use super::plan::InputPlan;
use super::plan::Lanes;
use super::plan::MAX_RANKS;
use super::plan::MaterialPlan;
use super::plan::OriginPlan;
use super::plan::Plan;
use super::plan::PlantPlan;
use super::plan::PoolPlan;
use super::plan::Route;
use super::plan::ShiftPlan;
use super::plan::StockpilePlan;
use crate::baseline::Baseline;
use crate::exposure::Reach;
use crate::exposure::{Channel, Channels};
use crate::instructions::Instructions;
use crate::levers::Pool;
use crate::levers::Rules;
use crate::levers::Sharing;
use crate::levers::Shift;
use crate::levers::Stockpile;
use crate::math::exp;
use crate::math::ln;
use crate::math::pow;
use crate::network::Allocation;
use crate::network::Input;
use crate::network::LaneId;
use crate::network::MaterialId;
use crate::network::Network;
use crate::network::Plant;
use crate::network::PriceMode;
use crate::units::Years;
use std::ops::Range;

impl Plan {
    /// Compiles a balanced network under a policy's rules, with room for what events can do at most; transits of corridors come
    /// on top.
    pub fn new(baseline: &Baseline, rules: &Rules, reach: Reach) -> Plan {
        let network = &baseline.network;
        let n_classes = network.n_classes.max(1) + usize::from(!rules.floors.is_empty());
        let n_ranks = match rules.allocation {
            Allocation::Rated => n_classes.min(MAX_RANKS),
            Allocation::ProRata | Allocation::Priority => 1,
        };
        let mut n_pipeline = 0;
        let longest_delay = reach.longest_delay + rules.longest_detour / network.clock.dt;
        let lanes = lanes(baseline, longest_delay);
        let inputs: Vec<InputPlan> = inputs(network);
        let destinations = destinations(baseline, rules, &lanes, &inputs, &mut n_pipeline);
        let stockpiles = stockpiles(baseline, rules, &mut n_pipeline);
        let materials: Vec<MaterialPlan> =
            (0..network.materials.len()).map(|g| material(network, rules, &lanes, g)).collect();
        Plan {
            instructions: Instructions::best(),
            dt: network.clock.dt,
            heeded: heeded(&materials, rules),
            materials,
            origins: (0..network.origins.len()).map(|e| origin(baseline, e)).collect(),
            destinations,
            plants: plants(baseline),
            consumers: consumers(network, rules),
            claims: claims(network, rules, &inputs, n_ranks),
            lanes,
            inputs,
            stockpiles,
            shifts: rules.shifts.iter().map(shift).collect(),
            pools: rules.pools.iter().map(pool).collect(),
            moves: rules.moves,
            n_ranks,
            n_classes,
            endogenous: network.prices() == PriceMode::Endogenous,
            log_price_bounds: (ln(network.settings.price_bounds.0), ln(network.settings.price_bounds.1)),
            end_use: reach.end_use,
            n_pipeline,
            path: baseline.path.clone(),
        }
    }
}

/// Share of a gap that an exponential approach with time constant `days` closes in a step; 1 if there is no lag.
fn approach(days: f64, dt: f64) -> f64 {
    if days > 0.0 { 1.0 - exp(-dt / Years::from_days(days).0) } else { 1.0 }
}

fn shift(shift: &Shift) -> ShiftPlan {
    ShiftPlan { from: shift.from.index(), to: shift.to.index(), ratio: shift.ratio }
}

fn pool(pool: &Pool) -> PoolPlan {
    let destinations = pool.destinations.iter().map(|i| i.index()).collect();
    PoolPlan { material: pool.material.index(), destinations }
}

fn material(network: &Network, rules: &Rules, lanes: &Lanes, g: usize) -> MaterialPlan {
    let material = &network.materials[g];
    let market = &material.market;
    let dt = network.clock.dt;
    let held = |k: &usize| rules.stockpiles[*k].material.index() == g;
    let targeted = |held: &Stockpile| held.material.index() == g && held.sharing == Some(Sharing::Targeted);
    MaterialPlan {
        origins: material.origins.clone(),
        destinations: material.destinations.clone(),
        lanes: material.lanes.clone(),
        stockpiles: (0..rules.stockpiles.len()).filter(held).collect(),
        spot_share: market.spot_share,
        contract_share: market.contract_share,
        home_share: market.home_share,
        switching: 1.0 - exp(-market.switching_per_year * dt),
        weights_move: market.switching_per_year > 0.0 || rules.moves.orders,
        keeps_shipped: true,
        travels: material.lanes.clone().any(|l| lanes.route[l].longest() > 0.0),
        price_unsold: market.price_unsold,
        price_utilisation: market.price_utilisation,
        price_cover: market.price_cover,
        price_unserved: market.price_unserved,
        price_fear: market.price_fear,
        price_cost: market.price_cost,
        later_approach: if market.elasticity_later > 0.0 || market.capacity_later > 0.0 {
            approach(market.later_days, dt)
        } else {
            0.0
        },
        price_approach: approach(market.price_days, dt),
        contract_approach: approach(market.contract_lag_days, dt),
        hoarding: market.hoarding,
        front_loading: market.front_loading,
        heeds_threats: rules.moves.alert
            || rules.stockpiles.iter().any(targeted)
            || market.hoarding > 0.0
            || market.front_loading > 0.0
            || (market.price_fear > 0.0 && network.prices() == PriceMode::Endogenous),
    }
}

/// All channels but those that only threats and measures are about, where none of these are.
fn heeded(materials: &[MaterialPlan], rules: &Rules) -> Channels {
    let threats = materials.iter().any(|material| material.heeds_threats);
    let read = [
        (Channel::Threat, threats),
        (Channel::Announced, threats || rules.sees_announced),
        (Channel::Active, rules.sees_active),
    ];
    let unread = read.into_iter().filter(|(_, is_read)| !is_read);
    unread.fold(Channels::ALL, |heeded, (channel, _)| heeded.without(channel))
}

fn origin(baseline: &Baseline, e: usize) -> OriginPlan {
    let network = &baseline.network;
    let origin = &network.origins[e];
    let market = &network.materials[origin.material.index()].market;
    let dt = network.clock.dt;
    let output: f64 = origin.plants.clone().map(|j| baseline.output[j]).sum();
    let there = |j: &usize| !network.plants[*j].planned;
    let capacity: f64 = origin.plants.clone().filter(there).map(|j| network.plants[j].capacity).sum();
    let destination_place = |l: usize| network.destinations[network.lanes[l].destination.index()].place;
    OriginPlan {
        lanes: origin.lanes.clone(),
        plants: origin.plants.clone(),
        home: origin.lanes.clone().find(|l| destination_place(*l) == origin.place),
        unsold_target: Years::from_days(origin.unsold_days).0 * output,
        unsold_gain: dt / Years::from_days(market.unsold_adjustment_days).0,
        storage: Years::from_days(market.storage_days).0 * output,
        utilisation: if capacity > 0.0 { output / capacity } else { 1.0 },
        costs: if market.price_cost > 0.0 { costs(baseline, e) } else { Vec::new() },
    }
}

/// Shares of inputs in the value of an origin's baseline output, at reference prices; at most 1 in all.
fn costs(baseline: &Baseline, e: usize) -> Vec<(usize, f64)> {
    let network = &baseline.network;
    // The network is refused if one of these is missing.
    let price = |material: MaterialId| network.materials[material.index()].reference_price.unwrap_or(0.0);
    let origin = &network.origins[e];
    let value: f64 = origin.plants.clone().map(|j| baseline.output[j]).sum::<f64>() * price(origin.material);
    if value <= 0.0 {
        return Vec::new();
    }
    let mut costs: Vec<(usize, f64)> = Vec::new();
    for j in origin.plants.clone() {
        for input in &network.plants[j].inputs {
            let i = input.destination.index();
            let spent = baseline.output[j] * input.per_output * price(network.destinations[i].material);
            match costs.iter_mut().find(|(known, _)| *known == i) {
                Some((_, share)) => *share += spent / value,
                None => costs.push((i, spent / value)),
            }
        }
    }
    let all: f64 = costs.iter().map(|(_, share)| share).sum();
    costs.iter_mut().for_each(|(_, share)| *share /= all.max(1.0));
    costs
}

fn destinations(
    baseline: &Baseline,
    rules: &Rules,
    lanes: &Lanes,
    inputs: &[InputPlan],
    n_pipeline: &mut usize,
) -> Vec<DestinationPlan> {
    let network = &baseline.network;
    let dt = network.clock.dt;
    let mut plans: Vec<DestinationPlan> = network
        .destinations
        .iter()
        .zip(&baseline.need)
        .map(|(destination, need)| {
            let market = &network.materials[destination.material.index()].market;
            DestinationPlan {
                need: need * dt,
                cover: Years::from_days(destination.cover_days).0 / dt,
                extra_cover: 0.0,
                reserve: 0.0,
                under_way: 0.0,
                gain: dt / Years::from_days(market.adjustment_days).0,
                smoothing: market.smoothing_days.map_or(0.0, |days| approach(days, dt)),
                n_inputs: 0,
                pipeline: 0..0,
            }
        })
        .collect();
    for (destination, years) in &rules.extra_cover {
        plans[destination.index()].extra_cover += years / dt;
    }
    let mut longest = vec![0.0_f64; plans.len()];
    for (l, i) in lanes.destination.iter().enumerate() {
        plans[*i as usize].under_way += lanes.flow[l] * lanes.route[l].transit;
        longest[*i as usize] = longest[*i as usize].max(lanes.route[l].longest());
    }
    for (plan, longest) in plans.iter_mut().zip(longest) {
        plan.pipeline = pipeline(longest, 1, n_pipeline);
    }
    for input in inputs {
        let plan = &mut plans[input.destination];
        plan.n_inputs += 1;
        let made = network.origins[network.plants[input.plant].origin.index()].material;
        // A recipe that points back takes what the step before set aside, so that much is always held besides the cover.
        if made <= network.destinations[input.destination].material {
            plan.reserve += input.per_output * baseline.output[input.plant] * dt;
        }
    }
    plans
}

fn lanes(baseline: &Baseline, longest_delay: f64) -> Lanes {
    let network = &baseline.network;
    let dt = network.clock.dt;
    let mut lanes = Lanes::default();
    for (l, lane) in network.lanes.iter().enumerate() {
        let transit = lane.transit / dt;
        let home = network.is_home(LaneId::new(l));
        lanes.destination.push(u32::try_from(lane.destination.index()).expect("fewer than 2³² destinations"));
        lanes.weight.push(baseline.weight[l]);
        lanes.flow.push(baseline.flow[l] * dt);
        lanes.route.push(Route {
            transit,
            longest_delay: if home { 0.0 } else { longest_delay },
            whole: transit.floor() as usize,
            late: transit - transit.floor(),
        });
    }
    lanes
}

/// Room for `n` pipelines that hold shipments up to `longest` steps; none if nothing takes any time.
fn pipeline(longest: f64, n: usize, n_pipeline: &mut usize) -> Range<usize> {
    // Two slots beyond the whole steps: one for the fraction, one for the step under way.
    let slots = if longest > 0.0 { (longest.floor() as usize + 2).next_power_of_two() } else { 0 };
    let start = *n_pipeline;
    *n_pipeline += slots * n;
    start..*n_pipeline
}

fn plants(baseline: &Baseline) -> Vec<PlantPlan> {
    let network = &baseline.network;
    let dt = network.clock.dt;
    let market = |material: MaterialId| &network.materials[material.index()].market;
    let mut first_input = 0;
    let plan = |(plant, output): (&Plant, &f64)| {
        let inputs = first_input..first_input + plant.inputs.len();
        first_input = inputs.end;
        PlantPlan {
            origin: plant.origin.index(),
            capacity: if plant.planned { 0.0 } else { plant.capacity * dt },
            size: plant.capacity * dt,
            output: output * dt,
            later: market(network.origins[plant.origin.index()].material).capacity_later,
            minimum_run: plant.minimum_run,
            ramp: if plant.ramp > 0.0 { dt / plant.ramp } else { f64::INFINITY },
            inputs,
            host: plant.host.map(|(host, ratio)| (host.index(), ratio)),
            closure: plant.unit_cost.map(|cost| ClosurePlan {
                log_cost: ln(cost),
                exit_steps: plant.exit_lag / dt,
                log_restart: ln(plant.restart_price),
                restart_steps: plant.restart_lag / dt,
            }),
        }
    };
    network.plants.iter().zip(&baseline.output).map(plan).collect()
}

fn inputs(network: &Network) -> Vec<InputPlan> {
    let of_plant = |(j, plant): (usize, &Plant)| {
        let input = move |input: &Input| InputPlan {
            plant: j,
            destination: input.destination.index(),
            per_output: input.per_output,
            // Finite even for a trace of an input: nothing times infinity would not be a number.
            output_per_unit: (1.0 / input.per_output).min(f64::MAX),
        };
        plant.inputs.iter().map(input).collect::<Vec<_>>()
    };
    network.plants.iter().enumerate().flat_map(of_plant).collect()
}

fn consumers(network: &Network, rules: &Rules) -> Vec<ConsumerPlan> {
    let market = |material: MaterialId| &network.materials[material.index()].market;
    network
        .consumers
        .iter()
        .map(|consumer| ConsumerPlan {
            destination: consumer.destination.index(),
            demand: consumer.demand * network.clock.dt,
            elasticity: consumer.elasticity,
            later: consumer.elasticity
                * market(network.destinations[consumer.destination.index()].material).elasticity_later,
            backlog_share: consumer.backlog_share,
            floor: rules.floor(consumer.sector),
        })
        .collect()
}

fn stockpiles(baseline: &Baseline, rules: &Rules, n_pipeline: &mut usize) -> Vec<StockpilePlan> {
    let dt = baseline.network.clock.dt;
    let mut n_members = 0;
    let plan = |stockpile: &Stockpile| {
        let first_member = n_members;
        n_members += stockpile.destinations.len();
        let destinations: Vec<usize> = stockpile.destinations.iter().map(|i| i.index()).collect();
        let need: f64 = destinations.iter().map(|i| baseline.need[*i]).sum();
        let share = |i: &usize| if need > 0.0 { baseline.need[*i] / need } else { 0.0 };
        StockpilePlan {
            shares: destinations.iter().map(share).collect(),
            initial: if stockpile.unlimited() { 0.0 } else { stockpile.initial },
            unlimited: stockpile.unlimited(),
            spoilage: 1.0 - pow(1.0 - stockpile.spoilage, dt),
            delivery: (stockpile.delivery_lag > 0.0).then(|| stockpile.delivery_lag / dt),
            pipeline: pipeline(stockpile.delivery_lag / dt, destinations.len(), n_pipeline),
            sharing: stockpile.sharing.clone(),
            members: first_member..n_members,
            destinations,
        }
    };
    rules.stockpiles.iter().map(plan).collect()
}
