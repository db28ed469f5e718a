//! Restrictions on end users: goods go on flowing, and named sectors or plants abroad may not use them.

use super::Restricted;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Script;
use crate::hazards::cut::Cut;
use crate::hazards::footprint;
use crate::network::Select;
use crate::scenario::At;
use crate::scenario::Problems;

/// The refused users at the ends of the restricted lanes.
#[derive(Debug)]
pub(super) struct EndUse {
    users: Vec<User>,
    /// Share of its destination's use that the refused make up, by restricted lane.
    share: Vec<f64>,
}

#[derive(Debug)]
struct User {
    /// The importer, as an index into the units.
    unit: usize,
    channel: Channel,
    /// Consumer or plant.
    item: usize,
}

/// Users that the keys name, wherever they are.
pub(super) struct Named {
    consumers: Vec<usize>,
    plants: Vec<usize>,
}

impl Named {
    /// Resolves `sectors` and `plants`; `Some(None)` if neither is written, so that everyone is meant.
    pub(super) fn resolve(
        sectors: Option<Vec<At<String>>>,
        plants: Option<Vec<At<String>>>,
        baseline: &Baseline,
        problems: &mut Problems,
    ) -> Option<Option<Named>> {
        if sectors.is_none() && plants.is_none() {
            return Some(None);
        }
        let (by_sector, by_plant) = (sectors.is_some(), plants.is_some());
        let select = Select { sectors, plants, ..Select::default() };
        let found = footprint::resolve(&select, baseline, problems)?;
        let consumers =
            found.consumers.iter().filter(|_| by_sector).map(|consumer| consumer.index()).collect();
        let plants = found.plants.iter().filter(|_| by_plant).map(|plant| plant.index()).collect();
        Some(Some(Named { consumers, plants }))
    }

    /// Share of a destination's baseline use that they make up.
    pub(super) fn share(&self, destination: usize, baseline: &Baseline) -> f64 {
        let network = &baseline.network;
        let at = |id: crate::network::DestinationId| id.index() == destination;
        let demand = self.consumers.iter().map(|consumer| &network.consumers[*consumer]);
        let demand = demand.filter(|consumer| at(consumer.destination)).map(|consumer| consumer.demand);
        let inputs = self.plants.iter().flat_map(|plant| {
            let inputs = network.plants[*plant].inputs.iter().filter(|input| at(input.destination));
            inputs.map(|input| input.per_output * baseline.output[*plant])
        });
        let used = demand.chain(inputs).fold(0.0, |total, used| total + used);
        if used > 0.0 { (used / baseline.need[destination]).min(1.0) } else { 0.0 }
    }
}

impl EndUse {
    /// The named users at the ends of `lanes`.
    pub(super) fn new(named: &Named, lanes: &[Restricted], baseline: &Baseline) -> EndUse {
        let network = &baseline.network;
        let destination = |lane: &Restricted| network.lanes[lane.lane].destination.index();
        let mut ends: Vec<(usize, usize)> = lanes.iter().map(|lane| (destination(lane), lane.unit)).collect();
        ends.sort_unstable();
        ends.dedup();
        let unit_at = |at: usize| {
            ends.binary_search_by_key(&at, |(destination, _)| *destination).ok().map(|index| ends[index].1)
        };
        let consumers = named.consumers.iter().filter_map(|consumer| {
            let unit = unit_at(network.consumers[*consumer].destination.index())?;
            Some(User { unit, channel: Channel::RefusedConsumer, item: *consumer })
        });
        let plants = named.plants.iter().filter_map(|plant| {
            let mut inputs = network.plants[*plant].inputs.iter();
            let unit = inputs.find_map(|input| unit_at(input.destination.index()))?;
            Some(User { unit, channel: Channel::RefusedPlant, item: *plant })
        });
        EndUse {
            users: consumers.chain(plants).collect(),
            share: lanes.iter().map(|lane| named.share(destination(lane), baseline)).collect(),
        }
    }

    /// Bars what is cut on the lanes to the importers `here` from the users there.
    pub(super) fn refuse(
        &self,
        cut: &Cut,
        lanes: &[Restricted],
        here: impl Fn(usize) -> bool,
        run: usize,
        script: &mut Script,
    ) {
        let touched = lanes.iter().zip(&self.share).filter(|(lane, _)| here(lane.unit));
        cut.bar(touched.map(|(lane, share)| (lane.lane, *share)), run, script);
        let in_force = cut.in_force();
        for user in self.users.iter().filter(|user| here(user.unit)) {
            script.lay(user.channel, user.item, run, in_force.first, &in_force.strength);
        }
    }
}
