//! Firms must hold cover beyond their own; the state may bear part of what that costs.

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
use crate::units::Years;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "private_mandate",
    form: Form::Table,
    summary: "Firms that use a material must hold more days of it than they would: it lies in their own inventories and is used \
              as soon as deliveries fail. Building it up competes with all other purchases.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("places", "list of places or blocs", "required", "where firms must hold it"),
    key("materials", "list of materials", "required", "what they must hold"),
    key("days", "days", "required", "cover to be held besides their own, in days of need"),
    key("from", "date", "the start", "when the mandate begins"),
    key("build_up_months", "months", "0", "time over which firms come to hold all of it"),
    key("in_place", "true or false", "false", "true: it is held already at the start"),
    key("holding_cost_usd", "USD per unit and year", "0", "cost of keeping it"),
    key("state_share", "share", "0", "part of the cost that the state bears"),
    key("paid_by", "text", "the places", "what accounts call the state"),
];

const EXAMPLE: &str = "\
[private_mandate.cells]
places = [\"EU27\"]
materials = [\"cell_*\"]
days = 30
build_up_months = 12
state_share = 0.5
holding_cost_usd = 0.1
";

#[derive(Debug)]
struct PrivateMandate {
    sites: Vec<Site>,
    phase: Phase,
    /// USD per unit held for one step.
    holding: f64,
    bill: Bill,
}

#[derive(Debug)]
struct Site {
    destination: DestinationId,
    /// Cover that must be held besides, in years and in steps.
    years: f64,
    steps: f64,
    /// Steps of need that firms hold anyway.
    own: f64,
    /// Units held under the mandate at the start.
    initial: f64,
    /// USD per unit in the baseline.
    price: f64,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    reading.body.required("places", "places = [\"EU27\"]", problems);
    reading.body.required("materials", "materials = [\"cobalt_*\"]", problems);
    reading.body.required("days", "days = 30", problems);
    let payer = reading.body.clone().names("places", &mut Problems::default());
    let footprint = reading.select(&["places", "materials"], problems);
    let days = reading.body.non_negative("days", problems);
    let in_place = reading.body.flag("in_place", problems).unwrap_or(false);
    let phase = reading.phase("build_up_months", problems);
    if in_place && phase != Phase::WHOLE {
        let hint = "leave out from and build_up_months, or in_place";
        reading.body.error("in_place", "what is there already is not built up", Some(hint.into()), problems);
    }
    let holding = reading.body.non_negative("holding_cost_usd", problems).unwrap_or(0.0);
    let state_share = reading.body.share("state_share", problems).unwrap_or(0.0);
    let names: Vec<String> = payer.unwrap_or_default().into_iter().map(|name| name.value).collect();
    let payer = reading.payer(&names.join(" "), problems);
    let (footprint, days) = (footprint?, days?);
    let destinations = reading.uses_of(&footprint);
    if destinations.is_empty() {
        let hint = "name a form that is used there";
        reading.body.error("materials", "nobody there uses them", Some(hint.into()), problems);
        return None;
    }
    let firms = format!("firms in {}", names.join(" "));
    let parties = vec![(payer, state_share), (firms, 1.0 - state_share)];
    let years = Years::from_days(days).0;
    let network = &reading.baseline.network;
    let site = |destination: DestinationId| {
        let at = &network.destinations[destination.index()];
        Site {
            destination,
            years,
            steps: reading.steps(Years(years)),
            own: reading.steps(Years::from_days(at.cover_days)),
            initial: if in_place { years * reading.baseline.need[destination.index()] } else { 0.0 },
            price: reading.price_of(at.material),
        }
    };
    Some(Box::new(PrivateMandate {
        sites: destinations.into_iter().map(site).collect(),
        phase,
        holding: holding * network.clock.dt,
        bill: Bill::shared(parties, &["stock", "holding"]),
    }))
}

impl Measure for PrivateMandate {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.cover = true;
        let in_place = self.sites.iter().filter(|site| site.initial > 0.0);
        rules.extra_cover.extend(in_place.map(|site| (site.destination, site.years)));
        self.bill.open(rules);
    }

    /// What was held at each site at the end of the step before.
    fn n_memory(&self, _: usize) -> usize {
        self.sites.len()
    }

    fn act(&self, observed: &Observed<'_>, _: &mut [Row], levers: &mut Levers) {
        let share = self.phase.share(observed.step);
        for site in &self.sites {
            levers.cover[site.destination.index()] += Row::splat(site.steps * share);
        }
    }

    /// What is held beyond the firms' own cover, up to the mandate: what joins it is paid for at the price of the day, what
    /// leaves it is used at that price, and what is left at the end is worth it.
    fn charge(&self, observed: &Observed<'_>, _: &Levers, memory: &mut [Row], costs: &mut [Row]) {
        let share = self.phase.share(observed.step);
        for (site, before) in self.sites.iter().zip(memory) {
            let i = site.destination.index();
            let need = observed.smoothed_need[i];
            let beyond = (observed.inventory[i] - need * site.own).positive();
            let held = beyond.min(need * (site.steps * share));
            let price = observed.log_price[i].exp() * site.price;
            if observed.step == 0 {
                *before = Row::splat(site.initial);
                self.bill.pay("stock", *before * site.price, costs);
            }
            self.bill.pay("stock", (held - *before) * price, costs);
            if observed.step + 1 == observed.n_steps {
                self.bill.pay("stock", -(held * price), costs);
            }
            self.bill.pay("holding", held * self.holding, costs);
            *before = held;
        }
    }
}
