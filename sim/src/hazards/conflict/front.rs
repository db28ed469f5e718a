//! What a war touches in one place.

use crate::baseline::Baseline;
use crate::hazards::capacity::Target;
use crate::network::Footprint;
use crate::network::LaneId;
use crate::network::PlaceId;

/// The sector whose requirement `defence_surge` raises.
const DEFENCE: &str = "defence";

#[derive(Debug, Default)]
pub(super) struct Front {
    pub(super) targets: Vec<Target>,
    /// Foreign lanes, in and out.
    pub(super) borders: Vec<usize>,
    /// Consumers of the sector defence.
    pub(super) defence: Vec<usize>,
}

impl Front {
    pub(super) fn new(place: PlaceId, footprint: &Footprint, baseline: &Baseline) -> Front {
        let network = &baseline.network;
        let home = |origin: usize| network.origins[origin].place == place;
        let plants =
            footprint.plants.iter().filter(|plant| home(network.plants[plant.index()].origin.index()));
        let is_border = |lane: LaneId| {
            let ends = &network.lanes[lane.index()];
            let from = network.origins[ends.origin.index()].place;
            let to = network.destinations[ends.destination.index()].place;
            footprint.materials.contains(&network.lane_material(lane))
                && from != to
                && (from == place || to == place)
        };
        Front {
            targets: plants.map(|plant| Target::new(*plant, baseline)).collect(),
            borders: (0..network.lanes.len()).filter(|lane| is_border(LaneId::new(*lane))).collect(),
            defence: defence(place, footprint, baseline),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.borders.is_empty() && self.defence.is_empty()
    }
}

/// Consumers of the sector defence in a place, of the footprint's materials.
pub(super) fn defence(place: PlaceId, footprint: &Footprint, baseline: &Baseline) -> Vec<usize> {
    let network = &baseline.network;
    let is_defence = |consumer: &usize| {
        let consumer = &network.consumers[*consumer];
        let at = &network.destinations[consumer.destination.index()];
        at.place == place
            && footprint.materials.contains(&at.material)
            && network.sectors[consumer.sector] == DEFENCE
    };
    (0..network.consumers.len()).filter(is_defence).collect()
}
