//! Who takes what from each inventory: known use follows from final demand, plants' output and recipes.

use crate::network::Network;

/// Plants that draw on each destination, with units of input per unit of output, in id order.
pub(super) struct Users {
    plants: Vec<Vec<(usize, f64)>>,
}

impl Users {
    /// Turns the plants' inputs round.
    pub(super) fn new(network: &Network) -> Users {
        let mut plants = vec![Vec::new(); network.destinations.len()];
        for (id, plant) in network.plants.iter().enumerate() {
            for input in &plant.inputs {
                plants[input.destination.index()].push((id, input.per_output));
            }
        }
        Users { plants }
    }

    /// Use at a destination: consumers' demand and plants' inputs times their output.
    pub(super) fn use_at(
        &self,
        network: &Network,
        destination: usize,
        demand: &[f64],
        output: &[f64],
    ) -> f64 {
        let mut total = 0.0;
        for consumer in network.destinations[destination].consumers.clone() {
            total += demand[consumer];
        }
        for (plant, per_output) in &self.plants[destination] {
            total += per_output * output[*plant];
        }
        total
    }

    /// The plants that draw on a destination.
    pub(super) fn plants_at(&self, destination: usize) -> &[(usize, f64)] {
        &self.plants[destination]
    }
}
