//! Which inputs each plant takes, and which materials follow from which.

use super::names::Names;
use super::names::refuse_duplicate;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Recipes by the index of the plant's row; inputs by the index of the material's row.
pub(super) struct Recipes {
    /// Inputs of each plant row with units per unit of output, by input.
    pub(super) of_plant: Vec<BTreeMap<usize, f64>>,
    /// Pairs (input, output), of all plants.
    pub(super) edges: BTreeSet<(usize, usize)>,
}

/// Gives each plant its own recipe if one is written for it, else that of its output.
///
/// `made` is the material of each plant row, `None` where it is unknown.
pub(super) fn assign(
    scenario: &Scenario,
    materials: &Names,
    plants: &Names,
    made: &[Option<usize>],
    problems: &mut Problems,
) -> Recipes {
    let mut general: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
    let mut own: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
    let mut seen = BTreeMap::new();
    for row in &scenario.recipes {
        let output = materials.find("", &row.output, problems);
        let input = materials.find("", &row.input, problems);
        let plant = match &row.plant {
            Some(name) => match plants.find("", name, problems) {
                Some(plant) => Some(plant),
                None => continue,
            },
            None => None,
        };
        let (Some(output), Some(input)) = (output, input) else { continue };
        if let Some(first) = seen.insert((output, input, plant), row.at) {
            let what = format!("the recipe {:?} from {:?}", row.output.value, row.input.value);
            refuse_duplicate(first, row.at, &what, problems);
            continue;
        }
        match (plant, &row.plant) {
            (Some(plant), Some(name)) if made[plant].is_some_and(|made| made != output) => {
                let makes = &scenario.plants[plant].material.value;
                let message = format!("plant {:?} makes {makes:?}, not {:?}", name.value, row.output.value);
                problems.error(name.at, message, Some(format!("write {makes:?} as the output")));
            }
            (Some(plant), _) => {
                own.entry(plant).or_default().insert(input, row.per_output);
            }
            (None, _) => {
                general.entry(output).or_default().insert(input, row.per_output);
            }
        }
    }
    let mut edges = BTreeSet::new();
    let mut of_plant = Vec::with_capacity(made.len());
    for (plant, made) in made.iter().enumerate() {
        let recipe = own.get(&plant).or_else(|| made.and_then(|made| general.get(&made)));
        let recipe = recipe.cloned().unwrap_or_default();
        edges.extend(made.iter().flat_map(|made| recipe.keys().map(|input| (*input, *made))));
        of_plant.push(recipe);
    }
    Recipes { of_plant, edges }
}
