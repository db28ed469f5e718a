//! Supply against use, material by material, then lane by lane.

use super::Baseline;
use super::feasibility::Margin;
use super::fitting::Unfit;
use super::fitting::fit;
use super::growth;
use super::margins::Margins;
use super::margins::settle;
use super::report::Adjustment;
use super::report::amount;
use super::report::at;
use super::report::percent;
use super::stability;
use super::surplus::add_other;
use super::uses::Users;
use crate::math::close;
use crate::network::Network;
use crate::units::Years;

/// Why a network can't be balanced: every fault, each with its numbers and what would help.
#[derive(Clone, Debug, PartialEq)]
pub struct Imbalance {
    /// One line each.
    pub faults: Vec<String>,
}

/// Transit that halves the gravity prior, days.
const GRAVITY_DAYS: f64 = 30.0;

/// Balances a network: outputs and uses that add up, a flow on every lane that meets both, and their path.
///
/// A gap within `network.tolerance` is scaled away on the side of supply; a surplus past it becomes demand of sector
/// `other` or is refused; a deficit past it is refused. Every change is an [`Adjustment`].
///
/// Fails with every fault found: sums that differ, lanes that can't carry them, bounds of stability broken.
pub fn balance(mut network: Network) -> Result<Baseline, Imbalance> {
    let users = Users::new(&network);
    let margins = settle(&network, &users);
    let mut faults: Vec<String> = margins.faults.iter().map(|(_, fault)| fault.clone()).collect();
    let mut adjustments = Vec::new();
    report_outputs(&network, &margins, &mut adjustments);
    refuse_below_minimum(&network, &margins, &mut faults);

    let mut flow = vec![0.0; network.lanes.len()];
    let mut weight = vec![0.0; network.lanes.len()];
    for material in 0..network.materials.len() {
        if margins.faults.iter().any(|(faulty, _)| *faulty == material) {
            continue;
        }
        match fit_material(&network, material, &margins) {
            Ok(fitted) => flow[network.materials[material].lanes.clone()].copy_from_slice(&fitted),
            Err(fault) => faults.push(fault),
        }
    }
    report_flows(&network, &flow, &mut adjustments);
    for id in 0..network.destinations.len() {
        weigh(&network, id, &margins, &flow, &mut weight);
    }
    let mut warnings = Vec::new();
    stability::check(&network, &flow, &mut faults, &mut warnings);
    if !faults.is_empty() {
        return Err(Imbalance { faults });
    }
    add_other(&mut network, &margins.other, &mut adjustments);
    let Margins { output, need, .. } = margins;
    for (plant, output) in network.plants.iter_mut().zip(&output) {
        plant.output = Some(*output);
    }
    let path = growth::path(&network, &users, &need, &weight, &output);
    Ok(Baseline { network, output, need, flow, weight, path, adjustments, warnings })
}

fn report_outputs(network: &Network, margins: &Margins, adjustments: &mut Vec<Adjustment>) {
    for (plant, after) in network.plants.iter().zip(&margins.output) {
        if plant.output == Some(*after) {
            continue;
        }
        let material = &network.materials[network.origins[plant.origin.index()].material.index()];
        adjustments.push(Adjustment {
            what: format!("{}: output of plant {}", material.code, plant.name),
            before: plant.output,
            after: *after,
            unit: material.unit.clone(),
            why: match plant.output {
                Some(_) => "scaled within network.tolerance to meet use".to_string(),
                None => "what is asked of the material, by capacity".to_string(),
            },
        });
    }
}

/// A plant below its minimum run would not stay where it starts.
fn refuse_below_minimum(network: &Network, margins: &Margins, faults: &mut Vec<String>) {
    for (plant, output) in network.plants.iter().zip(&margins.output) {
        let least = if plant.planned { 0.0 } else { plant.minimum_run * plant.capacity };
        if *output < least && !close(*output, least) {
            let material = network.origins[plant.origin.index()].material.index();
            faults.push(format!(
                "{}: plant {:?} makes {} a year, below its minimum run of {}: lower minimum_run or capacity, or raise its output",
                network.materials[material].code,
                plant.name,
                amount(*output),
                amount(least)
            ));
        }
    }
}

/// The flow of one material's lanes.
fn fit_material(network: &Network, material: usize, margins: &Margins) -> Result<Vec<f64>, String> {
    let (origins, destinations) =
        (network.materials[material].origins.clone(), network.materials[material].destinations.clone());
    let supply: Vec<f64> = origins.clone().map(|id| supply_of(network, id, margins)).collect();
    let need = &margins.need[destinations.clone()];
    let total: f64 = need.iter().sum();
    let lanes = &network.lanes[network.materials[material].lanes.clone()];
    let ends: Vec<(usize, usize)> = lanes
        .iter()
        .map(|lane| (lane.origin.index() - origins.start, lane.destination.index() - destinations.start))
        .collect();
    let prior: Vec<f64> = lanes
        .iter()
        .zip(&ends)
        .map(|(lane, &(from, to))| {
            lane.flow.unwrap_or_else(|| gravity(supply[from], need[to] / total, lane.transit))
        })
        .collect();
    let prior: Vec<f64> = prior.into_iter().map(|prior| if prior > 0.0 { prior } else { 0.0 }).collect();
    let margin = Margin { supply: &supply, need, lanes: &ends };
    fit(&margin, &prior).map_err(|unfit| {
        let from =
            |id: usize| network.places[network.origins[origins.start + id].place.index()].code.as_str();
        let to = |id: usize| {
            network.places[network.destinations[destinations.start + id].place.index()].code.as_str()
        };
        let name = &network.materials[material].code;
        let unit = &network.materials[material].unit;
        say_unfit(&unfit, name, unit, &margin, from, to)
    })
}

fn supply_of(network: &Network, origin: usize, margins: &Margins) -> f64 {
    network.origins[origin].plants.clone().map(|plant| margins.output[plant]).sum()
}

/// Prior of a lane whose flow is not known: supply × use / (1 + transit / 30 days), in units of flow.
fn gravity(supply: f64, share_of_use: f64, transit: f64) -> f64 {
    supply * share_of_use / (1.0 + Years(transit).days() / GRAVITY_DAYS)
}

fn say_unfit<'a>(
    unfit: &Unfit,
    name: &str,
    unit: &str,
    margin: &Margin<'_>,
    from: impl Fn(usize) -> &'a str,
    to: impl Fn(usize) -> &'a str,
) -> String {
    match unfit {
        Unfit::Bottleneck(found) => {
            let used: f64 = found.destinations.iter().map(|id| margin.need[*id]).sum();
            let made: f64 = found.origins.iter().map(|id| margin.supply[*id]).sum();
            let users: Vec<&str> = found.destinations.iter().map(|id| to(*id)).collect();
            let makers: Vec<&str> = found.origins.iter().map(|id| from(*id)).collect();
            let makers = if makers.is_empty() { "no origin".to_string() } else { makers.join(", ") };
            let stranded: Vec<String> = found
                .stranded
                .iter()
                .map(|id| format!("{} makes {} {unit}", from(*id), amount(margin.supply[*id])))
                .collect();
            let stranded = if stranded.is_empty() {
                String::new()
            } else {
                format!("; {} with too few lanes to those who need it", stranded.join(", "))
            };
            format!(
                "{name}: lanes can't carry supply to use: {} use {} {unit} and are reached from {makers} alone, which make {} {unit}{stranded}: add a lane, or change flows of 0",
                users.join(", "),
                amount(used),
                amount(made)
            )
        }
        Unfit::Slow { origins, residual } => {
            let origins: Vec<String> = origins
                .iter()
                .map(|(id, shipped)| {
                    format!(
                        "{} ships {} of {} {unit}",
                        from(*id),
                        amount(*shipped),
                        amount(margin.supply[*id])
                    )
                })
                .collect();
            format!(
                "{name}: known flows could not be fitted to supply and use, largest gap {}: {}: bring the flows nearer to both, or leave some open",
                percent(*residual),
                origins.join(", ")
            )
        }
    }
}

fn report_flows(network: &Network, flow: &[f64], adjustments: &mut Vec<Adjustment>) {
    for (lane, after) in network.lanes.iter().zip(flow) {
        let Some(before) = lane.flow.filter(|before| !close(*before, *after)) else { continue };
        let origin = &network.origins[lane.origin.index()];
        let destination = &network.destinations[lane.destination.index()];
        let (material, to) =
            (origin.material.index(), network.places[destination.place.index()].code.as_str());
        adjustments.push(Adjustment {
            what: format!("flow of {} to {to}", at(network, material, origin.place.index())),
            before: Some(before),
            after: *after,
            unit: network.materials[material].unit.clone(),
            why: "fitted to what is made and used".to_string(),
        });
    }
}

/// Shares of a destination's lanes in its intake; where nothing is used, shares of what could come.
fn weigh(network: &Network, destination: usize, margins: &Margins, flow: &[f64], weight: &mut [f64]) {
    let material = network.destinations[destination].material.index();
    let into = || {
        let lanes = network.materials[material].lanes.clone();
        lanes.filter(|lane| network.lanes[*lane].destination.index() == destination)
    };
    let could = |lane: usize| {
        let known = &network.lanes[lane];
        gravity(supply_of(network, known.origin.index(), margins), 1.0, known.transit)
    };
    let near = |lane: usize| gravity(1.0, 1.0, network.lanes[lane].transit);
    let keys: [&dyn Fn(usize) -> f64; 3] = [&|lane| flow[lane], &could, &near];
    for key in keys {
        let total: f64 = into().map(key).sum();
        if total > 0.0 {
            for lane in into() {
                weight[lane] = key(lane) / total;
            }
            return;
        }
    }
}
