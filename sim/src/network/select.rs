//! From written patterns to ids.

use super::names::composed;
use super::{ConsumerId, LaneId, MaterialId, Network, OriginId, PlaceId, PlantId};
use crate::scenario::At;
use crate::scenario::Problems;
use crate::scenario::Selector;
use crate::scenario::nearest;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The keys of a footprint that a kind may offer; each a list of names, blocs or globs.
#[derive(Clone, Debug, Default)]
pub struct Select {
    /// `places`
    pub places: Option<Vec<At<String>>>,
    /// `materials`
    pub materials: Option<Vec<At<String>>>,
    /// `tiers`
    pub tiers: Option<Vec<At<String>>>,
    /// `plants`
    pub plants: Option<Vec<At<String>>>,
    /// `owners`
    pub owners: Option<Vec<At<String>>>,
    /// `importers`
    pub importers: Option<Vec<At<String>>>,
    /// `sectors`
    pub sectors: Option<Vec<At<String>>>,
    /// `chokepoints`
    pub chokepoints: Option<Vec<At<String>>>,
}

/// What a selection comes to, all ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Footprint {
    /// Places named by `places`, or all.
    pub places: Vec<PlaceId>,
    /// Places named by `importers`, or all.
    pub importers: Vec<PlaceId>,
    /// Materials named by `materials` and `tiers`, or all.
    pub materials: Vec<MaterialId>,
    /// Plants of those materials in those places, by name and owner where given.
    pub plants: Vec<PlantId>,
    /// Chokepoints named, or all, as indices of [`Network::chokepoints`].
    pub chokepoints: Vec<usize>,
    /// Lanes of those materials from those places to those importers, home lanes included; where chokepoints are named,
    /// only those that cross one of them.
    pub lanes: Vec<LaneId>,
    /// Consumers of those materials in those places, by sector where given.
    pub consumers: Vec<ConsumerId>,
}

impl Select {
    /// Resolves the patterns; one that fits nothing is a problem with the nearest name.
    ///
    /// Keys narrow each other: plants of `materials` in `places` by `owners`. A key that is left out does not narrow.
    /// Where places are asked for, a bloc stands for its members.
    pub fn resolve(&self, network: &Network, problems: &mut Problems) -> Footprint {
        let place_ids = 0..network.places.len();
        let codes = network.places.iter().enumerate().map(|(id, place)| (place.code.as_str(), vec![id]));
        let ids = |places: &[PlaceId]| places.iter().map(|place| place.index()).collect();
        let blocs = network.blocs.iter().map(|(bloc, places)| (bloc.as_str(), ids(places)));
        let place_names: Vec<(&str, Vec<usize>)> = codes.chain(blocs).collect();
        let places_of = |patterns: &Option<Vec<At<String>>>, problems: &mut Problems| match patterns {
            Some(patterns) => matching("place or bloc", patterns, &place_names, problems),
            None => place_ids.clone().collect(),
        };
        let places = places_of(&self.places, problems);
        let importers = places_of(&self.importers, problems);
        let owners = places_of(&self.owners, problems);
        let materials = self.materials(network, problems);

        let plant_names =
            network.plants.iter().enumerate().map(|(id, plant)| (plant.name.as_str(), vec![id]));
        let named = pick("plant", &self.plants, plant_names.collect(), problems);
        let sector_names = network.sectors.iter().enumerate().map(|(id, sector)| (sector.as_str(), vec![id]));
        let sectors = pick("sector", &self.sectors, sector_names.collect(), problems);

        let crossed = network
            .chokepoints
            .iter()
            .enumerate()
            .map(|(id, chokepoint)| (chokepoint.code.as_str(), vec![id]));
        let chokepoints = pick("chokepoint", &self.chokepoints, crossed.collect(), problems);
        let crosses = |ids: &[usize]| ids.iter().any(|id| chokepoints.contains(id));

        let at_origin = |origin: OriginId| {
            let origin = &network.origins[origin.index()];
            materials.contains(&origin.material.index()) && places.contains(&origin.place.index())
        };
        let plants = network.plants.iter().enumerate().filter(|(id, plant)| {
            named.contains(id) && owners.contains(&plant.owner.index()) && at_origin(plant.origin)
        });
        let lanes = network.lanes.iter().enumerate().filter(|(_, lane)| {
            let to = network.destinations[lane.destination.index()].place;
            let through = self.chokepoints.is_none() || crosses(&lane.chokepoints);
            at_origin(lane.origin) && importers.contains(&to.index()) && through
        });
        let consumers = network.consumers.iter().enumerate().filter(|(_, consumer)| {
            let at = &network.destinations[consumer.destination.index()];
            let there = materials.contains(&at.material.index()) && places.contains(&at.place.index());
            there && sectors.contains(&consumer.sector)
        });
        Footprint {
            plants: plants.map(|(id, _)| PlantId::new(id)).collect(),
            lanes: lanes.map(|(id, _)| LaneId::new(id)).collect(),
            consumers: consumers.map(|(id, _)| ConsumerId::new(id)).collect(),
            chokepoints: chokepoints.into_iter().collect(),
            places: places.into_iter().map(PlaceId::new).collect(),
            importers: importers.into_iter().map(PlaceId::new).collect(),
            materials: materials.into_iter().map(MaterialId::new).collect(),
        }
    }

    /// Materials that `materials` and `tiers` both allow.
    fn materials(&self, network: &Network, problems: &mut Problems) -> BTreeSet<usize> {
        let names =
            network.materials.iter().enumerate().map(|(id, material)| (material.code.as_str(), vec![id]));
        let named = pick("material", &self.materials, names.collect(), problems);
        let mut tiers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (id, material) in network.materials.iter().enumerate() {
            tiers.entry(material.tier.as_str()).or_default().push(id);
        }
        let Some(patterns) = &self.tiers else { return named };
        let tiers: Vec<(&str, Vec<usize>)> = tiers.into_iter().collect();
        let of_tier = matching("tier", patterns, &tiers, problems);
        let both: BTreeSet<usize> = named.intersection(&of_tier).copied().collect();
        if let (true, Some(pattern)) =
            (both.is_empty() && !named.is_empty() && !of_tier.is_empty(), patterns.first())
        {
            let message = format!("no material of `materials` is of tier {:?}", pattern.value);
            problems.error(
                pattern.at,
                message,
                Some("`materials` and `tiers` must both fit a material".to_string()),
            );
        }
        both
    }
}

/// Ids under the names that fit any of the patterns; all ids if there are none.
fn pick(
    noun: &str,
    patterns: &Option<Vec<At<String>>>,
    names: Vec<(&str, Vec<usize>)>,
    problems: &mut Problems,
) -> BTreeSet<usize> {
    match patterns {
        Some(patterns) => matching(noun, patterns, &names, problems),
        None => names.into_iter().flat_map(|(_, ids)| ids).collect(),
    }
}

fn matching(
    noun: &str,
    patterns: &[At<String>],
    names: &[(&str, Vec<usize>)],
    problems: &mut Problems,
) -> BTreeSet<usize> {
    let mut ids = BTreeSet::new();
    for pattern in patterns {
        let selector = Selector { pattern: At { value: composed(pattern), at: pattern.at } };
        let mut fits = names.iter().filter(|(name, _)| selector.matches(name)).peekable();
        if fits.peek().is_none() {
            let hint = nearest(pattern, names.iter().map(|(name, _)| *name));
            let hint = hint.map(|name| format!("did you mean {name:?}?"));
            let hint = hint.or_else(|| Some(format!("there are: {}", some_of(names))));
            problems.error(pattern.at, format!("no {noun} {:?}", pattern.value), hint);
        }
        ids.extend(fits.flat_map(|(_, ids)| ids));
    }
    ids
}

/// The first names, for a hint: a list of hundreds helps nobody.
fn some_of(names: &[(&str, Vec<usize>)]) -> String {
    let shown: Vec<&str> = names.iter().take(8).map(|(name, _)| *name).collect();
    let more = if names.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Tables;
    use super::{Footprint, Select};
    use crate::network::{ConsumerId, LaneId, MaterialId, PlaceId, PlantId};
    use crate::scenario::Problems;

    fn resolved(
        fill: impl Fn(&mut Select, &mut dyn FnMut(&[&str]) -> Option<Vec<super::At<String>>>),
    ) -> (Footprint, Problems) {
        let mut tables = Tables::new()
            .places(&["A", "B", "C"])
            .bloc("ABC", &["A", "B", "C"])
            .bloc("BC", &["B", "C"])
            .material("co_metal", "t")
            .material("co_ore", "t")
            .plant("mine", "co_ore", "A", 10.0, None)
            .plant("refinery", "co_metal", "B", 10.0, None)
            .recipe("co_metal", "co_ore", 1.0)
            .consumer("co_metal", "A", "civil", 1.0)
            .consumer("co_metal", "C", "defence", 1.0);
        let network = tables.network();
        let mut select = Select::default();
        fill(&mut select, &mut |names| Some(names.iter().map(|name| tables.at(name.to_string())).collect()));
        let mut problems = Problems::default();
        (select.resolve(&network, &mut problems), problems)
    }

    #[test]
    fn nothing_written_is_everything() {
        let (all, problems) = resolved(|_, _| {});
        assert!(problems.list.is_empty());
        assert_eq!((all.places.len(), all.importers.len(), all.materials.len()), (3, 3, 2));
        assert_eq!((all.plants.len(), all.lanes.len(), all.consumers.len()), (2, 3, 2));
    }

    #[test]
    fn keys_narrow_each_other_and_blocs_stand_for_their_members() {
        let (found, problems) = resolved(|select, names| {
            select.places = names(&["BC"]);
            select.materials = names(&["co_m*"]);
            select.importers = names(&["C"]);
        });
        assert!(problems.list.is_empty());
        assert_eq!(found.places, [PlaceId(1), PlaceId(2)]);
        assert_eq!(found.materials, [MaterialId(1)]);
        assert_eq!(found.plants, [PlantId(1)]);
        assert_eq!(found.lanes, [LaneId(2)]);
        assert_eq!(found.consumers, [ConsumerId(1)]);
    }

    #[test]
    fn a_pattern_that_fits_nothing_is_a_problem_with_the_nearest_name() {
        let (_, problems) = resolved(|select, names| {
            select.plants = names(&["mime", "refinery"]);
            select.sectors = names(&["x?"]);
        });
        let said: Vec<(&str, &str)> =
            problems.list.iter().map(|p| (p.message.as_str(), p.hint.as_deref().unwrap())).collect();
        let expected = [
            ("no plant \"mime\"", "did you mean \"mine\"?"),
            ("no sector \"x?\"", "there are: civil, defence"),
        ];
        assert_eq!(said, expected);
    }
}
