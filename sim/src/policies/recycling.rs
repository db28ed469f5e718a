//! What was used comes back: a share of past use, after a lifetime.

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
use crate::math::pow;
use crate::observed::Observed;
use crate::scenario::Problems;
use crate::units::Years;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "recycling",
    form: Form::Table,
    summary: "Old scrap is collected beyond what the baseline's secondary plants make of it: what consumers used of a product \
              comes back after its lifetime as material, where it was used.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("product", "material", "required", "what is collected after use"),
    key("material", "material", "required", "what comes out of it; used in the same place"),
    key("places", "list of places or blocs", "all", "where"),
    key("content", "amount per amount", "required", "units of the material in a unit of the product"),
    key("lifetime_years", "years", "required", "from use to scrap"),
    key("collection", "share", "required", "part of the scrap that is collected besides what is already"),
    key("yield", "share", "1", "part of the collected content that becomes material"),
    key("from", "date", "the start", "when it begins"),
    key("ramp_months", "months", "0", "time over which collection rises to its share"),
    key("cost_usd", "USD per unit", "0", "cost of a unit recovered, beyond what it is sold for"),
    key("paid_by", "text", "the places", "who pays"),
];

const EXAMPLE: &str = "\
[recycling.batteries]
product = \"cell\"
material = \"cobalt_sulphate\"
places = [\"EU27\"]
content = 0.00001
lifetime_years = 4
collection = 0.5
yield = 0.9
ramp_months = 24
";

#[derive(Debug)]
struct Recycling {
    sites: Vec<Site>,
    /// Units recovered for a unit used, when all is in place.
    recovered: f64,
    /// Steps from use to scrap, and years in a step.
    lifetime: f64,
    dt: f64,
    phase: Phase,
    cost: f64,
    bill: Bill,
}

#[derive(Debug)]
struct Site {
    /// Where the material is used again.
    destination: usize,
    /// Who used the product, with demand per step in the baseline and growth a year.
    consumers: Vec<(usize, f64, f64)>,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    for (key, what) in [
        ("content", "content = 0.1"),
        ("lifetime_years", "lifetime_years = 8"),
        ("collection", "collection = 0.5"),
    ] {
        reading.body.required(key, what, problems);
    }
    let product = reading.material("product", problems);
    let material = reading.material("material", problems);
    let footprint = reading.select(&["places"], problems);
    let content = reading.body.non_negative("content", problems);
    let lifetime = reading.body.non_negative("lifetime_years", problems);
    let collection = reading.body.share("collection", problems);
    let yields = reading.body.share("yield", problems).unwrap_or(1.0);
    let cost = reading.body.non_negative("cost_usd", problems).unwrap_or(0.0);
    let phase = reading.phase("ramp_months", problems);
    let (product, material, footprint) = (product?, material?, footprint?);
    let network = &reading.baseline.network;
    let dt = network.clock.dt;
    let mut sites = Vec::new();
    let mut places = Vec::new();
    for used in reading.destinations(product, &footprint.places) {
        let used = &network.destinations[used.index()];
        let of_product = used.consumers.clone();
        let Some(again) = reading.destinations(material, &[used.place]).into_iter().next() else { continue };
        if of_product.is_empty() {
            continue;
        }
        let consumer = |d: usize| {
            let consumer = &network.consumers[d];
            (d, consumer.demand * dt, consumer.growth)
        };
        sites.push(Site { destination: again.index(), consumers: of_product.map(consumer).collect() });
        places.push(used.place);
    }
    let payer = reading.payer(&reading.codes(&places), problems);
    if sites.is_empty() {
        let hint =
            "scrap is collected where consumers use the product, and goes to users of the material there";
        let message = "no place there has consumers of the product and uses the material";
        reading.body.error("product", message, Some(hint.into()), problems);
        return None;
    }
    Some(Box::new(Recycling {
        sites,
        recovered: content? * collection? * yields,
        // What is used in a step is known at its end: scrap of the same step waits for the next.
        lifetime: reading.steps(Years(lifetime?)).max(1.0),
        dt,
        phase,
        cost,
        bill: Bill::to(payer, &["subsidy"]),
    }))
}

impl Recycling {
    /// What became scrap in `step` at a site: what was used a lifetime earlier, between two steps if need be.
    fn scrap(&self, site: &Site, used: &[Row], step: usize) -> Row {
        let then = step as f64 - self.lifetime;
        let whole = then.floor();
        let part = then - whole;
        self.used(site, used, whole) * (1.0 - part) + self.used(site, used, whole + 1.0) * part
    }

    /// What was used in a step; before the horizon, the baseline's demand on its path.
    fn used(&self, site: &Site, used: &[Row], step: f64) -> Row {
        if step >= 0.0 {
            return used.get(step as usize).copied().unwrap_or(Row::ZERO);
        }
        let demand = |(_, demand, growth): &(usize, f64, f64)| demand * pow(1.0 + growth, step * self.dt);
        Row::splat(site.consumers.iter().map(demand).sum())
    }
}

impl Measure for Recycling {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.returned = true;
        self.bill.open(rules);
    }

    /// What was used at each site in each step.
    fn n_memory(&self, n_steps: usize) -> usize {
        self.sites.len() * n_steps
    }

    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let share = self.phase.share(observed.step);
        for (site, used) in self.sites.iter().zip(memory.chunks_mut(observed.n_steps)) {
            if let Some(last) = observed.step.checked_sub(1) {
                used[last] = site.consumers.iter().fold(Row::ZERO, |sum, (d, ..)| sum + observed.served[*d]);
            }
            let scrap = self.scrap(site, used, observed.step);
            levers.returned[site.destination] += scrap * (self.recovered * share);
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, memory: &mut [Row], costs: &mut [Row]) {
        let share = self.phase.share(observed.step);
        for (site, used) in self.sites.iter().zip(memory.chunks_mut(observed.n_steps)) {
            let recovered = self.scrap(site, used, observed.step) * (self.recovered * share);
            self.bill.pay("subsidy", recovered * self.cost, costs);
        }
    }
}
