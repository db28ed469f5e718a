//! What a common cause hits at once.

use crate::baseline::Baseline;
use crate::hazards::footprint;
use crate::network::PlaceId;
use crate::network::PlantId;
use crate::network::Position;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;
use crate::scenario::nearest;

/// How far a cause reaches.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// One plant.
    Single,
    /// Every plant of the footprint.
    All,
    /// The plants of a place.
    Place,
    /// The plants of a bloc.
    Bloc,
    /// The plants within a circle.
    Radius {
        /// km.
        radius: f64,
        /// Its centre with its name; `None`: each plant in turn.
        around: Option<(String, Position)>,
    },
}

/// What an event can hit.
pub(super) struct Groups {
    pub(super) names: Vec<String>,
    /// As indices into the footprint's plants, ascending.
    pub(super) plants: Vec<Vec<usize>>,
    /// How many of them an event hits; `None`: all.
    pub(super) sample: Option<usize>,
}

/// Reads `common`, `radius_km` and `around`.
pub(super) fn read(body: &mut Body<'_>, baseline: &Baseline, problems: &mut Problems) -> Option<Cause> {
    let options =
        [("none", Cause::Single), ("all", Cause::All), ("place", Cause::Place), ("bloc", Cause::Bloc)];
    if body.says("common", "radius") {
        body.required("radius_km", "radius_km = 50", problems);
        let radius = body.positive("radius_km", problems);
        let around = match body.has("around") {
            true => Some(centre(body, baseline, problems)?),
            false => None,
        };
        let named = |(name, at): (String, Position), km: f64| (format!("{km} km around {name}"), at);
        return radius
            .map(|radius| Cause::Radius { radius, around: around.map(|around| named(around, radius)) });
    }
    for key in ["radius_km", "around"] {
        if !body.has(key) {
            continue;
        }
        let hint = Some("write common = \"radius\"".to_string());
        body.error(key, "has no effect without a radius", hint, problems);
        body.value(key);
    }
    if !body.has("common") {
        return Some(Cause::Single);
    }
    let names: Vec<(&str, Option<Cause>)> =
        options.into_iter().map(|(name, cause)| (name, Some(cause))).chain([("radius", None)]).collect();
    body.choice("common", &names, problems).flatten()
}

/// The plant or the point that `around` names.
fn centre(body: &mut Body<'_>, baseline: &Baseline, problems: &mut Problems) -> Option<(String, Position)> {
    let is_text = body.value("around").is_some_and(|value| value.get_ref().is_str());
    if !is_text {
        let point = body.numbers("around", problems)?;
        let degrees: Vec<f64> = point.iter().map(|number| number.value).collect();
        return match degrees[..] {
            [latitude, longitude] if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
                Some((format!("{latitude}, {longitude}"), Position { latitude, longitude }))
            }
            _ => {
                let hint = Some("write around = [60.2, 24.9]: -90 to 90, -180 to 180".to_string());
                body.error("around", "is no latitude and longitude", hint, problems);
                None
            }
        };
    }
    let name = body.text("around", problems)?;
    let plants = &baseline.network.plants;
    let Some(plant) = plants.iter().find(|plant| plant.name == name.value) else {
        let near = nearest(&name, plants.iter().map(|plant| plant.name.as_str()));
        let hint = near.map(|name| format!("did you mean {name:?}?"));
        problems.error(name.at, format!("no plant {:?}", name.value), hint);
        return None;
    };
    if plant.position.is_none() {
        body.error("around", "this plant has no latitude and longitude", Some(WHERE.to_string()), problems);
    }
    plant.position.map(|position| (name.value, position))
}

const WHERE: &str = "write them in plants.csv, or in places.csv for all plants of a place";

impl Cause {
    /// The groups of plants that an event of this cause can hit; `places` is the key as written.
    pub(super) fn groups(
        &self,
        plants: &[PlantId],
        places: Option<&[At<String>]>,
        entry: &HazardEntry,
        baseline: &Baseline,
        problems: &mut Problems,
    ) -> Option<Groups> {
        let network = &baseline.network;
        let named = |plant: &PlantId| network.plants[plant.index()].name.clone();
        let place = |plant: &PlantId| network.origins[network.plants[plant.index()].origin.index()].place;
        let of = |there: &dyn Fn(&PlantId) -> bool| -> Vec<usize> {
            (0..plants.len()).filter(|index| there(&plants[*index])).collect()
        };
        let (names, groups): (Vec<String>, Vec<Vec<usize>>) = match self {
            Cause::Single | Cause::All => {
                plants.iter().enumerate().map(|(index, plant)| (named(plant), vec![index])).unzip()
            }
            Cause::Place => {
                let mut there: Vec<PlaceId> = plants.iter().map(place).collect();
                there.sort();
                there.dedup();
                let code = |id: &PlaceId| network.places[id.index()].code.clone();
                there.iter().map(|id| (code(id), of(&|plant| place(plant) == *id))).unzip()
            }
            Cause::Bloc => {
                let is_named =
                    |bloc: &str| places.is_some_and(|names| names.iter().any(|name| name.value == bloc));
                let any_named = network.blocs.iter().any(|(bloc, _)| is_named(bloc));
                let counts = network.blocs.iter().filter(|(bloc, _)| !any_named || is_named(bloc));
                counts
                    .map(|(bloc, members)| (bloc.clone(), of(&|plant| members.contains(&place(plant)))))
                    .filter(|(_, group)| !group.is_empty())
                    .unzip()
            }
            Cause::Radius { radius, around } => {
                let positions = positions(plants, entry, baseline, problems)?;
                let within = |centre: Position| -> Vec<usize> {
                    (0..plants.len())
                        .filter(|index| positions[*index].distance_km(centre) <= *radius)
                        .collect()
                };
                match around {
                    Some((name, centre)) => std::iter::once((name.clone(), within(*centre)))
                        .filter(|(_, group)| !group.is_empty())
                        .unzip(),
                    None => {
                        plants.iter().zip(&positions).map(|(plant, at)| (named(plant), within(*at))).unzip()
                    }
                }
            }
        };
        if names.is_empty() {
            footprint::empty(entry, "no plant of its keys stands in such a bloc or circle", problems);
            return None;
        }
        let sample = if matches!(self, Cause::All) { None } else { Some(1) };
        Some(Groups { names, plants: groups, sample })
    }
}

/// Where the plants stand; a problem that names those of which it is not said.
fn positions(
    plants: &[PlantId],
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Vec<Position>> {
    let of = |plant: &PlantId| &baseline.network.plants[plant.index()];
    let lost: Vec<&str> = plants
        .iter()
        .map(of)
        .filter(|plant| plant.position.is_none())
        .map(|plant| plant.name.as_str())
        .collect();
    if !lost.is_empty() {
        let message = format!(
            "hazard {:?}: no latitude and longitude of {}",
            entry.name.value,
            lost.iter().take(8).copied().collect::<Vec<&str>>().join(", ")
        );
        problems.error(entry.at, message, Some(WHERE.to_string()));
    }
    plants.iter().map(|plant| of(plant).position).collect()
}
