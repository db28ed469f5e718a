//! From the keys of a restriction to the lanes it touches.

use super::ExportRestriction;
use super::Imposing;
use super::KEYS;
use super::Restricted;
use super::form;
use super::form::{Form, Quota};
use crate::baseline::Baseline;
use crate::hazards::Hazard;
use crate::hazards::Key;
use crate::hazards::footprint;
use crate::math;
use crate::network::Footprint;
use crate::network::LaneId;
use crate::network::PlaceId;
use crate::network::Select;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

pub(super) fn read(
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    body.required("imposer", "imposer = \"COD\"", problems);
    let imposer = body.names("imposer", problems);
    let mut select = footprint::select(&mut body, &["materials", "tiers", "importers"], problems);
    let everyone = select.importers.is_none();
    let except = body.names("except", problems);
    let form = form::read(&mut body, entry, baseline.network.clock, problems);
    body.finish(&Key::names(KEYS), problems);
    select.places = Some(imposer?);
    let spared = match except {
        Some(names) => {
            let places = Select { places: Some(names), ..Select::default() };
            footprint::resolve(&places, baseline, problems).map(|spared| spared.places)
        }
        None => Some(Vec::new()),
    };
    let footprint = footprint::resolve(&select, baseline, problems)?;
    let (spared, form) = (spared?, form?);
    let passes =
        |importer: PlaceId| spared.contains(&importer) || (everyone && footprint.places.contains(&importer));
    let restriction = restrict(&footprint, baseline, passes, form);
    if restriction.lanes.is_empty() {
        footprint::empty(entry, "no lane leaves its imposer for its importers with its materials", problems);
        return None;
    }
    if matches!(restriction.form, Form::Quota(Quota::PerYear(_))) {
        one_material(&restriction, entry, baseline, problems)?;
    }
    if math::sum(&restriction.lanes.iter().map(|lane| lane.flow).collect::<Vec<f64>>()) == 0.0 {
        let message = format!("hazard {:?} restricts lanes on which nothing flows", entry.name.value);
        problems.warning(entry.at, message, Some("the baseline has no such trade".to_string()));
    }
    Some(Box::new(restriction))
}

fn restrict(
    footprint: &Footprint,
    baseline: &Baseline,
    passes: impl Fn(PlaceId) -> bool,
    form: Form,
) -> ExportRestriction {
    let network = &baseline.network;
    let importer = |lane: usize| network.destinations[network.lanes[lane].destination.index()].place;
    let abroad = |lane: &usize| !network.is_home(LaneId::new(*lane));
    let lanes = footprint.lanes.iter().map(|lane| lane.index());
    let lanes: Vec<usize> = lanes.filter(abroad).filter(|lane| !passes(importer(*lane))).collect();
    let mut importers: Vec<PlaceId> = lanes.iter().map(|lane| importer(*lane)).collect();
    importers.sort();
    importers.dedup();
    let mut origins: Vec<Imposing> = Vec::new();
    let mut restricted = Vec::new();
    for &lane in &lanes {
        let origin = network.lanes[lane].origin.index();
        if origins.last().is_none_or(|last| last.origin != origin) {
            let side = &network.origins[origin];
            origins.push(Imposing {
                origin,
                capacity: capacity(origin, baseline),
                whole: side.lanes.clone().filter(abroad).all(|lane| lanes.binary_search(&lane).is_ok()),
            });
        }
        let unit = importers.binary_search(&importer(lane)).expect("every lane's importer is listed");
        restricted.push(Restricted { lane, unit, origin: origins.len() - 1, flow: baseline.flow[lane] });
    }
    ExportRestriction { units: footprint::codes(&importers, baseline), lanes: restricted, origins, form }
}

/// Capacity of an origin per year, at the largest that growth makes it.
fn capacity(origin: usize, baseline: &Baseline) -> f64 {
    let network = &baseline.network;
    let plants = &network.plants[network.origins[origin].plants.clone()];
    let capacities: Vec<f64> = plants.iter().map(|plant| plant.capacity).collect();
    let growth = baseline.path.output.column(origin);
    math::sum(&capacities) * growth.fold(1.0, |largest: f64, factor| largest.max(*factor))
}

/// An amount per year has one unit, so it needs one material.
fn one_material(
    restriction: &ExportRestriction,
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<()> {
    let network = &baseline.network;
    let mut materials: Vec<&str> = restriction
        .origins
        .iter()
        .map(|imposing| network.origins[imposing.origin].material)
        .map(|material| network.materials[material.index()].code.as_str())
        .collect();
    materials.dedup();
    if materials.len() > 1 {
        let name = &entry.name.value;
        let message =
            format!("hazard {name:?}: a quota per_year over several materials: {}", materials.join(", "));
        let hint = "name one material, or write share_of_baseline".to_string();
        problems.error(entry.at, message, Some(hint));
        return None;
    }
    Some(())
}
