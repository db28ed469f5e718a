//! What results are about: the names and fixed numbers that their rows repeat.

use super::bins::BandNames;
use super::names::{NameId, Names};
use super::sums;
use crate::baseline::Baseline;
use crate::exposure::Cause;
use crate::exposure::Event;
use crate::exposure::Parent;
use crate::hazards::Drawn;
use crate::levers::Account;
use crate::metrics::Band;
use crate::metrics::BandKind;
use crate::metrics::Bands;
use crate::metrics::Watched;
use crate::metrics::watched;
use crate::policies::Policy;
use crate::units::DAYS_PER_YEAR;
use std::borrow::Cow;

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
    /// What can raise its rate, in words.
    pub(super) triggers: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct PolicyNames {
    pub(super) name: NameId,
    pub(super) stockpiles: Vec<StockpileNames>,
    /// Who pays for what, in the order of the policy's accounts.
    pub(super) accounts: Vec<(NameId, NameId)>,
    /// What series are of.
    pub(super) series: Vec<BandNames>,
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
}

/// Words that rows use as names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) shortfall_share: NameId,
    pub(super) price: NameId,
    pub(super) stock_level: NameId,
}

impl Subject {
    /// Numbers every name that rows can need. `before`: a subject whose names keep their numbers, as one chunk holds rows of
    /// several points.
    pub fn new(
        baseline: &Baseline,
        hazards: &[Drawn],
        policies: &[&Policy],
        before: Option<&Subject>,
    ) -> Subject {
        let network = &baseline.network;
        let mut names = before.map_or_else(Names::default, |before| before.names.clone());
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
            triggers: drawn.links.when.iter().map(|condition| condition.words.clone()).collect(),
        });
        let hazards = hazards.collect();
        let numbered = policies.iter().map(|policy| policy_names(policy, baseline, &mut names)).collect();
        let words = Words {
            shortfall_share: names.id("shortfall_share"),
            price: names.id("price"),
            stock_level: names.id("stock_level"),
        };
        for word in sums::words() {
            names.id(word);
        }
        let mut subject = Subject { names, consumers, markets, hazards, policies: numbered, words };
        for (number, policy) in policies.iter().enumerate() {
            let all = watched(baseline, &policy.rules).into_iter().filter(Watched::has_a_scale);
            subject.policies[number].series =
                all.map(|what| subject.item(number, what.kind, what.index)).collect();
        }
        subject
    }

    /// Names of a band of policy number `policy`.
    pub(super) fn band(&self, policy: usize, band: &Band) -> BandNames {
        self.item(policy, band.kind, band.item)
    }

    /// Names of every item of a policy's bands.
    pub(super) fn band_names(&self, policy: usize, bands: &Bands) -> Vec<BandNames> {
        bands.items.iter().map(|(kind, item, _)| self.item(policy, *kind, *item)).collect()
    }

    fn item(&self, policy: usize, kind: BandKind, item: usize) -> BandNames {
        let words = self.words;
        match kind {
            BandKind::ShortfallShare => {
                let consumer = &self.consumers[item];
                let [material, place, sector] =
                    [consumer.material, consumer.place, consumer.sector].map(Some);
                [Some(words.shortfall_share), material, place, sector, None]
            }
            BandKind::Price => {
                let (material, place) = self.markets[item];
                [Some(words.price), Some(material), Some(place), None, None]
            }
            BandKind::StockLevel => {
                let stock = &self.policies[policy].stockpiles[item];
                [Some(words.stock_level), Some(stock.material), None, None, Some(stock.name)]
            }
        }
    }

    /// The units that an event touches, joined.
    pub fn touched(&self, event: &Event) -> Cow<'_, str> {
        let hazard = &self.hazards[event.hazard as usize];
        match &event.picked {
            None => Cow::Borrowed(&hazard.all),
            Some(picked) => {
                let names: Vec<&str> = picked.iter().map(|unit| hazard.units[unit].as_str()).collect();
                Cow::Owned(names.join(", "))
            }
        }
    }

    /// What brought an event about, in words.
    pub fn cause(&self, event: &Event) -> Cow<'static, str> {
        let named = |index: u32| &self.names.list()[self.hazards[index as usize].name.0 as usize];
        let parent = |word: &str, Parent { hazard, number }: Parent| match number {
            Some(number) => format!("{word} {} {number}", named(hazard)),
            None => format!("{word} {} outside the horizon", named(hazard)),
        };
        match event.cause {
            Cause::Onset => "onset".into(),
            Cause::Schedule => "schedule".into(),
            Cause::Catalogue => "catalogue".into(),
            Cause::Trigger(number) => {
                format!("trigger: {}", self.hazards[event.hazard as usize].triggers[number as usize]).into()
            }
            Cause::Excited(by) => parent("excited by", by).into(),
            Cause::Escalation(of) => parent("escalation of", of).into(),
            Cause::Spread(of) => parent("spread of", of).into(),
        }
    }
}

fn policy_names(policy: &Policy, baseline: &Baseline, names: &mut Names) -> PolicyNames {
    let mut stockpiles = Vec::new();
    for stockpile in &policy.rules.stockpiles {
        let material = &baseline.network.materials[stockpile.material.index()];
        let need: f64 = stockpile.destinations.iter().fold(0.0, |sum, i| sum + baseline.need[i.index()]);
        stockpiles.push(StockpileNames {
            name: names.id(&stockpile.name),
            material: names.id(&material.code),
            unit: names.id(&material.unit),
            target: (!stockpile.unlimited()).then_some(stockpile.target),
            use_per_day: need / DAYS_PER_YEAR,
        });
    }
    let account = |account: &Account| (names.id(&account.party), names.id(account.item));
    let accounts = policy.rules.accounts.iter().map(account).collect();
    PolicyNames { name: names.id(&policy.name), stockpiles, accounts, series: Vec::new() }
}
