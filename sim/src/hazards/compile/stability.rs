//! Whether events that bring about events do so without end.

use super::{Drawn, MOST_EVENTS, expected_events};
use crate::scenario::Problems;
use crate::scenario::Scenario;

/// From here on the report warns: few runs have most of the events, and means converge slowly.
const NEAR: f64 = 0.9;
/// Rounding in the spectral radius; a branching matrix within it of 1 counts as 1.
const ROUNDING: f64 = 1e-12;
/// Iterations at most; the bounds close in geometrically.
const STEPS: usize = 100_000;

/// Refuses a branching matrix with a spectral radius of 1 or more, cycles of sure escalation, and too many events.
pub(super) fn check(scenario: &Scenario, hazards: &[Drawn], problems: &mut Problems) {
    if let Some(cycle) = sure_cycle(hazards) {
        let mut names: Vec<&str> = cycle.iter().map(|index| hazards[*index].name.as_str()).collect();
        names.push(names[0]);
        let message = format!("{}: each turns into the next for sure, without end", names.join(" -> "));
        let hint = Some("a probability below 1 ends the chain".to_string());
        problems.error(scenario.hazards[cycle[0]].at, message, hint);
        return;
    }
    let matrix = branching(hazards);
    let (radius, worst) = spectral_radius(&matrix);
    let Some(entry) = scenario.hazards.get(worst) else { return };
    let shown = (radius * 1e6).round() / 1e6;
    if !(radius < 1.0 - ROUNDING) {
        let message = format!(
            "hazard {:?}: events bring about events without end: the spectral radius of the branching matrix is {shown}",
            entry.name.value
        );
        let hint = "it must be below 1: lower extra_events (or the probability of escalations)".to_string();
        problems.error(entry.at, message, Some(hint));
        return;
    }
    if radius > NEAR {
        let all = (10.0 / (1.0 - radius)).round() / 10.0;
        let message = format!(
            "hazard {:?}: the spectral radius of the branching matrix is {shown}: one event brings about up to {all} in the \
             end, most of them in few runs",
            entry.name.value
        );
        problems.warning(entry.at, message, Some("means and tails need many runs".to_string()));
    }
    if radius > 0.0 {
        for ((entry, drawn), events) in scenario.hazards.iter().zip(hazards).zip(expected_events(hazards)) {
            if !(events <= MOST_EVENTS) {
                let message = format!("hazard {:?}: {events:.0} events are expected in a run", drawn.name);
                problems.error(entry.at, message, Some(format!("at most {MOST_EVENTS} in a run")));
            }
        }
    }
}

/// Events of each hazard that one event of another brings about at most, `[cause][effect]`.
fn branching(hazards: &[Drawn]) -> Vec<Vec<f64>> {
    let row = |drawn: &Drawn| {
        let mut row = vec![0.0; hazards.len()];
        for excites in &drawn.links.excites {
            row[excites.hazard] += excites.extra;
        }
        for next in &drawn.links.escalates {
            row[next.hazard] += next.probability;
        }
        row
    };
    hazards.iter().map(row).collect()
}

/// A cycle of escalations that are all sure.
fn sure_cycle(hazards: &[Drawn]) -> Option<Vec<usize>> {
    let sure = |index: usize| {
        let certain = hazards[index].links.escalates.iter().filter(|next| next.probability == 1.0);
        certain.map(|next| next.hazard)
    };
    // Depth first from each hazard; `path` is the way to the hazard looked at.
    fn follow(
        index: usize,
        path: &mut Vec<usize>,
        done: &mut [bool],
        next: &dyn Fn(usize) -> Vec<usize>,
    ) -> Option<Vec<usize>> {
        if let Some(from) = path.iter().position(|on_path| *on_path == index) {
            return Some(path[from..].to_vec());
        }
        if std::mem::replace(&mut done[index], true) {
            return None;
        }
        path.push(index);
        let found = next(index).into_iter().find_map(|to| follow(to, path, done, next));
        path.pop();
        found
    }
    let mut done = vec![false; hazards.len()];
    let next = |index: usize| sure(index).collect::<Vec<usize>>();
    (0..hazards.len()).find_map(|index| follow(index, &mut Vec::new(), &mut done, &next))
}

/// The spectral radius of a matrix without negative numbers, and an index where it is reached.
///
/// It is the largest of those of the strongly connected parts. On each the power iteration of 1 + M is bounded from both
/// sides by the smallest and largest growth of a component (Collatz 1942, Wielandt 1950).
fn spectral_radius(matrix: &[Vec<f64>]) -> (f64, usize) {
    let n = matrix.len();
    let mut reaches: Vec<Vec<bool>> =
        matrix.iter().map(|row| row.iter().map(|x| *x > 0.0).collect()).collect();
    for via in 0..n {
        for from in (0..n).filter(|from| *from != via) {
            if reaches[from][via] {
                for to in 0..n {
                    reaches[from][to] |= reaches[via][to];
                }
            }
        }
    }
    let mut largest = (0.0, 0);
    let mut seen = vec![false; n];
    for first in 0..n {
        let part: Vec<usize> = (first..n).filter(|to| reaches[first][*to] && reaches[*to][first]).collect();
        if seen[first] || part.is_empty() {
            continue;
        }
        part.iter().for_each(|index| seen[*index] = true);
        let radius = perron(matrix, &part);
        if radius > largest.0 {
            largest = (radius, first);
        }
    }
    largest
}

/// Spectral radius of the strongly connected part, from above.
fn perron(matrix: &[Vec<f64>], part: &[usize]) -> f64 {
    // Most hazards excite few others.
    let sparse = |row: &usize| {
        let row = part.iter().enumerate().map(|(to, column)| (to, matrix[*row][*column]));
        row.filter(|(_, number)| *number > 0.0).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<(usize, f64)>> = part.iter().map(sparse).collect();
    let mut x = vec![1.0; part.len()];
    let mut above = f64::INFINITY;
    for _ in 0..STEPS {
        let product =
            |row: &Vec<(usize, f64)>| row.iter().fold(0.0, |sum, (to, number)| sum + number * x[*to]);
        let y: Vec<f64> = rows.iter().zip(&x).map(|(row, own)| own + product(row)).collect();
        let growth = |(y, x): (&f64, &f64)| y / x - 1.0;
        let below = y.iter().zip(&x).map(growth).fold(f64::INFINITY, f64::min);
        above = y.iter().zip(&x).map(growth).fold(0.0, f64::max);
        let largest = y.iter().copied().fold(0.0, f64::max);
        x = y.into_iter().map(|y| y / largest).collect();
        if above - below <= ROUNDING * above {
            break;
        }
    }
    above
}

#[cfg(test)]
mod tests {
    use super::spectral_radius;

    #[test]
    fn the_radius_is_that_of_the_worst_part_of_the_matrix() {
        let radius =
            |rows: &[&[f64]]| spectral_radius(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>()).0;
        assert_eq!(radius(&[&[0.5, 0.5], &[0.5, 0.5]]), 1.0);
        assert!((radius(&[&[0.6, 0.7], &[0.7, 0.6]]) - 1.3).abs() < 1e-12);
        assert!((radius(&[&[0.0, 4.0], &[0.01, 0.0]]) - 0.2).abs() < 1e-12, "a cycle of two");
        assert_eq!(radius(&[&[0.0, 9.0], &[0.0, 0.0]]), 0.0, "a chain ends");
        let triangle = radius(&[&[0.3, 9.0, 0.0], &[0.0, 0.2, 9.0], &[0.0, 0.0, 0.4]]);
        assert!((triangle - 0.4).abs() < 1e-12);
        assert_eq!(spectral_radius(&[]), (0.0, 0));
    }
}
