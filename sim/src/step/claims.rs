//! Who asks for what at each destination, in the order of service: the layout behind (7) and (12).
//!
//! A claim is a use with a class. Where orders are rated, an input of a plant claims once for every class that its orders
//! carry. Claims of a destination stand by class, so that service by priority is a walk from first to last.

use super::plan::InputPlan;
use crate::levers::Rules;
use crate::levers::Stockpile;
use crate::network::Allocation;
use crate::network::Network;
use std::ops::Range;

/// What claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// A consumer, but for what its floor secures.
    Consumer(usize),
    /// The share of a consumer's claim that its sector's floor secures.
    Floor(usize),
    /// An input of a plant.
    Input(usize),
    /// A purchase of a stockpile at one of its destinations: stockpile, position among its destinations.
    Fill(usize, usize),
}

/// One claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Who.
    pub user: User,
    /// Class: 0 is served first.
    pub class: usize,
    /// Class that the orders for it carry upstream: 0 if orders are not rated.
    pub rank: usize,
}

/// The claims of all destinations.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Claims, by destination, then class, then consumers, inputs, fills in id order.
    pub slots: Vec<Slot>,
    /// Claims of each destination, fills included.
    pub of_destination: Vec<Range<usize>>,
    /// Runs of one class, by destination.
    pub groups: Vec<Range<usize>>,
    /// Groups of each destination.
    pub groups_of_destination: Vec<Range<usize>>,
    /// Claim of each consumer.
    pub of_consumer: Vec<usize>,
    /// Claim that a floor secures, by consumer.
    pub of_floor: Vec<Option<usize>>,
    /// Claims of each input: one for every rank, in order; not contiguous.
    pub of_input: Vec<Vec<usize>>,
    /// Claim of each stockpile's purchase, by destination; empty if it buys nothing.
    pub of_fill: Vec<Vec<usize>>,
    /// Whether a claim counts among those a stockpile serves: `[stockpile][slot]`.
    pub served_by: Vec<Vec<bool>>,
}

impl Claims {
    /// The claims of plants at a destination, each with its input.
    #[inline(always)]
    pub(super) fn inputs_at(&self, destination: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.of_destination[destination].clone().filter_map(|at| match self.slots[at].user {
            User::Input(u) => Some((at, u)),
            _ => None,
        })
    }
}

/// Lays out the claims of a network under a policy's rules.
pub(super) fn claims(network: &Network, rules: &Rules, inputs: &[InputPlan], n_ranks: usize) -> Claims {
    let alike = rules.allocation == Allocation::ProRata;
    let rated = rules.allocation == Allocation::Rated;
    let first = usize::from(!rules.floors.is_empty());
    let class = |written: usize| first + if alike { 0 } else { written };
    let mut by_destination: Vec<Vec<Slot>> = vec![Vec::new(); network.destinations.len()];
    for (d, consumer) in network.consumers.iter().enumerate() {
        let rank = if rated { class(consumer.class).min(n_ranks - 1) } else { 0 };
        let slot = Slot { user: User::Consumer(d), class: class(consumer.class), rank };
        by_destination[consumer.destination.index()].push(slot);
        if rules.floor(consumer.sector) > 0.0 {
            // A class of its own before all others, and a rank of its own where orders are rated.
            let slot = Slot { user: User::Floor(d), class: 0, rank: 0 };
            by_destination[consumer.destination.index()].push(slot);
        }
    }
    for (u, input) in inputs.iter().enumerate() {
        for rank in 0..n_ranks {
            let own = class(network.plants[input.plant].class);
            let slot = Slot { user: User::Input(u), class: if rated { rank } else { own }, rank };
            by_destination[input.destination].push(slot);
        }
    }
    for (k, stockpile) in rules.stockpiles.iter().enumerate().filter(|(_, stockpile)| stockpile.buys) {
        for (position, destination) in stockpile.destinations.iter().enumerate() {
            // Purchases come after every use: a stock that fills up in a shortage would deepen it.
            let slot =
                Slot { user: User::Fill(k, position), class: first + network.n_classes, rank: n_ranks - 1 };
            by_destination[destination.index()].push(slot);
        }
    }
    index(by_destination, network, rules, inputs.len())
}

fn index(by_destination: Vec<Vec<Slot>>, network: &Network, rules: &Rules, n_inputs: usize) -> Claims {
    let mut claims = Claims {
        of_consumer: vec![0; network.consumers.len()],
        of_floor: vec![None; network.consumers.len()],
        of_input: vec![Vec::new(); n_inputs],
        of_fill: vec![Vec::new(); rules.stockpiles.len()],
        ..Claims::default()
    };
    for mut slots in by_destination {
        slots.sort_by_key(|slot| slot.class);
        let first = claims.slots.len();
        let first_group = claims.groups.len();
        for slot in slots {
            let at = claims.slots.len();
            match slot.user {
                User::Consumer(d) => claims.of_consumer[d] = at,
                User::Floor(d) => claims.of_floor[d] = Some(at),
                User::Input(u) => claims.of_input[u].push(at),
                User::Fill(k, _) => claims.of_fill[k].push(at),
            }
            let same = at > first && claims.slots[at - 1].class == slot.class;
            match claims.groups.last_mut() {
                Some(group) if same => group.end = at + 1,
                _ => claims.groups.push(at..at + 1),
            }
            claims.slots.push(slot);
        }
        claims.of_destination.push(first..claims.slots.len());
        claims.groups_of_destination.push(first_group..claims.groups.len());
    }
    let serves = |stockpile: &Stockpile| {
        let eligible = |slot: &Slot| match (slot.user, &stockpile.serves) {
            (User::Consumer(d) | User::Floor(d), Some(served)) => {
                served.iter().any(|consumer| consumer.index() == d)
            }
            (User::Input(_), Some(_)) | (User::Fill(..), _) => false,
            (_, None) => true,
        };
        claims.slots.iter().map(eligible).collect()
    };
    claims.served_by = rules.stockpiles.iter().map(serves).collect();
    claims
}
