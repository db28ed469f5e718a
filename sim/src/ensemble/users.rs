//! The users that a reader asks about.

use crate::baseline::Baseline;
use crate::network::DestinationId;
use crate::network::PlaceId;
use crate::policies::Policy;

/// Consumers shown.
const SHOWN: usize = 5;
/// The sector that is shown first.
const DEFENCE: &str = "defence";

/// The users that a reader asks about: the two largest defence users in places that hold a stockpile (in all, if none
/// does), the largest user of each stockpile where it is held, then the next largest.
///
/// Largest by value at the reference price: amounts of unlike units compare only so, and what has no price comes last.
pub(super) fn main_consumers(baseline: &Baseline, policies: &[&Policy]) -> Vec<usize> {
    let network = &baseline.network;
    let value = |index: usize| {
        let consumer = &network.consumers[index];
        let material = network.destinations[consumer.destination.index()].material;
        consumer.demand * network.materials[material.index()].reference_price.unwrap_or(0.0)
    };
    let mut by_value: Vec<usize> = (0..network.consumers.len()).collect();
    // Stable, so equal values stay in id order.
    by_value.sort_by(|a, b| value(*b).total_cmp(&value(*a)));
    let stockpiles = || policies.iter().flat_map(|policy| &policy.rules.stockpiles);
    let place = |id: &DestinationId| network.destinations[id.index()].place;
    let held: Vec<PlaceId> = stockpiles().flat_map(|held| held.destinations.iter().map(place)).collect();
    let is_defence = |index: &&usize| {
        let consumer = &network.consumers[**index];
        let concerned = held.is_empty() || held.contains(&place(&consumer.destination));
        network.sectors[consumer.sector] == DEFENCE && concerned
    };
    let mut order: Vec<usize> = by_value.iter().filter(is_defence).take(2).copied().collect();
    for stockpile in stockpiles() {
        let served =
            |index: &&usize| stockpile.destinations.contains(&network.consumers[**index].destination);
        order.extend(by_value.iter().find(served));
    }
    order.extend(&by_value);
    let mut main: Vec<usize> = Vec::new();
    for index in order {
        if main.len() < SHOWN && !main.contains(&index) {
            main.push(index);
        }
    }
    main
}
