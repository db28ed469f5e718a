//! From the keys of a closure to the lanes that cross it.

use super::ChokepointClosure;
use super::Crossing;
use super::KEYS;
use super::Reopening;
use super::priority::Rationing;
use super::routes::Routes;
use crate::baseline::Baseline;
use crate::hazards::Hazard;
use crate::hazards::Key;
use crate::hazards::footprint;
use crate::network::LaneId;
use crate::scenario::Body;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;
use crate::units::Years;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Traffic {
    Reroute,
    Wait,
    Slots,
}

pub(super) fn read(
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Box<dyn Hazard>> {
    let network = &baseline.network;
    let mut body = footprint::body(entry);
    let named = body.required("chokepoints", "chokepoints = [\"suez\"]", problems);
    let select = footprint::select(&mut body, &["chokepoints", "materials", "tiers"], problems);
    let traffic = match body.has("traffic") {
        true => {
            let known = [("reroute", Traffic::Reroute), ("wait", Traffic::Wait), ("slots", Traffic::Slots)];
            body.choice("traffic", &known, problems)
        }
        false => Some(Traffic::Reroute),
    };
    let reopens = reopens(&mut body, problems);
    let footprint = footprint::resolve(&select, baseline, problems).filter(|_| named);
    let lanes: Vec<LaneId> = footprint.as_ref().map_or(Vec::new(), |footprint| footprint.lanes.clone());
    let rationing = Rationing::read(&mut body, &lanes, baseline, problems);
    body.finish(&Key::names(KEYS), problems);
    let crosses = |chokepoint: &usize| {
        lanes.iter().any(|lane| network.lanes[lane.index()].chokepoints.contains(chokepoint))
    };
    let chokepoints = footprint?.chokepoints;
    // One that no lane crosses may still be the alternative of another that some do.
    if !chokepoints.iter().any(crosses) {
        footprint::empty(entry, "no lane with its materials crosses its chokepoints", problems);
        return None;
    }
    let routes = (traffic? == Traffic::Reroute).then(|| Routes::new(network, &chokepoints));
    if routes.is_some()
        && chokepoints.iter().filter(|at| crosses(at)).all(|at| network.chokepoints[*at].detour.is_none())
    {
        let hint = "write traffic = \"wait\", or alternative and extra_days in chokepoints.csv".to_string();
        body_error(entry, "none of its chokepoints has an alternative to reroute to", hint, problems);
        return None;
    }
    let crossing = |lane: &LaneId| Crossing {
        lane: lane.index(),
        flow: baseline.flow[lane.index()],
        chokepoints: network.lanes[lane.index()].chokepoints.clone(),
    };
    Some(Box::new(ChokepointClosure {
        units: chokepoints.iter().map(|at| network.chokepoints[*at].code.clone()).collect(),
        lanes: lanes.iter().map(crossing).collect(),
        chokepoints,
        routes,
        slots: traffic? == Traffic::Slots,
        reopens: reopens?,
        rationing: rationing?,
    }))
}

fn body_error(entry: &HazardEntry, message: &str, hint: String, problems: &mut Problems) {
    problems.error(entry.at, format!("hazard {:?}: {message}", entry.name.value), Some(hint));
}

/// Reads `reopens`: months that ascend, and a share for each.
fn reopens(body: &mut Body<'_>, problems: &mut Problems) -> Option<Vec<Reopening>> {
    if !body.has("reopens") {
        return Some(Vec::new());
    }
    let mut inside = body.table("reopens", problems)?;
    inside.required("months", "months = [2, 6]", problems);
    inside.required("shares", "shares = [0.3, 0.7], one for each month", problems);
    let months = inside.numbers("months", problems);
    let shares = inside.numbers("shares", problems);
    let mut sound = true;
    let mut refuse = |key: &str, message: String| {
        inside.error(key, &message, None, problems);
        sound = false;
    };
    let (months, shares) = (months?, shares?);
    if months.len() != shares.len() {
        refuse("shares", format!("{} shares for {} months", shares.len(), months.len()));
    }
    if let Some(month) = months.iter().find(|month| !(month.value >= 0.0)) {
        refuse("months", format!("{} is negative", month.value));
    }
    if let Some(pair) = months.windows(2).find(|pair| !(pair[0].value < pair[1].value)) {
        refuse("months", format!("{} does not come after {}", pair[1].value, pair[0].value));
    }
    if let Some(share) = shares.iter().find(|share| !(0.0..=1.0).contains(&share.value)) {
        refuse("shares", format!("{} is no share: a share lies in [0, 1]", share.value));
    }
    inside.finish(&["months", "shares"], problems);
    let stage = |(month, share): (&crate::scenario::At<f64>, &crate::scenario::At<f64>)| Reopening {
        after: Years::from_months(month.value).0,
        share: share.value,
    };
    sound.then(|| months.iter().zip(&shares).map(stage).collect())
}
