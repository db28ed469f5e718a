//! The reference path: what growth of demand asks of every place, through fixed weights and recipes.

use super::Path;
use super::uses::Users;
use crate::math::pow;
use crate::network::Network;
use ndarray::Array2;
use ndarray::aview1;

/// Factors on the first step's demand, need and output, step by step.
///
/// Demand grows as (1 + g)^t from the first step. Each destination's need is its demand and its plants' inputs, each
/// origin's output its lanes' shares of the needs they serve. A recipe that points back uses the step before.
pub(super) fn path(network: &Network, users: &Users, need: &[f64], weight: &[f64], output: &[f64]) -> Path {
    let grows = network.consumers.iter().any(|consumer| consumer.growth != 0.0 && consumer.demand > 0.0);
    let n_steps = if grows { network.clock.n_steps } else { 1 };
    let origin_output: Vec<f64> =
        network.origins.iter().map(|origin| origin.plants.clone().map(|plant| output[plant]).sum()).collect();

    let (n_demand, n_need, n_output) = (network.consumers.len(), need.len(), network.origins.len());
    let ones = |n: usize| Array2::ones((n_steps, n));
    let mut path = Path { demand: ones(n_demand), need: ones(n_need), output: ones(n_output) };
    let mut need_factor = vec![1.0; need.len()];
    let mut output_factor = vec![1.0; network.origins.len()];
    for step in 0..n_steps {
        let years = step as f64 * network.clock.dt;
        let factor: Vec<f64> =
            network.consumers.iter().map(|consumer| pow(1.0 + consumer.growth, years)).collect();
        // The first step is the baseline itself, to the last bit.
        if step > 0 {
            for material in network.materials.iter().rev() {
                for id in material.destinations.clone() {
                    let asked = needed(network, users, id, &factor, output, &output_factor);
                    need_factor[id] = if need[id] > 0.0 { asked / need[id] } else { 1.0 };
                }
                for id in material.origins.clone() {
                    let shipped: f64 = network.origins[id]
                        .lanes
                        .clone()
                        .map(|lane| {
                            let to = network.lanes[lane].destination.index();
                            weight[lane] * need[to] * need_factor[to]
                        })
                        .sum();
                    let base = origin_output[id];
                    output_factor[id] = if base > 0.0 { shipped / base } else { 1.0 };
                }
            }
        }
        path.demand.row_mut(step).assign(&aview1(&factor));
        path.need.row_mut(step).assign(&aview1(&need_factor));
        path.output.row_mut(step).assign(&aview1(&output_factor));
    }
    path
}

fn needed(
    network: &Network,
    users: &Users,
    destination: usize,
    factor: &[f64],
    output: &[f64],
    output_factor: &[f64],
) -> f64 {
    let mut asked = 0.0;
    for consumer in network.destinations[destination].consumers.clone() {
        asked += network.consumers[consumer].demand * factor[consumer];
    }
    for (plant, per_output) in users.plants_at(destination) {
        let origin = network.plants[*plant].origin.index();
        asked += per_output * output[*plant] * output_factor[origin];
    }
    asked
}
