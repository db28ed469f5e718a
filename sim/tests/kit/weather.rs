//! Random events and levers, laid directly on what the step reads: all channels, all runs of a block.

use super::random::{Dice, MONTHS};
use shortfall::baseline::Baseline;
use shortfall::exposure::{Channel, Exposure, Pulse, Reach, Script};
use shortfall::levers::{Levers, Rules, Stockpile};
use shortfall::math::WIDTH;
use shortfall::network::{ConsumerId, DestinationId, LaneId, MaterialId};

/// Longest delay that weather adds to a transit, steps.
pub const LONGEST_DELAY: f64 = 2.5;

/// The same with end users that may be refused: all that weather can do.
pub const REACH: Reach = Reach { longest_delay: LONGEST_DELAY, end_use: true };

const ALL: [Channel; 15] = [
    Channel::Availability,
    Channel::Control,
    Channel::Openness,
    Channel::Passage,
    Channel::LaneCap,
    Channel::ExportCap,
    Channel::CarryOver,
    Channel::AddedTransit,
    Channel::Wedge,
    Channel::Surge,
    Channel::Shock,
    Channel::Threat,
    Channel::Barred,
    Channel::RefusedConsumer,
    Channel::RefusedPlant,
];

#[derive(Clone, Copy, Debug)]
struct Spell {
    what: Channel,
    item: usize,
    run: usize,
    from: usize,
    until: usize,
    value: f64,
}

/// What happens in a world, to every run its own.
pub struct Weather {
    spells: Vec<Spell>,
}

impl Weather {
    pub fn random(seed: u64, baseline: &Baseline) -> Weather {
        let mut dice = Dice::new(seed, "weather");
        let network = &baseline.network;
        let dt = network.clock.dt;
        let mut spells = Vec::new();
        for run in 0..WIDTH {
            // The first run is quiet.
            for _ in 0..run * 3 {
                let what = dice.pick(&ALL);
                let n = match what {
                    Channel::Availability | Channel::Control | Channel::RefusedPlant => network.plants.len(),
                    Channel::ExportCap | Channel::CarryOver => network.origins.len(),
                    Channel::Surge | Channel::RefusedConsumer => network.consumers.len(),
                    Channel::Shock => network.materials.len(),
                    _ => network.lanes.len(),
                };
                let item = dice.below(n);
                let home = n == network.lanes.len() && network.is_home(LaneId::new(item));
                let part = if dice.chance(0.3) { 0.0 } else { dice.between(0.0, 1.0) };
                let value = match what {
                    Channel::Availability | Channel::Openness | Channel::Passage => part,
                    Channel::LaneCap => baseline.flow[item] * dt * part * 1.2,
                    Channel::ExportCap | Channel::CarryOver => {
                        network.origins[item].lanes.clone().map(|l| baseline.flow[l]).sum::<f64>() * dt * part
                    }
                    Channel::AddedTransit => LONGEST_DELAY * part,
                    Channel::Wedge => part,
                    Channel::Surge => 1.0 + 3.0 * part,
                    Channel::Shock => 4.0 * part - 2.0,
                    _ => part,
                };
                let from = dice.below(MONTHS);
                let until = from + 1 + dice.below(10);
                let abroad_alone =
                    [Channel::Openness, Channel::Passage, Channel::LaneCap, Channel::AddedTransit];
                if !(home && abroad_alone.contains(&what)) {
                    spells.push(Spell { what, item, run, from, until, value });
                }
                if what == Channel::Barred {
                    // To some of those who are at the end of the lane.
                    let destination = network.lanes[item].destination;
                    let consumers = network.destinations[destination.index()].consumers.clone();
                    let uses =
                        |j: &usize| network.plants[*j].inputs.iter().any(|u| u.destination == destination);
                    let plants = (0..network.plants.len()).filter(uses);
                    let users = consumers.map(|d| (Channel::RefusedConsumer, d));
                    for (what, item) in users.chain(plants.map(|j| (Channel::RefusedPlant, j))) {
                        let value = if dice.chance(0.5) { 1.0 } else { dice.between(0.0, 1.0) };
                        if dice.chance(0.6) {
                            spells.push(Spell { what, item, run, from, until: until + dice.below(3), value });
                        }
                    }
                }
            }
        }
        Weather { spells }
    }

    /// What happens to run `run`, and nothing else.
    pub fn of_run(&self, run: usize) -> Weather {
        Weather { spells: self.spells.iter().filter(|spell| spell.run == run).copied().collect() }
    }

    /// The same weather where things have other numbers.
    pub fn renumbered(&self, number: impl Fn(Channel, usize) -> usize) -> Weather {
        let spell = |spell: &Spell| Spell { item: number(spell.what, spell.item), ..*spell };
        Weather { spells: self.spells.iter().map(spell).collect() }
    }

    /// Lays the weather of step `t` on a neutral exposure.
    pub fn lay(&self, t: usize, exposure: &mut Exposure) {
        let mut script = Script::new(1);
        for spell in self.spells.iter().filter(|spell| (spell.from..spell.until).contains(&t)) {
            let mut write =
                |channel| script.lay(channel, spell.item, spell.run, &Pulse::of_steps(0, &[spell.value]));
            write(spell.what);
            if spell.what == Channel::Threat && t < spell.from + 3 {
                write(Channel::Announced);
            }
        }
        script.finish();
        exposure.apply(&script, 0);
    }
}

/// The network's allocation with up to three random stockpiles.
pub fn rules(seed: u64, baseline: &Baseline) -> Rules {
    let mut dice = Dice::new(seed, "rules");
    let network = &baseline.network;
    let dt = network.clock.dt;
    let mut stockpiles = Vec::new();
    for k in 0..dice.below(4) {
        let material = dice.below(network.materials.len());
        let all = network.materials[material].destinations.clone();
        let destinations: Vec<DestinationId> =
            all.filter(|i| baseline.need[*i] > 0.0 && dice.chance(0.6)).map(DestinationId::new).collect();
        if destinations.is_empty() {
            continue;
        }
        let there = |d: &usize| destinations.contains(&network.consumers[*d].destination);
        let served: Vec<ConsumerId> = (0..network.consumers.len())
            .filter(there)
            .filter(|_| dice.chance(0.5))
            .map(ConsumerId::new)
            .collect();
        let need: f64 = destinations.iter().map(|i| baseline.need[i.index()] * dt).sum();
        let target = if dice.chance(0.2) { f64::INFINITY } else { need * dice.between(0.0, 6.0) };
        let initial = if target.is_finite() { target * dice.between(0.0, 1.0) } else { 0.0 };
        stockpiles.push(Stockpile {
            name: format!("k{k}"),
            material: MaterialId::new(material),
            destinations,
            serves: (dice.chance(0.4) && !served.is_empty()).then_some(served),
            target,
            initial,
            spoilage: if dice.chance(0.3) { dice.between(0.0, 0.3) } else { 0.0 },
            delivery_lag: if dice.chance(0.5) { dice.pick(&[0.4, 1.0, 1.6, 2.0]) * dt } else { 0.0 },
            buys: target.is_finite() && dice.chance(0.6),
            sharing: None,
        });
    }
    Rules { stockpiles, ..Rules::new(network) }
}

/// Random levers of step `t`: released without bound, within one, or not at all; bought in some steps.
pub fn pull(seed: u64, t: usize, baseline: &Baseline, rules: &Rules, levers: &mut Levers) {
    let mut dice = Dice::new(seed, &format!("levers {t}"));
    let dt = baseline.network.clock.dt;
    for (k, stockpile) in rules.stockpiles.iter().enumerate() {
        let need: f64 = stockpile.destinations.iter().map(|i| baseline.need[i.index()] * dt).sum();
        for run in 0..WIDTH {
            let bound = dice.between(0.0, 1.0) * need;
            levers.draw_limit[k].0[run] = dice.pick(&[f64::INFINITY, bound, 0.0]);
            let bought = dice.between(0.0, 0.3) * need;
            levers.fill_order[k].0[run] = if stockpile.buys && dice.chance(0.5) { bought } else { 0.0 };
        }
    }
}
