//! Order of materials: inputs before outputs.

use std::collections::BTreeSet;

/// Puts materials in tier order; gives their indices in `names`, first tier first.
///
/// `inputs` are pairs (input, output) of recipes, `hosts` pairs (material of the host, material of the by-product).
/// Of the materials whose inputs and hosts are all placed, the first by name comes next; if there is none, hosts
/// don't count. If recipes go round (scrap, own use), the circle nearest to the mines is cut where most inputs are
/// placed already, ties by name: the inputs of that material that are not placed yet point back.
/// The order of the rows plays no part.
pub(super) fn order(
    names: &[&str],
    inputs: &BTreeSet<(usize, usize)>,
    hosts: &BTreeSet<(usize, usize)>,
) -> Vec<usize> {
    let mut left: BTreeSet<(&str, usize)> = names.iter().enumerate().map(|(m, name)| (*name, m)).collect();
    let mut placed = vec![false; names.len()];
    let mut order = Vec::with_capacity(names.len());
    while !left.is_empty() {
        let waits = |m: usize, edges: &BTreeSet<(usize, usize)>| {
            edges.iter().any(|&(from, to)| to == m && from != m && !placed[from])
        };
        let free = left.iter().find(|(_, m)| !waits(*m, inputs) && !waits(*m, hosts));
        let free = free.or_else(|| left.iter().find(|(_, m)| !waits(*m, inputs)));
        let next = match free {
            Some(next) => *next,
            None => cut(&left, inputs, &placed),
        };
        left.remove(&next);
        placed[next.1] = true;
        order.push(next.1);
    }
    order
}

/// Where a circle is cut: in one that waits for nothing outside it, where most inputs are placed.
fn cut<'a>(
    left: &BTreeSet<(&'a str, usize)>,
    inputs: &BTreeSet<(usize, usize)>,
    placed: &[bool],
) -> (&'a str, usize) {
    let waited_for: Vec<BTreeSet<usize>> = (0..placed.len()).map(|m| ancestors(m, inputs, placed)).collect();
    let in_first_circle = |m: usize| waited_for[m].iter().all(|other| waited_for[*other].contains(&m));
    let n_placed = |m: usize| inputs.iter().filter(|(from, to)| *to == m && placed[*from]).count();
    let candidates = left.iter().filter(|(_, m)| in_first_circle(*m));
    *candidates
        .min_by_key(|(name, m)| (std::cmp::Reverse(n_placed(*m)), *name))
        .expect("a finite graph without a free node has a circle that waits for nothing outside it")
}

/// Materials not placed that a material waits for, itself included if it is on a circle.
fn ancestors(material: usize, inputs: &BTreeSet<(usize, usize)>, placed: &[bool]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![material];
    while let Some(at) = open.pop() {
        for &(from, to) in inputs {
            if to == at && !placed[from] && found.insert(from) {
                open.push(from);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::order;
    use std::collections::BTreeSet;

    fn ordered(names: &[&'static str], inputs: &[(&str, &str)], hosts: &[(&str, &str)]) -> Vec<&'static str> {
        let index = |name: &str| names.iter().position(|n| *n == name).unwrap();
        let pairs = |edges: &[(&str, &str)]| -> BTreeSet<(usize, usize)> {
            edges.iter().map(|(from, to)| (index(from), index(to))).collect()
        };
        order(names, &pairs(inputs), &pairs(hosts)).into_iter().map(|m| names[m]).collect()
    }

    #[test]
    fn inputs_come_before_outputs_and_ties_go_by_name() {
        let inputs = [("ore", "metal"), ("acid", "metal"), ("metal", "alloy")];
        assert_eq!(
            ordered(&["alloy", "metal", "ore", "acid"], &inputs, &[]),
            ["acid", "ore", "metal", "alloy"]
        );
    }

    #[test]
    fn hosts_come_before_by_products_unless_recipes_say_otherwise() {
        assert_eq!(ordered(&["cobalt", "copper"], &[], &[("copper", "cobalt")]), ["copper", "cobalt"]);
        let inputs = [("cobalt", "copper")];
        assert_eq!(ordered(&["cobalt", "copper"], &inputs, &[("copper", "cobalt")]), ["cobalt", "copper"]);
    }

    #[test]
    fn a_scrap_circle_is_cut_where_most_inputs_are_placed() {
        let inputs = [("ore", "zinc"), ("scrap", "zinc"), ("zinc", "can"), ("can", "scrap"), ("can", "box")];
        let names = ["box", "can", "ore", "scrap", "zinc"];
        assert_eq!(ordered(&names, &inputs, &[]), ["ore", "zinc", "can", "box", "scrap"]);
    }

    #[test]
    fn what_lies_behind_a_circle_waits_for_it() {
        let inputs = [("x", "y"), ("y", "x"), ("x", "a")];
        assert_eq!(ordered(&["a", "x", "y"], &inputs, &[]), ["x", "a", "y"]);
    }

    #[test]
    fn own_use_does_not_hold_a_material_back() {
        assert_eq!(ordered(&["b", "a"], &[("b", "b"), ("b", "a")], &[]), ["b", "a"]);
    }
}
