//! Plants that lose capacity are helped back: part of the loss is made good.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use super::bill::Bill;
use super::key;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::Row;
use crate::observed::Observed;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "support_package",
    form: Form::Table,
    summary: "Plants or firms that an event hits recover faster: some time after a loss begins, a share of the lost capacity is \
              made good until the rest has recovered by itself.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("plants", "list of plants", "all of the places", "who is helped"),
    key("places", "list of places or blocs", "all", "plants there"),
    key("materials", "list of materials", "all", "plants that make these"),
    key("relief", "share", "required", "part of the lost capacity that is made good"),
    key("lag_months", "months", "0", "from the begin of a loss to the help"),
    key("cost_usd", "USD per unit", "0", "cost of a unit of capacity made good"),
    key("paid_by", "text", "the plants' places", "who pays"),
];

const EXAMPLE: &str = "\
[support_package.refiners]
places = [\"EU27\"]
materials = [\"cobalt_refined\"]
relief = 0.5
lag_months = 2
cost_usd = 500
";

#[derive(Debug)]
struct SupportPackage {
    /// Plants with their capacity per step.
    plants: Vec<(usize, f64)>,
    relief: f64,
    /// Steps from the begin of a loss to the help.
    lag: f64,
    cost: f64,
    bill: Bill,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let footprint = reading.select(&["plants", "places", "materials"], problems);
    reading.body.required("relief", "relief = 0.5", problems);
    let relief = reading.body.share("relief", problems);
    let lag = reading.months("lag_months", 0.0, problems);
    let cost = reading.body.non_negative("cost_usd", problems).unwrap_or(0.0);
    let network = &reading.baseline.network;
    let footprint = footprint?;
    let mut places: Vec<_> = footprint
        .plants
        .iter()
        .map(|plant| network.origins[network.plants[plant.index()].origin.index()].place)
        .collect();
    places.sort();
    places.dedup();
    let payer = reading.payer(&reading.codes(&places), problems);
    if footprint.plants.is_empty() {
        let hint = "name places where the materials are made";
        reading.body.error("relief", "no plant is there to be helped", Some(hint.into()), problems);
        return None;
    }
    let capacity = |j: usize| (j, network.plants[j].capacity * network.clock.dt);
    Some(Box::new(SupportPackage {
        plants: footprint.plants.iter().map(|plant| capacity(plant.index())).collect(),
        relief: relief?,
        lag,
        cost,
        bill: Bill::to(payer, &["subsidy"]),
    }))
}

impl Measure for SupportPackage {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.capacity = true;
        self.bill.open(rules);
    }

    /// Steps since each plant began to lose capacity.
    fn n_memory(&self, _: usize) -> usize {
        self.plants.len()
    }

    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        for ((plant, _), since) in self.plants.iter().zip(memory) {
            let lost = Row::ONE.above(observed.availability[*plant]);
            *since = (*since + Row::ONE) * lost;
            levers.relieve(*plant, self.helped(*since) * self.relief);
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, memory: &mut [Row], costs: &mut [Row]) {
        for ((plant, capacity), since) in self.plants.iter().zip(memory) {
            let lost = Row::ONE - observed.availability[*plant];
            let made_good = lost * self.helped(*since) * (self.relief * capacity);
            self.bill.pay("subsidy", made_good * self.cost, costs);
        }
    }
}

impl SupportPackage {
    /// Share of a step in which help is there, `since` counting the step itself.
    fn helped(&self, since: Row) -> Row {
        (since - Row::splat(self.lag)).positive().min(Row::ONE)
    }
}
