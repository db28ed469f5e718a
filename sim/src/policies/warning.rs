//! Early warning: what is announced is known and acted on in time.

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
use crate::network::DestinationId;
use crate::observed::Observed;
use crate::scenario::Problems;
use crate::units::Years;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "warning",
    form: Form::Table,
    summary: "Announced events are known and acted on early: stockpiles decide within the time of notice instead of after the \
              event began, and users bring more orders forward.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("places", "list of places or blocs", "required", "who is warned"),
    key("materials", "list of materials", "all", "about what"),
    key(
        "lead_days",
        "days",
        "0",
        "most of the notice that stockpiles there can use: so much of the time since an announcement is taken off their \
         decision lag",
    ),
    key(
        "front_loading",
        "factor",
        "0",
        "what a full announced cut adds to orders besides the market's front_loading",
    ),
    key("cost_usd_per_year", "USD per year", "0", "cost of watching"),
    key("paid_by", "text", "the places", "who pays"),
];

const EXAMPLE: &str = "\
[warning.control_tower]
places = [\"EU27\"]
materials = [\"cobalt_*\"]
lead_days = 30
front_loading = 0.5
cost_usd_per_year = 2e6
";

#[derive(Debug)]
struct Warning {
    destinations: Vec<DestinationId>,
    /// Years.
    lead: f64,
    front_loading: f64,
    /// USD for one step.
    cost: f64,
    bill: Bill,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    reading.body.required("places", "places = [\"EU27\"]", problems);
    let footprint = reading.select(&["places", "materials"], problems);
    let lead = reading.body.non_negative("lead_days", problems).unwrap_or(0.0);
    let front_loading = reading.body.non_negative("front_loading", problems).unwrap_or(0.0);
    let cost = reading.body.non_negative("cost_usd_per_year", problems).unwrap_or(0.0);
    let footprint = footprint?;
    let payer = reading.payer(&reading.codes(&footprint.places), problems);
    let destinations = reading.uses_of(&footprint);
    if destinations.is_empty() {
        let hint = "name places that use the materials";
        reading.body.error("places", "nobody there uses any of them", Some(hint.into()), problems);
        return None;
    }
    Some(Box::new(Warning {
        destinations,
        lead: Years::from_days(lead).0,
        front_loading,
        cost: cost * reading.baseline.network.clock.dt,
        bill: Bill::to(payer, &["subsidy"]),
    }))
}

impl Measure for Warning {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.alert |= self.front_loading > 0.0;
        rules.warned.extend(self.destinations.iter().map(|destination| (*destination, self.lead)));
        self.bill.open(rules);
    }

    fn act(&self, _: &Observed<'_>, _: &mut [Row], levers: &mut Levers) {
        if self.front_loading > 0.0 {
            for destination in &self.destinations {
                levers.alert[destination.index()] += Row::splat(self.front_loading);
            }
        }
    }

    fn charge(&self, _: &Observed<'_>, _: &Levers, _: &mut [Row], costs: &mut [Row]) {
        self.bill.pay("subsidy", Row::splat(self.cost), costs);
    }
}
