//! A program for the workload alone, written for speed: what the general engine is measured against.
//!
//! 44 origins, 8 destinations of each material, five materials; the equations of the workload and nothing else. What does not
//! depend on the lane is taken out of the sums over lanes, and an origin without a ban in any of the eight runs takes none of
//! the work that bans make.

pub mod bans;

use bans::Bans;
use shortfall::instructions::Instructions;
use shortfall::math::{Row, WIDTH};
use std::path::Path;

pub const STEPS: usize = 120;
const TIERS: usize = 5;
/// Destinations of each material, consumers and stockpiles.
pub const USERS: usize = 8;
const MINES: usize = 12;
pub const ORIGINS: usize = MINES + (TIERS - 1) * USERS;
/// Share of what stays unfilled that is offered again.
const SPOT: f64 = 0.6;
/// Months in which a gap of an inventory is closed.
const ADJUSTMENT: f64 = 3.0;

/// The numbers of the network, as read.
#[derive(Debug)]
pub struct Network {
    demand: [f64; USERS],
    stock: [f64; USERS],
    target: [[f64; USERS]; TIERS],
    capacity: [f64; ORIGINS],
    weight: [[f64; USERS]; ORIGINS],
}

/// What is recorded of a block of runs.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Unmet demand by place, over all months.
    pub unmet: [Row; USERS],
    /// Largest monthly sum over places.
    pub peak: Row,
    /// Lowest stockpile by place.
    pub lowest: [Row; USERS],
}

/// The origins of a tier.
fn origins(tier: usize) -> std::ops::Range<usize> {
    if tier == 0 { 0..MINES } else { MINES + (tier - 1) * USERS..MINES + tier * USERS }
}

/// Number of an origin by its names, `m2` and `p7`.
pub fn origin(material: &str, place: &str) -> usize {
    origins(number(material)).start + number(place)
}

/// `m2`: 2.
pub fn number(name: &str) -> usize {
    name[1..].parse().expect("a letter and a number")
}

impl Network {
    /// Reads the tables of a folder.
    pub fn read(folder: &Path) -> Network {
        let rows = |file: &str| -> Vec<csv::StringRecord> {
            let mut reader = csv::Reader::from_path(folder.join(file)).expect("the table is there");
            reader.records().map(|row| row.expect("a row")).collect()
        };
        let value = |cell: &str| cell.parse::<f64>().expect("a number");
        let mut network = Network {
            demand: [0.0; USERS],
            stock: [0.0; USERS],
            target: [[0.0; USERS]; TIERS],
            capacity: [0.0; ORIGINS],
            weight: [[0.0; USERS]; ORIGINS],
        };
        for row in rows("places.csv").iter().filter(|row| !row[1].is_empty()) {
            network.demand[number(&row[0])] = value(&row[1]);
        }
        for row in rows("plants.csv") {
            network.capacity[origin(&row[0], &row[1])] = value(&row[3]);
        }
        for row in rows("destinations.csv") {
            let (tier, place) = (number(&row[0]), number(&row[1]));
            network.target[tier][place] = value(&row[3]);
            if tier == TIERS - 1 {
                network.stock[place] = value(&row[4]);
            }
        }
        for row in rows("lanes.csv") {
            network.weight[origin(&row[0], &row[1])][number(&row[2])] = value(&row[3]);
        }
        network
    }
}

/// Simulates a block.
#[allow(unsafe_code, reason = "a version is called only where the processor has what it is compiled for")]
pub fn simulate(instructions: Instructions, network: &Network, bans: &Bans) -> Outcome {
    // SAFETY: instructions are only given out where the processor has them, with all the features named below.
    match instructions.name() {
        #[cfg(target_arch = "x86_64")]
        "AVX2" => unsafe { avx2(network, bans) },
        #[cfg(target_arch = "x86_64")]
        "AVX-512" => unsafe { avx512(network, bans) },
        _ => run(network, bans),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,avx2,bmi1,bmi2,popcnt,lzcnt")]
fn avx2(network: &Network, bans: &Bans) -> Outcome {
    run(network, bans)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,avx2,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,bmi1,bmi2,fma,popcnt,lzcnt")]
fn avx512(network: &Network, bans: &Bans) -> Outcome {
    run(network, bans)
}

struct State {
    inventory: [[Row; USERS]; TIERS],
    stock: [Row; USERS],
    open: [[Row; USERS]; ORIGINS],
    /// How many numbers of `open` are not 1, by origin.
    banned: [u32; ORIGINS],
    wanted: [[Row; USERS]; TIERS],
    ordered: [Row; ORIGINS],
    spare: [Row; ORIGINS],
}

/// Does something for each user, one after the other and not in a loop: a loop of eight is taken by the compiler for one over
/// users, whose numbers lie apart, and not for eight steps over runs, whose numbers lie side by side.
#[inline(always)]
fn users(mut make: impl FnMut(usize)) {
    make(0);
    make(1);
    make(2);
    make(3);
    make(4);
    make(5);
    make(6);
    make(7);
}

#[inline(always)]
fn run(network: &Network, bans: &Bans) -> Outcome {
    let mut state = State {
        inventory: network.target.map(|row| row.map(Row::splat)),
        stock: network.stock.map(Row::splat),
        open: [[Row::ONE; USERS]; ORIGINS],
        banned: [0; ORIGINS],
        wanted: [[Row::ZERO; USERS]; TIERS],
        ordered: [Row::ZERO; ORIGINS],
        spare: [Row::ZERO; ORIGINS],
    };
    let mut outcome = Outcome { unmet: [Row::ZERO; USERS], peak: Row::ZERO, lowest: state.stock };
    for t in 0..STEPS {
        for change in bans.at(t) {
            let value = &mut state.open[change.origin as usize][change.user as usize].0[change.run as usize];
            let banned = &mut state.banned[change.origin as usize];
            *banned = *banned + u32::from(change.open != 1.0) - u32::from(*value != 1.0);
            *value = change.open;
        }
        orders(network, &mut state);
        for tier in 0..TIERS {
            deliver(network, tier, &mut state);
        }
        consume(network, &mut state, &mut outcome);
    }
    outcome
}

#[inline(always)]
fn orders(network: &Network, state: &mut State) {
    let mut need = network.demand.map(Row::splat);
    for tier in (0..TIERS).rev() {
        let mut wanted = [Row::ZERO; USERS];
        users(|i| {
            let gap = Row::splat(network.target[tier][i]) - state.inventory[tier][i];
            wanted[i] = (need[i] + gap * (1.0 / ADJUSTMENT)).positive();
        });
        for (k, e) in origins(tier).enumerate() {
            let mut ordered = Row::ZERO;
            users(|i| {
                ordered += wanted[i] * network.weight[e][i];
            });
            state.ordered[e] = ordered;
            if tier > 0 {
                need[k] = ordered.min(Row::splat(network.capacity[e]));
            }
        }
        state.wanted[tier] = wanted;
    }
}

#[inline(always)]
fn deliver(network: &Network, tier: usize, state: &mut State) {
    let wanted = state.wanted[tier];
    // Received per unit wanted; spare output in sight, that of origins without a ban apart.
    let (mut filled, mut seen) = ([Row::ZERO; USERS], [Row::ZERO; USERS]);
    let mut seen_by_all = Row::ZERO;
    let mut used = [Row::ZERO; MINES];
    for (k, e) in origins(tier).enumerate() {
        let capacity = Row::splat(network.capacity[e]);
        let available = if tier == 0 { capacity } else { capacity.min(state.inventory[tier - 1][k]) };
        let asked = if state.banned[e] == 0 {
            let share = available.over(state.ordered[e], 1.0).min(Row::ONE);
            users(|i| {
                filled[i] += share * network.weight[e][i];
            });
            used[k] = state.ordered[e] * share;
            state.ordered[e]
        } else {
            let mut asked = Row::ZERO;
            users(|i| {
                asked += wanted[i] * network.weight[e][i] * state.open[e][i];
            });
            let share = available.over(asked, 1.0).min(Row::ONE);
            users(|i| {
                filled[i] += share * network.weight[e][i] * state.open[e][i];
            });
            used[k] = asked * share;
            asked
        };
        let spare = (available - asked).positive();
        state.spare[e] = spare;
        if state.banned[e] == 0 {
            seen_by_all += spare;
        } else {
            users(|i| {
                seen[i] += spare * state.open[e][i];
            });
        }
    }
    let (mut offer, mut offers) = ([Row::ZERO; USERS], Row::ZERO);
    users(|i| {
        let unfilled = (wanted[i] - wanted[i] * filled[i]).positive();
        offer[i] = (unfilled * SPOT).over(seen[i] + seen_by_all, 0.0);
        offers += offer[i];
    });
    let mut received = [Row::ZERO; USERS];
    users(|i| {
        received[i] = wanted[i] * filled[i];
    });
    if offers.any() {
        let mut by_all = Row::ZERO;
        let at_most = offers.max(Row::ONE);
        for (k, e) in origins(tier).enumerate() {
            if state.banned[e] == 0 {
                let share = state.spare[e] / at_most;
                by_all += share;
                used[k] += share * offers;
                continue;
            }
            let mut taken = [Row::ZERO; USERS];
            let mut asked = Row::ZERO;
            users(|i| {
                taken[i] = offer[i] * state.open[e][i] * state.open[e][i];
                asked += taken[i];
            });
            let share = state.spare[e] / asked.max(Row::ONE);
            users(|i| {
                received[i] += taken[i] * share;
            });
            used[k] += share * asked;
        }
        users(|i| {
            received[i] += offer[i] * by_all;
        });
    }
    if tier > 0 {
        for (k, used) in used[..USERS].iter().enumerate() {
            state.inventory[tier - 1][k] = (state.inventory[tier - 1][k] - *used).positive();
        }
    }
    users(|i| {
        state.inventory[tier][i] += received[i];
    });
}

#[inline(always)]
fn consume(network: &Network, state: &mut State, outcome: &mut Outcome) {
    let mut month = Row::ZERO;
    users(|i| {
        let inventory = &mut state.inventory[TIERS - 1][i];
        let gap = (Row::splat(network.demand[i]) - *inventory).positive();
        *inventory = (*inventory - Row::splat(network.demand[i])).positive();
        let released = gap.min(state.stock[i]);
        state.stock[i] -= released;
        let unmet = gap - released;
        outcome.unmet[i] += unmet;
        month += unmet;
        outcome.lowest[i] = outcome.lowest[i].min(state.stock[i]);
    });
    outcome.peak = outcome.peak.max(month);
}

/// Runs of a block.
pub const RUNS: usize = WIDTH;
