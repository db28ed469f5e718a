//! What the balance changed, and what it comes to.

use super::Baseline;
use crate::network::Network;
use crate::units::DAYS_PER_YEAR;
use std::collections::BTreeMap;

/// A value that the balance changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// `cobalt_refined: demand of sector other in EU27`.
    pub what: String,
    /// Before, per year; `None` if it did not exist.
    pub before: Option<f64>,
    /// After, per year.
    pub after: f64,
    /// Unit.
    pub unit: String,
    /// Why.
    pub why: String,
}

/// Cover of one destination in the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverRow {
    /// Material code.
    pub material: String,
    /// Place code.
    pub place: String,
    /// Use per year.
    pub need_per_year: f64,
    /// Days of use in inventory.
    pub cover_days: f64,
    /// Mean days under way, weighted by flow.
    pub transit_days: f64,
    /// Largest share of one foreign place in the intake, and its code.
    pub largest_supplier: Option<(String, f64)>,
}

/// Cover and concentration of every destination, in id order.
pub fn cover(baseline: &Baseline) -> Vec<CoverRow> {
    let network = &baseline.network;
    let mut transit = vec![0.0; network.destinations.len()];
    // At most one lane comes from each place, so the largest lane is the largest supplier.
    let mut largest: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for (id, lane) in network.lanes.iter().enumerate() {
        let (to, weight) = (lane.destination.index(), baseline.weight[id]);
        transit[to] += weight * lane.transit;
        let from = network.origins[lane.origin.index()].place;
        let top = largest.get(&to).map_or(0.0, |(share, _)| *share);
        if from != network.destinations[to].place && weight > top {
            largest.insert(to, (weight, from.index()));
        }
    }
    let rows = network.destinations.iter().enumerate().map(|(id, destination)| CoverRow {
        material: network.materials[destination.material.index()].code.clone(),
        place: network.places[destination.place.index()].code.clone(),
        need_per_year: baseline.need[id],
        cover_days: destination.cover_days,
        transit_days: transit[id] * DAYS_PER_YEAR,
        largest_supplier: largest.get(&id).map(|(share, from)| (network.places[*from].code.clone(), *share)),
    });
    rows.collect()
}

/// Digits that amounts have in messages: more than statistics state.
const FIGURES: i32 = 6;

/// Two amounts with as many decimals as the longer one needs: `79.1` and `79.0`.
pub(super) fn amounts(a: f64, b: f64) -> (String, String) {
    let decimals = decimals(a).max(decimals(b));
    (format!("{a:.decimals$}"), format!("{b:.decimals$}"))
}

/// An amount to six figures, without trailing zeros and without an exponent.
pub(super) fn amount(value: f64) -> String {
    let decimals = decimals(value);
    format!("{value:.decimals$}")
}

/// Decimals that show `value` to six figures, less trailing zeros.
fn decimals(value: f64) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let written = format!("{:.*e}", FIGURES as usize - 1, value);
    let (mantissa, exponent) = written.split_once('e').expect("the format writes an exponent");
    let exponent: i32 = exponent.parse().expect("the format writes a whole exponent");
    let digits = mantissa.trim_end_matches('0').bytes().filter(u8::is_ascii_digit).count() as i32;
    usize::try_from(digits - 1 - exponent).unwrap_or(0)
}

/// `0.0013` as `0.13 %`, to two figures.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let decimals = decimals(format!("{percent:.1e}").parse().expect("a number as it was just written"));
    format!("{percent:.decimals$} %")
}

/// `tungsten in CHN`.
pub(super) fn at(network: &Network, material: usize, place: usize) -> String {
    format!("{} in {}", network.materials[material].code, network.places[place].code)
}

#[cfg(test)]
mod tests {
    use super::{amount, amounts, percent};

    #[test]
    fn amounts_show_what_differs_and_no_noise() {
        assert_eq!(amounts(79.1, 79.0), ("79.1".to_string(), "79.0".to_string()));
        assert_eq!(amount(79.1 - 79.0), "0.1");
        assert_eq!(amount(2.4e9), "2400000000");
        assert_eq!(amount(0.0012), "0.0012");
        assert_eq!(amount(0.0), "0");
        assert_eq!(percent(0.1 / 79.0), "0.13 %");
        assert_eq!(percent(0.5), "50 %");
    }
}
