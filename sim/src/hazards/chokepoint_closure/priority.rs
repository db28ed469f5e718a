//! Who passes first: the capacity that is left is filled class by class over the flows of the baseline.

use crate::baseline::Baseline;
use crate::math;
use crate::network::DestinationId;
use crate::network::LaneId;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::Problems;
use crate::scenario::Selector;
use crate::scenario::nearest;

/// The flow of each lane, split into classes.
#[derive(Debug)]
pub(super) struct Rationing {
    /// Size of the flow of each class, by lane.
    sizes: Vec<Vec<f64>>,
    n_classes: usize,
}

/// Rationing among some of the lanes.
pub(super) struct Among<'a> {
    sizes: &'a [Vec<f64>],
    /// Size of each class over these lanes.
    totals: Vec<f64>,
}

impl Rationing {
    /// Reads `priority`; without it all are of one class.
    pub(super) fn read(
        body: &mut Body<'_>,
        lanes: &[LaneId],
        baseline: &Baseline,
        problems: &mut Problems,
    ) -> Option<Rationing> {
        let listed = body.names("priority", problems);
        if listed.is_none() && body.has("priority") {
            return None;
        }
        let listed = listed.unwrap_or_default();
        let known = listed.iter().filter(|name| known(name, baseline, problems)).count();
        if known < listed.len() {
            return None;
        }
        let n_classes = listed.len() + 1;
        let measure =
            if listed.is_empty() { Some(vec![1.0; baseline.network.materials.len()]) } else { None };
        let measure = match measure {
            Some(measure) => measure,
            None => common_measure(body, lanes, baseline, problems)?,
        };
        let size = |lane: &LaneId| {
            let material = baseline.network.lane_material(*lane).index();
            let whole = baseline.flow[lane.index()] * measure[material];
            let mut by_class = vec![0.0; n_classes];
            for (sector, share) in uses(*lane, baseline) {
                by_class[class(&listed, material, sector, baseline)] += whole * share;
            }
            by_class
        };
        Some(Rationing { sizes: lanes.iter().map(size).collect(), n_classes })
    }

    /// The same for some of the lanes, as indices: they share what is left.
    pub(super) fn among(&self, lanes: &[usize]) -> Among<'_> {
        let total = |class: usize| lanes.iter().fold(0.0, |total, lane| total + self.sizes[*lane][class]);
        Among { sizes: &self.sizes, totals: (0..self.n_classes).map(total).collect() }
    }
}

impl Among<'_> {
    /// Share of a lane's flow that passes if `left` of all capacity is: each class in full before the next.
    pub(super) fn passes(&self, lane: usize, left: f64) -> f64 {
        let own = math::sum(&self.sizes[lane]);
        if !(own > 0.0) {
            return left;
        }
        let mut room = left * math::sum(&self.totals);
        let mut passes = 0.0;
        for (size, total) in self.sizes[lane].iter().zip(&self.totals) {
            if *total > 0.0 {
                passes += size * (room / total).clamp(0.0, 1.0);
                room = (room - total).max(0.0);
            }
        }
        (passes / own).clamp(0.0, 1.0)
    }
}

/// Shares of a lane's flow by the sector that uses it; `None` for the part that plants use.
fn uses(lane: LaneId, baseline: &Baseline) -> Vec<(Option<usize>, f64)> {
    let network = &baseline.network;
    let destination: DestinationId = network.lanes[lane.index()].destination;
    let need = baseline.need[destination.index()];
    let consumers = network.destinations[destination.index()].consumers.clone();
    let share = |demand: f64| if need > 0.0 { (demand / need).min(1.0) } else { 0.0 };
    let by_sector =
        network.consumers[consumers].iter().map(|consumer| (Some(consumer.sector), share(consumer.demand)));
    let mut uses: Vec<(Option<usize>, f64)> = by_sector.collect();
    let rest = 1.0 - uses.iter().fold(0.0, |total, (_, share)| total + share);
    uses.push((None, rest.max(0.0)));
    uses
}

/// The first entry of the list that fits the material or the sector; the class after the last if none does.
fn class(listed: &[At<String>], material: usize, sector: Option<usize>, baseline: &Baseline) -> usize {
    let network = &baseline.network;
    let fits = |name: &At<String>| {
        let fits = |what: &str| Selector { pattern: name.clone() }.matches(what);
        fits(&network.materials[material].code) || sector.is_some_and(|sector| fits(&network.sectors[sector]))
    };
    listed.iter().position(fits).unwrap_or(listed.len())
}

/// True if a name fits a material or a sector; if not, a problem with the nearest.
fn known(name: &At<String>, baseline: &Baseline, problems: &mut Problems) -> bool {
    let network = &baseline.network;
    let codes = network.materials.iter().map(|material| material.code.as_str());
    let names: Vec<&str> = codes.chain(network.sectors.iter().map(String::as_str)).collect();
    let selector = Selector { pattern: name.clone() };
    let found = names.iter().any(|known| selector.matches(known));
    if !found {
        let hint = nearest(name, names.iter().copied()).map(|name| format!("did you mean {name:?}?"));
        problems.error(name.at, format!("no material or sector {:?}", name.value), hint);
    }
    found
}

/// What a unit of each material counts: its price if every material on these lanes has one, or 1 if they have one unit.
fn common_measure(
    body: &Body<'_>,
    lanes: &[LaneId],
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Vec<f64>> {
    let materials = &baseline.network.materials;
    let mut crossing: Vec<usize> =
        lanes.iter().map(|lane| baseline.network.lane_material(*lane).index()).collect();
    crossing.dedup();
    if crossing.iter().all(|material| materials[*material].reference_price.is_some()) {
        return Some(materials.iter().map(|material| material.reference_price.unwrap_or(0.0)).collect());
    }
    if crossing.iter().all(|material| materials[*material].unit == materials[crossing[0]].unit) {
        return Some(vec![1.0; materials.len()]);
    }
    let hint = "give each a reference_price_usd, or leave priority out".to_string();
    let message = "materials of different units, some without a price, can't share capacity";
    body.error("priority", message, Some(hint), problems);
    None
}
