//! A price that plants get at least, so that they stay open through a collapse.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use super::bill::Bill;
use super::key;
use super::phase::Phase;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::Row;
use crate::math::ln;
use crate::network::PlantId;
use crate::observed::Observed;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "price_floor",
    form: Form::Table,
    summary: "Plants get at least a stated price: while the market pays less, the difference is paid for all that they make, and \
              they close only if their cost is above the floor.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("plants", "list of plants", "all of the places", "which plants"),
    key("places", "list of places or blocs", "all", "plants there"),
    key("materials", "list of materials", "all", "plants that make these"),
    key("price", "multiple", "required", "price that they get at least, in multiples of the baseline's"),
    key("from", "date", "the start", "when it begins"),
    key("paid_by", "text", "the plants' places", "who pays the difference"),
];

const EXAMPLE: &str = "\
[price_floor.refiners]
places = [\"EU27\"]
materials = [\"cobalt_refined\"]
price = 0.9
";

#[derive(Debug)]
struct PriceFloor {
    support: Support,
    phase: Phase,
    bill: Bill,
}

/// Plants that get at least a price.
#[derive(Debug)]
pub(super) struct Support {
    plants: Vec<Supported>,
    /// Multiple of the baseline's price, and its logarithm.
    floor: f64,
    log_floor: f64,
}

#[derive(Debug)]
struct Supported {
    plant: usize,
    origin: usize,
    /// USD per unit in the baseline.
    price: f64,
}

impl Support {
    pub(super) fn new(reading: &Reading<'_, '_>, plants: &[PlantId], floor: f64) -> Support {
        let supported = |plant: &PlantId| Supported {
            plant: plant.index(),
            origin: reading.baseline.network.plants[plant.index()].origin.index(),
            price: reading.price_of(reading.made_by(*plant)),
        };
        Support { plants: plants.iter().map(supported).collect(), floor, log_floor: ln(floor) }
    }

    pub(super) fn act(&self, levers: &mut Levers) {
        for supported in &self.plants {
            let support = &mut levers.support[supported.plant];
            *support = support.max(Row::splat(self.log_floor));
        }
    }

    /// USD that the floor costs in a step: what the market pays less than it, for all that is made.
    pub(super) fn cost(&self, observed: &Observed<'_>) -> Row {
        let mut cost = Row::ZERO;
        for supported in &self.plants {
            let price = observed.log_price_origin[supported.origin].exp();
            let missing = (Row::splat(self.floor) - price).positive();
            cost += missing * observed.output[supported.plant] * supported.price;
        }
        cost
    }
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let footprint = reading.select(&["plants", "places", "materials"], problems);
    reading.body.required("price", "price = 0.9", problems);
    let price = reading.body.non_negative("price", problems);
    let phase = reading.start(problems);
    let (footprint, price) = (footprint?, price?);
    let network = &reading.baseline.network;
    let closes = |plant: &PlantId| network.plants[plant.index()].unit_cost.is_some();
    if !footprint.plants.iter().any(closes) {
        let hint = "give plants a unit_cost in plants.csv: those without one never close";
        reading.body.error("price", "no plant it is paid to would ever close", Some(hint.into()), problems);
        return None;
    }
    let mut places: Vec<_> = footprint
        .plants
        .iter()
        .map(|plant| network.origins[network.plants[plant.index()].origin.index()].place)
        .collect();
    places.sort();
    places.dedup();
    let payer = reading.payer(&reading.codes(&places), problems);
    Some(Box::new(PriceFloor {
        support: Support::new(reading, &footprint.plants, price),
        phase,
        bill: Bill::to(payer, &["subsidy"]),
    }))
}

impl Measure for PriceFloor {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.support = true;
        self.bill.open(rules);
    }

    fn act(&self, observed: &Observed<'_>, _: &mut [Row], levers: &mut Levers) {
        if self.phase.share(observed.step) > 0.0 {
            self.support.act(levers);
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, _: &mut [Row], costs: &mut [Row]) {
        let share = self.phase.share(observed.step);
        self.bill.pay("subsidy", self.support.cost(observed) * share, costs);
    }
}
