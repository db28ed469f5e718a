//! Part of a use moves to another material: of what consumers need, or of what plants are fed.

use super::Form;
use super::Kind;
use super::Measure;
use super::Reading;
use super::bill::Bill;
use super::key;
use super::phase::Phase;
use super::reading::no_such;
use crate::hazards::Key;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::levers::Shift;
use crate::math::Row;
use crate::network::ConsumerId;
use crate::network::PlantId;
use crate::observed::Observed;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "substitution",
    form: Form::Table,
    summary: "A share of what consumers need moves to another material, or a share of a plant's capacity to a plant of another \
              recipe. What is moved is counted apart, and the other material may run short for it.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("from_material", "material", "required, or from_plant", "what consumers need less of"),
    key(
        "to_material",
        "material",
        "required with from_material",
        "what the same sector in the same place needs instead",
    ),
    key("places", "list of places or blocs", "all", "whose consumers"),
    key("sectors", "list of sectors", "all", "consumers of these sectors"),
    key("from_plant", "plant", "-", "plant that gives up capacity"),
    key(
        "to_plant",
        "plant",
        "required with from_plant",
        "plant of the same material and place with another recipe that gets it; planned = yes if it is there for this alone",
    ),
    key("share", "share", "required", "part that moves in the end"),
    key("ratio", "amount per amount", "1", "units needed of the other material for a unit not needed here"),
    key(
        "penalty",
        "share",
        "0",
        "what is needed besides, since the substitute does less; of plants, output lost",
    ),
    key("from", "date", "the start", "when it begins"),
    key("ramp_months", "months", "0", "from nothing to the whole share"),
    key("cost_usd", "USD per unit", "0", "cost of moving a unit of use"),
    key("paid_by", "text", "users", "who pays"),
];

const EXAMPLE: &str = "\
[substitution.other_cathode]
from_material = \"nmc_cell\"
to_material = \"lfp_cell\"
places = [\"EU27\"]
share = 0.3
penalty = 0.1
ramp_months = 36
";

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    reading.body.required("share", "share = 0.3", problems);
    let share = reading.body.share("share", problems);
    let ratio = reading.body.positive("ratio", problems).unwrap_or(1.0);
    let penalty = reading.body.share("penalty", problems).unwrap_or(0.0);
    let cost = reading.body.non_negative("cost_usd", problems).unwrap_or(0.0);
    let payer = reading.payer("users", problems);
    let phase = reading.phase("ramp_months", problems);
    let bill = Bill::to(payer, &["subsidy"]);
    if reading.body.has("from_plant") {
        let from = reading.plant("from_plant", problems);
        let to = reading.plant("to_plant", problems);
        let (from, to) = (from?, to?);
        same_product(reading, from, to, problems)?;
        let plants = &reading.baseline.network.plants;
        let (given, got) = (plants[from.index()].capacity, plants[to.index()].capacity);
        let grows = if got > 0.0 { given / got * (1.0 - penalty) } else { 0.0 };
        return Some(Box::new(Recipe { from, to, grows, share: share?, phase }));
    }
    let pairs = pairs(reading, problems)?;
    Some(Box::new(Use { pairs, ratio: ratio * (1.0 + penalty), share: share?, phase, cost, bill, first: 0 }))
}

/// Plants that can stand in for each other: they make one thing in one place.
fn same_product(
    reading: &Reading<'_, '_>,
    from: PlantId,
    to: PlantId,
    problems: &mut Problems,
) -> Option<()> {
    let plants = &reading.baseline.network.plants;
    let (from, to) = (&plants[from.index()], &plants[to.index()]);
    let fault = if from.name == to.name {
        "a plant can't stand in for itself"
    } else if from.origin != to.origin {
        "the plants make different things or stand in different places"
    } else {
        return Some(());
    };
    let hint = "name two plants of one material in one place, each with its own rows in recipes.csv";
    reading.body.error("to_plant", fault, Some(hint.into()), problems);
    None
}

/// Consumers who need less, each with the one of the same sector and place who needs more.
fn pairs(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Vec<(ConsumerId, ConsumerId)>> {
    let from = reading.material("from_material", problems);
    let to = reading.material("to_material", problems);
    let footprint = reading.select(&["places", "sectors"], problems);
    let (from, to, footprint) = (from?, to?, footprint?);
    if from == to {
        let hint = "name another material";
        reading.body.error("to_material", "a material can't replace itself", Some(hint.into()), problems);
        return None;
    }
    let network = &reading.baseline.network;
    let at = |d: &ConsumerId| &network.destinations[network.consumers[d.index()].destination.index()];
    let mut pairs = Vec::new();
    let mut missing = Vec::new();
    for d in footprint.consumers.iter().filter(|d| at(d).material == from) {
        let (place, sector) = (at(d).place, network.consumers[d.index()].sector);
        let other = (0..network.consumers.len()).map(ConsumerId::new).find(|other| {
            let there = at(other);
            there.material == to && there.place == place && network.consumers[other.index()].sector == sector
        });
        match other {
            Some(other) => pairs.push((*d, other)),
            None => missing.push(format!(
                "\"{}\" in \"{}\"",
                network.sectors[sector],
                network.places[place.index()].code
            )),
        }
    }
    if !missing.is_empty() {
        let message = format!("no consumer of it is listed for sector {}", missing.join(", "));
        let hint = "add rows to consumers.csv; demand_per_year may be 0";
        reading.body.error("to_material", &message, Some(hint.into()), problems);
        return None;
    }
    if pairs.is_empty() {
        let written = reading.body.text("from_material", problems)?;
        no_such("from_material", "consumer there of", &written, std::iter::empty(), problems);
        return None;
    }
    Some(pairs)
}

/// Consumers' use that moves.
#[derive(Debug)]
struct Use {
    pairs: Vec<(ConsumerId, ConsumerId)>,
    ratio: f64,
    share: f64,
    phase: Phase,
    cost: f64,
    bill: Bill,
    /// Its first shift among the policy's.
    first: usize,
}

impl Measure for Use {
    fn install(&mut self, rules: &mut Rules) {
        self.first = rules.shifts.len();
        let shift = |(from, to): &(ConsumerId, ConsumerId)| Shift { from: *from, to: *to, ratio: self.ratio };
        rules.shifts.extend(self.pairs.iter().map(shift));
        self.bill.open(rules);
    }

    fn act(&self, observed: &Observed<'_>, _: &mut [Row], levers: &mut Levers) {
        let share = self.share * self.phase.share(observed.step);
        levers.shift[self.first..self.first + self.pairs.len()].fill(Row::splat(share));
    }

    /// Where several measures move one consumer's use, each pays for what it would have moved alone, at most all.
    fn charge(&self, observed: &Observed<'_>, _: &Levers, _: &mut [Row], costs: &mut [Row]) {
        let part = self.share * self.phase.share(observed.step);
        for (from, _) in &self.pairs {
            let moved = observed.substituted[from.index()];
            let needed = observed.requirement[from.index()] + moved;
            self.bill.pay("subsidy", moved.min(needed * part) * self.cost, costs);
        }
    }
}

/// Capacity that moves to another recipe.
#[derive(Debug)]
struct Recipe {
    from: PlantId,
    to: PlantId,
    /// What the other plant gains for what this one loses, each as a share of its own capacity.
    grows: f64,
    share: f64,
    phase: Phase,
}

impl Measure for Recipe {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.capacity = true;
        rules.recipes.push([self.from, self.to]);
    }

    fn act(&self, observed: &Observed<'_>, _: &mut [Row], levers: &mut Levers) {
        let share = self.share * self.phase.share(observed.step);
        levers.built[self.from.index()] -= Row::splat(share);
        levers.built[self.to.index()] += Row::splat(share * self.grows);
    }
}
