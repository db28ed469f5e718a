//! The content rule: how much of the value of what is made abroad is the imposer's material.

use crate::baseline::Baseline;
use crate::hazards::footprint;
use crate::network::MaterialId;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// Recipes that point back feed a tier's content into an earlier one: the passes after which the rest, which shrinks by the
/// share of scrap each time, is below rounding.
const PASSES: usize = 64;

/// Origins abroad whose goods hold more than `above` of their value in what `restricted` origins make, ascending.
///
/// The value in a unit of output is Σ A · value in a unit of input, over the plants of the origin by output; in a unit of
/// what a destination uses it is the mean over its lanes by weight; a restricted origin's goods count in full.
/// Computed once, from the baseline's recipes and flows and the reference prices.
pub(super) fn origins_above(
    above: f64,
    restricted: &[usize],
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<Vec<usize>> {
    let network = &baseline.network;
    let price = |material: MaterialId| network.materials[material.index()].reference_price;
    let mut unpriced: Vec<MaterialId> =
        restricted.iter().map(|origin| network.origins[*origin].material).collect();
    unpriced.retain(|material| price(*material).is_none());
    let value = values(restricted, baseline);
    let holds = |origin: &usize| value[*origin] > 0.0 && restricted.binary_search(origin).is_err();
    let abroad: Vec<usize> = (0..network.origins.len()).filter(holds).collect();
    unpriced.extend(abroad.iter().map(|o| network.origins[*o].material).filter(|m| price(*m).is_none()));
    unpriced.sort();
    unpriced.dedup();
    if !unpriced.is_empty() {
        let codes: Vec<&str> =
            unpriced.iter().map(|material| network.materials[material.index()].code.as_str()).collect();
        let message =
            format!("hazard {:?}: content_above needs a price of {}", entry.name.value, codes.join(", "));
        problems.error(entry.at, message, Some("write reference_price_usd in materials.csv".to_string()));
        return None;
    }
    let share =
        |origin: &usize| price(network.origins[*origin].material).map_or(0.0, |price| value[*origin] / price);
    let found: Vec<usize> = abroad.into_iter().filter(|origin| share(origin) > above).collect();
    if found.is_empty() {
        footprint::empty(entry, "no goods made abroad hold that much of its materials", problems);
        return None;
    }
    Some(found)
}

/// USD of restricted goods in a unit of each origin's output.
fn values(restricted: &[usize], baseline: &Baseline) -> Vec<f64> {
    let network = &baseline.network;
    let mut of_origin = vec![0.0; network.origins.len()];
    for origin in restricted {
        let material = network.origins[*origin].material.index();
        // Without a price the entry is refused; any value above zero then finds what else has none.
        of_origin[*origin] = network.materials[material].reference_price.unwrap_or(1.0);
    }
    for _ in 0..PASSES {
        let mut at_destination = vec![0.0; network.destinations.len()];
        for (lane, weight) in network.lanes.iter().zip(&baseline.weight) {
            at_destination[lane.destination.index()] += weight * of_origin[lane.origin.index()];
        }
        let before = of_origin.clone();
        for (id, origin) in network.origins.iter().enumerate() {
            if restricted.binary_search(&id).is_ok() {
                continue;
            }
            let (mut held, mut made) = (0.0, 0.0);
            for plant in origin.plants.clone() {
                let output = baseline.output[plant];
                let inputs = network.plants[plant].inputs.iter();
                let in_unit = inputs.fold(0.0, |sum, input| {
                    sum + input.per_output * at_destination[input.destination.index()]
                });
                held += output * in_unit;
                made += output;
            }
            of_origin[id] = if made > 0.0 { held / made } else { 0.0 };
        }
        if of_origin == before {
            break;
        }
    }
    of_origin
}

#[cfg(test)]
mod tests {
    use super::origins_above;
    use crate::baseline::Baseline;
    use crate::baseline::balance;
    use crate::hazards::testing::entry;
    use crate::network::testing::Tables;
    use crate::scenario::Problems;

    /// AAA makes ore at 10 a tonne; BBB makes metal at 100 out of 4 t of it, CCC cells at 50 out of half a tonne of metal.
    fn chain() -> Baseline {
        let tables = Tables::new()
            .places(&["AAA", "BBB", "CCC"])
            .material("ore", "t")
            .material("metal", "t")
            .material("cell", "t")
            .plant("mine", "ore", "AAA", 90.0, 80.0)
            .plant("smelter", "metal", "BBB", 30.0, 20.0)
            .plant("works", "cell", "CCC", 50.0, 40.0)
            .recipe("metal", "ore", 4.0)
            .recipe("cell", "metal", 0.5)
            .consumer("cell", "CCC", "civil", 40.0);
        let mut baseline = balance(tables.network()).expect("supply meets use");
        for material in &mut baseline.network.materials {
            let price = match material.code.as_str() {
                "ore" => 10.0,
                "metal" => 100.0,
                _ => 50.0,
            };
            material.reference_price = Some(price);
        }
        baseline
    }

    fn found(above: f64, baseline: &Baseline) -> Result<Vec<usize>, String> {
        let mut problems = Problems::default();
        let found = origins_above(above, &[0], &entry("export_restriction", ""), baseline, &mut problems);
        found.ok_or_else(|| problems.list.iter().map(|problem| problem.message.as_str()).collect())
    }

    #[test]
    fn content_is_traced_through_tiers_by_value() {
        // 40 of the 100 that metal is worth is ore, and so are 20 of the 50 of a cell.
        let baseline = chain();
        assert_eq!(found(0.39, &baseline), Ok(vec![1, 2]));
        assert!(found(0.4, &baseline).unwrap_err().contains("touches nothing"), "not more than the share");
    }

    #[test]
    fn content_of_goods_without_a_price_is_refused_by_name() {
        let mut baseline = chain();
        baseline.network.materials[1].reference_price = None;
        let said = found(0.1, &baseline).unwrap_err();
        assert!(said.contains("a price of metal"), "{said}");
    }
}
