//! How a joint stockpile shares a release among its destinations.

use super::facts::{Facts, StockpileFacts};
use super::service::served_by;
use super::world::{World, over};

/// Class by class over all destinations.
pub fn by_class(
    facts: &Facts,
    world: &World,
    stockpile: &StockpileFacts,
    entitled: &[f64],
    released: f64,
) -> Vec<f64> {
    let mut parts = vec![0.0; entitled.len()];
    let mut left = released;
    for rank in 0..facts.n_classes {
        let open: Vec<f64> = stockpile
            .destinations
            .iter()
            .zip(entitled)
            .map(|(side, entitled)| {
                let of_rank = world.claims[side].iter().filter(|c| c.rank == rank && served_by(stockpile, c));
                of_rank.map(|claim| (claim.amount - claim.granted).max(0.0)).sum::<f64>() * entitled
            })
            .collect();
        let all: f64 = open.iter().sum();
        for (part, open) in parts.iter_mut().zip(&open) {
            *part += open * over(left, all, 0.0).min(1.0);
        }
        left = (left - all).max(0.0);
    }
    parts
}

/// Pro rata to weights among those who still lack something; the rest pro rata to what is lacked.
pub fn by_weight(lack: &[f64], weights: &[f64], released: f64) -> Vec<f64> {
    let mut parts = vec![0.0; lack.len()];
    let mut left = released;
    for _ in lack {
        let hungry = |n: usize, parts: &[f64]| if lack[n] > parts[n] { weights[n] } else { 0.0 };
        let all: f64 = (0..lack.len()).map(|n| hungry(n, &parts)).sum();
        let more: Vec<f64> = (0..lack.len())
            .map(|n| (hungry(n, &parts) * over(left, all, 0.0)).min(lack[n] - parts[n]))
            .collect();
        for (part, more) in parts.iter_mut().zip(&more) {
            *part += more;
        }
        left = (left - more.iter().sum::<f64>()).max(0.0);
    }
    let lacked: Vec<f64> = lack.iter().zip(&parts).map(|(lack, part)| (lack - part).max(0.0)).collect();
    let share = over(left, lacked.iter().sum(), 0.0).min(1.0);
    parts.iter().zip(lacked).map(|(part, lacked)| part + lacked * share).collect()
}

/// Those under threat first.
pub fn targeted(lack: &[f64], targets: &[bool], released: f64) -> Vec<f64> {
    let first: f64 = lack.iter().zip(targets).filter(|(_, target)| **target).map(|(lack, _)| lack).sum();
    let rest: f64 = lack.iter().sum::<f64>() - first;
    let of_first = over(released, first, 0.0).min(1.0);
    let of_rest = over((released - first).max(0.0), rest, 0.0).min(1.0);
    let share = |target: &bool| if *target { of_first } else { of_rest };
    lack.iter().zip(targets).map(|(lack, target)| lack * share(target)).collect()
}
