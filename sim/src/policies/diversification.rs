//! No origin has more than a share of what is bought: orders above it move to the others.

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
use crate::network::DestinationId;
use crate::observed::Observed;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "diversification",
    form: Form::Table,
    summary: "At most a stated share of a material is ordered from any one foreign origin, as in the EU's rule of 65 %; what is \
              above it moves to the other origins in proportion to what they have.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("places", "list of places or blocs", "required", "whose orders"),
    key("materials", "list of materials", "required", "of what"),
    key("cap", "share", "required", "most that one foreign origin gets of a destination's orders"),
    key("from", "date", "the start", "when it begins"),
    key("ramp_months", "months", "0", "time over which today's shares come down to the cap"),
    key("premium", "multiple", "0", "what a unit ordered elsewhere costs more, of the baseline's price"),
    key("paid_by", "text", "the places", "who pays it"),
];

const EXAMPLE: &str = "\
[diversification.eu_rule]
places = [\"EU27\"]
materials = [\"cobalt_refined\"]
cap = 0.65
ramp_months = 48
";

#[derive(Debug)]
struct Diversification {
    buyers: Vec<Buyer>,
    cap: f64,
    phase: Phase,
    bill: Bill,
}

#[derive(Debug)]
struct Buyer {
    destination: usize,
    lanes: Vec<usize>,
    /// By lane: whether it comes from abroad, and its share in the baseline.
    foreign: Vec<bool>,
    before: Vec<f64>,
    /// USD per unit that is ordered elsewhere.
    premium: f64,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    for (key, what) in [
        ("places", "places = [\"EU27\"]"),
        ("materials", "materials = [\"cobalt_*\"]"),
        ("cap", "cap = 0.65"),
    ] {
        reading.body.required(key, what, problems);
    }
    let footprint = reading.select(&["places", "materials"], problems);
    let cap = reading.body.share("cap", problems);
    let premium = reading.body.non_negative("premium", problems).unwrap_or(0.0);
    let phase = reading.phase("ramp_months", problems);
    let (footprint, cap) = (footprint?, cap?);
    let payer = reading.payer(&reading.codes(&footprint.places), problems);
    let network = &reading.baseline.network;
    let mut buyers = Vec::new();
    let mut bound = Vec::new();
    for i in reading.uses_of(&footprint) {
        let buyer = buyer(reading, i, premium);
        let over = buyer.before.iter().zip(&buyer.foreign).any(|(share, foreign)| *foreign && *share > cap);
        let places = (network.destinations[i.index()].place, network.destinations[i.index()].material);
        if over && buyer.lanes.len() < 2 {
            let (place, material) =
                (&network.places[places.0.index()].code, &network.materials[places.1.index()].code);
            bound.push(format!("\"{material}\" in \"{place}\""));
        }
        buyers.push(buyer);
    }
    if !bound.is_empty() {
        let message = format!("only one origin supplies {}", bound.join(", "));
        let hint = "list other lanes in lanes.csv, their flows left empty, or leave these out";
        reading.body.error("cap", &message, Some(hint.into()), problems);
        return None;
    }
    if buyers.is_empty() {
        let hint = "name places that use the materials";
        reading.body.error("places", "nobody there uses any of them", Some(hint.into()), problems);
        return None;
    }
    Some(Box::new(Diversification { buyers, cap, phase, bill: Bill::to(payer, &["premium"]) }))
}

fn buyer(reading: &Reading<'_, '_>, i: DestinationId, premium: f64) -> Buyer {
    let network = &reading.baseline.network;
    let lanes = reading.lanes_into(i);
    let at = &network.destinations[i.index()];
    let is_foreign = |l: &usize| network.origins[network.lanes[*l].origin.index()].place != at.place;
    Buyer {
        destination: i.index(),
        foreign: lanes.iter().map(is_foreign).collect(),
        before: lanes.iter().map(|l| reading.baseline.weight[*l]).collect(),
        premium: premium * reading.price_of(at.material),
        lanes,
    }
}

impl Measure for Diversification {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.orders = true;
        self.bill.open(rules);
    }

    /// By lane of each buyer: the share that it may have in the step, then what the lane's share comes to.
    fn n_memory(&self, _: usize) -> usize {
        self.buyers.iter().map(|buyer| buyer.lanes.len()).max().unwrap_or(0)
    }

    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let share = self.phase.share(observed.step);
        for buyer in &self.buyers {
            let aims = &mut memory[..buyer.lanes.len()];
            let part = self.aim(buyer, share, observed.weight, aims);
            if !part.any() {
                continue;
            }
            let stays = Row::ONE - part;
            levers.move_orders(buyer.destination, part, &buyer.lanes, |n| {
                (aims[n] - observed.weight[buyer.lanes[n]] * stays).positive()
            });
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, _: &mut [Row], costs: &mut [Row]) {
        for buyer in self.buyers.iter().filter(|buyer| buyer.premium > 0.0) {
            let mut elsewhere = Row::ZERO;
            for (l, before) in buyer.lanes.iter().zip(&buyer.before) {
                elsewhere += (observed.weight[*l] - Row::splat(*before)).positive();
            }
            let bought = elsewhere * observed.smoothed_need[buyer.destination];
            self.bill.pay("premium", bought * buyer.premium, costs);
        }
    }
}

impl Diversification {
    /// Shares that a buyer's lanes shall have, in `aims`, and the part of its orders that moves to get there.
    ///
    /// What is above the cap goes to the other lanes by their shares, or alike if they have none. All lanes keep at least the
    /// same part 1 − φ of what they have, φ the largest part that any loses, so that no move is below zero.
    fn aim(&self, buyer: &Buyer, phase: f64, weight: &[Row], aims: &mut [Row]) -> Row {
        let most = |n: usize| {
            let above = (buyer.before[n] - self.cap).max(0.0);
            if buyer.foreign[n] { self.cap + above * (1.0 - phase) } else { 1.0 }
        };
        let (mut excess, mut others, mut n_others) = (Row::ZERO, Row::ZERO, Row::ZERO);
        for (n, l) in buyer.lanes.iter().enumerate() {
            let most = Row::splat(if phase > 0.0 { most(n) } else { 1.0 });
            let over = weight[*l].above(most);
            excess += over * (weight[*l] - most);
            others += (Row::ONE - over) * weight[*l];
            n_others += Row::ONE - over;
            // For now, only whether it gives.
            aims[n] = over;
        }
        let mut part = Row::ZERO;
        for (n, l) in buyer.lanes.iter().enumerate() {
            let most = Row::splat(most(n));
            let (over, own) = (aims[n], weight[*l]);
            let by_share =
                others.above(Row::ZERO).select(own.over(others, 0.0), Row::ONE.over(n_others, 0.0));
            aims[n] = over.select(most, own + excess * by_share);
            part = part.max(over * (Row::ONE - most.over(own, 1.0)));
        }
        // With nobody to give to, nothing moves.
        part * n_others.above(Row::ZERO)
    }
}
