//! What an entry names: the keys of its footprint, resolved, and a problem where they come to nothing.

use crate::baseline::Baseline;
use crate::network::Footprint;
use crate::network::PlaceId;
use crate::network::Select;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// Starts reading the body of an entry.
pub(super) fn body(entry: &HazardEntry) -> Body<'_> {
    entry.reader()
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
        chokepoints: names("chokepoints"),
    }
}

/// Largest factor, rate or markup: far above any seen, and small enough that no product of them overflows.
pub(super) const LARGEST_FACTOR: f64 = 1000.0;

/// Reads a number from 0 to [`LARGEST_FACTOR`].
pub(super) fn factor(body: &mut Body<'_>, key: &str, problems: &mut Problems) -> Option<f64> {
    let number = body.non_negative(key, problems)?;
    if number > LARGEST_FACTOR {
        let hint = Some(format!("at most {LARGEST_FACTOR}"));
        body.error(key, &format!("{number} is too large"), hint, problems);
        return None;
    }
    Some(number)
}

/// Resolves a selection; `None` if a pattern fits nothing, which is then a problem.
pub(super) fn resolve(select: &Select, baseline: &Baseline, problems: &mut Problems) -> Option<Footprint> {
    let before = problems.list.len();
    let footprint = select.resolve(&baseline.network, problems);
    (problems.list.len() == before).then_some(footprint)
}

/// Places that a key names; none if it is not written.
pub(super) fn places(
    names: Option<Vec<At<String>>>,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Vec<PlaceId>> {
    let Some(names) = names else { return Some(Vec::new()) };
    let select = Select { places: Some(names), ..Select::default() };
    resolve(&select, baseline, problems).map(|footprint| footprint.places)
}

/// Reports keys that mean nothing beside a form whose size the form itself says.
pub(super) fn refuse_beside(
    form: &str,
    body: &Body<'_>,
    entry: &HazardEntry,
    keys: &[&str],
    problems: &mut Problems,
) {
    for key in keys.iter().filter(|key| body.has(key)) {
        let hint = Some("remove it".to_string());
        body.error(key, &format!("has no effect on {form}"), hint, problems);
    }
    if entry.severity.is_some() {
        let message = format!("hazard {:?}: severity has no effect on {form}", entry.name.value);
        problems.error(entry.at, message, Some("remove it: the form says how much".to_string()));
    }
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
