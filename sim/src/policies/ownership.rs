//! A share of plants abroad is bought: that part no longer obeys the place of the owner it had.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use super::bill::Bill;
use super::key;
use super::phase::Phase;
use crate::easing::owned_abroad;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::Row;
use crate::network::PlantId;
use crate::observed::Observed;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "ownership",
    form: Form::Table,
    summary: "A share of plants that are owned from abroad comes to be held by others: owner_control of the owner they had then \
              withholds or redirects only the rest.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("plants", "list of plants", "all of the places", "of which a share is held"),
    key("places", "list of places or blocs", "all", "plants there"),
    key("materials", "list of materials", "all", "plants that make these"),
    key(
        "owners",
        "list of places or blocs",
        "all",
        "plants owned from there: the column owner of plants.csv",
    ),
    key("held_by", "list of places or blocs", "required", "who comes to hold the share"),
    key("held", "share", "required", "of each plant"),
    key("from", "date", "the start", "when it is bought"),
    key("ramp_months", "months", "0", "time over which it is bought"),
    key(
        "capex_usd",
        "USD",
        "0",
        "price of all of it, paid as it is bought; less what a sale would bring, if that counts",
    ),
    key("cost_usd_per_year", "USD per year", "0", "cost of holding all of it, less what it earns"),
    key("paid_by", "text", "held_by", "who pays"),
];

const EXAMPLE: &str = "\
[ownership.finnish_refinery]
plants = [\"kokkola\"]
held_by = [\"DEU\"]
held = 0.6
capex_usd = 120e6
";

#[derive(Debug)]
struct Ownership {
    plants: Vec<PlantId>,
    held: f64,
    phase: Phase,
    capex: f64,
    /// USD for one step.
    running: f64,
    bill: Bill,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    reading.body.required("held_by", "held_by = [\"EU27\"]", problems);
    reading.body.required("held", "held = 0.6", problems);
    let footprint = reading.select(&["plants", "places", "materials", "owners"], problems);
    let holders = reading.holders("held_by", problems);
    let held = reading.body.share("held", problems);
    let phase = reading.phase("ramp_months", problems);
    let capex = reading.body.non_negative("capex_usd", problems).unwrap_or(0.0);
    let running = reading.body.non_negative("cost_usd_per_year", problems).unwrap_or(0.0);
    let (footprint, holders) = (footprint?, holders?);
    let names: Vec<&str> = holders.iter().map(|holder| holder.name.as_str()).collect();
    let payer = reading.payer(&names.join(" "), problems);
    let network = &reading.baseline.network;
    let theirs = |plant: &PlantId| {
        let owner = network.plants[plant.index()].owner;
        holders.iter().any(|holder| holder.places.contains(&owner))
    };
    let plants: Vec<PlantId> = footprint
        .plants
        .into_iter()
        .filter(|plant| owned_abroad(network, plant.index()) && !theirs(plant))
        .collect();
    if plants.is_empty() {
        let hint = "name plants whose column owner in plants.csv is another place than theirs and than these";
        reading.body.error("held_by", "no plant there is owned from elsewhere", Some(hint.into()), problems);
        return None;
    }
    Some(Box::new(Ownership {
        plants,
        held: held?,
        phase,
        capex,
        running: running * network.clock.dt,
        bill: Bill::to(payer, &["capex", "upkeep"]),
    }))
}

impl Measure for Ownership {
    fn install(&mut self, rules: &mut Rules) {
        rules.held.extend(&self.plants);
        rules.held.sort();
        rules.held.dedup();
        self.bill.open(rules);
    }

    fn ease(&self, step: usize, levers: &mut Levers) {
        let held = self.held * self.phase.share(step);
        for plant in &self.plants {
            levers.hold(plant.index(), held);
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, _: &mut [Row], costs: &mut [Row]) {
        let bought = self.phase.share(observed.step);
        let before = observed.step.checked_sub(1).map_or(0.0, |step| self.phase.share(step));
        self.bill.pay("capex", Row::splat((bought - before) * self.capex), costs);
        self.bill.pay("upkeep", Row::splat(bought * self.running), costs);
    }
}
