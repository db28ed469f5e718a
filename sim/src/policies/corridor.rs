//! A route round closed ways: what could not pass goes by it, as far as its capacity reaches.

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
use crate::network::Footprint;
use crate::network::LaneId;
use crate::observed::Observed;
use crate::scenario::Problems;
use crate::units::Years;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "corridor",
    form: Form::Table,
    summary: "An alternative route, or passage that is guaranteed: where a conflict or a closed chokepoint lets part of the orders \
              wait, the corridor carries them, later by its detour. It opens no border that a restriction of trade closes.",
    keys: KEYS,
    example: EXAMPLE,
    read,
};

const KEYS: &[Key] = &[
    key("exporters", "list of places or blocs", "all", "whose lanes to other places it serves"),
    key("importers", "list of places or blocs", "all", "lanes to these"),
    key("chokepoints", "list of chokepoints", "all lanes", "lanes that cross one of these"),
    key("materials", "list of materials", "all", "lanes of these"),
    key(
        "capacity_per_year",
        "amount a year",
        "all that its lanes carry",
        "most that it carries, shared by what its lanes carry in the baseline; an order above the baseline's passes in \
         proportion",
    ),
    key("added_days", "days", "0", "how much longer its way is"),
    key("from", "date", "the start", "when it opens"),
    key("ramp_months", "months", "0", "time from nothing to its whole capacity"),
    key("capex_usd", "USD", "0", "cost of building it, paid as capacity opens"),
    key("cost_usd_per_year", "USD per year", "0", "paid while it is open, used or not"),
    key("paid_by", "text", "the importers", "who pays"),
];

const EXAMPLE: &str = "\
[corridor.lobito]
exporters = [\"COD\"]
materials = [\"cobalt_hydroxide\"]
capacity_per_year = 50
added_days = 20
capex_usd = 1e9
cost_usd_per_year = 60e6
paid_by = \"USA EU\"
";

#[derive(Debug)]
struct Corridor {
    lanes: Vec<LaneId>,
    /// What it can carry, share of what its lanes carry in the baseline.
    share: f64,
    /// Years.
    detour: f64,
    /// Steps.
    delay: f64,
    phase: Phase,
    capex: f64,
    /// USD for one step.
    running: f64,
    bill: Bill,
}

fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let named = ["exporters", "importers", "chokepoints"].iter().any(|key| reading.body.has(key));
    if !named {
        let hint = "say whose lanes: exporters = [\"COD\"], importers or chokepoints";
        reading.body.missing("exporters", Some(hint.into()), problems);
    }
    let footprint = reading.select(&["exporters", "importers", "chokepoints", "materials"], problems);
    let capacity = reading.body.non_negative("capacity_per_year", problems);
    let detour = Years::from_days(reading.body.non_negative("added_days", problems).unwrap_or(0.0));
    let phase = reading.phase("ramp_months", problems);
    let capex = reading.body.non_negative("capex_usd", problems).unwrap_or(0.0);
    let running = reading.body.non_negative("cost_usd_per_year", problems).unwrap_or(0.0);
    let footprint = footprint.filter(|_| named)?;
    let lanes = abroad(&footprint, reading);
    let network = &reading.baseline.network;
    let mut importers: Vec<_> = lanes
        .iter()
        .map(|lane| network.destinations[network.lanes[lane.index()].destination.index()].place)
        .collect();
    importers.sort();
    importers.dedup();
    let payer = reading.payer(&reading.codes(&importers), problems);
    if lanes.is_empty() {
        let key = ["exporters", "importers", "chokepoints"].into_iter().find(|key| reading.body.has(key));
        let hint = "name lanes of lanes.csv by where they begin, end or cross";
        let message = "no lane of its materials leads abroad there";
        reading.body.error(key.unwrap_or("exporters"), message, Some(hint.into()), problems);
        return None;
    }
    let share = match capacity {
        Some(capacity) => capacity / usual(&lanes, reading, problems)?,
        None => 1.0,
    };
    let clock = network.clock;
    Some(Box::new(Corridor {
        lanes,
        share: share.min(1.0),
        detour: detour.0.min(clock.dt * clock.n_steps as f64),
        delay: reading.steps(detour).min(clock.n_steps as f64),
        phase,
        capex,
        running: running * clock.dt,
        bill: Bill::to(payer, &["capex", "upkeep"]),
    }))
}

/// Lanes of a footprint that are no home lanes.
fn abroad(footprint: &Footprint, reading: &Reading<'_, '_>) -> Vec<LaneId> {
    let network = &reading.baseline.network;
    footprint.lanes.iter().copied().filter(|lane| !network.is_home(*lane)).collect()
}

/// What lanes carry a year in the baseline, all in one unit.
fn usual(lanes: &[LaneId], reading: &Reading<'_, '_>, problems: &mut Problems) -> Option<f64> {
    let network = &reading.baseline.network;
    let unit = |lane: &LaneId| &network.materials[network.lane_material(*lane).index()].unit;
    if let Some(other) = lanes.iter().find(|lane| unit(lane) != unit(&lanes[0])) {
        let message = format!("its lanes carry {:?} and {:?}", unit(&lanes[0]), unit(other));
        let hint = "name materials of one unit, one corridor for each unit";
        reading.body.error("capacity_per_year", &message, Some(hint.into()), problems);
        return None;
    }
    let flow: f64 = lanes.iter().map(|lane| reading.baseline.flow[lane.index()]).sum();
    if !(flow > 0.0) {
        let hint = "leave capacity_per_year out: it then carries all that is ordered";
        let message =
            "nothing flows on its lanes in the baseline, so no capacity can be shared out among them";
        reading.body.error("capacity_per_year", message, Some(hint.into()), problems);
        return None;
    }
    Some(flow)
}

impl Measure for Corridor {
    fn install(&mut self, rules: &mut Rules) {
        rules.corridors.extend(&self.lanes);
        rules.corridors.sort();
        rules.corridors.dedup();
        rules.longest_detour = rules.longest_detour.max(self.detour);
        self.bill.open(rules);
    }

    fn ease(&self, step: usize, levers: &mut Levers) {
        let carried = self.share * self.phase.share(step);
        for lane in &self.lanes {
            levers.carried[lane.index()] += Row::splat(carried);
            levers.detour[lane.index()] += Row::splat(carried * self.delay);
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, _: &mut [Row], costs: &mut [Row]) {
        let open = self.phase.share(observed.step);
        let before = observed.step.checked_sub(1).map_or(0.0, |step| self.phase.share(step));
        self.bill.pay("capex", Row::splat((open - before) * self.capex), costs);
        self.bill.pay("upkeep", Row::splat(open * self.running), costs);
    }
}
