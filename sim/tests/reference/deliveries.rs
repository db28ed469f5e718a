//! Deliveries of one material: (7) to (11).

use super::end_use;
use super::facts::{DAYS, Facts, Lane, Side, Table};
use super::orders::order;
use super::world::{Claimant, Happening, World, over, split};

pub fn deliver(facts: &Facts, t: usize, happening: &Happening, world: &mut World, material: &str) {
    let origins: Vec<Side> = facts.origins.keys().filter(|side| side.0 == material).cloned().collect();
    let mut potential = Table::new();
    let mut spare = Table::new();
    for side in &origins {
        for plant in &facts.origins[side].plants {
            potential.insert(plant.clone(), potential_output(facts, t, world, plant));
        }
        let made: f64 = facts.origins[side].plants.iter().map(|plant| potential[plant]).sum();
        spare.insert(side.clone(), first_round(facts, happening, world, side, world.unsold[side] + made));
    }
    for side in facts.destinations.keys().filter(|side| side.0 == material) {
        end_use::offers(facts, happening, world, side);
    }
    second_round(facts, happening, world, material, &spare);
    for side in &origins {
        produce(facts, t, happening, world, side, &potential);
    }
    ship(facts, t, happening, world, material);
}

/// (7).
fn potential_output(facts: &Facts, t: usize, world: &World, name: &str) -> f64 {
    let plant = &facts.plants[name];
    let mut most =
        world.capacity[name].min(world.output[name] + plant.ramp * facts.growth(t).output[&plant.origin]);
    for (input, per_output) in &plant.inputs {
        most = most.min(world.allocated[&(name.to_string(), input.clone())] / per_output);
    }
    if let Some((host, ratio)) = &plant.host {
        most = most.min(ratio * world.output[host]);
    }
    most
}

fn is_home(lane: &Lane) -> bool {
    lane.1 == lane.2
}

/// Open orders of an origin's lanes by rank: order times what is open, cut to the lane's cap, then abroad to the origin's.
fn open_orders(facts: &Facts, happening: &Happening, world: &World, side: &Side) -> Vec<(Lane, Vec<f64>)> {
    let mut open: Vec<(Lane, Vec<f64>)> = facts
        .lanes_from(side)
        .map(|lane| {
            let asked: Vec<f64> = {
                let open = end_use::open(happening, world, lane);
                order(world, lane).iter().map(|order| order * open).collect()
            };
            let total: f64 = asked.iter().sum();
            let passed = over(happening.lane_cap[lane].min(total), total, 1.0);
            (lane.clone(), asked.iter().map(|asked| asked * passed).collect())
        })
        .collect();
    let abroad: f64 = open.iter().filter(|(lane, _)| !is_home(lane)).flat_map(|(_, asked)| asked).sum();
    let cap = happening.export_cap[side] + world.allowance[side];
    if abroad > cap {
        for (_, asked) in open.iter_mut().filter(|(lane, _)| !is_home(lane)) {
            asked.iter_mut().for_each(|asked| *asked *= cap / abroad);
        }
    }
    open
}

/// (8): ships what is there, and returns what is to spare.
fn first_round(facts: &Facts, happening: &Happening, world: &mut World, side: &Side, available: f64) -> f64 {
    let market = &facts.market[&side.0];
    let mut open = open_orders(facts, happening, world, side);
    let total: f64 = open.iter().flat_map(|(_, asked)| asked).sum();
    for (lane, _) in &open {
        world.shipped.insert(lane.clone(), 0.0);
    }
    if total <= available {
        for (lane, asked) in &open {
            world.shipped.insert(lane.clone(), asked.iter().sum());
        }
        return available - total;
    }
    // Contracts, out of all ranks alike.
    let mut left = available;
    let sum = |asked: &[f64]| asked.iter().sum::<f64>();
    let firm: Vec<f64> = open
        .iter()
        .map(|(lane, asked)| {
            sum(asked).min(market.contract_share * facts.lanes[lane].flow + happening.reserved[lane])
        })
        .collect();
    let share = over(left, sum(&firm), 1.0).min(1.0);
    for ((lane, asked), firm) in open.iter_mut().zip(&firm) {
        take(lane, asked, firm * share, world);
    }
    left = (left - sum(&firm)).max(0.0);
    // Home, out of all ranks alike.
    if let Some((lane, asked)) = open.iter_mut().find(|(lane, _)| is_home(lane)) {
        let given = sum(asked).min(market.home_share * left);
        take(lane, asked, given, world);
        left -= given;
    }
    // The rest rank by rank, pro rata within each.
    for rank in 0..facts.n_ranks() {
        let all: f64 = open.iter().map(|(_, asked)| asked[rank]).sum();
        let share = over(left, all, 1.0).min(1.0);
        for (lane, asked) in &open {
            *world.shipped.get_mut(lane).expect("set above") += asked[rank] * share;
        }
        left = (left - all).max(0.0);
    }
    0.0
}

/// Ships part of a lane's orders, out of all ranks alike.
fn take(lane: &Lane, asked: &mut [f64], given: f64, world: &mut World) {
    let all: f64 = asked.iter().sum();
    let left = 1.0 - over(given, all, 0.0);
    asked.iter_mut().for_each(|asked| *asked *= left);
    *world.shipped.get_mut(lane).expect("every lane of the origin is listed") += given;
}

/// (9).
fn second_round(
    facts: &Facts,
    happening: &Happening,
    world: &mut World,
    material: &str,
    spare: &Table<Side>,
) {
    let spot = facts.market[material].spot_share;
    let mut offered: Table<Lane> = Table::new();
    for side in facts.destinations.keys().filter(|side| side.0 == material) {
        let lanes: Vec<&Lane> = facts.lanes_to(side).collect();
        let received: f64 = lanes.iter().map(|lane| world.shipped[*lane]).sum();
        let wanted: f64 = world.intake[side].iter().sum();
        let missing = wanted - received;
        let unfilled = if missing > facts.nothing(side) { spot * missing } else { 0.0 };
        let open = |lane: &Lane| end_use::open(happening, world, lane);
        let seen = |lane: &Lane| spare[&(lane.0.clone(), lane.1.clone())] * open(lane);
        let all: f64 = lanes.iter().map(|lane| seen(lane)).sum();
        for lane in lanes {
            let share = over(seen(lane), all, 0.0);
            offered.insert(lane.clone(), unfilled * share * open(lane));
        }
    }
    for (side, spare) in spare {
        let lanes: Vec<&Lane> = facts.lanes_from(side).collect();
        let asked: f64 = lanes.iter().map(|lane| offered[*lane]).sum();
        let filled = over(*spare, asked, 1.0).min(1.0);
        let abroad = |table: &Table<Lane>| {
            lanes.iter().filter(|lane| !is_home(lane)).map(|lane| table[*lane]).sum::<f64>()
        };
        let cap = happening.export_cap[side] + world.allowance[side];
        let room = (cap - abroad(&world.shipped)).max(0.0);
        let let_out = over(room, abroad(&offered) * filled, 1.0).min(1.0);
        for lane in &lanes {
            let room = (happening.lane_cap[*lane] - world.shipped[*lane]).max(0.0);
            let more = (offered[*lane] * filled).min(room) * if is_home(lane) { 1.0 } else { let_out };
            *world.shipped.get_mut(*lane).expect("shipped in the first round") += more;
        }
        let unused = (cap - abroad(&world.shipped)).max(0.0);
        world.allowance.insert(side.clone(), unused.min(happening.carry_over[side]));
    }
}

/// (10): output, unsold stock, inputs used.
fn produce(
    facts: &Facts,
    t: usize,
    happening: &Happening,
    world: &mut World,
    side: &Side,
    potential: &Table<super::facts::Name>,
) {
    let origin = &facts.origins[side];
    let market = &facts.market[&side.0];
    let growth = facts.growth(t).output[side];
    let shipped: f64 = facts.lanes_from(side).map(|lane| world.shipped[lane]).sum();
    let unsold = world.unsold[side];
    let most: f64 = origin.plants.iter().map(|plant| potential[plant]).sum();
    let floor =
        |plant: &String| (facts.plants[plant].minimum_run * world.capacity[plant]).min(potential[plant]);
    let floors: f64 = origin.plants.iter().map(floor).sum();
    let refill = (origin.unsold * growth - unsold) * facts.dt / (market.unsold_adjustment_days / DAYS);
    let wanted = floors.max(shipped + refill).max(shipped - unsold);
    let room = (origin.storage * growth + shipped - unsold).max(0.0);
    let made = most.min(wanted).min(room.max(shipped - unsold));
    // First the minimum, then what was planned, then what else can be made.
    let planned =
        |plant: &String| world.planned[plant].iter().sum::<f64>().min(potential[plant]).max(floor(plant));
    let plan: f64 = origin.plants.iter().map(planned).sum();
    let outputs: Vec<f64> = origin
        .plants
        .iter()
        .map(|plant| {
            let (floor, planned) = (floor(plant), planned(plant));
            if made <= floors {
                floor * over(made, floors, 0.0)
            } else if made <= plan {
                floor + (made - floors) * over(planned - floor, plan - floors, 0.0)
            } else {
                planned + (made - plan) * over(potential[plant] - planned, most - plan, 0.0)
            }
        })
        .collect();
    world.unsold.insert(side.clone(), (unsold + (made - shipped)).max(0.0));
    for (plant, output) in origin.plants.iter().zip(outputs) {
        world.output.insert(plant.clone(), output);
        for (input, per_output) in &facts.plants[plant].inputs {
            let from = (input.clone(), side.1.clone());
            let inventory = world.inventory.get_mut(&from).expect("listed");
            *inventory = (*inventory - per_output * output).max(0.0);
            let by = Claimant::Plant(plant.clone());
            end_use::draw(happening, world, &from, &by, per_output * output);
            end_use::bound(world, &from);
        }
    }
}

/// (11): what is shipped arrives after its transit; arrivals join the inventory.
fn ship(facts: &Facts, t: usize, happening: &Happening, world: &mut World, material: &str) {
    for side in facts.destinations.keys().filter(|side| side.0 == material) {
        let mut arrived = 0.0;
        let mut left = 0.0;
        let mut barred = 0.0;
        for lane in facts.lanes_to(side) {
            let late = happening.added_transit[lane].min(facts.longest_delay);
            let (whole, part) = split(facts.lanes[lane].transit + late);
            let amount = world.shipped[lane];
            *world.pipeline.entry((lane.clone(), t + whole)).or_insert(0.0) += amount * (1.0 - part);
            *world.pipeline.entry((lane.clone(), t + whole + 1)).or_insert(0.0) += amount * part;
            let theirs = amount * happening.barred[lane];
            *world.barred_pipeline.entry((lane.clone(), t + whole)).or_insert(0.0) += theirs * (1.0 - part);
            *world.barred_pipeline.entry((lane.clone(), t + whole + 1)).or_insert(0.0) += theirs * part;
            barred += world.barred_pipeline.remove(&(lane.clone(), t)).unwrap_or(0.0);
            left += amount;
            arrived += world.pipeline.remove(&(lane.clone(), t)).unwrap_or(0.0);
        }
        world.arrived.insert(side.clone(), arrived);
        *world.barred.get_mut(side).expect("listed") += barred;
        *world.inventory.get_mut(side).expect("listed") += arrived + happening.returned[side];
        let under_way = world.under_way.get_mut(side).expect("listed");
        *under_way = (*under_way + left - arrived).max(0.0);
    }
}
