//! From the keys of a restriction to the lanes it touches.

use super::ExportRestriction;
use super::Imposing;
use super::KEYS;
use super::Restricted;
use super::content;
use super::end_use::{EndUse, Named};
use super::form;
use super::form::{Form, Permit, REST, Size, Written};
use super::technology::Technology;
use crate::baseline::Baseline;
use crate::exposure::Picked;
use crate::hazards::Hazard;
use crate::hazards::Key;
use crate::hazards::footprint;
use crate::math;
use crate::network::Footprint;
use crate::network::LaneId;
use crate::network::PlaceId;
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
    let (sectors, plants) = (body.names("sectors", problems), body.names("plants", problems));
    let content_above = body.share("content_above", problems);
    let form = form::read(&mut body, entry, baseline.network.clock, problems);
    body.finish(&Key::names(KEYS), problems);
    select.places = Some(imposer?);
    let spared = footprint::places(except, baseline, problems);
    let named = Named::resolve(sectors, plants, baseline, problems);
    let footprint = footprint::resolve(&select, baseline, problems)?;
    let (spared, named, form) = (spared?, named?, form?);
    let passes =
        |importer: PlaceId| spared.contains(&importer) || (everyone && footprint.places.contains(&importer));
    let form = match form {
        Written::Goods(form) => form,
        Written::Technology => {
            let technology = Technology::new(&footprint, passes, entry, baseline, problems)?;
            return Some(Box::new(technology));
        }
    };
    let scope = Scope { footprint: &footprint, baseline };
    let mut lanes = scope.lanes(&footprint.lanes, passes);
    if let Some(above) = content_above {
        let from = scope.origins();
        let made_of_it = content::origins_above(above, &from, entry, baseline, problems)?;
        let there = |lane: &usize| {
            let lane = &baseline.network.lanes[*lane];
            let to = baseline.network.destinations[lane.destination.index()].place;
            made_of_it.contains(&lane.origin.index())
                && footprint.importers.contains(&to)
                && !footprint.places.contains(&to)
        };
        let all: Vec<LaneId> = (0..baseline.network.lanes.len()).filter(there).map(LaneId::new).collect();
        lanes.extend(scope.lanes(&all, passes));
        lanes.sort_unstable();
        lanes.dedup();
    }
    if let (Some(named), false) = (&named, lanes.is_empty()) {
        named.keep_theirs(&mut lanes, baseline, problems)?;
    }
    if lanes.is_empty() {
        footprint::empty(entry, "no lane leaves its imposer for its importers with its materials", problems);
        return None;
    }
    let restriction = restrict(&lanes, form, named.as_ref(), &scope, problems)?;
    check(&restriction, entry, baseline, problems)?;
    Some(Box::new(restriction))
}

/// Who restricts what, to whom.
struct Scope<'a> {
    footprint: &'a Footprint,
    baseline: &'a Baseline,
}

impl Scope<'_> {
    fn importer(&self, lane: usize) -> PlaceId {
        let network = &self.baseline.network;
        network.destinations[network.lanes[lane].destination.index()].place
    }

    /// Those of `lanes` that go abroad, to importers that are not let pass.
    fn lanes(&self, lanes: &[LaneId], passes: impl Fn(PlaceId) -> bool) -> Vec<usize> {
        let network = &self.baseline.network;
        let abroad = lanes.iter().filter(|lane| !network.is_home(**lane)).map(|lane| lane.index());
        abroad.filter(|lane| !passes(self.importer(*lane))).collect()
    }

    /// The imposers' origins of the restricted materials, ascending.
    fn origins(&self) -> Vec<usize> {
        let ours = |id: &usize| {
            let origin = &self.baseline.network.origins[*id];
            self.footprint.places.contains(&origin.place)
                && self.footprint.materials.contains(&origin.material)
        };
        (0..self.baseline.network.origins.len()).filter(ours).collect()
    }
}

fn restrict(
    lanes: &[usize],
    form: Form,
    named: Option<&Named>,
    scope: &Scope<'_>,
    problems: &mut Problems,
) -> Option<ExportRestriction> {
    let baseline = scope.baseline;
    let network = &baseline.network;
    let abroad = |lane: &usize| !network.is_home(LaneId::new(*lane));
    let mut importers: Vec<PlaceId> = lanes.iter().map(|lane| scope.importer(*lane)).collect();
    importers.sort();
    importers.dedup();
    let mut origins: Vec<Imposing> = Vec::new();
    let mut restricted = Vec::new();
    for &lane in lanes {
        let origin = network.lanes[lane].origin.index();
        if origins.last().is_none_or(|last| last.origin != origin) {
            let side = &network.origins[origin];
            origins.push(Imposing {
                origin,
                capacity: capacity(origin, baseline),
                whole: side.lanes.clone().filter(abroad).all(|lane| lanes.binary_search(&lane).is_ok()),
            });
        }
        let unit = importers.binary_search(&scope.importer(lane)).expect("every lane's importer is listed");
        restricted.push(Restricted { lane, unit, origin: origins.len() - 1, flow: baseline.flow[lane] });
    }
    let passes = match &form {
        Form::Permit { permit, .. } => passes(permit, &importers, baseline, problems)?,
        Form::Quota(_) | Form::Tax { .. } => Vec::new(),
    };
    let end_use = named.map(|named| EndUse::new(named, &restricted, baseline));
    Some(ExportRestriction {
        units: footprint::codes(&importers, baseline),
        lanes: restricted,
        origins,
        form,
        passes,
        end_use,
    })
}

/// Importers, as indices, by what a licence lets pass to them: a place's own entry counts before its bloc's, then `rest`.
fn passes(
    permit: &Permit,
    importers: &[PlaceId],
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Vec<(f64, Picked)>> {
    let mut share = vec![0.0; importers.len()];
    let (mut named, mut sound) = (vec![usize::MAX; importers.len()], true);
    for (name, passes) in &permit.passes {
        if name.value == REST {
            let rest = share.iter_mut().zip(&named).filter(|(_, by)| **by == usize::MAX);
            rest.for_each(|(share, _)| *share = *passes);
            continue;
        }
        let Some(places) = footprint::places(Some(vec![name.clone()]), baseline, problems) else {
            sound = false;
            continue;
        };
        let hit = |unit: &usize| places.contains(&importers[*unit]);
        let units: Vec<usize> = (0..importers.len()).filter(hit).collect();
        if units.is_empty() {
            let targets = footprint::codes(importers, baseline).join(", ");
            let hint = Some(format!("its importers are {targets}"));
            problems.error(name.at, format!("passes: {:?} is none of the importers", name.value), hint);
            sound = false;
        }
        // The fewer places a name stands for, the more it says of each.
        for unit in units.into_iter().filter(|unit| places.len() < named[*unit]).collect::<Vec<usize>>() {
            named[unit] = places.len();
            share[unit] = *passes;
        }
    }
    let mut by_share: Vec<(f64, Picked)> = Vec::new();
    for (unit, share) in (0..).zip(&share) {
        match by_share.iter_mut().find(|(known, _)| known == share) {
            Some((_, units)) => {
                units.insert(unit as usize);
            }
            None => by_share.push((*share, Picked::from_iter([unit]))),
        }
    }
    sound.then_some(by_share)
}

/// What a form asks of the lanes.
fn check(
    restriction: &ExportRestriction,
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<()> {
    if let Form::Quota(quota) = &restriction.form {
        if matches!(quota.size, Size::PerYear(_)) {
            one_material(restriction, entry, baseline, problems)?;
        }
        let in_part = entry.sample.is_some() || restriction.origins.iter().any(|origin| !origin.whole);
        if quota.carry_over > 0.0 && in_part {
            let name = &entry.name.value;
            let message = format!("hazard {name:?}: carry_over needs a quota on all that leaves its origins");
            let hint = "drop carry_over, or importers, except and sample".to_string();
            problems.error(entry.at, message, Some(hint));
            return None;
        }
    }
    if math::sum(&restriction.lanes.iter().map(|lane| lane.flow).collect::<Vec<f64>>()) == 0.0 {
        let message = format!("hazard {:?} restricts lanes on which nothing flows", entry.name.value);
        problems.warning(entry.at, message, Some("the baseline has no such trade".to_string()));
    }
    Some(())
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
