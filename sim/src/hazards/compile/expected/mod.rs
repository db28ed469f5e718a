//! Expected numbers of events: the means of the process, by integration over time instead of sampling.
//!
//! The rate of every hazard in the mean follows
//!
//! r_B(t) = own_B(t) + Σ_A ∫ α_AB β_AB e^(−β_AB (t − s)) r_A(s) ds + Σ_A p_AB ∫ S_A(t − s) r_A(s) dF_AB(t − s),
//!
//! with own_B the rate in the mean over regimes (or renewals, dates, rows), F the law of an escalation's delay and S the
//! probability that the event is still under way, renewals and settlements included. Solved on a grid of equal cells, the
//! exponentials exactly.

mod left_out;
mod lasting;

pub use left_out::left_out;

use super::{Drawn, Times};
use crate::hazards::Regime;
use crate::math::exp;
use crate::random::Law;
use crate::scenario::GapFrom;

/// Cells of the horizon: the error of a mean is of the order of (cell / decay time)² / 12.
const CELLS: usize = 1024;
/// Sweeps within a cell at most; each shortens the rest by what one cell's events bring about within it.
const SWEEPS: usize = 100;

/// Expected number of events of each hazard that begin in the horizon: of a catalogue, the mean over the runs that it lists.
///
/// What has no simple mean is missing: [`left_out`] names it.
pub fn expected_events(hazards: &[Drawn]) -> Vec<f64> {
    let Some(first) = hazards.first() else { return Vec::new() };
    let width = first.shape.horizon() / CELLS as f64;
    let own: Vec<Vec<f64>> = hazards.iter().map(|drawn| own(drawn, width)).collect();
    let mut edges = edges(hazards, width);
    let escalations = escalations(hazards, width);
    let unsettled = lasting::unsettled(hazards, &own);
    let mut counts = own;
    if edges.is_empty() && escalations.is_empty() {
        return counts.iter().map(|cells| crate::math::sum(cells)).collect();
    }
    for cell in 0..CELLS {
        // What earlier cells bring about is known; what this cell does within itself is found by sweeps.
        let mut known: Vec<f64> = counts.iter().map(|cells| cells[cell]).collect();
        for edge in &edges {
            known[edge.to] += edge.level * edge.held;
        }
        for (from, to, kernel) in &escalations {
            let unsettled = |lag: usize| match &unsettled[*from] {
                Some(left) => exp(left[cell] - left[cell - lag]),
                None => 1.0,
            };
            let born = |lag: usize| kernel[lag] * unsettled(lag) * counts[*from][cell - lag];
            known[*to] += (1..=cell).fold(0.0, |sum, lag| sum + born(lag));
        }
        let mut here = known.clone();
        for _ in 0..SWEEPS {
            let mut next = known.clone();
            for edge in &edges {
                next[edge.to] += here[edge.from] * edge.within;
            }
            for (from, to, kernel) in &escalations {
                next[*to] += here[*from] * kernel[0];
            }
            let same = next == here;
            here = next;
            if same {
                break;
            }
        }
        for edge in &mut edges {
            edge.level = edge.level * edge.fade + here[edge.from] / width * edge.alpha * (1.0 - edge.fade);
        }
        for (cells, count) in counts.iter_mut().zip(here) {
            cells[cell] = count;
        }
    }
    counts.iter().map(|cells| crate::math::sum(cells)).collect()
}

/// One entry of the branching matrix.
struct Edge {
    from: usize,
    to: usize,
    alpha: f64,
    /// Mean rate that it adds at the start of the cell.
    level: f64,
    /// e^(−β · cell)
    fade: f64,
    /// ∫ e^(−β t) over a cell.
    held: f64,
    /// Events that those of a cell bring about within it.
    within: f64,
}

fn edges(hazards: &[Drawn], width: f64) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (from, drawn) in hazards.iter().enumerate() {
        for excites in &drawn.links.excites {
            let (alpha, beta) = (excites.extra, excites.decay);
            let fade = exp(-beta * width);
            let held = -crate::math::exp_m1(-beta * width) / beta;
            let before = before_the_start(drawn);
            let level =
                before.iter().fold(0.0, |sum, (time, mean)| sum + mean * alpha * beta * exp(beta * time));
            edges.push(Edge {
                from,
                to: excites.hazard,
                alpha,
                level,
                fade,
                held,
                within: alpha * (1.0 - held / width),
            });
        }
    }
    edges
}

/// Events before time 0, each with its mean number.
fn before_the_start(drawn: &Drawn) -> Vec<(f64, f64)> {
    let mut times: Vec<(f64, f64)> = drawn.links.past.iter().map(|time| (*time, 1.0)).collect();
    times.extend(listed(drawn).into_iter().filter(|(time, _)| *time < 0.0));
    times
}

/// Starts that the scenario gives, each with its mean number over runs.
fn listed(drawn: &Drawn) -> Vec<(f64, f64)> {
    match &drawn.onset {
        Times::Scheduled(dates) => dates.iter().map(|date| (drawn.shape.years_until(*date), 1.0)).collect(),
        Times::Catalogue(events) => {
            let mut runs: Vec<u64> = events.iter().map(|event| event.run).collect();
            runs.dedup();
            let share = 1.0 / runs.len().max(1) as f64;
            events.iter().map(|event| (event.start, share)).collect()
        }
        _ => Vec::new(),
    }
}

/// Expected events by cell that no other event brings about.
fn own(drawn: &Drawn, width: f64) -> Vec<f64> {
    let mut cells = vec![0.0; CELLS];
    match &drawn.onset {
        Times::Poisson { per_year } => {
            cells.fill(per_year * width);
            for modulation in &drawn.links.regimes {
                let states = occupation(&modulation.regime, width);
                for (cell, pair) in cells.iter_mut().zip(states.windows(2)) {
                    *cell *=
                        0.5 * (mean(&pair[0], &modulation.factors) + mean(&pair[1], &modulation.factors));
                }
            }
        }
        Times::Enters { regime, state } => {
            let into: Vec<f64> = regime.per_year.iter().map(|row| row[*state]).collect();
            let states = occupation(regime, width);
            for (cell, pair) in cells.iter_mut().zip(states.windows(2)) {
                *cell = 0.5 * width * (mean(&pair[0], &into) + mean(&pair[1], &into));
            }
        }
        Times::Renewal { gap, unit, from } => renewals(drawn, gap, *unit, *from, width, &mut cells),
        Times::Scheduled(_) | Times::Catalogue(_) => {
            for (time, mean) in listed(drawn).into_iter().filter(|(time, _)| *time >= 0.0) {
                if let Some(cell) = cells.get_mut((time / width) as usize) {
                    *cell += mean;
                }
            }
        }
    }
    cells
}

fn mean(shares: &[f64], values: &[f64]) -> f64 {
    shares.iter().zip(values).fold(0.0, |sum, (share, value)| sum + share * value)
}

/// The renewal equation: the first gap from time 0, later ones after the events before.
fn renewals(drawn: &Drawn, gap: &Law, unit: f64, from: GapFrom, width: f64, cells: &mut [f64]) {
    let gaps = lasting::cells(gap, unit, width);
    let kernel = match (from, &drawn.duration) {
        (GapFrom::Start, _) => gaps,
        // An event without end is followed by none.
        (GapFrom::End, None) => vec![0.0; CELLS],
        (GapFrom::End, Some(law)) => lasting::sums(&lasting::ends(drawn, law, width), &gaps),
    };
    for cell in 0..CELLS {
        let start = cell as f64 * width;
        let first = gap.cdf((start + width) / unit) - if cell == 0 { 0.0 } else { gap.cdf(start / unit) };
        let later = (1..=cell).fold(0.0, |sum, lag| sum + kernel[lag] * cells[cell - lag]);
        cells[cell] = (first + later) / (1.0 - kernel[0]).max(f64::EPSILON);
    }
}

/// Escalations as (from, to, probability by lag in cells).
fn escalations(hazards: &[Drawn], width: f64) -> Vec<(usize, usize, Vec<f64>)> {
    let mut found = Vec::new();
    for (from, drawn) in hazards.iter().enumerate() {
        found.extend(
            drawn.links.escalates.iter().map(|next| (from, next.hazard, lasting::delays(drawn, next, width))),
        );
    }
    found
}

/// Probability of each state at the edges of the cells.
fn occupation(regime: &Regime, width: f64) -> Vec<Vec<f64>> {
    let step = transition(&regime.per_year, width);
    let n = regime.states.len();
    let mut shares = vec![0.0; n];
    shares[regime.start] = 1.0;
    let mut all = vec![shares];
    for cell in 0..CELLS {
        let last = &all[cell];
        all.push((0..n).map(|to| (0..n).fold(0.0, |sum, from| sum + last[from] * step[from][to])).collect());
    }
    all
}

/// e^(Q t): its series on a time so short that it converges at once, squared up to `time`.
fn transition(per_year: &[Vec<f64>], time: f64) -> Vec<Vec<f64>> {
    const TERMS: usize = 14;
    let n = per_year.len();
    let leaves: Vec<f64> = per_year.iter().map(|row| crate::math::sum(row)).collect();
    let fastest = leaves.iter().copied().fold(0.0, f64::max);
    let mut halvings = 0;
    let mut short = time;
    while short * fastest > 0.25 {
        short *= 0.5;
        halvings += 1;
    }
    let generator = |i: usize, j: usize| short * if i == j { -leaves[i] } else { per_year[i][j] };
    let product = |a: &[Vec<f64>], b: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        let entry = |i: usize, j: usize| (0..n).fold(0.0, |sum, k| sum + a[i][k] * b(k, j));
        (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
    };
    let mut sum: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(i == j)).collect()).collect();
    let mut term = sum.clone();
    for k in 1..TERMS {
        term = product(&term, &|i, j| generator(i, j) / k as f64);
        for (sum, term) in sum.iter_mut().flatten().zip(term.iter().flatten()) {
            *sum += term;
        }
    }
    for _ in 0..halvings {
        let squared = sum.clone();
        sum = product(&squared, &|i, j| squared[i][j]);
    }
    sum
}
