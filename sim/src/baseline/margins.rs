//! Supply against use, material by material: what origins make and destinations take, so that both add up.

use super::report::amount;
use super::report::amounts;
use super::report::percent;
use super::uses::Users;
use crate::math::ROUNDING;
use crate::network::Network;
use crate::scenario::Surplus;

/// Gap between supply and use that is rounding: sums of a thousand terms are exact to 1e-13.
const EXACT: f64 = 1e-12;

/// Most passes over the chain: recipes that go round settle geometrically, or feed on themselves and never do.
const MAX_PASSES: usize = 1000;

/// Outputs and uses that add up.
pub(super) struct Margins {
    /// By plant.
    pub(super) output: Vec<f64>,
    /// Use by destination, `other` included.
    pub(super) need: Vec<f64>,
    /// Surplus given to the sector `other`, by destination.
    pub(super) other: Vec<f64>,
    /// Faults with the material they are of.
    pub(super) faults: Vec<(usize, String)>,
}

/// Goes from the last tier to the first: use is known when the outputs that need it are.
///
/// Recipes that point back need outputs of a material not yet visited, so passes repeat until nothing moves.
pub(super) fn settle(network: &Network, users: &Users) -> Margins {
    let demand: Vec<f64> = network.consumers.iter().map(|consumer| consumer.demand).collect();
    let output = network.plants.iter().map(|plant| plant.output.unwrap_or(0.0)).collect();
    let n = network.destinations.len();
    let mut margins = Margins { output, need: vec![0.0; n], other: vec![0.0; n], faults: Vec::new() };
    let mut moving = Vec::new();
    for _ in 0..MAX_PASSES {
        let before = margins.output.clone();
        margins.faults.clear();
        for material in (0..network.materials.len()).rev() {
            for id in network.materials[material].destinations.clone() {
                margins.need[id] = users.use_at(network, id, &demand, &margins.output);
                margins.other[id] = 0.0;
            }
            meet(network, material, &mut margins);
        }
        let moves = |plant: &usize| {
            let (now, before) = (margins.output[*plant], before[*plant]);
            !((now - before).abs() <= 1e-14 * before.abs())
        };
        let materials = 0..network.materials.len();
        moving =
            materials.filter(|material| plants_of(network, *material).any(|plant| moves(&plant))).collect();
        if moving.is_empty() {
            refuse_beyond_hosts(network, &mut margins);
            return margins;
        }
    }
    for material in moving {
        let name = &network.materials[material].code;
        let fault =
            format!("{name}: recipes that go round do not settle: they use about as much as they make");
        margins.faults.push((material, fault));
    }
    margins
}

/// Makes supply of a material meet its use.
fn meet(network: &Network, material: usize, margins: &mut Margins) {
    let destinations = network.materials[material].destinations.clone();
    let plants = plants_of(network, material);
    let used: f64 = destinations.clone().map(|id| margins.need[id]).sum();
    let given: f64 = plants.clone().filter_map(|id| network.plants[id].output).sum();
    for id in plants.clone() {
        margins.output[id] = network.plants[id].output.unwrap_or(0.0);
    }
    fill_blanks(network, plants.clone(), used - given, used, &mut margins.output);

    let supply: f64 = plants.clone().map(|id| margins.output[id]).sum();
    let gap = supply - used;
    let reference = if used > 0.0 { used } else { supply };
    if gap.abs() <= EXACT * reference {
        return;
    }
    if gap.abs() <= network.settings.tolerance * used {
        if let Err(fault) = scale(network, plants, used, &mut margins.output) {
            let name = &network.materials[material].code;
            margins.faults.push((material, format!("{name}: {fault}")));
        }
        return;
    }
    let sums = say_sums(network, material, supply, used);
    if gap < 0.0 {
        let fault = format!(
            "{sums}: too little to serve the demand; raise output or capacity, lower demand, or widen network.tolerance"
        );
        margins.faults.push((material, fault));
    } else if let Err(fault) = place_surplus(network, material, gap, margins) {
        margins.faults.push((material, format!("{sums}: {fault}")));
    }
}

/// The plants of a material, one range since plants stand by origin.
pub(super) fn plants_of(network: &Network, material: usize) -> std::ops::Range<usize> {
    let origins = &network.origins[network.materials[material].origins.clone()];
    match (origins.first(), origins.last()) {
        (Some(first), Some(last)) => first.plants.start..last.plants.end,
        _ => 0..0,
    }
}

/// `tungsten: supply 79.1 t, use 79.0 t, gap 0.1 t (0.13 %)`.
fn say_sums(network: &Network, material: usize, supply: f64, used: f64) -> String {
    let material = &network.materials[material];
    let (supplied, taken) = amounts(supply, used);
    let gap = (supply - used).abs();
    let share = percent(gap / if used > 0.0 { used } else { supply });
    let unit = &material.unit;
    format!(
        "{}: supply {supplied} {unit}, use {taken} {unit}, gap {} {unit} ({share})",
        material.code,
        amount(gap)
    )
}

/// Most a plant can make: a by-product no more than its host allows, if the host's output is given.
fn most(network: &Network, plant: usize) -> f64 {
    let plant = &network.plants[plant];
    let by_host = plant.host.and_then(|(host, ratio)| Some(ratio * network.plants[host.index()].output?));
    plant.capacity.min(by_host.unwrap_or(f64::INFINITY))
}

/// Plants without a given output share what is asked beyond the given ones, by what they can make.
fn fill_blanks(network: &Network, plants: std::ops::Range<usize>, asked: f64, used: f64, output: &mut [f64]) {
    let blank = |id: &usize| network.plants[*id].output.is_none();
    let room: f64 = plants.clone().filter(blank).map(|id| most(network, id)).sum();
    if !(asked > EXACT * used) || !(room > 0.0) {
        return;
    }
    let share = (asked / room).min(1.0);
    for id in plants.filter(blank) {
        output[id] = share * most(network, id);
    }
}

/// Scales outputs to add up to `used`, none above what its plant can make.
fn scale(
    network: &Network,
    plants: std::ops::Range<usize>,
    used: f64,
    output: &mut [f64],
) -> Result<(), String> {
    let mut full = vec![false; plants.len()];
    loop {
        let (mut fixed, mut free) = (0.0, 0.0);
        for (id, full) in plants.clone().zip(&full) {
            *(if *full { &mut fixed } else { &mut free }) += output[id];
        }
        if !(free > 0.0) {
            return Err(format!(
                "plants can make {} and {} is used: raise capacity or lower demand",
                amount(fixed),
                amount(used)
            ));
        }
        let factor = (used - fixed) / free;
        let mut above = false;
        for (id, full) in plants.clone().zip(&mut full).filter(|(_, full)| !**full) {
            if output[id] * factor > most(network, id) {
                output[id] = most(network, id);
                *full = true;
                above = true;
            }
        }
        if !above {
            for (id, _) in plants.zip(&full).filter(|(_, full)| !**full) {
                output[id] *= factor;
            }
            return Ok(());
        }
    }
}

/// Turns a surplus into demand of the sector `other`, as the settings say.
fn place_surplus(network: &Network, material: usize, gap: f64, margins: &mut Margins) -> Result<(), String> {
    let destinations = network.materials[material].destinations.clone();
    let mut key = vec![0.0; destinations.len()];
    match network.settings.surplus {
        Surplus::Refuse => {
            return Err(
                "surplus is refused by network.surplus; lower output, add demand, or set \"by_use\"".into()
            );
        }
        Surplus::ByUse => {
            for (key, id) in key.iter_mut().zip(destinations.clone()) {
                *key = margins.need[id];
            }
        }
        Surplus::ByOutput => {
            for origin in &network.origins[network.materials[material].origins.clone()] {
                let home = destinations.clone().find(|id| network.destinations[*id].place == origin.place);
                if let Some(id) = home {
                    key[id - destinations.start] +=
                        origin.plants.clone().map(|plant| margins.output[plant]).sum::<f64>();
                }
            }
        }
    }
    let total: f64 = key.iter().sum();
    if !(total > 0.0) {
        return Err(match network.settings.surplus {
            Surplus::ByOutput => {
                "no place that makes it uses it; add a consumer of sector other with demand 0 where it is made".into()
            }
            _ => "nobody uses it; add consumers, or lower output".into(),
        });
    }
    for (key, id) in key.iter().zip(destinations) {
        margins.other[id] = gap * key / total;
        margins.need[id] += margins.other[id];
    }
    Ok(())
}

/// A by-product can't exceed what its host allows, whatever was derived for either.
fn refuse_beyond_hosts(network: &Network, margins: &mut Margins) {
    for (id, plant) in network.plants.iter().enumerate() {
        let Some((host, ratio)) = plant.host else { continue };
        let bound = ratio * margins.output[host.index()];
        if !(margins.output[id] <= bound * (1.0 + ROUNDING)) {
            let material = network.origins[plant.origin.index()].material.index();
            let fault = format!(
                "{}: plant {:?} makes {} and its host {:?} allows {}",
                network.materials[material].code,
                plant.name,
                amount(margins.output[id]),
                network.plants[host.index()].name,
                amount(bound)
            );
            margins.faults.push((material, fault));
        }
    }
}
