//! What results are about: the names and fixed numbers that their rows repeat.

use super::names::{NameId, Names};
use crate::baseline::Baseline;
use crate::exposure::Cause;
use crate::exposure::Event;
use crate::exposure::Parent;
use crate::hazards::Drawn;
use crate::levers::Stockpile;
use crate::network::Network;
use crate::policies::Policy;
use crate::units::DAYS_PER_YEAR;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Consumers, hazards and policies of a run, with their names numbered.
#[derive(Clone, Debug)]
pub struct Subject {
    pub(super) names: Names,
    pub(super) consumers: Vec<ConsumerNames>,
    /// Material and place by destination.
    pub(super) markets: Vec<(NameId, NameId)>,
    pub(super) hazards: Vec<HazardNames>,
    pub(super) policies: Vec<PolicyNames>,
    pub(super) words: Words,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ConsumerNames {
    pub(super) material: NameId,
    pub(super) place: NameId,
    pub(super) sector: NameId,
    pub(super) unit: NameId,
}

#[derive(Clone, Debug)]
pub(super) struct HazardNames {
    pub(super) name: NameId,
    pub(super) kind: NameId,
    pub(super) units: Vec<String>,
    /// All units, joined.
    pub(super) all: String,
}

#[derive(Clone, Debug)]
pub(super) struct PolicyNames {
    pub(super) name: NameId,
    pub(super) stockpiles: Vec<StockpileNames>,
    /// Who pays, in the order in which stockpiles name them.
    pub(super) parties: Vec<NameId>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct StockpileNames {
    pub(super) name: NameId,
    pub(super) material: NameId,
    pub(super) unit: NameId,
    /// Missing if unlimited.
    pub(super) target: Option<f64>,
    /// Baseline use of the holders, units a day.
    pub(super) use_per_day: f64,
    pub(super) party: NameId,
}

/// Words that rows use as names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) purchase: NameId,
    pub(super) holding: NameId,
    pub(super) sales: NameId,
    pub(super) shortfall_share: NameId,
    pub(super) price: NameId,
    pub(super) stock_level: NameId,
}

impl Subject {
    /// Numbers every name that rows can need.
    pub fn new(baseline: &Baseline, hazards: &[Drawn], policies: &[&Policy]) -> Subject {
        let network = &baseline.network;
        let mut names = Names::default();
        let consumers = network.consumers.iter().map(|consumer| {
            let destination = &network.destinations[consumer.destination.index()];
            let material = &network.materials[destination.material.index()];
            ConsumerNames {
                material: names.id(&material.code),
                place: names.id(&network.places[destination.place.index()].code),
                sector: names.id(&network.sectors[consumer.sector]),
                unit: names.id(&material.unit),
            }
        });
        let consumers = consumers.collect();
        let markets = network.destinations.iter().map(|destination| {
            let material = names.id(&network.materials[destination.material.index()].code);
            (material, names.id(&network.places[destination.place.index()].code))
        });
        let markets = markets.collect();
        let hazards = hazards.iter().map(|drawn| HazardNames {
            name: names.id(&drawn.name),
            kind: names.id(drawn.kind),
            units: drawn.hazard.units().to_vec(),
            all: drawn.hazard.units().join(", "),
        });
        let hazards = hazards.collect();
        let policies = policies.iter().map(|policy| policy_names(policy, baseline, &mut names)).collect();
        let words = Words {
            purchase: names.id("purchase"),
            holding: names.id("holding"),
            sales: names.id("sales"),
            shortfall_share: names.id("shortfall_share"),
            price: names.id("price"),
            stock_level: names.id("stock_level"),
        };
        Subject { names, consumers, markets, hazards, policies, words }
    }

    /// What brought an event about, in words.
    pub(super) fn cause(&self, event: &Event) -> Cow<'static, str> {
        let named = |index: u32| &self.names.list()[self.hazards[index as usize].name.0 as usize];
        let parent = |word: &str, Parent { hazard, number }: Parent| match number {
            Some(number) => format!("{word} {} {number}", named(hazard)),
            None => format!("{word} {} outside the horizon", named(hazard)),
        };
        match event.cause {
            Cause::Onset => "onset".into(),
            Cause::Schedule => "schedule".into(),
            Cause::Catalogue => "catalogue".into(),
            Cause::Excited(by) => parent("excited by", by).into(),
            Cause::Escalation(of) => parent("escalation of", of).into(),
            Cause::Spread(of) => parent("spread of", of).into(),
        }
    }
}

fn policy_names(policy: &Policy, baseline: &Baseline, names: &mut Names) -> PolicyNames {
    let mut parties = Vec::new();
    let mut stockpiles = Vec::new();
    for stockpile in &policy.rules.stockpiles {
        let material = &baseline.network.materials[stockpile.material.index()];
        let party = names.id(&party(&baseline.network, stockpile));
        if !parties.contains(&party) {
            parties.push(party);
        }
        let need: f64 = stockpile.destinations.iter().fold(0.0, |sum, i| sum + baseline.need[i.index()]);
        stockpiles.push(StockpileNames {
            name: names.id(&stockpile.name),
            material: names.id(&material.code),
            unit: names.id(&material.unit),
            target: (!stockpile.unlimited()).then_some(stockpile.target),
            use_per_day: need / DAYS_PER_YEAR,
            party,
        });
    }
    PolicyNames { name: names.id(&policy.name), stockpiles, parties }
}

/// Who holds a stockpile: its place, the bloc with just these places, or else the places by name.
///
/// A place of the bloc in which the material has no use holds nothing and is not asked for.
fn party(network: &Network, stockpile: &Stockpile) -> String {
    let place_of = |i: usize| network.destinations[i].place;
    let holders: BTreeSet<_> = stockpile.destinations.iter().map(|i| place_of(i.index())).collect();
    let users: BTreeSet<_> =
        network.materials[stockpile.material.index()].destinations.clone().map(place_of).collect();
    if holders.len() > 1 {
        for (bloc, members) in &network.blocs {
            let members: BTreeSet<_> =
                members.iter().copied().filter(|place| users.contains(place)).collect();
            if members == holders {
                return bloc.clone();
            }
        }
    }
    holders.iter().map(|place| network.places[place.index()].code.as_str()).collect::<Vec<_>>().join(" ")
}
