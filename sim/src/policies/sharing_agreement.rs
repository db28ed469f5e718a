//! Parties share what they have while it lasts: their inventories and what arrives are pooled.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use super::key;
use super::stockpile::Trigger;
use super::stockpile::read_trigger;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Pool;
use crate::levers::Rules;
use crate::math::Row;
use crate::network::DestinationId;
use crate::network::MaterialId;
use crate::observed::Observed;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "sharing_agreement",
    form: Form::Table,
    summary: "While it is called, parties pool what they hold and what arrives: who has more than the common share of all claims \
              gives to those who have less, at once.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("places", "list of places or blocs", "required", "the parties"),
    key("materials", "list of materials", "required", "what is shared"),
    key("share", "share", "1", "part of the gap between parties that is closed"),
    key("when", "table", "always", "as release of a stockpile, read over all parties"),
];

const EXAMPLE: &str = "\
[sharing_agreement.allies]
places = [\"DEU\", \"USA\"]
materials = [\"cobalt_*\"]
when = { when_shortage_above = 0.05 }
";

#[derive(Debug)]
struct SharingAgreement {
    pools: Vec<Shared>,
    share: f64,
    /// Its first pool among the policy's.
    first: usize,
}

#[derive(Debug)]
struct Shared {
    pool: Pool,
    /// Destinations with their shares of the need of all.
    destinations: Vec<(usize, f64)>,
    trigger: Trigger,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    reading.body.required("places", "places = [\"FIN\", \"USA\"]", problems);
    reading.body.required("materials", "materials = [\"cobalt_*\"]", problems);
    let footprint = reading.select(&["places", "materials"], problems);
    let share = reading.body.share("share", problems).unwrap_or(1.0);
    let trigger = read_trigger(reading, "when", Vec::new(), problems);
    let (footprint, trigger) = (footprint?, trigger?);
    let mut pools = Vec::new();
    for material in &footprint.materials {
        let destinations = reading.destinations(*material, &footprint.places);
        if destinations.len() > 1 {
            pools.push(shared(reading, *material, destinations, &trigger));
        }
    }
    if pools.is_empty() {
        let hint = "name parties of which at least two use the material";
        reading.body.error("materials", "no two parties use any of them", Some(hint.into()), problems);
        return None;
    }
    Some(Box::new(SharingAgreement { pools, share, first: 0 }))
}

fn shared(
    reading: &Reading<'_, '_>,
    material: MaterialId,
    destinations: Vec<DestinationId>,
    trigger: &Trigger,
) -> Shared {
    let need = reading.need(&destinations);
    let share = |i: &DestinationId| if need > 0.0 { reading.baseline.need[i.index()] / need } else { 0.0 };
    let shares: Vec<(usize, f64)> = destinations.iter().map(|i| (i.index(), share(i))).collect();
    let lanes_of = |(i, share): &(usize, f64)| {
        let share = *share;
        let lanes = reading.lanes_into(DestinationId::new(*i));
        lanes.into_iter().map(move |l| (l, share * reading.baseline.weight[l]))
    };
    let lanes = shares.iter().flat_map(lanes_of).collect();
    let trigger = Trigger { lanes, ..trigger.clone() };
    Shared { pool: Pool { material, destinations }, destinations: shares, trigger }
}

impl Measure for SharingAgreement {
    fn install(&mut self, rules: &mut Rules) {
        self.first = rules.pools.len();
        rules.pools.extend(self.pools.iter().map(|shared| shared.pool.clone()));
        self.pools.iter().for_each(|shared| shared.trigger.install(rules));
    }

    fn act(&self, observed: &Observed<'_>, _: &mut [Row], levers: &mut Levers) {
        for (shared, lever) in self.pools.iter().zip(&mut levers.pool[self.first..]) {
            let called = match shared.trigger.always() {
                true => Row::ONE,
                false => shared.trigger.holds(observed, &shared.destinations),
            };
            *lever = called * self.share;
        }
    }
}
