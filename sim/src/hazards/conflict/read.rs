//! From the keys of a conflict to its fronts.

use super::Conflict;
use super::KEYS;
use super::front::{Front, defence};
use crate::baseline::Baseline;
use crate::hazards::Hazard;
use crate::hazards::Key;
use crate::hazards::Spread;
use crate::hazards::footprint;
use crate::network::Footprint;
use crate::network::PlaceId;
use crate::network::Select;
use crate::random::Law;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;
use crate::units::MONTHS_PER_YEAR;

pub(super) fn read(
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    let named = body.required("places", "places = [\"COD\"]", problems);
    let mut select = footprint::select(&mut body, &["places", "materials", "tiers", "plants"], problems);
    let closes_lanes = body.share("closes_lanes", problems).unwrap_or(0.0);
    let chokepoints = body.names("chokepoints", problems);
    let closes_chokepoints = body.share("closes_chokepoints", problems).unwrap_or(1.0);
    if chokepoints.is_none() && body.has("closes_chokepoints") {
        let hint = Some("write chokepoints = [\"…\"]".to_string());
        body.error("closes_chokepoints", "has no effect without chokepoints", hint, problems);
    }
    let defence_surge = footprint::factor(&mut body, "defence_surge", problems).unwrap_or(1.0);
    let parties = body.names("parties", problems);
    if parties.is_some() && defence_surge == 1.0 {
        let hint = Some("write defence_surge = 2".to_string());
        body.error("parties", "has no effect without a defence_surge", hint, problems);
    }
    let (spreading, written) = (body.has("spreads"), Spreads::read(&mut body, problems));
    body.finish(&Key::names(KEYS), problems);
    let footprint = footprint::resolve(&select, baseline, problems).filter(|_| named)?;
    let parties = footprint::places(parties, baseline, problems)?;
    let ways = ways(chokepoints, &select, baseline, problems)?;

    let war = War { closes_lanes, defence_surge };
    let (mut places, mut fronts) = war.fronts(&footprint, baseline);
    let n_seats = places.len();
    let parties: Vec<usize> = parties
        .into_iter()
        .filter(|party| defence_surge != 1.0 && !places.contains(party))
        .flat_map(|party| defence(party, &footprint, baseline))
        .collect();
    if fronts.is_empty() {
        footprint::empty(entry, "no plant, border or defence demand in its places fits its keys", problems);
        return None;
    }
    let mut spread = None;
    if spreading {
        let written = written?;
        select.places = Some(written.to.clone());
        let around = footprint::resolve(&select, baseline, problems)?;
        let (neighbours, more) = war.fronts(&around, baseline);
        let new = neighbours.into_iter().zip(more).filter(|(place, _)| !footprint.places.contains(place));
        let (neighbours, more): (Vec<PlaceId>, Vec<Front>) = new.unzip();
        if neighbours.is_empty() {
            footprint::empty(entry, "in none of the neighbours it spreads to is anything to touch", problems);
            return None;
        }
        places.extend(neighbours);
        fronts.extend(more);
        spread = Some(written.spread(n_seats, places.len()));
    }
    Some(Box::new(Conflict {
        units: footprint::codes(&places, baseline),
        n_seats,
        fronts,
        ways,
        parties,
        closes_lanes,
        closes_chokepoints,
        defence_surge,
        spread,
    }))
}

/// What a war does wherever it is.
struct War {
    closes_lanes: f64,
    defence_surge: f64,
}

impl War {
    /// The places of a footprint in which something is touched.
    fn fronts(&self, footprint: &Footprint, baseline: &Baseline) -> (Vec<PlaceId>, Vec<Front>) {
        let front = |place: &PlaceId| {
            let mut front = Front::new(*place, footprint, baseline);
            if self.closes_lanes == 0.0 {
                front.borders.clear();
            }
            if self.defence_surge == 1.0 {
                front.defence.clear();
            }
            (*place, front)
        };
        footprint.places.iter().map(front).filter(|(_, front)| !front.is_empty()).unzip()
    }
}

/// Lanes of the war's materials over the named chokepoints.
fn ways(
    chokepoints: Option<Vec<At<String>>>,
    select: &Select,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Vec<usize>> {
    let Some(names) = chokepoints else { return Some(Vec::new()) };
    let first = names.first().map(|name| name.at);
    let crossing = Select {
        chokepoints: Some(names),
        materials: select.materials.clone(),
        tiers: select.tiers.clone(),
        ..Select::default()
    };
    let lanes = footprint::resolve(&crossing, baseline, problems)?.lanes;
    if let (true, Some(at)) = (lanes.is_empty(), first) {
        problems.error(at, "no lane with its materials crosses these chokepoints", None);
    }
    Some(lanes.iter().map(|lane| lane.index()).collect())
}

/// `spreads`, as written.
struct Spreads {
    to: Vec<At<String>>,
    probability: f64,
    after: Law,
}

impl Spreads {
    fn read(body: &mut Body<'_>, problems: &mut Problems) -> Option<Spreads> {
        let mut inside = if body.has("spreads") { body.table("spreads", problems)? } else { return None };
        inside.required("to", "to = [\"RWA\"], its neighbours", problems);
        inside.required("probability", "probability = 0.3", problems);
        inside.required("after_months", "after_months = 3, or a law", problems);
        let to = inside.names("to", problems);
        let probability = inside.share("probability", problems);
        let after = inside.law("after_months", problems);
        if after.as_ref().is_some_and(|law| law.bounds().0 < 0.0) {
            let hint = Some("a cause comes before its effect".to_string());
            inside.error("after_months", "may be negative", hint, problems);
        }
        inside.finish(&["to", "probability", "after_months"], problems);
        Some(Spreads { to: to?, probability: probability?, after: after? })
    }

    /// From each seat to each neighbour, and no further.
    fn spread(self, n_seats: usize, n_units: usize) -> Spread {
        let neighbours: Vec<u32> = (n_seats as u32..n_units as u32).collect();
        let of = |unit: usize| if unit < n_seats { neighbours.clone() } else { Vec::new() };
        Spread {
            probability: self.probability,
            after: self.after,
            after_unit: 1.0 / MONTHS_PER_YEAR,
            neighbours: (0..n_units).map(of).collect(),
        }
    }
}
