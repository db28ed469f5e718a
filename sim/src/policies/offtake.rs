//! Part of a plant's output is promised to named buyers.

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
use crate::observed::Observed;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "offtake",
    form: Form::Table,
    summary: "A share of a plant's output is reserved for named buyers: it has the first claim on what its origin can ship, and \
              they order at least that much of it.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("plant", "plant", "required", "whose output"),
    key("buyers", "list of places or blocs", "required", "who gets it"),
    key("share", "share", "required", "part of the output that is reserved"),
    key("from", "date", "the start", "when it begins"),
    key("ramp_months", "months", "0", "from nothing to the whole share"),
    key(
        "premium",
        "multiple",
        "0",
        "paid above the price for what is reserved and shipped, of the baseline's price",
    ),
    key("paid_by", "text", "the buyers", "who pays"),
];

const EXAMPLE: &str = "\
[offtake.tenke]
plant = \"tenke\"
buyers = [\"EU27\"]
share = 0.2
premium = 0.05
";

#[derive(Debug)]
struct Offtake {
    plant: usize,
    share: f64,
    phase: Phase,
    sites: Vec<Site>,
    /// USD per unit shipped under it.
    premium: f64,
    bill: Bill,
}

#[derive(Debug)]
struct Site {
    destination: usize,
    lane: [usize; 1],
    /// Part of what is reserved.
    part: f64,
    /// Share of its orders that goes to the lane when all is in place.
    ordered: f64,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    reading.body.required("buyers", "buyers = [\"EU27\"]", problems);
    reading.body.required("share", "share = 0.2", problems);
    let plant = reading.plant("plant", problems);
    let buyers = reading.holders("buyers", problems);
    let share = reading.body.share("share", problems);
    let premium = reading.body.non_negative("premium", problems).unwrap_or(0.0);
    let phase = reading.phase("ramp_months", problems);
    let names: Vec<&str> = buyers.iter().flatten().map(|buyer| buyer.name.as_str()).collect();
    let payer = names.join(" ");
    let payer = reading.payer(&payer, problems);
    let (plant, buyers, share) = (plant?, buyers?, share?);
    let places: Vec<_> = buyers.iter().flat_map(|buyer| buyer.places.clone()).collect();
    let (network, baseline) = (&reading.baseline.network, reading.baseline);
    let known = &network.plants[plant.index()];
    let material = reading.made_by(plant);
    let from_plant = |l: &usize| network.lanes[*l].origin == known.origin;
    let reached: Vec<(usize, usize)> = reading
        .destinations(material, &places)
        .into_iter()
        .filter_map(|i| Some((i.index(), reading.lanes_into(i).into_iter().find(from_plant)?)))
        .collect();
    if reached.is_empty() {
        let hint = "list a lane in lanes.csv, or name buyers who use what it makes";
        let message = "no lane leads from the plant to them";
        reading.body.error("buyers", message, Some(hint.into()), problems);
        return None;
    }
    let need: f64 = reached.iter().map(|(i, _)| baseline.need[*i]).sum();
    // A planned plant makes nothing in the baseline: what it can make is what is promised of it.
    let made = if known.planned { known.capacity } else { baseline.output[plant.index()] };
    let ordered = if need > 0.0 { (share * made / need).min(1.0) } else { 0.0 };
    let site = |(i, l): (usize, usize)| {
        let part = if need > 0.0 { baseline.need[i] / need } else { 1.0 / reached.len() as f64 };
        Site { destination: i, lane: [l], part, ordered }
    };
    Some(Box::new(Offtake {
        plant: plant.index(),
        share,
        phase,
        sites: reached.iter().copied().map(site).collect(),
        premium: premium * reading.price_of(material),
        bill: Bill::to(payer, &["premium"]),
    }))
}

impl Measure for Offtake {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.reserved = true;
        rules.moves.orders = true;
        self.bill.open(rules);
    }

    fn act(&self, observed: &Observed<'_>, _: &mut [Row], levers: &mut Levers) {
        let share = self.phase.share(observed.step);
        let reserved = observed.output[self.plant] * (self.share * share);
        for site in &self.sites {
            levers.reserved[site.lane[0]] += reserved * site.part;
            let ordered = observed.weight[site.lane[0]];
            let missing = (Row::splat(site.ordered * share) - ordered).positive();
            let part = missing.over(Row::ONE - ordered, 0.0);
            levers.move_orders(site.destination, part, &site.lane, |_| part);
        }
    }

    fn charge(&self, observed: &Observed<'_>, levers: &Levers, _: &mut [Row], costs: &mut [Row]) {
        for site in &self.sites {
            let lane = site.lane[0];
            let shipped = observed.shipped[lane].min(levers.reserved[lane]);
            self.bill.pay("premium", shipped * self.premium, costs);
        }
    }
}
