//! The consumers of sector `other` that take up a surplus.

use super::report::Adjustment;
use super::report::at;
use crate::network::Consumer;
use crate::network::DestinationId;
use crate::network::Network;

/// Sector of demand that the tables imply and do not name.
pub(super) const OTHER: &str = "other";

/// Adds surplus to the demand of sector `other`, where needed with a new consumer: last class, no elasticity.
///
/// Consumers stay sorted by destination, class, sector, so their ids change.
pub(super) fn add_other(network: &mut Network, surplus: &[f64], adjustments: &mut Vec<Adjustment>) {
    if surplus.iter().all(|surplus| *surplus == 0.0) {
        return;
    }
    let sector = match network.sectors.binary_search_by(|sector| sector.as_str().cmp(OTHER)) {
        Ok(sector) => sector,
        Err(sector) => {
            network.sectors.insert(sector, OTHER.to_string());
            for consumer in network.consumers.iter_mut().filter(|consumer| consumer.sector >= sector) {
                consumer.sector += 1;
            }
            sector
        }
    };
    for (id, surplus) in surplus.iter().enumerate().filter(|(_, surplus)| **surplus > 0.0) {
        let range = network.destinations[id].consumers.clone();
        let known = network.consumers[range].iter_mut().find(|consumer| consumer.sector == sector);
        let before = known.as_ref().map(|consumer| consumer.demand);
        let after = before.unwrap_or(0.0) + surplus;
        match known {
            Some(consumer) => consumer.demand = after,
            None => network.consumers.push(Consumer {
                destination: DestinationId::new(id),
                sector,
                demand: after,
                growth: 0.0,
                elasticity: 0.0,
                class: network.n_classes - 1,
                backlog_share: 0.0,
                shortage_cost: None,
                shortage_steps: Vec::new(),
            }),
        }
        // A destination's ranges are of the old order until all are added; only old consumers are looked up in it.
        let destination = &network.destinations[id];
        let (material, place) = (destination.material.index(), destination.place.index());
        adjustments.push(Adjustment {
            what: format!("demand of sector {OTHER} for {}", at(network, material, place)),
            before,
            after,
            unit: network.materials[material].unit.clone(),
            why: "supply above known use".to_string(),
        });
    }
    network.consumers.sort_by_key(|consumer| (consumer.destination, consumer.class, consumer.sector));
    for (id, destination) in network.destinations.iter_mut().enumerate() {
        let before = |consumer: &Consumer| consumer.destination.index() < id;
        let upto = |consumer: &Consumer| consumer.destination.index() <= id;
        destination.consumers =
            network.consumers.partition_point(before)..network.consumers.partition_point(upto);
    }
}
