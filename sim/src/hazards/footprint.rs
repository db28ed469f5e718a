//! What an entry names: the keys of its footprint, resolved, and a problem where they come to nothing.

use crate::baseline::Baseline;
use crate::network::Footprint;
use crate::network::PlaceId;
use crate::network::Select;
use crate::scenario::Body;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// Starts reading the body of an entry.
pub(super) fn body(entry: &HazardEntry) -> Body<'_> {
    Body::new(&entry.body, entry.at, format!("hazard {:?}", entry.name.value))
}

/// Reads those of the footprint's keys that the kind offers.
pub(super) fn select(body: &mut Body<'_>, offered: &[&str], problems: &mut Problems) -> Select {
    let mut names = |key: &str| if offered.contains(&key) { body.names(key, problems) } else { None };
    Select {
        places: names("places"),
        materials: names("materials"),
        tiers: names("tiers"),
        plants: names("plants"),
        owners: names("owners"),
        importers: names("importers"),
        sectors: names("sectors"),
    }
}

/// Resolves a selection; `None` if a pattern fits nothing, which is then a problem.
pub(super) fn resolve(select: &Select, baseline: &Baseline, problems: &mut Problems) -> Option<Footprint> {
    let before = problems.list.len();
    let footprint = select.resolve(&baseline.network, problems);
    (problems.list.len() == before).then_some(footprint)
}

/// Reports that an entry touches nothing: a hazard that does nothing is a mistake.
pub(super) fn empty(entry: &HazardEntry, what: &str, problems: &mut Problems) {
    let message = format!("hazard {:?} touches nothing: {what}", entry.name.value);
    problems.error(entry.at, message, Some("widen its keys or remove it".to_string()));
}

/// Codes of places, as names of units.
pub(super) fn codes(places: &[PlaceId], baseline: &Baseline) -> Vec<String> {
    places.iter().map(|place| baseline.network.places[place.index()].code.clone()).collect()
}
